"""`catalog controls` as people and tools call it."""

from __future__ import annotations

import json
from typing import Any

import pytest
from click.testing import CliRunner, Result

from catalog.check.metadata import FRAMEWORKS
from catalog.check.own_controls import own_controls
from catalog.check.profiles import profile_tables
from catalog.check.registry import all_controls
from catalog.cli import main
from catalog.content.config import load_config
from tests.conftest import ROOT


def controls(*arguments: str, color: bool = False) -> Result:
    return CliRunner().invoke(main, ["controls", *arguments], color=color)


def data(*arguments: str) -> dict[str, Any]:
    result = controls(*arguments, "--json")
    assert result.exit_code == 0, result.stderr
    parsed: dict[str, Any] = json.loads(result.stdout)
    return parsed


def test_every_control_is_listed_once_and_fits_a_terminal() -> None:
    lines = controls().stdout.split("\n\n")[0].splitlines()
    assert [line.split()[0] for line in lines[1:]] == [one["id"] for one in data()["controls"]]
    assert max(map(len, lines)) <= 140
    assert "\x1b" not in controls().stdout


def test_json_has_all_metadata_of_controls() -> None:
    found = {one["id"]: one for one in data()["controls"]}
    own = own_controls(load_config(ROOT).controls)
    declared = (*all_controls(), *own.templates, *own.portfolios)
    assert set(found) == {control.id for control in declared}
    for control in declared:
        one = found[control.id]
        assert (one["title"], one["why"], one["remedy"]) == (control.shortdesc, control.why, control.remedy)
        assert one["frameworks"] == {name: list(ids) for name, ids in control.frameworks.items()}
        assert one["advisory"] == control.advisory
    assert {one["scope"] for one in found.values()} == {"template", "portfolio", "version"}


def test_frameworks_and_controls_refer_to_each_other() -> None:
    everything = data()
    assert list(everything["frameworks"]) == [*FRAMEWORKS, *profile_tables()]
    pairs = {
        (name, row["id"], control)
        for name, rows in everything["frameworks"].items()
        for row in rows
        for control in row["controls"]
    }
    assert pairs == {
        (name, identifier, one["id"])
        for one in everything["controls"]
        for name, ids in one["frameworks"].items()
        for identifier in ids
    }


def test_ids_of_a_framework_are_in_its_own_order() -> None:
    ids = [row["id"] for row in data("--framework", "NIST 800-53")["frameworks"]["NIST 800-53"]]
    assert ids.index("AC-3(7)") < ids.index("AC-3(15)") < ids.index("AC-21")


def test_a_profile_is_quoted_and_corrected() -> None:
    rows = data("--framework", "kms article compliance")["frameworks"]["KMS article compliance"]
    assert [row["id"] for row in rows] == ["1", "2", "3", "4", "5"]
    assert all(row["controls"] and row["text"] for row in rows)
    assert "No version numbers it 3.7" in rows[0]["correction"]


def test_a_framework_selects_controls() -> None:
    found = data("--framework", "Security Hub")
    assert list(found["frameworks"]) == ["Security Hub"]
    assert all("Security Hub" in one["frameworks"] for one in found["controls"])


def test_an_id_prints_everything_about_the_control() -> None:
    shown = controls("e9008").stdout
    (one,) = data("E9008")["controls"]
    for text in (one["description"], one["why"], one["remedy"], one["source_url"], "SOC 2: CC6.3"):
        assert " ".join(text.split()) in " ".join(shown.split())
    assert "advice" not in shown
    assert "advice only:" in controls("W9008").stdout
    assert "\x1b[" in controls("E9008", color=True).stdout


@pytest.mark.parametrize(
    ("arguments", "said", "known"),
    [(["E9999"], "unknown control 'E9999'", "E9001"), (["--framework", "HIPAA"], "unknown framework 'HIPAA'", "SOC 2")],
)
def test_an_unknown_control_or_framework_lists_the_known_ones(arguments: list[str], said: str, known: str) -> None:
    result = controls(*arguments)
    assert (result.exit_code, result.stdout) == (2, "")
    assert said in result.stderr
    assert known in result.stderr


@pytest.mark.parametrize("other", [["E9001"], ["--json"], ["--framework", "SOC 2"]])
def test_the_page_takes_no_selection(other: list[str]) -> None:
    result = controls("--markdown", *other)
    assert result.exit_code == 2
    assert "--markdown prints all controls" in result.stderr


def test_the_page_has_a_section_for_each_control_and_no_broken_table() -> None:
    page = controls("--markdown").stdout
    for control in all_controls():
        assert f"\n### {control.id}\n" in page
    assert "ReEncrypt\\*, GenerateDataKey\\*" in page, "an asterisk in a text is no markup"
    widths = [
        {line.replace("\\|", "").count("|") for line in table.splitlines()}
        for table in page.split("\n\n")
        if table.startswith("|")
    ]
    assert all(len(width) == 1 for width in widths)
