"""The calls of `catalog plan`, `publish`, `prune` and `adopt`, and the IAM permissions that they need, in one table.

A test runs the publisher and compares its calls with this table. docs/permissions.md has the table, which a test
compares too. A new call of the publisher needs a new row here, or in the module of its kind of object (plan/kinds/).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import catalog.plan.kinds  # noqa: F401  # every kind registers its operations
from catalog.check.iam_actions import iam_action
from catalog.errors import CatalogError
from catalog.model.definition import LaunchPermission
from catalog.plan.operations import OPERATIONS as KIND_OPERATIONS
from catalog.plan.operations import PHASES, Operation, Phase, servicecatalog

__all__ = ["NO_PERMISSION", "OPERATIONS", "PHASES", "Operation", "Phase", "PublisherResources", "permissions", "table"]

OPERATIONS: tuple[Operation, ...] = (
    *KIND_OPERATIONS,
    *servicecatalog("plan", "products and portfolios of the account", "SearchProductsAsAdmin", "ListPortfolios"),
    *servicecatalog(
        "plan",
        "the other portfolios that would show a pre-release (`--dev`); whether a product is in its portfolio",
        "ListPortfoliosForProduct",
    ),
    *servicecatalog(
        "plan",
        "number of provisioned products of a version or principal that goes; without it the plan shows it as unknown",
        "SearchProvisionedProducts",
    ),
    Operation("s3:ListBucket", "plan", "whether the bucket exists", "bucket", call="s3:HeadBucket"),
    Operation(
        "iam:GetRole", "plan", "whether the launch role exists; without the permission, AWS reports it later", "roles"
    ),
    Operation("s3:DeleteObject", "publish", "the lease, when the publisher has finished", "lease"),
    Operation(
        "s3:ListBucketVersions",
        "publish",
        "whether another publisher has had the lease since the plan was made",
        "bucket",
        call="s3:ListObjectVersions",
    ),
    Operation(
        "servicecatalog:TagResource",
        "publish",
        "ownership tags (not proven to be needed: the reference lists it for AppRegistry only)",
        "anywhere",
        call="",
    ),
    Operation(
        "sts:AssumeRole",
        "publish",
        "`--to`: the roles of the targets; not for a role that only plans, because these roles can publish",
        "targets",
    ),
)
"""What each kind of object needs (plan/kinds/), then what belongs to no kind."""

BOOTSTRAP_OPERATIONS: tuple[Operation, ...] = (
    *(
        Operation(f"cloudformation:{name}", "bootstrap", "the stacks of the template bucket and of the roles", "stacks")
        for name in ("CreateStack", "DescribeStacks", "GetTemplate", "ListStackResources", "UpdateStack")
    ),
    Operation("cloudformation:DescribeStackEvents", "bootstrap", "why a stack failed", "stacks"),
    Operation("iam:GetRole", "bootstrap", "whether a role was made in another Region", "roles"),
    Operation("s3:PutObject", "bootstrap", "templates of the stacks; the lease", "templates of stacks"),
    Operation(
        "s3:GetObject",
        "bootstrap",
        "CloudFormation reads the template as the caller; who holds the lease, if somebody does",
        "templates of stacks",
        call="",
    ),
    Operation("s3:DeleteObject", "bootstrap", "the lease, when bootstrap has finished", "lease"),
    Operation(
        "s3:ListBucketVersions",
        "bootstrap",
        "whether a publisher has had the lease since the plan was made",
        "bucket",
        call="s3:ListObjectVersions",
    ),
)
"""What `catalog bootstrap` calls itself. What CloudFormation calls for it is derived: publishing/bootstrap_role.py."""

OF_IMPORTS = frozenset(
    f"servicecatalog:{name}"
    for name in (
        "AcceptPortfolioShare",
        "AssociatePrincipalWithPortfolio",
        "DescribePortfolio",
        "DisassociatePrincipalFromPortfolio",
        "ListPrincipalsForPortfolio",
    )
)
"""Actions that are also called on portfolios of other accounts (imports/*.yaml)."""

NO_PERMISSION = frozenset({"sts:GetCallerIdentity"})
"""Calls that need no permission."""


@dataclass(frozen=True, slots=True)
class PublisherResources:
    """The resources that the publisher uses."""

    bucket: str
    """ARN of the template bucket, with placeholders."""
    documents: str
    """ARN pattern of the SSM documents that catalog owns."""
    roles: tuple[str, ...]
    """ARNs of the launch roles."""
    targets: tuple[str, ...] = ()
    """ARNs of the roles of the targets."""
    stacks: tuple[str, ...] = ()
    """ARN patterns of the stacks of `catalog bootstrap`."""
    imports: tuple[str, ...] = ()
    """ARNs of the portfolios of other accounts, imports/*.yaml."""

    def of(self, operation: Operation) -> tuple[str, ...]:
        """ARNs of the resources of an operation."""
        match operation.resource_set:
            case "bucket":
                return (self.bucket,)
            case "objects":
                return (f"{self.bucket}/lease/*", f"{self.bucket}/templates/*")
            case "lease":
                return (f"{self.bucket}/lease/*",)
            case "templates of stacks":
                return (f"{self.bucket}/lease/*", f"{self.bucket}/stacks/*")
            case "stacks":
                return self.stacks
            case "documents":
                return (self.documents,)
            case "roles":
                return self.roles
            case "targets":
                return self.targets
            case "anywhere":
                return ("*",)
        return (*kind_arns(operation.action), *(self.imports if operation.action in OF_IMPORTS else ()))


def kind_arns(name: str) -> tuple[str, ...]:
    """ARNs of the kinds of resource that an IAM action takes, else `*`."""
    action = iam_action(name)
    if action is None:
        raise CatalogError(f"IAM has no action {name}")
    arns = sorted({arn for of_kind in action.resources.values() for arn in of_kind})
    return ("*",) if action.everywhere else tuple(arns)


def of_phase(phase: Phase) -> Iterator[Operation]:
    """The operations of a phase."""
    yield from (operation for operation in (*OPERATIONS, *BOOTSTRAP_OPERATIONS) if operation.phase == phase)


def permissions(phase: Phase, resources: PublisherResources) -> tuple[LaunchPermission, ...]:
    """The statements of one phase, in the order of the table: one for each set of resources and condition."""
    groups: dict[tuple[tuple[str, ...], str], list[Operation]] = {}
    for operation in of_phase(phase):
        if resources.of(operation):
            key = (resources.of(operation), str(operation.conditions))
            groups.setdefault(key, []).append(operation)
    return tuple(
        LaunchPermission(
            f"{phase.capitalize()}{number}",
            tuple(sorted(operation.action for operation in members)),
            arns,
            "; ".join(dict.fromkeys(operation.why for operation in members)) + ".",
            members[0].conditions,
        )
        for number, ((arns, _), members) in enumerate(groups.items(), 1)
    )


DOCUMENTED = PublisherResources(
    "arn:aws:s3:::OWNER-templates-ACCOUNT-*",
    "arn:aws:ssm:*:ACCOUNT:document/OWNER-*",
    ("arn:aws:iam::ACCOUNT:role/<launch role>",),
    ("<role of a target>",),
    (
        "arn:aws:cloudformation:*:ACCOUNT:stack/OWNER-templates/*",
        "arn:aws:cloudformation:*:ACCOUNT:stack/OWNER-launch-roles*",
    ),
)


def table(phase: Phase) -> str:
    """The Markdown table of a phase in docs/permissions.md."""
    lines = ["| IAM actions | resource | why |", "|---|---|---|"]
    groups: dict[tuple[tuple[str, ...], str, str], list[str]] = {}
    for operation in of_phase(phase):
        condition = "; ".join(
            f"`{key}` = `{value}`" for keys in operation.conditions.values() for key, value in keys.items()
        )
        key = (DOCUMENTED.of(operation), operation.why, condition)
        groups.setdefault(key, []).append(operation.action)
    for (arns, why, condition), iam_actions in groups.items():
        names = ", ".join(f"`{name}`" for name in shortened(iam_actions)) + (f" with {condition}" if condition else "")
        resources = ", ".join(f"`{documented(arn)}`" for arn in arns)
        lines.append(f"| {names} | {resources} | {why} |")
    return "\n".join(lines) + "\n"


def shortened(iam_actions: Sequence[str]) -> list[str]:
    """The first action in full, the other actions of its service without the prefix."""
    service = iam_actions[0].split(":")[0]
    return [iam_actions[0], *(action.removeprefix(f"{service}:") for action in iam_actions[1:])]


def documented(arn: str) -> str:
    """An ARN as docs/permissions.md writes it."""
    return arn.replace("${AWS::Partition}", "aws").replace("${AWS::AccountId}", "ACCOUNT")
