"""The IAM actions of a service, and which of them a policy on a resource of the service decides.

awacs lists IAM actions, botocore lists API operations. If operations have the names of the actions that they need, as
in KMS and SQS, the operations that awacs does not list are added. In S3 the names differ (ListObjectsV2 needs
s3:ListBucket), so only the actions of awacs are used.

A policy on a resource does not decide operations that name no such resource: kms:CreateKey, kms:ListKeys,
kms:GenerateRandom and the operations on custom key stores. `IDENTIFIED_BY` lists the input members that name the
resource; `NOT_DECIDED` lists the exceptions to this rule.
"""

from __future__ import annotations

import importlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

SAME_NAMES = 0.75
"""If at least this share of a service's operations have the name of an IAM action, all are assumed to be actions.
S3 has 0.48; the other services in the table of policies have 0.79 or more."""

BOTOCORE_NAMES = {"elasticfilesystem": "efs", "es": "opensearch"}
"""Prefix of the IAM actions → botocore's name of the service, where they differ."""

AUTHORISED_AS: Mapping[tuple[str, str], tuple[str, ...]] = {
    ("kms", "ReEncrypt"): ("ReEncryptFrom", "ReEncryptTo"),  # one for each of the two keys (API reference)
    ("sns", "PublishBatch"): ("Publish",),
    ("sqs", "ChangeMessageVisibilityBatch"): ("ChangeMessageVisibility",),
    ("sqs", "DeleteMessageBatch"): ("DeleteMessage",),
    ("sqs", "SendMessageBatch"): ("SendMessage",),
}
"""(service, name in awacs or botocore that is not an IAM action) → the IAM actions that it needs."""

IDENTIFIED_BY: Mapping[str, frozenset[str]] = {
    "backup": frozenset({"BackupVaultName"}),
    "ecr": frozenset({"repositoryName", "resourceArn"}),
    "es": frozenset({"DomainName", "ARN", "ResourceArn"}),
    "kinesis": frozenset({"StreamName", "StreamARN", "ResourceARN", "ConsumerARN"}),
    "kms": frozenset({"KeyId", "TargetKeyId", "SourceKeyId", "AliasName"}),
    "secretsmanager": frozenset({"SecretId"}),
    "sns": frozenset({"TopicArn", "ResourceArn"}),
    "sqs": frozenset({"QueueUrl", "SourceArn", "TaskHandle"}),
}
"""Service → input members of an operation that name the resource whose policy decides."""

NOT_DECIDED: Mapping[str, re.Pattern[str]] = {
    # ListAliases: KeyId only filters the account's aliases, IAM policies decide (API reference). "The kms:RetireGrant
    # permission is not effective in the key policy": the grant decides (KMS developer guide, "Retiring grants").
    "kms": re.compile("ListAliases|RetireGrant"),
    # Service authorization reference: these act on access points, grants, jobs, lenses, the account, or no resource.
    "s3": re.compile(
        ".*(AccessPoint|AccessGrant|Job|StorageLens|MultiRegion|AllMyBuckets|AccountPublicAccess).*"
        "|(Tag|Untag)Resource|ListTagsForResource|CreateBucket|GetDataAccess|HeadBucket|ListObjects"
    ),
    # A trust policy decides who may assume the role (IAM user guide, "Role trust policies").
    "sts": re.compile("(?!AssumeRole|TagSession|SetSourceIdentity|SetContext).*"),
    # EFS user guide, "Using IAM to control file system data access": the actions that a file system policy decides.
    "elasticfilesystem": re.compile("(?!Client|Replication).*"),
}

ON_PARTS: Mapping[str, tuple[tuple[str, re.Pattern[str]], ...]] = {
    "s3": (
        (
            "object",
            re.compile(
                "(?!.*Bucket)(.*Object(?!s$|Lambda).*|AbortMultipartUpload|ListMultipartUploadParts"
                "|BypassGovernanceRetention|ReplicateDelete|ReplicateTags)|ObjectOwnerOverrideToBucketOwner"
            ),
        ),
    ),
    "es": (("index", re.compile("ESHttp.*")),),
}
"""Service → actions on parts of the resource: on the objects of a bucket, on the indices of a domain."""

BY_OWNER: Mapping[str, frozenset[str]] = {
    # "the root principal in a bucket owner's account can perform the GetBucketPolicy, PutBucketPolicy, and
    # DeleteBucketPolicy API actions, even if their bucket policy explicitly denies" it (S3 API, DeleteBucketPolicy).
    "AWS::S3::BucketPolicy": frozenset({"GetBucketPolicy", "PutBucketPolicy", "DeleteBucketPolicy"}),
}
"""Resource type of the policy → actions that no policy can deny to the root user of the owner account."""

USE, SIGN, GRANT, REPLICATE, ADMINISTER, READ = "use", "sign", "grant", "replicate", "administer", "read"
FAMILIES = (USE, SIGN, GRANT, REPLICATE, ADMINISTER, READ)
ENCRYPTING = re.compile("Encrypt|Decrypt|ReEncrypt.*|GenerateDataKey.*")
NOT_USE = frozenset({"CreateGrant", "DescribeKey", "GetPublicKey"})
READING = re.compile("(Batch)?(Get|List|Describe|Head|Receive|Select|Search|Query|Read|Check|ESHttpGet|ESHttpHead)")
PERMITTING = re.compile("(Put|Set|Delete|Add|Remove|Update|Create|Revoke).*(Policy|Permission|Acl|Grant|Ownership)")


@dataclass(frozen=True, slots=True)
class MatrixAction:
    """An IAM action that the policy of a resource decides."""

    name: str
    """The name without the service: Encrypt."""
    part: str = ""
    """The part of the resource that it acts on; empty: the resource itself."""
    family: str = ADMINISTER
    """The group in the overview: one of `FAMILIES`. In KMS, `sign` is the use of keys that do not encrypt."""
    by_grant: bool = False
    """Whether a KMS grant can allow it, independent of policies."""
    own_account: bool = False
    """Whether the service refuses it to other accounts, independent of policies."""
    on_alias: bool = False
    """Whether it also needs a permission on the alias, which has no resource policy."""


@dataclass(frozen=True, slots=True)
class MatrixActions:
    """All IAM actions of a service."""

    service: str
    decided: tuple[MatrixAction, ...]
    """The actions that a policy on a resource of the service decides."""
    undecided: tuple[str, ...]
    """The actions that such a policy does not decide: they name no such resource, or a grant decides."""

    @property
    def names(self) -> tuple[str, ...]:
        """The names of all actions, decided or not."""
        return tuple(sorted([*(action.name for action in self.decided), *self.undecided]))


@lru_cache(maxsize=32)
def matrix_actions(service: str) -> MatrixActions:
    """The IAM actions with the prefix `service`."""
    model = _model(BOTOCORE_NAMES.get(service, service))
    operations: dict[str, Any] = model["operations"]
    listed = _awacs(service)
    names = set(listed)
    if len(names & set(operations)) >= SAME_NAMES * len(operations):
        names |= set(operations)
    renamed: dict[str, str] = {}
    for name in sorted(names):
        for action in AUTHORISED_AS.get((service, name), (name,)):
            renamed.setdefault(action, name if (service, name) in AUTHORISED_AS else action)
    grantable = (
        frozenset(model["shapes"].get("GrantOperation", {}).get("enum", ())) if service == "kms" else frozenset()
    )
    decided, undecided = [], []
    for action, operation in sorted(renamed.items()):
        described = operations.get(operation, operations.get(action))
        if _is_decided(service, action, described, model):
            decided.append(_action(service, action, described, grantable))
        else:
            undecided.append(action)
    return MatrixActions(service, tuple(decided), tuple(undecided))


def _awacs(service: str) -> list[str]:
    module = importlib.import_module(f"awacs.{service}")
    return [name for name, value in vars(module).items() if isinstance(value, module.Action)]


def _model(name: str) -> dict[str, Any]:
    from botocore.loaders import Loader

    model: dict[str, Any] = Loader().load_service_model(name, "service-2")
    return model


def _is_decided(service: str, action: str, operation: Any, model: Mapping[str, Any]) -> bool:
    """Whether a policy on a resource of the service decides the action."""
    if (exception := NOT_DECIDED.get(service)) and exception.fullmatch(action):
        return False
    members = IDENTIFIED_BY.get(service)
    if members is None or operation is None:
        return True
    shape = operation.get("input", {}).get("shape", "")
    return bool(members & set(model["shapes"].get(shape, {}).get("members", ())))


def _action(service: str, action: str, operation: Any, grantable: frozenset[str]) -> MatrixAction:
    text = re.sub("<[^>]+>", "", (operation or {}).get("documentation", ""))
    parts = [part for part, names in ON_PARTS.get(service, ()) if names.fullmatch(action)]
    return MatrixAction(
        name=action,
        part=parts[0] if parts else "",
        family=_family(service, action, grantable),
        by_grant=action in grantable,
        # From the service model: KMS has "Cross-account use: No", SQS has a sentence.
        own_account="Cross-account use: No" in text or "Cross-account permissions don't apply" in text,
        on_alias=service == "kms" and action.endswith("Alias"),
    )


def _family(service: str, action: str, grantable: frozenset[str]) -> str:
    if service == "kms":
        if action in grantable - NOT_USE:
            return USE if ENCRYPTING.fullmatch(action) else SIGN
        named = {"CreateGrant": GRANT, "ReplicateKey": REPLICATE}
        return named.get(action) or (READ if READING.match(action) else ADMINISTER)
    if PERMITTING.match(action):
        return GRANT
    return READ if READING.match(action) else USE
