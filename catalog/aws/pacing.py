"""Pacing and retries of all calls: at the rate that AWS allows, with deadlines and a budget (ADR 28).

`Pacing` belongs to a run, and has a `Pacer` for each account and Region: all threads and targets share it. `Retries`
are the event handlers of one client. botocore emits `request-created` before it signs each attempt, where a call waits
for its turn, and `needs-retry` after each attempt (botocore/endpoint.py). botocore's own retries are off.
"""

from __future__ import annotations

import math
import os
import random
import re
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from botocore.retries.quota import RetryQuota
from botocore.retries.standard import RetryEventAdapter, StandardRetryConditions, ThrottlingErrorDetector

from catalog.aws.rates import RATES, Bucket, Rate
from catalog.errors import ContentError, DeadlineError
from catalog.stopping import STOP

VARIABLE = "CATALOG_PACING"
"""Environment variable: `learned` (default), `documented` without the rates of rates.py that are assumed, or `off`."""
DEADLINE = 300.0
"""Seconds for one call with all its attempts and pauses, as long as waits for products."""
CLEANUP = 10.0
"""The same for a call that begins after a stop request, such as the one that ends the lease."""
ATTEMPTS = 11
"""Attempts of a call whose connection or server fails. Throttling is limited by the deadline alone."""
FIRST_ATTEMPTS = 3
"""Attempts of a call to STS, which is the first of a run: whether the endpoint answers must not take a minute."""
BUDGET = 500
"""Retries after failures that may be outstanding in an account and Region, times `COST` (botocore/retries/quota.py)."""
COST = 5
"""What a retry takes from the budget. It is given back when the retry succeeds, and each other success gives 1 back."""
LONGEST_BACKOFF = 20.0
RECENT = 3.0
"""Seconds for which people read that AWS throttles."""
LONGEST_PAUSE = 1.0
"""A call that waits for its turn looks again after so many seconds, because the rate may have grown."""
QUOTA = "LimitExceededException"
"""botocore takes this code for throttling (botocore/retries/standard.py), and would repeat the call. In Service Catalog
it is a quota: "The current limits of the service would have been exceeded by this operation" (API Reference,
CreateTagOption). So it is in CloudFormation, IAM and KMS."""
RETRY_AFTER = "x-amz-retry-after"
"""A header of an answer: the milliseconds after which to try again (botocore/retries/standard.py)."""
LONGEST_ADVICE = 5.0
"""Seconds of such a header that count."""
GLOBAL = ("budgets", "iam")
"""Services whose calls count for the account, whatever the Region is."""
CONTEXT = "catalog_attempt"
"""The member of botocore's request context that has the `Attempt`."""

ADAPTER = RetryEventAdapter()
THROTTLING = ThrottlingErrorDetector(ADAPTER)


@dataclass(frozen=True, slots=True)
class Clock:
    """What tells the time and waits. `pause` ends with `StoppedError` at a stop request."""

    now: Callable[[], float] = time.monotonic
    pause: Callable[[float], None] = STOP.pause
    sleep: Callable[[float], None] = time.sleep
    """Waits whatever happens."""
    jitter: Callable[[], float] = random.random
    """A number from 0 to 1, so that publishers that AWS has throttled together do not come back together."""
    stopping: Callable[[], bool] = STOP.event.is_set


@dataclass(slots=True, eq=False)
class Attempt:
    """What is known of a call while it is made."""

    until: float
    """When it must be done."""
    pause: Callable[[float], None]
    sent: float = 0.0
    """When its last attempt was sent."""
    paid: int = 0
    """What its last retry took from the budget."""


@dataclass(slots=True)
class Pacer:
    """The calls to one account and Region."""

    rates: Mapping[str, Rate] | None = field(default_factory=lambda: RATES)
    """None: no call waits for its turn."""
    clock: Clock = field(default_factory=Clock)
    lock: threading.Lock = field(default_factory=threading.Lock)
    buckets: dict[str, Bucket] = field(default_factory=dict)
    budget: RetryQuota = field(default_factory=lambda: RetryQuota(BUDGET))
    waiting: dict[int, float] = field(default_factory=dict)
    """Since when each attempt waits for its turn that does."""
    refused: float = -math.inf
    """When AWS last throttled a call."""

    def state(self) -> str:
        """A word for people when AWS's limits slow the work down, else nothing."""
        with self.lock:
            now = self.clock.now()
            if now - self.refused < RECENT:
                return "throttled"
            return "waiting" if any(now - since > LONGEST_PAUSE for since in self.waiting.values()) else ""

    def begin(self) -> Attempt:
        """A call begins."""
        stopping = self.clock.stopping()
        return Attempt(
            self.clock.now() + (CLEANUP if stopping else DEADLINE), self.clock.sleep if stopping else self.clock.pause
        )

    def wait(self, operation: str, attempt: Attempt) -> None:
        """Wait until a call of `operation` may be sent. `DeadlineError` when that takes too long."""
        try:
            while pause := self.take(operation, attempt):
                self.check_time(operation, attempt)
                with self.lock:
                    self.waiting.setdefault(id(attempt), self.clock.now())
                attempt.pause(min(pause, LONGEST_PAUSE))
        except BaseException:
            with self.lock:
                self.bucket(operation).leave(attempt)
            raise
        finally:
            with self.lock:
                self.waiting.pop(id(attempt), None)

    def check_time(self, operation: str, attempt: Attempt) -> None:
        """Raise `DeadlineError` when a call has waited too long."""
        if self.clock.now() >= attempt.until:
            raise DeadlineError(
                f"{operation}: AWS throttles this operation, and this call had to wait too long for its turn",
                hint="Run the same command again when fewer tools call AWS in this account and Region.",
            )

    def take(self, operation: str, attempt: Attempt) -> float:
        """0 when the call may be sent now, else the seconds after which to ask again."""
        with self.lock:
            now = self.clock.now()
            pause = self.bucket(operation).take(attempt, now) if self.rates is not None else 0.0
            attempt.sent = now
            return pause

    def bucket(self, operation: str) -> Bucket:
        """The bucket of an operation."""
        if operation not in self.buckets:
            self.buckets[operation] = Bucket((self.rates or {}).get(operation))
        return self.buckets[operation]

    def throttled(self, operation: str, attempt: Attempt, number: int) -> bool:
        """AWS has throttled the attempt with this number. Returns whether to try again, in its turn."""
        self.refused = self.clock.now()
        if self.clock.now() >= attempt.until:
            return False
        if self.rates is None:
            self.back_off(attempt, number, 1.0)
            return True
        with self.lock:
            self.bucket(operation).throttled(attempt.sent, self.clock.now(), self.clock.jitter())
        return True

    def failed(self, attempt: Attempt, number: int) -> bool:
        """The attempt with this number has failed by no fault of ours. Returns whether to try again, after a pause."""
        if self.clock.now() >= attempt.until or not self.budget.acquire(COST):
            return False
        attempt.paid = COST
        self.back_off(attempt, number, 0.05)
        return True

    def back_off(self, attempt: Attempt, number: int, first: float) -> None:
        """Pause: a part by chance of `first` seconds after the first attempt, twice as much after each other one."""
        attempt.pause(self.clock.jitter() * min(LONGEST_BACKOFF, first * 2 ** (number - 1)))

    def succeeded(self, attempt: Attempt) -> None:
        """AWS has answered."""
        self.budget.release(attempt.paid or 1)


@dataclass(slots=True)
class Pacing:
    """The pacers of a run, by account and Region."""

    rates: Mapping[str, Rate] | None = field(default_factory=lambda: chosen_rates(os.environ))
    lock: threading.Lock = field(default_factory=threading.Lock)
    pacers: dict[tuple[str, str], Pacer] = field(default_factory=dict)

    def pacer(self, account: str, region: str) -> Pacer:
        """The pacer of an account and Region."""
        with self.lock:
            if (account, region) not in self.pacers:
                self.pacers[account, region] = Pacer(self.rates)
            return self.pacers[account, region]

    def state(self) -> str:
        """A word for people when AWS's limits slow any of the work down, else nothing."""
        with self.lock:
            pacers = tuple(self.pacers.values())
        return next(filter(None, (pacer.state() for pacer in pacers)), "")


def chosen_rates(environment: Mapping[str, str]) -> Mapping[str, Rate] | None:
    """The rates that the environment variable selects; `ContentError` if it has another value."""
    match environment.get(VARIABLE, "learned"):
        case "learned":
            return RATES
        case "documented":
            return {operation: rate for operation, rate in RATES.items() if not rate.assumed}
        case "off":
            return None
        case value:
            raise ContentError(f"{VARIABLE} is {value!r}", hint="It can be learned, documented or off.")


class Retries:
    """The event handlers of one client."""

    def __init__(self, client: Any, pacer: Callable[[], Pacer], attempts: int) -> None:
        service = client.meta.service_model
        self.prefix = service.endpoint_prefix
        self.pacer = pacer
        self.conditions = StandardRetryConditions(attempts)
        name = service.service_id.hyphenize()
        client.meta.events.register_first(f"request-created.{name}", self.before)
        client.meta.events.register_first(f"needs-retry.{name}", self.after)

    def before(self, request: Any, operation_name: str, **_: Any) -> None:
        """Wait for the turn of an attempt, before botocore signs it: a signature is valid for some minutes only."""
        pacer = self.pacer()
        attempt = request.context[CONTEXT] = request.context.get(CONTEXT) or pacer.begin()
        pacer.wait(f"{self.prefix}:{operation_name}", attempt)

    def after(self, **event: Any) -> float | None:
        """Whether to try again: 0 if so, because the pause was made. None leaves it to botocore's other handlers."""
        answer, attempt = event["response"], event["request_dict"]["context"][CONTEXT]
        error = answer[1].get("Error", {}).get("Code") if answer else None
        if answer and error is None and answer[0].status_code < 300:
            self.pacer().succeeded(attempt)
            return None
        if error == QUOTA:
            return None
        again = self.tries_again(attempt, event)
        if again and answer and (pause := advised(answer[0].headers)):
            attempt.pause(pause)
        return 0.0 if again else None

    def tries_again(self, attempt: Attempt, event: Mapping[str, Any]) -> bool:
        """Whether to try again after an error. The pause, if there is one, was made."""
        if THROTTLING.is_throttling_error(**event):
            return self.pacer().throttled(f"{self.prefix}:{event['operation'].name}", attempt, event["attempts"])
        if self.conditions.is_retryable(ADAPTER.create_retry_context(**event)):
            return self.pacer().failed(attempt, event["attempts"])
        return False


def advised(headers: Mapping[str, str]) -> float:
    """The seconds after which an answer advises to try again; 0 without advice."""
    advice = headers.get(RETRY_AFTER, "")
    return min(LONGEST_ADVICE, int(advice) / 1000) if re.fullmatch("[0-9]{1,9}", advice) else 0.0
