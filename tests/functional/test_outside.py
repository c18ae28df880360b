"""Commands on provisioned products need the account alone: they work outside of a repository."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from catalog.content.yaml_files import read_parameters
from tests.functional.conftest import ROOT, Run
from tests.functional.test_launch import DEV_ROLE

PARAMETERS = str(ROOT / "examples" / "launch-dev.yaml")


@pytest.fixture
def outside(catalog: Run, tmp_path: Path) -> Run:
    """Runs commands in an empty folder, after the repository was published."""
    assert catalog("publish", "--local", "--yes", "--allow", "widen").exit_code == 0

    def run(*arguments: str) -> object:
        return catalog(*arguments, "--local", at=tmp_path)

    return run


def test_a_launch_from_its_start_to_its_end_and_what_is_refused(outside: Run, tmp_path: Path) -> None:
    options = ("--as", DEV_ROLE, "--json")
    described(outside)
    made = outside("launch", "KMS key", "--name", "mine", "--params-file", filled_in(outside, tmp_path), *options)
    assert made.exit_code == 0, made.output
    assert "no repository here" in made.stderr
    assert json.loads(made.stdout)["status"] == "SUCCEEDED"
    (row,) = json.loads(outside("provisioned", "--json").stdout)
    assert (row["name"], row["product"], row["status"]) == ("mine", "KMS key", "AVAILABLE")
    shown(outside, json.loads(made.stdout)["outputs"])
    assert "RotateKeyNow" in outside("execute", "mine", "--as", DEV_ROLE).stdout
    assert outside("execute", "mine", "RotateKeyNow", "--as", DEV_ROLE).exit_code == 0
    ended = outside("terminate", "mine", "--yes", "--as", DEV_ROLE)
    assert ended.exit_code == 0, ended.output
    refused(outside)
    assert json.loads(outside("provisioned", "--json").stdout) == []


def filled_in(outside: Run, folder: Path) -> str:
    """The params file that `describe` prints, with the values of the example where it has none."""
    text = outside("describe", "KMS key", "--params-template", "--as", DEV_ROLE).stdout
    for name, value in read_parameters(Path(PARAMETERS), PARAMETERS).items():
        text = text.replace(f"\n{name}:\n", f"\n{name}: {json.dumps(value)}\n")
    (folder / "params.yaml").write_text(text)
    return str(folder / "params.yaml")


def described(outside: Run) -> None:
    """What can be launched, and what it asks for: without the repository, and without a permission for templates."""
    products = {each["name"]: each for each in json.loads(outside("products", "--as", DEV_ROLE, "--json").stdout)}
    assert (products["KMS key"]["key"], products["KMS key"]["version"]) == ("", "2.0.0")
    assert "KMS key  2.0.0  through Security building blocks (dev)" in outside("products", "--as", DEV_ROLE).stdout
    assert "You may launch no products" in outside("products").stdout
    form = json.loads(outside("describe", "kms_key", "--as", DEV_ROLE, "--json").stdout)
    assert [group["label"] for group in form["groups"]][:2] == ["The key", "Who may do what"]
    parameters = {parameter["name"]: parameter for group in form["groups"] for parameter in group["parameters"]}
    assert parameters["Environment"]["values"] == ["dev", "test"]  # of dev, test, staging, prod: the portfolio's rule
    assert parameters["Environment"]["reasons"] == ["This portfolio launches for Environment dev or test only."]
    assert parameters["Service"]["values"] == ["dynamodb", "ebs", "logs", "rds", "s3", "sns", "sqs"]  # its TagOption
    assert (parameters["Alias"]["required"], parameters["Alias"]["example"]) == (True, "prod/s3-data")
    assert [output["key"] for output in form["outputs"]] == ["KeyId", "KeyArn", "AliasName", "AliasArn"]
    text = outside("describe", "KMS key", "--version", "1.0.0", "--as", DEV_ROLE).stdout
    assert "As role/dev-terraform-role you can launch it through: Security building blocks (dev)" in text
    assert "dev | test" in text
    assert "In prod DeletionWindowDays must be 30." in text
    assert "the caller has no access to a product 'KMS key'" in outside("describe", "KMS key").stderr


def shown(outside: Run, outputs: dict[str, str]) -> None:
    """`show` says what was launched, and how to use it."""
    state = json.loads(outside("show", "mine", "--as", DEV_ROLE, "--json").stdout)
    assert (state["status"], state["version"], state["version_note"]) == ("AVAILABLE", "2.0.0", "the default")
    assert state["parameters"]["Alias"] == "dev/s3-data"
    assert {output["key"]: output["value"] for output in state["outputs"]}.items() <= outputs.items()
    assert state["outputs"][1]["export"].endswith("-KeyArn")
    assert [resource["type"] for resource in state["resources"]] == ["AWS::KMS::Key", "AWS::KMS::Alias"]
    (past,) = state["records"]
    assert (past["type"], past["version"], past["status"]) == ("PROVISION_PRODUCT", "2.0.0", "SUCCEEDED")
    assert [action["name"] for action in state["service_actions"]] == ["RotateKeyNow"]
    text = outside("show", state["id"], "--as", DEV_ROLE).stdout
    assert text.startswith("mine: KMS key 2.0.0 (the default), AVAILABLE\n")
    assert f"Fn::ImportValue {state['outputs'][1]['export']}" in text
    assert "has no provisioned product 'nothing'" in outside("show", "nothing").stderr


def refused(outside: Run) -> None:
    """What is wrong is said before anything is made."""

    def refusal(*options: str, product: str = "KMS key", role: str = DEV_ROLE) -> str:
        result = outside("launch", product, "--name", "mine", "--as", role, *options)
        assert result.exit_code in (1, 2), result.output
        return str(result.stderr)

    given = ("--params-file", PARAMETERS)
    assert "Parameters: [Nonsense] do not exist" in refusal(*given, "--param", "Nonsense=1")
    assert "cannot be launched with this input" in refusal(*given, "--param", "DeletionWindowDays=99")
    assert "must have values" in refusal()
    assert "has no version '9.9.9'; it offers " in refusal(*given, "--version", "9.9.9")
    assert "PRODUCT is the name or the id of the product in AWS" in refusal(*given, product="nope")
    assert "its launch paths: " in refusal(*given, "--portfolio", "nope")
    assert "--name must be" in refusal(*given, "--name", "a b")


def test_local_outside_of_a_repository_names_the_variable(
    catalog: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("CATALOG_SANDBOX_DIR")
    result = catalog("provisioned", "--local", at=tmp_path)
    assert (result.exit_code, "CATALOG_SANDBOX_DIR" in result.stderr) == (2, True)
