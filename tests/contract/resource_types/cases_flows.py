"""Flows of MediaConnect with sources, outputs, entitlements and VPC interfaces."""

from __future__ import annotations

from typing import Any

from tests.contract.resource_types.cases_delivery_streams import ROLE, ROLE_ARN
from tests.contract.resource_types.conftest import Case
from tests.contract.resource_types.reading import asks

SOURCE: dict[str, Any] = {"Name": "in", "Protocol": "rtp", "IngestPort": 5000, "WhitelistCidr": "10.0.0.0/8"}
FLOW = {"Type": "AWS::MediaConnect::Flow", "Properties": {"Name": "around", "Source": SOURCE}}
TO: dict[str, Any] = {"FlowArn": {"Ref": "Flow"}}


def actions(*names: str) -> tuple[str, ...]:
    return tuple(f"mediaconnect:{name}" for name in names)


def tags() -> Any:
    return asks("mediaconnect", "list_tags_for_resource", "Tags", ResourceArn="@")


def part(member: str, name: str) -> Any:
    def read(world: Any, _: str) -> Any:
        flow = world.client("mediaconnect").describe_flow(FlowArn=world.reference("Flow"))["Flow"]
        return next(each for each in flow[member] if each["Name"] == name)

    return read


CASES = (
    Case(
        "AWS::MediaConnect::Flow",
        {"Name": "one", "Source": SOURCE},
        asks("mediaconnect", "describe_flow", "Flow", FlowArn="@"),
        {"Name": "one", "Status": "STANDBY", "Source": {"WhitelistCidr": "10.0.0.0/8"}},
        changed={
            "Source": {**SOURCE, "WhitelistCidr": "10.1.0.0/16"},
            "SourceFailoverConfig": {"State": "ENABLED", "FailoverMode": "FAILOVER"},
        },
        then={
            "Source": {"WhitelistCidr": "10.1.0.0/16"},
            "SourceFailoverConfig": {"State": "ENABLED", "FailoverMode": "FAILOVER"},
        },
        replaced={"Name": "two"},
        tags=tags(),
        denied=actions("CreateFlow", "DescribeFlow", "TagResource"),
        denied_later=actions("UpdateFlow", "UpdateFlowSource", "DeleteFlow"),
        attributes=("EgressIp", "Source.SourceArn"),
    ),
    Case(
        "AWS::MediaConnect::FlowOutput",
        {**TO, "Name": "out", "Protocol": "rtp", "Destination": "10.0.0.1", "Port": 5000},
        part("Outputs", "out"),
        {"Destination": "10.0.0.1", "Port": 5000},
        changed={"Destination": "10.0.0.2"},
        then={"Destination": "10.0.0.2", "Port": 5000},
        tags=tags(),
        denied=actions("AddFlowOutputs", "DescribeFlow", "TagResource"),
        denied_later=actions("UpdateFlowOutput", "RemoveFlowOutput"),
        around={"Flow": FLOW},
    ),
    Case(
        "AWS::MediaConnect::FlowSource",
        {**TO, "Name": "second", "Protocol": "rtp", "Description": "one", "WhitelistCidr": "10.0.0.0/8"},
        part("Sources", "second"),
        {"Description": "one", "WhitelistCidr": "10.0.0.0/8"},
        changed={"Description": "two"},
        then={"Description": "two", "WhitelistCidr": "10.0.0.0/8"},
        replaced={"Name": "second", "Protocol": "rtp-fec"},
        shared=True,
        tags=tags(),
        denied=actions("AddFlowSources", "DescribeFlow", "TagResource"),
        denied_later=actions("UpdateFlowSource", "RemoveFlowSource"),
        around={"Flow": FLOW},
    ),
    Case(
        "AWS::MediaConnect::FlowEntitlement",
        {**TO, "Name": "theirs", "Description": "one", "Subscribers": ["111122223333"]},
        part("Entitlements", "theirs"),
        {"Description": "one", "Subscribers": ["111122223333"]},
        changed={"Description": "two"},
        then={"Description": "two", "Subscribers": ["111122223333"]},
        tags=tags(),
        denied=actions("GrantFlowEntitlements", "DescribeFlow", "TagResource"),
        denied_later=actions("UpdateFlowEntitlement", "RevokeFlowEntitlement"),
        around={"Flow": FLOW},
    ),
    Case(
        "AWS::MediaConnect::FlowVpcInterface",
        {**TO, "Name": "net", "RoleArn": ROLE_ARN, "SubnetId": "subnet-1", "SecurityGroupIds": ["sg-1"]},
        part("VpcInterfaces", "net"),
        {"SubnetId": "subnet-1", "SecurityGroupIds": ["sg-1"]},
        changed={"SecurityGroupIds": ["sg-2"]},
        then={"SecurityGroupIds": ["sg-2"]},
        denied=(*actions("AddFlowVpcInterfaces", "DescribeFlow"), "iam:PassRole"),
        denied_later=actions("RemoveFlowVpcInterface"),
        around={"Flow": FLOW, "Role": ROLE},
    ),
)
