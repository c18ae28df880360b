"""Permissions for what CloudFormation itself looks up for a template, before a handler runs: SSM, secrets, EC2 ids.

Sources: CloudFormation user guide, "Specify existing resources at runtime with CloudFormation-supplied parameter types"
(values are validated against the account, SSM's are fetched), "Get values stored in other services using dynamic
references", and "AWS::LanguageExtensions transform" (a transform needs CreateChangeSet on its own ARN).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from catalog.cfn import Template
from catalog.cfn.expansion import PRODUCT_OUTPUT
from catalog.cfn.intrinsics import GET_STACK_OUTPUT
from catalog.cfn.parameter_types import parse_type
from catalog.cfn.template import is_list, section, text_of, transforms
from catalog.roles.statements import Grant
from catalog.roles.values import keys_of

DYNAMIC = re.compile(r"\{\{resolve:(ssm|ssm-secure|secretsmanager):([^}]*)\}\}")
STACK = re.compile(r"[A-Za-z][A-Za-z0-9-]*", re.ASCII)
PLAIN = re.compile(r"[\w./-]+", re.ASCII)

LOOKED_UP: Mapping[str, str] = {
    "AWS::EC2::AvailabilityZone::Name": "ec2:DescribeAvailabilityZones",
    "AWS::EC2::Image::Id": "ec2:DescribeImages",
    "AWS::EC2::Instance::Id": "ec2:DescribeInstances",
    "AWS::EC2::KeyPair::KeyName": "ec2:DescribeKeyPairs",
    "AWS::EC2::SecurityGroup::GroupName": "ec2:DescribeSecurityGroups",
    "AWS::EC2::SecurityGroup::Id": "ec2:DescribeSecurityGroups",
    "AWS::EC2::Subnet::Id": "ec2:DescribeSubnets",
    "AWS::EC2::VPC::Id": "ec2:DescribeVpcs",
    "AWS::EC2::Volume::Id": "ec2:DescribeVolumes",
    "AWS::Route53::HostedZone::Id": "route53:ListHostedZones",
}
"""Type of a parameter → the IAM action that looks up its values."""


OF_A_VPC: Mapping[str, str] = {
    "DefaultNetworkAcl": "ec2:DescribeNetworkAcls",
    "DefaultSecurityGroup": "ec2:DescribeSecurityGroups",
}
"""Attribute of a VPC in a rule → the IAM action that looks it up."""


def template_grants(template: Template) -> Iterator[Grant]:
    """What the template itself needs, without its resources."""
    for name, definition in section(template, "Parameters").items():
        if isinstance(definition, Mapping):
            yield from parameter_grants(name, definition)
    for text in texts(template):
        for service, rest in DYNAMIC.findall(text):
            yield dynamic_grant(service, rest)
        if PRODUCT_OUTPUT.search(text):
            yield look_up("servicecatalog:GetProvisionedProductOutputs", "outputs of provisioned products")
    for argument in calls_of(GET_STACK_OUTPUT, template):
        yield from stack_output_grants(argument)
    yield from rule_grants(template.get("Rules"))
    if "Fn::GetAZs" in keys_of(template):
        yield look_up("ec2:DescribeAvailabilityZones", "Fn::GetAZs")
    for name in transforms(template):
        # Transforms of AWS belong to no account, AWS::LanguageExtensions as transform/LanguageExtensions.
        account = "aws" if name.startswith("AWS::") else "${AWS::AccountId}"
        arn = f"arn:${{AWS::Partition}}:cloudformation:*:{account}:transform/{name.removeprefix('AWS::')}"
        reason = f"the template has the transform {name}"
        yield Grant("cloudformation:CreateChangeSet", ("transform",), frozenset({arn}), "", reason, named=True)


def parameter_grants(name: str, definition: Mapping[str, Any]) -> Iterator[Grant]:
    """What one parameter needs."""
    kind = parse_type(definition.get("Type"))
    if kind.from_ssm:
        names = definition.get("AllowedValues", ["*"])
        arns = frozenset(parameter_arn(text_of(name) or "*") for name in (names if is_list(names) else ["*"]))
        yield Grant("ssm:GetParameters", ("parameter",), arns, "", f"parameter {name} is read from SSM")
    elif kind.member in LOOKED_UP:
        yield look_up(LOOKED_UP[kind.member], f"parameter {name} of type {kind.member}")


def rule_grants(rules: Any) -> Iterator[Grant]:
    """What the functions of Rules look up besides the values of parameters."""
    for kind in calls_of("Fn::RefAll", rules):
        if isinstance(kind, str) and kind in LOOKED_UP:
            yield look_up(LOOKED_UP[kind], f"Fn::RefAll of {kind}")
    for function in ("Fn::ValueOf", "Fn::ValueOfAll"):
        for argument in calls_of(function, rules):
            name = argument[1] if is_list(argument) and len(argument) == 2 else None
            if isinstance(name, str) and name in OF_A_VPC:
                yield look_up(OF_A_VPC[name], f"{function} {name}")


def stack_output_grants(argument: Any) -> Iterator[Grant]:
    """What a Fn::GetStackOutput needs: the role of the stack reads the other stack, or assumes the role that does."""
    if not isinstance(argument, Mapping):
        return
    role, reason = argument.get("RoleArn"), f"the template has {GET_STACK_OUTPUT}"
    if role is not None:
        arn = role if isinstance(role, str) else "*"
        yield Grant("sts:AssumeRole", ("role",), frozenset({arn}), "", reason, named=isinstance(role, str))
        return
    region, stack = argument.get("Region"), argument.get("StackName")
    place = region if isinstance(region, str) else "*"
    name = stack if isinstance(stack, str) and STACK.fullmatch(stack) else "*"
    arn = f"arn:${{AWS::Partition}}:cloudformation:{place}:${{AWS::AccountId}}:stack/{name}/*"
    yield Grant("cloudformation:DescribeStacks", ("stack",), frozenset({arn}), "", reason, named=True)


def calls_of(function: str, node: Any) -> Iterator[Any]:
    """The argument of every call of a function, at any depth."""
    if isinstance(node, Mapping):
        for key, value in node.items():
            if key == function:
                yield value
            yield from calls_of(function, value)
    elif is_list(node):
        for member in node:
            yield from calls_of(function, member)


def look_up(action: str, source: str) -> Grant:
    """A call that lists what the account has."""
    return Grant(action, (), frozenset({"*"}), "", f"CloudFormation looks up {source}")


def dynamic_grant(service: str, rest: str) -> Grant:
    """What a dynamic reference needs; a name with functions or variables becomes `*`."""
    if service == "secretsmanager":
        arns = frozenset({secret_arn(rest)})
        return Grant("secretsmanager:GetSecretValue", ("secret",), arns, "", "the template refers to a secret")
    arns = frozenset({parameter_arn(rest.split(":")[0])})
    return Grant("ssm:GetParameters", ("parameter",), arns, "", "the template refers to SSM parameters")


def secret_arn(rest: str) -> str:
    """The ARN in a reference to a secret, or the ARN of its name; Secrets Manager adds six characters to a name."""
    arn = re.match(r"arn:[^:$]*:secretsmanager:[^:$]*:[^:$]*:secret:[^:$]*(?=:|$)", rest)
    if arn:
        return arn[0]
    name = rest.split(":")[0]
    last = f"{name}-??????" if PLAIN.fullmatch(name) else "*"
    return f"arn:${{AWS::Partition}}:secretsmanager:*:${{AWS::AccountId}}:secret:{last}"


def parameter_arn(name: str) -> str:
    """The ARN of an SSM parameter, in which the first slash of the name is not repeated.

    Public parameters, whose names begin with /aws/, belong to no account (Systems Manager user guide, "Finding public
    parameters": the ARN in the answer of GetParameters).
    """
    last = name.removeprefix("/") if PLAIN.fullmatch(name) else "*"
    account = "" if name.startswith("/aws/") else "${AWS::AccountId}"
    return f"arn:${{AWS::Partition}}:ssm:*:{account}:parameter/{last}"


def texts(node: Any) -> Iterator[str]:
    """Every text of the template."""
    if isinstance(node, str):
        yield node
    elif isinstance(node, Mapping):
        for value in node.values():
            yield from texts(value)
    elif is_list(node):
        for member in node:
            yield from texts(member)
