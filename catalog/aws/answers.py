"""Answers of AWS: a member that is missing, or has a value that we do not know, is an error that names both.

boto3 returns dicts with the members that AWS has sent, and checks none of them. A client of `AwsSession` returns
`AwsAnswer` in place of each dict, and so do its paginators.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, nullcontext
from enum import StrEnum
from typing import Any, TypeVar

from catalog.errors import AwsError

Kind = TypeVar("Kind", bound=StrEnum)


class AwsAnswer(dict[str, Any]):
    """A structure in an answer. `answer["Name"]` without this member is an `AwsError`; `answer.get("Name")` is None."""

    def __init__(self, operation: str, path: str, members: Mapping[str, Any]) -> None:
        super().__init__(members)
        self.operation = operation
        self.path = path
        """The members that lead to the structure, such as `PortfolioDetail.`; empty for the whole answer."""

    def __missing__(self, member: str) -> Any:
        raise AwsError(
            f"{self.operation}: AWS's answer has no {self.path}{member}",
            hint="The API model has this member. Check AWS_ENDPOINT_URL and any proxy, or update catalog.",
        )


def with_members(answer: Mapping[str, Any], **members: Any) -> dict[str, Any]:
    """The same structure with other members."""
    changed = {**answer, **members}
    return AwsAnswer(answer.operation, answer.path, changed) if isinstance(answer, AwsAnswer) else changed


def answer_of(operation: str, value: Any, path: str = "") -> Any:
    """An answer of boto3 with `AwsAnswer` in place of each dict."""
    if isinstance(value, dict):
        members = {name: answer_of(operation, member, f"{path}{name}.") for name, member in value.items()}
        return AwsAnswer(operation, path, members)
    if isinstance(value, list):
        return [answer_of(operation, member, path) for member in value]
    return value


def untyped(answer: Any) -> dict[str, Any]:
    """A structure without the type that boto3's stubs give it: it is an `AwsAnswer`."""
    structure: dict[str, Any] = answer
    return structure


def kind_of(kind: type[Kind], answer: Mapping[str, Any], member: str, default: Kind | None = None) -> Kind:
    """The member of an enumeration that a structure names; `AwsError` for a value that we do not know."""
    value = answer[member] if default is None else answer.get(member, default)
    try:
        return kind(value)
    except ValueError as error:
        where = f"{answer.operation}: {answer.path}" if isinstance(answer, AwsAnswer) else ""
        raise AwsError(
            f"{where}{member} is {value!r}, which this version of catalog does not know",
            hint=f"It knows {', '.join(kind)}. Update catalog.",
        ) from error


class AnsweringClient:
    """A client of boto3 whose operations return `AwsAnswer`."""

    def __init__(self, client: Any, calling: Callable[[], AbstractContextManager[Any]] = nullcontext) -> None:
        """`calling`: the context in which each request is made."""
        self.client = client
        self.calling = calling
        self.operations: Mapping[str, str] = client.meta.method_to_api_mapping

    def __getattr__(self, name: str) -> Any:
        """An attribute of the client; an operation returns `AwsAnswer`."""
        attribute = getattr(self.client, name)
        operation = self.operations.get(name)
        if operation is None:
            return attribute

        def call(**arguments: Any) -> Any:
            with self.calling():
                return answer_of(operation, attribute(**arguments))

        return call

    def get_paginator(self, name: str) -> AnsweringPaginator:
        """The paginator of an operation."""
        return AnsweringPaginator(self.operations[name], self.client.get_paginator(name), self.calling)


class AnsweringPaginator:
    """A paginator of boto3 whose pages are `AwsAnswer`."""

    def __init__(self, operation: str, paginator: Any, calling: Callable[[], AbstractContextManager[Any]]) -> None:
        self.operation = operation
        self.paginator = paginator
        self.calling = calling

    def paginate(self, **arguments: Any) -> Iterator[Any]:
        """The pages, each requested when it is needed."""
        pages = iter(self.paginator.paginate(**arguments))
        while True:
            with self.calling():
                page = next(pages, None)
            if page is None:
                return
            yield answer_of(self.operation, page)
