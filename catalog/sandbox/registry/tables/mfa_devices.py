"""Virtual MFA devices of IAM. No code is asked for."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from catalog.sandbox.registry.api_types import ApiCall, ApiResource, ApiType, Setting
from catalog.sandbox.registry.rows import by, tagged, taken
from catalog.sandbox.registry.tables.iam import global_arn

CODES = {"AuthenticationCode1": "000000", "AuthenticationCode2": "000001"}
"""Stand for two codes of the device, which CloudFormation makes of its seed: the sandbox looks at none."""


def enabled(it: ApiResource) -> list[dict[str, Any]]:
    """EnableMFADevice for each user. An update changes no users: its handler has no permission for it."""
    return [
        {"UserName": name, "SerialNumber": it["SerialNumber"], **CODES}
        for name in (() if it.old else it.properties.get("Users") or ())
    ]


def deactivated(it: ApiResource) -> list[dict[str, Any]]:
    """DeactivateMFADevice for the user who has it."""
    device = shown(it, it.ask("ListVirtualMFADevices", {})) or {}
    user = (device.get("User") or {}).get("UserName")
    return [{"UserName": user, "SerialNumber": it["SerialNumber"]}] if user else []


def shown(it: ApiResource, answer: Mapping[str, Any]) -> Any:
    """The device in the list of all."""
    every = answer.get("VirtualMFADevices") or ()
    return next((each for each in every if each["SerialNumber"] == it["SerialNumber"]), None)


SERIAL = by("SerialNumber")
TYPES = (
    ApiType(
        "AWS::IAM::VirtualMFADevice",
        "iam",
        create=ApiCall(
            "CreateVirtualMFADevice",
            lambda it: {"VirtualMFADeviceName": it["VirtualMfaDeviceName"], "Path": it["Path"]},
        ),
        known=taken(SerialNumber="VirtualMFADevice.SerialNumber"),
        read=ApiCall("ListVirtualMFADevices"),
        shown=shown,
        settings=(Setting(("Users",), ApiCall("EnableMFADevice", enabled)),),
        delete=(ApiCall("DeactivateMFADevice", deactivated), ApiCall("DeleteVirtualMFADevice", SERIAL)),
        tagging=tagged("SerialNumber", "SerialNumber", "Tags", tag="TagMFADevice", untag="UntagMFADevice"),
        arn=lambda it: str(it["SerialNumber"] or global_arn(it, "mfa", it["VirtualMfaDeviceName"], it["Path"])),
    ),
)
