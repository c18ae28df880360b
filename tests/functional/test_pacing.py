"""Throttled runs against the sandbox: they end, at the rate that it allows, and share what they learn."""

from __future__ import annotations

import threading
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from benchmarks.scale import build_repository, calls
from catalog.aws.session import AwsSession
from catalog.aws.target_sessions import TargetSessions
from catalog.content.targets import Target
from catalog.errors import StoppedError
from catalog.sandbox.control import CALLS_PATH, FAULTS_PATH, Sandbox
from catalog.stopping import STOP
from tests.functional.conftest import Run
from tests.functional.sharing import ask

LIMITED = ["CreateConstraint", "DescribeConstraint"]


def open_hub(sandbox: Sandbox) -> AwsSession:
    """A session of the account that the sandbox's administrator is in."""
    return TargetSessions(sandbox=sandbox.environment).open(Target("hub", "123456789012", "us-east-1"))


def test_a_throttled_publish_ends_with_few_refusals(catalog: Run, sandbox: Sandbox, tmp_path: Path) -> None:
    root = build_repository(tmp_path / "repository", 1, 4, 1)
    ask(sandbox, "POST", FAULTS_PATH, {"kind": "rate", "per_second": 20, "operations": LIMITED})
    result = catalog("-vv", "publish", "--local", "--yes", "--allow", "widen", at=root)
    assert result.exit_code == 0, result.output
    made = calls(result.stderr)
    counted = ask(sandbox, "GET", CALLS_PATH)["calls"]
    sent = Counter({name.partition(":")[2]: number for name, number in counted.items()})
    assert 0 < (sent - made).total() < sum(made[operation] for operation in LIMITED)


@pytest.mark.parametrize("per_second", [15, 60])
def test_threads_call_at_the_rate_that_is_allowed(sandbox: Sandbox, per_second: int) -> None:
    session, number = open_hub(sandbox), 30
    ask(sandbox, "POST", FAULTS_PATH, {"kind": "rate", "per_second": per_second, "burst": 5})
    with ThreadPoolExecutor(10) as pool:
        for answer in pool.map(lambda _: session.servicecatalog.list_portfolios(), range(number)):
            assert answer["PortfolioDetails"] == []
    sent = ask(sandbox, "GET", CALLS_PATH)["calls"]["servicecatalog:ListPortfolios"]
    assert number <= sent < 2 * number + 20


def test_a_stop_request_ends_the_wait_of_a_throttled_call(sandbox: Sandbox) -> None:
    session = open_hub(sandbox)
    ask(sandbox, "POST", FAULTS_PATH, {"kind": "rate", "per_second": 0.001, "operations": ["ListPortfolios"]})
    session.servicecatalog.list_portfolios()
    timer = threading.Timer(0.1, STOP.event.set)
    timer.start()
    try:
        with pytest.raises(StoppedError):
            session.servicecatalog.list_portfolios()
    finally:
        timer.join()
        STOP.reset()


def test_targets_of_the_same_account_and_region_share_what_they_learn(sandbox: Sandbox) -> None:
    sessions = TargetSessions(sandbox=sandbox.environment)

    def pacer(name: str, region: str, role: str = "") -> Any:
        return sessions.open(Target(name, "210987654321", region, role)).pacer("servicecatalog")

    first = pacer("hub", "eu-west-1")
    assert pacer("team", "eu-west-1", "arn:aws:iam::210987654321:role/team") is first
    assert pacer("hub", "eu-central-1") is not first


def test_threads_do_not_discard_connections(sandbox: Sandbox, caplog: pytest.LogCaptureFixture) -> None:
    session = open_hub(sandbox)
    together = threading.Barrier(24)

    def listing() -> None:
        together.wait()
        session.servicecatalog.list_portfolios()

    with caplog.at_level("WARNING", "urllib3.connectionpool"), ThreadPoolExecutor(24) as pool:
        for future in [pool.submit(listing) for _ in range(24)]:
            future.result()
    assert caplog.records == []
