"""A part of a plan: the changes that are asked for, with those that they need or must not go without. Pure.

Three rules say what comes along; ADR 15 has the reasons.

1. What a change stands on: the portfolio, product, version, template or TagOption that is made or activated first.
2. What is whole or nothing: a new product with its versions, and an association with all its constraints.
3. What gives somebody a way to launch comes with everything that narrows the same way: constraints, TagOptions,
   products and principals that leave. So no part of a plan leaves a launch less constrained than is declared.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, fields
from difflib import get_close_matches
from enum import StrEnum
from itertools import islice
from typing import Any

from catalog.errors import ContentError
from catalog.model import addresses
from catalog.model.addresses import Address, upwards, within
from catalog.model.portfolio import TagOption
from catalog.model.product import Product
from catalog.model.service_action import PublishedAction
from catalog.plan import changes
from catalog.plan.changes import Change, Effect, Facts
from catalog.plan.facts import root
from catalog.plan.order import takes_version
from catalog.plan.report import FOLD


class Role(StrEnum):
    """What a change is to those who launch."""

    MAKES = "makes what others stand on"
    GIVES = "gives a way to launch, or frees one"
    GUARDS = "narrows a way to launch"
    TAKES = "takes a way to launch from somebody"
    NOTHING = "changes nothing for them"


Roles = Mapping[Effect, Role]


def always(role: Role) -> Roles:
    """The same role whatever the effect is."""
    return dict.fromkeys(Effect, role)


CONSTRAINS: Roles = {Effect.SAFE: Role.GUARDS, Effect.WIDENS_ACCESS: Role.GIVES, Effect.DESTRUCTIVE: Role.GUARDS}
ROLES: Mapping[type[Change], Roles] = {
    changes.CreateStack: always(Role.MAKES),
    changes.UpdateStack: always(Role.MAKES),
    changes.UploadTemplate: always(Role.MAKES),
    changes.CreateTagOption: always(Role.MAKES),
    changes.UpdateTagOption: always(Role.MAKES),
    changes.DeactivateTagOption: always(Role.MAKES),
    changes.CreateProduct: always(Role.GIVES),
    changes.UpdateProduct: always(Role.NOTHING),
    changes.CreateProvisioningArtifact: always(Role.GIVES),
    changes.UpdateProvisioningArtifact: {
        Effect.SAFE: Role.NOTHING,
        Effect.WIDENS_ACCESS: Role.GIVES,
        Effect.DESTRUCTIVE: Role.TAKES,
    },
    # What people do with what they have launched, not whether they can launch.
    changes.CreateDocument: always(Role.MAKES),
    changes.CreateServiceAction: always(Role.MAKES),
    changes.UpdateServiceAction: always(Role.NOTHING),
    changes.AssociateServiceActionWithProvisioningArtifact: always(Role.NOTHING),
    changes.CreatePortfolio: always(Role.MAKES),
    changes.UpdatePortfolio: always(Role.NOTHING),
    changes.AssociateTagOptionWithResource: always(Role.GUARDS),
    changes.DisassociateTagOptionFromResource: always(Role.GIVES),
    changes.AssociateProductWithPortfolio: always(Role.GIVES),
    changes.DisassociateProductFromPortfolio: always(Role.GUARDS),
    changes.CreateConstraint: CONSTRAINS,
    changes.UpdateConstraint: CONSTRAINS,
    changes.DeleteConstraint: CONSTRAINS,
    changes.AssociatePrincipalWithPortfolio: always(Role.GIVES),
    changes.DisassociatePrincipalFromPortfolio: always(Role.TAKES),
    changes.CreatePortfolioShare: always(Role.GIVES),
    changes.UpdatePortfolioShare: {
        Effect.SAFE: Role.GUARDS,
        Effect.WIDENS_ACCESS: Role.GIVES,
        Effect.DESTRUCTIVE: Role.TAKES,
    },
    changes.DeletePortfolioShare: always(Role.TAKES),
    changes.AcceptPortfolioShare: always(Role.MAKES),
    changes.AssociateBudgetWithResource: always(Role.NOTHING),
    changes.DisassociateBudgetFromResource: always(Role.NOTHING),
    changes.DisassociateServiceActionFromProvisioningArtifact: always(Role.NOTHING),
    changes.DeleteServiceAction: always(Role.NOTHING),
    changes.DeleteDocument: always(Role.NOTHING),
    changes.DeleteProvisioningArtifact: always(Role.TAKES),
    changes.DeleteProduct: always(Role.TAKES),
    changes.DeletePortfolio: always(Role.TAKES),
}
"""Every class of change; tests/unit/plan/test_selection.py fails for one that is missing."""


def product_of(change: Change) -> str:
    """Key of the product that a change is about; empty when it is about none."""
    named: Any = getattr(change, "product", "")
    kind, _, rest = change.address.partition("/")
    return named.key if isinstance(named, Product) else named or (rest.partition("/")[0] if kind == "product" else "")


def portfolio_of(change: Change) -> str:
    """Key of the portfolio that a change is in; empty when it is in none."""
    kind, _, rest = change.address.partition("/")
    return rest.partition("/")[0] if kind == "portfolio" else ""


def action_reference(action: Address | PublishedAction, change: Change) -> Address:
    """The action that a version offers; or the document of ours that an action runs, else its own Address."""
    if not isinstance(action, PublishedAction):
        return action
    return addresses.document(product_of(change), action.document.name) if action.document else change.address


REFERENCES: Mapping[str, Callable[[Any, Change], Address]] = {
    "product": lambda _, change: addresses.product(product_of(change)),
    "artifact": lambda artifact, change: addresses.template(product_of(change), artifact.digest),
    "portfolio": lambda _, change: addresses.portfolio(portfolio_of(change)),
    "source": lambda key, _: addresses.portfolio(key),
    "tag_option": lambda option, _: addresses.tag_option(option.key, option.value),
    "resource": lambda place, _: place,
    "version": lambda place, _: place,
    "action": lambda action, change: action_reference(action, change),
}
"""Members of changes that name what must be there first."""
PLAIN = frozenset(
    {"address", "effect", "details", "name", "body", "digest", "fields", "add_tags", "remove_tags", "constraint"}
    | {"principal", "anew", "share", "accepted", "budget", "document"}
)
"""Members that name nothing that a plan could make. A member that stands in neither fails a test."""


@dataclass(frozen=True, slots=True)
class Selected:
    """What is made of the changes that were found, and what is left out."""

    changes: tuple[Change, ...]
    left_out: tuple[Change, ...] = ()
    notices: tuple[str, ...] = ()


Choice = Callable[[Sequence[Change], Facts, Facts], Selected]
"""Chooses among changes by the facts before and after them."""


def everything(changes: Sequence[Change], before: Facts, after: Facts) -> Selected:
    """All of them."""
    return Selected(tuple(changes))


def roots(products: Iterable[str], portfolios: Iterable[str]) -> frozenset[str]:
    """The Addresses of products and portfolios, by their keys."""
    return frozenset({*map(addresses.product, products), *map(addresses.portfolio, portfolios)})


def only(targets: Sequence[str], elsewhere: frozenset[str] = frozenset()) -> Choice:
    """The changes at or below the Addresses of `targets`, and what must come along.

    What `elsewhere` has, the products and portfolios of other targets of the run, may be none here.
    """

    def choose(found: Sequence[Change], before: Facts, after: Facts) -> Selected:
        known = {*before, *after, *(change.address for change in found)}
        absent = elsewhere - {root(place) for place in known}
        check_known([one for one in targets if root(Address(one)) not in absent], known)
        return Selection(found, before).select(targets)

    return choose if targets else everything


def check_known(targets: Sequence[str], known: set[Address]) -> None:
    """`ContentError` for an Address that nothing has, and that nothing is below, with the nearest that there are."""
    for target in targets:
        if any(within(place, target) for place in known):
            continue
        prefixes = {one for place in known for one in upwards(place) if "/" in one}
        if within(target, "stack"):
            hint = "A stack comes along with what needs it; `catalog bootstrap` deploys stacks alone."
            raise ContentError(f"--target: {target!r} is a stack of `catalog bootstrap`", hint=hint)
        near = get_close_matches(target, sorted(prefixes), 3) or sorted(one for one in prefixes if one.count("/") == 1)
        raise ContentError(
            f"--target: nothing has the Address {target!r}, and nothing is below it",
            hint=f"Near it are: {', '.join(near[:8])}." if near else "Nothing is declared here.",
        )


ASSOCIATION = re.compile(r"portfolio/([^/]+)/product/(.+?)(?:/constraint/[^/]+)?")


@dataclass(slots=True)
class Selection:
    """Picks changes one after the other, each with what it brings along."""

    found: Sequence[Change]
    before: Facts
    held: frozenset[tuple[str, str]] = field(init=False)
    """(portfolio, product) of each association that is there."""
    by_address: dict[str, list[int]] = field(default_factory=dict, init=False)
    by_group: dict[tuple[str, str], list[int]] = field(default_factory=dict, init=False)
    deactivated: dict[int, TagOption] = field(default_factory=dict, init=False)
    picked: dict[int, str] = field(default_factory=dict, init=False)
    """Index → the Address for which it came along; empty for what was asked for."""

    def __post_init__(self) -> None:
        matches = [ASSOCIATION.fullmatch(place) for place in self.before]
        self.held = frozenset((match[1], match[2]) for match in matches if match)
        for index, change in enumerate(self.found):
            self.by_address.setdefault(change.address, []).append(index)
            self.by_group.setdefault(group(change), []).append(index)
            if isinstance(change, changes.DeactivateTagOption):
                self.deactivated[index] = change.tag_option

    def select(self, targets: Sequence[str]) -> Selected:
        """What `targets` ask for, and all that comes along."""
        asked = [
            index
            for index, change in enumerate(self.found)
            if any(within(change.address, target) for target in targets)
        ]
        self.picked = dict.fromkeys(asked, "")
        while asked:
            cause = self.found[asked.pop()]
            for index in self.brought(cause):
                if index not in self.picked:
                    self.picked[index] = cause.address
                    asked.append(index)
        parts: tuple[list[Change], list[Change]] = ([], [])
        for index, change in enumerate(self.found):
            parts[index not in self.picked].append(change)
        return Selected(tuple(parts[0]), tuple(parts[1]), tuple(self.notices()))

    def torn(self, kept: Sequence[Change], left_out: Sequence[Change]) -> Iterator[tuple[Change, Change]]:
        """(kept, left out) where the one must not be made without the other."""
        out = {id(change) for change in left_out}
        for cause in kept:
            for index in self.brought(cause, goes_on=True):
                if id(self.found[index]) in out:
                    yield cause, self.found[index]

    def brought(self, cause: Change, *, goes_on: bool = False) -> Iterator[int]:
        """Indexes of what comes along with a change; `goes_on` when what came with it may have been made before."""
        for place in self.needs(cause):
            yield from (index for index in self.by_address.get(place, ()) if self.makes(self.found[index]))
        yield from self.by_address[cause.address]
        own = self.by_group[group(cause)]
        if all(group(cause)) or isinstance(cause, changes.CreateProduct):
            yield from own
        elif takes_version(cause) and not goes_on:  # those that people get instead, so that one is always there
            yield from (index for index in own if gives_version(self.found[index]))
        if isinstance(cause, changes.DeleteServiceAction):
            yield from (index for index, one in enumerate(self.found) if offers(one, cause.address))
        if role(cause) is Role.GIVES:
            yield from self.narrowing(cause)

    def narrowing(self, cause: Change) -> Iterator[int]:
        """Indexes of what narrows the way to launch that a change gives.

        Constraints of a product in a portfolio count as one, whatever each of them does. A new version is no new way to
        launch for those who are to leave the portfolio.
        """
        inside, ways = bool(group(cause)[0]), sorted(self.ways(cause))
        for one in ways:
            for index in self.by_group.get(one, ()):
                what = role(self.found[index])
                if what is Role.GUARDS or all(one) or (inside and what is Role.TAKES):
                    yield index
        places = {addresses.portfolio(one) for one, _ in ways} | {addresses.product(one) for _, one in ways}
        for index, option in self.deactivated.items():
            if any(addresses.tag_option_association(one, option.key, option.value) in self.before for one in places):
                yield index

    def ways(self, cause: Change) -> set[tuple[str, str]]:
        """(portfolio, product), of which either may be empty, that the way to launch is about which a change gives.

        A portfolio's change is about the products that it holds already, and a product's about the portfolios that hold
        it; an association that is to be made brings its own along.
        """
        portfolio, product = group(cause)
        held = {one for one in self.held if portfolio in ("", one[0]) and product in ("", one[1])}
        both = {*held, (portfolio, product)}
        return {one for key, name in both for one in ((key, name), (key, ""), ("", name))} - {("", "")}

    def notices(self) -> Iterator[str]:
        """What came along, by what it came along with; many of a kind in one line."""
        along: dict[str, list[Change]] = {}
        for index in sorted(self.picked):
            if cause := self.picked[index]:
                along.setdefault(cause, []).append(self.found[index])
        alike: dict[tuple[str, tuple[str, ...]], list[str]] = {}
        for cause, brought in along.items():
            operations = tuple(change.operation for change in brought)
            alike.setdefault((cause.rpartition("/")[0], operations), []).append(cause)
        for (parent, operations), causes in alike.items():
            if len(causes) >= FOLD:
                yield f"{parent}/… ({len(causes)}) do not go without their {', '.join(operations)}"
                continue
            for cause in causes:
                listed = ", ".join(f"{change.operation} {change.address}" for change in along[cause])
                yield f"{cause} does not go without {listed}"

    def needs(self, change: Change) -> Iterator[Address]:
        """Addresses that must be there first: those above its own, and those that its members name."""
        yield from islice(upwards(change.address), 1, None)
        for member in fields(change):
            value = getattr(change, member.name)
            if value and member.name in REFERENCES:
                yield REFERENCES[member.name](value, change)

    def makes(self, change: Change) -> bool:
        """Whether a change makes its Address, or activates it."""
        return change.address not in self.before or role(change) is Role.MAKES


def group(change: Change) -> tuple[str, str]:
    """(portfolio, product) that a change is about; empty when it is about none."""
    return portfolio_of(change), product_of(change)


def role(change: Change) -> Role:
    """What the change is to those who launch."""
    return ROLES[type(change)][change.effect]


def offers(change: Change, action: Address) -> bool:
    """Whether a change is about a version that offers an action: AWS deletes none that one offers."""
    return isinstance(change, changes.VersionAction) and change.action == action


def gives_version(change: Change) -> bool:
    """Whether people get a version."""
    kinds = changes.CreateProvisioningArtifact | changes.UpdateProvisioningArtifact
    return isinstance(change, kinds) and role(change) is Role.GIVES
