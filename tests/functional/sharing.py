"""The setup of tests about shares: an organization, a second account, faults, and a count of calls."""

from __future__ import annotations

import json
import urllib.request
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import boto3
import pytest

from catalog.sandbox.control import CALLS_PATH, FAULTS_PATH, Sandbox
from tests.functional.conftest import Run

HUB = "123456789012"
SPOKE = "210987654321"
PYPROJECT = '[tool.catalog]\nowner = "{owner}"\nshare_with = {share_with}\nprincipal_patterns = ["role/dev-*"]\n'
PORTFOLIO = """\
display_name: Team
provider: Team
stage: dev
principals:
  - arn: arn:${AWS::Partition}:iam::${AWS::AccountId}:role/dev-terraform-role
products:
  - product: kms_key
    launch:
      local_role_name: catalog-launch-kms-key
"""


def ask(sandbox: Sandbox, method: str, path: str, body: object = None) -> Any:
    """A request to the sandbox's own interface."""
    data = None if body is None else json.dumps(body).encode()
    signed = {"Authorization": f"AWS4-HMAC-SHA256 Credential={sandbox.key}/"}
    request = urllib.request.Request(sandbox.url + path, method=method, data=data, headers=signed)  # noqa: S310  # http
    with urllib.request.urlopen(request, timeout=10) as answer:  # noqa: S310  # http
        return json.loads(answer.read())


@dataclass
class World:
    """The sandbox as the hub's administrator sees it, and a repository with one portfolio."""

    catalog: Run
    sandbox: Sandbox
    client: Callable[..., Any]
    repository: Path
    monkeypatch: pytest.MonkeyPatch
    organization_id: str = ""
    root: str = ""
    unit: str = ""
    member: str = ""

    @property
    def hub(self) -> Any:
        return self.client("servicecatalog")

    def organize(self) -> None:
        """An organization that the hub manages, with a unit and an account in it."""
        client = self.client("organizations")
        self.organization_id = client.create_organization()["Organization"]["Id"]
        self.root = client.list_roots()["Roots"][0]["Id"]
        self.unit = client.create_organizational_unit(ParentId=self.root, Name="w")["OrganizationalUnit"]["Id"]
        self.member = self.account("dev")
        self.hub.enable_aws_organizations_access()

    def account(self, name: str) -> str:
        """A new account in the unit."""
        client = self.client("organizations")
        answer = client.create_account(AccountName=name, Email=f"{name}@example.com")["CreateAccountStatus"]
        client.move_account(AccountId=answer["AccountId"], SourceParentId=self.root, DestinationParentId=self.unit)
        return str(answer["AccountId"])

    def write(self, *shares: str, more: str = "", head: str = PORTFOLIO) -> None:
        """The portfolio, shared as these flow mappings say."""
        listed = "shares:\n" + "".join(f"  - {{{share}}}\n" for share in shares) if shares else ""
        folder = self.repository / "portfolios"
        for file in folder.glob("security-*.yaml"):
            file.unlink()
        (folder / "team.yaml").write_text(head + more + listed)
        (self.repository / "pyproject.toml").write_text(PYPROJECT.format(owner="catalog", share_with=self.nodes()))

    def nodes(self) -> str:
        """The setting of the accounts and nodes that portfolios may be shared with, as TOML."""
        return json.dumps([one for one in (SPOKE, self.organization_id, self.unit, self.member) if one])

    def publish(self, *options: str, code: int = 0) -> Any:
        """`catalog publish` to the hub."""
        result = self.catalog(
            "publish",
            "--local",
            "--yes",
            "--allow",
            "widen",
            "--allow",
            "restrict",
            "--allow",
            "destroy",
            *options,
            at=self.repository,
        )
        assert result.exit_code == code, result.output
        return result

    def operations(self, *options: str) -> list[tuple[str, str]]:
        """(operation, effect) of the plan."""
        result = self.catalog("plan", "--local", "--json", *options, at=self.repository)
        assert result.exit_code == 0, result.output
        return [(change["operation"], change["impact"]) for change in json.loads(result.stdout)["changes"]]

    def settled(self) -> None:
        """A second publish has no changes and makes no mutating call."""
        ask(self.sandbox, "DELETE", CALLS_PATH)
        assert "No changes." in self.publish().stdout
        assert ask(self.sandbox, "GET", CALLS_PATH)["mutating"] == 0

    def calls(self) -> dict[str, int]:
        """Calls of Service Catalog since the last count, by operation; resets the count."""
        counts: dict[str, int] = ask(self.sandbox, "GET", CALLS_PATH)["calls"]
        ask(self.sandbox, "DELETE", CALLS_PATH)
        return {name.partition(":")[2]: number for name, number in counts.items() if name.startswith("servicecatalog")}

    def fault(self, **members: Any) -> None:
        ask(self.sandbox, "POST", FAULTS_PATH, members)

    def portfolio_id(self) -> str:
        (portfolio,) = self.hub.list_portfolios()["PortfolioDetails"]
        return str(portfolio["Id"])

    def shares(self, kind: str) -> list[dict[str, Any]]:
        """The shares of one type that AWS lists."""
        answer = self.hub.describe_portfolio_shares(PortfolioId=self.portfolio_id(), Type=kind)
        return list(answer["PortfolioShareDetails"])

    def principals(self, portfolio_id: str = "", client: Any = None) -> list[tuple[str, str]]:
        answer = (client or self.hub).list_principals_for_portfolio(PortfolioId=portfolio_id or self.portfolio_id())
        return sorted((item["PrincipalType"], item["PrincipalARN"]) for item in answer["Principals"])

    def keys_of(self, account: str) -> dict[str, str]:
        """Credentials of an administrator of another account."""
        got = self.client("sts").assume_role(RoleArn=f"arn:aws:iam::{account}:role/admin", RoleSessionName="admin")
        keys = got["Credentials"]
        return {
            "aws_access_key_id": keys["AccessKeyId"],
            "aws_secret_access_key": keys["SecretAccessKey"],
            "aws_session_token": keys["SessionToken"],
        }

    def other(self, account: str, service: str = "servicecatalog") -> Any:
        """A client of another account."""
        keys: dict[str, Any] = self.keys_of(account)
        return boto3.client(service, region_name="us-east-1", endpoint_url=self.sandbox.url, **keys)

    def become(self, account: str) -> None:
        """From now on, `catalog` without --local has the credentials of an administrator of `account`."""
        for name, value in {
            **self.sandbox.environment(),
            **{key.upper(): value for key, value in self.keys_of(account).items()},
        }.items():
            self.monkeypatch.setenv(name, value)

    def role(self, name: str) -> str:
        """A new role of the hub."""
        trust = json.dumps({"Version": "2012-10-17", "Statement": []})
        return str(self.client("iam").create_role(RoleName=name, AssumeRolePolicyDocument=trust)["Role"]["Arn"])


@dataclass
class Spoke:
    """The repository of an account that imports portfolios."""

    world: World
    folder: Path
    account: str = SPOKE

    def write(self, name: str, text: str) -> None:
        """Write a file, and the settings."""
        (self.folder / "pyproject.toml").write_text(PYPROJECT.format(owner="spoke", share_with="[]"))
        file = self.folder / name
        file.parent.mkdir(exist_ok=True)
        file.write_text(text)

    def publish(self, *options: str, code: int = 0) -> Any:
        """`catalog publish` to the spoke account."""
        self.world.become(self.account)
        result = self.world.catalog(
            "publish",
            "--yes",
            "--allow",
            "widen",
            "--allow",
            "restrict",
            "--allow",
            "destroy",
            *options,
            at=self.folder,
        )
        assert result.exit_code == code, result.output
        return result

    def settled(self) -> None:
        """As `World.settled`."""
        ask(self.world.sandbox, "DELETE", CALLS_PATH)
        assert "No changes." in self.publish().stdout
        assert ask(self.world.sandbox, "GET", CALLS_PATH)["mutating"] == 0
