"""Differences between TagOptions: the account's own, and those that portfolios and products offer. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from catalog.model import addresses
from catalog.model.addresses import Address
from catalog.model.portfolio import TagOption
from catalog.model.state import CatalogState
from catalog.plan.changes import (
    AssociateTagOptionWithResource,
    Change,
    CreateTagOption,
    DeactivateTagOption,
    DisassociateTagOptionFromResource,
    Effect,
    UpdateTagOption,
)

ACTIVATED = "for the whole account: people can choose it wherever it is offered"
DEACTIVATED = "for the whole account: nobody can choose it any more, wherever it is offered; what bears it keeps it"


def diff_tag_options(desired: CatalogState, observed: CatalogState) -> Iterator[Change]:
    """Missing TagOptions are made, and what is active or inactive against the declaration is changed.

    Creation takes no activity, so an inactive one is made active and deactivated: nobody has offered it before, so
    nothing is taken from anybody.
    """
    for option, wanted in sorted(desired.tag_options.items()):
        place = addresses.tag_option(option.key, option.value)
        active = observed.tag_options.get(option)
        if active is None:
            yield CreateTagOption(address=place, tag_option=option)
            if not wanted:
                yield DeactivateTagOption(address=place, tag_option=option, details=("active: True → False",))
        elif wanted and not active:
            yield UpdateTagOption(address=place, tag_option=option, details=("active: False → True", ACTIVATED))
        elif active and not wanted:
            yield DeactivateTagOption(
                address=place,
                effect=Effect.DESTRUCTIVE,
                tag_option=option,
                details=("active: True → False", DEACTIVATED),
            )


def diff_offered(resource: Address, desired: frozenset[TagOption], observed: frozenset[TagOption]) -> Iterator[Change]:
    """TagOptions that a portfolio or product offers."""
    for option in sorted(desired - observed):
        yield AssociateTagOptionWithResource(
            address=addresses.tag_option_association(resource, option.key, option.value),
            resource=resource,
            tag_option=option,
        )
    for option in sorted(observed - desired):
        yield DisassociateTagOptionFromResource(
            address=addresses.tag_option_association(resource, option.key, option.value),
            effect=Effect.DESTRUCTIVE,
            resource=resource,
            tag_option=option,
        )


def migration_blockers(found: Sequence[Change], account: str, *, migrated: bool) -> Iterator[str]:
    """What must be done before an account of the time before the TagOption library can have TagOptions."""
    if not migrated and any(isinstance(one, CreateTagOption) for one in found):
        yield (
            f"Account {account} is not migrated to the TagOption library (TagOptionNotMigratedException): open it once "
            "in the account's Service Catalog console, and migrate."
        )
