"""Ingress rules of security groups that let everybody in, with the ports that they open."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from catalog.cfn.names import referred_id
from catalog.cfn.references import parse_get_att
from catalog.cfn.template import TemplateError
from catalog.check.controls._cases import OPEN, Probe, cases, is_any_other, members
from catalog.check.controls._control import Path, resources, section, some_of
from catalog.check.controls._networks import is_wide
from catalog.check.controls._widest import is_open

GROUPS = ("AWS::EC2::SecurityGroup", "AWS::EC2::SecurityGroupIngress")
ENTRY = "AWS::EC2::NetworkAclEntry"
ENTRY_RANGES = {"CidrBlock": "CidrIp", "Ipv6CidrBlock": "CidrIpv6"}
ENTRY_PARTS = (*ENTRY_RANGES, "Protocol", "PortRange", "RuleAction", "Egress")
EVERY_PORT = (0, 65_535)
WITH_PORTS = ("tcp", "udp", "6", "17")
ALL = "-1"
RISKY: Mapping[int, str] = {
    20: "FTP",
    21: "FTP",
    22: "SSH",
    23: "Telnet",
    25: "SMTP",
    110: "POP3",
    135: "RPC",
    143: "IMAP",
    445: "SMB",
    1433: "SQL Server",
    1434: "SQL Server",
    3000: "web frameworks",
    3306: "MySQL",
    3389: "RDP",
    4333: "ahsp",
    5000: "web frameworks",
    5432: "PostgreSQL",
    5500: "fcp-addr-srvr1",
    5601: "OpenSearch Dashboards",
    8080: "proxy",
    8088: "legacy HTTP",
    8888: "alternative HTTP",
    9200: "OpenSearch",
    9300: "OpenSearch",
    # Not in EC2.19, but services behind them trust everybody who can reach them, or are attacked as those above.
    137: "NetBIOS",
    138: "NetBIOS",
    139: "NetBIOS",
    1521: "Oracle",
    2049: "NFS",
    2375: "Docker",
    2376: "Docker",
    5985: "WinRM",
    5986: "WinRM",
    6379: "Redis",
    11211: "memcached",
    27017: "MongoDB",
}
"""Port → what listens there: the blocked ports of Security Hub EC2.19 (restricted-common-ports), and others."""

WIDE_IPV4 = ("0.0.0.0/0", "0.0.0.0/1", "128.0.0.0/1", "0.0.0.0/7")
WIDE_IPV6 = ("::/0", "::/1", "2000::/3")
RISKY_FIRST = ("22", "3389", *(str(port) for port in sorted(RISKY) if port not in (22, 3389)))
PROBES: Mapping[str, Sequence[Probe]] = {
    "CidrIp": (WIDE_IPV4,),
    "CidrIpv6": (WIDE_IPV6,),
    "FromPort": (RISKY_FIRST,),
    "ToPort": (RISKY_FIRST,),
    "IpProtocol": (ALL,),
}
"""Property → the values that open a rule most, for parameters of free text."""
ENTRY_PROBES: Mapping[str, Sequence[Probe]] = {
    "CidrBlock": (WIDE_IPV4,),
    "Ipv6CidrBlock": (WIDE_IPV6,),
    "From": (("22", "3389"),),
    "To": (("22", "3389"),),
    "Protocol": (ALL,),
    "RuleAction": ("allow",),
    "Egress": ("false",),
}

Opened = tuple[Path, str, tuple[int, int] | None, str]
"""The path of a rule, from where it is open, its ports, and when. Without ports: a launch or another stack decides."""


def open_rules(template: Mapping[str, Any], regions: Sequence[str]) -> Iterator[Opened]:
    """Each rule that is open to everybody, or of which the template does not say whether it is."""
    for logical_id, kind, properties in resources(template, *GROUPS):
        path: Path = ("Resources", logical_id, "Properties")
        single = kind == GROUPS[1]
        node = properties if single else properties.get("SecurityGroupIngress")
        where = path if single else (*path, "SecurityGroupIngress")
        for rule_path, rule, required in members(node, where):
            if isinstance(rule, Mapping):
                names = (*PROBES, "SourcePrefixListId")
                parts = {name: own_range(template, value) for name, value in some_of(rule, *names).items()}
                for case in cases(template, logical_id, parts, PROBES, regions, required):
                    yield from opened(template, rule_path, parts, case.value, case.when)


def opened(
    template: Mapping[str, Any], path: Path, parts: Mapping[str, Any], values: Any, when: str
) -> Iterator[Opened]:
    """What one rule opens, with the values of a launch."""
    if values is OPEN:
        yield path, "too many values decide it", None, ""
        return
    sources = [(name, values[name]) for name in ("CidrIp", "CidrIpv6") if name in values]
    wide = [text for _, text in sources if isinstance(text, str) and is_wide(text)]
    open_names = [name for name, value in sources if value is OPEN or is_unread(template, value)]
    if "SourcePrefixListId" in values:
        properties = own_prefix_list(template, parts["SourcePrefixListId"])
        wide += wide_entries(properties or {})
        open_names += [] if properties else ["SourcePrefixListId"]
    if not wide and not open_names:
        return
    ports = ports_of(values)
    if ports == ():
        return
    if not wide or not isinstance(ports, tuple):
        names = open_names if not wide else ["IpProtocol, FromPort or ToPort"]
        yield path, f"{' and '.join(names)}: the value is not part of the template", None, when
        return
    for text in wide:
        yield path, text, ports, when


def is_unread(template: Mapping[str, Any], value: Any) -> bool:
    """Whether a value stands for those of a parameter whose AllowedPattern cannot be read: some may be wide."""
    name = value[1:-1] if is_any_other(value) else ""
    definition = dict(section(template, "Parameters")).get(name)
    return definition is not None and is_open(name, definition)


def open_entries(template: Mapping[str, Any], regions: Sequence[str]) -> Iterator[Opened]:
    """Each inbound entry of a network ACL that lets everybody in, or of which the template does not say whether."""
    for logical_id, _, properties in resources(template, ENTRY):
        path: Path = ("Resources", logical_id, "Properties")
        parts = {name: own_range(template, value) for name, value in some_of(properties, *ENTRY_PARTS).items()}
        for case in cases(template, logical_id, parts, ENTRY_PROBES, regions):
            values = case.value
            if values is OPEN or OPEN in (values.get("RuleAction"), values.get("Egress")):
                yield path, "RuleAction or Egress, or too many values, decide it", None, case.when
            elif str(values.get("RuleAction")).lower() != "deny" and str(values.get("Egress")).lower() != "true":
                yield from opened(template, path, {}, as_rule(values), case.when)


def as_rule(values: Mapping[str, Any]) -> dict[str, Any]:
    """An entry of a network ACL with the names of a security group's rule."""
    rule = {key: values[name] for name, key in ENTRY_RANGES.items() if name in values}
    ports = values.get("PortRange", {})
    ends = ports if isinstance(ports, Mapping) else {"From": OPEN}
    rule |= {f"{name}Port": ends[name] for name in ("From", "To") if name in ends}
    return {**rule, "IpProtocol": values.get("Protocol", ALL)}


def ports_of(values: Mapping[str, Any]) -> Any:
    """The first and last port that a rule opens, () for protocols without ports, OPEN if they are not decided."""
    protocol = values.get("IpProtocol", ALL)
    if protocol is OPEN:
        return OPEN
    if str(protocol) == ALL:
        return EVERY_PORT
    if str(protocol).lower() not in WITH_PORTS:
        return ()
    ends = [values.get("FromPort", EVERY_PORT[0]), values.get("ToPort", EVERY_PORT[1])]
    if OPEN in ends:
        return OPEN
    try:
        first, last = (int(str(end)) for end in ends)
    except ValueError:
        return ()  # a placeholder for other values of a parameter
    return EVERY_PORT if ALL in (str(first), str(last)) else (first, last)


def wide_entries(properties: Mapping[str, Any]) -> list[str]:
    """The wide ranges of a prefix list, in any branch of its conditions."""
    nodes = [node for _, node, _ in members(properties.get("Entries"), ())]
    texts = [node.get("Cidr") for node in nodes if isinstance(node, Mapping)]
    return [text for text in texts if isinstance(text, str) and is_wide(text)]


def own_range(template: Mapping[str, Any], node: Any) -> Any:
    """The range of a VPC or subnet of the template, in place of the Fn::GetAtt of its CidrBlock."""
    try:
        named = parse_get_att(node.get("Fn::GetAtt") if isinstance(node, Mapping) else None)
    except TemplateError:
        return node
    for logical_id, _, properties in resources(template, "AWS::EC2::VPC", "AWS::EC2::Subnet"):
        if (logical_id, "CidrBlock") == named:
            return properties.get("CidrBlock", node)
    return node


def own_prefix_list(template: Mapping[str, Any], node: Any) -> Mapping[str, Any] | None:
    """The properties of the prefix list that a rule refers to, if it is in the template."""
    lists = {logical_id: properties for logical_id, _, properties in resources(template, "AWS::EC2::PrefixList")}
    return lists.get(referred_id(node))
