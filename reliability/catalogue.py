"""The catalogue that is published under faults: every kind of object, in five states of its life."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from catalog.content.config import load_config
from catalog.content.load import load_product
from catalog.content.render import render
from catalog.releases import draft_release

ACCOUNT = "123456789012"
SPOKE = "210987654321"
REGION = "us-east-1"
OWNER = "steady"
DAY = date(2026, 11, 25)

PROJECT = f"""\
[tool.catalog]
owner = "{OWNER}"
regions = ["{REGION}"]
principal_patterns = ["role/dev-*", "role/ops-*"]
share_with = ["{SPOKE}", "UNIT"]
"""
PRODUCT = '''\
"""A handle that waits: nothing is faster to launch."""

from catalog import ProductDefinition, ServiceAction


class Template:
    def to_dict(self):
        stage = {"Type": "String", "Description": "The stage.", "AllowedValues": ["dev", "test"]}
        stage["ConstraintDescription"] = "must be dev or test."
        handle = {"Type": "AWS::CloudFormation::WaitConditionHandle"}
        output = {"Description": "The stage.", "Value": {"Ref": "Stage"}}
        return {
            "Description": "WORDS",
            "Parameters": {"Stage": stage},
            "Resources": {"Handle": handle},
            "Outputs": {"Stage": output},
        }


ACTION
PRODUCT = ProductDefinition(
    name="NAME",
    owner="Team",
    description="A handle.",
    version="VERSION",
    version_description="WORDS",
    template=Template,
    FIELDS
)
'''
ACTION = """\
STEP = {"name": "Look", "action": "aws:executeAwsApi", "inputs": {"Service": "sts", "Api": "GetCallerIdentity"}}
LOOK = ServiceAction(
    key="look",
    name="Look",
    description="Looks who calls.",
    document={"schemaVersion": "0.3", "parameters": {"Handle": {"type": "String"}}, "mainSteps": [STEP]},
    parameters={"Handle": "TARGET"},
    target_type="AWS::CloudFormation::WaitConditionHandle",
)
"""
FIELDS = """\
service_actions=(LOOK,),
    tags={"Team": "one"},
    tag_options={"CostCenter": ("4711",)},
    budgets=("Platform",),
    support_email="team@example.com","""

DEV = """\
display_name: Development
provider: Team
description: For trying.
stage: dev
tags: {Topic: trying}
principals:
  - {arn: "arn:${AWS::Partition}:iam:::role/dev-*", type: IAM_PATTERN}
  - arn: arn:${AWS::Partition}:iam::${AWS::AccountId}:role/dev-terraform-role
tag_options:
  Environment: [dev, test]
budgets: [Platform]
shares:
  - {account: "210987654321"}
  - {organizational_unit: UNIT}
products:
  - product: waiting
    launch: {local_role_name: steady-launch-waiting}
    template:
      require:
        - {parameter: Stage, equals: dev, message: Only dev.}
    notification: {topics: ["arn:${AWS::Partition}:sns:${AWS::Region}:${AWS::AccountId}:launches"]}
    resource_update: {tag_updates: not_allowed}
"""
OPS = """\
display_name: Operations
provider: Team
description: For work.
stage: test
principals:
  - {arn: "arn:${AWS::Partition}:iam:::role/ops-*", type: IAM_PATTERN}
products:
  - product: waiting
    launch: {local_role_name: steady-launch-waiting}
  - product: leaving
    launch: {local_role_name: steady-launch-leaving}
  - product: spread
    stackset:
      accounts: ["123456789012"]
      regions: [us-east-1]
      admin_role: arn:${AWS::Partition}:iam::${AWS::AccountId}:role/AWSCloudFormationStackSetAdministrationRole
      execution_role: team-stack-set
"""
CHANGED_DEV = (
    ("For trying.", "For trying more."),
    ("Topic: trying", "Topic: more"),
    ("  - arn: arn:${AWS::Partition}:iam::${AWS::AccountId}:role/dev-terraform-role\n", ""),
    ("role/dev-*", "role/dev-*-user"),
    ("[dev, test]", "[dev, {value: test, active: false}, next]"),
    ("budgets: [Platform]", "budgets: [Other]"),
    ('{account: "210987654321"}', '{account: "210987654321", share_tag_options: true}'),
    ("equals: dev, message: Only dev.", "allowed: [dev, test]"),
    (":launches", ":alarms"),
    ("    resource_update: {tag_updates: not_allowed}\n", ""),
)
CHANGED_WAITING = (
    ("Looks who calls.", "Looks who calls now."),
    ('"Team": "one"', '"Team": "two"'),
    ('("4711",)', '("4711", "4712")'),
    ('description="A handle.",', 'description="A better handle.",'),
    ('support_email="team@example.com",', 'support_url="https://example.com/help",'),
)


@dataclass(frozen=True)
class Catalogue:
    """A folder with the catalogue. Each state of its life is a folder of its own."""

    folder: Path
    unit: str
    """The id of the organizational unit that a portfolio is shared with."""

    def write(self, name: str, text: str) -> None:
        """Write a file."""
        file = self.folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text.replace("UNIT", self.unit), encoding="utf-8")

    def edit(self, name: str, *replacements: tuple[str, str]) -> None:
        """Replace texts that a file must have."""
        file = self.folder / name
        text = file.read_text(encoding="utf-8")
        for old, new in replacements:
            if old not in text:
                raise LookupError(f"{file} has no {old!r}")
            text = text.replace(old, new)
        file.write_text(text, encoding="utf-8")

    def release(self, key: str) -> None:
        """Freeze the version that the product file has."""
        config = load_config(self.folder)
        definition = load_product(config, key)
        draft_release(config, render(key, definition), definition.version_description, DAY).freeze()

    def product(self, key: str, version: str, words: str, *, governed: bool = False) -> None:
        """Write a product file and release it; `governed` with everything that a product can have."""
        parts = {"NAME": key.title(), "VERSION": version, "WORDS": words, "ACTION": ACTION, "FIELDS": FIELDS}
        if not governed:
            parts.update(ACTION="", FIELDS="")
        text = PRODUCT
        for part, value in parts.items():
            text = text.replace(part, value)
        self.write(f"products/{key}.py", text)
        self.release(key)

    def then(self, name: str) -> Catalogue:
        """A copy, for the next state."""
        target = self.folder.with_name(name)
        shutil.copytree(self.folder, target)
        return Catalogue(target, self.unit)


def first(folder: Path, unit: str) -> Catalogue:
    """The catalogue as it is published first."""
    catalogue = Catalogue(folder, unit)
    catalogue.write("pyproject.toml", PROJECT)
    catalogue.product("waiting", "1.0.0", "First.", governed=True)
    catalogue.product("waiting", "1.1.0", "Second.", governed=True)
    catalogue.product("spread", "1.0.0", "Spread.")
    catalogue.product("leaving", "1.0.0", "Leaving.")
    catalogue.write("portfolios/dev.yaml", DEV)
    catalogue.write("portfolios/ops.yaml", OPS)
    return catalogue


def changed(before: Catalogue) -> Catalogue:
    """Everything that can change has changed, and the first version is deprecated."""
    catalogue = before.then("changed")
    catalogue.edit("portfolios/dev.yaml", *CHANGED_DEV)
    catalogue.edit("portfolios/ops.yaml", ('accounts: ["123456789012"]', 'accounts: ["123456789012", "210987654321"]'))
    catalogue.edit("products/waiting.py", *CHANGED_WAITING)
    ledger = catalogue.folder / "products/releases/waiting/ledger.yaml"
    ledger.write_text(ledger.read_text().replace("guidance: DEFAULT", "guidance: DEPRECATED", 1))
    return catalogue


def drafted(before: Catalogue) -> Catalogue:
    """Versions that can be released, and are not."""
    catalogue = before.then("drafted")
    catalogue.edit("products/waiting.py", ('version="1.1.0"', 'version="1.2.0"'), ("Second.", "Third."))
    catalogue.edit("products/spread.py", ("Spread.", "Spread more."))
    return catalogue


def released(before: Catalogue) -> Catalogue:
    """A version more."""
    catalogue = before.then("released")
    catalogue.edit("products/waiting.py", ('version="1.1.0"', 'version="1.2.0"'), ("Second.", "Third."))
    catalogue.release("waiting")
    return catalogue


def pruned(before: Catalogue) -> Catalogue:
    """A portfolio and its only product are gone."""
    catalogue = before.then("pruned")
    (catalogue.folder / "portfolios/ops.yaml").unlink()
    (catalogue.folder / "products/leaving.py").unlink()
    shutil.rmtree(catalogue.folder / "products/releases/leaving")
    return catalogue


def varied(catalogue: Catalogue, number: int) -> list[Path]:
    """Copies whose texts differ, as other publishers have them."""
    folders = []
    for index in range(number):
        other = catalogue.then(f"{catalogue.folder.name}-{index}")
        other.edit("portfolios/dev.yaml", ("For trying", f"For others {index}"), ("Topic: ", f"Topic: o{index}"))
        other.edit("portfolios/ops.yaml", ("For work.", f"For other work {index}."))
        other.edit("products/waiting.py", ("Looks who calls", f"Looks for {index}"))
        folders.append(other.folder)
    return folders


def prepare(client: Callable[[str], Any]) -> str:
    """Make what must be in the account before: topics, roles, budgets, an organization. The id of its unit."""
    for topic in ("launches", "alarms"):
        client("sns").create_topic(Name=topic)
    iam = client("iam")
    iam.create_role(RoleName="AWSCloudFormationStackSetAdministrationRole", AssumeRolePolicyDocument="{}")
    for name in ("Platform", "Other"):
        limit = {"Amount": "10", "Unit": "USD"}
        budget = {"BudgetName": name, "BudgetType": "COST", "TimeUnit": "MONTHLY", "BudgetLimit": limit}
        client("budgets").create_budget(AccountId=ACCOUNT, Budget=budget)
    organizations = client("organizations")
    organizations.create_organization()
    root = organizations.list_roots()["Roots"][0]["Id"]
    unit = organizations.create_organizational_unit(ParentId=root, Name="w")["OrganizationalUnit"]["Id"]
    account = organizations.create_account(AccountName="dev", Email="dev@example.com")["CreateAccountStatus"]
    organizations.move_account(AccountId=account["AccountId"], SourceParentId=root, DestinationParentId=unit)
    client("servicecatalog").enable_aws_organizations_access()
    return str(unit)
