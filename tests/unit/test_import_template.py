"""`catalog import-template`: templates become products byte for byte, and the report says what the controls miss."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
import yaml
from click.testing import CliRunner, Result

from catalog.cli import main
from catalog.cli.import_template import key_of
from tests.json_output import check_output

QUEUE = b"""\
# A comment that stays.\r
Description: >
  A queue for
  messages.
Resources:
  Orders:
    Type: AWS::SQS::Queue
"""
TOPIC = b'{"Resources": {"Alarms": {"Type": "AWS::SNS::Topic", "Properties": {"KmsMasterKeyId": "alias/x"}}}}'
OWN = b"""\
Metadata:
  Catalog: {name: Own, owner: Us, description: Has its own metadata., version: 2.0.0}
Resources:
  Handle: {Type: "AWS::CloudFormation::WaitConditionHandle"}
"""


@pytest.fixture
def root(tmp_path: Path) -> Path:
    root = tmp_path / "repository"
    (root / "portfolios").mkdir(parents=True)
    (root / "pyproject.toml").write_text('[tool.catalog]\nowner = "team"\n')
    (root / "portfolios" / "dev.yaml").write_text(
        "display_name: Dev\nprovider: Platform team\nstage: dev\n# what people launch\n"
    )
    return root


def invoke(root: Path, *arguments: str | Path) -> Result:
    return CliRunner().invoke(main, ["-C", str(root), "import-template", *map(str, arguments)])


def write(file: Path, body: bytes) -> Path:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(body)
    return file


def test_a_template_becomes_a_product_that_a_portfolio_offers(root: Path, tmp_path: Path) -> None:
    result = invoke(root, write(tmp_path / "queue.yml", QUEUE), "--portfolio", "dev")
    assert result.exit_code == 0, result.output
    assert (root / "products" / "queue.yml").read_bytes() == QUEUE
    metadata = (root / "products" / "queue.product.yaml").read_text()
    assert metadata.startswith("# yaml-language-server: $schema=../.catalog/schemas/product.json\n")
    assert yaml.safe_load(metadata) == {
        "name": "Queue",
        "owner": "Platform team",
        "description": "A queue for messages.",
        "version": "1.0.0",
        "version_description": "First version.",
    }
    portfolio = (root / "portfolios" / "dev.yaml").read_text()
    assert "# what people launch" in portfolio
    assert [entry["product"] for entry in yaml.safe_load(portfolio)["products"]] == ["queue"]
    assert "  error: E9003 products/queue.yml:6: Orders (AWS::SQS::Queue)" in result.stdout
    assert result.stdout.endswith(
        "Next:\n  catalog validate queue\n  catalog release queue\n  catalog publish --local\n"
    )
    assert "Correct the errors before you release. What to do about them, and why: catalog controls E9003\n" in (
        result.stdout
    )
    again = invoke(root, tmp_path / "queue.yml", "--force")
    assert again.exit_code == 0, again.output
    for each in (result, again):
        assert "No portfolio offers" not in each.stdout
        assert "needs a choice" not in each.stdout


@pytest.mark.parametrize(
    ("parameter", "named"),
    [("Other: {Type: String}", True), ("Stage: {Type: String}", False), ("Stage: {Type: String, NoEcho: true}", True)],
)
def test_tags_that_a_launch_must_choose_are_named(root: Path, tmp_path: Path, parameter: str, named: bool) -> None:
    with (root / "portfolios" / "dev.yaml").open("a") as portfolio:
        portfolio.write("tag_options:\n  Stage: [dev, {value: old, active: false}, test]\n  Team: [ours]\n")
    body = QUEUE + f"Parameters:\n  {parameter}\n".encode()
    result = invoke(root, write(tmp_path / "queue.yml", body), "--portfolio", "dev")
    assert result.exit_code == 0, result.output
    words = "A launch of queue through dev needs a choice: --tag Stage=VALUE with one of dev, test.\nNext:\n"
    assert (words in result.stdout) is named
    assert result.stdout.count("needs a choice") == named


@pytest.mark.parametrize(
    ("parameter", "options"),
    [
        (
            (
                "Name: {Type: String, Description: 'A name, such as our orders.'}\n"
                "  Subnet: {Type: 'AWS::EC2::Subnet::Id'}\n"
                "  Wrong: {Type: String, AllowedPattern: '('}\n"
                "  Other: {Type: String, Default: x}"
            ),
            "--param Name=our --param Subnet=subnet-00000000 --param Wrong=VALUE --tag Stage=dev",
        ),
        ("Stage: {Type: String, Default: test}", ""),
        ("Stage: {Type: String, Default: old, AllowedValues: [old, test]}", "--param Stage=test"),
        ("Stage: {Type: String, NoEcho: true}", "--tag Stage=dev"),
    ],
)
def test_the_command_for_a_launch_is_complete(root: Path, tmp_path: Path, parameter: str, options: str) -> None:
    with (root / "portfolios" / "dev.yaml").open("a") as portfolio:
        portfolio.write("tag_options:\n  Stage: [dev, test]\n  Team: [ours]\n")
        portfolio.write("principals:\n  - {arn: 'arn:aws:iam:::role/dev-*', type: IAM_PATTERN}\n")
    body = QUEUE + f"Parameters:\n  {parameter}\n".encode()
    result = invoke(root, write(tmp_path / "queue.yml", body), "--portfolio", "dev", "--json")
    assert result.exit_code == 0, result.output
    command = " ".join(["catalog launch queue --local --name my-queue", *([options] if options else [])])
    assert json.loads(result.stdout)["next"][-1] == f"{command} --as arn:aws:iam::123456789012:role/dev-x"


def test_a_launch_names_the_portfolio_for_dev_if_several_offer_the_product(root: Path, tmp_path: Path) -> None:
    dev = root / "portfolios" / "dev.yaml"
    with dev.open("a") as portfolio:
        portfolio.write("principals:\n  - arn: arn:aws:iam::${AWS::AccountId}:role/a/developer\n")
    invoke(root, source := write(tmp_path / "queue.yml", QUEUE), "--portfolio", "dev")
    (root / "portfolios" / "all.yaml").write_text(dev.read_text().replace("stage: dev", "stage: prod"))
    result = invoke(root, source, "--force", "--json")
    command = "catalog launch queue --local --name my-queue --portfolio dev --as"
    assert json.loads(result.stdout)["next"][-1] == f"{command} arn:aws:iam::123456789012:role/a/developer"


def test_several_templates_at_once_as_json(root: Path, tmp_path: Path) -> None:
    files = [
        write(tmp_path / "factory" / "queue" / "product.template.yaml", QUEUE),
        write(tmp_path / "alarms.json", TOPIC),
        write(tmp_path / "own.template", OWN),
    ]
    result = invoke(root, *files, "--team", "Messaging", "--json")
    check_output(["import-template"], result.stdout)
    data = json.loads(result.stdout)
    assert data["products"] == ["queue", "alarms", "own"]
    assert data["written"] == [
        *("products/queue.yaml", "products/queue.product.yaml"),
        *("products/alarms.json", "products/alarms.product.yaml"),
        "products/own.template",
    ]
    assert "queue" in {finding["product"] for finding in data["findings"]}
    assert data["remarks"][-1].startswith("No portfolio offers queue, alarms, own yet")
    assert yaml.safe_load((root / "products" / "alarms.product.yaml").read_text())["owner"] == "Messaging"
    assert yaml.safe_load((root / "products" / "alarms.product.yaml").read_text())["description"]
    listed = json.loads(CliRunner().invoke(main, ["-C", str(root), "list", "--json"]).stdout)
    assert [(each["product"], each["version"]) for each in listed["products"]] == [
        *(("alarms", "1.0.0"), ("own", "2.0.0"), ("queue", "1.0.0")),
    ]


def test_nothing_is_overwritten_without_force(root: Path, tmp_path: Path) -> None:
    assert invoke(root, write(tmp_path / "queue.yaml", QUEUE)).exit_code == 0
    other = write(tmp_path / "new" / "queue.yaml", QUEUE + b"# changed\n")
    refused = invoke(root, other)
    assert (refused.exit_code, refused.stdout) == (2, "")
    assert "products/ has a product queue already" in refused.stderr
    assert (root / "products" / "queue.yaml").read_bytes() == QUEUE
    assert invoke(root, other, "--force").exit_code == 0
    assert (root / "products" / "queue.yaml").read_bytes() == QUEUE + b"# changed\n"


@pytest.mark.parametrize(
    ("files", "more", "words"),
    [
        ({"notes.txt": QUEUE}, (), "a template ends in "),
        ({"queue.yaml": b"a: 1\n"}, (), "is no CloudFormation template: it has no Resources"),
        ({"queue.yaml": b"\xff"}, (), "neither YAML nor JSON"),
        ({"queue.yaml": QUEUE, "queue.json": TOPIC}, (), "both become product queue"),
        ({"an-sqs.yaml": QUEUE, "an_sqs.json": TOPIC}, (), "both have the name 'An sqs'"),
        ({"a.yaml": QUEUE + b"Metadata: {Catalog: {name: 3}}\n"}, (), "name is 3, but must be text"),
        ({"a.yaml": QUEUE, "b.yaml": QUEUE}, ("--key", "c"), "--key is for one FILE"),
        ({"queue.yaml": QUEUE}, ("--key", "../c"), "the name of a product must be 1 to 64 letters"),
        ({"queue.yaml": QUEUE}, ("--portfolio", "none"), "unknown portfolio 'none'; portfolios/ has dev"),
    ],
)
def test_wrong_input_writes_nothing(
    root: Path, tmp_path: Path, files: dict[str, bytes], more: tuple[str, ...], words: str
) -> None:
    result = invoke(root, *(write(tmp_path / name, body) for name, body in files.items()), *more)
    assert result.exit_code == 2
    assert words in result.stderr
    assert not (root / "products").exists()


@pytest.mark.parametrize(
    ("file", "key"),
    [
        ("queue.yaml", "queue"),
        ("queue.template.yaml", "queue"),
        ("My queue (v2).yml", "My-queue-v2"),
        ("Ümlaut.yaml", "Umlaut"),
        ("bucket/template.yaml", "bucket"),
        ("bucket/product.template.yaml", "bucket"),
        ("bucket/Main.json", "bucket"),
        ("cdk.out/StackQueue1A2B.product.template.json", "StackQueue1A2B"),
    ],
)
def test_the_key_comes_from_the_file_or_its_folder(tmp_path: Path, file: str, key: str) -> None:
    assert key_of(tmp_path / file) == key


def test_templates_that_are_in_products_already_get_their_metadata(root: Path) -> None:
    file = write(root / "products" / "queue.yaml", QUEUE)
    write(root / "products" / "topic.json", TOPIC)
    lacking = CliRunner().invoke(main, ["-C", str(root), "list"])
    assert lacking.exit_code == 2
    assert "products/queue.yaml: the template has no metadata" in lacking.stderr
    assert "`catalog import-template` writes them." in lacking.stderr
    result = invoke(root, file)
    assert result.exit_code == 0, result.output
    assert file.read_bytes() == QUEUE
    assert (root / "products" / "queue.product.yaml").is_file()
    assert invoke(root, root / "products" / "topic.json").exit_code == 0
    listed = CliRunner().invoke(main, ["-C", str(root), "list"])
    assert listed.exit_code == 0, listed.output
    assert [line.split()[0] for line in listed.stdout.splitlines()[1:3]] == ["queue", "topic"]


def test_many_findings_are_a_line_for_each_control_and_errors_come_first(root: Path, tmp_path: Path) -> None:
    topics = {f"T{number:02}": {"Type": "AWS::SNS::Topic"} for number in range(24)}
    queue = {"Orders": {"Type": "AWS::SQS::Queue"}}
    result = invoke(root, write(tmp_path / "many.json", json.dumps({"Resources": {**topics, **queue}}).encode()))
    assert result.exit_code == 0, result.output
    listed = [line for line in result.stdout.splitlines() if re.match("  (error|warning|info): ", line)]
    assert re.match(r"  error: E9003 products/many.json:1: .* \(and \d more of E9003\)", listed[0]), result.stdout
    assert any(line.endswith(" (and 23 more of W9012)") for line in listed), result.stdout
    assert len(listed) < 6


def test_what_the_sandbox_cannot_launch_is_said_before_somebody_tries(root: Path, tmp_path: Path) -> None:
    template = {"Transform": "Lookup", "Resources": {"It": {"Type": "AWS::SNS::Topic"}}}
    result = invoke(root, write(tmp_path / "lookup.json", json.dumps(template).encode()), "--portfolio", "dev")
    assert (
        "The sandbox publishes lookup but cannot launch it: transform Lookup: its result is known only when it runs.\n"
        in result.stdout
    )
    assert "catalog launch" not in result.stdout
