"""The same catalogue as benchmarks/scale.py writes, made by a plain boto3 loop: one call after the other.

    python -m benchmarks.plain FOLDER BUCKET

It reads the repository's files, and makes bucket objects, products, versions, portfolios, associations, constraints,
TagOptions and principals. It waits until AWS has what it builds on. There are no checks, no plan, no lease.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import boto3
import yaml

ROLE = "arn:aws:iam:::role/dev-*"


def main(root: Path, bucket: str) -> None:
    """Make the catalogue."""
    hub, s3 = boto3.client("servicecatalog"), boto3.client("s3")
    products = {}
    for folder in sorted((root / "products" / "releases").iterdir()):
        products[folder.name] = make_product(hub, s3, bucket, folder)
    values = [
        hub.create_tag_option(Key="Environment", Value=value)["TagOptionDetail"]["Id"] for value in ("dev", "prod")
    ]
    for file in sorted((root / "portfolios").glob("*.yaml")):
        make_portfolio(hub, yaml.safe_load(file.read_text()), products, values)


def make_product(hub: Any, s3: Any, bucket: str, folder: Path) -> str:
    """A product with its versions; its id."""
    product = ""
    for file in sorted(folder.glob("[0-9]*.yaml")):
        key = f"plain/{folder.name}/{file.name}"
        s3.put_object(Bucket=bucket, Key=key, Body=file.read_bytes())
        version = {
            "Name": file.stem,
            "Info": {"LoadTemplateFromURL": f"https://{bucket}.s3.us-east-1.amazonaws.com/{key}"},
            "Type": "CLOUD_FORMATION_TEMPLATE",
        }
        if not product:
            answer = hub.create_product(
                Name=folder.name, Owner="Scale", ProductType=version["Type"], ProvisioningArtifactParameters=version
            )
            product = answer["ProductViewDetail"]["ProductViewSummary"]["ProductId"]
            wait(partial(hub.describe_product_as_admin, Id=product))
        else:
            made = hub.create_provisioning_artifact(ProductId=product, Parameters=version)
            artifact = made["ProvisioningArtifactDetail"]["Id"]
            look = partial(hub.describe_provisioning_artifact, ProductId=product, ProvisioningArtifactId=artifact)
            wait(look)
    return product


def make_portfolio(hub: Any, declared: dict[str, Any], products: dict[str, str], values: list[str]) -> None:
    """A portfolio with all that belongs to it."""
    answer = hub.create_portfolio(DisplayName=declared["display_name"], ProviderName=declared["provider"])
    portfolio = answer["PortfolioDetail"]["Id"]
    for value in values:
        hub.associate_tag_option_with_resource(ResourceId=portfolio, TagOptionId=value)
    for item in declared["products"]:
        ids = {"PortfolioId": portfolio, "ProductId": products[item["product"]]}
        hub.associate_product_with_portfolio(**ids)
        rules = {"Rules": item["template"]["rules"]}
        launch = {"LocalRoleName": item["launch"]["local_role_name"]}
        for kind, parameters in (("TEMPLATE", rules), ("LAUNCH", launch)):
            made = hub.create_constraint(**ids, Type=kind, Parameters=json.dumps(parameters))
            constraint = made["ConstraintDetail"]["ConstraintId"]
            wait(partial(hub.describe_constraint, Id=constraint))
    hub.associate_principal_with_portfolio(PortfolioId=portfolio, PrincipalARN=ROLE, PrincipalType="IAM_PATTERN")


def wait(look: Callable[[], dict[str, Any]]) -> None:
    """Look until the object is available."""
    pause = 0.05
    while status(look()) == "CREATING":
        time.sleep(pause)
        pause *= 2


def status(answer: dict[str, Any]) -> str:
    """The status in an answer; that of a product is in its view."""
    return str(answer.get("ProductViewDetail", answer)["Status"])


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2])
