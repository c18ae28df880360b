"""Fills a sandbox with names and texts that would do something in a page that let them, and with many rows.

`python -m tests.browser.hostile_account`, with the variables of `catalog sandbox env`. Runs with the Python that has
catalog and boto3.
"""

from __future__ import annotations

import sys
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import boto3

from tests.browser.repositories import HOSTILE, LONG
from tests.functional.shelves import PRODUCT, ROLE, make_shelves, template

ROWS = 200
INTERFACE = {
    "AWS::CloudFormation::Interface": {
        "ParameterGroups": [{"Label": {"default": HOSTILE}, "Parameters": ["Name", "Choice"]}],
        "ParameterLabels": {"Name": {"default": f"{HOSTILE} {LONG}"}},
    }
}


def hostile_template(**sections: Any) -> dict[str, Any]:
    """A template whose every text is hostile, and too long for a line."""
    made = template(
        Parameters={
            "Choice": {
                "Type": "String",
                "AllowedValues": [HOSTILE, LONG, "plain"],
                "Default": HOSTILE,
                "Description": HOSTILE,
            },
            "Text": {"Type": "String", "Default": HOSTILE, "Description": LONG, "ConstraintDescription": HOSTILE},
        },
        **sections,
    )
    return {**made, "Metadata": INTERFACE, "Outputs": {"Text": {"Value": {"Ref": "Text"}, "Description": HOSTILE}}}


def main() -> None:
    """Make the product, its launches, and a hostile portfolio."""
    sc = boto3.client("servicecatalog")
    versions = {"1.0.0": hostile_template(), HOSTILE[:80]: hostile_template()}
    rule = {
        "Assertions": [
            {"Assert": {"Fn::Not": [{"Fn::Equals": [{"Ref": "Choice"}, "plain"]}]}, "AssertDescription": HOSTILE}
        ]
    }
    constraints = {"TEMPLATE": {"Rules": {"Rule": rule}}, "LAUNCH": {"LocalRoleName": "shelf-launch"}}
    ids = make_shelves(
        lambda operation, **members: getattr(sc, operation.replace("-", "_"))(**members),
        boto3.client,
        versions,
        constraints,
    )
    sc.update_product(Id=ids[""], Description=HOSTILE, Owner=HOSTILE, SupportDescription=LONG, Distributor=HOSTILE)
    (portfolio,) = sc.list_portfolios()["PortfolioDetails"]
    sc.update_portfolio(Id=portfolio["Id"], DisplayName=HOSTILE[:100], Description=HOSTILE, ProviderName=HOSTILE[:50])
    credentials = boto3.client("sts").assume_role(RoleArn=ROLE, RoleSessionName="catalog-console")["Credentials"]
    user = boto3.client(
        "servicecatalog",
        aws_access_key_id=credentials["AccessKeyId"],
        aws_secret_access_key=credentials["SecretAccessKey"],
        aws_session_token=credentials["SessionToken"],
    )

    def launch(number: int) -> None:
        user.provision_product(
            ProvisionedProductName=f"row-{number:03}-{LONG[:100]}",
            ProductId=ids[""],
            ProvisioningArtifactId=ids["1.0.0"],
            ProvisioningParameters=[{"Key": "Name", "Value": f"r{number}"}],
            ProvisionToken=f"row-{number}",
        )

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(launch, range(ROWS)))
    sys.stdout.write(f"{PRODUCT}: {ROWS} launches\n")


if __name__ == "__main__":
    main()
