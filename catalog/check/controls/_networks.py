"""Ranges of addresses: which of them are so wide that they mean everybody."""

from __future__ import annotations

import ipaddress

WIDEST = {4: 8, 6: 32}
"""IP version → the shortest prefix that is not public, as S3 judges ranges in policies (S3 user guide, "Blocking public
access to your Amazon S3 storage", The meaning of "public")."""
PRIVATE_IPV4 = tuple(map(ipaddress.IPv4Network, ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16")))
PRIVATE_IPV6 = ipaddress.IPv6Network("fc00::/7")


def is_wide(text: str) -> bool | None:
    """Whether a range of addresses means everybody, such as 0.0.0.0/0 and ::/0; None for a text that is no range."""
    try:
        network = ipaddress.ip_network(text.strip(), strict=False)
    except ValueError:
        return None
    if isinstance(network, ipaddress.IPv4Network):
        inside = any(network.subnet_of(private) for private in PRIVATE_IPV4)
    else:
        inside = network.subnet_of(PRIVATE_IPV6)
    return not inside and network.prefixlen < WIDEST[network.version]
