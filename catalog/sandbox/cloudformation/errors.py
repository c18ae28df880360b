"""The error of a request that CloudFormation refuses before it touches a stack."""

from __future__ import annotations

from typing import Any

from moto.core.exceptions import ServiceException


class StackRefused(ServiceException):
    """CloudFormation refused a request; `message` and `code` are those of its error."""

    def __init__(self, message: str, code: str = "ValidationError") -> None:
        super().__init__(code, message)


class TransformRefused(StackRefused):
    """A transform has failed: a change set exists all the same, and has failed."""

    def __init__(self, message: str, definition: Any) -> None:
        super().__init__(message)
        self.definition = definition
        """The `Definition` without resources."""
