"""Whether what a parameter of an AWS-specific type names exists in the account and Region.

Source: CloudFormation user guide, "Specify existing resources at runtime with CloudFormation-supplied parameter types".
The permissions are those of the calls; that CloudFormation makes them with the role of the stack is assumed.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from catalog.cfn import TemplateError
from catalog.cfn.parameter_types import AWS_TYPES, parse_type
from catalog.cfn.template import is_list, section
from catalog.sandbox import identity
from catalog.sandbox.cloudformation.state import Stack
from catalog.sandbox.registry import calls
from catalog.sandbox.registry.calls import CallRefused
from catalog.sandbox.registry.naming import StackPlace

Lookup = Callable[[StackPlace, str], bool]
Exists = Callable[[str, str, bool], bool]
"""From a type, a value and whether it comes from SSM to whether there is one.

It raises `TemplateError` without the permission to look. For a value from SSM no permission but that of SSM is asked.
"""


def _by_id(operation: str, parameter: str) -> Lookup:
    def exists(place: StackPlace, value: str) -> bool:
        try:
            answer = calls.call("ec2", operation, place, {parameter: [value]})
        except CallRefused:
            return False
        return any(answer.values())

    return exists


def _zone(place: StackPlace, value: str) -> bool:
    zones = calls.call("ec2", "DescribeAvailabilityZones", place, {})["AvailabilityZones"]
    return value in {zone["ZoneName"] for zone in zones}


def _hosted_zone(place: StackPlace, value: str) -> bool:
    zones = calls.call("route53", "ListHostedZones", place, {})["HostedZones"]
    return value in {zone["Id"].rpartition("/")[2] for zone in zones}


def _parameter(place: StackPlace, value: str) -> bool:
    return bool(calls.call("ssm", "GetParameters", place, {"Names": [value]}).get("Parameters"))


LOOKUPS: Mapping[str, tuple[str, Lookup]] = {
    "AWS::EC2::AvailabilityZone::Name": ("ec2:DescribeAvailabilityZones", _zone),
    "AWS::EC2::Image::Id": ("ec2:DescribeImages", _by_id("DescribeImages", "ImageIds")),
    "AWS::EC2::Instance::Id": ("ec2:DescribeInstances", _by_id("DescribeInstances", "InstanceIds")),
    "AWS::EC2::KeyPair::KeyName": ("ec2:DescribeKeyPairs", _by_id("DescribeKeyPairs", "KeyNames")),
    "AWS::EC2::SecurityGroup::GroupName": (
        "ec2:DescribeSecurityGroups",
        _by_id("DescribeSecurityGroups", "GroupNames"),
    ),
    "AWS::EC2::SecurityGroup::Id": ("ec2:DescribeSecurityGroups", _by_id("DescribeSecurityGroups", "GroupIds")),
    "AWS::EC2::Subnet::Id": ("ec2:DescribeSubnets", _by_id("DescribeSubnets", "SubnetIds")),
    "AWS::EC2::VPC::Id": ("ec2:DescribeVpcs", _by_id("DescribeVpcs", "VpcIds")),
    "AWS::EC2::Volume::Id": ("ec2:DescribeVolumes", _by_id("DescribeVolumes", "VolumeIds")),
    "AWS::Route53::HostedZone::Id": ("route53:ListHostedZones", _hosted_zone),
    "AWS::SSM::Parameter::Name": ("ssm:GetParameters", _parameter),
}
"""Type of a parameter → the IAM action that looks for its values, and how."""


def exists_for(stack: Stack) -> Exists:
    """A look into the account of a stack, with the launch role's permissions if they are enforced."""
    place = StackPlace(stack.account, stack.region, stack.partition, stack.name, "")

    def exists(type_name: str, value: str, from_ssm: bool) -> bool:  # a value of the parameter's type
        action, lookup = LOOKUPS[type_name]
        where = {"aws:requestedregion": place.region}
        if stack.launch_role and not from_ssm:
            resource = "*"
            if action.startswith("ssm:"):
                name = value.removeprefix("/")
                resource = f"arn:{place.partition}:ssm:{place.region}:{place.account}:parameter/{name}"
            if reason := identity.refusal(stack.launch_role, action, resource, {**identity.FORWARDED, **where}):
                raise TemplateError(reason)
        return lookup(place, value)

    return exists


def check_existing(template: Mapping[str, Any], values: Mapping[str, Any], exists: Exists) -> None:
    """Refuse a parameter whose value does not exist; raises `TemplateError` with CloudFormation's message."""
    for name, declared in section(template, "Parameters").items():
        kind, from_ssm = _looked_up(declared)
        value = values.get(name)
        for member in list(value) if is_list(value) and value is not None else [value]:
            if kind and member and not exists(kind, str(member), from_ssm):
                raise TemplateError(
                    f"Parameter validation failed: parameter value {member} for parameter name {name} does not exist"
                )


def _looked_up(declared: Mapping[str, Any]) -> tuple[str, bool]:
    """The type whose values are looked for, empty for texts and numbers, and whether they come from SSM."""
    text = str(declared.get("Type"))
    if text == "AWS::SSM::Parameter::Name":
        return text, False
    kind = parse_type(text)
    return kind.member if kind.member in AWS_TYPES else "", kind.from_ssm
