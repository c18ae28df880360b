"""Access: who can launch from a portfolio, and with whom it is shared."""

from __future__ import annotations

from catalog.model import addresses
from catalog.model.addresses import Address
from catalog.model.share import ShareType
from catalog.plan.kinds.principal import AssociatePrincipalWithPortfolio
from catalog.plan.kinds.share import CreatePortfolioShare
from catalog.plan.stack_templates.translation import Layer, Translation, translates


def before_access(translation: Translation, portfolio: str) -> tuple[Address, ...]:
    """What must hold before anybody gets access to a portfolio: all that it offers, and all constraints."""
    offers = translation.offers.get(addresses.portfolio(portfolio), [])
    waited_for = {address for offer in offers for address in translation.resources[offer].after}
    return tuple(offer for offer in offers if offer not in waited_for)


@translates(AssociatePrincipalWithPortfolio)
def _(translation: Translation, change: AssociatePrincipalWithPortfolio) -> None:
    portfolio = translation.portfolio(change.portfolio)
    if portfolio is None:
        translation.leave(change, "the id of the imported portfolio is known when the organization shares it")
        return
    accepted = (addresses.portfolio(change.portfolio),) if isinstance(portfolio, str) else ()
    translation.add(
        change,
        "AWS::ServiceCatalog::PortfolioPrincipalAssociation",
        Layer.ACCESS,
        {
            "PortfolioId": portfolio,
            "PrincipalARN": change.principal.arn,
            "PrincipalType": change.principal.type.value,
        },
        after=tuple(each for each in accepted if each in translation.resources)
        or before_access(translation, change.portfolio),
    )


@translates(CreatePortfolioShare)
def _(translation: Translation, change: CreatePortfolioShare) -> None:
    share, portfolio = change.share, translation.portfolio(change.portfolio)
    if share.type is not ShareType.ACCOUNT or portfolio is None:
        translation.leave(change, "CloudFormation shares with accounts by their ids only, not with nodes")
        return
    translation.add(
        change,
        "AWS::ServiceCatalog::PortfolioShare",
        Layer.ACCESS,
        {"PortfolioId": portfolio, "AccountId": share.id, "ShareTagOptions": share.share_tag_options},
        after=before_access(translation, change.portfolio),
    )
