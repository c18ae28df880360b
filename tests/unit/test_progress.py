"""Progress in words: how far, what is worked on, since when, and whether AWS slows it down."""

from __future__ import annotations

import re
import threading
import time

import pytest

from catalog.cli.progress import Progress


def test_the_oldest_step_is_named_because_the_others_wait_for_it() -> None:
    shown = Progress(3, "applying")
    for step in ("stack", "product", "portfolio"):
        shown.begin(step, f"{step} x")
    assert shown.end("product") == 1
    assert re.fullmatch(r"1/3  stack x  \d s", shown.words())
    shown.end("stack")
    assert re.fullmatch(r"applying ━{16}─{8} 2/3  portfolio x  \d s", shown.drawn())


def test_work_of_unknown_length_has_no_bar() -> None:
    assert re.fullmatch(r"reading AWS \d s", Progress(0, "reading AWS").drawn())


def test_it_says_when_aws_slows_the_work_down() -> None:
    shown = Progress(2, "applying", states=[lambda: "", lambda: "throttled"])
    assert shown.words().endswith(" s  throttled")


def test_all_of_it_fits_on_a_line() -> None:
    shown = Progress(12_345, "applying", start=time.monotonic() - 10_000, states=[lambda: "throttled"])
    shown.done = 12_344
    shown.begin(1, "security-prod: may launch, and a name that is very long " * 3)
    assert len(shown.drawn()) < 100


class EndAfterTwo(threading.Event):
    """Two waits last their time; the work ends in the third."""

    def __init__(self) -> None:
        super().__init__()
        self.timeouts: list[float | None] = []

    def wait(self, timeout: float | None = None) -> bool:
        self.timeouts.append(timeout)
        return len(self.timeouts) > 2


def test_in_a_pipe_it_is_a_line_every_few_seconds(capsys: pytest.CaptureFixture[str]) -> None:
    shown, waits = Progress(2, "applying"), EndAfterTwo()
    shown.begin(1, "stack x")
    shown.show(waits, live=False, pause=7)
    assert waits.timeouts == [7, 7, 7]
    assert capsys.readouterr().err.splitlines() == ["applying  0/2  stack x  0 s"] * 2
