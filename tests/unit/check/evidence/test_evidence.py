"""`catalog evidence`: what it says of kms_key 1.0.0, and that its meaning is the same everywhere."""

from __future__ import annotations

import hashlib
import json
import os
import re
import sys
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from catalog.check.evidence import as_bytes, evidence
from catalog.check.registry import portfolio_controls, template_controls
from catalog.check.results import check_release
from catalog.cli import main
from catalog.content.config import load_config
from catalog.content.control_settings import ControlLevel, ControlSettings
from catalog.content.load import Catalog, load_product
from catalog.model.product import Guidance
from catalog.releases import Release, digest_of
from tests import programs

ROOT = Path(__file__).resolve().parents[4]
RELEASED = ROOT / "products" / "releases" / "kms_key" / "1.0.0.yaml"
Change = Callable[[Path], object]


def run(root: Path, *arguments: str) -> Result:
    return CliRunner().invoke(main, ["-C", str(root), "evidence", *arguments])


@pytest.fixture(scope="module")
def document() -> dict[str, Any]:
    """What is said of this repository's release."""
    return evidence(load_config(ROOT), "kms_key", "1.0.0")


def controls(document: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return {one["id"]: one for one in document["controls"]}


def edit(file: Path, old: str, new: str) -> None:
    text = file.read_text()
    assert old in text
    file.write_text(text.replace(old, new))


def test_every_line_of_the_checklist_passes_or_is_advisory_with_a_reason(document: dict[str, Any]) -> None:
    lines, rows = document["checklist"], document["compliance"]
    assert document["profile"]["name"] == "KMS article"
    assert [one["id"] for one in lines] == [str(number) for number in range(1, 10)]
    assert [one["id"] for one in rows] == [str(number) for number in range(1, 6)]
    for one in (*lines, *rows):
        assert one["controls"], one["says"]
        assert one["result"] in ("pass", "advisory"), one["says"]
        assert bool(one["undecidable"]) is (one["result"] == "advisory")
        assert all(len(text) > 40 for text in one["undecidable"])
    assert [one["id"] for one in lines if one["result"] == "advisory"] == ["6", "8", "9"]
    assert [one["id"] for one in rows if one["result"] == "advisory"] == ["5"]


def test_every_control_has_a_result(document: dict[str, Any]) -> None:
    own = {"E9500"}  # of this repository
    known_ids = {control.id for control in (*template_controls(), *portfolio_controls())}
    assert set(controls(document)) == known_ids | own
    assert sum(document["summary"].values()) == len(document["controls"])
    assert document["summary"]["fail"] == document["summary"]["suppressed"] == 0
    for one in document["controls"]:
        assert one["title"]
        assert one["why"]
        assert one["description"]


def test_a_result_has_the_places_that_the_control_looked_at(document: dict[str, Any]) -> None:
    seen = 0
    for control in document["controls"]:
        for judged in control["judged"]:
            assert bool(judged["places"]) is (judged["result"] != "not applicable")
            lines = (ROOT / judged["file"]).read_text().splitlines()
            for place in judged["places"]:
                last = place["path"].rpartition("/")[2]
                shown = lines[place["line"] - 1]
                assert last in shown or last.isdigit() or "product: kms_key" in shown, (control["id"], place)
                seen += 1
    assert seen > 100


def test_a_portfolio_control_is_judged_in_each_portfolio(document: dict[str, Any]) -> None:
    judged = {one["file"]: one["result"] for one in controls(document)["E9104"]["judged"]}
    assert judged == {"portfolios/security-dev.yaml": "not applicable", "portfolios/security-prod.yaml": "pass"}


def test_it_names_the_judged_files_with_digests_and_the_tools(document: dict[str, Any]) -> None:
    assert document["digest"] == f"sha256:{hashlib.sha256(RELEASED.read_bytes()).hexdigest()}"
    for source in document["sources"]:
        assert source["digest"] == f"sha256:{hashlib.sha256((ROOT / source['file']).read_bytes()).hexdigest()}"
    assert [one["file"] for one in document["sources"]] == [
        "products/releases/kms_key/1.0.0.yaml",
        "products/kms_key.py",
        "portfolios/security-dev.yaml",
        "portfolios/security-prod.yaml",
    ]
    assert set(document["tools"]) == {"catalog", "cfn-lint", "troposphere", "awacs"}
    assert all(re.match(r"\d+\.\d+", one) for one in document["tools"].values())
    assert document["release"]["version"] == "1.0.0"


def test_two_machines_write_the_same_bytes(tmp_path: Path) -> None:
    command = [
        sys.executable,
        "-c",
        "from catalog.cli import run; run()",
        "-C",
        str(ROOT),
        "evidence",
        "kms_key",
        "1.0.0",
    ]
    outputs = []
    for number, (zone, seed, locale) in enumerate(
        (("Pacific/Kiritimati", "1", "C"), ("Etc/GMT+12", "4711", "C.UTF-8"))
    ):
        place = tmp_path / str(number)
        place.mkdir()
        environment = {**os.environ, "TZ": zone, "PYTHONHASHSEED": seed, "LC_ALL": locale, "PYTHONPATH": str(ROOT)}
        environment |= {"HOME": str(place), "COLUMNS": str(40 + number)}
        result = programs.run(command, capture_output=True, cwd=place, env=environment, check=True)
        outputs.append(result.stdout)
    assert outputs[0] == outputs[1]
    assert json.loads(outputs[0])["product"] == "kms_key"


def test_the_file_has_the_same_content_as_the_terminal(document: dict[str, Any], tmp_path: Path) -> None:
    file = tmp_path / "evidence.json"
    written = run(ROOT, "kms_key", "1.0.0", "-o", str(file))
    assert (written.exit_code, written.stdout) == (0, "")
    assert "pass" in written.stderr
    assert file.read_bytes() == as_bytes(document)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["kms_key", "9.9.9"], ["unknown version '9.9.9'", "1.0.0"]),
        (["nothing", "1.0.0"], ["unknown product 'nothing'", "kms_key"]),
    ],
)
def test_an_unknown_product_or_version_is_an_error(arguments: list[str], words: list[str]) -> None:
    result = run(ROOT, *arguments)
    assert result.exit_code == 2
    assert all(word in result.stderr for word in words)


def test_edited_bytes_of_a_release_are_an_error(repository: Path) -> None:
    edit(
        repository / "products" / "releases" / "kms_key" / "1.0.0.yaml",
        "EnableKeyRotation: true",
        "EnableKeyRotation: false",
    )
    result = run(repository, "kms_key", "1.0.0")
    assert result.exit_code == 2
    assert "was edited" in result.stderr


def test_the_release_is_judged_and_not_the_working_tree(repository: Path) -> None:
    edit(repository / "products" / "kms_key.py", "EnableKeyRotation=True", "EnableKeyRotation=False")
    found = json.loads(run(repository, "kms_key", "1.0.0").stdout)
    assert controls(found)["E9001"]["result"] == "pass"


def weaken(repository: Path, suppress: str = "") -> dict[str, Any]:
    """The evidence after the production portfolio forgot a rule that the template has for prod only."""
    file = repository / "portfolios" / "security-prod.yaml"
    edit(file, "equals: prod", "not_equals: nowhere")
    edit(file, 'equals: "30"', 'not_equals: "0"')
    edit(file, "tag_options:", f"{suppress}tag_options:")
    result = run(repository, "kms_key", "1.0.0")
    assert result.exit_code == 0, result.stderr
    found: dict[str, Any] = json.loads(result.stdout)
    return found


def test_a_portfolio_that_does_not_enforce_production_fails_the_lines_about_it(repository: Path) -> None:
    found = weaken(repository)
    control = controls(found)["E9104"]
    assert control["result"] == "fail"
    (failed,) = [one for one in control["judged"] if one["result"] == "fail"]
    assert failed["file"] == "portfolios/security-prod.yaml"
    assert "DeletionWindowDays of kms_key 1.0.0 must be 30" in failed["places"][0]["message"]
    assert {one["id"] for one in found["checklist"] if one["result"] == "fail"} == {"4", "5"}
    assert {one["id"] for one in found["compliance"] if one["result"] == "fail"} == {"4"}


@pytest.mark.parametrize(("expires", "result"), [("2026-11-24", "suppressed"), ("2026-11-23", "fail")])
def test_suppressions_are_judged_as_of_the_day_of_the_release(repository: Path, expires: str, result: str) -> None:
    ledger = repository / "products" / "releases" / "kms_key" / "ledger.yaml"
    ledger.write_text(re.sub(r"date: \S+", "date: 2026-11-24", ledger.read_text()))
    text = f"suppress:\n  - {{control: E9104, reason: Accepted until the move is over., expires: {expires}}}\n"
    found = weaken(repository, text)
    control = controls(found)["E9104"]
    assert control["result"] == result
    suppressions = [one for judged in control["judged"] for one in judged["suppressions"]]
    if result == "suppressed":
        assert [one["reason"] for one in suppressions] == ["Accepted until the move is over."]
        assert [one["expires"] for one in suppressions] == [expires]
        assert {one["id"] for one in found["checklist"] if one["result"] == "suppressed"} == {"4", "5"}
    else:
        assert [one["id"] for one in found["suppressions"]["findings"]] == ["E9091"]


def test_a_product_in_no_portfolio(repository: Path) -> None:
    for file in (repository / "portfolios").iterdir():
        file.unlink()
    found = json.loads(run(repository, "kms_key", "1.0.0").stdout)
    assert controls(found)["E9101"]["result"] == "not applicable"
    assert {one["result"] for one in found["checklist"]} == {"pass", "advisory"}


ROLE = """
  Reader:
    Type: AWS::IAM::Role
    Properties:
      AssumeRolePolicyDocument: {}
      ManagedPolicyArns:
        - Fn::ImportValue: policy
"""


def test_a_control_that_is_off_or_undecided_does_not_pass() -> None:
    config = load_config(ROOT)
    definition = load_product(config, "kms_key")
    body = RELEASED.read_bytes().replace(b"\nResources:\n", f"\nResources:{ROLE.rstrip()}\n".encode())
    release = Release("kms_key", "1.0.0", digest_of(body), date(2026, 1, 1), "First.", Guidance.DEFAULT, True, body)
    level = ControlLevel("E9001", "off", "rotation is done by hand", "pyproject.toml:1")
    settings = replace(config, controls=ControlSettings(levels=(level,)))
    results, _ = check_release(Catalog(settings, {"kms_key": definition}, {}), release, date(2026, 1, 2))
    by_id = {result.control.id: result for result in results}
    assert (by_id["E9001"].result, by_id["E9001"].off) == ("off", "rotation is done by hand")
    assert by_id["E9018"].result == "advisory"
    (location,) = by_id["E9018"].files[0].locations
    assert location.path == "Resources/Reader/Properties/ManagedPolicyArns/0"
    assert location.message == "which policy Reader has is not decided by the template"
