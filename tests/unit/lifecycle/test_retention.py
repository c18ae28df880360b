"""Proposals of a retention policy: in two steps, never for the default, for versions in use or of unknown usage."""

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


def decided(keep: int, states: str, ledger: ReportedUsage = UNUSED) -> str:
    before = releases(*states.split())
    return " ".join(shown(retained("key", before, tuple(proposals(Retention(keep), before, ledger))).after))


@pytest.mark.parametrize(
    ("keep", "before", "after"),
    [
        (3, "1.0.0 1.1.0 1.2.0", "1.0.0 1.1.0 1.2.0"),
        (2, "1.0.0 1.1.0 1.2.0", "1.0.0:deprecated 1.1.0 1.2.0"),
        (1, "1.0.0 1.1.0 1.2.0", "1.0.0:deprecated 1.1.0:deprecated 1.2.0"),
        # Deprecated first, inactive in the next run, so that people are warned.
        (2, "1.0.0:deprecated 1.1.0 1.2.0", "1.0.0:inactive 1.1.0 1.2.0"),
        # A version that was rolled back is not one of the newest.
        (2, "1.0.0 1.1.0 1.2.0:deprecated", "1.0.0 1.1.0 1.2.0:inactive"),
        (1, "1.0.0:promoted 1.1.0 1.2.0", "1.0.0:promoted 1.1.0:deprecated 1.2.0"),
        (1, "1.0.0:inactive 1.1.0", "1.0.0:inactive 1.1.0"),
        (1, "1.0.0:deprecated", "1.0.0:deprecated"),  # nothing can be launched
    ],
)
def test_proposals_for_unused_releases(keep: int, before: str, after: str) -> None:
    assert decided(keep, before) == after


def test_a_release_in_use_or_of_unknown_usage_stays() -> None:
    states = "1.0.0:deprecated 1.1.0"
    in_use = ReportedUsage({"account 1, Region r": {}, "account 2, Region r": {"1.0.0": 3}})
    assert decided(1, states, in_use) == states
    (each,) = proposals(Retention(1), releases(*states.split()), in_use)
    assert each == Proposal("1.0.0", Step.STAYS, "deprecated, but still in use: 3 in account 2, Region r")
    for unknown, words in (
        (ReportedUsage({}), "no account was asked"),
        (
            ReportedUsage({"account 1, Region r": {}}, ("key is not published in account 2",)),
            "not published in account 2",
        ),
    ):
        assert decided(1, states, unknown) == states
        (each,) = proposals(Retention(1), releases(*states.split()), unknown)
        assert each.step is Step.STAYS
        assert words in each.reason


@given(before=ledgers(), keep=st.integers(1, 4), used=st.dictionaries(st.integers(0, 5), st.integers(0, 2)))
def test_retention_converges_and_never_changes_the_default(
    before: tuple[Release, ...], keep: int, used: dict[int, int]
) -> None:
    counts = {before[index % len(before)].version: number for index, number in used.items()}
    ledger = before
    for _ in range(2):
        steps = tuple(proposals(Retention(keep), ledger, ReportedUsage({"here": counts})))
        ledger = retained("key", ledger, steps).after
    steps = tuple(proposals(Retention(keep), ledger, ReportedUsage({"here": counts})))
    assert not retained("key", ledger, steps).differs
    assert default_version(before) is None or default_version(ledger) is not None
    default = default_version(before)
    assert (default_version(ledger) or default) == default
    launchable = [each for each in before if each.launchable]
    assert [each.version for each in ledger if each.launchable] == [
        each.version for each in launchable if each in launchable[-keep:] or each == default
    ]
    for old, new in zip(before, ledger, strict=True):
        assert new.active or not old.active or not counts.get(new.version)


@pytest.mark.parametrize("keep", [0, -1, 101, True, "3", None, 1.5])
def test_keep_must_be_a_number_in_the_limits(keep: object) -> None:
    with pytest.raises(ContentError, match="keep must be a number from 1 to 100"):
        Retention(keep)  # type: ignore[arg-type]  # a product file can give any value


def test_usage_is_kept_by_account_and_the_last_report_counts() -> None:
    def usage_of(account: str, number: int, product_id: str | None = "prod-1") -> dict[str, object]:
        versions = [{"version": "1.0.0", "provisioned": number}, {"version": "1.1.0", "provisioned": 0}]
        entry = {"product": "key", "product_id": product_id, "versions": versions if product_id else []}
        return {"account": account, "region": "r", "products": [entry, {**entry, "product": "other"}]}

    assert reported_usage("key", [usage_of("1", 2), usage_of("2", 0), usage_of("1", 5)]) == ReportedUsage(
        {"account 1, Region r": {"1.0.0": 5}, "account 2, Region r": {}}
    )
    partly = reported_usage("key", [usage_of("1", 2), usage_of("2", 0, None)])
    assert partly.counts == {"account 1, Region r": {"1.0.0": 2}}
    assert partly.unknown == ("key is not published in account 2, Region r, or its usage was not read",)
