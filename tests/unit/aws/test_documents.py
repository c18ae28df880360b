"""Documents of service actions, for answers of SSM."""

from __future__ import annotations

from typing import Any

import pytest
from botocore.stub import Stubber

from catalog.aws.documents import Documents
from catalog.aws.session import AwsSession, keyed_session
from catalog.errors import AwsCallError, AwsError
from catalog.model.service_action import SsmDocument

NAME = "catalog-p-act-0123456789ab"
DOCUMENT = SsmDocument(NAME, "{}", "AWS::KMS::Key")


@pytest.fixture
def session() -> AwsSession:
    return AwsSession(keyed_session("key", "secret"), "eu-west-1")


def state(status: str) -> dict[str, Any]:
    return {"Name": NAME, "Status": status, "StatusInformation": "a reason"}


def create_document(session: AwsSession, first: str, *later: str) -> None:
    """Create a document: the answer has the first status, the descriptions after it have the later ones."""
    with Stubber(session.client("ssm")) as stub:
        stub.add_response("create_document", {"DocumentDescription": state(first)})
        for status in later:
            stub.add_response("describe_document", {"Document": state(status)}, {"Name": NAME, "DocumentVersion": "1"})
        Documents(session, "catalog").create(DOCUMENT)
        stub.assert_no_pending_responses()


def test_a_document_that_is_not_active_at_once_is_waited_for(session: AwsSession) -> None:
    create_document(session, "Active")
    create_document(session, "Creating", "Creating", "Active")


def test_a_document_that_failed_is_an_error(session: AwsSession) -> None:
    with pytest.raises(AwsError, match=f"document {NAME}: AWS reports status Failed: a reason"):
        create_document(session, "Creating", "Failed")


@pytest.mark.parametrize(
    ("code", "hint"), [("InvalidDocumentOperation", "describe-document-permission"), ("Other", "")]
)
def test_the_hint_for_a_shared_document_lists_its_accounts(session: AwsSession, code: str, hint: str) -> None:
    with Stubber(session.client("ssm")) as stub:
        stub.add_client_error("delete_document", code)
        with pytest.raises(AwsCallError) as refusal:
            Documents(session, "catalog").delete(NAME)
    assert hint in (refusal.value.hint or "")
