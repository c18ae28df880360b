"""`catalog access`: what a person and a program get."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from catalog.cli import main

Golden = Callable[[str, bytes], None]
ROOT = Path(__file__).parents[3]


def run(repository: Path, *arguments: str) -> Result:
    return CliRunner().invoke(main, ["-C", str(repository), "access", *arguments])


def test_table_and_markdown(golden: Golden) -> None:
    for name, arguments in {
        "access-dev.txt": ["--param", "GrantsForAwsServices=true"],
        "access-prod.md": ["--params-file", "examples/launch-prod.yaml", "--format", "md"],
    }.items():
        with_root = [str(ROOT / argument) if argument.startswith("examples/") else argument for argument in arguments]
        result = run(ROOT, "kms_key", *with_root)
        assert result.exit_code == 0
        golden(name, result.stdout.replace(f"{ROOT}/", "").encode())


def test_without_a_file_the_first_example_is_taken_and_said() -> None:
    result = run(ROOT, "kms_key")
    assert result.stderr == "no --params-file: using the product's first example, examples/launch-dev.yaml\n"
    assert result.stdout.startswith(
        "kms_key 1.0.0 with examples/launch-dev.yaml, account 123456789012, Region us-east-1\n"
    )


def test_json_has_every_principal_and_every_action() -> None:
    result = run(ROOT, "kms_key", "--json", "--account", "555555555555", "--region", "cn-north-1")
    data = json.loads(result.stdout)
    assert run(ROOT, "kms_key", "--format", "json", "--account", "555555555555", "--region", "cn-north-1").stdout == (
        result.stdout
    )
    (policy,) = data["policies"]
    assert (data["product"], data["account"], data["region"]) == ("kms_key", "555555555555", "cn-north-1")
    assert policy["resource"] == "arn:aws-cn:kms:cn-north-1:555555555555:key/${Key}"
    labels = [principal["label"] for principal in policy["principals"]]
    actions = {row["action"] for row in policy["rows"]}
    assert len(policy["rows"]) == len(labels) * len(actions)
    assert {row["answer"] for row in policy["rows"]} <= {"allowed", "denied", "conditional", "unknown"}
    assert "kms:CreateKey" in policy["undecided"]
    # The example's roles are those of account 123456789012, which is another one here.
    assert "KeyUsers: dev-app-role" in labels
    row = next(
        row
        for row in policy["rows"]
        if (row["principal"], row["action"]) == ("KeyUsers: dev-app-role, with IAM kms:*", "kms:Decrypt")
    )
    assert (row["answer"], row["needs_iam"], row["sids"]) == ("allowed", True, ["KeyUsers"])


def test_a_released_version() -> None:
    result = run(ROOT, "kms_key", "--version", "1.0.0", "--json")
    assert json.loads(result.stdout)["version"] == "1.0.0"
    assert run(ROOT, "kms_key", "--version", "9.9.9").exit_code == 2


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["kms_key", "--param", "DeletionWindowDays=3"], "parameter DeletionWindowDays: Parameter"),
        (["kms_key", "--param", "Nonsense=1"], "parameter Nonsense: Parameters: [Nonsense] do not exist"),
        (
            ["kms_key", "--param", "Environment=prod"],
            "rule ProductionIsProtected: In prod PreventDestroy must be true.",
        ),
        (["unknown"], "unknown product 'unknown'"),
        (["kms_key", "--account", "12"], "--account must be 12 digits"),
        (["kms_key", "--region", "here"], "--region must be the name of a Region"),
    ],
)
def test_bad_input_is_named(arguments: list[str], words: str) -> None:
    result = run(ROOT, *arguments)
    assert result.exit_code == 2
    assert words in result.stderr
    assert "Traceback" not in result.output


PLAIN = """
from troposphere import Template
from troposphere.sqs import Queue
from catalog import ProductDefinition


def template():
    built = Template()
    built.add_resource(Queue("Queue"))
    return built


PRODUCT = ProductDefinition(name="Queue", owner="x", description="d", version="1.0.0", template=template{more})
"""


def test_a_product_without_policies_and_without_examples(repository: Path) -> None:
    (repository / "products" / "queue.py").write_text(PLAIN.replace("{more}", ""))
    result = run(repository, "queue")
    assert result.exit_code == 0
    assert result.stdout == (
        "queue 1.0.0 with the template's defaults, account 123456789012, Region us-east-1\n\n"
        "No resource of this launch has a resource policy.\n"
    )
    assert json.loads(run(repository, "queue", "--json").stdout)["policies"] == []


def test_an_example_that_is_missing_is_named(repository: Path) -> None:
    (repository / "products" / "queue.py").write_text(PLAIN.replace("{more}", ', examples=("examples/none.yaml",)'))
    result = run(repository, "queue")
    assert result.exit_code == 2
    assert "examples/none.yaml" in result.stderr
