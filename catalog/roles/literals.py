"""What a template names literally: ARNs, also of other accounts, KMS keys, and objects in buckets.

The kinds of the Service Authorization Reference are those of the own account. A layer, a key or another resource of
another account is reached only when the launch role has its ARN.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import product
from typing import Any

from catalog.cfn.template import is_list
from catalog.roles.additions import KEYS
from catalog.roles.names import arn_texts, full_arn, patterns, tidy
from catalog.roles.statements import Conditions
from catalog.roles.values import TemplateResource, TemplateView, keys_of

ANOTHER_ACCOUNT = re.compile(r"arn:[^:]*(?:\$\{AWS::Partition\})?:[a-z0-9-]+:[^:]*:\d{12}:.+")
POLICY = re.compile(r"policy(document|text)?$|^tags$|^environment$", re.IGNORECASE)
"""Names of properties whose ARNs are text for others: statements of policies, what a program reads."""
KEY_PROPERTY = re.compile(r"kms|cmk|encryptionkey|masterkey|^key(id|arn)$", re.IGNORECASE)
OTHER_KEYS = re.compile(r"snapshot|restore|source|replica|^Fn::Transform$", re.IGNORECASE)
"""Properties that can bring keys which the template does not name."""
KEY_ID = re.compile(r"mrk-[0-9a-f]{32}|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
KEY_ARN = re.compile(r"arn:[^:]*(?:\$\{AWS::Partition\})?:kms:.*:key/[\w-]+", re.ASCII)

USES_KEY = re.compile(r"kms:(Decrypt|Encrypt|GenerateDataKey.*|ReEncrypt.*|CreateGrant)")
VIA_SERVICE: Mapping[str, str] = {
    "DocDB": "rds",
    "DynamoDB": "dynamodb",
    "ECR": "ecr",
    "EFS": "elasticfilesystem",
    "Elasticsearch": "es",
    "FSx": "fsx",
    "Kinesis": "kinesis",
    "Lambda": "lambda",
    "RDS": "rds",
    "S3": "s3",
    "SNS": "sns",
    "SQS": "sqs",
    "SSM": "ssm",
    "SecretsManager": "secretsmanager",
    "StepFunctions": "states",
}
"""Namespace → the service that uses the key (KMS developer guide, "kms:ViaService"); other types can use it through any
service, but only through one."""

OBJECTS: Mapping[str, tuple[str, str]] = {
    "AWS::ApiGateway::RestApi": ("BodyS3Location.Bucket", "BodyS3Location.Key"),
    "AWS::ElasticBeanstalk::ApplicationVersion": ("SourceBundle.S3Bucket", "SourceBundle.S3Key"),
    "AWS::Lambda::Function": ("Code.S3Bucket", "Code.S3Key"),
    "AWS::Lambda::LayerVersion": ("Content.S3Bucket", "Content.S3Key"),
    "AWS::StepFunctions::StateMachine": ("DefinitionS3Location.Bucket", "DefinitionS3Location.Key"),
    "AWS::Synthetics::Canary": ("Code.S3Bucket", "Code.S3Key"),
}
"""Type → the properties with the bucket and the key of the only object that its handlers read."""
FUNCTIONS: Mapping[str, tuple[str, str]] = {
    "AWS::SecretsManager::RotationSchedule": ("RotationLambdaARN", "HostedRotationLambda"),
}
"""Type → the property with the only function that its handlers call, and the one with which another stack makes the
function."""
READS_OBJECT = ("s3:GetObject", "s3:GetObjectVersion")


def arns_of_other_accounts(possible: Iterable[str], resources: Sequence[TemplateResource]) -> frozenset[str]:
    """The literal ARNs in the properties that are of the same kind as the `possible` ARNs, of any account."""
    shapes = [shape for arn in possible if (shape := shape_of(arn))]
    if not shapes:
        return frozenset()
    texts = {text for resource in resources for text in all_arns(resource.view, resource.properties)}
    return frozenset(text for text in texts if any(shape.fullmatch(text) for shape in shapes))


def shape_of(arn: str) -> re.Pattern[str] | None:
    """What an ARN of the same kind in another account looks like; None for an ARN without account."""
    before, account, resource = arn.partition(":${AWS::AccountId}:")
    service = before.replace("${AWS::Partition}", "").split(":")[2:3]
    if not account or not service or "${" in resource or resource == "*":
        return None
    tail = re.escape(resource).replace(r"\*", ".+")
    return re.compile(rf"arn:[^:]*(?:\$\{{AWS::Partition\}})?:{service[0]}:[^:]*:\d{{12}}:{tail}")


def all_arns(view: TemplateView, node: Any) -> Iterator[str]:
    """Every ARN of a literal account that a node has at any depth."""
    if is_list(node):
        for member in node:
            yield from all_arns(view, member)
    elif isinstance(node, Mapping):
        if len(node) == 1 and next(iter(node)) in ("Fn::Sub", "Ref", "Fn::FindInMap"):
            yield from filter(ANOTHER_ACCOUNT.fullmatch, arn_texts(view, node))
        else:
            for name, value in node.items():
                if not POLICY.search(str(name)):
                    yield from all_arns(view, value)
    elif isinstance(node, str):
        yield from filter(ANOTHER_ACCOUNT.fullmatch, arn_texts(view, node))


def key_arns(resources: Sequence[TemplateResource]) -> frozenset[str]:
    """The KMS keys that resources use: those that the template names, and any of the account when it names others."""
    keys = {key for resource in resources for key in keys_in(resource.view, resource.properties)}
    others = any(OTHER_KEYS.search(name) for resource in resources for name in keys_of(resource.properties))
    literal = keys - {"*"}
    return frozenset(literal) if literal and literal == keys and not others else frozenset({*literal, *KEYS})


def keys_in(view: TemplateView, node: Any, *, is_key: bool = False) -> Iterator[str]:
    """The ARNs of the keys in properties that hold one; `*` for a key that is not known before launch."""
    if is_list(node):
        for member in node:
            yield from keys_in(view, member, is_key=is_key)
    elif isinstance(node, Mapping):
        if "Fn::If" in node:
            for branch in view.branches(node["Fn::If"]):
                yield from keys_in(view, branch, is_key=is_key)
        elif len(node) == 1 and next(iter(node)).startswith(("Ref", "Fn::")):
            yield from map(key_of, arn_texts(view, node)) if is_key else ()
        else:
            for name, value in node.items():
                yield from keys_in(view, value, is_key=is_key or bool(KEY_PROPERTY.search(str(name))))
    elif is_key and isinstance(node, str):
        yield "*" if "${" in node else key_of(node)


def key_of(text: str) -> str:
    """The ARN of the key that a text names; `*` for an alias or anything else."""
    if KEY_ID.fullmatch(text):
        return KEYS[0].replace("key/*", f"key/{text}")
    return text if KEY_ARN.fullmatch(text) else "*"


def via_service(resource_type: str, action: str) -> Conditions:
    """The condition under which a type uses a key: a service calls KMS, not the role itself."""
    namespace = resource_type.split("::")[1]
    if namespace == "KMS" or not USES_KEY.fullmatch(action):
        return {}
    service = VIA_SERVICE.get(namespace)
    return {"StringLike": {"kms:ViaService": f"{service}.*.amazonaws.com*" if service else "*.amazonaws.com*"}}


def object_arns(resource_type: str, action: str, resources: Sequence[TemplateResource]) -> frozenset[str]:
    """The objects that handlers read for these resources; nothing when the bucket is not known."""
    if action not in READS_OBJECT or resource_type not in OBJECTS:
        return frozenset()
    bucket_path, key_path = OBJECTS[resource_type]
    objects = set()
    for resource in resources:
        buckets = patterns(resource, bucket_path)
        keys = patterns(resource, key_path) or frozenset({"*"})
        objects |= {full_arn("s3", tidy(f"{bucket}/{key}")) for bucket, key in product(buckets, keys)}
        if "*" in buckets:
            return frozenset()
    return frozenset(objects)


def function_arns(resource_type: str, action: str, resources: Sequence[TemplateResource]) -> frozenset[str]:
    """The functions that handlers call for these resources; nothing when a function is not known."""
    if action != "lambda:InvokeFunction" or resource_type not in FUNCTIONS:
        return frozenset()
    path, elsewhere = FUNCTIONS[resource_type]
    if any(resource.values(elsewhere).present for resource in resources):
        return frozenset()
    arns = {arn for resource in resources for node in resource.nodes(path) for arn in arn_texts(resource.view, node)}
    return frozenset() if "*" in arns else frozenset(arns)
