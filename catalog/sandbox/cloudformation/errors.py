"""The one refusal that CloudFormation answers before it has touched a stack."""

from __future__ import annotations

from moto.core.exceptions import ServiceException


class StackRefused(ServiceException):
    """CloudFormation refused a request. `message` is the text of its error, `code` the error's code."""

    def __init__(self, message: str, code: str = "ValidationError") -> None:
        super().__init__(code, message)
