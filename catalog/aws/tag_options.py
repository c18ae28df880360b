"""TagOptions: created, activated and deactivated, and associated with portfolios and products."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from catalog.aws.calls import aws_call
from catalog.aws.handlers import Executor, handles
from catalog.aws.kinds import blocks
from catalog.aws.observation import Observation
from catalog.aws.reader import Reader
from catalog.aws.session import AwsSession
from catalog.aws.waits import PROPAGATION, remove, wait_for
from catalog.errors import AwsCallError
from catalog.model import addresses
from catalog.model.portfolio import TagOption
from catalog.plan.changes import Change
from catalog.plan.kinds.tag_option import (
    AssociateTagOptionWithResource,
    CreateTagOption,
    DeactivateTagOption,
    DisassociateTagOptionFromResource,
    UpdateTagOption,
    migration_blockers,
)


def create_tag_option(reader: Reader, option: TagOption) -> str:
    """Create a TagOption and return its id.

    CreateTagOption takes no idempotency token: if another run just created the TagOption, its id is returned.
    """
    try:
        with aws_call("CreateTagOption"):
            answer = reader.session.servicecatalog.create_tag_option(Key=option.key, Value=option.value)
    except AwsCallError as error:
        if error.code != "DuplicateResourceException":
            raise
        return find_tag_option(reader, option)
    return answer["TagOptionDetail"]["Id"]


def find_tag_option(reader: Reader, option: TagOption) -> str:
    """The id of an existing TagOption, which may be new and not listed yet."""

    def listed() -> str | None:
        same = (item for item in reader.tag_options() if (item["Key"], item["Value"]) == (option.key, option.value))
        return next((str(item["Id"]) for item in same), None)

    return wait_for(f"TagOption {option.key}={option.value}, which exists already", listed, PROPAGATION)


def switch(executor: Executor, change: UpdateTagOption | DeactivateTagOption, *, active: bool) -> None:
    """Activate or deactivate. Only Active is sent: AWS rejects an unchanged Value as a duplicate (TF tag_option.go)."""
    with aws_call("UpdateTagOption"):
        executor.session.servicecatalog.update_tag_option(Id=executor.ids[change.address], Active=active)


def tag_option_id(executor: Executor, option: TagOption) -> str:
    """The id of a TagOption of the account."""
    return executor.ids[addresses.tag_option(option.key, option.value)]


@blocks
def _(changes: Sequence[Change], observed: Observation, session: AwsSession) -> Iterator[str]:
    return migration_blockers(changes, session.identity.account, migrated=observed.has_tag_options)


@handles(CreateTagOption)
def _(executor: Executor, change: CreateTagOption) -> None:
    executor.ids[change.address] = create_tag_option(executor.writer.reader, change.tag_option)


@handles(UpdateTagOption)
def _(executor: Executor, change: UpdateTagOption) -> None:
    switch(executor, change, active=True)


@handles(DeactivateTagOption)
def _(executor: Executor, change: DeactivateTagOption) -> None:
    switch(executor, change, active=False)


@handles(AssociateTagOptionWithResource)
def _(executor: Executor, change: AssociateTagOptionWithResource) -> None:
    """Associate. An association that exists already is not an error.

    The operation can raise InvalidStateException, and the API reference does not say for which state. It may be that
    the TagOption is inactive.
    """
    try:
        with aws_call("AssociateTagOptionWithResource"):
            executor.session.servicecatalog.associate_tag_option_with_resource(
                ResourceId=executor.ids[change.resource], TagOptionId=tag_option_id(executor, change.tag_option)
            )
    except AwsCallError as error:
        if error.code == "InvalidStateException":
            raise error.reworded(
                hint="AWS may refuse to associate an inactive TagOption: declare it active, publish, declare it "
                "inactive, publish again."
            ) from error
        if error.code != "DuplicateResourceException":
            raise


@handles(DisassociateTagOptionFromResource)
def _(executor: Executor, change: DisassociateTagOptionFromResource) -> None:
    disassociate = executor.session.servicecatalog.disassociate_tag_option_from_resource
    resource_id, option_id = executor.ids[change.resource], tag_option_id(executor, change.tag_option)
    remove("DisassociateTagOptionFromResource", lambda: disassociate(ResourceId=resource_id, TagOptionId=option_id))
