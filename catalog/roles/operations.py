"""The calls of `catalog plan`, `publish`, `prune` and `adopt`, and the IAM permissions that they need, in one table.

A test runs the publisher and compares its calls with this table. docs/permissions.md has the table, which a test
compares too. A new call of the publisher needs a new row.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

from catalog.check.handlers import iam_action
from catalog.errors import CatalogError
from catalog.model.definition import LaunchPermission

Phase = Literal["plan", "publish", "upkeep"]
PHASES: tuple[Phase, ...] = ("plan", "publish", "upkeep")
"""Each phase also needs what the phases before it need. Upkeep is `catalog prune` and `catalog adopt`."""
ResourceSet = Literal["kinds", "bucket", "templates", "documents", "roles", "targets", "anywhere"]
"""The resources of an operation: the kinds of the Service Authorization Reference, the template bucket, the templates
in it, the SSM documents that catalog owns, the launch roles, the roles of [tool.catalog.targets], or `*`."""


@dataclass(frozen=True, slots=True)
class Operation:
    """One permission: the call that needs it, or why AWS checks it without a call of catalog."""

    action: str
    phase: Phase
    why: str
    resource_set: ResourceSet = "kinds"
    call: str | None = None
    """The call as `catalog -v` names it, if it differs from the IAM action; "" when catalog does not make the call."""
    conditions: Mapping[str, Mapping[str, str]] = field(default_factory=dict)

    @property
    def called(self) -> str:
        """The call as `catalog -v` names it; empty when catalog does not make one."""
        return self.action if self.call is None else self.call


def rows(phase: Phase, why: str, *names: str) -> Iterator[Operation]:
    """Operations of Service Catalog that share one reason."""
    for name in names:
        yield Operation(f"servicecatalog:{name}", phase, why)


OPERATIONS: tuple[Operation, ...] = (
    *rows(
        "plan",
        "products, portfolios and TagOptions of the account",
        "SearchProductsAsAdmin",
        "ListPortfolios",
        "ListTagOptions",
    ),
    *rows(
        "plan",
        "products and their versions",
        "DescribeProductAsAdmin",
        "DescribeProvisioningArtifact",
        "ListProvisioningArtifacts",
    ),
    *rows(
        "plan",
        "portfolios, their principals and constraints",
        "DescribeConstraint",
        "DescribePortfolio",
        "ListConstraintsForPortfolio",
        "ListPrincipalsForPortfolio",
    ),
    *rows(
        "plan",
        "the other portfolios that would show a pre-release (`--dev`); whether a product is in its portfolio",
        "ListPortfoliosForProduct",
    ),
    *rows(
        "plan",
        "number of provisioned products on a version that becomes inactive; without it the plan shows it as unknown",
        "SearchProvisionedProducts",
    ),
    *rows(
        "plan",
        "shares of portfolios; whether shares with nodes of the organization are possible",
        "DescribePortfolioShares",
        "GetAWSOrganizationsAccessStatus",
    ),
    *rows(
        "plan",
        "portfolios that other accounts share with this account (`imports/*.yaml`)",
        "ListAcceptedPortfolioShares",
    ),
    Operation(
        "budgets:ViewBudget",
        "plan",
        "whether a budget exists that is to be associated; without the permission, AWS reports it later",
        call="budgets:DescribeBudget",
    ),
    *rows(
        "plan",
        "service actions, their owners, and the versions that offer them",
        "DescribeServiceAction",
        "ListProvisioningArtifactsForServiceAction",
        "ListServiceActions",
    ),
    Operation("ssm:DescribeDocument", "plan", "whether the document of a service action exists", "documents"),
    Operation("s3:ListBucket", "plan", "whether the bucket exists", "bucket", call="s3:HeadBucket"),
    Operation(
        "iam:GetRole", "plan", "whether the launch role exists; without the permission, AWS reports it later", "roles"
    ),
    *rows(
        "publish",
        "products and their versions",
        "CreateProduct",
        "CreateProvisioningArtifact",
        "UpdateProduct",
        "UpdateProvisioningArtifact",
    ),
    *rows(
        "publish",
        "portfolios and their principals",
        "AssociatePrincipalWithPortfolio",
        "CreatePortfolio",
        "DisassociatePrincipalFromPortfolio",
        "UpdatePortfolio",
    ),
    *rows(
        "publish",
        "products in portfolios",
        "AssociateProductWithPortfolio",
        "DisassociateProductFromPortfolio",
    ),
    *rows("publish", "constraints", "CreateConstraint", "DeleteConstraint", "UpdateConstraint"),
    *rows(
        "publish",
        "TagOptions",
        "AssociateTagOptionWithResource",
        "CreateTagOption",
        "DisassociateTagOptionFromResource",
        "UpdateTagOption",
    ),
    *rows("publish", "budgets", "AssociateBudgetWithResource", "DisassociateBudgetFromResource"),
    *rows(
        "publish",
        "shares of portfolios",
        "CreatePortfolioShare",
        "DeletePortfolioShare",
        "DescribePortfolioShareStatus",
        "UpdatePortfolioShare",
    ),
    *rows("publish", "portfolios of other accounts (`imports/*.yaml`)", "AcceptPortfolioShare"),
    *rows(
        "publish",
        "service actions and the versions that offer them",
        "AssociateServiceActionWithProvisioningArtifact",
        "CreateServiceAction",
        "DeleteServiceAction",
        "DisassociateServiceActionFromProvisioningArtifact",
        "UpdateServiceAction",
    ),
    Operation("ssm:CreateDocument", "publish", "documents of service actions", "documents"),
    Operation("ssm:GetDocument", "publish", "whether an existing document is owned by catalog", "documents"),
    Operation("ssm:AddTagsToResource", "publish", "the ownership tag of documents", "documents", call=""),
    *(
        Operation(
            f"organizations:{name}",
            "publish",
            "shares with nodes: Service Catalog reads the organization as the publisher (not proven: docs/unproven.md)",
            "anywhere",
            call="",
        )
        for name in ("DescribeOrganization", "ListAccountsForParent", "ListOrganizationalUnitsForParent")
    ),
    Operation(
        "servicecatalog:TagResource",
        "publish",
        "ownership tags (not proven to be needed: the reference lists it for AppRegistry only)",
        "anywhere",
        call="",
    ),
    Operation("s3:PutObject", "publish", "upload of templates", "templates"),
    Operation("s3:GetObject", "publish", "Service Catalog reads the template as the publisher", "templates", call=""),
    Operation(
        "cloudformation:ValidateTemplate",
        "publish",
        "Service Catalog validates the template as the publisher; there is no stack to name",
        "anywhere",
        call="",
    ),
    Operation(
        "iam:PassRole",
        "publish",
        "LAUNCH constraints name the role, STACKSET constraints the administration role",
        "roles",
        call="",
        conditions={"StringEquals": {"iam:PassedToService": "servicecatalog.amazonaws.com"}},
    ),
    Operation(
        "sts:AssumeRole",
        "publish",
        "`--to`: the roles of the targets; not for a role that only plans, because these roles can publish",
        "targets",
    ),
    *rows("upkeep", "service actions of a version that prune deletes", "ListServiceActionsForProvisioningArtifact"),
    *rows(
        "upkeep",
        "deletions of prune",
        "DeletePortfolio",
        "DeleteProduct",
        "DeleteProvisioningArtifact",
    ),
    Operation("ssm:ListDocuments", "upkeep", "documents that no service action runs any more"),
    Operation("ssm:DeleteDocument", "upkeep", "deletions of prune", "documents"),
)

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

    def of(self, operation: Operation) -> tuple[str, ...]:
        """ARNs of the resources of an operation."""
        match operation.resource_set:
            case "bucket":
                return (self.bucket,)
            case "templates":
                return (f"{self.bucket}/templates/*",)
            case "documents":
                return (self.documents,)
            case "roles":
                return self.roles
            case "targets":
                return self.targets
            case "anywhere":
                return ("*",)
        return kind_arns(operation.action)


def kind_arns(name: str) -> tuple[str, ...]:
    """ARNs of the kinds of resource that an IAM action takes, else `*`."""
    action = iam_action(name)
    if action is None:
        raise CatalogError(f"IAM has no action {name}")
    arns = sorted({arn for of_kind in action.resources.values() for arn in of_kind})
    return ("*",) if action.everywhere else tuple(arns)


def permissions(phase: Phase, resources: PublisherResources) -> tuple[LaunchPermission, ...]:
    """The statements of one phase, in the order of the table: one for each set of resources and condition."""
    groups: dict[tuple[tuple[str, ...], str], list[Operation]] = {}
    for operation in OPERATIONS:
        if operation.phase == phase and resources.of(operation):
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
)


def table(phase: Phase) -> str:
    """The Markdown table of a phase in docs/permissions.md."""
    lines = ["| IAM actions | resource | why |", "|---|---|---|"]
    groups: dict[tuple[tuple[str, ...], str, str], list[str]] = {}
    for operation in OPERATIONS:
        if operation.phase == phase:
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
