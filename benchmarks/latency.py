"""A proxy that makes each call later, as a network does. It counts calls, and notes the peak in flight."""

from __future__ import annotations

import threading
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import NamedTuple

from reliability.proxy import Answer, Call, Interference, Proxy


@dataclass
class Latency(Interference):
    """Every call takes `seconds` more."""

    seconds: float = 0.0
    in_flight: int = 0
    peak: int = 0
    first: float = 0.0
    """When the first call came."""
    last: float = 0.0
    """When the last answer went."""
    lock: threading.Lock = field(default_factory=threading.Lock)

    def before(self, call: Call) -> Answer | None:
        """Wait, as the way to AWS and back takes time."""
        with self.lock:
            self.first = self.first or time.monotonic()
            self.in_flight += 1
            self.peak = max(self.peak, self.in_flight)
        if self.seconds:
            time.sleep(self.seconds)
        return None

    def after(self, call: Call, answer: Answer) -> Answer:
        """Count the answer."""
        with self.lock:
            self.in_flight -= 1
            self.last = time.monotonic()
        return answer


class Traffic(NamedTuple):
    """The calls of a command."""

    calls: int
    peak: int
    """Most calls that were in flight at once."""
    seconds: float
    """From the first call to the last answer."""
    writes: Counter[str]
    """Operation → the number of its calls, of those that change something."""


@contextmanager
def proxied(upstream: str) -> Iterator[Proxy]:
    """A proxy to `upstream` (host:port), while it is used."""
    proxy = Proxy(upstream)
    proxy.start()
    try:
        yield proxy
    finally:
        proxy.stop()


def delay(proxy: Proxy, seconds: float) -> Latency:
    """Count from 0 again, and let each call take `seconds` more."""
    proxy.forget()
    proxy.interference = latency = Latency(seconds)
    return latency


def traffic(calls: Sequence[Call], latency: Latency) -> Traffic:
    """The calls since `delay`."""
    writes = Counter(call.operation.operation for call in calls if call.operation.mutating)
    return Traffic(len(calls), latency.peak, latency.last - latency.first, writes)
