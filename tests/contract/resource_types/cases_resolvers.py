"""Endpoints, rules and query logs of Route 53 Resolver."""

from __future__ import annotations

from typing import Any

from tests.contract.resource_types.cases_network import SUBNET, VPC
from tests.contract.resource_types.conftest import ACCOUNT, REGION, Case, Read, World
from tests.contract.resource_types.reading import asks, by_arn, listed, with_more

GROUP = {
    "Type": "AWS::EC2::SecurityGroup",
    "Properties": {"GroupDescription": "DNS", "VpcId": {"Ref": "Vpc"}},
}
NETWORK: dict[str, Any] = {"Vpc": VPC, "Subnet": SUBNET, "Group": GROUP}
IN_SUBNET = {"SubnetId": {"Ref": "Subnet"}}
RULE = {
    "Type": "AWS::Route53Resolver::ResolverRule",
    "Properties": {"RuleType": "SYSTEM", "DomainName": "shop.example"},
}
LOG: dict[str, Any] = {"Type": "AWS::S3::Bucket"}
TO_LOG = {"Fn::GetAtt": ["Log", "Arn"]}
QUERIES = {"Type": "AWS::Route53Resolver::ResolverQueryLoggingConfig", "Properties": {"DestinationArn": TO_LOG}}


def resolver(operation: str, kind: str, parameter: str = "") -> Read:
    """What Resolver says of something of a kind, by its id."""
    return asks("route53resolver", operation, kind, **{parameter or f"{kind}Id": "@"})


def tags(kind: str) -> Read:
    """The tags of a kind of resource."""
    arn = f"arn:aws:route53resolver:{REGION}:{ACCOUNT}:{kind}/"
    answer = by_arn("route53resolver", "ResourceArn", lambda name: f"{arn}{name}")
    return listed(lambda world, reference: answer(world, reference)["Tags"])


def addresses(world: World, reference: str) -> Any:
    answer = world.client("route53resolver").list_resolver_endpoint_ip_addresses(ResolverEndpointId=reference)
    return sorted(each["Ip"] for each in answer["IpAddresses"])


CASES = (
    Case(
        "AWS::Route53Resolver::ResolverEndpoint",
        {
            "Direction": "OUTBOUND",
            "Name": "to-office",
            "SecurityGroupIds": [{"Ref": "Group"}],
            "IpAddresses": [{**IN_SUBNET, "Ip": "10.7.1.10"}, {**IN_SUBNET, "Ip": "10.7.1.11"}],
        },
        with_more(resolver("get_resolver_endpoint", "ResolverEndpoint"), addresses=addresses),
        {"Direction": "OUTBOUND", "Name": "to-office", "Protocols": ["Do53"], "addresses": ["10.7.1.10", "10.7.1.11"]},
        changed={
            "Name": "to-offices",
            "Protocols": ["DoH", "Do53"],
            "IpAddresses": [{**IN_SUBNET, "Ip": "10.7.1.10"}, {**IN_SUBNET, "Ip": "10.7.1.12"}],
        },
        then={"Name": "to-offices", "Protocols": ["DoH", "Do53"], "addresses": ["10.7.1.10", "10.7.1.12"]},
        replaced={"Direction": "INBOUND"},
        tags=tags("resolver-endpoint"),
        denied=(
            *("route53resolver:CreateResolverEndpoint", "route53resolver:TagResource", "ec2:CreateNetworkInterface"),
            "route53resolver:GetResolverEndpoint",
        ),
        denied_later=(
            *("route53resolver:UpdateResolverEndpoint", "route53resolver:AssociateResolverEndpointIpAddress"),
            *("route53resolver:DisassociateResolverEndpointIpAddress", "route53resolver:DeleteResolverEndpoint"),
        ),
        around=NETWORK,
        attributes=("Arn", "HostVPCId", "IpAddressCount"),
    ),
    Case(
        "AWS::Route53Resolver::ResolverRule",
        {
            "RuleType": "FORWARD",
            "DomainName": "office.example",
            "ResolverEndpointId": {"Ref": "Endpoint"},
            "TargetIps": [{"Ip": "192.0.2.1"}],
        },
        resolver("get_resolver_rule", "ResolverRule"),
        {"DomainName": "office.example.", "TargetIps": [{"Ip": "192.0.2.1", "Port": 53}]},
        changed={"Name": "to-office", "TargetIps": [{"Ip": "192.0.2.1", "Port": "5353"}, {"Ipv6": "2001:db8::1"}]},
        then={"Name": "to-office", "TargetIps": [{"Ip": "192.0.2.1", "Port": 5353}, {"Ipv6": "2001:db8::1"}]},
        replaced={"DomainName": "other.example."},
        tags=tags("resolver-rule"),
        denied=(
            "route53resolver:CreateResolverRule",
            "route53resolver:TagResource",
            "route53resolver:GetResolverRule",
        ),
        denied_later=("route53resolver:UpdateResolverRule", "route53resolver:DeleteResolverRule"),
        around={
            **NETWORK,
            "Endpoint": {
                "Type": "AWS::Route53Resolver::ResolverEndpoint",
                "Properties": {
                    "Direction": "OUTBOUND",
                    "SecurityGroupIds": [{"Ref": "Group"}],
                    "IpAddresses": [IN_SUBNET, IN_SUBNET],
                },
            },
        },
        attributes=("Arn", "ResolverRuleId"),
    ),
    Case(
        "AWS::Route53Resolver::ResolverRuleAssociation",
        {"ResolverRuleId": {"Ref": "Rule"}, "VPCId": {"Ref": "Vpc"}},
        resolver("get_resolver_rule_association", "ResolverRuleAssociation"),
        {"Status": "COMPLETE"},
        replaced={"VPCId": {"Ref": "Other"}},
        denied=(
            *("route53resolver:AssociateResolverRule", "route53resolver:GetResolverRuleAssociation"),
            "ec2:DescribeVpcs",
        ),
        denied_later=("route53resolver:DisassociateResolverRule",),
        around={"Rule": RULE, "Vpc": VPC, "Other": VPC},
        attributes=("ResolverRuleAssociationId",),
    ),
    Case(
        "AWS::Route53Resolver::ResolverQueryLoggingConfig",
        {"Name": "queries", "DestinationArn": TO_LOG},
        resolver("get_resolver_query_log_config", "ResolverQueryLogConfig"),
        {"Name": "queries", "Status": "CREATED"},
        replaced={"Name": "all-queries"},
        tags=tags("resolver-query-log-config"),
        denied=(
            *("route53resolver:CreateResolverQueryLogConfig", "route53resolver:TagResource", "logs:CreateLogDelivery"),
            "route53resolver:GetResolverQueryLogConfig",
        ),
        denied_later=("route53resolver:DeleteResolverQueryLogConfig",),
        around={"Log": LOG},
        attributes=("Arn", "OwnerId", "Status"),
    ),
    Case(
        "AWS::Route53Resolver::ResolverQueryLoggingConfigAssociation",
        {"ResolverQueryLogConfigId": {"Ref": "Queries"}, "ResourceId": {"Ref": "Vpc"}},
        resolver(
            *("get_resolver_query_log_config_association", "ResolverQueryLogConfigAssociation"),
        ),
        {"Status": "ACTIVE"},
        replaced={"ResourceId": {"Ref": "Other"}},
        denied=(
            *("route53resolver:AssociateResolverQueryLogConfig", "ec2:DescribeVpcs"),
            "route53resolver:GetResolverQueryLogConfigAssociation",
        ),
        denied_later=("route53resolver:DisassociateResolverQueryLogConfig",),
        around={"Log": LOG, "Queries": QUERIES, "Vpc": VPC, "Other": VPC},
        attributes=("Status", "CreationTime"),
    ),
    Case(
        "AWS::Route53Resolver::ResolverDNSSECConfig",
        {"ResourceId": {"Ref": "Vpc"}},
        lambda world, reference: next(
            each
            for each in world.client("route53resolver").list_resolver_dnssec_configs()["ResolverDnssecConfigs"]
            if each["Id"] == reference and each["ValidationStatus"] == "ENABLED"
        ),
        {"ValidationStatus": "ENABLED"},
        replaced={"ResourceId": {"Ref": "Other"}},
        denied=("route53resolver:UpdateResolverDnssecConfig", "ec2:DescribeVpcs"),
        denied_later=("route53resolver:UpdateResolverDnssecConfig",),
        around={"Vpc": VPC, "Other": VPC},
        attributes=("Id", "OwnerId"),
    ),
)
