"""Instances and volumes. An instance runs no system: it has its settings, its addresses and its root volume."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from catalog.sandbox.registry.api_types import ApiCall, ApiResource, FinalSnapshot, Parameters, Setting
from catalog.sandbox.registry.calls import operation_model
from catalog.sandbox.registry.shaping import as_text, copied
from catalog.sandbox.registry.tables.ec2 import GONE, by_id, ec2_type, truth
from catalog.sandbox.registry.tables.forms import profile_roles

ROOT_SIZE = 8
"""The size of the disk of an image, in GiB."""
DISK = {"VolumeSize": ROOT_SIZE, "DeleteOnTermination": True}
"""What a disk has if the template does not say otherwise."""
DEFAULT_TYPE = "m1.small"
"""The type of an instance whose template names none (template reference, InstanceType)."""


def new_instance(instance: ApiResource) -> dict[str, Any]:
    """RunInstances for one instance."""
    profile, monitored = instance.properties.get("IamInstanceProfile"), instance.properties.get("Monitoring")
    placement = {
        parameter: instance.properties[name]
        for name, parameter in (("AvailabilityZone", "AvailabilityZone"), ("Tenancy", "Tenancy"), ("HostId", "HostId"))
        if name in instance.properties
    }
    return {
        "MinCount": 1,
        "MaxCount": 1,
        "InstanceType": instance.properties.get("InstanceType", DEFAULT_TYPE),
        "IamInstanceProfile": {"Name": profile} if profile else None,
        "Monitoring": None if monitored is None else {"Enabled": as_text(monitored) == "true"},
        "Placement": placement or None,
        "BlockDeviceMappings": disks(instance),
    }


def disks(instance: ApiResource) -> list[dict[str, Any]] | None:
    """The block devices. A disk has the size of its image and goes with its instance, unless it says otherwise.

    NoDevice, an object, is an empty text there (EC2 user guide, "Preserve data when an instance is terminated", for a
    volume that is attached at launch by the API).
    """
    given = [
        {**each, "NoDevice": ""} if "NoDevice" in each else each
        for each in instance.properties.get("BlockDeviceMappings", ())
    ]
    if not given:
        return None
    shape = operation_model("ec2", "RunInstances").input_shape
    mappings: list[dict[str, Any]] = copied({"BlockDeviceMappings": given}, shape, {})["BlockDeviceMappings"]
    return [{**each, "Ebs": {**DISK, **each["Ebs"]}} if "Ebs" in each else each for each in mappings]


def same(instance: ApiResource, name: str, value: Any) -> dict[str, Any]:
    """One attribute for ModifyInstanceAttribute."""
    return {"InstanceId": instance["InstanceId"], name: value}


def source_check(instance: ApiResource) -> dict[str, Any]:
    """ModifyInstanceAttribute with what RunInstances does not take; an instance is checked by default."""
    return same(instance, "SourceDestCheck", truth(instance.text("SourceDestCheck", "true")))


def changed_attributes(instance: ApiResource) -> list[dict[str, Any]]:
    """ModifyInstanceAttribute, which takes one attribute, for each that has changed."""
    changed = []
    for name, convert in CHANGEABLE.items():
        if instance.properties.get(name) != instance.old.get(name) and name in instance.properties:
            parameter = {"SecurityGroupIds": "Groups"}.get(name, name)
            changed.append(same(instance, parameter, convert(instance.properties[name])))
    return changed


CHANGEABLE: Mapping[str, Any] = {
    "DisableApiTermination": truth,
    "InstanceInitiatedShutdownBehavior": lambda value: {"Value": str(value)},
    "InstanceType": lambda value: {"Value": str(value)},
    "SecurityGroupIds": list,
}
ONE = ("IamInstanceProfile", "Monitoring", "Tenancy", "InstanceType", "BlockDeviceMappings")


def later(name: str, *calls: ApiCall) -> tuple[Setting, ...]:
    """The calls with which an update changes a property that RunInstances takes too."""
    return tuple(Setting((name,), call, on_create=False) for call in calls)


def profile_change(*, associated: bool, wanted: bool) -> Parameters:
    """The parameters of one of the three calls about the instance profile, if it is the one that an update needs."""

    def parameters(instance: ApiResource) -> dict[str, Any] | None:
        asked = {"Filters": [{"Name": "instance-id", "Values": [instance["InstanceId"]]}]}
        answer = instance.ask("DescribeIamInstanceProfileAssociations", asked)
        now = next(iter(answer.get("IamInstanceProfileAssociations") or ()), None)
        profile = instance.properties.get("IamInstanceProfile")
        if bool(now) is not associated or bool(profile) is not wanted:
            return None
        which = {"AssociationId": now["AssociationId"]} if now else {"InstanceId": instance["InstanceId"]}
        return {**which, "IamInstanceProfile": {"Name": profile}} if profile else which

    return parameters


PROFILE_CALLS = (
    ApiCall("ReplaceIamInstanceProfileAssociation", profile_change(associated=True, wanted=True)),
    ApiCall("AssociateIamInstanceProfile", profile_change(associated=False, wanted=True)),
    ApiCall("DisassociateIamInstanceProfile", profile_change(associated=True, wanted=False)),
)


def monitored(instance: ApiResource) -> dict[str, Any] | None:
    """MonitorInstances, if it shall be monitored in detail."""
    return {"InstanceIds": [instance["InstanceId"]]} if instance.text("Monitoring") == "true" else None


def unmonitored(instance: ApiResource) -> dict[str, Any] | None:
    """UnmonitorInstances, if it shall not."""
    return None if monitored(instance) else {"InstanceIds": [instance["InstanceId"]]}


def metadata(instance: ApiResource) -> dict[str, Any] | None:
    """ModifyInstanceMetadataOptions; what the template no longer says stays."""
    given = instance.properties.get("MetadataOptions")
    shape = operation_model("ec2", "ModifyInstanceMetadataOptions").input_shape
    return {"InstanceId": instance["InstanceId"], **copied(given, shape, {})} if given else None


def credit(instance: ApiResource) -> dict[str, Any] | None:
    """ModifyInstanceCreditSpecification; what the template no longer says stays."""
    given = (instance.properties.get("CreditSpecification") or {}).get("CPUCredits")
    specification = {"InstanceId": instance["InstanceId"], "CpuCredits": given}
    return {"InstanceCreditSpecifications": [specification]} if given else None


def of_instance(instance: ApiResource, shown: Mapping[str, Any]) -> dict[str, Any]:
    """The attributes of an instance."""
    (each,) = shown["Instances"]
    placement = each.get("Placement", {})
    return {
        "AvailabilityZone": placement.get("AvailabilityZone", ""),
        "PrivateIp": each.get("PrivateIpAddress", ""),
        "PrivateDnsName": each.get("PrivateDnsName", ""),
        "PublicIp": each.get("PublicIpAddress", ""),
        "PublicDnsName": each.get("PublicDnsName", ""),
        "VpcId": each.get("VpcId", ""),
        "State.Code": str(each["State"]["Code"]),
        "State.Name": each["State"]["Name"],
    }


def running(_: ApiResource, answer: Mapping[str, Any]) -> Any:
    """The reservation of the instance, until the instance is terminated."""
    each = next(iter(answer.get("Reservations", ())), None)
    return None if each is None or each["Instances"][0]["State"]["Name"] in GONE else each


INSTANCE = replace(
    ec2_type(
        "AWS::EC2::Instance",
        "instance",
        "InstanceId",
        create=ApiCall(
            "RunInstances", new_instance, copies=True, omitted=ONE, renamed={"NetworkInterfaces.GroupSet": "Groups"}
        ),
        answer=("Instances", 0, "InstanceId"),
        describe=("DescribeInstances", "InstanceIds", "Reservations"),
        settings=(
            Setting(tuple(CHANGEABLE), ApiCall("ModifyInstanceAttribute", changed_attributes), on_create=False),
            Setting(("SourceDestCheck",), ApiCall("ModifyInstanceAttribute", source_check)),
            *later("IamInstanceProfile", *PROFILE_CALLS),
            *later("Monitoring", ApiCall("MonitorInstances", monitored), ApiCall("UnmonitorInstances", unmonitored)),
            *later("MetadataOptions", ApiCall("ModifyInstanceMetadataOptions", metadata)),
            *later("CreditSpecification", ApiCall("ModifyInstanceCreditSpecification", credit)),
        ),
        attributes=of_instance,
        delete=(by_id("TerminateInstances", "InstanceId", "InstanceIds", several=True),),
        in_place=("InstanceType", "SecurityGroupIds", "EbsOptimized", "UserData", "Tenancy", "Affinity", "HostId"),
        modelled=(
            "Affinity",
            "EbsOptimized",
            "ElasticGpuSpecifications",
            "HostId",
            "HostResourceGroupArn",
            "PlacementGroupName",
            "PropagateTagsToVolumeOnCreation",
            "SsmAssociations",
            "Tenancy",
            "UserData",
            "Volumes",
        ),
    ),
    shown=running,
    passed_to="ec2.amazonaws.com",
    passes=lambda it: (
        profile_roles(it, it["IamInstanceProfile"])
        if it["IamInstanceProfile"] != it.old.get("IamInstanceProfile")
        else ()
    ),
)

VOLUME = ec2_type(
    "AWS::EC2::Volume",
    "volume",
    "VolumeId",
    create=ApiCall("CreateVolume", copies=True),
    answer=("VolumeId",),
    describe=("DescribeVolumes", "VolumeIds", "Volumes"),
    settings=(
        Setting(
            ("Size", "VolumeType", "Iops", "Throughput"),
            ApiCall("ModifyVolume", lambda volume: {"VolumeId": volume["VolumeId"]}, copies=True),
            on_create=False,
        ),
    ),
    delete=(by_id("DeleteVolume", "VolumeId"),),
    snapshot=FinalSnapshot(call=by_id("CreateSnapshot", "VolumeId")),
    also={"create": ("ec2:DescribeVolumeAttribute",)},
    fixed=("AvailabilityZone", "AvailabilityZoneId", "Encrypted", "KmsKeyId", "MultiAttachEnabled", "SnapshotId"),
    modelled=("AutoEnableIO", "OutpostArn", "SourceVolumeId", "VolumeInitializationRate"),
)

TYPES = (INSTANCE, VOLUME)
