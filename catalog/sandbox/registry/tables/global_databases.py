"""Global clusters of RDS, Neptune and Amazon DocumentDB; snapshots, deployments and target groups of RDS."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from catalog.sandbox.registry.api_types import ApiCall, ApiResource, ApiType, Parameters, Setting
from catalog.sandbox.registry.rows import inside, plain, regional, tagged, taken
from catalog.sandbox.registry.tables.forms import added, dropped

NAME = ("GlobalClusterIdentifier",)


def global_arn(it: ApiResource) -> str:
    """The ARN of a global cluster, which has no Region."""
    place = it.place
    return f"arn:{place.partition}:rds::{place.account}:global-cluster:{it['GlobalClusterIdentifier']}"


def source(it: ApiResource) -> dict[str, Any]:
    """The cluster that a global cluster begins with, which a template may also name without its ARN."""
    given = str(it["SourceDBClusterIdentifier"] or "")
    if given and not given.startswith("arn:"):
        given = it.ask("DescribeDBClusters", {"DBClusterIdentifier": given})["DBClusters"][0]["DBClusterArn"]
    return {"SourceDBClusterIdentifier": given or None}


def members(it: ApiResource) -> list[dict[str, Any]]:
    """RemoveFromGlobalCluster for each cluster that it has."""
    name = {"GlobalClusterIdentifier": it["GlobalClusterIdentifier"]}
    (shown,) = it.ask("DescribeGlobalClusters", name)["GlobalClusters"]
    return [{"DbClusterIdentifier": each["DBClusterArn"], **name} for each in shown.get("GlobalClusterMembers") or ()]


def global_cluster(namespace: str, **attributes: str) -> ApiType:
    """A global cluster, whose clusters leave it before it is deleted."""
    return plain(
        f"AWS::{namespace}::GlobalCluster",
        "rds",
        NAME,
        create=ApiCall("CreateGlobalCluster", source, copies=True, identity=NAME),
        read="DescribeGlobalClusters",
        shown=inside("GlobalClusters.0"),
        attributes=taken(**attributes),
        update=ApiCall("ModifyGlobalCluster", copies=True, identity=NAME),
        delete=(
            ApiCall("RemoveFromGlobalCluster", members),
            ApiCall("DeleteGlobalCluster", identity=NAME),
        ),
        tagging=tagged("ResourceName", global_arn, "Tags", tag="AddTagsToResource", untag="RemoveTagsFromResource"),
        arn=global_arn,
        also_for={("create", "SourceDBClusterIdentifier"): ("rds:DescribeDBClusters",)},
        modelled=("EngineLifecycleSupport",) if namespace == "RDS" else (),
    )


def snapshot(last: str, kind: str, noun: str) -> ApiType:
    """A snapshot that a template takes; nothing of it changes but its tags."""
    name = f"{noun}Identifier"

    def arn(it: ApiResource) -> str:
        return regional(it, "rds", f"{kind}:{it[name]}")

    return plain(
        f"AWS::RDS::{last}",
        "rds",
        (name,),
        noun=noun,
        read=ApiCall(f"Describe{noun}s", identity=(name,)),
        shown=inside(f"{noun}s.0"),
        known=taken(**{f"{noun}Arn": f"{noun}.{noun}Arn"}),
        identified=lambda it: {name: str(it[f"{noun}Arn"]).rpartition(":")[2]},
        attributes=lambda it, shown: {
            each: shown[each] for each in it.schema.read_only if each in shown and not hasattr(shown[each], "year")
        },
        update=None,
        tagging=tagged("ResourceName", arn, "Tags", tag="AddTagsToResource", untag="RemoveTagsFromResource"),
        arn=arn,
    )


PROXY = ("DBProxyName", "TargetGroupName")
TARGETS = ("DBClusterIdentifiers", "DBInstanceIdentifiers")


def targets(members: Callable[[ApiResource, str], list[Any]]) -> Parameters:
    """The clusters and instances that an update adds to a target group, or takes away."""
    return lambda it: {name: members(it, name) for name in TARGETS if members(it, name)} or None


def group(it: ApiResource) -> dict[str, Any] | None:
    """The names of a target group, which a proxy always has: only its targets come and go."""
    return {name: it[name] for name in PROXY} if it.given(*TARGETS) else None


def registered(it: ApiResource, answer: Mapping[str, Any]) -> Any:
    """A target group with its targets; nothing if it has none."""
    given = it.ask("DescribeDBProxyTargets", {name: it[name] for name in PROXY})["Targets"]
    return {**answer["TargetGroups"][0], "Targets": given} if given else None


def pool(it: ApiResource) -> dict[str, Any]:
    """ModifyDBProxyTargetGroup."""
    return {"ConnectionPoolConfig": it.properties.get("ConnectionPoolConfigurationInfo") or {}}


POOL = ApiCall("ModifyDBProxyTargetGroup", pool, identity=PROXY)
TARGET_GROUP = plain(
    "AWS::RDS::DBProxyTargetGroup",
    "rds",
    PROXY,
    create=POOL,
    known=taken(TargetGroupArn="DBProxyTargetGroup.TargetGroupArn"),
    read=ApiCall("DescribeDBProxyTargetGroups", group),
    shown=registered,
    attributes=taken(TargetGroupArn="TargetGroupArn"),
    settings=(
        Setting(
            TARGETS,
            ApiCall("DeregisterDBProxyTargets", targets(dropped), identity=PROXY),
            on_create=False,
        ),
        Setting(TARGETS, ApiCall("RegisterDBProxyTargets", targets(added), identity=PROXY)),
    ),
    update=POOL,
    delete=(ApiCall("DeregisterDBProxyTargets", lambda it: it.given(*TARGETS) or None, identity=PROXY),),
    tagging=tagged("ResourceName", "TargetGroupArn", tag="AddTagsToResource", untag="RemoveTagsFromResource"),
    arn=lambda it: str(it["TargetGroupArn"] or regional(it, "rds", "target-group:*")),
)

DEPLOYMENT = ("BlueGreenDeploymentIdentifier",)
COPIES = {
    ("create", True): ("rds:CreateDBCluster", "rds:CreateDBInstance", "rds:CreateDBClusterEndpoint"),
    ("create", False): ("rds:CreateDBInstanceReadReplica",),
    ("delete", True): ("rds:DeleteDBCluster", "rds:DeleteDBInstance"),
    ("delete", False): ("rds:DeleteDBInstance",),
}
"""(Handler; whether a cluster is copied) → IAM actions (RDS user guide, "Authorizing access to blue/green deployment
operations")."""


def deployment_arn(it: ApiResource) -> str:
    """The ARN of a blue/green deployment."""
    return regional(it, "rds", f"deployment:{it['BlueGreenDeploymentIdentifier'] or '*'}")


def with_target(it: ApiResource) -> dict[str, Any]:
    """DeleteBlueGreenDeployment, with the green databases unless they are in use."""
    name = {"BlueGreenDeploymentIdentifier": it["BlueGreenDeploymentIdentifier"]}
    (shown,) = it.ask("DescribeBlueGreenDeployments", name)["BlueGreenDeployments"]
    return {**name, "DeleteTarget": shown["Status"] != "SWITCHOVER_COMPLETED" or None}


BLUE_GREEN = plain(
    "AWS::RDS::Deployment",
    "rds",
    DEPLOYMENT,
    create=ApiCall("CreateBlueGreenDeployment", copies=True),
    known=lambda it, answer: {
        "Arn": regional(it, "rds", f"deployment:{answer['BlueGreenDeployment']['BlueGreenDeploymentIdentifier']}"),
        "BlueGreenDeploymentIdentifier": answer["BlueGreenDeployment"]["BlueGreenDeploymentIdentifier"],
    },
    identified=lambda it: {"BlueGreenDeploymentIdentifier": str(it["Arn"]).rpartition(":")[2]},
    read="DescribeBlueGreenDeployments",
    shown=inside("BlueGreenDeployments.0"),
    attributes=taken(Target="Target", Status="Status", SwitchoverDetails="SwitchoverDetails", Tasks="Tasks"),
    update=None,
    delete=(ApiCall("DeleteBlueGreenDeployment", with_target),),
    tagging=tagged("ResourceName", deployment_arn, "Tags", tag="AddTagsToResource", untag="RemoveTagsFromResource"),
    arn=deployment_arn,
    also_by=lambda handler, it: ((each, "") for each in COPIES.get((handler, ":cluster:" in str(it["Source"])), ())),
    modelled=("UpgradeTargetStorageConfig",),
)

TYPES = (
    BLUE_GREEN,
    global_cluster("RDS", GlobalEndpoint__Address="Endpoint"),
    global_cluster("Neptune"),
    global_cluster("DocDB", GlobalClusterArn="GlobalClusterArn", GlobalClusterResourceId="GlobalClusterResourceId"),
    snapshot("DBSnapshot", "snapshot", "DBSnapshot"),
    snapshot("ClusterSnapshot", "cluster-snapshot", "DBClusterSnapshot"),
    TARGET_GROUP,
)
