"""Progress of work that takes longer than a moment, on standard error: a live line on a terminal, elsewhere lines."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field

from catalog.cli.live import CLEAR, LIVE, is_live
from catalog.cli.output import note
from catalog.cli.terminal import one_line
from catalog.errors import CatalogError
from catalog.stopping import STOP

PAUSE = 5.0
"""Seconds between two lines of progress where there is no terminal."""
TICK = 0.2
"""Seconds between two drawings of a live line, and before the first: what is quicker needs none."""
BAR = 24
"""Characters of the bar."""
SUBJECT = 32
"""Characters of a subject, so that all of it fits on a line of 100 columns."""
FILLED, EMPTY = "\N{BOX DRAWINGS HEAVY HORIZONTAL}", "\N{BOX DRAWINGS LIGHT HORIZONTAL}"

Step = Callable[[str], None]
"""Say that the next step begins, and what it works on."""


@dataclass(slots=True)
class Progress:
    """How far some work has come. Threads may report at the same time."""

    total: int
    """Number of steps; 0 when nobody knows it."""
    verb: str
    """What is done, such as `checking`."""
    start: float = field(default_factory=time.monotonic)
    done: int = 0
    in_work: dict[object, str] = field(default_factory=dict)
    """The subject of each step that has begun, the oldest first."""
    states: list[Callable[[], str]] = field(default_factory=list)
    """What to ask whether AWS slows the work down; each returns a word or nothing."""
    lock: threading.Lock = field(default_factory=threading.Lock)

    def begin(self, step: object, subject: str) -> None:
        """A step begins."""
        with self.lock:
            self.in_work[step] = subject

    def end(self, step: object) -> int:
        """A step is done; how many are."""
        with self.lock:
            self.in_work.pop(step, None)
            self.done += 1
            return self.done

    def words(self) -> str:
        """`41/60  security-prod: rules  6 s  throttled`. The oldest step is named: it is what the others wait for."""
        with self.lock:
            subject = next(iter(self.in_work.values()), "")
            state = next(filter(None, (ask() for ask in self.states)), "")
            count = f"{self.done}/{self.total}" if self.total else ""
        seconds = f"{time.monotonic() - self.start:.0f} s"
        return "  ".join(filter(None, [count, one_line(subject)[:SUBJECT].rstrip(), seconds, state]))

    def drawn(self) -> str:
        """The live line."""
        filled = BAR * self.done // self.total if self.total else 0
        bar = FILLED * filled + EMPTY * (BAR - filled) if self.total else ""
        return " ".join(filter(None, [self.verb, bar, self.words()]))

    def show(self, stop: threading.Event, *, live: bool, pause: float = PAUSE) -> None:
        """Show it again and again until the work ends; elsewhere than on a terminal after each `pause`."""
        while not stop.wait(TICK if live else pause):
            if live:
                LIVE.draw(self.drawn())
            else:
                with suppress(CatalogError):  # the command itself finds out that nothing can be written
                    note(f"{self.verb}  {self.words()}")


@contextmanager
def progress(total: int, verb: str) -> Iterator[Progress]:
    """Show progress over `total` steps while the block runs."""
    shown, stop, live = Progress(total, verb), threading.Event(), is_live()
    thread = threading.Thread(target=shown.show, args=(stop,), kwargs={"live": live}, daemon=True)
    thread.start()
    STOP.line_start = CLEAR.encode() if live else b""
    try:
        yield shown
    finally:
        stop.set()
        thread.join()
        LIVE.clear()
        STOP.line_start = b""


@contextmanager
def steps(total: int, verb: str) -> Iterator[Step]:
    """Progress over `total` steps after each other. The last step ends with the section."""
    with progress(total, verb) as shown:
        begun = 0

        def next_step(subject: str) -> None:
            nonlocal begun
            if begun:
                shown.end(begun)
            begun += 1
            shown.begin(begun, subject)

        yield next_step
