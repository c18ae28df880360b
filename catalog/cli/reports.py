"""What a run reports of each target: its outcome, its error, and content such as a plan."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from textwrap import wrap
from typing import TYPE_CHECKING, Any, Generic, Protocol, TypeVar

import click

from catalog.cli.live import WIDTH, verbosity
from catalog.cli.output import style_for
from catalog.cli.terminal import one_line, style
from catalog.errors import CatalogError, StoppedError

if TYPE_CHECKING:
    from catalog.content.targets import Target
    from catalog.plan.changes import Plan
    from catalog.publishing.fan_out import TargetOutcome


class ReportContent(Protocol):
    """What is reported of a target that was reached."""

    @property
    def outcome(self) -> str:
        """What came of the target, in a word or two."""

    @property
    def changes(self) -> int | None:
        """How many changes, or how much drift; None when it is not about changes."""

    @property
    def notices(self) -> tuple[str, ...]:
        """Notes. Those that all targets have are printed once."""

    def lines(self, printed: Collection[str]) -> Iterator[str]:
        """As text, without the notices of `printed`."""

    def members(self) -> dict[str, Any]:
        """As JSON-like data: members of the target. Without --to the first one is the document."""


Content = TypeVar("Content", bound=ReportContent)


@dataclass(frozen=True, slots=True)
class TargetReport(Generic[Content]):
    """What is reported of one target."""

    target: Target
    outcome: str
    error: CatalogError | None = None
    content: Content | None = None

    @property
    def changes(self) -> int | None:
        """How many changes; None when they are not known."""
        return self.content.changes if self.content else None


def reports_of(outcomes: Sequence[TargetOutcome[Content]]) -> list[TargetReport[Content]]:
    """What to report of the targets of which `outcomes` have the content, or the error."""
    return [
        TargetReport(
            outcome.target, outcome.result.outcome if outcome.result else "failed", outcome.error, outcome.result
        )
        for outcome in outcomes
    ]


@dataclass(frozen=True, slots=True)
class PlanReport:
    """A plan, the templates that it uploads, and for prune what it keeps."""

    plan: Plan
    bodies: Mapping[str, bytes] = field(default_factory=dict)
    """Template bytes, by digest."""
    kept: Sequence[Mapping[str, str]] | None = None
    """Undeclared objects that stay, with the reason; None when the plan is not of prune."""
    seconds: float | None = None
    """How long it took to make the plan."""

    @property
    def outcome(self) -> str:
        """Before the plan is applied."""
        return "unchanged" if not self.plan.changes else "blocked" if self.plan.blockers else "changes pending"

    @property
    def changes(self) -> int:
        """The number of changes."""
        return len(self.plan.changes)

    @property
    def notices(self) -> tuple[str, ...]:
        """The plan's."""
        return self.plan.notices

    def lines(self, printed: Collection[str]) -> Iterator[str]:
        """The plan in colours, then what is kept."""
        if self.kept is not None and not self.plan.changes:
            from catalog.plan.report import account_line

            yield account_line(self.plan.account, self.plan.region, self.plan.sandbox)
            yield "Nothing to prune."
        else:
            notices = tuple(new for new in self.notices if new not in printed)
            yield from plan_lines(replace(self.plan, notices=notices), self.seconds)
        for kept in self.kept or ():
            yield f"  kept: {kept['address']}: {kept['reason']}"

    def members(self) -> dict[str, Any]:
        """`plan`, and for prune `kept`."""
        from catalog.plan.report import as_data

        return {"plan": as_data(self.plan), **({} if self.kept is None else {"kept": list(self.kept)})}


def plan_lines(plan: Plan, seconds: float | None = None) -> Iterator[str]:
    """A plan as text, in the colours of what is not safe: an overview, or with -v every change."""
    from catalog.plan import overview, report

    took = seconds if sys.stdout.isatty() else None  # a pipe gets the same text for the same plan
    return painted(report.lines(plan, took) if verbosity() else overview.lines(plan, columns(), took))


def change_lines(plan: Plan) -> Iterator[str]:
    """The changes of a plan alone: its rows, or with -v every change."""
    from catalog.plan import overview, report

    return painted(report.change_lines(plan) if verbosity() else overview.row_lines(plan, columns()))


def painted(lines: Iterable[tuple[Any, str]]) -> Iterator[str]:
    """Lines in the colours of their impacts."""
    from catalog.plan.changes import Impact

    paint = style_for({Impact.WIDENS: "yellow", Impact.RESTRICTS: "magenta", Impact.DESTROYS: "red"})
    return (paint(impact, text) for impact, text in lines)


def echo_wrapped(text: str, colour: str = "") -> None:
    """Print a line within the width of the terminal; its other parts are indented by four more than itself."""
    indent = " " * (len(text) - len(text.lstrip()) + 4)
    for part in wrap(one_line(text), columns(), subsequent_indent=indent, break_long_words=False):
        click.echo(style(part, fg=colour) if colour else part)


def columns() -> int:
    """The width of the terminal; 100 where there is none, so that a pipe gets the same text everywhere."""
    return shutil.get_terminal_size((WIDTH, 24)).columns if sys.stdout.isatty() else WIDTH


def error_line(error: CatalogError) -> str:
    """An error as people read it."""
    if isinstance(error, StoppedError):  # by the reader, who knows that
        return f"{str(error)[0].upper()}{str(error)[1:]}"
    return f"{style('error:', fg='red', bold=True)} {error}"
