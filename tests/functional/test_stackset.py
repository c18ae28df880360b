"""A product with a STACKSET constraint: one launch creates a key in each account and Region, terminate deletes them."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from tests.functional.conftest import Run

HUB, ONE, TWO = "123456789012", "111122223333", "444455556666"
REGIONS = ("us-east-1", "eu-west-1")
DEV_ROLE = f"arn:aws:iam::{HUB}:role/dev-terraform-role"
PORTFOLIO = f"""display_name: Everywhere
provider: Platform team
principals:
  - arn: {DEV_ROLE}
products:
  - product: kms_key
    stackset:
      accounts: ["{ONE}", "{TWO}"]
      regions: [{", ".join(REGIONS)}]
      admin_role: arn:aws:iam::{HUB}:role/Administration
      execution_role: Execution
"""


def make_role(iam: Any, name: str, principal: dict[str, str], *actions: str) -> None:
    trust = {
        "Version": "2012-10-17",
        "Statement": [{"Effect": "Allow", "Principal": principal, "Action": "sts:AssumeRole"}],
    }
    policy = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": actions, "Resource": "*"}]}
    iam.create_role(RoleName=name, AssumeRolePolicyDocument=json.dumps(trust))
    iam.put_role_policy(RoleName=name, PolicyName="all", PolicyDocument=json.dumps(policy))


def test_a_launch_creates_stacks_in_the_accounts_and_regions_of_the_portfolio(
    catalog: Run, client: Callable[..., Any], repository: Path
) -> None:
    for file in (repository / "portfolios").iterdir():
        file.unlink()
    (repository / "portfolios" / "everywhere.yaml").write_text(PORTFOLIO)

    def run(*arguments: str, code: int = 0) -> Any:
        result = catalog(*arguments, "--local", at=repository)
        assert result.exit_code == code, result.output
        return result

    def launch(*options: str, code: int = 0) -> Any:
        file = str(repository / "examples" / "launch-dev.yaml")
        return run("launch", "kms_key", "--name", "keys", "--as", DEV_ROLE, "--params-file", file, *options, code=code)

    def keys() -> set[tuple[str, str]]:
        """The accounts and Regions that have the alias of the launch."""
        aliases = {place: kms.list_aliases()["Aliases"] for place, kms in clients.items()}
        return {place for place, listed in aliases.items() if "alias/dev/s3-data" in str(listed)}

    make_role(client("iam"), "Administration", {"Service": "cloudformation.amazonaws.com"}, "sts:AssumeRole")
    published = run("publish", "--yes", "--allow", "widen")
    assert "portfolio/everywhere has no launch role for kms_key" in published.stdout + published.stderr
    places = [(account, region) for account in (ONE, TWO) for region in REGIONS]
    clients = {(account, region): client("kms", f"arn:aws:iam::{account}:role/x", region) for account, region in places}
    for account in (ONE, TWO):
        iam = client("iam", f"arn:aws:iam::{account}:role/admin")
        make_role(iam, "Execution", {"AWS": HUB}, "cloudformation:*", "kms:*")

    refused = launch("--stack-account", HUB, "--stack-region", "mars-1", code=2).stderr
    assert f"--stack-account {HUB} is not among the accounts of portfolios/everywhere.yaml:8: {ONE}, {TWO}" in refused
    assert "--stack-region mars-1 is not among the regions of portfolios/everywhere.yaml:9" in refused
    assert (
        "--stack-account must be an account's id, 12 digits, got 'x'" in launch("--stack-account", "x", code=2).stderr
    )

    only = launch("--stack-account", ONE, "--stack-region", "eu-west-1", "--json")
    (instance,) = json.loads(only.stdout)["instances"]
    assert instance == {"account": ONE, "region": "eu-west-1", "status": "CURRENT"}
    assert keys() == {(ONE, "eu-west-1")}
    run("terminate", "keys", "--yes")

    described = run("describe", "kms_key", "--as", DEV_ROLE).stdout
    assert f"  stack set     a stack in each of {ONE}, {TWO} in" in described
    shown = launch()
    state = json.loads(run("show", "keys", "--json").stdout)
    assert (state["type"], state["status"], len(state["instances"])) == ("CFN_STACKSET", "AVAILABLE", 4)
    assert (state["stack"], state["parameters"], state["unreadable"]) == ("", {}, [])
    assert shown.stdout.splitlines() == [
        "ACCOUNT       REGION     STATUS",
        *(f"{account}  {region:<9}  CURRENT" for account in (ONE, TWO) for region in sorted(REGIONS)),
    ]
    assert "outputs are on the stacks StackSet-SC-" in shown.stderr
    assert keys() == set(places)
    (row,) = json.loads(run("provisioned", "--json").stdout)
    assert (row["name"], row["type"], row["status"]) == ("keys", "CFN_STACKSET", "AVAILABLE")
    run("terminate", "keys", "--yes")
    assert keys() == set()
