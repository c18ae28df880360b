"""The types of template parameters: which are lists, which need an SSM lookup, which form a value must have.

Source: CloudFormation user guide, "Parameters section structure" and "Specify existing resources at runtime with
CloudFormation-supplied parameter types". AWS also checks that the resource exists in the account; this code is pure
and only checks the form of its id or name.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from catalog.cfn.template import TemplateError

_ID = "[0-9a-f]{8}(?:[0-9a-f]{9})?"
AWS_TYPES = {
    "AWS::EC2::AvailabilityZone::Name": r"[a-z]{2,5}(?:-[a-z]+)+-\d+(?:-[a-z0-9]+-\d+)?[a-z]",
    "AWS::EC2::Image::Id": f"ami-{_ID}",
    "AWS::EC2::Instance::Id": f"i-{_ID}",
    "AWS::EC2::KeyPair::KeyName": r"[ -~]{1,255}",
    "AWS::EC2::SecurityGroup::GroupName": r"[ -~]{1,255}",
    "AWS::EC2::SecurityGroup::Id": f"sg-{_ID}",
    "AWS::EC2::Subnet::Id": f"subnet-{_ID}",
    "AWS::EC2::Volume::Id": f"vol-{_ID}",
    "AWS::EC2::VPC::Id": f"vpc-{_ID}",
    "AWS::Route53::HostedZone::Id": r"[A-Z0-9]{1,32}",
}
UNCHECKED_IN_A_LIST = frozenset({"AWS::EC2::KeyPair::KeyName"})
NUMBER = re.compile(r"[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d{1,9})?", re.ASCII)
"""Numbers as Java's BigDecimal reads them: an exponent with more digits is refused."""
DECLARED = frozenset(
    {
        "AllowedPattern",
        "AllowedValues",
        "ConstraintDescription",
        "Default",
        "Description",
        "MaxLength",
        "MaxValue",
        "MinLength",
        "MinValue",
        "NoEcho",
        "Type",
    }
)
"""The properties of a parameter."""
_SSM = re.compile(r"AWS::SSM::Parameter::Value<(.+)>")
_LIST = re.compile(r"List<(.+)>")


@dataclass(frozen=True, slots=True)
class ParameterType:
    """A parsed `Type`: `member` is String, Number or an AWS-specific type; `from_ssm`: the value is an SSM name."""

    member: str
    is_list: bool = False
    from_ssm: bool = False

    def split(self, value: str) -> tuple[str, ...]:
        """The members of a list value: split on commas, spaces trimmed; "" has one empty member. Else the value."""
        return tuple(member.strip() for member in value.split(",")) if self.is_list else (value,)

    def form(self) -> re.Pattern[str] | None:
        """The pattern of each member; None for strings."""
        if self.member == "Number":
            return NUMBER
        pattern = AWS_TYPES.get(self.member)
        return None if pattern is None else re.compile(pattern, re.ASCII)


def check_declaration(definition: Any) -> ParameterType:
    """The type of a parameter. Raises `TemplateError` on a declaration with a property or a type that is none."""
    if not isinstance(definition, Mapping):
        raise TemplateError("Template format error: Every Parameters member must be an object.")
    for name in definition:
        if name not in DECLARED:
            raise TemplateError(f"Invalid template parameter property '{name}'")
    return parse_type(definition.get("Type"))


def parse_type(text: object) -> ParameterType:
    """Parse the `Type` of a parameter. Raises `TemplateError` on a type that CloudFormation refuses."""
    if not isinstance(text, str):
        raise TemplateError("Template format error: Every Parameters object must contain a Type member.")
    ssm = _SSM.fullmatch(text)
    parsed = _parse(ssm[1] if ssm else text)
    if ssm:
        value = parsed or ParameterType("String")
        return ParameterType(value.member if value.member in AWS_TYPES else "String", value.is_list, from_ssm=True)
    if parsed is None:
        raise TemplateError(f"Template format error: Unrecognized parameter type: {text}")
    return parsed


def _parse(text: str) -> ParameterType | None:
    """A type by itself, or inside AWS::SSM::Parameter::Value<…>.

    CloudFormation takes any name in List<…> and in AWS::SSM::Parameter::Value<…>, and does not look at the values of
    those that it does not document (aws-cloudformation/cfn-lint#4361): they are strings here.
    """
    if text == "CommaDelimitedList":
        return ParameterType("String", is_list=True)
    if text in ("String", "AWS::SSM::Parameter::Name"):
        return ParameterType("String")
    listed = _LIST.fullmatch(text)
    member = listed[1] if listed else text
    if member == "Number" or (member in AWS_TYPES and not (listed and member in UNCHECKED_IN_A_LIST)):
        return ParameterType(member, is_list=bool(listed))
    return ParameterType("String", is_list=True) if listed else None
