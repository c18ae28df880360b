"""Report: the checked products and portfolios with their findings, and the words that the formats share."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from catalog.check.finding import Finding, count, sort_key
from catalog.check.suppression import Suppressed
from catalog.model.definition import Suppression

PYPROJECT = "pyproject.toml"


@dataclass(frozen=True, slots=True)
class Report:
    """The result of a check, for the formats."""

    products: tuple[str, ...]
    """Keys of all checked products, also of those without findings."""
    regions: tuple[str, ...]
    findings: tuple[Finding, ...]
    portfolios: tuple[str, ...] = ()
    """Keys of all checked portfolios."""
    suppressed: tuple[Suppressed, ...] = ()
    """Findings that do not count, each with its suppression."""
    off: tuple[str, ...] = ()
    """Ids of the controls that the repository switches off."""
    packages: Mapping[str, str] = field(default_factory=dict)
    """File of an installed package, as findings name it → the package."""

    def mark(self, finding: Finding) -> tuple[str, int]:
        """(file, line) to mark in the repository: pyproject.toml for a file of a package, which is not in it."""
        return (PYPROJECT, 1) if finding.file in self.packages else (finding.file, marked_line(finding))

    def marked_message(self, finding: Finding) -> str:
        """The message at the mark, with the place of the fault if the mark is not that."""
        message = placed_message(finding)
        return f"{finding.file}:{marked_line(finding)}: {message}" if finding.file in self.packages else message

    def with_suppressions(self) -> list[tuple[Finding, Suppression | None]]:
        """Every finding in order, with its suppression when it has one."""
        pairs: list[tuple[Finding, Suppression | None]] = [(finding, None) for finding in self.findings]
        pairs += [(suppressed.finding, suppressed.suppression) for suppressed in self.suppressed]
        return sorted(pairs, key=lambda pair: sort_key(pair[0])) if self.suppressed else pairs


def summary(report: Report) -> str:
    """One line: how many products, portfolios and Regions were checked, and how many findings of each level."""
    counts = count(report.findings)
    portfolios = f" and {plural(len(report.portfolios), 'portfolio')}" if report.portfolios else ""
    regions = plural(len(report.regions), "Region")
    checked = f"{plural(len(report.products), 'product')}{portfolios} checked for {regions}"
    suppressed = f", {len(report.suppressed)} suppressed" if report.suppressed else ""
    levels = (
        f"{plural(counts['error'], 'error')}, {plural(counts['warning'], 'warning')}, {counts['info']} informational"
    )
    off = f", {plural(len(report.off), 'control')} off ({', '.join(report.off)})" if report.off else ""
    return f"{checked}: {levels if report.findings else 'no findings'}{suppressed}{off}"


def scope(finding: Finding) -> str:
    """Where a finding belongs: to a product's key, or to `portfolios/<key>`, which cannot be a product's key."""
    return f"portfolios/{finding.portfolio}" if finding.portfolio else finding.product


def marked_line(finding: Finding) -> int:
    """The line of `finding.file` to mark; the first one if a product file in Python does not show which it is."""
    return finding.line if finding.in_file else finding.file_line or 1


def place(finding: Finding) -> str:
    """`file:line`, or for what Python renders, the product file and the line of the rendered template."""
    if finding.in_file:
        return f"{finding.file}:{finding.line}"
    line = f":{finding.file_line}" if finding.file_line else ""
    return f"{finding.file}{line} ({finding.rendered}:{finding.line})"


def placed_message(finding: Finding) -> str:
    """The message with its path and, for what Python renders, its line in the rendered template."""
    line = "" if finding.in_file else f" ({finding.rendered}:{finding.line}, `catalog export {finding.product}`)"
    return f"{f'{finding.where}: ' if finding.path else ''}{finding.message}{line}"


def explained(findings: Iterable[Finding]) -> list[str]:
    """The ids that `catalog controls` explains: not rules of cfn-lint, and not 909x, which are about suppressions."""
    ids = dict.fromkeys(finding.id for finding in findings)
    return [each for each in ids if each[1:].startswith("9") and not each[1:].startswith("909")]


def plural(number: int, noun: str) -> str:
    """`1 product`, `2 products`."""
    return f"{number} {noun}{'' if number == 1 else 's'}"
