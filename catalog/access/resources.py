"""The policies of a rendered template and the resources that they apply to, with symbols for values not known yet."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from catalog.cfn import Parameters, Pseudo, Reference, Template, render, resolve_parameters, resolve_references
from catalog.cfn.template import ParameterValues, is_list
from catalog.iam import POLICY_KINDS, PolicyKind, symbol
from catalog.iam.matching import readable
from catalog.iam.policy import items

ARNS: Mapping[str, str] = {
    "AWS::Backup::BackupVault": "arn:{partition}:backup:{region}:{account}:backup-vault:{name}",
    "AWS::ECR::Repository": "arn:{partition}:ecr:{region}:{account}:repository/{name}",
    "AWS::EFS::FileSystem": "arn:{partition}:elasticfilesystem:{region}:{account}:file-system/{name}",
    "AWS::IAM::Role": "arn:{partition}:iam::{account}:role/{name}",
    "AWS::IAM::User": "arn:{partition}:iam::{account}:user/{name}",
    "AWS::KMS::Key": "arn:{partition}:kms:{region}:{account}:key/{name}",
    "AWS::KMS::ReplicaKey": "arn:{partition}:kms:{region}:{account}:key/{name}",
    "AWS::Kinesis::Stream": "arn:{partition}:kinesis:{region}:{account}:stream/{name}",
    "AWS::Lambda::Function": "arn:{partition}:lambda:{region}:{account}:function:{name}",
    "AWS::OpenSearchService::Domain": "arn:{partition}:es:{region}:{account}:domain/{name}",
    "AWS::S3::AccessPoint": "arn:{partition}:s3:{region}:{account}:accesspoint/{name}",
    "AWS::S3::Bucket": "arn:{partition}:s3:::{name}",
    "AWS::SNS::Topic": "arn:{partition}:sns:{region}:{account}:{name}",
    "AWS::SQS::Queue": "arn:{partition}:sqs:{region}:{account}:{name}",
    "AWS::SecretsManager::Secret": "arn:{partition}:secretsmanager:{region}:{account}:secret:{name}",
}
"""Resource type → ARN of a resource by its name (Service authorization reference)."""

NAMES: Mapping[str, str] = {
    "AWS::Backup::BackupVault": "BackupVaultName",
    "AWS::ECR::Repository": "RepositoryName",
    "AWS::IAM::Role": "RoleName",
    "AWS::IAM::User": "UserName",
    "AWS::Kinesis::Stream": "Name",
    "AWS::Lambda::Function": "FunctionName",
    "AWS::OpenSearchService::Domain": "DomainName",
    "AWS::S3::AccessPoint": "Name",
    "AWS::S3::Bucket": "BucketName",
    "AWS::SNS::Topic": "TopicName",
    "AWS::SQS::Queue": "QueueName",
    "AWS::SecretsManager::Secret": "Name",
}
"""Resource type → property with the name of the resource, where its ARN ends with that name."""

REF_IS_ARN = frozenset({"AWS::SNS::Topic", "AWS::SecretsManager::Secret"})
ARN_ATTRIBUTES = frozenset({"Arn", "QueueArn", "TopicArn", "DomainArn", "BackupVaultArn", "FileSystemArn"})

ATTACHED_ARNS: Mapping[str, str] = {
    "s3": ARNS["AWS::S3::Bucket"],
    "sqs": ARNS["AWS::SQS::Queue"],
    "secretsmanager": ARNS["AWS::SecretsManager::Secret"],
}
"""Service → ARN of a resource to which a policy is attached by name, or by a URL that ends in the name."""

PARTS: Mapping[str, str] = {"AWS::S3::BucketPolicy": "/*", "AWS::S3::AccessPoint": "/object/*"}
"""Resource type of the policy → what the ARN of a part adds to the ARN of the resource."""

DYNAMIC = re.compile(r"\{\{(resolve:[^{}]*)\}\}")
"""A dynamic reference, which CloudFormation replaces in the launch (CloudFormation user guide, "Get values stored in
other services using dynamic references")."""


@dataclass(frozen=True, slots=True)
class ResourcePolicy:
    """A policy, and one resource that it applies to."""

    logical_id: str
    type: str
    kind: PolicyKind
    document: Any
    arn: str

    def arn_of(self, part: str) -> str:
        """The ARN pattern of a part of the resource, such as all objects of a bucket."""
        return self.arn + PARTS.get(self.type, "/*") if part else self.arn


@dataclass(frozen=True, slots=True)
class AccountValues:
    """Values that only the account of the launch has, as far as they are known; the others are symbols."""

    ssm: Mapping[str, str] = field(default_factory=dict)
    """The values of SSM parameters, by name."""
    imports: Mapping[str, str] = field(default_factory=dict)
    """The values of exports of other stacks, by name."""

    def parameters(self, template: Template, given: Mapping[str, str]) -> Parameters:
        """The parameters of the template, with symbols for SSM parameters that are not known."""

        def unknown(name: str, is_list: bool) -> str | tuple[str, ...]:
            value = symbol(f"ssm {name}")
            if not is_list:
                return value
            return (value, *(symbol(f"ssm {name}, {index}") for index in range(1, selected(template))))

        return resolve_parameters(template, given, ssm=self.ssm, unknown_ssm=unknown)

    @property
    def exports(self) -> Mapping[str, str]:
        """The exports of other stacks: each has a value, or a symbol for it."""
        return UnknownValues("export", self.imports)

    def without_dynamic(self, node: Any) -> Any:
        """`node` with a value or a symbol for each dynamic reference in its texts."""
        if isinstance(node, str):
            return DYNAMIC.sub(self._dynamic_value, node)
        if isinstance(node, Mapping):
            return {key: self.without_dynamic(value) for key, value in node.items()}
        return [self.without_dynamic(value) for value in node] if is_list(node) else node

    def _dynamic_value(self, reference: re.Match[str]) -> str:
        """The value of an SSM parameter without a version, if it is given; else a symbol."""
        text = reference[1]
        given = self.ssm.get(text.removeprefix("resolve:ssm:"))
        return symbol(readable(text)) if given is None else given


def selected(node: Any) -> int:
    """The number of members that a list needs for each Fn::Select with a literal index below 100; at least 1."""
    members = list(node.values()) if isinstance(node, Mapping) else node if is_list(node) else []
    selection = node.get("Fn::Select") if isinstance(node, Mapping) else None
    index = str(selection[0]) if is_list(selection) and selection else ""
    own = int(index) + 1 if index.isascii() and index.isdecimal() and len(index) < 3 else 1
    return max([own, *map(selected, members)])


class UnknownValues(Mapping[str, str]):
    """A mapping in which every name has a value: a known one, or a symbol."""

    def __init__(self, kind: str, known: Mapping[str, str]) -> None:
        self.kind = kind
        self.known = known

    def __getitem__(self, name: str) -> str:
        return self.known[name] if name in self.known else symbol(f"{self.kind} {name}")

    def __contains__(self, name: object) -> bool:
        return True

    def get(self, key: str, default: Any = None) -> Any:
        """The value, or a symbol, for any name."""
        return self[key]

    def __iter__(self) -> Iterator[str]:
        return iter(self.known)

    def __len__(self) -> int:
        return len(self.known)

    def __bool__(self) -> bool:
        return True  # it has every name, although it cannot list any


NOTHING_KNOWN = AccountValues()


@dataclass(frozen=True, slots=True)
class FutureNames:
    """The values of references to resources of a stack that does not exist yet: names, ARNs, or symbols."""

    resources: Mapping[str, Any]
    pseudo: Pseudo

    def __call__(self, reference: Reference) -> str:
        """The text of a Ref or Fn::GetAtt."""
        logical_id, attribute = reference.logical_id, reference.attribute
        kind = self.resources.get(logical_id, {}).get("Type", "")
        if kind in ARNS and (attribute in ARN_ATTRIBUTES or (not attribute and kind in REF_IS_ARN)):
            return self.arn(logical_id)
        if attribute:
            return symbol(f"{logical_id}.{attribute}", fresh=True)
        if kind == "AWS::SQS::Queue":
            return f"https://sqs.{self.pseudo.region}.{self.pseudo.url_suffix}/{self.pseudo.account_id}/{self.name(logical_id)}"
        return self.name(logical_id)

    def name(self, logical_id: str) -> str:
        """The name in the template, or a symbol for the name that CloudFormation will generate."""
        resource = self.resources[logical_id]
        given = resource.get("Properties", {}).get(NAMES.get(resource["Type"], ""))
        if not isinstance(given, str):
            return symbol(logical_id, fresh=True)
        return with_suffix(given) if resource["Type"] == "AWS::SecretsManager::Secret" else given

    def arn(self, logical_id: str) -> str:
        """The ARN of a resource, with its path for IAM resources."""
        resource = self.resources[logical_id]
        path = resource.get("Properties", {}).get("Path", "/")
        name = self.name(logical_id)
        if resource["Type"].startswith("AWS::IAM::") and isinstance(path, str):
            name = path.lstrip("/") + name
        return self.fill(ARNS[resource["Type"]], name)

    def fill(self, arn: str, name: str) -> str:
        """An ARN of this account and Region."""
        pseudo = self.pseudo
        return arn.format(partition=pseudo.partition, region=pseudo.region, account=pseudo.account_id, name=name)


def policies(
    template: Template,
    values: ParameterValues,
    pseudo: Pseudo,
    account_values: AccountValues = NOTHING_KNOWN,
    *,
    checked: bool = False,
) -> Iterator[ResourcePolicy]:
    """Every policy of the template for these parameters, once for each resource that it is attached to.

    `checked` says that the same template was rendered before. Raises `TemplateError` if CloudFormation would refuse the
    template.
    """
    exports = account_values.exports
    rendered = render(template, values, pseudo, exports=exports, checked=checked)
    resources = account_values.without_dynamic(rendered["Resources"])
    names = FutureNames(resources, pseudo)
    for logical_id, resource in resources.items():
        kind = POLICY_KINDS.get(resource["Type"])
        if kind is None:
            continue
        properties = account_values.without_dynamic(
            resolve_references(resource.get("Properties", {}), names, pseudo, exports=exports)
        )
        if not isinstance(properties, Mapping):
            continue
        document = properties.get(kind.property_name, default_policy(resource["Type"], pseudo))
        if document is None:
            continue
        for arn in attached(names, logical_id, kind, properties):
            yield ResourcePolicy(logical_id, resource["Type"], kind, document, arn)


def not_evaluated(
    template: Template, values: ParameterValues, pseudo: Pseudo, account_values: AccountValues = NOTHING_KNOWN
) -> Iterator[str]:
    """`Table (AWS::DynamoDB::Table, ResourcePolicy/PolicyDocument)` for each policy that `policies` does not support.

    A policy is an object with a Statement that names principals; a policy written as text is not detected.
    """
    for logical_id, resource in render(template, values, pseudo, exports=account_values.exports)["Resources"].items():
        kind, properties = resource["Type"], resource.get("Properties", {})
        supported = POLICY_KINDS[kind].property_name if kind in POLICY_KINDS else None
        for path in documents(properties, ()):
            if path[:1] != (supported,):
                yield f"{logical_id} ({kind}, {'/'.join(path)})"


def documents(node: Any, path: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
    """Paths of the policy documents with principals inside `node`."""
    if isinstance(node, Mapping):
        statements = items(node.get("Statement", []))
        if any(
            isinstance(statement, Mapping) and statement.keys() & {"Principal", "NotPrincipal"}
            for statement in statements
        ):
            yield path
            return
        for key, value in node.items():
            yield from documents(value, (*path, str(key)))
    elif isinstance(node, list):
        for index, value in enumerate(node):
            yield from documents(value, (*path, str(index)))


def default_policy(kind: str, pseudo: Pseudo) -> dict[str, Any] | None:
    """The policy of a key without one in the template (KMS developer guide, "Default key policy"); else None."""
    if kind != "AWS::KMS::Key":
        return None
    root = {"AWS": f"arn:{pseudo.partition}:iam::{pseudo.account_id}:root"}
    statement = {"Sid": "Enable IAM User Permissions", "Effect": "Allow", "Principal": root, "Action": "kms:*"}
    return {"Version": "2012-10-17", "Statement": [{**statement, "Resource": "*"}]}


def attached(names: FutureNames, logical_id: str, kind: PolicyKind, properties: Mapping[str, Any]) -> Iterator[str]:
    """The ARNs of the resources that a policy applies to."""
    if not kind.attached:
        yield names.arn(logical_id)
        return
    for value in items(properties.get(kind.attached, [])):
        text = value if isinstance(value, str) else symbol(f"{logical_id}.{kind.attached}")
        if text.startswith("arn:") or kind.service not in ATTACHED_ARNS:
            yield text
        else:
            name = with_suffix(text) if kind.service == "secretsmanager" else text.rsplit("/", 1)[-1]
            yield names.fill(ATTACHED_ARNS[kind.service], name)


def with_suffix(secret: str) -> str:
    """The name of a secret as in its ARN: Secrets Manager appends a hyphen and six characters."""
    return f"{secret}-{symbol(f'suffix of {readable(secret)}')}"
