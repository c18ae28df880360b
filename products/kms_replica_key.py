"""Product `kms_replica_key`: the replica of a multi-Region key in another Region, with the key policy of `kms_key`.

Parameters, Rules and the key policy are those of `kms_key` (_shared/keys.py, _shared/key_policy.py). Only the launch
role of this product can replicate a key, and only to the key's ReplicaRegions (docs/adr/0021-who-replicates-keys.md).

The logical ids `Key` and `KeyAlias` must not change.
"""

from __future__ import annotations

from _shared import keys
from _shared.building import HAS_COMPLIANCE, build, given
from _shared.key_policy import key_policy
from _shared.owner import owned
from _shared.parameters import TAGS_GROUP, Parameters, text
from troposphere import Ref, Template
from troposphere.kms import Key, ReplicaKey

from catalog import ProductDefinition

PARAMETERS: Parameters = {
    "PrimaryKeyArn": text(
        "Primary key",
        "ARN of the multi-Region key in another Region of this account: output KeyArn of a KMS key that was launched "
        "with MultiRegion true, and with this Region in ReplicaRegions. It cannot be changed later.",
        "arn:aws[a-z-]*:kms:[a-z0-9-]+:[0-9]{12}:key/mrk-[a-f0-9]{32}",
        "must be the ARN of a multi-Region key, arn:aws:kms:…:key/mrk-…",
        most=256,
    ),
    **keys.PARAMETERS,
    **keys.REPLICA_REGIONS,
    **keys.TAG_PARAMETERS,
}

GROUPS = {
    "The key": ["PrimaryKeyArn", *keys.GROUPS["The key"]],
    "Who may do what": keys.GROUPS["Who may do what"],
    "Deletion": keys.GROUPS["Deletion"],
    "Other Regions": ["ReplicaRegions"],
    **TAGS_GROUP,
}

CONDITIONS = {**keys.CONDITIONS, "MayReplicate": given("ReplicaRegions"), **HAS_COMPLIANCE}


class Replica(ReplicaKey):
    """A replica whose key policy can be that of a key, which troposphere does not allow."""

    props = ReplicaKey.props | {"KeyPolicy": Key.props["KeyPolicy"]}


def key() -> ReplicaKey:
    """The replica. It has the key material of the primary key, and is rotated with it."""
    return Replica(
        "Key",
        DeletionPolicy="Delete",
        UpdateReplacePolicy="Retain",
        Description=Ref("Description"),
        Enabled=True,
        PrimaryKeyArn=Ref("PrimaryKeyArn"),
        PendingWindowInDays=Ref("DeletionWindowDays"),
        KeyPolicy=key_policy(),
        Tags=keys.key_tags(),
    )


def template() -> Template:
    """The template of this version."""
    return build(
        "Replica of a multi-Region KMS key, with the same key policy; catalog product kms_replica_key.",
        parameters=PARAMETERS,
        groups=GROUPS,
        conditions=CONDITIONS,
        rules=keys.RULES,
        resources=[key(), keys.alias()],
        outputs=keys.outputs(),
    )


PRODUCT = ProductDefinition(
    **owned("kms_replica_key"),
    name="KMS replica key",
    description="The replica of a multi-Region KMS key in another Region, with the same separation of duties and the "
    "same protection against deletion.",
    version="1.0.0",
    version_description="First version.",
    template=template,
    separate_lists=(("KeyAdministrators", "KeyUsers"),),
    production={"PreventDestroy": "true", "DeletionWindowDays": "30"},
)
