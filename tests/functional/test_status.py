"""`catalog status` over HTTP: every kind of drift is reported, and nothing else."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from tests.functional.conftest import Run
from tests.functional.test_prune import DEV, their_product
from tests.functional.test_publish import MUTATING, publish


def status(catalog: Run, at: Path, *options: str, code: int) -> Any:
    result = catalog("status", "--local", "--json", *options, at=at)
    assert result.exit_code == code, result.output
    return json.loads(result.stdout)


def drift(data: Any) -> list[tuple[str, str]]:
    return [(one["kind"], one["address"]) for one in data["drift"]]


def product_of(sc: Any) -> str:
    return str(sc.search_products_as_admin()["ProductViewDetails"][0]["ProductViewSummary"]["ProductId"])


def portfolio_of(sc: Any, word: str) -> str:
    (portfolio,) = [one["Id"] for one in sc.list_portfolios()["PortfolioDetails"] if word in one["DisplayName"]]
    return str(portfolio)


def test_status_after_publish_has_no_drift_and_verifies_templates(catalog: Run, repository: Path) -> None:
    publish(catalog, "--allow", "widen", at=repository)
    result = catalog("-vv", "status", "--local", "--verify", at=repository)
    assert result.exit_code == 0, result.output
    assert "1 template verified." in result.stdout
    assert "No drift." in result.stdout
    calls = [line.split(":")[1] for line in result.stderr.splitlines() if line.startswith("call ")]
    assert calls.count("DescribeProvisioningArtifact") == 1
    assert not [call for call in calls if call.startswith(MUTATING)]


def test_every_manual_change_is_reported_as_drift(catalog: Run, repository: Path, client: Callable[..., Any]) -> None:
    publish(catalog, "--allow", "widen", at=repository)
    sc = client("servicecatalog")
    product, dev = product_of(sc), portfolio_of(sc, "(dev)")
    sc.update_portfolio(Id=dev, ProviderName="Somebody")
    pattern = {"PrincipalARN": "arn:aws:iam:::role/dev-*", "PrincipalType": "IAM_PATTERN"}
    sc.disassociate_principal_from_portfolio(PortfolioId=dev, **pattern)
    sc.associate_principal_with_portfolio(
        PortfolioId=dev, PrincipalARN="arn:aws:iam:::role/other-*", PrincipalType="IAM_PATTERN"
    )
    rule = {"Assertions": [{"Assert": {"Fn::Equals": [{"Ref": "Environment"}, "dev"]}}]}
    second = json.dumps({"Rules": {"Second": rule}})
    made = sc.create_constraint(PortfolioId=dev, ProductId=product, Type="TEMPLATE", Parameters=second)
    constraint = made["ConstraintDetail"]["ConstraintId"]
    theirs = their_product(client)
    sc.associate_product_with_portfolio(ProductId=theirs, PortfolioId=dev)
    key = client("s3").list_objects_v2(Bucket="catalog-templates-123456789012-us-east-1")["Contents"][0]["Key"]
    url = f"https://catalog-templates-123456789012-us-east-1.s3.us-east-1.amazonaws.com/{key}"
    info = {"LoadTemplateFromURL": url}
    sc.create_provisioning_artifact(
        ProductId=product, Parameters={"Name": "9.9.9", "Info": info, "Type": "CLOUD_FORMATION_TEMPLATE"}
    )
    (repository / "portfolios" / "security-prod.yaml").unlink()

    report = status(catalog, repository, code=4)
    assert drift(report) == [
        ("missing", "portfolio/security-dev/principal/IAM_PATTERN/arn:aws:iam:::role/dev-*"),
        ("changed", "portfolio/security-dev"),
        ("unmanaged", "portfolio/security-dev"),
        ("unmanaged", "portfolio/security-dev"),
        ("unmanaged", "portfolio/security-dev/principal/IAM_PATTERN/arn:aws:iam:::role/other-*"),
        ("unmanaged", "portfolio/security-prod"),
        ("unmanaged", "product/kms_key/version/9.9.9"),
    ]
    details = "\n".join(line for one in report["drift"] for line in one["details"])
    assert constraint in details
    assert theirs in details
    text = catalog("status", "--local", at=repository)
    assert text.exit_code == 4
    assert "7 differences from the repository." in text.stdout


def test_verify_finds_a_template_with_another_digest_than_its_description(
    catalog: Run, repository: Path, client: Callable[..., Any]
) -> None:
    """Somebody deleted the version and created one with the same name and description, but another template."""
    publish(catalog, "--allow", "widen", at=repository)
    sc = client("servicecatalog")
    product = product_of(sc)
    (ours,) = sc.list_provisioning_artifacts(ProductId=product)["ProvisioningArtifactDetails"]
    client("s3").create_bucket(Bucket="their-bucket")
    client("s3").put_object(Bucket="their-bucket", Key="t.yaml", Body=b"Resources: {T: {Type: 'AWS::SNS::Topic'}}")
    theirs = sc.create_provisioning_artifact(
        ProductId=product,
        Parameters={
            "Name": ours["Name"],
            "Description": ours["Description"],
            "Info": {"LoadTemplateFromURL": "https://their-bucket.s3.us-east-1.amazonaws.com/t.yaml"},
            "Type": "CLOUD_FORMATION_TEMPLATE",
        },
    )["ProvisioningArtifactDetail"]
    (action,) = sc.list_service_actions()["ServiceActionSummaries"]
    offered = {"ProductId": product, "ServiceActionId": action["Id"]}
    sc.disassociate_service_action_from_provisioning_artifact(ProvisioningArtifactId=ours["Id"], **offered)
    sc.associate_service_action_with_provisioning_artifact(ProvisioningArtifactId=theirs["Id"], **offered)
    sc.delete_provisioning_artifact(ProductId=product, ProvisioningArtifactId=ours["Id"])
    plain = catalog("status", "--local", at=repository)
    assert "product/kms_key" not in plain.stdout
    report = status(catalog, repository, "--verify", code=4)
    assert ("changed", "product/kms_key/version/1.0.0") in drift(report)
    (line,) = report["drift"][-1]["details"]
    assert line.count("sha256:") == 2


def test_a_version_with_another_digest_in_its_description_is_drift(
    catalog: Run, repository: Path, client: Callable[..., Any]
) -> None:
    publish(catalog, "--allow", "widen", at=repository)
    sc = client("servicecatalog")
    product = product_of(sc)
    (ours,) = sc.list_provisioning_artifacts(ProductId=product)["ProvisioningArtifactDetails"]
    sc.update_provisioning_artifact(
        ProductId=product, ProvisioningArtifactId=ours["Id"], Description=f"Other [sha256:{'0' * 64}]"
    )
    sc.update_portfolio(Id=portfolio_of(sc, "(dev)"), ProviderName="Somebody")
    report = status(catalog, repository, code=4)
    assert drift(report) == [("changed", "portfolio/security-dev"), ("changed", "product/kms_key")]


def test_a_recreated_role_is_a_dead_principal_until_it_is_refreshed(
    catalog: Run, repository: Path, client: Callable[..., Any]
) -> None:
    iam = client("iam")
    role = {"RoleName": "dev-terraform-role", "AssumeRolePolicyDocument": "{}"}
    if role["RoleName"] not in {one["RoleName"] for one in iam.list_roles()["Roles"]}:
        iam.create_role(**role)
    publish(catalog, "--allow", "widen", at=repository)
    iam.delete_role(RoleName=role["RoleName"])
    iam.create_role(**role)
    report = status(catalog, repository, code=4)
    kinds = {kind for kind, _ in drift(report)}
    assert kinds == {"missing", "dead principal"}
    asked = catalog("status", "--local", "--refresh-principals", at=repository)
    assert asked.exit_code == 2
    assert "cannot ask: not a terminal" in asked.stderr
    done = status(catalog, repository, "--refresh-principals", "--yes", code=0)
    assert drift(done) == []
    assert catalog("plan", "--local", "--detailed-exitcode", at=repository).exit_code == 0


def test_unpublished_content_is_missing(catalog: Run, repository: Path) -> None:
    (repository / DEV).unlink()
    lines = drift(status(catalog, repository, code=4))
    assert ("missing", "product/kms_key") in lines
    assert ("missing", "portfolio/security-prod") in lines
    assert {kind for kind, _ in lines} == {"missing"}
