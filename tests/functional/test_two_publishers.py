"""Two publishers of different content at once, and runs that start again: nothing is created twice (case G1)."""

from __future__ import annotations

import random
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier
from typing import Any

import pytest

from catalog.content.load import load_catalog
from catalog.plan.changes import Change, Plan
from catalog.sandbox import control
from catalog.sandbox.control import FAULTS_PATH, Sandbox
from catalog.upkeep.pruning import prune_plan
from tests.functional.sharing import ask
from tests.functional.two_publishers import WORDS, Publisher, Team, doubles

ROUNDS = 20


@pytest.fixture
def team(tmp_path: Path) -> Team:
    return Team.at(tmp_path / "team")


@pytest.mark.slow
def test_two_publishers_of_different_content_leave_no_doubles(
    team: Team, tmp_path: Path, sandbox: Sandbox, client: Callable[..., Any]
) -> None:
    """Without a lease, and from plans that both were made before the first change."""
    choose = random.Random(1)  # noqa: S311  # no secret
    pair = [Publisher.of(sandbox, team.publication()) for _ in range(2)]
    for number in range(ROUNDS):
        control.reset(sandbox.directory)
        words = [word for word in WORDS if choose.random() < 0.6] or [WORDS[number % len(WORDS)]]
        other = team.copy(tmp_path / str(number), **{word: f"other {word.lower()} {number}" for word in words})
        pair[1].content = other.publication()
        start = Barrier(2)
        with ThreadPoolExecutor(2) as pool:
            plans = list(pool.map(Publisher.plan, pair))

        def publish(publisher: Publisher, prepared: Plan, start: Barrier = start) -> None:
            start.wait(10)
            publisher.apply(prepared)

        with ThreadPoolExecutor(2) as pool:
            list(pool.map(publish, pair, plans))
        assert doubles(client) == []
    pair[1].apply(pair[1].plan())
    assert pair[1].plan().changes == ()


class KilledError(Exception):
    """Ends a publisher between two changes, as a signal would."""


def killed_before(operation: str) -> Callable[[int, Change], None]:
    """A report of progress that ends the publisher before its first change of this operation."""

    def report(index: int, change: Change) -> None:
        if change.operation == operation:
            raise KilledError

    return report


def test_a_run_that_was_killed_and_edited_creates_nothing_twice_while_lists_are_late(
    team: Team, tmp_path: Path, sandbox: Sandbox, client: Callable[..., Any]
) -> None:
    first = Publisher.of(sandbox, team.publication())
    with pytest.raises(KilledError):
        first.apply(first.plan(), killed_before("AssociatePrincipalWithPortfolio"))
    other = team.copy(tmp_path / "edited", **{word: f"other {word.lower()}" for word in WORDS})
    second = Publisher.of(sandbox, other.publication())
    ask(sandbox, "POST", FAULTS_PATH, {"kind": "lag", "seconds": 1.5})
    prepared = second.plan()
    created = {change.operation for change in prepared.changes if change.operation.startswith("Create")}
    assert {"CreatePortfolio", "CreateProduct", "CreateServiceAction", "CreateConstraint"} <= created
    second.apply(prepared)
    ask(sandbox, "DELETE", FAULTS_PATH)
    assert doubles(client) == []
    assert second.plan().changes == ()


def test_a_plan_that_is_applied_twice_finds_what_is_done_already(
    team: Team, sandbox: Sandbox, client: Callable[..., Any]
) -> None:
    """Case G11: requests whose answer was lost are sent again. What is gone is gone, and our stack is waited for."""
    publisher = Publisher.of(sandbox, team.publication())
    everything = publisher.plan()
    assert "CreateStack" in {change.operation for change in everything.changes}
    publisher.apply(everything)
    publisher.apply(everything)
    assert doubles(client) == []
    assert publisher.plan().changes == ()

    (team.folder / "portfolios/team.yaml").unlink()
    deletions = prune_plan(load_catalog(team.folder), publisher.session).plan
    assert {change.operation for change in deletions.changes} == {
        "DeleteConstraint",
        "DeletePortfolio",
        "DisassociatePrincipalFromPortfolio",
        "DisassociateProductFromPortfolio",
        "DisassociateTagOptionFromResource",
    }
    publisher.apply(deletions)
    publisher.apply(deletions)
    assert client("servicecatalog").list_portfolios()["PortfolioDetails"] == []


def test_a_service_action_and_its_document_are_deleted_once(
    team: Team, sandbox: Sandbox, client: Callable[..., Any]
) -> None:
    publisher = Publisher.of(sandbox, team.publication())
    publisher.apply(publisher.plan())
    file = team.folder / "products/handle.py"
    file.write_text(file.read_text().replace("service_actions=(LOOK,),", ""))
    publisher.content = team.publication()
    removal = publisher.plan()
    assert "DeleteServiceAction" in {change.operation for change in removal.changes}
    publisher.apply(removal)
    publisher.apply(removal)
    assert client("servicecatalog").list_service_actions()["ServiceActionSummaries"] == []
