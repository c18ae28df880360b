"""What belongs to a resource goes with it, what is missing is named, and a deletion can be tried again."""

from __future__ import annotations

import json
from typing import Any

import pytest

from catalog.content.template_files import read_template
from tests.contract.resource_types.conftest import ACCOUNT, World
from tests.contract.resource_types.lives import FOLDER

IMAGE = "ami-0123456789abcdef0"


def resources(**named: tuple[str, dict[str, Any]]) -> dict[str, Any]:
    return {"Resources": {name: {"Type": kind, "Properties": given} for name, (kind, given) in named.items()}}


def network(world: World) -> dict[str, set[str]]:
    ec2 = world.client("ec2")
    return {
        "interfaces": {each["NetworkInterfaceId"] for each in ec2.describe_network_interfaces()["NetworkInterfaces"]},
        "lists": {each["NetworkAclId"] for each in ec2.describe_network_acls()["NetworkAcls"]},
        "groups": {each["GroupId"] for each in ec2.describe_security_groups()["SecurityGroups"]},
    }


def test_interfaces_and_default_lists_go_with_their_owners(world: World) -> None:
    file = FOLDER / "network_and_instance.yaml"
    before = network(world)
    assert world.create(read_template(file.name, file.read_bytes())).status == "CREATE_COMPLETE"
    made = network(world)
    assert {name: len(made[name] - before[name]) for name in made} == {"interfaces": 2, "lists": 1, "groups": 1}
    (reservation,) = world.client("ec2").describe_instances(InstanceIds=[world.reference("Server")])["Reservations"]
    disks = reservation["Instances"][0]["BlockDeviceMappings"]
    assert {disk["DeviceName"] for disk in disks}.isdisjoint({"/dev/sdb", "/dev/sdc"})
    assert world.delete().status == "DELETE_COMPLETE"
    assert network(world) == before


def test_a_network_stays_while_it_has_a_group_of_its_own(world: World) -> None:
    assert world.create(resources(It=("AWS::EC2::VPC", {"CidrBlock": "10.8.0.0/16"}))).status == "CREATE_COMPLETE"
    ec2, vpc = world.client("ec2"), world.reference()
    group = ec2.create_security_group(GroupName="own", Description="Own", VpcId=vpc)["GroupId"]
    outcome = world.delete()
    assert outcome.status == "DELETE_FAILED"
    assert f"The vpc '{vpc}' has dependencies and cannot be deleted." in outcome.reason
    ec2.delete_security_group(GroupId=group)
    assert world.delete().status == "DELETE_COMPLETE"


INSTANCE, TARGET = "AWS::EC2::Instance", "AWS::ApplicationAutoScaling::ScalableTarget"
GROUP = "AWS::AutoScaling::AutoScalingGroup"
BETWEEN = "Desired capacity:9 must be between the specified min size:1 and max size:2"
SIZES = {"MinSize": "1", "MaxSize": "2", "AvailabilityZones": ["us-east-1a"], "LaunchConfigurationName": "lost"}
QUEUE_NOWHERE = {"Protocol": "sqs", "Endpoint": "arn:aws:sqs:nowhere:123456789012:q"}
COUNT = {"ServiceNamespace": "ecs", "ScalableDimension": "ecs:service:DesiredCount", "MinCapacity": 1, "MaxCapacity": 2}
UNSUPPORTED = "Unsupported service namespace, resource type or scalable dimension"


@pytest.mark.parametrize(
    ("kind", "given", "reason"),
    [
        (INSTANCE, {"ImageId": IMAGE, "KeyName": "lost"}, "The key pair 'lost' does not exist"),
        (INSTANCE, {"ImageId": "ami-xxxx"}, 'Invalid id: "ami-xxxx" (expecting "ami-...")'),
        (INSTANCE, {"ImageId": IMAGE, "SecurityGroups": ["lost"]}, "The security group 'lost' does not exist"),
        (GROUP, {**SIZES, "MinSize": "3"}, "Max bound, 2, must be greater than or equal to min bound, 3"),
        (GROUP, {**SIZES, "DesiredCapacity": "9"}, BETWEEN),
        (GROUP, SIZES, "Launch configuration name not found - Launch configuration lost not found"),
        (TARGET, {**COUNT, "ResourceId": "service/alone"}, UNSUPPORTED),
        ("AWS::SNS::Topic", {"Subscription": [QUEUE_NOWHERE]}, "Invalid parameter: SQS endpoint ARN"),
    ],
)
def test_what_is_missing_is_named(world: World, kind: str, given: dict[str, Any], reason: str) -> None:
    outcome = world.create(resources(It=(kind, given)))
    assert outcome.status == "ROLLBACK_COMPLETE"
    assert f'message: "{reason} (Service: ' in outcome.reason


def test_a_profile_that_lost_its_role_can_be_deleted(world: World) -> None:
    trust = {"Effect": "Allow", "Principal": {"Service": "ec2.amazonaws.com"}, "Action": "sts:AssumeRole"}
    role = ("AWS::IAM::Role", {"AssumeRolePolicyDocument": {"Version": "2012-10-17", "Statement": [trust]}})
    template = resources(Role=role, It=("AWS::IAM::InstanceProfile", {"Roles": [{"Ref": "Role"}]}))
    assert world.create(template).status == "CREATE_COMPLETE"
    world.deny("iam:DeleteInstanceProfile")
    outcome = world.delete()
    assert outcome.status == "DELETE_FAILED"
    assert "is not authorized to perform: iam:DeleteInstanceProfile on resource: " in outcome.reason
    world.allow()
    assert world.delete().status == "DELETE_COMPLETE"


def test_the_name_of_an_engine_is_kept_without_capitals(world: World) -> None:
    file = FOLDER / "capital_engine.yaml"
    template = json.loads(json.dumps(read_template(file.name, file.read_bytes())))
    assert world.create(template).status == "CREATE_COMPLETE"
    rds = world.client("rds")
    (database,) = rds.describe_db_instances(DBInstanceIdentifier=world.reference("Database"))["DBInstances"]
    (group,) = rds.describe_db_parameter_groups(DBParameterGroupName=world.reference("Settings"))["DBParameterGroups"]
    assert (database["Engine"], group["DBParameterGroupFamily"]) == ("mysql", "mysql8.0")


def test_a_disk_goes_with_its_instance_unless_it_says_otherwise(world: World) -> None:
    kept = {"DeviceName": "/dev/sdg", "Ebs": {"VolumeSize": 2, "DeleteOnTermination": False}}
    root = {"DeviceName": "/dev/sda1", "Ebs": {"VolumeSize": 9}}
    disks = [root, {"DeviceName": "/dev/sdf", "Ebs": {"VolumeSize": 1}}, kept]
    before = {each["VolumeId"] for each in world.client("ec2").describe_volumes()["Volumes"]}
    data = {"ImageId": IMAGE, "InstanceType": "t3.micro", "BlockDeviceMappings": disks}
    subnet = world.client("ec2").describe_subnets()["Subnets"][0]["SubnetId"]
    group = {"MinSize": "1", "MaxSize": "1", "VPCZoneIdentifier": [subnet, subnet]}
    template = {"LaunchTemplateId": {"Ref": "Template"}, "Version": "1"}
    made = resources(
        It=("AWS::EC2::Instance", {"ImageId": IMAGE, "BlockDeviceMappings": disks}),
        Configuration=("AWS::AutoScaling::LaunchConfiguration", data),
        Configured=(GROUP, {**group, "LaunchConfigurationName": {"Ref": "Configuration"}}),
        Template=("AWS::EC2::LaunchTemplate", {"LaunchTemplateData": data}),
        Templated=(GROUP, {**group, "LaunchTemplate": template}),
    )
    assert world.create(made).status == "CREATE_COMPLETE", world.failures()
    assert world.delete().status == "DELETE_COMPLETE"
    left = [each for each in world.client("ec2").describe_volumes()["Volumes"] if each["VolumeId"] not in before]
    assert [each["Size"] for each in left] == [2, 2, 2]


def test_the_service_role_of_batch_is_named_or_linked(world: World) -> None:
    linked = f"arn:aws:iam::{ACCOUNT}:role/aws-service-role/batch.amazonaws.com/AWSServiceRoleForBatch"
    trust = {
        "Statement": [{"Effect": "Allow", "Principal": {"Service": "batch.amazonaws.com"}, "Action": "sts:AssumeRole"}]
    }
    template = resources(
        Role=("AWS::IAM::Role", {"AssumeRolePolicyDocument": trust}),
        It=("AWS::Batch::ComputeEnvironment", {"Type": "UNMANAGED", "ServiceRole": {"Ref": "Role"}}),
        Other=("AWS::Batch::ComputeEnvironment", {"Type": "UNMANAGED", "ServiceRole": linked}),
    )
    assert world.create(template).status == "CREATE_COMPLETE", world.failures()
    assert world.update(template, more="tags").status == "UPDATE_COMPLETE", world.failures()


def test_an_instance_that_is_refused_leaves_nothing(world: World) -> None:
    disks = [{"DeviceName": "/dev/sdf", "Ebs": {"VolumeType": "io1", "VolumeSize": 8}}]
    before = network(world)
    outcome = world.create(resources(It=("AWS::EC2::Instance", {"ImageId": IMAGE, "BlockDeviceMappings": disks})))
    assert "The parameter [VolumeType] requires the parameter Iops to be set." in outcome.reason
    assert network(world) == before


def test_what_an_instance_and_a_database_used_can_be_deleted_after_them(world: World) -> None:
    subnets = [each["SubnetId"] for each in world.client("ec2").describe_subnets()["Subnets"][:2]]
    database = {
        "Engine": "mysql",
        "DBInstanceClass": "db.m5.large",
        "AllocatedStorage": "20",
        "MasterUsername": "owner",
        "MasterUserPassword": "secret-secret",
    }
    template = resources(
        Interface=("AWS::EC2::NetworkInterface", {"SubnetId": subnets[0]}),
        It=(
            "AWS::EC2::Instance",
            {"ImageId": IMAGE, "NetworkInterfaces": [{"DeviceIndex": "0", "NetworkInterfaceId": {"Ref": "Interface"}}]},
        ),
        Group=("AWS::RDS::DBSubnetGroup", {"DBSubnetGroupDescription": "d", "SubnetIds": subnets}),
        Grouped=("AWS::RDS::DBInstance", {**database, "DBSubnetGroupName": {"Ref": "Group"}}),
    )
    template["Resources"]["Grouped"]["DeletionPolicy"] = "Delete"
    rds = world.client("rds")
    rds.create_db_instance(**{**database, "AllocatedStorage": 20}, DBInstanceIdentifier="without-a-group")
    assert world.create(template).status == "CREATE_COMPLETE", world.failures()
    assert world.delete().status == "DELETE_COMPLETE", world.failures()
    rds.delete_db_instance(DBInstanceIdentifier="without-a-group", SkipFinalSnapshot=True)


def test_a_private_gateway_is_detached(world: World) -> None:
    template = resources(
        Network=("AWS::EC2::VPC", {"CidrBlock": "10.7.0.0/16"}),
        Gateway=("AWS::EC2::VPNGateway", {"Type": "ipsec.1"}),
        It=("AWS::EC2::VPCGatewayAttachment", {"VpcId": {"Ref": "Network"}, "VpnGatewayId": {"Ref": "Gateway"}}),
    )
    assert world.create(template).status == "CREATE_COMPLETE"
    world.deny("ec2:DetachVpnGateway")
    outcome = world.delete()
    assert outcome.status == "DELETE_FAILED"
    assert "is not authorized to perform: ec2:DetachVpnGateway on resource: " in outcome.reason
    world.allow()
    assert world.delete().status == "DELETE_COMPLETE"


def test_made_up_ids_and_names_are_taken_by_other_types(world: World) -> None:
    target = {"WindowId": {"Ref": "Window"}, "ResourceType": "INSTANCE", "Targets": [{"Key": "tag:a", "Values": ["b"]}]}
    window = {
        "AllowUnassociatedTargets": False,
        "Cutoff": 1,
        "Duration": 2,
        "Name": "nights",
        "Schedule": "rate(7 days)",
    }
    settings = {"Fn::GetAtt": ["Settings", "NotebookInstanceLifecycleConfigName"]}
    role = "arn:aws:iam::123456789012:role/launch"
    notebook = {"InstanceType": "ml.t3.medium", "RoleArn": role, "LifecycleConfigName": settings}
    template = resources(
        Window=("AWS::SSM::MaintenanceWindow", window),
        Target=("AWS::SSM::MaintenanceWindowTarget", target),
        Settings=("AWS::SageMaker::NotebookInstanceLifecycleConfig", {}),
        Notebook=("AWS::SageMaker::NotebookInstance", notebook),
    )
    outcome = world.create(template)
    assert outcome.status == "CREATE_COMPLETE", outcome.reason
    assert world.reference("Window").startswith("mw-")
