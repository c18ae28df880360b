"""Documents of service actions, as SSM answers of them."""

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


def created(session: AwsSession, first: str, *later: str) -> None:
    """A creation whose answer has one status, and the descriptions after it the others."""
    with Stubber(session.client("ssm")) as stub:
        stub.add_response("create_document", {"DocumentDescription": state(first)})
        for status in later:
            stub.add_response("describe_document", {"Document": state(status)}, {"Name": NAME, "DocumentVersion": "1"})
        Documents(session, "catalog").create(DOCUMENT)
        stub.assert_no_pending_responses()


def test_a_document_that_is_not_active_at_once_is_waited_for(session: AwsSession) -> None:
    created(session, "Active")
    created(session, "Creating", "Creating", "Active")


def test_a_document_that_failed_is_an_error(session: AwsSession) -> None:
    with pytest.raises(AwsError, match=f"document {NAME}: AWS says Failed: a reason"):
        created(session, "Creating", "Failed")


@pytest.mark.parametrize(
    ("code", "hint"), [("InvalidDocumentOperation", "describe-document-permission"), ("Other", "")]
)
def test_a_document_that_is_shared_says_how_to_find_out_with_whom(session: AwsSession, code: str, hint: str) -> None:
    with Stubber(session.client("ssm")) as stub:
        stub.add_client_error("delete_document", code)
        with pytest.raises(AwsCallError) as refused:
            Documents(session, "catalog").delete(NAME)
    assert hint in (refused.value.hint or "")
