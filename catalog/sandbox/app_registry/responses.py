"""The HTTP interface of AppRegistry: REST with JSON, by botocore's model."""

from __future__ import annotations

import functools
import json
import re
from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

from moto.core.responses import ActionResult, BaseResponse
from moto.core.utils import get_service_model

from catalog.sandbox.app_registry.operations import OPERATIONS
from catalog.sandbox.app_registry.state import AppRegistryError, AppRegistryStore, app_registry_backends
from catalog.sandbox.cloudformation.operations import LOCK

SERVICE = "servicecatalog-appregistry"
PATHS = ("applications", "attribute-groups", "tags", "sync", "configuration")
URL_PATHS = [f"{{0}}/{path}{rest}$" for path in PATHS for rest in ("", "/(?P<rest>.+)")]
LISTS = ("tagKeys",)
"""Members of the query that are lists."""


@functools.cache
def routes() -> tuple[tuple[str, re.Pattern[str], str], ...]:
    """Method, path and name of each operation, the longest paths first. A part of a path may be an ARN with slashes."""
    model = get_service_model(SERVICE)
    https = [(name, model.operation_model(name).http) for name in model.operation_names]
    https.sort(key=lambda each: -each[1]["requestUri"].count("/"))
    return tuple(
        (http["method"], re.compile(re.sub(r"\{(\w+)\}", r"(?P<\1>.+?)", http["requestUri"]), re.DOTALL), name)
        for name, http in https
    )


def handler(operation: str) -> Callable[[AppRegistryStore, dict[str, Any]], dict[str, Any]]:
    """What answers an operation; raises ValidationException for one that the sandbox does not have."""
    if operation not in OPERATIONS:
        raise AppRegistryError("ValidationException", f"{operation}: the sandbox does not implement it")
    return OPERATIONS[operation]


class AppRegistryResponse(BaseResponse):
    """One request to AppRegistry."""

    def __init__(self) -> None:
        super().__init__(service_name=SERVICE)
        self.operation = ""

    def _get_action(self) -> str:
        return self.operation

    def call_action(self) -> tuple[int, dict[str, str], Any]:
        """Answer the operation of the method and the path."""
        try:
            request = self._request()
            with LOCK:
                store = app_registry_backends[self.current_account][self.region]
                answer: Any = handler(self.operation)(store, request)
        except AppRegistryError as error:
            answer = error
        status, headers, body = self.serialized(ActionResult(answer))
        return status, headers, body

    def _request(self) -> dict[str, Any]:
        """The parts of the path, the query and the body."""
        url = urlsplit(self.uri)
        path = unquote(url.path)
        for method, pattern, name in routes():
            match = pattern.fullmatch(path) if method == self.method else None
            if match:
                self.operation = name
                query = {key: values if key in LISTS else values[0] for key, values in parse_qs(url.query).items()}
                return {**query, **self._body(), **match.groupdict()}
        self.operation = "ListApplications"  # whose errors are those of all
        raise AppRegistryError("ValidationException", f"AppRegistry has nothing at {path}")

    def _body(self) -> dict[str, Any]:
        text = self.body.decode() if isinstance(self.body, bytes) else str(self.body or "")
        try:
            body = json.loads(text or "{}")
        except ValueError as error:
            raise AppRegistryError("ValidationException", "The request's body is not JSON") from error
        return body if isinstance(body, dict) else {}
