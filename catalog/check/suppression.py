"""Suppressions: findings of ours that a product or portfolio does not mend, for a reason and until a day.

Only the product file and the portfolio file can suppress, so that it is reviewed where the fault is. What is
suppressed is never silent: it stays in every report, and a suppression that is expired, needless or wrong is itself a
finding. Pure: the day comes in as a value.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from catalog.check.finding import Finding, Severity
from catalog.check.metadata import Metadata
from catalog.content.portfolio_files import PortfolioFile
from catalog.model.definition import ProductDefinition, Suppression

GATE = "92"
"""Numbers of the version gate's findings: what people have launched would be lost, so a migration is their only way."""


class ExpiredSuppression(Metadata):
    """A day that nobody watches is no end."""

    id = "E9091"
    shortdesc = "No suppression is past its last day"
    description = "A suppression holds up to its day of expiry. From the next day on what it suppressed is found again."
    why = "A fault that was accepted for a time would stay for ever, and nobody would decide that it should."
    remedy = "Mend the fault and take the suppression out; or have it accepted again, with a new day and reason."


class UnknownSuppression(Metadata):
    """A suppression that cannot work hides that somebody meant to accept a fault."""

    id = "E9092"
    shortdesc = "Every suppression names a control that can be suppressed there"
    description = (
        "A product suppresses controls over templates, a portfolio those over portfolios. What the version gate finds "
        "(92xx) cannot be suppressed: its way is a migration. cfn-lint's own rules are switched off in the template."
    )
    why = "A misspelt id suppresses nothing, and looks as if it did."
    remedy = "Write the id of a control that `catalog controls` lists, in the file that the finding names."


class UnusedSuppression(Metadata):
    """What suppresses nothing today would hide a new fault tomorrow."""

    id = "W9093"
    shortdesc = "Every suppression suppresses something"
    description = "A suppression that matches no finding is not needed, or its path is wrong."
    why = "It would hide the next fault of the same control, which nobody has accepted."
    remedy = "Take the suppression out, or mend its path."


@dataclass(frozen=True, slots=True)
class Declared:
    """A suppression and where it stands."""

    suppression: Suppression
    file: str
    line: int
    path: tuple[str | int, ...]
    product: str = ""
    portfolio: str = ""

    def covers(self, finding: Finding) -> bool:
        """Whether it is meant for a finding: same control, same file, and at or below its path."""
        here = finding.portfolio == self.portfolio if self.portfolio else self.covers_product(finding)
        where = self.suppression.where
        below = not where or finding.where == where or finding.where.startswith(f"{where}/")
        return here and below and finding.id == self.suppression.control

    def covers_product(self, finding: Finding) -> bool:
        """Whether a finding is in the template of this product."""
        return finding.product == self.product and not finding.portfolio


@dataclass(frozen=True, slots=True)
class Suppressed:
    """A finding that does not count, and why."""

    finding: Finding
    suppression: Suppression


@dataclass(frozen=True, slots=True)
class Outcome:
    """What is left, and what is not counted."""

    findings: tuple[Finding, ...]
    suppressed: tuple[Suppressed, ...] = ()


def of_products(products: Mapping[str, ProductDefinition]) -> Iterator[Declared]:
    """The suppressions of product files; the line of a Python value is not known."""
    for key, definition in products.items():
        for index, suppression in enumerate(definition.suppressions):
            yield Declared(suppression, f"products/{key}.py", 1, ("suppressions", index), product=key)


def of_portfolios(portfolios: Mapping[str, PortfolioFile]) -> Iterator[Declared]:
    """The suppressions of portfolio files."""
    for key, file in portfolios.items():
        for index, suppression in enumerate(file.suppressions()):
            path = ("suppress", index)
            yield Declared(suppression, file.document.shown, file.document.line(path), path, portfolio=key)


def suppress(
    findings: Iterable[Finding],
    declared: Iterable[Declared],
    today: date,
    known: Collection[str],
    complete: Callable[[Declared], bool] = lambda _: True,
) -> Outcome:
    """Apply suppressions as of `today`.

    `known` are the ids that can be suppressed in these files. `complete` says whether everything that a suppression
    could be about was checked: else it is not called unused.
    """
    left, suppressed = list(findings), []
    own: list[Finding] = []
    for one in declared:
        fault = unfit(one.suppression, today, known)
        if fault:
            own.append(finding_of(fault[0], one, fault[1]))
            continue
        taken = [finding for finding in left if one.covers(finding)]
        left = [finding for finding in left if not one.covers(finding)]
        suppressed += [Suppressed(finding, one.suppression) for finding in taken]
        if not taken and complete(one):
            where = f" at {one.suppression.where}" if one.suppression.where else ""
            message = f"{one.suppression.control} finds nothing{where}: the suppression is not needed"
            own.append(finding_of(UnusedSuppression, one, message))
    return Outcome((*left, *own), tuple(suppressed))


def unfit(suppression: Suppression, today: date, known: Collection[str]) -> tuple[type[Metadata], str] | None:
    """What makes a suppression void, or None."""
    control = suppression.control
    if control.startswith(GATE, 1):
        return UnknownSuppression, f"{control} is the version gate's and cannot be suppressed; declare a migration"
    if control not in known:
        return UnknownSuppression, f"{control} is no control that can be suppressed here"
    if suppression.expires < today:
        return (
            ExpiredSuppression,
            f"the suppression of {control} expired on {suppression.expires}: {suppression.reason}",
        )
    return None


def finding_of(control: type[Metadata], one: Declared, message: str) -> Finding:
    """A finding about a suppression itself."""
    severities: dict[str, Severity] = {"E": "error", "W": "warning"}
    return Finding(
        id=control.id,
        severity=severities[control.id[0]],
        message=message,
        file=one.file,
        line=one.line,
        path=one.path,
        source_url="",
        product=one.product,
        title=control.shortdesc,
        portfolio=one.portfolio,
        in_file=True,
    )
