"""The HTTP interface of Cloud Control API: JSON 1.0, by botocore's model."""

from __future__ import annotations

from typing import Any

from botocore.model import OperationNotFoundError
from moto.core.utils import camelcase_to_underscores, get_service_model

from catalog.sandbox.cloud_control.models import cloudcontrol_backends
from catalog.sandbox.cloud_control.operations import CloudControl, CloudControlError
from catalog.sandbox.json_responses import JsonResponse, MalformedBody
from catalog.sandbox.kms.callers import caller_arn
from catalog.sandbox.kms.shapes import missing, validation_message
from catalog.sandbox.turns import STACKS


class CloudControlResponse(JsonResponse):
    """One request."""

    json_version = "1.0"

    def __init__(self) -> None:
        super().__init__(service_name="cloudcontrol")

    def answer_or_error(self) -> tuple[int, dict[str, str], Any]:
        """Status, headers and body of the answer, or of an error that the API has."""
        try:
            with STACKS:
                return self.shown(self._answer())
        except MalformedBody as error:
            return self.refused("SerializationException", str(error))
        except CloudControlError as error:
            return self.refused(error.code, error.message)

    def _answer(self) -> dict[str, Any]:
        name = self._get_action() or ""
        try:
            model = get_service_model("cloudcontrol").operation_model(name)
        except OperationNotFoundError as error:
            raise CloudControlError("UnknownOperationException", f"There is no operation {name!r}") from error
        request = self.request()
        if lacking := list(missing(model.input_shape, request)):
            raise CloudControlError("ValidationException", validation_message(lacking))
        backend = cloudcontrol_backends[self.current_account][self.region]
        caller = caller_arn(self.current_account, self.partition, self.access_key)
        answer: dict[str, Any] = getattr(CloudControl(backend, caller, request), camelcase_to_underscores(name))()
        return answer
