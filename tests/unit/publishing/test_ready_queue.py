"""Which step starts next: the longest chain if the time depends on it, else what was begun goes on."""

from __future__ import annotations

from collections.abc import Mapping
from graphlib import TopologicalSorter

from hypothesis import given
from hypothesis import strategies as st

from catalog.plan.schedule import Schedule, ScheduleStep, StepKind
from catalog.publishing.ready_queue import ReadyQueue

Chains = Mapping[str, int]


def rounds(chains: Chains, parallelism: int) -> list[list[str]]:
    """Who has a step in each round, if all steps take equally long; a chain has so many steps, one after the other."""
    work, names, heights = Schedule(()), {}, {}
    for name, length in chains.items():
        earlier: ScheduleStep | None = None
        for height in range(length, 0, -1):
            step = ScheduleStep(len(names), StepKind.CHANGE)
            names[step], heights[step] = name, height
            work.waits[step] = {earlier: "in a chain"} if earlier else {}
            earlier = step
    sorter: TopologicalSorter[ScheduleStep] = work.sorter()
    queue = ReadyQueue(heights, lambda _: 1, parallelism)
    taken = []
    while sorter.is_active():
        queue.add(sorter.get_ready())
        steps = [queue.take() for _ in range(min(parallelism, len(queue.members)))]
        sorter.done(*steps)
        taken.append([names[step] for step in steps])
    return taken


def test_what_was_begun_is_completed_before_more_begins() -> None:
    chains = dict.fromkeys("abcdefghijkl", 3)
    order = rounds(chains, 2)
    assert order[:6] == [*[["a", "b"]] * 3, *[["c", "d"]] * 3]
    assert len(order) == 18


def test_the_longest_chain_starts_first_when_the_time_depends_on_it() -> None:
    order = rounds({**dict.fromkeys("abcdefghij", 1), "long": 10}, 2)
    assert all("long" in names for names in order)
    assert len(order) == 10


def test_a_long_chain_begins_in_time_though_others_come_first() -> None:
    order = rounds({**dict.fromkeys("abcdefghij", 2), "long": 8}, 3)
    assert len(order) == 10, "28 steps, three at a time, cannot take less"


@given(st.dictionaries(st.text("abcdef", min_size=1), st.integers(1, 8), min_size=1), st.integers(1, 5))
def test_each_step_is_taken_once_and_the_time_is_near_the_least(chains: dict[str, int], parallelism: int) -> None:
    order = rounds(chains, parallelism)
    assert {name: sum(names.count(name) for names in order) for name in chains} == chains
    steps, longest = sum(chains.values()), max(chains.values())
    assert len(order) <= -(-steps // parallelism) + longest
