"""E9014 beyond its fixtures: sources, ports, and values that a launch decides."""

from __future__ import annotations

from typing import Any

import pytest

from catalog.check.controls.e9014_no_open_admin_ports import NoOpenAdminPorts

SSH = {"IpProtocol": "tcp", "FromPort": 22, "ToPort": 22}
ANYBODY = {**SSH, "CidrIp": "0.0.0.0/0"}


def verdicts(rule: Any, **sections: Any) -> tuple[int, int]:
    """How many faults and how many undecided places a group with this rule has."""
    group = {"Type": "AWS::EC2::SecurityGroup", "Properties": {"SecurityGroupIngress": rule}}
    template = {**sections, "Resources": {"Group": group}}
    control = NoOpenAdminPorts()
    return len(list(control.faults(template))), len(list(control.undecided(template)))


@pytest.mark.parametrize(
    ("source", "is_open"),
    [
        ("0.0.0.0/0", True),
        ("1.2.3.4/0", True),
        (" 0.0.0.0/0", True),
        ("0.0.0.0/1", True),
        ("128.0.0.0/2", True),
        ("::/0", True),
        ("0:0:0:0:0:0:0:0/0", True),
        ("2000::/3", True),
        ("203.0.113.0/24", False),
        ("52.0.0.0/8", False),
        ("10.0.0.0/8", False),
        ("172.16.0.0/12", False),
        ("fd00::/8", False),
        ("2001:db8::/32", False),
        ("nonsense", False),
    ],
)
def test_sources_that_mean_everybody(source: str, is_open: bool) -> None:
    name = "CidrIpv6" if ":" in source else "CidrIp"
    assert verdicts([{**SSH, name: source}]) == (int(is_open), 0)


@pytest.mark.parametrize(
    "malformed", [{"Fn::GetAtt": 5}, {"Fn::GetAtt": ["Vpc"]}, {"Fn::If": [["A"], "tcp", {"Ref": "Nothing"}]}], ids=repr
)
@pytest.mark.parametrize("name", ["IpProtocol", "FromPort"])
def test_a_malformed_function_is_not_decided(name: str, malformed: Any) -> None:
    assert verdicts([{**ANYBODY, name: malformed}]) == (0, 1)


@pytest.mark.parametrize(
    ("protocol", "first", "last", "is_open"),
    [
        ("tcp", 22, 22, True),
        ("TCP", "22", "22", True),
        ("6", 3389, 3389, True),
        (6, 3389, 3389, True),
        ("tcp", 0, 65535, True),
        ("tcp", 20, 25, True),
        ("tcp", 5432, 5432, True),
        ("udp", 11211, 11211, True),
        ("-1", None, None, True),
        (-1, 443, 443, True),
        ("tcp", -1, -1, True),
        ("tcp", None, None, True),
        ("tcp", 443, 443, False),
        ("tcp", 80, 80, False),
        ("tcp", 8443, 8999, True),
        ("tcp", 10000, 11000, False),
        ("icmp", 8, -1, False),
        ("icmpv6", -1, -1, False),
        ("50", None, None, False),
    ],
)
def test_ports_with_high_risk(protocol: Any, first: Any, last: Any, is_open: bool) -> None:
    ends = {name: value for name, value in (("FromPort", first), ("ToPort", last)) if value is not None}
    assert verdicts([{"IpProtocol": protocol, "CidrIp": "0.0.0.0/0", **ends}]) == (int(is_open), 0)


@pytest.mark.parametrize(
    ("definition", "expected"),
    [
        ({"Type": "String"}, (1, 0)),
        ({"Type": "String", "Default": "0.0.0.0/0"}, (1, 0)),
        ({"Type": "String", "Default": "10.0.0.0/8"}, (1, 0)),
        ({"Type": "String", "AllowedValues": ["10.0.0.0/8", "0.0.0.0/0"]}, (1, 0)),
        ({"Type": "String", "AllowedValues": ["10.0.0.0/8", "192.168.0.0/16"]}, (0, 0)),
        ({"Type": "String", "AllowedPattern": r"10\.\d+\.\d+\.\d+/\d+"}, (0, 0)),
        ({"Type": "String", "MinLength": 10}, (1, 0)),  # 128.0.0.0/1
        ({"Type": "AWS::SSM::Parameter::Value<String>", "Default": "/office"}, (0, 1)),
    ],
)
def test_a_parameter_for_the_source(definition: dict[str, Any], expected: tuple[int, int]) -> None:
    assert verdicts([{**SSH, "CidrIp": {"Ref": "From"}}], Parameters={"From": definition}) == expected


def test_the_rules_can_refuse_what_a_parameter_accepts() -> None:
    parameters = {"From": {"Type": "String"}}
    refused = {"Fn::Not": [{"Fn::Equals": [{"Ref": "From"}, "0.0.0.0/0"]}]}
    rule = {"NotEverybody": {"Assertions": [{"Assert": refused}]}}
    assert verdicts([{**SSH, "CidrIp": {"Ref": "From"}}], Parameters=parameters, Rules=rule) == (0, 0)


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ({"Fn::ImportValue": "network"}, (0, 1)),
        ({"Fn::GetAtt": ["Vpc", "CidrBlock"]}, (0, 1)),
        ("{{resolve:ssm:/network}}", (0, 1)),
        ({"Fn::Sub": "${Vpc.CidrBlock}"}, (0, 1)),
        ({"Fn::Join": ["/", ["1.2.3.4", "0"]]}, (1, 0)),
        ({"Fn::FindInMap": ["Networks", {"Ref": "AWS::Region"}, "Cidr"]}, (1, 0)),
        ({"Fn::If": ["China", "0.0.0.0/0", "10.0.0.0/8"]}, (1, 0)),
        ({"Fn::If": ["China", "10.0.0.0/8", "0.0.0.0/0"]}, (1, 0)),
        ({"Fn::If": ["China", "10.0.0.0/8", {"Fn::ImportValue": "network"}]}, (0, 1)),
        ({"Fn::If": ["Never", "0.0.0.0/0", "10.0.0.0/8"]}, (0, 0)),
    ],
    ids=repr,
)
def test_functions_for_the_source(value: Any, expected: tuple[int, int]) -> None:
    sections = {
        "Parameters": {"Size": {"Type": "String", "AllowedValues": ["small", "large"]}},
        "Mappings": {"Networks": {"us-east-1": {"Cidr": "0.0.0.0/0"}}},
        "Conditions": {
            "China": {"Fn::Equals": [{"Ref": "AWS::Partition"}, "aws-cn"]},
            "Never": {"Fn::Equals": [{"Ref": "Size"}, "huge"]},
        },
    }
    assert verdicts([{**SSH, "CidrIp": value}], **sections) == expected


@pytest.mark.parametrize(
    ("block", "expected"), [("10.0.0.0/16", (0, 0)), ({"Ref": "Block"}, (1, 0)), ({"Fn::ImportValue": "b"}, (0, 1))]
)
@pytest.mark.parametrize("source", [{"Fn::GetAtt": ["Net", "CidrBlock"]}, {"Fn::GetAtt": "Net.CidrBlock"}])
def test_the_range_of_a_vpc_of_the_template_is_known(source: Any, block: Any, expected: tuple[int, int]) -> None:
    group = {"Type": "AWS::EC2::SecurityGroup", "Properties": {"SecurityGroupIngress": [{**SSH, "CidrIp": source}]}}
    network = {"Type": "AWS::EC2::VPC", "Properties": {"CidrBlock": block}}
    template = {"Parameters": {"Block": {"Type": "String"}}, "Resources": {"Group": group, "Net": network}}
    control = NoOpenAdminPorts()
    assert (len(list(control.faults(template))), len(list(control.undecided(template)))) == expected


def test_the_mapping_is_read_for_each_configured_region() -> None:
    cidr = {"Fn::FindInMap": ["Networks", {"Ref": "AWS::Region"}, "Cidr"]}
    group = {"Type": "AWS::EC2::SecurityGroup", "Properties": {"SecurityGroupIngress": [{**SSH, "CidrIp": cidr}]}}
    mapping = {"us-east-1": {"Cidr": "10.0.0.0/8"}, "cn-north-1": {"Cidr": "0.0.0.0/0"}}
    template = {"Mappings": {"Networks": mapping}, "Resources": {"Group": group}}
    control = NoOpenAdminPorts()
    assert not list(control.faults(template))
    control.regions = ("us-east-1", "cn-north-1")
    assert len(list(control.faults(template))) == 1


@pytest.mark.parametrize("where", ["list", "member", "condition of the resource"])
def test_each_branch_of_an_if_is_looked_at(where: str) -> None:
    conditions = {"China": {"Fn::Equals": [{"Ref": "AWS::Partition"}, "aws-cn"]}}
    no_value = {"Ref": "AWS::NoValue"}
    rule: Any = {
        "list": {"Fn::If": ["China", [ANYBODY], no_value]},
        "member": [{"Fn::If": ["China", no_value, ANYBODY]}],
        "condition of the resource": [ANYBODY],
    }[where]
    group = {"Type": "AWS::EC2::SecurityGroup", "Properties": {"SecurityGroupIngress": rule}}
    resource = {**group, "Condition": "China"} if where.startswith("condition") else group
    template = {"Conditions": conditions, "Resources": {"Group": resource}}
    assert len(list(NoOpenAdminPorts().faults(template))) == 1


def test_branches_that_exclude_each_other_are_not_combined() -> None:
    conditions = {"Open": {"Fn::Equals": [{"Ref": "Open"}, "true"]}}
    parameters = {"Open": {"Type": "String", "AllowedValues": ["true", "false"]}}
    cidr = {"Fn::If": ["Open", "0.0.0.0/0", "10.0.0.0/8"]}
    port = {"Fn::If": ["Open", 443, 22]}
    rule = {"IpProtocol": "tcp", "FromPort": port, "ToPort": port, "CidrIp": cidr}
    assert verdicts([rule], Conditions=conditions, Parameters=parameters) == (0, 0)


@pytest.mark.parametrize(
    ("entries", "expected"),
    [([{"Cidr": "0.0.0.0/0"}], (1, 0)), ([{"Cidr": "10.0.0.0/8"}], (0, 0)), (None, (0, 1))],
)
def test_a_prefix_list_counts_with_its_entries(entries: Any, expected: tuple[int, int]) -> None:
    group = {
        "Type": "AWS::EC2::SecurityGroup",
        "Properties": {"SecurityGroupIngress": [{**SSH, "SourcePrefixListId": {"Ref": "List"}}]},
    }
    others = {"List": {"Type": "AWS::EC2::PrefixList", "Properties": {"Entries": entries}}} if entries else {}
    template = {"Resources": {"Group": group, **others}}
    control = NoOpenAdminPorts()
    assert (len(list(control.faults(template))), len(list(control.undecided(template)))) == expected


@pytest.mark.parametrize(
    ("node", "expected"),
    [
        ({"Fn::GetAtt": ["List", "PrefixListId"]}, (0, 0)),
        ({"Fn::GetAtt": "List.PrefixListId"}, (0, 0)),
        ({"Fn::ImportValue": "List"}, (0, 1)),
        ({"Fn::If": ["List", {"Ref": "A"}, {"Ref": "B"}]}, (0, 1)),
    ],
)
def test_only_a_reference_names_a_prefix_list_of_the_template(node: Any, expected: tuple[int, int]) -> None:
    narrow = {"Type": "AWS::EC2::PrefixList", "Properties": {"Entries": [{"Cidr": "10.0.0.0/8"}]}}
    rules = {"SecurityGroupIngress": [{**SSH, "SourcePrefixListId": node}]}
    group = {"Type": "AWS::EC2::SecurityGroup", "Properties": rules}
    conditions = {"List": {"Fn::Equals": [{"Ref": "AWS::Region"}, "us-east-1"]}}
    template = {"Conditions": conditions, "Resources": {"Group": group, "List": narrow}}
    control = NoOpenAdminPorts()
    assert (len(list(control.faults(template))), len(list(control.undecided(template)))) == expected


def test_another_group_is_not_everybody() -> None:
    assert verdicts([{**SSH, "SourceSecurityGroupId": {"Fn::ImportValue": "group"}}]) == (0, 0)


def test_the_message_names_the_launch() -> None:
    group = {
        "Type": "AWS::EC2::SecurityGroup",
        "Properties": {"SecurityGroupIngress": [{**SSH, "CidrIp": {"Ref": "From"}}]},
    }
    template = {"Parameters": {"From": {"Type": "String"}}, "Resources": {"Group": group}}
    ((_, message),) = NoOpenAdminPorts().faults(template)
    assert message == "port 22 (SSH) is open to 0.0.0.0/0 when launched with From=0.0.0.0/0"


@pytest.mark.parametrize(
    ("properties", "expected"),
    [
        ({"Protocol": 6, "PortRange": {"From": 22, "To": 22}}, (1, 0)),
        ({"Protocol": "6", "PortRange": {"From": 20, "To": 4000}}, (1, 0)),
        ({"Protocol": -1}, (1, 0)),
        ({"Protocol": "-1", "CidrBlock": {"Ref": "Anything"}}, (1, 0)),
        ({"Protocol": -1, "CidrBlock": {"Fn::ImportValue": "range"}}, (0, 1)),
        ({"Protocol": -1, "RuleAction": {"Fn::ImportValue": "action"}}, (0, 1)),
        ({"Protocol": -1, "CidrBlock": "10.0.0.0/8"}, (0, 0)),
        ({"Protocol": -1, "RuleAction": "deny"}, (0, 0)),
        ({"Protocol": -1, "Egress": True}, (0, 0)),
        ({"Protocol": -1, "Egress": {"Ref": "Direction"}}, (1, 0)),
        ({"Protocol": 6, "PortRange": {"From": 443, "To": 443}}, (0, 0)),
        ({"Protocol": 6, "PortRange": {"From": 3389, "To": 3389}}, (1, 0)),
        ({"Protocol": 6, "PortRange": {"From": 1024, "To": 65535}}, (0, 0)),
        ({"Protocol": 1, "Icmp": {"Code": -1, "Type": -1}}, (0, 0)),
    ],
    ids=repr,
)
def test_entries_of_a_network_acl(properties: dict[str, Any], expected: tuple[int, int]) -> None:
    allowed = {"CidrBlock": "0.0.0.0/0", "RuleAction": "allow", "RuleNumber": 100, "NetworkAclId": "acl-1"}
    template = {
        "Parameters": {
            "Anything": {"Type": "String"},
            "Direction": {"Type": "String", "AllowedValues": ["true", "false"]},
        },
        "Resources": {"Entry": {"Type": "AWS::EC2::NetworkAclEntry", "Properties": {**allowed, **properties}}},
    }
    control = NoOpenAdminPorts()
    assert (len(list(control.faults(template))), len(list(control.undecided(template)))) == expected


ALLOW = {
    "CidrBlock": "0.0.0.0/0",
    "RuleAction": "allow",
    "RuleNumber": 100,
    "NetworkAclId": {"Ref": "Acl"},
    "Protocol": 6,
}
SHELL = {**ALLOW, "PortRange": {"From": 22, "To": 22}}
DENY = {**SHELL, "RuleAction": "deny", "RuleNumber": 90}


@pytest.mark.parametrize(
    ("allow", "deny", "is_open"),
    [
        (SHELL, DENY, False),
        (SHELL, {**DENY, "Protocol": -1}, False),
        (SHELL, {**DENY, "RuleNumber": "90", "PortRange": {"From": 0, "To": 1023}}, False),
        ({**SHELL, "CidrBlock": "0.0.0.0/1"}, DENY, False),
        ({**SHELL, "Protocol": -1}, DENY, True),  # 3389 stays open
        (SHELL, {**DENY, "RuleNumber": 110}, True),
        (SHELL, {**DENY, "RuleNumber": {"Ref": "N"}}, True),
        (SHELL, {**DENY, "RuleAction": "allow"}, True),
        (SHELL, {**DENY, "RuleAction": {"Ref": "N"}}, True),
        (SHELL, {**DENY, "Egress": True}, True),
        (SHELL, {**DENY, "NetworkAclId": {"Ref": "Other"}}, True),
        (SHELL, {**DENY, "CidrBlock": "0.0.0.0/1"}, True),
        (SHELL, {**DENY, "CidrBlock": {"Ref": "N"}}, True),
        (SHELL, {**DENY, "Protocol": 17}, True),
        (SHELL, {**DENY, "PortRange": {"From": 23, "To": 99}}, True),
        ({**SHELL, "Protocol": 17}, DENY, True),
        ({"Ipv6CidrBlock": "::/0", **{key: value for key, value in SHELL.items() if key != "CidrBlock"}}, DENY, True),
    ],
    ids=repr,
)
def test_an_entry_that_denies_before(allow: dict[str, Any], deny: dict[str, Any], is_open: bool) -> None:
    entry = {"Type": "AWS::EC2::NetworkAclEntry"}
    parameters = {"N": {"Type": "String", "Default": "90"}}
    both = {"Allow": {**entry, "Properties": allow}, "Deny": {**entry, "Properties": deny}}
    paths = {path[1] for path, _ in NoOpenAdminPorts().faults({"Parameters": parameters, "Resources": both})}
    assert ("Allow" in paths) is is_open


def test_a_denial_under_another_condition_does_not_count() -> None:
    entry = {"Type": "AWS::EC2::NetworkAclEntry"}
    conditions = {"C": {"Fn::Equals": [{"Ref": "AWS::Region"}, "us-east-1"]}}
    both = {"Allow": {**entry, "Properties": SHELL}, "Deny": {**entry, "Condition": "C", "Properties": DENY}}
    assert list(NoOpenAdminPorts().faults({"Conditions": conditions, "Resources": both}))
    both["Allow"]["Condition"] = "C"
    assert not list(NoOpenAdminPorts().faults({"Conditions": conditions, "Resources": both}))


ADDRESS = r"[0-9]+\.[0-9]+\.[0-9]+\.[0-9]+"


@pytest.mark.parametrize(
    ("definition", "expected"),
    [
        ({"Type": "String", "AllowedPattern": ADDRESS + "/[1-9][0-9]?"}, (1, 0)),
        ({"Type": "String", "AllowedPattern": ADDRESS + "/(8|9|[1-3][0-9])"}, (0, 0)),
        ({"Type": "String", "AllowedPattern": r"10\.[0-9]+\.[0-9]+\.[0-9]+/[0-9]+"}, (0, 0)),
        ({"Type": "String", "AllowedPattern": "(?<!x)" + ADDRESS + "/[1-9][0-9]?"}, (1, 0)),
        ({"Type": "String", "AllowedPattern": "(?<!x)2[0-9.]+/[2-7]"}, (0, 1)),
    ],
)
def test_a_pattern_for_the_source(definition: dict[str, Any], expected: tuple[int, int]) -> None:
    assert verdicts([{**SSH, "CidrIp": {"Ref": "Cidr"}}], Parameters={"Cidr": definition}) == expected


@pytest.mark.parametrize(
    ("first", "last", "expected"), [(3300, 3400, (1, 0)), (1, 65535, (1, 0)), (440, 446, (1, 0)), (6000, 6300, (0, 0))]
)
def test_a_parameter_for_the_port(first: int, last: int, expected: tuple[int, int]) -> None:
    port = {"Ref": "Port"}
    rule = {"IpProtocol": "tcp", "FromPort": port, "ToPort": port, "CidrIp": "0.0.0.0/0"}
    parameters = {"Port": {"Type": "Number", "MinValue": first, "MaxValue": last}}
    assert verdicts([rule], Parameters=parameters) == expected
