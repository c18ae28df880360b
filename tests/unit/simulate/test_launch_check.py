"""`catalog launch` takes its refusals from the simulation, and leaves to AWS what only AWS knows."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from catalog.content.load import load_catalog
from catalog.content.portfolio_files import EXAMPLE, AccountRegion
from catalog.content.render import render
from catalog.errors import ContentError
from catalog.provisioning.launch import Launch, StackPlaces

TEMPLATE: dict[str, Any] = {
    "Parameters": {
        "Image": {"Type": "AWS::SSM::Parameter::Value<AWS::EC2::Image::Id>", "Default": "/golden/ami"},
        "Vpc": {"Type": "AWS::EC2::VPC::Id", "Default": "vpc-01234567"},
        "Days": {"Type": "Number", "Default": 7, "MinValue": 7},
        "Index": {"Type": "Number", "Default": 0},
    },
    "Rules": {
        "Asks": {"Assertions": [{"Assert": {"Fn::Contains": [{"Fn::RefAll": "AWS::EC2::VPC::Id"}, {"Ref": "Vpc"}]}}]},
        "Here": {
            "Assertions": [
                {
                    "Assert": {"Fn::Equals": [{"Ref": "AWS::Region"}, "eu-west-1"]},
                    "AssertDescription": "Only in Ireland",
                }
            ]
        },
        "Month": {"Assertions": [{"Assert": {"Fn::Equals": [{"Ref": "Days"}, 30]}, "AssertDescription": "A month"}]},
    },
    "Resources": {
        "T": {
            "Type": "AWS::SNS::Topic",
            "Properties": {
                "TopicName": {"Fn::ImportValue": "elsewhere"},
                "DisplayName": {"Fn::Select": [{"Ref": "Index"}, ["a"]]},
            },
        }
    },
}


@pytest.fixture
def launch(own: Callable[..., Path]) -> Callable[..., Launch]:
    def make(template: dict[str, Any] = TEMPLATE, **parameters: str) -> Launch:
        catalog = load_catalog(own(template))
        return Launch(catalog, render("own", catalog.products["own"]), "mine", parameters, {})

    return make


def problems(launch: Launch, *, here: bool) -> tuple[str, ...]:
    """The first line of each fault; the others say what the parameter is for."""
    with pytest.raises(ContentError) as caught:
        launch.check(EXAMPLE if here else None)
    return tuple(problem.split("\n")[0] for problem in caught.value.problems)


def test_a_rule_that_reads_the_region_waits_for_the_second_check(launch: Callable[..., Launch]) -> None:
    assert problems(launch(), here=False) == ("rule Month of own 1.0.0: A month",)
    assert problems(launch(), here=True) == (
        "rule Here of own 1.0.0: Only in Ireland",
        "rule Month of own 1.0.0: A month",
    )
    launch(Days="30").check(None)


def test_values_that_only_aws_knows_are_left_to_aws(launch: Callable[..., Launch]) -> None:
    template = TEMPLATE | {"Rules": {"Asks": TEMPLATE["Rules"]["Asks"]}}
    simulation = launch(template).check(EXAMPLE)
    assert {each.kind for each in simulation.paths[0].missing} == {"ssm", "ref_all", "import"}


def test_a_secret_is_never_sent_as_a_tag(own: Callable[..., Path]) -> None:
    template = {**TEMPLATE, "Parameters": {"Team": {"Type": "String"}, "Word": {"Type": "String", "NoEcho": True}}}
    portfolio = (
        "display_name: P\nprovider: x\ntag_options: {Team: [a], Word: [a]}\nproducts:\n"
        "  - product: own\n    launch: {local_role_name: x}\n"
    )
    catalog = load_catalog(own(template, p=portfolio))
    rendered = render("own", catalog.products["own"])
    launch = Launch(catalog, rendered, "mine", {"Team": "a", "Word": "a"}, {}, catalog.portfolios["p"])
    assert launch.effective_tags() == {"Team": "a"}


EVERYWHERE = """display_name: P
provider: x
products:
  - product: own
    stackset:
      accounts: ["111122223333", "444455556666"]
      regions: [eu-west-1, eu-west-2]
      admin_role: arn:aws:iam::123456789012:role/Administration
      execution_role: Execution
"""


def test_a_stack_set_reaches_only_the_places_of_its_constraint(own: Callable[..., Path]) -> None:
    files = {"p": EVERYWHERE, "q": EVERYWHERE.partition("    stackset")[0].replace(": P", ": Q")}
    files["r"] = EVERYWHERE.replace("[eu-west-1", '["${AWS::Region}"').replace(": P", ": R")
    catalog = load_catalog(own({"Resources": TEMPLATE["Resources"]}, **files))
    rendered = render("own", catalog.products["own"])

    def request(portfolio: str, accounts: tuple[str, ...] = (), regions: tuple[str, ...] = ()) -> Launch:
        places = StackPlaces(accounts, regions)
        return Launch(catalog, rendered, "mine", {}, {}, catalog.portfolios.get(portfolio), places)

    def stack_problems(*arguments: Any) -> list[str]:
        return list(request(*arguments).stack_problems())

    assert (
        stack_problems("p", ("111122223333",), ("eu-west-2",))
        == stack_problems("p")
        == stack_problems("q")
        == stack_problems("none", ("111122223333",))
        == []
    )
    assert stack_problems("p", ("999999999999",), ("eu-west-3",)) == [
        "--stack-account 999999999999 is not among the accounts of portfolios/p.yaml:6: 111122223333, 444455556666",
        "--stack-region eu-west-3 is not among the regions of portfolios/p.yaml:7: eu-west-1, eu-west-2",
    ]
    assert stack_problems("q", (), ("eu-west-1",)) == [
        "--stack-region is for products with a stackset; own has none in portfolios/q.yaml:4"
    ]
    assert stack_problems("none", ("1",)) == ["--stack-account must be an account's id, 12 digits, got '1'"]
    assert stack_problems("r", (), ("eu-west-3",)) == []
    filled = f"is not among the regions of portfolios/r.yaml:7: {EXAMPLE.region}, eu-west-2"
    assert list(request("r", (), ("eu-west-3",)).stack_problems(EXAMPLE)) == [f"--stack-region eu-west-3 {filled}"]
    assert list(request("r", (), (EXAMPLE.region,)).stack_problems(EXAMPLE)) == []
    assert request("q").stack_account_regions(EXAMPLE) == [EXAMPLE]
    assert request("r", ("444455556666",)).stack_account_regions(EXAMPLE) == [
        AccountRegion("444455556666", region, EXAMPLE.partition) for region in (EXAMPLE.region, "eu-west-2")
    ]
    assert request("r").stacks.preferences() == {}
    assert request("r", (), ("eu-west-2",)).stacks.preferences() == {"StackSetRegions": ("eu-west-2",)}


def test_one_error_names_every_fault(launch: Callable[..., Launch]) -> None:
    vpc = "Parameter validation failed: parameter value mine for parameter name Vpc does not exist"
    assert problems(launch(Days="6", Nope="x", Vpc="mine"), here=False) == (
        "parameter Nope: Parameters: [Nope] do not exist in the template (limit: a parameter of the template)",
        f"parameter Vpc: {vpc}, got 'mine' (limit: an existing AWS::EC2::VPC::Id)",
        "parameter Days: Parameter 'Days' must be a number not less than 7, got '6' (limit: 7 or more)",
    )


def test_a_template_that_fails_to_render_is_refused(launch: Callable[..., Launch]) -> None:
    parameters = {name: each for name, each in TEMPLATE["Parameters"].items() if name != "Image"}
    template = TEMPLATE | {"Parameters": parameters, "Rules": {}}
    assert problems(launch(template, Index="3"), here=True) == (
        "Template error: Fn::Select cannot select nonexistent value at index 3",
    )


def test_a_malformed_template_is_a_content_error(launch: Callable[..., Launch]) -> None:
    with pytest.raises(ContentError, match=r"own 1\.0\.0: Template format error: Unrecognized parameter type"):
        launch(TEMPLATE | {"Parameters": {"P": {"Type": "Strong"}}}).check(None)
