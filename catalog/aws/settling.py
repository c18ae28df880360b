"""What was made and must hold before the next kind of change: confirmed together, with few reads.

AWS makes associations and constraints in its own time. To wait for each before the next is asked for would cost a
listing an association (pages of 20, so more and more of them) and seconds a constraint, a thousand times in a row.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial

from catalog.aws.actions import associations
from catalog.aws.reader import Reader
from catalog.aws.waits import Patience, wait_for
from catalog.errors import CatalogError
from catalog.model.addresses import Address
from catalog.model.portfolio import Principal

Expected = dict[str, dict[tuple[str, ...], Address]]
"""Id that is listed for → member of the listing → the Address that it has."""


@dataclass(slots=True)
class Settling:
    """Gathers what to wait for; `settle` waits, and forgets it."""

    reader: Reader
    patience: Patience
    products: Expected = field(default_factory=dict)
    principals: Expected = field(default_factory=dict)
    actions: Expected = field(default_factory=dict)
    checks: dict[Address, Callable[[], None]] = field(default_factory=dict)

    def expect_product(self, place: Address, portfolio_id: str, product_id: str) -> None:
        """A product is to be seen in a portfolio."""
        self.products.setdefault(product_id, {})[(portfolio_id,)] = place

    def expect_principal(self, place: Address, portfolio_id: str, principal: Principal) -> None:
        """A principal is to be listed for a portfolio."""
        self.principals.setdefault(portfolio_id, {})[principal.type.value, principal.arn] = place

    def expect_action(self, place: Address, action_id: str, artifact_id: str) -> None:
        """A version is to be listed for a service action."""
        self.actions.setdefault(action_id, {})[(artifact_id,)] = place

    def expect(self, place: Address, check: Callable[[], None]) -> None:
        """`check` is to end, which waits."""
        self.checks[place] = check

    def settle(self) -> None:
        """Wait until all that is expected holds; the error of what does not begins with its Address."""
        products, principals, actions, checks = self.products, self.principals, self.actions, self.checks
        self.products, self.principals, self.actions, self.checks = {}, {}, {}, {}
        for product_id, expected in products.items():
            self.wait(expected, partial(self.listed_portfolios, product_id))
        for portfolio_id, expected in principals.items():
            self.wait(expected, partial(self.listed_principals, portfolio_id))
        for action_id, expected in actions.items():
            self.wait(expected, partial(self.listed_artifacts, action_id))
        for place, check in checks.items():
            with named(place):
                check()

    def listed_portfolios(self, product_id: str) -> Iterator[tuple[str, ...]]:
        """(id,) of the portfolios that hold a product."""
        return ((found,) for found in self.reader.portfolios_of(product_id))

    def listed_principals(self, portfolio_id: str) -> Iterator[tuple[str, ...]]:
        """(type, ARN) of a portfolio's principals."""
        return ((item["PrincipalType"], item["PrincipalARN"]) for item in self.reader.principals(portfolio_id))

    def listed_artifacts(self, action_id: str) -> Iterator[tuple[str, ...]]:
        """(id,) of the versions that a service action is associated with."""
        return ((artifact_id,) for _, artifact_id in associations(self.reader.session, action_id))

    def wait(self, expected: dict[tuple[str, ...], Address], listing: Callable[[], Iterable[tuple[str, ...]]]) -> None:
        """Until all of `expected` is in `listing`, which is read once when all of it is there."""
        missing = dict(expected)

        def probe() -> bool | None:
            for member in listing():
                missing.pop(member, None)
                if not missing:
                    return True
            return None

        with named(lambda: next(iter(missing.values()))):
            wait_for("waiting until AWS lists it", probe, self.patience)


@contextmanager
def named(place: Address | Callable[[], Address]) -> Iterator[None]:
    """Prefix an error from inside with an Address."""
    try:
        yield
    except CatalogError as error:
        error.message = f"{place if isinstance(place, str) else place()}: {error.message}"
        raise
