"""A product that others made by hand, with versions that update in every way: for update, roll, transfer and import."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any

from tests.functional.adopting import ALL, TRUST, Call

ROLE = "arn:aws:iam::123456789012:role/reader"
PRODUCT = "Shelf"


def template(**sections: Any) -> dict[str, Any]:
    """A template with a queue and a bucket; other sections and resources come on top."""
    parameters = {
        "Name": {"Type": "String", "AllowedPattern": "[a-z0-9-]+", "ConstraintDescription": "small letters"},
        "Secret": {"Type": "String", "NoEcho": True, "Default": "unknown"},
    }
    resources = {
        "Books": {"Type": "AWS::S3::Bucket", "Properties": {"BucketName": {"Fn::Sub": "${Name}-books"}}},
        "News": {"Type": "AWS::SNS::Topic", "Properties": {"DisplayName": {"Ref": "Name"}}},
    }
    return {
        "Parameters": parameters | sections.get("Parameters", {}),
        "Resources": {name: body for name, body in (resources | sections.get("Resources", {})).items() if body},
        "Outputs": {"Bucket": {"Value": {"Ref": "Books"}}},
    }


BASE = template()
WITH_TEAM = template(
    Parameters={"Team": {"Type": "String", "AllowedValues": ["red", "blue"], "Description": "Who pays"}},
    Resources={"News": {"Type": "AWS::SNS::Topic", "Properties": {"DisplayName": {"Ref": "Team"}}}},
)
REPLACING = template(
    Resources={
        "Books": {"Type": "AWS::S3::Bucket", "Properties": {"BucketName": {"Fn::Sub": "${Name}-tomes"}}},
        "News": None,
    },
)
FAILING = template(
    Resources={"Wrong": {"Type": "AWS::S3::Bucket", "Properties": {"BucketName": "shelves"}}},
)
VERSIONS: Mapping[str, Any] = {"1.0.0": BASE, "1.1.0": WITH_TEAM, "2.0.0": REPLACING, "0.9.0": FAILING}


CONSTRAINTS: Mapping[str, Any] = {
    "LAUNCH": {"LocalRoleName": "shelf-launch"},
    "RESOURCE_UPDATE": {"Version": "2.0", "Properties": {"TagUpdateOnProvisionedProduct": "ALLOWED"}},
}


def make_shelves(
    sc: Call,
    client: Callable[..., Any],
    versions: Mapping[str, Any] = VERSIONS,
    constraints: Mapping[str, Any] = CONSTRAINTS,
) -> dict[str, str]:
    """The product with its versions in one portfolio, for `ROLE`; name of a version → its id."""
    s3, iam = client("s3"), client("iam")
    s3.create_bucket(Bucket="shelves")
    for name in ("shelf-launch", "reader"):
        iam.create_role(RoleName=name, AssumeRolePolicyDocument=json.dumps(TRUST))
    iam.put_role_policy(RoleName="shelf-launch", PolicyName="all", PolicyDocument=json.dumps(ALL))

    def artifact(version: str) -> dict[str, Any]:
        s3.put_object(Bucket="shelves", Key=f"{version}.json", Body=json.dumps(versions[version]).encode())
        url = f"https://shelves.s3.us-east-1.amazonaws.com/{version}.json"
        return {"Name": version, "Info": {"LoadTemplateFromURL": url}, "Type": "CLOUD_FORMATION_TEMPLATE"}

    first, *others = versions
    made = sc(
        "create-product",
        Name=PRODUCT,
        Owner="Library",
        ProductType="CLOUD_FORMATION_TEMPLATE",
        ProvisioningArtifactParameters=artifact(first),
    )
    product = made["ProductViewDetail"]["ProductViewSummary"]["ProductId"]
    ids = {first: made["ProvisioningArtifactDetail"]["Id"]}
    for version in others:
        answer = sc("create-provisioning-artifact", ProductId=product, Parameters=artifact(version))
        ids[version] = answer["ProvisioningArtifactDetail"]["Id"]
    portfolio = sc("create-portfolio", DisplayName="Library", ProviderName="Library")["PortfolioDetail"]["Id"]
    sc("associate-product-with-portfolio", ProductId=product, PortfolioId=portfolio)
    sc("associate-principal-with-portfolio", PortfolioId=portfolio, PrincipalARN=ROLE, PrincipalType="IAM")
    for kind, parameters in constraints.items():
        sc(
            "create-constraint",
            PortfolioId=portfolio,
            ProductId=product,
            Type=kind,
            Parameters=json.dumps(parameters),
        )
    return {"": product, **ids}
