"""`catalog doctor` on the sandbox, and without credentials. What AWS may answer: tests/unit/upkeep/test_doctor.py."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pytest

from benchmarks.scale import calls
from catalog.aws.leases import KEY, Holder
from tests.functional.conftest import Run

BUCKET = "catalog-templates-123456789012-us-east-1"
READS = re.compile(r"(Get|List|Describe|Search|Simulate|Head)")
"""How operations begin that change nothing."""


def checks(result: Any) -> dict[str, Any]:
    """The diagnoses of a JSON report by the name of the check."""
    return {diagnosis["check"]: diagnosis for diagnosis in json.loads(result.stdout)["checks"]}


def test_on_a_new_sandbox_nothing_is_wrong_and_nothing_is_changed(catalog: Run) -> None:
    result = catalog("-vv", "doctor", "--local")
    assert result.exit_code == 0, result.output
    lines = result.stdout.splitlines()
    assert [line for line in lines if not line.startswith(" ")] == [
        "This machine",
        "Repository",
        "Sandbox",
        "16 ok, 0 warnings, 0 faults, 1 not checked.",
    ]
    assert "  ok           1 product, 2 portfolios load; `catalog validate` checks them" in lines
    assert "  not checked  not offered here: the sandbox has no SimulatePrincipalPolicy, and checks no" in lines
    assert "Service Quotas is not offered here" in " ".join(result.stdout.split())
    assert all(len(line) <= 100 for line in lines)
    made = calls(result.stderr)
    assert len(made) == 7
    assert [operation for operation in made if not READS.match(operation)] == []


def test_a_repository_of_templates_runs_no_code(catalog: Run, tmp_path: Path) -> None:
    assert catalog("init", str(tmp_path / "shop"), at=tmp_path).exit_code == 0
    seen = checks(catalog("doctor", "--local", "--json", at=tmp_path / "shop"))
    assert seen["confinement"]["seen"] == "every product is a template: no code of a product runs"
    assert {diagnosis["health"] for name, diagnosis in seen.items() if name != "permissions"} == {"ok"}


def test_after_publishing_it_names_what_is_there_and_who_is_at_work(
    catalog: Run, repository: Path, client: Callable[..., Any]
) -> None:
    assert catalog("publish", "--local", "--yes", "--allow", "widen", at=repository).exit_code == 0
    seen = checks(catalog("doctor", "--local", "--json", at=repository))
    assert seen["template bucket"]["seen"] == f"bucket {BUCKET} exists"
    assert seen["launch roles"]["seen"] == "1 launch role: catalog-launch-kms-key"
    assert seen["identity"]["seen"].startswith("arn:aws:iam::123456789012:user/moto in account 123456789012")
    assert seen["lease"]["seen"] == "no publisher is at work"
    assert "1 of 100 versions of a product" in seen["quotas"]["seen"]
    assert "2 of 100 portfolios, 1 of 350 products" in seen["quotas"]["seen"]

    since = "2026-11-28T10:00:00+00:00"
    holder = Holder("run", "arn:aws:iam::123456789012:role/ci", "ci-7", "publish", since, "another machine", "1")
    client("s3").put_object(Bucket=BUCKET, Key=KEY, Body=json.dumps(asdict(holder)).encode())
    busy = checks(catalog("doctor", "--local", "--json", at=repository))["lease"]
    assert busy["health"] == "warning"
    assert "role/ci on ci-7, `catalog publish` since 2026-11-28" in busy["seen"]
    assert "catalog unlock" in busy["next"]


def test_shares_with_an_organization_need_its_access(catalog: Run, repository: Path) -> None:
    with (repository / "portfolios" / "security-dev.yaml").open("a") as file:
        file.write("shares:\n  - {organizational_unit: ou-ab12-11111111}\n")
    result = catalog("doctor", "--local", at=repository)
    assert result.exit_code == 1
    assert "fault        security-dev: shared with the organization, but account 123456789012" in result.stdout


@pytest.mark.parametrize(
    ("file", "text", "words"),
    [
        ("pyproject.toml", "[tool.catalog]\nowner = 7\n", "pyproject.toml:2: owner must be"),
        ("products/kms_key.py", "PRODUCT = 1\n", "products/kms_key.py"),
        ("portfolios/security-dev.yaml", "nothing: here\n", "portfolios/security-dev.yaml"),
    ],
)
def test_wrong_content_is_a_fault_with_its_line(
    catalog: Run, repository: Path, file: str, text: str, words: str
) -> None:
    (repository / file).write_text(text)
    result = catalog("doctor", "--local", "--json", at=repository)
    assert result.exit_code == 1
    (fault,) = [each for each in json.loads(result.stdout)["checks"] if each["health"] == "fault"]
    assert words in " ".join([fault["seen"], *fault["details"]])
    assert checks(result)["lease"]["seen"] == "the content of a repository says what is needed"


@pytest.fixture
def nobody(catalog: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """`catalog` for a person without credentials and configuration of AWS."""
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "config"))
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(tmp_path / "credentials"))
    (tmp_path / "config").write_text("[profile hub]\nregion = eu-west-1\n")
    return catalog


def test_without_credentials_it_lists_what_can_be_checked_and_what_to_do(nobody: Run, tmp_path: Path) -> None:
    result = nobody("doctor", at=tmp_path)
    assert result.exit_code == 1
    text = " ".join(result.stdout.split())
    assert "ok Python 3." in text
    assert "warning no pyproject.toml with a [tool.catalog] table at or above" in text
    assert "begin one with `catalog init`" in text
    assert "fault no AWS Region → Pass --region" in text
    assert "fault no AWS credentials; profiles: hub → Sign in with `aws sso login --profile NAME`" in text
    assert "not checked identity, clock, permissions" in text


@pytest.mark.parametrize("options", [("--profile", "nope"), ("--region", "no region"), ("--local", "--profile", "hub")])
def test_bad_input_ends_with_2(nobody: Run, tmp_path: Path, options: tuple[str, ...]) -> None:
    result = nobody("doctor", *options, at=tmp_path)
    assert (result.exit_code, result.stdout) == (2, "")
