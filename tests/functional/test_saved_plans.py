"""Saved plans over HTTP: reviewed in one job, published in another, refused when something has moved between."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from catalog.sandbox.control import CALLS_PATH, FAULTS_PATH, Sandbox
from tests.functional.conftest import Run
from tests.functional.sharing import ask

ALLOW = ("--yes", "--allow", "widen", "--allow", "destroy")


@dataclass
class Review:
    """A repository, and the file in which plans of it are saved."""

    catalog: Run
    sandbox: Sandbox
    client: Callable[..., Any]
    repository: Path
    file: Path

    def run(self, *arguments: str, code: int = 0) -> Any:
        result = self.catalog(*arguments, "--local", at=self.repository)
        assert result.exit_code == code, result.output
        return result

    def save(self, *options: str) -> dict[str, Any]:
        """Plan and save; the file's content."""
        self.run("plan", "-o", str(self.file), *options)
        return dict(json.loads(self.file.read_text()))

    def publish(self, *options: str, code: int = 0) -> Any:
        """Publish the file."""
        return self.run("publish", str(self.file), *(options or ALLOW), code=code)

    def mutating(self) -> int:
        """Calls that change something since they were last counted."""
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


def test_a_plan_that_was_interrupted_goes_on_until_it_is_done(review: Review) -> None:
    saved = review.save()
    planned = [change["operation"] for change in saved["plans"][0]["plan"]["changes"]]
    assert planned[0] == "CreateStack"
    assert review.publish("--allow", "widen", code=2).stderr.count("nobody to ask") == 1
    assert "--allow widen" in review.publish("--yes", code=2).stderr
    assert review.mutating() == 0
    for operation in ("CreatePortfolio", "CreateConstraint", "AssociatePrincipalWithPortfolio"):
        fault = {"kind": "error", "operations": [operation], "code": "AccessDeniedException", "message": "No."}
        ask(review.sandbox, "POST", FAULTS_PATH, fault)
        assert f"{operation}: AccessDenied" in review.publish(code=1).stderr
    done = review.publish("--json", *ALLOW)
    left = [change["operation"] for change in json.loads(done.stdout)["changes"]]
    assert left == [one for one in planned if one == "AssociatePrincipalWithPortfolio"]
    review.mutating()
    again = review.publish()
    assert f"{len(planned)} of the {len(planned)} changes are done already" in again.stderr
    assert "Nothing to do" in again.stdout
    assert "Nothing to do" in review.run("publish", *ALLOW).stdout
    assert review.mutating() == 0


def test_what_moved_in_aws_and_in_the_repository_is_named_and_told_apart(review: Review) -> None:
    review.run("publish", *ALLOW)
    review.edit("portfolios/security-dev.yaml", "provider: Platform Security", "provider: Another Team")
    review.save()
    sc = review.client("servicecatalog")
    dev = next(one for one in sc.list_portfolios()["PortfolioDetails"] if "dev" in one["DisplayName"].lower())
    sc.update_portfolio(Id=dev["Id"], Description="Moved.")
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
