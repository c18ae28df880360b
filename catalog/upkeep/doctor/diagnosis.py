"""What a check of `catalog doctor` saw, and what to do next."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import StrEnum

from catalog.errors import AwsCallError, CatalogError, StoppedError

DENIED = ("AccessDenied", "AccessDeniedException", "UnauthorizedOperation")
"""Codes of AWS's answer to a caller who may not ask."""


class Health(StrEnum):
    """How a check ended."""

    OK = "ok"
    WARNING = "warning"
    """Something works less well, or will stop working."""
    FAULT = "fault"
    """A command will fail."""
    NOT_CHECKED = "not checked"
    """It could not be checked, which `seen` explains."""


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """A line of the report."""

    check: str
    """The name of the check; stable, for scripts."""
    health: Health
    seen: str
    next: str = ""
    """What to do; empty if there is nothing to do."""
    details: tuple[str, ...] = ()
    """All members of what `seen` counts."""


def ok(check: str, seen: str) -> Diagnosis:
    """A check that found nothing wrong."""
    return Diagnosis(check, Health.OK, seen)


def not_checked(check: str, seen: str, do: str = "") -> Diagnosis:
    """A check that could not be made."""
    return Diagnosis(check, Health.NOT_CHECKED, seen, do)


def of_error(check: str, error: CatalogError) -> Diagnosis:
    """A fault in the words of an error, with its problems as details. Ctrl-C is no fault, and is raised again."""
    if isinstance(error, StoppedError):
        raise error
    problems: tuple[str, ...] = getattr(error, "problems", ())
    return Diagnosis(check, Health.FAULT, error.message, error.hint, problems)


def tried(check: str, read: Callable[[], Iterator[Diagnosis]]) -> Iterator[Diagnosis]:
    """The diagnoses of `read`; its expected error as a fault, or as not checked if the caller may not ask."""
    try:
        yield from read()
    except AwsCallError as error:
        if error.code not in DENIED:
            yield of_error(check, error)
            return
        yield not_checked(check, f"this identity may not call {error.operation}")
    except CatalogError as error:
        yield of_error(check, error)
