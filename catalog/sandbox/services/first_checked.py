"""Methods of moto that are checked before they run, for what AWS refuses and moto carries out."""

from __future__ import annotations

import functools
from collections.abc import Callable, Mapping
from importlib import import_module
from typing import Any

Check = Callable[..., None]
"""Called with the backend and the arguments of its method, or with a response; raises the error of the service."""


def install(module: str, checks: Mapping[str, Check]) -> None:
    """Let methods of a module of moto, by class and method, ask their checks first."""
    loaded = import_module(module)
    for path, check in checks.items():
        owner, _, method = path.partition(".")
        setattr(getattr(loaded, owner), method, _checked(getattr(getattr(loaded, owner), method), check))


def _checked(method: Callable[..., Any], check: Check) -> Callable[..., Any]:
    @functools.wraps(method)
    def first_checked(subject: Any, *arguments: Any, **named: Any) -> Any:
        check(subject, *arguments, **named)
        return method(subject, *arguments, **named)

    return first_checked


def json_error(code: str, message: str) -> Exception:
    """An error of a service whose answers are JSON."""
    from moto.core.exceptions import JsonRESTError

    return JsonRESTError(code, message)
