"""Clusters of EKS with their node groups and Fargate profiles. No node runs."""

from __future__ import annotations

from typing import Any

from catalog.sandbox.registry.api_types import ApiCall, ApiResource, Setting
from catalog.sandbox.registry.calls import operation_model
from catalog.sandbox.registry.rows import ending, inside, plain, regional, tagged, taken
from catalog.sandbox.registry.shaping import copied

NAME = ("Name",)


def logging(it: ApiResource) -> dict[str, Any]:
    """The kinds of logs, which the API has in one list."""
    enabled = it.at("Logging.ClusterLogging.EnabledTypes") or ()
    kinds = [str(each["Type"]) for each in enabled]
    others = [kind for kind in KINDS if kind not in kinds]
    listed = [{"types": types, "enabled": on} for types, on in ((kinds, True), (others, False)) if types]
    return {"logging": {"clusterLogging": listed}}


KINDS = ("api", "audit", "authenticator", "controllerManager", "scheduler")


def configuration(name: str) -> Setting:
    """UpdateClusterConfig, which changes one thing at a time, with a property."""
    shape = operation_model("eks", "UpdateClusterConfig").input_shape
    call = ApiCall("UpdateClusterConfig", lambda it: copied(it.given(name), shape, {}), identity=NAME)
    return Setting((name,), call, on_create=False)


def cluster_arn(it: ApiResource) -> str:
    """The ARN of a cluster."""
    return regional(it, "eks", f"cluster/{it['Name']}")


CLUSTER = plain(
    "AWS::EKS::Cluster",
    "eks",
    NAME,
    create=ApiCall(
        "CreateCluster",
        lambda it: logging(it) if "Logging" in it.properties else {},
        copies=True,
        omitted=("Logging",),
        identity=NAME,
    ),
    shown=inside("cluster"),
    attributes=taken(
        Arn="arn",
        Endpoint="endpoint",
        CertificateAuthorityData="certificateAuthority.data",
        ClusterSecurityGroupId="resourcesVpcConfig.clusterSecurityGroupId",
        OpenIdConnectIssuerUrl="identity.oidc.issuer",
    ),
    settings=(
        *(configuration(name) for name in ("ResourcesVpcConfig", "KubernetesNetworkConfig", "RemoteNetworkConfig")),
        Setting(("Logging",), ApiCall("UpdateClusterConfig", logging, identity=NAME), on_create=False),
        Setting(
            ("Version",),
            ApiCall("UpdateClusterVersion", lambda it: {"version": it["Version"]}, identity=NAME),
            on_create=False,
        ),
    ),
    update=None,
    tagging=tagged("resourceArn", cluster_arn, "tags"),
    arn=cluster_arn,
    modelled=(
        *("AccessConfig", "ActiveCertificateAuthorityId", "BootstrapSelfManagedAddons", "CertificateAuthority"),
        *("ComputeConfig", "ControlPlaneScalingConfig", "DeletionProtection", "Force", "KubeApiServerConfig"),
        *("KubeControllerManagerConfig", "KubeSchedulerConfig", "OutpostConfig", "RollbackConfig", "StorageConfig"),
        *("UpgradePolicy", "ZonalShiftConfig"),
    ),
)


def labels(it: ApiResource) -> dict[str, Any]:
    """The labels that an update sets and takes away."""
    new, old = it.properties.get("Labels") or {}, it.old.get("Labels") or {}
    gone = [name for name in old if name not in new]
    return {"labels": {"addOrUpdateLabels": dict(new), **({"removeLabels": gone} if gone else {})}}


def taints(it: ApiResource) -> dict[str, Any]:
    """The taints that an update sets and takes away."""
    new, old = list(it.properties.get("Taints") or ()), list(it.old.get("Taints") or ())
    keys = {each.get("Key") for each in new}
    changes = {
        "addOrUpdateTaints": new or None,
        "removeTaints": [each for each in old if each.get("Key") not in keys] or None,
    }
    shape = operation_model("eks", "UpdateNodegroupConfig").input_shape
    return copied({"taints": changes}, shape, {})


def scaling(it: ApiResource) -> dict[str, Any]:
    """UpdateNodegroupConfig with the numbers of nodes."""
    shape = operation_model("eks", "UpdateNodegroupConfig").input_shape
    return copied(it.given("ScalingConfig", "UpdateConfig"), shape, {})


GROUP = ("ClusterName", "NodegroupName")
NODE_GROUP = plain(
    "AWS::EKS::Nodegroup",
    "eks",
    GROUP,
    known=lambda it, answer: {"Id": f"{it['ClusterName']}/{it['NodegroupName']}"},
    identified=ending("Id", "/", "NodegroupName"),
    shown=inside("nodegroup"),
    attributes=taken(Arn="nodegroupArn"),
    settings=tuple(
        Setting(names, ApiCall("UpdateNodegroupConfig", parameters, identity=GROUP), on_create=False)
        for names, parameters in (
            (("Labels",), labels),
            (("Taints",), taints),
            (("ScalingConfig", "UpdateConfig"), scaling),
        )
    ),
    update=None,
    tagging=tagged("resourceArn", "Arn", "tags"),
    arn=lambda it: str(it["Arn"] or regional(it, "eks", f"nodegroup/{it['ClusterName']}/{it['NodegroupName']}/*")),
    modelled=(
        *("ForceUpdateEnabled", "LaunchTemplate", "NodeRepairConfig", "ReleaseVersion", "Version", "WarmPoolConfig"),
        "UpdateConfig",
    ),
)

PROFILE = ("ClusterName", "FargateProfileName")
FARGATE = plain(
    "AWS::EKS::FargateProfile",
    "eks",
    PROFILE,
    ref="FargateProfileName",
    shown=inside("fargateProfile"),
    attributes=taken(Arn="fargateProfileArn"),
    update=None,
    tagging=tagged("resourceArn", "Arn", "tags"),
    arn=lambda it: str(
        it["Arn"] or regional(it, "eks", f"fargateprofile/{it['ClusterName']}/{it['FargateProfileName']}/*")
    ),
)

TYPES = (CLUSTER, NODE_GROUP, FARGATE)
