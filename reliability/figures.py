"""The figures: points, kinds and outcomes, as a table of Markdown."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path

from reliability.trials import Outcome, Point

PAGE = Path(__file__).resolve().parent.parent / "docs" / "reliability.md"
BEGIN, END = "<!-- figures: begin -->", "<!-- figures: end -->"
WORDS = ("done", "failed", "stopped", "killed")


def report(outcomes: Sequence[Outcome], seconds: float) -> str:
    """The figures as text."""
    lost = [outcome for outcome in outcomes if outcome.faults]
    lines = [
        f"{len(outcomes)} points, {len(lost)} of them not as they must be, in {seconds:.0f} s.",
        "",
        *table("Kind of fault", outcomes, lambda point: point.kind),
        "",
        *table("Stage", outcomes, lambda point: point.stage),
    ]
    return "\n".join(lines)


def table(title: str, outcomes: Sequence[Outcome], name_of: Callable[[Point], str]) -> list[str]:
    """A row for each name: its points, how the command ended under the fault, and how many came to their end state."""
    lines = [f"| {title} | points | {' | '.join(WORDS)} | came to the end state |", "|---|--:|" + "--:|" * 5]
    for name in dict.fromkeys(name_of(outcome.point) for outcome in outcomes):
        chosen = [outcome for outcome in outcomes if name_of(outcome.point) == name]
        ends = Counter(outcome.first for outcome in chosen)
        whole = sum(not outcome.faults for outcome in chosen)
        cells = [str(len(chosen)), *(str(ends[word]) for word in WORDS), f"{whole} of {len(chosen)}"]
        lines.append(f"| {name} | {' | '.join(cells)} |")
    return lines


def write_page(text: str, arguments: Sequence[str], *, append: bool) -> None:
    """Write the figures into the page, with the command that made them; with `append` below those that it has."""
    if "--json" in arguments:  # a path of this machine
        place = arguments.index("--json")
        arguments = [*arguments[:place], *arguments[place + 2 :]]
    command = " ".join(["python -m reliability", *(f'"{word}"' if " " in word else word for word in arguments)])
    head = f"`{command}`, {datetime.now(UTC):%Y-%m-%d}:"
    before, _, rest = PAGE.read_text(encoding="utf-8").partition(BEGIN)
    figures, _, after = rest.partition(END)
    kept = f"{figures.strip()}\n\n" if append and figures.strip() else ""
    PAGE.write_text(f"{before}{BEGIN}\n{kept}{head}\n\n{text}\n{END}{after}", encoding="utf-8")
