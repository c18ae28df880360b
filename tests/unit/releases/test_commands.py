"""`catalog release`, `list` and `export` as a security engineer types them; no AWS is called."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from catalog.cli import main
from tests.releasing import change, edit_ledger, release

PLACE = "products/releases/kms_key"
Run = Callable[..., Result]


@pytest.fixture
def run(repository: Path) -> Run:
    def catalog(*arguments: str) -> Result:
        result = CliRunner().invoke(main, ["-C", str(repository), *arguments])
        assert isinstance(result.exception, SystemExit | None), result.exception
        return result

    return catalog


def ledger(repository: Path) -> str:
    return (repository / PLACE / "ledger.yaml").read_text()


def products(run: Run) -> Any:
    return json.loads(run("list", "--json").stdout)["products"]


def test_an_edit_becomes_a_release(run: Run, repository: Path) -> None:
    change(repository, version="1.1.0")
    assert "kms_key  1.0.0, unreleased changes  KMS key" in run("list").stdout
    rendered = run("export", "kms_key").stdout_bytes

    before = ledger(repository)
    tried = run("release", "kms_key", "--notes", "One output more.", "--date", "2026-12-01", "--dry-run")
    assert tried.exit_code == 0, tried.output
    assert "kms_key 1.1.0: not written (--dry-run), sha256:" in tried.stdout
    assert ledger(repository) == before
    assert not (repository / PLACE / "1.1.0.yaml").exists()

    done = run("release", "kms_key", "--notes", "One output more.", "--date", "2026-12-01")
    assert done.exit_code == 0, done.output
    assert done.stdout.splitlines()[1:] == [
        f"  {PLACE}/1.1.0.yaml",
        f"  {PLACE}/ledger.yaml",
        "Next: commit both files, then `catalog publish`.",
    ]
    assert (repository / PLACE / "1.1.0.yaml").read_bytes() == rendered
    assert '    date: 2026-12-01\n    notes: "One output more."\n' in ledger(repository)
    assert run("export", "kms_key", "--version", "1.1.0").stdout_bytes == rendered
    assert "kms_key  1.1.0    KMS key" in run("list").stdout

    after = ledger(repository)
    again = run("release", "kms_key", "--notes", "Others.")
    assert again.exit_code == 0
    assert "kms_key 1.1.0: already released" in again.stdout
    assert "Nothing was written" in again.stdout
    assert ledger(repository) == after


def test_remarks_of_the_version_gate_are_shown(run: Run, repository: Path) -> None:
    change(repository, version="1.1.0")
    with (repository / "products" / "kms_key.py").open("a") as file:
        file.write(
            "from catalog import Migration\n"
            "PRODUCT = replace(PRODUCT, migrations=(Migration('1.1.0', 'Key', 'A reason that nobody needs.'),))\n"
        )
    result = run("release", "kms_key", "--dry-run")
    assert result.exit_code == 0, result.output
    assert "warning: W9201 products/kms_key.py: " in result.stderr


def test_the_first_release_of_a_product_as_json(run: Run, repository: Path) -> None:
    for file in (repository / PLACE).iterdir():
        file.unlink()
    assert products(run)[0]["default_version"] is None
    assert "kms_key  not released" in run("list").stdout
    result = run("release", "kms_key", "--json")
    assert result.exit_code == 0, result.output
    answer = json.loads(result.stdout)
    assert list(answer) == [
        "status", "product", "version", "digest", "date", "notes", "guidance", "active", "files",
    ]  # fmt: skip
    assert (answer["status"], answer["version"], answer["notes"]) == ("released", "1.0.0", "First version.")
    assert abs((datetime.now(UTC).date() - datetime.fromisoformat(answer["date"]).date()).days) <= 1
    assert json.loads(run("release", "kms_key", "--json").stdout)["status"] == "already released"


def test_a_template_with_findings_is_not_released(run: Run, repository: Path) -> None:
    with (repository / "products" / "kms_key.py").open("a") as file:
        file.write(
            "\n\ndef off(build=PRODUCT.template):\n    template = build()\n"
            "    template.resources['Key'].EnableKeyRotation = False\n    return template\n"
            "\n\nfrom dataclasses import replace\nPRODUCT = replace(PRODUCT, template=off, version='1.1.0')\n"
        )
    before = ledger(repository)
    for options in ([], ["--dry-run"]):
        result = run("release", "kms_key", *options)
        assert result.exit_code == 3, result.output
        assert "E9001" in result.stderr
    assert ledger(repository) == before
    assert not (repository / PLACE / "1.1.0.yaml").exists()


def test_an_old_date_does_not_renew_an_expired_suppression(run: Run, repository: Path) -> None:
    with (repository / "products" / "kms_key.py").open("a") as file:
        file.write(
            "\n\ndef off(build=PRODUCT.template):\n    template = build()\n"
            "    template.resources['Key'].EnableKeyRotation = False\n    return template\n"
            "\n\nfrom dataclasses import replace\nfrom datetime import date\n"
            "from catalog import Suppression\n"
            "KEPT = Suppression('E9001', 'Rotation waits for a migration.', date(2020, 6, 30))\n"
            "PRODUCT = replace(PRODUCT, template=off, version='9.0.0', suppressions=(KEPT,))\n"
        )
    result = run("release", "kms_key", "--date", "2020-06-01")
    assert result.exit_code == 3, result.output
    assert "E9001" in result.stderr


def test_a_change_that_the_version_gate_refuses_is_not_released(run: Run, repository: Path) -> None:
    """Two outputs that stacks import are removed with the number of a patch."""
    with (repository / "products" / "kms_key.py").open("a") as file:
        file.write(
            "\n\ndef less(build=PRODUCT.template):\n    template = build()\n"
            "    del template.outputs['KeyArn'], template.outputs['AliasArn']\n    return template\n"
            "\n\nfrom dataclasses import replace\nPRODUCT = replace(PRODUCT, template=less, version='1.0.1')\n"
        )
    before = ledger(repository)
    result = run("release", "kms_key")
    assert result.exit_code == 3, result.output
    assert "E920" in result.stderr
    assert ledger(repository) == before
    assert sorted(file.name for file in (repository / PLACE).iterdir()) == ["1.0.0.yaml", "ledger.yaml"]


def test_a_template_that_does_not_fit_a_portfolio_is_not_released(run: Run, repository: Path) -> None:
    """Once published, it would block every publish, and a release cannot be undone."""
    with (repository / "products" / "kms_key.py").open("a") as file:
        file.write(
            "\n\ndef less(build=PRODUCT.template):\n    template = build()\n"
            "    template.rules['EnvironmentAllowed'] = template.rules.pop('DutiesAreSeparated')\n    return template\n"
            "\n\nfrom dataclasses import replace\nPRODUCT = replace(PRODUCT, template=less, version='1.1.0')\n"
        )
    result = run("release", "kms_key")
    assert result.exit_code == 2, result.output
    assert "portfolios/security-dev.yaml" in result.stderr
    assert "has the name of a rule of the template" in result.stderr


@pytest.mark.parametrize(
    ("version", "options", "words"),
    [
        ("1.0.0", [], "a released version never changes"),
        ("0.9.0", [], "lower than 1.0.0"),
        ("1.1.0-rc.1", [], "is a pre-release"),
        ("1.1.0", ["--date", "tomorrow"], "--date must be a date, YYYY-MM-DD, got 'tomorrow'"),
        ("1.1.0", ["--notes", "\x07"], "control characters"),
    ],
)
def test_releases_that_are_refused(run: Run, repository: Path, version: str, options: list[str], words: str) -> None:
    change(repository, version=version)
    result = run("release", "kms_key", *options)
    assert result.exit_code == 2, result.output
    assert words in result.stderr
    assert result.stderr.count("error:") == 1


def test_list_shows_default_latest_and_unreleased_changes(run: Run, repository: Path) -> None:
    change(repository, version="2.0.0")
    release(repository)
    text = ledger(repository)
    head, _, tail = text.rpartition("guidance: DEFAULT")
    (repository / PLACE / "ledger.yaml").write_text(f"{head}guidance: DEPRECATED{tail}")
    assert "kms_key  1.0.0, latest 2.0.0  KMS key" in run("list").stdout
    change(repository, output="Later", version="2.1.0")
    (row,) = products(run)
    assert (row["version"], row["default_version"], row["latest_version"]) == ("2.1.0", "1.0.0", "2.0.0")
    assert row["unreleased_changes"] is True
    assert [(each["version"], each["guidance"], each["active"]) for each in row["releases"]] == [
        ("1.0.0", "DEFAULT", True),
        ("2.0.0", "DEPRECATED", True),
    ]
    assert "1.0.0, latest 2.0.0, unreleased changes" in run("list").stdout


def test_list_shows_a_product_that_nobody_can_launch(run: Run, repository: Path) -> None:
    edit_ledger(repository, "active: true", "active: false")
    assert "none to launch, latest 1.0.0" in run("list").stdout


def test_export_of_a_release_does_not_need_the_product_file_to_work(run: Run, repository: Path) -> None:
    frozen = (repository / PLACE / "1.0.0.yaml").read_bytes()
    (repository / "products" / "kms_key.py").write_text("raise RuntimeError\n")
    assert run("export", "kms_key", "--version", "1.0.0").stdout_bytes == frozen
    as_json = json.loads(run("export", "kms_key", "--version", "1.0.0", "--format", "json").stdout)
    assert as_json["Resources"]["Key"]["Type"] == "AWS::KMS::Key"
    unknown = run("export", "kms_key", "--version", "9.9.9")
    assert unknown.exit_code == 2
    assert "unknown version '9.9.9' of kms_key; released: 1.0.0" in unknown.stderr


@pytest.mark.parametrize(
    "command", [["list"], ["validate"], ["release", "kms_key"], ["export", "kms_key", "--version", "1.0.0"]]
)
def test_an_edited_release_stops_every_command_that_uses_it(run: Run, repository: Path, command: list[str]) -> None:
    with (repository / PLACE / "1.0.0.yaml").open("a") as file:
        file.write("# harmless?\n")
    result = run(*command)
    assert result.exit_code == 2, result.output
    assert f"{PLACE}/1.0.0.yaml was edited" in result.stderr
