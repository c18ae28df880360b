"""Any template gives a result or a TemplateError, never another exception."""

import contextlib
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from catalog.cfn import Pseudo, TemplateError, evaluate_rules, render, resolve_parameters, resource_order
from catalog.cfn.intrinsics import FUNCTIONS
from catalog.cfn.rules import LOOKUPS, MEMBER_FUNCTIONS

PSEUDO = Pseudo("123456789012", "eu-west-1", availability_zones=("eu-west-1a",))
NAMES = ["A", "B", "C", "P", "L", "AWS::Region", "AWS::NoValue", "A.Arn", "${A}", "${P}", "${", "1", "10.0.0.0/16", ""]
KEYS = ["A", "B", "C", "Type", "Properties", "DependsOn", "Condition", "Value", "Default", "AllowedValues"]
DEFINITIONS = ["AllowedPattern", "MinValue", "MaxLength", "NoEcho", "Assert", "Assertions", "RuleCondition"]
CALLS = [*FUNCTIONS, "Fn::And", "Fn::Or", "Fn::Not", "Fn::Equals", "Fn::ForEach::X", *MEMBER_FUNCTIONS, *LOOKUPS]
TYPES = ["String", "Number", "CommaDelimitedList", "List<Number>", "AWS::EC2::VPC::Id"]

SCALARS = st.one_of(st.sampled_from(NAMES), st.sampled_from(TYPES), st.integers(-1, 40), st.booleans(), st.floats())


def nested(children: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.one_of(
        st.lists(children, max_size=4),
        st.dictionaries(st.sampled_from(KEYS + DEFINITIONS), children, max_size=4),
        st.tuples(st.sampled_from(CALLS), children | st.lists(children, min_size=1, max_size=4)).map(
            lambda c: dict([c])
        ),
    )


VALUES = st.recursive(SCALARS, nested, max_leaves=12)
MEMBERS = st.dictionaries(st.sampled_from(["A", "B", "C", "P", "L", "Fn::ForEach::X"]), VALUES, max_size=3)
RESOURCES = st.dictionaries(
    st.sampled_from(["A", "B"]),
    st.fixed_dictionaries({"Type": st.just("X")}, optional={"Properties": VALUES, "DependsOn": VALUES}),
    min_size=1,
)
TEMPLATES = st.fixed_dictionaries(
    {"Resources": RESOURCES | MEMBERS},
    optional={
        "Conditions": MEMBERS,
        "Mappings": MEMBERS,
        "Outputs": MEMBERS,
        "Transform": st.just("AWS::LanguageExtensions"),
    },
)


@settings(max_examples=100)
@given(TEMPLATES)
def test_render(template: dict[str, Any]) -> None:
    with contextlib.suppress(TemplateError):
        resource_order(render(template, {"P": "p", "L": ("a", "")}, PSEUDO))


@settings(max_examples=100)
@given(MEMBERS, st.dictionaries(st.sampled_from("ABCPL"), st.sampled_from(NAMES)))
def test_resolve_parameters(definitions: dict[str, Any], given_values: dict[str, str]) -> None:
    with contextlib.suppress(TemplateError):
        resolve_parameters({"Parameters": definitions}, given_values)


DEFINITION = st.fixed_dictionaries(
    {"Type": st.sampled_from(TYPES)}, optional=dict.fromkeys(["Default", "AllowedValues", *DEFINITIONS[:4]], VALUES)
)


@settings(max_examples=100)
@given(DEFINITION, st.sampled_from(NAMES))
def test_resolve_one_parameter(definition: dict[str, Any], value: str) -> None:
    with contextlib.suppress(TemplateError):
        resolve_parameters({"Parameters": {"P": definition}}, {"P": value})


@settings(max_examples=100)
@given(VALUES, VALUES)
def test_evaluate_rules(condition: Any, assertion: Any) -> None:
    for rule in (assertion, {"RuleCondition": condition, "Assertions": [{"Assert": assertion}]}):
        with contextlib.suppress(TemplateError):
            evaluate_rules({"R": rule}, {"P": "p", "L": ("a", "")}, PSEUDO)
