"""Changes side by side: the same result at any parallelism, and what is said when some of them fail."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from catalog.aws.session import open_local_session
from catalog.plan.changes import Change
from catalog.publishing.apply import apply
from catalog.publishing.planner import plan
from catalog.sandbox.control import FAULTS_PATH, Sandbox
from tests.functional.conftest import Run
from tests.functional.sharing import ask
from tests.functional.test_tampering import declared

PUBLISH = ("publish", "--local", "--yes", "--allow", "widen")


@pytest.fixture
def fail(sandbox: Sandbox) -> Iterator[Callable[..., None]]:
    """Let an operation fail, once by default."""

    def add(operation: str, **more: Any) -> None:
        fault = {"kind": "error", "operations": [operation], "code": "LimitExceededException", "message": "Full."}
        ask(sandbox, "POST", FAULTS_PATH, {**fault, **more})

    yield add
    ask(sandbox, "DELETE", FAULTS_PATH)


def counts(text: str) -> tuple[int, int, int]:
    """(done, failed, not started)."""
    match = re.search(r"(\d+) done, (\d+) failed, (\d+) not started\. Nothing that was done has to be undone", text)
    assert match, text
    done, failed, left = map(int, match.groups())
    return done, failed, left


def test_the_first_error_stops_new_work_and_says_what_is_left(
    catalog: Run, repository: Path, fail: Callable[..., None]
) -> None:
    fail("CreateConstraint")
    stopped = catalog(*PUBLISH, at=repository)
    assert stopped.exit_code == 1
    error = stopped.stderr[stopped.stderr.index("error: ") :]
    assert re.match(r"error: portfolio/\S+/constraint/\w+: CreateConstraint: LimitExceededException: Full\.", error)
    done, failed, left = counts(error)
    assert failed == 1
    planned = re.search(r"^(\d+) changes: ", stopped.stdout, flags=re.MULTILINE)
    assert planned
    assert done + failed + left == int(planned[1])
    # Nobody may launch without the constraint that failed.
    assert re.search(r"not started: portfolio security-\w+: .*may launch", error)
    again = catalog(*PUBLISH, "--allow", "restrict", at=repository)  # a rule can be left for an association that exists
    assert again.exit_code == 0, again.output
    assert "No changes." in catalog("plan", "--local", at=repository).stdout


def test_every_error_of_the_calls_in_flight_is_named(catalog: Run, repository: Path, fail: Callable[..., None]) -> None:
    fail("CreatePortfolio", calls=2)
    stopped = catalog(*PUBLISH, at=repository)
    assert stopped.exit_code == 1
    failed = r"portfolio/security-\w+: CreatePortfolio: LimitExceededException: Full\."
    assert re.search(f"error: 2 changes failed. {failed}\n.*  also {failed}\n", stopped.stderr), stopped.stderr
    assert counts(stopped.stderr)[1] == 2


@pytest.mark.parametrize("number", ["0", "65", "many"])
def test_a_parallelism_that_is_no_number_in_the_range_is_refused(catalog: Run, number: str) -> None:
    refused = catalog("publish", "--local", "--parallelism", number)
    assert refused.exit_code == 2
    assert "--parallelism" in refused.stderr


@pytest.mark.parametrize("parallelism", [1, 10])
def test_at_most_so_many_changes_are_in_flight(repository: Path, sandbox: Sandbox, parallelism: int) -> None:
    session = open_local_session(sandbox.environment(), None)
    content = declared(repository)
    prepared = plan(content, session)
    in_flight, most = set[int](), 0

    def start(index: int, _: Change) -> None:
        nonlocal most
        in_flight.add(index)
        most = max(most, len(in_flight))

    def end(index: int, _: Change) -> None:
        in_flight.remove(index)

    apply(prepared, session, content.bodies(), start, end, parallelism=parallelism)
    assert most == parallelism
    assert plan(content, session).changes == ()
