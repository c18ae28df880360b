"""A run of changes side by side, with calls that the test ends: what is said of those that fail or are stopped."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Mapping

import pytest

from catalog.errors import AwsError, CatalogError, StoppedError
from catalog.model.state import CatalogState
from catalog.plan.changes import Change
from catalog.plan.diff import diff
from catalog.plan.schedule import schedule
from catalog.publishing.apply import Run
from catalog.stopping import STOP
from tests.unit.plan.test_diff import FULL

CHANGES = diff(FULL, CatalogState())
Call = Callable[[], None]


class Account:
    """Makes changes by calls of the test; every listing has all that was made."""

    def __init__(self, calls: Mapping[str, Call]) -> None:
        self.calls = calls
        self.made: list[str] = []

    @property
    def settling(self) -> Account:
        return self

    def settle(self, listing: str) -> None:
        pass

    def execute(self, change: Change) -> None:
        self.calls.get(change.operation, lambda: None)()
        self.made.append(change.operation)


@pytest.fixture(autouse=True)
def unstopped() -> Iterator[None]:
    yield
    STOP.reset()


def failing(error: Exception) -> Call:
    def call() -> None:
        raise error

    return call


def ended(calls: Mapping[str, Call]) -> CatalogError:
    with pytest.raises(CatalogError) as caught:
        Run(Account(calls), schedule(CHANGES)).run()
    return caught.value


def test_all_changes_are_made() -> None:
    account = Account({})
    Run(account, schedule(CHANGES)).run()
    assert sorted(account.made) == sorted(change.operation for change in CHANGES)


def test_an_error_before_anything_is_done_says_no_more() -> None:
    error = AwsError("no", hint="Try.")
    assert ended(dict.fromkeys(["UploadTemplate"], failing(error))).hint != "Try."  # other changes were in flight
    with pytest.raises(AwsError) as caught:
        Run(Account({"UploadTemplate": failing(error)}), schedule(CHANGES[:1])).run()
    assert caught.value.hint == "Try."


def test_what_a_stop_leaves_in_doubt_is_named_beside_what_failed() -> None:
    waits = threading.Event()

    def fails() -> None:
        assert waits.wait(10)
        raise AwsError("tag option: no")

    def is_stopped() -> None:
        STOP.event.set()
        waits.set()
        STOP.check()

    error = ended({"CreateTagOption": fails, "CreatePortfolio": is_stopped})
    assert "tag option: no" in error.message
    assert "; in flight: CreatePortfolio portfolio/team, which AWS may complete" in error.hint
    assert "1 failed, " in error.hint


def test_a_stop_in_a_wait_says_that_the_change_is_in_doubt() -> None:
    def is_stopped() -> None:
        STOP.event.set()
        STOP.check()

    error = ended({"CreateProduct": is_stopped})
    assert isinstance(error, StoppedError)
    assert "in flight: CreateProduct product/key, which AWS may complete" in error.message


def test_a_fault_of_the_program_waits_for_the_calls_in_flight() -> None:
    """The lease is released after it: nothing may change AWS then."""
    begun, ends = threading.Event(), threading.Event()

    def slow() -> None:
        begun.set()
        assert ends.wait(10)

    def faulty() -> None:
        assert begun.wait(10)
        threading.Timer(0.05, ends.set).start()
        raise ZeroDivisionError

    account = Account({"CreatePortfolio": slow, "CreateTagOption": faulty})
    with pytest.raises(ZeroDivisionError):
        Run(account, schedule(CHANGES)).run()
    assert "CreatePortfolio" in account.made
