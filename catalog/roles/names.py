"""ARNs of a template's resources, narrowed by the names that it gives: `TopicName: alerts-${Environment}`.

For types whose name is a property and is part of the ARN. When a version has no name, CloudFormation generates one that
begins with the name of the stack, which is `SC-<account>-pp-…` for a product (CloudFormation user guide, "Name type";
`[tool.catalog.launch_roles] generated_names = false` if this is not so). Names of other types can be anything. An
action of another type on the same kind (a subscription to a topic that a parameter names) is not narrowed.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from typing import Any

from catalog.cfn.references import parse_sub, sub_parts
from catalog.cfn.template import is_list, text_of
from catalog.roles.values import TemplateResource, TemplateView

ACCOUNT = "${AWS::AccountId}"
SAFE = re.compile(r"[A-Za-z0-9/_.+=,@-]*")
"""Literal parts that a pattern can contain; any other text becomes `*`."""


@dataclass(frozen=True, slots=True)
class NamedType:
    """Kinds of resource whose ARNs contain the value of a property of a type."""

    property: str
    arns: Mapping[str, str]
    """Kind of resource in IAM → the last part of its ARN, with `{name}`."""
    refers: str = ""
    """The type to which the property refers by a name or an ARN; empty when the property holds the name itself."""


INDEXES = {
    "table": "table/{name}",
    "index": "table/{name}/index/*",
    "stream": "table/{name}/stream/*",
    "import": "table/{name}/import/*",
}
NAMED: Mapping[str, tuple[NamedType, ...]] = {
    "AWS::CloudWatch::Alarm": (NamedType("AlarmName", {"alarm": "alarm:{name}"}),),
    "AWS::DynamoDB::Table": (NamedType("TableName", INDEXES),),
    "AWS::DynamoDB::GlobalTable": (NamedType("TableName", INDEXES),),
    "AWS::ECR::Repository": (NamedType("RepositoryName", {"repository": "repository/{name}"}),),
    "AWS::ECS::Cluster": (NamedType("ClusterName", {"cluster": "cluster/{name}"}),),
    "AWS::ECS::Service": (NamedType("ServiceName", {"service": "service/*/{name}"}),),
    "AWS::ECS::TaskDefinition": (NamedType("Family", {"task-definition": "task-definition/{name}:*"}),),
    "AWS::Events::Rule": (
        NamedType("Name", {"rule-on-default-event-bus": "rule/{name}", "rule-on-custom-event-bus": "rule/*/{name}"}),
    ),
    "AWS::IAM::Group": (NamedType("GroupName", {"group": "group/{name}"}),),
    "AWS::IAM::GroupPolicy": (NamedType("GroupName", {"group": "group/{name}"}),),
    "AWS::IAM::InstanceProfile": (NamedType("InstanceProfileName", {"instance-profile": "instance-profile/{name}"}),),
    "AWS::IAM::ManagedPolicy": (
        NamedType("ManagedPolicyName", {"policy": "policy/{name}"}),
        NamedType("Roles", {"role": "role/{name}"}),
        NamedType("Users", {"user": "user/{name}"}),
        NamedType("Groups", {"group": "group/{name}"}),
    ),
    "AWS::IAM::Policy": (
        NamedType("Roles", {"role": "role/{name}"}),
        NamedType("Users", {"user": "user/{name}"}),
        NamedType("Groups", {"group": "group/{name}"}),
    ),
    "AWS::IAM::Role": (NamedType("RoleName", {"role": "role/{name}"}),),
    "AWS::IAM::RolePolicy": (NamedType("RoleName", {"role": "role/{name}"}),),
    "AWS::IAM::User": (NamedType("UserName", {"user": "user/{name}"}),),
    "AWS::IAM::UserPolicy": (NamedType("UserName", {"user": "user/{name}"}),),
    "AWS::Kinesis::Stream": (NamedType("Name", {"stream": "stream/{name}"}),),
    "AWS::KMS::Alias": (NamedType("AliasName", {"alias": "{name}"}),),
    "AWS::Lambda::Function": (NamedType("FunctionName", {"function": "function:{name}"}),),
    "AWS::Lambda::Permission": (NamedType("FunctionName", {"function": "function:{name}*"}, "AWS::Lambda::Function"),),
    "AWS::Logs::LogGroup": (NamedType("LogGroupName", {"log-group": "log-group:{name}*"}),),
    "AWS::Route53::RecordSet": (
        NamedType("HostedZoneId", {"hostedzone": "hostedzone/{name}"}, "AWS::Route53::HostedZone"),
    ),
    "AWS::Route53::RecordSetGroup": (
        NamedType("HostedZoneId", {"hostedzone": "hostedzone/{name}"}, "AWS::Route53::HostedZone"),
    ),
    "AWS::S3::Bucket": (NamedType("BucketName", {"bucket": "{name}", "object": "{name}/*"}),),
    "AWS::S3::BucketPolicy": (NamedType("Bucket", {"bucket": "{name}"}),),
    "AWS::SNS::Topic": (NamedType("TopicName", {"topic": "{name}"}),),
    "AWS::SQS::Queue": (NamedType("QueueName", {"queue": "{name}"}),),
    "AWS::SNS::TopicInlinePolicy": (NamedType("TopicArn", {"topic": "{name}"}, "AWS::SNS::Topic"),),
    "AWS::SNS::TopicPolicy": (NamedType("Topics", {"topic": "{name}"}, "AWS::SNS::Topic"),),
    "AWS::SQS::QueueInlinePolicy": (NamedType("Queue", {"queue": "{name}"}, "AWS::SQS::Queue"),),
    "AWS::SQS::QueuePolicy": (NamedType("Queues", {"queue": "{name}"}, "AWS::SQS::Queue"),),
    "AWS::SSM::Parameter": (NamedType("Name", {"parameter": "parameter/{name}"}),),
    "AWS::SecretsManager::RotationSchedule": (
        NamedType("SecretId", {"secret": "secret:{name}*"}, "AWS::SecretsManager::Secret"),
    ),
    "AWS::SecretsManager::Secret": (NamedType("Name", {"secret": "secret:{name}*"}),),
    "AWS::StepFunctions::StateMachine": (NamedType("StateMachineName", {"statemachine": "stateMachine:{name}"}),),
}
OWN_NAME: Mapping[str, str] = {
    resource_type: rows[0].property
    for resource_type, rows in NAMED.items()
    if resource_type
    not in ("AWS::IAM::GroupPolicy", "AWS::IAM::Policy", "AWS::IAM::RolePolicy", "AWS::IAM::UserPolicy")
    and resource_type != "AWS::S3::BucketPolicy"
    and not rows[0].refers
}
"""Type → the property with the name of the resource itself."""
REF_IS_THE_NAME = frozenset(
    {
        "AWS::CloudWatch::Alarm",
        "AWS::DynamoDB::GlobalTable",
        "AWS::DynamoDB::Table",
        "AWS::ECR::Repository",
        "AWS::ECS::Cluster",
        "AWS::IAM::Group",
        "AWS::IAM::InstanceProfile",
        "AWS::IAM::Role",
        "AWS::IAM::User",
        "AWS::Kinesis::Stream",
        "AWS::Lambda::Function",
        "AWS::Logs::LogGroup",
        "AWS::S3::Bucket",
    }
)
"""Types whose Ref is the name (template reference, return values): a bucket policy's Bucket refers to a bucket."""
GENERATED: Mapping[str, str] = {
    **dict.fromkeys(OWN_NAME, "{stack}"),
    "AWS::ECR::Repository": "{lower}",
    "AWS::S3::Bucket": "{lower}",
    "AWS::SecretsManager::Secret": "{logical_id}-*",
}
"""Type → the name that CloudFormation generates. Names of buckets and repositories are in lower case; those of secrets
begin with the logical id. A type that is not listed has no pattern."""
NOT_GENERATED = frozenset(
    {"AWS::ECS::TaskDefinition", "AWS::KMS::Alias", "AWS::SSM::Parameter", "AWS::StepFunctions::StateMachine"}
)
"""Types without a generated name, or whose generated name does not begin with the stack's."""
SERVICES: Mapping[str, str] = {"StepFunctions": "states"}
"""Namespace → the service in ARNs, where it is not the namespace in lower case."""
LISTINGS = frozenset(
    {
        "cloudwatch:DescribeAlarms",
        "logs:DescribeIndexPolicies",
        "logs:DescribeLogGroups",
        "logs:DescribeResourcePolicies",
    }
)
"""Actions that list resources: IAM compares them with the ARN of all, so a name would refuse them."""


def named_arns(resource_type: str, kind: str, resources: Sequence[TemplateResource]) -> frozenset[str] | None:
    """The ARNs of one kind that these resources can have; None when a name can have any value."""
    row = next((row for row in NAMED.get(resource_type, ()) if kind in row.arns), None)
    if row is None:
        return None
    names = frozenset(name for resource in resources for name in names_of(resource_type, row, resource))
    if not names or "*" in names:
        return None
    service = service_of(resource_type)
    if resource_type == "AWS::SSM::Parameter":  # "/a/b" is "parameter/a/b"; the names of log groups keep their slash
        names = frozenset(name.lstrip("/") for name in names)
    return frozenset(
        name if name.startswith("arn:") else full_arn(service, tidy(row.arns[kind].format(name=name))) for name in names
    )


def service_of(resource_type: str) -> str:
    """The service in the ARNs of a type."""
    namespace = resource_type.split("::")[1]
    return SERVICES.get(namespace, namespace.lower())


def names_of(resource_type: str, row: NamedType, resource: TemplateResource) -> frozenset[str]:
    """The names that the resources of a row can have, with the path of IAM, as patterns."""
    if row.refers:
        absent = {"*"} if resource.missing(row.property).absent else set()
        return frozenset({*absent, *reference_names(resource.view, list(resource.nodes(row.property)), row.refers)})
    if row.property != OWN_NAME.get(resource_type):
        return patterns(resource, row.property)
    if resource_type.startswith("AWS::IAM::"):
        return iam_names(resource, row.property)
    return patterns(resource, row.property)


def reference_names(view: TemplateView, node: Any, resource_type: str) -> Iterator[str]:
    """The names or ARNs of the resources of a type to which a node refers; `*` for one that is not known."""
    if is_list(node):
        for member in node:
            yield from reference_names(view, member, resource_type)
    elif isinstance(node, Mapping) and "Fn::If" in node:
        for branch in view.branches(node["Fn::If"]):
            yield from reference_names(view, branch, resource_type)
    else:
        resource = view.referred(node)
        if resource is not None:
            named = resource.type == resource_type and resource_type in OWN_NAME
            yield from patterns(resource, OWN_NAME[resource_type]) if named else ["*"]
            return
        arns = arn_texts(view, node) - {"*"}
        names = arns or {text for text in texts(view, node) if not text.startswith("arn:")}
        yield from (text or "*" for text in names)


def iam_names(resource: TemplateResource, name: str) -> frozenset[str]:
    """The names that a resource of IAM can have, with its path: `app/reader`. A path that is not known may be `/`."""
    paths = {path.strip("/") for node in resource.nodes("Path") for path in texts(resource.view, node)}
    paths |= {""} if resource.missing("Path").absent or "*" in paths else set()
    return frozenset(f"{path}/{each}".lstrip("/") for path in paths for each in patterns(resource, name))


def full_arn(service: str, resource: str) -> str:
    """The ARN of a resource; IAM has no Region; buckets and hosted zones have neither Region nor account."""
    if service == "iam":
        return f"arn:${{AWS::Partition}}:iam::{ACCOUNT}:{resource}"
    if service in ("s3", "route53"):
        return f"arn:${{AWS::Partition}}:{service}:::{resource}"
    return f"arn:${{AWS::Partition}}:{service}:*:{ACCOUNT}:{resource}"


def patterns(resource: TemplateResource, name: str) -> frozenset[str]:
    """The names that a property of a resource can give, as IAM patterns; the generated one if it can be absent."""
    names = {text for node in resource.nodes(name) for text in texts(resource.view, node)}
    if resource.missing(name).absent or ABSENT_NAME in names:
        own = name == OWN_NAME.get(resource.type)
        names |= {generated_name(resource)} if own else set()
    return frozenset(names - {ABSENT_NAME})


def generated_name(resource: TemplateResource) -> str:
    """The name that CloudFormation generates for a resource, as a pattern."""
    stack = resource.view.stack_name
    if stack == "*" or resource.type in NOT_GENERATED:
        return "*"
    return tidy(
        GENERATED[resource.type].format(stack=stack, lower=stack.replace("SC-", "sc-"), logical_id=resource.logical_id)
    )


ABSENT_NAME = ""
"""Stands for the value of `AWS::NoValue`."""


def texts(view: TemplateView, node: Any) -> Iterable[str]:
    """The texts that a node can have; `*` for a value that is not known before launch."""
    if isinstance(node, Mapping) and len(node) == 1:
        ((function, argument),) = node.items()
        match function:
            case "Ref":
                return texts_of_ref(view, argument)
            case "Fn::FindInMap" if not (values := view.values(node)).anything:
                return [literal(text) for text in sorted(values.texts)]
            case "Fn::If":
                return [text for branch in view.branches(argument) for text in texts(view, branch)]
            case "Fn::Sub":
                text, variables = parse_sub(argument)
                parts = [
                    [literal(part) + value for value in variable(view, name, variables)]
                    for part, name in sub_parts(text)
                ]
                return combined(parts, "")
            case "Fn::Join" if is_list(argument) and len(argument) == 2 and is_list(argument[1]):
                return combined([list(texts(view, part)) for part in argument[1]], str(argument[0]))
        return ["*"]
    return [literal(text_of(node) or "*")]


def texts_of_ref(view: TemplateView, name: Any) -> Iterable[str]:
    """The values of a Ref: the account id, a parameter's values, or the name of another resource."""
    if name == "AWS::AccountId":
        return [ACCOUNT]
    if name == "AWS::NoValue":
        return [ABSENT_NAME]
    if name == "AWS::StackName":
        return [view.stack_name]
    allowed = view.allowed(name)
    if allowed is not None:
        return [literal(text) for text in allowed]
    resource = view.referred({"Ref": name})
    if resource is None or resource.type not in REF_IS_THE_NAME:
        return ["*"]
    names = OWN_NAME[resource.type]
    return iam_names(resource, names) if "::IAM::" in resource.type else patterns(resource, names)


MOST_NAMES = 8
"""Limit on the texts that parts with several values make; with more, these parts become `*`."""


def combined(parts: Sequence[Sequence[str]], separator: str) -> list[str]:
    """Each text that the possible values of the parts make."""
    if math.prod(map(len, parts)) > MOST_NAMES:
        parts = [values if len(values) == 1 else ["*"] for values in parts]
    return list(dict.fromkeys(tidy(separator.join(values)) for values in product(*parts)))


def variable(view: TemplateView, name: str, variables: Mapping[str, Any]) -> list[str]:
    """The texts for `${name}` in a Fn::Sub: the account id, the possible values, or `*`."""
    return list(texts(view, variables.get(name, {"Ref": name}))) if name else [""]


def literal(text: str) -> str:
    """A text of the template as a pattern; `*` if it has unusual characters."""
    return text if SAFE.fullmatch(text) else "*"


def tidy(text: str) -> str:
    """A pattern without `**`."""
    return re.sub(r"\*+", "*", text)


ARN = re.compile(r"arn:[\w${}:/.+=,@*-]+", re.ASCII)


def arn_texts(view: TemplateView, node: Any) -> frozenset[str]:
    """The ARNs that a node can have; `*` for one that is not known, nothing for `AWS::NoValue`."""
    if isinstance(node, str):
        # In a loop, the variable of the loop is in the text: `${Name}`.
        return frozenset({node if ARN.fullmatch(node) and "*" not in node and "${" not in node else "*"})
    if not isinstance(node, Mapping) or len(node) != 1:
        return frozenset({"*"})
    ((function, argument),) = node.items()
    if function == "Fn::If":
        return frozenset(arn for branch in view.branches(argument) for arn in arn_texts(view, branch))
    if function == "Fn::Sub":
        text, variables = parse_sub(argument)
        parts = [[part + value for value in arn_variable(view, name, variables)] for part, name in sub_parts(text)]
        return frozenset(joined if ARN.fullmatch(joined) else "*" for joined in combined(parts, ""))
    values = view.values(node)
    if not values.anything:
        return frozenset(arn for text in values.texts if text for arn in arn_texts(view, text))
    resource = view.referred(node)
    if resource is None or resource.type not in ARN_KINDS:
        return frozenset({"*"})
    return named_arns(resource.type, ARN_KINDS[resource.type], [resource]) or frozenset({"*"})


ARN_KINDS: Mapping[str, str] = {
    "AWS::IAM::ManagedPolicy": "policy",
    "AWS::IAM::Role": "role",
    "AWS::Lambda::Function": "function",
    "AWS::S3::Bucket": "bucket",
    "AWS::SNS::Topic": "topic",
}
"""Types whose ARN is known from their names → the kind in IAM."""


def arn_variable(view: TemplateView, name: str, variables: Mapping[str, Any]) -> list[str]:
    """The texts for `${name}` in an ARN: a placeholder of the role, the possible values, or `*`."""
    if name == "AWS::Partition":
        return ["${AWS::Partition}"]
    return ["*"] if name == "AWS::Region" else variable(view, name, variables)
