"""Stop requests: Ctrl-C and SIGTERM. Work that changes AWS ends at its next step, so that no call is cut off."""

from __future__ import annotations

import atexit
import os
import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from types import FrameType

from catalog.errors import StoppedError

ANNOUNCEMENT = b"Stopping after the calls in flight \xe2\x80\xa6 (again: stop at once)\n"


class StopRequest:
    """Whether somebody asked this process to stop. All threads and targets of a command share it."""

    def __init__(self) -> None:
        self.number = signal.SIGINT
        self.event = threading.Event()
        self.at_once = False
        """Whether the request was repeated: nothing that is in flight is waited for."""
        self.careful_sections = 0
        self.line_start = b""
        """What erases the live line of a terminal, if there is one, before something is printed."""
        self.lock = threading.Lock()

    def listen(self) -> None:
        """Handle Ctrl-C and SIGTERM; only for the main thread of a command."""
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, self.handle)

    def handle(self, number: int, _: FrameType | None) -> None:
        """Ask a careful section to stop at its next step. Elsewhere, and the second time, stop at once."""
        first, self.number = not self.event.is_set(), signal.Signals(number)
        self.event.set()
        if not (first and self.careful_sections):
            self.at_once = True
            raise KeyboardInterrupt
        os.write(2, self.line_start + ANNOUNCEMENT)  # sys.stderr may be in use: a signal comes at any moment

    @contextmanager
    def careful(self) -> Iterator[None]:
        """A section that makes calls to AWS which must not be cut off. It must call `check` or `pause` at each step."""
        with self.lock:
            self.careful_sections += 1
        try:
            yield
        finally:
            with self.lock:
                self.careful_sections -= 1

    def check(self) -> None:
        """Raise `StoppedError` after a request."""
        if self.event.is_set():
            raise StoppedError("stopped", signal_number=self.number)

    def pause(self, seconds: float) -> None:
        """Sleep; a request ends it with `StoppedError`."""
        self.event.wait(seconds)
        self.check()

    def reset(self) -> None:
        """Forget an earlier request: a process can run several commands, as tests do."""
        self.event.clear()
        self.at_once = False
        self.number = signal.SIGINT


STOP = StopRequest()


def at_exit(end: Callable[[], None]) -> None:
    """Call `end` when Python ends. Ctrl-C cannot interrupt it then: Python would print a traceback."""

    def uninterrupted() -> None:
        with suppress(ValueError):  # only the main thread can do it
            signal.signal(signal.SIGINT, signal.SIG_IGN)
        end()

    atexit.register(uninterrupted)
