"""L3. SSM Automation documents of service actions: whether one is there, and making and deleting ours.

Whose a document is stands in its tag, and in its name, which begins with the owner. A document's versions never change
(API reference, UpdateDocument makes a new one), so a definition that says Version 1 runs what we made.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from catalog.aws.calls import aws_call
from catalog.aws.session import AwsSession
from catalog.errors import AwsCallError, AwsError
from catalog.model.service_action import Document
from catalog.model.state import OWNER_TAG


@dataclass(frozen=True, slots=True)
class Documents:
    """Documents of `owner` in an account and Region."""

    session: AwsSession
    owner: str

    @property
    def ssm(self) -> Any:
        """The client; there are no stubs for it."""
        return self.session.client("ssm")

    def is_ours(self, name: str) -> bool:
        """Whether a name is one that we give."""
        return name.startswith(f"{self.owner}-")

    def exists(self, name: str) -> bool:
        """DescribeDocument of a document of ours."""
        try:
            with aws_call("DescribeDocument"):
                self.ssm.describe_document(Name=name, DocumentVersion="1")
        except AwsCallError as error:
            if error.code in ("InvalidDocument", "InvalidDocumentVersion"):
                return False
            raise
        return True

    def create(self, document: Document) -> None:
        """Make a document; one that is there already is fine when it says the same."""
        try:
            with aws_call("CreateDocument"):
                self.ssm.create_document(
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

    def check_same(self, document: Document) -> None:
        """`AwsError` unless version 1 of the document that is there has our content: a name alone proves nothing."""
        with aws_call("GetDocument"):
            found = self.ssm.get_document(Name=document.name, DocumentVersion="1", DocumentFormat="JSON")
        if json.loads(found["Content"]) != json.loads(document.content):
            raise AwsError(
                f"document {document.name} is there, with other content: it is not ours and stays as it is",
                hint="Find out who made it. To go on, delete it, or give the service action another key.",
            )

    def delete(self, name: str) -> None:
        """Delete a document with all its versions."""
        with aws_call("DeleteDocument"):
            self.ssm.delete_document(Name=name)

    def names(self) -> Iterator[str]:
        """All documents of ours, by name and tag."""
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
