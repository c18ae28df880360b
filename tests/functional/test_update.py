"""`catalog update`, in an empty folder, as an application developer whose product somebody else made."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from catalog.sandbox.control import Sandbox
from tests.functional.adopting import ALL, Call
from tests.functional.conftest import ROOT, Run
from tests.functional.shelves import BASE, REPLACING, ROLE, WITH_TEAM, make_shelves
from tests.terminals import converse

ACCOUNT = "arn:aws:iam::123456789012"


@pytest.fixture
def shelf(catalog: Run, sc: Call, client: Callable[..., Any], tmp_path: Path) -> Run:
    """Runs commands in an empty folder as `ROLE`, which has launched `mine` of version 1.0.0."""
    make_shelves(sc, client)

    def run(command: str, *arguments: str, **options: Any) -> Any:
        return catalog(command, *arguments, "--local", "--as", ROLE, at=tmp_path, **options)

    launched = run(
        "launch", "Shelf", "--name", "mine", "--version", "1.0.0", "--param", "Name=a", "--param", "Secret=s3cret"
    )
    assert launched.exit_code == 0, launched.output
    return run


def test_an_update_keeps_values_asks_for_new_ones_and_says_what_it_does(shelf: Run, client: Callable[..., Any]) -> None:
    refused = shelf("update", "mine", "--version", "1.1.0", "--yes")
    assert refused.exit_code == 2
    assert "Parameters: [Team] must have values: Who pays; for example red" in refused.stderr
    wrong = ("--param", "Team=green", "--param", "Sort=1", "--param", "Name=UPPER")
    refused = shelf("update", "mine", "--version", "1.1.0", *wrong)
    assert [name in refused.stderr for name in ("Team", "Sort", "small letters")] == [True] * 3

    asked = shelf("update", "mine", "--version", "1.1.0", "--param", "Team=red")
    assert (asked.exit_code, "cannot ask: not a terminal. Pass --yes" in asked.stderr) == (2, True)
    lines = asked.stdout.splitlines()
    assert lines[0] == "mine: Shelf 1.0.0 → 1.1.0, 2 parameters keep their values"
    assert "  Team = red" in lines
    assert "    Books  unchanged" in lines
    assert "  ~ News   AWS::SNS::Topic: updated in place (DisplayName)" in lines
    assert "    for every launch: a major change (required parameter added); -v lists all" in lines

    done = shelf("update", "mine", "--version", "1.1.0", "--param", "Team=red", "--yes", "--json")
    assert done.exit_code == 0, done.output
    document = json.loads(done.stdout)
    assert (document["status"], document["outputs"]["Bucket"]) == ("SUCCEEDED", "a-books")
    assert document["update"]["kept"] == ["Name", "Secret"]
    assert "  News (AWS::SNS::Topic): UPDATE_COMPLETE" in done.stderr
    assert "s3cret" not in done.output
    sns = client("sns")
    (topic,) = [item["TopicArn"] for item in sns.list_topics()["Topics"]]
    assert sns.get_topic_attributes(TopicArn=topic)["Attributes"]["DisplayName"] == "red"

    again = shelf("update", "mine", "--param", "Team=red", "--yes")
    assert again.stdout == "mine is on 1.1.0 with these values already.\n"
    tagged = shelf("update", "mine", "--tag", "Shelf=top", "--param", "Secret=other", "--yes")
    assert (tagged.exit_code, "  tag Shelf = top" in tagged.stdout, "  Secret = ****" in tagged.stdout) == (
        0,
        True,
        True,
    ), tagged.output


def plans(user: Any) -> list[Any]:
    """The plans in the account."""
    everybody = {"Key": "Account", "Value": "self"}
    return list(user.list_provisioned_product_plans(AccessLevelFilter=everybody)["ProvisionedProductPlans"])


def test_a_resource_that_holds_data_is_replaced_only_when_that_is_allowed(
    shelf: Run, client: Callable[..., Any], sc: Call
) -> None:
    """Without --version, the update is to the version of a new launch: 2.0.0."""
    refused = shelf("update", "mine", "--yes")
    assert refused.exit_code == 2
    assert "! Books  AWS::S3::Bucket: replaced (BucketName)  It holds data or keys." in refused.stdout
    assert "- News   AWS::SNS::Topic: deleted" in refused.stdout
    assert "pass --allow destroy" in refused.stderr
    user = client("servicecatalog", ROLE)
    planned = shelf("update", "mine", "--plan", "--yes", "--json")
    assert (planned.exit_code, plans(user)) == (2, [])
    done = shelf("update", "mine", "--plan", "--yes", "--allow", "destroy", "--json")
    assert done.exit_code == 0, done.output
    document = json.loads(done.stdout)
    effects = {item["resource"]: item["effect"] for item in document["update"]["resources"]}
    assert (effects, document["update"]["planned"]) == ({"Books": "replaced", "News": "deleted"}, True)
    assert {bucket["Name"] for bucket in client("s3").list_buckets()["Buckets"]} == {"a-tomes", "shelves"}
    detail = user.describe_provisioned_product(Name="mine")["ProvisionedProductDetail"]
    version = {name: detail[name] for name in ("ProductId", "ProvisioningArtifactId")}
    of_colleague = {"PlanName": "Eve's", "PlanType": "CLOUDFORMATION", "ProvisionedProductName": "mine", **version}
    user.create_provisioned_product_plan(**of_colleague)
    theirs = shelf("update", "mine", "--version", "1.0.0", "--yes", "--plan", "--allow", "destroy")
    assert (theirs.exit_code, "mine has a plan already: Eve's (plan-" in theirs.stderr) == (1, True)
    (plan,) = plans(user)
    user.delete_provisioned_product_plan(PlanId=plan["PlanId"])
    back = shelf("update", "mine", "--version", "1.0.0", "--yes", "--plan", "--allow", "destroy")
    assert back.exit_code == 0, back.output
    assert "  + News   AWS::SNS::Topic: created" in back.stdout


def test_a_failure_names_the_first_reason_the_record_and_the_next_step(shelf: Run, sc: Call) -> None:
    failed = shelf("update", "mine", "--version", "0.9.0", "--yes")
    assert failed.exit_code == 1
    assert "Wrong" in failed.stderr
    assert "[record rec-" in failed.stderr
    assert "run the update again" in failed.stderr
    (row,) = json.loads(shelf("provisioned", "--json").stdout)
    assert row["status"] == "TAINTED"
    recovered = shelf("update", "mine", "--param", "Name=b", "--allow", "destroy", "--yes")
    assert recovered.exit_code == 0, recovered.output
    assert shelf("update", "nothing", "--yes").exit_code == 1
    portfolio = sc("create-portfolio", DisplayName="Annex", ProviderName="Library")["PortfolioDetail"]["Id"]
    product = sc("describe-provisioned-product", Name="mine")["ProvisionedProductDetail"]["ProductId"]
    sc("associate-product-with-portfolio", ProductId=product, PortfolioId=portfolio)
    sc("associate-principal-with-portfolio", PortfolioId=portfolio, PrincipalARN=ROLE, PrincipalType="IAM")
    (library,) = [item["Id"] for item in sc("list-portfolios")["PortfolioDetails"] if item["DisplayName"] == "Library"]
    principal = {"PrincipalARN": ROLE, "PrincipalType": "IAM"}
    sc("disassociate-principal-from-portfolio", PortfolioId=library, **principal)
    elsewhere = shelf("update", "mine", "--version", "1.0.0", "--yes")
    assert (elsewhere.exit_code, "the caller's launch paths: Annex" in elsewhere.stderr) == (1, True)
    moved = shelf("update", "mine", "--version", "1.1.0", "--param", "Team=red", "--portfolio", "Annex")
    assert "  ! moves to portfolio Annex, with its rules, tags and launch role" in moved.stdout
    assert "has no version '3.0.0'" in shelf("update", "mine", "--version", "3.0.0").stderr


def test_a_person_is_asked_for_new_values_and_for_consent(shelf: Run, sandbox: Sandbox, tmp_path: Path) -> None:
    command = [sys.executable, "-m", "catalog", "update", "mine", "--version", "1.1.0", "--local", "--as", ROLE]
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "TERM": "xterm", "NO_COLOR": "1"}
    answers = [("Team: ", "green"), ("must be one of red, blue", ""), ("Team: ", "blue"), ("Update? [y/N]: ", "y")]
    code, shown = converse(command, answers, cwd=tmp_path, env=environment)
    assert code == 0, shown
    assert "  Team\n    Who pays\n    red | blue\n" in shown
    assert "  ~ News   AWS::SNS::Topic: updated in place (DisplayName)" in shown
    assert "mine is updated to 1.1.0." in shown


def test_a_stack_set_is_updated_without_a_stack_to_read(
    catalog: Run, sc: Call, client: Callable[..., Any], tmp_path: Path
) -> None:
    """The parameters are those of the version; the templates say what happens in every launch."""
    for name, service in (("administration", "cloudformation"), ("execution", "")):
        principal = {"Service": f"{service}.amazonaws.com"} if service else {"AWS": f"{ACCOUNT}:role/administration"}
        trust = {"Statement": {"Effect": "Allow", "Principal": principal, "Action": "sts:AssumeRole"}}
        client("iam").create_role(RoleName=name, AssumeRolePolicyDocument=json.dumps(trust))
        client("iam").put_role_policy(RoleName=name, PolicyName="all", PolicyDocument=json.dumps(ALL))
    places = {"AccountList": ["123456789012"], "RegionList": ["us-east-1"]}
    roles = {"AdminRole": f"{ACCOUNT}:role/administration", "ExecutionRole": "execution"}
    constraint = {"Version": "1", "Properties": {**places, **roles}}
    make_shelves(sc, client, {"1.0.0": BASE, "1.1.0": WITH_TEAM, "2.0.0": REPLACING}, {"STACKSET": constraint})

    def run(command: str, *arguments: str) -> Any:
        return catalog(command, *arguments, "--local", "--as", ROLE, "--json", at=tmp_path)

    assert run("launch", "Shelf", "--name", "mine", "--version", "1.0.0", "--param", "Name=a").exit_code == 0
    assert "--allow destroy" in run("update", "mine", "--version", "2.0.0", "--yes").stderr
    done = run("update", "mine", "--version", "1.1.0", "--param", "Team=red", "--yes")
    assert done.exit_code == 0, done.output
    document = json.loads(done.stdout)
    assert (document["type"], document["status"], document["update"]["kept"]) == (
        "CFN_STACKSET",
        "SUCCEEDED",
        ["Name", "Secret"],
    )
    assert document["update"]["access_unknown"] == "the parameters of the launch are not known"
    assert run("terminate", "mine", "--yes").exit_code == 0
