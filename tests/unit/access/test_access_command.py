"""`catalog access`: text, Markdown and JSON."""

from __future__ import annotations

import json
import re
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


def test_without_a_file_the_first_example_is_used_and_reported() -> None:
    result = run(ROOT, "kms_key")
    assert result.stderr == "no --params-file: using the product's first example, examples/launch-dev.yaml\n"
    assert result.stdout.startswith(
        "kms_key 2.0.0 with examples/launch-dev.yaml, account 123456789012, Region us-east-1\n"
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
    # The roles of the example are in account 123456789012, another account in this launch.
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
def test_invalid_input_is_reported(arguments: list[str], words: str) -> None:
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


def test_the_region_is_the_first_one_of_the_repository(repository: Path) -> None:
    settings = '[tool.catalog]\nowner = "platform"\nregions = ["cn-north-1", "us-east-1"]\n'
    (repository / "pyproject.toml").write_text(settings)
    (repository / "products" / "queue.py").write_text(PLAIN.replace("{more}", ""))
    result = run(repository, "queue")
    assert "Region cn-north-1" in result.stdout, result.stderr
    simulated = CliRunner().invoke(main, ["-C", str(repository), "simulate", "queue", "--json"])
    assert json.loads(simulated.stdout)["region"] == "cn-north-1"
    assert "Region us-east-1" in run(repository, "queue", "--region", "us-east-1").stdout


def test_a_missing_example_is_reported(repository: Path) -> None:
    (repository / "products" / "queue.py").write_text(PLAIN.replace("{more}", ', examples=("examples/none.yaml",)'))
    result = run(repository, "queue")
    assert result.exit_code == 2
    assert "examples/none.yaml" in result.stderr


SSM_PRODUCT = """
AWSTemplateFormatVersion: "2010-09-09"
Description: A queue whose sender stands in the parameter store
Parameters:
  Image: {Type: "AWS::SSM::Parameter::Value<AWS::EC2::Image::Id>", Default: /golden/ami}
  Subnets: {Type: "AWS::SSM::Parameter::Value<List<AWS::EC2::Subnet::Id>>", Default: /subnets}
  Sender: {Type: "AWS::SSM::Parameter::Value<String>", Default: /sender}
Resources:
  Queue: {Type: AWS::SQS::Queue}
  Server: {Type: AWS::EC2::Instance, Properties: {ImageId: !Ref Image, SubnetId: !Select [2, !Ref Subnets]}}
  Policy:
    Type: AWS::SQS::QueuePolicy
    Properties:
      Queues: [!Ref Queue]
      PolicyDocument:
        Version: "2012-10-17"
        Statement:
          - Sid: Send
            Effect: Allow
            Principal: {AWS: !Ref Sender}
            Action: sqs:SendMessage
            Resource: !GetAtt Queue.Arn
            Condition: {StringEquals: {aws:SourceVpc: !ImportValue vpc}}
"""


@pytest.fixture
def ssm_repository(tmp_path: Path) -> Path:
    (tmp_path / "pyproject.toml").write_text('[tool.catalog]\nowner = "platform"\n')
    (tmp_path / "products").mkdir()
    (tmp_path / "products/queue.template.yaml").write_text(SSM_PRODUCT)
    (tmp_path / "products/queue.py").write_text(
        "from pathlib import Path\n\nfrom catalog import ProductDefinition, template_file\n\n"
        "PRODUCT = ProductDefinition(\n"
        '    version="1.0.0", name="Queue", owner="Platform", description="A queue", support_email="a@example.com",\n'
        '    template=template_file(Path(__file__).with_name("queue.template.yaml")),\n)\n'
    )
    return tmp_path


def test_values_of_the_parameter_store_stay_open(ssm_repository: Path) -> None:
    """Case B6: a placeholder fits each type, also an id of AWS and a list from which one is selected."""
    result = run(ssm_repository, "queue")
    assert result.exit_code == 0, result.stderr
    assert "Sender: ${ssm /sender}" in result.stdout
    assert "whether ${ssm /sender} is in account 123456789012" in result.stdout


def test_values_of_the_account_can_be_given(ssm_repository: Path) -> None:
    (ssm_repository / "given.yaml").write_text(
        "imports: {vpc: vpc-1}\nssm: {/subnets: 'subnet-11111111,subnet-22222222,subnet-33333333'}\n"
    )
    sender = "/sender=arn:aws:iam::123456789012:role/sender"
    result = run(ssm_repository, "queue", "--ssm", sender, "--given", str(ssm_repository / "given.yaml"))
    assert result.exit_code == 0, result.stderr
    assert "${ssm" not in result.stdout
    assert "aws:SourceVpc is vpc-1" in result.stdout


def test_a_given_value_of_a_wrong_form_is_refused(ssm_repository: Path) -> None:
    result = run(ssm_repository, "queue", "--ssm", "/golden/ami=not-an-image")
    assert result.exit_code == 2
    assert "Image" in result.stderr
    assert "not-an-image" in result.stderr


def test_errors_show_placeholders_in_words(ssm_repository: Path) -> None:
    text = SSM_PRODUCT.replace("!Select [2, !Ref Subnets]", "!FindInMap [Sizes, !Ref Sender, size]")
    text = text.replace("Resources:", "Mappings: {Sizes: {small: {size: 1}}}\nResources:")
    (ssm_repository / "products/queue.template.yaml").write_text(text)
    result = run(ssm_repository, "queue")
    assert result.exit_code == 2
    assert "${ssm /sender}" in result.stderr
    assert not re.search("[\ue000-\uf8ff]", result.stderr)
