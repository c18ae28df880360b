"""The actions of a service: which there are, and which of them a policy on one of its resources decides.

awacs lists the actions of IAM, botocore the operations of the API. Where an operation is called as the action that it
needs, as in KMS and SQS, the operations that awacs does not know yet are added. In S3 they are called otherwise
(ListObjectsV2 needs s3:ListBucket), so there awacs counts alone.

A policy on a resource says nothing about an operation that names no such resource: kms:CreateKey, kms:ListKeys,
kms:GenerateRandom and those of custom key stores. `IDENTIFIED_BY` has the members of botocore's inputs that name the
resource; what this rule does not see is in `NOT_DECIDED`.
"""

from __future__ import annotations

import importlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

SAME_NAMES = 0.75
"""Share of operations that are called as actions from which on all of them are taken to be: S3 has 0.48, IAM's other
services in the table of policies 0.79 or more."""

BOTOCORE_NAMES = {"elasticfilesystem": "efs", "es": "opensearch"}
"""Prefix of the actions to botocore's name of the service, where they differ."""

AUTHORISED_AS: Mapping[tuple[str, str], tuple[str, ...]] = {
    ("kms", "ReEncrypt"): ("ReEncryptFrom", "ReEncryptTo"),  # one for each of the two keys (API reference)
    ("sns", "PublishBatch"): ("Publish",),
    ("sqs", "ChangeMessageVisibilityBatch"): ("ChangeMessageVisibility",),
    ("sqs", "DeleteMessageBatch"): ("DeleteMessage",),
    ("sqs", "SendMessageBatch"): ("SendMessage",),
}
"""Names of awacs or botocore that are not IAM actions, and the actions that they need."""

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
"""Members of an operation's input that name the resource whose policy counts."""

NOT_DECIDED: Mapping[str, re.Pattern[str]] = {
    # KeyId only filters the account's aliases, an IAM policy authorises it (API reference). "The kms:RetireGrant
    # permission is not effective in the key policy": the grant says who may (KMS developer guide, "Retiring grants").
    "kms": re.compile("ListAliases|RetireGrant"),
    # Service authorization reference: these act on access points, grants, jobs, lenses, the account, or no resource.
    "s3": re.compile(
        ".*(AccessPoint|AccessGrant|Job|StorageLens|MultiRegion|AllMyBuckets|AccountPublicAccess).*"
        "|(Tag|Untag)Resource|ListTagsForResource|CreateBucket|GetDataAccess|HeadBucket|ListObjects"
    ),
    # A trust policy decides about becoming the role (IAM user guide, "Role trust policies").
    "sts": re.compile("(?!AssumeRole|TagSession|SetSourceIdentity|SetContext).*"),
    # EFS user guide, "Using IAM to control file system data access": what a file system policy decides.
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
"""Actions on what is inside the resource: on objects of a bucket, on indices of a domain."""

BY_OWNER: Mapping[str, frozenset[str]] = {
    # "the root principal in a bucket owner's account can perform the GetBucketPolicy, PutBucketPolicy, and
    # DeleteBucketPolicy API actions, even if their bucket policy explicitly denies" it (S3 API, DeleteBucketPolicy).
    "AWS::S3::BucketPolicy": frozenset({"GetBucketPolicy", "PutBucketPolicy", "DeleteBucketPolicy"}),
}
"""Type of policy to the actions that no policy takes from the owner's root user."""

USE, SIGN, GRANT, REPLICATE, ADMINISTER, READ = "use", "sign", "grant", "replicate", "administer", "read"
FAMILIES = (USE, SIGN, GRANT, REPLICATE, ADMINISTER, READ)
ENCRYPTING = re.compile("Encrypt|Decrypt|ReEncrypt.*|GenerateDataKey.*")
NOT_USE = frozenset({"CreateGrant", "DescribeKey", "GetPublicKey"})
READING = re.compile("(Batch)?(Get|List|Describe|Head|Receive|Select|Search|Query|Read|Check|ESHttpGet|ESHttpHead)")
PERMITTING = re.compile("(Put|Set|Delete|Add|Remove|Update|Create|Revoke).*(Policy|Permission|Acl|Grant|Ownership)")


@dataclass(frozen=True, slots=True)
class Action:
    """One action of a service, as a column of the matrix."""

    name: str
    """Without the service: Encrypt."""
    part: str = ""
    """What inside the resource it acts on; empty: the resource itself."""
    family: str = ADMINISTER
    """For reading at a glance: one of `FAMILIES`. In KMS `sign` is the use of keys that do not encrypt."""
    by_grant: bool = False
    """Whether a grant of KMS can allow it, beside all policies."""
    own_account: bool = False
    """Whether the service refuses it to other accounts, whatever their policies say."""
    on_alias: bool = False
    """Whether it also needs a permission on the alias, which has no policy of its own."""


@dataclass(frozen=True, slots=True)
class ServiceActions:
    """All actions of a service."""

    service: str
    decided: tuple[Action, ...]
    """Those that a policy on one of its resources decides."""
    undecided: tuple[str, ...]
    """Those in which such a policy has no say: they name no such resource, or a grant decides."""

    @property
    def names(self) -> tuple[str, ...]:
        """All of them, decided or not."""
        return tuple(sorted([*(action.name for action in self.decided), *self.undecided]))


@lru_cache(maxsize=32)
def actions_of(service: str) -> ServiceActions:
    """The actions with the prefix `service`."""
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
    return ServiceActions(service, tuple(decided), tuple(undecided))


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


def _action(service: str, action: str, operation: Any, grantable: frozenset[str]) -> Action:
    text = re.sub("<[^>]+>", "", (operation or {}).get("documentation", ""))
    parts = [part for part, names in ON_PARTS.get(service, ()) if names.fullmatch(action)]
    return Action(
        name=action,
        part=parts[0] if parts else "",
        family=_family(service, action, grantable),
        by_grant=action in grantable,
        # The service model says so itself: KMS with "Cross-account use: No", SQS with a sentence.
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
