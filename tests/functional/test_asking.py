"""`catalog launch` on a terminal: it asks for what is missing, and starts nothing before it has shown what it makes."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path
from typing import Any

import pytest

from catalog.sandbox.control import FAULTS_PATH, Sandbox
from tests.functional.conftest import ROOT, Run
from tests.functional.sharing import ask
from tests.terminals import converse

TEMPLATE = """\
Description: A login.
Metadata:
  AWS::CloudFormation::Interface:
    ParameterGroups:
      - {Label: {default: The login}, Parameters: [User, Password]}
      - {Label: {default: Its life}, Parameters: [Stage, Days]}
    ParameterLabels: {User: {default: Name of the user}}
Parameters:
  User:
    Type: String
    AllowedPattern: "[a-z]+"
    ConstraintDescription: must be small letters, such as eve.
    Description: Who logs in.
  Password: {Type: String, NoEcho: true, MinLength: 8, Description: The password.}
  Stage: {Type: String, AllowedValues: [dev, test, prod], Description: Where it is used.}
  Days: {Type: Number, Default: 7, MinValue: 1, MaxValue: 30, Description: Days until it is gone for good.}
Rules:
  ProdKeeps:
    RuleCondition: !Equals [!Ref Stage, prod]
    Assertions:
      - {Assert: !Equals [!Ref Days, "30"], AssertDescription: In prod Days must be 30.}
Conditions:
  HasPassword: !Not [!Equals [!Ref Password, ""]]
Resources:
  Login:
    Type: AWS::SNS::Topic
    Properties: {DisplayName: !Sub "${User} in ${Stage}, ${Days} days"}
  Address:
    Type: AWS::SSM::Parameter
    Condition: HasPassword
    Properties: {Type: String, Name: !Sub "/logins/${User}", Value: !Ref Login}
Outputs:
  Arn: {Description: Of the topic., Value: !Ref Login, Export: {Name: !Sub "${User}-login"}}
"""
METADATA = """\
name: Login
owner: Platform team
description: A login.
version: "1.0.0"
version_description: First version.
"""
PORTFOLIO = """\
display_name: Team
provider: Platform team
description: Logins.
stage: dev
principals:
  - arn: arn:aws:iam::${AWS::AccountId}:role/developer
  - arn: arn:aws:iam::${AWS::AccountId}:role/lead
tag_options: {Team: [blue, red]}
products:
  - product: login
    launch: {local_role_name: launch-login}
    template:
      rules:
        NotInTest:
          Assertions:
            - Assert: {"Fn::Not": [{"Fn::Equals": [{Ref: Stage}, test]}]}
              AssertDescription: Team has no test.
"""
OTHER = """\
display_name: Other team
provider: Platform team
description: Logins of another team.
stage: dev
principals: [{arn: "arn:aws:iam::${AWS::AccountId}:role/lead"}]
products:
  - product: login
    launch: {local_role_name: launch-login}
"""
LEAD = ("--as", "arn:aws:iam::123456789012:role/lead", "--local")
ROLE = ("--as", "arn:aws:iam::123456789012:role/developer", "--local")
SECRET = "s3cret-word"  # noqa: S105  # of nobody


@pytest.fixture
def logins(catalog: Run, tmp_path: Path) -> Path:
    """A published repository with a product Login."""
    folder = tmp_path / "repository"
    for name in ("products", "portfolios"):
        (folder / name).mkdir(parents=True)
    (folder / "pyproject.toml").write_text('[tool.catalog]\nowner = "logins"\nregions = ["us-east-1"]\n')
    (folder / "products" / "login.yaml").write_text(TEMPLATE)
    (folder / "products" / "login.product.yaml").write_text(METADATA)
    (folder / "portfolios" / "team.yaml").write_text(PORTFOLIO)
    (folder / "portfolios" / "other.yaml").write_text(OTHER)
    for arguments in (("release", "login"), ("publish", "--local", "--yes", "--allow", "widen")):
        result = catalog(*arguments, at=folder)
        assert result.exit_code == 0, result.output
    return folder


def launched(arguments: tuple[str, ...], answers: list[tuple[str, str]], folder: Path) -> tuple[int, str]:
    """(exit code, what the terminal shows) of a launch whose questions are answered."""
    command = [sys.executable, "-m", "catalog", "launch", *arguments, *LEAD]
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("AWS_", "COLUMNS"))}
    environment |= {"PYTHONPATH": str(ROOT), "TERM": "xterm", "NO_COLOR": "1"}
    return converse(command, answers, cwd=folder, env=environment)


def test_a_launch_in_an_empty_folder_asks_until_everything_fits(
    catalog: Run, logins: Path, tmp_path: Path, sandbox: Sandbox
) -> None:
    empty = tmp_path / "empty"
    empty.mkdir()
    answers = [
        ("Portfolio to launch through [1]: ", "3"),
        ("Portfolio to launch through [1]: ", "2"),
        ("Name of what you launch: ", "not a name"),
        ("Name of what you launch: ", "mine"),
        ("User: ", "Eve"),
        ("User: ", "eve"),
        ("Password (hidden): ", "short"),
        ("Password again: ", "short"),
        ("Password (hidden): ", SECRET),
        ("Password again: ", SECRET),
        ("Stage: ", "test"),
        ("Stage: ", "prod"),
        ("Keep this default? [Y/n]: ", ""),
        ("Days [30]: ", ""),
        ("Tag Team: ", "green"),
        ("Tag Team: ", "red"),
        ("Launch Login 1.0.0 as mine? [y/N]: ", "y"),
    ]
    code, text = launched(("login",), answers, empty)
    assert code == 0, text
    for words in (
        "    1  Other team\n    2  Team\n",
        "Login 1.0.0 through Team\n",
        "    must be 1 to 128 letters",
        "\nThe login\n  User  Name of the user\n    Who logs in.\n    must be small letters, such as eve\n",
        "  User: Eve\n    must be small letters, such as eve.\n",
        "    dev | prod\n    Team has no test.\n",
        "  Stage: test\n    must be one of dev, prod\n",
        "\nrule ProdKeeps: In prod Days must be 30.\n",
        "tag Team needs a choice",
        "\nWill be made in account 123456789012, us-east-1\n  Login    AWS::SNS::Topic\n",
        "  Address  AWS::SSM::Parameter  /logins/eve\n",
        "\nTags\n  Team=red\n",
        "  Login (AWS::SNS::Topic): CREATE_COMPLETE\n",
        "mine is launched. More: catalog show mine --local\n",
    ):
        assert words in text, f"{words!r} is not in\n{text}"
    assert SECRET not in text
    assert max(map(len, text.partition("\nLaunch ")[0].split("\n"))) <= 100
    described_state(catalog, empty)
    without_permissions(catalog, empty, sandbox)
    fails_and_is_launched_again(catalog, empty)
    stops_before_it_starts(logins)


def described_state(catalog: Run, empty: Path) -> None:
    """NoEcho stays hidden, and an output says where it is stored."""
    state: dict[str, Any] = json.loads(catalog("show", "mine", *ROLE, "--json", at=empty).stdout)
    assert state["parameters"] == {"User": "eve", "Password": "****", "Stage": "prod", "Days": "30"}
    (output,) = state["outputs"]
    assert (output["export"], output["ssm"]) == ("eve-login", ["/logins/eve"])


def without_permissions(catalog: Run, empty: Path, sandbox: Sandbox) -> None:
    """What a caller may not read is left out, and named; outputs then come from the record, events from nowhere."""
    denied = ("DescribeProvisioningArtifact", "DescribeStacks", "DescribeStackEvents", "ListStackResources")
    fault = {"kind": "error", "operations": denied, "code": "AccessDenied", "message": "Denied", "calls": 100}
    ask(sandbox, "POST", FAULTS_PATH, fault)
    state = json.loads(catalog("show", "mine", *ROLE, "--json", at=empty).stdout)
    assert (state["parameters"], state["resources"]) == ({}, [])
    assert [(output["key"], output["export"]) for output in state["outputs"]] == [("Arn", "")]
    assert state["unreadable"] == ["DescribeStacks", "ListStackResources"]
    values = ("--param", "User=bob", "--param", f"Password={SECRET}", "--param", "Stage=dev", "--tag", "Team=red")
    made = catalog("launch", "login", "--name", "blind", *values, *ROLE, at=empty)
    assert (made.exit_code, "CREATE_COMPLETE" in made.stderr) == (0, False)
    assert "blind: SUCCEEDED" in made.stderr
    ask(sandbox, "DELETE", FAULTS_PATH)


def fails_and_is_launched_again(catalog: Run, empty: Path) -> None:
    """A failure ends with the first reason, the record and the next step, after which the name can be used again."""

    def launch(**values: str) -> Any:
        parameters = {"User": "eve", "Password": SECRET, "Stage": "dev", **values}
        options = [word for name, value in parameters.items() for word in ("--param", f"{name}={value}")]
        return catalog("launch", "login", "--name", "second", *options, "--tag", "Team=red", *ROLE, at=empty)

    refused = launch(Password=SECRET[:6], Stage="test", Days="99")
    assert (refused.exit_code, SECRET[:6] in refused.output) == (2, False)
    assert "parameter Password: Parameter 'Password' must contain at least 8" in refused.stderr
    assert "rule NotInTest: Team has no test." in refused.stderr
    assert "parameter Days: " in refused.stderr
    failed = launch()
    assert failed.exit_code == 1
    assert "error: second: " in failed.stderr
    assert "Address" in failed.stderr  # the resource that failed first: its name is taken
    assert "already exists" in failed.stderr
    assert "[record rec-" in failed.stderr
    assert f"`catalog terminate second --local {ROLE[0]} {ROLE[1]}` deletes what is left of it" in failed.stderr
    shown = catalog("show", "second", *ROLE, at=empty).stdout
    assert "second: Login 1.0.0 (the default), ERROR" in shown
    assert "PROVISION_PRODUCT  1.0.0  FAILED  rec-" in shown
    taken = launch(User="adam")
    assert "`catalog show second` shows it. Choose another --name" in taken.stderr
    assert catalog("terminate", "second", "--yes", *ROLE, at=empty).exit_code == 0
    assert launch(User="adam").exit_code == 0


def stops_before_it_starts(logins: Path) -> None:
    """In the repository too; a no launches nothing."""
    given = ("--name", "third", "--param", "User=eva", "--param", "Stage=dev", "--tag", "Team=red")
    answers = [
        ("Portfolio to launch through [1]: ", "2"),
        ("Password (hidden): ", SECRET),
        ("Password again: ", SECRET),
        ("Keep this default? [Y/n]: ", "n"),
        ("Days [7]: ", "8"),
        ("Launch Login 1.0.0 as third? [y/N]: ", "n"),
    ]
    code, text = launched(("login", *given), answers, logins)
    assert code == 1
    assert text.endswith("Aborted!\n")
    assert "User: " not in text  # what was given is not asked for
