"""Each control against its two fixtures, alone and among all rules, and the rules that all controls keep."""

from __future__ import annotations

import re
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

from catalog.check.cfn_lint import CONTROLS, OURS, lint, load_rules
from catalog.check.finding import Finding
from catalog.check.metadata import FRAMEWORKS, Metadata
from catalog.check.registry import all_controls

FIXTURES = Path(__file__).parents[2] / "fixtures" / "controls"
REGIONS = ("us-east-1", "cn-north-1")
IDS = sorted(file.stem[:5].upper() for file in CONTROLS.glob("[ewi]9*.py"))


def ours(body: bytes) -> list[Finding]:
    return [finding for finding in lint("fixture", "products/fixture.py", body, REGIONS) if finding.id.startswith(OURS)]


def expected(body: bytes) -> Counter[str]:
    """A bad fixture says in its first lines where its control finds something."""
    return Counter(re.findall(r"^# finds: (\S+)$", body.decode(), re.MULTILINE))


@pytest.mark.parametrize("control", IDS)
def test_the_good_fixture_is_clean_for_all_rules(control: str) -> None:
    body = (FIXTURES / "good" / f"{control}.yaml").read_bytes()
    assert lint("fixture", "products/fixture.py", body, REGIONS) == []


@pytest.mark.parametrize("control", IDS)
def test_the_bad_fixture_breaks_this_control_and_no_other(control: str) -> None:
    body = (FIXTURES / "bad" / f"{control}.yaml").read_bytes()
    findings = ours(body)
    assert {finding.id for finding in findings} == {control}
    assert Counter(finding.where for finding in findings) == expected(body)
    assert all(finding.line > 1 for finding in findings), "a finding names the line of what is wrong"


@pytest.mark.parametrize("control", IDS)
def test_a_control_is_documented(control: str) -> None:
    rule = load_rules()[control]
    assert rule.id == control
    assert re.fullmatch(r"[EWI]9\d{3}", rule.id)
    assert rule.shortdesc
    assert not rule.shortdesc.endswith(".")
    assert rule.description.endswith(".")
    assert len(rule.description) > len(rule.shortdesc)
    assert rule.source_url.startswith("https://docs.aws.amazon.com/")
    assert rule.tags
    assert type(rule).__doc__
    for text in (rule.why, rule.remedy, rule.advisory):
        assert not text or text.endswith("."), text
    assert rule.why
    assert rule.remedy


@pytest.mark.parametrize("control", all_controls(), ids=lambda control: control.id)
def test_what_a_control_covers_can_be_looked_up(control: type[Metadata]) -> None:
    assert set(control.frameworks) <= set(FRAMEWORKS)
    assert all(ids and len(set(ids)) == len(ids) for ids in control.frameworks.values())
    outside = [name for name in control.frameworks if not name.startswith(("Seed", "SOC 2"))]
    assert bool(control.sources) >= bool(outside), "the ids of a framework need a page"
    assert all(page.startswith("https://") for page in control.sources)


def test_each_control_is_one_file_and_no_fixture_lacks_its_control() -> None:
    loaded = [rule_id for rule_id in load_rules() if rule_id.startswith(OURS)]
    assert sorted(loaded) == IDS
    for kind in ("good", "bad"):
        assert sorted(file.stem for file in (FIXTURES / kind).iterdir()) == IDS


def test_a_template_cannot_switch_a_control_off() -> None:
    body = b"""
Metadata: {cfn-lint: {config: {ignore_checks: [E9001, E9003, E9004, W9, I3]}}}
Resources:
  Key:
    Type: AWS::KMS::Key
    Metadata: {cfn-lint: {config: {ignore_checks: [E9001, E9003, E9004]}}}
    Properties: {EnableKeyRotation: false}
"""
    found = {finding.id for finding in lint("fixture", "products/fixture.py", body, REGIONS)}
    assert {"E9001", "E9003", "E9004"} <= found
    assert "I3011" not in found, "cfn-lint's own rules can be switched off"


def test_plain_cfn_lint_runs_the_controls() -> None:
    cfn_lint = Path(sys.executable).with_name("cfn-lint")
    template = FIXTURES / "bad" / "W9003.yaml"
    command: list[str | Path] = [cfn_lint, "--append-rules", CONTROLS, "--format", "parseable", "--", template]
    result = subprocess.run(command, capture_output=True, text=True, check=False)
    assert ":W9003:" in result.stdout
    assert result.returncode == 4, "cfn-lint's own code for warnings"
