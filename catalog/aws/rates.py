"""How many calls of an operation an account and Region may get: AWS's documented rates, and token buckets that learn.

AWS throttles Service Catalog by account, Region and operation, and publishes no rates (AWS General Reference, "Service
Catalog endpoints and quotas"). IAM and STS have a token bucket for each operation, whose size is not published either
(AWS Security Blog, "How to monitor and query IAM resources at scale, part 2"). So a bucket is open until AWS throttles
its operation for the first time. Then it has a rate, which falls by a factor when AWS throttles again, and grows by a
constant otherwise.
"""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, field

DECREASE = 0.7
"""What is left of the rate when AWS throttles, as in botocore's CubicCalculator (botocore/retries/throttling.py)."""
INCREASE = 0.1
"""What the rate gains in a second without throttling, as a part of what it was after the last decrease. So the cycle of
decrease and increase takes four seconds at every rate."""
DOUBLING = 1.0
"""Seconds in which the rate doubles between the first refusal and the second. What was sent before the first says
little about the rate that AWS allows, so it is looked for from below, as TCP's slow start does (RFC 5681)."""
QUIET = 10.0
"""Seconds without throttling after which the gain accelerates, as botocore's does: then the rate was not the reason."""
FIRST = 5.0
"""Calls per second that are assumed to have been sent, when AWS throttles after fewer: one refusal is not a rate."""
LONGEST_START = 30
"""Doublings after which the rate is high enough."""
LEAST = 0.2
"""Calls per second, however often AWS throttles."""
RECENT = 1.0
"""Seconds in which calls are counted, to know the rate at which AWS throttled."""
BURST = 0.5
"""A bucket without documented burst saves the calls of so many seconds."""
ROUNDING = 1e-9
"""A part of a token that may lack, because sums of floating point numbers are not exact."""


@dataclass(frozen=True, slots=True)
class Rate:
    """Calls per second that AWS allows for an operation in an account and Region."""

    per_second: float
    burst: float
    """Calls that it allows at once."""
    source: str
    assumed: bool = False
    """Not documented: it does not slow down calls before AWS throttles. It is the rate after the first refusal."""


S3_RATES = "S3 user guide, Optimizing performance: at least 3,500 PUT/COPY/POST/DELETE or 5,500 GET/HEAD per prefix"
PUPPET = (
    "awslabs/aws-service-catalog-puppet issue 702, copy_into_spoke_local_portfolio_task.py: four calls, then a pause "
    "of 1.1 s, after ThrottlingException without it"
)
RATES: Mapping[str, Rate] = {
    "s3:PutObject": Rate(3500, 3500, S3_RATES),
    "s3:DeleteObject": Rate(3500, 3500, S3_RATES),
    "s3:GetObject": Rate(5500, 5500, S3_RATES),
    "s3:HeadBucket": Rate(5500, 5500, S3_RATES),
    "servicecatalog:UpdateProvisioningArtifact": Rate(3.6, 4, PUPPET, assumed=True),
}


@dataclass(slots=True)
class Bucket:
    """The calls of one operation in one account and Region. The caller has the clock and the lock."""

    rate: Rate | None = None
    base: float = math.inf
    """Calls per second after the last decrease; infinite before the first."""
    since: float = -math.inf
    """When it last decreased."""
    decreases: int = 0
    tokens: float = 0.0
    filled: float = 0.0
    """When tokens were last added."""
    waiting: deque[object] = field(default_factory=deque)
    """Who waits for a token, the first first."""
    sent: deque[float] = field(default_factory=lambda: deque(maxlen=512))
    """When the last calls were sent."""

    def __post_init__(self) -> None:
        if self.rate and not self.rate.assumed:
            self.base, self.tokens = self.rate.per_second, self.rate.burst

    @property
    def is_documented(self) -> bool:
        """Whether AWS documents the rate, so that it is the most."""
        return self.rate is not None and not self.rate.assumed

    @property
    def is_open(self) -> bool:
        """Whether no rate is known: no call has to wait."""
        return math.isinf(self.base)

    def allowed(self, now: float) -> float:
        """Calls per second."""
        calm = max(0.0, now - self.since) if self.decreases else 0.0
        if self.decreases == 1:
            rate = self.base * 2 ** min(calm / DOUBLING, LONGEST_START)
        else:
            rate = self.base * (1 + INCREASE * calm * (1 + (calm / QUIET) ** 2))
        return min(rate, self.rate.per_second) if self.rate and self.is_documented else rate

    def take(self, caller: object, now: float) -> float:
        """0 when the call of `caller` may be sent now; else the seconds after which to ask again.

        First come, first served. A caller that no longer wants to call must `leave`.
        """
        if not self.is_open and (pause := self.queue(caller, now)):
            return pause
        self.sent.append(now)
        return 0.0

    def queue(self, caller: object, now: float) -> float:
        """Take a token; if there is none, stand in line and return the seconds until there is one."""
        rate = self.allowed(now)
        size = self.rate.burst if self.rate and self.is_documented else max(1.0, rate * BURST)
        self.tokens = min(size, self.tokens + max(0.0, now - self.filled) * rate)
        self.filled = now
        if caller not in self.waiting:
            self.waiting.append(caller)
        needed = self.waiting.index(caller) + 1 - self.tokens
        if needed > ROUNDING:
            return needed / rate
        self.waiting.remove(caller)
        self.tokens -= 1
        return 0.0

    def leave(self, caller: object) -> None:
        """Stand in line no longer."""
        if caller in self.waiting:
            self.waiting.remove(caller)

    def throttled(self, sent: float, now: float, jitter: float = 0.0) -> None:
        """AWS has throttled a call that was sent at `sent`. `jitter`, from 0 to 1, delays the next call.

        All calls that were in flight may be refused at once: that is one decrease, by the first of them.
        """
        if sent < self.since:
            return
        recent = sum(moment > now - RECENT for moment in self.sent)
        base = DECREASE * min(self.allowed(now), max(recent, FIRST))
        if self.rate and self.rate.assumed and self.is_open:
            base = min(base, self.rate.per_second)
        self.base, self.since, self.decreases = max(LEAST, base), now, self.decreases + 1
        self.tokens, self.filled = -jitter, now
