"""Denies that an update with other parameters lifts, and the Rules that refuse such an update."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from catalog.access import matrix
from catalog.access.lifting import LiftedDeny, UpdatableLaunch, as_data, lifted_denies
from catalog.cfn import Pseudo, evaluate_rules
from catalog.check.unchangeable import unchangeable_parameters
from catalog.content.config import load_config
from catalog.content.load import load_portfolios
from catalog.content.portfolio_files import EXAMPLE
from catalog.content.render import Rendered
from tests.conftest import CONTENT

ROOT = Path(__file__).parents[3]
PLACE = Pseudo("123456789012", "us-east-1")
ROLE = "arn:aws:iam::123456789012:role/app"


def flag(default: str = "true") -> dict[str, Any]:
    return {"Type": "String", "AllowedValues": ["true", "false"], "Default": default}


def equals(name: str, value: str) -> dict[str, Any]:
    return {"Fn::Equals": [{"Ref": name}, value]}


def rule(assertion: Any, condition: Any = None) -> dict[str, Any]:
    parts = {"Assertions": [{"Assert": assertion}]}
    return parts | ({"RuleCondition": condition} if condition else {})


DENY = {"Sid": "Locked", "Effect": "Deny", "Principal": {"AWS": "*"}, "Action": "sqs:DeleteMessage", "Resource": "*"}
ALLOW = {"Sid": "All", "Effect": "Allow", "Principal": {"AWS": ROLE}, "Action": "sqs:*", "Resource": "*"}


def queue(otherwise: Any = None, rules: Mapping[str, Any] | None = None, **parameters: Any) -> dict[str, Any]:
    """A queue whose policy has DENY while Locked is true, and else `otherwise`."""
    statements = [ALLOW, {"Fn::If": ["IsLocked", DENY, otherwise or {"Ref": "AWS::NoValue"}]}]
    return {
        "Parameters": {"Locked": flag(), **parameters},
        "Rules": dict(rules or {}),
        "Conditions": {"IsLocked": equals("Locked", "true")},
        "Resources": {
            "Queue": {"Type": "AWS::SQS::Queue"},
            "Policy": {
                "Type": "AWS::SQS::QueuePolicy",
                "Properties": {"Queues": [{"Ref": "Queue"}], "PolicyDocument": {"Statement": statements}},
            },
        },
    }


def lifted(
    template: Mapping[str, Any],
    portfolios: Mapping[str, Mapping[str, Any]] | None = None,
    unchangeable: frozenset[str] = frozenset(),
    **parameters: str,
) -> tuple[LiftedDeny, ...]:
    launched = UpdatableLaunch(
        template, parameters, PLACE, matrix(template, parameters, PLACE), unchangeable=unchangeable
    )
    return lifted_denies(launched, portfolios or {})


def outcomes(denies: tuple[LiftedDeny, ...]) -> dict[str, tuple[str, dict[str, str]]]:
    (deny,) = denies
    return {lifting.portfolio: (str(lifting.outcome), dict(lifting.changes)) for lifting in deny.liftings}


def test_a_protected_production_key_is_lifted_by_another_environment_and_held_by_one_portfolio(
    rendered: Rendered,
) -> None:
    """Case A3: the template's own Rule binds production only, so the rules of the portfolio are what holds."""
    example = yaml.safe_load((ROOT / "examples" / "launch-prod.yaml").read_text())
    parameters = {key: ",".join(value) if isinstance(value, list) else value for key, value in example.items()}
    rules = {key: EXAMPLE.fill(file.rules("kms_key")) for key, file in load_portfolios(load_config(CONTENT)).items()}
    denies = lifted(rendered.template, rules, unchangeable_parameters(rendered.template), **parameters)
    update = ("lifted", {"Environment": "dev", "PreventDestroy": "false"})
    assert [deny.statement for deny in denies] == ["PreventDestroy"]
    assert outcomes(denies) == {"": update, "security-dev": update, "security-prod": ("refused", {})}


def test_a_rule_without_a_way_round_holds_the_deny() -> None:
    assert lifted(queue(rules={"Always": rule(equals("Locked", "true"))})) == ()


def test_a_deny_in_a_loop_is_lifted_too() -> None:
    template = queue()
    template["Transform"] = "AWS::LanguageExtensions"
    policy = template["Resources"].pop("Policy")
    template["Resources"]["Fn::ForEach::Policies"] = ["Name", ["First"], {"${Name}Policy": policy}]
    (deny,) = lifted(template)
    assert (deny.logical_id, deny.liftings[0].outcome) == ("FirstPolicy", "lifted")


def test_parameters_of_resources_in_loops_can_be_unchangeable() -> None:
    key = {"Type": "AWS::KMS::Key", "Properties": {"MultiRegion": {"Ref": "Multi"}}}
    template = {
        "Transform": "AWS::LanguageExtensions",
        "Parameters": {"Multi": {"Type": "String"}},
        "Resources": {"Fn::ForEach::Keys": ["Name", ["First"], {"${Name}Key": key}]},
    }
    assert unchangeable_parameters(template) == {"Multi"}


def test_as_few_parameters_as_possible_change() -> None:
    template = queue(
        rules={
            "Stage": rule(equals("Locked", "true"), equals("Stage", "prod")),
            "Owner": rule(equals("Owner", "me"), equals("Stage", "prod")),
        },
        Stage={"Type": "String", "AllowedValues": ["prod", "dev"], "Default": "prod"},
        Owner={"Type": "String", "Default": "me"},
    )
    assert outcomes(lifted(template)) == {"": ("lifted", {"Locked": "false", "Stage": "dev"})}


def test_a_deny_that_another_replaces_is_not_lifted() -> None:
    stricter = {**DENY, "Sid": "Closed", "Action": "sqs:*"}
    assert lifted(queue(stricter)) == ()
    weaker = {**DENY, "Sid": "Weak", "Condition": {"StringEquals": {"aws:PrincipalTag/team": "a"}}}
    assert outcomes(lifted(queue(weaker))) == {"": ("lifted", {"Locked": "false"})}


def test_a_parameter_that_no_update_can_change_lifts_nothing() -> None:
    assert lifted(queue(), unchangeable=frozenset({"Locked"})) == ()


def test_multi_region_of_a_key_cannot_be_changed(rendered: Rendered) -> None:
    assert unchangeable_parameters(rendered.template) == {"MultiRegion"}


def test_rules_that_cannot_be_decided_are_unknown() -> None:
    lookup = rule({"Fn::Contains": [{"Fn::RefAll": "AWS::EC2::VPC::Id"}, {"Ref": "Locked"}]})
    denies = lifted(queue(), {"theirs": {"Lookup": lookup}})
    assert outcomes(denies) == {"": ("lifted", {"Locked": "false"}), "theirs": ("undecided", {})}


def test_too_many_updates_are_unknown() -> None:
    stages = {
        f"Stage{number}": {"Type": "String", "AllowedValues": list("abcd"), "Default": "a"} for number in range(4)
    }
    template = queue(rules={"Always": rule(equals("Locked", "true"))}, **stages)
    all_a = [equals(name, "a") for name in stages]
    template["Conditions"]["IsLocked"] = {"Fn::Or": [equals("Locked", "true"), {"Fn::And": all_a}]}
    assert outcomes(lifted(template)) == {"": ("undecided", {})}


def test_a_deny_that_the_launch_does_not_have_is_not_lifted() -> None:
    assert lifted(queue(), Locked="false") == ()


def test_a_list_is_kept_member_by_member() -> None:
    names = {"Type": "CommaDelimitedList", "Default": "a, b"}
    template = queue(rules={"Names": rule({"Fn::Contains": [{"Ref": "Names"}, "b"]})}, Names=names)
    assert outcomes(lifted(template)) == {"": ("lifted", {"Locked": "false"})}


def test_a_secret_is_not_shown() -> None:
    template = queue(rules={"Key": rule(equals("Key", "open"), equals("Locked", "false"))})
    template["Parameters"]["Key"] = {"Type": "String", "NoEcho": True, "Default": "closed"}
    assert outcomes(lifted(template)) == {"": ("lifted", {"Key": "****", "Locked": "false"})}


def test_json() -> None:
    (deny,) = as_data(lifted(queue(), {"dev": {"R": rule(equals("Locked", "true"))}}))
    assert deny == {
        "logical_id": "Policy",
        "statement": "Locked",
        "updates": [
            {"portfolio": None, "outcome": "lifted", "parameters": {"Locked": "false"}},
            {"portfolio": "dev", "outcome": "refused", "parameters": {}},
        ],
    }


NAMES = ("Locked", "A", "B", "C")
TERM = st.builds(equals, st.sampled_from(NAMES), st.sampled_from(["true", "false"]))
FUNCTION = st.recursive(
    TERM,
    lambda inner: (
        st.builds(
            lambda name, members: {name: members},
            st.sampled_from(["Fn::And", "Fn::Or"]),
            st.lists(inner, min_size=2, max_size=3),
        )
        | st.builds(lambda member: {"Fn::Not": [member]}, inner)
    ),
    max_leaves=4,
)
RULES = st.dictionaries(
    st.sampled_from(["R1", "R2", "R3"]), st.builds(rule, FUNCTION, st.none() | FUNCTION), max_size=3
)


@settings(max_examples=30)
@given(rules=RULES)
def test_a_deny_is_lifted_exactly_if_some_launch_lifts_it(rules: dict[str, Any]) -> None:
    """Compared with every combination of values."""
    launches = [
        dict(zip(NAMES, (str(bool(number >> bit & 1)).lower() for bit in range(len(NAMES))), strict=True))
        for number in range(2 ** len(NAMES))
    ]
    accepted = [launch for launch in launches if all(result.passed for result in evaluate_rules(rules, launch, PLACE))]
    template = queue(rules=rules, A=flag(), B=flag(), C=flag())
    for launch in [launch for launch in accepted if launch["Locked"] == "true"][:2]:
        denies = lifted(template, **launch)
        assert bool(denies) is any(other["Locked"] == "false" for other in accepted)
        for deny in denies:
            assert launch | dict(deny.liftings[0].changes) in accepted
