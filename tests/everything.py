"""A catalogue with an object of each kind, to compare what different parts of `catalog` make of it."""

from __future__ import annotations

import hashlib

from catalog.model import addresses
from catalog.model.constraint import (
    LaunchConstraint,
    NotificationConstraint,
    ResourceUpdateConstraint,
    StackSetConstraint,
    TemplateConstraint,
)
from catalog.model.governed.budget import Budget
from catalog.model.portfolio import Portfolio, PortfolioProduct, Principal, PrincipalType, TagOption
from catalog.model.product import Guidance, Product, ProvisioningArtifact
from catalog.model.service_action import PublishedServiceAction, SsmDocument, parameters_text
from catalog.model.share import PortfolioShare, ShareType
from catalog.model.state import CatalogState

ACCOUNT = "123456789012"
BODIES = [
    f"Description: Version {number}.\nResources:\n  Topic:\n    Type: AWS::SNS::Topic\n".encode() for number in (1, 2)
]
DIGESTS = [f"sha256:{hashlib.sha256(body).hexdigest()}" for body in BODIES]
DEV, OLD = TagOption("Environment", "dev"), TagOption("Environment", "old")
CONTENT = """{
  "schemaVersion": "0.3", "description": "Rotates.", "assumeRole": "{{ Role }}",
  "parameters": {"Role": {"type": "String"}},
  "mainSteps": [{"name": "rotate", "action": "aws:executeAwsApi",
                 "inputs": {"Service": "kms", "Api": "RotateKeyOnDemand", "KeyId": "x"}}]}"""
DOCUMENT = SsmDocument("catalog-topic-rotate-1", CONTENT, "AWS::KMS::Key")

TOPIC = Product(
    "topic",
    "Topic",
    "Team",
    description="A topic.",
    distributor="Us",
    support_description="Ask.",
    support_email="team@example.com",
    support_url="https://example.com",
    tags={"CostCenter": "42"},
    tag_options=frozenset({DEV}),
    governed=frozenset({Budget("Topics")}),
    artifacts=(
        ProvisioningArtifact("1.0.0", "First.", DIGESTS[0], guidance=Guidance.DEPRECATED),
        ProvisioningArtifact("1.1.0", "Second.", DIGESTS[1]),
    ),
)
ACTION = PublishedServiceAction(
    "rotate",
    "Rotates.",
    {
        "Name": DOCUMENT.name,
        "Version": "1",
        "AssumeRole": f"arn:aws:iam::{ACCOUNT}:role/rotate",
        "Parameters": parameters_text({"KeyId": "TARGET"}),
    },
    versions=frozenset({addresses.version("topic", "1.1.0")}),
    document=DOCUMENT,
)
RULES = {"OnlyDev": {"Assertions": [{"Assert": {"Fn::Equals": [{"Ref": "AWS::Region"}, "x"]}}]}}


def constraints(*others: LaunchConstraint | StackSetConstraint) -> PortfolioProduct:
    """The topic in a portfolio, with a constraint of each type beside the others."""
    topic = f"arn:aws:sns:us-east-1:{ACCOUNT}:events"
    all_types = (
        TemplateConstraint(RULES, "Only dev."),
        NotificationConstraint(frozenset({topic}), "Events."),
        ResourceUpdateConstraint(True, "Tags."),
        *others,
    )
    return PortfolioProduct("topic", {each.type: each for each in all_types})


ADMIN = f"arn:aws:iam::{ACCOUNT}:role/StackSetAdministrator"
EVERYTHING = CatalogState(
    products={"topic": TOPIC},
    portfolios={
        "team": Portfolio(
            "team",
            "The team",
            "Us",
            "For the team.",
            {"CostCenter": "42"},
            principals=frozenset(
                {
                    Principal(PrincipalType.IAM, f"arn:aws:iam::{ACCOUNT}:role/team"),
                    Principal(PrincipalType.IAM_PATTERN, "arn:aws:iam:::role/team-*"),
                }
            ),
            tag_options=frozenset({DEV, OLD}),
            products={"topic": constraints(LaunchConstraint("launch-topic", description="A role."))},
            shares=frozenset(
                {
                    PortfolioShare(ShareType.ACCOUNT, "210987654321", share_tag_options=True),
                    PortfolioShare(ShareType.ORGANIZATIONAL_UNIT, "ou-abcd-12345678", share_principals=True),
                }
            ),
        ),
        "sets": Portfolio(
            "sets",
            "Stack sets",
            "Us",
            products={
                "topic": constraints(
                    StackSetConstraint(frozenset({ACCOUNT}), ("us-east-1",), ADMIN, "execution", False, "Sets.")
                )
            },
        ),
    },
    tag_options={DEV: True, OLD: False},
    service_actions={addresses.service_action("topic", "rotate"): ACTION},
)
