"""What was made and must hold before the next kind of change: confirmed together, with few reads.

AWS makes associations and constraints in its own time. To wait for each before the next is asked for would cost a
listing an association (pages of 20, so more and more of them) and seconds a constraint, a thousand times in a row.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from catalog.aws.waits import Patience, wait_for
from catalog.errors import CatalogError
from catalog.model.addresses import Address

Member = tuple[str, ...]
"""What tells one member of a listing from another, such as (type, ARN)."""
Listing = Callable[[], Iterable[Member]]


@dataclass(slots=True)
class Expected:
    """Members that one listing is to have, each with the Address that it belongs to."""

    read: Listing
    members: dict[Member, Address] = field(default_factory=dict)


@dataclass(slots=True)
class Settling:
    """Gathers what to wait for; `settle` waits, and forgets it."""

    patience: Patience
    listings: dict[str, Expected] = field(default_factory=dict)
    """By what is listed, such as `principals of port-1`."""
    checks: dict[Address, Callable[[], None]] = field(default_factory=dict)

    def expect_listed(self, address: Address, listed: str, member: Member, read: Listing) -> None:
        """`member` is to appear in a listing; `listed` names the listing, so that it is read once for all members."""
        self.listings.setdefault(listed, Expected(read)).members[member] = address

    def expect(self, address: Address, check: Callable[[], None]) -> None:
        """`check` is to end; it waits."""
        self.checks[address] = check

    def settle(self) -> None:
        """Wait until all that is expected holds; the error of what does not begins with its Address."""
        listings, checks = self.listings, self.checks
        self.listings, self.checks = {}, {}
        for expected in listings.values():
            self.wait(expected)
        for address, check in checks.items():
            with named(address):
                check()

    def wait(self, expected: Expected) -> None:
        """Until all expected members are listed; the listing is read once when all of them are there."""
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
    """Prefix an error from inside with an Address."""
    try:
        yield
    except CatalogError as error:
        prefix = address if isinstance(address, str) else address()
        raise error.reworded(message=f"{prefix}: {error.message}") from error
