"""The pseudo parameters: the account, Region and other facts about a stack.

Source: CloudFormation user guide, "Get AWS values using pseudo parameters"; partitions from botocore's partitions.json.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final

NO_VALUE: Final = object()
"""The value of `{"Ref": "AWS::NoValue"}`: its property or list member is left out."""

# (prefix of the Region, partition, DNS suffix); the first match is used.
PARTITIONS = (
    ("cn-", "aws-cn", "amazonaws.com.cn"),
    ("us-gov-", "aws-us-gov", "amazonaws.com"),
    ("us-iso-", "aws-iso", "c2s.ic.gov"),
    ("us-isob-", "aws-iso-b", "sc2s.sgov.gov"),
    ("eu-isoe-", "aws-iso-e", "cloud.adc-e.uk"),
    ("us-isof-", "aws-iso-f", "csp.hci.ic.gov"),
    ("eusc-", "aws-eusc", "amazonaws.eu"),
    ("", "aws", "amazonaws.com"),
)


@lru_cache(maxsize=256)
def partition_of(region: str) -> tuple[str, str]:
    """(partition, DNS suffix) of a Region."""
    return next((partition, suffix) for prefix, partition, suffix in PARTITIONS if region.startswith(prefix))


@dataclass(frozen=True, slots=True)
class Pseudo:
    """The values of the pseudo parameters for a stack; values that are not known yet are empty."""

    account_id: str
    region: str
    stack_name: str = ""
    stack_id: str = ""
    notification_arns: tuple[str, ...] = ()
    availability_zones: tuple[str, ...] = ()
    """The known zones of all Regions, for Fn::GetAZs: the name of a zone starts with the name of its Region."""

    @property
    def partition(self) -> str:
        """`AWS::Partition`: aws, aws-cn, aws-us-gov …"""
        return partition_of(self.region)[0]

    @property
    def url_suffix(self) -> str:
        """`AWS::URLSuffix`: amazonaws.com, amazonaws.com.cn …"""
        return partition_of(self.region)[1]

    def zones(self, region: str) -> tuple[str, ...]:
        """The known zones of `region` ("": the stack's Region), with local zones (us-west-2-lax-1a)."""
        zone = re.compile(re.escape(region or self.region) + r"(-[a-z0-9]+-\d+)?[a-z]")
        return tuple(name for name in self.availability_zones if zone.fullmatch(name))

    def values(self) -> dict[str, Any]:
        """Pseudo parameter → value of its `Ref`."""
        return {
            "AWS::AccountId": self.account_id,
            "AWS::NoValue": NO_VALUE,
            "AWS::NotificationARNs": list(self.notification_arns),
            "AWS::Partition": self.partition,
            "AWS::Region": self.region,
            "AWS::StackId": self.stack_id,
            "AWS::StackName": self.stack_name,
            "AWS::URLSuffix": self.url_suffix,
        }
