"""The HTTP interface of Cloud Control API: JSON 1.0, by botocore's model."""

from __future__ import annotations

import json
import logging
from typing import Any

from botocore.model import OperationNotFoundError
from moto.core.responses import ActionResult, BaseResponse
from moto.core.utils import camelcase_to_underscores, get_service_model

from catalog.sandbox.cloud_control.models import cloudcontrol_backends
from catalog.sandbox.cloud_control.operations import CloudControl, CloudControlError
from catalog.sandbox.kms.callers import caller_arn
from catalog.sandbox.kms.shapes import missing, validation_message
from catalog.sandbox.turns import STACKS

CONTENT_TYPE = "application/x-amz-json-1.0"
log = logging.getLogger(__name__)


class CloudControlResponse(BaseResponse):
    """One request."""

    use_raw_body = True  # moto would decode the body, and return an HTML page if it is not UTF-8

    def __init__(self) -> None:
        super().__init__(service_name="cloudcontrol")

    def call_action(self) -> tuple[int, dict[str, str], Any]:
        """Answer the operation of the X-Amz-Target header: with its output, an error, or InternalFailure (500)."""
        try:
            with STACKS:
                status, headers, body = self.serialized(ActionResult(self._answer()))
        except CloudControlError as error:
            status, headers = 400, self.response_headers
            body = json.dumps({"__type": error.code, "message": error.message})
        except Exception as error:  # clients expect JSON errors, not Flask's HTML page
            log.exception("%s failed unexpectedly", self._get_action())
            status, headers = 500, self.response_headers
            message = f"{self._get_action()} failed in the sandbox: {type(error).__name__}; see the log of the sandbox"
            body = json.dumps({"__type": "InternalFailure", "message": message})
        headers, body = self._enrich_response({**headers, "Content-Type": CONTENT_TYPE}, body)
        return status, headers, body

    def _answer(self) -> dict[str, Any]:
        name = self._get_action() or ""
        try:
            model = get_service_model("cloudcontrol").operation_model(name)
        except OperationNotFoundError as error:
            raise CloudControlError("UnknownOperationException", f"There is no operation {name!r}") from error
        request = self._request()
        if lacking := list(missing(model.input_shape, request)):
            raise CloudControlError("ValidationException", validation_message(lacking))
        backend = cloudcontrol_backends[self.current_account][self.region]
        caller = caller_arn(self.current_account, self.partition, self.access_key)
        answer: dict[str, Any] = getattr(CloudControl(backend, caller, request), camelcase_to_underscores(name))()
        return answer

    def _request(self) -> dict[str, Any]:
        try:
            request = json.loads(self.body.decode("utf-8") or "{}")
        except (ValueError, RecursionError) as error:
            raise CloudControlError("SerializationException", "The request's body is not JSON in UTF-8") from error
        if not isinstance(request, dict):
            raise CloudControlError("SerializationException", "The request's body is not a JSON object")
        return request
