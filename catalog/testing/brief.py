"""Errors in a test's report: the line of the test and the message, without our own frames."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import ParamSpec, TypeVar

from catalog.errors import CatalogError, StoppedError

Parameters = ParamSpec("Parameters")
Result = TypeVar("Result")


def briefly(method: Callable[Parameters, Result]) -> Callable[Parameters, Result]:
    """Raise a `CatalogError` of the method as if its caller did: the message says what and where.

    Ctrl-C ends the run of pytest, also where it became a `StoppedError`.
    """

    @wraps(method)
    def call(*arguments: Parameters.args, **options: Parameters.kwargs) -> Result:
        __tracebackhide__ = True
        try:
            return method(*arguments, **options)
        except StoppedError:
            raise KeyboardInterrupt from None
        except CatalogError as error:
            raise error.with_traceback(None) from None

    return call
