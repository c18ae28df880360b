"""Suppressions: findings of controls that a product or portfolio accepts, for a reason and until a day.

Only the product file or the portfolio file with the fault can suppress its finding, so the suppression is reviewed
where the fault is. A suppressed finding stays in every report. A suppression that is expired, unused or unknown is
itself a finding. This module is pure: the day is an argument.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from catalog.check.finding import Finding
from catalog.check.metadata import Metadata
from catalog.check.python_lines import line_of_suppression, source_of
from catalog.check.registry import severity_of
from catalog.content.portfolio_files import PortfolioFile
from catalog.content.product_metadata import metadata_document
from catalog.model.definition import ProductDefinition, Suppression

GATE = "92"
"""Numbers of the version gate's findings. They cannot be suppressed: resources that people have launched would be lost,
so the product must declare a migration."""


class ExpiredSuppression(Metadata):
    """A day of expiry has an effect only if something checks it."""

    id = "E9091"
    shortdesc = "No suppression is expired"
    description = (
        "A suppression applies up to and including its day of expiry. After that day the suppressed finding counts "
        "again."
    )
    why = "A fault that was accepted for some time would stay for ever, without a decision that it should."
    remedy = "Fix the fault and remove the suppression, or have it accepted again with a new day and reason."


class UnknownSuppression(Metadata):
    """A suppression without effect hides that somebody wanted to accept a fault."""

    id = "E9092"
    shortdesc = "Every suppression names a control that can be suppressed in its file"
    description = (
        "A product suppresses template controls, a portfolio suppresses portfolio controls. Findings of the version "
        "gate (92xx) cannot be suppressed: declare a migration. cfn-lint's own rules are switched off in the template."
    )
    why = "A misspelt id suppresses nothing, but looks as if it did."
    remedy = "Write the id of a control that `catalog controls` lists, in the file that the finding names."


class UnusedSuppression(Metadata):
    """A suppression that matches no finding today would hide a new fault tomorrow."""

    id = "W9093"
    shortdesc = "Every suppression matches a finding"
    description = "A suppression that matches no finding is not needed, or its path is wrong."
    why = "It would hide the next fault that the same control finds, which nobody has accepted."
    remedy = "Remove the suppression, or correct its path."


@dataclass(frozen=True, slots=True)
class DeclaredSuppression:
    """A suppression with its place in a product or portfolio file."""

    suppression: Suppression
    file: str
    line: int
    path: tuple[str | int, ...]
    product: str = ""
    portfolio: str = ""

    def covers(self, finding: Finding) -> bool:
        """Whether it applies to a finding: same control, same file, and at or below its path."""
        same_file = finding.portfolio == self.portfolio if self.portfolio else self.covers_product(finding)
        where = self.suppression.where
        below = not where or finding.where == where or finding.where.startswith(f"{where}/")
        return same_file and below and finding.id == self.suppression.control

    def covers_product(self, finding: Finding) -> bool:
        """Whether a finding is in the template of this product."""
        return finding.product == self.product and not finding.portfolio


@dataclass(frozen=True, slots=True)
class Suppressed:
    """A finding that does not count, with its suppression."""

    finding: Finding
    suppression: Suppression


@dataclass(frozen=True, slots=True)
class CheckResult:
    """The findings that count, and those that are suppressed."""

    findings: tuple[Finding, ...]
    suppressed: tuple[Suppressed, ...] = ()


def of_products(products: Mapping[str, ProductDefinition], root: Path) -> Iterator[DeclaredSuppression]:
    """The suppressions of products, with their lines: in Python, that of the only `Suppression(…)` of the control."""
    for key, definition in products.items():
        file = definition.shown(key)
        for index, suppression in enumerate(definition.suppressions):
            if file.endswith(".py"):
                line = line_of_suppression(source_of(root / file), suppression.control) or 1
            else:
                line = metadata_document(root, file).line(("suppressions", index))
            yield DeclaredSuppression(suppression, file, line, ("suppressions", index), product=key)


def of_portfolios(portfolios: Mapping[str, PortfolioFile]) -> Iterator[DeclaredSuppression]:
    """The suppressions of portfolio files."""
    for key, file in portfolios.items():
        for index, suppression in enumerate(file.suppressions()):
            path = ("suppress", index)
            line = file.document.line(path)
            yield DeclaredSuppression(suppression, file.document.shown, line, path, portfolio=key)


def suppress(
    findings: Iterable[Finding],
    declarations: Iterable[DeclaredSuppression],
    today: date,
    suppressible: Collection[str],
    is_complete: Callable[[DeclaredSuppression], bool] = lambda _: True,
) -> CheckResult:
    """Apply suppressions as of `today`.

    `suppressible` are the ids that these files can suppress. `is_complete` says whether everything that a suppression
    could match was checked; otherwise it is not reported as unused.
    """
    counting, suppressed = list(findings), []
    faults: list[Finding] = []
    for declared in declarations:
        suppression = declared.suppression
        fault = void_reason(suppression, today, suppressible)
        if fault:
            faults.append(suppression_finding(fault[0], declared, fault[1]))
            continue
        matching = [finding for finding in counting if declared.covers(finding)]
        counting = [finding for finding in counting if not declared.covers(finding)]
        suppressed += [Suppressed(finding, suppression) for finding in matching]
        if not matching and is_complete(declared):
            where = f" at {suppression.where}" if suppression.where else ""
            message = f"{suppression.control} has no finding{where}: the suppression is not needed"
            faults.append(suppression_finding(UnusedSuppression, declared, message))
    return CheckResult((*counting, *faults), tuple(suppressed))


def void_reason(
    suppression: Suppression, today: date, suppressible: Collection[str]
) -> tuple[type[Metadata], str] | None:
    """Why a suppression has no effect, as the control that finds it and the message; None when it has effect."""
    control = suppression.control
    if control.startswith(GATE, 1):
        return UnknownSuppression, f"{control} is of the version gate and cannot be suppressed; declare a migration"
    if control not in suppressible:
        return UnknownSuppression, f"{control} is not a control that this file can suppress"
    if suppression.expires < today:
        return (
            ExpiredSuppression,
            f"the suppression of {control} expired on {suppression.expires}: {suppression.reason}",
        )
    return None


def suppression_finding(control: type[Metadata], declared: DeclaredSuppression, message: str) -> Finding:
    """A finding about a suppression itself."""
    return Finding(
        id=control.id,
        severity=severity_of(control),
        message=message,
        file=declared.file,
        line=declared.line,
        path=declared.path,
        source_url="",
        product=declared.product,
        title=control.shortdesc,
        portfolio=declared.portfolio,
        in_file=True,
    )
