"""E9015: databases, caches, file systems, volumes, domains, streams and queues are encrypted at rest."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, ClassVar

from catalog.check.controls._cases import OPEN, cases
from catalog.check.controls._control import Path, resources
from catalog.check.controls._devices import LAUNCHED, volumes
from catalog.check.controls._encryption import STORES, Store, is_encrypted, parts_of
from catalog.check.controls._judging import JudgingControl, Verdict
from catalog.check.metadata import Frameworks

DEVICE = Store(("Encrypted",), inherits=("SnapshotId",))


class EncryptionAtRest(JudgingControl):
    """The switch of each type, as a launch can set it, and AWS's default where a template says nothing.

    What a template cannot tell is not decided: data that is restored from a snapshot, or copied from another store, is
    encrypted as that is. The account can encrypt all its EBS volumes by default, but a template cannot rely on it.
    E9011 says which key is right.
    """

    id = "E9015"
    shortdesc = "Databases, caches, file systems, volumes, search domains, streams and queues are encrypted at rest"
    description = (
        "RDS instances and clusters, DocumentDB and Neptune clusters, Redshift clusters, DAX clusters, EFS file "
        "systems, EBS volumes (also in the block devices of instances, launch templates and launch configurations), "
        "OpenSearch and Elasticsearch domains, ElastiCache replication groups, Kinesis streams and SQS queues are "
        "encrypted at rest in every launch that the Rules allow. New Aurora and Redshift clusters, Valkey replication "
        "groups and SQS queues are encrypted by default, and DynamoDB tables always."
    )
    why = (
        "Data that is not encrypted can be read from a snapshot or a disk that is given away. Most stores cannot be "
        "encrypted later: they must be replaced."
    )
    remedy = (
        "Write the switch of the type as true: StorageEncrypted, Encrypted, AtRestEncryptionEnabled, "
        "EncryptionAtRestOptions or SSESpecification. A Kinesis stream has StreamEncryption in its place. Use a "
        "customer managed key."
    )
    # A rule has one link for findings of all its types: the page that asks it of every store.
    source_url = "https://docs.aws.amazon.com/wellarchitected/latest/security-pillar/sec_protect_data_rest_encrypt.html"
    frameworks: ClassVar[Frameworks] = {
        "CIS AWS Foundations": ("1.4: 2.3.1", "3.0: 2.3.1", "3.0: 2.4.1", "5.0: 2.2.1", "5.0: 2.3.1"),
        "Security Hub": (
            *("DocumentDB.1", "DynamoDB.3", "EC2.3", "EFS.1", "EFS.8", "ElastiCache.4", "ES.1", "Kinesis.1"),
            *("Neptune.1", "Opensearch.1", "RDS.3", "RDS.27", "Redshift.10", "SQS.1"),
        ),
        "AWS Config": (
            *("dax-encryption-enabled", "docdb-cluster-encrypted", "efs-encrypted-check"),
            *("elasticache-repl-grp-encrypted-at-rest", "elasticsearch-encrypted-at-rest", "encrypted-volumes"),
            *("kinesis-stream-encrypted", "neptune-cluster-encrypted", "opensearch-encrypted-at-rest"),
            "rds-storage-encrypted",
        ),
        "NIST 800-53": ("CA-9(1)", "CM-3(6)", "SC-7(10)", "SC-13", "SC-28", "SC-28(1)", "SI-7(6)"),
    }
    sources = tuple(
        f"https://docs.aws.amazon.com/securityhub/latest/userguide/{name}-controls.html"
        for name in (
            *("documentdb", "dynamodb", "ec2", "efs", "elasticache", "es", "kinesis", "neptune", "opensearch", "rds"),
            *("redshift", "sqs"),
        )
    )
    tags = ("encryption", "rds", "efs", "ebs", "opensearch", "sqs")
    looks_at = (*STORES, *LAUNCHED)

    def judge(self, template: Mapping[str, Any]) -> Iterator[Verdict]:
        """Each store that a launch can create without encryption, and each that is not decided."""
        for logical_id, kind, properties in resources(template, *STORES):
            store = STORES[kind]
            parts = parts_of(store, properties)
            path: Path = ("Resources", logical_id, "Properties")
            path = (*path, store.switch[0]) if store.switch[0] in parts else path
            for case in cases(template, logical_id, parts, {store.switch[-1]: ("false",)}, self.regions):
                yield from verdict(store, path, f"{logical_id} ({kind})", case.value, case.when)
        for logical_id, path, ebs, required in volumes(template):
            parts = parts_of(DEVICE, ebs)
            for case in cases(template, logical_id, parts, {"Encrypted": ("false",)}, self.regions, required):
                yield from verdict(DEVICE, path, f"this volume of {logical_id}", case.value, case.when)


def verdict(store: Store, path: Path, what: str, values: Any, when: str) -> Iterator[Verdict]:
    """The verdict about one store in one launch, if it is not encrypted for certain."""
    encrypted = None if values is OPEN else is_encrypted(store, values)
    if encrypted is None:
        yield path, f"whether {what} is encrypted is not decided by the template{when}", False
    elif not encrypted:
        yield path, f"{what} is not encrypted at rest{when}; write {'.'.join(store.switch)}: {store.on}", True
