"""Detectors of GuardDuty and their filters."""

from __future__ import annotations

from typing import Any

from tests.contract.resource_types.conftest import ACCOUNT, REGION, Case, World
from tests.contract.resource_types.reading import asks

ARN = f"arn:aws:guardduty:{REGION}:{ACCOUNT}:detector/"
DETECTOR = {"Detector": {"Type": "AWS::GuardDuty::Detector", "Properties": {"Enable": True}}}


def features(status: str) -> list[dict[str, Any]]:
    return [{"Name": "S3_DATA_EVENTS", "Status": status}]


def criteria(severity: int) -> dict[str, Any]:
    return {"Criterion": {"severity": {"Lt": severity}, "type": {"Eq": ["Recon:EC2/Portscan"]}}}


def tags(world: World, arn: str) -> Any:
    return world.client("guardduty").list_tags_for_resource(ResourceArn=arn)["Tags"]


def tags_of_filter(world: World, name: str) -> Any:
    return tags(world, f"{ARN}{world.reference('Detector')}/filter/{name}")


CASES = (
    Case(
        "AWS::GuardDuty::Detector",
        {
            "Enable": True,
            "FindingPublishingFrequency": "ONE_HOUR",
            "DataSources": {"MalwareProtection": {"ScanEc2InstanceWithFindings": {"EbsVolumes": True}}},
        },
        asks("guardduty", "get_detector", DetectorId="@"),
        {
            "Status": "ENABLED",
            "FindingPublishingFrequency": "ONE_HOUR",
            "DataSources": {
                "MalwareProtection": {"ScanEc2InstanceWithFindings": {"EbsVolumes": {"Status": "ENABLED"}}}
            },
        },
        changed={"Enable": False, "DataSources": None, "Features": features("ENABLED")},
        then={"Status": "DISABLED", "Features": features("ENABLED")},
        tags=lambda world, name: tags(world, f"{ARN}{name}"),
        denied=("guardduty:CreateDetector", "guardduty:TagResource", "guardduty:GetDetector"),
        denied_later=("guardduty:UpdateDetector", "guardduty:DeleteDetector"),
        attributes=("Id",),
    ),
    Case(
        "AWS::GuardDuty::Filter",
        {"DetectorId": {"Ref": "Detector"}, "Name": "small", "Rank": 1, "FindingCriteria": criteria(4)},
        asks("guardduty", "get_filter", DetectorId="@Detector", FilterName="@"),
        {"Action": "NOOP", "Rank": 1, "FindingCriteria": criteria(4)},
        changed={"Action": "ARCHIVE", "FindingCriteria": criteria(5)},
        then={"Action": "ARCHIVE", "FindingCriteria": criteria(5)},
        replaced={"Name": "others"},
        tags=tags_of_filter,
        denied=("guardduty:CreateFilter", "guardduty:TagResource", "guardduty:GetFilter"),
        denied_later=("guardduty:UpdateFilter", "guardduty:DeleteFilter"),
        around=DETECTOR,
    ),
)
