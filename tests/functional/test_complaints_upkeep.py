"""What users of other tools complain of, and that is about taking things away or taking them over.

Complaint 12 (factory #267, #268, #289, #302, #319, #334, #354; terraform #29700): a portfolio cannot be deleted, a
product not be unlinked, a version not be expunged; `terminated` means "pipeline only".
"""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from tests.functional.conftest import Run
from tests.functional.test_prune import DEV, forget_product, kept, operations, prune
from tests.functional.test_publish import publish
from tests.releasing import change


def test_complaint_12_a_portfolio_that_is_shared_and_full_is_deleted(
    catalog: Run, repository: Path, client: Callable[..., Any]
) -> None:
    publish(catalog, "--allow", "widen", at=repository)
    sc = client("servicecatalog")
    (dev,) = [one["Id"] for one in sc.list_portfolios()["PortfolioDetails"] if "(dev)" in one["DisplayName"]]
    sc.create_portfolio_share(PortfolioId=dev, AccountId="210987654321")
    (repository / DEV).unlink()
    done = prune(catalog, repository)
    found = operations(done)
    assert found[0] == "DeletePortfolioShare"  # who can launch loses that before any rule is lifted
    assert found[-1] == "DeletePortfolio"
    assert dev not in {one["Id"] for one in sc.list_portfolios()["PortfolioDetails"]}
    assert operations(prune(catalog, repository)) == []


def test_complaint_12_a_product_is_unlinked_from_one_portfolio_and_lives_on_in_the_other(
    catalog: Run, repository: Path, client: Callable[..., Any]
) -> None:
    publish(catalog, "--allow", "widen", at=repository)
    sc = client("servicecatalog")
    (repository / DEV).unlink()
    prune(catalog, repository)
    (product,) = sc.search_products_as_admin()["ProductViewDetails"]
    holders = sc.list_portfolios_for_product(ProductId=product["ProductViewSummary"]["ProductId"])["PortfolioDetails"]
    assert [one["DisplayName"] for one in holders] == ["Security building blocks (prod)"]
    assert catalog("plan", "--local", "--detailed-exitcode", at=repository).exit_code == 0


def test_complaint_12_a_version_is_expunged_when_it_may_and_the_reason_is_said_when_not(
    catalog: Run, repository: Path, client: Callable[..., Any]
) -> None:
    publish(catalog, "--allow", "widen", at=repository)
    change(repository, version="1.1.0")
    publish(catalog, "--dev", "--allow", "widen", at=repository)
    publish(catalog, "--allow", "destroy", at=repository)
    sc = client("servicecatalog")
    product = sc.search_products_as_admin()["ProductViewDetails"][0]["ProductViewSummary"]["ProductId"]
    assert operations(prune(catalog, repository)) == [
        "DisassociateServiceActionFromProvisioningArtifact",
        "DeleteProvisioningArtifact",
    ]
    (left,) = sc.list_provisioning_artifacts(ProductId=product)["ProvisioningArtifactDetails"]
    assert left["Name"] == "1.0.0"


def test_complaint_12_a_released_version_that_left_the_ledger_is_kept_with_its_id(
    catalog: Run, repository: Path, client: Callable[..., Any]
) -> None:
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


def test_complaint_12_terminated_means_in_aws_and_the_plan_says_all_of_it_first(
    catalog: Run, repository: Path, client: Callable[..., Any]
) -> None:
    publish(catalog, "--allow", "widen", at=repository)
    forget_product(repository)
    shown = catalog("prune", "--local", at=repository)
    assert shown.exit_code == 2  # nobody to ask
    for word in ("DeleteConstraint", "DisassociatePrincipalFromPortfolio", "DeleteProduct", "DeletePortfolio"):
        assert word in shown.stdout
    sc = client("servicecatalog")
    assert len(sc.list_portfolios()["PortfolioDetails"]) == 2
    done = catalog("prune", "--local", "--yes", at=repository)
    assert done.exit_code == 0, done.output
    assert done.stdout == shown.stdout
    assert sc.list_portfolios()["PortfolioDetails"] == []
    assert sc.search_products_as_admin()["ProductViewDetails"] == []
    assert json.loads(catalog("status", "--local", "--json", at=repository).stdout)["drift"] == []
