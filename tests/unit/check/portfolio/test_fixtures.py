"""Each portfolio control with its two fixtures and among the others, and what all portfolio controls have in common."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from catalog.check.finding import Finding
from catalog.check.registry import portfolio_controls
from catalog.check.run import Content, check_portfolios
from catalog.content.load import load_catalog
from catalog.content.render import render

FIXTURES = Path(__file__).parents[3] / "fixtures" / "portfolios"
CONTROLS = {control.id: control for control in portfolio_controls()}
Judge = Callable[..., list[Finding]]


def up_to(control: str, findings: list[Finding]) -> list[Finding]:
    """The findings of this control and of older ones. A newer control must not make the fixtures of others fail."""
    return [finding for finding in findings if finding.id[1:] <= control[1:]]


@pytest.mark.parametrize("control", CONTROLS)
def test_the_good_fixture_is_clean_for_the_control_and_for_older_controls(judge: Judge, control: str) -> None:
    assert up_to(control, judge(FIXTURES / "good" / f"{control}.yaml")) == []


@pytest.mark.parametrize("control", CONTROLS)
def test_the_bad_fixture_breaks_the_control_and_no_older_control(judge: Judge, control: str) -> None:
    file = FIXTURES / "bad" / f"{control}.yaml"
    findings = up_to(control, judge(file))
    assert {finding.id for finding in findings} == {control}
    expected = Counter(re.findall(r"^# finds: ?(.*)$", file.read_text(), re.MULTILINE))
    assert Counter(finding.where for finding in findings) == expected


@pytest.mark.parametrize(
    ("control", "lines"),
    [
        ("E9101", ["  - product: parcel"]),
        ("E9108", ["    launch: {local_role_name: team/launch-parcel}"]),
        ("E9114", ['            - Assert: {"Fn::Equals": [{Ref: Day}, "1"]}']),
        ("E9116", ["        Live:", "        Both:"]),
        ("E9119", ["  Environment: [dev]", "  costcenter: [a]", "  Team: [b]", "  ManagedBy: [people]"]),
        ("W9118", ["display_name: Fixture W9118"]),
    ],
)
def test_a_finding_names_the_line_of_the_file(judge: Judge, control: str, lines: list[str]) -> None:
    file = FIXTURES / "bad" / f"{control}.yaml"
    assert [file.read_text().splitlines()[finding.line - 1] for finding in judge(file, control)] == lines


def test_each_control_has_its_fixtures_and_no_fixture_lacks_its_control() -> None:
    for kind in ("good", "bad"):
        assert sorted(file.stem for file in (FIXTURES / kind).iterdir()) == sorted(CONTROLS)
    assert {file.stem[5:10].upper() for file in Path(__file__).parent.glob("test_[ew]9*.py")} == set(CONTROLS)


@pytest.mark.parametrize("control", CONTROLS)
def test_a_control_is_documented(control: str) -> None:
    rule = CONTROLS[control]
    assert rule.shortdesc
    assert not rule.shortdesc.endswith(".")
    assert all(text.endswith((".", ".")) for text in (rule.description, rule.why, rule.remedy))
    assert rule.source_url.startswith("https://docs.aws.amazon.com/")
    assert rule.__doc__


def test_this_repository_has_no_findings() -> None:
    catalog = load_catalog(FIXTURES.parents[2])
    rendered = [render(key, product) for key, product in catalog.products.items()]
    assert check_portfolios(Content(catalog, rendered), date(2026, 1, 1)).findings == ()


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.sampled_from(["String", "x", "[a-z", "Environment"]),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["Type", "AllowedValues", "AllowedPattern", "Assertions", "Assert", "Ref", "Tags"]), inner
        )
    ),
    max_leaves=8,
)
SECTION = JSON | st.dictionaries(st.sampled_from(["Environment", "Guarded", "Days", "ProdIsGuarded"]), JSON)


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(parameters=SECTION, rules=SECTION, properties=JSON)
def test_controls_accept_malformed_templates(judge: Judge, parameters: Any, rules: Any, properties: Any) -> None:
    resources = {"Queue": {"Type": "AWS::SQS::Queue", "Properties": properties}, "Odd": properties}
    template = {"Parameters": parameters, "Rules": rules, "Resources": resources}
    for control in ("E9104", "E9117", "E9119", "E9120"):
        judge(FIXTURES / "bad" / f"{control}.yaml", template=template)
