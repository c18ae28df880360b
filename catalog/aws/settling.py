"""Waits for changes that must be effective before the next kind of change: combined, so that few reads are enough.

Associations and constraints take time to become effective. Waiting for each before the next is created would cost a
listing for each association (with pages of 20, so more and more calls) and seconds for each constraint.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from catalog.aws.waits import Patience, wait_for
from catalog.errors import CatalogError
from catalog.model.addresses import Address

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
    """Collects expectations; `settle` waits for all of them and clears them."""

    patience: Patience
    listings: dict[str, Expected] = field(default_factory=dict)
    """Name of the listing, such as `principals of port-1` → what it must contain."""
    checks: dict[Address, Callable[[], None]] = field(default_factory=dict)

    def expect_listed(self, address: Address, listing: str, member: Member, read: Listing) -> None:
        """Expect `member` in a listing. `listing` is its name: expectations of the same name share the reads."""
        self.listings.setdefault(listing, Expected(read)).members[member] = address

    def expect(self, address: Address, check: Callable[[], None]) -> None:
        """Expect that `check`, which waits by itself, returns without an error."""
        self.checks[address] = check

    def settle(self) -> None:
        """Wait until all expectations are met. An error begins with the Address of the expectation that failed."""
        listings, checks = self.listings, self.checks
        self.listings, self.checks = {}, {}
        for expected in listings.values():
            self.wait(expected)
        for address, check in checks.items():
            with named(address):
                check()

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
