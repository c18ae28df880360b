"""What the functions Fn::RefAll, Fn::ValueOf and Fn::ValueOfAll of Rules read in the account of a stack.

Source: CloudFormation template reference, "Rule functions": Fn::RefAll lists all that the account and Region have,
Fn::ValueOfAll asks all parameters of a type, and those without a tag are left out; its "Supported attributes". That
CloudFormation asks with the role of the stack, and that a missing tag of Fn::ValueOf is empty, is assumed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any, TypeVar

from catalog.cfn import ParameterValues, RuleLookups, Template, TemplateError
from catalog.cfn.parameter_types import parse_type
from catalog.cfn.template import is_list, section
from catalog.sandbox import identity
from catalog.sandbox.cloudformation.state import Stack
from catalog.sandbox.registry import calls
from catalog.sandbox.registry.naming import StackPlace

V = TypeVar("V")
Looking = Callable[[Template, ParameterValues], RuleLookups]
"""From a template and the values of its parameters to what its Rules may look up."""
LISTED: Mapping[str, tuple[str, str, str]] = {
    "AWS::EC2::AvailabilityZone::Name": ("DescribeAvailabilityZones", "AvailabilityZones", "ZoneName"),
    "AWS::EC2::KeyPair::KeyName": ("DescribeKeyPairs", "KeyPairs", "KeyName"),
    "AWS::EC2::SecurityGroup::GroupName": ("DescribeSecurityGroups", "SecurityGroups", "GroupName"),
    "AWS::EC2::SecurityGroup::Id": ("DescribeSecurityGroups", "SecurityGroups", "GroupId"),
    "AWS::EC2::Subnet::Id": ("DescribeSubnets", "Subnets", "SubnetId"),
    "AWS::EC2::VPC::Id": ("DescribeVpcs", "Vpcs", "VpcId"),
    "AWS::EC2::Volume::Id": ("DescribeVolumes", "Volumes", "VolumeId"),
}
"""Type of a parameter → the operation of EC2 that lists its values, and where they are in the answer."""
DEFAULTS: Mapping[str, tuple[str, str, str, Mapping[str, str]]] = {
    "DefaultNetworkAcl": ("DescribeNetworkAcls", "NetworkAcls", "NetworkAclId", {"default": "true"}),
    "DefaultSecurityGroup": ("DescribeSecurityGroups", "SecurityGroups", "GroupId", {"group-name": "default"}),
}
"""Attribute of a VPC → how it is found."""
OWN: Mapping[str, tuple[str, ...]] = {"AWS::EC2::Subnet::Id": ("AvailabilityZone", "VpcId")}
TAGGED = ("AWS::EC2::SecurityGroup::Id", "AWS::EC2::Subnet::Id", "AWS::EC2::VPC::Id")


class Asked(Mapping[Any, V]):
    """Answers that are looked up when a rule needs them."""

    def __init__(self, find: Callable[[Any], V]) -> None:
        self.find = find

    def __getitem__(self, key: Any) -> V:
        """The answer; raises `KeyError` for what is not looked up."""
        return self.find(key)

    def __iter__(self) -> Iterator[Any]:
        """Nothing is listed beforehand."""
        return iter(())

    def __len__(self) -> int:
        """Nothing is counted beforehand."""
        return 0


def lookups_of(stack: Stack) -> Looking:
    """A look into the account of a stack, with the launch role's permissions if they are enforced."""
    place = StackPlace(stack.account, stack.region, stack.partition, stack.name, "")

    def ask(operation: str, listed: str, **parameters: Any) -> list[Mapping[str, Any]]:
        where = {**identity.FORWARDED, "aws:requestedregion": place.region}
        reason = stack.launch_role and identity.refusal(stack.launch_role, f"ec2:{operation}", "*", where)
        if reason:
            raise TemplateError(reason)
        return list(calls.call("ec2", operation, place, parameters)[listed])

    def all_of(kind: str) -> list[str]:
        operation, listed, name = LISTED[kind]
        return [str(each[name]) for each in ask(operation, listed)]

    def attribute(kind: str, value: str, name: str) -> str | None:
        if kind == "AWS::EC2::VPC::Id" and name in DEFAULTS:
            operation, listed, shown, filters = DEFAULTS[name]
            wanted = [{"Name": key, "Values": [it]} for key, it in {"vpc-id": value, **filters}.items()]
            return next((str(each[shown]) for each in ask(operation, listed, Filters=wanted)), None)
        tag = name.removeprefix("Tags.")
        if name not in OWN.get(kind, ()) and (tag == name or kind not in TAGGED):
            raise KeyError(name)
        operation, listed, shown = LISTED[kind]
        described = next(each for each in ask(operation, listed) if each[shown] == value)
        if tag == name:
            return str(described[name])
        return next((str(each["Value"]) for each in described.get("Tags", ()) if each["Key"] == tag), None)

    def looking(template: Template, values: ParameterValues) -> RuleLookups:
        kinds = {name: parse_type(body.get("Type")).member for name, body in section(template, "Parameters").items()}

        def value_of(key: tuple[str, str]) -> str | list[str]:
            name, wanted = key
            answers = [attribute(kinds[name], value, wanted) or "" for value in members(values[name])]
            return answers if is_list(values[name]) else answers[0]

        def value_of_all(key: tuple[str, str]) -> list[str]:
            kind, wanted = key
            asked = [value for name, own in kinds.items() if own == kind for value in members(values[name])]
            return [answer for value in asked if (answer := attribute(kind, value, wanted)) is not None]

        return RuleLookups(Asked(all_of), Asked(value_of), Asked(value_of_all))

    return looking


def members(value: Any) -> list[str]:
    """The values of a parameter; of a list without members none."""
    return [str(each) for each in (value if is_list(value) else [value]) if each]
