"""ElastiCache: changes and deletions of subnet groups, clusters and users, which moto lacks; what is deleted goes.

Source: ElastiCache API reference, ModifyCacheSubnetGroup, DeleteCacheSubnetGroup, ModifyCacheCluster, ModifyUser.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from moto.core.responses import ActionResult, EmptyResult
from moto.elasticache.exceptions import ElastiCacheException
from moto.elasticache.models import CacheSubnetGroup, ElastiCacheBackend
from moto.elasticache.responses import ElastiCacheResponse

CHANGED = {
    "CacheNodeType": "cache_node_type",
    "NumCacheNodes": "num_cache_nodes",
    "EngineVersion": "engine_version",
    "CacheParameterGroupName": "cache_parameter_group_name",
    "PreferredMaintenanceWindow": "preferred_maintenance_window",
    "NotificationTopicArn": "notification_topic_arn",
    "AutoMinorVersionUpgrade": "auto_minor_version_upgrade",
    "SnapshotRetentionLimit": "snapshot_retention_limit",
    "SnapshotWindow": "snapshot_window",
    "SecurityGroupIds": "security_group_ids",
    "AZMode": "az_mode",
    "IpDiscovery": "ip_discovery",
}
"""Parameter of ModifyCacheCluster → attribute of moto's cluster."""
DELETE_USER = ElastiCacheBackend.delete_user
NUMBERS = ("NumCacheNodes", "SnapshotRetentionLimit")
DELETE_CLUSTER = ElastiCacheBackend.delete_cache_cluster
DELETE_GROUP = ElastiCacheBackend.delete_replication_group


def install() -> None:
    """Replace moto's operations, and add those that it lacks."""
    for answer in (modify_cache_subnet_group, delete_cache_subnet_group, modify_cache_cluster, modify_user):
        setattr(ElastiCacheResponse, answer.__name__, answer)
    for operation in ("delete_cache_cluster", "delete_replication_group"):
        setattr(ElastiCacheResponse, operation, after_snapshot(getattr(ElastiCacheResponse, operation)))
    for method in (delete_cache_cluster, delete_replication_group, delete_user):
        setattr(ElastiCacheBackend, method.__name__, method)


def after_snapshot(delete: Callable[[Any], ActionResult]) -> Callable[[Any], ActionResult]:
    """The operation that deletes, with the snapshot of its FinalSnapshotIdentifier."""

    def deleted(response: ElastiCacheResponse) -> ActionResult:
        if name := response._get_param("FinalSnapshotIdentifier"):
            group, cluster = (response._get_param(each) for each in ("ReplicationGroupId", "CacheClusterId"))
            response.elasticache_backend.create_snapshot(name, group, cluster, None, [])
        return delete(response)

    return deleted


def group_of(response: ElastiCacheResponse) -> CacheSubnetGroup:
    """The subnet group of a request."""
    (group,) = response.elasticache_backend.describe_cache_subnet_groups(response._get_param("CacheSubnetGroupName"))
    return group


def modify_cache_subnet_group(response: ElastiCacheResponse) -> ActionResult:
    """ModifyCacheSubnetGroup of the API reference."""
    backend, before = response.elasticache_backend, group_of(response)
    description = response._get_param("CacheSubnetGroupDescription")
    group = CacheSubnetGroup(
        account_id=backend.account_id,
        region_name=backend.region_name,
        cache_subnet_group_name=before.cache_subnet_group_name,
        cache_subnet_group_description=description or before.cache_subnet_group_description,
        subnet_ids=response._get_param("SubnetIds") or before.subnet_ids,
        tags=before.tags,
    )
    backend.cache_subnet_groups[before.cache_subnet_group_name] = group
    return ActionResult({"CacheSubnetGroup": group})


def delete_cache_subnet_group(response: ElastiCacheResponse) -> ActionResult:
    """DeleteCacheSubnetGroup of the API reference; the words for a group in use are assumed."""
    backend: Any = response.elasticache_backend
    name = group_of(response).cache_subnet_group_name
    for each in (*backend.cache_clusters.values(), *backend.replication_groups.values()):
        if each.cache_subnet_group_name == name:
            message = f"Cache subnet group {name} is currently in use by a cache cluster."
            raise ElastiCacheException("CacheSubnetGroupInUse", message)
    del backend.cache_subnet_groups[name]
    return EmptyResult()


def modify_cache_cluster(response: ElastiCacheResponse) -> ActionResult:
    """ModifyCacheCluster of the API reference, at once."""
    (cluster,) = response.elasticache_backend.describe_cache_clusters(response._get_param("CacheClusterId"))
    for name, attribute in CHANGED.items():
        value = response._get_int_param(name) if name in NUMBERS else response._get_param(name)
        if value is not None:
            setattr(cluster, attribute, value)
    return ActionResult({"CacheCluster": cluster})


def modify_user(response: ElastiCacheResponse) -> ActionResult:
    """ModifyUser of the API reference."""
    (user,) = response.elasticache_backend.describe_users(response._get_param("UserId"))
    mode = response._get_param("AuthenticationMode") or {}
    passwords = mode.get("Passwords") or response._get_param("Passwords")
    free = response._get_bool_param("NoPasswordRequired") or mode.get("Type") == "no-password-required"
    if mode or free or passwords:
        user.no_password_required, user.passwords = bool(free), passwords or []
        user.authentication_type = mode.get("Type") or ("password" if passwords else "no-password-required")
    for name, attribute in (("AccessString", "access_string"), ("Engine", "engine")):
        setattr(user, attribute, response._get_param(name) or getattr(user, attribute))
    return ActionResult(user)


def delete_user(backend: ElastiCacheBackend, user_id: str) -> Any:
    """DeleteUser, which is over at once."""
    user = DELETE_USER(backend, user_id)
    del backend.users[user_id]
    return user


def delete_cache_cluster(backend: ElastiCacheBackend, cache_cluster_id: str) -> Any:
    """DeleteCacheCluster, which is over at once."""
    cluster = DELETE_CLUSTER(backend, cache_cluster_id)
    del backend.cache_clusters[cache_cluster_id]
    return cluster


def delete_replication_group(
    backend: ElastiCacheBackend, replication_group_id: str, retain_primary_cluster: bool | None
) -> Any:
    """DeleteReplicationGroup, which is over at once."""
    group = DELETE_GROUP(backend, replication_group_id, retain_primary_cluster)
    del backend.replication_groups[replication_group_id]
    return group
