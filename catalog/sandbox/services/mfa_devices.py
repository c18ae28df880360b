"""IAM: tags of virtual MFA devices, which moto lacks (API reference, TagMFADevice, ListMFADeviceTags)."""

from __future__ import annotations

from typing import Any

from moto.core.responses import ActionResult, EmptyResult
from moto.iam.exceptions import NotFoundException
from moto.iam.models import VirtualMfaDevice
from moto.iam.responses import IamResponse

CREATE = IamResponse.create_virtual_mfa_device


def install() -> None:
    """Add the operations to moto's."""
    for answer in (create_virtual_mfa_device, tag_mfa_device, untag_mfa_device, list_mfa_device_tags):
        setattr(IamResponse, answer.__name__, answer)


def device_of(response: IamResponse) -> VirtualMfaDevice:
    """The device of a request."""
    serial = response._get_param("SerialNumber")
    if serial not in response.backend.virtual_mfa_devices:
        raise NotFoundException(f"VirtualMFADevice with serial number {serial} doesn't exist.")
    return response.backend.virtual_mfa_devices[serial]


def change(device: VirtualMfaDevice, added: list[dict[str, str]], removed: list[str]) -> None:
    """Other tags of a device."""
    gone = {*removed, *(tag["Key"] for tag in added)}
    kept = [tag for tag in vars(device).get("tags", []) if tag["Key"] not in gone]
    vars(device)["tags"] = [*kept, *added]


def create_virtual_mfa_device(response: IamResponse) -> ActionResult:
    """CreateVirtualMFADevice, with tags."""
    answer: Any = CREATE(response)
    change(answer.result["VirtualMFADevice"], response._get_param("Tags") or [], [])
    made: ActionResult = answer
    return made


def tag_mfa_device(response: IamResponse) -> ActionResult:
    """TagMFADevice of the API reference."""
    change(device_of(response), response._get_param("Tags") or [], [])
    return EmptyResult()


def untag_mfa_device(response: IamResponse) -> ActionResult:
    """UntagMFADevice of the API reference."""
    change(device_of(response), [], response._get_param("TagKeys") or [])
    return EmptyResult()


def list_mfa_device_tags(response: IamResponse) -> ActionResult:
    """ListMFADeviceTags of the API reference."""
    return ActionResult({"Tags": vars(device_of(response)).get("tags", []), "IsTruncated": False})
