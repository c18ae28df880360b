"""Controls that look at launches, against every launch rendered by itself."""

from __future__ import annotations

import itertools
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from catalog.cfn import Pseudo, evaluate_rules, render
from catalog.check.controls.e9014_no_open_admin_ports import NoOpenAdminPorts

CHOICES = {
    "Source": ["0.0.0.0/0", "10.0.0.0/8"],
    "Port": ["22", "443"],
    "Size": ["small", "large"],
}
PARAMETERS = {name: {"Type": "String", "AllowedValues": values} for name, values in CHOICES.items()}
CONDITIONS = {
    "Open": {"Fn::Equals": [{"Ref": "Source"}, "0.0.0.0/0"]},
    "Large": {"Fn::Equals": [{"Ref": "Size"}, "large"]},
    "Both": {"Fn::And": [{"Condition": "Open"}, {"Condition": "Large"}]},
    "Neither": {"Fn::Not": [{"Fn::Or": [{"Condition": "Open"}, {"Condition": "Large"}]}]},
}
PSEUDO = Pseudo("111122223333", "us-east-1", stack_name="stack", stack_id="stack")


def either(values: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    """A value, or a Fn::If of values, nested at most once."""
    branch = st.builds(lambda name, a, b: {"Fn::If": [name, a, b]}, st.sampled_from(sorted(CONDITIONS)), values, values)
    return values | branch


PORTS = either(st.sampled_from([22, 443, {"Ref": "Port"}]))
SOURCES = either(st.sampled_from(["0.0.0.0/0", "192.168.0.0/16", {"Ref": "Source"}, {"Fn::Sub": "${Source}"}]))
RULES = either(
    st.builds(
        lambda port, source: {"IpProtocol": "tcp", "FromPort": port, "ToPort": port, "CidrIp": source}, PORTS, SOURCES
    )
)
ASSERTIONS = st.sampled_from(
    [
        None,
        {"Fn::Equals": [{"Ref": "Source"}, "10.0.0.0/8"]},
        {"Fn::Not": [{"Fn::Equals": [{"Ref": "Port"}, "22"]}]},
        {"Fn::Or": [{"Fn::Equals": [{"Ref": "Size"}, "small"]}, {"Fn::Equals": [{"Ref": "Source"}, "10.0.0.0/8"]}]},
    ]
)


def is_open_in_a_launch(template: dict[str, Any]) -> bool:
    for chosen in itertools.product(*CHOICES.values()):
        values = dict(zip(CHOICES, chosen, strict=True))
        if not all(result.passed for result in evaluate_rules(template.get("Rules", {}), values, PSEUDO)):
            continue
        for resource in render(template, values, PSEUDO)["Resources"].values():
            for rule in resource["Properties"]["SecurityGroupIngress"]:
                if rule["CidrIp"] == "0.0.0.0/0" and int(rule["FromPort"]) == 22:
                    return True
    return False


@given(st.lists(RULES, min_size=1, max_size=2), ASSERTIONS, st.sampled_from([None, *sorted(CONDITIONS)]))
@settings(deadline=None, max_examples=60)
def test_a_rule_is_a_fault_exactly_if_a_launch_opens_it(
    rules: list[Any], assertion: Any, condition: str | None
) -> None:
    group: dict[str, Any] = {
        "Type": "AWS::EC2::SecurityGroup",
        "Properties": {"GroupDescription": "x", "SecurityGroupIngress": rules},
    }
    template: dict[str, Any] = {
        "Parameters": PARAMETERS,
        "Conditions": CONDITIONS,
        "Resources": {"Group": {**group, **({"Condition": condition} if condition else {})}},
    }
    if assertion:
        template["Rules"] = {"Asked": {"Assertions": [{"Assert": assertion}]}}
    assert bool(list(NoOpenAdminPorts().faults(template))) is is_open_in_a_launch(template)
