"""Clusters of EMR with their instance groups, and security configurations. No step runs.

The schemas have no handlers of a cluster: it needs the calls here (`catalog/check/missing_handlers.py`).
What an update of its instances changes in place is that of the template reference, JobFlowInstancesConfig.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from catalog.sandbox.registry.api_types import ApiCall, ApiResource, ApiType, Setting
from catalog.sandbox.registry.calls import operation_model
from catalog.sandbox.registry.rows import plain, regional, tagged, taken
from catalog.sandbox.registry.shaping import as_text, copied
from catalog.sandbox.registry.tables.forms import profile_roles

SERVICE = "elasticmapreduce"
GROUPS = {"MasterInstanceGroup": "MASTER", "CoreInstanceGroup": "CORE", "TaskInstanceGroups": "TASK"}
"""Member of the instances of a cluster → the role of its groups."""
FLEETS = {"MasterInstanceFleet": "MASTER", "CoreInstanceFleet": "CORE", "TaskInstanceFleets": "TASK"}
OF_GROUP = ("BidPrice", "Configurations", "CustomAmiId", "EbsConfiguration", "InstanceType", "Market", "Name")
"""Members of a group whose change replaces the cluster."""
REPLACED = (
    *("AdditionalMasterSecurityGroups", "AdditionalSlaveSecurityGroups", "CoreInstanceFleet", "Ec2KeyName"),
    *("Ec2SubnetId", "Ec2SubnetIds", "EmrManagedMasterSecurityGroup", "EmrManagedSlaveSecurityGroup", "HadoopVersion"),
    *("KeepJobFlowAliveWhenNoSteps", "MasterInstanceFleet", "MasterInstanceGroup", "Placement"),
    *("ServiceAccessSecurityGroup", "TaskInstanceFleets", "TaskInstanceGroups"),
    *(f"CoreInstanceGroup.{name}" for name in OF_GROUP),
)
OVER = ("TERMINATED", "TERMINATED_WITH_ERRORS", "TERMINATING")


def in_words_of_api(node: Any) -> Any:
    """A part of a template with the names of the API, where they differ."""
    if isinstance(node, Mapping):
        names = {"ConfigurationProperties": "Properties", "StepProperties": "Properties"}
        return {names.get(name, name): in_words_of_api(value) for name, value in node.items()}
    return [in_words_of_api(each) for each in node] if isinstance(node, list) else node


def members(instances: Mapping[str, Any], kinds: Mapping[str, str]) -> Iterator[tuple[str, Any]]:
    """The groups or the fleets of the instances, with their roles."""
    for name, role in kinds.items():
        given = instances.get(name) or []
        yield from ((role, each) for each in (given if isinstance(given, list) else [given]))


def instances(it: ApiResource) -> dict[str, Any]:
    """The instances of a cluster as the API takes them; the cluster stays when it has no step, as the default is."""
    given = it["Instances"]
    groups = [{**each, "InstanceRole": role} for role, each in members(given, GROUPS)]
    fleets = [{**each, "InstanceFleetType": role} for role, each in members(given, FLEETS)]
    others = {name: value for name, value in given.items() if name not in {**GROUPS, **FLEETS}}
    return {
        "KeepJobFlowAliveWhenNoSteps": True,
        **others,
        **({"InstanceGroups": groups} if groups else {}),
        **({"InstanceFleets": fleets} if fleets else {}),
    }


def new_cluster(it: ApiResource) -> dict[str, Any]:
    """RunJobFlow."""
    given = {name: value for name, value in it.properties.items() if name not in ("Instances", "Tags")}
    if "AdditionalInfo" in given:
        given["AdditionalInfo"] = as_text(given["AdditionalInfo"])
    whole = in_words_of_api({**given, "Instances": instances(it)})
    return copied(whole, operation_model("emr", "RunJobFlow").input_shape, {})


def living(_: ApiResource, answer: Mapping[str, Any]) -> Any:
    """The cluster, unless it is over."""
    each = answer["Cluster"]
    return None if each["Status"]["State"] in OVER else each


def protection(it: ApiResource) -> dict[str, Any] | None:
    """SetTerminationProtection, if that has changed."""
    now, before = (as_text(each.get("TerminationProtected", False)) for each in (it["Instances"], it.old["Instances"]))
    return {"JobFlowIds": [it["Id"]], "TerminationProtected": now == "true"} if now != before else None


def core_size(it: ApiResource) -> dict[str, Any] | None:
    """ModifyInstanceGroups, if the core group has another size."""
    now, before = (
        each.get("CoreInstanceGroup", {}).get("InstanceCount") for each in (it["Instances"], it.old["Instances"])
    )
    if now is None or now == before:
        return None
    groups = it.ask("ListInstanceGroups", {"ClusterId": it["Id"]})["InstanceGroups"]
    core = next(each["Id"] for each in groups if each["InstanceGroupType"] == "CORE")
    return {"ClusterId": it["Id"], "InstanceGroups": [{"InstanceGroupId": core, "InstanceCount": int(now)}]}


def passed_roles(it: ApiResource) -> Iterator[tuple[str, str]]:
    """Roles and those of the instance profile, each to its service (Service Authorization Reference, RunJobFlow)."""
    for name, service in (("ServiceRole", SERVICE), ("AutoScalingRole", "application-autoscaling")):
        role = it.text(name)
        if role and it[name] != it.old.get(name):
            arn = role if role.startswith("arn:") else f"arn:{it.place.partition}:iam::{it.place.account}:role/{role}"
            yield arn, f"{service}.amazonaws.com"
    if it["JobFlowRole"] != it.old.get("JobFlowRole"):
        yield from ((arn, "ec2.amazonaws.com") for arn in profile_roles(it, it["JobFlowRole"]))


CLUSTER = ApiType(
    "AWS::EMR::Cluster",
    "emr",
    create=ApiCall("RunJobFlow", new_cluster),
    known=taken(Id="JobFlowId"),
    read=ApiCall("DescribeCluster", lambda it: {"ClusterId": it["Id"]}),
    shown=living,
    failed=lambda shown: "" if shown else "The cluster has terminated",
    attributes=taken(MasterPublicDNS="MasterPublicDnsName"),
    settings=(
        Setting(("Instances",), ApiCall("SetTerminationProtection", protection), on_create=False),
        Setting(("Instances",), ApiCall("ModifyInstanceGroups", core_size), on_create=False),
        Setting(
            ("StepConcurrencyLevel",),
            ApiCall(
                "ModifyCluster",
                lambda it: {"ClusterId": it["Id"], "StepConcurrencyLevel": int(it["StepConcurrencyLevel"] or 1)},
            ),
            on_create=False,
        ),
        Setting(
            ("VisibleToAllUsers",),
            ApiCall(
                "SetVisibleToAllUsers",
                lambda it: {
                    "JobFlowIds": [it["Id"]],
                    "VisibleToAllUsers": it.text("VisibleToAllUsers", "true") == "true",
                },
            ),
            on_create=False,
        ),
    ),
    delete=(ApiCall("TerminateJobFlows", lambda it: {"JobFlowIds": [it["Id"]]}),),
    tagging=tagged("ResourceId", "Id", "Tags", tag="AddTags", untag="RemoveTags"),
    arn=lambda it: regional(it, SERVICE, f"cluster/{it['Id'] or '*'}"),
    passes=passed_roles,
    replaced=tuple(f"Instances.{path}" for path in REPLACED),
    modelled=("AutoTerminationPolicy", "ManagedScalingPolicy"),
)


def new_group(it: ApiResource) -> dict[str, Any]:
    """AddInstanceGroups with one group."""
    group = in_words_of_api({name: value for name, value in it.properties.items() if name != "JobFlowId"})
    whole = {"JobFlowId": it["JobFlowId"], "InstanceGroups": [group]}
    return copied(whole, operation_model("emr", "AddInstanceGroups").input_shape, {})


def the_group(it: ApiResource, answer: Mapping[str, Any]) -> Any:
    """The group, unless it is deleted: EMR lists it without instances."""
    each = next((group for group in answer["InstanceGroups"] if group["Id"] == it["InstanceGroupId"]), None)
    return None if each is None or (it.values.get("Deleted") and not each["RequestedInstanceCount"]) else each


def resized(it: ApiResource, count: Any) -> dict[str, Any]:
    """ModifyInstanceGroups with the number of instances."""
    size = {"InstanceGroupId": it["InstanceGroupId"], "InstanceCount": int(count)}
    return {"ClusterId": it["JobFlowId"], "InstanceGroups": [size]}


def emptied(it: ApiResource) -> dict[str, Any]:
    """ModifyInstanceGroups without instances, which is all that deletes a group."""
    it.values["Deleted"] = True
    return resized(it, 0)


def group_id(it: ApiResource) -> dict[str, Any]:
    """The group of the cluster, for its scaling."""
    return {"ClusterId": it["JobFlowId"], "InstanceGroupId": it["InstanceGroupId"]}


INSTANCE_GROUP = ApiType(
    "AWS::EMR::InstanceGroupConfig",
    "emr",
    create=ApiCall("AddInstanceGroups", new_group),
    known=taken(InstanceGroupId="InstanceGroupIds.0"),
    read=ApiCall("ListInstanceGroups", lambda it: {"ClusterId": it["JobFlowId"]}),
    shown=the_group,
    settings=(
        Setting(
            ("InstanceCount",),
            ApiCall("ModifyInstanceGroups", lambda it: resized(it, it["InstanceCount"])),
            on_create=False,
        ),
        Setting(
            ("AutoScalingPolicy",),
            ApiCall("PutAutoScalingPolicy", lambda it: group_id(it) | it.given("AutoScalingPolicy")),
            ApiCall("RemoveAutoScalingPolicy", group_id),
            on_create=False,
        ),
    ),
    delete=(ApiCall("ModifyInstanceGroups", emptied),),
    arn=lambda it: regional(it, SERVICE, f"cluster/{it['JobFlowId']}"),
)

SECURITY = plain(
    "AWS::EMR::SecurityConfiguration",
    "emr",
    ("Name",),
    create=ApiCall(
        "CreateSecurityConfiguration",
        lambda it: {"Name": it["Name"], "SecurityConfiguration": as_text(it["SecurityConfiguration"])},
    ),
    update=None,
    arn=lambda it: regional(it, SERVICE, "*"),
)

TYPES = (CLUSTER, INSTANCE_GROUP, SECURITY)
