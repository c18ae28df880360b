"""Names, ids, ARNs and other values that CloudFormation and the services make up.

Source: CloudFormation user guide, "Name type": `<stack>-<logical id>-<12 characters>`; the stack's part is cut to the
limit of the name. A secret's name begins with the logical id (AWS::SecretsManager::Secret, Name). Names of S3 and
ECR are in lower case. What a modelled resource has as attributes is of the right form and leads nowhere.
"""

from __future__ import annotations

import functools
import re
from collections import Counter, deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from moto.core.utils import utcnow
from moto.moto_api._internal import mock_random

from catalog.sandbox.registry.schemas import TypeSchema, iam_reference, type_schema

SUFFIX, HEX = 12, 17
CAPITALS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
NAME_PROPERTIES = {
    "AWS::EC2::SecurityGroup": "GroupName",
    "AWS::ECS::TaskDefinition": "Family",
    "AWS::ElastiCache::ReplicationGroup": "ReplicationGroupId",
    "AWS::IoT::RoleAlias": "RoleAlias",
    "AWS::IAM::VirtualMFADevice": "VirtualMfaDeviceName",
    "AWS::Lambda::LayerVersion": "LayerName",
    "AWS::ServiceCatalog::CloudFormationProvisionedProduct": "ProvisionedProductName",
}
"""Type → the property with its name, where it is called otherwise than the rules of `name_property` say."""
NAMELESS = frozenset(
    {
        "AWS::ApiGateway::RestApi",
        "AWS::ApiGatewayV2::Api",
        "AWS::BedrockAgentCore::GatewayRateLimit",
        "AWS::BedrockAgentCore::GatewayRule",
        "AWS::DataZone::ProjectProfile",
        "AWS::EMR::InstanceFleetConfig",
        "AWS::EMR::InstanceGroupConfig",
        "AWS::Events::EventBusPolicy",
        "AWS::KMS::Alias",
        "AWS::Route53::HostedZone",
        "AWS::Route53::RecordSet",
    }
)
"""Types whose names are not made up, do not identify them, or are those of what they belong to."""
LOWER = (
    *("AWS::DMS::", "AWS::DocDB::", "AWS::ECR::", "AWS::ElastiCache::", "AWS::Neptune::", "AWS::OpenSearchService::"),
    *("AWS::RDS::", "AWS::Redshift", "AWS::S3::", "AWS::S3Tables::", "AWS::S3Vectors::"),
)
UNDERSCORED = ("AWS::Backup::ReportPlan", "AWS::IoT::TopicRule")
"""Types whose names have no hyphens."""
LIMITS = {
    "AWS::IAM::Role": 64,
    "AWS::IAM::Policy": 128,
    "AWS::Lambda::Function": 64,
    "AWS::Events::Rule": 64,
    "AWS::SQS::Queue": 80,
    "AWS::ElasticLoadBalancing::LoadBalancer": 32,
    "AWS::ElasticLoadBalancingV2::LoadBalancer": 32,
    "AWS::ElasticLoadBalancingV2::TargetGroup": 32,
    "AWS::S3::Bucket": 63,
    "AWS::DocDB::DBCluster": 63,
    "AWS::DocDB::DBInstance": 63,
    "AWS::Neptune::DBCluster": 63,
    "AWS::Neptune::DBInstance": 63,
    "AWS::RDS::DBInstance": 63,
    "AWS::ElastiCache::CacheCluster": 50,
    "AWS::ElastiCache::ReplicationGroup": 40,
}
"""Limits of names that the schema does not have."""
NAME_LIMIT = 255
STACK_PART = 24
"""The characters of the stack's name that a generated name keeps although the logical id is long [assumed]."""
GLOBAL = frozenset({"iam", "s3", "route53", "cloudfront", "organizations", "budgets", "globalaccelerator", "shield"})
"""Services whose ARNs have no Region."""
SERVICES = {
    "AmazonMQ": "mq",
    "ApplicationAutoScaling": "autoscaling",
    "CertificateManager": "acm",
    "Cognito": "cognito-idp",
    "CustomerProfiles": "profile",
    "DirectoryService": "ds",
    "EFS": "elasticfilesystem",
    "EMR": "elasticmapreduce",
    "ElasticLoadBalancingV2": "elasticloadbalancing",
    "KinesisFirehose": "firehose",
    "MSK": "kafka",
    "Macie": "macie2",
    "OpenSearchServerless": "aoss",
    "OpenSearchService": "es",
    "Pinpoint": "mobiletargeting",
    "StepFunctions": "states",
    "Bedrock": "bedrock",
}
"""Namespace of a type → prefix of its IAM actions and ARNs, where it is not the namespace in lower case."""


HANDLERS = ("create", "read", "update", "delete", "list")
LETTERS = "abcdefghijklmnopqrstuvwxyz0123456789"
PREFIXES = {
    "AWS::EC2::CustomerGateway": "cgw",
    "AWS::EC2::DHCPOptions": "dopt",
    "AWS::EC2::EgressOnlyInternetGateway": "eigw",
    "AWS::EC2::LaunchTemplate": "lt",
    "AWS::EC2::NetworkInterface": "eni",
    "AWS::EC2::PrefixList": "pl",
    "AWS::EC2::TransitGateway": "tgw",
    "AWS::EC2::TransitGatewayAttachment": "tgw-attach",
    "AWS::EC2::TransitGatewayRouteTable": "tgw-rtb",
    "AWS::EC2::VPCPeeringConnection": "pcx",
    "AWS::EC2::VPNConnection": "vpn",
    "AWS::EC2::VPNGateway": "vgw",
    "AWS::SSM::MaintenanceWindow": "mw",
    "AWS::EFS::AccessPoint": "fsap",
    "AWS::EFS::MountTarget": "fsmt",
}
"""Type → the beginning of its ids."""
ID_FORMS: Mapping[str, Callable[[StackPlace], str]] = {
    "AWS::ApiGateway::Resource.ResourceId": lambda place: characters(6, LETTERS),
    "AWS::ApiGateway::RestApi.RestApiId": lambda place: characters(10, LETTERS),
    "AWS::ApiGateway::RestApi.RootResourceId": lambda place: characters(10, LETTERS),
    "AWS::ApiGatewayV2::Api.ApiId": lambda place: characters(10, LETTERS),
    "AWS::CloudFront::Distribution.Id": lambda place: f"E{characters(13, CAPITALS)}",
    "AWS::Cognito::UserPool.UserPoolId": lambda place: f"{place.region}_{characters(9, CAPITALS)}",
    "AWS::Cognito::UserPoolClient.ClientId": lambda place: characters(26, LETTERS),
    "AWS::Route53::HostedZone.Id": lambda place: f"Z{characters(20, CAPITALS)}",
}
"""Identifier → how it looks, where it is no prefix with hexadecimal digits."""
OWN_KINDS = {
    "AWS::ApplicationAutoScaling::ScalableTarget": "scalabletarget",
    "AWS::DynamoDB::GlobalTable": "table",
    "AWS::EC2::EIP": "elastic-ip",
    "AWS::EC2::FlowLog": "vpc-flow-log",
    "AWS::ElasticLoadBalancingV2::Listener": "listener/app",
    "AWS::ElasticLoadBalancingV2::ListenerRule": "listener-rule/app",
    "AWS::ElasticLoadBalancingV2::LoadBalancer": "loadbalancer/app/",
    "AWS::OpenSearchService::Domain": "domain",
    "AWS::RDS::DBCluster": "cluster",
    "AWS::RDS::DBClusterParameterGroup": "cluster-pg",
    "AWS::RDS::DBInstance": "db",
    "AWS::RDS::DBParameterGroup": "pg",
    "AWS::RDS::DBSubnetGroup": "subgrp",
    "AWS::RDS::OptionGroup": "og",
}
"""Type → its kind of resource in IAM, where no kind has its name."""


@dataclass(frozen=True, slots=True)
class StackPlace:
    """Where a resource is, and for which stack."""

    account: str
    region: str
    partition: str
    stack_name: str
    logical_id: str
    caller: str = ""
    """The ARN for which CloudFormation makes its calls; empty for the administrator."""


@functools.cache
def service_of(type_name: str) -> str:
    """The prefix of the IAM actions of a type's service: that of its handlers, if they have none of its namespace.

    It is then the prefix that is the namespace but for dashes and a version (`vpc-lattice`, `connect-campaigns`), or
    else the one whose actions have most of the type's words (`macie2:CreateAllowList`).
    """
    _, namespace, last = type_name.split("::")
    usual = SERVICES.get(namespace, namespace.lower())
    schema = type_schema(type_name) if last else None
    listed = [action for handler in HANDLERS for action in schema.permissions(handler)] if schema else []
    actions = [(prefix.lower(), action) for prefix, _, action in (each.partition(":") for each in listed)]
    prefixes = dict.fromkeys(prefix for prefix, _ in actions if prefix in iam_reference())
    if not prefixes or usual in prefixes:
        return usual
    whole = namespace.lower().removesuffix("v2")
    named = next((prefix for prefix in prefixes if prefix.replace("-", "") == whole), "")
    words = {*kebab(last).removesuffix("s").split("-")}
    score: Counter[str] = Counter()
    for prefix, action in actions:
        score[prefix] += len(words & {*kebab(action).removesuffix("s").split("-")})
    best = max(prefixes, key=lambda prefix: score[prefix])
    return named or (best if score[best] else usual)


def name_property(schema: TypeSchema) -> str:
    """The property with the name that CloudFormation generates when a template has none; empty without one."""
    if schema.name in NAMELESS:
        return ""
    last = schema.name.rpartition("::")[2]
    names = [NAME_PROPERTIES.get(schema.name, ""), f"{last}Name", "Name", f"{last}Identifier", *schema.primary]
    required = schema.document.get("required") or ()
    return next(
        (
            name
            for name in names
            if name in schema.settable
            and name not in required
            and _is_text(schema, name)
            and (_names_itself(name) or name == NAME_PROPERTIES.get(schema.name))
        ),
        "",
    )


def _is_text(schema: TypeSchema, name: str) -> bool:
    return schema.resolve(schema.properties[name]).get("type") == "string"


def _names_itself(name: str) -> bool:
    return name.endswith(("Name", "Identifier", "Family", "ReplicationGroupId")) or name == "Name"


def generated_name(schema: TypeSchema, place: StackPlace, properties: Mapping[str, Any]) -> str:
    """A new name for a resource, within the limit of its property."""
    limit = LIMITS.get(schema.name) or int(
        schema.resolve(schema.properties.get(name_property(schema))).get("maxLength", NAME_LIMIT)
    )
    ending = ".fifo" if str(properties.get("FifoQueue", properties.get("FifoTopic"))).lower() == "true" else ""
    suffix = characters(SUFFIX, CAPITALS)
    if schema.name == "AWS::SecretsManager::Secret":
        return f"{place.logical_id}-{suffix}"
    room = max(limit - SUFFIX - len(ending) - 2, 0)
    parts = (*_shortened(place, room), suffix)
    name = "-".join(part for part in parts if part)[-(limit - len(ending)) :] + ending
    if schema.name in UNDERSCORED:
        return name.replace("-", "_")
    return name.lower() if schema.name.startswith(LOWER) else name


def _shortened(place: StackPlace, room: int) -> tuple[str, str]:
    """The stack's name and the logical id, together no longer than `room` characters."""
    stack = place.stack_name[: max(room - len(place.logical_id), min(room, STACK_PART))].rstrip("-")
    return stack, place.logical_id[: room - len(stack)]


def snapshot_name(place: StackPlace, limit: int) -> str:
    """A name for the snapshot of a resource that its stack deletes.

    Source: DeleteHandler of aws-cloudformation/aws-cloudformation-resource-providers-rds, which has the limit too: the
    names of stack and resource with "Snapshot-" between them. RDS stores names in lower case. That ElastiCache and
    Redshift name theirs so is assumed.
    """
    stack, logical_id = _shortened(place, limit - SUFFIX - len("-snapshot--"))
    return f"{stack}-snapshot-{logical_id}-{characters(SUFFIX, CAPITALS)}".lower()


def characters(count: int, of: str) -> str:
    """Random characters, of moto's generator, which tests can seed."""
    return "".join(mock_random.choice(of) for _ in range(count))


def new_id(prefix: str) -> str:
    """An id as EC2 makes them: a prefix and 17 hexadecimal digits."""
    return f"{prefix}-{characters(HEX, '0123456789abcdef')}"


def kebab(name: str) -> str:
    """`DBSubnetGroup` as `db-subnet-group`."""
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", "-", name).lower()


def arn_formats(type_name: str) -> Mapping[str, tuple[str, ...]]:
    """Kind of resource of a type's service in IAM → its ARN formats, whose variable parts are `*`."""
    kinds = iam_reference().get(service_of(type_name), {}).get("Resources", {})
    return {kind.lower(): tuple(value.get("ARNFormats", ())) for kind, value in kinds.items()}


def own_kind(type_name: str) -> str:
    """The kind of resource in IAM that is this type; empty if no kind has its name."""
    if type_name in OWN_KINDS:
        return OWN_KINDS[type_name]
    last = type_name.rpartition("::")[2]
    kinds = arn_formats(type_name)
    flat = {kind.replace("-", "").replace("_", ""): kind for kind in kinds}
    for name in (last, last.removeprefix("DB"), last.removesuffix("Group")):
        if name.lower() in flat:
            return flat[name.lower()]
    return ""


def filled(arn_format: str, place: StackPlace, *names: str) -> str:
    """An ARN format with partition, Region and account; each variable part gets the next name, `*` without one.

    A name that begins with a slash does not get a second one: the SSM parameter `/a/b` is `parameter/a/b`.
    """
    text = arn_format.replace("${Partition}", place.partition).replace("${Region}", place.region)
    text = re.sub(r"\$\{[^}]*\}", ".*", re.sub(r"\$\{\w*Account\w*\}", place.account, text))
    for name in names:
        text = text.replace(".*", name.replace(".*", "*"), 1)
    return text.replace(".*", "*")


def made_up_arn(schema: TypeSchema, place: StackPlace, name: str) -> str:
    """The ARN of a modelled resource, in the format of its kind in the Service Authorization Reference."""
    formats = arn_formats(schema.name).get(own_kind(schema.name), ())
    if formats:
        return filled(formats[0], place, *[name] * 9)
    service = service_of(schema.name)
    region = "" if service in GLOBAL else place.region
    kind = kebab(schema.name.rpartition("::")[2])
    return f"arn:{place.partition}:{service}:{region}:{place.account}:{kind}/{name}"


INVENTED: deque[str] = deque(maxlen=10_000)
"""The texts that were made up: their form is a guess, so no pattern or length of another type refuses them."""
SHORTEST_INVENTED = 10
"""The characters that a text has which is remembered: `1`, `ACTIVE` or a port are in texts of users too."""


def made_up(schema: TypeSchema, place: StackPlace, attribute: str, name: str) -> Any:
    """A value for an attribute of a modelled resource."""
    value = _made_up(schema, place, attribute, name)
    if isinstance(value, str) and len(value) >= SHORTEST_INVENTED:
        INVENTED.append(value)
    return value


def _made_up(schema: TypeSchema, place: StackPlace, attribute: str, name: str) -> Any:
    definition: Mapping[str, Any] = schema.document
    for step in attribute.split("."):
        definition = schema.resolve(definition.get("properties", {}).get(step, {}))
    kinds = definition.get("type", "string")
    kind = kinds if isinstance(kinds, str) else next(iter(kinds), "string")
    last = attribute.rpartition(".")[2]
    if kind == "object" and "." not in attribute:
        members = definition.get("properties", {})
        return {member: _made_up(schema, place, f"{attribute}.{member}", name) for member in members}
    if kind != "string":
        return {"boolean": False, "integer": 0, "number": 0, "array": [], "object": {}}.get(kind, "")
    if last.lower().endswith("arn"):
        return made_up_arn(schema, place, name)
    if definition.get("enum"):
        values = [str(value) for value in definition["enum"]]
        return next((value for value in values if value.upper() in ("ACTIVE", "AVAILABLE", "READY")), values[0])
    if last.endswith(("At", "Time", "Date", "Timestamp")):
        return utcnow().strftime("%Y-%m-%dT%H:%M:%S.000Z")
    if last.endswith(("Endpoint", "Url", "URL", "DomainName", "DNSName", "Address", "Uri")):
        scheme = "https://" if last.lower().endswith(("url", "uri")) else ""
        return f"{scheme}{name.lower()}.{service_of(schema.name)}.{place.region}.amazonaws.com"
    form = ID_FORMS.get(f"{schema.name}.{attribute}")
    if form:
        return form(place)
    if last.endswith("Id") or last in schema.primary:
        return new_id(PREFIXES.get(schema.name) or kebab(schema.name.rpartition("::")[2]).rpartition("-")[2])
    if last.endswith(("Status", "State")):
        return "ACTIVE"
    return {"Version": "1", "Port": "443"}.get(last, name)
