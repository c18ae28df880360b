"""Run SSM Automation documents; the sandbox supports aws:executeAwsApi steps.

Source: Systems Manager Automation runbook reference, "aws:executeAwsApi" and "Automation assume role". The permissions
of a step are checked against the role that the automation assumes, as for the calls of a launch role.
"""

from __future__ import annotations

import json
import re
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from moto.core.exceptions import JsonRESTError, ServiceException

from catalog.sandbox import identity
from catalog.sandbox.api_steps import StepFailedError, run_step
from catalog.sandbox.kms import policy as policies
from catalog.sandbox.kms.models import SandboxKey, SandboxKmsBackend, sandbox_backend
from catalog.sandbox.registry.naming import StackPlace
from catalog.sandbox.settings import settings

DOCUMENT_ARN = re.compile(r"arn:[a-z-]+:ssm:[a-z0-9-]+:(\d{12}):(?:document|automation-definition)/([^:]+)(?::.*)?")
PLACEHOLDER = re.compile(r"\{\{\s*([\w.]+)\s*\}\}")
Values = Mapping[str, list[str]]


class AutomationFailed(Exception):  # noqa: N818 - describes the event
    """The document does not exist, or a step failed."""


@dataclass(frozen=True)
class AutomationDocument:
    """An automation document."""

    name: str
    steps: list[Mapping[str, Any]]
    parameters: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    target_type: str = ""
    """The resource type that it accepts as target, for example AWS::KMS::Key; empty for any type."""
    owner: str = ""
    version: str = ""

    def arn(self, kind: str, partition: str, region: str) -> str:
        """The ARN of the document as `kind`: `document` or `automation-definition`."""
        suffix = f":{self.version}" if kind == "automation-definition" else ""
        return f"arn:{partition}:ssm:{region}:{self.owner}:{kind}/{self.name}{suffix}"


def is_aws_owned(name: str) -> bool:
    """Whether AWS owns the document; the sandbox has no such documents."""
    return name.startswith("AWS")


def find(account: str, region: str, name: str, version: str) -> AutomationDocument:
    """Find a document by its name, or by its ARN in another account; raises `AutomationFailed` if there is none."""
    match = DOCUMENT_ARN.fullmatch(name)
    owner, plain = match.groups() if match else (account, name)
    from moto.ssm.models import ssm_backends  # it imports EC2, which takes longer than a start

    backend = ssm_backends[owner][region]
    number = "" if version == "$DEFAULT" else version
    try:
        content_response = backend.get_document(plain, number, "", "JSON")
        described = backend.describe_document(plain, number, "")
    except ServiceException as error:
        raise AutomationFailed(f"Document with name {name} and version {version} does not exist.") from error
    content = json.loads(content_response["Content"])
    if content_response["DocumentType"] != "Automation":
        raise AutomationFailed(f"Document {name} is not of the type Automation.")
    target = str(described.get("TargetType") or "")
    if not target:
        raise AutomationFailed(f"TargetType not defined for SSM Automation document {name}.")
    parameters = content.get("parameters") or {}
    return AutomationDocument(plain, content.get("mainSteps", []), parameters, target.removeprefix("/"), owner, version)


def run(document: AutomationDocument, values: Values, *, role: str, caller: str, region: str, stack: str) -> None:
    """Run all steps with `role`, or with `caller` if there is no role; raises `AutomationFailed` at the first failure.

    `stack` is the ARN of the stack whose resources are the targets.
    """
    if role and settings.enforce_launch_role:
        _check_service_calls(document, role, region, stack)
    known: dict[str, Any] = {name: ",".join(given) for name, given in values.items()}
    for step in document.steps:
        try:
            known |= _run_step(step, values, known, role=role, caller=caller, region=region)
        except AutomationFailed:
            if step.get("onFailure") != "Continue":
                raise
        if step.get("isEnd"):
            return


def _run_step(
    step: Mapping[str, Any], values: Values, known: Mapping[str, Any], *, role: str, caller: str, region: str
) -> dict[str, Any]:
    """Run a step: its outputs. Steps on keys are checked against the key policy too."""
    name, action, inputs = str(step.get("name")), step.get("action"), step.get("inputs") or {}
    call = (str(inputs.get("Service")), str(inputs.get("Api")))
    if action != "aws:executeAwsApi" or (call[0] == "kms" and call not in APIS):
        step_text = f"{action} {':'.join(call)}" if action == "aws:executeAwsApi" else str(action)
        raise AutomationFailed(f"Step {name}: the sandbox does not support {step_text}.")
    _, partition, _, _, account, _ = (role or caller).split(":", 5)
    try:
        if call not in APIS:
            enforced = role if settings.enforce_launch_role else ""
            return run_step(step, known, enforced, StackPlace(account, region, partition, "", name))
        backend = sandbox_backend(account, region)
        key = backend.existing_key(_filled(inputs.get("KeyId"), values))
        _authorize(backend, key, f"{call[0]}:{call[1]}", role, caller)
        APIS[call](backend, key)
    except (JsonRESTError, StepFailedError) as error:
        reason = error.message if isinstance(error, JsonRESTError) else str(error)
        raise AutomationFailed(f"Step fails when it is Executing. {name}: {reason}") from error
    return {}


def _check_service_calls(document: AutomationDocument, role: str, region: str, stack: str) -> None:
    """Check the calls that Service Catalog makes with the role.

    It is documented that Service Catalog starts the automation; the other three calls are assumed. Source: Service
    Catalog Administrator Guide, "Service actions", step "Troubleshooting"; Service Management Connector Administrator
    Guide, "Creating the SCConnectLaunch role", whose policy for service actions has these four and
    ssm:StopAutomationExecution. The resource types come from the Service Authorization Reference.
    """
    _, partition, _, _, account, _ = role.split(":", 5)
    execution = f"arn:{partition}:ssm:{region}:{account}:automation-execution/{uuid.uuid4()}"
    started = (document.arn("document", partition, region), document.arn("automation-definition", partition, region))
    calls = [("cloudformation:ListStackResources", stack), ("ssm:DescribeDocument", started[0])]
    calls += [("ssm:StartAutomationExecution", arn) for arn in (*started, execution)]
    for action, arn in (*calls, ("ssm:GetAutomationExecution", execution)):
        if reason := identity.refusal(role, action, arn, {"aws:requestedregion": region}):
            operation = action.partition(":")[2]
            raise AutomationFailed(
                f"An error occurred (AccessDeniedException) when calling the {operation} operation: {reason}"
            )


def _filled(text: object, values: Values) -> str:
    """An input with its `{{ Parameter }}` placeholders replaced."""
    return PLACEHOLDER.sub(lambda match: ",".join(values.get(match[1], [match[0]])), str(text))


def _authorize(backend: SandboxKmsBackend, key: SandboxKey, action: str, role: str, caller: str) -> None:
    tags = {f"aws:resourcetag/{name.lower()}": value for name, value in backend.tags_of(key).items()}
    access = backend.access(action, role or caller, tags)
    backend.authorize(key, action, role or caller)
    if (
        role
        and settings.enforce_launch_role
        and not policies.allows_by_name(policies.parse(key.policy), access, key.arn)
    ):
        identity.require(role, action, key.arn, access.context)


def _rotate(backend: SandboxKmsBackend, key: SandboxKey) -> None:
    backend.rotate_now(key)


def _enable(backend: SandboxKmsBackend, key: SandboxKey) -> None:
    backend.enable_key(key.id)


def _disable(backend: SandboxKmsBackend, key: SandboxKey) -> None:
    backend.disable_key(key.id)


APIS: dict[tuple[str, str], Callable[[SandboxKmsBackend, SandboxKey], None]] = {
    ("kms", "RotateKeyOnDemand"): _rotate,
    ("kms", "EnableKey"): _enable,
    ("kms", "DisableKey"): _disable,
}
"""The supported calls on KMS of an aws:executeAwsApi step, each on the key that its KeyId names."""
