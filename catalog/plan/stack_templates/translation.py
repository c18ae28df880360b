"""From changes to resources: the registry of translations, and what they share."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import IntEnum
from typing import Any, TypeVar

from catalog.model import addresses
from catalog.model.addresses import Address
from catalog.plan.changes import CHANGES, Change
from catalog.plan.stack_templates.stand_ins import Destination

AnyChange = TypeVar("AnyChange", bound=Change)


class Layer(IntEnum):
    """Stacks are deployed layer after layer: whoever gains access gains it when all rules hold (plan/order.py)."""

    OBJECTS = 1
    """TagOptions, products with their versions, service actions, portfolios."""
    OFFERS = 2
    """What is associated with what, and under which constraints."""
    ACCESS = 3
    """Principals and shares."""


@dataclass(frozen=True, slots=True)
class ObjectReference:
    """The id of an object of the catalogue, which AWS gives it when its stack is deployed."""

    address: Address
    version: int | None = None
    """The index of a version of the product: its id instead of the product's."""


@dataclass(slots=True)
class Resource:
    """A resource of a template. Its properties can contain `ObjectReference`s."""

    address: Address
    type: str
    layer: Layer
    properties: dict[str, Any]
    group: Address
    """Resources of a group are in one stack."""
    after: tuple[Address, ...] = ()
    """What must exist first without being named in the properties."""
    retained: bool = False
    """Whether it stays when it leaves the template, because people have launched from it."""

    def references(self) -> Iterator[ObjectReference]:
        """The references in the properties."""
        yield from references_in(self.properties)


def references_in(value: Any) -> Iterator[ObjectReference]:
    """The references in a value."""
    if isinstance(value, ObjectReference):
        yield value
    elif isinstance(value, Mapping):
        for member in value.values():
            yield from references_in(member)
    elif isinstance(value, list):
        for member in value:
            yield from references_in(member)


@dataclass(frozen=True, slots=True)
class Remainder:
    """A change that CloudFormation cannot say: the next publish makes it."""

    operation: str
    address: Address
    why: str


@dataclass(slots=True)
class Translation:
    """The resources and remainders of a catalogue, as they are collected."""

    owner: str
    url: Callable[[str], str]
    """A key of the template bucket → its URL, perhaps with stand-ins."""
    destination: Destination
    resources: dict[Address, Resource] = field(default_factory=dict)
    remainders: list[Remainder] = field(default_factory=list)
    uploads: dict[tuple[str, str], None] = field(default_factory=dict)
    """(product, digest) of the templates that must be in the bucket."""
    offers: dict[Address, list[Address]] = field(default_factory=dict)
    """Portfolio or product → what it is associated with, and the constraints of a portfolio."""
    portfolio_ids: dict[str, str] = field(default_factory=dict)
    """Key of an import → the id of its portfolio, which its file names."""

    def add(
        self,
        change: Change,
        resource_type: str,
        layer: Layer,
        properties: dict[str, Any],
        *,
        group: Address | None = None,
        after: tuple[Address, ...] = (),
        retained: bool = False,
    ) -> None:
        """Add the resource that a change creates. Without `group` it is a group of its own."""
        address = change.address
        self.resources[address] = Resource(
            address, resource_type, layer, properties, group or address, after=after, retained=retained
        )

    def leave(self, change: Change, why: str) -> None:
        """Leave a change to publish."""
        self.remainders.append(Remainder(change.operation, change.address, why))

    def portfolio(self, key: str) -> ObjectReference | str | None:
        """What names a portfolio in properties; None for an import whose id is not known here."""
        if addresses.portfolio(key) in self.resources and key not in self.portfolio_ids:
            return ObjectReference(addresses.portfolio(key))
        return self.portfolio_ids.get(key)


TRANSLATIONS: dict[type[Change], Callable[[Translation, Any], None]] = {}


def translates(*classes: type[AnyChange]) -> Callable[[Callable[[Translation, AnyChange], None]], None]:
    """Register a translation for classes of change. A second one for a class is a `RuntimeError`."""

    def register(function: Callable[[Translation, AnyChange], None]) -> None:
        for change_class in classes:
            if change_class in TRANSLATIONS:
                raise RuntimeError(f"two translations of {change_class.__name__}")
            TRANSLATIONS[change_class] = function

    return register


CREATES = ("Accept", "Associate", "Create", "Upload")
"""Beginnings of the classes whose changes a `diff` against an empty state can have."""
STACKS = ("catalog.plan.kinds.stack", "catalog.plan.kinds.stack_set")
"""Modules of changes that `diff` does not make."""


def check_translations() -> None:
    """`RuntimeError` unless each class of change that creates an object has a translation."""
    creating = {each for each, module in CHANGES.items() if each.__name__.startswith(CREATES) and module not in STACKS}
    if missing := creating - TRANSLATIONS.keys():
        raise RuntimeError(f"plan/stack_templates/ lacks {', '.join(sorted(each.__name__ for each in missing))}")


def translate(
    changes: Iterable[Change], owner: str, url: Callable[[str], str], destination: Destination
) -> Translation:
    """The resources that changes of a `diff` against an empty state ask for, in the order of the changes."""
    translation = Translation(owner, url, destination)
    for change in changes:
        TRANSLATIONS[type(change)](translation, change)
    return translation
