"""Reads side by side: order, first pages, errors, no thread that waits for another."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import pytest

from catalog.aws.reads import AT_ONCE, Reads, read_all, read_both, read_each
from catalog.errors import AwsError, StoppedError
from catalog.stopping import STOP


def test_results_are_in_the_order_of_the_listing_and_the_first_page_is_not_waited_for() -> None:
    first_described = threading.Event()

    def pages() -> Iterator[int]:
        yield 0
        assert first_described.wait(10)
        yield from range(1, 50)

    def describe(number: int) -> int:
        if number == 0:
            first_described.set()
        return number * number

    async def work(reads: Reads) -> list[int]:
        async def described(number: int) -> int:
            return await reads(describe, number)

        return await reads.each(pages(), described)

    assert read_all(work) == [number * number for number in range(50)]


def test_reads_that_wait_for_others_hold_no_thread() -> None:
    async def chain(reads: Reads, depth: int) -> int:
        async def next_chain(_: int) -> int:
            return await chain(reads, depth - 1)

        if not depth:
            return await reads(lambda: 1)
        return sum(await reads.each(range(3), next_chain))

    assert read_all(lambda reads: chain(reads, 4)) == 81


def test_as_many_reads_are_in_flight_as_there_are_threads() -> None:
    together = threading.Barrier(AT_ONCE, timeout=10)

    async def work(reads: Reads) -> list[int]:
        async def one_read(_: int) -> int:
            return await reads(together.wait)

        return await reads.each(range(AT_ONCE), one_read)

    assert sorted(read_all(work)) == list(range(AT_ONCE))
    assert sorted(read_each(lambda _: together.wait(), range(AT_ONCE))) == list(range(AT_ONCE))
    pair = threading.Barrier(2, timeout=10)
    assert sum(read_both(pair.wait, pair.wait)) == 1


def test_the_first_error_ends_the_reads(caplog: pytest.LogCaptureFixture) -> None:
    def listing() -> Iterator[int]:
        yield from range(3)
        raise AwsError("listing")

    async def work(reads: Reads) -> list[int]:
        async def described(number: int) -> int:
            return await reads(fail, number)

        return await reads.each(listing(), described)

    def fail(number: int) -> int:
        raise AwsError(f"read {number}")

    with pytest.raises(AwsError):
        read_all(work)
    assert caplog.records == []


def test_a_stop_request_ends_the_reads_that_have_not_begun() -> None:
    begun = []

    def read(number: int) -> int:
        begun.append(number)
        STOP.event.set()
        return number

    async def work(reads: Reads) -> list[int]:
        async def one_read(number: int) -> int:
            return await reads(read, number)

        return await reads.each(range(1000), one_read)

    try:
        with pytest.raises(StoppedError):
            read_all(work)
    finally:
        STOP.reset()
    assert len(begun) <= AT_ONCE
