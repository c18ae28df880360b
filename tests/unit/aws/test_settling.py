"""Waits for several changes at once: they share their reads, and the error names the change that is not effective."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from catalog.aws.principals import listed_principals
from catalog.aws.reader import Reader
from catalog.aws.settling import Settling
from catalog.aws.waits import Patience
from catalog.errors import AwsError, DeadlineError
from catalog.model import addresses

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


def expecting(reader: Reader, *portfolios: str) -> Settling:
    settling = Settling(SOON)
    for name in portfolios:
        settling.expect_listed(
            addresses.association(name, "key"),
            "portfolios of prod-1",
            (f"port-{name}",),
            lambda: ((listed,) for listed in reader.portfolios_of("prod-1")),
        )
    return settling


def test_one_listing_is_enough_for_all_associations_of_a_product() -> None:
    reader = Listings(["port-a", "port-x", "port-b"])
    settling = expecting(reader, "a", "b")
    settling.settle()
    assert reader.calls == ["prod-1"]
    settling.settle()  # the expectations are cleared: nothing is read again
    assert reader.calls == ["prod-1"]


def test_members_that_appear_late_and_one_by_one_are_waited_for() -> None:
    reader = Listings([], ["port-b"], ["port-a"])
    expecting(reader, "a", "b").settle()
    assert len(reader.calls) == 3


def test_the_error_names_the_address_of_what_never_appears() -> None:
    with pytest.raises(DeadlineError, match=r"^portfolio/b/product/key: waiting until AWS lists it: not done after"):
        expecting(Listings(["port-a"]), "a", "b").settle()


def test_a_principal_is_identified_by_arn_and_type() -> None:
    arn = "arn:aws:iam:::role/dev-*"
    settling, reader = Settling(SOON), Listings([arn])

    def expect(kind: str) -> None:
        address = addresses.principal("a", kind, arn)
        settling.expect_listed(
            address, "principals of port-a", (kind, arn), lambda: listed_principals(reader, "port-a")
        )

    expect("IAM_PATTERN")
    settling.settle()
    expect("IAM")
    with pytest.raises(DeadlineError, match=r"^portfolio/a/principal/IAM/"):
        settling.settle()


def test_a_check_that_fails_is_named_and_ends_the_wait() -> None:
    settling, done = Settling(SOON), []

    def fail() -> None:
        raise AwsError("constraint cons-1: AWS reports status FAILED")

    settling.expect(addresses.constraint("a", "key", "LAUNCH"), lambda: done.append(1))
    settling.expect(addresses.constraint("b", "key", "LAUNCH"), fail)
    settling.expect(addresses.constraint("c", "key", "LAUNCH"), lambda: done.append(3))
    with pytest.raises(
        AwsError, match=r"^portfolio/b/product/key/constraint/launch: constraint cons-1: AWS reports status FAILED"
    ):
        settling.settle()
    assert done == [1]
