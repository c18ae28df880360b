"""What others made in an account before there was a repository, for `catalog adopt`: a portfolio with a product."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from tests.functional.budgets import cost_budget

TEMPLATE = """\
AWSTemplateFormatVersion: 2010-09-09
Description: A topic, %s.
Parameters:
  Name: {Type: String, Description: Name of the topic.}
  KeyArn: {Type: String, Description: ARN of the key.}
Resources:
  Topic:
    Type: AWS::SNS::Topic
    Properties:
      TopicName: !Sub "${Name}"
      KmsMasterKeyId: !Ref KeyArn
Outputs:
  Arn: {Description: The topic., Value: !Ref Topic}
"""
TRUST = {
    "Version": "2012-10-17",
    "Statement": {
        "Effect": "Allow",
        "Principal": {"Service": "servicecatalog.amazonaws.com"},
        "Action": "sts:AssumeRole",
    },
}
ALL = {"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": "*", "Resource": "*"}}
RULES = {
    "Rules": {
        "NamedForAudit": {
            "Assertions": [
                {"Assert": {"Fn::Equals": [{"Ref": "Name"}, "audit"]}, "AssertDescription": "Name it audit."},
            ]
        }
    }
}


Call = Callable[..., Any]
"""An operation of Service Catalog, `create-product`, with its members."""


def make_topics(sc: Call, client: Callable[..., Any]) -> tuple[str, str]:
    """(portfolio id, product id): a portfolio with members of every kind, and a product with two versions."""
    s3 = client("s3")
    s3.create_bucket(Bucket="theirs")
    for version in ("1.0.0", "1.1.0"):
        s3.put_object(Bucket="theirs", Key=f"{version}.yaml", Body=(TEMPLATE % version).encode())
    client("iam").create_role(RoleName="topics-launch", AssumeRolePolicyDocument=json.dumps(TRUST))
    client("iam").put_role_policy(RoleName="topics-launch", PolicyName="all", PolicyDocument=json.dumps(ALL))

    def artifact(version: str) -> dict[str, Any]:
        url = f"https://theirs.s3.us-east-1.amazonaws.com/{version}.yaml"
        info = {"LoadTemplateFromURL": url}
        return {"Name": version, "Description": f"Of {version}.", "Info": info, "Type": "CLOUD_FORMATION_TEMPLATE"}

    product = sc(
        "create-product",
        Name="SNS topic",
        Owner="Messaging",
        Description="A topic.",
        SupportUrl="https://example.org",
        ProductType="CLOUD_FORMATION_TEMPLATE",
        Tags=[{"Key": "Team", "Value": "messaging"}],
        ProvisioningArtifactParameters=artifact("1.0.0"),
    )["ProductViewDetail"]["ProductViewSummary"]["ProductId"]
    second = sc("create-provisioning-artifact", ProductId=product, Parameters=artifact("1.1.0"))
    sc(
        "update-provisioning-artifact",
        ProductId=product,
        ProvisioningArtifactId=second["ProvisioningArtifactDetail"]["Id"],
        Guidance="DEPRECATED",
    )
    definition = {"Name": "AWS-PublishSNSNotification", "Version": "1"}
    action = sc("create-service-action", Name="Notify", DefinitionType="SSM_AUTOMATION", Definition=definition)
    sc(
        "associate-service-action-with-provisioning-artifact",
        ProductId=product,
        ProvisioningArtifactId=second["ProvisioningArtifactDetail"]["Id"],
        ServiceActionId=action["ServiceActionDetail"]["ServiceActionSummary"]["Id"],
    )
    portfolio = sc(
        "create-portfolio",
        DisplayName="Topics (test)",
        ProviderName="Messaging",
        Description="Topics: 'quoted', and\nof two lines.",
        Tags=[{"Key": "CostCenter", "Value": "on"}],
    )["PortfolioDetail"]["Id"]
    sc("associate-product-with-portfolio", ProductId=product, PortfolioId=portfolio)
    for kind, parameters in (
        ("LAUNCH", {"LocalRoleName": "topics-launch"}),
        ("TEMPLATE", RULES),
        (
            "RESOURCE_UPDATE",
            {"Version": "2.0", "Properties": {"TagUpdateOnProvisionedProduct": "ALLOWED"}},
        ),
    ):
        sc(
            "create-constraint",
            PortfolioId=portfolio,
            ProductId=product,
            Type=kind,
            Parameters=json.dumps(parameters),
            Description=f"The {kind}.",
        )
    for arn, kind in (
        ("arn:aws:iam::123456789012:role/dev-terraform-role", "IAM"),
        ("arn:aws:iam:::role/topics-*", "IAM_PATTERN"),
    ):
        sc(
            "associate-principal-with-portfolio",
            PortfolioId=portfolio,
            PrincipalARN=arn,
            PrincipalType=kind,
        )
    option = sc("create-tag-option", Key="Stage", Value="test")["TagOptionDetail"]["Id"]
    sc("associate-tag-option-with-resource", ResourceId=portfolio, TagOptionId=option)
    sc("associate-tag-option-with-resource", ResourceId=product, TagOptionId=option)
    old = sc("create-tag-option", Key="Stage", Value="old")["TagOptionDetail"]["Id"]
    for resource in (portfolio, product):
        sc("associate-tag-option-with-resource", ResourceId=resource, TagOptionId=old)
    sc("update-tag-option", Id=old, Active=False)
    client("budgets").create_budget(AccountId="123456789012", Budget=cost_budget("Topics"))
    for resource in (portfolio, product):
        sc("associate-budget-with-resource", ResourceId=resource, BudgetName="Topics")
    sc("create-portfolio-share", PortfolioId=portfolio, AccountId="210987654321", ShareTagOptions=True)
    return portfolio, product
