"""What a stolen session of a role for CI can do: nothing but what the publisher does, judged by catalog.iam."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from catalog.content.config import Config, load_config
from catalog.content.load import load_portfolios
from catalog.roles.operations import PHASES, Phase
from catalog.roles.publisher import publisher_resources, publisher_template
from tests.functional.gate import allows
from tests.functional.needs import ACCOUNT, TO_SERVICE_CATALOG, Need

ROOT = Path(__file__).resolve().parents[3]
BUCKET = f"arn:aws:s3:::catalog-templates-{ACCOUNT}-us-east-1"
LAUNCH = f"arn:aws:iam::{ACCOUNT}:role/catalog-launch-kms-key"
ADMIN = f"arn:aws:iam::{ACCOUNT}:role/admin"
TO_LAMBDA = {"iam:PassedToService": "lambda.amazonaws.com"}
NEVER = [
    *(Need(f"iam:{name}", LAUNCH) for name in ("CreateRole", "PutRolePolicy", "AttachRolePolicy", "DeleteRole")),
    *(Need(f"iam:{name}", LAUNCH) for name in ("UpdateAssumeRolePolicy", "PutRolePermissionsBoundary", "TagRole")),
    Need("iam:CreateAccessKey", f"arn:aws:iam::{ACCOUNT}:user/somebody"),
    Need("iam:PassRole", ADMIN, TO_SERVICE_CATALOG),
    Need("iam:PassRole", LAUNCH, TO_LAMBDA),
    Need("iam:PassRole", LAUNCH),
    Need("sts:AssumeRole", ADMIN),
    Need("sts:AssumeRole", f"arn:aws:iam::{ACCOUNT}:role/catalog-bootstrap"),
    Need("s3:DeleteObject", f"{BUCKET}/templates/kms_key/a.yaml"),
    Need("s3:DeleteObjectVersion", f"{BUCKET}/templates/kms_key/a.yaml"),
    Need("s3:PutObject", f"{BUCKET}/stacks/catalog-launch-roles/a.yaml"),
    Need("s3:PutObject", "arn:aws:s3:::somebodys-bucket/lease/x"),
    Need("s3:GetObject", "arn:aws:s3:::somebodys-bucket/templates/x"),
    *(Need(f"s3:{name}", BUCKET) for name in ("PutBucketPolicy", "DeleteBucketPolicy", "DeleteBucket")),
    *(Need(f"s3:{name}", BUCKET) for name in ("PutBucketVersioning", "PutLifecycleConfiguration")),
    Need("cloudformation:CreateStack", f"arn:aws:cloudformation:us-east-1:{ACCOUNT}:stack/x/*"),
    Need("cloudformation:UpdateStack", f"arn:aws:cloudformation:us-east-1:{ACCOUNT}:stack/catalog-launch-roles/*"),
    Need("servicecatalog:ProvisionProduct", f"arn:aws:catalog:us-east-1:{ACCOUNT}:product/prod-1"),
    Need("servicecatalog:ExecuteProvisionedProductServiceAction", "*"),
    Need("servicecatalog:TerminateProvisionedProduct", "*"),
    Need("ssm:StartAutomationExecution", "*"),
    Need("ssm:CreateDocument", f"arn:aws:ssm:us-east-1:{ACCOUNT}:document/somebody-else"),
    *(Need(f"kms:{name}", f"arn:aws:kms:us-east-1:{ACCOUNT}:key/k") for name in ("Decrypt", "PutKeyPolicy")),
    Need("lambda:InvokeFunction", f"arn:aws:lambda:us-east-1:{ACCOUNT}:function:f"),
    Need("organizations:LeaveOrganization", "*"),
]
ONLY_UPKEEP = [
    Need("servicecatalog:DeleteProduct", f"arn:aws:catalog:us-east-1:{ACCOUNT}:product/prod-1"),
    Need("servicecatalog:DeletePortfolio", f"arn:aws:catalog:us-east-1:{ACCOUNT}:portfolio/port-1"),
    Need("ssm:DeleteDocument", f"arn:aws:ssm:us-east-1:{ACCOUNT}:document/catalog-kms_key-rotate"),
]
ONLY_PUBLISH = [
    Need("servicecatalog:CreateProduct", f"arn:aws:catalog:us-east-1:{ACCOUNT}:product/prod-1"),
    Need("servicecatalog:CreatePortfolioShare", f"arn:aws:catalog:us-east-1:{ACCOUNT}:portfolio/port-1"),
    Need("s3:PutObject", f"{BUCKET}/templates/kms_key/a.yaml"),
    Need("s3:GetObject", f"{BUCKET}/templates/kms_key/a.yaml"),
    Need("iam:PassRole", LAUNCH, TO_SERVICE_CATALOG),
]


def filled(node: Any) -> Any:
    """The document in this account."""
    text = json.dumps(node, default=str)
    return json.loads(text.replace("${AWS::Partition}", "aws").replace("${AWS::AccountId}", ACCOUNT))


@pytest.fixture(scope="module")
def documents() -> dict[Phase, list[Any]]:
    """Role → the documents of its policies."""
    config: Config = load_config(ROOT)
    resources = publisher_resources(config, load_portfolios(config).values())
    template = filled(publisher_template(config, resources, None, upkeep=True))["Resources"]
    policies = [template[f"{phase.capitalize()}Policy"]["Properties"]["PolicyDocument"] for phase in PHASES]
    for policy in policies:
        for statement in policy["Statement"]:
            statement["Resource"] = [arn["Fn::Sub"] if isinstance(arn, dict) else arn for arn in statement["Resource"]]
    return {phase: policies[: index + 1] for index, phase in enumerate(PHASES)}


@pytest.mark.parametrize("need", NEVER, ids=lambda need: f"{need.action} {need.resource[-20:]}")
def test_a_stolen_role_cannot_gain_rights_or_launch(documents: dict[Phase, list[Any]], need: Need) -> None:
    assert [phase for phase in PHASES if allows(documents[phase], ADMIN, need)] == []


def test_the_role_that_plans_writes_nothing_and_only_upkeep_deletes(documents: dict[Phase, list[Any]]) -> None:
    needs = (*ONLY_PUBLISH, *ONLY_UPKEEP)
    able = [[phase for phase in PHASES if allows(documents[phase], ADMIN, need)] for need in needs]
    assert able == [["publish", "upkeep"]] * len(ONLY_PUBLISH) + [["upkeep"]] * len(ONLY_UPKEEP)
