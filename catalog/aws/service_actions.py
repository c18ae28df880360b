"""Service actions: reading ours, making, changing and deleting them, and their associations with versions.

Calls of a read: one ListServiceActions (20 an answer), which tells by the mark in a description whose an action is; per
action of ours DescribeServiceAction, ListProvisioningArtifactsForServiceAction and, where it names a document of ours,
DescribeDocument. So reads grow with actions of ours, not with versions.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from catalog.aws.calls import aws_call
from catalog.aws.documents import Documents
from catalog.aws.handlers import Executor, handles
from catalog.aws.provisioning import Record, record
from catalog.aws.reader import Reader, pages
from catalog.aws.session import AwsSession
from catalog.aws.waits import once_free
from catalog.aws.writer import Writer
from catalog.errors import AwsCallError, AwsError
from catalog.model import addresses
from catalog.model.addresses import Address
from catalog.model.service_action import PublishedServiceAction, canonical, marked, read_mark
from catalog.plan.kinds.service_action import (
    AssociateServiceActionWithProvisioningArtifact,
    CreateServiceAction,
    DeleteServiceAction,
    DisassociateServiceActionFromProvisioningArtifact,
    UpdateServiceAction,
)

Association = tuple[str, str]
"""(product id, artifact id)."""


@dataclass(frozen=True, slots=True)
class RawAction:
    """A service action of ours, as AWS answers it."""

    id: str
    address: Address
    description: str
    name: str
    definition: Mapping[str, str]
    associations: tuple[Association, ...]
    observed_document: str


def listed_actions(session: AwsSession) -> Iterator[dict[str, Any]]:
    """ServiceActionSummaries of the account, ours and others'."""
    return pages(
        "ListServiceActions", session.servicecatalog.list_service_actions, "ServiceActionSummaries", PageSize=20
    )


def associations(session: AwsSession, action_id: str) -> Iterator[Association]:
    """With which versions an action is associated."""
    listing = session.servicecatalog.list_provisioning_artifacts_for_service_action
    for view in pages(
        "ListProvisioningArtifactsForServiceAction",
        listing,
        "ProvisioningArtifactViews",
        ServiceActionId=action_id,
        PageSize=20,
    ):
        yield view["ProductViewSummary"]["ProductId"], view["ProvisioningArtifact"]["Id"]


def version_actions(session: AwsSession, product_id: str, artifact_id: str) -> Iterator[dict[str, Any]]:
    """ServiceActionSummaries of a version."""
    return pages(
        "ListServiceActionsForProvisioningArtifact",
        session.servicecatalog.list_service_actions_for_provisioning_artifact,
        "ServiceActionSummaries",
        ProductId=product_id,
        ProvisioningArtifactId=artifact_id,
        PageSize=20,
    )


def describe(session: AwsSession, action_id: str) -> dict[str, Any]:
    """DescribeServiceAction: summary and definition."""
    with aws_call("DescribeServiceAction"):
        return dict(session.servicecatalog.describe_service_action(Id=action_id)["ServiceActionDetail"])


def fetch_actions(session: AwsSession, owner: str) -> list[RawAction]:
    """All actions of `owner`."""
    return [raw for item in listed_actions(session) if (raw := fetch_action(session, owner, item))]


def fetch_action(session: AwsSession, owner: str, summary: Mapping[str, Any]) -> RawAction | None:
    """One action; None when it is not ours, or was deleted since it was listed."""
    description, marked_by, address = read_mark(summary.get("Description", ""))
    if marked_by != owner:
        return None
    detail = Reader(session).if_exists(lambda: describe(session, summary["Id"]))
    if detail is None:
        return None
    definition = detail["Definition"]
    documents, document = Documents(session, owner), definition["Name"]
    return RawAction(
        summary["Id"],
        address,
        description,
        summary["Name"],
        definition,
        tuple(associations(session, summary["Id"])),
        document if documents.is_ours(document) and documents.exists(document) else "",
    )


def run_by_others(session: AwsSession, owner: str) -> dict[str, str]:
    """Name of a document → id of an action of somebody else that runs it. An ARN counts by the name in it."""
    action_ids = {}
    for item in listed_actions(session):
        if read_mark(item.get("Description", ""))[1] != owner:
            detail = Reader(session).if_exists(partial(describe, session, item["Id"]))
            if detail:
                action_ids[detail["Definition"]["Name"].rpartition("document/")[2]] = item["Id"]
    return action_ids


def observed_actions(raw: Sequence[RawAction], ids: dict[Address, str]) -> dict[Address, PublishedServiceAction]:
    """The actions by Address; their ids, and those of what others associated them with, are added to `ids`."""
    known = {aws_id: address for address, aws_id in ids.items()}
    actions: dict[Address, PublishedServiceAction] = {}
    for each in raw:
        if each.address in actions:
            raise AwsError(
                f"{each.address}: AWS has two of them, {ids[each.address]} and {each.id}",
                hint="Take the mark at the end of the description off the one that is not to be managed.",
            )
        ids[each.address] = each.id
        versions = {version_address(product, artifact, known, ids) for product, artifact in each.associations}
        actions[each.address] = PublishedServiceAction(
            each.name,
            each.description,
            canonical(each.definition),
            frozenset(versions),
            observed_document=each.observed_document,
        )
    return actions


def version_address(
    product_id: str, artifact_id: str, known: Mapping[str, Address], ids: dict[Address, str]
) -> Address:
    """The Address of a version; of one that is not ours the ids stand for the names."""
    if artifact_id in known:
        return known[artifact_id]
    product = known.get(product_id, addresses.product(product_id))
    address = addresses.version(product.removeprefix("product/"), artifact_id)
    ids[product], ids[address] = product_id, artifact_id
    return address


def members(writer: Writer, address: Address, action: PublishedServiceAction) -> dict[str, Any]:
    """The members of a service action, as the API has them."""
    return {
        "Name": action.name,
        "Description": marked(action.description, writer.owner, address),
        "Definition": dict(action.definition),
    }


def create_service_action(writer: Writer, address: Address, action: PublishedServiceAction) -> str:
    """Create a service action; its id."""
    session, given = writer.session, members(writer, address, action)

    def create(generation: int) -> str:
        with aws_call("CreateServiceAction"):
            answer = session.servicecatalog.create_service_action(
                **given,
                DefinitionType="SSM_AUTOMATION",
                IdempotencyToken=writer.token("CreateServiceAction", address, generation, given),
            )
        return answer["ServiceActionDetail"]["ServiceActionSummary"]["Id"]

    def is_ours(described: Mapping[str, Any]) -> bool:
        mark = read_mark(described["ServiceActionSummary"].get("Description", ""))
        return mark[1:] == (writer.owner, address)

    return writer.find_or_create(create(0), create, lambda made: describe(session, made), is_ours)[0]


@handles(CreateServiceAction)
def _(executor: Executor, change: CreateServiceAction) -> None:
    executor.ids[change.address] = create_service_action(executor.writer, change.address, change.action)


@handles(UpdateServiceAction)
def _(executor: Executor, change: UpdateServiceAction) -> None:
    """In place: the id of the service action, and what it is associated with, stay."""
    given = members(executor.writer, change.address, change.action)
    with aws_call("UpdateServiceAction"):
        executor.session.servicecatalog.update_service_action(
            Id=executor.ids[change.address], **{name: given[name] for name in change.fields}
        )


@handles(DeleteServiceAction)
def _(executor: Executor, change: DeleteServiceAction) -> None:
    """Again while AWS still sees an association."""
    delete, action_id = executor.session.servicecatalog.delete_service_action, executor.ids[change.address]
    once_free("DeleteServiceAction", lambda: delete(Id=action_id), executor.writer.propagation)


@handles(AssociateServiceActionWithProvisioningArtifact)
def _(executor: Executor, change: AssociateServiceActionWithProvisioningArtifact) -> None:
    """That it is offered already is fine.

    The token is botocore's own, a new one each time: a remembered one would answer for an association that was removed
    since.
    """
    artifact_id, action_id = executor.ids[change.version], executor.ids[change.action]
    try:
        with aws_call("AssociateServiceActionWithProvisioningArtifact"):
            executor.session.servicecatalog.associate_service_action_with_provisioning_artifact(
                ProductId=executor.product_id(change.product),
                ProvisioningArtifactId=artifact_id,
                ServiceActionId=action_id,
            )
    except AwsCallError as error:
        if error.code != "DuplicateResourceException":
            raise
    executor.settling.expect_listed(
        change.address,
        f"versions of {action_id}",
        (artifact_id,),
        lambda: ((listed,) for _, listed in associations(executor.session, action_id)),
    )


@handles(DisassociateServiceActionFromProvisioningArtifact)
def _(executor: Executor, change: DisassociateServiceActionFromProvisioningArtifact) -> None:
    with aws_call("DisassociateServiceActionFromProvisioningArtifact"):
        executor.session.servicecatalog.disassociate_service_action_from_provisioning_artifact(
            ProductId=executor.product_id(change.product),
            ProvisioningArtifactId=executor.ids[change.version],
            ServiceActionId=executor.ids[change.action],
        )


@dataclass(frozen=True, slots=True)
class Offered:
    """A service action that a version offers, ours or not."""

    id: str
    name: str
    description: str
    key: str
    """Of ours: its key in the product file; else empty."""


@dataclass(frozen=True, slots=True)
class Running:
    """Service Catalog's end-user side of service actions, as the identity of `session` sees it."""

    session: AwsSession

    def offered(self, product_id: str, artifact_id: str) -> Iterator[Offered]:
        """The service actions of a version."""
        for item in version_actions(self.session, product_id, artifact_id):
            description, _, address = read_mark(item.get("Description", ""))
            yield Offered(item["Id"], item["Name"], description, address.rpartition("/")[2])

    def parameters(self, provisioned_id: str, action_id: str) -> dict[str, tuple[str, list[str]]]:
        """Parameter → (type, default values): for a target the resources of the provisioned product."""
        with aws_call("DescribeServiceActionExecutionParameters"):
            answer = self.session.servicecatalog.describe_service_action_execution_parameters(
                ProvisionedProductId=provisioned_id, ServiceActionId=action_id
            )
        return {
            item["Name"]: (item.get("Type", ""), list(item.get("DefaultValues", [])))
            for item in answer.get("ServiceActionParameters", [])
        }

    def execute(self, provisioned_id: str, action_id: str, given: Mapping[str, Sequence[str]]) -> Record:
        """ExecuteProvisionedProductServiceAction; targets are not given, so that Service Catalog fills them in."""
        parameters: dict[str, Any] = (
            {"Parameters": {name: list(values) for name, values in given.items()}} if given else {}
        )
        with aws_call("ExecuteProvisionedProductServiceAction"):
            answer = self.session.servicecatalog.execute_provisioned_product_service_action(
                ProvisionedProductId=provisioned_id,
                ServiceActionId=action_id,
                ExecuteToken=str(uuid.uuid4()),
                **parameters,
            )
        return record({"RecordDetail": answer["RecordDetail"]})
