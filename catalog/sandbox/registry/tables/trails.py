"""Trails of CloudTrail. A trail records nothing: it has its settings, and says whether it is logging."""

from __future__ import annotations

from typing import Any

from catalog.sandbox.registry.api_types import ApiCall, ApiResource, ApiType, Setting, Tagging
from catalog.sandbox.registry.rows import by, inside, regional
from catalog.sandbox.registry.shaping import as_text
from catalog.sandbox.registry.tables.forms import call

TRAIL_NAME = by(Name="TrailName")
EVERYTHING = [{"ReadWriteType": "All", "IncludeManagementEvents": True, "DataResources": []}]
"""The event selectors of a trail whose template has none any more (CloudTrail user guide, "Default event selector")."""


def selectors(it: ApiResource) -> dict[str, Any]:
    """PutEventSelectors with the basic or the advanced selectors."""
    given = it.given("EventSelectors", "AdvancedEventSelectors")
    return {"TrailName": it["TrailName"], **({} if any(given.values()) else {"EventSelectors": EVERYTHING})}


def if_logging(wanted: bool) -> Any:
    """The name of the trail for StartLogging or StopLogging, if that is what the template wants."""
    return lambda it: TRAIL_NAME(it) if (as_text(it["IsLogging"]) == "true") is wanted else None


def of_trail(it: ApiResource, shown: Any) -> dict[str, Any]:
    """The attributes of a trail; the topic is empty without one."""
    return {"Arn": shown["TrailARN"], "SnsTopicArn": shown.get("SnsTopicARN") or ""}


TAGGED = by(ResourceId="Arn")
TRAIL = ApiType(
    "AWS::CloudTrail::Trail",
    "cloudtrail",
    create=ApiCall("CreateTrail", TRAIL_NAME, copies=True),
    known=lambda it, answer: {"Arn": answer["TrailARN"]},
    read=call("GetTrail", Name="TrailName"),
    shown=inside("Trail"),
    attributes=of_trail,
    settings=(
        Setting(("EventSelectors", "AdvancedEventSelectors"), ApiCall("PutEventSelectors", selectors, copies=True)),
        Setting(
            ("InsightSelectors",),
            ApiCall(
                "PutInsightSelectors",
                lambda it: {"TrailName": it["TrailName"], "InsightSelectors": it["InsightSelectors"] or []},
            ),
        ),
        Setting(("IsLogging",), ApiCall("StartLogging", if_logging(True))),
        Setting(("IsLogging",), ApiCall("StopLogging", if_logging(False)), on_create=False),
    ),
    update=ApiCall("UpdateTrail", TRAIL_NAME, copies=True),
    delete=(call("DeleteTrail", Name="TrailName"),),
    tagging=Tagging(
        ApiCall("AddTags", TAGGED), ApiCall("RemoveTags", TAGGED), "TagsList", tags_in="TagsList", keys_in="TagsList"
    ),
    arn=lambda it: regional(it, "cloudtrail", f"trail/{it['TrailName']}"),
    modelled=("AggregationConfigurations",),
)

TYPES = (TRAIL,)
