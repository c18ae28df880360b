"""Token buckets and retries, with a clock that the tests turn."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass, field

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from catalog.aws.pacing import BUDGET, CLEANUP, COST, DEADLINE, RECENT, Clock, Pacer, Pacing, chosen_rates
from catalog.aws.rates import FIRST, LEAST, RATES, Bucket, Rate
from catalog.aws.session import AwsSession, Identity, keyed_session
from catalog.errors import ContentError, DeadlineError, StoppedError


@dataclass
class AllowedRate:
    """AWS's side of an operation: a token bucket of its own."""

    per_second: float
    burst: float
    tokens: float = 0.0
    filled: float = 0.0
    refused: int = 0

    def __post_init__(self) -> None:
        self.tokens = self.burst

    def accepts(self, now: float) -> bool:
        """Whether a call is answered."""
        self.tokens = min(self.burst, self.tokens + (now - self.filled) * self.per_second)
        self.filled = now
        if self.tokens < 1:
            self.refused += 1
            return False
        self.tokens -= 1
        return True


@dataclass
class Turned:
    """A clock that only the pauses turn."""

    time: float = 0.0
    pauses: list[float] = field(default_factory=list)
    stop: bool = False

    def pause(self, seconds: float) -> None:
        if self.stop:
            raise StoppedError("stopped", signal_number=2)
        self.sleep(seconds)

    def sleep(self, seconds: float) -> None:
        self.pauses.append(seconds)
        self.time += seconds

    def clock(self, stopping: Callable[[], bool] = lambda: False) -> Clock:
        return Clock(lambda: self.time, self.pause, self.sleep, lambda: 0.5, stopping)


def seconds_for(calls: int, aws: AllowedRate, threads: int, latency: float) -> float:
    """How long `calls` take through one bucket by as many `threads` that call one after the other."""
    bucket, now, left = Bucket(), 0.0, calls
    wakes = [(0.0, thread, "ask", 0.0) for thread in range(threads)]
    while left > 0:
        now, thread, step, sent = min(wakes)
        wakes.remove((now, thread, step, sent))
        if step == "answer":
            if sent >= 0:
                left -= 1
            else:
                bucket.throttled(-sent - 1, now, 0.5)
            wakes.append((now, thread, "ask", 0.0))
        elif pause := bucket.take(thread, now):
            wakes.append((now + min(pause, 1.0), thread, "ask", 0.0))
        else:
            wakes.append((now + latency, thread, "answer", now if aws.accepts(now) else -now - 1))
    return now


@settings(max_examples=40, deadline=None)
@given(
    per_second=st.sampled_from([1.0, 2.0, 5.0, 20.0, 100.0]),
    burst=st.sampled_from([1.0, 5.0, 20.0]),
    threads=st.integers(1, 32),
    latency=st.sampled_from([0.001, 0.05, 0.3]),
)
def test_a_throttled_run_uses_most_of_the_rate_that_aws_allows(
    per_second: float, burst: float, threads: int, latency: float
) -> None:
    calls = int(30 * per_second)
    aws = AllowedRate(per_second, burst)
    taken = seconds_for(calls, aws, threads, latency)
    bound = max((calls - burst) / per_second, calls * latency / threads)
    assert taken >= bound * 0.99
    learning = 5 if per_second <= 20 else 10  # the first guess is low: a high rate takes longer to reach
    assert taken <= bound / (0.7 if burst > 1 else 0.4) + learning
    assert aws.refused <= calls * 0.8 + threads * 1.2 + 20  # a first call of each thread, and of some a second one


def test_without_throttling_no_call_waits() -> None:
    bucket = Bucket()
    assert [bucket.take(number, 0.0) for number in range(1000)] == [0.0] * 1000


@given(st.lists(st.floats(0, 3), min_size=1, max_size=60), st.sampled_from([1, 3, 10]), st.sampled_from([2, 15]))
def test_no_time_span_has_more_calls_than_the_documented_rate_and_burst(
    pauses: list[float], burst: int, per_second: int
) -> None:
    bucket, now, sent = Bucket(Rate(per_second, burst, "documented")), 0.0, []
    for number, pause in enumerate(pauses):
        now += pause / per_second
        while wait := bucket.take(number, now):
            now += wait
        sent.append(now)
    for first, start in enumerate(sent):
        for last, end in enumerate(sent[first:], first):
            assert last - first + 1 <= burst + (end - start) * per_second + 1e-6


def test_a_documented_rate_holds_before_and_after_throttling() -> None:
    bucket = Bucket(Rate(10, 2, "documented"))
    assert [bucket.take(number, 0.0) for number in range(3)] == [0.0, 0.0, pytest.approx(0.1)]
    assert bucket.allowed(1000.0) == 10


def test_an_assumed_rate_slows_nothing_down_before_aws_throttles() -> None:
    bucket = Bucket(Rate(3, 4, "assumed", assumed=True))
    assert not any(bucket.take(number, 0.0) for number in range(100))
    bucket.throttled(0.0, 0.1)
    assert bucket.allowed(0.1) == 3


def test_refusals_of_calls_in_flight_are_one_decrease() -> None:
    bucket = Bucket()
    assert not any(bucket.take(number, 0.0) for number in range(10))
    bucket.throttled(0.0, 0.1)
    rate = bucket.allowed(0.1)
    for _ in range(9):
        bucket.throttled(0.0, 0.2)
    assert bucket.allowed(0.1) == rate
    bucket.throttled(0.15, 0.2)
    assert LEAST < bucket.allowed(0.2) < rate < FIRST + 5


def test_the_first_come_is_the_first_served_and_a_caller_can_leave() -> None:
    bucket = Bucket(Rate(1, 1, "documented"))
    assert bucket.take("first", 0.0) == 0
    assert [bucket.take(name, 0.0) for name in ("second", "third", "fourth")] == [1, 2, 3]
    assert bucket.take("fourth", 1.0) == 2
    bucket.leave("third")
    assert bucket.take("second", 1.0) == 0
    assert bucket.take("fourth", 2.0) == 0


def test_a_stop_request_ends_the_wait_and_gives_the_place_free() -> None:
    turned = Turned()
    pacer = Pacer({"sc:Op": Rate(1, 1, "documented")}, turned.clock())
    pacer.wait("sc:Op", pacer.begin())
    turned.stop = True
    with pytest.raises(StoppedError):
        pacer.wait("sc:Op", pacer.begin())
    assert not pacer.buckets["sc:Op"].waiting


def test_calls_that_begin_after_a_stop_request_wait_but_not_long() -> None:
    turned = Turned(stop=True)
    pacer = Pacer({"s3:PutObject": Rate(1, 1, "documented")}, turned.clock(lambda: True))
    for _ in range(2):
        pacer.wait("s3:PutObject", pacer.begin())
    assert turned.time == pytest.approx(1)
    assert pacer.begin().until == turned.time + CLEANUP


def test_a_call_that_is_never_allowed_ends_at_its_deadline() -> None:
    turned = Turned()
    pacer = Pacer({}, turned.clock())
    attempt = pacer.begin()

    def call() -> None:
        for number in range(1, 250):
            pacer.wait("sc:Op", attempt)
            assert pacer.throttled("sc:Op", attempt, number)

    with pytest.raises(DeadlineError, match="sc:Op: AWS throttles this operation"):
        call()
    assert DEADLINE <= turned.time < DEADLINE + 6
    assert not pacer.throttled("sc:Op", attempt, 250)


def test_failures_share_a_budget_which_successes_fill() -> None:
    turned = Turned()
    pacer = Pacer({}, turned.clock())
    attempts = [pacer.begin() for _ in range(BUDGET // COST)]
    assert all(pacer.failed(attempt, 1) for attempt in attempts)
    assert not pacer.failed(pacer.begin(), 1)
    pacer.succeeded(attempts[0])
    assert pacer.failed(pacer.begin(), 1)


def test_without_buckets_a_throttled_call_pauses_longer_each_time() -> None:
    turned = Turned()
    pacer = Pacer(None, turned.clock())
    attempt = pacer.begin()
    assert all(pacer.throttled("sc:Op", attempt, number) for number in (1, 2, 3))
    assert turned.pauses == [0.5, 1.0, 2.0]
    pacer.wait("sc:Op", attempt)
    assert turned.pauses == [0.5, 1.0, 2.0]


def test_threads_share_a_bucket() -> None:
    pacer = Pacer({"sc:Op": Rate(200, 1, "documented")})
    start = pacer.clock.now()
    threads = [threading.Thread(target=lambda: pacer.wait("sc:Op", pacer.begin())) for _ in range(21)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert pacer.clock.now() - start >= 20 / 200 * 0.99


def test_sessions_of_the_same_account_and_region_share_and_iam_is_global() -> None:
    pacing = Pacing({})

    def session(account: str, region: str) -> AwsSession:
        opened = AwsSession(keyed_session("key", "secret"), region, pacing=pacing)
        opened.__dict__["identity"] = Identity(account, "arn", "aws")
        return opened

    first = session("111122223333", "eu-west-1").pacer("servicecatalog")
    assert session("111122223333", "eu-west-1").pacer("servicecatalog") is first
    assert session("111122223333", "us-east-1").pacer("servicecatalog") is not first
    assert session("444455556666", "eu-west-1").pacer("servicecatalog") is not first
    regions = {id(session("111122223333", region).pacer("iam")) for region in ("eu-west-1", "us-east-1")}
    assert len(regions) == 1


def test_the_environment_selects_the_rates() -> None:
    assert chosen_rates({}) is RATES
    assert chosen_rates({"CATALOG_PACING": "off"}) is None
    documented = chosen_rates({"CATALOG_PACING": "documented"})
    assert documented
    assert {rate.assumed for rate in documented.values()} == {False}
    with pytest.raises(ContentError, match="CATALOG_PACING is 'fast'"):
        chosen_rates({"CATALOG_PACING": "fast"})


def test_people_read_when_the_limits_of_aws_slow_the_work_down() -> None:
    turned = Turned()
    pacer = Pacer({"servicecatalog:CreateProduct": Rate(0.1, 1, "documented")}, turned.clock())
    pacing = Pacing(None, pacers={("1", "eu-west-1"): pacer})
    states: list[str] = []

    def pause(seconds: float) -> None:
        states.append(pacing.state())
        turned.sleep(seconds)

    pacer.clock = Clock(lambda: turned.time, pause)
    pacer.wait("servicecatalog:CreateProduct", pacer.begin())
    assert (states, pacing.state()) == ([], "")
    pacer.wait("servicecatalog:CreateProduct", pacer.begin())
    assert states[0] == ""  # everybody waits for a moment
    assert states[-1] == "waiting"
    assert pacing.state() == ""
    pacer.throttled("servicecatalog:CreateProduct", pacer.begin(), 1)
    assert pacing.state() == "throttled"
    turned.time += RECENT + 1
    assert pacing.state() == ""
