"""Changes that AWS refuses because of what there is, and moto carries out: what only grows, or in steps.

Sources: API references of ModifyVolume, ModifyDBInstance and UpdateShardCount. The words are those that people quote in
public issues; those for the storage of a database are assumed. Versions of EKS are in `kubernetes.py`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from catalog.sandbox.services.first_checked import Check, json_error


def _volume(backend: Any, volume_id: str, target_size: int | None = None, *_: Any, **__: Any) -> None:
    from moto.ec2.exceptions import EC2ClientError

    if target_size and int(target_size) < int(backend.get_volume(volume_id).size):
        raise EC2ClientError("InvalidParameterValue", "New size cannot be smaller than existing size")


def _database(backend: Any, db_instance_identifier: str, db_kwargs: Mapping[str, Any]) -> None:
    from moto.rds.exceptions import RDSClientError

    wanted = db_kwargs.get("allocated_storage")
    now = backend.describe_db_instances(db_instance_identifier)[0].allocated_storage
    if wanted and now and int(wanted) < int(now):
        message = f"The allocated storage of a DB instance cannot be decreased, from {now} GiB to {wanted} GiB."
        raise RDSClientError("InvalidParameterCombination", message)
    _engine(backend.describe_db_instances(db_instance_identifier)[0], db_kwargs)


def _cluster(backend: Any, kwargs: Mapping[str, Any]) -> None:
    """The handler of a cluster always allows a new major version."""
    cluster = backend.clusters.get(kwargs["db_cluster_identifier"])
    if cluster is not None:
        _engine(cluster, {**kwargs, "allow_major_version_upgrade": True})


def _engine(database: Any, wanted: Mapping[str, Any]) -> None:
    """A version of an engine is not taken back, and a new major one is a choice of its own."""
    from moto.rds.exceptions import RDSClientError

    now, then = str(database.engine_version), str(wanted.get("engine_version") or "")
    numbers = [[int(number) for number in re.findall(r"\d+", each)] for each in (now, then)]
    # a version that is given in part, such as 15, is any of its minor versions
    before, after = (each[: min(map(len, numbers))] for each in numbers)
    if after < before:
        message = f"Cannot upgrade {database.engine} from {now} to {then}"
        raise RDSClientError("InvalidParameterCombination", message)
    majors = 1 if database.engine.endswith("postgres") or "postgresql" in database.engine else 2
    if after[:majors] > before[:majors] and not wanted.get("allow_major_version_upgrade"):
        message = "The AllowMajorVersionUpgrade flag must be present when upgrading to a new major version."
        raise RDSClientError("InvalidParameterCombination", message)


def _shards(backend: Any, stream_arn: str, stream_name: str, target_shard_count: int) -> None:
    stream = backend.describe_stream(stream_arn=stream_arn, stream_name=stream_name)
    now = sum(shard.is_open for shard in stream.shards.values())
    limit = "up over double" if target_shard_count > 2 * now else "down below half"
    if not now / 2 <= target_shard_count <= 2 * now:
        raise json_error(
            "LimitExceededException",
            f"UpdateShardCount cannot scale {limit} your current open shard count. "
            f"Current open shard count: {now} Target shard count: {target_shard_count}",
        )


CHECKS: Mapping[str, Mapping[str, Check]] = {
    "moto.ec2.models.elastic_block_store": {"EBSBackend.modify_volume": _volume},
    "moto.kinesis.models": {"KinesisBackend.update_shard_count": _shards},
    "moto.rds.models": {"RDSBackend.modify_db_cluster": _cluster, "RDSBackend.modify_db_instance": _database},
}
"""Module of moto → class and method → what is checked before it."""
