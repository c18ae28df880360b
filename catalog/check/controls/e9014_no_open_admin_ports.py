"""E9014: no security group or network ACL opens a port with high risk to everybody."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, ClassVar

from catalog.check.controls._denials import is_denied
from catalog.check.controls._ingress import ENTRY, EVERY_PORT, GROUPS, RISKY, open_entries, open_rules
from catalog.check.controls._judging import JudgingControl, Verdict
from catalog.check.metadata import Frameworks

SHELLS = (22, 3389)
"""The ports of Security Hub EC2.21 (nacl-no-unrestricted-ssh-rdp)."""


class NoOpenAdminPorts(JudgingControl):
    """Everybody is 0.0.0.0/0, ::/0 and each range that is nearly as wide, also of a prefix list in the template.

    A range of ports, the protocol -1 and a rule without ports count with all their ports. A rule from another group, a
    private range or a narrow one is right.

    Of a network ACL, only ports 22 and 3389 count, as in Security Hub EC2.21, because groups behind it decide about the
    others. A wide range from 1024 on is for answers, to ephemeral ports. An entry that denies the port before counts,
    which Security Hub does not look at.
    """

    id = "E9014"
    shortdesc = "No security group or network ACL opens SSH, RDP or another port with high risk to everybody"
    description = (
        "No ingress rule of an AWS::EC2::SecurityGroup, and no AWS::EC2::SecurityGroupIngress, opens port 22, 3389 or "
        "another port with high risk, or all ports, to a range of public addresses wider than /8 (IPv6: /32), with any "
        "values of the parameters that the Rules allow. No inbound AWS::EC2::NetworkAclEntry allows all ports, or port "
        "22 or 3389, from there."
    )
    why = "Programs try the whole internet for these ports within minutes, with stolen passwords and known faults."
    remedy = (
        "Name a security group or the ranges of your network as the source. For shells, use Session Manager, which "
        "needs no open port. Give a parameter for the source an AllowedPattern or AllowedValues without 0.0.0.0/0."
    )
    source_url = "https://docs.aws.amazon.com/securityhub/latest/userguide/ec2-controls.html#ec2-19"
    frameworks: ClassVar[Frameworks] = {
        "CIS AWS Foundations": ("1.2: 4.1", "1.2: 4.2", "3.0: 5.2", "3.0: 5.3", "5.0: 5.3", "5.0: 5.4"),
        "Security Hub": ("EC2.13", "EC2.14", "EC2.19", "EC2.21", "EC2.53", "EC2.54"),
        "AWS Config": (
            *("nacl-no-unrestricted-ssh-rdp", "restricted-common-ports", "restricted-ssh"),
            "vpc-sg-port-restriction-check",
        ),
        "NIST 800-53": (
            *("AC-4", "AC-4(21)", "CA-9(1)", "CM-2", "CM-2(2)", "CM-7", "SC-7", "SC-7(4)", "SC-7(5)", "SC-7(11)"),
            *("SC-7(16)", "SC-7(21)"),
        ),
        "PCI DSS": ("3.2.1: 1.2.1", "3.2.1: 1.3.1", "3.2.1: 2.2.2", "4.0.1: 1.3.1"),
    }
    sources = ("https://docs.aws.amazon.com/securityhub/latest/userguide/ec2-controls.html",)
    tags = ("ec2", "security groups", "network")
    looks_at = (*GROUPS, ENTRY)

    def judge(self, template: Mapping[str, Any]) -> Iterator[Verdict]:
        """Each rule that opens such a port, and each that is not decided."""
        for path, source, ports, when in open_rules(template, self.regions):
            if ports is None:
                yield path, f"whether this rule is open to everybody is not decided: {source}{when}", False
            elif risky := [port for port in RISKY if ports[0] <= port <= ports[1]]:
                yield path, f"{shown(ports, risky)} open to {source}{when}", True
        for path, source, ports, when in open_entries(template, self.regions):
            if ports is None:
                yield path, f"whether this entry is open to everybody is not decided: {source}{when}", False
            elif risky := open_shells(template, str(path[1]), source, ports):
                yield path, f"{shown(ports, risky)} open to {source}{when}", True


def open_shells(template: Mapping[str, Any], logical_id: str, source: str, ports: tuple[int, int]) -> list[int]:
    """The ports for shells that an entry of a network ACL opens, and no entry before it denies."""
    opened = [port for port in SHELLS if ports[0] <= port <= ports[1] and not is_ephemeral(ports)]
    return [port for port in opened if not is_denied(template, logical_id, source, port)]


def is_ephemeral(ports: tuple[int, int]) -> bool:
    """Whether a range is one of ephemeral ports (VPC user guide, "Ephemeral ports")."""
    return ports[0] >= 1024 and ports[1] - ports[0] >= 10_000


def shown(ports: tuple[int, int], risky: list[int]) -> str:
    """The opened ports, as the begin of a sentence."""
    if ports == EVERY_PORT and len(risky) > 1:
        return "all ports are"
    if ports[0] == ports[1]:
        return f"port {ports[0]} ({RISKY[ports[0]]}) is"
    named = sorted(risky, key=lambda port: (port not in (22, 3389), port))[:3]
    return f"ports {ports[0]} to {ports[1]} with {', '.join(f'{port} ({RISKY[port]})' for port in named)} are"
