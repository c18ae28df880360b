"""What was launched, as the caller sees it: status, version, parameters, outputs, resources, records, service actions.

Each part comes from the operation that end users may call for what they launched (AWSServiceCatalogEndUserFullAccess):

- DescribeProvisionedProduct: status, product and version by id; DescribeProduct: their names, and newer versions;
- SearchProvisionedProducts: who launched it, and the name of a version that is no longer offered;
- DescribeStacks: parameters (CloudFormation hides NoEcho values), outputs with their exports; ListStackResources;
- ListRecordHistory: what was done, with the reasons of failures;
- ListServiceActionsForProvisioningArtifact.

A part that the caller may not read is named in `unreadable`, and the rest is still shown. Which SSM parameter holds an
output only the template says, which end users may not read by these policies.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar

from catalog.aws.launched_stacks import LaunchedResource, LaunchedStack, resources_of, stack_detail
from catalog.aws.provisioning import PastRecord, Provisioning, StackInstance
from catalog.aws.service_actions import OfferedServiceAction, ServiceActionRunner
from catalog.aws.session import AwsSession
from catalog.cfn import Template
from catalog.errors import AwsCallError
from catalog.model.console import service_catalog_page
from catalog.provisioning.form import read_version_template
from catalog.provisioning.lookup import find_provisioned_product, stack_of
from catalog.provisioning.offer import AccountProduct, AccountVersion

Result = TypeVar("Result")
RECORDS = 5
SSM_PARAMETER = "AWS::SSM::Parameter"
PAGES = "provisioned-products"
"""What the console calls the pages of provisioned products."""


@dataclass(frozen=True, slots=True)
class LiveOutput:
    """An output of what was launched, and how others use it."""

    key: str
    value: str
    description: str = ""
    export: str = ""
    """The name for Fn::ImportValue."""
    ssm: tuple[str, ...] = ()
    """The SSM parameters that hold the value."""


@dataclass(frozen=True, slots=True)
class ProvisionedState:
    """A provisioned product."""

    name: str
    id: str
    type: str
    """CFN_STACK or CFN_STACKSET."""
    status: str
    message: str
    created: datetime | None
    launched_by: str
    product: str
    product_id: str
    version: str
    artifact_id: str
    version_note: str
    """How the version stands to the default: `the default`, `1 behind the default`, `deprecated`; empty if unknown."""
    stack: str
    console: str
    """The page of the console; empty in the sandbox."""
    parameters: Mapping[str, str]
    outputs: tuple[LiveOutput, ...]
    resources: tuple[LaunchedResource, ...]
    instances: tuple[StackInstance, ...]
    """The stacks of a stack set."""
    records: tuple[PastRecord, ...]
    """The last ones, the newest first."""
    version_names: Mapping[str, str]
    """Id → name of the versions that the caller can see."""
    service_actions: tuple[OfferedServiceAction, ...]
    unreadable: tuple[str, ...]
    """The operations that the caller may not call."""


@dataclass(slots=True)
class Permitted:
    """Reads that the caller may lack the permission for."""

    refused: dict[str, None]

    def read(self, read: Callable[[], Result]) -> Result | None:
        """The result of a read; None if AWS denies it, or no longer has what it reads."""
        try:
            return read()
        except AwsCallError as error:
            if "AccessDenied" in error.code:
                self.refused[error.operation] = None
            elif error.code != "ResourceNotFoundException" and "does not exist" not in error.text:
                raise
            return None


def read_state(
    session: AwsSession, wanted: str, released: Callable[[str], Template | None] = lambda _: None
) -> ProvisionedState:
    """The provisioned product with this name or id; `AwsError` if there is none.

    `released` returns the template that a repository has under a digest.
    """
    detail = find_provisioned_product(session, wanted)
    provisioning, permitted = Provisioning(session), Permitted({})
    product_id, artifact_id = detail["ProductId"], detail["ProvisioningArtifactId"]
    product = permitted.read(lambda: AccountProduct.read(provisioning.describe_product(Id=product_id)))
    attributes = attributes_of(provisioning, permitted, detail["Id"])
    version = version_of(product, artifact_id)
    is_stack = detail["Type"] == "CFN_STACK"
    stack_name = (permitted.read(lambda: stack_of(provisioning, detail)) or "") if is_stack else ""
    stack = permitted.read(lambda: stack_detail(session, stack_name)) if stack_name else None
    resources = (permitted.read(lambda: resources_of(session, stack_name)) or {}) if stack_name else {}
    instances = None if is_stack else permitted.read(lambda: provisioning.stack_instances(detail["Id"]))
    if stack:
        template = read_version_template(session, product_id, artifact_id) or released(
            version.digest if version else ""
        )
        outputs = tuple(live_outputs(stack, template, resources))
    else:
        outputs = tuple(record_outputs(provisioning, detail))
    actions = permitted.read(lambda: list(ServiceActionRunner(session).offered(product_id, artifact_id)))
    return ProvisionedState(
        name=detail["Name"],
        id=detail["Id"],
        type=detail["Type"],
        status=detail["Status"],
        message=detail.get("StatusMessage", ""),
        created=detail.get("CreatedTime"),
        launched_by=attributes.get("UserArn", ""),
        product=product.name if product else attributes.get("ProductName", product_id),
        product_id=product_id,
        version=version.name if version else attributes.get("ProvisioningArtifactName", artifact_id),
        artifact_id=artifact_id,
        version_note=standing(product, version),
        stack=stack_name,
        console="" if session.is_sandbox else service_catalog_page(session.region, PAGES, detail["Id"]),
        parameters=stack.parameters if stack else {},
        outputs=outputs,
        resources=tuple(resources.values()),
        instances=tuple(instances or ()),
        records=tuple(permitted.read(lambda: provisioning.history(detail["Id"], RECORDS)) or ()),
        version_names={item.id: item.name for item in product.versions} if product else {},
        service_actions=tuple(actions or ()),
        unreadable=tuple(permitted.refused),
    )


def attributes_of(provisioning: Provisioning, permitted: Permitted, provisioned_id: str) -> Mapping[str, Any]:
    """ProvisionedProductAttribute; of the caller's own only, where the caller may not search the account."""
    query = f"id:{provisioned_id}"
    items = Permitted({}).read(lambda: list(provisioning.provisioned(query)))
    if items is None:
        items = permitted.read(lambda: list(provisioning.provisioned(query, mine=True)))
    return next((item for item in items or () if item["Id"] == provisioned_id), {})


def version_of(product: AccountProduct | None, artifact_id: str) -> AccountVersion | None:
    """The version with this id, if it is still offered."""
    versions = product.versions if product else ()
    return next((version for version in versions if version.id == artifact_id), None)


def standing(product: AccountProduct | None, version: AccountVersion | None) -> str:
    """How a version stands to the versions that can be launched."""
    if product is None:
        return ""
    if version is None:
        return "no longer offered"
    words = [] if version.launchable else ["deprecated"]
    default = product.default_version
    if default == version:
        return "the default"
    if default is not None and version.order < default.order:
        newer = [item for item in product.versions if item.launchable and version.order < item.order <= default.order]
        behind = len([item for item in newer if "-" not in item.name])
        words.append(f"{behind} behind the default, {default.name}")
    return ", ".join(words)


def live_outputs(
    stack: LaunchedStack, template: Template | None, resources: Mapping[str, LaunchedResource]
) -> Iterator[LiveOutput]:
    """The outputs of the stack, with their exports, and the SSM parameters that hold the same value."""
    stored = dict(stored_values(template, resources))
    declared = (template or {}).get("Outputs", {})
    for output in stack.outputs:
        item = declared.get(output.key, {}) if isinstance(declared, Mapping) else {}
        value = item.get("Value") if isinstance(item, Mapping) else None
        names = tuple(name for name, kept in stored.items() if value is not None and kept == value)
        yield LiveOutput(output.key, output.value, output.description, output.export, names)


def stored_values(template: Template | None, resources: Mapping[str, LaunchedResource]) -> Iterator[tuple[str, Any]]:
    """(name of an SSM parameter, its value as the template has it)."""
    declared = (template or {}).get("Resources", {})
    for resource in resources.values():
        item = declared.get(resource.logical_id, {}) if isinstance(declared, Mapping) else {}
        if resource.type == SSM_PARAMETER and isinstance(item, Mapping) and resource.physical_id:
            yield resource.physical_id, (item.get("Properties") or {}).get("Value")


def record_outputs(provisioning: Provisioning, detail: Mapping[str, Any]) -> Iterator[LiveOutput]:
    """The outputs of the last launch or update that succeeded, for callers who may not describe the stack."""
    record_id = detail.get("LastSuccessfulProvisioningRecordId")
    outputs = Permitted({}).read(lambda: provisioning.record(record_id).template_outputs) if record_id else None
    return (LiveOutput(key, value) for key, value in (outputs or {}).items())
