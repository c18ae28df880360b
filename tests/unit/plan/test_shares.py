"""Shares, imports and dead principals, over values."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog.aws.shares import ShareError, errors_of, is_transient, share_of
from catalog.errors import AwsCallError, ContentError
from catalog.model.imports import AcceptedShareType, PortfolioImport
from catalog.model.portfolio import Portfolio, Principal, PrincipalType
from catalog.model.share import PortfolioShare, ShareType
from catalog.model.state import CatalogState
from catalog.plan.changes import Change, Impact
from catalog.plan.diff import diff
from catalog.plan.kinds.constraint import CreateConstraint, DeleteConstraint
from catalog.plan.kinds.principal import AssociatePrincipalWithPortfolio, diff_listed
from catalog.plan.kinds.share import (
    CreatePortfolioShare,
    DeletePortfolioShare,
    NarrowPortfolioShare,
    UpdatePortfolioShare,
)
from catalog.plan.order import RANKS

ORGANIZATION = PortfolioShare(ShareType.ORGANIZATION, "o-aaaabbbbcc")
ROLE = Principal(PrincipalType.IAM, "arn:aws:iam::123456789012:role/dev")
PATTERN = Principal(PrincipalType.IAM_PATTERN, "arn:aws:iam:::role/dev-*")
DEAD = Principal(PrincipalType.IAM, "AROAQWERTYUIOPASDFGHJ")
IMPORT = PortfolioImport("hub", "210987654321", AcceptedShareType.IMPORTED, "port-abcd", principals=frozenset({ROLE}))
IDS = {
    ShareType.ACCOUNT: ["210987654321", "310987654321"],
    ShareType.ORGANIZATION_MEMBER_ACCOUNT: ["210987654321", "310987654321"],
    ShareType.ORGANIZATION: ["o-aaaabbbbcc", "o-aaaabbbbccdd"],
    ShareType.ORGANIZATIONAL_UNIT: ["ou-abcd-12345678", "ou-abcd-123456789"],
}


def shared(*shares: PortfolioShare) -> Portfolio:
    return Portfolio("team", "Team", "Team", shares=frozenset(shares))


def applied(observed: Portfolio, changes: list[Change]) -> Portfolio:
    """The portfolio in AWS after the changes."""
    shares = {share.key: share for share in observed.shares}
    for change in changes:
        if isinstance(change, DeletePortfolioShare):
            del shares[change.share.key]
        elif isinstance(change, CreatePortfolioShare | UpdatePortfolioShare):
            assert (change.share.key in shares) is isinstance(change, UpdatePortfolioShare)
            shares[change.share.key] = change.share
    return shared(*shares.values())


def diff_shares(desired: Portfolio, observed: Portfolio) -> list[Change]:
    return list(diff(CatalogState(portfolios={"team": desired}), CatalogState(portfolios={"team": observed})))


def diff_import(desired: PortfolioImport, observed: PortfolioImport | None) -> list[Change]:
    imports = {desired.key: observed} if observed else {}
    return list(diff(CatalogState(imports={desired.key: desired}), CatalogState(imports=imports)))


@st.composite
def portfolios(draw: st.DrawFn) -> Portfolio:
    keys = [(kind, identifier) for kind, identifiers in IDS.items() for identifier in identifiers]
    flags = st.tuples(st.booleans(), st.booleans())
    chosen = draw(st.dictionaries(st.sampled_from(keys), flags))
    return shared(*(PortfolioShare(*key, *value) for key, value in chosen.items()))


@given(portfolios(), portfolios())
def test_the_changes_lead_to_the_declared_shares_and_then_none_remain(desired: Portfolio, observed: Portfolio) -> None:
    after = applied(observed, list(diff_shares(desired, observed)))
    assert after == desired
    assert list(diff_shares(desired, after)) == []


def test_ids_with_a_common_prefix_are_different_shares() -> None:
    """Terraform's provider searches for one id in the text of the other (find.go)."""
    longer = PortfolioShare(ShareType.ORGANIZATION, "o-aaaabbbbccdd")
    assert [change.operation for change in diff_shares(shared(ORGANIZATION), shared(longer))] == [
        "DeletePortfolioShare",
        "CreatePortfolioShare",
    ]
    answered = {"PrincipalId": "arn:aws:organizations::123456789012:organization/o-aaaabbbbcc", "Type": "ORGANIZATION"}
    assert share_of(answered) == ORGANIZATION


@pytest.mark.parametrize(
    ("old", "new", "effect"),
    [
        ((False, False), (True, False), Impact.NONE),
        ((True, False), (False, False), Impact.WIDENS),
        ((False, False), (False, True), Impact.WIDENS),
        ((False, True), (False, False), Impact.RESTRICTS),
        ((False, True), (True, False), Impact.RESTRICTS),
    ],
)
def test_the_impact_of_changed_flags(old: tuple[bool, bool], new: tuple[bool, bool], effect: Impact) -> None:
    before, after = (PortfolioShare(ORGANIZATION.type, ORGANIZATION.id, *flags) for flags in (old, new))
    (change,) = diff_shares(shared(after), shared(before))
    assert change.impact is effect
    assert change.address == "portfolio/team/share/ORGANIZATION/o-aaaabbbbcc"


def test_shares_are_deleted_first_and_created_last() -> None:
    first, last = max(RANKS[kind] for kind in (DeletePortfolioShare, NarrowPortfolioShare)), RANKS[CreatePortfolioShare]
    assert first < min(RANKS[kind] for kind in (DeleteConstraint, CreateConstraint))
    assert last > max(RANKS[kind] for kind in (CreateConstraint, AssociatePrincipalWithPortfolio))


def test_an_import_is_accepted_once() -> None:
    assert [change.operation for change in diff_import(IMPORT, None)] == [
        "AcceptPortfolioShare",
        "AssociatePrincipalWithPortfolio",
    ]
    assert list(diff_import(IMPORT, IMPORT)) == []


def test_a_pattern_that_may_have_come_with_the_share_stays_unless_it_is_declared() -> None:
    through = replace(IMPORT, share_type=AcceptedShareType.AWS_ORGANIZATIONS)
    observed = replace(through, principals=frozenset({ROLE, PATTERN}), inherited=frozenset({PATTERN}))
    assert list(diff_import(through, observed)) == []
    assert list(diff_import(replace(through, principals=frozenset({ROLE, PATTERN})), observed)) == []
    own = replace(observed, inherited=frozenset())
    assert [change.impact for change in diff_import(IMPORT, own)] == [Impact.DESTROYS]


@pytest.mark.parametrize(
    ("refresh", "expected"),
    [
        (False, [("AssociatePrincipalWithPortfolio", ROLE.arn)]),
        (True, [("AssociatePrincipalWithPortfolio", ROLE.arn), ("DisassociatePrincipalFromPortfolio", DEAD.arn)]),
    ],
)
def test_dead_principals_are_removed_only_with_refresh(refresh: bool, expected: list[tuple[str, str]]) -> None:
    changes = list(diff_listed("team", {ROLE, PATTERN}, {DEAD, PATTERN}, refresh=refresh))
    assert [(change.operation, change.address.rpartition("/IAM/")[2]) for change in changes] == expected


@pytest.mark.parametrize(
    ("error", "transient"),
    [
        (AwsCallError("CreatePortfolioShare", "InvalidStateException", "more than one portfolio share action"), True),
        (AwsCallError("CreatePortfolioShare", "InvalidStateException", "other"), False),
        (AwsCallError("UpdatePortfolioShare", "InvalidStateException", "still being created"), True),
        (AwsCallError("CreatePortfolioShare", "ThrottlingException", "Rate exceeded"), True),
        (AwsCallError("CreatePortfolioShare", "ResourceNotFoundException", "Portfolio not found"), False),
    ],
)
def test_errors_of_share_actions_that_are_transient(error: AwsCallError, transient: bool) -> None:
    assert is_transient(error) is transient


def test_a_failed_share_action_without_a_reason_is_an_error() -> None:
    assert errors_of({"Status": "ERROR"}) == (ShareError((), "ERROR", "AWS gives no reason"),)
    assert errors_of({"Status": "COMPLETED"}) == ()


@pytest.mark.parametrize(
    ("kind", "identifier"),
    [
        (ShareType.ACCOUNT, "arn:aws:iam::123456789012:root"),
        (ShareType.ORGANIZATION, "ou-abcd-12345678"),
        (ShareType.ORGANIZATIONAL_UNIT, "o-aaaabbbbcc"),
        (ShareType.ORGANIZATION_MEMBER_ACCOUNT, "1234"),
    ],
)
def test_invalid_ids_are_refused(kind: ShareType, identifier: str) -> None:
    with pytest.raises(ContentError, match=kind.value):
        PortfolioShare(kind, identifier)


def test_a_share_is_narrowed_before_principals_are_added() -> None:
    """Otherwise, principals of that name in other accounts could launch for a moment."""

    def operations(given: bool) -> list[str]:
        old, new = (replace(ORGANIZATION, share_principals=shared_too) for shared_too in (not given, given))
        desired = CatalogState(portfolios={"team": replace(shared(new), principals=frozenset({ROLE}))})
        return [change.operation for change in diff(desired, CatalogState(portfolios={"team": shared(old)}))]

    assert operations(given=False) == ["UpdatePortfolioShare", "AssociatePrincipalWithPortfolio"]
    assert operations(given=True) == ["AssociatePrincipalWithPortfolio", "UpdatePortfolioShare"]
