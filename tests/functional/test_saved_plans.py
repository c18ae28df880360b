"""Saved plans over HTTP: reviewed in one job, published in another, refused if something has changed in between."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from catalog.sandbox.control import CALLS_PATH, FAULTS_PATH, Sandbox
from tests.functional.conftest import Run
from tests.functional.sharing import ask
from tests.releasing import change, release

ALLOW = ("--yes", "--allow", "widen", "--allow", "restrict", "--allow", "destroy")


@dataclass
class Review:
    """A repository, and the file of its saved plans."""

    catalog: Run
    sandbox: Sandbox
    client: Callable[..., Any]
    repository: Path
    file: Path

    def run(self, *arguments: str, code: int = 0) -> Any:
        place = ("-vv", arguments[1]) if arguments[0] == "-vv" else (arguments[0],)
        result = self.catalog(*place, "--local", *arguments[len(place) :], at=self.repository)
        assert result.exit_code == code, result.output
        return result

    def save(self, *options: str) -> dict[str, Any]:
        """Plan and save; returns the content of the file."""
        self.run("plan", "-o", str(self.file), *options)
        return dict(json.loads(self.file.read_text()))

    def publish(self, *options: str, code: int = 0) -> Any:
        """Publish the file."""
        return self.run("publish", str(self.file), *(options or ALLOW), code=code)

    def mutating(self) -> int:
        """The number of mutating calls since the last count."""
        number = int(ask(self.sandbox, "GET", CALLS_PATH)["mutating"])
        ask(self.sandbox, "DELETE", CALLS_PATH)
        return number

    def edit(self, file: str, old: str, new: str) -> None:
        path = self.repository / file
        text = path.read_text()
        assert old in text, f"{old!r} is not in {file}"
        path.write_text(text.replace(old, new))


@pytest.fixture
def review(
    catalog: Run, sandbox: Sandbox, client: Callable[..., Any], repository: Path, tmp_path: Path
) -> Iterator[Review]:
    yield Review(catalog, sandbox, client, repository, tmp_path / "plan.json")
    ask(sandbox, "DELETE", FAULTS_PATH)


def test_an_interrupted_saved_plan_continues_until_it_is_done(review: Review) -> None:
    saved = review.save()
    planned = [change["operation"] for change in saved["plans"][0]["plan"]["changes"]]
    assert planned[0] == "CreateStack"
    assert review.publish("--allow", "widen", code=2).stderr.count("cannot ask: not a terminal") == 1
    assert "--allow widen" in review.publish("--yes", code=2).stderr
    assert review.mutating() == 0
    for operation in ("CreatePortfolio", "CreateConstraint", "AssociatePrincipalWithPortfolio"):
        fault = {"kind": "error", "operations": [operation], "code": "AccessDeniedException", "message": "No."}
        ask(review.sandbox, "POST", FAULTS_PATH, fault)
        assert f"{operation}: AccessDenied" in review.publish(code=1).stderr
    done = review.publish("--json", *ALLOW)
    left = [change["operation"] for change in json.loads(done.stdout)["changes"]]
    # The fault kept one principal out; what the other portfolio lacks had not started.
    assert "AssociatePrincipalWithPortfolio" in left
    assert set(left) <= {"CreateConstraint", "AssociatePrincipalWithPortfolio"}
    review.mutating()
    again = review.publish()
    assert f"{len(planned)} of the {len(planned)} changes are done already" in again.stderr
    assert "No changes." in again.stdout
    assert "No changes." in review.run("publish", *ALLOW).stdout
    assert review.mutating() == 0


@pytest.mark.parametrize("version", ["1.0.0", "9.0.0"])
def test_a_plan_is_published_while_product_files_have_changes_that_are_not_released(
    review: Review, version: str
) -> None:
    """The plan renders product files to say so, publish does not: both must say the same."""
    change(review.repository, version=version)
    other = review.repository / "products" / "other_key.py"
    shutil.copy(other.with_name("kms_key.py"), other)
    with other.open("a") as file:
        file.write("PRODUCT = replace(PRODUCT, name='Other', service_actions=())\n")
    review.save()
    assert " to account " in review.publish().stderr


def test_a_stale_plan_names_what_changed_in_aws_and_in_the_repository(review: Review) -> None:
    review.run("publish", *ALLOW)
    review.edit("portfolios/security-dev.yaml", "provider: Platform Security", "provider: Another Team")
    review.save()
    move(review.client("servicecatalog"))
    review.edit("portfolios/security-prod.yaml", "tag_updates: not_allowed", "tag_updates: allowed")
    review.mutating()
    stale = review.publish(code=2).stderr
    assert "in AWS: portfolio/security-dev: description was" in stale
    assert "is 'Moved.'" in stale
    assert (
        "in the repository: portfolio/security-prod/product/kms_key/constraint/resource_update: "
        "parameters.Properties.TagUpdateOnProvisionedProduct was 'NOT_ALLOWED', is 'ALLOWED'"
    ) in stale
    assert review.mutating() == 0
    # A part, only the version. The plan shows the differences, from the ledger's bytes, and what it leaves out.
    change(review.repository, version="1.1.0")
    release(review.repository)
    part = ("--target", "product/kms_key/version/1.1.0")
    told = review.run("-vv", "plan", *part)
    assert "since 1.0.0: minor" in told.stdout
    assert "minor  output added Outputs/Extra" in told.stdout
    assert "1 change left out by --target" in told.stdout
    assert "DescribeProvisioningArtifact" not in told.stderr
    data = review.save(*part)["plans"][0]["plan"]
    action = "AssociateServiceActionWithProvisioningArtifact"
    parts = ["UploadTemplate", "CreateProvisioningArtifact", action, "UpdateConstraint"]
    assert [one["operation"] for one in data["changes"]] == parts
    assert data["changes"][1]["difference"]["verdict"]["level"] == "minor"
    assert [one["operation"] for one in data["left_out"]] == ["UpdatePortfolio"]
    reviewed = review.catalog("review", "--plan", str(review.file), "--json", at=review.repository)
    (planned,) = json.loads(reviewed.stdout)["plans"]
    assert planned["where"] == "account 123456789012, Region us-east-1 (the sandbox)"
    impacts = ["none", "none", "none", "widens"]
    assert [(step["operation"], step["impact"]) for step in planned["changes"]] == list(
        zip(parts, impacts, strict=True)
    )
    assert planned["changes"][1]["address"] == "product/kms_key/version/1.1.0"
    assert "<summary>Template of" in review.run("plan", "--markdown", *part).stdout
    unknown = review.run("plan", "--target", "product/kms_kye", code=2)
    assert "Similar Addresses: product/kms_key" in unknown.stderr
    # Bytes that the ledger does not have are read from AWS.
    release(review.repository, afresh=True)
    afresh = review.run("-vv", "plan", "-o", str(review.file), *part)
    assert "minor  output added Outputs/Extra" in afresh.stdout
    assert afresh.stderr.count("DescribeProvisioningArtifact") == 1
    review.publish()
    assert "No changes. What --target names matches" in review.run("plan", *part).stdout
    (last,) = json.loads(review.run("plan", "--json").stdout)["changes"]
    assert last["operation"] == "UpdatePortfolio"
    assert (last["before"]["description"], last["after"]["provider_name"]) == ("Moved.", "Another Team")


def move(client: Any) -> None:
    """A change by somebody else in the meantime."""
    dev = next(one for one in client.list_portfolios()["PortfolioDetails"] if "(dev)" in one["DisplayName"])
    client.update_portfolio(Id=dev["Id"], Description="Moved.")


def test_plans_of_targets_are_one_file_and_a_stale_one_fails_alone(review: Review) -> None:
    with (review.repository / "pyproject.toml").open("a") as file:
        file.write('[tool.catalog.targets.hub]\naccount = "123456789012"\nregions = ["eu-west-1", "us-east-1"]\n')
    assert review.run("publish", "--to", "all", *ALLOW).exit_code == 0
    review.edit("portfolios/security-dev.yaml", "provider: Platform Security", "provider: Another Team")
    saved = review.save("--to", "all", "--target", "portfolio/security-dev")
    assert [one["target"] for one in saved["plans"]] == ["hub/eu-west-1", "hub/us-east-1"]
    move(review.client("servicecatalog"))
    assert "do not apply with FILE" in review.publish("--to", "hub", code=2).stderr
    assert "made without --dev" in review.publish("--dev", code=2).stderr
    result = json.loads(review.publish("--json", *ALLOW, code=1).stdout)["targets"]
    assert [one["outcome"] for one in result] == ["published", "failed"]
    assert "in AWS: portfolio/security-dev: description was" in result[1]["error"]["problems"][0]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("publish", "pyproject.toml"), "is not a saved plan: not JSON"),
        (("publish", "missing.json"), "does not exist"),
        (("plan", "-o", "missing/plan.json"), "there is no folder missing"),
        (("plan", "-o", "pyproject.toml"), "exists and is not a saved plan"),
        (("plan", "--json", "--markdown"), "exclude each other"),
    ],
)
def test_wrong_input_ends_before_any_call(
    catalog: Run, repository: Path, monkeypatch: pytest.MonkeyPatch, arguments: tuple[str, ...], message: str
) -> None:
    monkeypatch.chdir(repository)
    result = catalog("-vv", *arguments, "--local", at=repository)
    assert result.exit_code == 2
    assert message in result.stderr
    assert "call " not in result.stderr


def test_a_file_that_reads_otherwise_than_it_would_publish_is_refused(review: Review) -> None:
    """Case G13: one line was read, and 60 other changes were made."""
    saved = review.save()
    for line in saved["plans"][0]["plan"]["changes"]:
        line.update(operation="CreateTagOption", address="tag-option/Environment=dev", impact="none", details=[])
    review.file.write_text(json.dumps(saved))
    review.mutating()
    refused = review.publish(code=2).stderr
    assert "the saved plan does not read as the changes that it would make" in refused
    assert "CreateTagOption tag-option/Environment=dev (none) is CreateStack stack/catalog-templates (none)" in refused
    assert review.mutating() == 0


def test_invented_changes_do_not_let_a_file_read_as_harmless(review: Review) -> None:
    """Case G13: changes that nobody makes, above all others, whose lines then said nothing of what they do."""
    review.run("publish", *ALLOW)
    review.edit("portfolios/security-dev.yaml", "description: ", "description: Other. ")
    saved = review.save()
    plan = saved["plans"][0]["plan"]
    for line in plan["changes"]:
        line.update(impact="none", details=["harmless"])
        line.pop("before", None)
        line.pop("after", None)
    invented = {"operation": "UpdatePortfolio", "impact": "none", "details": ["harmless"]}
    plan["changes"] += [
        {**invented, "address": address, "identity": f"sha256:{number:064x}"}
        for number, address in enumerate(("portfolio/security-dev", "stack/catalog-launch-roles", "product/kms_key"))
    ]
    review.file.write_text(json.dumps(saved))
    review.mutating()
    refused = review.publish("--yes", "--allow", "widen", code=2).stderr
    assert "the saved plan does not read as the changes that it would make" in refused
    assert "after, before, details differ" in refused
    assert "UpdatePortfolio product/kms_key (none) would change nothing" in refused
    assert review.mutating() == 0
