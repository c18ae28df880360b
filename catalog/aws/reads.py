"""Reads side by side: one pool of threads for all reads of an account and Region, and coroutines that wait for them.

A read that needs the answer of another one waits in a coroutine and not in a thread, so that every thread has a call in
flight while there is one to make.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Coroutine, Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any, ParamSpec, TypeVar

from catalog.stopping import STOP

AT_ONCE = 16
"""Reads in flight. If AWS throttles an operation, pacing slows it down (catalog/aws/pacing.py)."""

Given = ParamSpec("Given")
Item = TypeVar("Item")
Result = TypeVar("Result")
Other = TypeVar("Other")


def unless_stopped(read: Callable[Given, Result]) -> Callable[Given, Result]:
    """The same read, which raises `StoppedError` after a stop request: reads that wait in a pool need not be made."""

    def call(*arguments: Given.args, **named: Given.kwargs) -> Result:
        STOP.check()
        return read(*arguments, **named)

    return call


@dataclass(frozen=True, slots=True)
class Reads:
    """The pool of one `read_all`."""

    pool: ThreadPoolExecutor

    async def __call__(self, read: Callable[Given, Result], *arguments: Given.args, **named: Given.kwargs) -> Result:
        """The result of a read, which is made in a thread. After a stop request, `StoppedError` instead."""
        call = unless_stopped(read)
        return await asyncio.get_running_loop().run_in_executor(self.pool, lambda: call(*arguments, **named))

    async def listed(
        self, listing: Callable[Given, Iterable[Item]], *given: Given.args, **named: Given.kwargs
    ) -> list[Item]:
        """All items of a listing."""
        return await self(lambda: list(listing(*given, **named)))

    async def each(self, listing: Iterable[Item], work: Callable[[Item], Coroutine[Any, Any, Result]]) -> list[Result]:
        """What `work` returns for each item, in their order.

        It begins with the first page of a listing, while the next one is read.
        """
        loop, tasks = asyncio.get_running_loop(), list[asyncio.Task[Result]]()

        def begin(item: Item) -> None:
            tasks.append(loop.create_task(work(item)))

        def read_on() -> None:
            for item in listing:
                loop.call_soon_threadsafe(begin, item)

        await self(read_on)
        return list(await asyncio.gather(*tasks))


def read_all(work: Callable[[Reads], Awaitable[Result]]) -> Result:
    """The result of `work`, which makes its reads with the given `Reads`. The first error ends it."""

    async def main(pool: ThreadPoolExecutor) -> Result:
        # After the first error, which is raised, those of other reads are of no use.
        asyncio.get_running_loop().set_exception_handler(lambda *_: None)
        return await work(Reads(pool))

    with ThreadPoolExecutor(AT_ONCE, thread_name_prefix="read") as pool:
        return asyncio.run(main(pool))


def read_each(read: Callable[[Item], Result], items: Iterable[Item]) -> list[Result]:
    """The result of one read for each item, in their order."""
    waiting = list(items)
    if len(waiting) < 2:
        return [read(item) for item in waiting]
    with ThreadPoolExecutor(min(AT_ONCE, len(waiting)), thread_name_prefix="read") as pool:
        return list(pool.map(unless_stopped(read), waiting))


def read_both(read: Callable[[], Result], other: Callable[[], Other]) -> tuple[Result, Other]:
    """The results of two reads that do not need each other. The error of the first one counts if both fail."""
    with ThreadPoolExecutor(1, thread_name_prefix="read") as pool:
        future = pool.submit(other)
        return read(), future.result()
