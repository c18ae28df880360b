"""ARNs of a template's resources, narrowed by the names that it gives: `TopicName: alerts-${Environment}`.

For types whose name is a property and is part of the ARN. When a version has no name, CloudFormation generates one, and
the ARN matches every resource of the kind. An action of another type on the same kind (a subscription to a topic that a
parameter names) is not narrowed.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from catalog.cfn.references import parse_sub, sub_parts
from catalog.cfn.template import is_list, text_of
from catalog.roles.values import TemplateResource, TemplateView

ACCOUNT = "${AWS::AccountId}"
SAFE = re.compile(r"[A-Za-z0-9/_.+=,@-]*")
"""Literal parts that a pattern can contain; any other text becomes `*`."""


@dataclass(frozen=True, slots=True)
class NamedType:
    """A type whose ARN contains the value of a property."""

    property: str
    arns: Mapping[str, str]
    """Kind of resource in IAM → the last part of its ARN, with `{name}`."""


NAMED: Mapping[str, NamedType] = {
    "AWS::DynamoDB::Table": NamedType(
        "TableName",
        {
            "table": "table/{name}",
            "index": "table/{name}/index/*",
            "stream": "table/{name}/stream/*",
            "import": "table/{name}/import/*",
        },
    ),
    "AWS::KMS::Alias": NamedType("AliasName", {"alias": "{name}"}),
    "AWS::S3::Bucket": NamedType("BucketName", {"bucket": "{name}", "object": "{name}/*"}),
    "AWS::S3::BucketPolicy": NamedType("Bucket", {"bucket": "{name}"}),
    "AWS::SNS::Topic": NamedType("TopicName", {"topic": "{name}"}),
    "AWS::SQS::Queue": NamedType("QueueName", {"queue": "{name}"}),
}
REF_IS_THE_NAME = frozenset({"AWS::DynamoDB::Table", "AWS::S3::Bucket"})
"""Types whose Ref is the name (template reference, return values): a bucket policy's Bucket refers to a bucket."""


def named_arns(resource_type: str, kind: str, resources: Sequence[TemplateResource]) -> frozenset[str] | None:
    """The ARNs of one kind that these resources can have; None when a name can have any value."""
    named = NAMED.get(resource_type)
    if named is None or kind not in named.arns:
        return None
    names = frozenset(name for resource in resources for name in patterns(resource, named.property))
    if not names or "*" in names:
        return None
    service = "s3" if resource_type.startswith("AWS::S3::") else resource_type.split("::")[1].lower()
    return frozenset(full_arn(service, named.arns[kind].format(name=name)) for name in names)


def full_arn(service: str, resource: str) -> str:
    """The ARN of a resource; buckets have neither Region nor account."""
    if service == "s3":
        return f"arn:${{AWS::Partition}}:s3:::{resource}"
    return f"arn:${{AWS::Partition}}:{service}:*:{ACCOUNT}:{resource}"


def patterns(resource: TemplateResource, name: str) -> frozenset[str]:
    """The names that a resource can have, as IAM patterns; `*` for one that CloudFormation generates."""
    names = {text for node in resource.nodes(name) for text in texts(resource.view, node)}
    return frozenset(names | ({"*"} if resource.missing(name).absent else set()))


def texts(view: TemplateView, node: Any) -> Iterable[str]:
    """The texts that a node can have; `*` for a value that is not known before launch."""
    if isinstance(node, Mapping) and len(node) == 1:
        ((function, argument),) = node.items()
        match function:
            case "Ref":
                return referred(view, argument)
            case "Fn::If":
                return [text for branch in view.branches(argument) for text in texts(view, branch)]
            case "Fn::Sub":
                text, variables = parse_sub(argument)
                parts = (literal(part) + variable(view, name, variables) for part, name in sub_parts(text))
                return [tidy("".join(parts))]
            case "Fn::Join" if is_list(argument) and len(argument) == 2 and is_list(argument[1]):
                return [tidy(str(argument[0]).join(only_text(view, part) for part in argument[1]))]
        return ["*"]
    return [literal(text_of(node) or "*")]


def referred(view: TemplateView, name: Any) -> Iterable[str]:
    """The values of a Ref: the account id, a parameter's values, or the name of another resource."""
    if name == "AWS::AccountId":
        return [ACCOUNT]
    allowed = view.allowed(name)
    if allowed is not None:
        return [literal(text) for text in allowed]
    for resource in view.resources():
        if resource.logical_id == name and resource.type in REF_IS_THE_NAME:
            return patterns(resource, NAMED[resource.type].property)
    return ["*"]


def variable(view: TemplateView, name: str, variables: Mapping[str, Any]) -> str:
    """The text for `${name}` in a Fn::Sub: the account id, the only possible value, or `*`."""
    return only_text(view, variables.get(name, {"Ref": name})) if name else ""


def only_text(view: TemplateView, node: Any) -> str:
    """The only text that a node can have, else `*`."""
    possible = list(texts(view, node))
    return possible[0] if len(possible) == 1 else "*"


def literal(text: str) -> str:
    """A text of the template as a pattern; `*` if it has unusual characters."""
    return text if SAFE.fullmatch(text) else "*"


def tidy(text: str) -> str:
    """A pattern without `**`."""
    return re.sub(r"\*+", "*", text)
