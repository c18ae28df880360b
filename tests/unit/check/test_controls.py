"""Each control against its two fixtures, alone and among all rules, and the rules that all controls keep."""

from __future__ import annotations

import functools
import json
import re
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from cfnlint.decode import cfn_yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from catalog.check.cfn_lint import CONTROLS, OURS, lint, load_rules
from catalog.check.finding import Finding
from catalog.check.metadata import FRAMEWORKS, Metadata
from catalog.check.profiles import profile_tables
from catalog.check.registry import all_controls
from catalog.content.config import load_config
from catalog.content.load import load_product
from catalog.content.render import render
from tests import programs

FIXTURES = Path(__file__).parents[2] / "fixtures" / "controls"
ROOT = Path(__file__).resolve().parents[3]
TESTS = Path(__file__).parent / "controls"
REGIONS = ("us-east-1", "cn-north-1")
WORDS = (
    *("Type", "Properties", "Condition", "DeletionPolicy", "Metadata", "Tags", "Key", "Value", "Description"),
    *("Effect", "Principal", "NotPrincipal", "AWS", "Action", "NotAction", "Resource", "Statement", "Policies"),
    *("KeyPolicy", "PolicyDocument", "PendingWindowInDays", "KmsKeyId", "SecretString", "AccessControl"),
    *("PublicAccessBlockConfiguration", "OwnershipControls", "Rules", "EventSelectors", "StorageEncrypted"),
    *("Default", "AllowedValues", "AllowedPattern", "NoEcho", "MinValue", "MaxValue", "MaxLength"),
    *("SecurityGroupIngress", "CidrIp", "FromPort", "IpProtocol", "SourcePrefixListId", "ManagedPolicyArns"),
    *("LaunchTemplateData", "BlockDeviceMappings", "Ebs", "MetadataOptions", "HttpTokens", "PermissionsBoundary"),
    *("Ref", "Fn::If", "Fn::Sub", "Fn::GetAtt", "Fn::Equals", "Fn::Join", "Assertions", "Assert", "RuleCondition"),
)
TYPES = (
    *("AWS::KMS::Key", "AWS::KMS::Alias", "AWS::S3::Bucket", "AWS::IAM::Role", "AWS::IAM::Policy"),
    *("AWS::CloudTrail::Trail", "AWS::RDS::DBInstance", "AWS::Logs::LogGroup", "String", "Number"),
    *("CommaDelimitedList", "Custom::X", "AWS::EC2::SecurityGroup", "AWS::EC2::SecurityGroupIngress"),
    *(
        "AWS::EC2::LaunchTemplate",
        "AWS::EC2::Instance",
        "AWS::Lambda::Url",
        "AWS::SQS::Queue",
        "AWS::IAM::ManagedPolicy",
    ),
)
JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=True)
    | st.sampled_from(("*", "Allow", "Deny", "kms:*", "prod", "true", "Environment", "Key", "arn:${Key}:${Key.Arn}"))
    | st.sampled_from(TYPES),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(WORDS), inner, max_size=4),
    max_leaves=20,
)
ENTRY = JSON | st.fixed_dictionaries({"Type": st.sampled_from(TYPES), "Properties": JSON})
TEMPLATES = st.dictionaries(
    st.sampled_from(("Parameters", "Rules", "Mappings", "Conditions", "Resources", "Outputs", "Metadata")),
    JSON | st.dictionaries(st.sampled_from(("Environment", "Key", "Password", "A")), ENTRY, max_size=4),
)
MALFORMED: tuple[Any, ...] = (
    *(None, True, 5, -1.5, "x", [], [5], [[1]], {}, {"a": {"b": 1}}, {"Ref": 5}, {"Ref": ["x"]}, {"Fn::Equals": [1]}),
    *({"Fn::GetAtt": 5}, {"Fn::GetAtt": ["X"]}, {"Fn::GetAtt": {"a": 1}}, {"Fn::GetAtt": ["a", "b", "c"]}),
    *({"Fn::If": 5}, {"Fn::If": ["A"]}, {"Fn::If": [5, 1, 2]}, {"Fn::If": [["x"], 1, {"a": 2}]}, {"Fn::Sub": 5}),
    *({"Fn::Join": ["", 5]}, {"Fn::FindInMap": ["a", 5]}, {"Fn::Select": [9, ["a"]]}),
)
IDS = sorted(file.stem[:5].upper() for file in CONTROLS.glob("[ewi]9*.py"))


def as_data(body: bytes) -> Any:
    """The template as cfn-lint hands it to rules."""
    return cfn_yaml.loads(body.decode())


def expected(body: bytes) -> Counter[str]:
    """A bad fixture says in its first lines where its control finds something."""
    return Counter(re.findall(r"^# finds: (\S+)$", body.decode(), re.MULTILINE))


@pytest.mark.parametrize("control", IDS)
def test_the_good_fixture_is_clean_for_the_control_and_for_cfn_lint(control: str) -> None:
    # Not for the other controls: a new one must not make the fixtures of the others fail.
    body = (FIXTURES / "good" / f"{control}.yaml").read_bytes()
    findings = lint("fixture", "products/fixture.py", body, REGIONS)
    assert [finding for finding in findings if finding.id == control or not finding.id.startswith(OURS)] == []


@pytest.mark.parametrize("control", IDS)
def test_the_bad_fixture_breaks_the_control_where_it_says(control: str) -> None:
    body = (FIXTURES / "bad" / f"{control}.yaml").read_bytes()
    findings = [finding for finding in lint("fixture", "products/fixture.py", body, REGIONS) if finding.id == control]
    assert Counter(finding.where for finding in findings) == expected(body)
    assert all(finding.line > 1 for finding in findings), "a finding names the line of what is wrong"
    looked_at = list(load_rules()[control].looked_at(as_data(body)))
    assert all(any(finding.path[: len(path)] == path for path in looked_at) for finding in findings)


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
def test_frameworks_of_a_control_are_known_and_have_sources(control: type[Metadata]) -> None:
    assert set(control.frameworks) <= {*FRAMEWORKS, *profile_tables()}
    assert all(ids and len(set(ids)) == len(ids) for ids in control.frameworks.values())
    outside = [name for name in control.frameworks if name not in {"SOC 2", *profile_tables()}]
    assert bool(control.sources) >= bool(outside), "the ids of a framework need a page"
    assert all(page.startswith("https://") for page in control.sources)


def test_each_control_has_one_file_one_test_and_two_fixtures() -> None:
    loaded = [rule_id for rule_id in load_rules() if rule_id.startswith(OURS)]
    assert sorted(loaded) == IDS
    for kind in ("good", "bad"):
        assert sorted(file.stem for file in (FIXTURES / kind).iterdir()) == IDS
    assert sorted(file.stem[-5:].upper() for file in TESTS.glob("test_*.py")) == IDS


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
    result = programs.run(command, capture_output=True, text=True, check=False)
    assert ":W9003:" in result.stdout
    assert result.returncode == 4, "cfn-lint's own code for warnings"


@given(TEMPLATES)
@settings(deadline=None, max_examples=150)
def test_controls_accept_malformed_templates(template: dict[str, Any]) -> None:
    for control in IDS:
        rule = load_rules()[control]
        list(rule.faults(template))
        list(rule.looked_at(template))


@given(st.sampled_from(IDS), st.sampled_from(MALFORMED), st.data())
@settings(deadline=None, max_examples=150)
def test_controls_accept_a_malformed_part_of_their_fixtures(control: str, part: Any, data: st.DataObject) -> None:
    template = json.loads(json.dumps(as_data((FIXTURES / "bad" / f"{control}.yaml").read_bytes())))
    *above, last = data.draw(st.sampled_from(list(paths_in(template))))
    node = template
    for name in above:
        node = node[name]
    node[last] = part
    rule = load_rules()[control]
    list(rule.faults(template))
    list(rule.undecided(template))
    list(rule.looked_at(template))


def paths_in(node: Any) -> Iterator[tuple[str | int, ...]]:
    """The path of each part of a template."""
    pairs = node.items() if isinstance(node, dict) else enumerate(node) if isinstance(node, list) else ()
    for name, value in pairs:
        yield (name,)
        yield from ((name, *path) for path in paths_in(value))


def test_controls_cover_every_line_and_row_of_the_profiles() -> None:
    for name, items in profile_tables().items():
        covered = {item for control in all_controls() for item in control.frameworks.get(name, ())}
        assert covered == set(items)


@pytest.mark.parametrize("control", all_controls(), ids=lambda control: control.id)
def test_a_control_has_no_finding_in_the_product(control: type[Metadata]) -> None:
    assert control.id not in {finding.id for finding in findings_of_the_product()}


@functools.cache
def findings_of_the_product() -> tuple[Finding, ...]:
    config = load_config(ROOT)
    body = render("kms_key", load_product(config, "kms_key")).body
    return tuple(lint("kms_key", "products/kms_key.py", body, config.regions))
