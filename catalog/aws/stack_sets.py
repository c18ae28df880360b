"""Stack sets with service-managed permissions: read, created, updated, and deployed by operations that are waited for.

StackSets runs one operation of a stack set at a time, and refuses another (OperationInProgressException): then the
operation that runs is waited for. An operation has an id made of its Address and content. So a run that was stopped
finds its own operation again (OperationIdAlreadyExistsException) and waits for it. An id that belongs to an operation
that has ended is of an earlier time: then the next generation of the id is used.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from catalog.aws.answers import untyped
from catalog.aws.calls import aws_call
from catalog.aws.handlers import Executor, handles
from catalog.aws.session import AwsSession
from catalog.aws.stacks import TemplateSource, stack_tags
from catalog.aws.templates import TemplateStore, digest_of
from catalog.aws.tokens import token_of
from catalog.aws.waits import Patience, retry_call, wait_for
from catalog.errors import AwsCallError, AwsError
from catalog.model.addresses import Address
from catalog.model.stack_set import DeclaredStackSet, DeployedInstance, ObservedStackSet, StackSetSettings, reach_of
from catalog.model.state import OWNER_TAG
from catalog.plan.kinds.stack_set import (
    SHOWN,
    CreateStackInstances,
    CreateStackSet,
    DeleteStackInstances,
    InstancesChange,
    UpdateStackInstances,
    UpdateStackSet,
)

if TYPE_CHECKING:
    from mypy_boto3_cloudformation import CloudFormationClient

OPERATION = Patience(24 * 3600, first_pause=0.1, longest_pause=15)
"""An operation on thousands of accounts takes hours. Run the command again after the deadline: it goes on waiting."""
INLINE_LIMIT = 51_200
"""Bytes of a template in a request (CloudFormation user guide, "Understand CloudFormation quotas")."""
GENERATIONS = 50
"""How often an operation with the same content can be run."""
ENDED = ("SUCCEEDED", "FAILED", "STOPPED")
PERMISSIONS = "SERVICE_MANAGED"


@dataclass(frozen=True, slots=True)
class StackSetApi:
    """The calls on one stack set, as the management account or as a delegated administrator."""

    session: AwsSession
    name: str
    settings: StackSetSettings

    @property
    def client(self) -> CloudFormationClient:
        """The CloudFormation client."""
        return self.session.cloudformation

    @property
    def who(self) -> dict[str, Any]:
        """The arguments that all calls have."""
        return {"StackSetName": self.name, "CallAs": self.settings.call_as()}

    def observe(self) -> ObservedStackSet | None:
        """The stack set with its instances; None when it does not exist."""
        try:
            with aws_call("DescribeStackSet"):
                answer = untyped(self.client.describe_stack_set(**self.who)["StackSet"])
        except AwsCallError as error:
            if error.code == "StackSetNotFoundException":
                return None
            raise
        automatic = dict(answer.get("AutoDeployment", {}))
        return ObservedStackSet(
            str(answer.get("TemplateBody", "")),
            {tag["Key"]: tag["Value"] for tag in answer.get("Tags", [])},
            str(answer.get("Description", "")),
            tuple(answer.get("Capabilities", [])),
            automatic,
            self.automatic_reach() if automatic.get("Enabled") else {},
            tuple(self.instances()),
            next((each["OperationId"] for each in self.operations() if each["Status"] not in ENDED), ""),
        )

    def automatic_reach(self) -> Mapping[str, frozenset[str]]:
        """The units and Regions of auto-deployment."""
        listed = self.pages("ListStackSetAutoDeploymentTargets", self.client.list_stack_set_auto_deployment_targets)
        return reach_of((item["OrganizationalUnitId"], region) for item in listed for region in item["Regions"])

    def instances(self) -> Iterator[DeployedInstance]:
        """The stack instances."""
        for item in self.pages("ListStackInstances", self.client.list_stack_instances):
            yield DeployedInstance(
                item["Account"],
                item["Region"],
                item.get("OrganizationalUnitId", ""),
                item["Status"],
                item.get("StackInstanceStatus", {}).get("DetailedStatus", ""),
                item.get("StatusReason", ""),
                item.get("LastOperationId", ""),
            )

    def operations(self) -> Iterator[Mapping[str, Any]]:
        """The operations, the newest first; only the first page, as one that runs is new."""
        with aws_call("ListStackSetOperations"):
            yield from untyped(self.client.list_stack_set_operations(**self.who, MaxResults=20))["Summaries"]

    def pages(self, operation: str, call: Callable[..., Any], **arguments: Any) -> Iterator[Any]:
        """The Summaries on all pages."""
        return pages(operation, call, **self.who, **arguments)

    def operation(self, identifier: str) -> Mapping[str, Any]:
        """DescribeStackSetOperation."""
        with aws_call("DescribeStackSetOperation"):
            return untyped(
                self.client.describe_stack_set_operation(**self.who, OperationId=identifier)["StackSetOperation"]
            )

    def wait(self, identifier: str) -> str:
        """Wait until an operation has ended, and return its status."""

        def ended() -> str | None:
            try:
                status = str(self.operation(identifier)["Status"])
            except AwsCallError as error:
                if error.code != "OperationNotFoundException":  # it may be too new
                    raise
                return None
            return status if status in ENDED else None

        return wait_for(f"operation {identifier} of stack set {self.name}", ended, OPERATION)

    def run(self, operation: str, identify: Callable[[int], str], start: Callable[[str], Any]) -> None:
        """Start an operation, or find the one of an interrupted run, and wait for it.

        `AwsError` names the accounts that failed, when there are more than the stack set tolerates.
        """
        for generation in range(GENERATIONS):
            identifier = identify(generation)
            if self.started(operation, identifier, start):
                break
        else:
            raise AwsError(f"{operation}: {GENERATIONS} operations of stack set {self.name} had this content")
        status = self.wait(identifier)
        if status != "SUCCEEDED":
            raise self.failure(operation, identifier, status)

    def started(self, operation: str, identifier: str, start: Callable[[str], Any]) -> bool:
        """Start an operation when no other one runs. False when its id is of one that has ended."""

        def call() -> None:
            with aws_call(operation):
                start(identifier)

        try:
            retry_call(operation, call, is_busy, OPERATION)
        except AwsCallError as error:
            if error.code != "OperationIdAlreadyExistsException":
                raise
            return self.operation(identifier)["Status"] not in ENDED
        return True

    def failure(self, operation: str, identifier: str, status: str) -> AwsError:
        """The error of an operation that failed or was stopped, with the reasons by account."""
        results = self.pages(
            "ListStackSetOperationResults", self.client.list_stack_set_operation_results, OperationId=identifier
        )
        failed = [item for item in results if item["Status"] != "SUCCEEDED"]
        shown = [item for item in failed if item["Status"] == "FAILED"] or failed
        lines = [f"\n  {result_line(item)}" for item in shown[:SHOWN]]
        more = f"\n  and {len(failed) - len(lines)} more" if len(failed) > len(lines) else ""
        return AwsError(
            f"{operation}: operation {identifier} of stack set {self.name} ended as {status}: not deployed: "
            f"{len(failed)}{''.join(lines)}{more}",
            hint="`catalog stackset status` lists them. Fix the cause and run the same command again: it deploys where "
            "the operation failed or did not come.",
        )


def result_line(item: Mapping[str, Any]) -> str:
    """`111122223333 eu-west-1: FAILED: reason`."""
    reason = item.get("StatusReason") or "AWS gives no reason"
    return f"{item['Account']} {item['Region']}: {item['Status']}: {reason}"


def organizations_access(session: AwsSession, settings: StackSetSettings) -> str:
    """The status of StackSets' trusted access to the organization: ENABLED, DISABLED or DISABLED_PERMANENTLY."""
    with aws_call("DescribeOrganizationsAccess"):
        return str(session.cloudformation.describe_organizations_access(CallAs=settings.call_as())["Status"])


def stack_set_names(session: AwsSession, settings: StackSetSettings) -> Iterator[str]:
    """The names of all active stack sets of the account, or of the delegated administrators, in the Region."""
    listing = session.cloudformation.list_stack_sets
    for item in pages("ListStackSets", listing, Status="ACTIVE", CallAs=settings.call_as()):
        yield item["StackSetName"]


def pages(operation: str, call: Callable[..., Any], **arguments: Any) -> Iterator[Any]:
    """The Summaries on all pages. botocore has no paginator for one of these operations."""
    token: dict[str, str] = {}
    while True:
        with aws_call(operation):
            answer = untyped(call(**arguments, **token))
        yield from answer.get("Summaries", [])
        if not answer.get("NextToken"):
            return
        token = {"NextToken": answer["NextToken"]}


def is_busy(error: AwsCallError) -> bool:
    """Whether another operation of the stack set runs, or one has just changed it."""
    return error.code in ("OperationInProgressException", "StaleRequestException")


def api(executor: Executor, declared: DeclaredStackSet) -> StackSetApi:
    """The calls on a stack set."""
    return StackSetApi(executor.session, declared.name, declared.settings)


def source(executor: Executor, declared: DeclaredStackSet) -> TemplateSource:
    """The request itself for a small template, else an object of the template bucket."""
    body = declared.body.encode()
    if len(body) <= INLINE_LIMIT:
        return {"TemplateBody": declared.body}
    store, digest = TemplateStore(executor.session, executor.bucket, "stacks"), digest_of(body)
    store.put(declared.name, digest, body)
    return {"TemplateURL": store.url(declared.name, digest)}


def identity(executor: Executor, operation: str, address: Address, *content: Any) -> Callable[[int], str]:
    """A generation → the id of an operation with this content."""
    session = executor.session
    account, region, owner = session.identity.account, session.region, executor.writer.owner
    return lambda generation: token_of(account, region, owner, operation, address, content, generation)


def definition(executor: Executor, declared: DeclaredStackSet) -> dict[str, Any]:
    """The arguments that CreateStackSet and UpdateStackSet have in common."""
    return {
        **source(executor, declared),
        "Description": declared.description,
        "Capabilities": list(declared.capabilities),
        "Tags": stack_tags({OWNER_TAG: executor.writer.owner}),
        "PermissionModel": PERMISSIONS,
        "AutoDeployment": declared.settings.automatic(),
    }


@handles(CreateStackSet)
def _(executor: Executor, change: CreateStackSet) -> None:
    """Create. A stack set of ours that another run has created there gets this content by the next plan."""
    declared = change.stack_set
    calls = api(executor, declared)
    token = token_of(executor.session.identity.account, executor.session.region, executor.writer.owner, change.address)
    try:
        with aws_call("CreateStackSet"):
            calls.client.create_stack_set(**calls.who, **definition(executor, declared), ClientRequestToken=token)
    except AwsCallError as error:
        if error.code not in ("NameAlreadyExistsException", "CreatedButModifiedException"):
            raise
        update(executor, change.address, declared)


def update(executor: Executor, address: Address, declared: DeclaredStackSet) -> None:
    """UpdateStackSet, which deploys to all instances again."""
    calls = api(executor, declared)
    observed = calls.observe()
    if observed is None or observed.tags.get(OWNER_TAG) != executor.writer.owner:
        raise AwsError(f"stack set {declared.name} exists and is not ours: it lacks the tag {OWNER_TAG}")
    content = definition(executor, declared)
    preferences: Any = declared.settings.operation_preferences({each.region for each in observed.instances})
    calls.run(
        "UpdateStackSet",
        identity(executor, "UpdateStackSet", address, content, preferences),
        lambda identifier: calls.client.update_stack_set(
            **calls.who, **content, OperationPreferences=preferences, OperationId=identifier
        ),
    )


@handles(UpdateStackSet)
def _(executor: Executor, change: UpdateStackSet) -> None:
    update(executor, change.address, change.stack_set)


def operate(executor: Executor, change: InstancesChange, call: Callable[..., Any], **more: Any) -> None:
    """An operation on instances."""
    declared, targets = change.stack_set, change.targets()
    calls = api(executor, declared)
    preferences = declared.settings.operation_preferences(change.regions)
    arguments = {
        "DeploymentTargets": targets,
        "Regions": list(change.regions),
        "OperationPreferences": preferences,
        **more,
    }
    calls.run(
        change.operation,
        identity(executor, change.operation, change.address, declared.body, arguments),
        lambda identifier: call(**calls.who, **arguments, OperationId=identifier),
    )


@handles(CreateStackInstances)
def _(executor: Executor, change: CreateStackInstances) -> None:
    operate(executor, change, executor.session.cloudformation.create_stack_instances)


@handles(UpdateStackInstances)
def _(executor: Executor, change: UpdateStackInstances) -> None:
    operate(executor, change, executor.session.cloudformation.update_stack_instances)


@handles(DeleteStackInstances)
def _(executor: Executor, change: DeleteStackInstances) -> None:
    operate(executor, change, executor.session.cloudformation.delete_stack_instances, RetainStacks=False)
