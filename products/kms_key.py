"""Product `kms_key`: a symmetric customer managed key, its alias, and a key policy that separates duties.

What it shares with the replica of a key is in _shared: parameters and Rules in keys.py, the key policy (one function
for each statement) in key_policy.py. docs/products/kms_key.md explains each choice. The permissions of the launch role
are derived (`catalog role derive kms_key`).

The logical ids `Key` and `KeyAlias` must not change. With another logical id, CloudFormation creates a new key and
schedules the old key for deletion.
"""

from __future__ import annotations

from typing import Any

from _shared import keys
from _shared.building import HAS_COMPLIANCE, build, rule_equals
from _shared.key_policy import key_policy
from _shared.parameters import TAGS_GROUP, Parameters, flag
from troposphere import And, Equals, Not, Ref, Template
from troposphere.kms import Key

from catalog import ProductDefinition, Retention, ServiceAction

PARAMETERS: Parameters = {
    **keys.PARAMETERS,
    "MultiRegion": flag(
        "Multi-Region primary key",
        "true to make a multi-Region primary key, which can be replicated to other Regions for "
        "disaster recovery. This cannot be changed after the key was made.",
    ),
    **keys.REPLICA_REGIONS,
    **keys.TAG_PARAMETERS,
}

GROUPS = {**keys.GROUPS, "Other Regions": ["MultiRegion", "ReplicaRegions"], **TAGS_GROUP}

CONDITIONS = {
    **keys.CONDITIONS,
    "MayReplicate": And(Equals(Ref("MultiRegion"), "true"), Not(Equals(Ref("ReplicaRegions"), ""))),
    **HAS_COMPLIANCE,
}

RULES: dict[str, dict[str, Any]] = {
    **keys.RULES,
    "ReplicasNeedMultiRegion": {
        "RuleCondition": {"Fn::Not": [rule_equals("ReplicaRegions", "")]},
        "Assertions": [
            {
                "Assert": rule_equals("MultiRegion", "true"),
                "AssertDescription": "ReplicaRegions needs MultiRegion true: only a multi-Region key has replicas.",
            }
        ],
    },
}


def key() -> Key:
    """The key: symmetric, rotated every year. These are literals, so that no parameter can disable rotation."""
    return Key(
        "Key",
        DeletionPolicy="Delete",
        UpdateReplacePolicy="Retain",
        Description=Ref("Description"),
        Enabled=True,
        KeySpec="SYMMETRIC_DEFAULT",
        KeyUsage="ENCRYPT_DECRYPT",
        EnableKeyRotation=True,
        RotationPeriodInDays=365,
        MultiRegion=Ref("MultiRegion"),
        PendingWindowInDays=Ref("DeletionWindowDays"),
        KeyPolicy=key_policy(),
        Tags=keys.key_tags(),
    )


def template() -> Template:
    """The template of this version."""
    return build(
        "KMS key with yearly rotation and separate administrators and users; catalog product kms_key.",
        parameters=PARAMETERS,
        groups=GROUPS,
        conditions=CONDITIONS,
        rules=RULES,
        resources=[key(), keys.alias()],
        outputs=keys.outputs(),
    )


def rotation_document() -> dict[str, Any]:
    """Rotate the key material at once. Encrypted data stays readable, and the key keeps its id and ARN."""
    return {
        "schemaVersion": "0.3",
        "description": "Rotates the key material of a symmetric KMS key at once (kms:RotateKeyOnDemand).",
        "parameters": {"KeyId": {"type": "String", "description": "Id of the key; Service Catalog fills it in."}},
        "mainSteps": [
            {
                "name": "RotateKeyOnDemand",
                "action": "aws:executeAwsApi",
                "inputs": {"Service": "kms", "Api": "RotateKeyOnDemand", "KeyId": "{{ KeyId }}"},
                "isEnd": True,
            }
        ],
    }


ROTATE = ServiceAction(
    key="rotate",
    name="RotateKeyNow",
    description="Rotates the key material at once, as after an incident. Nothing has to be encrypted anew: the key "
    "keeps its id, and what was encrypted before stays readable. KMS allows 25 such rotations in a key's life.",
    document=rotation_document,
    target_type="AWS::KMS::Key",
    parameters={"KeyId": "TARGET"},
)

PRODUCT = ProductDefinition(
    name="KMS key",
    owner="Platform Security",
    description="A customer managed KMS key with an alias: rotated every year, administrators who cannot use it, users "
    "who cannot manage it, and protection against deletion.",
    distributor="Platform Security",
    support_description="Ask Platform Security about parameters, failed launches and the end of life of a protected "
    "key. The guide to this product is docs/products/kms_key.md in the catalogue's repository.",
    support_email="platform-security@example.com",
    support_url="https://docs.aws.amazon.com/kms/latest/developerguide/concepts.html",
    version="2.0.0",
    version_description="While PreventDestroy is true, nobody can point the alias to another key. Key administrators "
    "no longer replicate a multi-Region key: only the launch role of the replica product does, into ReplicaRegions.",
    template=template,
    separate_lists=(("KeyAdministrators", "KeyUsers"),),
    service_actions=(ROTATE,),
    examples=("examples/launch-dev.yaml", "examples/launch-prod.yaml", "examples/launch-multi-region.yaml"),
    production={"PreventDestroy": "true", "DeletionWindowDays": "30"},
    retention=Retention(keep=3),
)
