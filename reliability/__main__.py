"""`python -m reliability`: run the trials, print the figures, and write them into docs/reliability.md."""

from __future__ import annotations

import argparse
import json
import os
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

from reliability import catalogue
from reliability.account import served
from reliability.figures import report, write_page
from reliability.kinds import KINDS
from reliability.lasting import LASTING
from reliability.ledger import KINDS_OF_FILES, STAGE, Ledger, ledger_points
from reliability.pool import Pool, Work
from reliability.stages import stages_in
from reliability.trials import Baseline, Outcome, Point, alone, strike, trial_of, undisturbed

ALL = (*KINDS, *LASTING, *KINDS_OF_FILES)
FEW = 4
"""Kinds with so few points have all of them, also with --every."""
STAGES = ("bootstrap", "publish", "roles", "change", "release", "prune")
PLACES = (*STAGES, STAGE)


def options(arguments: list[str]) -> argparse.Namespace:
    """The options of the command."""
    parser = argparse.ArgumentParser(prog="reliability", description=__doc__)
    parser.add_argument("--kinds", help=f"kinds of fault, with commas between; default: all of {', '.join(ALL)}")
    parser.add_argument("--stages", default=",".join(PLACES), help="stages, with commas between")
    parser.add_argument("--every", type=int, default=1, metavar="N", help="strike every N-th call only")
    parser.add_argument("--first", type=int, default=0, metavar="K", help="begin with call K")
    parser.add_argument("--processes", type=int, default=2, help="how many trials run at a time")
    parser.add_argument("--write", action="store_true", help="write the figures into docs/reliability.md")
    parser.add_argument("--append", action="store_true", help="write them below the figures that the page has")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the outcomes into a file")
    chosen = parser.parse_args(arguments)
    chosen.kinds = chosen.kinds.split(",") if chosen.kinds else list(ALL)
    chosen.stages = chosen.stages.split(",")
    if unknown := [*({*chosen.kinds} - {*ALL}), *({*chosen.stages} - {*PLACES})]:
        parser.error(f"unknown: {', '.join(unknown)}")
    return chosen


def work_of(baseline: Baseline, point: Point) -> Work:
    """How a point is tried."""
    if point.kind in LASTING:
        kind = LASTING[point.kind]
        return lambda outcome: trial_of(baseline, outcome, kind.act, kind.processes(point.number))
    return lambda outcome: trial_of(baseline, outcome, strike)


def points(baseline: Baseline, chosen: argparse.Namespace) -> Iterator[Point]:
    """The points of a stage. Each kind begins with another call, so that `--every` reaches more of them."""
    for offset, kind in enumerate(kind for kind in chosen.kinds if kind not in KINDS_OF_FILES):
        start = chosen.first + offset % chosen.every
        numbers: Sequence[int] = range(start, len(baseline.operations), chosen.every)
        if kind in LASTING:
            lasting = LASTING[kind]
            few = [number for number in lasting.numbers if number < len(baseline.operations)]
            numbers = few[start :: chosen.every] if len(few) > FEW else lasting.numbers
            numbers = numbers if baseline.stage.name in lasting.stages else ()
        for number in numbers:
            yield Point(baseline.stage.name, kind, number)


def main(arguments: list[str]) -> int:
    """Run the trials; 1 if something was lost."""
    from reliability.warmth import warm_up  # loads all of catalog, which `--help` does not need

    chosen = options(arguments)
    start = time.monotonic()
    os.environ["CATALOG_SANDBOX_LATENCY"] = "0"
    outcomes: list[Outcome] = []
    with tempfile.TemporaryDirectory(prefix="reliability-") as name:
        root = Path(name)
        os.environ["XDG_CACHE_HOME"] = os.environ["XDG_STATE_HOME"] = name
        with served() as account:
            unit = catalogue.prepare(account.client)
        stages = stages_in(root, unit)
        warm_up(stages[0].folder)
        alone()
        if STAGE in chosen.stages:
            pool = Pool(chosen.processes, STAGE)
            kinds = [kind for kind in chosen.kinds if kind in KINDS_OF_FILES]
            for point, work in ledger_points(Ledger(root / "drafted"), kinds, chosen.every):
                pool.add(work, point)
            outcomes += pool.outcomes()
        last = max((STAGES.index(name) for name in chosen.stages if name in STAGES), default=-1)
        for stage in stages[: last + 1]:
            pool = Pool(chosen.processes, stage.name)
            if stage.name in chosen.stages:
                # the stage runs in a process of its own first: this one must have the state before it
                baseline = pool.baseline(stage)
                for point in points(baseline, chosen):
                    pool.add(work_of(baseline, point), point)
                outcomes += pool.outcomes()
            undisturbed(stage)
    seconds = time.monotonic() - start
    if chosen.json:
        chosen.json.write_text(
            json.dumps([outcome.__dict__ | {"point": outcome.point.__dict__} for outcome in outcomes])
        )
    text = report(outcomes, seconds)
    print(text)
    if chosen.write or chosen.append:
        write_page(text, arguments, append=chosen.append)
    return int(any(outcome.faults for outcome in outcomes))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
