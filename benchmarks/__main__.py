"""`python -m benchmarks`: measure the rows, print them, and write them into docs/benchmarks.md."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Iterable, Iterator

from benchmarks import commands, publishing, servers, values
from benchmarks.page import head, write
from benchmarks.rows import Row

GROUPS: dict[str, tuple[str, ...]] = {"values": ("4",), "publishing": ("3",), "commands": ("1", "2"), "servers": ("4",)}
"""Group → the targets that it has rows of."""
NUMBERS = ("1", "2", "3", "4")


def options(arguments: list[str]) -> argparse.Namespace:
    """The options of the command line."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="small catalogues, once: whether it works, in a minute")
    parser.add_argument("--full", action="store_true", help="also 1,000 products; takes an hour or so")
    parser.add_argument("--rows", default=",".join(NUMBERS), metavar="N,…", help="of these targets: 1, 2, 3, 4")
    parser.add_argument("--write", action="store_true", help="write the figures into docs/benchmarks.md")
    chosen = parser.parse_args(arguments)
    chosen.numbers = tuple(number.strip() for number in chosen.rows.split(","))
    if unknown := [number for number in chosen.numbers if number not in NUMBERS]:
        parser.error(f"--rows: there is no target {', '.join(unknown)}; they are {', '.join(NUMBERS)}")
    return chosen


def measured(chosen: argparse.Namespace, group: str) -> Iterator[Row]:
    """The rows of a group that were chosen, as they are taken."""
    if group == "publishing":
        taken: Iterable[Row] = publishing.rows(quick=chosen.quick, full=chosen.full)
    else:
        taken = {"values": values, "commands": commands, "servers": servers}[group].rows(quick=chosen.quick)
    return (row for row in taken if row.number in chosen.numbers)


def main(arguments: list[str]) -> int:
    """Measure; the exit code is 0 whatever the verdicts are: the page says what misses, and why."""
    chosen, load = options(arguments), os.getloadavg()[0]
    groups: dict[str, list[Row]] = {}
    for group, numbers in GROUPS.items():
        if not set(numbers) & set(chosen.numbers):
            continue
        groups[group] = []
        for row in measured(chosen, group):
            groups[group].append(row)
            print("  ".join(filter(None, row.cells())), flush=True)
    heading = head(" ".join(["python -m benchmarks", *arguments]), load)
    print(f"\n{heading}")
    if chosen.write:
        write(groups, heading)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
