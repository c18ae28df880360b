"""Finding: one thing that a check found, as a value; the formats are its readers."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

Severity = Literal["error", "warning", "info"]
SEVERITIES: tuple[Severity, ...] = ("error", "warning", "info")


@dataclass(frozen=True, slots=True)
class Finding:
    """One rule that did not hold at one place of a product's template or of a portfolio."""

    id: str
    """The rule: `E9001`. The letter is the severity, 9xxx are ours, the rest are cfn-lint's."""
    severity: Severity
    message: str
    file: str
    """The file to edit, relative to the repository: `products/kms_key.py` or `portfolios/security-prod.yaml`."""
    line: int
    """From 1. Of a finding in a template: the line there, as `catalog export` prints it, and not a line of `file`."""
    path: tuple[str | int, ...]
    """Where in the template or portfolio: `("Resources", "Key", "Properties")`, `("products", "kms_key", "launch")`;
    empty when the finding is about all of it."""
    source_url: str
    """The page that says why."""
    product: str
    """The product's key; of a finding in a portfolio the product that it is about, or empty."""
    title: str = ""
    """What the rule demands, in one line, the same for all its findings."""
    portfolio: str = ""
    """The portfolio's key when the finding is in a portfolio file."""
    in_file: bool = False
    """Whether `line` is a line of `file`, as in a portfolio, and not one of the rendered template."""

    @property
    def where(self) -> str:
        """`path` as people read it: `Resources/Key/Properties`."""
        return "/".join(map(str, self.path))


def in_order(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """Each finding once, products before portfolios, then by line, rule, path and message: the same input gives the
    same output.
    """
    return tuple(sorted(set(findings), key=sort_key))


def sort_key(finding: Finding) -> tuple[object, ...]:
    """A total order; a path mixes text and list indices, which do not compare with each other."""
    path = tuple((isinstance(part, str), part) for part in finding.path)
    scope = (finding.portfolio, "" if finding.portfolio else finding.product, finding.file)
    words = (finding.message, finding.title, finding.severity, finding.source_url, finding.product, finding.in_file)
    return (*scope, finding.line, finding.id, path, *words)


def count(findings: Iterable[Finding]) -> dict[Severity, int]:
    """How many findings of each severity, all three keys present."""
    counts = dict.fromkeys(SEVERITIES, 0)
    for finding in findings:
        counts[finding.severity] += 1
    return counts
