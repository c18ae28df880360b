"""Clusters of ECS and repositories of ECR."""

from __future__ import annotations

from typing import Any

from catalog.sandbox.registry.api_types import ApiCall, ApiResource, Setting
from catalog.sandbox.registry.rows import inside, plain, regional, tagged, taken
from catalog.sandbox.registry.shaping import as_text


def cluster_arn(it: ApiResource) -> str:
    """The ARN of a cluster."""
    return regional(it, "ecs", f"cluster/{it['ClusterName']}")


SETTINGS = {"ClusterSettings": "settings"}
CAPACITY = ("CapacityProviders", "DefaultCapacityProviderStrategy")


def capacity(it: ApiResource) -> dict[str, Any]:
    """PutClusterCapacityProviders, which needs both lists; what the template no longer has is empty."""
    lists = {"capacityProviders": CAPACITY[0], "defaultCapacityProviderStrategy": CAPACITY[1]}
    empty: dict[str, Any] = {parameter: [] for parameter, name in lists.items() if not it[name]}
    return {"cluster": it["ClusterName"], **empty}


CLUSTER = plain(
    "AWS::ECS::Cluster",
    "ecs",
    ("ClusterName",),
    create=ApiCall("CreateCluster", identity=("ClusterName",), copies=True, renamed=SETTINGS),
    read=ApiCall("DescribeClusters", lambda it: {"clusters": [it["ClusterName"]]}),
    shown=inside("clusters.0"),
    attributes=taken(Arn="clusterArn"),
    settings=(Setting(CAPACITY, ApiCall("PutClusterCapacityProviders", capacity, copies=True), on_create=False),),
    update=ApiCall("UpdateCluster", lambda it: {"cluster": it["ClusterName"]}, copies=True, renamed=SETTINGS),
    delete=(ApiCall("DeleteCluster", lambda it: {"cluster": it["ClusterName"]}),),
    tagging=tagged("resourceArn", cluster_arn, "tags"),
    arn=cluster_arn,
)


def repository_arn(it: ApiResource) -> str:
    """The ARN of a repository."""
    return regional(it, "ecr", f"repository/{it['RepositoryName']}")


def rules(it: ApiResource) -> dict[str, Any]:
    """The lifecycle policy, and the registry if it is not the account's."""
    return {
        "lifecyclePolicyText": it.at("LifecyclePolicy.LifecyclePolicyText"),
        "registryId": it.at("LifecyclePolicy.RegistryId"),
    }


def scanning(it: ApiResource) -> dict[str, Any]:
    """Whether images are scanned when they are pushed; they are not by default."""
    on = str(it.at("ImageScanningConfiguration.ScanOnPush")).lower() == "true"
    return {"imageScanningConfiguration": {"scanOnPush": on}}


NAME = ("RepositoryName",)
REPOSITORY = plain(
    "AWS::ECR::Repository",
    "ecr",
    NAME,
    read=ApiCall("DescribeRepositories", lambda it: {"repositoryNames": [it["RepositoryName"]]}),
    shown=inside("repositories.0"),
    attributes=taken(Arn="repositoryArn", RepositoryUri="repositoryUri"),
    settings=(
        Setting(
            ("LifecyclePolicy",),
            ApiCall("PutLifecyclePolicy", rules, identity=NAME),
            ApiCall("DeleteLifecyclePolicy", identity=NAME),
        ),
        Setting(
            ("RepositoryPolicyText",),
            ApiCall(
                "SetRepositoryPolicy", lambda it: {"policyText": as_text(it["RepositoryPolicyText"])}, identity=NAME
            ),
            ApiCall("DeleteRepositoryPolicy", identity=NAME),
        ),
        Setting(
            ("ImageScanningConfiguration",),
            ApiCall("PutImageScanningConfiguration", scanning, identity=NAME),
            on_create=False,
        ),
        Setting(
            ("ImageTagMutability",),
            ApiCall(
                "PutImageTagMutability",
                lambda it: {"imageTagMutability": it.text("ImageTagMutability", "MUTABLE")},
                identity=NAME,
            ),
            on_create=False,
        ),
    ),
    update=None,
    delete=(
        ApiCall("DeleteRepository", lambda it: {"force": it.text("EmptyOnDelete", "false") == "true"}, identity=NAME),
    ),
    tagging=tagged("resourceArn", repository_arn, "tags"),
    arn=repository_arn,
    modelled=("ImageTagMutabilityExclusionFilters",),
)

TYPES = (CLUSTER, REPOSITORY)
