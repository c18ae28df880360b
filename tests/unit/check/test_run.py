"""The check stage over whole templates, through cfn-lint as it is."""

from __future__ import annotations

import gc
import hashlib
from pathlib import Path

import pytest

from catalog.check.finding import Finding, in_order
from catalog.content.config import Config
from catalog.content.render import Rendered
from catalog.errors import ContentError
from tests.unit.check.checking import check_template

FIXTURES = Path(__file__).parents[2] / "fixtures" / "controls"


def rendered(product: str, body: bytes) -> Rendered:
    return Rendered(product, "1.0.0", body, f"sha256:{hashlib.sha256(body).hexdigest()}", {})


def check_templates(versions: list[Rendered], regions: list[str]) -> tuple[Finding, ...]:
    config = Config(Path("repository"), "owner", tuple(regions), "bucket")
    return in_order(finding for version in versions for finding in check_template(version, config))


def test_findings_say_what_where_why_and_for_which_product() -> None:
    body = b"""Description: Two faults of ours and one of cfn-lint's.
Parameters:
  Unused: {Type: String, Description: Nobody reads it.}
Resources:
  Key:
    Type: AWS::KMS::Key
    DeletionPolicy: Retain
    UpdateReplacePolicy: Retain
    Properties:
      EnableKeyRotation: "yes"
"""
    findings = check_templates([rendered("kms_key", body)], ["us-east-1"])
    shown = [(one.id, one.severity, one.line, one.where) for one in findings]
    assert ("E9001", "error", 10, "Resources/Key/Properties/EnableKeyRotation") in shown
    assert ("E9004", "error", 9, "Resources/Key/Properties") in shown
    assert ("W2001", "warning", 3, "Parameters/Unused") in shown
    assert {(one.file, one.product) for one in findings} == {("products/kms_key.py", "kms_key")}
    assert all(one.message and one.title and one.source_url.startswith("https://") for one in findings)
    assert all(type(part) in (str, int) for one in findings for part in one.path)


def test_informational_rules_are_on() -> None:
    body = b"Resources: {Topic: {Type: AWS::SNS::Topic, DependsOn: Other}, Other: {Type: AWS::SQS::Queue}}\n"
    assert "info" in {one.severity for one in check_templates([rendered("queue", body)], ["us-east-1"])}


def test_all_regions_are_checked() -> None:
    body = b"Resources: {Map: {Type: AWS::Location::Map, Properties: {MapName: a, Configuration: {Style: b}}}}\n"
    here = check_templates([rendered("map", body)], ["us-east-1"])
    there = check_templates([rendered("map", body)], ["us-east-1", "cn-north-1"])
    assert "E3006" not in {one.id for one in here}
    (finding,) = [one for one in there if one.id == "E3006"]
    assert "cn-north-1" in finding.message


def test_an_unknown_region_is_bad_content() -> None:
    with pytest.raises(ContentError, match="mars-north-1"):
        check_templates([rendered("topic", b"Resources: {Topic: {Type: AWS::SNS::Topic}}\n")], ["mars-north-1"])


@pytest.mark.parametrize("body", [b"a: [", b"- a\n", b"", b"Resources: {a: {Type: !!python/name:os.system }}\n"])
def test_a_body_that_is_not_a_template_is_an_error_and_not_a_crash(body: bytes) -> None:
    findings = check_templates([rendered("broken", body)], ["us-east-1"])
    assert "error" in {one.severity for one in findings}


def test_findings_name_their_product_and_the_order_of_products_does_not_matter() -> None:
    bodies = {kind: (FIXTURES / "bad" / f"{kind}.yaml").read_bytes() for kind in ("W9001", "W9003")}
    templates = [rendered("b", bodies["W9001"]), rendered("a", bodies["W9003"])]
    findings = check_templates(templates, ["us-east-1"])
    assert findings == check_templates(templates[::-1], ["us-east-1"])
    assert [one.product for one in findings] == sorted(one.product for one in findings)
    ids = {(one.product, one.id) for one in findings}
    assert ids == {("a", "W9003"), ("a", "W9012"), ("b", "W9001"), ("b", "W9012")}


def test_settings_of_the_machine_do_not_matter(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / ".cfnlintrc").write_text("ignore_checks: [E, W, I]\nignore_bad_template: true\n")
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.chdir(tmp_path)
    template = rendered("key", (FIXTURES / "bad" / "E9004.yaml").read_bytes())
    assert "E9004" in {one.id for one in check_templates([template], ["us-east-1"])}


def test_garbage_collection_is_on_again_afterwards() -> None:
    assert gc.isenabled()
    check_templates([rendered("topic", b"Resources: {Topic: {Type: AWS::SNS::Topic}}\n")], ["us-east-1"])
    assert gc.isenabled()
