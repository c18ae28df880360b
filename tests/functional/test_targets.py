"""`--to`: plan, publish and bootstrap over targets of several accounts and Regions, over HTTP."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from catalog.sandbox.control import FAULTS_PATH, Sandbox
from tests.functional.conftest import Run
from tests.functional.fleet import DEV, HUB, LABELS, MUTATING, OWN, PUBLISH, declare, operations, outcomes
from tests.functional.sharing import ask
from tests.releasing import change


def test_all_targets_are_published_and_then_unchanged(catalog: Run, fleet: Path, account: Callable[..., Any]) -> None:
    with (fleet / "products" / "kms_key.py").open("a") as file:
        file.write("\nprint('imported once')\n")
    first = catalog(*PUBLISH, at=fleet)
    assert first.exit_code == 0, first.output
    assert first.stderr.count("imported once") == 1
    assert first.stderr.count("Checked 1 product and ") == 1
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

    second = catalog("-vv", *PUBLISH, at=fleet)
    assert {label: row[1:] for label, row in outcomes(second).items()} == dict.fromkeys(LABELS, ("0", "unchanged"))
    calls = operations(second.stderr)
    assert set(calls) == set(LABELS)
    assert all(made[:2] == ["AssumeRole", "GetCallerIdentity"] for made in calls.values())
    assert not [call for made in calls.values() for call in made if call.startswith(MUTATING)]
    assert catalog("plan", "--local", "--to", "all", "--detailed-exitcode", at=fleet).exit_code == 0


def test_a_failed_target_does_not_stop_others_and_sets_the_exit_code(
    catalog: Run, fleet: Path, account: Callable[..., Any]
) -> None:
    """An account has no room for another value of a TagOption; the run is repeated once it has."""
    declare(fleet, f'[tool.catalog.targets.own]\naccount = "{OWN}"\nregions = ["us-east-1"]\n')
    dev = account(DEV)
    values = [dev.create_tag_option(Key="Environment", Value=f"v{number}")["TagOptionDetail"] for number in range(25)]

    stopped = catalog(*PUBLISH, at=fleet)
    assert stopped.exit_code == 1
    assert "error: 1 of 4 targets failed: dev/us-east-1" in stopped.stderr
    assert re.search(
        r"^dev/us-east-1: error: \d changes failed. \S*Environment\S*: CreateTagOption", stopped.stderr, re.M
    )
    rows = outcomes(stopped)
    assert {label: row[2] for label, row in rows.items()} == {
        "hub/eu-west-1": "published",
        "hub/us-east-1": "published",
        "dev/us-east-1": "failed",
        "own/us-east-1": "published",
    }
    assert re.search(r"CreateTagOption: \w+Exception: .*\[request id \S+\]$", rows["dev/us-east-1"][3])

    again = catalog(*PUBLISH, "--json", at=fleet)
    assert again.exit_code == 1
    data = json.loads(again.stdout)
    assert data["format"] == 1
    assert [one["outcome"] for one in data["targets"]] == ["unchanged", "unchanged", "failed", "unchanged"]
    failed = data["targets"][2]
    assert (failed["target"], failed["account"], failed["region"]) == ("dev", DEV, "us-east-1")
    assert failed["plan"]["account"] == DEV
    assert failed["error"]["operation"] == "CreateTagOption"
    assert failed["error"]["code"].endswith("Exception")
    assert failed["error"]["request_id"] in failed["error"]["message"]

    for value in values:
        dev.delete_tag_option(Id=value["Id"])
    assert catalog(*PUBLISH, at=fleet).exit_code == 0
    assert catalog("plan", "--local", "--to", "all", "--detailed-exitcode", at=fleet).exit_code == 0


def test_a_plan_that_fails_is_shown_in_its_place(catalog: Run, fleet: Path, account: Callable[..., Any]) -> None:
    body = json.dumps({"Resources": {"Topic": {"Type": "AWS::SNS::Topic"}}})
    account(HUB, "cloudformation", "eu-west-1").create_stack(StackName="catalog-templates", TemplateBody=body)
    planned = catalog("plan", "--local", "--to", "all", "--detailed-exitcode", at=fleet)
    assert planned.exit_code == 1  # a failure counts for more than changes
    sections = planned.stdout.split("Target ")[1:]
    assert sections[0].startswith("hub/eu-west-1\nerror: stack catalog-templates exists and is not ours")
    assert "hub/us-east-1\nAccount 111122223333, Region us-east-1 (sandbox)\n" in sections[1]
    # the plan of the first Region failed, so the second one creates the account's roles
    assert "+ launch role              catalog-launch-kms-key" in sections[1]
    rows = outcomes(planned)
    assert rows["hub/eu-west-1"][:3] == (HUB, "-", "failed")
    assert rows["dev/us-east-1"] == (DEV, "60", "changes pending")

    data = json.loads(catalog("plan", "--local", "--to", "hub", "--to", "dev", "--json", at=fleet).stdout)
    assert [("plan" in one, "error" in one) for one in data["targets"]] == [(False, True), (True, False), (True, False)]
    only = catalog("plan", "--local", "--to", "dev", "--to", "hub/us-east-1", "--detailed-exitcode", at=fleet)
    assert only.exit_code == 4
    assert list(outcomes(only)) == ["hub/us-east-1", "dev/us-east-1"]


def test_one_target_has_no_heading_and_no_table(catalog: Run, fleet: Path) -> None:
    one = ("--local", "--to", "dev")
    assert catalog("publish", *one, "--yes", "--allow", "widen", at=fleet).exit_code == 0
    for command in ("plan", "bootstrap --dry-run", "status", "prune", "usage kms_key"):
        shown = catalog(*command.split(), *one, at=fleet)
        assert shown.exit_code == 0, shown.output
        assert "Target dev" not in shown.output
        assert "TARGET " not in shown.output
        (target,) = json.loads(catalog(*command.split(), *one, "--json", at=fleet).stdout)["targets"]
        assert target["target"] == "dev"


def test_the_error_of_one_target_is_reported_like_that_of_several(catalog: Run, fleet: Path, sandbox: Sandbox) -> None:
    fault = {"kind": "error", "operations": ["ListPortfolios"], "code": "AccessDeniedException", "message": "no"}
    ask(sandbox, "POST", FAULTS_PATH, fault | {"calls": 3})
    for json_option in ((), ("--json",)):
        failed = catalog("plan", "--local", "--to", "dev", *json_option, at=fleet)
        assert failed.exit_code == 1
        assert "error: 1 of 1 targets failed: dev/us-east-1" in failed.stderr
        assert "ListPortfolios: AccessDeniedException: no" in failed.stdout
    alone = catalog("plan", "--local", "--json", at=fleet)
    assert alone.exit_code == 1
    assert "\nerror: ListPortfolios: AccessDeniedException: no\n" in alone.stderr
    assert alone.stdout == ""


def test_a_notice_that_all_targets_have_is_printed_once(catalog: Run, fleet: Path) -> None:
    change(fleet, version="1.1.0")
    notice = "product/kms_key: version 1.1.0 of products/kms_key.py"
    for command in ("plan", "status"):
        shown = catalog(command, "--local", "--to", "all", at=fleet).stdout
        assert shown.startswith("All targets\n  note: ")
        assert shown.count(notice) == 1, shown
        assert catalog(command, "--local", "--to", "dev", at=fleet).stdout.count(notice) == 1
        data = json.loads(catalog(command, "--local", "--to", "all", "--json", at=fleet).stdout)["targets"]
        assert all(notice in str(one) for one in data)


def test_launch_roles_belong_to_the_first_region_of_an_account(
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
    """Without --local, as with AWS: the keys of the environment belong to the sandbox's default account."""
    declare(fleet, f'[tool.catalog.targets.own]\naccount = "{OWN}"\nregions = ["us-east-1"]\n')
    for name, value in sandbox.environment().items():
        monkeypatch.setenv(name, value)
    planned = catalog("-vv", "plan", "--to", "all", at=fleet)
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
    assert re.search(r"error: 17 of 135 changes need --allow ", unwilling.stderr)
    assert "hub/eu-west-1: CreateStack stack/catalog-launch-roles: widens" in unwilling.stderr
    assert "dev/us-east-1: CreateStack stack/catalog-launch-roles: widens" in unwilling.stderr
    silent = catalog("publish", "--local", "--to", "all", "--json", at=fleet)
    assert silent.exit_code == 2
    assert "cannot ask: not a terminal. Pass --yes" in silent.stderr
    assert [one["outcome"] for one in json.loads(silent.stdout)["targets"]] == ["changes pending"] * 3
    assert account(DEV).list_portfolios()["PortfolioDetails"] == []


def test_bad_content_ends_before_any_call(catalog: Run, fleet: Path) -> None:
    (fleet / "products" / "kms_key.py").write_text("PRODUCT = \n")
    result = catalog("-vv", *PUBLISH, at=fleet)
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


def test_to_without_declared_targets_says_how_to_declare_them(catalog: Run) -> None:
    result = catalog("plan", "--local", "--to", "all")
    assert result.exit_code == 2
    assert "[tool.catalog.targets.NAME]" in result.stderr
