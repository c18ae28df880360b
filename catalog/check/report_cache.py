"""Whole reports of `catalog validate`, kept between runs while no file that was read has changed (ADR 34)."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path

from catalog.content.confinement import REQUIRE
from catalog.content.inputs import InputFiles, Snapshot
from catalog.kept import KeptResults, digest, tools


@dataclass(frozen=True, slots=True)
class CheckOutcome:
    """What `catalog validate` prints, and whether it fails."""

    text: str
    """The report in the format that was asked for, without colours."""
    summary: str
    errors: int


class ReportCache:
    """The outcomes that are kept in one folder."""

    def __init__(self, folder: Path) -> None:
        self.kept = KeptResults(folder)

    def outcome(self, root: Path, question: object, check: Callable[[], tuple[CheckOutcome, bool]]) -> CheckOutcome:
        """The outcome of an entry while all of its files are the same; else that of `check`, which becomes an entry.

        `question` is what the command was asked, as JSON. `check` also returns whether its outcome depends only on
        files that can be observed: then it becomes an entry.
        """
        key = digest([*tools(), "report", str(root), bool(os.environ.get(REQUIRE)), question])
        match self.kept.read(key):
            case {
                "files": dict(files),
                "folders": dict(folders),
                "outcome": {"text": str(text), "summary": str(summary), "errors": int(errors)},
            } if Snapshot(files, folders).is_current():
                return CheckOutcome(text, summary, errors)
        with InputFiles.recorded() as inputs:
            outcome, observable = check()
        snapshot = inputs.snapshot(root, self.kept.folder) if observable else None
        if snapshot:
            self.kept.write(key, {**asdict(snapshot), "outcome": asdict(outcome)})
        return outcome
