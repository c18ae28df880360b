"""Product `network_baseline`: a VPC with private subnets, endpoints, and flow logs in an encrypted log group.

docs/products/network_baseline.md explains each choice. The parts are in _shared/network.py. There is no route to the
internet. The logical ids of the VPC and its subnets must not change.
"""

from __future__ import annotations

from typing import Any

from _shared.building import HAS_COMPLIANCE, build, one_of, output, rule, rule_equals
from _shared.encryption import KEY_CONDITION, key_parameter
from _shared.network import FLOW_LOGS, endpoints, flow_logs, subnets, vpc
from _shared.owner import owned
from _shared.parameters import ARN_NAME, TAGS_GROUP, Parameters, choice, tag_parameters, text
from troposphere import GetAtt, Join, Ref, Template

from catalog import ProductDefinition, ServiceAction

OCTET = "(25[0-5]|2[0-4][0-9]|1?[0-9]?[0-9])"
RETENTION = ["14", "30", "90", "365", "731", "1827"]

PARAMETERS: Parameters = {
    "NetworkName": text(
        "Name of the network",
        "Name of the network, such as dev-orders; tag Name of the VPC, and a part of the name of its log group.",
        "[A-Za-z0-9_-]+",
        "must have 1 to 64 letters, digits, _ or -",
        most=64,
    ),
    "CidrBlock": text(
        "Addresses",
        "Private IPv4 addresses of the VPC, a /16 such as 10.20.0.0/16. It cannot be changed later.",
        f"(10\\.{OCTET}|172\\.(1[6-9]|2[0-9]|3[01])|192\\.168)\\.0\\.0/16",
        "must be a /16 of 10.0.0.0/8, 172.16.0.0/12 or 192.168.0.0/16, such as 10.20.0.0/16.",
        most=18,
    ),
    **key_parameter("the flow logs", "The key must be launched with Let CloudWatch Logs use the key."),
    "RetentionDays": choice(
        "Days that flow logs are kept", "Days after which flow logs are gone. Must be 365 or more in prod.", RETENTION
    ),
    "FlowLogRoleName": text(
        "Role of the flow logs",
        "Name of the IAM role of this account with which VPC writes flow logs; it begins with vpc-flow-logs.",
        f"{FLOW_LOGS}(?!.*{FLOW_LOGS})({ARN_NAME})?",
        "must be the name of a role that begins with vpc-flow-logs.",
        most=64,
        default=FLOW_LOGS,
    ),
    **tag_parameters("network", "carries", "prod makes it a duty to keep flow logs for a year."),
}

GROUPS = {
    "The network": ["NetworkName", "CidrBlock"],
    "Flow logs": ["KeyArn", "RetentionDays", "FlowLogRoleName"],
    **TAGS_GROUP,
}

RULES = {
    "ProductionKeepsAYear": rule(
        rule_equals("Environment", "prod"),
        (one_of("RetentionDays", "365", "731", "1827"), "In prod RetentionDays must be 365 or more."),
    )
}


def template() -> Template:
    """The template of this version."""
    return build(
        "VPC with private subnets, endpoints and encrypted flow logs; catalog product network_baseline.",
        parameters=PARAMETERS,
        groups=GROUPS,
        conditions={**KEY_CONDITION, **HAS_COMPLIANCE},
        rules=RULES,
        resources=[vpc(), *subnets(), *endpoints(), *flow_logs()],
        outputs=[
            output("VpcId", "Id of the VPC.", Ref("Vpc")),
            output("SubnetIds", "Ids of the private subnets.", Join(",", [Ref("SubnetA"), Ref("SubnetB")])),
            output("RouteTableId", "Id of the route table of the private subnets.", Ref("RouteTable")),
            output("S3EndpointId", "Id of the endpoint of S3: VpcEndpoints of a secure bucket.", Ref("S3Endpoint")),
            output("DefaultSecurityGroupId", "Id of the default group.", GetAtt("Vpc", "DefaultSecurityGroup")),
        ],
    )


def closing_document() -> dict[str, Any]:
    """Remove the rules of the default security group, which CloudFormation cannot do."""
    default = [{"Name": "vpc-id", "Values": ["{{ VpcId }}"]}, {"Name": "group-name", "Values": ["default"]}]
    found = "$.SecurityGroups[0]"
    group = {"GroupId": "{{ Find.GroupId }}"}

    def call(name: str, api: str, **inputs: Any) -> dict[str, Any]:
        return {"name": name, "action": "aws:executeAwsApi", "inputs": {"Service": "ec2", "Api": api, **inputs}}

    find = call("Find", "DescribeSecurityGroups", Filters=default) | {
        "outputs": [
            {"Name": "GroupId", "Selector": f"{found}.GroupId", "Type": "String"},
            {"Name": "Ingress", "Selector": f"{found}.IpPermissions", "Type": "MapList"},
            {"Name": "Egress", "Selector": f"{found}.IpPermissionsEgress", "Type": "MapList"},
        ]
    }
    close_in = call("CloseIngress", "RevokeSecurityGroupIngress", **group, IpPermissions="{{ Find.Ingress }}")
    close_out = call("CloseEgress", "RevokeSecurityGroupEgress", **group, IpPermissions="{{ Find.Egress }}")
    return {
        "schemaVersion": "0.3",
        "description": "Removes the rules of the default security group of a VPC.",
        "parameters": {"VpcId": {"type": "String", "description": "Id of the VPC; Service Catalog fills it in."}},
        "mainSteps": [find, close_in | {"onFailure": "Continue"}, close_out | {"isEnd": True}],
    }


CLOSE = ServiceAction(
    key="close-default-group",
    name="CloseDefaultSecurityGroup",
    description="Removes the rules of the VPC's default security group, so that nothing can be reached with it. Run it "
    "once after the launch.",
    document=closing_document,
    target_type="AWS::EC2::VPC",
    parameters={"VpcId": "TARGET"},
)

PRODUCT = ProductDefinition(
    **owned("network_baseline"),
    name="Network baseline",
    description="A VPC with private subnets in two Availability Zones, endpoints of S3, KMS and CloudWatch Logs, and "
    "flow logs under a KMS key.",
    version="1.0.0",
    version_description="First version.",
    template=template,
    service_actions=(CLOSE,),
)
