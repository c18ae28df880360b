"""One operation at a time, but for those that arrive while an operation waits for a stub.

What comes from outside may take a minute, and what it does may be to call the sandbox. So an operation that waits lets
others in. They are like parts of it: it goes on when all have ended that began in the meantime, and of several
operations that wait, the last one goes on first. So the journal can carry all out again in one order (ADR 54): each
request that was let in stands where the answer of the stub stands, before it.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager


class Turns:
    """A lock that its thread can take again, and that lets others in while its operation waits."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._owner = 0
        self._depth = 0
        self._waiting: list[object] = []

    def __enter__(self) -> Turns:
        with self._changed:
            me = threading.get_ident()
            self._changed.wait_for(lambda: self._owner in (0, me))
            self._owner, self._depth = me, self._depth + 1
        return self

    def __exit__(self, *_: object) -> None:
        with self._changed:
            self._depth -= 1
            self._owner = self._owner if self._depth else 0
            self._changed.notify_all()

    @contextmanager
    def idle(self) -> Iterator[None]:
        """Take the lock when nothing runs or waits."""
        with self._changed:
            self._changed.wait_for(lambda: self._owner == 0 and not self._waiting)
            self._owner, self._depth = threading.get_ident(), 1
        try:
            yield
        finally:
            self.__exit__()

    @contextmanager
    def left(self) -> Iterator[None]:
        """Leave the lock to others; nothing if this thread does not have it."""
        if self._owner != threading.get_ident():
            yield
            return
        mine, depth = object(), self._depth
        with self._changed:
            self._waiting.append(mine)
            self._owner = self._depth = 0
            self._changed.notify_all()
        try:
            yield
        finally:
            with self._changed:
                self._changed.wait_for(lambda: self._owner == 0 and self._waiting[-1] is mine)
                self._waiting.pop()
                self._owner, self._depth = threading.get_ident(), depth


STACKS = Turns()
"""Of the stacks and of Service Catalog. moto's server has many threads and its backends have no locks."""
REQUESTS = Turns()
"""Of the requests that are recorded."""


@contextmanager
def let_others_in() -> Iterator[None]:
    """Wait for something outside: other operations may run until it is there."""
    with ExitStack() as left:
        left.enter_context(REQUESTS.left())
        left.enter_context(STACKS.left())
        yield
