"""The registry of handlers of changes, which the modules of this package fill, and the executor that handlers use."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeVar

from catalog.aws.kinds import load_kinds
from catalog.aws.session import AwsSession
from catalog.aws.settling import Settling, named
from catalog.aws.writer import Writer
from catalog.errors import AwsError
from catalog.model import addresses
from catalog.model.addresses import Address
from catalog.plan.changes import Change, check_complete
from catalog.runs.recording import RECORDING

AnyChange = TypeVar("AnyChange", bound=Change)


@dataclass(slots=True)
class Executor:
    """The session, ids and templates that handlers use, several at a time. They add the ids of what they create."""

    writer: Writer
    bucket: str
    """Name of the template bucket."""
    bodies: Mapping[str, bytes]
    """Template bytes by digest."""
    ids: dict[Address, str]
    """AWS's ids by Address."""
    existing: frozenset[str] = field(init=False)
    """Ids of what existed before the changes."""
    settling: Settling = field(init=False)
    """Associations that AWS must list before other changes."""

    def __post_init__(self) -> None:
        self.existing = frozenset(self.ids.values())
        self.settling = Settling(self.writer.propagation)

    @property
    def session(self) -> AwsSession:
        """The session on the account and Region."""
        return self.writer.session

    def product_id(self, key: str) -> str:
        """The id of a product of ours or of an imported portfolio; `AwsError` when that portfolio does not have it."""
        if (address := addresses.product(key)) not in self.ids:
            raise AwsError(f"{address}: the imported portfolio has no such product")
        return self.ids[address]

    def portfolio_id(self, key: str) -> str:
        """The id of a portfolio of ours."""
        return self.ids[addresses.portfolio(key)]

    def execute(self, change: Change) -> None:
        """Make the calls of one change. Raises the `AwsError` of the call that fails, which begins with the Address."""
        with named(change.address), RECORDING.change(change.operation, change.address):
            HANDLERS[type(change)](self, change)


HANDLERS: dict[type[Change], Callable[[Executor, Any], None]] = {}


def handles(*classes: type[AnyChange]) -> Callable[[Callable[[Executor, AnyChange], None]], None]:
    """Register a handler for classes of change. A second handler for a class is a `RuntimeError`."""

    def register(handler: Callable[[Executor, AnyChange], None]) -> None:
        for change_class in classes:
            if change_class in HANDLERS:
                raise RuntimeError(f"two handlers for {change_class.__name__}")
            HANDLERS[change_class] = handler

    return register


def load_handlers() -> None:
    """Import the modules of all kinds. `RuntimeError` unless every class of change then has a handler."""
    load_kinds()
    check_complete("catalog/aws/ (@handles)", set(HANDLERS))
