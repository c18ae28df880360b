"""One operation at a time, but for those that arrive while one waits."""

from __future__ import annotations

import threading

from catalog.sandbox.turns import Turns


def test_what_waits_goes_on_after_all_that_began_in_the_meantime() -> None:
    turns, events = Turns(), list[str]()
    inner_waits, outer_may, inner_may = threading.Event(), threading.Event(), threading.Event()

    def inner() -> None:
        with turns:
            events.append("inner")
            with turns.left():
                inner_waits.set()
                assert inner_may.wait(5)
            events.append("inner again")

    def outer() -> None:
        with turns, turns:  # twice, as Service Catalog takes it for a stack
            events.append("outer")
            with turns.left():
                thread.start()
                assert inner_waits.wait(5)
                outer_may.set()
            events.append("outer again")

    def reset() -> None:
        with turns.idle():
            events.append("reset")

    thread, whole, last = (threading.Thread(target=each) for each in (inner, outer, reset))
    whole.start()
    assert outer_may.wait(5)
    last.start()
    with turns:
        events.append("other")  # both wait: others are let in
    inner_may.set()
    for each in (thread, whole, last):
        each.join(5)
    assert events == ["outer", "inner", "other", "inner again", "outer again", "reset"]


def test_a_thread_without_the_lock_leaves_nothing() -> None:
    turns = Turns()
    with turns.left(), turns:
        pass
