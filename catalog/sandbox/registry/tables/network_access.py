"""Who may reach what: security groups, network ACLs, endpoints and flow logs."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any

from catalog.sandbox.registry.api_types import ApiCall, ApiResource, ApiType, Setting
from catalog.sandbox.registry.calls import CallRefused, operation_model
from catalog.sandbox.registry.shaping import as_text, copied
from catalog.sandbox.registry.tables.ec2 import by_id, ec2_arn, ec2_type

EVERYTHING = {"IpProtocol": "-1", "CidrIp": "0.0.0.0/0"}
"""The egress rule that EC2 gives a new group; a group with own rules loses it (template reference)."""


def permission(rule: Mapping[str, Any]) -> dict[str, Any]:
    """A rule of a template as an IpPermission."""
    text = {"Description": rule["Description"]} if rule.get("Description") else {}
    result: dict[str, Any] = {"IpProtocol": as_text(rule["IpProtocol"])}
    for name in ("FromPort", "ToPort"):
        if rule.get(name) is not None:
            result[name] = int(rule[name])
    if "CidrIp" in rule:
        result["IpRanges"] = [{"CidrIp": rule["CidrIp"], **text}]
    if "CidrIpv6" in rule:
        result["Ipv6Ranges"] = [{"CidrIpv6": rule["CidrIpv6"], **text}]
    prefixes = rule.get("SourcePrefixListId", rule.get("DestinationPrefixListId"))
    if prefixes:
        result["PrefixListIds"] = [{"PrefixListId": prefixes, **text}]
    pair = {
        "GroupId": rule.get("SourceSecurityGroupId", rule.get("DestinationSecurityGroupId")),
        "GroupName": rule.get("SourceSecurityGroupName"),
        "UserId": rule.get("SourceSecurityGroupOwnerId"),
    }
    if pair["GroupId"] or pair["GroupName"]:
        result["UserIdGroupPairs"] = [{name: value for name, value in pair.items() if value} | text]
    return result


def opened(rule: Mapping[str, Any], direction: str) -> dict[str, Any]:
    """A new rule as an IpPermission; refused unless it says from where or to where, as CloudFormation refuses it."""
    end = "Source" if direction == "Ingress" else "Destination"
    ends = ("CidrIp", "CidrIpv6", f"{end}SecurityGroupId", f"{end}PrefixListId", "SourceSecurityGroupName")
    if sum(bool(rule.get(name)) for name in ends) != 1:
        names = f"CidrIp, CidrIpv6, {end}SecurityGroupId, and {end}PrefixListId"
        raise CallRefused("ec2", "InvalidParameterValue", f"Exactly one of {names} must be specified and not empty")
    return permission(rule)


def rules(group: ApiResource, name: str, *, added: bool) -> dict[str, Any] | None:
    """The rules that an update adds to a list, or drops from it."""
    now, before = group.properties.get(name, []), group.old.get(name, [])
    if name == "SecurityGroupEgress":  # without own rules a group has the default rule
        now, before = now or [EVERYTHING], before or [EVERYTHING]
    changed = [rule for rule in now if rule not in before] if added else [rule for rule in before if rule not in now]
    if not changed:
        return None
    direction = name.removeprefix("SecurityGroup")
    made = [opened(rule, direction) if added else permission(rule) for rule in changed]
    return {"GroupId": group["GroupId"], "IpPermissions": made}


def rule_settings() -> tuple[Setting, ...]:
    """Revoke what is dropped, then authorize what is new, for both directions."""
    settings: list[Setting] = []
    for direction in ("Ingress", "Egress"):
        name = f"SecurityGroup{direction}"
        revoke = ApiCall(f"Revoke{name}", partial(rules, name=name, added=False))
        authorize = ApiCall(f"Authorize{name}", partial(rules, name=name, added=True))
        settings += [Setting((name,), revoke, on_create=direction == "Egress"), Setting((name,), authorize)]
    return tuple(settings)


SECURITY_GROUP = ec2_type(
    "AWS::EC2::SecurityGroup",
    "security-group",
    "GroupId",
    create=ApiCall(
        "CreateSecurityGroup",
        lambda group: {
            "GroupName": group.name,
            "Description": group["GroupDescription"],
            "VpcId": group.properties.get("VpcId"),
        },
    ),
    answer=("GroupId",),
    identified=lambda group: {"GroupId": group["Id"]},
    describe=("DescribeSecurityGroups", "GroupIds", "SecurityGroups"),
    settings=rule_settings(),
    attributes=lambda group, shown: {
        "Id": shown["GroupId"],
        "GroupId": shown["GroupId"],
        "VpcId": shown.get("VpcId", ""),
    },
    delete=(by_id("DeleteSecurityGroup", "GroupId"),),
)


def alone(direction: str) -> ApiType:
    """A rule of a security group that is a resource of its own."""
    name = f"SecurityGroup{direction}"

    def one_rule(rule: ApiResource) -> dict[str, Any]:
        return {**rule.given("GroupId", "GroupName"), "IpPermissions": [permission(rule.properties)]}

    def new_rule(rule: ApiResource) -> dict[str, Any]:
        return {**rule.given("GroupId", "GroupName"), "IpPermissions": [opened(rule.properties, direction)]}

    return ApiType(
        f"AWS::EC2::{name}",
        "ec2",
        create=ApiCall(f"Authorize{name}", new_rule),
        known=lambda rule, answer: {"Id": answer["SecurityGroupRules"][0]["SecurityGroupRuleId"]},
        read=ApiCall("DescribeSecurityGroupRules", lambda rule: {"SecurityGroupRuleIds": [rule["Id"]]}),
        shown=lambda rule, answer: next(iter(answer.get("SecurityGroupRules", ())), None),
        update=ApiCall(f"UpdateSecurityGroupRuleDescriptions{direction}", one_rule),
        delete=(ApiCall(f"Revoke{name}", one_rule),),
        arn=lambda rule: ec2_arn(rule, "security-group", rule["GroupId"]),
    )


NETWORK_ACL = ec2_type(
    "AWS::EC2::NetworkAcl",
    "network-acl",
    "Id",
    create=ApiCall("CreateNetworkAcl", copies=True),
    answer=("NetworkAcl", "NetworkAclId"),
    describe=("DescribeNetworkAcls", "NetworkAclIds", "NetworkAcls"),
    delete=(by_id("DeleteNetworkAcl", "Id", "NetworkAclId"),),
)


def acl(subject: ApiResource) -> dict[str, Any]:
    """The network ACL, for a description."""
    return {"NetworkAclIds": [subject["NetworkAclId"]]}


def acl_entry(subject: ApiResource) -> dict[str, Any]:
    """One entry, with its direction."""
    codes = subject.properties.get("Icmp")
    return {
        "Egress": subject.text("Egress", "false") == "true",
        "IcmpTypeCode": {name: int(value) for name, value in codes.items()} if codes else None,
    }


def the_entry(subject: ApiResource, answer: Mapping[str, Any]) -> Any:
    """The entry with the number and the direction."""
    key = (int(subject["RuleNumber"]), subject.text("Egress", "false") == "true")
    return next(
        (
            each
            for listed in answer.get("NetworkAcls", ())
            for each in listed.get("Entries", ())
            if (int(each["RuleNumber"]), bool(each.get("Egress"))) == key
        ),
        None,
    )


NETWORK_ACL_ENTRY = ApiType(
    "AWS::EC2::NetworkAclEntry",
    "ec2",
    create=ApiCall("CreateNetworkAclEntry", acl_entry, copies=True),
    known=lambda it, answer: {"Id": f"{it.place.stack_name}-{it.place.logical_id}"},
    read=ApiCall("DescribeNetworkAcls", acl),
    shown=the_entry,
    update=ApiCall("ReplaceNetworkAclEntry", acl_entry, copies=True),
    delete=(
        ApiCall(
            "DeleteNetworkAclEntry",
            lambda it: {
                "NetworkAclId": it["NetworkAclId"],
                "RuleNumber": int(it["RuleNumber"]),
                "Egress": it.text("Egress", "false") == "true",
            },
        ),
    ),
    arn=lambda it: ec2_arn(it, "network-acl", it["NetworkAclId"]),
)


def linked(subject: ApiResource) -> Mapping[str, Any]:
    """The association of the subnet with whatever network ACL it has."""
    filters = [{"Name": "association.subnet-id", "Values": [subject["SubnetId"]]}]
    for listed in subject.ask("DescribeNetworkAcls", {"Filters": filters})["NetworkAcls"]:
        for each in listed["Associations"]:
            if each["SubnetId"] == subject["SubnetId"]:
                return {**each, "VpcId": listed["VpcId"]}
    raise CallRefused("ec2", "InvalidSubnetID.NotFound", f"The subnet ID '{subject['SubnetId']}' does not exist")


def default_acl(subject: ApiResource) -> dict[str, Any]:
    """ReplaceNetworkAclAssociation with the default ACL of the VPC."""
    link = linked(subject)
    filters = [{"Name": "vpc-id", "Values": [link["VpcId"]]}, {"Name": "default", "Values": ["true"]}]
    default = subject.ask("DescribeNetworkAcls", {"Filters": filters})["NetworkAcls"][0]["NetworkAclId"]
    return {"AssociationId": link["NetworkAclAssociationId"], "NetworkAclId": default}


NETWORK_ACL_ASSOCIATION = ApiType(
    "AWS::EC2::SubnetNetworkAclAssociation",
    "ec2",
    create=ApiCall(
        "ReplaceNetworkAclAssociation",
        lambda it: {"AssociationId": linked(it)["NetworkAclAssociationId"], "NetworkAclId": it["NetworkAclId"]},
    ),
    known=lambda it, answer: {"AssociationId": answer["NewAssociationId"]},
    read=ApiCall("DescribeNetworkAcls", acl),
    shown=lambda it, answer: [
        each
        for listed in answer.get("NetworkAcls", ())
        for each in listed.get("Associations", ())
        if each["SubnetId"] == it["SubnetId"]
    ],
    delete=(ApiCall("ReplaceNetworkAclAssociation", default_acl),),
    arn=lambda it: ec2_arn(it, "network-acl", it["NetworkAclId"]),
)

LISTS = {"RouteTableIds": "RouteTableIds", "SubnetIds": "SubnetIds", "SecurityGroupIds": "SecurityGroupIds"}


def new_endpoint(subject: ApiResource) -> dict[str, Any]:
    """CreateVpcEndpoint; the policy is text."""
    policy = subject.properties.get("PolicyDocument")
    return {
        "PolicyDocument": None if policy is None else as_text(policy),
        "VpcEndpointType": subject.text("VpcEndpointType", "Gateway"),
    }


def changed_endpoint(subject: ApiResource) -> dict[str, Any]:
    """ModifyVpcEndpoint with what is added and removed."""
    changed: dict[str, Any] = {"VpcEndpointId": subject["Id"]}
    for name in LISTS:
        now, before = subject.properties.get(name, []), subject.old.get(name, [])
        added, removed = [each for each in now if each not in before], [each for each in before if each not in now]
        changed |= ({f"Add{name}": added} if added else {}) | ({f"Remove{name}": removed} if removed else {})
    policy = subject.properties.get("PolicyDocument")
    if policy != subject.old.get("PolicyDocument"):
        changed |= {"PolicyDocument": as_text(policy)} if policy is not None else {"ResetPolicy": True}
    if subject.properties.get("PrivateDnsEnabled") != subject.old.get("PrivateDnsEnabled"):
        changed["PrivateDnsEnabled"] = subject.text("PrivateDnsEnabled") == "true"
    given = subject.given("IpAddressType", "DnsOptions")
    return changed | copied(given, operation_model("ec2", "ModifyVpcEndpoint").input_shape, {})


CHANGEABLE = (*LISTS, "PolicyDocument", "PrivateDnsEnabled", "IpAddressType", "DnsOptions")
VPC_ENDPOINT = ec2_type(
    "AWS::EC2::VPCEndpoint",
    "vpc-endpoint",
    "Id",
    create=ApiCall("CreateVpcEndpoint", new_endpoint, copies=True, omitted=("PolicyDocument",)),
    answer=("VpcEndpoint", "VpcEndpointId"),
    describe=("DescribeVpcEndpoints", "VpcEndpointIds", "VpcEndpoints"),
    settings=(Setting(CHANGEABLE, ApiCall("ModifyVpcEndpoint", changed_endpoint), on_create=False),),
    attributes=lambda it, shown: {
        "CreationTimestamp": str(shown.get("CreationTimestamp", "")),
        "DnsEntries": [f"{each.get('HostedZoneId', '')}:{each['DnsName']}" for each in shown.get("DnsEntries", ())],
        "NetworkInterfaceIds": list(shown.get("NetworkInterfaceIds", ())),
    },
    delete=(by_id("DeleteVpcEndpoints", "Id", "VpcEndpointIds", several=True),),
)


def flow_logs(subject: ApiResource) -> dict[str, Any]:
    """CreateFlowLogs for one resource."""
    interval = subject.properties.get("MaxAggregationInterval")
    return {
        "ResourceIds": [subject["ResourceId"]],
        "MaxAggregationInterval": None if interval is None else int(interval),
    }


def flow_log_id(subject: ApiResource, answer: Mapping[str, Any]) -> dict[str, Any]:
    """The id; an answer without one says what was wrong."""
    for failed in answer.get("Unsuccessful", ()):
        raise CallRefused("ec2", failed["Error"]["Code"], failed["Error"]["Message"])
    return {"Id": answer["FlowLogIds"][0]}


FLOW_LOG = ApiType(
    "AWS::EC2::FlowLog",
    "ec2",
    create=ApiCall("CreateFlowLogs", flow_logs, copies=True),
    known=flow_log_id,
    read=ApiCall("DescribeFlowLogs", lambda it: {"FlowLogIds": [it["Id"]]}),
    shown=lambda it, answer: next(iter(answer.get("FlowLogs", ())), None),
    delete=(by_id("DeleteFlowLogs", "Id", "FlowLogIds", several=True),),
    tagging=NETWORK_ACL.tagging,
    arn=lambda it: ec2_arn(it, "vpc-flow-log", it["Id"]),
    passed_to="vpc-flow-logs.amazonaws.com",
    also_for={("create", "DeliverLogsPermissionArn"): ("logs:CreateLogDelivery",)},
)

TYPES = (
    SECURITY_GROUP,
    alone("Ingress"),
    alone("Egress"),
    NETWORK_ACL,
    NETWORK_ACL_ENTRY,
    NETWORK_ACL_ASSOCIATION,
    VPC_ENDPOINT,
    FLOW_LOG,
)
