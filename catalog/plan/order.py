"""The order of changes: the one in which AWS accepts them, and in which nobody has more access than declared.

One table, over all kinds. It is the security argument of publish: what somebody loses comes first, rules hold before
anybody gains access, and a launch gets a role's permissions only under the rules of its portfolio.
"""

from __future__ import annotations

import catalog.plan.kinds  # noqa: F401  # every kind registers its changes
from catalog.plan.changes import Change, check_complete
from catalog.plan.kinds.association import AssociateProductWithPortfolio, DisassociateProductFromPortfolio
from catalog.plan.kinds.budget import AssociateBudgetWithResource, DisassociateBudgetFromResource
from catalog.plan.kinds.constraint import (
    CreateConstraint,
    CreateRoleConstraint,
    DeleteConstraint,
    DeleteTemplateConstraint,
    UpdateConstraint,
    UpdateRoleConstraint,
)
from catalog.plan.kinds.portfolio import CreatePortfolio, DeletePortfolio, UpdatePortfolio
from catalog.plan.kinds.portfolio_import import AcceptPortfolioShare
from catalog.plan.kinds.principal import AssociatePrincipalWithPortfolio, DisassociatePrincipalFromPortfolio
from catalog.plan.kinds.product import CreateProduct, DeleteProduct, UpdateProduct
from catalog.plan.kinds.service_action import (
    AssociateServiceActionWithProvisioningArtifact,
    CreateDocument,
    CreateServiceAction,
    DeleteDocument,
    DeleteServiceAction,
    DisassociateServiceActionFromProvisioningArtifact,
    UpdateServiceAction,
)
from catalog.plan.kinds.share import (
    CreatePortfolioShare,
    DeletePortfolioShare,
    NarrowPortfolioShare,
    UpdatePortfolioShare,
)
from catalog.plan.kinds.stack import CreateStack, UpdateStack
from catalog.plan.kinds.stack_set import (
    CreateStackInstances,
    CreateStackSet,
    DeleteStackInstances,
    UpdateStackInstances,
    UpdateStackSet,
)
from catalog.plan.kinds.tag_option import (
    AssociateTagOptionWithResource,
    CreateTagOption,
    DeactivateTagOption,
    DisassociateTagOptionFromResource,
    UpdateTagOption,
)
from catalog.plan.kinds.template import UploadTemplate
from catalog.plan.kinds.version import (
    CreateProvisioningArtifact,
    DeleteProvisioningArtifact,
    UpdateProvisioningArtifact,
    WithdrawProvisioningArtifact,
)

ORDER: tuple[tuple[type[Change], ...], ...] = (
    (CreateStack,),
    (UpdateStack,),
    (UploadTemplate,),
    # `catalog stackset`: an account can leave one unit for another, so what goes comes first.
    (DeleteStackInstances,),
    (CreateStackSet,),
    (UpdateStackSet,),
    (UpdateStackInstances,),
    (CreateStackInstances,),
    (CreateTagOption,),
    (UpdateTagOption,),
    (CreateProduct,),
    (UpdateProduct,),
    (CreateProvisioningArtifact,),
    (UpdateProvisioningArtifact,),
    # After versions that people get, so that they always have one.
    (WithdrawProvisioningArtifact,),
    (CreateDocument,),
    (CreateServiceAction,),
    (UpdateServiceAction,),
    (AssociateServiceActionWithProvisioningArtifact,),
    (CreatePortfolio,),
    (UpdatePortfolio,),
    # Access is removed before anything else of a portfolio changes, and granted after all constraints hold.
    (DeletePortfolioShare,),
    (NarrowPortfolioShare,),
    (DisassociatePrincipalFromPortfolio,),
    (DisassociateTagOptionFromResource,),
    (AssociateTagOptionWithResource,),
    # AssociateTagOptionWithResource may refuse what is inactive (InvalidStateException).
    (DeactivateTagOption,),
    (DisassociateBudgetFromResource,),
    (AssociateBudgetWithResource,),
    (DeleteConstraint,),
    # After launch roles that go: the rules bound their power.
    (DeleteTemplateConstraint,),
    (DisassociateProductFromPortfolio,),
    # Its products can be put into portfolios of this account from then on.
    (AcceptPortfolioShare,),
    (AssociateProductWithPortfolio,),
    (CreateConstraint,),
    (UpdateConstraint,),
    # After all rules, new and changed: no launch has the role's power without the rules.
    (CreateRoleConstraint, UpdateRoleConstraint),
    (AssociatePrincipalWithPortfolio,),
    (UpdatePortfolioShare,),
    (CreatePortfolioShare,),
    # `catalog prune`: each refuses while what stands above is still there.
    (DisassociateServiceActionFromProvisioningArtifact,),
    (DeleteServiceAction,),
    (DeleteProvisioningArtifact,),
    (DeleteProduct,),
    (DeletePortfolio,),
    # Last: AWS refuses one that is shared, which must not keep the rest from going.
    (DeleteDocument,),
)
"""Classes on one line are equal. Facts: product → available → associate → confirm → constraint."""

RANKS = {change_class: rank for rank, classes in enumerate(ORDER) for change_class in classes}
check_complete("plan/order.py", set(RANKS))


def rank(change: Change) -> int:
    """The place of a change in the order: lower ones are made first."""
    return RANKS[type(change)]
