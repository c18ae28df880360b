"""Launch roles of a repository: their products, launch_permissions, settings, and `catalog role`."""

from __future__ import annotations

import json
import shlex
from pathlib import Path
from typing import Any

import pytest
import yaml
from click.testing import CliRunner, Result

from catalog.cli import main
from catalog.content.config import load_config
from catalog.content.load import load_catalog, load_portfolios
from catalog.errors import ContentError
from catalog.publishing.bootstrap import role_notices
from catalog.roles.launch import launch_roles, products_by_role
from tests.releasing import edit_ledger, release

STORE = """
from catalog import LaunchPermission, ProductDefinition

class Template:
    def to_dict(self):
        return {TEMPLATE}

PRODUCT = ProductDefinition(name="{NAME}", owner="Me", description="A store.", version="1.0.0", template=Template,
                            launch_permissions={PERMISSIONS})
"""
PERMISSION = "(LaunchPermission('Mine', ('lambda:InvokeFunction',), ('*',), 'the custom resource'),)"
BUCKET = {"Bucket": {"Type": "AWS::S3::Bucket", "Properties": {"BucketName": "acme-store"}}}
CUSTOM = {"Mine": {"Type": "Acme::Mine::Thing", "Properties": {}}}


def add_product(repository: Path, resources: Any, permissions: str = "()", key: str = "store") -> None:
    text = STORE.replace("{TEMPLATE}", repr({"Resources": resources})).replace("{NAME}", key.capitalize())
    text = text.replace("{PERMISSIONS}", permissions)
    (repository / "products" / f"{key}.py").write_text(text)


def run(repository: Path, *arguments: str, command: str = "derive") -> Result:
    """Run `catalog role derive`, or another subcommand."""
    result = CliRunner().invoke(main, ["-C", str(repository), "role", command, *arguments])
    if result.exception and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result


def role_of(result: Result) -> tuple[str, set[str]]:
    """(name, IAM actions) of the only role in a printed template."""
    assert result.exit_code == 0, result.output
    (resource,) = yaml.safe_load(result.stdout)["Resources"].values()
    policy = resource["Properties"]["Policies"][0]["PolicyDocument"]
    return resource["Properties"]["RoleName"], {
        action for statement in policy["Statement"] for action in statement["Action"]
    }


IMPORTED = """
imported_products:
  - import: hub
    name: Topic
    launch: {local_role_name: theirs}
    stackset: {accounts: ['111122223333'], regions: [us-east-1], admin_role: 'ROLE/sets', execution_role: member}
"""


def test_a_role_may_publish_to_the_topics_of_its_products(repository: Path) -> None:
    file = repository / "portfolios" / "security-dev.yaml"
    topic = "arn:${AWS::Partition}:sns:${AWS::Region}:${AWS::AccountId}:launches"
    file.write_text(file.read_text().replace("    launch:", f"    notification: {{topics: ['{topic}']}}\n    launch:"))
    result = run(repository, "kms_key")
    assert "sns:Publish" in role_of(result)[1]
    (resource,) = yaml.safe_load(result.stdout)["Resources"].values()
    statements = resource["Properties"]["Policies"][0]["PolicyDocument"]["Statement"]
    (statement,) = [statement for statement in statements if statement["Sid"] == "EventsToTopics"]
    (arn,) = statement["Resource"] if isinstance(statement["Resource"], list) else [statement["Resource"]]
    assert arn == {"Fn::Sub": "arn:${AWS::Partition}:sns:*:${AWS::AccountId}:launches"}


def test_roles_for_imported_products_are_not_derived_but_the_publisher_may_pass_them(repository: Path) -> None:
    role = "arn:aws:iam::123456789012:role"
    (repository / "imports").mkdir()
    (repository / "imports" / "hub.yaml").write_text("account: '210987654321'\nportfolio_id: port-abc\n")
    with (repository / "portfolios" / "security-dev.yaml").open("a") as file:
        file.write(IMPORTED.replace("ROLE", role))
    assert "theirs" not in run(repository, "--consumer").stdout
    assert "role/theirs" in run(repository, command="publisher").stdout
    portfolios = load_portfolios(load_config(repository)).values()
    assert products_by_role(portfolios) == {"catalog-launch-kms-key": ("kms_key",)}
    (notice,) = role_notices(portfolios, {"catalog-launch-kms-key"})
    assert "bootstrap does not create role theirs, because it launches hub/Topic" in notice
    assert "catalog role derive PRODUCT --name theirs -o role.yaml" in notice
    assert "so it may lack what they need" in next(role_notices(portfolios, {"theirs"}))


def test_the_role_has_the_name_that_portfolios_give_it(repository: Path) -> None:
    add_product(repository, BUCKET)
    name, actions = role_of(run(repository, "kms_key"))
    assert name == "catalog-launch-kms-key"
    assert not [action for action in actions if action.startswith("s3:") and action != "s3:GetObject"]
    assert role_of(run(repository, "store"))[0] == "catalog-launch-store"
    name, actions = role_of(run(repository, "store", "kms_key"))
    assert name == "catalog-launch-kms-key-store"
    assert {"s3:CreateBucket", "kms:CreateKey", "cloudformation:CreateStack"} <= actions
    assert role_of(run(repository, "store", "--name", "mine"))[0] == "mine"


def test_released_versions_count_and_the_working_tree_only_with_dev(repository: Path) -> None:
    add_product(repository, BUCKET)
    assert "s3:CreateBucket" in role_of(run(repository, "store"))[1]  # before the first release
    release(repository, "store")
    add_product(repository, {**BUCKET, "Topic": {"Type": "AWS::SNS::Topic", "Properties": {}}})
    assert "sns:CreateTopic" not in role_of(run(repository, "store"))[1]
    assert "sns:CreateTopic" in role_of(run(repository, "store", "--dev"))[1]


def test_products_of_a_retired_version_can_still_be_terminated(repository: Path) -> None:
    add_product(repository, BUCKET)
    release(repository, "store")
    edit_ledger(repository, "active: true", "active: false", "store")
    actions = role_of(run(repository, "store"))[1]
    assert {"s3:DeleteBucket", "s3:GetBucketTagging"} <= actions
    assert "s3:CreateBucket" not in actions


def test_consumers_get_every_local_role_of_the_portfolios(repository: Path) -> None:
    result = run(repository, "--consumer", "--format", "json")
    template = json.loads(result.stdout)
    assert [resource["Properties"]["RoleName"] for resource in template["Resources"].values()] == [
        "catalog-launch-kms-key"
    ]
    assert "deploy in one Region" in template["Description"]
    add_product(repository, BUCKET)
    unlaunched = run(repository, "--consumer", "store")
    assert (unlaunched.exit_code, "no portfolio launches store" in unlaunched.stderr) == (2, True)


def test_a_type_without_handlers_needs_launch_permissions(repository: Path) -> None:
    add_product(repository, CUSTOM)
    result = run(repository, "store")
    assert result.exit_code == 2
    assert "products/store.py: resource Mine of type Acme::Mine::Thing" in result.stderr
    assert "launch_permissions" in result.stderr
    add_product(repository, CUSTOM, PERMISSION)
    result = run(repository, "store")
    assert "lambda:InvokeFunction" in role_of(result)[1]
    assert "taken from the product's launch_permissions" in result.stderr


def test_all_roles_that_cannot_be_derived_are_named_at_once(repository: Path) -> None:
    file = repository / "portfolios" / "security-dev.yaml"
    launches = ""
    for key in ("shop", "store"):
        add_product(repository, CUSTOM, key=key)
        launches += f"  - product: {key}\n    launch:\n      local_role_name: launch-{key}\n"
    file.write_text(file.read_text().replace("products:\n", f"products:\n{launches}"))
    catalog = load_catalog(repository)
    with pytest.raises(ContentError) as refused:
        launch_roles(catalog.config, catalog.products, catalog.portfolios.values(), dev=True)
    assert refused.value.message == "launch roles launch-shop, launch-store cannot be derived"
    assert [problem.split(":")[0] for problem in refused.value.problems] == ["products/shop.py", "products/store.py"]


def test_a_sid_stands_for_one_statement(repository: Path) -> None:
    add_product(repository, BUCKET, PERMISSION.replace("Mine", "S3Bucket"))
    assert "Sid 'S3Bucket'" in run(repository, "store").stderr
    add_product(repository, CUSTOM, PERMISSION)
    other = PERMISSION.replace("custom resource", "other reason")
    add_product(repository, CUSTOM, other, key="other")
    result = run(repository, "store", "other")
    assert (result.exit_code, "another permission with Sid 'Mine'" in result.stderr) == (2, True)


def test_conditions_are_settings_of_the_repository(repository: Path) -> None:
    assert "aws:CalledViaFirst" in run(repository, "kms_key").stdout
    file = repository / "pyproject.toml"
    original = file.read_text()
    file.write_text(f"{original}\n[tool.catalog.launch_roles]\ncalled_via = false\nsource_account = true\n")
    printed = run(repository, "kms_key").stdout
    assert "aws:CalledViaFirst" not in printed
    assert "aws:SourceAccount" in printed
    for setting, message in (("called_via = 1", "must be true or false, got 1"), ("x = true", "can have")):
        file.write_text(f"{original}\n[tool.catalog.launch_roles]\n{setting}\n")
        with pytest.raises(ContentError, match=message):
            load_config(repository)


def test_explain_shows_why_actions_are_in_the_role_or_left_out(repository: Path) -> None:
    text = run(repository, "kms_key", "--explain").stdout
    lines = [" ".join(line.split()) for line in text.splitlines()]
    assert "kms:ScheduleKeyDeletion delete AWS::KMS::Key" in lines
    assert "kms:DisableKey Enabled is never false (aws-cloudformation-resource-providers-kms)" in lines
    (role,) = json.loads(run(repository, "kms_key", "--explain", "--json").stdout)
    assert role["role"] == "catalog-launch-kms-key"
    assert role["needed_by"]["kms:CreateAlias"] == ["create AWS::KMS::Alias"]
    assert "kms:ListKeys" in role["left_out"]


def test_an_administrator_equivalent_role_is_noted(repository: Path) -> None:
    trust = {"Version": "2012-10-17", "Statement": []}
    add_product(repository, {"Role": {"Type": "AWS::IAM::Role", "Properties": {"AssumeRolePolicyDocument": trust}}})
    result = run(repository, "store")
    assert "role catalog-launch-store is administrator-equivalent: it has iam:CreateRole without a" in result.stderr
    assert "AdministratorEquivalent" in result.stdout
    assert "administrator-equivalent" not in run(repository, "kms_key").stderr
    assert "is administrator-equivalent" in run(repository, "store", "--explain").stdout
    (explained,) = json.loads(run(repository, "store", "--explain", "--json").stdout)
    assert explained["administrator_equivalent"] == ["IamRole"]


def test_output_writes_the_template_to_a_file(repository: Path, tmp_path: Path) -> None:
    file = tmp_path / "role.yaml"
    assert run(repository, "kms_key", "-o", str(file)).stdout == ""
    assert file.read_text() == run(repository, "kms_key").stdout


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["derive", "nothing"], "unknown product 'nothing'"),
        (["derive", "--plan-only"], "No such option"),
        (["derive", "--consumer", "--name", "x"], "--name is for one role"),
        (["derive", "--explain", "-o", "x"], "--output is for a template"),
        (["derive", "--json"], "--json needs --explain"),
        (["derive", "--name", "no good"], "role name 'no good'"),
        (["check"], "Missing argument 'ROLE_ARN'"),
        (["check", "ROLE_ARN", "--consumer"], "No such option"),
        (["publisher", "kms_key"], "unexpected extra argument"),
        (["publisher", "--consumer"], "No such option"),
        (["publisher", "--plan-only", "--upkeep"], "exclude each other"),
        (["publisher", "--github", "o/r", "--gitlab", "g/p"], "exclude each other"),
        (["publisher", "--oidc-provider", "x"], "--oidc-provider needs --github or --gitlab"),
        (["publisher", "--github", "o/*"], "no wildcard"),
    ],
)
def test_a_subcommand_refuses_what_it_does_not_take(repository: Path, arguments: list[str], message: str) -> None:
    command, *others = arguments
    result = run(repository, *others, command=command)
    assert result.exit_code == 2
    assert message in result.stderr


@pytest.mark.parametrize(
    ("arguments", "call"),
    [
        ("kms_key", "derive kms_key"),
        ("kms_key -o 'my role.yaml'", "derive kms_key -o 'my role.yaml'"),
        ("--consumer", "derive --consumer"),
        ("--explain kms_key", "derive --explain kms_key"),
        ("--check ROLE_ARN kms_key --local", "check ROLE_ARN kms_key --local"),
        ("--local --check=ROLE_ARN kms_key", "check ROLE_ARN --local kms_key"),
        ("--publisher --github o/r", "publisher --github o/r"),
        ("--plan-only --publisher", "publisher --plan-only"),
    ],
)
def test_a_call_without_subcommand_is_refused_and_named_as_it_is_now(
    repository: Path, arguments: str, call: str
) -> None:
    command, *others = shlex.split(arguments)
    result = run(repository, *others, command=command)
    assert result.exit_code == 2
    assert f"Run: catalog role {call}\n" in result.stderr
