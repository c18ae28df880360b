"""Constraints: how they are created, changed and deleted, and the impact on people who launch."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from typing import assert_never

from catalog.model import addresses
from catalog.model.addresses import Address
from catalog.model.constraint import (
    Constraint,
    LaunchConstraint,
    NotificationConstraint,
    ResourceUpdateConstraint,
    StackSetConstraint,
    TemplateConstraint,
)
from catalog.model.portfolio import PortfolioProduct
from catalog.model.state import CatalogState
from catalog.plan.changes import Change, Facts, Impact, LaunchImpact, change, change_base
from catalog.plan.constraint_text import compare, describe, refuses_no_less
from catalog.plan.json_values import as_json
from catalog.plan.operations import Operation, needs_permission, servicecatalog
from catalog.plan.parts import part_of_diff, part_of_facts, part_of_prune
from catalog.plan.removal import Removal

FAILED = "its status in AWS is FAILED, so it has no effect. It is set again"
ROLE_CONSTRAINTS = ("LAUNCH", "STACKSET")
"""Types of constraint that give a launch the permissions of a role."""
Impacts = tuple[Impact, LaunchImpact]
"""The impact of a change of a constraint on people, and on the selection of a part of a plan."""

needs_permission(
    *servicecatalog("plan", "constraints", "DescribeConstraint", "ListConstraintsForPortfolio"),
    *servicecatalog("publish", "constraints", "CreateConstraint", "DeleteConstraint", "UpdateConstraint"),
    Operation(
        "iam:PassRole",
        "publish",
        "LAUNCH constraints name the role, STACKSET constraints the administration role",
        "roles",
        call="",
        conditions={"StringEquals": {"iam:PassedToService": "servicecatalog.amazonaws.com"}},
    ),
)


LABELS = {
    "template": "rules",
    "launch": "launch role",
    "resource_update": "tag updates",
    "notification": "notifications",
    "stackset": "stack sets",
}
"""Type of a constraint, as in its Address → what it sets."""


@change_base
class ConstraintChange(Change):
    """A change of a constraint on a product in a portfolio."""

    portfolio: str
    product: str

    @property
    def label(self) -> str:
        """What the constraint sets."""
        return LABELS.get(self.address.rpartition("/")[2], "constraint")

    @property
    def subject(self) -> str:
        """The product."""
        return f"for {self.product}"

    @property
    def scope(self) -> tuple[str, str]:
        """The portfolio and the product."""
        return self.portfolio, self.product

    @property
    def brief(self) -> tuple[str, ...]:
        """What it sets, without the description, unless that is all."""
        return tuple(line for line in self.details if not line.startswith("description: ")) or self.details

    def needs(self) -> tuple[Address, ...]:
        """The association, the portfolio and the product."""
        return (*self.above(), addresses.product(self.product))


@change
class CreateConstraint(ConstraintChange):
    """Put a constraint on a product in a portfolio."""

    constraint: Constraint


@change
class CreateRoleConstraint(CreateConstraint):
    """CreateConstraint of type LAUNCH or STACKSET: a launch gets the permissions of a role."""

    OPERATION = "CreateConstraint"


@change
class UpdateConstraint(ConstraintChange):
    """Change a constraint in place."""

    constraint: Constraint


@change
class UpdateRoleConstraint(UpdateConstraint):
    """UpdateConstraint of type LAUNCH or STACKSET: a launch may get the permissions of another role."""

    OPERATION = "UpdateConstraint"


@change
class DeleteConstraint(ConstraintChange):
    """Delete a constraint."""


@change
class DeleteTemplateConstraint(DeleteConstraint):
    """DeleteConstraint of type TEMPLATE: launches no longer have to satisfy the portfolio's rules."""

    OPERATION = "DeleteConstraint"


@part_of_diff
def diff_constraints(desired: CatalogState, observed: CatalogState, refresh: bool) -> Iterator[Change]:
    """The constraints of each product of each portfolio; those of a product that leaves are deleted."""
    for key, portfolio in desired.portfolios.items():
        observed_products = observed.portfolios[key].products if key in observed.portfolios else {}
        for product, portfolio_product in portfolio.products.items():
            yield from diff_constraints_of(key, portfolio_product, observed_products.get(product))
        for product, portfolio_product in sorted(observed_products.items()):
            if product not in portfolio.products:
                yield from lift_constraints(key, portfolio_product)


def diff_constraints_of(
    portfolio: str, desired: PortfolioProduct, observed: PortfolioProduct | None
) -> Iterator[Change]:
    """Changes between the constraints of one association; `observed` is None when the association is new."""
    existing = observed or PortfolioProduct(desired.product)
    for kind, declared in desired.constraints.items():
        old = existing.constraints.get(kind)
        constraint = with_undeclared_members(declared, old)
        if old is None:
            impacts = creation_impacts(constraint) if observed else (Impact.NONE, LaunchImpact.NARROWS)
            yield create(portfolio, desired.product, constraint, impacts)
        elif kind in existing.failed:
            details = (FAILED, *compare(old, constraint))
            yield update(portfolio, desired.product, constraint, creation_impacts(constraint), details)
        elif old != constraint:
            details = compare(old, constraint)
            yield update(portfolio, desired.product, constraint, update_impacts(old, constraint), details)
    for kind, constraint in sorted(existing.constraints.items()):
        if kind not in desired.constraints:
            address = addresses.constraint(portfolio, desired.product, kind)
            yield lift(address, portfolio, desired.product, constraint.type, describe(constraint))


def with_undeclared_members(declared: Constraint, old: Constraint | None) -> Constraint:
    """The declared constraint, completed with members that AWS has: an update sends the whole document."""
    match declared, old:
        case StackSetConstraint(stack_instances=None), StackSetConstraint():
            return replace(declared, stack_instances=old.stack_instances)
    return declared


def create(portfolio: str, product: str, constraint: Constraint, impacts: Impacts) -> Change:
    """Put a constraint on a product in a portfolio."""
    change_class = CreateRoleConstraint if constraint.type in ROLE_CONSTRAINTS else CreateConstraint
    return change_class(
        address=addresses.constraint(portfolio, product, constraint.type),
        impact=impacts[0],
        launch_impact=impacts[1],
        portfolio=portfolio,
        product=product,
        constraint=constraint,
        details=describe(constraint),
    )


def update(portfolio: str, product: str, constraint: Constraint, impacts: Impacts, details: tuple[str, ...]) -> Change:
    """Change a constraint in place."""
    change_class = UpdateRoleConstraint if constraint.type in ROLE_CONSTRAINTS else UpdateConstraint
    return change_class(
        address=addresses.constraint(portfolio, product, constraint.type),
        impact=impacts[0],
        launch_impact=impacts[1],
        portfolio=portfolio,
        product=product,
        constraint=constraint,
        details=details,
    )


def lift(address: Address, portfolio: str, product: str, kind: str, details: tuple[str, ...]) -> Change:
    """Delete a constraint of any type.

    Without rules, people may launch anything that the template allows. Without a launch role, they may do only what
    their own permissions allow. Without tag updates or a topic, somebody loses something too.
    """
    rules = kind == TemplateConstraint.type
    change_class = DeleteTemplateConstraint if rules else DeleteConstraint
    return change_class(
        address=address,
        impact=Impact.WIDENS if rules else Impact.DESTROYS,
        launch_impact=LaunchImpact.OPENS if rules else LaunchImpact.NARROWS,
        portfolio=portfolio,
        product=product,
        details=details,
    )


def lift_constraints(portfolio: str, portfolio_product: PortfolioProduct) -> Iterator[Change]:
    """Delete all constraints of a product that leaves a portfolio: AWS may refuse to remove the product otherwise.

    They include constraints that publish leaves unchanged while the product stays.
    """
    product = portfolio_product.product
    yield from diff_constraints_of(portfolio, PortfolioProduct(product), portfolio_product)
    for constraint_id, kind in portfolio_product.others.items():
        yield lift_other(portfolio, product, constraint_id, kind)


def lift_other(portfolio: str, product: str, constraint_id: str, kind: str) -> Change:
    """Delete a constraint whose Address has its id instead of its type: a second one, or one of unknown form."""
    address = addresses.constraint(portfolio, product, constraint_id)
    return lift(address, portfolio, product, kind, (f"{kind}, not created by publish",))


def creation_impacts(constraint: Constraint) -> Impacts:
    """The impact of a new constraint on an existing association. Roles and tag updates widen access, rules restrict."""
    match constraint:
        case LaunchConstraint() | StackSetConstraint():
            return Impact.WIDENS, LaunchImpact.OPENS
        case ResourceUpdateConstraint():
            return compared_impacts(widens=constraint.tag_updates, restricts=False)
        case TemplateConstraint():
            return Impact.RESTRICTS, LaunchImpact.NARROWS
        case NotificationConstraint():
            return Impact.NONE, LaunchImpact.NARROWS
        case _:
            assert_never(constraint)


def update_impacts(old: Constraint, new: Constraint) -> Impacts:
    """The impact of a changed constraint.

    It widens: another role, a rule that was removed or refuses less, tag updates that become allowed. It restricts: a
    rule that refuses more, fewer accounts, a topic that no longer gets events.
    """
    match new:
        case TemplateConstraint():
            rules = old.rules if isinstance(old, TemplateConstraint) else {}
            return compared_impacts(widens=loosened(rules, new.rules), restricts=loosened(new.rules, rules))
        case NotificationConstraint():
            topics = old.topics if isinstance(old, NotificationConstraint) else frozenset()
            return compared_impacts(widens=False, restricts=not topics <= new.topics)
        case ResourceUpdateConstraint():
            allowed = isinstance(old, ResourceUpdateConstraint) and old.tag_updates
            return compared_impacts(widens=new.tag_updates > allowed, restricts=new.tag_updates < allowed)
        case StackSetConstraint():
            if not isinstance(old, StackSetConstraint):
                return Impact.WIDENS, LaunchImpact.OPENS
            return compared_impacts(widens=reaches_more(old, new), restricts=reaches_more(new, old))
        case LaunchConstraint():
            return compared_impacts(widens=old.parameters() != new.parameters(), restricts=False)
        case _:
            assert_never(new)


def compared_impacts(*, widens: bool, restricts: bool) -> Impacts:
    """The impacts of a changed constraint; one that widens and restricts counts as widening."""
    if widens:
        return Impact.WIDENS, LaunchImpact.OPENS
    return Impact.RESTRICTS if restricts else Impact.NONE, LaunchImpact.NARROWS


def loosened(old: Mapping[str, Mapping[str, object]], new: Mapping[str, Mapping[str, object]]) -> bool:
    """Whether `new` lacks a rule of `old`, or has one that refuses less."""
    return not all(name in new and refuses_no_less(rule, new[name]) for name, rule in old.items())


def reaches_more(old: StackSetConstraint, new: StackSetConstraint) -> bool:
    """Whether launches may reach more accounts or Regions, through other roles, or people may add instances."""
    roles = (old.admin_role, old.execution_role) != (new.admin_role, new.execution_role)
    added = new.accounts - old.accounts or set(new.regions) - set(old.regions)
    return bool(roles or added or (new.stack_instances and not old.stack_instances))


@part_of_prune
def prune_constraints(removal: Removal) -> Iterator[Change]:
    """Delete the constraints of associations that go, also those that publish did not create."""
    for portfolio, product in removal.associations():
        if portfolio in removal.observed.portfolios:
            products = removal.observed.portfolios[portfolio].products
            yield from lift_constraints(portfolio, products.get(product, PortfolioProduct(product)))
    for portfolio_id, held in removal.holdings.portfolios.items():
        for other in held.constraints:
            if removal.takes(portfolio_id, other.product_id) and other.id not in removal.by_id:
                portfolio, product = removal.portfolio_key(portfolio_id), removal.product_key(other.product_id)
                removal.address_of(other.id, addresses.constraint(portfolio, product, other.id))
                yield lift_other(portfolio, product, other.id, other.type)


@part_of_facts
def constraint_facts(state: CatalogState) -> Facts:
    """The constraints of each product of each portfolio; only the type of those that are not ours."""
    facts: dict[Address, Mapping[str, object]] = {}
    for key, portfolio in state.portfolios.items():
        for product, portfolio_product in portfolio.products.items():
            for kind, constraint in portfolio_product.constraints.items():
                # Parameters as a value, not as JSON text.
                parameters = as_json(constraint.parameters())
                values = {"description": constraint.description, "parameters": parameters}
                facts[addresses.constraint(key, product, kind)] = values
            for constraint_id, kind in portfolio_product.others.items():
                facts[addresses.constraint(key, product, constraint_id)] = {"type": kind}
    return facts


def constraint_blockers(changes: Iterable[Change], observed: CatalogState) -> Iterator[str]:
    """A blocker for each new constraint that collides with a constraint of unknown form in AWS."""
    for each in changes:
        if not isinstance(each, CreateConstraint) or each.portfolio not in observed.portfolios:
            continue
        portfolio_product = observed.portfolios[each.portfolio].products.get(each.product)
        for constraint_id, kind in portfolio_product.others.items() if portfolio_product else ():
            if kind == each.constraint.type or {kind, each.constraint.type} <= set(ROLE_CONSTRAINTS):
                yield (
                    f"{each.address}: AWS already has {kind} constraint {constraint_id}, of a form that this version "
                    "of catalog does not know. If it is not needed, delete it: "
                    f"`aws servicecatalog delete-constraint --id {constraint_id}`."
                )
