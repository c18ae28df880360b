"""The order of changes: the one in which AWS accepts them, and in which nobody has more access than declared."""

from __future__ import annotations

from catalog.plan.changes import (
    AcceptPortfolioShare,
    AssociateBudgetWithResource,
    AssociatePrincipalWithPortfolio,
    AssociateProductWithPortfolio,
    AssociateServiceActionWithProvisioningArtifact,
    AssociateTagOptionWithResource,
    Change,
    CreateConstraint,
    CreateDocument,
    CreatePortfolio,
    CreatePortfolioShare,
    CreateProduct,
    CreateProvisioningArtifact,
    CreateServiceAction,
    CreateStack,
    CreateTagOption,
    DeactivateTagOption,
    DeleteConstraint,
    DeleteDocument,
    DeletePortfolio,
    DeletePortfolioShare,
    DeleteProduct,
    DeleteProvisioningArtifact,
    DeleteServiceAction,
    DisassociateBudgetFromResource,
    DisassociatePrincipalFromPortfolio,
    DisassociateProductFromPortfolio,
    DisassociateServiceActionFromProvisioningArtifact,
    DisassociateTagOptionFromResource,
    Effect,
    UpdateConstraint,
    UpdatePortfolio,
    UpdatePortfolioShare,
    UpdateProduct,
    UpdateProvisioningArtifact,
    UpdateServiceAction,
    UpdateStack,
    UpdateTagOption,
    UploadTemplate,
)

ORDER: tuple[type[Change], ...] = (
    CreateStack,
    UpdateStack,
    UploadTemplate,
    CreateTagOption,
    UpdateTagOption,
    CreateProduct,
    UpdateProduct,
    CreateProvisioningArtifact,
    UpdateProvisioningArtifact,
    CreateDocument,
    CreateServiceAction,
    UpdateServiceAction,
    AssociateServiceActionWithProvisioningArtifact,
    CreatePortfolio,
    UpdatePortfolio,
    # Who loses access loses it before anything else of a portfolio changes; who gains it, after all constraints hold.
    DeletePortfolioShare,
    DisassociatePrincipalFromPortfolio,
    DisassociateTagOptionFromResource,
    AssociateTagOptionWithResource,
    DeactivateTagOption,  # AssociateTagOptionWithResource may refuse what is inactive (InvalidStateException)
    DisassociateBudgetFromResource,
    AssociateBudgetWithResource,
    DeleteConstraint,
    DisassociateProductFromPortfolio,
    AcceptPortfolioShare,  # its products can be put into portfolios of this account from then on
    AssociateProductWithPortfolio,
    # LAUNCH and STACKSET come after both (rank): no launch has the role's power without the rules.
    CreateConstraint,
    UpdateConstraint,
    AssociatePrincipalWithPortfolio,
    UpdatePortfolioShare,
    CreatePortfolioShare,
    # `catalog prune`: each refuses while what stands above is still there.
    DisassociateServiceActionFromProvisioningArtifact,
    DeleteServiceAction,
    DeleteProvisioningArtifact,
    DeleteProduct,
    DeletePortfolio,
    DeleteDocument,  # last: AWS refuses one that is shared, which must not keep the rest from going
)
"""The order in which AWS accepts them (facts: product → available → associate → confirm → constraint)."""


GIVES_POWER = ("LAUNCH", "STACKSET")
"""Constraints with which a launch has a role's permissions."""


def rank(change: Change) -> tuple[int, bool]:
    """Where a change comes in the order, and whether it comes last of its kind."""
    if gives_power(change):
        return ORDER.index(UpdateConstraint), True
    if narrows_share(change):
        return ORDER.index(DeletePortfolioShare), True
    return ORDER.index(type(change)), takes_version(change) or lifts_rules(change)


def narrows_share(change: Change) -> bool:
    """Whether a share that stays gives less: that comes before anybody gains access through it."""
    return isinstance(change, UpdatePortfolioShare) and change.effect is not Effect.WIDENS_ACCESS


def gives_power(change: Change) -> bool:
    """Whether a launch gets a role's permissions: that comes after all rules, new and changed, so that they hold."""
    return isinstance(change, CreateConstraint | UpdateConstraint) and change.constraint.type in GIVES_POWER


def lifts_rules(change: Change) -> bool:
    """Whether a launch need keep rules no more: that comes after launch roles that go, whose power the rules bound."""
    return isinstance(change, DeleteConstraint) and change.effect is Effect.WIDENS_ACCESS


def takes_version(change: Change) -> bool:
    """Whether a version is taken from people: that comes after versions that are given, so that one is always there."""
    return isinstance(change, UpdateProvisioningArtifact) and change.effect is Effect.DESTRUCTIVE
