"""`--to`: plan, publish and bootstrap over targets of several accounts and Regions, over HTTP."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import boto3
import pytest

from catalog.content.yaml_files import read_parameters
from catalog.sandbox.control import FAULTS_PATH, Sandbox
from tests.functional.conftest import Run
from tests.functional.sharing import ask
from tests.releasing import change, release

HUB, DEV, OWN = "111122223333", "444455556666", "123456789012"
TARGETS = f"""
[tool.catalog.targets.hub]
account = "{HUB}"
regions = ["eu-west-1", "us-east-1"]
role = "arn:aws:iam::{HUB}:role/catalog-publisher"
portfolios = ["security-prod"]

[tool.catalog.targets.dev]
account = "{DEV}"
regions = ["us-east-1"]
"""
LABELS = ["hub/eu-west-1", "hub/us-east-1", "dev/us-east-1"]
MUTATING = ("Create", "Update", "Delete", "Associate", "Disassociate", "Put", "Upload")
PUBLISH = ("publish", "--local", "--yes", "--allow", "widen", "--to", "all")


@pytest.fixture
def fleet(repository: Path) -> Path:
    """The repository with three targets."""
    declare(repository, TARGETS)
    return repository


def declare(repository: Path, text: str) -> None:
    with (repository / "pyproject.toml").open("a") as file:
        file.write(text)


@pytest.fixture
def account(sandbox: Sandbox) -> Callable[..., Any]:
    """boto3 clients in an account of the sandbox."""

    def make(account: str, service: str = "servicecatalog", region: str = "us-east-1", role: str = "test") -> Any:
        environment = sandbox.environment()
        keys = (environment["AWS_ACCESS_KEY_ID"], environment["AWS_SECRET_ACCESS_KEY"])
        common = {"region_name": region, "endpoint_url": sandbox.url}
        sts = boto3.client("sts", aws_access_key_id=keys[0], aws_secret_access_key=keys[1], **common)
        got = sts.assume_role(RoleArn=f"arn:aws:iam::{account}:role/{role}", RoleSessionName="test")["Credentials"]
        return boto3.client(
            service,
            aws_access_key_id=got["AccessKeyId"],
            aws_secret_access_key=got["SecretAccessKey"],
            aws_session_token=got["SessionToken"],
            **common,
        )

    return make


def operations(stderr: str) -> dict[str, list[str]]:
    """Label → operations, of -v's lines."""
    found: dict[str, list[str]] = {}
    for label, operation in re.findall(r"^(\S+): call \w+:(\w+)$", stderr, flags=re.MULTILINE):
        found.setdefault(label, []).append(operation)
    return found


def outcomes(result: Any) -> dict[str, tuple[str, ...]]:
    """Label → (account, changes, outcome, error), of the table."""
    text = result.stdout[result.stdout.index("TARGET ") :]
    rows = [re.split(r"\s{2,}", line.strip()) for line in text.splitlines()[1:]]
    return {f"{row[0]}/{row[1]}": tuple(row[2:]) for row in rows}


def test_all_targets_are_published_and_then_unchanged(catalog: Run, fleet: Path, account: Callable[..., Any]) -> None:
    with (fleet / "products" / "kms_key.py").open("a") as file:
        file.write("\nfrom pathlib import Path\n")
        file.write("with (Path(__file__).parent / 'imports').open('a') as file:\n    file.write('once ')\n")
    first = catalog(*PUBLISH, at=fleet)
    assert first.exit_code == 0, first.output
    assert (fleet / "products" / "imports").read_text() == "once "
    assert first.stderr.count("checking 1 template …") == 1
    assert [line.removeprefix("Target ") for line in first.stdout.splitlines() if line.startswith("Target ")] == LABELS
    assert {label: row[2] for label, row in outcomes(first).items()} == dict.fromkeys(LABELS, "published")

    def portfolios(*where: str) -> list[str]:
        listed = account(where[0], region=where[1]).list_portfolios()["PortfolioDetails"]
        return sorted(one["DisplayName"] for one in listed)

    prod, dev = "Security building blocks (prod)", "Security building blocks (dev)"
    assert portfolios(HUB, "eu-west-1") == portfolios(HUB, "us-east-1") == [prod]
    assert portfolios(DEV, "us-east-1") == [dev, prod]
    assert portfolios(DEV, "eu-west-1") == portfolios(OWN, "us-east-1") == []
    principals = account(DEV).list_principals_for_portfolio(
        PortfolioId=next(one["Id"] for one in account(DEV).list_portfolios()["PortfolioDetails"] if dev in str(one))
    )["Principals"]
    assert f"arn:aws:iam::{DEV}:role/dev-terraform-role" in [one["PrincipalARN"] for one in principals]

    second = catalog("-v", *PUBLISH, at=fleet)
    assert {label: row[1:] for label, row in outcomes(second).items()} == dict.fromkeys(LABELS, ("0", "unchanged"))
    calls = operations(second.stderr)
    assert set(calls) == set(LABELS)
    assert all(made[:2] == ["AssumeRole", "GetCallerIdentity"] for made in calls.values())
    assert not [call for made in calls.values() for call in made if call.startswith(MUTATING)]
    assert catalog("plan", "--local", "--to", "all", "--detailed-exitcode", at=fleet).exit_code == 0


def test_a_target_that_fails_stops_no_other_and_the_summary_and_exit_code_say_so(
    catalog: Run, fleet: Path, account: Callable[..., Any]
) -> None:
    """The second Region's account lacks a role that a constraint names; the run is repeated when it is there."""
    file = fleet / "portfolios" / "security-dev.yaml"
    role = "local_role_name: catalog-launch-kms-key"
    file.write_text(file.read_text().replace(role, "role_arn: arn:aws:iam::${AWS::AccountId}:role/late"))
    declare(fleet, f'[tool.catalog.targets.own]\naccount = "{OWN}"\nregions = ["us-east-1"]\n')
    account(OWN, "iam").create_role(RoleName="late", AssumeRolePolicyDocument="{}")

    stopped = catalog(*PUBLISH, at=fleet)
    assert stopped.exit_code == 1
    assert "error: 1 of 4 targets failed: dev/us-east-1" in stopped.stderr
    assert re.search(r"^dev/us-east-1: error: portfolio/security-dev/product/kms_key/constraint/launch: CreateConstraint", stopped.stderr, re.M)  # fmt: skip  # noqa: E501
    rows = outcomes(stopped)
    assert {label: row[2] for label, row in rows.items()} == {
        "hub/eu-west-1": "published",
        "hub/us-east-1": "published",
        "dev/us-east-1": "failed",
        "own/us-east-1": "published",
    }
    assert re.search(
        r"CreateConstraint: \w+Exception: .*\[request id \S+\] \(change \d+ of \d+;", rows["dev/us-east-1"][3]
    )

    again = catalog(*PUBLISH, "--json", at=fleet)
    assert again.exit_code == 1
    data = json.loads(again.stdout)
    assert data["format"] == 1
    assert [one["outcome"] for one in data["targets"]] == ["unchanged", "unchanged", "failed", "unchanged"]
    failed = data["targets"][2]
    assert (failed["target"], failed["account"], failed["region"]) == ("dev", DEV, "us-east-1")
    assert failed["plan"]["account"] == DEV
    assert failed["error"]["operation"] == "CreateConstraint"
    assert failed["error"]["code"].endswith("Exception")
    assert failed["error"]["request_id"] in failed["error"]["message"]

    account(DEV, "iam").create_role(RoleName="late", AssumeRolePolicyDocument="{}")
    assert catalog(*PUBLISH, at=fleet).exit_code == 0
    assert catalog("plan", "--local", "--to", "all", "--detailed-exitcode", at=fleet).exit_code == 0


def test_a_plan_that_fails_is_shown_in_its_place(catalog: Run, fleet: Path, account: Callable[..., Any]) -> None:
    body = json.dumps({"Resources": {"Topic": {"Type": "AWS::SNS::Topic"}}})
    account(HUB, "cloudformation", "eu-west-1").create_stack(StackName="catalog-templates", TemplateBody=body)
    planned = catalog("plan", "--local", "--to", "all", "--detailed-exitcode", at=fleet)
    assert planned.exit_code == 1  # a failure counts for more than changes
    sections = planned.stdout.split("Target ")[1:]
    assert sections[0].startswith("hub/eu-west-1\nerror: stack catalog-templates exists and is not ours")
    assert "hub/us-east-1\nAccount 111122223333, Region us-east-1\n" in sections[1]
    # the first Region's plan failed, so that the second one is to make the account's roles
    assert "stack/catalog-launch-roles" in sections[1]
    rows = outcomes(planned)
    assert rows["hub/eu-west-1"][:3] == (HUB, "-", "failed")
    assert rows["dev/us-east-1"] == (DEV, "60", "changes pending")

    data = json.loads(catalog("plan", "--local", "--to", "hub", "--to", "dev", "--json", at=fleet).stdout)
    assert [("plan" in one, "error" in one) for one in data["targets"]] == [(False, True), (True, False), (True, False)]
    only = catalog("plan", "--local", "--to", "dev", "--to", "hub/us-east-1", "--detailed-exitcode", at=fleet)
    assert only.exit_code == 4
    assert list(outcomes(only)) == ["hub/us-east-1", "dev/us-east-1"]


def test_status_and_prune_run_over_targets(catalog: Run, fleet: Path, account: Callable[..., Any]) -> None:
    assert catalog(*PUBLISH, at=fleet).exit_code == 0
    clean = catalog("status", "--local", "--verify", "--to", "all", at=fleet)
    assert clean.exit_code == 0, clean.output
    assert {label: row[1:] for label, row in outcomes(clean).items()} == dict.fromkeys(LABELS, ("0", "as declared"))
    assert re.search(
        r"Target hub/us-east-1\nAccount 111122223333, Region us-east-1\n(.*\n)*?No drift\.\n", clean.stdout
    )
    unwilling = catalog("status", "--local", "--to", "all", "--refresh-principals", at=fleet)
    assert unwilling.exit_code == 2
    assert "cannot ask: not a terminal. Pass --yes" in unwilling.stderr
    assert unwilling.stderr.count("AssociatePrincipalWithPortfolio") >= 3
    refreshed = catalog("-v", "status", "--local", "--to", "all", "--refresh-principals", "--yes", at=fleet)
    assert refreshed.exit_code == 0, refreshed.output
    made = operations(refreshed.stderr)
    assert all("AssociatePrincipalWithPortfolio" in made[label] for label in LABELS)
    assert "Refreshed " in refreshed.stderr

    declare(fleet, 'portfolios = ["security-dev"]\n')  # of target dev, which no longer gets the other portfolio
    drifted = catalog("status", "--local", "--to", "all", "--json", at=fleet)
    assert drifted.exit_code == 4, drifted.output
    data = json.loads(drifted.stdout)["targets"]
    assert [one["outcome"] for one in data] == ["as declared", "as declared", "drift"]
    assert [(one["kind"], one["address"]) for one in data[2]["status"]["drift"]] == [
        ("unmanaged", "portfolio/security-prod")
    ]

    assert catalog("prune", "--local", "--to", "all", at=fleet).exit_code == 2  # nobody to ask
    assert len(account(DEV).list_portfolios()["PortfolioDetails"]) == 2
    pruned = catalog("prune", "--local", "--yes", "--to", "all", at=fleet)
    assert pruned.exit_code == 0, pruned.output
    assert [row[2] for row in outcomes(pruned).values()] == ["unchanged", "unchanged", "pruned"]
    (left,) = account(DEV).list_portfolios()["PortfolioDetails"]
    assert left["DisplayName"] == "Security building blocks (dev)"
    assert catalog("status", "--local", "--to", "all", at=fleet).exit_code == 0


def test_prune_keeps_a_product_that_other_targets_have(catalog: Run, fleet: Path, account: Callable[..., Any]) -> None:
    assert catalog(*PUBLISH, at=fleet).exit_code == 0
    (fleet / "portfolios" / "empty.yaml").write_text(
        "display_name: Empty\nprovider: Me\nimported_products: [{import: theirs, name: Topic}]\n"
    )
    (fleet / "imports").mkdir()
    (fleet / "imports" / "theirs.yaml").write_text("account: '210987654321'\nportfolio_id: port-theirs\n")
    declare(fleet, 'portfolios = ["empty"]\n')
    told = json.loads(catalog("status", "--local", "--json", "--to", "dev", at=fleet).stdout)["targets"][0]
    words = {one["address"]: one["details"] for one in told["status"]["drift"]}
    kept = "not declared; `catalog prune` keeps it: the repository declares it, though not for this target"
    assert words["product/kms_key"] == [kept]
    assert words["portfolio/security-dev"] == ["not declared; `catalog prune` deletes it"]
    assert kept.partition("; ")[2] in catalog("plan", "--local", "--to", "dev", at=fleet).stdout
    pruned = catalog("prune", "--local", "--yes", "--json", "--to", "dev", at=fleet)
    assert pruned.exit_code == 0, pruned.output
    (one,) = json.loads(pruned.stdout)["targets"]
    assert one["kept"] == [
        {"address": "product/kms_key", "reason": "the repository declares it, though not for this target"}
    ]
    assert account(DEV).list_portfolios()["PortfolioDetails"] == []
    assert len(account(DEV).search_products_as_admin()["ProductViewDetails"]) == 1


def test_what_all_targets_are_told_is_said_once(catalog: Run, fleet: Path) -> None:
    change(fleet, version="1.1.0")
    notice = "product/kms_key: version 1.1.0 of products/kms_key.py"
    for command in ("plan", "status"):
        shown = catalog(command, "--local", "--to", "all", at=fleet).stdout
        assert shown.startswith("All targets\n  note: ")
        assert shown.count(notice) == 1, shown
        assert catalog(command, "--local", "--to", "dev", at=fleet).stdout.count(notice) == 1
        data = json.loads(catalog(command, "--local", "--to", "all", "--json", at=fleet).stdout)["targets"]
        assert all(notice in str(one) for one in data)


def test_usage_and_retention_ask_all_targets(
    catalog: Run, fleet: Path, account: Callable[..., Any], sandbox: Sandbox
) -> None:
    with (fleet / "products" / "kms_key.py").open("a") as file:
        file.write("\nfrom dataclasses import replace\nfrom catalog.model.definition import Retention\n")
        file.write("PRODUCT = replace(PRODUCT, retention=Retention(keep=1))\n")
    assert catalog(*PUBLISH, at=fleet).exit_code == 0
    launch(account(DEV, role="dev-terraform-role"), fleet)

    asked = catalog("usage", "--all", "--local", "--to", "all", "--json", at=fleet)
    assert asked.exit_code == 0, asked.output
    data = json.loads(asked.stdout)["targets"]
    assert [one["outcome"] for one in data] == ["asked"] * 3
    assert [one["usage"]["products"][0]["versions"][0]["provisioned"] for one in data] == [0, 0, 1]
    (row,) = csv.DictReader(
        io.StringIO(catalog("usage", "kms_key", "--local", "--to", "all", "--csv", at=fleet).stdout)
    )
    assert (row["account"], row["region"], row["version"]) == (DEV, "us-east-1", "1.0.0")
    text = catalog("usage", "kms_key", "--local", "--to", "all", at=fleet).stdout
    assert text.count("kms_key (default 1.0.0): ") == 3

    change(fleet, version="1.1.0")
    release(fleet)
    assert catalog("deprecate", "kms_key", "1.0.0", at=fleet).exit_code == 0
    stays = catalog("retention", "--local", "--to", "all", at=fleet)
    assert f"1.0.0  stays: deprecated, but still in use: 1 in account {DEV}, Region us-east-1" in stays.stdout
    (unused,) = [
        one for one in catalog("retention", "--local", "--to", "hub", at=fleet).stdout.splitlines() if "1.0.0" in one
    ]
    assert unused.startswith("  1.0.0  retire: deprecated, and no provisioned product is on it in account 111122223333")

    (fleet / "usage.json").write_text(asked.stdout)  # the same by a file
    told = catalog("retention", "--offline", "--usage", str(fleet / "usage.json"), at=fleet).stdout
    assert "still in use: 1 in account" in told
    # A target that fails cannot say: nothing is retired, and the exit code tells.
    fault = {"kind": "error", "operations": ["SearchProvisionedProducts"], "code": "AccessDeniedException", "calls": 1}
    ask(sandbox, "POST", FAULTS_PATH, fault | {"message": "no"})
    silent = catalog("retention", "--local", "--to", "hub", "--apply", at=fleet)
    assert silent.exit_code == 1
    assert "whether it is in use is not known: kms_key is not published in account 111122223333" in silent.stdout
    assert "1 of 2 targets failed" in silent.stderr
    ask(sandbox, "POST", FAULTS_PATH, fault | {"message": "no"})
    failed = catalog("usage", "--all", "--local", "--to", "hub", "--json", at=fleet)
    assert failed.exit_code == 1
    assert sorted(one["outcome"] for one in json.loads(failed.stdout)["targets"]) == ["asked", "failed"]
    (fleet / "usage.json").write_text(failed.stdout)
    assert "is not known" in catalog("retention", "--offline", "--usage", str(fleet / "usage.json"), at=fleet).stdout
    assert catalog("retention", "--offline", "--to", "all", at=fleet).exit_code == 2


def launch(person: Any, fleet: Path) -> None:
    """A key of the dev portfolio, by somebody of the account."""
    (view,) = person.search_products()["ProductViewSummaries"]
    described = person.describe_product(Id=view["ProductId"])
    (path,) = person.list_launch_paths(ProductId=view["ProductId"])["LaunchPathSummaries"]
    values = read_parameters(fleet / "examples" / "launch-dev.yaml", "launch-dev.yaml")
    person.provision_product(
        ProductId=view["ProductId"],
        ProvisioningArtifactId=described["ProvisioningArtifacts"][0]["Id"],
        PathId=path["Id"],
        ProvisionedProductName="mine",
        ProvisioningParameters=[{"Key": key, "Value": value} for key, value in values.items()],
        Tags=[{"Key": key, "Value": values[key]} for key in ("Environment", "DataCategory", "Service")],
    )


def test_roles_belong_to_the_first_region_of_an_account_though_they_run_side_by_side(
    catalog: Run, fleet: Path, account: Callable[..., Any]
) -> None:
    shown = catalog("bootstrap", "--local", "--to", "all", "--dry-run", "--json", at=fleet)
    stacks = {
        f"{one['target']}/{one['region']}": [change["address"] for change in one["plan"]["changes"]]
        for one in json.loads(shown.stdout)["targets"]
    }
    both = ["stack/catalog-templates", "stack/catalog-launch-roles"]
    assert stacks == {"hub/eu-west-1": both, "hub/us-east-1": both[:1], "dev/us-east-1": both}
    assert "made in this run, in another Region" in shown.stdout
    done = catalog("bootstrap", "--local", "--to", "all", "--yes", "--allow", "widen", at=fleet)
    assert done.exit_code == 0, done.output
    assert {row[2] for row in outcomes(done).values()} == {"ready"}
    assert account(HUB, "iam").get_role(RoleName="catalog-launch-kms-key")
    again = catalog("bootstrap", "--local", "--to", "all", "--yes", at=fleet)
    assert {row[2] for row in outcomes(again).values()} == {"unchanged"}


def test_credentials_of_another_account_are_refused_before_any_other_call(
    catalog: Run, fleet: Path, sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without --local, as at AWS: the environment's keys are the sandbox's own account's."""
    declare(fleet, f'[tool.catalog.targets.own]\naccount = "{OWN}"\nregions = ["us-east-1"]\n')
    for name, value in sandbox.environment().items():
        monkeypatch.setenv(name, value)
    planned = catalog("-v", "plan", "--to", "all", at=fleet)
    assert planned.exit_code == 1
    rows = outcomes(planned)
    assert rows["dev/us-east-1"][1:3] == ("-", "failed")
    assert f"the credentials are of account {OWN} (arn:aws:" in rows["dev/us-east-1"][3]
    assert [rows[label][2] for label in ("hub/eu-west-1", "hub/us-east-1", "own/us-east-1")] == ["changes pending"] * 3
    calls = operations(planned.stderr)
    assert calls["dev/us-east-1"] == ["GetCallerIdentity"]
    assert calls["hub/us-east-1"][:2] == ["AssumeRole", "GetCallerIdentity"]
    assert calls["own/us-east-1"][0] == "GetCallerIdentity"


def test_a_profile_gives_a_target_its_own_credentials(
    catalog: Run,
    fleet: Path,
    sandbox: Sandbox,
    account: Callable[..., Any],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    account(DEV, "iam").create_user(UserName="publisher")
    key = account(DEV, "iam").create_access_key(UserName="publisher")["AccessKey"]
    credentials = tmp_path / "credentials"
    credentials.write_text(
        f"[dev]\naws_access_key_id = {key['AccessKeyId']}\naws_secret_access_key = {key['SecretAccessKey']}\n"
    )
    project = fleet / "pyproject.toml"
    project.write_text(project.read_text().replace(f'account = "{DEV}"', f'account = "{DEV}"\nprofile = "dev"'))
    for name, value in sandbox.environment().items():
        monkeypatch.setenv(name, value)
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.delenv(name)
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(credentials))
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "config"))
    planned = catalog("plan", "--to", "all", at=fleet)
    rows = outcomes(planned)
    assert rows["dev/us-east-1"] == (DEV, "60", "changes pending")
    assert "no AWS credentials" in rows["hub/us-east-1"][3]  # the others have no profile, and there are no other keys
    assert outcomes(catalog("plan", "--to", "all", "--profile", "dev", at=fleet))["hub/eu-west-1"][1] == "38"


def test_one_question_for_all_plans(catalog: Run, fleet: Path, account: Callable[..., Any]) -> None:
    unwilling = catalog("publish", "--local", "--yes", "--to", "all", at=fleet)
    assert unwilling.exit_code == 2
    assert re.search(r"error: 17 of 135 changes are not allowed without asking", unwilling.stderr)
    assert "hub/eu-west-1: CreateStack stack/catalog-launch-roles: widens" in unwilling.stderr
    assert "dev/us-east-1: CreateStack stack/catalog-launch-roles: widens" in unwilling.stderr
    silent = catalog("publish", "--local", "--to", "all", "--json", at=fleet)
    assert silent.exit_code == 2
    assert "cannot ask: not a terminal. Pass --yes" in silent.stderr
    assert [one["outcome"] for one in json.loads(silent.stdout)["targets"]] == ["changes pending"] * 3
    assert account(DEV).list_portfolios()["PortfolioDetails"] == []


def test_bad_content_ends_before_any_call(catalog: Run, fleet: Path) -> None:
    (fleet / "products" / "kms_key.py").write_text("PRODUCT = \n")
    result = catalog("-v", *PUBLISH, at=fleet)
    assert result.exit_code == 2
    assert "products/kms_key.py:1: syntax error" in result.stderr
    assert operations(result.stderr) == {}


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (("--to", "prod"), "unknown target 'prod'; allowed are all, hub, hub/eu-west-1, hub/us-east-1, dev"),
        (("--to", "dev", "--region", "eu-west-1"), "--region does not apply with --to: select one Region"),
        (("--to", "dev", "--local", "--profile", "x"), "--profile does not apply with --local"),
    ],
)
@pytest.mark.parametrize("command", ["plan", "publish", "bootstrap", "status", "prune", "usage", "retention"])
def test_options_that_do_not_fit_are_refused(
    catalog: Run, fleet: Path, command: str, options: tuple[str, ...], said: str
) -> None:
    result = catalog(command, *options, at=fleet)
    assert result.exit_code == 2
    assert said in result.stderr


def test_without_declared_targets_to_says_how_to_declare_them(catalog: Run) -> None:
    result = catalog("plan", "--local", "--to", "all")
    assert result.exit_code == 2
    assert "[tool.catalog.targets.NAME]" in result.stderr
