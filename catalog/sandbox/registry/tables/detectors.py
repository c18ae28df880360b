"""Detectors of GuardDuty and their filters. Nothing is detected."""

from __future__ import annotations

from catalog.sandbox.registry.api_types import ApiCall, ApiResource
from catalog.sandbox.registry.rows import plain, regional, tagged, taken


def detector(it: ApiResource) -> str:
    """The ARN of a detector."""
    return regional(it, "guardduty", f"detector/{it['Id'] or '*'}")


def of_detector(it: ApiResource) -> str:
    """The ARN of a filter."""
    return regional(it, "guardduty", f"detector/{it['DetectorId']}/filter/{it['Name']}")


TYPES = (
    plain(
        "AWS::GuardDuty::Detector",
        "guardduty",
        ("Id",),
        renamed={"Id": "DetectorId"},
        known=taken(Id="DetectorId"),
        read="Get",
        tagging=tagged("ResourceArn", detector, "Tags"),
        arn=detector,
    ),
    plain(
        "AWS::GuardDuty::Filter",
        "guardduty",
        ("DetectorId", "Name"),
        renamed={"Name": "FilterName"},
        ref="Name",
        create=ApiCall("CreateFilter", copies=True),
        read="Get",
        tagging=tagged("ResourceArn", of_detector, "Tags"),
        arn=of_detector,
    ),
)
