"""Finding: one fault that a check reports, as a value."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

Severity = Literal["error", "warning", "info"]
SEVERITIES: tuple[Severity, ...] = ("error", "warning", "info")


@dataclass(frozen=True, slots=True)
class Finding:
    """A rule that one part of a template or portfolio breaks."""

    id: str
    """The rule: `E9001`. The letter is the severity. 9xxx are controls, other numbers are rules of cfn-lint."""
    severity: Severity
    message: str
    file: str
    """The file to edit, relative to the repository: `products/kms_key.py`, `products/queue.template.yaml` or
    `portfolios/security-prod.yaml`."""
    line: int
    """From 1. If not `in_file`: the line of the rendered template (`catalog export`)."""
    path: tuple[str | int, ...]
    """Where in the template or portfolio: `("Resources", "Key", "Properties")`, `("products", "kms_key", "launch")`;
    empty for the whole file."""
    source_url: str
    """The page that gives the reason."""
    product: str
    """The product's key. For a finding in a portfolio: the product that it concerns, or empty."""
    title: str = ""
    """The requirement of the rule in one line, the same for all its findings."""
    portfolio: str = ""
    """The portfolio's key when the finding is in a portfolio file."""
    in_file: bool = False
    """Whether `line` is a line of `file`, as in a portfolio or a template file, and not of the rendered template."""
    file_line: int = 0
    """The line of `file` to mark; 0 if it is not known which line of a product file made the fault."""

    @property
    def rendered(self) -> str:
        """The name of the rendered template, whose line is `line`; empty for a line of `file`."""
        return "" if self.in_file else f"{self.product}.yaml"

    @property
    def where(self) -> str:
        """`path` as text: `Resources/Key/Properties`."""
        return "/".join(map(str, self.path))


def in_order(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """Each finding once: products before portfolios, then by line, rule, path and message.

    The same input gives the same output.
    """
    return tuple(sorted(set(findings), key=sort_key))


def sort_key(finding: Finding) -> tuple[object, ...]:
    """A key for a total order. A path mixes texts and list indices, which Python cannot compare with each other."""
    path = tuple((isinstance(part, str), part) for part in finding.path)
    scope = (finding.portfolio, "" if finding.portfolio else finding.product, finding.file)
    words = (
        finding.message,
        finding.title,
        finding.severity,
        finding.source_url,
        finding.product,
        finding.in_file,
        finding.file_line,
    )
    return (*scope, finding.line, finding.id, path, *words)


def count(findings: Iterable[Finding]) -> dict[Severity, int]:
    """The number of findings of each severity; all three keys are present."""
    counts = dict.fromkeys(SEVERITIES, 0)
    for finding in findings:
        counts[finding.severity] += 1
    return counts
