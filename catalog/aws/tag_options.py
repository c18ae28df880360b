"""Writes of TagOptions: the account's, and which portfolio or product offers them."""

from __future__ import annotations

from dataclasses import dataclass

from catalog.aws.calls import aws_call
from catalog.aws.reader import Reader
from catalog.errors import AwsCallError, AwsError
from catalog.model.portfolio import TagOption


@dataclass(frozen=True, slots=True)
class TagOptions:
    """What applying a plan needs."""

    reader: Reader

    def create(self, option: TagOption) -> str:
        """Make a TagOption; its id. There is no token: one that another run just made is taken as it is."""
        try:
            with aws_call("CreateTagOption"):
                answer = self.reader.session.servicecatalog.create_tag_option(Key=option.key, Value=option.value)
        except AwsCallError as error:
            if error.code != "DuplicateResourceException":
                raise
            return self.find(option)
        return answer["TagOptionDetail"]["Id"]

    def find(self, option: TagOption) -> str:
        """The id of an existing TagOption."""
        for detail in self.reader.tag_options():
            if (detail["Key"], detail["Value"]) == (option.key, option.value):
                return str(detail["Id"])
        raise AwsError(f"TagOption {option.key}={option.value}: AWS says it exists, but does not list it")

    def switch(self, tag_option_id: str, *, active: bool) -> None:
        """Activate or deactivate; only what changes is sent: an unchanged Value is a duplicate (TF tag_option.go)."""
        with aws_call("UpdateTagOption"):
            self.reader.session.servicecatalog.update_tag_option(Id=tag_option_id, Active=active)

    def associate(self, resource_id: str, tag_option_id: str) -> None:
        """Offer a TagOption with a portfolio or product; that it is offered already is fine.

        The operation knows InvalidStateException, and the API reference does not say of which state: an inactive
        TagOption may be meant.
        """
        try:
            with aws_call("AssociateTagOptionWithResource"):
                self.reader.session.servicecatalog.associate_tag_option_with_resource(
                    ResourceId=resource_id, TagOptionId=tag_option_id
                )
        except AwsCallError as error:
            if error.code == "InvalidStateException":
                error.hint = (
                    "Perhaps AWS lets nobody offer a TagOption that is inactive already: declare it active, publish, "
                    "declare it inactive, publish again."
                )
            if error.code != "DuplicateResourceException":
                raise

    def disassociate(self, resource_id: str, tag_option_id: str) -> None:
        """No longer offer a TagOption."""
        with aws_call("DisassociateTagOptionFromResource"):
            self.reader.session.servicecatalog.disassociate_tag_option_from_resource(
                ResourceId=resource_id, TagOptionId=tag_option_id
            )
