"""MemoryDB: changes of subnet groups and of the groups of clusters, which moto lacks; the tags of what is deleted go.

Source: MemoryDB API reference, UpdateSubnetGroup, UpdateCluster.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import partialmethod
from typing import Any

from moto.core.responses import ActionResult
from moto.memorydb.models import MemoryDBBackend, MemoryDBCluster
from moto.memorydb.responses import MemoryDBResponse

UPDATE = MemoryDBCluster.update


def install() -> None:
    """Add the operation to moto's, and replace its methods."""
    setattr(MemoryDBResponse, "update_subnet_group", update_subnet_group)  # noqa: B010  # mypy allows no other form
    setattr(MemoryDBCluster, "update", update_cluster)  # noqa: B010
    for name in ("delete_cluster", "delete_snapshot", "delete_subnet_group", "delete_user"):
        setattr(MemoryDBBackend, name, partialmethod(_untagged, getattr(MemoryDBBackend, name)))


def _untagged(backend: MemoryDBBackend, delete: Callable[..., Any], *given: Any, **named: Any) -> Any:
    gone = delete(backend, *given, **named)
    backend.tagger.delete_all_tags_for_resource(gone.arn)
    return gone


def update_cluster(cluster: MemoryDBCluster, *given: Any, **named: Any) -> None:
    """UpdateCluster, also of what moto makes of a cluster's settings."""
    UPDATE(cluster, *given, **named)
    cluster.security_groups = [{"SecurityGroupId": each, "Status": "active"} for each in cluster.security_group_ids]
    cluster.availability_mode = "MultiAZ" if cluster.num_replicas_per_shard else "SingleAZ"


def update_subnet_group(response: MemoryDBResponse) -> ActionResult:
    """UpdateSubnetGroup of the API reference."""
    given = json.loads(response.body)
    (group,) = response.memorydb_backend.describe_subnet_groups(given["SubnetGroupName"])
    group.description = given.get("Description", group.description)
    group.subnet_ids = given.get("SubnetIds") or group.subnet_ids
    return ActionResult({"SubnetGroup": group.to_dict()})
