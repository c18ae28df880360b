"""Comprehend: changes of endpoints and flywheels, which moto lacks, and the ARNs of endpoints.

Source: Comprehend API reference, UpdateEndpoint, UpdateFlywheel, EndpointProperties; Service Authorization Reference.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from moto.comprehend.models import ComprehendBackend, Endpoint, Flywheel
from moto.comprehend.responses import ComprehendResponse
from moto.core.exceptions import JsonRESTError
from moto.core.utils import unix_time

from catalog.sandbox.services.keeping import complete, keep

NEW_ENDPOINT, NEW_FLYWHEEL = Endpoint.__init__, Flywheel.__init__
CREATE, CREATE_FLYWHEEL = ComprehendBackend.create_endpoint, ComprehendBackend.create_flywheel
IN_USE = "The specified resource name is already in use. Use a different name and try your request again."
DELETE = {name: getattr(ComprehendBackend, name) for name in ("delete_endpoint", "delete_flywheel")}


def install() -> None:
    """Replace moto's methods, and add operations."""
    setattr(Endpoint, "__init__", endpoint)  # noqa: B010  # mypy allows no other form
    setattr(Flywheel, "__init__", flywheel)  # noqa: B010
    for method in (create_endpoint, create_flywheel):
        setattr(ComprehendBackend, method.__name__, method)
    for name in DELETE:
        setattr(ComprehendBackend, name, untagged(name))
    for answer in (update_endpoint, update_flywheel):
        setattr(ComprehendResponse, answer.__name__, answer)
    for kind in (Endpoint, Flywheel):
        complete(kind, "to_dict")


def untagged(name: str) -> Any:
    """A method that deletes, after which the tags are gone too."""

    def deleted(backend: ComprehendBackend, **given: Any) -> None:
        DELETE[name](backend, **given)
        backend.tagger.delete_all_tags_for_resource(next(iter(given.values())))

    return deleted


def _changed() -> dict[str, Any]:
    return {"LastModifiedTime": unix_time()}


def create_endpoint(backend: ComprehendBackend, **given: Any) -> tuple[str, str]:
    """CreateEndpoint, for a model or for the active model of a flywheel."""
    if not given["model_arn"] and given["flywheel_arn"]:
        given["model_arn"] = backend.describe_flywheel(given["flywheel_arn"]).active_model_arn
    ending = f"{_kind(given['model_arn'])}-endpoint/{given['endpoint_name']}"
    _check_new(ending, backend.endpoints)
    return CREATE(backend, **given)


def create_flywheel(backend: ComprehendBackend, **given: Any) -> tuple[str, str]:
    """CreateFlywheel of the API reference."""
    _check_new(f"flywheel/{given['flywheel_name']}", backend.flywheels)
    return CREATE_FLYWHEEL(backend, **given)


def _check_new(ending: str, existing: Mapping[str, Any]) -> None:
    """Refuse a name that is taken (API reference, ResourceInUseException)."""
    if any(arn.endswith(f":{ending}") for arn in existing):
        raise JsonRESTError("ResourceInUseException", IN_USE)


def _kind(model: str | None) -> str:
    return "entity-recognizer" if ":entity-recognizer/" in str(model) else "document-classifier"


def endpoint(target: Any, **given: Any) -> None:
    """An endpoint of a classifier or of a recognizer."""
    NEW_ENDPOINT(target, **given)
    target.arn = f"{target.arn.split(':endpoint/')[0]}:{_kind(given['model_arn'])}-endpoint/{given['endpoint_name']}"
    keep(target, {"CurrentInferenceUnits": given["desired_inference_units"], "CreationTime": unix_time(), **_changed()})


def update_endpoint(response: ComprehendResponse) -> str:
    """UpdateEndpoint of the API reference: what is given changes at once."""
    given = json.loads(response.body)
    target = response.comprehend_backend.describe_endpoint(given["EndpointArn"])
    target.model_arn = given.get("DesiredModelArn") or target.model_arn
    target.data_access_role_arn = given.get("DesiredDataAccessRoleArn") or target.data_access_role_arn
    target.flywheel_arn = given.get("FlywheelArn") or target.flywheel_arn
    if units := given.get("DesiredInferenceUnits"):
        keep(target, {"DesiredInferenceUnits": units, "CurrentInferenceUnits": units})
    keep(target, _changed())
    return json.dumps({"DesiredModelArn": target.model_arn})


def flywheel(target: Any, **given: Any) -> None:
    """A flywheel, which moto shows without its state and times."""
    NEW_FLYWHEEL(target, **given)
    keep(target, {"Status": "ACTIVE", "CreationTime": unix_time(), **_changed()})


def update_flywheel(response: ComprehendResponse) -> str:
    """UpdateFlywheel of the API reference: what is given changes."""
    given = json.loads(response.body)
    target = response.comprehend_backend.describe_flywheel(given.pop("FlywheelArn"))
    keep(target, {**given, **_changed()})
    return json.dumps({"FlywheelProperties": target.to_dict()})
