"""A provisioned product as it is: its version, its launch path, its stack and the values of its parameters."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeVar

from catalog.aws.calls import aws_call
from catalog.aws.launched_stacks import stack_detail
from catalog.aws.provisioning import Provisioning
from catalog.aws.session import AwsSession
from catalog.cfn import HIDDEN, Pseudo, Template
from catalog.content.template_files import read_template
from catalog.errors import AwsCallError, AwsError, ContentError
from catalog.provisioning.form import read_version_template
from catalog.provisioning.lookup import find_provisioned_product, stack_of_record

Answer = TypeVar("Answer")
NO_UPDATE: Mapping[str, tuple[str, str]] = {
    "UNDER_CHANGE": (
        "another operation works on it",
        "Wait until it is done: `catalog show {name}` shows the status.",
    ),
    "PLAN_IN_PROGRESS": (
        "it is only planned, not launched",
        "Execute or delete its plan in the console, then launch it.",
    ),
    "ERROR": (
        "its last operation failed, and AWS accepts no update",
        "`catalog terminate {name}` deletes what is left of it; then launch it under the same name again.",
    ),
}
"""Status → why AWS accepts no update, and what to do (ProvisionedProductDetail in the API Reference)."""


@dataclass(frozen=True, slots=True)
class CurrentLaunch:
    """A provisioned product, as far as the caller may read it."""

    id: str
    name: str
    status: str
    message: str
    type: str
    """CFN_STACK or CFN_STACKSET."""
    product_id: str
    artifact_id: str
    last_record_id: str
    path_id: str
    """The launch path of the last successful operation."""
    tags: Mapping[str, str]
    """The tags of the last successful operation."""
    stack: str
    """The ARN of the stack; empty for a stack set."""
    parameters: Mapping[str, str] | None = None
    """As they were given; a NoEcho value is `****`. None if the stack cannot be read."""
    ssm: Mapping[str, str] = field(default_factory=dict)
    """Name of an SSM parameter → its value at the last operation."""
    protected: bool = False
    """Whether the stack has termination protection."""
    exports: tuple[str, ...] = ()
    """The names under which other stacks can import its outputs."""

    @property
    def hidden(self) -> frozenset[str]:
        """The NoEcho parameters, whose values nobody can read."""
        return frozenset(name for name, value in (self.parameters or {}).items() if value == HIDDEN)

    def pseudo(self, session: AwsSession) -> Pseudo:
        """The pseudo parameters of its stack."""
        identity = session.identity
        parts = self.stack.split(":", 5)
        account = parts[4] if len(parts) == 6 else identity.account
        name = parts[5].split("/")[1] if len(parts) == 6 else f"SC-{account}-{self.id}"
        return Pseudo(account, session.region, name, self.stack or f"arn:{identity.partition}:cloudformation:::stack/")

    def require_updatable(self) -> None:
        """`AwsError` if AWS accepts no update in this status."""
        if self.status in NO_UPDATE:
            why, hint = NO_UPDATE[self.status]
            message = f" ({self.message})" if self.message else ""
            raise AwsError(
                f"{self.name} is {self.status}: {why}{message} [record {self.last_record_id}]",
                hint=hint.format(name=self.name),
            )


def read_current(session: AwsSession, name: str) -> CurrentLaunch:
    """The provisioned product with this name or id; `AwsError` when there is none."""
    return current_launch(session, find_provisioned_product(session, name))


def current_launch(session: AwsSession, detail: Mapping[str, Any]) -> CurrentLaunch:
    """A provisioned product from its ProvisionedProductDetail, or ProvisionedProductAttribute, with its stack."""
    provisioning = Provisioning(session)
    last = detail.get("LastProvisioningRecordId", "")
    successful = detail.get("LastSuccessfulProvisioningRecordId") or last
    record = provisioning.record(successful) if successful else None
    is_stack = detail.get("Type", "CFN_STACK") == "CFN_STACK"
    stack = (detail.get("PhysicalId") or stack_of_record(detail, record)) if is_stack else ""
    live = if_readable(lambda: stack_detail(session, stack)) if stack else None
    return CurrentLaunch(
        id=detail["Id"],
        name=detail.get("Name", ""),
        status=detail.get("Status", ""),
        message=detail.get("StatusMessage", ""),
        type=detail.get("Type", ""),
        product_id=detail["ProductId"],
        artifact_id=detail["ProvisioningArtifactId"],
        last_record_id=last,
        path_id=record.path_id if record else "",
        tags=record.tags if record else {},
        stack=stack,
        parameters=live.parameters if live else None,
        ssm=live.ssm if live else {},
        protected=live.protected if live else False,
        exports=tuple(output.export for output in live.outputs if output.export) if live else (),
    )


def if_readable(read: Callable[[], Answer]) -> Answer | None:
    """The answer of a read; None without the permission for it, or without a stack."""
    try:
        return read()
    except AwsCallError as error:
        gone = error.code == "ResourceNotFoundException" or "does not exist" in error.text
        if gone or "AccessDenied" in error.code:
            return None
        raise


def stack_template(session: AwsSession, stack: str) -> Template | None:
    """The template with which a stack was last changed; None without the permission to read it."""

    def read() -> Any:
        with aws_call("GetTemplate"):
            return session.cloudformation.get_template(StackName=stack, TemplateStage="Original")["TemplateBody"]

    body: Any = if_readable(read)
    if isinstance(body, str):
        try:
            return read_template(f"the template of stack {stack}", body.encode())
        except ContentError:  # AWS alone can judge it
            return None
    template: Template | None = body  # boto3 returns a JSON template as data
    return template


def version_template(sessions: Iterable[AwsSession], product_id: str, artifact_id: str) -> Template | None:
    """The template of a version, read by the first session that may; None if none may."""
    for session in sessions:
        if template := read_version_template(session, product_id, artifact_id):
            return template
    return None
