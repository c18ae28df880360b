"""What `catalog plan`, `publish` and `prune` call, and the permissions which that takes: the one table of it.

A test runs the publisher and compares its calls with this table; docs/permissions.md is written from it. A new call of
the publisher is a new row here.
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
"""Each needs what those before it need; upkeep is `catalog prune` and `catalog adopt`."""
ResourceSet = Literal["kinds", "bucket", "templates", "documents", "roles", "targets", "anywhere"]
"""Where: the kinds of the Service Authorization Reference, the template bucket, the templates in it, SSM documents of
ours, launch roles, the roles of [tool.catalog.targets]."""


@dataclass(frozen=True, slots=True)
class Operation:
    """One permission: the call that takes it, or why AWS asks for it without a call of ours."""

    action: str
    phase: Phase
    why: str
    resource_set: ResourceSet = "kinds"
    call: str | None = None
    """The call as `catalog -v` names it, where that is not the action's own name; "" when the publisher makes none."""
    conditions: Mapping[str, Mapping[str, str]] = field(default_factory=dict)

    @property
    def called(self) -> str:
        """The call as `catalog -v` names it; empty when there is none."""
        return self.action if self.call is None else self.call


def rows(phase: Phase, why: str, *names: str) -> Iterator[Operation]:
    """Operations of Service Catalog that are needed for one reason."""
    for name in names:
        yield Operation(f"servicecatalog:{name}", phase, why)


OPERATIONS: tuple[Operation, ...] = (
    *rows("plan", "what the account has", "SearchProductsAsAdmin", "ListPortfolios", "ListTagOptions"),
    *rows(
        "plan",
        "products and their versions",
        "DescribeProductAsAdmin",
        "DescribeProvisioningArtifact",
        "ListProvisioningArtifacts",
    ),
    *rows(
        "plan",
        "portfolios, who may launch from them, and constraints",
        "DescribeConstraint",
        "DescribePortfolio",
        "ListConstraintsForPortfolio",
        "ListPrincipalsForPortfolio",
    ),
    *rows(
        "plan",
        "who else would see a pre-release (`--dev`); whether a product is in its portfolio",
        "ListPortfoliosForProduct",
    ),
    *rows(
        "plan",
        "how many provisioned products are on a version that becomes inactive; else the plan says it is not known",
        "SearchProvisionedProducts",
    ),
    *rows(
        "plan",
        "with whom a portfolio is shared; whether there can be shares with nodes of the organization",
        "DescribePortfolioShares",
        "GetAWSOrganizationsAccessStatus",
    ),
    *rows("plan", "the portfolios of other accounts that are here (`imports/*.yaml`)", "ListAcceptedPortfolioShares"),
    Operation(
        "budgets:ViewBudget",
        "plan",
        "whether a budget is there that is to be associated; without it AWS says so later",
        call="budgets:DescribeBudget",
    ),
    *rows(
        "plan",
        "service actions, whose they are, and the versions that offer them",
        "DescribeServiceAction",
        "ListProvisioningArtifactsForServiceAction",
        "ListServiceActions",
    ),
    Operation("ssm:DescribeDocument", "plan", "whether the document of a service action is there", "documents"),
    Operation("s3:ListBucket", "plan", "whether the bucket is there", "bucket", call="s3:HeadBucket"),
    Operation("iam:GetRole", "plan", "whether the launch role is there; without it AWS says so later", "roles"),
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
        "portfolios and who may launch from them",
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
    Operation("ssm:GetDocument", "publish", "whether a document that is there is ours", "documents"),
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
        "the ownership tags of what is made (not proven to be needed: the reference knows it for AppRegistry only)",
        "anywhere",
        call="",
    ),
    Operation("s3:PutObject", "publish", "upload", "templates"),
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
        "`--to`: the targets' roles; not for who only plans, since these roles may publish",
        "targets",
    ),
    *rows("upkeep", "what hangs on a version that prune deletes", "ListServiceActionsForProvisioningArtifact"),
    *rows(
        "upkeep",
        "what prune deletes",
        "DeletePortfolio",
        "DeleteProduct",
        "DeleteProvisioningArtifact",
    ),
    Operation("ssm:ListDocuments", "upkeep", "documents that no service action runs any more"),
    Operation("ssm:DeleteDocument", "upkeep", "what prune deletes", "documents"),
)

NO_PERMISSION = frozenset({"sts:GetCallerIdentity"})
"""Calls that IAM lets everybody make."""


@dataclass(frozen=True, slots=True)
class PublisherResources:
    """What the publisher works on."""

    bucket: str
    """ARN of the template bucket, with placeholders."""
    documents: str
    """ARN pattern of the SSM documents of ours."""
    roles: tuple[str, ...]
    """ARNs of the launch roles."""
    targets: tuple[str, ...] = ()
    """ARNs of the roles of the targets."""

    def resources(self, operation: Operation) -> tuple[str, ...]:
        """The resources of a statement."""
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
        return kinds(operation.action)


def kinds(action: str) -> tuple[str, ...]:
    """ARNs of the kinds of resource that an action takes, else `*`."""
    known = iam_action(action)
    if known is None:
        raise CatalogError(f"IAM knows no action {action}")
    arns = sorted({arn for found in known.resources.values() for arn in found})
    return ("*",) if known.everywhere else tuple(arns)


def permissions(phase: Phase, places: PublisherResources) -> tuple[LaunchPermission, ...]:
    """The statements of one phase: one for each set of resources and condition, in the order of the table."""
    groups: dict[tuple[tuple[str, ...], str], list[Operation]] = {}
    for operation in OPERATIONS:
        if operation.phase == phase and places.resources(operation):
            key = (places.resources(operation), str(operation.conditions))
            groups.setdefault(key, []).append(operation)
    return tuple(
        LaunchPermission(
            f"{phase.capitalize()}{number}",
            tuple(sorted(operation.action for operation in members)),
            resources,
            "; ".join(dict.fromkeys(operation.why for operation in members)) + ".",
            members[0].conditions,
        )
        for number, ((resources, _), members) in enumerate(groups.items(), 1)
    )


DOCUMENTED = PublisherResources(
    "arn:aws:s3:::OWNER-templates-ACCOUNT-*",
    "arn:aws:ssm:*:ACCOUNT:document/OWNER-*",
    ("arn:aws:iam::ACCOUNT:role/<launch role>",),
    ("<role of a target>",),
)


def table(phase: Phase) -> str:
    """The rows of a phase as docs/permissions.md has them: a Markdown table."""
    lines = ["| actions | resource | why |", "|---|---|---|"]
    groups: dict[tuple[tuple[str, ...], str, str], list[str]] = {}
    for operation in OPERATIONS:
        if operation.phase == phase:
            condition = "; ".join(
                f"`{key}` = `{value}`" for keys in operation.conditions.values() for key, value in keys.items()
            )
            key = (DOCUMENTED.resources(operation), operation.why, condition)
            groups.setdefault(key, []).append(operation.action)
    for (resources, why, condition), actions in groups.items():
        shown = ", ".join(f"`{name}`" for name in shortened(actions)) + (f" with {condition}" if condition else "")
        arns = ", ".join(f"`{documented(arn)}`" for arn in resources)
        lines.append(f"| {shown} | {arns} | {why} |")
    return "\n".join(lines) + "\n"


def shortened(actions: Sequence[str]) -> list[str]:
    """The first action in full, the others of its service by name."""
    service = actions[0].split(":")[0]
    return [actions[0], *(action.removeprefix(f"{service}:") for action in actions[1:])]


def documented(arn: str) -> str:
    """An ARN as the documentation writes it."""
    return arn.replace("${AWS::Partition}", "aws").replace("${AWS::AccountId}", "ACCOUNT")
