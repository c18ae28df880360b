"""Differences between shares: what an account shares, and what it takes of others. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from catalog.model import addresses
from catalog.model.imports import PortfolioImport
from catalog.model.portfolio import Portfolio
from catalog.model.share import UNKNOWN_ACCESS, PortfolioShare
from catalog.plan.changes import (
    AcceptPortfolioShare,
    Change,
    CreatePortfolioShare,
    DeletePortfolioShare,
    Effect,
    UpdatePortfolioShare,
)
from catalog.plan.principals import diff_principals


def diff_shares(desired: Portfolio, observed: Portfolio) -> Iterator[Change]:
    """Shares by (type, id)."""
    known = {share.key: share for share in observed.shares}
    wanted = {share.key: share for share in desired.shares}
    for key in sorted(wanted):
        share, old = wanted[key], known.get(key)
        place = addresses.share(desired.key, share.type, share.id)
        if old is None:
            yield CreatePortfolioShare(
                address=place,
                effect=Effect.WIDENS_ACCESS,
                portfolio=desired.key,
                share=share,
                details=tuple(extras(share)),
            )
        elif old != share:
            yield UpdatePortfolioShare(
                address=place,
                effect=effect_of_update(old, share),
                portfolio=desired.key,
                share=share,
                details=tuple(compare(old, share)),
            )
    for key in sorted(set(known) - set(wanted)):
        share = known[key]
        yield DeletePortfolioShare(
            address=addresses.share(desired.key, share.type, share.id),
            effect=Effect.DESTRUCTIVE,
            portfolio=desired.key,
            share=share,
            details=("nobody there can launch from the portfolio any more, nor update what they launched from it",),
        )


def extras(share: PortfolioShare) -> Iterator[str]:
    """What goes with a new share."""
    if share.share_tag_options:
        yield "with TagOptions"
    if share.share_principals:
        yield "with principals: whoever bears a matching name there can launch"


def compare(old: PortfolioShare, new: PortfolioShare) -> Iterator[str]:
    """What differs, in lines."""
    if old.share_tag_options != new.share_tag_options:
        yield f"share_tag_options: {old.share_tag_options} → {new.share_tag_options}"
    if old.share_principals != new.share_principals:
        yield f"share_principals: {old.share_principals} → {new.share_principals}"


def effect_of_update(old: PortfolioShare, new: PortfolioShare) -> Effect:
    """Principals that are shared let more people launch; TagOptions that are not leave them free to choose tags."""
    if old.share_principals and not new.share_principals:
        return Effect.DESTRUCTIVE
    widens = (new.share_principals and not old.share_principals) or (
        old.share_tag_options and not new.share_tag_options
    )
    return Effect.WIDENS_ACCESS if widens else Effect.SAFE


def diff_import(
    desired: PortfolioImport, observed: PortfolioImport | None, *, refresh: bool = False
) -> Iterator[Change]:
    """A portfolio of another account: accepted if it is not here, then with this account's own principals."""
    if observed is None:
        yield AcceptPortfolioShare(
            address=addresses.portfolio(desired.key),
            portfolio=desired.key,
            accepted=desired,
            details=(f"{desired.portfolio_id or desired.display_name} of account {desired.account}",),
        )
    listed = observed.principals if observed else frozenset()
    inherited = observed.inherited if observed else frozenset()
    # A pattern that came with the share is not this account's to take away.
    removable = listed - (inherited - desired.principals)
    yield from diff_principals(desired.key, desired.principals, removable, refresh=refresh)


def sharing_blockers(found: Sequence[Change], organizations_access: str, account: str) -> Iterator[str]:
    """What must be done before shares with nodes of the organization can be made, and imports accepted."""
    nodes = [one for one in found if isinstance(one, CreatePortfolioShare) and one.share.type.node_type]
    if nodes and not organizations_access:
        yield (
            f"Account {account} cannot share with {nodes[0].share.target}: only the organization's management account "
            "and delegated administrators of Service Catalog can."
        )
    elif nodes and organizations_access not in ("ENABLED", UNKNOWN_ACCESS):
        yield (
            f"Service Catalog's access to the organization is {organizations_access}: run `aws servicecatalog "
            "enable-aws-organizations-access` in the management account once."
        )
    for one in found:
        if isinstance(one, AcceptPortfolioShare) and not one.accepted.portfolio_id:
            yield (
                f"{one.address}: account {one.accepted.account} shares no portfolio {one.accepted.display_name!r} "
                f"with account {account} through the organization."
            )
