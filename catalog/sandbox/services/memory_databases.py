"""MemoryDB: changes of subnet groups and of the groups of clusters, which moto lacks; the tags of what is deleted go.

Sources: MemoryDB API reference, UpdateSubnetGroup, UpdateCluster, CreateCluster (ShardsPerClusterQuotaExceededFault, in
assumed words); MemoryDB developer guide, "Quotas".
"""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import partialmethod
from typing import Any

from moto.core.exceptions import JsonRESTError
from moto.core.responses import ActionResult
from moto.memorydb.models import MemoryDBBackend, MemoryDBCluster
from moto.memorydb.responses import MemoryDBResponse

UPDATE = MemoryDBCluster.update
CREATE_CLUSTER, UPDATE_CLUSTER = MemoryDBResponse.create_cluster, MemoryDBResponse.update_cluster
SHARDS = 500


def install() -> None:
    """Add the operation to moto's, and replace its methods."""
    setattr(MemoryDBResponse, "create_cluster", create_cluster)  # noqa: B010  # mypy allows no other form
    setattr(MemoryDBResponse, "update_cluster", change_cluster)  # noqa: B010
    setattr(MemoryDBResponse, "update_subnet_group", update_subnet_group)  # noqa: B010
    setattr(MemoryDBCluster, "update", update_cluster)  # noqa: B010
    for name in ("delete_cluster", "delete_snapshot", "delete_subnet_group", "delete_user"):
        setattr(MemoryDBBackend, name, partialmethod(_untagged, getattr(MemoryDBBackend, name)))


def _untagged(backend: MemoryDBBackend, delete: Callable[..., Any], *given: Any, **named: Any) -> Any:
    gone = delete(backend, *given, **named)
    backend.tagger.delete_all_tags_for_resource(gone.arn)
    return gone


def create_cluster(response: MemoryDBResponse) -> Any:
    """CreateCluster, with no more shards than a cluster can have: moto makes each of them."""
    _check_shards(json.loads(response.body).get("NumShards"))
    return CREATE_CLUSTER(response)


def change_cluster(response: MemoryDBResponse) -> Any:
    """UpdateCluster, as CreateCluster."""
    _check_shards((json.loads(response.body).get("ShardConfiguration") or {}).get("ShardCount"))
    return UPDATE_CLUSTER(response)


def _check_shards(count: Any) -> None:
    if int(count or 0) > SHARDS:
        message = f"A cluster cannot have more than {SHARDS} shards."
        raise JsonRESTError("ShardsPerClusterQuotaExceededFault", message)


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
