"""All rows of docs/benchmarks.md: ratios of medians of one run, pairs alternating.

    .venv/bin/python -m benchmarks.bench [--quick] [commands] [publish] [values]     (make bench)

Without names all groups are measured. `--quick` measures each once and small, to see that the harness works; its
figures say nothing. The seconds depend on the machine; compare the ratios.
"""

from __future__ import annotations

import os
import platform
import sys
from importlib.metadata import version

from benchmarks import commands, publish, values
from benchmarks.rows import Row, table

GROUPS = {"commands": commands.rows, "publish": publish.rows, "values": values.rows}
TOOLS = ("cfn-lint", "boto3", "moto", "troposphere", "click")


def head() -> str:
    """The machine and the versions."""
    tools = ", ".join(f"{name} {version(name)}" for name in TOOLS)
    load = os.getloadavg()[0]
    return (
        f"{os.cpu_count()} cores ({platform.machine()}, {platform.system()}), load {load:.1f} when the run began; "
        f"Python {platform.python_version()}, catalog {version('catalog')}, {tools}.\n"
    )


def main(words: list[str]) -> None:
    """Measure and print the groups that are named."""
    quick = "--quick" in words
    names = [word for word in words if word != "--quick"] or list(GROUPS)
    if unknown := [name for name in names if name not in GROUPS]:
        raise SystemExit(f"unknown group {unknown[0]!r}: one of {', '.join(GROUPS)}")
    print(head())
    measured: list[Row] = []
    for name in names:
        measured += GROUPS[name](quick=quick)
    print(table(measured))
    missed = sum(not row.holds for row in measured)
    print(f"{len(measured)} rows, {missed} {'misses its' if missed == 1 else 'miss their'} target.")


if __name__ == "__main__":
    main(sys.argv[1:])
