"""The CI files of `catalog init --ci`: their form, what is pinned, and who may do what.

The keys are those of GitHub's "Workflow syntax", GitLab's "CI/CD YAML syntax reference" and CodeBuild's "Build
specification reference", as far as the files use them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
import yaml

from catalog.scaffolds.repository import CI_FILES, ci_files
from tests.conftest import ROOT

OWNER = "platform"
PINNED = {
    "actions/checkout": ("df4cb1c069e1874edd31b4311f1884172cec0e10", "v6.0.3"),
    "actions/setup-python": ("83679a892e2d95755f2dac6acb0bfd1e9ac5d548", "v6.1.0"),
    "actions/upload-artifact": ("043fb46d1a93c77aae656e7c1c64a875d1fc6a0a", "v7.0.1"),
    "actions/download-artifact": ("3e5f45b2cfb9172054b4087a40e8e0b5a5461e7c", "v8.0.1"),
    "aws-actions/configure-aws-credentials": ("e7f100cf4c008499ea8adda475de1042d6975c7b", "v6.2.0"),
    "github/codeql-action/upload-sarif": ("fdbfb4d2750291e159f0156def62b853c2798ca2", "v4.31.5"),
}
"""Digests as public workflows pin them (docs/ci-github.md names these): none is guessed."""
INSTALL = "python -m pip install --quiet --only-binary :all: --require-hashes -r "


def text(ci: str, path: str) -> str:
    """A CI file."""
    return next(body for name, body in ci_files(ci, OWNER).items() if str(name) == path).decode()


def only_keys(data: dict[Any, Any], allowed: str, where: str) -> None:
    """Fail on a key that the CI system does not have there: it would be ignored or refused."""
    assert set(data) <= set(allowed.split()), where


GITHUB = text("github", ".github/workflows/catalog.yml")
WORKFLOW = yaml.load(GITHUB, Loader=yaml.BaseLoader)  # noqa: S506  # texts only, so that `on` is no boolean
JOBS: dict[str, dict[str, Any]] = WORKFLOW["jobs"]
STEPS = [(job, step) for job, content in JOBS.items() for step in content["steps"]]


def test_the_workflow_has_the_form_that_github_wants() -> None:
    only_keys(WORKFLOW, "name on permissions env jobs", "workflow")
    assert WORKFLOW["on"] == {"pull_request": "", "push": {"branches": ["main"]}}
    for name, job in JOBS.items():
        only_keys(
            job, "needs if runs-on timeout-minutes permissions environment concurrency outputs steps", f"job {name}"
        )
        assert job["runs-on"] == "ubuntu-latest"
        needs = job.get("needs", [])
        assert {*([needs] if isinstance(needs, str) else needs)} <= set(JOBS)
    for job_name, step in STEPS:
        only_keys(step, "name id if uses with env run", f"step of {job_name}")
        assert ("uses" in step) != ("run" in step)
        assert all(isinstance(value, str) for value in {**step.get("with", {}), **step.get("env", {})}.values())


def test_each_action_is_pinned_to_a_commit_with_its_version_beside_it() -> None:
    used = re.findall(r"uses: (\S+?)@(\S+) # (\S+)$", GITHUB, re.MULTILINE)
    assert len(used) == GITHUB.count("uses:")
    assert {action: (digest, version) for action, digest, version in used} == PINNED
    assert all(re.fullmatch("[0-9a-f]{40}", digest) for digest, _ in PINNED.values())


def test_code_of_a_pull_request_never_runs_with_a_right_to_write() -> None:
    assert WORKFLOW["permissions"] == {}
    assert "pull_request_target" not in GITHUB
    assert "workflow_run" not in GITHUB
    assert {name: job["permissions"] for name, job in JOBS.items()} == {
        "check": {"contents": "read"},
        "review": {"contents": "read", "id-token": "write"},
        "comment": {"pull-requests": "write", "security-events": "write"},
        "plan": {"contents": "read", "id-token": "write"},
        "publish": {"contents": "read", "id-token": "write"},
    }
    writers = [name for name, job in JOBS.items() if {"pull-requests", "security-events"} & set(job["permissions"])]
    for name, step in STEPS:
        if name in writers:
            assert not step.get("uses", "").startswith(("actions/checkout", "actions/setup-python"))
            assert "pip" not in step.get("run", "")
            assert "catalog " not in re.sub("<!-- catalog -->", "", step.get("run", ""))


def test_only_the_job_of_the_environment_gets_the_role_that_publishes() -> None:
    roles = {
        name: step["with"]["role-to-assume"].rpartition("/")[2]
        for name, step in STEPS
        if step.get("uses", "").startswith("aws-actions/")
    }
    assert roles == {"review": f"{OWNER}-plan", "plan": f"{OWNER}-plan", "publish": f"{OWNER}-publish"}
    assert [name for name, job in JOBS.items() if "environment" in job] == ["publish"]
    assert "github.event_name == 'push'" in JOBS["plan"]["if"]
    assert JOBS["publish"]["needs"] == "plan"
    assert "head.repo.full_name == github.repository" in JOBS["review"]["if"]
    publishing = [step["run"] for _, step in STEPS if "catalog publish" in step.get("run", "")]
    assert publishing == ["catalog publish plan.json --yes --allow widen"]


def test_no_expression_stands_in_a_shell_line_and_no_secret_is_used() -> None:
    assert "secrets." not in GITHUB
    assert [step["run"] for _, step in STEPS if "${{" in step.get("run", "")] == []
    for name, step in STEPS:
        if step.get("uses", "").startswith("actions/checkout"):
            assert step["with"]["persist-credentials"] == "false", name


def test_a_pull_request_is_judged_by_the_tool_of_its_base() -> None:
    for name in ("check", "review"):
        steps = JOBS[name]["steps"]
        base = next(step for step in steps if step.get("with", {}).get("path") == ".base")
        assert "pull_request.base.sha" in base["with"]["ref"]
        (install,) = (step["run"] for step in steps if step.get("name") == "Install")
        assert install == f"{INSTALL}.base/ci/requirements.txt\nrm -rf .base\n"


GITLAB = yaml.safe_load(text("gitlab", ".gitlab-ci.yml"))
GITLAB_JOBS = {name: job for name, job in GITLAB.items() if isinstance(job, dict) and "stage" in job}


def test_the_pipeline_has_the_form_that_gitlab_wants() -> None:
    only_keys(GITLAB, "stages workflow default variables .install check review plan publish", "pipeline")
    assert list(GITLAB_JOBS) == ["check", "review", "plan", "publish"]
    for name, job in GITLAB_JOBS.items():
        only_keys(job, "extends stage needs rules environment resource_group id_tokens script artifacts", f"job {name}")
        assert job["stage"] in GITLAB["stages"]
        assert job["extends"] == ".install"
        only_keys(job.get("artifacts", {}), "when expire_in expose_as paths reports", f"artifacts of {name}")
        assert all(isinstance(line, str) for line in job["script"]), name
        for rule in job.get("rules", []):
            only_keys(rule, "if when", f"rule of {name}")
    assert set(GITLAB_JOBS["check"]["artifacts"]["reports"]) == {"codequality", "junit"}
    assert all(value == str(value) for value in GITLAB["variables"].values())
    assert GITLAB[".install"]["before_script"][-1] == f'{INSTALL}"$lock"'


def test_merge_requests_get_the_role_that_plans_and_the_default_branch_the_one_that_publishes() -> None:
    roles = {
        name: match[1]
        for name, job in GITLAB_JOBS.items()
        if (match := re.search(r":role/([\w-]+)", " ".join(job["script"])))
    }
    assert roles == {"review": f"{OWNER}-plan", "plan": f"{OWNER}-plan", "publish": f"{OWNER}-publish"}
    assert {name for name, job in GITLAB_JOBS.items() if "id_tokens" in job} == set(roles)
    for name in ("plan", "publish"):
        (rule,) = GITLAB_JOBS[name]["rules"]
        assert '$CI_PIPELINE_SOURCE != "merge_request_event"' in rule["if"]
        assert "$CI_COMMIT_BRANCH == $CI_DEFAULT_BRANCH" in rule["if"]
    assert GITLAB_JOBS["publish"]["rules"][0]["when"] == "manual"
    assert GITLAB_JOBS["publish"]["script"][-1] == "catalog publish plan.json --yes --allow widen"


@pytest.mark.parametrize("path", CI_FILES["codebuild"])
def test_a_buildspec_has_the_form_that_codebuild_wants(path: str) -> None:
    spec = yaml.safe_load(text("codebuild", path))
    only_keys(spec, "version env phases reports artifacts", path)
    assert spec["version"] == 0.2
    assert spec["env"]["shell"] == "bash"
    only_keys(spec["phases"], "install pre_build build post_build", path)
    for phase in spec["phases"].values():
        only_keys(phase, "runtime-versions on-failure commands", path)
        assert all(isinstance(line, str) for line in phase["commands"])
    lines = [line for phase in spec["phases"].values() for line in phase["commands"]]
    assert any(line.startswith(INSTALL) for line in lines)
    publishes = [line for line in lines if "catalog publish" in line]
    assert publishes == ([] if "review" in path else ["catalog publish plan.json --yes --allow widen"])


def all_texts() -> Iterator[tuple[str, str]]:
    """(path, text) of each CI file."""
    for ci in CI_FILES:
        yield from ((str(path), body.decode()) for path, body in ci_files(ci, OWNER).items())


def test_every_file_confines_product_files_and_has_no_long_line() -> None:
    for path, body in all_texts():
        assert max(map(len, body.splitlines())) <= 120, path
        if path.endswith(".yml"):
            assert 'CATALOG_REQUIRE_CONFINEMENT: "1"' in body, path


def test_the_hook_for_other_repositories_runs_what_the_hook_of_a_new_one_runs() -> None:
    (hook,) = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text())
    only_keys(hook, "id name description entry language language_version pass_filenames files", "hook")
    scaffold = (ROOT / "catalog" / "scaffolds" / "files" / "repository" / "pre-commit-config.yaml.in").read_text()
    (own,) = yaml.safe_load(scaffold)["repos"][0]["hooks"]
    for key in ("id", "entry", "files", "pass_filenames"):
        assert hook[key] == own[key]
    pattern = re.compile(hook["files"])
    assert all(pattern.search(path) for path in ("products/a.yaml", "portfolios/b.yaml", "pyproject.toml"))
    assert not pattern.search("docs/a.md")
