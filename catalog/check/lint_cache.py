"""Findings about templates, kept between runs of `catalog validate` (ADR 34).

An entry is found only with the same template bytes, rules, settings, Regions and tools.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import asdict, fields
from pathlib import Path
from typing import Any

from catalog.check.finding import Finding
from catalog.content.control_settings import ControlSettings
from catalog.kept import KeptResults, digest, tools

FAILED_RULE = "E0002"
"""cfn-lint's finding that a rule of its own failed: the next run tries again."""
NAMES = tuple(field.name for field in fields(Finding))
Pending = Callable[[], Sequence[Finding]]
"""Waits for findings and returns them."""


class LintCache:
    """The findings that are kept in one folder."""

    def __init__(self, folder: Path) -> None:
        self.kept = KeptResults(folder)

    def findings(
        self,
        product: str,
        file: str,
        body: bytes,
        regions: Sequence[str],
        settings: ControlSettings,
        begin: Callable[[], Pending],
    ) -> Pending:
        """What returns the findings of an entry; without one, those of the check that `begin` begins, a new entry.

        Own controls can read whatever they like, so a repository that has some keeps no entries, unless they are pure.
        """
        if not settings.findings_can_be_kept:
            return begin()
        depends_on = [repr(settings), *settings.code(), hashlib.sha256(body).hexdigest()]
        key = digest([*tools(), *NAMES, product, file, list(regions), *depends_on])
        known_findings = parsed(self.kept.read(key))
        if known_findings is not None:
            return lambda: known_findings
        pending = begin()

        def checked() -> Sequence[Finding]:
            findings = pending()
            if all(finding.id != FAILED_RULE for finding in findings):
                self.kept.write(key, [asdict(finding) for finding in findings])
            return findings

        return checked


def parsed(content: Any) -> list[Finding] | None:
    """The findings of an entry; None if its content is something else."""
    try:
        return [Finding(**{**finding, "path": tuple(finding["path"])}) for finding in content]
    except (TypeError, LookupError):
        return None
