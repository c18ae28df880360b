"""Permissions that a launch role needs for the service actions that run as it (assume_role LAUNCH_ROLE).

Service Catalog assumes the role, starts the automation as the role and follows it. The automation acts as the identity
that started it, because documents of ours have no assumeRole. So Systems Manager needs no trust, and no role is passed.

Sources:

- Service Catalog administrator guide, "Service actions", "Troubleshooting": "Access denied while assuming the role"
  names servicecatalog.amazonaws.com; "The role specified in the service action definition does not have permissions to
  invoke ssm:StartAutomationExecution".
- Service Management Connector administrator guide, "Creating the SCConnectLaunch role": a launch role that runs service
  actions. It trusts only Service Catalog. It has the four actions of RUNNING and ssm:StopAutomationExecution, for
  which Service Catalog has no operation.
- Systems Manager user guide, "Run an automated operation": by default in the context of who started it.
- Service Authorization Reference, Systems Manager: the resources.

These permissions cannot have the condition of the derived ones, aws:CalledViaFirst, because CloudFormation does not
make the calls.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from catalog.check.iam_actions import IamAction, iam_action
from catalog.content.ssm_documents import CALLS, build_document, document_prefix, render_document, walk_steps
from catalog.model.definition import LaunchPermission, ProductDefinition
from catalog.model.service_action import DOCUMENT_ARN, LAUNCH_ROLE, TARGET, ServiceAction
from catalog.roles.derive import ProductVersion
from catalog.roles.statements import Conditions, Grant, to_statements
from catalog.roles.template import STACKS_OF_SERVICE_CATALOG
from catalog.roles.values import TemplateResource, TemplateView

NO_CALLS = ("aws:branch", "aws:loop", "aws:pause", "aws:sleep", "aws:updateVariable")
"""Kinds of steps that call no API themselves."""
RUNNING = (
    "cloudformation:ListStackResources",
    "ssm:DescribeDocument",
    "ssm:GetAutomationExecution",
    "ssm:StartAutomationExecution",
)
"""IAM actions that Service Catalog uses as the role, for every document."""
BY_TAG: Mapping[str, str] = {"AWS::KMS::Key": "key"}
"""Resource type → its kind in IAM, for kinds where aws:ResourceTag narrows every action (KMS developer guide, "ABAC for
AWS KMS"). CloudFormation puts no aws:cloudformation tags on keys (cloudFormationSystemTags of their schema), so the
condition uses tags that the template has as literals."""


@dataclass(slots=True)
class ServiceActionNeeds:
    """What the service actions of some products need of one launch role."""

    grants: list[Grant] = field(default_factory=list)
    documents: list[str] = field(default_factory=list)
    """ARNs of the documents that are started, each as document and as automation-definition."""
    needed_by: dict[str, set[str]] = field(default_factory=dict)
    """IAM action → the steps that call it."""
    underivable: dict[str, str] = field(default_factory=dict)
    """Service action or step → why its permissions cannot be derived."""

    def add(self, owner: str, key: str, file: str, action: ServiceAction, versions: Sequence[ProductVersion]) -> None:
        """Add one service action of the product that `file` declares; `versions` are those that can be launched."""
        where = f"{file}: service action {action.key!r}"
        self.documents += document_arns(owner, key, action)
        if render_document(owner, key, action, file) is None:
            self.underivable[where] = f"the steps of document {action.document} are not known in this repository"
            return
        tags = literal_tags(action, versions)
        for step in walk_steps(build_document(file, action)["mainSteps"]):
            if step["action"] in CALLS:
                self.add_call(where, action, step, tags)
            elif step["action"] not in NO_CALLS:
                self.underivable[f"{where}, step {step['name']}"] = f"the calls of {step['action']} cannot be derived"

    def add_call(self, where: str, action: ServiceAction, step: Mapping[str, Any], tags: Mapping[str, str]) -> None:
        """Add a step that calls an API."""
        name = f"{step['inputs'].get('Service')}:{step['inputs'].get('Api')}"
        call = iam_action(name) if re.fullmatch(r"[a-z0-9-]+:[A-Za-z0-9]+", name) else None
        if call is None:
            self.underivable[f"{where}, step {step['name']}"] = f"IAM has no action {name}"
            return
        kinds = () if call.everywhere else tuple(sorted(call.resources))
        conditions = tag_conditions(tags) if is_narrowed(action, step, call) else {}
        reason = f"Step {step['name']} of {where}"
        self.grants.append(Grant(call.action, kinds, resources_of(call), "", reason, conditions))
        self.needed_by.setdefault(call.action, set()).add(f"step {step['name']} of {where}")

    def permissions(self) -> Iterator[LaunchPermission]:
        """The statements: to start and follow automations, and for the calls of their steps."""
        if not self.documents:
            return
        yield LaunchPermission(
            "RunServiceActions",
            ("ssm:DescribeDocument", "ssm:StartAutomationExecution"),
            tuple(dict.fromkeys(self.documents)),
            "Service Catalog reads and starts the documents of service actions as this role; a name ends with the "
            "digest of its content.",
        )
        yield LaunchPermission(
            "FollowServiceActions",
            ("ssm:GetAutomationExecution", "ssm:StartAutomationExecution"),
            ("arn:${AWS::Partition}:ssm:*:${AWS::AccountId}:automation-execution/*",),
            "The id of an automation is not known before it starts.",
        )
        yield LaunchPermission(
            "TargetsOfServiceActions",
            ("cloudformation:ListStackResources",),
            (STACKS_OF_SERVICE_CATALOG,),
            "Service Catalog reads the target of a service action from the stack of the provisioned product.",
        )
        for permission in to_statements(self.grants, called_via=False):
            yield replace(permission, sid=f"Action{permission.sid}")

    def callers(self) -> dict[str, tuple[str, ...]]:
        """IAM action → its callers, as `catalog role derive --explain` shows them."""
        steps_by_action = {name: tuple(sorted(steps)) for name, steps in self.needed_by.items()}
        running = RUNNING if self.documents else ()
        return steps_by_action | dict.fromkeys(running, ("Service Catalog, to run service actions",))


def service_action_needs(
    owner: str, products: Mapping[str, ProductDefinition], versions: Mapping[str, Sequence[ProductVersion]]
) -> ServiceActionNeeds:
    """What a launch role needs for the service actions of the products that it launches."""
    needs = ServiceActionNeeds()
    for key, product in products.items():
        for action in product.service_actions:
            if action.assume_role == LAUNCH_ROLE:
                needs.add(owner, key, product.shown(key), action, versions[key])
    return needs


def document_arns(owner: str, key: str, action: ServiceAction) -> tuple[str, ...]:
    """ARNs of the documents of a service action: for a document of ours, of every content; else of the named one."""
    if not isinstance(action.document, str):
        account, names = "${AWS::AccountId}", f"{document_prefix(owner, key, action.key)}*"
    elif shared := DOCUMENT_ARN.fullmatch(action.document):
        account, names = shared["account"], shared["name"]
    else:
        # ARNs of AWS's documents have no account ("arn:aws:ssm:us-east-1::automation-definition/AWS-…").
        account, names = ("" if action.document.startswith("AWS") else "${AWS::AccountId}"), action.document
    start = f"arn:${{AWS::Partition}}:ssm:*:{account}:"
    return f"{start}document/{names}", f"{start}automation-definition/{names}:*"


def resources_of(call: IamAction) -> frozenset[str]:
    """ARNs of every kind of resource that the IAM action takes, else `*`."""
    return frozenset({"*"} if call.everywhere else {arn for arns in call.resources.values() for arn in arns})


def is_narrowed(action: ServiceAction, step: Mapping[str, Any], call: IamAction) -> bool:
    """Whether the call is on the target, and only on a kind of resource that IAM can narrow by tag."""
    return set(call.resources) == {BY_TAG.get(action.target_type)} and on_target(action, step)


def tag_conditions(tags: Mapping[str, str]) -> Conditions:
    """The condition that the resource has all of the tags; none without tags."""
    return {"StringEquals": {f"aws:ResourceTag/{key}": value for key, value in tags.items()}} if tags else {}


def on_target(action: ServiceAction, step: Mapping[str, Any]) -> bool:
    """Whether an input of the step is the resource of the provisioned product that Service Catalog fills in."""
    targets = {name for name, kind in action.parameters.items() if kind == TARGET}
    texts = [value for value in step["inputs"].values() if isinstance(value, str)]
    return any(re.fullmatch(r"\{\{\s*" + re.escape(name) + r"\s*\}\}", text) for name in targets for text in texts)


def literal_tags(action: ServiceAction, versions: Sequence[ProductVersion]) -> dict[str, str]:
    """Tags that every resource of the target type has in every version, as literals of the template."""
    tags_of_targets = [
        tags_of(resource)
        for version in versions
        if action.works_with(version.version)
        for resource in TemplateView(version.template).resources()
        if resource.type == action.target_type
    ]
    first = tags_of_targets[0] if tags_of_targets else {}
    return {
        key: value for key, value in sorted(first.items()) if all(tags.get(key) == value for tags in tags_of_targets)
    }


def tags_of(resource: TemplateResource) -> dict[str, str]:
    """The tags of a resource that are literals, without a function or condition."""
    tags = resource.properties.get("Tags") if isinstance(resource.properties, Mapping) else None
    return {
        tag["Key"]: tag["Value"]
        for tag in (tags if isinstance(tags, list) else ())
        if isinstance(tag, Mapping) and isinstance(tag.get("Key"), str) and isinstance(tag.get("Value"), str)
    }
