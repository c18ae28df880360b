"""The instances of an Auto Scaling group are instances of EC2: with tags, as targets, and gone with their group."""

from __future__ import annotations

from typing import Any

from tests.contract.resource_types.cases_scaling import LATEST, NETWORK, SUBNET, TARGETS, TEMPLATE
from tests.contract.resource_types.conftest import TAGS, World

HOOK = {
    "Type": "AWS::AutoScaling::LifecycleHook",
    "Properties": {
        "AutoScalingGroupName": {"Ref": "Group"},
        "LifecycleHookName": "ending",
        "LifecycleTransition": "autoscaling:EC2_INSTANCE_TERMINATING",
    },
}


def group(propagates: bool, size: str) -> dict[str, Any]:
    return {
        "Type": "AWS::AutoScaling::AutoScalingGroup",
        "Properties": {
            "MinSize": "0",
            "MaxSize": "3",
            "DesiredCapacity": size,
            "VPCZoneIdentifier": [{"Ref": "Subnet"}],
            "LaunchTemplate": LATEST,
            "TargetGroupARNs": [{"Ref": "Targets"}],
            "NewInstancesProtectedFromScaleIn": True,
            "Tags": [{"Key": "own", "Value": "1", "PropagateAtLaunch": propagates}],
        },
    }


def instances(world: World, name: str) -> list[Any]:
    """The instances that were launched for a group, by their id, also those that are terminated."""
    named = [{"Name": "tag:aws:autoscaling:groupName", "Values": [name]}]
    reservations = world.client("ec2").describe_instances(Filters=named)["Reservations"]
    return [each for reservation in reservations for each in reservation["Instances"]]


def tags(instance: Any) -> dict[str, str]:
    return {tag["Key"]: tag["Value"] for tag in instance["Tags"]}


def test_instances_of_a_group(world: World) -> None:
    around = {"Network": NETWORK, "Subnet": SUBNET, "Targets": TARGETS, "Template": TEMPLATE, "Hook": HOOK}
    assert world.create({"Resources": {**around, "Group": group(False, "1")}}).status == "CREATE_COMPLETE"
    name, targets = world.reference("Group"), world.reference("Targets")
    (first,) = instances(world, name)
    assert tags(first).items() >= TAGS.items(), "tags of the stack reach instances whatever PropagateAtLaunch says"
    assert "own" not in tags(first)
    assert first["InstanceType"] == "t3.micro"
    assert first["SubnetId"] == world.reference("Subnet")

    second = {**TEMPLATE, "Properties": {"LaunchTemplateData": {"ImageId": "ami-03cf127a", "InstanceType": "t3.small"}}}
    outcome = world.update({"Resources": {**around, "Template": second, "Group": group(True, "2")}})
    assert outcome.status == "UPDATE_COMPLETE", outcome.reason
    (other,) = [each for each in instances(world, name) if each["InstanceId"] != first["InstanceId"]]
    assert (other["InstanceType"], tags(other)["aws:ec2launchtemplate:version"]) == ("t3.small", "2")
    scaling = world.client("autoscaling")
    shown = scaling.describe_auto_scaling_instances()["AutoScalingInstances"]
    assert sorted(each["LaunchTemplate"]["Version"] for each in shown) == ["1", "2"]
    health = world.client("elbv2").describe_target_health(TargetGroupArn=targets)["TargetHealthDescriptions"]
    assert {each["Target"]["Id"] for each in health} == {first["InstanceId"], other["InstanceId"]}

    assert world.update({"Resources": {**around, "Group": group(True, "0")}}).status == "UPDATE_COMPLETE"
    without = {key: value for key, value in around.items() if key != "Hook"}
    assert world.update({"Resources": without}).status == "UPDATE_COMPLETE"
    assert {each["State"]["Name"] for each in instances(world, name)} == {"terminated"}, "protected ones end too"
    assert not scaling.describe_lifecycle_hooks(AutoScalingGroupName=name)["LifecycleHooks"]
    health = world.client("elbv2").describe_target_health(TargetGroupArn=targets)["TargetHealthDescriptions"]
    assert health == []


def test_a_group_of_several_types_has_its_capacity(world: World) -> None:
    """moto launched two instances of three, because half of one is Spot."""
    template = {"LaunchTemplateSpecification": LATEST, "Overrides": [{"InstanceType": "t3.micro"}]}
    policy = {"InstancesDistribution": {"OnDemandPercentageAboveBaseCapacity": 50}, "LaunchTemplate": template}
    properties = {"MinSize": "3", "MaxSize": "3", "AvailabilityZones": ["us-east-1a"], "MixedInstancesPolicy": policy}
    mixed = {"Type": "AWS::AutoScaling::AutoScalingGroup", "Properties": properties}
    assert world.create({"Resources": {"Template": TEMPLATE, "Group": mixed}}).status == "CREATE_COMPLETE"
    assert len(instances(world, world.reference("Group"))) == 3
