"""What a launch role needs beside launching: to run the service actions that are executed as LAUNCH_ROLE.

Service Catalog assumes the role, starts the automation with it and follows it; the automation acts as whoever started
it, since documents of ours name no role of their own. So Systems Manager need not be trusted, and no role is passed.
Sources: Service Catalog administrator guide, "Service actions", step "Troubleshooting" ("Access denied while assuming
the role": servicecatalog.amazonaws.com; "The role specified in the service action definition does not have permissions
to invoke ssm:StartAutomationExecution"); Service Management Connector administrator guide, "Creating the
SCConnectLaunch role", a launch role that runs service actions: it trusts Service Catalog alone, and has the four
actions of RUNNING and ssm:StopAutomationExecution, for which Service Catalog has no operation; Systems Manager user
guide, "Run an automated operation": by default in the context of who started it; Service Authorization Reference,
Systems Manager, for the resources.

The condition of derived permissions, aws:CalledViaFirst, cannot stand here: no CloudFormation is on the way.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from catalog.check.handlers import iam_action
from catalog.content.ssm_documents import CALLS, built, document_prefix, render_document, walk_steps
from catalog.model.definition import LaunchPermission, ProductDefinition
from catalog.model.service_action import DOCUMENT_ARN, LAUNCH_ROLE, TARGET, ServiceAction
from catalog.roles.derive import ProductVersion
from catalog.roles.statements import Grant, grouped
from catalog.roles.template import STACKS_OF_SERVICE_CATALOG
from catalog.roles.values import TemplateResource, TemplateView

NO_CALLS = ("aws:branch", "aws:loop", "aws:pause", "aws:sleep", "aws:updateVariable")
"""Steps that call nothing themselves."""
RUNNING = (
    "cloudformation:ListStackResources",
    "ssm:DescribeDocument",
    "ssm:GetAutomationExecution",
    "ssm:StartAutomationExecution",
)
"""What Service Catalog does as the role, whatever the document is."""
BY_TAG: Mapping[str, str] = {"AWS::KMS::Key": "key"}
"""Resource type → its kind in IAM, where aws:ResourceTag narrows every action on it (KMS developer guide, "ABAC for AWS
KMS"). CloudFormation puts no aws:cloudformation tags on keys (cloudFormationSystemTags of their schema), so the tags
that a template writes out are what tells them."""


@dataclass(slots=True)
class ActionNeeds:
    """What the actions of some products need of one launch role."""

    grants: list[Grant] = field(default_factory=list)
    documents: list[str] = field(default_factory=list)
    """ARNs of what is started, the last part as document and as automation-definition."""
    needed_by: dict[str, set[str]] = field(default_factory=dict)
    underivable: dict[str, str] = field(default_factory=dict)

    def add(self, owner: str, key: str, action: ServiceAction, versions: Sequence[ProductVersion]) -> None:
        """One action of one product; `versions` are those that people can have launched."""
        where = f"products/{key}.py: service action {action.key!r}"
        self.documents += started(owner, key, action)
        if render_document(owner, key, action) is None:
            self.underivable[where] = f"the steps of document {action.document} are not known here"
            return
        tags = literal_tags(action, versions)
        for step in walk_steps(built(key, action)["mainSteps"]):
            if step["action"] in CALLS:
                self.add_call(where, action, step, tags)
            elif step["action"] not in NO_CALLS:
                self.underivable[f"{where}, step {step['name']}"] = f"what {step['action']} calls cannot be derived"

    def add_call(self, where: str, action: ServiceAction, step: Mapping[str, Any], tags: Mapping[str, str]) -> None:
        """A step that makes an API call."""
        name = f"{step['inputs'].get('Service')}:{step['inputs'].get('Api')}"
        known = iam_action(name) if re.fullmatch(r"[a-z0-9-]+:[A-Za-z0-9]+", name) else None
        if known is None:
            self.underivable[f"{where}, step {step['name']}"] = f"IAM knows no action {name}"
            return
        narrowed = tags and set(known.resources) == {BY_TAG.get(action.target_type)} and on_target(action, step)
        conditions = {"StringEquals": {f"aws:ResourceTag/{key}": value for key, value in tags.items()}}
        arns = frozenset({"*"} if known.everywhere else {arn for found in known.resources.values() for arn in found})
        self.grants.append(
            Grant(
                known.action,
                () if known.everywhere else tuple(sorted(known.resources)),
                arns,
                "",
                f"Step {step['name']} of {where}",
                conditions if narrowed else {},
            )
        )
        self.needed_by.setdefault(known.action, set()).add(f"step {step['name']} of {where}")

    def permissions(self) -> Iterator[LaunchPermission]:
        """The statements: to start and follow automations, and what their steps call."""
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
            "An automation that was started has an id that is not known before.",
        )
        yield LaunchPermission(
            "TargetsOfServiceActions",
            ("cloudformation:ListStackResources",),
            (STACKS_OF_SERVICE_CATALOG,),
            "Service Catalog looks up in the provisioned product's stack what an action works on.",
        )
        for permission in grouped(self.grants, called_via=False):
            yield replace(permission, sid=f"Action{permission.sid}")

    def callers(self) -> dict[str, tuple[str, ...]]:
        """Action → what calls it, as `catalog role derive --explain` shows."""
        found = {name: tuple(sorted(steps)) for name, steps in self.needed_by.items()}
        return found | dict.fromkeys(RUNNING if self.documents else (), ("Service Catalog, to run service actions",))


def action_needs(
    owner: str, products: Mapping[str, ProductDefinition], versions: Mapping[str, Sequence[ProductVersion]]
) -> ActionNeeds:
    """What a launch role needs for the service actions of the products that it launches."""
    needs = ActionNeeds()
    for key, product in products.items():
        for action in product.service_actions:
            if action.assume_role == LAUNCH_ROLE:
                needs.add(owner, key, action, versions[key])
    return needs


def started(owner: str, key: str, action: ServiceAction) -> tuple[str, ...]:
    """ARNs of an action's documents: every one that it ever had, or the one that it names."""
    if not isinstance(action.document, str):
        account, names = "${AWS::AccountId}", f"{document_prefix(owner, key, action.key)}*"
    elif shared := DOCUMENT_ARN.fullmatch(action.document):
        account, names = shared["account"], shared["name"]
    else:
        # Documents of AWS have no account in their ARN ("arn:aws:ssm:us-east-1::automation-definition/AWS-…").
        account, names = ("" if action.document.startswith("AWS") else "${AWS::AccountId}"), action.document
    start = f"arn:${{AWS::Partition}}:ssm:*:{account}:"
    return f"{start}document/{names}", f"{start}automation-definition/{names}:*"


def on_target(action: ServiceAction, step: Mapping[str, Any]) -> bool:
    """Whether the call is on the resource of the provisioned product that Service Catalog fills in."""
    targets = {name for name, kind in action.parameters.items() if kind == TARGET}
    texts = [value for value in step["inputs"].values() if isinstance(value, str)]
    return any(re.fullmatch(r"\{\{\s*" + re.escape(name) + r"\s*\}\}", text) for name in targets for text in texts)


def literal_tags(action: ServiceAction, versions: Sequence[ProductVersion]) -> dict[str, str]:
    """Tags that every resource of the target type has in every version, written out in the template."""
    found = [
        tags_of(resource)
        for version in versions
        if action.works_with(version.version)
        for resource in TemplateView(version.template).resources()
        if resource.type == action.target_type
    ]
    first = found[0] if found else {}
    return {key: value for key, value in sorted(first.items()) if all(one.get(key) == value for one in found)}


def tags_of(resource: TemplateResource) -> dict[str, str]:
    """The tags of a resource that are no functions and under no condition."""
    tags = resource.properties.get("Tags") if isinstance(resource.properties, Mapping) else None
    return {
        one["Key"]: one["Value"]
        for one in (tags if isinstance(tags, list) else ())
        if isinstance(one, Mapping) and isinstance(one.get("Key"), str) and isinstance(one.get("Value"), str)
    }
