"""The figures in docs/benchmarks.md, with what they were taken on."""

from __future__ import annotations

import os
import platform
import subprocess
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from importlib.metadata import version

from benchmarks.rows import Row, table
from benchmarks.runs import ROOT

PAGE = ROOT / "docs" / "benchmarks.md"
PACKAGES = ("boto3", "moto", "cfn-lint", "troposphere", "click")


def head(command: str, load: float) -> str:
    """What the figures were taken on. `load` is the machine's load when they began, without their own."""
    git = ["git", "rev-parse", "--short", "HEAD"]
    commit = subprocess.run(git, cwd=ROOT, capture_output=True, text=True, check=False).stdout.strip()  # noqa: S603  # ours
    packages = ", ".join(f"{name} {version(name)}" for name in PACKAGES)
    return (
        f"`{command}`, {datetime.now(UTC):%Y-%m-%d %H:%M} UTC, commit {commit or 'unknown'}. {machine()}, "
        f"{os.cpu_count()} cores, {platform.system()}, Python {platform.python_version()}, {packages}. Load of the "
        f"machine before (average of a minute): {load:.1f}."
    )


def machine() -> str:
    """The processor."""
    try:
        with open("/proc/cpuinfo", encoding="utf-8") as lines:
            names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    except OSError:
        names = []
    return names[0] if names else platform.processor() or platform.machine()


def replaced(page: str, group: str, figures: str) -> str:
    """The page with other figures between the marks of a group."""
    marks = (f"<!-- {group}: begin -->", f"<!-- {group}: end -->")
    before, begin, rest = page.partition(marks[0])
    _, end, after = rest.partition(marks[1])
    if not begin or not end:
        raise SystemExit(f"docs/benchmarks.md has no {' … '.join(marks)}")
    return f"{before}{marks[0]}\n{figures.strip()}\n{marks[1]}{after}"


def write(groups: Mapping[str, Sequence[Row]], heading: str) -> None:
    """Write the figures of groups into the page."""
    page = PAGE.read_text(encoding="utf-8")
    for group, rows in groups.items():
        judged = [row for row in rows if row.target is not None]
        misses = sum(not row.holds for row in judged)
        summary = f"Rows with a target: {len(judged)}; {misses} of them {'misses' if misses == 1 else 'miss'} it."
        page = replaced(page, group, f"{heading}\n\n{summary}\n\n{table(rows)}")
    PAGE.write_text(page, encoding="utf-8")
