"""Rules that read the account: Fn::RefAll, Fn::ValueOf, Fn::ValueOfAll."""

from __future__ import annotations

from typing import Any

import pytest

from catalog.sandbox import stacks
from tests.contract.cloudformation.conftest import deny, launch
from tests.contract.conftest import refusal, topic


def asking(*asserted: Any, **declared: str) -> dict[str, Any]:
    """A template whose rule asserts these, with parameters of these types."""
    rule = {"Assertions": [{"Assert": each, "AssertDescription": "not so"} for each in asserted]}
    parameters = {name: {"Type": kind} for name, kind in declared.items()}
    return {"Parameters": parameters, "Rules": {"R": rule}, **topic()}


def test_rules_read_what_the_account_has(local: Any) -> None:
    ec2 = local.client("ec2")
    networks = [ec2.create_vpc(CidrBlock=block)["Vpc"]["VpcId"] for block in ("10.0.0.0/16", "10.1.0.0/16")]
    ec2.create_tags(Resources=networks[:1], Tags=[{"Key": "Team", "Value": "red"}])
    subnets = [
        ec2.create_subnet(VpcId=network, CidrBlock=f"10.{number}.0.0/24", AvailabilityZone=f"us-east-1{zone}")[
            "Subnet"
        ]["SubnetId"]
        for number, (network, zone) in enumerate(zip(networks, "ab", strict=True))
    ]
    group = ec2.describe_security_groups(Filters=[{"Name": "vpc-id", "Values": networks[:1]}])["SecurityGroups"][0]
    acl = ec2.describe_network_acls(Filters=[{"Name": "vpc-id", "Values": networks[:1]}])["NetworkAcls"][0]
    subnet, vpc = "AWS::EC2::Subnet::Id", "AWS::EC2::VPC::Id"
    template = asking(
        {"Fn::EachMemberIn": [{"Fn::ValueOfAll": [subnet, "VpcId"]}, {"Fn::RefAll": vpc}]},
        {"Fn::EachMemberIn": [{"Fn::ValueOf": ["Many", "AvailabilityZone"]}, ["us-east-1a", "us-east-1b"]]},
        {"Fn::Equals": [{"Fn::ValueOf": ["Net", "DefaultSecurityGroup"]}, group["GroupId"]]},
        {"Fn::Equals": [{"Fn::ValueOf": ["Net", "DefaultNetworkAcl"]}, acl["NetworkAclId"]]},
        {"Fn::EachMemberEquals": [{"Fn::ValueOfAll": [vpc, "Tags.Team"]}, "red"]},
        {"Fn::Equals": [{"Fn::ValueOf": ["Net", "Tags.Team"]}, "red"]},
        Net=vpc,
        Other=vpc,
        Many=f"List<{subnet}>",
        One=subnet,
    )
    values = {"Net": networks[0], "Other": networks[1], "Many": ",".join(subnets), "One": subnets[0]}
    assert local.create("s", template, values)["StackStatus"] == "CREATE_COMPLETE"
    wrong = refusal(local.create, "t", template, {**values, "Net": networks[1]})[1]
    assert wrong.count("not so") == 3
    assert (
        "is not known" in refusal(local.create, "u", asking({"Fn::Equals": [{"Fn::ValueOf": ["Net", "State"]}, ""]}))[1]
    )


def test_the_role_of_the_stack_reads_them(local: Any) -> None:
    deny(local, "ec2:DescribeVpcs")
    with pytest.raises(stacks.StackRefused, match="not authorized to perform: ec2:DescribeVpcs"):
        launch(asking({"Fn::Contains": [{"Fn::RefAll": "AWS::EC2::VPC::Id"}, "x"]}))
