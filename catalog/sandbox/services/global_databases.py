"""Global clusters of RDS, Neptune and DocumentDB: tags, changes and errors that moto lacks, clusters of all Regions.

Source: RDS API reference, CreateGlobalCluster, ModifyGlobalCluster, DeleteGlobalCluster, RemoveFromGlobalCluster, and
their errors. The words of GlobalClusterAlreadyExistsFault: hashicorp/terraform-provider-aws#40333.
"""

from __future__ import annotations

from typing import Any

from moto.core.responses import ActionResult
from moto.rds.exceptions import DBClusterNotFoundError, InvalidParameterCombination, RDSClientError
from moto.rds.models import BlueGreenDeployment, DBCluster, GlobalCluster, RDSBackend, find_cluster, rds_backends
from moto.rds.responses import RDSResponse

CREATE, DELETE = RDSResponse.create_global_cluster, RDSResponse.delete_global_cluster
GREEN = BlueGreenDeployment._generate_green_id
DELETE_CLUSTER, TAGGED = RDSBackend.delete_db_cluster, RDSBackend._get_resource_for_tagging


def install() -> None:
    """Add the operations to moto's."""
    for answer in (
        create_global_cluster,
        describe_global_clusters,
        modify_global_cluster,
        delete_global_cluster,
        remove_from_global_cluster,
    ):
        setattr(RDSResponse, answer.__name__, answer)
    setattr(RDSBackend, "delete_db_cluster", delete_db_cluster)  # noqa: B010  # mypy allows no other form
    setattr(RDSBackend, "_get_resource_for_tagging", tagged_resource)  # noqa: B010
    setattr(BlueGreenDeployment, "_generate_green_id", green_name)  # noqa: B010


def existing(response: RDSResponse) -> GlobalCluster:
    """The global cluster that a request names."""
    name = str(response.params.get("GlobalClusterIdentifier"))
    if name not in response.global_backend.global_clusters:
        raise RDSClientError("GlobalClusterNotFoundFault", f"Global cluster {name} not found")
    return response.global_backend.global_clusters[name]


def create_global_cluster(response: RDSResponse) -> ActionResult:
    """CreateGlobalCluster, with tags; its source can be of any Region, and is its writer."""
    given, source = response.params, None
    name = str(given.get("GlobalClusterIdentifier"))
    if name in response.global_backend.global_clusters:
        raise RDSClientError("GlobalClusterAlreadyExistsFault", f"Global cluster {name} already exists")
    if arn := given.get("SourceDBClusterIdentifier"):
        source = find_cluster(str(arn))
        if given.get("Engine"):
            return CREATE(response)  # which refuses it
        given.pop("SourceDBClusterIdentifier")
        given.update(Engine=source.engine, EngineVersion=source.engine_version)
        given["StorageEncrypted"] = source.storage_encrypted
    answer = CREATE(response)
    made = existing(response)
    made.tags = given.get("Tags") or []
    if source:
        source.global_cluster_identifier, source.is_writer = made.global_cluster_identifier, True
        made.members.append(source)
    return answer


def describe_global_clusters(response: RDSResponse) -> ActionResult:
    """DescribeGlobalClusters, of one or of all."""
    given = response.params.get("GlobalClusterIdentifier")
    every = [existing(response)] if given else response.global_backend.describe_global_clusters()
    return ActionResult({"GlobalClusters": every})


def modify_global_cluster(response: RDSResponse) -> ActionResult:
    """ModifyGlobalCluster of the API reference."""
    changed, given = existing(response), response.params
    if given.get("DeletionProtection") is not None:
        changed.deletion_protection = given.get("DeletionProtection")
    changed.engine_version = given.get("EngineVersion") or changed.engine_version
    if new := given.get("NewGlobalClusterIdentifier"):
        clusters = response.global_backend.global_clusters
        del clusters[changed.global_cluster_identifier]
        changed.global_cluster_identifier = str(new)
        clusters[changed.global_cluster_identifier] = changed
    return ActionResult({"GlobalCluster": changed})


def delete_global_cluster(response: RDSResponse) -> ActionResult:
    """DeleteGlobalCluster, unless it is protected [words assumed: those of a cluster]."""
    if existing(response).deletion_protection:
        raise InvalidParameterCombination(
            "Cannot delete protected Global Cluster, please disable deletion protection and try again."
        )
    return DELETE(response)


def remove_from_global_cluster(response: RDSResponse) -> ActionResult:
    """RemoveFromGlobalCluster of the API reference."""
    changed, arn = existing(response), str(response.params.get("DbClusterIdentifier"))
    member = next((each for each in changed.members if each.db_cluster_arn == arn), None)
    if member is None:
        raise DBClusterNotFoundError(arn)
    changed.members.remove(member)
    member.global_cluster_identifier = None
    return ActionResult({"GlobalCluster": changed})


def delete_db_cluster(backend: RDSBackend, cluster_identifier: str, snapshot_name: str | None = None) -> DBCluster:
    """DeleteDBCluster: what is deleted is no member of a global cluster, wherever it was."""
    gone = DELETE_CLUSTER(backend, cluster_identifier, snapshot_name)
    for each in rds_backends[backend.account_id]["us-east-1"].global_clusters.values():
        each.members = [member for member in each.members if member is not gone]
    return gone


def green_name(deployment: BlueGreenDeployment, blue: str) -> str:
    """The name of a green database, within the 63 characters of a name [that it is cut is assumed]."""
    return GREEN(deployment, blue[:50].rstrip("-"))


def tagged_resource(backend: RDSBackend, arn: str) -> Any:
    """What has the tags of an ARN, also of a global cluster, a blue/green deployment or a target group of a proxy."""
    before, _, name = arn.rpartition(":")
    kind = before.rpartition(":")[2]
    if kind == "global-cluster":
        return rds_backends[backend.account_id]["us-east-1"].global_clusters.get(name)
    if kind == "deployment":
        return backend.blue_green_deployments.get(name)
    if kind == "target-group":
        groups = (group for proxy in backend.db_proxies.values() for group in proxy.proxy_target_groups.values())
        return next((each for each in groups if each.target_group_arn == arn), None)
    return TAGGED(backend, arn)
