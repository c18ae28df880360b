"""EKS: another version of a cluster, which moto lacks, the security group of one, and tags of what is in it.

Sources: EKS API reference, UpdateClusterVersion, VpcConfigResponse; EKS user guide, "Update existing cluster to new
Kubernetes version" (one minor version up at a time; the words are those that people quote in public issues).
"""

from __future__ import annotations

from typing import Any

from moto.core.responses import ActionResult
from moto.core.utils import utcnow
from moto.eks import models, urls
from moto.eks.exceptions import InvalidParameterException, ResourceNotFoundException
from moto.eks.responses import EKSResponse
from moto.moto_api._internal import mock_random

PATH = "{0}/clusters/(?P<name>[^/]+)/updates$"
ARNS = ("arn", "nodegroup_arn", "fargate_profile_arn")
CREATE = models.EKSBackend.create_cluster
UPDATE = EKSResponse.update_cluster_config


def install() -> None:
    """Add the operation to moto's, and complete its creation and its change."""
    for answer in (update_cluster_version, update_cluster_config):
        setattr(EKSResponse, answer.__name__, answer)
    for method in (create_cluster, tag_resource, untag_resource, list_tags_for_resource):
        setattr(models.EKSBackend, method.__name__, method)
    urls.url_paths[PATH] = urls.response.dispatch


def create_cluster(backend: models.EKSBackend, *arguments: Any, **options: Any) -> Any:
    """CreateCluster, with the security group of the cluster."""
    cluster: Any = CREATE(backend, *arguments, **options)
    cluster.version_chosen = bool(options.get("version"))
    group = f"sg-{''.join(mock_random.choice('0123456789abcdef') for _ in range(17))}"
    cluster.resources_vpc_config = {"clusterSecurityGroupId": group, **cluster.resources_vpc_config}
    return cluster


def tags_of(backend: models.EKSBackend, arn: str) -> dict[str, str]:
    """The tags of a cluster, a node group or a Fargate profile."""
    for cluster in backend.clusters.values():
        targets: tuple[Any, ...] = (cluster, *cluster.nodegroups.values(), *cluster.fargate_profiles.values())
        for target in targets:
            if arn in [getattr(target, name, None) for name in ARNS]:
                tags: dict[str, str] = target.tags
                return tags
    names = dict.fromkeys(("clusterName", "nodegroupName", "fargateProfileName", "addonName"))
    raise ResourceNotFoundException(**names, message=f"Resource {arn} was not found")


def tag_resource(backend: models.EKSBackend, resource_arn: str, tags: dict[str, str]) -> None:
    """TagResource of the API reference."""
    tags_of(backend, resource_arn).update(tags)


def untag_resource(backend: models.EKSBackend, resource_arn: str, tag_keys: Any) -> None:
    """UntagResource of the API reference."""
    for key in tag_keys if isinstance(tag_keys, list) else [tag_keys]:
        tags_of(backend, resource_arn).pop(key, None)


def list_tags_for_resource(backend: models.EKSBackend, resource_arn: str) -> dict[str, str]:
    """ListTagsForResource of the API reference."""
    return tags_of(backend, resource_arn)


def update_cluster_config(response: EKSResponse) -> ActionResult:
    """UpdateClusterConfig, after which the cluster has what the change does not name, such as its group."""
    cluster = response.eks_backend.describe_cluster(response._get_param("name"))
    before = {name: getattr(cluster, name) or {} for name in ("resources_vpc_config", "kubernetes_network_config")}
    UPDATE(response)
    for name, value in before.items():
        setattr(cluster, name, {**value, **(getattr(cluster, name) or {})})
    return _updated("VpcConfigUpdate")


def update_cluster_version(response: EKSResponse) -> ActionResult:
    """UpdateClusterVersion of the API reference."""
    cluster: Any = response.eks_backend.describe_cluster(response._get_param("name"))
    now, wanted = str(cluster.version), str(response._get_param("version"))
    minors = [each.rpartition(".")[2] for each in (now, wanted)]
    # moto's default is not that of AWS, so nothing is a step from it
    if cluster.version_chosen and all(map(str.isdecimal, minors)) and int(minors[1]) != int(minors[0]) + 1:
        names = {"clusterName": cluster.name, **dict.fromkeys(("nodegroupName", "fargateProfileName", "addonName"))}
        message = f"Unsupported Kubernetes minor version update from {now} to {wanted}"
        raise InvalidParameterException(**names, message=message)
    cluster.version, cluster.version_chosen = wanted, True
    return _updated("VersionUpdate")


def _updated(kind: str) -> ActionResult:
    update = {
        "id": str(mock_random.uuid4()),
        "status": "Successful",
        "type": kind,
        "params": [],
        "createdAt": utcnow(),
        "errors": [],
    }
    return ActionResult({"update": update})
