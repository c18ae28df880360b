"""The HTTP interface of Service Catalog: read JSON 1.1 requests and serialize answers by botocore's model."""

from __future__ import annotations

import json
import logging
from typing import Any

from botocore.model import OperationModel, OperationNotFoundError, ServiceModel
from moto.core.responses import ActionResult, BaseResponse
from moto.core.utils import get_service_model

from catalog.sandbox.servicecatalog.exceptions import (
    FrontEndError,
    SerializationException,
    ServiceCatalogError,
    UnknownOperationException,
    UnrecognizedClientException,
)

CONTENT_TYPE = "application/x-amz-json-1.1"
log = logging.getLogger(__name__)


class ServiceCatalogResponse(BaseResponse):
    """One request to Service Catalog."""

    use_raw_body = True  # moto would decode the body, and return an HTML page if it is not UTF-8

    def __init__(self) -> None:
        super().__init__(service_name="servicecatalog")

    def call_action(self) -> tuple[int, dict[str, str], Any]:
        """Answer the operation of the X-Amz-Target header: with its output, an error, or InternalFailure (500)."""
        try:
            status, headers, body = self.serialized(ActionResult(self._answer()))
        except FrontEndError as error:
            status, headers = 400, self.response_headers
            body = json.dumps({"__type": error.code, "message": error.message})
        except ServiceCatalogError as error:
            status, headers, body = self.serialized(ActionResult(error))
        except Exception as error:  # clients expect JSON errors, not Flask's HTML page
            log.exception("%s failed unexpectedly", self._get_action())
            status, headers = 500, self.response_headers
            message = f"{self._get_action()} failed in the sandbox: {type(error).__name__}; see the log of the sandbox"
            body = json.dumps({"__type": "InternalFailure", "message": message})
        headers, body = self._enrich_response({**headers, "Content-Type": CONTENT_TYPE}, body)
        return status, headers, body

    def _answer(self) -> dict[str, Any]:
        from catalog.sandbox.servicecatalog.models import servicecatalog_backends

        operation = self._operation()
        regions = servicecatalog_backends[self.current_account]
        if self.region not in regions:
            raise UnrecognizedClientException(f"The sandbox has no Service Catalog in the Region {self.region!r}")
        return regions[self.region].perform(operation, self._request(), self.access_key)

    def _operation(self) -> OperationModel:
        name = self._get_action() or ""
        model: ServiceModel = get_service_model("servicecatalog")
        try:
            return model.operation_model(name)
        except OperationNotFoundError as error:
            raise UnknownOperationException(f"Service Catalog has no operation {name!r}") from error

    def _request(self) -> dict[str, Any]:
        try:
            request = json.loads(self.body.decode("utf-8") or "{}")
        except (ValueError, RecursionError) as error:
            raise SerializationException("The request's body is not JSON in UTF-8") from error
        if not isinstance(request, dict):
            raise SerializationException("The request's body is not a JSON object")
        return {name: value for name, value in request.items() if value is not None}
