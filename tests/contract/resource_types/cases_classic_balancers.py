"""Classic load balancers."""

from __future__ import annotations

from typing import Any

from tests.contract.resource_types.cases_gateways import INSTANCE, NETWORK, SECURITY, SUBNET
from tests.contract.resource_types.conftest import Case, World
from tests.contract.resource_types.reading import asks, listed

HTTP = {"LoadBalancerPort": "80", "InstancePort": "8080", "Protocol": "HTTP"}
CHECK = {
    "Target": "HTTP:8080/",
    "Interval": "30",
    "Timeout": "5",
    "HealthyThreshold": "3",
    "UnhealthyThreshold": "5",
}
ATTRIBUTES = asks("elb", "describe_load_balancer_attributes", "LoadBalancerAttributes", LoadBalancerName="@")
POLICIES = asks("elb", "describe_load_balancer_policies", "PolicyDescriptions", LoadBalancerName="@")
TAGS = asks("elb", "describe_tags", "TagDescriptions.0.Tags", LoadBalancerNames=["@"])


def proxy(name: str, port: str) -> dict[str, Any]:
    attributes = [{"Name": "ProxyProtocol", "Value": "true"}]
    return {
        "PolicyName": name,
        "PolicyType": "ProxyProtocolPolicyType",
        "Attributes": attributes,
        "InstancePorts": [port],
    }


def balancer(world: World, name: str) -> Any:
    shown = world.client("elb").describe_load_balancers(LoadBalancerNames=[name])["LoadBalancerDescriptions"][0]
    return {
        **shown,
        "listeners": {
            str(each["Listener"]["LoadBalancerPort"]): (each["Listener"]["InstanceProtocol"], *each["PolicyNames"])
            for each in shown["ListenerDescriptions"]
        },
        "backends": {str(each["InstancePort"]): each["PolicyNames"] for each in shown["BackendServerDescriptions"]},
        "policies": sorted(each["PolicyName"] for each in POLICIES(world, name)),
        "attributes": ATTRIBUTES(world, name),
        "instances": len(shown["Instances"]),
        "groups": len(shown["SecurityGroups"]),
    }


CASES = (
    Case(
        "AWS::ElasticLoadBalancing::LoadBalancer",
        {
            "Scheme": "internal",
            "Subnets": [{"Ref": "Subnet"}],
            "Instances": [{"Ref": "Instance"}],
            "Listeners": [{**HTTP, "PolicyNames": ["visits"]}, {**HTTP, "LoadBalancerPort": "81", "Protocol": "TCP"}],
            "LBCookieStickinessPolicy": [{"PolicyName": "visits", "CookieExpirationPeriod": "60"}],
            "Policies": [proxy("client", "8080")],
            "HealthCheck": CHECK,
            "CrossZone": True,
            "ConnectionDrainingPolicy": {"Enabled": True, "Timeout": 20},
            "ConnectionSettings": {"IdleTimeout": 30},
        },
        balancer,
        {
            "Scheme": "internal",
            "AvailabilityZones": ["us-east-1a"],
            "listeners": {"80": ("HTTP", "visits"), "81": ("TCP",)},
            "backends": {"8080": ["client"]},
            "policies": ["client", "visits"],
            "HealthCheck": {"Target": "HTTP:8080/", "Interval": 30},
            "attributes": {
                "CrossZoneLoadBalancing": {"Enabled": True},
                "ConnectionDraining": {"Enabled": True, "Timeout": 20},
                "ConnectionSettings": {"IdleTimeout": 30},
                "AccessLog": {"Enabled": False},
            },
            "instances": 1,
            "groups": 1,
            "SourceSecurityGroup": {"GroupName": "default"},
        },
        changed={
            "SecurityGroups": [
                {"Fn::GetAtt": ["Group", "GroupId"]},
                {"Fn::GetAtt": ["Network", "DefaultSecurityGroup"]},
            ],
            "Instances": [],
            "Listeners": [{**HTTP, "PolicyNames": ["shop"]}, {**HTTP, "LoadBalancerPort": "82", "InstancePort": "90"}],
            "LBCookieStickinessPolicy": None,
            "AppCookieStickinessPolicy": [{"PolicyName": "shop", "CookieName": "shop"}],
            "Policies": [proxy("client", "90")],
            "HealthCheck": {**CHECK, "Interval": "60"},
            "CrossZone": None,
            "ConnectionSettings": {"IdleTimeout": 90},
        },
        then={
            "listeners": {"80": ("HTTP", "shop"), "82": ("HTTP",)},
            "backends": {"90": ["client"]},
            "policies": ["client", "shop"],
            "HealthCheck": {"Interval": 60},
            "attributes": {"CrossZoneLoadBalancing": {"Enabled": False}, "ConnectionSettings": {"IdleTimeout": 90}},
            "instances": 0,
            "groups": 2,
        },
        replaced={"HealthCheck": None},
        tags=listed(TAGS),
        denied=tuple(
            f"elasticloadbalancing:{action}"
            for action in (
                *("CreateLoadBalancer", "AddTags", "ModifyLoadBalancerAttributes", "ConfigureHealthCheck"),
                *("CreateLBCookieStickinessPolicy", "CreateLoadBalancerPolicy", "SetLoadBalancerPoliciesOfListener"),
                *("SetLoadBalancerPoliciesForBackendServer", "RegisterInstancesWithLoadBalancer"),
                "DescribeLoadBalancers",
            )
        ),
        denied_later=tuple(
            f"elasticloadbalancing:{action}"
            for action in (
                *("ApplySecurityGroupsToLoadBalancer", "CreateAppCookieStickinessPolicy"),
                *("CreateLoadBalancerListeners", "DeleteLoadBalancerListeners"),
                *("DeleteLoadBalancerPolicy", "DeregisterInstancesFromLoadBalancer", "DeleteLoadBalancer"),
            )
        ),
        around={"Network": NETWORK, "Subnet": SUBNET, "Group": SECURITY, "Instance": INSTANCE},
        attributes=("DNSName", "SourceSecurityGroup.GroupName", "SourceSecurityGroup.OwnerAlias"),
    ),
)
