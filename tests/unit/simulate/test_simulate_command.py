"""`catalog simulate` on the product kms_key: golden reports, verdicts, exit codes, wrong input."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click
import pytest
from click.testing import CliRunner

from catalog.cli import main
from tests import programs
from tests.unit.simulate.conftest import ROOT, Run, parameters

DEV = ("--params-file", str(ROOT / "examples" / "launch-dev.yaml"))
PROD = ("--params-file", str(ROOT / "examples" / "launch-prod.yaml"))


@pytest.mark.parametrize(("stage", "options"), [("dev", DEV), ("prod", PROD)])
def test_the_examples_through_the_portfolio_of_their_stage(
    run: Run, golden: Callable[[str, bytes], None], stage: str, options: tuple[str, ...]
) -> None:
    result = run("kms_key", "--portfolio", f"security-{stage}", *options)
    assert result.exit_code == 0, result.output
    golden(f"simulate-{stage}.txt", result.stdout_bytes)


def test_the_json_of_an_example(run: Run, golden: Callable[[str, bytes], None]) -> None:
    result = run("kms_key", *DEV, "--json")
    assert result.exit_code == 0
    golden("simulate-dev.json", result.stdout_bytes)


def test_a_refusal_names_every_reason(run: Run, golden: Callable[[str, bytes], None]) -> None:
    wrong = parameters(
        DeletionWindowDays="3",
        Alias="aws/mine",
        KeyUser="typo",
        KeyUsers="arn:aws:iam::123456789012:role/security-admin-role,arn:aws:iam::123456789012:role/app",
        Environment="prod",
    )
    result = run("kms_key", *DEV, *wrong, "--portfolio", "security-dev")
    assert result.exit_code == 3
    golden("simulate-refused.txt", result.stdout_bytes)


def test_one_launch_path_that_accepts_is_enough(run: Run) -> None:
    result = run("kms_key", *DEV, "--json")
    assert result.exit_code == 0
    answer = json.loads(result.stdout)
    assert answer["verdict"] == "launched"
    assert {path["portfolio"]: path["verdict"] for path in answer["paths"]} == {
        "security-dev": "launched",
        "security-prod": "refused",
    }
    assert run("kms_key", *DEV, "--portfolio", "security-prod").exit_code == 3


@pytest.mark.parametrize(
    ("region", "partition", "principal"),
    [
        ("cn-north-1", "aws-cn", "arn:aws-cn:iam::210987654321:root"),
        ("us-gov-west-1", "aws-us-gov", "arn:aws-us-gov:iam::210987654321:root"),
    ],
)
def test_another_account_and_region(run: Run, region: str, partition: str, principal: str) -> None:
    result = run("kms_key", *DEV, "--region", region, "--account", "210987654321", "--json")
    answer = json.loads(result.stdout)
    assert (answer["account"], answer["region"], answer["partition"]) == ("210987654321", region, partition)
    assert answer["policies"][0]["document"]["Statement"][0]["Principal"] == {"AWS": principal}


def test_placeholders_of_a_portfolio_are_filled_in(run: Run) -> None:
    """The prod portfolio takes only administrators of the account in which the product is launched."""
    here = run("kms_key", *PROD, "--portfolio", "security-prod")
    elsewhere = run("kms_key", *PROD, "--portfolio", "security-prod", "--account", "210987654321")
    assert (here.exit_code, elsewhere.exit_code) == (0, 3)
    assert "rule KeyAdministratorsMembersAllowed of portfolios/security-prod.yaml" in elsewhere.stdout


def test_a_released_version_is_simulated_as_it_was_frozen(run: Run, repository: Path) -> None:
    helper = repository / "products" / "_shared" / "keys.py"
    helper.write_text(helper.read_text().replace('"MinValue": 7', '"MinValue": 10'))
    week = [*DEV, *parameters(DeletionWindowDays="7")]
    assert run("kms_key", *week, at=repository).exit_code == 3
    released = run("kms_key", *week, "--version", "1.0.0", at=repository)
    assert released.exit_code == 0, released.output


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["nothing"], "unknown product 'nothing'; products/ has kms_key"),
        (["kms_key", "--portfolio", "nothing"], "unknown portfolio 'nothing'; portfolios/ has security-dev"),
        (["kms_key", "--version", "9.9.9"], "unknown version '9.9.9' of kms_key"),
        (["kms_key", "--param", "Alias"], "--param takes KEY=VALUE"),
        (["kms_key", "--tag", "=x"], "--tag takes KEY=VALUE"),
        (["kms_key", "--ssm", "x"], "--ssm takes KEY=VALUE"),
        (["kms_key", "--account", "12"], "--account must be 12 digits, got '12'"),
        (["kms_key", "--region", "Ireland"], "--region must be the name of a Region"),
        (["kms_key", "--params-file", "/no/such/file"], "/no/such/file"),
    ],
)
def test_wrong_input_ends_in_one_error(run: Run, arguments: list[str], words: str) -> None:
    result = run(*arguments)
    assert result.exit_code == 2
    assert words in result.stderr
    assert result.stdout == ""


def test_a_portfolio_without_the_product(run: Run, repository: Path) -> None:
    (repository / "products" / "other.py").write_text(
        (repository / "products" / "kms_key.py").read_text().replace('name="KMS key"', 'name="Other"')
    )
    result = run("other", "--portfolio", "security-dev", at=repository)
    assert result.exit_code == 2
    assert "portfolio 'security-dev' does not have product 'other'" in result.stderr


def test_a_params_file_must_be_a_mapping(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "p.yaml"
    file.write_text("- Alias\n")
    result = run("kms_key", "--params-file", str(file))
    assert result.exit_code == 2
    assert "must be a mapping of parameter names" in result.stderr


def test_an_unknown_parameter_is_a_refusal_as_in_cloudformation(run: Run) -> None:
    result = run("kms_key", *DEV, "--param", "KeyUser=x", "--json")
    assert result.exit_code == 3
    (fault,) = json.loads(result.stdout)["parameters"][-1]["faults"]
    assert fault["message"] == "Parameters: [KeyUser] do not exist in the template"
    assert fault["limit"] == "a parameter of the template, such as KeyUsers"


def test_a_product_that_no_portfolio_has_is_simulated_by_itself(run: Run, repository: Path) -> None:
    for file in (repository / "portfolios").iterdir():
        file.unlink()
    result = run("kms_key", *DEV, at=repository)
    assert result.exit_code == 0
    assert "No portfolio has this product; the template is simulated by itself." in result.stdout
    assert result.stdout.endswith("kms_key 1.0.0: would be launched\n")


def test_a_rule_that_does_not_apply_does_not_wait_for_its_parameters(run: Run) -> None:
    def production(*more: str) -> str:
        answer = json.loads(run("kms_key", *DEV, "--param", "DeletionWindowDays=3", *more, "--json").stdout)
        (rule,) = [each for each in answer["rules"] if each["name"] == "ProductionIsProtected"]
        return f"{rule['result']}: {rule['reason']}"

    assert production() == "not_applicable: its RuleCondition is false"
    assert production("--param", "Environment=prod") == "open: needs a value for DeletionWindowDays"
    assert production("--param", "Environment=moon") == "open: needs a value for DeletionWindowDays, Environment"


TAGGED = """\
display_name: Tagged
provider: x
tag_options: {CostCenter: ["1", "2"], Team: [red]}
products:
  - product: own
    launch: {local_role_name: x}
"""
PLAIN = {"Parameters": {"P": {"Type": "String", "Default": "x"}}, "Resources": {"T": {"Type": "AWS::SNS::Topic"}}}


@pytest.mark.parametrize(
    ("tags", "exit_code", "outcomes", "sent"),
    [
        ([], 3, [("fail", ""), ("pass", "only")], {"Team": "red"}),
        (["CostCenter=2"], 0, [("pass", "tag"), ("pass", "only")], {"Team": "red", "CostCenter": "2"}),
        (["CostCenter=3"], 3, [("fail", "tag"), ("pass", "only")], {"Team": "red", "CostCenter": "3"}),
        (["CostCenter=1", "Team=blue"], 3, [("pass", "tag"), ("fail", "tag")], {"CostCenter": "1", "Team": "blue"}),
        (["CostCenter=1", "aws:x=y"], 3, [("pass", "tag"), ("pass", "only")], None),
    ],
)
def test_tag_options(
    run: Run,
    own: Callable[..., Path],
    tags: list[str],
    exit_code: int,
    outcomes: list[tuple[str, str]],
    sent: dict[str, str] | None,
) -> None:
    options = [word for tag in tags for word in ("--tag", tag)]
    result = run("own", *options, "--json", at=own(PLAIN, tagged=TAGGED))
    assert result.exit_code == exit_code
    (path,) = json.loads(result.stdout)["paths"]
    assert [(each["result"], each["source"]) for each in path["tag_options"]] == outcomes
    assert sent is None or path["tags"] == sent
    assert len(path["refusals"]) == (exit_code == 3)


@pytest.mark.parametrize(
    ("values", "tags", "exit_code", "outcomes", "sent"),
    [
        # The portfolio offers 1 and 2.
        (("2", "3"), [], 0, [("pass", "only")], {"CostCenter": "2"}),
        (("2", "3"), ["CostCenter=1"], 3, [("fail", "tag")], {"CostCenter": "1"}),
        (("3",), [], 0, [("pass", "conflict")], {}),
        (("3",), ["CostCenter=3"], 3, [("fail", "conflict")], {"CostCenter": "3"}),
    ],
)
def test_tag_options_of_portfolio_and_product(
    run: Run,
    own: Callable[..., Path],
    values: tuple[str, ...],
    tags: list[str],
    exit_code: int,
    outcomes: list[tuple[str, str]],
    sent: dict[str, str],
) -> None:
    root = own(PLAIN, tagged=TAGGED.replace(", Team: [red]", ", Old: [{value: x, active: false}]"))
    file = root / "products" / "own.py"
    file.write_text(file.read_text().replace("version=", f"tag_options={{'CostCenter': {values!r}}}, version="))
    options = [word for tag in tags for word in ("--tag", tag)]
    result = run("own", *options, "--json", at=root)
    assert result.exit_code == exit_code, result.output
    (path,) = json.loads(result.stdout)["paths"]
    assert [(each["result"], each["source"]) for each in path["tag_options"]] == outcomes
    assert path["tags"] == sent
    assert ("in conflict: portfolio and product" in run("own", *options, at=root).stdout) == (values == ("3",))


def test_a_portfolio_whose_rules_do_not_fit_is_bad_content(run: Run, own: Callable[..., Path]) -> None:
    rules = (
        "    template: {rules: {R: {Assertions: [{Assert: {'Fn::Equals': [{Ref: Q}, x]}, AssertDescription: x}]}}}\n"
    )
    result = run("own", at=own(PLAIN, tagged=TAGGED + rules))
    assert result.exit_code == 2
    assert "names parameter 'Q', which own does not have" in result.stderr


SAM = {
    "Transform": "AWS::Serverless-2016-10-31",
    "Resources": {
        "F": {
            "Type": "AWS::Serverless::Function",
            "Properties": {"Runtime": "python3.12", "Handler": "a.b", "InlineCode": "x"},
        }
    },
}
INCLUDE = {"Name": "AWS::Include", "Parameters": {"Location": "s3://b/k"}}


@pytest.mark.parametrize(
    ("broken", "exit_code", "words"),
    [
        ({"Parameters": {"P": {"Type": "Strong"}}}, 2, "own 1.0.0: Template format error: Unrecognized parameter type"),
        ({"Parameters": {"P": {"Type": "String", "AllowedPattern": "(", "Default": "x"}}}, 2, "valid regular"),
        ({"Outputs": {"O": {"Value": {"Ref": "X"}}}}, 3, "Unresolved resource dependencies [X] in the Outputs block"),
        ({"Conditions": {"C": {"Fn::If": ["a", "b", "c"]}}}, 3, "Conditions can only be boolean operations"),
        ({"Rules": {"R": {"Assertions": [{"Assert": {"Fn::If": ["a", "b", "c"]}}]}}}, 3, "rule R of own 1.0.0:"),
        ({"Rules": {"R": []}}, 3, "Rule R must have a list of Assertions"),
        ({"Hocks": {}}, 3, "Invalid template property or properties [Hocks]"),
        ({**SAM, "Globals": {"Function": {"Timeout": 10}}}, 0, "F  AWS::Lambda::Function"),
        ({**SAM, "Globals": {"Function": 10}}, 3, "Transform AWS::Serverless-2016-10-31 failed with: Invalid"),
        ({"Transform": ["Mine"], "Resources": {"T": {"Connectors": {}}}}, 2, "Transform Mine cannot be carried out"),
        ({"Transform": INCLUDE}, 2, "Transform AWS::Include cannot be carried out here: s3://b/k is in the account"),
        ({"Resources": {"T": {"Type": "AWS::SNS::Topic", "Version": "1"}}}, 3, "resource property 'Version'"),
        ({"Resources": {"T": {"Type": "AWS::SNS::Topic", "Comment": "x"}}}, 3, "resource property 'Comment'"),
        ({"Resources": {"T": {"Type": "AWS::SNS::Topic", "Description": "of alarms"}}}, 0, "AWS::SNS::Topic"),
        ({"Resources": {"T": {"Type": "Custom::Thing", "Version": "1.0"}}}, 0, "Custom::Thing"),
        (
            {"Resources": {"T": {"Type": "AWS::CloudFormation::CustomResource", "Version": "1.0"}}},
            0,
            "AWS::CloudFormation::CustomResource",
        ),
        ({"Resources": {"T": {"Type": "A::B::C", "Properties": {"Fn::Transform": {"Name": "M"}}}}}, 2, "a macro"),
    ],
)
def test_a_broken_template(
    run: Run, own: Callable[..., Path], broken: dict[str, Any], exit_code: int, words: str
) -> None:
    result = run("own", at=own(PLAIN | broken))
    assert result.exit_code == exit_code
    assert words in result.output


def test_a_separate_list_that_an_older_version_does_not_have(run: Run, own: Callable[..., Path]) -> None:
    result = run("own", at=own(PLAIN, separate_lists=(("P", "Later"),)))
    assert result.exit_code == 0
    assert "n/a   P and Later: the template has no Later" in result.stdout


def test_colours_are_for_terminals(run: Run) -> None:
    arguments = ["-C", str(ROOT), "simulate", "kms_key", *DEV]
    coloured = CliRunner().invoke(main, arguments, color=True)
    assert "\x1b[32m  PASS  Alias" in coloured.stdout
    assert "\x1b[31m  FAIL  EnvironmentEquals" in coloured.stdout
    assert click.unstyle(coloured.stdout) == run("kms_key", *DEV).stdout


def test_text_that_the_terminal_cannot_show_does_not_crash() -> None:
    """A shell can pass bytes that are not text."""
    command = [sys.executable, "-c", "from catalog.cli import run; run()", "-C", str(ROOT), "simulate", "kms_key", *DEV]
    environment = {**os.environ, "PYTHONUTF8": "0", "PYTHONIOENCODING": "utf-8:strict"}
    options = ["--param", b"Alias=\xff", "--json"]
    done = programs.run([*command, *options], capture_output=True, env=environment, check=False)
    assert (done.returncode, done.stderr) == (3, b"")
    assert json.loads(done.stdout)["parameters"][0]["value"] == "\udcff"


def test_it_needs_no_heavy_library() -> None:
    script = (
        "import sys; from catalog.cli import main\n"
        f"try: main(['-C', {str(ROOT)!r}, 'simulate', 'kms_key', *{list(DEV)!r}])\n"
        "except SystemExit as end: code = end.code\n"
        "print(code, {'boto3', 'botocore', 'cfnlint', 'moto', 'jsonschema'} & set(sys.modules))"
    )
    done = programs.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "0 set()"
