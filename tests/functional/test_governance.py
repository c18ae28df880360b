"""TagOptions, budgets, support fields and tags of products and portfolios: created, changed, deleted and read back."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from catalog.sandbox.control import CALLS_PATH, Sandbox
from tests.functional.budgets import cost_budget
from tests.functional.conftest import Run
from tests.functional.sharing import HUB, World, ask
from tests.releasing import release

DEV = f"arn:aws:iam::{HUB}:role/dev-terraform-role"
PRODUCT = """\
from catalog import Inactive, ProductDefinition


class Template:
    def to_dict(self):
        handle = {"Type": "AWS::CloudFormation::WaitConditionHandle"}
        return {"Description": "Nothing.", "Resources": {"Handle": handle}}


PRODUCT = ProductDefinition(name="Handle", owner="Me", description="Nothing.", version="1.0.0", template=Template)
"""
PORTFOLIO = """\
display_name: Team
provider: Team
stage: dev
principals:
  - arn: arn:${AWS::Partition}:iam::${AWS::AccountId}:role/dev-terraform-role
products:
  - product: handle
    launch: {local_role_name: catalog-launch-handle}
"""


class Governed(World):
    """A repository with one small product and one portfolio."""

    def declare(self, product: str = "", portfolio: str = "") -> None:
        """Write the product with these arguments and the portfolio with this YAML."""
        text = PRODUCT.replace("template=Template)", f"template=Template, {product})")
        (self.repository / "products" / "handle.py").write_text(text)
        (self.repository / "portfolios" / "team.yaml").write_text(PORTFOLIO + portfolio)

    def product_id(self) -> str:
        (product,) = self.hub.search_products_as_admin()["ProductViewDetails"]
        return str(product["ProductViewSummary"]["ProductId"])

    def product(self) -> dict[str, Any]:
        return dict(self.hub.describe_product_as_admin(Id=self.product_id()))

    def portfolio(self) -> dict[str, Any]:
        return dict(self.hub.describe_portfolio(Id=self.portfolio_id()))

    def library(self) -> dict[str, bool]:
        """The account's TagOptions: `key=value` → active."""
        return {
            f"{one['Key']}={one['Value']}": one["Active"] for one in self.hub.list_tag_options()["TagOptionDetails"]
        }

    def offered(self) -> dict[str, list[str]]:
        """The TagOptions that AWS offers at launch."""
        person = self.client("servicecatalog", role=DEV)
        (version,) = person.describe_product(Id=self.product_id())["ProvisioningArtifacts"]
        parameters = person.describe_provisioning_parameters(
            ProductId=self.product_id(), ProvisioningArtifactId=version["Id"]
        )
        return {one["Key"]: sorted(one["Values"]) for one in parameters["TagOptions"]}

    def launch(self, name: str, *options: str) -> Any:
        arguments = ("launch", "handle", "--local", "--name", name, "--as", DEV)
        return self.catalog(*arguments, *options, at=self.repository)

    def step(self, *expected: tuple[str, str]) -> None:
        """Check the operations of the plan, publish it, and check that no changes remain."""
        assert self.operations() == list(expected)
        self.publish()
        self.settled()


@pytest.fixture
def world(
    catalog: Run, sandbox: Sandbox, client: Callable[..., Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Governed:
    folder = tmp_path / "governed"
    for name in ("products", "portfolios"):
        (folder / name).mkdir(parents=True)
    (folder / "pyproject.toml").write_text('[tool.catalog]\nowner = "catalog"\n')
    governed = Governed(catalog, sandbox, client, folder, monkeypatch)
    governed.declare()
    release(folder, "handle")
    return governed


def options(answer: dict[str, Any]) -> list[str]:
    return sorted(f"{one['Key']}={one['Value']}" for one in answer["TagOptions"])


def budgets(answer: dict[str, Any]) -> list[str]:
    return sorted(one["BudgetName"] for one in answer["Budgets"])


def test_tag_options_of_a_product_and_its_portfolio(world: Governed) -> None:
    world.declare(
        'tag_options={"Stage": ("dev", "${AWS::Region}", "old")}', "tag_options: {Stage: [dev, old, prod], Team: [a]}\n"
    )
    assert world.operations().count(("AssociateTagOptionWithResource", "none")) == 7
    world.publish()
    world.settled()
    assert options(world.product()) == ["Stage=dev", "Stage=old", "Stage=us-east-1"]
    assert options(world.portfolio()) == ["Stage=dev", "Stage=old", "Stage=prod", "Team=a"]
    assert world.offered() == {"Stage": ["dev", "old"], "Team": ["a"]}

    refused = world.launch("first")
    assert refused.exit_code == 2
    assert "tag Stage needs a choice: --tag Stage=VALUE with one of dev, old" in refused.stderr
    assert world.launch("first", "--tag", "Stage=prod").exit_code == 2  # the product does not have it
    assert world.launch("first", "--tag", "Stage=old").exit_code == 0

    # It can no longer be chosen, but it stays on the resources that have it.
    old = "{value: old, active: false}"
    world.declare('tag_options={"Stage": ("dev", Inactive("old"))}', f"tag_options: {{Stage: [dev, {old}, prod]}}\n")
    shown = world.catalog("plan", "--local", at=world.repository).stdout
    assert " tag option               Stage=old\n" in shown
    assert "for the whole account: people can no longer choose it" in shown
    world.step(
        ("DisassociateTagOptionFromResource", "destroys"),
        ("DisassociateTagOptionFromResource", "destroys"),
        ("UpdateTagOption", "restricts"),
    )
    assert world.library() == {
        "Stage=dev": True,
        "Stage=old": False,
        "Stage=prod": True,
        "Stage=us-east-1": True,
        "Team=a": True,
    }
    assert options(world.product()) == ["Stage=dev", "Stage=old"]
    assert world.offered() == {"Stage": ["dev"]}
    assert world.launch("second", "--tag", "Stage=old").exit_code == 2
    assert world.launch("second").exit_code == 0
    stacks = world.client("cloudformation").describe_stacks()["Stacks"]
    launched = [tag["Value"] for stack in stacks for tag in stack.get("Tags", []) if tag["Key"] == "Stage"]
    assert sorted(launched) == ["dev", "old"]

    world.declare('tag_options={"Stage": ("dev", "old")}', "tag_options: {Stage: [dev, old]}\n")
    world.step(("UpdateTagOption", "none"), ("DisassociateTagOptionFromResource", "destroys"))
    assert world.offered() == {"Stage": ["dev", "old"]}

    world.declare()
    world.step(*[("DisassociateTagOptionFromResource", "destroys")] * 4)
    assert (options(world.product()), options(world.portfolio())) == ([], [])
    assert len(world.library()) == 5  # the account's own


def test_an_inactive_tag_option_is_offered_before_it_is_deactivated(world: Governed) -> None:
    """AssociateTagOptionWithResource can raise InvalidStateException; AWS does not document for which state."""
    world.declare('tag_options={"Stage": (Inactive("old"),)}')
    world.publish()
    world.settled()
    assert (world.library(), options(world.product())) == ({"Stage=old": False}, ["Stage=old"])
    world.declare(portfolio="tag_options: {Stage: [{value: old, active: false}]}\n")
    world.fault(
        kind="error", operations=["AssociateTagOptionWithResource"], code="InvalidStateException", message="No."
    )
    failed = world.publish(code=1)
    assert "declare it active, publish, declare it inactive" in failed.stderr
    world.publish()
    world.settled()
    assert (options(world.product()), options(world.portfolio())) == ([], ["Stage=old"])


def test_contradicting_tag_options_are_refused_with_both_files(world: Governed) -> None:
    world.declare('tag_options={"Stage": ("old",)}', "tag_options:\n  Stage:\n    - {value: old, active: false}\n")
    result = world.catalog("plan", "--local", at=world.repository)
    assert result.exit_code == 2
    places = "products/handle.py:10: TagOption Stage=old is active here and inactive at portfolios/team.yaml:11"
    assert places in result.stderr


def test_an_account_without_the_tag_option_library(world: Governed) -> None:
    unmigrated = {"kind": "error", "operations": ["ListTagOptions"], "code": "TagOptionNotMigratedException"}
    world.publish()
    world.fault(**unmigrated, calls=1)
    assert world.operations() == []
    world.declare(portfolio="tag_options: {Stage: [dev]}\n")
    world.fault(**unmigrated, calls=1)
    refused = world.publish(code=1)
    assert f"Account {HUB} is not migrated to the TagOption library" in refused.stderr
    assert world.library() == {}


def test_budgets_of_a_product_and_its_portfolio(world: Governed) -> None:
    for name in (f"Keys {HUB}", "Theirs"):
        world.client("budgets").create_budget(AccountId=HUB, Budget=cost_budget(name))
    world.publish()
    world.declare('budgets=("Keys ${AWS::AccountId}",)', "budgets: ['Keys ${AWS::AccountId}', Team]\n")
    ask(world.sandbox, "DELETE", CALLS_PATH)
    refused = world.publish(code=1)
    assert f"blocked: Account {HUB} has no budget 'Team'. Create it in AWS Budgets" in refused.stdout
    assert ask(world.sandbox, "GET", CALLS_PATH)["mutating"] == 0

    world.declare('budgets=("Keys ${AWS::AccountId}",)', "budgets: ['Keys ${AWS::AccountId}']\n")
    world.step(*[("AssociateBudgetWithResource", "none")] * 2)
    assert budgets(world.product()) == budgets(world.portfolio()) == [f"Keys {HUB}"]

    world.hub.associate_budget_with_resource(BudgetName="Theirs", ResourceId=world.portfolio_id())
    drift = json.loads(world.catalog("status", "--local", "--json", at=world.repository).stdout)["drift"]
    assert [(one["kind"], one["address"]) for one in drift] == [("unmanaged", "portfolio/team/budget/Theirs")]
    world.declare('budgets=("Theirs",)', "budgets: ['Keys ${AWS::AccountId}']\n")
    world.step(*[("DisassociateBudgetFromResource", "destroys")] * 2, ("AssociateBudgetWithResource", "none"))
    assert (budgets(world.product()), budgets(world.portfolio())) == (["Theirs"], [f"Keys {HUB}"])

    world.client("budgets").delete_budget(AccountId=HUB, BudgetName="Theirs")
    world.declare()
    world.step(*[("DisassociateBudgetFromResource", "destroys")] * 2)
    assert (budgets(world.product()), budgets(world.portfolio())) == ([], [])


SUPPORT = {
    "distributor": "Distributor",
    "support_description": "SupportDescription",
    "support_email": "SupportEmail",
    "support_url": "SupportUrl",
}


def test_support_fields_and_tags_are_set_changed_and_emptied(world: Governed) -> None:
    first = {"support_email": "a@example.com", "support_url": "https://example.com/a", "distributor": "A"}
    then = {"support_email": "b@example.com", "support_description": "Ask b.", "support_url": "https://example.com/a"}
    for fields, tags in ((first, {"Team": "a", "Old": "x"}), (then, {"Team": "b"}), ({}, {})):
        given = ", ".join([*(f"{name}={value!r}" for name, value in fields.items()), f"tags={tags!r}"])
        world.declare(given, f"description: {tags.get('Team', '')!r}\ntags: {json.dumps(tags)}\n")
        world.publish()
        world.settled()
        product, portfolio = world.product(), world.portfolio()
        view = product["ProductViewDetail"]["ProductViewSummary"]
        assert {name: view.get(member, "") for name, member in SUPPORT.items()} == {
            **dict.fromkeys(SUPPORT, ""),
            **fields,
        }
        assert portfolio["PortfolioDetail"].get("Description", "") == tags.get("Team", "")
        for answer in (product, portfolio):
            own = {tag["Key"]: tag["Value"] for tag in answer["Tags"] if not tag["Key"].startswith("catalog:")}
            assert own == tags
