"""OpenAPI and Swagger documents, as moto reads them: methods alone below the paths.

Source: API Gateway developer guide, "OpenAPI extensions", `x-amazon-apigateway-any-method`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

METHODS = frozenset(("get", "put", "post", "delete", "options", "head", "patch", "trace", "any"))
ANY = "x-amazon-apigateway-any-method"


def openapi(document: Any) -> dict[str, Any]:
    """The document with what is no method left out, and the extension for any method under the name `any`."""
    whole = dict(document) if isinstance(document, Mapping) else {}
    paths = whole.get("paths")
    whole["paths"] = {
        path: {
            name: dict(method or {})
            for name, method in (("any" if key == ANY else key.lower(), value) for key, value in dict(below).items())
            if name in METHODS
        }
        for path, below in (paths.items() if isinstance(paths, Mapping) else ())
        if isinstance(below, Mapping)
    }
    return whole
