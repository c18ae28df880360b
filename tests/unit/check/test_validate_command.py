"""`catalog validate` as people and CI call it, on small repositories."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from catalog.cli import main

SETTINGS = '[tool.catalog]\nowner = "example"\nregions = ["us-east-1", "cn-north-1"]\n'
PRODUCT = """
from catalog import ProductDefinition


class Template:
    def to_dict(self):
        return {resources}


PRODUCT = ProductDefinition(name="{name}", owner="Security", description="", version="1.0.0", template=Template)
"""
TOPIC = {
    "Description": "A topic.",
    "Resources": {"Topic": {"Type": "AWS::SNS::Topic", "Properties": {"KmsMasterKeyId": "alias/topics"}}},
}
UNDESCRIBED = {**TOPIC, "Outputs": {"Arn": {"Value": {"Ref": "Topic"}}}}
BLOCKS = ("BlockPublicAcls", "BlockPublicPolicy", "IgnorePublicAcls", "RestrictPublicBuckets")
PRIVATE = {
    "PublicAccessBlockConfiguration": dict.fromkeys(BLOCKS, True),
    "OwnershipControls": {"Rules": [{"ObjectOwnership": "BucketOwnerEnforced"}]},
    "Tags": [{"Key": key, "Value": "x"} for key in ("Environment", "Service", "DataCategory")],
}
BUCKET = {
    "Description": "A bucket that lacks both policies, and nothing else.",
    "Resources": {"Bucket": {"Type": "AWS::S3::Bucket", "Properties": PRIVATE}},
}
PORTFOLIO = """
display_name: Topics
provider: Security
products:
  - product: topic
    template:
      rules:
        OnlyDev:
          Assertions:
            - Assert: {"Fn::Equals": [{Ref: Environment}, dev]}
              AssertDescription: only dev
"""


def repository(root: Path, **products: object) -> Path:
    (root / "pyproject.toml").write_text(SETTINGS)
    for folder in ("products", "portfolios"):
        (root / folder).mkdir()
    for key, template in products.items():
        (root / "products" / f"{key}.py").write_text(PRODUCT.format(resources=template, name=key))
    return root


def validate(root: Path, *arguments: str, color: bool = False) -> Result:
    return CliRunner().invoke(main, ["--directory", str(root), "validate", *arguments], color=color)


def test_a_clean_catalogue_exits_0(tmp_path: Path) -> None:
    result = validate(repository(tmp_path, topic=TOPIC))
    assert (result.exit_code, result.output) == (0, "1 product checked for 2 Regions: no findings\n")


def test_warnings_exit_0(tmp_path: Path) -> None:
    result = validate(repository(tmp_path, topic=UNDESCRIBED))
    assert result.exit_code == 0
    assert result.output.startswith("W9003 warning products/topic.py:7 (topic.yaml:8)")


def test_errors_exit_3_and_are_the_same_from_run_to_run(tmp_path: Path) -> None:
    root = repository(tmp_path, topic=TOPIC, bucket=BUCKET)
    first, second = validate(root), validate(root)
    assert first.exit_code == 3
    assert "E9003 error products/bucket.py:" in first.stdout
    assert re.search(r"\nWhy, and what to do: catalog controls (E|W)9.*\d\n2 products checked", first.stdout)
    assert first.stdout == second.stdout
    assert not first.stderr


def test_only_the_named_products_are_rendered_and_checked(tmp_path: Path) -> None:
    root = repository(tmp_path, topic=TOPIC, bucket=BUCKET)
    (root / "products" / "broken.py").write_text("import nothing_of_this_name\n")
    assert validate(root, "topic").exit_code == 0
    assert validate(root, "topic", "bucket", "bucket").stdout.endswith("2 errors, 0 warnings, 0 informational\n")
    assert validate(root).exit_code == 2


def test_an_unknown_product_exits_2_and_lists_the_products(tmp_path: Path) -> None:
    result = validate(repository(tmp_path, topic=TOPIC), "tropic")
    assert result.exit_code == 2
    assert "'tropic'" in result.stderr
    assert "topic" in result.stderr


@pytest.mark.parametrize("arguments", [[], ["topic"]])
def test_a_portfolio_that_does_not_fit_exits_3(tmp_path: Path, arguments: list[str]) -> None:
    root = repository(tmp_path, topic=TOPIC)
    (root / "portfolios" / "dev.yaml").write_text(PORTFOLIO)
    result = validate(root, *arguments)
    assert result.exit_code == 3
    assert "E9114 error portfolios/dev.yaml:10 " in result.stdout
    assert "'Environment'" in result.stdout


def test_both_options_for_json_print_the_same(tmp_path: Path) -> None:
    root = repository(tmp_path, bucket=BUCKET)
    result = validate(root, "--json")
    assert result.stdout == validate(root, "--format", "json").stdout
    assert {finding["id"] for finding in json.loads(result.stdout)} == {"E9003"}
    assert result.exit_code == 3


def test_the_report_goes_to_a_file_and_the_summary_to_standard_error(tmp_path: Path) -> None:
    output = tmp_path / "report.sarif"
    result = validate(repository(tmp_path, bucket=BUCKET), "--format", "sarif", "-o", str(output))
    assert (result.exit_code, result.stdout) == (3, "")
    assert result.stderr == "1 product checked for 2 Regions: 2 errors, 0 warnings, 0 informational\n"
    assert json.loads(output.read_text())["version"] == "2.1.0"


def test_a_file_that_cannot_be_written_exits_2(tmp_path: Path) -> None:
    result = validate(repository(tmp_path, topic=TOPIC), "-o", str(tmp_path / "no" / "such" / "folder"))
    assert result.exit_code == 2
    assert "cannot be written" in result.stderr


def test_severities_are_coloured_on_a_terminal_only(tmp_path: Path) -> None:
    root = repository(tmp_path, bucket=BUCKET)
    assert "E9003 \x1b[31merror\x1b[0m products/bucket.py:" in validate(root, color=True).stdout
    assert "\x1b" not in validate(root).stdout


SHORT = """
display_name: Topics
provider: Security
{suppress}tag_options: {{CostCenter: [security]}}
products:
  - product: topic
"""
PRINCIPALS = "principals:\n  - {arn: 'arn:aws:iam::111122223333:role/team'}\n"
LAUNCH = "    launch: {local_role_name: launch-topic}\n"
SUPPRESS = "suppress:\n  - {{control: {}, reason: {}, expires: {}}}\n"


def portfolio(root: Path, text: str) -> Path:
    (root / "portfolios" / "dev.yaml").write_text(text + PRINCIPALS)
    return root


def test_portfolios_are_checked_with_their_own_lines(tmp_path: Path) -> None:
    result = validate(portfolio(repository(tmp_path, topic=TOPIC), SHORT.format(suppress="")))
    assert result.exit_code == 3
    assert result.stdout.splitlines()[0].startswith("E9101 error portfolios/dev.yaml:6 products/topic topic has no")
    assert "rendered template" not in result.stdout
    assert result.stdout.endswith(
        "1 product and 1 portfolio checked for 2 Regions: 1 error, 0 warnings, 0 informational\n"
    )


def test_a_portfolio_suppresses_with_a_reason_until_a_day(tmp_path: Path) -> None:
    text = SUPPRESS.format("E9101", "People use their own permissions here.", "9999-12-31")
    root = portfolio(repository(tmp_path, topic=TOPIC), SHORT.format(suppress=text))
    result = validate(root)
    assert result.exit_code == 0
    assert result.stdout.endswith("no findings, 1 suppressed\n")
    (found,) = json.loads(validate(root, "--json").stdout)
    assert found["suppression"] == {"reason": "People use their own permissions here.", "expires": "9999-12-31"}


def test_an_expired_suppression_fails_and_the_finding_counts_again(tmp_path: Path) -> None:
    text = SUPPRESS.format("E9101", "People use their own permissions here.", "2020-01-01")
    result = validate(portfolio(repository(tmp_path, topic=TOPIC), SHORT.format(suppress=text)))
    assert result.exit_code == 3
    assert [line.split()[0] for line in result.stdout.splitlines()] == ["E9091", "E9101", "Why,", "1"]
    assert "catalog controls E9101\n" in result.stdout, "E9091 is about the suppression, and no control"
    assert "portfolios/dev.yaml:5 suppress/0" in result.stdout


def test_an_unused_suppression_is_a_warning(tmp_path: Path) -> None:
    text = SUPPRESS.format("E9103", "No pattern is used here at all.", "9999-12-31")
    result = validate(portfolio(repository(tmp_path, topic=TOPIC), SHORT.format(suppress=text) + LAUNCH))
    assert (result.exit_code, result.stdout.split()[0]) == (0, "W9093")


def test_a_product_suppresses_template_controls(tmp_path: Path) -> None:
    root = repository(tmp_path, bucket=BUCKET)
    file = root / "products" / "bucket.py"
    before = set(re.findall(r"^[EWI]\d{4}", validate(root).stdout, re.MULTILINE))
    assert "E9003" in before
    file.write_text(
        file.read_text()
        + "from dataclasses import replace\nfrom datetime import date\n"
        + "from catalog import Suppression\n"
        + "PRODUCT = replace(PRODUCT, suppressions=(\n"
        + "    Suppression('E9003', 'It holds nothing that matters.', date(9999, 1, 1), 'Resources/Bucket'),\n"
        + "    Suppression('E9101', 'That is about portfolios.', date(9999, 1, 1)),\n))\n"
    )
    result = validate(root)
    after = set(re.findall(r"^[EWI]\d{4}", result.stdout, re.MULTILINE))
    assert after == (before - {"E9003"}) | {"E9092"}
    assert "is not a control that this file can suppress" in result.stdout
    assert "2 suppressed" in result.stdout
