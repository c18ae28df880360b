"""Signals for wait conditions and creation policies.

Nothing runs in the sandbox that could send them, so a wait condition assumes those that have not come. With a stub
`{"match": "AWS::CloudFormation::WaitCondition", "wait": true}` it waits, and a resource with a creation policy does so
with a stub for its type: until enough have come, one has failed, or the Timeout is over on the sandbox's clock, which
`POST /catalog-sandbox/clock` moves.

A signal comes as a PUT to the URL of a WaitConditionHandle, which needs no access key because nobody else knows it, or
by SignalResource. Sources: CloudFormation user guide, "Create wait conditions in a CloudFormation template" (the JSON
of a signal: Status, UniqueId, Reason, Data; the same UniqueId again is the same signal); the words of failures: public
issues.
"""

from __future__ import annotations

import secrets
import time
from collections.abc import Mapping
from dataclasses import dataclass, field

from catalog.sandbox import custom_answers
from catalog.sandbox.json_text import read_json
from catalog.sandbox.moments import awaited_from_outside
from catalog.sandbox.settings import now, running, settings

SIGNALS_PATH = "/catalog-sandbox/signals/"
SUCCESS, FAILURE = "SUCCESS", "FAILURE"
LIMIT = 4096
"""Bytes of a signal: S3 has no such limit, but the data of all signals is an attribute of at most this size."""
LONGEST = 43_200
"""Seconds that a resource waits for its signals at most: 12 hours."""
POLL_SECONDS = 0.02
ENDLESS = 600.0
"""Seconds of the machine that a stack waits at most, although the sandbox's clock stands still for tests."""


@dataclass(frozen=True, slots=True)
class Signal:
    """One signal."""

    unique_id: str
    status: str
    data: str = ""
    reason: str = ""

    @classmethod
    def parse(cls, body: bytes) -> Signal:
        """From the body of a PUT; raises `ValueError` for what CloudFormation takes for no signal."""
        content = read_json(body[: LIMIT + 1])
        if not isinstance(content, Mapping) or content.get("Status") not in (SUCCESS, FAILURE):
            raise ValueError('a signal is an object with "Status" SUCCESS or FAILURE, and a "UniqueId"')
        if not isinstance(content.get("UniqueId"), str) or not content["UniqueId"]:
            raise ValueError('a signal needs a "UniqueId"')
        return cls(content["UniqueId"], content["Status"], str(content.get("Data", "")), str(content.get("Reason", "")))


@dataclass(slots=True)
class Mailbox:
    """The signals for one handle, or for one resource."""

    signals: dict[str, Signal] = field(default_factory=dict)
    """By UniqueId, in the order in which they came."""

    @property
    def failure(self) -> Signal | None:
        """The first signal that says FAILURE."""
        return next((each for each in self.signals.values() if each.status == FAILURE), None)

    @property
    def failures(self) -> int:
        """How many signals say FAILURE."""
        return sum(each.status == FAILURE for each in self.signals.values())

    def put(self, signal: Signal) -> None:
        """Take a signal; the first with its UniqueId counts."""
        self.signals.setdefault(signal.unique_id, signal)

    def await_all(self, count: int, seconds: float, tolerated: int = 0) -> bool:
        """Wait until all are there, or more have failed than are `tolerated`; False if the time is over."""
        due, last = now() + seconds, time.monotonic() + ENDLESS

        def over() -> bool:
            return len(self.signals) >= count or self.failures > tolerated

        def fetch() -> str:
            while not over() and running() < due and time.monotonic() < last:
                time.sleep(POLL_SECONDS)
            return "signals"

        awaited_from_outside(fetch, running)
        return over()


_mailboxes: dict[str, Mailbox] = {}


def mailbox(key: str) -> Mailbox:
    """The signals with a key: the last part of a handle's URL, or what names a resource of a stack."""
    return _mailboxes.setdefault(key, Mailbox())


def clear() -> None:
    """Forget all signals and handles."""
    _mailboxes.clear()


def new_handle() -> str:
    """The URL of a new handle."""
    token = secrets.token_hex(16)
    mailbox(token)
    return f"{settings.address}{SIGNALS_PATH}{token}"


def key_of(handle: str) -> str:
    """The key of a handle's URL."""
    return handle.rpartition("/")[2]


def receive(path: str, body: bytes) -> bool:
    """Take a signal for a handle; False if there is no such handle. Raises `ValueError` for what is no signal."""
    key = path.removeprefix(SIGNALS_PATH)
    if key not in _mailboxes:
        return False
    _mailboxes[key].put(Signal.parse(body))
    return True


def awaits(type_name: str, name: str) -> bool:
    """Whether a stub says that a resource waits for its signals."""
    stub = custom_answers.find(type_name, name)
    return stub is not None and stub.waits
