"""W9011: security groups open only ports 80 and 443 to everybody."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, ClassVar

from catalog.check.controls._ingress import GROUPS, RISKY, open_rules
from catalog.check.controls._judging import JudgingControl, Verdict
from catalog.check.metadata import Frameworks

AUTHORIZED = (80, 443)
"""The default of authorizedTcpPorts of Security Hub EC2.18."""


class FewOpenPorts(JudgingControl):
    """E9014 reports ports with high risk, so this control leaves them out."""

    id = "W9011"
    shortdesc = "Security groups open only ports 80 and 443 to everybody"
    description = (
        "An ingress rule that is open to everybody opens only port 80 or 443, with any values of the parameters that "
        "the Rules allow."
    )
    why = "Each open port is a program that everybody can talk to, and that must be kept free of faults."
    remedy = "Name a security group or the ranges of your network as the source, or suppress this with the reason."
    source_url = "https://docs.aws.amazon.com/securityhub/latest/userguide/ec2-controls.html#ec2-18"
    frameworks: ClassVar[Frameworks] = {
        "Security Hub": ("EC2.18",),
        "AWS Config": ("vpc-sg-open-only-to-authorized-ports",),
    }
    sources = ("https://docs.aws.amazon.com/securityhub/latest/userguide/ec2-controls.html",)
    tags = ("ec2", "security groups", "network")
    looks_at = GROUPS

    def judge(self, template: Mapping[str, Any]) -> Iterator[Verdict]:
        """Each rule that opens another port. E9014 says what is not decided."""
        for path, source, ports, when in open_rules(template, self.regions):
            if ports is None or any(ports[0] <= port <= ports[1] for port in RISKY):
                continue
            if ports[0] != ports[1]:
                yield path, f"ports {ports[0]} to {ports[1]} are open to {source}{when}", True
            elif ports[0] not in AUTHORIZED:
                yield path, f"port {ports[0]} is open to {source}{when}", True
