"""Identity stores, virtual MFA devices, channels of IVS and filters of Inspector."""

from __future__ import annotations

from typing import Any

from tests.contract.resource_types.conftest import Case, World
from tests.contract.resource_types.reading import asks, listed

STORE = {"IdentityStoreId": "d-1234567890"}
GROUP = {"Type": "AWS::IdentityStore::Group", "Properties": {**STORE, "DisplayName": "readers"}}
PERSON = {"UserName": "bob", "DisplayName": "Bob B", "Name": {"GivenName": "Bob", "FamilyName": "B"}}
USER = {"Type": "AWS::IdentityStore::User", "Properties": {**STORE, **PERSON}}


def user(world: World, arn: str) -> Any:
    return world.client("identitystore").describe_user(**STORE, UserId=arn.rpartition("/")[2])


def part(operation: str, parameter: str) -> Any:
    """What an operation shows of the first part of a Ref, whose second is the identity store."""
    return lambda world, reference: getattr(world.client("identitystore"), operation)(
        **{parameter: reference.partition("|")[0]}, **STORE
    )


def tags(service: str) -> Any:
    """Tags that a service has as a map, by the ARN that a Ref is."""
    return lambda world, arn: world.client(service).list_tags_for_resource(resourceArn=arn)["tags"]


def device(world: World, serial: str) -> Any:
    every = world.client("iam").list_virtual_mfa_devices()["VirtualMFADevices"]
    return next(each for each in every if each["SerialNumber"] == serial)


def severity(value: str) -> dict[str, Any]:
    return {"Severity": [{"Comparison": "EQUALS", "Value": value}]}


CASES = (
    Case(
        "AWS::IdentityStore::Group",
        {**STORE, "DisplayName": "admins", "Description": "one"},
        part("describe_group", "GroupId"),
        {"DisplayName": "admins", "Description": "one"},
        changed={"DisplayName": "owners", "Description": None},
        then={"DisplayName": "owners", "Description": None},
        denied=("identitystore:CreateGroup", "identitystore:DescribeGroup"),
        denied_later=("identitystore:UpdateGroup", "identitystore:DeleteGroup"),
        attributes=("GroupId",),
    ),
    Case(
        "AWS::IdentityStore::GroupMembership",
        {
            **STORE,
            "GroupId": {"Fn::GetAtt": ["Group", "GroupId"]},
            "MemberId": {"UserId": {"Fn::GetAtt": ["User", "UserId"]}},
        },
        part("describe_group_membership", "MembershipId"),
        {"MemberId": {}},
        denied=("identitystore:CreateGroupMembership", "identitystore:DescribeGroupMembership"),
        denied_later=("identitystore:DeleteGroupMembership",),
        around={"Group": GROUP, "User": USER},
        attributes=("MembershipId",),
    ),
    Case(
        "AWS::IdentityStore::User",
        {
            **STORE,
            "UserName": "ann",
            "DisplayName": "Ann A",
            "Name": {"GivenName": "Ann", "FamilyName": "A"},
            "Emails": [{"Value": "ann@example.com", "Primary": True}],
            "Website": "https://example.com",
        },
        user,
        {"UserName": "ann", "Emails": [{"Primary": True}], "Website": "https://example.com", "UserStatus": "ENABLED"},
        changed={"DisplayName": "Ann B", "Name": {"GivenName": "Ann", "FamilyName": "B"}, "Website": None},
        then={"DisplayName": "Ann B", "Name": {"FamilyName": "B"}, "Website": None},
        replaced={"UserName": "bea"},
        denied=("identitystore:CreateUser", "identitystore:DescribeUser"),
        denied_later=("identitystore:UpdateUser", "identitystore:DeleteUser"),
        attributes=("Arn", "UserId", "UserStatus"),
    ),
    Case(
        "AWS::IAM::VirtualMFADevice",
        {"VirtualMfaDeviceName": "phone", "Path": "/devices/", "Users": [{"Ref": "User"}]},
        device,
        {"User": {"UserName": "carol"}},
        replaced={"VirtualMfaDeviceName": "key", "Users": []},
        tags=listed(asks("iam", "list_mfa_device_tags", "Tags", SerialNumber="@")),
        denied=(
            "iam:CreateVirtualMFADevice",
            "iam:EnableMFADevice",
            "iam:ListVirtualMFADevices",
            "iam:TagMFADevice",
        ),
        denied_later=("iam:DeactivateMFADevice", "iam:DeleteVirtualMFADevice"),
        around={"User": {"Type": "AWS::IAM::User", "Properties": {"UserName": "carol"}}},
        attributes=("SerialNumber",),
    ),
    Case(
        "AWS::IVS::Channel",
        {"Name": "news", "LatencyMode": "NORMAL", "Type": "BASIC"},
        asks("ivs", "get_channel", "channel", arn="@"),
        {"name": "news", "latencyMode": "NORMAL", "type": "BASIC", "authorized": False},
        changed={"Name": "sport", "Authorized": True, "ContainerFormat": "FRAGMENTED_MP4"},
        then={"name": "sport", "authorized": True, "containerFormat": "FRAGMENTED_MP4"},
        tags=tags("ivs"),
        denied=("ivs:CreateChannel", "ivs:TagResource", "ivs:GetChannel"),
        denied_later=("ivs:UpdateChannel", "ivs:DeleteChannel"),
        attributes=("Arn", "IngestEndpoint", "PlaybackUrl"),
    ),
    Case(
        "AWS::InspectorV2::Filter",
        {"Name": "small", "FilterAction": "NONE", "FilterCriteria": severity("LOW")},
        lambda world, arn: world.client("inspector2").list_filters(arns=[arn])["filters"][0],
        {"name": "small", "action": "NONE", "criteria": {"severity": [{"value": "LOW"}]}},
        changed={"FilterAction": "SUPPRESS", "FilterCriteria": severity("MEDIUM"), "Description": "two"},
        then={"action": "SUPPRESS", "criteria": {"severity": [{"value": "MEDIUM"}]}, "description": "two"},
        tags=tags("inspector2"),
        map_tags=True,
        denied=("inspector2:CreateFilter", "inspector2:TagResource", "inspector2:ListFilters"),
        denied_later=("inspector2:UpdateFilter", "inspector2:DeleteFilter"),
        attributes=("Arn",),
    ),
)
