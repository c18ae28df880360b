"""SSM Automation documents of service actions: read, created and deleted.

A document is ours if its name begins with the owner and it has our ownership tag. The versions of a document never
change (API reference: UpdateDocument creates a new one), so a definition with Version 1 runs what we created.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from catalog.aws.answers import untyped
from catalog.aws.calls import aws_call
from catalog.aws.handlers import Executor, handles
from catalog.aws.session import AwsSession
from catalog.aws.waits import PROPAGATION, remove, wait_for
from catalog.errors import AwsCallError, AwsError
from catalog.model.service_action import SsmDocument
from catalog.model.state import OWNER_TAG
from catalog.plan.kinds.service_action import CreateDocument, DeleteDocument


@dataclass(frozen=True, slots=True)
class Documents:
    """The documents of `owner` in an account and Region."""

    session: AwsSession
    owner: str

    @property
    def ssm(self) -> Any:
        """The SSM client. No type stubs are installed for it."""
        return self.session.client("ssm")

    def is_ours(self, name: str) -> bool:
        """Whether a name begins with the owner, as our names do."""
        return name.startswith(f"{self.owner}-")

    def describe(self, name: str) -> dict[str, Any]:
        """DescribeDocument of version 1, the only version that we create."""
        with aws_call("DescribeDocument"):
            return untyped(self.ssm.describe_document(Name=name, DocumentVersion="1")["Document"])

    def exists(self, name: str) -> bool:
        """Whether a document of ours exists, with the version that its service action runs."""
        try:
            self.describe(name)
        except AwsCallError as error:
            if error.code in ("InvalidDocument", "InvalidDocumentVersion"):
                return False
            raise
        return True

    def create(self, document: SsmDocument) -> None:
        """Create a document and wait until it is Active. A document that exists already must have the same content."""
        try:
            with aws_call("CreateDocument"):
                answer = self.ssm.create_document(
                    Name=document.name,
                    Content=document.content,
                    DocumentType="Automation",
                    DocumentFormat="JSON",
                    TargetType=f"/{document.target_type}",
                    Tags=[{"Key": OWNER_TAG, "Value": self.owner}],
                )
        except AwsCallError as error:
            if error.code != "DocumentAlreadyExists":
                raise
            self.check_same(document)
            self.wait_active({"Name": document.name, "Status": ""})  # another run may have created it just now
        else:
            self.wait_active(answer["DocumentDescription"])

    def wait_active(self, made: Mapping[str, Any]) -> None:
        """Wait until a new document is Active. Most are at once; Terraform's provider waits too (ssm/document.go)."""
        name, answers = made["Name"], [made]

        def probe() -> bool | None:
            described = answers.pop() if answers else self.describe(name)
            if described["Status"] == "Failed":
                raise AwsError(
                    f"document {name}: AWS reports status Failed: "
                    f"{described.get('StatusInformation', 'AWS gives no reason')}"
                )
            return described["Status"] == "Active" or None

        wait_for(f"document {name}", probe, PROPAGATION)

    def check_same(self, document: SsmDocument) -> None:
        """`AwsError` unless version 1 of the existing document has our content: the name alone does not prove it."""
        with aws_call("GetDocument"):
            existing = self.ssm.get_document(Name=document.name, DocumentVersion="1", DocumentFormat="JSON")
        if json.loads(existing["Content"]) != json.loads(document.content):
            raise AwsError(
                f"document {document.name} exists with other content: it is not ours, and stays unchanged",
                hint="Find out who created it. To continue, delete it or give the service action another key.",
            )

    def delete(self, name: str) -> None:
        """Delete a document with all its versions. AWS refuses to delete a document that is shared."""
        try:
            remove("DeleteDocument", lambda: self.ssm.delete_document(Name=name))
        except AwsCallError as error:
            if error.code == "InvalidDocumentOperation":
                raise error.reworded(
                    hint=f"`aws ssm describe-document-permission --permission-type Share --name {name}` lists the "
                    "accounts that may run it. When none of them needs it, remove them (modify-document-permission)."
                ) from error
            raise

    def names(self) -> Iterator[str]:
        """The names of all our documents, recognized by name and tag."""
        filters = [{"Key": "Owner", "Values": ["Self"]}, {"Key": "DocumentType", "Values": ["Automation"]}]
        token: dict[str, str] = {}
        while True:
            with aws_call("ListDocuments"):
                answer = self.ssm.list_documents(Filters=filters, MaxResults=50, **token)
            for item in answer["DocumentIdentifiers"]:
                if self.is_ours(item["Name"]) and {"Key": OWNER_TAG, "Value": self.owner} in item.get("Tags", []):
                    yield item["Name"]
            if not answer.get("NextToken"):
                return
            token = {"NextToken": answer["NextToken"]}


@handles(CreateDocument)
def _(executor: Executor, change: CreateDocument) -> None:
    Documents(executor.session, executor.writer.owner).create(change.document)


@handles(DeleteDocument)
def _(executor: Executor, change: DeleteDocument) -> None:
    Documents(executor.session, executor.writer.owner).delete(change.name)
