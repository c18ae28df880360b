"""`catalog prune` over HTTP: it deletes owned objects that are not declared, and keeps what is protected."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from catalog.roles.operations import NO_PERMISSION, OPERATIONS
from catalog.sandbox.control import CALLS_PATH, Sandbox
from tests.functional.budgets import cost_budget
from tests.functional.conftest import Run
from tests.functional.processes import run_and_kill
from tests.functional.sharing import ask
from tests.functional.test_publish import MUTATING, edit, publish
from tests.releasing import change

DEV = "portfolios/security-dev.yaml"
PROD = "portfolios/security-prod.yaml"


def prune(catalog: Run, at: Path, *options: str, code: int = 0) -> Any:
    result = catalog("prune", "--local", "--yes", "--json", *options, at=at)
    assert result.exit_code == code, result.output
    return json.loads(result.stdout)


def operations(data: Any) -> list[str]:
    return [one["operation"] for one in data["changes"]]


def kept(data: Any) -> dict[str, str]:
    return {one["address"]: one["reason"] for one in data["kept"]}


def forget_product(repository: Path) -> None:
    """Remove the product, its releases and the portfolios that hold it."""
    for file in (DEV, PROD, "products/kms_key.py"):
        (repository / file).unlink()
    for file in (repository / "products" / "releases" / "kms_key").iterdir():
        file.unlink()
    (repository / "products" / "releases" / "kms_key").rmdir()


def test_an_undeclared_portfolio_is_deleted_with_its_members(
    catalog: Run, repository: Path, client: Callable[..., Any]
) -> None:
    publish(catalog, "--allow", "widen", at=repository)
    (repository / DEV).unlink()
    shown = catalog("prune", "--local", at=repository)
    assert shown.exit_code == 2  # nobody to ask
    assert "- security-dev             portfolio deleted: " in shown.stdout
    sc = client("servicecatalog")
    assert len(sc.list_portfolios()["PortfolioDetails"]) == 2

    done = prune(catalog, repository)
    changes = operations(done)
    assert changes[-1] == "DeletePortfolio"
    assert changes.index("DisassociatePrincipalFromPortfolio") < changes.index("DeleteConstraint")
    assert changes.index("DeleteConstraint") < changes.index("DisassociateProductFromPortfolio")
    assert {one["impact"] for one in done["changes"]} == {"destroys"}
    assert any("TagOptions belong to the account" in notice for notice in done["notices"])
    (left,) = sc.list_portfolios()["PortfolioDetails"]
    assert left["DisplayName"] == "Security building blocks (prod)"
    assert catalog("plan", "--local", "--detailed-exitcode", at=repository).exit_code == 0

    again = catalog("-vv", "prune", "--local", "--yes", at=repository)
    assert "Nothing to prune." in again.stdout
    calls = [line.split(":")[1] for line in again.stderr.splitlines() if line.startswith("call ")]
    assert calls
    assert not [call for call in calls if call.startswith(MUTATING)]


def test_members_of_others_leave_a_deleted_portfolio_and_stay(
    catalog: Run, repository: Path, client: Callable[..., Any]
) -> None:
    publish(catalog, "--allow", "widen", at=repository)
    sc, theirs = client("servicecatalog"), their_product(client)
    (ours,) = [one for one in sc.list_portfolios()["PortfolioDetails"] if "(dev)" in one["DisplayName"]]
    sc.associate_product_with_portfolio(ProductId=theirs, PortfolioId=ours["Id"])
    topic = client("sns").create_topic(Name="launches")["TopicArn"]
    sc.create_constraint(
        PortfolioId=ours["Id"],
        ProductId=theirs,
        Type="NOTIFICATION",
        Parameters=json.dumps({"NotificationArns": [topic]}),
    )
    (repository / DEV).unlink()
    prune(catalog, repository)
    assert ours["Id"] not in {one["Id"] for one in sc.list_portfolios()["PortfolioDetails"]}
    assert sc.describe_product_as_admin(Id=theirs)["ProductViewDetail"]["ProductViewSummary"]["Name"] == "Theirs"


def their_product(client: Callable[..., Any]) -> str:
    client("s3").create_bucket(Bucket="their-bucket")
    client("s3").put_object(Bucket="their-bucket", Key="t.yaml", Body=b"Resources: {T: {Type: 'AWS::SNS::Topic'}}")
    product = client("servicecatalog").create_product(
        Name="Theirs",
        Owner="Them",
        ProductType="CLOUD_FORMATION_TEMPLATE",
        ProvisioningArtifactParameters={
            "Name": "1.0.0",
            "Info": {"LoadTemplateFromURL": "https://their-bucket.s3.us-east-1.amazonaws.com/t.yaml"},
            "Type": "CLOUD_FORMATION_TEMPLATE",
        },
    )
    return str(product["ProductViewDetail"]["ProductViewSummary"]["ProductId"])


def test_an_undeclared_product_is_deleted_with_its_associations(
    catalog: Run, repository: Path, client: Callable[..., Any], sandbox: Sandbox
) -> None:
    publish(catalog, "--allow", "widen", at=repository)
    sc = client("servicecatalog")
    product_id = sc.search_products_as_admin()["ProductViewDetails"][0]["ProductViewSummary"]["ProductId"]
    option = sc.create_tag_option(Key="Team", Value="blue")["TagOptionDetail"]["Id"]
    sc.associate_tag_option_with_resource(ResourceId=product_id, TagOptionId=option)
    action = sc.create_service_action(
        Name="Restart",
        DefinitionType="SSM_AUTOMATION",
        Definition={"Name": "AWS-RestartEC2Instance", "Version": "1", "AssumeRole": "LAUNCH_ROLE"},
    )["ServiceActionDetail"]["ServiceActionSummary"]["Id"]
    (version,) = sc.list_provisioning_artifacts(ProductId=product_id)["ProvisioningArtifactDetails"]
    sc.associate_service_action_with_provisioning_artifact(
        ProductId=product_id, ProvisioningArtifactId=version["Id"], ServiceActionId=action
    )
    client("budgets").create_budget(AccountId="123456789012", Budget=cost_budget("Keys"))
    for resource in (product_id, sc.list_portfolios()["PortfolioDetails"][0]["Id"]):
        sc.associate_budget_with_resource(BudgetName="Keys", ResourceId=resource)
    forget_product(repository)
    ask(sandbox, "DELETE", CALLS_PATH)
    done = prune(catalog, repository)
    made = set(ask(sandbox, "GET", CALLS_PATH)["calls"])
    assert made <= {one.called for one in OPERATIONS} | NO_PERMISSION  # `catalog role publisher --upkeep` allows them
    assert {"servicecatalog:DeleteProduct", "servicecatalog:ListServiceActionsForProvisioningArtifact"} <= made
    changes = operations(done)
    assert changes[-4:] == ["DeleteProduct", "DeletePortfolio", "DeletePortfolio", "DeleteDocument"]
    assert "DisassociateServiceActionFromProvisioningArtifact" in changes
    assert changes.count("DisassociateBudgetFromResource") == 2
    assert sc.search_products_as_admin()["ProductViewDetails"] == []
    assert sc.list_portfolios()["PortfolioDetails"] == []
    assert {"Key": "Team", "Value": "blue"}.items() <= sc.describe_tag_option(Id=option)["TagOptionDetail"].items()
    assert operations(prune(catalog, repository)) == []


def test_a_product_with_a_ledger_is_kept(catalog: Run, repository: Path) -> None:
    publish(catalog, "--allow", "widen", at=repository)
    for file in (DEV, PROD, "products/kms_key.py"):
        (repository / file).unlink()
    done = prune(catalog, repository)
    assert "products/releases/kms_key" in kept(done)["product/kms_key"]
    assert "DeleteProduct" not in operations(done)
    assert kept(prune(catalog, repository)) == kept(done)


def test_a_protected_object_is_kept_until_it_is_published_without_protect(
    catalog: Run, repository: Path, client: Callable[..., Any]
) -> None:
    edit(repository, DEV, "stage: dev\n", "stage: dev\nprotect: true\n")
    (repository / "products" / "kms_key.py").write_text(
        (repository / "products" / "kms_key.py").read_text()
        + "\nfrom dataclasses import replace\nPRODUCT = replace(PRODUCT, protect=True)\n"
    )
    publish(catalog, "--allow", "widen", at=repository)
    assert catalog("plan", "--local", "--detailed-exitcode", at=repository).exit_code == 0
    forget_product(repository)
    done = prune(catalog, repository)
    assert set(kept(done)) == {"portfolio/security-dev", "product/kms_key"}
    assert operations(done)[-1] == "DeletePortfolio"  # prod, which nobody protected
    sc = client("servicecatalog")
    (left,) = sc.list_portfolios()["PortfolioDetails"]
    assert {"Key": "catalog:protect", "Value": "true"} in sc.describe_portfolio(Id=left["Id"])["Tags"]


def test_a_product_with_provisioned_products_is_kept(
    catalog: Run, repository: Path, client: Callable[..., Any]
) -> None:
    publish(catalog, "--allow", "widen", at=repository)
    launched = catalog(
        *(
            "launch",
            "kms_key",
            "--local",
            "--name",
            "my-key",
            "--as",
            "arn:aws:iam::123456789012:role/dev-terraform-role",
        ),
        *("--params-file", str(repository / "examples" / "launch-dev.yaml")),
        at=repository,
    )
    assert launched.exit_code == 0, launched.output
    forget_product(repository)
    done = prune(catalog, repository)
    assert "1 provisioned product of this account" in kept(done)["product/kms_key"]
    assert "DeleteProduct" not in operations(done)
    assert client("servicecatalog").search_products_as_admin()["ProductViewDetails"]


def test_a_product_in_a_portfolio_of_others_is_deleted_only_by_force(
    catalog: Run, repository: Path, client: Callable[..., Any]
) -> None:
    publish(catalog, "--allow", "widen", at=repository)
    sc = client("servicecatalog")
    product_id = sc.search_products_as_admin()["ProductViewDetails"][0]["ProductViewSummary"]["ProductId"]
    theirs = sc.create_portfolio(DisplayName="Theirs", ProviderName="Them")["PortfolioDetail"]["Id"]
    sc.associate_product_with_portfolio(ProductId=product_id, PortfolioId=theirs)
    sc.create_constraint(
        PortfolioId=theirs,
        ProductId=product_id,
        Type="LAUNCH",
        Parameters=json.dumps({"LocalRoleName": "catalog-launch-kms-key"}),
    )
    forget_product(repository)
    assert theirs in kept(prune(catalog, repository))["product/kms_key"]
    done = prune(catalog, repository, "--force-disassociate")
    assert operations(done) == [
        "DeleteConstraint",
        "DisassociateProductFromPortfolio",
        "DisassociateServiceActionFromProvisioningArtifact",
        "DeleteServiceAction",
        "DeleteProduct",
        "DeleteDocument",
    ]
    assert [one["Id"] for one in sc.list_portfolios()["PortfolioDetails"]] == [theirs]
    assert sc.list_constraints_for_portfolio(PortfolioId=theirs)["ConstraintDetails"] == []


def test_inactive_pre_releases_are_deleted_and_other_versions_stay(
    catalog: Run, repository: Path, client: Callable[..., Any]
) -> None:
    publish(catalog, "--allow", "widen", at=repository)
    change(repository, version="1.1.0")
    publish(catalog, "--dev", "--allow", "widen", at=repository)
    sc = client("servicecatalog")
    product_id = sc.search_products_as_admin()["ProductViewDetails"][0]["ProductViewSummary"]["ProductId"]
    active = prune(catalog, repository)
    assert operations(active) == []
    assert all("active" in reason for reason in kept(active).values())
    assert len(kept(active)) == 1
    publish(catalog, "--allow", "restrict", "--allow", "destroy", at=repository)  # without --dev: inactive
    assert operations(prune(catalog, repository)) == [
        "DisassociateServiceActionFromProvisioningArtifact",
        "DeleteProvisioningArtifact",
    ]
    names = {one["Name"] for one in sc.list_provisioning_artifacts(ProductId=product_id)["ProvisioningArtifactDetails"]}
    assert names == {"1.0.0"}
    assert operations(prune(catalog, repository)) == []


@pytest.mark.parametrize("after", [6, 30])
def test_an_interrupted_prune_continues(
    catalog: Run, repository: Path, client: Callable[..., Any], sandbox: Sandbox, after: int
) -> None:
    publish(catalog, "--allow", "widen", at=repository)
    forget_product(repository)
    run_and_kill(sandbox, "prune", "--local", "--yes", at=repository, after=after)
    assert operations(prune(catalog, repository))
    sc = client("servicecatalog")
    assert sc.list_portfolios()["PortfolioDetails"] == []
    assert sc.search_products_as_admin()["ProductViewDetails"] == []
    assert operations(prune(catalog, repository)) == []


def test_a_portfolio_that_is_shared_and_has_products_is_deleted(
    catalog: Run, repository: Path, client: Callable[..., Any]
) -> None:
    """Complaint 12."""
    publish(catalog, "--allow", "widen", at=repository)
    sc = client("servicecatalog")
    (dev,) = [one["Id"] for one in sc.list_portfolios()["PortfolioDetails"] if "(dev)" in one["DisplayName"]]
    sc.create_portfolio_share(PortfolioId=dev, AccountId="210987654321")
    (repository / DEV).unlink()
    done = prune(catalog, repository)
    changes = operations(done)
    assert changes[0] == "DeletePortfolioShare"  # who can launch loses that before any rule is lifted
    assert changes[-1] == "DeletePortfolio"
    assert dev not in {one["Id"] for one in sc.list_portfolios()["PortfolioDetails"]}
    assert operations(prune(catalog, repository)) == []


def test_a_product_leaves_one_portfolio_and_stays_in_the_other(
    catalog: Run, repository: Path, client: Callable[..., Any]
) -> None:
    """Complaint 12."""
    publish(catalog, "--allow", "widen", at=repository)
    sc = client("servicecatalog")
    (repository / DEV).unlink()
    prune(catalog, repository)
    (product,) = sc.search_products_as_admin()["ProductViewDetails"]
    holders = sc.list_portfolios_for_product(ProductId=product["ProductViewSummary"]["ProductId"])["PortfolioDetails"]
    assert [one["DisplayName"] for one in holders] == ["Security building blocks (prod)"]
    assert catalog("plan", "--local", "--detailed-exitcode", at=repository).exit_code == 0


def test_an_inactive_pre_release_is_deleted(catalog: Run, repository: Path, client: Callable[..., Any]) -> None:
    """Complaint 12."""
    publish(catalog, "--allow", "widen", at=repository)
    change(repository, version="1.1.0")
    publish(catalog, "--dev", "--allow", "widen", at=repository)
    publish(catalog, "--allow", "restrict", "--allow", "destroy", at=repository)
    sc = client("servicecatalog")
    product = sc.search_products_as_admin()["ProductViewDetails"][0]["ProductViewSummary"]["ProductId"]
    assert operations(prune(catalog, repository)) == [
        "DisassociateServiceActionFromProvisioningArtifact",
        "DeleteProvisioningArtifact",
    ]
    (left,) = sc.list_provisioning_artifacts(ProductId=product)["ProvisioningArtifactDetails"]
    assert left["Name"] == "1.0.0"


def test_a_released_version_that_left_the_ledger_is_kept_with_its_id(
    catalog: Run, repository: Path, client: Callable[..., Any]
) -> None:
    """Complaint 12."""
    publish(catalog, "--allow", "widen", at=repository)
    sc = client("servicecatalog")
    product = sc.search_products_as_admin()["ProductViewDetails"][0]["ProductViewSummary"]["ProductId"]
    (before,) = sc.list_provisioning_artifacts(ProductId=product)["ProvisioningArtifactDetails"]
    folder = repository / "products" / "releases" / "kms_key"
    (folder / "1.0.0.yaml").unlink()
    (folder / "ledger.yaml").write_text("releases: []\n")
    done = prune(catalog, repository)
    assert operations(done) == []
    assert "a released version" in kept(done)["product/kms_key/version/1.0.0"]
    (after,) = sc.list_provisioning_artifacts(ProductId=product)["ProvisioningArtifactDetails"]
    assert after["Id"] == before["Id"]


def test_prune_shows_the_whole_plan_first_and_leaves_nothing_behind(
    catalog: Run, repository: Path, client: Callable[..., Any]
) -> None:
    """Complaint 12."""
    publish(catalog, "--allow", "widen", at=repository)
    forget_product(repository)
    shown = catalog("prune", "--local", at=repository)
    assert shown.exit_code == 2  # nobody to ask
    for words in (
        "- rules",
        "- may no longer launch",
        "- kms_key                  product deleted: ",
        "- security-dev             portfolio deleted: ",
    ):
        assert words in shown.stdout
    sc = client("servicecatalog")
    assert len(sc.list_portfolios()["PortfolioDetails"]) == 2
    done = catalog("prune", "--local", "--yes", at=repository)
    assert done.exit_code == 0, done.output
    assert done.stdout == shown.stdout
    assert sc.list_portfolios()["PortfolioDetails"] == []
    assert sc.search_products_as_admin()["ProductViewDetails"] == []
    assert json.loads(catalog("status", "--local", "--json", at=repository).stdout)["drift"] == []
