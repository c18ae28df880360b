"""`apply`: carry out a plan, one handler a class of change, in the plan's order."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, TypeVar

from catalog.aws.actions import Actions
from catalog.aws.budgets import Budgets
from catalog.aws.imports import accept
from catalog.aws.observe import imported_products
from catalog.aws.reader import Reader
from catalog.aws.removals import Remover
from catalog.aws.session import AwsSession
from catalog.aws.settling import Settling, named
from catalog.aws.shares import Sharing
from catalog.aws.stacks import Stacks
from catalog.aws.tag_options import TagOptions
from catalog.aws.templates import TemplateStore
from catalog.aws.writer import Writer
from catalog.errors import AwsError, CatalogError
from catalog.model import addresses
from catalog.model.addresses import Address
from catalog.model.portfolio import TagOption
from catalog.model.state import OWNER_TAG
from catalog.plan import changes
from catalog.plan.changes import Change, Plan
from catalog.plan.diff import PORTFOLIO_FIELDS
from catalog.plan.order import ORDER, rank

AnyChange = TypeVar("AnyChange", bound=Change)


@dataclass(slots=True)
class Executor:
    """Carries out changes; `ids` grows with what is made."""

    writer: Writer
    sharing: Sharing
    store: TemplateStore
    stacks: Stacks
    settling: Settling
    """What was made and must hold before the next kind of change."""
    bodies: Mapping[str, bytes]
    """Template bytes by digest."""
    ids: dict[Address, str] = field(default_factory=dict)

    @property
    def remover(self) -> Remover:
        """What prune needs."""
        return Remover(self.writer.session, self.writer.propagation)

    @property
    def tag_options(self) -> TagOptions:
        """Writes of TagOptions."""
        return TagOptions(self.writer.reader)

    @property
    def budgets(self) -> Budgets:
        """Writes of budgets' associations."""
        return Budgets(self.writer.session)

    @property
    def actions(self) -> Actions:
        """What service actions and their documents need."""
        return Actions(self.writer)

    def product_id(self, key: str) -> str:
        """The id of a product of ours, or of one of an imported portfolio; `AwsError` when that has none."""
        if (place := addresses.product(key)) not in self.ids:
            raise AwsError(f"{place}: no such product is in the portfolio that is imported")
        return self.ids[place]

    def portfolio_id(self, key: str) -> str:
        """The id of a portfolio of ours."""
        return self.ids[addresses.portfolio(key)]

    def tag_option_id(self, option: TagOption) -> str:
        """The id of a TagOption of the account."""
        return self.ids[addresses.tag_option(option.key, option.value)]

    def apply(self, change: Change) -> None:
        """Make one call (and wait until it holds); raises the `AwsError` of the call."""
        HANDLERS[type(change)](self, change)


def apply(plan: Plan, session: AwsSession, bodies: Mapping[str, bytes], report: Callable[[int, Change], None]) -> None:
    """Make all changes of `plan` in order; `report` gets the index and the change before each one starts.

    `bodies` has the templates that the plan uploads, by digest. What one kind of change made is seen to hold before the
    next kind begins. An error stops at the change that failed and names it: the changes before it are done, and the
    next run goes on from there.
    """
    reader = Reader(session)
    writer = Writer(session, reader, plan.owner)
    executor = Executor(
        writer=writer,
        sharing=Sharing(session, reader),
        store=TemplateStore(session, plan.bucket),
        stacks=Stacks(session),
        settling=Settling(reader, writer.propagation),
        bodies=bodies,
        ids=dict(plan.ids),
    )
    total = len(plan.changes)
    for index, change in enumerate(plan.changes):
        with stopped_at(index, total):
            if index and rank(plan.changes[index - 1]) != rank(change):
                executor.settling.settle()
        report(index, change)
        with stopped_at(index + 1, total), named(change.address):
            executor.apply(change)
    with stopped_at(total, total):
        executor.settling.settle()


@contextmanager
def stopped_at(number: int, total: int) -> Iterator[None]:
    """Say in an error from inside how far the plan came."""
    try:
        yield
    except CatalogError as error:
        error.message = (
            f"{error.message} (change {number} of {total}; "
            "those before it are done, run the same command again to go on)"
        )
        raise


HANDLERS: dict[type[Change], Callable[[Executor, Any], None]] = {}


def handles(kind: type[AnyChange]) -> Callable[[Callable[[Executor, AnyChange], None]], None]:
    """Register a handler for one class of change; a second one for the same class is a programming error."""

    def register(handler: Callable[[Executor, AnyChange], None]) -> None:
        if kind in HANDLERS:
            raise RuntimeError(f"two handlers for {kind.__name__}")
        HANDLERS[kind] = handler

    return register


@handles(changes.CreateStack)
def _(executor: Executor, change: changes.CreateStack) -> None:
    executor.stacks.create(change.name, change.body, {OWNER_TAG: executor.writer.owner})


@handles(changes.UpdateStack)
def _(executor: Executor, change: changes.UpdateStack) -> None:
    executor.stacks.update(change.name, change.body, {OWNER_TAG: executor.writer.owner})


@handles(changes.UploadTemplate)
def _(executor: Executor, change: changes.UploadTemplate) -> None:
    executor.store.put(change.product, change.digest, executor.bodies[change.digest])


@handles(changes.CreateTagOption)
def _(executor: Executor, change: changes.CreateTagOption) -> None:
    executor.ids[change.address] = executor.tag_options.create(change.tag_option)


@handles(changes.UpdateTagOption)
def _(executor: Executor, change: changes.UpdateTagOption) -> None:
    executor.tag_options.switch(executor.ids[change.address], active=True)


@handles(changes.DeactivateTagOption)
def _(executor: Executor, change: changes.DeactivateTagOption) -> None:
    executor.tag_options.switch(executor.ids[change.address], active=False)


@handles(changes.CreateProduct)
def _(executor: Executor, change: changes.CreateProduct) -> None:
    url = executor.store.url(change.product.key, change.artifact.digest)
    product_id, artifact_id = executor.writer.create_product(change.address, change.product, change.artifact, url)
    executor.ids[change.address] = product_id
    executor.ids[addresses.version(change.product.key, change.artifact.name)] = artifact_id


@handles(changes.UpdateProduct)
def _(executor: Executor, change: changes.UpdateProduct) -> None:
    executor.writer.update_product(executor.ids[change.address], change.fields, change.add_tags, change.remove_tags)


@handles(changes.CreateProvisioningArtifact)
def _(executor: Executor, change: changes.CreateProvisioningArtifact) -> None:
    executor.ids[change.address] = executor.writer.create_artifact(
        change.address,
        executor.product_id(change.product),
        change.artifact,
        executor.store.url(change.product, change.artifact.digest),
    )


@handles(changes.UpdateProvisioningArtifact)
def _(executor: Executor, change: changes.UpdateProvisioningArtifact) -> None:
    values = {
        "Name": change.artifact.name,
        "Description": change.artifact.api_description(),
        "Active": change.artifact.active,
        "Guidance": change.artifact.guidance.value,
    }
    executor.writer.update_artifact(
        executor.product_id(change.product),
        executor.ids[change.address],
        {member: values[member] for member in change.fields},
    )


@handles(changes.CreateDocument)
def _(executor: Executor, change: changes.CreateDocument) -> None:
    executor.actions.documents.create(change.document)


@handles(changes.CreateServiceAction)
def _(executor: Executor, change: changes.CreateServiceAction) -> None:
    executor.ids[change.address] = executor.actions.create(change.address, change.action)


@handles(changes.UpdateServiceAction)
def _(executor: Executor, change: changes.UpdateServiceAction) -> None:
    executor.actions.update(executor.ids[change.address], change.address, change.action, change.fields)


@handles(changes.AssociateServiceActionWithProvisioningArtifact)
def _(executor: Executor, change: changes.AssociateServiceActionWithProvisioningArtifact) -> None:
    artifact_id, action_id = executor.ids[change.version], executor.ids[change.action]
    executor.actions.associate(executor.product_id(change.product), artifact_id, action_id)
    executor.settling.expect_action(change.address, action_id, artifact_id)


@handles(changes.CreatePortfolio)
def _(executor: Executor, change: changes.CreatePortfolio) -> None:
    fields = {member: getattr(change.portfolio, attribute) for member, attribute in PORTFOLIO_FIELDS.items()}
    executor.ids[change.address] = executor.writer.create_portfolio(change.address, fields, change.portfolio.tags)


@handles(changes.UpdatePortfolio)
def _(executor: Executor, change: changes.UpdatePortfolio) -> None:
    executor.writer.update_portfolio(executor.ids[change.address], change.fields, change.add_tags, change.remove_tags)


@handles(changes.AssociateTagOptionWithResource)
def _(executor: Executor, change: changes.AssociateTagOptionWithResource) -> None:
    executor.tag_options.associate(executor.ids[change.resource], executor.tag_option_id(change.tag_option))


@handles(changes.DisassociateTagOptionFromResource)
def _(executor: Executor, change: changes.DisassociateTagOptionFromResource) -> None:
    executor.tag_options.disassociate(executor.ids[change.resource], executor.tag_option_id(change.tag_option))


@handles(changes.AssociateBudgetWithResource)
def _(executor: Executor, change: changes.AssociateBudgetWithResource) -> None:
    executor.budgets.associate(executor.ids[change.resource], change.budget)


@handles(changes.DisassociateBudgetFromResource)
def _(executor: Executor, change: changes.DisassociateBudgetFromResource) -> None:
    executor.budgets.disassociate(executor.ids[change.resource], change.budget)


@handles(changes.AssociateProductWithPortfolio)
def _(executor: Executor, change: changes.AssociateProductWithPortfolio) -> None:
    portfolio_id, product_id = executor.portfolio_id(change.portfolio), executor.product_id(change.product)
    source_id = executor.portfolio_id(change.source) if change.source else ""
    executor.writer.associate_product(portfolio_id, product_id, source_id)
    executor.settling.expect_product(change.address, portfolio_id, product_id)


@handles(changes.DisassociateProductFromPortfolio)
def _(executor: Executor, change: changes.DisassociateProductFromPortfolio) -> None:
    executor.writer.disassociate_product(executor.portfolio_id(change.portfolio), executor.product_id(change.product))


@handles(changes.CreateConstraint)
def _(executor: Executor, change: changes.CreateConstraint) -> None:
    ready = executor.writer.create_constraint(
        change.address,
        executor.portfolio_id(change.portfolio),
        executor.product_id(change.product),
        change.constraint,
    )

    def enter() -> None:
        executor.ids[change.address] = ready()

    executor.settling.expect(change.address, enter)


@handles(changes.UpdateConstraint)
def _(executor: Executor, change: changes.UpdateConstraint) -> None:
    constraint_id = executor.ids[change.address]
    executor.writer.update_constraint(constraint_id, change.constraint)
    executor.settling.expect(change.address, lambda: executor.writer.wait_constraint(constraint_id))


@handles(changes.DeleteConstraint)
def _(executor: Executor, change: changes.DeleteConstraint) -> None:
    executor.writer.delete_constraint(executor.ids[change.address])


@handles(changes.AssociatePrincipalWithPortfolio)
def _(executor: Executor, change: changes.AssociatePrincipalWithPortfolio) -> None:
    portfolio_id = executor.portfolio_id(change.portfolio)
    if change.anew:
        executor.writer.disassociate_principal(portfolio_id, change.principal)
    executor.writer.associate_principal(portfolio_id, change.principal)
    executor.settling.expect_principal(change.address, portfolio_id, change.principal)


@handles(changes.DisassociatePrincipalFromPortfolio)
def _(executor: Executor, change: changes.DisassociatePrincipalFromPortfolio) -> None:
    executor.writer.disassociate_principal(executor.portfolio_id(change.portfolio), change.principal)


@handles(changes.CreatePortfolioShare)
def _(executor: Executor, change: changes.CreatePortfolioShare) -> None:
    executor.sharing.create(executor.portfolio_id(change.portfolio), change.share)


@handles(changes.UpdatePortfolioShare)
def _(executor: Executor, change: changes.UpdatePortfolioShare) -> None:
    executor.sharing.update(executor.portfolio_id(change.portfolio), change.share)


@handles(changes.DeletePortfolioShare)
def _(executor: Executor, change: changes.DeletePortfolioShare) -> None:
    executor.sharing.delete(executor.portfolio_id(change.portfolio), change.share)


@handles(changes.AcceptPortfolioShare)
def _(executor: Executor, change: changes.AcceptPortfolioShare) -> None:
    declared, reader = change.accepted, executor.writer.reader
    accept(reader, declared.portfolio_id, declared.share_type, declared.account)
    executor.ids[change.address] = declared.portfolio_id
    if declared.products:
        executor.ids |= imported_products(declared, reader.products_in(declared.portfolio_id))


@handles(changes.DisassociateServiceActionFromProvisioningArtifact)
def _(executor: Executor, change: changes.DisassociateServiceActionFromProvisioningArtifact) -> None:
    product_id, artifact_id = executor.product_id(change.product), executor.ids[change.version]
    executor.remover.disassociate_action(product_id, artifact_id, executor.ids[change.action])


@handles(changes.DeleteServiceAction)
def _(executor: Executor, change: changes.DeleteServiceAction) -> None:
    executor.actions.delete(executor.ids[change.address])


@handles(changes.DeleteDocument)
def _(executor: Executor, change: changes.DeleteDocument) -> None:
    executor.actions.documents.delete(change.name)


@handles(changes.DeleteProvisioningArtifact)
def _(executor: Executor, change: changes.DeleteProvisioningArtifact) -> None:
    executor.remover.delete_artifact(executor.product_id(change.product), executor.ids[change.address])


@handles(changes.DeleteProduct)
def _(executor: Executor, change: changes.DeleteProduct) -> None:
    executor.remover.delete_product(executor.ids[change.address])


@handles(changes.DeletePortfolio)
def _(executor: Executor, change: changes.DeletePortfolio) -> None:
    executor.remover.delete_portfolio(executor.ids[change.address])


if missing := set(ORDER) - set(HANDLERS):
    raise RuntimeError(f"changes without a handler: {missing}")
