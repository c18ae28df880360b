"""Formats of a check's report: one module each, with a function `serialize(report) -> str`.

The modules of this package are the list, so a new format is one new module. Its file name is its name. cfn-lint's own
formatters do not serve here: they read cfn-lint's `Match`, and would name the temporary file that was linted. They also
report every level as a failure, where `catalog validate` fails on errors alone.

A finding in a portfolio, a template file or a release has a line of its file, which is marked. What Python renders is
not a file of the repository. So for it the formats that put marks into files (SARIF, GitHub) mark the line of the
product file that makes the element, or the first line if that is not known, and give the line of the rendered template
in the message.
"""

from __future__ import annotations

from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Protocol, cast

if TYPE_CHECKING:
    from catalog.check.report import Report


class ReportFormat(Protocol):
    """A module of this package."""

    def serialize(self, report: Report, /) -> str:
        """The report in this format, with a line feed at its end."""


def format_names() -> tuple[str, ...]:
    """The names of the formats, read from the folder, so that the help of a command imports no format."""
    return tuple(sorted(file.stem for file in Path(__file__).parent.glob("[!_]*.py")))


def serialize(name: str, report: Report) -> str:
    """The report in the named format; imports only that format."""
    return cast(ReportFormat, import_module(f"{__name__}.{name}")).serialize(report)
