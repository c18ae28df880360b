"""The backend that replaces moto's: one state per account and Region, and one lock for all.

moto's server is threaded and moto has no locks. The lock is that of the stacks: a launch creates a stack, and a stack
with Service Catalog's types calls Service Catalog, so two locks could wait for each other. It is reentrant.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from botocore.model import OperationModel
from moto.core.base_backend import BackendDict, BaseBackend
from moto.core.resource_tagging import TaggableResourcesMixin, TaggedResource

from catalog.sandbox.cloudformation.operations import LOCK
from catalog.sandbox.servicecatalog.call import Call
from catalog.sandbox.servicecatalog.caller import resolve_caller
from catalog.sandbox.servicecatalog.exceptions import not_implemented
from catalog.sandbox.servicecatalog.operations import HANDLERS
from catalog.sandbox.servicecatalog.records import settle
from catalog.sandbox.servicecatalog.state import StoredCatalog
from catalog.sandbox.servicecatalog.tokens import answer
from catalog.sandbox.servicecatalog.validation import validate


class ServiceCatalogBackend(BaseBackend, TaggableResourcesMixin):
    """Service Catalog of one account in one Region."""

    SERVICE_NAMESPACE = "catalog"

    def __init__(self, region_name: str, account_id: str) -> None:
        super().__init__(region_name, account_id)
        self.state = StoredCatalog()

    def perform(self, operation: OperationModel, request: dict[str, Any], access_key: str) -> dict[str, Any]:
        """Validate the request, apply the outcomes that are due, and return the answer of the handler.

        Raises the errors of `catalog.sandbox.servicecatalog.exceptions`; an operation without a handler raises
        `OperationNotSupportedException`.
        """
        validate(operation, request)
        handler = HANDLERS.get(operation.name)
        if handler is None:
            raise not_implemented(operation.name)
        with LOCK:
            settle(self.state)
            call = Call(
                operation=operation,
                request=request,
                account=self.account_id,
                region=self.region_name,
                partition=self.partition,
                caller=resolve_caller(self.account_id, self.partition, access_key),
                state=self.state,
                state_of=self._state_of,
                accounts=lambda: list(servicecatalog_backends),
            )
            return answer(call, handler)

    def iter_tagged_resources(self) -> Iterator[TaggedResource]:
        """Portfolios and products, for the Resource Groups Tagging API."""
        for portfolio in self.state.portfolios.values():
            yield TaggedResource(portfolio.arn, portfolio.tags, "catalog:portfolio")
        for product in self.state.products.values():
            yield TaggedResource(product.arn, product.tags, "catalog:product")

    def _state_of(self, account: str) -> StoredCatalog:
        return servicecatalog_backends[account][self.region_name].state


servicecatalog_backends = BackendDict(ServiceCatalogBackend, "servicecatalog")
