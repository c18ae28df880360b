"""Protections of Shield Advanced. Nothing is mitigated."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from catalog.sandbox.registry.api_types import ApiCall, ApiResource, ApiType, Setting
from catalog.sandbox.registry.rows import ending, inside, tagged
from catalog.sandbox.registry.tables.forms import added, call, dropped

CHECKS, RESPONSE = ("HealthCheckArns",), ("ApplicationLayerAutomaticResponseConfiguration",)


def protection_arn(it: ApiResource) -> str:
    """The ARN of a protection, which has no Region."""
    return f"arn:{it.place.partition}:shield::{it.place.account}:protection/{it['ProtectionId'] or '*'}"


def checks(it: ApiResource, arns: list[Any]) -> list[dict[str, Any]]:
    """A call for each health check."""
    return [{"ProtectionId": it["ProtectionId"], "HealthCheckArn": each} for each in arns]


def enabled(properties: Mapping[str, Any]) -> bool:
    """Whether properties turn the automatic response on."""
    return (properties.get(RESPONSE[0]) or {}).get("Status") == "ENABLED"


def response(it: ApiResource, *, before: bool) -> dict[str, Any] | None:
    """The response that is wanted, if it was on `before` or not; none if it is off."""
    if not enabled(it.properties) or enabled(it.old) is not before:
        return None
    return {"ResourceArn": it["ResourceArn"], "Action": it.at(f"{RESPONSE[0]}.Action")}


def off(it: ApiResource) -> dict[str, Any] | None:
    """DisableApplicationLayerAutomaticResponse, if it was on."""
    return {"ResourceArn": it["ResourceArn"]} if enabled(it.old) and not enabled(it.properties) else None


def turned(word: str, parameters: Any, *, on_create: bool = False) -> Setting:
    """A call that turns the automatic response on or off, or changes it."""
    return Setting(RESPONSE, ApiCall(f"{word}ApplicationLayerAutomaticResponse", parameters), on_create=on_create)


PROTECTION = ApiType(
    "AWS::Shield::Protection",
    "shield",
    create=ApiCall("CreateProtection", copies=True),
    known=lambda it, answer: {**answer, "ProtectionArn": protection_arn(it).replace("*", answer["ProtectionId"])},
    identified=ending("ProtectionArn", "/", "ProtectionId"),
    read=call("DescribeProtection", "ProtectionId"),
    shown=inside("Protection"),
    settings=(
        Setting(
            CHECKS, ApiCall("DisassociateHealthCheck", lambda it: checks(it, dropped(it, *CHECKS))), on_create=False
        ),
        Setting(CHECKS, ApiCall("AssociateHealthCheck", lambda it: checks(it, added(it, *CHECKS)))),
        turned("Enable", lambda it: response(it, before=False), on_create=True),
        turned("Update", lambda it: response(it, before=True)),
        turned("Disable", off),
    ),
    delete=(call("DeleteProtection", "ProtectionId"),),
    tagging=tagged("ResourceARN", protection_arn, "Tags"),
    arn=protection_arn,
)

TYPES = (PROTECTION,)
