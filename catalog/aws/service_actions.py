"""Service actions: read, created, updated, deleted, associated with versions, and run by end users.

Calls to read ours:
- once: ListServiceActions (pages of 20). A mark in the description shows the owner of a service action.
- per service action of ours: DescribeServiceAction, ListProvisioningArtifactsForServiceAction and, if it names a
  document of ours, DescribeDocument

So the number of calls grows with our service actions, not with versions.
"""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from catalog.aws.answers import untyped
from catalog.aws.calls import aws_call
from catalog.aws.creation import Creation
from catalog.aws.documents import Documents
from catalog.aws.handlers import Executor, handles
from catalog.aws.provisioning import Record, record
from catalog.aws.reader import Reader, pages
from catalog.aws.reads import Reads
from catalog.aws.session import AwsSession
from catalog.aws.waits import remove
from catalog.aws.writer import Writer, changed_members
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
class RawServiceAction:
    """One of our service actions, as AWS returns it."""

    id: str
    address: Address
    description: str
    name: str
    definition: Mapping[str, str]
    associations: tuple[Association, ...]
    observed_document: str


def listed_service_actions(session: AwsSession) -> Iterator[dict[str, Any]]:
    """ServiceActionSummaries of the account: ours and others."""
    return pages(
        "ListServiceActions", session.servicecatalog.list_service_actions, "ServiceActionSummaries", PageSize=20
    )


def associations(session: AwsSession, action_id: str) -> Iterator[Association]:
    """The versions that a service action is associated with."""
    listing = session.servicecatalog.list_provisioning_artifacts_for_service_action
    for view in pages(
        "ListProvisioningArtifactsForServiceAction",
        listing,
        "ProvisioningArtifactViews",
        ServiceActionId=action_id,
        PageSize=20,
    ):
        yield view["ProductViewSummary"]["ProductId"], view["ProvisioningArtifact"]["Id"]


def version_service_actions(session: AwsSession, product_id: str, artifact_id: str) -> Iterator[dict[str, Any]]:
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
        return untyped(session.servicecatalog.describe_service_action(Id=action_id)["ServiceActionDetail"])


async def fetch_service_actions(reads: Reads, session: AwsSession, owner: str) -> list[RawServiceAction]:
    """All service actions of `owner`."""
    listing = listed_service_actions(session)
    fetched = await reads.each(listing, lambda item: fetch_service_action(reads, session, owner, item))
    return [raw for raw in fetched if raw]


async def fetch_service_action(
    reads: Reads, session: AwsSession, owner: str, summary: Mapping[str, Any]
) -> RawServiceAction | None:
    """One service action; None when it is not ours, or was deleted after it was listed."""
    description, marked_by, address = read_mark(summary.get("Description", ""))
    if marked_by != owner:
        return None
    detail = await reads(Reader(session).if_exists, lambda: describe(session, summary["Id"]))
    if detail is None:
        return None
    definition = detail["Definition"]
    document = definition["Name"]
    versions, observed = await asyncio.gather(
        reads.listed(associations, session, summary["Id"]),
        reads(existing_document, Documents(session, owner), document),
    )
    return RawServiceAction(summary["Id"], address, description, summary["Name"], definition, tuple(versions), observed)


def existing_document(documents: Documents, name: str) -> str:
    """The name of a document of ours that exists; empty for another one."""
    return name if documents.is_ours(name) and documents.exists(name) else ""


def run_by_others(session: AwsSession, owner: str) -> dict[str, str]:
    """Name of a document → id of a service action that is not ours and runs it. Of an ARN, the name in it counts."""
    action_ids = {}
    for item in listed_service_actions(session):
        if read_mark(item.get("Description", ""))[1] != owner:
            detail = Reader(session).if_exists(partial(describe, session, item["Id"]))
            if detail:
                action_ids[detail["Definition"]["Name"].rpartition("document/")[2]] = item["Id"]
    return action_ids


def observed_service_actions(
    raw_actions: Sequence[RawServiceAction], ids: dict[Address, str]
) -> dict[Address, PublishedServiceAction]:
    """The service actions by Address. Adds their ids to `ids`, and those of versions that others associated."""
    by_id = {aws_id: address for address, aws_id in ids.items()}
    service_actions: dict[Address, PublishedServiceAction] = {}
    for raw in raw_actions:
        if raw.address in service_actions:
            raise AwsError(
                f"{raw.address}: AWS has two of them, {ids[raw.address]} and {raw.id}",
                hint="Remove the mark at the end of the description from the one that catalog must not manage.",
            )
        ids[raw.address] = raw.id
        versions = {version_address(product, artifact, by_id, ids) for product, artifact in raw.associations}
        service_actions[raw.address] = PublishedServiceAction(
            raw.name,
            raw.description,
            canonical(raw.definition),
            frozenset(versions),
            observed_document=raw.observed_document,
        )
    return service_actions


def version_address(
    product_id: str, artifact_id: str, by_id: Mapping[str, Address], ids: dict[Address, str]
) -> Address:
    """The Address of a version. If the version is not ours, its Address has AWS's ids instead of names."""
    if artifact_id in by_id:
        return by_id[artifact_id]
    product = by_id.get(product_id, addresses.product(product_id))
    address = addresses.version(product.removeprefix("product/"), artifact_id)
    ids[product], ids[address] = product_id, artifact_id
    return address


def members(writer: Writer, address: Address, action: PublishedServiceAction) -> dict[str, Any]:
    """The members of the API for a service action."""
    return {
        "Name": action.name,
        "Description": marked(action.description, writer.owner, address),
        "Definition": dict(action.definition),
    }


def create_service_action(writer: Writer, address: Address, action: PublishedServiceAction) -> str:
    """Create a service action and return its id. One that another run has created there is updated."""
    session, given = writer.session, members(writer, address, action)

    def is_ours(summary: Mapping[str, Any]) -> bool:
        """By its mark; without a Description, which may be missing in an answer, by its name."""
        if not summary.get("Description"):
            return bool(summary.get("Name") == action.name)
        return read_mark(summary["Description"])[1:] == (writer.owner, address)

    action_id, detail = Creation(
        writer,
        "CreateServiceAction",
        address,
        lambda token: session.servicecatalog.create_service_action(
            **given, DefinitionType="SSM_AUTOMATION", IdempotencyToken=token
        ),
        lambda answer: str(answer["ServiceActionDetail"]["ServiceActionSummary"]["Id"]),
        lambda: next((str(item["Id"]) for item in listed_service_actions(session) if is_ours(item)), None),
        lambda made: describe(session, made),
        is_ours=lambda detail: is_ours(detail["ServiceActionSummary"]),
    ).run()
    described = {**detail["ServiceActionSummary"], "Definition": canonical(detail["Definition"])}
    changed = changed_members({**given, "Definition": canonical(given["Definition"])}, described)
    if changed:
        update_service_action(session, action_id, {member: given[member] for member in changed})
    return action_id


def update_service_action(session: AwsSession, action_id: str, changed: Mapping[str, Any]) -> None:
    """UpdateServiceAction in place: it keeps its id and its associations."""
    with aws_call("UpdateServiceAction"):
        session.servicecatalog.update_service_action(Id=action_id, **changed)


@handles(CreateServiceAction)
def _(executor: Executor, change: CreateServiceAction) -> None:
    executor.ids[change.address] = create_service_action(executor.writer, change.address, change.action)


@handles(UpdateServiceAction)
def _(executor: Executor, change: UpdateServiceAction) -> None:
    given = members(executor.writer, change.address, change.action)
    changed = {name: given[name] for name in change.fields}
    update_service_action(executor.session, executor.ids[change.address], changed)


@handles(DeleteServiceAction)
def _(executor: Executor, change: DeleteServiceAction) -> None:
    """Delete; retry while AWS still sees an association."""
    delete, action_id = executor.session.servicecatalog.delete_service_action, executor.ids[change.address]
    remove("DeleteServiceAction", lambda: delete(Id=action_id), executor.writer.propagation)


@handles(AssociateServiceActionWithProvisioningArtifact)
def _(executor: Executor, change: AssociateServiceActionWithProvisioningArtifact) -> None:
    """Associate. An association that exists already is not an error.

    botocore adds a new idempotency token each time. With an earlier token AWS would report success for an association
    that was removed since.
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
    executor.settling.expect(
        change,
        (artifact_id,),
        lambda: ((listed,) for _, listed in associations(executor.session, action_id)),
    )


@handles(DisassociateServiceActionFromProvisioningArtifact)
def _(executor: Executor, change: DisassociateServiceActionFromProvisioningArtifact) -> None:
    association = {
        "ProductId": executor.product_id(change.product),
        "ProvisioningArtifactId": executor.ids[change.version],
        "ServiceActionId": executor.ids[change.action],
    }
    disassociate = executor.session.servicecatalog.disassociate_service_action_from_provisioning_artifact
    remove("DisassociateServiceActionFromProvisioningArtifact", lambda: disassociate(**association))


@dataclass(frozen=True, slots=True)
class OfferedServiceAction:
    """A service action of a version, ours or not."""

    id: str
    name: str
    description: str
    key: str
    """Its key in the product file; empty if the service action is not ours."""


@dataclass(frozen=True, slots=True)
class ServiceActionRunner:
    """Service Catalog's operations for end users on service actions, with the identity of `session`."""

    session: AwsSession

    def offered(self, product_id: str, artifact_id: str) -> Iterator[OfferedServiceAction]:
        """The service actions of a version."""
        for item in version_service_actions(self.session, product_id, artifact_id):
            description, _, address = read_mark(item.get("Description", ""))
            yield OfferedServiceAction(item["Id"], item["Name"], description, address.rpartition("/")[2])

    def parameters(self, provisioned_id: str, action_id: str) -> dict[str, tuple[str, list[str]]]:
        """Parameter → (type, default values). The defaults of a target are resources of the provisioned product."""
        with aws_call("DescribeServiceActionExecutionParameters"):
            answer = self.session.servicecatalog.describe_service_action_execution_parameters(
                ProvisionedProductId=provisioned_id, ServiceActionId=action_id
            )
        return {
            item["Name"]: (item.get("Type", ""), list(item.get("DefaultValues", [])))
            for item in answer.get("ServiceActionParameters", [])
        }

    def execute(self, provisioned_id: str, action_id: str, given: Mapping[str, Sequence[str]]) -> Record:
        """ExecuteProvisionedProductServiceAction. Service Catalog fills in targets that are not given."""
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
        return record(untyped(answer))
