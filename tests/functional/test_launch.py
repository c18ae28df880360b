"""`catalog launch`, `provisioned` and `terminate`, as an application developer with access to a portfolio."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.functional.conftest import Run
from tests.releasing import change, release

DEV_ROLE = "arn:aws:iam::123456789012:role/dev-terraform-role"
PROD_ROLE = "arn:aws:iam::123456789012:role/prod-terraform-deploy-role"


@pytest.fixture
def published(catalog: Run) -> Run:
    result = catalog("publish", "--local", "--yes", "--allow", "widen")
    assert result.exit_code == 0, result.output
    return catalog


def launch(run: Run, name: str, environment: str, *options: str) -> Any:
    return run(
        "launch", "kms_key", "--local", "--name", name, "--params-file", f"examples/launch-{environment}.yaml", *options
    )


def outputs(result: Any) -> dict[str, str]:
    assert result.exit_code == 0, result.output
    values: dict[str, str] = json.loads(result.stdout)["outputs"]
    return values


def update(client: Callable[..., Any], name: str, **values: str) -> str:
    """Update a key of PROD_ROLE to 2.0.0, with the previous values of all other parameters; returns the status."""
    sc = client("servicecatalog", PROD_ROLE)
    product = sc.describe_provisioned_product(Name=name)["ProvisionedProductDetail"]["ProductId"]
    versions = {item["Name"]: item["Id"] for item in sc.describe_product(Id=product)["ProvisioningArtifacts"]}
    target = {"ProductId": product, "ProvisioningArtifactId": versions["2.0.0"]}
    (path,) = sc.list_launch_paths(ProductId=product)["LaunchPathSummaries"]
    declared = sc.describe_provisioning_parameters(**target, PathId=path["Id"])["ProvisioningArtifactParameters"]
    parameters = [
        {"Key": key, "Value": values[key]} if key in values else {"Key": key, "UsePreviousValue": True}
        for key in (item["ParameterKey"] for item in declared)
    ]
    started = sc.update_provisioned_product(
        ProvisionedProductName=name, **target, PathId=path["Id"], ProvisioningParameters=parameters
    )
    end = time.monotonic() + 30
    while (record := sc.describe_record(Id=started["RecordDetail"]["RecordId"])["RecordDetail"])["Status"] not in (
        "SUCCEEDED",
        "FAILED",
    ):
        assert time.monotonic() < end, record
    return str(record["Status"])


def test_a_key_of_the_first_version_is_updated_by_its_launch_role(published: Run, client: Callable[..., Any]) -> None:
    """Key and alias stay, and from then on the alias cannot be moved. The portfolio's rules hold PreventDestroy."""
    created = outputs(launch(published, "key", "prod", "--as", PROD_ROLE, "--version", "1.0.0", "--json"))
    kms = client("kms")
    assert update(client, "key") == "SUCCEEDED"
    assert kms.describe_key(KeyId=created["AliasName"])["KeyMetadata"]["KeyId"] == created["KeyId"]
    policy = json.loads(kms.get_key_policy(KeyId=created["KeyId"], PolicyName="default")["Policy"])
    denied = {statement["Sid"]: statement["Action"] for statement in policy["Statement"]}
    assert denied["PreventDestroy"] == ["kms:ScheduleKeyDeletion", "kms:UpdateAlias", "kms:DeleteAlias"]
    assert denied["NoReplicas"] == ["kms:ReplicateKey"]
    assert update(client, "key", Environment="dev", PreventDestroy="false") == "FAILED"
    assert json.loads(kms.get_key_policy(KeyId=created["KeyId"], PolicyName="default")["Policy"]) == policy


@pytest.mark.parametrize(
    ("environment", "role", "window", "protected"), [("dev", DEV_ROLE, 30, False), ("prod", PROD_ROLE, 30, True)]
)
def test_the_two_example_launches_create_the_keys_that_they_describe(
    published: Run, client: Callable[..., Any], environment: str, role: str, window: int, protected: bool
) -> None:
    created = outputs(launch(published, f"{environment}-key", environment, "--as", role, "--json"))
    kms = client("kms")
    key = kms.describe_key(KeyId=created["KeyId"])["KeyMetadata"]
    assert (key["Arn"], key["KeyState"], key["MultiRegion"], key["KeySpec"]) == (
        created["KeyArn"],
        "Enabled",
        False,
        "SYMMETRIC_DEFAULT",
    )
    assert key["Description"] == f"Encrypts S3 data bucket objects in the {environment} environment"
    rotation = kms.get_key_rotation_status(KeyId=created["KeyId"])
    assert (rotation["KeyRotationEnabled"], rotation["RotationPeriodInDays"]) == (True, 365)
    policy = json.loads(kms.get_key_policy(KeyId=created["KeyId"], PolicyName="default")["Policy"])
    sids = [statement["Sid"] for statement in policy["Statement"]]
    assert sids[:3] == ["RootAccountOwnership", "KeyAdministrators", "KeyUsers"]
    assert ("PreventDestroy" in sids) is protected
    assert policy["Statement"][0]["Principal"] == {"AWS": "arn:aws:iam::123456789012:root"}
    tags = {tag["TagKey"]: tag["TagValue"] for tag in kms.list_resource_tags(KeyId=created["KeyId"])["Tags"]}
    assert tags["Environment"] == environment
    assert tags["kms:alias"] == f"alias/{environment}/s3-data"
    assert tags["aws:servicecatalog:provisioningPrincipalArn"].startswith("arn:aws:sts::123456789012:assumed-role/")
    aliases = {
        item["AliasName"]: item["TargetKeyId"] for item in kms.list_aliases()["Aliases"] if "TargetKeyId" in item
    }
    assert aliases[f"alias/{environment}/s3-data"] == created["KeyId"]
    assert created["AliasName"] == f"alias/{environment}/s3-data"
    assert created["AliasArn"].endswith(f":alias/{environment}/s3-data")

    ended = published("terminate", f"{environment}-key", "--local", "--yes")
    after = kms.describe_key(KeyId=created["KeyId"])["KeyMetadata"]
    if protected:
        assert ended.exit_code == 1
        assert "explicit deny" in ended.stderr.lower()
        assert "a key with PreventDestroy=true (`catalog help products/kms_key.md`)" in ended.stderr
        assert after["KeyState"] == "Enabled"
        assert f"alias/{environment}/s3-data" in {item["AliasName"] for item in kms.list_aliases()["Aliases"]}
    else:
        assert ended.exit_code == 0, ended.output
        assert after["KeyState"] == "PendingDeletion"
        assert (after["DeletionDate"] - after["CreationDate"]).days in (window - 1, window)


def test_a_role_without_access_gets_the_error_of_aws(published: Run) -> None:
    result = launch(
        published, "mine", "dev", "--as", "arn:aws:iam::123456789012:role/stranger", "--portfolio", "security-dev"
    )
    assert result.exit_code == 1
    assert "ResourceNotFoundException: No launch paths found for resource: prod-" in result.stderr
    assert "request id" in result.stderr
    assert (
        f"launch as a principal of security-dev, by --as or --profile: {DEV_ROLE}, those that match "
        "arn:aws:iam:::role/dev-*." in result.stderr
    )


def test_the_callers_own_identity_without_access_is_told_the_principals(published: Run) -> None:
    result = launch(published, "mine", "dev")
    assert result.exit_code == 1
    assert "Product with name KMS key does not exist or access was denied" in result.stderr
    assert (
        f"launch as a principal of security-dev or security-prod, by --as or --profile: {DEV_ROLE}, " in result.stderr
    )

    described_in_the_repository(published)


def described_in_the_repository(published: Run) -> None:
    """Keys of products and portfolios are known, and what only a product file says."""
    refused = published("describe", "kms_key", "--local")
    assert f"By the repository, these may launch it: {DEV_ROLE}, " in refused.stderr
    named = published("launch", "KMS key", "--local", "--name", "x")
    assert (named.exit_code, "kms_key 2.0.0 cannot be launched with this input" in named.stderr) == (2, True)
    products = json.loads(published("products", "--local", "--as", DEV_ROLE, "--json").stdout)
    assert "kms_key" in {product["key"] for product in products}
    described = published("describe", "kms_key", "--local", "--as", DEV_ROLE, "--portfolio", "security-dev")
    assert described.stdout.startswith("KMS key 2.0.0 \N{EM DASH} A customer managed KMS key")
    assert "KeyAdministrators and KeyUsers must have no member in common." in described.stdout
    other = published("describe", "kms_key", "--local", "--as", DEV_ROLE, "--portfolio", "security-prod")
    assert "has no launch path to KMS key through Security building blocks (prod)" in other.stderr


def test_a_role_of_the_dev_portfolio_cannot_launch_through_prod(published: Run) -> None:
    result = launch(published, "mine", "prod", "--as", DEV_ROLE, "--portfolio", "security-prod")
    assert result.exit_code == 1
    assert "no launch path through portfolio" in result.stderr


def test_a_failed_launch_prints_the_stacks_reason_and_leaves_nothing(
    catalog: Run, repository: Path, client: Callable[..., Any]
) -> None:
    """A second alias of the same name fails after the key and the first alias were created."""
    with (repository / "products" / "kms_key.py").open("a") as file:
        file.write(
            "\nfrom dataclasses import replace\nfrom troposphere import Join as Joined\n"
            "from troposphere.kms import Alias\n"
            "def twice():\n    template = first()\n    name = Joined('', ['alias/', Ref('Alias')])\n"
            "    template.add_resource(Alias('Second', AliasName=name, TargetKeyId=Ref('Key'), DependsOn='KeyAlias',\n"
            "        DeletionPolicy='Delete', UpdateReplacePolicy='Retain'))\n    return template\n"
            "first = PRODUCT.template\nPRODUCT = replace(PRODUCT, template=twice)\n"
        )
    release(repository, afresh=True)
    assert catalog("publish", "--local", "--yes", "--allow", "widen", at=repository).exit_code == 0
    failed = catalog(
        "launch",
        "kms_key",
        "--local",
        "--name",
        "two",
        "--as",
        DEV_ROLE,
        "--params-file",
        "examples/launch-dev.yaml",
        at=repository,
    )
    assert failed.exit_code == 1
    assert "alias/dev/s3-data" in failed.stderr
    assert "[record rec-" in failed.stderr
    kms = client("kms")
    states = [kms.describe_key(KeyId=key["KeyId"])["KeyMetadata"]["KeyState"] for key in kms.list_keys()["Keys"]]
    assert states == ["PendingDeletion"]
    assert "alias/dev/s3-data" not in {alias["AliasName"] for alias in kms.list_aliases()["Aliases"]}
    listed = {row["name"]: row["status"] for row in json.loads(catalog("provisioned", "--local", "--json").stdout)}
    assert listed == {"two": "ERROR"}
    assert catalog("terminate", "two", "--local", "--yes").exit_code == 0


def test_a_taken_alias_is_refused_before_anything_is_created(published: Run, client: Callable[..., Any]) -> None:
    """With PreventDestroy, a stack that fails on its alias could not delete its key."""
    outputs(launch(published, "one", "prod", "--as", PROD_ROLE, "--json"))
    second = launch(published, "two", "prod", "--as", PROD_ROLE)
    assert second.exit_code == 1
    assert "alias/prod/s3-data already exists in account 123456789012" in second.stderr
    assert len(client("kms").list_keys()["Keys"]) == 1
    for options, names in (((), ["one"]), (("--mine",), []), (("--mine", "--as", PROD_ROLE), ["one"])):
        listed = json.loads(published("provisioned", "--local", "--json", *options).stdout)
        assert [row["name"] for row in listed] == names


def test_a_version_that_is_published_with_other_bytes_is_not_launched(published: Run, repository: Path) -> None:
    change(repository)
    release(repository, afresh=True)
    result = published(
        "launch",
        "kms_key",
        "--local",
        "--name",
        "x",
        "--as",
        DEV_ROLE,
        "--params-file",
        "examples/launch-dev.yaml",
        at=repository,
    )
    assert result.exit_code == 2
    assert result.stderr.count("sha256:") == 2


def test_another_owners_product_of_the_same_name_is_ignored(published: Run, repository: Path) -> None:
    edit = repository / "pyproject.toml"
    edit.write_text(edit.read_text().replace('owner = "catalog"', 'owner = "other"'))
    theirs = published("publish", "--local", "--yes", "--allow", "widen", at=repository)
    assert theirs.exit_code == 0, theirs.output
    result = launch(published, "mine", "dev", "--as", DEV_ROLE, "--portfolio", "security-dev")
    assert result.exit_code == 0, result.output


def test_progress_goes_to_stderr_and_outputs_to_stdout(published: Run) -> None:
    result = launch(published, "mine", "dev", "--as", DEV_ROLE)
    assert result.exit_code == 0, result.output
    assert "SUCCEEDED" in result.stderr
    assert "KeyArn = arn:aws:kms:us-east-1:123456789012:key/" in result.stdout
    assert "\x1b" not in result.output


def test_no_wait_returns_with_the_record(published: Run) -> None:
    result = launch(published, "mine", "dev", "--as", DEV_ROLE, "--no-wait", "--json")
    assert result.exit_code == 0
    answer = json.loads(result.stdout)
    assert answer["record"].startswith("rec-")
    assert answer["status"] == "CREATED"


def test_tag_options_take_the_parameters_value_and_can_be_chosen(published: Run, client: Callable[..., Any]) -> None:
    refused = launch(published, "mine", "dev", "--as", DEV_ROLE, "--tag", "Service=blockchain")
    assert refused.exit_code == 2
    assert "tag Service must be one of" in refused.stderr
    outputs(launch(published, "mine", "dev", "--as", DEV_ROLE, "--json", "--tag", "CostCentre=4711"))
    stacks = client("cloudformation").describe_stacks()["Stacks"]
    (tags,) = [
        {tag["Key"]: tag["Value"] for tag in stack["Tags"]} for stack in stacks if stack["StackName"].startswith("SC-")
    ]
    assert (tags["Environment"], tags["Service"], tags["CostCentre"]) == ("dev", "s3", "4711")


def test_provisioned_without_any(catalog: Run) -> None:
    result = catalog("provisioned", "--local")
    assert result.exit_code == 0
    assert "no provisioned products" in result.stdout


@pytest.mark.parametrize(
    "command", [("terminate", "nothing", "--yes"), ("terminate", "pp-nothing"), ("execute", "nothing")]
)
def test_an_unknown_provisioned_product(catalog: Run, command: tuple[str, ...]) -> None:
    result = catalog(*command, "--local")
    assert result.exit_code == 1
    assert f"has no provisioned product {command[1]!r}\n  `catalog provisioned` lists" in result.stderr


@pytest.mark.parametrize("command", [("terminate", "@@", "--yes"), ("execute", "@@")])
def test_what_cannot_name_a_provisioned_product(catalog: Run, command: tuple[str, ...]) -> None:
    result = catalog(*command, "--local")
    assert result.exit_code == 2
    assert "name of a provisioned product must be" in result.stderr


def test_terminate_asks_and_takes_an_id(published: Run) -> None:
    launched = json.loads(launch(published, "mine", "dev", "--as", DEV_ROLE, "--json").stdout)
    result = published("terminate", "mine", "--local")
    assert result.exit_code == 2
    assert "cannot ask: not a terminal. Pass --yes" in result.stderr
    ended = published("terminate", launched["provisioned_product"], "--local", "--yes")
    assert (ended.exit_code, ended.stderr.splitlines()[-1]) == (0, "mine is terminated.")


def test_a_launch_before_publishing(catalog: Run) -> None:
    result = launch(catalog, "mine", "dev", "--as", DEV_ROLE)
    assert result.exit_code == 1
    assert "does not exist or access was denied" in result.stderr
    assert "Publish it first" in result.stderr
