"""A part of a plan: the changes that are asked for, and the changes that must come with them. Pure.

Three rules say which other changes are included; ADR 15 has the reasons.

1. What a change needs (`Change.needs`): the portfolio, product, version, template or TagOption that is created or
   activated first.
2. What is all or nothing: a new product with its versions, and an association with all its constraints.
3. A change that opens a way to launch comes with everything that narrows the same way: constraints, TagOptions,
   products and principals that leave. So no part of a plan leaves a launch less constrained than is declared.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches

from catalog.errors import ContentError
from catalog.model import addresses
from catalog.model.addresses import Address, associated, upwards, within
from catalog.model.limits import shown
from catalog.model.portfolio import TagOption
from catalog.plan.changes import Change, Facts, LaunchImpact
from catalog.plan.facts import root
from catalog.plan.kinds.product import CreateProduct
from catalog.plan.kinds.service_action import (
    AssociateServiceActionWithProvisioningArtifact,
    DeleteServiceAction,
    DisassociateServiceActionFromProvisioningArtifact,
)
from catalog.plan.kinds.tag_option import DeactivateTagOption
from catalog.plan.kinds.version import (
    CreateProvisioningArtifact,
    UpdateProvisioningArtifact,
    WithdrawProvisioningArtifact,
)
from catalog.plan.report import FOLD


@dataclass(frozen=True, slots=True)
class Selected:
    """The changes to make, and those that are left out."""

    changes: tuple[Change, ...]
    left_out: tuple[Change, ...] = ()
    notices: tuple[str, ...] = ()


Choice = Callable[[Sequence[Change], Facts, Facts], Selected]
"""Chooses among changes by the facts before and after them."""


def everything(changes: Sequence[Change], before: Facts, after: Facts) -> Selected:
    """All changes."""
    return Selected(tuple(changes))


def roots(products: Iterable[str], portfolios: Iterable[str]) -> frozenset[str]:
    """The Addresses of products and portfolios, by their keys."""
    return frozenset({*map(addresses.product, products), *map(addresses.portfolio, portfolios)})


def only(targets: Sequence[str], elsewhere: frozenset[str] = frozenset()) -> Choice:
    """The changes at or below the Addresses of `targets`, and what must come along.

    The products and portfolios of other targets of the run (`elsewhere`) need not be declared here.
    """

    def choose(changes: Sequence[Change], before: Facts, after: Facts) -> Selected:
        known = {*before, *after, *(change.address for change in changes)}
        absent = elsewhere - {root(address) for address in known}
        check_known([target for target in targets if root(Address(target)) not in absent], known)
        return Selection(changes, before).select(targets)

    return choose if targets else everything


def check_known(targets: Sequence[str], known: set[Address]) -> None:
    """`ContentError` for an Address that does not exist and has nothing below it; names the nearest ones."""
    for target in targets:
        if any(within(address, target) for address in known):
            continue
        prefixes = {prefix for address in known for prefix in upwards(address) if "/" in prefix}
        if within(target, "stack"):
            hint = "A stack comes with the changes that need it; `catalog bootstrap` deploys stacks alone."
            raise ContentError(f"--target: {target!r} is a stack of `catalog bootstrap`", hint=hint)
        near = get_close_matches(target, sorted(prefixes), 3) or sorted(
            each for each in prefixes if each.count("/") == 1
        )
        raise ContentError(
            f"--target: no object matches the Address {shown(target)}",
            hint=f"Similar Addresses: {', '.join(near[:8])}." if near else "Nothing is declared here.",
        )


@dataclass(slots=True)
class Selection:
    """Picks changes, each with the changes that come along with it."""

    changes: Sequence[Change]
    before: Facts
    held: frozenset[tuple[str, str]] = field(init=False)
    """(portfolio, product) of each association that exists."""
    by_address: dict[str, list[int]] = field(default_factory=dict, init=False)
    by_scope: dict[tuple[str, str], list[int]] = field(default_factory=dict, init=False)
    deactivated: dict[int, TagOption] = field(default_factory=dict, init=False)
    picked: dict[int, str] = field(default_factory=dict, init=False)
    """Index → the Address for which it came along; empty for what was asked for."""

    def __post_init__(self) -> None:
        self.held = frozenset(filter(None, map(associated, self.before)))
        for index, change in enumerate(self.changes):
            self.by_address.setdefault(change.address, []).append(index)
            self.by_scope.setdefault(change.scope, []).append(index)
            if isinstance(change, DeactivateTagOption):
                self.deactivated[index] = change.tag_option

    def select(self, targets: Sequence[str]) -> Selected:
        """The changes that `targets` select, and all that must be included with them."""
        asked = [
            index
            for index, change in enumerate(self.changes)
            if any(within(change.address, target) for target in targets)
        ]
        self.picked = dict.fromkeys(asked, "")
        while asked:
            cause = self.changes[asked.pop()]
            for index in self.brought(cause):
                if index not in self.picked:
                    self.picked[index] = cause.address
                    asked.append(index)
        parts: tuple[list[Change], list[Change]] = ([], [])
        for index, change in enumerate(self.changes):
            parts[index not in self.picked].append(change)
        return Selected(tuple(parts[0]), tuple(parts[1]), tuple(self.notices()))

    def torn(self, kept: Sequence[Change], left_out: Sequence[Change]) -> Iterator[tuple[Change, Change]]:
        """(kept, left out) pairs where the first must not be made without the second."""
        out = {id(change) for change in left_out}
        for cause in kept:
            for index in self.brought(cause, goes_on=True):
                if id(self.changes[index]) in out:
                    yield cause, self.changes[index]

    def brought(self, cause: Change, *, goes_on: bool = False) -> Iterator[int]:
        """Indexes of the changes that come along with one; `goes_on` when some of them may have been made before."""
        for address in cause.needs():
            yield from (index for index in self.by_address.get(address, ()) if self.makes(self.changes[index]))
        yield from self.by_address[cause.address]
        own = self.by_scope[cause.scope]
        if all(cause.scope) or isinstance(cause, CreateProduct):
            yield from own
        elif isinstance(cause, WithdrawProvisioningArtifact) and not goes_on:
            # The versions that people get instead, so that they always have one.
            yield from (index for index in own if gives_version(self.changes[index]))
        if isinstance(cause, DeleteServiceAction):
            yield from (index for index, each in enumerate(self.changes) if offers(each, cause.address))
        if cause.launch_impact is LaunchImpact.OPENS:
            yield from self.narrowing(cause)

    def narrowing(self, cause: Change) -> Iterator[int]:
        """Indexes of the changes that narrow the way to launch that a change opens.

        Constraints of a product in a portfolio count as one, whatever each of them does. A new version is no new way to
        launch for those who are to leave the portfolio.
        """
        inside, scopes = bool(cause.scope[0]), sorted(self.scopes(cause))
        for scope in scopes:
            for index in self.by_scope.get(scope, ()):
                impact = self.changes[index].launch_impact
                narrows = impact is LaunchImpact.NARROWS or (inside and impact is LaunchImpact.CLOSES)
                if narrows or all(scope):
                    yield index
        offering = {addresses.portfolio(key) for key, _ in scopes} | {addresses.product(key) for _, key in scopes}
        for index, option in self.deactivated.items():
            associations = (addresses.tag_option_association(each, option.key, option.value) for each in offering)
            if any(address in self.before for address in associations):
                yield index

    def scopes(self, cause: Change) -> set[tuple[str, str]]:
        """(portfolio, product), of which either may be empty, of the ways to launch that a change opens.

        A portfolio's change concerns the products that it holds already, and a product's the portfolios that hold it;
        an association that is to be made brings its own along.
        """
        portfolio, product = cause.scope
        held = {pair for pair in self.held if portfolio in ("", pair[0]) and product in ("", pair[1])}
        pairs = {*held, (portfolio, product)}
        return {scope for key, name in pairs for scope in ((key, name), (key, ""), ("", name))} - {("", "")}

    def notices(self) -> Iterator[str]:
        """A line for each change that brought others along; many of a kind in one line."""
        along: dict[str, list[Change]] = {}
        for index in sorted(self.picked):
            if cause := self.picked[index]:
                along.setdefault(cause, []).append(self.changes[index])
        alike: dict[tuple[str, tuple[str, ...]], list[str]] = {}
        for cause, brought in along.items():
            operations = tuple(change.operation for change in brought)
            alike.setdefault((cause.rpartition("/")[0], operations), []).append(cause)
        for (parent, operations), causes in alike.items():
            if len(causes) >= FOLD:
                yield f"{parent}/… ({len(causes)}) need their {', '.join(operations)}"
                continue
            for cause in causes:
                listed = ", ".join(f"{change.operation} {change.address}" for change in along[cause])
                yield f"{cause} needs {listed}"

    def makes(self, change: Change) -> bool:
        """Whether a change creates its object, or activates it."""
        return change.address not in self.before or change.launch_impact is LaunchImpact.PREPARES


def offers(change: Change, action: Address) -> bool:
    """Whether a change concerns a version that offers a service action: AWS deletes no action that a version offers."""
    kinds = AssociateServiceActionWithProvisioningArtifact | DisassociateServiceActionFromProvisioningArtifact
    return isinstance(change, kinds) and change.action == action


def gives_version(change: Change) -> bool:
    """Whether people get a version."""
    kinds = CreateProvisioningArtifact | UpdateProvisioningArtifact
    return isinstance(change, kinds) and change.launch_impact is LaunchImpact.OPENS
