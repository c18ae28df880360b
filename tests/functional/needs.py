"""Which permissions AWS asks for when a request is made: read from the request alone, independently of the product.

Sources: Service Authorization Reference (actions and their resource types, as cfn-lint ships it); "Actions, resources,
and condition keys for Amazon S3" (HeadBucket needs s3:ListBucket, ListObjectVersions s3:ListBucketVersions); Service
Catalog administrator guide, "Launch constraints" (iam:PassRole) and "Creating products" (the template is read as the
caller); Systems Manager, CreateDocument (ssm:AddTagsToResource with Tags); Budgets (ViewBudget).
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from catalog.check.iam_actions import iam_action

ACCOUNT = "123456789012"
REGION = "us-east-1"
VIA_CLOUDFORMATION = {"aws:CalledViaFirst": "cloudformation.amazonaws.com"}
TO_SERVICE_CATALOG = {"iam:PassedToService": "servicecatalog.amazonaws.com"}
ORGANIZATIONS = ("DescribeOrganization", "ListAccountsForParent", "ListOrganizationalUnitsForParent")
S3_ACTIONS = {"HeadBucket": "ListBucket", "ListObjectVersions": "ListBucketVersions"}
HANDLERS: Mapping[str, tuple[str, ...]] = {
    "AWS::S3::Bucket": (
        "s3:CreateBucket",
        "s3:PutBucketLogging",
        "s3:PutBucketOwnershipControls",
        "s3:PutBucketPublicAccessBlock",
        "s3:PutBucketTagging",
        "s3:PutBucketVersioning",
        "s3:PutEncryptionConfiguration",
        "s3:PutLifecycleConfiguration",
    ),
    "AWS::S3::BucketPolicy": ("s3:DeleteBucketPolicy", "s3:GetBucketPolicy", "s3:PutBucketPolicy"),
    "AWS::IAM::Role": (
        "iam:CreateRole",
        "iam:DeleteRolePolicy",
        "iam:GetRole",
        "iam:PutRolePolicy",
        "iam:TagRole",
        "iam:UpdateAssumeRolePolicy",
    ),
}
"""What CloudFormation calls, as the caller, to make and change these resources: one API operation for each property of
the templates of bootstrap (S3 and IAM API references)."""


@dataclass(frozen=True)
class Need:
    """One permission that a request needs."""

    action: str
    resource: str
    context: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Asked:
    """A request as it was sent: the service as in its signature, and the members of the request."""

    service: str
    operation: str
    members: Mapping[str, Any]
    owners: Mapping[str, str] = field(default_factory=dict)
    """Portfolio → the account that owns it, if it is not this one."""
    objects: Mapping[str, bytes] = field(default_factory=dict)
    """Path in S3 → what was uploaded there."""

    def needs(self) -> Iterator[Need]:
        """The permissions; none for GetCallerIdentity."""
        yield from getattr(self, f"of_{self.service}")()

    def of_servicecatalog(self) -> Iterator[Need]:
        action = f"servicecatalog:{self.operation}"
        known = iam_action(action)
        assert known, f"IAM has no action {action}"
        yield Need(action, "*" if known.everywhere else self.catalog_arn(known.resources))
        if self.members.get("Tags") or self.members.get("AddTags"):
            yield Need("servicecatalog:TagResource", "*")
        if self.operation in ("CreateConstraint", "UpdateConstraint"):
            yield from self.passed_roles()
        if self.operation in ("CreateProduct", "CreateProvisioningArtifact"):
            yield from self.read_template()
        if "OrganizationNode" in self.members and self.operation.startswith(("Create", "Update", "Delete")):
            yield from (Need(f"organizations:{name}", "*") for name in ORGANIZATIONS)

    def catalog_arn(self, kinds: Mapping[str, Any]) -> str:
        """The ARN of the portfolio or product that the request names; a new one has an id that nobody knows."""
        names = ("ResourceId", "PortfolioId", "ProductId", "Id") if "portfolio" in kinds else ("ProductId", "Id")
        for value in (self.members[name] for name in names if name in self.members):
            for kind in kinds:
                if value.startswith(f"{kind[:4]}-"):
                    return f"arn:aws:catalog:{REGION}:{self.owners.get(value, ACCOUNT)}:{kind}/{value}"
        assert self.operation.startswith("Create"), f"{self.operation} names no {' or '.join(kinds)}: {self.members}"
        (kind,) = kinds
        return f"arn:aws:catalog:{REGION}:{ACCOUNT}:{kind}/{kind[:4]}-new"

    def passed_roles(self) -> Iterator[Need]:
        parameters = json.loads(self.members.get("Parameters", "{}"))
        given = {**parameters, **parameters.get("Properties", {})}
        arns = [given[name] for name in ("RoleArn", "AdminRole") if name in given]
        arns += [f"arn:aws:iam::{ACCOUNT}:role/{given['LocalRoleName']}"] if "LocalRoleName" in given else []
        yield from (Need("iam:PassRole", arn, TO_SERVICE_CATALOG) for arn in arns)

    def read_template(self) -> Iterator[Need]:
        parameters = self.members.get("ProvisioningArtifactParameters") or self.members["Parameters"]
        yield Need("s3:GetObject", f"arn:aws:s3:::{path_of(parameters['Info']['LoadTemplateFromURL'])}")
        yield Need("cloudformation:ValidateTemplate", "*")

    def of_ssm(self) -> Iterator[Need]:
        document = f"arn:aws:ssm:{REGION}:{ACCOUNT}:document/{self.members.get('Name')}"
        known = iam_action(f"ssm:{self.operation}")
        assert known
        yield Need(f"ssm:{self.operation}", "*" if known.everywhere else document)
        if self.members.get("Tags"):
            yield Need("ssm:AddTagsToResource", document)

    def of_budgets(self) -> Iterator[Need]:
        assert self.operation == "DescribeBudget"
        yield Need("budgets:ViewBudget", f"arn:aws:budgets::{ACCOUNT}:budget/{self.members['BudgetName']}")

    def of_s3(self) -> Iterator[Need]:
        name = S3_ACTIONS.get(self.operation, self.operation)
        yield Need(f"s3:{name}", f"arn:aws:s3:::{self.members['Path']}")

    def of_iam(self) -> Iterator[Need]:
        listing = self.operation.startswith("List")
        resource = "*" if listing else f"arn:aws:iam::{ACCOUNT}:role/{self.members['RoleName']}"
        yield Need(f"iam:{self.operation}", resource)

    def of_sts(self) -> Iterator[Need]:
        if self.operation == "AssumeRole":
            yield Need("sts:AssumeRole", self.members["RoleArn"])

    def of_cloudformation(self) -> Iterator[Need]:
        stack = f"arn:aws:cloudformation:{REGION}:{ACCOUNT}:stack/{self.members['StackName']}/id"
        yield Need(f"cloudformation:{self.operation}", stack)
        if "TemplateURL" in self.members:
            path = path_of(self.members["TemplateURL"])
            yield Need("s3:GetObject", f"arn:aws:s3:::{path}")
            yield from self.made(json.loads(self.objects[path])["Resources"])
        if "TemplateBody" in self.members:
            yield from self.made(json.loads(self.members["TemplateBody"])["Resources"])

    def made(self, resources: Mapping[str, Any]) -> Iterator[Need]:
        """What CloudFormation needs for the resources of a template."""
        for resource in resources.values():
            properties = resource["Properties"]
            if resource["Type"] == "AWS::IAM::Role":
                arn = f"arn:aws:iam::{ACCOUNT}:role/{properties['RoleName']}"
            else:
                arn = f"arn:aws:s3:::catalog-templates-{ACCOUNT}-{REGION}"
            yield from (Need(action, arn, VIA_CLOUDFORMATION) for action in HANDLERS[resource["Type"]])


def path_of(url: str) -> str:
    """Bucket and key of an object's URL."""
    parts = urlsplit(url)
    return f"{str(parts.hostname).partition('.s3.')[0]}{parts.path}"
