"""How each type says that it encrypts its data at rest, and what holds when it says nothing.

Sources, read in 2026: the template reference of each type; Amazon Aurora user guide, "Encrypting Amazon Aurora
resources" (all new clusters since February 18, 2026); Amazon Redshift, "Default encryption" (since January 10, 2025);
Amazon SQS, "Encryption at rest" (SSE-SQS by default since October 2022); Amazon DynamoDB, "Encryption at rest" (each
table; SSEEnabled only chooses the key); ElastiCache API, CreateReplicationGroup ("Default: true when using Valkey,
false when using Redis OSS"); Kinesis API, StartStreamEncryption (streams are not encrypted by themselves).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from catalog.check.controls._cases import OPEN, is_any_other
from catalog.check.controls._control import some_of

Values = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Store:
    """A type with a switch for its encryption."""

    switch: tuple[str, ...]
    """The names from the properties to the switch."""
    default: bool = False
    """Whether AWS encrypts without the switch."""
    inherits: tuple[str, ...] = ()
    """Properties that take the data, and with it the encryption, from elsewhere: then the template does not decide."""
    member: tuple[str, ...] = ()
    """Properties of a member of a cluster, which has the encryption of the cluster."""
    instead: tuple[str, ...] = ()
    """Properties that encrypt without the switch."""
    default_engines: str = ""
    """Engines of which AWS encrypts each new cluster begin with this."""
    on: str = "true"
    """The value of the switch that encrypts."""


RESTORED = ("SnapshotIdentifier", "SourceDBClusterIdentifier", "ReplicationSourceIdentifier", "GlobalClusterIdentifier")

STORES: Mapping[str, Store] = {
    "AWS::DAX::Cluster": Store(("SSESpecification", "SSEEnabled")),
    "AWS::DocDB::DBCluster": Store(("StorageEncrypted",), inherits=RESTORED),
    "AWS::EC2::Volume": Store(("Encrypted",), inherits=("SnapshotId", "SourceVolumeId")),
    "AWS::EFS::FileSystem": Store(("Encrypted",)),
    "AWS::ElastiCache::ReplicationGroup": Store(
        ("AtRestEncryptionEnabled",), inherits=("GlobalReplicationGroupId",), default_engines="valkey"
    ),
    "AWS::Elasticsearch::Domain": Store(("EncryptionAtRestOptions", "Enabled")),
    "AWS::Kinesis::Stream": Store(("StreamEncryption", "EncryptionType"), on="KMS"),
    "AWS::Neptune::DBCluster": Store(("StorageEncrypted",), inherits=RESTORED),
    "AWS::OpenSearchService::Domain": Store(("EncryptionAtRestOptions", "Enabled")),
    "AWS::RDS::DBCluster": Store(("StorageEncrypted",), inherits=RESTORED, default_engines="aurora"),
    "AWS::RDS::DBInstance": Store(
        ("StorageEncrypted",),
        inherits=(
            *("DBSnapshotIdentifier", "DBClusterSnapshotIdentifier", "SourceDBInstanceIdentifier"),
            *("SourceDBClusterIdentifier", "SourceDbiResourceId", "SourceDBInstanceAutomatedBackupsArn"),
        ),
        member=("DBClusterIdentifier",),
    ),
    "AWS::Redshift::Cluster": Store(("Encrypted",), default=True, inherits=("SnapshotIdentifier",)),
    "AWS::SQS::Queue": Store(("SqsManagedSseEnabled",), default=True, instead=("KmsMasterKeyId",)),
}
"""Type → its switch. DynamoDB tables are encrypted in any case, so they have none."""


def parts_of(store: Store, properties: Values) -> dict[str, Any]:
    """The properties that decide about a resource's encryption."""
    return some_of(properties, store.switch[0], *store.inherits, *store.member, *store.instead, "Engine")


def is_encrypted(store: Store, values: Values) -> bool | None:
    """Whether a resource with these values is encrypted; None if the template does not decide."""
    if any(values.get(name) for name in (*store.member, *store.instead)):
        return True
    switch: Any = values
    for name in store.switch:
        switch = switch.get(name) if isinstance(switch, Mapping) else switch
    if switch is OPEN:
        return None
    if str(switch).lower() == store.on.lower() or is_any_other(switch):
        return True
    if any(values.get(name) for name in store.inherits):
        return None
    if switch is None and store.default_engines:
        engine = values.get("Engine")
        return None if engine is OPEN else str(engine).startswith(store.default_engines)
    return store.default if switch is None else False
