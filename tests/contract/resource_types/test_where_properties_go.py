"""Each property of a type goes to a call of its service, or its row says that the stack alone keeps it.

Without either, the stack says CREATE_COMPLETE or UPDATE_COMPLETE, and the service has never heard of the value.
"""

from __future__ import annotations

from collections.abc import Callable

import pytest

from catalog.sandbox.registry.api_types import ApiType
from catalog.sandbox.registry.tables import API_TYPES
from tests.contract.resource_types import leading
from tests.contract.resource_types.conftest import World

LANGUAGE = "AcceptLanguage"  # of the answers: no resource has it
UNSENT = {
    # what only an update tells the service
    "AWS::Batch::ComputeEnvironment": {"ComputeResources.UpdateToLatestImageVersion", "UpdatePolicy"},
    "AWS::EC2::TransitGatewayVpcAttachment": {"AddSubnetIds", "RemoveSubnetIds"},
    "AWS::Glue::Schema": {"CheckpointVersion"},
    "AWS::IoT::CACertificate": {"RemoveAutoRegistration"},
    "AWS::MemoryDB::Cluster": {"SnsTopicStatus"},
    "AWS::ServiceCatalog::CloudFormationProvisionedProduct": {"ProvisioningPreferences.StackSetOperationType"},
    # what only the deletion tells it
    "AWS::ECR::Repository": {"EmptyOnDelete"},
    # what CloudFormation itself reads
    "AWS::IAM::AccessKey": {"Serial"},
    "AWS::SSM::Document": {"UpdateMethod"},
    # what goes with another property: the keys of indexes, the versions of an alias
    "AWS::DynamoDB::Table": {"AttributeDefinitions"},
    "AWS::StepFunctions::StateMachineAlias": {"StateMachineArn"},
}
"""Type → what AWS sends to no service either, when it makes or changes a resource."""


@pytest.mark.parametrize("missing", [leading.lost, leading.dropped])
def test_what_a_template_gives_goes_to_a_call_or_is_named(missing: Callable[[ApiType], set[str]]) -> None:
    """A property, and a member of one."""
    left = {name: missing(row) - {*row.modelled, LANGUAGE} - UNSENT.get(name, set()) for name, row in API_TYPES.items()}
    assert not {name: sorted(paths) for name, paths in left.items() if paths}


def test_what_is_named_is_of_the_type() -> None:
    for name, row in API_TYPES.items():
        assert {path.partition(".")[0] for path in row.modelled} <= leading.schema_of(row).properties.keys(), name


def test_an_interface_of_an_instance_has_its_groups(world: World) -> None:
    """GroupSet is Groups in RunInstances."""
    vpc = {"Type": "AWS::EC2::VPC", "Properties": {"CidrBlock": "10.7.0.0/16"}}
    subnet = {"Type": "AWS::EC2::Subnet", "Properties": {"VpcId": {"Ref": "Vpc"}, "CidrBlock": "10.7.1.0/24"}}
    group = {"Type": "AWS::EC2::SecurityGroup", "Properties": {"VpcId": {"Ref": "Vpc"}, "GroupDescription": "g"}}
    card = {"DeviceIndex": "0", "SubnetId": {"Ref": "Subnet"}, "GroupSet": [{"Fn::GetAtt": ["Group", "GroupId"]}]}
    given = {"ImageId": "ami-03cf127a", "InstanceType": "t3.micro", "NetworkInterfaces": [card]}
    instance = {"Type": "AWS::EC2::Instance", "Properties": given}
    resources = {"Vpc": vpc, "Subnet": subnet, "Group": group, "It": instance}
    assert world.create({"Resources": resources}).status == "CREATE_COMPLETE"
    shown = world.client("ec2").describe_instances(InstanceIds=[world.reference()])["Reservations"][0]["Instances"][0]
    assert [each["GroupId"] for each in shown["SecurityGroups"]] == [world.reference("Group")]


def test_the_factors_of_a_user_pool_change_alone(world: World) -> None:
    """They have an operation of their own, after which DescribeUserPool shows them too."""
    given = {"MfaConfiguration": "OPTIONAL", "EnabledMfas": ["SOFTWARE_TOKEN_MFA"]}
    pool = {"Type": "AWS::Cognito::UserPool", "Properties": given}
    assert world.create({"Resources": {"It": pool}}).status == "CREATE_COMPLETE"
    changed = {**pool, "Properties": {**given, "MfaConfiguration": "ON"}}
    assert world.update({"Resources": {"It": changed}}).status == "UPDATE_COMPLETE"
    shown = world.client("cognito-idp").describe_user_pool(UserPoolId=world.reference())["UserPool"]
    assert shown["MfaConfiguration"] == "ON"
