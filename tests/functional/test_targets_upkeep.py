"""`--to` of status, prune, usage and retention, over HTTP."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

from catalog.content.yaml_files import read_parameters
from catalog.sandbox.control import FAULTS_PATH, Sandbox
from tests.functional.conftest import Run
from tests.functional.fleet import DEV, LABELS, PUBLISH, declare, operations, outcomes
from tests.functional.sharing import ask
from tests.releasing import change, release


def test_status_and_prune_run_over_targets(catalog: Run, fleet: Path, account: Callable[..., Any]) -> None:
    assert catalog(*PUBLISH, at=fleet).exit_code == 0
    clean = catalog("status", "--local", "--verify", "--to", "all", at=fleet)
    assert clean.exit_code == 0, clean.output
    assert {label: row[1:] for label, row in outcomes(clean).items()} == dict.fromkeys(LABELS, ("0", "as declared"))
    assert re.search(
        r"Target hub/us-east-1\nAccount 111122223333, Region us-east-1 \(sandbox\)\n(.*\n)*?No drift\.\n", clean.stdout
    )
    unwilling = catalog("status", "--local", "--to", "all", "--refresh-principals", at=fleet)
    assert unwilling.exit_code == 2
    assert "cannot ask: not a terminal. Pass --yes" in unwilling.stderr
    assert len(re.findall(r"! .*may launch", unwilling.stderr)) >= 3
    refreshed = catalog("-vv", "status", "--local", "--to", "all", "--refresh-principals", "--yes", at=fleet)
    assert refreshed.exit_code == 0, refreshed.output
    made = operations(refreshed.stderr)
    assert all("AssociatePrincipalWithPortfolio" in made[label] for label in LABELS)
    assert "Refreshed " in refreshed.stderr

    declare(fleet, 'portfolios = ["security-dev"]\n')  # of target dev, which no longer gets the other portfolio
    drifted = catalog("status", "--local", "--to", "all", "--json", at=fleet)
    assert drifted.exit_code == 4, drifted.output
    data = json.loads(drifted.stdout)["targets"]
    assert [one["outcome"] for one in data] == ["as declared", "as declared", "drift"]
    assert [(one["kind"], one["address"]) for one in data[2]["status"]["drift"]] == [
        ("unmanaged", "portfolio/security-prod")
    ]

    assert catalog("prune", "--local", "--to", "all", at=fleet).exit_code == 2  # nobody to ask
    assert len(account(DEV).list_portfolios()["PortfolioDetails"]) == 2
    pruned = catalog("prune", "--local", "--yes", "--to", "all", at=fleet)
    assert pruned.exit_code == 0, pruned.output
    assert [row[2] for row in outcomes(pruned).values()] == ["unchanged", "unchanged", "pruned"]
    (left,) = account(DEV).list_portfolios()["PortfolioDetails"]
    assert left["DisplayName"] == "Security building blocks (dev)"
    assert catalog("status", "--local", "--to", "all", at=fleet).exit_code == 0


def test_prune_keeps_a_product_that_other_targets_have(catalog: Run, fleet: Path, account: Callable[..., Any]) -> None:
    assert catalog(*PUBLISH, at=fleet).exit_code == 0
    (fleet / "portfolios" / "empty.yaml").write_text(
        "display_name: Empty\nprovider: Me\nimported_products: [{import: theirs, name: Topic}]\n"
    )
    (fleet / "imports").mkdir()
    (fleet / "imports" / "theirs.yaml").write_text("account: '210987654321'\nportfolio_id: port-theirs\n")
    declare(fleet, 'portfolios = ["empty"]\n')
    told = json.loads(catalog("status", "--local", "--json", "--to", "dev", at=fleet).stdout)["targets"][0]
    words = {one["address"]: one["details"] for one in told["status"]["drift"]}
    kept = "not declared; `catalog prune` keeps it: the repository declares it for another target"
    assert words["product/kms_key"] == [kept]
    assert words["portfolio/security-dev"] == ["not declared; `catalog prune` deletes it"]
    assert kept.partition("; ")[2] in catalog("plan", "--local", "--to", "dev", at=fleet).stdout
    pruned = catalog("prune", "--local", "--yes", "--json", "--to", "dev", at=fleet)
    assert pruned.exit_code == 0, pruned.output
    (one,) = json.loads(pruned.stdout)["targets"]
    assert one["kept"] == [{"address": "product/kms_key", "reason": "the repository declares it for another target"}]
    assert account(DEV).list_portfolios()["PortfolioDetails"] == []
    assert len(account(DEV).search_products_as_admin()["ProductViewDetails"]) == 1


def test_usage_and_retention_ask_all_targets(
    catalog: Run, fleet: Path, account: Callable[..., Any], sandbox: Sandbox
) -> None:
    with (fleet / "products" / "kms_key.py").open("a") as file:
        file.write("\nfrom dataclasses import replace\nfrom catalog import Retention\n")
        file.write("PRODUCT = replace(PRODUCT, retention=Retention(keep=1))\n")
    assert catalog(*PUBLISH, at=fleet).exit_code == 0
    launch(account(DEV, role="dev-terraform-role"), fleet)

    asked = catalog("usage", "--all", "--local", "--to", "all", "--json", at=fleet)
    assert asked.exit_code == 0, asked.output
    data = json.loads(asked.stdout)["targets"]
    assert [one["outcome"] for one in data] == ["asked"] * 3
    assert [one["usage"]["products"][0]["versions"][0]["provisioned"] for one in data] == [0, 0, 1]
    (row,) = csv.DictReader(
        io.StringIO(catalog("usage", "kms_key", "--local", "--to", "all", "--csv", at=fleet).stdout)
    )
    assert (row["account"], row["region"], row["version"]) == (DEV, "us-east-1", "1.0.0")
    text = catalog("usage", "kms_key", "--local", "--to", "all", at=fleet).stdout
    assert text.count("kms_key (default 1.0.0): ") == 3

    change(fleet, version="1.1.0")
    release(fleet)
    assert catalog("deprecate", "kms_key", "1.0.0", at=fleet).exit_code == 0
    stays = catalog("retention", "--local", "--to", "all", at=fleet)
    assert f"1.0.0  stays: deprecated, but still in use: 1 in account {DEV}, Region us-east-1" in stays.stdout
    (unused,) = [
        one for one in catalog("retention", "--local", "--to", "hub", at=fleet).stdout.splitlines() if "1.0.0" in one
    ]
    assert unused.startswith("  1.0.0  retire: deprecated, and no provisioned product uses it in account 111122223333")

    (fleet / "usage.json").write_text(asked.stdout)  # the same by a file
    told = catalog("retention", "--offline", "--usage", str(fleet / "usage.json"), at=fleet).stdout
    assert "still in use: 1 in account" in told
    # The usage of a failed target is unknown: nothing is retired, and the exit code is 1.
    fault = {"kind": "error", "operations": ["SearchProvisionedProducts"], "code": "AccessDeniedException", "calls": 1}
    ask(sandbox, "POST", FAULTS_PATH, fault | {"message": "no"})
    silent = catalog("retention", "--local", "--to", "hub", "--apply", at=fleet)
    assert silent.exit_code == 1
    assert "but its usage is unknown: kms_key is not published in account 111122223333" in silent.stdout
    assert "1 of 2 targets failed" in silent.stderr
    ask(sandbox, "POST", FAULTS_PATH, fault | {"message": "no"})
    failed = catalog("usage", "--all", "--local", "--to", "hub", "--json", at=fleet)
    assert failed.exit_code == 1
    assert sorted(one["outcome"] for one in json.loads(failed.stdout)["targets"]) == ["asked", "failed"]
    (fleet / "usage.json").write_text(failed.stdout)
    assert (
        "usage is unknown" in catalog("retention", "--offline", "--usage", str(fleet / "usage.json"), at=fleet).stdout
    )
    assert catalog("retention", "--offline", "--to", "all", at=fleet).exit_code == 2


def launch(person: Any, fleet: Path) -> None:
    """Launch a key of the dev portfolio as `person`."""
    (view,) = person.search_products()["ProductViewSummaries"]
    described = person.describe_product(Id=view["ProductId"])
    (path,) = person.list_launch_paths(ProductId=view["ProductId"])["LaunchPathSummaries"]
    values = read_parameters(fleet / "examples" / "launch-dev.yaml", "launch-dev.yaml")
    person.provision_product(
        ProductId=view["ProductId"],
        ProvisioningArtifactId=described["ProvisioningArtifacts"][0]["Id"],
        PathId=path["Id"],
        ProvisionedProductName="mine",
        ProvisioningParameters=[{"Key": key, "Value": value} for key, value in values.items()],
        Tags=[{"Key": key, "Value": values[key]} for key in ("Environment", "DataCategory", "Service")],
    )
