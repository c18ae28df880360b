"""TagOptions: the account's own, and those that portfolios and products offer."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from catalog.model import addresses
from catalog.model.addresses import Address
from catalog.model.portfolio import TagOption
from catalog.model.state import CatalogState
from catalog.plan.changes import Change, Facts, Impact, LaunchImpact, change
from catalog.plan.operations import needs_permission, servicecatalog
from catalog.plan.parts import part_of_diff, part_of_facts

ACTIVATED = "for the whole account: people can choose it wherever it is offered"
DEACTIVATED = "for the whole account: people can no longer choose it, wherever it is offered; resources keep their tags"

needs_permission(
    *servicecatalog("plan", "TagOptions of the account", "ListTagOptions"),
    *servicecatalog(
        "publish",
        "TagOptions",
        "AssociateTagOptionWithResource",
        "CreateTagOption",
        "DisassociateTagOptionFromResource",
        "UpdateTagOption",
    ),
)


@change
class CreateTagOption(Change):
    """Create a TagOption of the account."""

    launch_impact: LaunchImpact = LaunchImpact.PREPARES
    tag_option: TagOption


@change
class UpdateTagOption(Change):
    """Activate a TagOption."""

    launch_impact: LaunchImpact = LaunchImpact.PREPARES
    tag_option: TagOption


@change
class DeactivateTagOption(Change):
    """UpdateTagOption: people can no longer choose a TagOption."""

    OPERATION = "UpdateTagOption"
    launch_impact: LaunchImpact = LaunchImpact.PREPARES
    tag_option: TagOption


@change
class AssociateTagOptionWithResource(Change):
    """Offer a TagOption with a portfolio or product."""

    launch_impact: LaunchImpact = LaunchImpact.NARROWS
    resource: Address
    tag_option: TagOption

    def needs(self) -> tuple[Address, ...]:
        """The portfolio or product, and the TagOption."""
        return (*self.above(), addresses.tag_option(self.tag_option.key, self.tag_option.value))


@change
class DisassociateTagOptionFromResource(Change):
    """Stop offering a TagOption with a portfolio or product."""

    launch_impact: LaunchImpact = LaunchImpact.OPENS
    resource: Address
    tag_option: TagOption

    def needs(self) -> tuple[Address, ...]:
        """The portfolio or product, and the TagOption."""
        return (*self.above(), addresses.tag_option(self.tag_option.key, self.tag_option.value))


@part_of_diff
def diff_tag_options(desired: CatalogState, observed: CatalogState, refresh: bool) -> Iterator[Change]:
    """Missing TagOptions are created, and what is active or inactive against the declaration is changed.

    Creation takes no activity, so an inactive one is created active and deactivated: nobody has offered it before, so
    nobody loses it.
    """
    for option, wanted in sorted(desired.tag_options.items()):
        address = addresses.tag_option(option.key, option.value)
        active = observed.tag_options.get(option)
        if active is None:
            yield CreateTagOption(address=address, tag_option=option)
            if not wanted:
                yield DeactivateTagOption(address=address, tag_option=option, details=("active: True → False",))
        elif wanted and not active:
            yield UpdateTagOption(address=address, tag_option=option, details=("active: False → True", ACTIVATED))
        elif active and not wanted:
            yield DeactivateTagOption(
                address=address,
                impact=Impact.RESTRICTS,
                tag_option=option,
                details=("active: True → False", DEACTIVATED),
            )


@part_of_diff
def diff_offers(desired: CatalogState, observed: CatalogState, refresh: bool) -> Iterator[Change]:
    """The TagOptions that each product and portfolio offers."""
    offers = offered(observed)
    for resource, options in offered(desired).items():
        yield from diff_offered(resource, options, offers.get(resource, frozenset()))


def offered(state: CatalogState) -> dict[Address, frozenset[TagOption]]:
    """The TagOptions that products and portfolios offer, by their Addresses."""
    offers = {addresses.product(key): product.tag_options for key, product in state.products.items()}
    return offers | {addresses.portfolio(key): portfolio.tag_options for key, portfolio in state.portfolios.items()}


def diff_offered(resource: Address, desired: frozenset[TagOption], observed: frozenset[TagOption]) -> Iterator[Change]:
    """The TagOptions that one portfolio or product offers."""
    for option in sorted(desired - observed):
        yield AssociateTagOptionWithResource(
            address=addresses.tag_option_association(resource, option.key, option.value),
            resource=resource,
            tag_option=option,
        )
    for option in sorted(observed - desired):
        yield DisassociateTagOptionFromResource(
            address=addresses.tag_option_association(resource, option.key, option.value),
            impact=Impact.DESTROYS,
            resource=resource,
            tag_option=option,
        )


@part_of_facts
def tag_option_facts(state: CatalogState) -> Facts:
    """The TagOptions of the account with their activity, and who offers them."""
    facts: dict[Address, dict[str, object]] = {
        addresses.tag_option_association(resource, option.key, option.value): {}
        for resource, options in offered(state).items()
        for option in options
    }
    return facts | {
        addresses.tag_option(option.key, option.value): {"active": active}
        for option, active in state.tag_options.items()
    }


def migration_blockers(changes: Sequence[Change], account: str, *, migrated: bool) -> Iterator[str]:
    """What must be done before an account from before the TagOption library can have TagOptions."""
    if not migrated and any(isinstance(each, CreateTagOption) for each in changes):
        yield (
            f"Account {account} is not migrated to the TagOption library (TagOptionNotMigratedException): open it once "
            "in the account's Service Catalog console, and migrate."
        )
