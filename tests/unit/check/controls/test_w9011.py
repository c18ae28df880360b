"""W9011 beyond its fixtures."""

from __future__ import annotations

from typing import Any

import pytest

from catalog.check.controls.w9011_few_open_ports import FewOpenPorts


@pytest.mark.parametrize(
    ("rule", "count"),
    [
        ({"IpProtocol": "tcp", "FromPort": 443, "ToPort": 443}, 0),
        ({"IpProtocol": "tcp", "FromPort": 80, "ToPort": 443}, 0),  # 110 and 135 are for E9014
        ({"IpProtocol": "tcp", "FromPort": 81, "ToPort": 81}, 1),
        ({"IpProtocol": "udp", "FromPort": 53, "ToPort": 53}, 1),
        ({"IpProtocol": "tcp", "FromPort": 443, "ToPort": 444}, 1),
        ({"IpProtocol": "tcp", "FromPort": {"Ref": "Port"}, "ToPort": {"Ref": "Port"}}, 1),
        ({"IpProtocol": "-1"}, 0),
        ({"IpProtocol": "icmp", "FromPort": 8, "ToPort": -1}, 0),
    ],
    ids=repr,
)
def test_ports(rule: dict[str, Any], count: int) -> None:
    properties = {"CidrIp": "0.0.0.0/0", **rule}
    template = {
        "Parameters": {"Port": {"Type": "Number", "AllowedValues": [443, 9999]}},
        "Resources": {"Rule": {"Type": "AWS::EC2::SecurityGroupIngress", "Properties": properties}},
    }
    assert len(list(FewOpenPorts().faults(template))) == count
