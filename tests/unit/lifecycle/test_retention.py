"""What a policy asks of a ledger: two steps, never the default, never what somebody uses, never what nobody knows."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog.errors import ContentError
from catalog.lifecycle.report import reported_usage
from catalog.lifecycle.retention import Proposal, ReportedUsage, Step, proposals, retained
from catalog.model.definition import Retention
from catalog.releases import Release, default_version
from tests.unit.lifecycle.test_verbs import ledgers, releases, shown

UNUSED = ReportedUsage({"account 1, Region r": {}})


def decided(keep: int, states: str, found: ReportedUsage = UNUSED) -> str:
    before = releases(*states.split())
    return " ".join(shown(retained("key", before, tuple(proposals(Retention(keep), before, found))).after))


@pytest.mark.parametrize(
    ("keep", "before", "after"),
    [
        (3, "1.0.0 1.1.0 1.2.0", "1.0.0 1.1.0 1.2.0"),
        (2, "1.0.0 1.1.0 1.2.0", "1.0.0:deprecated 1.1.0 1.2.0"),
        (1, "1.0.0 1.1.0 1.2.0", "1.0.0:deprecated 1.1.0:deprecated 1.2.0"),
        # Deprecated first, inactive at the next run: people hear of it before it happens.
        (2, "1.0.0:deprecated 1.1.0 1.2.0", "1.0.0:inactive 1.1.0 1.2.0"),
        # What was taken back does not count as one of the newest.
        (2, "1.0.0 1.1.0 1.2.0:deprecated", "1.0.0 1.1.0 1.2.0:inactive"),
        (1, "1.0.0:promoted 1.1.0 1.2.0", "1.0.0:promoted 1.1.0:deprecated 1.2.0"),
        (1, "1.0.0:inactive 1.1.0", "1.0.0:inactive 1.1.0"),
        (1, "1.0.0:deprecated", "1.0.0:deprecated"),  # nothing can be launched: not the time to tidy up
    ],
)
def test_what_becomes_of_releases_that_nobody_uses(keep: int, before: str, after: str) -> None:
    assert decided(keep, before) == after


def test_what_is_in_use_or_not_known_stays() -> None:
    states = "1.0.0:deprecated 1.1.0"
    in_use = ReportedUsage({"account 1, Region r": {}, "account 2, Region r": {"1.0.0": 3}})
    assert decided(1, states, in_use) == states
    (one,) = proposals(Retention(1), releases(*states.split()), in_use)
    assert one == Proposal("1.0.0", Step.STAYS, "deprecated, but still in use: 3 in account 2, Region r")
    for unknown, words in (
        (ReportedUsage({}), "no account was asked"),
        (
            ReportedUsage({"account 1, Region r": {}}, ("key is not published in account 2",)),
            "not published in account 2",
        ),
    ):
        assert decided(1, states, unknown) == states
        (one,) = proposals(Retention(1), releases(*states.split()), unknown)
        assert one.step is Step.STAYS
        assert words in one.reason


@given(before=ledgers(), keep=st.integers(1, 4), used=st.dictionaries(st.integers(0, 5), st.integers(0, 2)))
def test_retention_comes_to_rest_and_never_touches_the_default(
    before: tuple[Release, ...], keep: int, used: dict[int, int]
) -> None:
    counts = {before[index % len(before)].version: number for index, number in used.items()}
    found = before
    for _ in range(2):
        steps = tuple(proposals(Retention(keep), found, ReportedUsage({"here": counts})))
        found = retained("key", found, steps).after
    steps = tuple(proposals(Retention(keep), found, ReportedUsage({"here": counts})))
    assert not retained("key", found, steps).differs
    assert default_version(before) is None or default_version(found) is not None
    default = default_version(before)
    assert (default_version(found) or default) == default
    launchable = [one for one in before if one.launchable]
    assert [one.version for one in found if one.launchable] == [
        one.version for one in launchable if one in launchable[-keep:] or one == default
    ]
    for old, new in zip(before, found, strict=True):
        assert new.active or not old.active or not counts.get(new.version)


@pytest.mark.parametrize("keep", [0, -1, 101, True, "3", None, 1.5])
def test_a_policy_that_keeps_nothing_or_no_number(keep: object) -> None:
    with pytest.raises(ContentError, match="keep must be a number from 1 to 100"):
        Retention(keep)  # type: ignore[arg-type]


def test_places_are_told_apart_and_the_last_word_counts() -> None:
    def said(account: str, number: int, product_id: str | None = "prod-1") -> dict[str, object]:
        versions = [{"version": "1.0.0", "provisioned": number}, {"version": "1.1.0", "provisioned": 0}]
        entry = {"product": "key", "product_id": product_id, "versions": versions if product_id else []}
        return {"account": account, "region": "r", "products": [entry, {**entry, "product": "other"}]}

    assert reported_usage("key", [said("1", 2), said("2", 0), said("1", 5)]) == ReportedUsage(
        {"account 1, Region r": {"1.0.0": 5}, "account 2, Region r": {}}
    )
    partly = reported_usage("key", [said("1", 2), said("2", 0, None)])
    assert partly.counts == {"account 1, Region r": {"1.0.0": 2}}
    assert partly.unknown == ("key is not published in account 2, Region r, or its usage was not read",)
