"""Carrying out a roll: wave after wave, several provisioned products at a time, until too many have failed."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from enum import StrEnum

from catalog.aws.launched_stacks import failure_of_last_operation
from catalog.aws.provisioned_changes import ProvisionedChanges
from catalog.aws.provisioning import Provisioning
from catalog.errors import CatalogError, StoppedError
from catalog.provisioning.roll import RollItem
from catalog.stopping import STOP

Watch = Callable[[RollItem, "RollResult | None"], None]
"""Told when work on an item begins, and with the result when it ends."""


class RollOutcome(StrEnum):
    """What came of a provisioned product; the values are part of the JSON form."""

    UPDATED = "updated"
    FAILED = "failed"
    UNFINISHED = "unfinished"
    """AWS goes on with it."""
    NOT_STARTED = "not started"


@dataclass(frozen=True, slots=True)
class RollResult:
    """How the update of a provisioned product ended."""

    outcome: RollOutcome
    record_id: str = ""
    reason: str = ""


@dataclass(frozen=True, slots=True)
class RollWave:
    """Provisioned products that are updated together."""

    name: str
    items: tuple[RollItem, ...]


@dataclass(slots=True)
class RollRun:
    """A roll that is carried out."""

    waves: Sequence[RollWave]
    max_failures: int
    """More failures than this end the roll: nothing else is started."""
    concurrency: int
    watch: Watch
    results: dict[str, RollResult] = field(default_factory=dict)
    """By the id of the provisioned product."""
    lock: threading.Lock = field(default_factory=threading.Lock)

    @property
    def failures(self) -> int:
        """How many have failed so far."""
        with self.lock:
            return sum(result.outcome is RollOutcome.FAILED for result in self.results.values())

    @property
    def goes_on(self) -> bool:
        """Whether another update may be started."""
        return self.failures <= self.max_failures and not STOP.event.is_set()

    def run(self, begin: Callable[[int, RollWave], None]) -> Mapping[str, RollResult]:
        """Carry out the waves, and tell when each begins. What was not reached is NOT_STARTED."""
        for number, wave in enumerate(self.waves, start=1):
            if self.goes_on:
                begin(number, wave)
                with ThreadPoolExecutor(self.concurrency, thread_name_prefix="roll") as pool, STOP.careful():
                    list(pool.map(self.work, wave.items))
        for wave in self.waves:
            for item in wave.items:
                self.results.setdefault(item.id, RollResult(RollOutcome.NOT_STARTED))
        return self.results

    def work(self, item: RollItem) -> None:
        """Update one provisioned product, unless the roll has ended."""
        if not self.goes_on:
            return
        self.watch(item, None)
        result = updated(item)
        with self.lock:
            self.results[item.id] = result
        self.watch(item, result)


def updated(item: RollItem) -> RollResult:
    """Update a provisioned product and wait for it, or wait for the update that is under way."""
    record_id = item.record_id
    try:
        provisioning = Provisioning(item.updater)
        if item.request:
            started = ProvisionedChanges(item.updater).update(item.request)
        else:
            started = provisioning.record(record_id)
        record_id = started.id
        record = provisioning.follow(started, lambda _: None)
    except StoppedError:
        return RollResult(RollOutcome.UNFINISHED, record_id, "stopped; AWS goes on with it")
    except CatalogError as error:
        return RollResult(RollOutcome.FAILED, record_id, error.message)
    if record.status == "SUCCEEDED":
        return RollResult(RollOutcome.UPDATED, record_id)
    first = failure_of_last_operation(item.updater, item.stack) if item.stack else None
    words = "; ".join(record.errors) or "AWS gives no reason"
    return RollResult(RollOutcome.FAILED, record_id, str(first) if first else words)
