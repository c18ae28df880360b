"""Shield: health checks and automatic responses of protections, which moto lacks. Nothing is mitigated.

Source: Shield API reference, AssociateHealthCheck, EnableApplicationLayerAutomaticResponse and their opposites.
"""

from __future__ import annotations

import json
from typing import Any

from moto.shield.models import ShieldBackend
from moto.shield.responses import ShieldResponse

DELETE = ShieldBackend.delete_protection


def install() -> None:
    """Add the operations to moto's."""
    for answer in (
        *(associate_health_check, disassociate_health_check, disable_application_layer_automatic_response),
        *(enable_application_layer_automatic_response, update_application_layer_automatic_response),
    ):
        setattr(ShieldResponse, answer.__name__, answer)
    setattr(ShieldBackend, "delete_protection", delete_protection)  # noqa: B010  # mypy allows no other form


def protection(response: ShieldResponse) -> tuple[Any, dict[str, Any]]:
    """The protection of a request, by its id or its resource, and the members of the request."""
    given = json.loads(response.body)
    return response.shield_backend.describe_protection(given.get("ProtectionId"), given.get("ResourceArn")), given


def associate_health_check(response: ShieldResponse) -> str:
    """AssociateHealthCheck of the API reference."""
    target, given = protection(response)
    check = given["HealthCheckArn"].rpartition("/")[2]
    target.health_check_ids = [*(each for each in target.health_check_ids if each != check), check]
    return "{}"


def disassociate_health_check(response: ShieldResponse) -> str:
    """DisassociateHealthCheck of the API reference."""
    target, given = protection(response)
    check = given["HealthCheckArn"].rpartition("/")[2]
    target.health_check_ids = [each for each in target.health_check_ids if each != check]
    return "{}"


def enable_application_layer_automatic_response(response: ShieldResponse) -> str:
    """EnableApplicationLayerAutomaticResponse of the API reference."""
    target, given = protection(response)
    shown = {"Status": "ENABLED", "Action": given["Action"]}
    target.application_layer_automatic_response_configuration = shown
    return "{}"


def update_application_layer_automatic_response(response: ShieldResponse) -> str:
    """UpdateApplicationLayerAutomaticResponse of the API reference."""
    return enable_application_layer_automatic_response(response)


def disable_application_layer_automatic_response(response: ShieldResponse) -> str:
    """DisableApplicationLayerAutomaticResponse of the API reference."""
    target, _ = protection(response)
    before = target.application_layer_automatic_response_configuration
    target.application_layer_automatic_response_configuration = {**before, "Status": "DISABLED"}
    return "{}"


def delete_protection(backend: ShieldBackend, protection_id: str) -> None:
    """DeleteProtection, with its tags."""
    arn = backend.protections[protection_id].protection_arn if protection_id in backend.protections else ""
    DELETE(backend, protection_id)
    backend.tagger.delete_all_tags_for_resource(arn)
