"""The CI files that `catalog init --ci` writes: their shell lines, from a pull request to published products.

What only GitHub, GitLab or CodeBuild can do is left out: checkouts, artifacts and identities (docs/unproven.md).
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest

from catalog.sandbox.control import Sandbox
from tests.functional.ci_files import CiRun, checked_out, merge, proposed
from tests.functional.command_server import command_server
from tests.functional.conftest import ROOT

Client = Callable[..., Any]


@pytest.fixture(scope="module")
def commands(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """The folder of the program `catalog`."""
    with command_server(tmp_path_factory.mktemp("c"), ROOT) as folder:
        yield folder


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A repository with the files of all CI systems."""
    folder = tmp_path_factory.mktemp("source")
    proposed(folder)
    return folder


def published(client: Client) -> list[str]:
    """Names of the versions of the only product."""
    view = client("servicecatalog")
    (product,) = view.search_products_as_admin()["ProductViewDetails"]
    product_id = product["ProductViewSummary"]["ProductId"]
    versions = view.list_provisioning_artifacts(ProductId=product_id)["ProvisioningArtifactDetails"]
    return sorted(version["Name"] for version in versions)


def steps(run: CiRun, job: str, *, left_out: str = "") -> dict[str, str]:
    """Name → shell lines of the steps of a job of GitHub."""
    steps_of_job = run.document(".github/workflows/catalog.yml")["jobs"][job]["steps"]
    return {step["name"]: step["run"] for step in steps_of_job if "run" in step and step["name"] != left_out}


@pytest.mark.slow
def test_github(sandbox: Sandbox, client: Client, tmp_path: Path, source: Path, commands: Path) -> None:
    run = checked_out(sandbox, tmp_path, source, commands)
    variables = {"GITHUB_BASE_REF": "main", "GITHUB_ACTIONS": "true"}
    run.git("worktree", "add", "--quiet", "--detach", ".base", "main")
    for job, left_out in (("check", ""), ("review", "Install")):
        for lines in steps(run, job, left_out=left_out).values():
            run.must(lines, **variables)
    assert not (run.root / ".base").exists()
    sarif = json.loads((run.root / "review" / "catalog.sarif").read_text())
    assert sarif["runs"][0]["results"] == []
    comment = steps(run, "comment")["Comment"]
    assert "<title>Review of clone</title>" in (run.root / "review" / "review.html").read_text()
    page = "https://github.com/us/ours/actions/runs/12"
    numbers = {"REPOSITORY": "us/ours", "NUMBER": "7", "GH_TOKEN": "secret-token", "RUN": page}
    run.must(comment, **numbers)
    run.must(comment, **numbers)
    run.must(f"cd $(mktemp -d); {comment}", **numbers)  # without artifacts: nothing is posted
    posted = (run.home / "posted").read_text()
    artifact = f"The whole review is review.html in the artifact `check` of [this run]({page})."
    assert posted.startswith(f"<!-- catalog -->\n{artifact}\n\n## Review: Harmless")
    assert posted.index("1.0.1") < posted.index("platform-dev")
    calls = (run.home / "gh.log").read_text().splitlines()
    assert len(calls) == 4
    assert ["POST" in calls[1], "PATCH repos/us/ours/issues/comments/4711" in calls[3]] == [True, True]
    merge(run)
    installs = [steps(run, job)["Install"] for job in ("check", "review", "plan", "publish")]
    assert (installs[0], installs[2]) == (installs[1], installs[3])  # so each is run once
    for job, left_out in (("plan", ""), ("publish", "Install")):
        for lines in steps(run, job, left_out=left_out).values():
            run.must(lines)
    assert (run.home / "output").read_text() == "changes=yes\n"
    assert "platform-dev" in (run.home / "summary.md").read_text()
    assert published(client) == ["1.0.0", "1.0.1"]
    run.must(steps(run, "plan")["Plan"])
    assert (run.home / "output").read_text() == "changes=yes\nchanges=no\n"
    assert not any("secret-token" in output for output in run.outputs)


def script(run: CiRun, job: str, *, installs: bool) -> list[str]:
    """The shell lines of a job of GitLab, after those of what it extends, which are the same for each."""
    document = run.document(".gitlab-ci.yml")
    return [*(document[document[job]["extends"]]["before_script"] if installs else ()), *document[job]["script"]]


@pytest.mark.slow
def test_gitlab(sandbox: Sandbox, client: Client, tmp_path: Path, source: Path, commands: Path) -> None:
    run = checked_out(sandbox, tmp_path, source, commands)
    tokens = {"AWS_ACCOUNT_ID": "123456789012", "AWS_TOKEN": "secret-token"}
    request = {"CI_MERGE_REQUEST_TARGET_BRANCH_NAME": "main", "CI_COMMIT_BRANCH": ""}
    run.must(script(run, "check", installs=True), **request)
    assert json.loads((run.root / "review" / "code-quality.json").read_text()) == []
    assert ElementTree.parse(run.root / "review" / "validate.xml").getroot().tag == "testsuites"  # noqa: S314  # ours
    assert "1.0.1" in (run.root / "review" / "review.md").read_text()
    run.must(
        [*script(run, "review", installs=False), 'cp "$AWS_WEB_IDENTITY_TOKEN_FILE" "$HOME/token"'], **request, **tokens
    )
    assert (run.home / "token").read_text() == "secret-token"
    assert "platform-dev" in (run.root / "review" / "plan.md").read_text()
    merge(run)
    for job in ("plan", "publish"):
        run.must(script(run, job, installs=job == "plan"), CI_COMMIT_BRANCH="main", **tokens)
    assert published(client) == ["1.0.0", "1.0.1"]
    assert not any("secret-token" in output for output in run.outputs)


def phases(run: CiRun, path: str) -> list[str]:
    """The shell lines of a buildspec, in the order of its phases."""
    steps_of = run.document(path)["phases"]
    assert [*steps_of] == [name for name in ("install", "pre_build", "build", "post_build") if name in steps_of]
    return [line for phase in steps_of.values() for line in phase["commands"]]


@pytest.mark.slow
def test_codebuild(sandbox: Sandbox, client: Client, tmp_path: Path, source: Path, commands: Path) -> None:
    run = checked_out(sandbox, tmp_path, source, commands)
    run.must(phases(run, "buildspec-review.yml"), CODEBUILD_WEBHOOK_BASE_REF="refs/heads/main")
    assert "1.0.1" in (run.root / "review" / "review.md").read_text()
    assert "platform-dev" in (run.root / "review" / "plan.md").read_text()
    merge(run)
    run.must(phases(run, "buildspec.yml"))
    assert published(client) == ["1.0.0", "1.0.1"]
