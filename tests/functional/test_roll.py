"""`catalog roll`: 200 provisioned products to a version, in waves, killed on the way, and back again."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from catalog.cli import main
from catalog.sandbox.control import Sandbox
from tests.conftest import CONTENT
from tests.functional.adopting import ALL, TRUST, Call
from tests.functional.conftest import Run
from tests.functional.processes import run_and_kill
from tests.functional.shelves import BASE, FAILING, ROLE, VERSIONS, make_shelves

NUMBER = 200
WAVES = """\
waves:
  - name: canary
    names: ["dev-00?"]
  - name: dev
    names: "dev-*"
"""
VALUES = """\
values:
  - names: "dev-*"
    parameters: {Team: blue}
  - parameters: {Team: red, Name: never-taken}
"""
HANDLE = {"Type": "AWS::CloudFormation::WaitConditionHandle"}
NAME = {"Name": {"Type": "String", "Default": "a"}}
TEAM = {"Team": {"Type": "String", "AllowedValues": ["red", "blue"]}}
TINY = {
    "1.0.0": {"Parameters": NAME, "Resources": {"Old": HANDLE}},
    "1.1.0": {"Parameters": NAME | TEAM, "Resources": {"Old": HANDLE, "New": HANDLE}},
}


@pytest.fixture
def fleet_of(
    catalog: Run, sc: Call, client: Callable[..., Any], tmp_path: Path
) -> Callable[..., tuple[Run, Any, dict[str, str]]]:
    """Launches provisioned products of version 1.0.0 as `ROLE`; returns `catalog roll Shelf`, a client and the ids."""

    def make(names: list[str], versions: Any) -> tuple[Run, Any, dict[str, str]]:
        ids = make_shelves(sc, client, versions)
        user = client("servicecatalog", ROLE)
        (tmp_path / "waves.yaml").write_text(WAVES)
        (tmp_path / "values.yaml").write_text(VALUES)

        def launch(name: str) -> None:
            user.provision_product(
                ProvisionedProductName=name,
                ProductId=ids[""],
                ProvisioningArtifactId=ids["1.0.0"],
                ProvisioningParameters=[{"Key": "Name", "Value": name}],
            )

        with ThreadPoolExecutor(8) as pool:
            list(pool.map(launch, names))

        def roll(*arguments: str, **options: Any) -> Any:
            return catalog("roll", "Shelf", *arguments, "--local", "--as", ROLE, at=tmp_path, **options)

        return roll, user, ids

    return make


def updates(user: Any) -> Counter[str]:
    """How often each provisioned product was updated, by its name."""
    pages = user.get_paginator("list_record_history").paginate(AccessLevelFilter={"Key": "Account", "Value": "self"})
    records = [record for page in pages for record in page["RecordDetails"]]
    return Counter(
        record["ProvisionedProductName"] for record in records if record["RecordType"] == "UPDATE_PROVISIONED_PRODUCT"
    )


@pytest.mark.slow
def test_200_in_three_waves_killed_three_times_are_each_updated_once(
    fleet_of: Any, sandbox: Sandbox, tmp_path: Path
) -> None:
    names = [f"{stage}-{number:03}" for stage in ("dev", "prod") for number in range(NUMBER // 2)]
    roll, user, ids = fleet_of(names, TINY)
    files = ("--wave", "waves.yaml", "--params-file", "values.yaml", "--concurrency", "8")
    options = ("--to", "1.1.0", *(str(tmp_path / word) if word.endswith(".yaml") else word for word in files))
    planned = json.loads(roll(*options, "--dry-run", "--json").stdout)
    assert [(wave["name"], wave["size"]) for wave in planned["waves"]] == [
        ("canary", 10),
        ("dev", 90),
        ("the rest", 100),
    ]
    assert updates(user) == {}
    for after in (7, 60, 70):
        command = ("roll", "Shelf", *options, "--local", "--as", ROLE, "--yes")
        run_and_kill(sandbox, *command, at=tmp_path, after=after)
    done = roll(*options, "--yes", "--json")
    assert done.exit_code == 0, done.output
    assert updates(user) == dict.fromkeys(names, 1)
    document = json.loads(done.stdout)
    wanted = {item["name"]: item["to"] for item in planned["products"] if item["action"] == "update"}
    assert {item["name"]: item["to"] for item in document["products"]} == wanted
    assert {item["action"] for item in document["products"]} <= {"update", "running", "done"}
    current = user.search_provisioned_products(Filters={"SearchQuery": [f"productId:{ids['']}"]}, PageSize=100)
    assert {item["ProvisioningArtifactId"] for item in current["ProvisionedProducts"]} == {ids["1.1.0"]}


def actions(result: Any) -> dict[str, str]:
    assert result.exit_code == 0, result.output
    return {item["name"]: item["action"] for item in json.loads(result.stdout)["products"]}


def test_what_is_left_alone_and_the_way_back(fleet_of: Any, tmp_path: Path, client: Callable[..., Any]) -> None:
    roll, user, _ = fleet_of(["dev-1", "dev-2", "prod-1"], VERSIONS)
    shown = roll("--to", "2.0.0", "--yes")
    assert shown.exit_code == 0, shown.output
    assert "    3  would be replaced or deleted, and left as they are" in shown.stdout
    assert "Books/BucketName replaced: dev-1 (123456789012, us-east-1, 1.0.0)," in shown.stdout
    assert "Nothing to update." in shown.stdout
    shown = roll("--to", "1.1.0", "--dry-run")
    assert "    3  without values that the version needs" in shown.stdout
    assert "Parameters: [Team] must have values: Who pays; for example red: dev-1" in shown.stdout
    values = ("--params-file", str(tmp_path / "values.yaml"))
    asked = roll("--to", "1.1.0", *values)
    assert (asked.exit_code, "--dry-run shows what would happen" in asked.stderr) == (2, True)
    assert actions(roll("--to", "1.1.0", *values, "--canary", "1", "--yes", "--json")) == dict.fromkeys(
        ["dev-1", "dev-2", "prod-1"], "update"
    )
    stack = user.search_provisioned_products(Filters={"SearchQuery": ["name:prod-1"]})["ProvisionedProducts"][0]
    parameters = client("cloudformation").describe_stacks(StackName=stack["PhysicalId"])["Stacks"][0]["Parameters"]
    assert {item["ParameterKey"]: item["ParameterValue"] for item in parameters} == {
        "Name": "prod-1",
        "Secret": "****",
        "Team": "red",
    }
    assert set(actions(roll("--to", "1.1.0", "--yes", "--json")).values()) == {"done"}
    assert set(actions(roll("--to", "1.0.0", "--yes", "--json")).values()) == {"newer"}
    assert set(actions(roll("--to", "1.0.0", "--from", "2.x", "--yes", "--json")).values()) == {"other"}
    back = roll("--back", "1.1.0", "--yes")
    assert back.exit_code == 0, back.output
    assert "WAVE  UPDATED  FAILED  UNFINISHED  NOT STARTED\nall   3 " in back.stdout
    assert set(actions(roll("--back", "1.1.0", "--yes", "--json")).values()) == {"other"}
    assert set(actions(roll("--to", "1.0.0", "--yes", "--json")).values()) == {"done"}


def test_a_roll_stops_at_a_failure_and_goes_on_after_the_cause_is_gone(
    fleet_of: Any, client: Callable[..., Any]
) -> None:
    roll, user, _ = fleet_of(["a", "b", "c"], {"1.0.0": BASE, "1.2.0": FAILING})
    failed = roll("--to", "1.2.0", "--yes", "--concurrency", "1")
    assert failed.exit_code == 1
    assert "a (123456789012, us-east-1): failed: Wrong (AWS::S3::Bucket): CREATE_FAILED: " in failed.stdout
    assert "[record rec-" in failed.stdout
    assert "1 failed, 2 not started" in failed.stderr
    tolerant = roll("--to", "1.2.0", "--yes", "--concurrency", "1", "--max-failures", "1", "--json")
    outcomes = Counter(item["outcome"] for item in json.loads(tolerant.stdout)["products"])
    assert outcomes == {"failed": 2, "not started": 1}
    client("s3").delete_object(Bucket="shelves", Key="1.0.0.json")
    client("s3").delete_object(Bucket="shelves", Key="1.2.0.json")
    client("s3").delete_bucket(Bucket="shelves")
    only_one_bucket = roll("--to", "1.2.0", "--yes", "--concurrency", "1", "--json")
    outcomes = Counter(item["outcome"] for item in json.loads(only_one_bucket.stdout)["products"])
    assert outcomes == {"updated": 1, "failed": 1, "not started": 1}
    assert user.describe_provisioned_product(Name="a")["ProvisionedProductDetail"]["Status"] == "AVAILABLE"


def test_accounts_targets_and_an_organization(
    fleet_of: Any, catalog: Run, tmp_path: Path, client: Any, account: Callable[..., Any], sc: Call
) -> None:
    """Three accounts: the hub, one that the portfolio is shared with, and one without access to it."""
    _, _, ids = fleet_of(["a"], TINY)
    (tmp_path / "pyproject.toml").write_text(
        '[tool.catalog]\nowner = "library"\n'
        '[tool.catalog.targets.own]\naccount = "123456789012"\nregions = ["us-east-1"]\n'
    )
    organizations = client("organizations")
    organizations.create_organization()
    shared, _ = (
        organizations.create_account(AccountName=name, Email=f"{name}@example.com")["CreateAccountStatus"]["AccountId"]
        for name in ("shared", "other")
    )
    launch_shared(sc, lambda service: account(shared, service), shared, ids)

    def roll(*arguments: str) -> Any:
        return catalog("roll", "Shelf", "--to", "1.1.0", *arguments, "--local", at=tmp_path)

    for where, number in (
        (("--account", "123456789012"), 1),
        (("--in", "own"), 1),
        (("--organization",), 2),
        (("--account", shared, "--account", "123456789012"), 2),
    ):
        shown = roll(*where, "--as", "reader", "--dry-run")
        assert shown.exit_code == 0, shown.output
        assert f"    {number}  without values that the version needs" in shown.stdout
    (tmp_path / "team.yaml").write_text("Team: red\n")
    everybody = ("--organization", "--as", "reader", "--params-file", str(tmp_path / "team.yaml"), "--yes")
    done = roll(*everybody, "--canary", "1")
    assert done.exit_code == 0, done.output
    assert "2 provisioned products of Shelf in 2 accounts and Regions, to 1.1.0:" in done.stdout
    assert "1 account without access to it: other" in done.stdout
    assert [line.split()[:3] for line in done.stdout.splitlines()[-2:]] == [["canary", "1", "-"], ["the", "rest", "1"]]
    theirs = account(shared).search_provisioned_products()["ProvisionedProducts"]
    assert [item["ProvisioningArtifactId"] for item in theirs] == [ids["1.1.0"]]
    alone = roll("--account", "210987654321", "--as", "reader")
    assert (alone.exit_code, "could not be read" in alone.stderr) == (1, True)


def launch_shared(sc: Call, of_account: Callable[[str], Any], account: str, ids: dict[str, str]) -> None:
    """Share the portfolio with an account, in which its role launches the product."""
    (portfolio,) = [item["Id"] for item in sc("list-portfolios")["PortfolioDetails"]]
    sc("create-portfolio-share", PortfolioId=portfolio, AccountId=account)
    iam, catalog = of_account("iam"), of_account("servicecatalog")
    for name in ("shelf-launch", "reader"):
        iam.create_role(RoleName=name, AssumeRolePolicyDocument=json.dumps(TRUST))
    iam.put_role_policy(RoleName="shelf-launch", PolicyName="all", PolicyDocument=json.dumps(ALL))
    catalog.accept_portfolio_share(PortfolioId=portfolio)
    for name in ("reader", "test"):  # the clients of the test are of the role `test`
        arn = f"arn:aws:iam::{account}:role/{name}"
        catalog.associate_principal_with_portfolio(PortfolioId=portfolio, PrincipalARN=arn, PrincipalType="IAM")
    catalog.provision_product(ProvisionedProductName="theirs", ProductId=ids[""], ProvisioningArtifactId=ids["1.0.0"])


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ((), "Give either --to or --back."),
        (("--to", "1.0.0", "--back", "1.0.0"), "Give either --to or --back."),
        (("--to", "1.0.0", "--account", "1", "--as", "r"), "--account must be an account's id, 12 digits, got '1'"),
        (("--to", "1.0.0", "--organization"), "need --as"),
        (("--to", "1.0.0", "--as", "reader"), "--as must be the ARN of a role, got 'reader'"),
        (("--to", "1.0.0", "--in", "a", "--account", "123456789012"), "exclude each other"),
        (("--to", "1.0.0", "--canary", "1", "--wave", "waves.yaml"), "exclude each other"),
        (("--to", "1.0.0", "--wave", "empty.yaml"), "must have a list `waves`"),
        (("--to", "1.0.0", "--wave", "wrong.yaml"), "wrong.yaml:2: unknown member 'name_s'"),
        (("--to", "1.0.0", "--params-file", "list.yaml"), "must be a mapping"),
    ],
)
def test_wrong_input_ends_before_any_call(
    arguments: tuple[str, ...], message: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    files = {
        "empty.yaml": "a: b\n",
        "wrong.yaml": "waves:\n  - {name: a, name_s: b}\n",
        "list.yaml": "[a]\n",
        "waves.yaml": WAVES,
    }
    for name, text in files.items():
        (tmp_path / name).write_text(text)
    monkeypatch.chdir(tmp_path)
    result = CliRunner().invoke(main, ["roll", "Shelf", *arguments])
    assert (result.exit_code, message in result.stderr) == (2, True), result.output


def test_who_has_no_access_is_told_who_has_it_and_an_unknown_version_first(catalog: Run) -> None:
    refused = catalog("roll", "kms_key", "--to", "1.0.0", "--local", at=CONTENT)
    assert refused.exit_code == 1
    assert "the caller has no access to a product 'KMS key'" in refused.stderr
    assert "By the repository, these may launch it: arn:aws:iam::123456789012:role/" in refused.stderr
    for option in ("--to", "--back"):
        unknown = catalog("roll", "kms_key", option, "9.9.9", "--local", at=CONTENT)
        assert (unknown.exit_code, "kms_key has no version '9.9.9'; its releases are 1.0.0" in unknown.stderr) == (
            2,
            True,
        )
    assert catalog("roll", "kms_key", "--to", "9.9.9-dev.1", "--local", at=CONTENT).exit_code == 1
