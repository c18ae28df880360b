"""Waits for associations that AWS must list before anything builds on them: combined, so that few reads are enough.

Associations take time to become effective. Waiting for each of them would cost a listing for each (with pages of 20, so
more and more calls).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from catalog.aws.waits import Patience, wait_for
from catalog.errors import CatalogError
from catalog.model.addresses import Address
from catalog.plan.changes import Change

Member = tuple[str, ...]
"""The values that identify a member of a listing, such as (type, ARN)."""
Listing = Callable[[], Iterable[Member]]


@dataclass(slots=True)
class Expected:
    """Members that one listing must contain, each with the Address of its change."""

    read: Listing
    members: dict[Member, Address] = field(default_factory=dict)


@dataclass(slots=True)
class Settling:
    """Collects what listings must contain; `settle` waits for one of them. Several threads may use it."""

    patience: Patience
    listings: dict[str, Expected] = field(default_factory=dict)
    """Name of the listing (`Change.listing`) → what it must contain."""

    def expect(self, change: Change, member: Member, read: Listing) -> None:
        """Expect `member` in the listing of the change. Changes with the same listing share the reads."""
        self.listings.setdefault(change.listing, Expected(read)).members[member] = change.address

    def settle(self, listing: str) -> None:
        """Wait until a listing contains all that is expected. An error begins with the Address of what is missing."""
        self.wait(self.listings.pop(listing))

    def wait(self, expected: Expected) -> None:
        """Wait until all expected members are listed. Members may appear in different reads."""
        missing = dict(expected.members)

        def probe() -> bool | None:
            for member in expected.read():
                missing.pop(member, None)
                if not missing:
                    return True
            return None

        with named(lambda: next(iter(missing.values()))):
            wait_for("waiting until AWS lists it", probe, self.patience)


@contextmanager
def named(address: Address | Callable[[], Address]) -> Iterator[None]:
    """Prefix the errors that are raised inside with an Address."""
    try:
        yield
    except CatalogError as error:
        prefix = address if isinstance(address, str) else address()
        raise error.reworded(message=f"{prefix}: {error.message}") from error
