"""Entries of a network ACL that deny a port before a later entry allows it."""

from __future__ import annotations

import ipaddress
from collections.abc import Mapping
from typing import Any

from catalog.check.controls._control import resources
from catalog.check.controls._ingress import ALL, ENTRY, ENTRY_RANGES, EVERY_PORT, WITH_PORTS, as_rule, ports_of

TCP = ("tcp", "6")


def is_denied(template: Mapping[str, Any], logical_id: str, source: str, port: int) -> bool:
    """Whether an entry with a lower number denies a port to a range in every launch that has the entry `logical_id`.

    "As soon as a rule matches traffic, it's applied immediately regardless of any higher-numbered rule that might
    contradict it" (VPC user guide, "Network ACL rules"). Only literal values are read.
    """
    entries = {name: properties for name, _, properties in resources(template, ENTRY)}
    allowing = entries.pop(logical_id, {})
    condition = template["Resources"][logical_id].get("Condition")
    return any(
        template["Resources"][name].get("Condition") in (None, condition)
        and denying.get("NetworkAclId") == allowing.get("NetworkAclId")
        and comes_before(denying, allowing)
        and denies(denying, source, port, str(allowing.get("Protocol", ALL)))
        for name, denying in entries.items()
    )


def comes_before(entry: Mapping[str, Any], other: Mapping[str, Any]) -> bool:
    """Whether an entry has a lower RuleNumber; false where a function decides it."""
    try:
        return int(str(entry.get("RuleNumber"))) < int(str(other.get("RuleNumber")))
    except ValueError:
        return False


def denies(entry: Mapping[str, Any], source: str, port: int, protocol: str) -> bool:
    """Whether an inbound entry denies a port to all addresses of a range. Shells need TCP: to deny that is enough."""
    if str(entry.get("RuleAction")).lower() != "deny" or str(entry.get("Egress", "false")).lower() != "false":
        return False
    if not any(contains(entry.get(name), source) for name in ENTRY_RANGES):
        return False
    own = str(entry.get("Protocol", ALL)).lower()
    if own not in (ALL, protocol.lower()) and not (own in TCP and protocol in (ALL, *TCP)):
        return False
    ports = EVERY_PORT if own not in WITH_PORTS else ports_of(as_rule(entry))
    return isinstance(ports, tuple) and len(ports) == 2 and ports[0] <= port <= ports[1]


def contains(wide: Any, source: str) -> bool:
    """Whether a literal range contains another."""
    try:
        outer, inner = (ipaddress.ip_network(str(text).strip(), strict=False) for text in (wide, source))
    except ValueError:
        return False
    return outer.version == inner.version and outer.prefixlen <= inner.prefixlen and inner.network_address in outer
