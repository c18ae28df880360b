"""CreationPolicy: the signals after which a resource is complete.

Source: template reference, "CreationPolicy attribute" (Count 1 and Timeout PT5M by default, at most PT12H); the words
of failures: "Failed to receive 1 resource signal(s) within the specified duration", "Received 1 FAILURE signal(s) out
of 1", and for groups "… Unable to satisfy 100% MinSuccessfulInstancesPercent requirement" (many public issues).
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from catalog.sandbox import signals
from catalog.sandbox.cloudformation.handlers.base import ResourceFailed
from catalog.sandbox.cloudformation.update_policy import GROUP

DURATION = re.compile(r"PT(?:(\d{1,6})H)?(?:(\d{1,6})M)?(?:(\d{1,6})S)?")
COUNT = re.compile(r"\d{1,6}")


@dataclass(frozen=True, slots=True)
class CreationPolicy:
    """The signals that a resource needs."""

    count: int
    seconds: int
    percent: int | None = None
    """MinSuccessfulInstancesPercent of an Auto Scaling group; None for another type."""

    @classmethod
    def of(cls, body: Mapping[str, Any]) -> CreationPolicy | None:
        """Of the body of a resource; None without one that needs signals. Raises `ResourceFailed`."""
        policy = body.get("CreationPolicy")
        needed = policy.get("ResourceSignal") if isinstance(policy, Mapping) else None
        if not isinstance(policy, Mapping) or not isinstance(needed, Mapping):
            return None
        count, text = str(needed.get("Count", 1)), str(needed.get("Timeout", "PT5M"))
        seconds = seconds_of(text) or 0
        if not COUNT.fullmatch(count) or not 0 < seconds <= signals.LONGEST:
            raise ResourceFailed(
                "CreationPolicy needs a Count of signals and a Timeout of at most PT12H, "
                f"got {count[:99]} and {text[:99]}"
            )
        percent = None
        if body.get("Type") == GROUP:
            own = policy.get("AutoScalingCreationPolicy")
            given = str(own.get("MinSuccessfulInstancesPercent", 100) if isinstance(own, Mapping) else 100)
            percent = int(given) if given.isdecimal() and len(given) < 4 else 100
        return cls(int(count), seconds, percent)

    @property
    def assumption(self) -> str:
        """What is said of signals that nobody has sent."""
        return f"The sandbox assumes {self.count} SUCCESS signals: nothing runs that could send them"

    def wait(self, key: str) -> None:
        """Wait for the signals of a resource; raises `ResourceFailed`."""
        box = signals.mailbox(key)
        tolerated = 0 if self.percent is None else self.count - math.ceil(self.count * self.percent / 100)
        in_time = box.await_all(self.count, self.seconds, tolerated)
        failed = box.failures
        if self.percent is not None:
            successes = len(box.signals) - failed
            if failed > tolerated:
                raise ResourceFailed(too_few(failed, signals.FAILURE, self.count, self.percent))
            if successes + tolerated < self.count:
                raise ResourceFailed(too_few(successes, signals.SUCCESS, self.count, self.percent))
            return
        if failed:
            raise ResourceFailed(f"Received {failed} FAILURE signal(s) out of {self.count}")
        if not in_time:
            missing = self.count - len(box.signals)
            raise ResourceFailed(f"Failed to receive {missing} resource signal(s) within the specified duration")


def too_few(number: int, status: str, count: int, percent: int) -> str:
    """The reason of a group whose instances have not signaled success."""
    return (
        f"Received {number} {status} signal(s) out of {count}. Unable to satisfy {percent}% "
        "MinSuccessfulInstancesPercent requirement"
    )


def seconds_of(text: str) -> int | None:
    """The seconds of a duration as PT1H2M3S; None for another text."""
    parts = DURATION.fullmatch(text)
    units = zip(parts.groups(), (3600, 60, 1), strict=True) if parts else ()
    return sum(int(part or 0) * unit for part, unit in units) if parts else None


def key_of(stack_id: str, logical_id: str) -> str:
    """What names the signals of a resource."""
    return f"{stack_id}/{logical_id}"
