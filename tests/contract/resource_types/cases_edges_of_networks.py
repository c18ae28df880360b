"""What is at the edges of networks: VPN connections, services behind endpoints, carrier gateways, mirrors, fleets."""

from __future__ import annotations

from typing import Any

from tests.contract.resource_types.cases_gateways import NETWORK, SUBNET, alive, described, tags
from tests.contract.resource_types.cases_scaling import LATEST, TEMPLATE
from tests.contract.resource_types.cases_transit_gateways import GATEWAY
from tests.contract.resource_types.conftest import ACCOUNT, Case, World
from tests.contract.resource_types.reading import actions

TRUST = {
    "Version": "2012-10-17",
    "Statement": [{"Effect": "Allow", "Principal": {"Service": "spotfleet.amazonaws.com"}, "Action": "sts:AssumeRole"}],
}
CUSTOMER = {
    "Type": "AWS::EC2::CustomerGateway",
    "Properties": {"Type": "ipsec.1", "IpAddress": "192.0.2.1", "BgpAsn": 65000},
}
PRIVATE = {"Type": "AWS::EC2::VPNGateway", "Properties": {"Type": "ipsec.1"}}
ENDS = {"Customer": CUSTOMER, "Private": PRIVATE, "Other": PRIVATE}
VPN: dict[str, Any] = {
    "Type": "ipsec.1",
    "CustomerGatewayId": {"Ref": "Customer"},
    "VpnGatewayId": {"Ref": "Private"},
    "StaticRoutesOnly": True,
}
CONNECTION = {"Type": "AWS::EC2::VPNConnection", "Properties": VPN}
BALANCER = {
    "Type": "AWS::ElasticLoadBalancingV2::LoadBalancer",
    "Properties": {"Type": "network", "Scheme": "internal", "Subnets": [{"Ref": "Subnet"}]},
}
NETWORKS: dict[str, Any] = {"Network": NETWORK, "Subnet": SUBNET}
SERVED = {**NETWORKS, "Balancer": BALANCER}
ROUTES = {"Type": "AWS::EC2::RouteTable", "Properties": {"VpcId": {"Ref": "Network"}}}
SERVICE = {
    "Type": "AWS::EC2::VPCEndpointService",
    "Properties": {"NetworkLoadBalancerArns": [{"Ref": "Balancer"}]},
}
CARD = {"Type": "AWS::EC2::NetworkInterface", "Properties": {"SubnetId": {"Ref": "Subnet"}}}
MIRRORS = {
    **NETWORKS,
    "Card": CARD,
    "Sensor": CARD,
    "Filter": {"Type": "AWS::EC2::TrafficMirrorFilter"},
    "Target": {"Type": "AWS::EC2::TrafficMirrorTarget", "Properties": {"NetworkInterfaceId": {"Ref": "Sensor"}}},
}
THEIRS = "arn:aws:iam::210987654321:root"
ANY_OF_US = f"arn:aws:iam::{ACCOUNT}:root"


def route(world: World, reference: str) -> Any:
    destination, identifier = reference.split("|")
    routes = connection(world, identifier)["Routes"]
    return next(each for each in routes if each["DestinationCidrBlock"] == destination)


def principals(world: World, identifier: str) -> Any:
    listed = world.client("ec2").describe_vpc_endpoint_service_permissions(ServiceId=identifier)["AllowedPrincipals"]
    return {each["Principal"]: True for each in listed}


def reservation(world: World, reference: str) -> Any:
    subnet, identifier = reference.split("|")
    listed = world.client("ec2").get_subnet_cidr_reservations(SubnetId=subnet)["SubnetIpv4CidrReservations"]
    return next(each for each in listed if each["SubnetCidrReservationId"] == identifier)


def gateway_table(world: World, gateway: str) -> Any:
    tables = world.client("ec2").describe_route_tables()["RouteTables"]
    return next(
        {"table": "Second" if table["RouteTableId"] == world.reference("Second") else "First"}
        for table in tables
        for each in table["Associations"]
        if each.get("GatewayId") == gateway
    )


def mirror_rule(world: World, identifier: str) -> Any:
    ec2 = world.client("ec2")
    shown = ec2.describe_traffic_mirror_filter_rules(TrafficMirrorFilterRuleIds=[identifier])
    rule = shown["TrafficMirrorFilterRules"][0]
    filters = ec2.describe_traffic_mirror_filters(TrafficMirrorFilterIds=[rule["TrafficMirrorFilterId"]])
    return {**rule, "shown": len(filters["TrafficMirrorFilters"][0]["IngressFilterRules"])}


def running(world: World) -> int:
    """How many instances run in the subnet of the stack."""
    states = {"Name": "instance-state-name", "Values": ["running"]}
    filters = [states, {"Name": "subnet-id", "Values": [world.reference("Subnet")]}]
    reservations = world.client("ec2").describe_instances(Filters=filters)["Reservations"]
    return sum(len(each["Instances"]) for each in reservations)


def fleet(world: World, identifier: str) -> Any:
    shown = world.client("ec2").describe_fleets(FleetIds=[identifier])["Fleets"][0]
    deleted, count = shown["FleetState"].startswith("deleted"), running(world)
    return None if deleted and not count else {**shown, "running": count}


def spot_fleet(world: World, identifier: str) -> Any:
    shown = world.client("ec2").describe_spot_fleet_requests(SpotFleetRequestIds=[identifier])
    requests, count = shown["SpotFleetRequestConfigs"], running(world)
    return {**(requests or [{}])[0], "running": count} if requests or count else None


def host(world: World, identifier: str) -> Any:
    shown = world.client("ec2").describe_hosts(HostIds=[identifier])["Hosts"][0]
    return None if shown["State"] == "released" else shown


connection = alive(described("describe_vpn_connections", "VpnConnectionIds", "VpnConnections"))
service = described("describe_vpc_endpoint_service_configurations", "ServiceIds", "ServiceConfigurations")
carrier = described("describe_carrier_gateways", "CarrierGatewayIds", "CarrierGateways")
peering = alive(
    described(
        "describe_transit_gateway_peering_attachments",
        "TransitGatewayAttachmentIds",
        "TransitGatewayPeeringAttachments",
    )
)
mirror_filter = described("describe_traffic_mirror_filters", "TrafficMirrorFilterIds", "TrafficMirrorFilters")
mirror_target = described("describe_traffic_mirror_targets", "TrafficMirrorTargetIds", "TrafficMirrorTargets")
session = described("describe_traffic_mirror_sessions", "TrafficMirrorSessionIds", "TrafficMirrorSessions")


def capacity(total: int) -> dict[str, Any]:
    return {"TotalTargetCapacity": total, "DefaultTargetCapacityType": "on-demand"}


def spot(total: int) -> dict[str, Any]:
    group = {"GroupId": {"Fn::GetAtt": ["Group", "GroupId"]}}
    specification = {"ImageId": "ami-03cf127a", "InstanceType": "t3.micro", "SecurityGroups": [group]}
    return {
        "IamFleetRole": {"Fn::GetAtt": ["Role", "Arn"]},
        "TargetCapacity": total,
        "LaunchSpecifications": [{**specification, "SubnetId": {"Ref": "Subnet"}}],
    }


CASES = (
    Case(
        "AWS::EC2::VPNConnection",
        VPN,
        connection,
        {"State": "available", "Type": "ipsec.1", "Options": {"StaticRoutesOnly": True}},
        changed={"VpnGatewayId": None, "TransitGatewayId": {"Ref": "Gateway"}},
        then={"Options": {"StaticRoutesOnly": True}, "VpnGatewayId": None},
        replaced={"StaticRoutesOnly": False},
        tags=tags(connection),
        denied=actions("ec2", "CreateVpnConnection", "CreateTags", "DescribeVpnConnections"),
        denied_later=actions("ec2", "ModifyVpnConnection", "DeleteVpnConnection"),
        around={**ENDS, "Gateway": GATEWAY},
    ),
    Case(
        "AWS::EC2::VPNConnectionRoute",
        {"VpnConnectionId": {"Ref": "Connection"}, "DestinationCidrBlock": "10.40.0.0/16"},
        route,
        {"State": "available"},
        replaced={"DestinationCidrBlock": "10.41.0.0/16"},
        denied=actions("ec2", "CreateVpnConnectionRoute", "DescribeVpnConnections"),
        denied_later=actions("ec2", "DeleteVpnConnectionRoute"),
        around={**ENDS, "Connection": CONNECTION},
    ),
    Case(
        "AWS::EC2::VPCEndpointService",
        {
            "NetworkLoadBalancerArns": [{"Ref": "Balancer"}],
            "PayerResponsibility": "ServiceOwner",
            "PrivateDnsName": "shop.example.com",
        },
        service,
        {"AcceptanceRequired": True, "PayerResponsibility": "ServiceOwner", "PrivateDnsName": "shop.example.com"},
        changed={
            "AcceptanceRequired": False,
            "PrivateDnsName": None,
            "SupportedIpAddressTypes": ["ipv6"],
            "NetworkLoadBalancerArns": [{"Ref": "Second"}],
        },
        then={"AcceptanceRequired": False, "PrivateDnsName": None, "SupportedIpAddressTypes": ["ipv4", "ipv6"]},
        tags=tags(service),
        denied=actions(
            "ec2",
            "CreateVpcEndpointServiceConfiguration",
            "CreateTags",
            "ModifyVpcEndpointServicePayerResponsibility",
            "DescribeVpcEndpointServiceConfigurations",
        ),
        denied_later=actions("ec2", "ModifyVpcEndpointServiceConfiguration", "DeleteVpcEndpointServiceConfigurations"),
        around={**SERVED, "Second": BALANCER},
    ),
    Case(
        "AWS::EC2::VPCEndpointServicePermissions",
        {"ServiceId": {"Ref": "Service"}, "AllowedPrincipals": [THEIRS]},
        principals,
        {THEIRS: True},
        changed={"AllowedPrincipals": [ANY_OF_US]},
        then={ANY_OF_US: True},
        denied=actions("ec2", "ModifyVpcEndpointServicePermissions", "DescribeVpcEndpointServicePermissions"),
        denied_later=actions("ec2", "ModifyVpcEndpointServicePermissions"),
        around={**SERVED, "Service": SERVICE},
    ),
    Case(
        "AWS::EC2::CarrierGateway",
        {"VpcId": {"Ref": "Network"}},
        carrier,
        {"State": "available"},
        tags=tags(carrier),
        denied=actions("ec2", "CreateCarrierGateway", "CreateTags", "DescribeCarrierGateways"),
        denied_later=actions("ec2", "DeleteCarrierGateway"),
        around={"Network": NETWORK},
        attributes=("OwnerId", "State"),
    ),
    Case(
        "AWS::EC2::TransitGatewayPeeringAttachment",
        {
            "TransitGatewayId": {"Ref": "Gateway"},
            "PeerTransitGatewayId": "tgw-0123456789abcdef0",
            "PeerAccountId": "210987654321",
            "PeerRegion": "eu-west-1",
        },
        peering,
        {"State": "pendingAcceptance", "AccepterTgwInfo": {"Region": "eu-west-1"}},
        replaced={"PeerRegion": "eu-central-1"},
        tags=tags(peering),
        denied=actions(
            "ec2",
            "CreateTransitGatewayPeeringAttachment",
            "CreateTags",
            "DescribeTransitGatewayPeeringAttachments",
        ),
        denied_later=actions("ec2", "DeleteTransitGatewayPeeringAttachment"),
        around={"Gateway": GATEWAY},
        attributes=("State",),
    ),
    Case(
        "AWS::EC2::GatewayRouteTableAssociation",
        {"GatewayId": {"Ref": "Internet"}, "RouteTableId": {"Ref": "First"}},
        gateway_table,
        {"table": "First"},
        changed={"RouteTableId": {"Ref": "Second"}},
        then={"table": "Second"},
        denied=actions("ec2", "AssociateRouteTable", "DescribeRouteTables"),
        denied_later=actions("ec2", "ReplaceRouteTableAssociation", "DisassociateRouteTable"),
        around={
            "Network": NETWORK,
            "Internet": {"Type": "AWS::EC2::InternetGateway"},
            "First": ROUTES,
            "Second": ROUTES,
        },
        attributes=("AssociationId",),
    ),
    Case(
        "AWS::EC2::SubnetCidrReservation",
        {"SubnetId": {"Ref": "Subnet"}, "Cidr": "10.7.1.16/28", "ReservationType": "prefix"},
        reservation,
        {"Cidr": "10.7.1.16/28", "ReservationType": "prefix"},
        replaced={"Cidr": "10.7.1.32/28"},
        tags=tags(reservation),
        denied=actions("ec2", "CreateSubnetCidrReservation", "CreateTags", "GetSubnetCidrReservations"),
        denied_later=actions("ec2", "DeleteSubnetCidrReservation"),
        around=NETWORKS,
        attributes=("Arn", "OwnerId"),
    ),
    Case(
        "AWS::EC2::TrafficMirrorFilter",
        {"Description": "first", "NetworkServices": ["amazon-dns"]},
        mirror_filter,
        {"Description": "first", "NetworkServices": ["amazon-dns"]},
        changed={"NetworkServices": None},
        then={"NetworkServices": []},
        replaced={"Description": "second"},
        tags=tags(mirror_filter),
        denied=actions(
            "ec2",
            "CreateTrafficMirrorFilter",
            "CreateTags",
            "ModifyTrafficMirrorFilterNetworkServices",
            "DescribeTrafficMirrorFilters",
        ),
        denied_later=actions("ec2", "ModifyTrafficMirrorFilterNetworkServices", "DeleteTrafficMirrorFilter"),
    ),
    Case(
        "AWS::EC2::TrafficMirrorFilterRule",
        {
            "TrafficMirrorFilterId": {"Ref": "Filter"},
            "TrafficDirection": "ingress",
            "RuleNumber": 10,
            "RuleAction": "accept",
            "SourceCidrBlock": "10.0.0.0/8",
            "DestinationCidrBlock": "0.0.0.0/0",
            "Protocol": 6,
            "DestinationPortRange": {"FromPort": 80, "ToPort": 81},
        },
        mirror_rule,
        {"RuleNumber": 10, "Protocol": 6, "DestinationPortRange": {"FromPort": 80, "ToPort": 81}, "shown": 1},
        changed={"RuleAction": "reject", "DestinationPortRange": None},
        then={"RuleAction": "reject", "DestinationPortRange": None, "shown": 1},
        tags=tags(mirror_rule),
        denied=actions("ec2", "CreateTrafficMirrorFilterRule", "CreateTags", "DescribeTrafficMirrorFilterRules"),
        denied_later=actions("ec2", "ModifyTrafficMirrorFilterRule", "DeleteTrafficMirrorFilterRule"),
        around={"Filter": {"Type": "AWS::EC2::TrafficMirrorFilter"}},
    ),
    Case(
        "AWS::EC2::TrafficMirrorTarget",
        {"NetworkInterfaceId": {"Ref": "Card"}},
        mirror_target,
        {"Type": "network-interface"},
        replaced={"Description": "second"},
        tags=tags(mirror_target),
        denied=actions("ec2", "CreateTrafficMirrorTarget", "CreateTags", "DescribeTrafficMirrorTargets"),
        denied_later=actions("ec2", "DeleteTrafficMirrorTarget"),
        around={**NETWORKS, "Card": CARD},
    ),
    Case(
        "AWS::EC2::TrafficMirrorSession",
        {
            "NetworkInterfaceId": {"Ref": "Card"},
            "TrafficMirrorFilterId": {"Ref": "Filter"},
            "TrafficMirrorTargetId": {"Ref": "Target"},
            "SessionNumber": 1,
            "PacketLength": 100,
        },
        session,
        {"SessionNumber": 1, "PacketLength": 100},
        changed={"SessionNumber": 2, "PacketLength": None},
        then={"SessionNumber": 2, "PacketLength": None},
        tags=tags(session),
        denied=actions("ec2", "CreateTrafficMirrorSession", "CreateTags", "DescribeTrafficMirrorSessions"),
        denied_later=actions("ec2", "ModifyTrafficMirrorSession", "DeleteTrafficMirrorSession"),
        around=MIRRORS,
    ),
    Case(
        "AWS::EC2::EC2Fleet",
        {
            "LaunchTemplateConfigs": [
                {"LaunchTemplateSpecification": LATEST, "Overrides": [{"SubnetId": {"Ref": "Subnet"}}]}
            ],
            "TargetCapacitySpecification": capacity(2),
            "TagSpecifications": [{"ResourceType": "fleet", "Tags": [{"Key": "own", "Value": "1"}]}],
        },
        fleet,
        {"FleetState": "active", "running": 2, "Tags": [{"Key": "own", "Value": "1"}]},
        changed={"TargetCapacitySpecification": capacity(1)},
        then={"running": 1, "TargetCapacitySpecification": {"TotalTargetCapacity": 1}},
        denied=actions("ec2", "CreateFleet", "RunInstances", "DescribeFleets"),
        denied_later=actions("ec2", "ModifyFleet", "DeleteFleets", "TerminateInstances"),
        around={**NETWORKS, "Template": TEMPLATE},
    ),
    Case(
        "AWS::EC2::SpotFleet",
        {"SpotFleetRequestConfigData": spot(1)},
        spot_fleet,
        {"SpotFleetRequestState": "active", "running": 1},
        changed={"SpotFleetRequestConfigData": spot(2)},
        then={"running": 2, "SpotFleetRequestConfig": {"TargetCapacity": 2}},
        denied=(*actions("ec2", "RequestSpotFleet", "RunInstances", "DescribeSpotFleetRequests"), "iam:PassRole"),
        denied_later=actions("ec2", "ModifySpotFleetRequest", "CancelSpotFleetRequests"),
        around={
            **NETWORKS,
            "Group": {
                "Type": "AWS::EC2::SecurityGroup",
                "Properties": {"GroupDescription": "g", "VpcId": {"Ref": "Network"}},
            },
            "Role": {"Type": "AWS::IAM::Role", "Properties": {"AssumeRolePolicyDocument": TRUST}},
        },
    ),
    Case(
        "AWS::EC2::Host",
        {"AvailabilityZone": "us-east-1a", "InstanceType": "m5.large", "AutoPlacement": "off"},
        host,
        {"AvailabilityZone": "us-east-1a", "AutoPlacement": "off", "HostProperties": {"InstanceType": "m5.large"}},
        changed={"AutoPlacement": None, "HostRecovery": "on"},
        then={"AutoPlacement": "on", "HostRecovery": "on"},
        replaced={"InstanceType": "c5.large"},
        tags=tags(host),
        denied=actions("ec2", "AllocateHosts", "CreateTags", "DescribeHosts"),
        denied_later=actions("ec2", "ModifyHosts", "ReleaseHosts"),
    ),
)
