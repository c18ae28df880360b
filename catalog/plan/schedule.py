"""The schedule of a plan: what must be complete before what starts, each with its reason. The rest runs side by side.

The order table (plan/order.py) says what comes before what; this module says between which changes that matters. Each
change is in lanes: those of its portfolio, its product, the objects that it needs, and a few of the whole account. Two
changes of one lane keep the order of the table, unless they belong to different parts of it, such as two products of a
portfolio. So the constraints of one product do not wait for the versions of another.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from enum import IntEnum
from graphlib import TopologicalSorter
from itertools import groupby
from typing import NamedTuple

from catalog.model.addresses import Address, associated
from catalog.plan.changes import Change, LaunchImpact
from catalog.plan.kinds.association import AssociateProductWithPortfolio
from catalog.plan.kinds.service_action import DeleteDocument
from catalog.plan.kinds.share import ShareChange
from catalog.plan.kinds.stack import CreateStack, UpdateStack
from catalog.plan.kinds.stack_set import StackSetChange
from catalog.plan.kinds.tag_option import DeactivateTagOption
from catalog.plan.kinds.version import (
    CreateProvisioningArtifact,
    DeleteProvisioningArtifact,
    UpdateProvisioningArtifact,
)
from catalog.plan.order import rank

NEEDS = "AWS refuses what needs an object that does not exist, and to delete an object that is in use"
PRODUCT = "a product has its versions, guidance, TagOptions and actions before anybody new can launch it"
PORTFOLIO = "in a portfolio, access is removed first, then all rules hold, and access is granted last"
ACCOUNT = "the bucket and the launch roles come first; documents, which AWS may refuse to delete, go last"
OFFERED = "a TagOption that is no longer offered is inactive before new ways to launch open"
VERSIONS = "AWS shows versions in the order of their creation, and gets stuck over several of a product at once"
"""hashicorp/terraform-provider-aws issues 32450 and 37956."""
STACKS = "the stacks come one after the other: the first one makes the bucket that the others go through"
STACK_SETS = "StackSets runs one operation of a stack set at a time"
SHARES = "AWS performs one portfolio share action at a time in an account and Region"
"""awslabs/landing-zone-accelerator-on-aws issue 893; hashicorp/terraform-provider-aws issue 24729."""

STEP_CALLS = {"CreateProduct": 3, "CreateProvisioningArtifact": 2, "CreateConstraint": 2}
"""Calls of a change that has more than one: an object is made, then looked at until it is available, at least once; so
is a product's first version."""

VERSION_CHANGES = (CreateProvisioningArtifact, UpdateProvisioningArtifact, DeleteProvisioningArtifact)
ONE_BY_ONE = (VERSIONS, STACKS, STACK_SETS, SHARES)
"""Lanes whose changes come one after the other; in others those of one line of the order table run side by side."""
WHOLE = ""
"""The part of a lane of a change that concerns all parts."""


class StepKind(IntEnum):
    """What a step of a schedule is."""

    CHANGE = 0
    CONFIRMATION = 1
    """Wait until AWS lists what several changes have made, with shared reads."""
    MILESTONE = 2
    """Nothing to do: it stands for many steps, so that many others can wait for one."""


class ScheduleStep(NamedTuple):
    """A step. Steps sort by the plan's order."""

    position: int
    """Index of the change, or of the last change that the step stands for."""
    kind: StepKind
    name: str = ""
    """Of a confirmation: the listing that it waits for."""


class Place(NamedTuple):
    """The place of a change in a lane."""

    order: int
    part: str
    step: ScheduleStep


@dataclass(slots=True)
class Schedule:
    """The steps of a plan, and what each of them waits for."""

    changes: Sequence[Change]
    waits: dict[ScheduleStep, dict[ScheduleStep, str]] = field(default_factory=lambda: defaultdict(dict))
    """Step → the steps that must be complete first, each with the reason."""
    confirmations: dict[str, ScheduleStep] = field(default_factory=dict)
    """Listing → the step that waits for it."""

    def sorter(self) -> TopologicalSorter[ScheduleStep]:
        """The steps in an order that keeps what they wait for, to be taken as they get ready."""
        sorter = TopologicalSorter(self.waits)
        sorter.prepare()
        return sorter

    def calls(self, step: ScheduleStep) -> int:
        """The calls that a step makes at least, one after the other."""
        if step.kind is StepKind.CHANGE:
            return STEP_CALLS.get(self.changes[step.position].operation, 1)
        return int(step.kind is StepKind.CONFIRMATION)

    def heights(self) -> dict[ScheduleStep, int]:
        """Step → the calls of the longest chain that begins with it."""
        heights: dict[ScheduleStep, int] = defaultdict(int)
        for step in reversed(tuple(TopologicalSorter(self.waits).static_order())):
            heights[step] += self.calls(step)
            for earlier in self.waits[step]:
                heights[earlier] = max(heights[earlier], heights[step])
        return heights

    def completed(self, step: ScheduleStep) -> ScheduleStep:
        """The step after which a change is complete: itself, or its confirmation."""
        listing = self.changes[step.position].listing if step.kind is StepKind.CHANGE else ""
        return self.confirmations[listing] if listing else step

    def link(self, first: Sequence[ScheduleStep], then: Sequence[ScheduleStep], reason: str) -> None:
        """Let each of `then` wait for all of `first`."""
        for milestone in self.joined(first, reason):
            for step in then:
                self.waits[step][milestone] = reason

    def joined(self, steps: Iterable[ScheduleStep], reason: str) -> tuple[ScheduleStep, ...]:
        """At most one step that is complete when all of `steps` are."""
        completed = tuple(dict.fromkeys(map(self.completed, steps)))
        if len(completed) < 2:
            return completed
        milestone = ScheduleStep(max(step.position for step in completed), StepKind.MILESTONE, str(len(self.waits)))
        self.waits[milestone] = dict.fromkeys(completed, reason)
        return (milestone,)


def schedule(changes: Sequence[Change], existing: Iterable[Address] = ()) -> Schedule:
    """The schedule of changes, which are in the order of the table. `existing` are the Addresses of what exists."""
    made = Schedule(changes)
    steps = [ScheduleStep(index, StepKind.CHANGE) for index in range(len(changes))]
    made.waits.update((step, {}) for step in steps)
    for step in steps:
        if listing := changes[step.position].listing:
            made.confirmations[listing] = ScheduleStep(step.position, StepKind.CONFIRMATION, listing)
    for step in steps:
        if listing := changes[step.position].listing:
            made.waits[made.confirmations[listing]][step] = "AWS lists what was made before anything builds on it"
    for (reason, _), places in lanes(changes, existing).items():
        order_lane(made, places, reason)
    return made


def order_lane(made: Schedule, places: Iterable[Place], reason: str) -> None:
    """Let the changes of a lane wait for those of a lower order in the same part, or in all parts."""
    whole: tuple[ScheduleStep, ...] = ()
    parts: dict[str, tuple[ScheduleStep, ...]] = {}
    for _, batch in groupby(places, key=lambda place: place.order):
        steps: dict[str, list[ScheduleStep]] = {}
        for place in batch:
            steps.setdefault(place.part, []).append(place.step)
        for part, members in steps.items():
            earlier = [step for latest in parts.values() for step in latest] if part == WHOLE else parts.get(part, ())
            made.link((*whole, *earlier), members, reason)
        if WHOLE in steps:
            whole, parts = made.joined(steps.pop(WHOLE), reason), {}
        parts.update((part, made.joined(members, reason)) for part, members in steps.items())


def lanes(changes: Sequence[Change], existing: Iterable[Address]) -> dict[tuple[str, str], list[Place]]:
    """(reason, name) → the changes of each lane, in the order of the plan."""
    held = held_products(changes, existing)
    collected: dict[tuple[str, str], list[Place]] = defaultdict(list)
    for index, change in enumerate(changes):
        step = ScheduleStep(index, StepKind.CHANGE)
        for (reason, name), part in lanes_of(change, str(index), held):
            order = index if reason in ONE_BY_ONE else rank(change)
            collected[reason, name].append(Place(order, part, step))
    return collected


def lanes_of(change: Change, alone: str, held: dict[str, set[str]]) -> Iterator[tuple[tuple[str, str], str]]:
    """((reason, name), part) of the lanes of a change. `alone` is a part that no other change has."""
    yield (ACCOUNT, ""), WHOLE if isinstance(change, CreateStack | UpdateStack | DeleteDocument) else alone
    yield (NEEDS, change.address), WHOLE
    for address in set(change.needs()) - {change.address}:
        yield (NEEDS, address), alone
    portfolio, product = change.scope
    if portfolio:
        yield (PORTFOLIO, portfolio), product or WHOLE
    if product:
        yield (PRODUCT, product), portfolio or WHOLE
    opens = change.launch_impact is LaunchImpact.OPENS
    if portfolio and not product and opens:
        for each in sorted(held.get(portfolio, ())):
            yield (PRODUCT, each), portfolio
    if isinstance(change, DeactivateTagOption):
        yield (OFFERED, ""), WHOLE
    elif opens and portfolio:
        yield (OFFERED, ""), alone
    if isinstance(change, VERSION_CHANGES):
        yield (VERSIONS, product), WHOLE
    if isinstance(change, ShareChange):
        yield (SHARES, ""), WHOLE
    if isinstance(change, CreateStack | UpdateStack):
        yield (STACKS, ""), WHOLE
    if isinstance(change, StackSetChange):
        yield (STACK_SETS, change.stack_set.name), WHOLE


def held_products(changes: Sequence[Change], existing: Iterable[Address]) -> dict[str, set[str]]:
    """Portfolio → the products that it holds before or after the changes."""
    made = (change.address for change in changes if isinstance(change, AssociateProductWithPortfolio))
    held: dict[str, set[str]] = defaultdict(set)
    for address in (*existing, *made):
        if pair := associated(address):
            held[pair[0]].add(pair[1])
    return held
