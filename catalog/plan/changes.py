"""What a plan is made of: changes, each one API call, with their impact on people and what they need first.

The classes themselves are in `plan/kinds/`, one module a kind of object. This module holds their base, the registry
that the `change` decorator fills, and `Plan`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from itertools import islice
from typing import Any, ClassVar, TypeVar, dataclass_transform

from catalog.model.addresses import Address, upwards


class Impact(StrEnum):
    """What a change does to people. publish asks about it, or wants `--allow widen|restrict|destroy`.

    It says nothing about the order of changes (plan/order.py) nor about what is selected with what (`LaunchImpact`).
    """

    NONE = "none"
    WIDENS = "widens"
    """Somebody can do more than before."""
    RESTRICTS = "restricts"
    """Somebody can do less than before, and nothing is deleted: a version is deprecated, a rule is tightened."""
    DESTROYS = "destroys"
    """An object or an association is deleted."""


class LaunchImpact(StrEnum):
    """What a change means for those who launch: a part of a plan is selected by it (plan/selection.py)."""

    PREPARES = "creates or activates what other changes need"
    OPENS = "opens a way to launch, or loosens one"
    NARROWS = "narrows a way to launch"
    CLOSES = "closes a way to launch for somebody"
    NOTHING = "changes no way to launch"


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One API call to come. The class is named after the operation."""

    OPERATION: ClassVar[str] = ""
    """The API operation, where the class has another name: one operation may have several places in the order."""

    LABEL: ClassVar[str] = ""
    """What a plan calls the change, where the kind in its Address does not say it: `may launch`."""

    FOLLOWS: ClassVar[bool] = False
    """Whether it only follows from another change, so that the overview does not name it for a new object."""

    address: Address
    impact: Impact = Impact.NONE
    launch_impact: LaunchImpact
    details: tuple[str, ...] = ()
    """Lines for people: what differs, or why the impact is what it is."""

    @property
    def operation(self) -> str:
        """The API operation, such as `CreateProduct`."""
        return self.OPERATION or type(self).__name__

    @property
    def listing(self) -> str:
        """The listing of AWS that shows when it is effective, in words; empty when the change waits by itself.

        Changes with the same listing are waited for together, with shared reads.
        """
        return ""

    @property
    def label(self) -> str:
        """What a plan calls the change: the kind of the object, such as `tag option`."""
        return self.LABEL or self.below()[0].replace("-", " ")

    @property
    def subject(self) -> str:
        """The object in words, such as `Environment=dev`; the label is printed in front of it."""
        return self.below()[1]

    @property
    def brief(self) -> tuple[str, ...]:
        """The details of a new object for a reader with little time."""
        return self.details

    def below(self) -> tuple[str, str]:
        """(kind, name) of the object inside its product, portfolio or import; of any other object its own."""
        kind, _, rest = self.address.partition("/")
        if kind in ("product", "portfolio", "import", "stack-set"):
            kind, _, rest = rest.partition("/")[2].partition("/")
        return kind, rest

    @property
    def scope(self) -> tuple[str, str]:
        """Keys of the (portfolio, product) that the change concerns; empty where it concerns none."""
        kind, _, rest = self.address.partition("/")
        key = rest.partition("/")[0]
        return (key if kind == "portfolio" else "", key if kind == "product" else "")

    def needs(self) -> tuple[Address, ...]:
        """Addresses of the objects that must exist first: those above its own, and what a class names besides."""
        return self.above()

    def above(self) -> tuple[Address, ...]:
        """The Addresses above its own: `product/kms_key` of `product/kms_key/version/1.0.0`."""
        return tuple(islice(upwards(self.address), 1, None))


AnyChange = TypeVar("AnyChange", bound=Change)
CHANGES: dict[type[Change], str] = {}
"""Every class of change, by the decorator `change`, with the module that defines it."""
BASES: list[type[Change]] = []
"""What several classes of change share, by the decorator `change_base`."""


@dataclass_transform(frozen_default=True, kw_only_default=True)
def change(cls: type[AnyChange]) -> type[AnyChange]:
    """Make a frozen dataclass of a class of change, and register it; each has its place in plan/order.py."""
    made = dataclass(frozen=True, slots=True, kw_only=True)(cls)
    CHANGES[made] = cls.__module__
    return made


@dataclass_transform(frozen_default=True, kw_only_default=True)
def change_base(cls: type[AnyChange]) -> type[AnyChange]:
    """Make a frozen dataclass of what several classes of change share. It is no change itself."""
    made = dataclass(frozen=True, slots=True, kw_only=True)(cls)
    BASES.append(made)
    return made


def check_complete(what: str, classes: set[type[Change]]) -> None:
    """`RuntimeError` unless `classes` are exactly the registered ones; run at import by what must know all of them.

    A subclass of `Change` in `catalog` without the decorator `change` or `change_base` is an error too.
    """
    registered = {(known.__module__, known.__qualname__) for known in (*CHANGES, *BASES)}
    for cls in subclasses(Change):
        # The decorator makes a second class of the same name; the first one may still be in memory.
        if cls.__module__.startswith("catalog.") and (cls.__module__, cls.__qualname__) not in registered:
            raise RuntimeError(f"{cls.__module__}.{cls.__qualname__} lacks the decorator @change")
    for problem, members in (("lacks", CHANGES.keys() - classes), ("has unregistered", classes - CHANGES.keys())):
        if members:
            raise RuntimeError(f"{what} {problem} {', '.join(sorted(member.__name__ for member in members))}")


def subclasses(cls: type[Change]) -> Iterator[type[Change]]:
    """All classes below a class."""
    for below in cls.__subclasses__():
        yield below
        yield from subclasses(below)


Facts = Mapping[Address, Mapping[str, Any]]
"""What is known of each Address (plan/facts.py)."""


@dataclass(frozen=True, slots=True)
class VersionDiff:
    """What a version that a plan creates changes against the version before it."""

    lines: tuple[str, ...] = ()
    data: Mapping[str, Any] = field(default_factory=dict)
    """As in `catalog diff --json`; empty when AWS does not return the template of the version before it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What publishing will do, in order, for one account and Region. Printed, saved, confirmed and applied as it is."""

    account: str
    region: str
    partition: str = "aws"
    sandbox: bool = False
    """Whether it is a plan for the sandbox."""
    owner: str = ""
    """Value of the ownership tag of what is created."""
    bucket: str = ""
    """Name of the template bucket."""
    changes: tuple[Change, ...] = ()
    ids: Mapping[Address, str] = field(default_factory=dict)
    """AWS's ids of the objects that exist before the changes, by Address."""
    notices: tuple[str, ...] = ()
    blockers: tuple[str, ...] = ()
    """What must be done first: publish refuses to run while there are any."""
    before: Facts = field(default_factory=dict)
    """What was observed of the objects that are declared."""
    after: Facts = field(default_factory=dict)
    """What is declared."""
    left_out: tuple[Change, ...] = ()
    """Changes that publishing would make and this plan does not (`--target`)."""
    version_diffs: Mapping[Address, VersionDiff] = field(default_factory=dict)
    """By the Address of the version that is created."""
