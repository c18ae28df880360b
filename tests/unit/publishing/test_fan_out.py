"""Work over many targets: side by side, bounded, in order, and none stops another."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator

import pytest

from catalog.content.targets import Target
from catalog.errors import AwsError, CatalogError
from catalog.publishing.fan_out import AT_ONCE, Earlier, TargetOutcome, side_by_side
from catalog.stopping import STOP


def targets(*labels: str) -> tuple[Target, ...]:
    """`account/region` each."""
    return tuple(Target(label, *label.split("/")) for label in labels)


def test_outcomes_come_in_the_declared_order_with_a_result_or_an_error() -> None:
    first, second, third = targets("1/a", "2/a", "3/a")
    refused = AwsError("refused")

    def work(target: Target, _: Earlier[str]) -> str:
        time.sleep(0.02 if target is first else 0)
        if target is second:
            raise refused
        return target.account

    assert side_by_side((first, second, third), work) == (
        TargetOutcome(first, "1"),
        TargetOutcome(second, error=refused),
        TargetOutcome(third, "3"),
    )
    assert side_by_side((), work) == ()


def test_targets_run_side_by_side_up_to_a_limit() -> None:
    running, most, lock = set(), [0], threading.Lock()
    together = threading.Barrier(AT_ONCE, timeout=30)

    def work(target: Target, _: Earlier[None]) -> None:
        with lock:
            running.add(target)
            most[0] = max(most[0], len(running))
        together.wait()  # nobody passes unless as many run at once
        with lock:
            running.discard(target)

    many = targets(*(f"{number}/a" for number in range(3 * AT_ONCE)))
    assert [outcome.error for outcome in side_by_side(many, work)] == [None] * len(many)
    assert most[0] == AT_ONCE


def test_a_target_can_wait_for_earlier_targets_of_its_account() -> None:
    def work(target: Target, earlier: Earlier[str]) -> str:
        if target.region == "bad":
            raise AwsError("no")
        return target.region + "".join(f"<{outcome.result}" for outcome in earlier())

    # more than run at once, all waiting in a chain: the pool takes them in order, so that none waits for ever
    chain = targets(*(f"1/{number}" for number in range(2 * AT_ONCE)), "2/x", "1/bad", "1/last")
    results = {outcome.target.name: outcome.result for outcome in side_by_side(chain, work)}
    assert results["1/0"] == "0"
    assert results["1/2"] == "2<0<1<0"
    assert results["2/x"] == "x"
    assert str(results["1/last"]).endswith("<None")


@pytest.fixture
def no_stop_request() -> Iterator[None]:
    """Forget the request that a test makes."""
    yield
    STOP.reset()


@pytest.mark.usefixtures("no_stop_request")
def test_a_programming_error_is_raised_and_the_other_targets_stop() -> None:
    begun = threading.Event()
    ended: list[str] = []

    def work(target: Target, _: Earlier[None]) -> None:
        if target.account == "1":
            begun.wait(30)
            raise ZeroDivisionError
        begun.set()
        try:
            while True:
                STOP.check()
                time.sleep(0.001)
        except CatalogError as error:
            ended.append(error.message)
            raise

    with pytest.raises(ZeroDivisionError):
        side_by_side(targets("1/a", "2/a"), work)
    assert ended == ["stopped"]
