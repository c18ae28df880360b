"""A small catalogue whose texts a publisher can vary, its plan and its application, and a search for doubles in AWS."""

from __future__ import annotations

import shutil
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from catalog.aws.session import AwsSession
from catalog.content.load import load_catalog
from catalog.content.render import render
from catalog.plan.changes import Change, Plan
from catalog.publishing.apply import apply
from catalog.publishing.desired import Publication, publication
from catalog.publishing.planner import plan
from catalog.sandbox.control import Sandbox
from tests.releasing import release
from tests.sessions import separate_session

PROJECT = """\
[tool.catalog]
owner = "pair"
regions = ["us-east-1"]
principal_patterns = ["role/dev-*"]
"""
PRODUCT = """\
from catalog import ProductDefinition, ServiceAction


class Template:
    def to_dict(self):
        handle = {"Type": "AWS::CloudFormation::WaitConditionHandle"}
        stage = {"Type": "String"}
        return {"Description": "A handle.", "Parameters": {"Stage": stage}, "Resources": {"Handle": handle}}


STEP = {"name": "Look", "action": "aws:executeAwsApi", "inputs": {"Service": "sts", "Api": "GetCallerIdentity"}}
LOOK = ServiceAction(
    key="look",
    name="Look",
    description="ACTION",
    document={"schemaVersion": "0.3", "parameters": {"Handle": {"type": "String"}}, "mainSteps": [STEP]},
    parameters={"Handle": "TARGET"},
    target_type="AWS::CloudFormation::WaitConditionHandle",
)
PRODUCT = ProductDefinition(
    name="Handle",
    owner="Team",
    description="DESCRIPTION",
    version="1.0.0",
    version_description="First.",
    template=Template,
    service_actions=(LOOK,),
)
"""
PORTFOLIO = """\
display_name: Team
provider: Team
description: DESCRIPTION
stage: dev
tags: {Topic: TAG}
principals:
  - arn: arn:${AWS::Partition}:iam:::role/dev-*
    type: IAM_PATTERN
tag_options:
  Environment: [dev, test]
products:
  - product: handle
    launch: {local_role_name: pair-launch-handle}
    template:
      require:
        - {parameter: Stage, equals: dev, message: RULE}
"""
WORDS = ("DESCRIPTION", "TAG", "RULE", "ACTION")
"""What differs between the publishers."""


@dataclass(frozen=True)
class Team:
    """A folder with the catalogue, released once."""

    folder: Path

    @classmethod
    def at(cls, folder: Path) -> Team:
        """Write the catalogue and release its product."""
        for name, text in (
            ("pyproject.toml", PROJECT),
            ("products/handle.py", PRODUCT),
            ("portfolios/team.yaml", PORTFOLIO),
        ):
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            (folder / name).write_text(text)
        release(folder, "handle")
        return cls(folder)

    def copy(self, folder: Path, **words: str) -> Team:
        """The same catalogue elsewhere, with other words."""
        shutil.copytree(self.folder, folder)
        for file in (folder / "products/handle.py", folder / "portfolios/team.yaml"):
            text = file.read_text()
            for word, replacement in words.items():
                text = text.replace(word, replacement)
            file.write_text(text)
        return Team(folder)

    def publication(self) -> Publication:
        """What it declares."""
        content = load_catalog(self.folder)
        return publication(content, [render(key, definition) for key, definition in content.products.items()])


@dataclass
class Publisher:
    """A publisher with a session of its own."""

    session: AwsSession
    content: Publication

    @classmethod
    def of(cls, sandbox: Sandbox, content: Publication) -> Publisher:
        """A publisher of this content."""
        return cls(separate_session(sandbox.environment()), content)

    def plan(self) -> Plan:
        """Its plan now."""
        return plan(self.content, self.session)

    def apply(self, prepared: Plan, report: Callable[[int, Change], None] = lambda index, change: None) -> None:
        """Make the changes of a plan, without a lease."""
        apply(prepared, self.session, self.content.bodies(), report)


def doubles(client: Callable[..., Any]) -> list[str]:
    """What AWS has more than once."""
    service_catalog = client("servicecatalog")
    portfolios = service_catalog.list_portfolios()["PortfolioDetails"]
    products = [item["ProductViewSummary"] for item in service_catalog.search_products_as_admin()["ProductViewDetails"]]
    names = [f"portfolio {item['DisplayName']}" for item in portfolios]
    names += [f"product {item['Name']}" for item in products]
    names += [f"action {item['Name']}" for item in service_catalog.list_service_actions()["ServiceActionSummaries"]]
    names += [
        f"option {item['Key']}={item['Value']}" for item in service_catalog.list_tag_options()["TagOptionDetails"]
    ]
    for product in products:
        versions = service_catalog.list_provisioning_artifacts(ProductId=product["ProductId"])
        names += [f"version {item['Name']}" for item in versions["ProvisioningArtifactDetails"]]
    for portfolio in portfolios:
        constraints = service_catalog.list_constraints_for_portfolio(PortfolioId=portfolio["Id"])
        names += [f"constraint {item['Type']}" for item in constraints["ConstraintDetails"]]
        principals = service_catalog.list_principals_for_portfolio(PortfolioId=portfolio["Id"])["Principals"]
        names += [f"principal {item['PrincipalARN']}" for item in principals]
    assert names
    return [name for name, number in Counter(names).items() if number > 1]
