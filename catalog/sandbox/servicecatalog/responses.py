"""The HTTP interface of Service Catalog: read JSON 1.1 requests and serialize answers by botocore's model."""

from __future__ import annotations

from typing import Any

from botocore.model import OperationModel, OperationNotFoundError, ServiceModel
from moto.core.utils import get_service_model

from catalog.sandbox.json_responses import JsonResponse, MalformedBody
from catalog.sandbox.servicecatalog.exceptions import (
    FrontEndError,
    ServiceCatalogError,
    UnknownOperationException,
    UnrecognizedClientException,
)


class ServiceCatalogResponse(JsonResponse):
    """One request to Service Catalog."""

    def __init__(self) -> None:
        super().__init__(service_name="servicecatalog")

    def answer_or_error(self) -> tuple[int, dict[str, str], Any]:
        """Status, headers and body of the answer, or of an error that the API has."""
        try:
            return self.shown(self._answer())
        except MalformedBody as error:
            return self.refused("SerializationException", str(error))
        except FrontEndError as error:
            return self.refused(error.code, error.message)
        except ServiceCatalogError as error:
            return self.shown(error)

    def _answer(self) -> dict[str, Any]:
        from catalog.sandbox.servicecatalog.models import servicecatalog_backends

        operation = self._operation()
        regions = servicecatalog_backends[self.current_account]
        if self.region not in regions:
            raise UnrecognizedClientException(f"The sandbox has no Service Catalog in the Region {self.region!r}")
        given = {name: value for name, value in self.request().items() if value is not None}
        return regions[self.region].perform(operation, given, self.access_key)

    def _operation(self) -> OperationModel:
        name = self._get_action() or ""
        model: ServiceModel = get_service_model("servicecatalog")
        try:
            return model.operation_model(name)
        except OperationNotFoundError as error:
            raise UnknownOperationException(f"Service Catalog has no operation {name!r}") from error
