"""The base of governed objects, and the list of their kinds."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, Self, TypeVar, dataclass_transform


@dataclass(frozen=True, slots=True, order=True)
class GovernedObject(ABC):
    """An object that a portfolio or product declares under a key of its own. Subclasses are frozen values."""

    FILE_KEY: ClassVar[str]
    """The key in a portfolio file, and the field of `ProductDefinition` if products have it too."""
    SCHEMA: ClassVar[Mapping[str, Any]]
    """JSON Schema of the key's value in a portfolio file."""

    @classmethod
    def items(cls, value: Any) -> Iterable[tuple[str | int, Any]]:
        """(key or index, item) of each object in the key's value, which is an object or an array."""
        return value.items() if isinstance(value, Mapping) else enumerate(value)

    @classmethod
    @abstractmethod
    def read(cls, key: str | int, item: Any) -> Self:
        """The object that an item declares; `ContentError` if AWS would reject it."""

    @classmethod
    @abstractmethod
    def as_declared(cls, objects: Iterable[Any]) -> Any:
        """The inverse: the key's value that declares the objects."""


AnyObject = TypeVar("AnyObject", bound=GovernedObject)
KINDS: dict[str, type[GovernedObject]] = {}
"""Every kind by its key, by the decorator `governed_object`."""


@dataclass_transform(frozen_default=True, order_default=True)
def governed_object(cls: type[AnyObject]) -> type[AnyObject]:
    """Make a frozen, ordered dataclass of a kind of governed object, and register it."""
    made = dataclass(frozen=True, slots=True, order=True)(cls)
    KINDS[made.FILE_KEY] = made
    return made


def governed_of(kind: type[AnyObject], objects: Iterable[GovernedObject]) -> frozenset[AnyObject]:
    """The objects of one kind."""
    return frozenset(each for each in objects if isinstance(each, kind))
