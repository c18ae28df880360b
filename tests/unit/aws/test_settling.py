"""Waits for several associations at once: they share their reads, and the error names what AWS does not list."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from catalog.aws.principals import listed_principals
from catalog.aws.reader import Reader
from catalog.aws.settling import Settling
from catalog.aws.waits import Patience
from catalog.errors import DeadlineError
from catalog.model import addresses
from catalog.model.portfolio import Principal, PrincipalType
from catalog.plan.kinds.association import AssociateProductWithPortfolio
from catalog.plan.kinds.principal import AssociatePrincipalWithPortfolio

SOON = Patience(0.2, first_pause=0.01, longest_pause=0.01)


class Listings(Reader):
    """Returns one listing after the other, and the last one again and again."""

    listings: list[list[str]]
    calls: list[str]

    def __init__(self, *listings: list[str]) -> None:
        object.__setattr__(self, "listings", [*listings])
        object.__setattr__(self, "calls", [])

    def portfolios_of(self, product_id: str) -> Iterator[str]:
        self.calls.append(product_id)
        remaining = self.listings
        yield from remaining.pop(0) if len(remaining) > 1 else remaining[0]

    def principals(self, portfolio_id: str) -> Iterator[dict[str, str]]:
        for arn in self.portfolios_of(portfolio_id):
            yield {"PrincipalARN": arn, "PrincipalType": "IAM_PATTERN"}


def association(portfolio: str) -> AssociateProductWithPortfolio:
    return AssociateProductWithPortfolio(
        address=addresses.association(portfolio, "key"), portfolio=portfolio, product="key"
    )


def expecting(reader: Reader, *portfolios: str) -> Settling:
    settling = Settling(SOON)
    for name in portfolios:
        settling.expect(
            association(name), (f"port-{name}",), lambda: ((listed,) for listed in reader.portfolios_of("prod-1"))
        )
    return settling


OF_KEY = "portfolios of product/key"


def test_a_single_listing_is_enough_for_all_associations_of_a_product() -> None:
    reader = Listings(["port-a", "port-x", "port-b"])
    expecting(reader, "a", "b").settle(OF_KEY)
    assert reader.calls == ["prod-1"]


def test_members_that_appear_late_and_one_by_one_are_waited_for() -> None:
    reader = Listings([], ["port-b"], ["port-a"])
    expecting(reader, "a", "b").settle(OF_KEY)
    assert len(reader.calls) == 3


def test_the_error_names_the_address_of_what_never_appears() -> None:
    with pytest.raises(DeadlineError, match=r"^portfolio/b/product/key: waiting until AWS lists it: not done after"):
        expecting(Listings(["port-a"]), "a", "b").settle(OF_KEY)


def test_a_principal_is_identified_by_arn_and_type() -> None:
    arn = "arn:aws:iam:::role/dev-*"
    settling, reader = Settling(SOON), Listings([arn])

    def expect(kind: PrincipalType) -> str:
        change = AssociatePrincipalWithPortfolio(
            address=addresses.principal("a", kind.value, arn), portfolio="a", principal=Principal(kind, arn)
        )
        settling.expect(change, (kind.value, arn), lambda: listed_principals(reader, "port-a"))
        return change.listing

    settling.settle(expect(PrincipalType.IAM_PATTERN))
    listing = expect(PrincipalType.IAM)
    with pytest.raises(DeadlineError, match=r"^portfolio/a/principal/IAM/"):
        settling.settle(listing)
