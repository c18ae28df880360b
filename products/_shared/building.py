"""A template from its sections, with the tags, rules and outputs that all products have alike."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from troposphere import (
    AWSObject,
    Equals,
    Export,
    If,
    Not,
    NoValue,
    Output,
    Parameter,
    Ref,
    Select,
    Split,
    Sub,
    Tag,
    Tags,
    Template,
)

from _shared.parameters import Parameters

HAS_COMPLIANCE = {"HasCompliance": Not(Equals(Ref("Compliance"), ""))}
KEPT = {"DeletionPolicy": "RetainExceptOnCreate", "UpdateReplacePolicy": "Retain"}
"""For what holds data: it stays when its stack is deleted, except after a launch that failed."""
DELETED = {"DeletionPolicy": "Delete", "UpdateReplacePolicy": "Retain"}


def tags(*more: Tag) -> Tags:
    """The duty tags, who manages the resource, and more."""
    return Tags(
        Tag("Environment", Ref("Environment")),
        Tag("Service", Ref("Service")),
        Tag("DataCategory", Ref("DataCategory")),
        If("HasCompliance", Tag("Compliance", Ref("Compliance")), NoValue),
        Tag("ManagedBy", "service-catalog"),
        *more,
    )


def rule_equals(name: str, value: str) -> dict[str, Any]:
    """The parameter has the value. Rule functions compare strings, even for a Number."""
    return {"Fn::Equals": [{"Ref": name}, value]}


def one_of(name: str, *values: str) -> dict[str, Any]:
    """The parameter has one of the values. Rules compare texts, and have no "at least"."""
    return {"Fn::Contains": [list(values), {"Ref": name}]}


def rule_given(name: str) -> dict[str, Any]:
    """The parameter is not empty."""
    return {"Fn::Not": [rule_equals(name, "")]}


def rule(condition: Mapping[str, Any] | None, *assertions: tuple[Mapping[str, Any], str]) -> dict[str, Any]:
    """A rule: where the condition holds, each assertion must hold; the text says so to people."""
    made = [{"Assert": dict(assertion), "AssertDescription": words} for assertion, words in assertions]
    return {**({"RuleCondition": dict(condition)} if condition else {}), "Assertions": made}


def role_arn(parameter: str, prefix: str) -> Sub:
    """The ARN of the role that a parameter names. The prefix is a literal: the launch role passes no other role.

    The prefix is added at the end too, so that there is something to select where the parameter is empty.
    """
    rest = Select(1, Split(prefix, Sub(f"${{{parameter}}}{prefix}")))
    return Sub(f"arn:${{AWS::Partition}}:iam::${{AWS::AccountId}}:role/{prefix}${{Rest}}", Rest=rest)


def given(name: str) -> Any:
    """The condition that a parameter is not empty."""
    return Not(Equals(Ref(name), ""))


def output(name: str, description: str, value: Any, condition: str = "") -> Output:
    """An output that other stacks import as `<stack>-<name>`. The stack cannot be deleted while one imports it."""
    only = {"Condition": condition} if condition else {}
    return Output(name, Description=description, Value=value, Export=Export(Sub(f"${{AWS::StackName}}-{name}")), **only)


def build(
    description: str,
    *,
    parameters: Parameters,
    groups: Mapping[str, Sequence[str]],
    conditions: Mapping[str, Any],
    rules: Mapping[str, Any],
    resources: Sequence[AWSObject],
    outputs: Sequence[Output],
) -> Template:
    """The template, with the console's groups and labels of its parameters."""
    built = Template(description)
    built.set_version()
    built.set_metadata(
        {
            "AWS::CloudFormation::Interface": {
                "ParameterGroups": [
                    {"Label": {"default": label}, "Parameters": list(names)} for label, names in groups.items()
                ],
                "ParameterLabels": {name: {"default": label} for name, (label, _) in parameters.items()},
            }
        }
    )
    for name, (_, properties) in parameters.items():
        built.add_parameter(Parameter(name, **properties))
    for name, made in rules.items():
        built.add_rule(name, made)
    for name, condition in conditions.items():
        built.add_condition(name, condition)
    built.add_resource(list(resources))
    built.add_output(list(outputs))
    return built
