"""Differences between constraints, and whether they widen what people may do. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from catalog.model import addresses
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
from catalog.plan.changes import Change, CreateConstraint, DeleteConstraint, Effect, UpdateConstraint
from catalog.plan.constraint_text import compare, describe, refuses_no_less
from catalog.plan.order import GIVES_POWER

FAILED = "AWS says that it FAILED, so it does not hold: set again"


def diff_constraints(portfolio: str, desired: PortfolioProduct, observed: PortfolioProduct | None) -> Iterator[Change]:
    """Changes between the constraints of one association; `observed` is None when the association is new."""
    there = observed or PortfolioProduct(desired.product)
    known = there.constraints
    for kind, declared in desired.constraints.items():
        place = addresses.constraint(portfolio, desired.product, kind)
        old = known.get(kind)
        constraint = with_unsaid(declared, old)
        failed = kind in there.failed
        if old is None:
            yield CreateConstraint(
                address=place,
                effect=effect_of_creation(constraint) if observed else Effect.SAFE,
                portfolio=portfolio,
                product=desired.product,
                constraint=constraint,
                details=describe(constraint),
            )
        elif old != constraint or failed:
            yield UpdateConstraint(
                address=place,
                effect=effect_of_creation(constraint) if failed else effect_of_update(old, constraint),
                portfolio=portfolio,
                product=desired.product,
                constraint=constraint,
                details=(*([FAILED] if failed else []), *compare(old, constraint)),
            )
    for kind, constraint in known.items():
        if kind not in desired.constraints:
            yield DeleteConstraint(
                address=addresses.constraint(portfolio, desired.product, kind),
                # Without rules people may launch anything the template allows. Without a launch role they may only do
                # what their own permissions allow, and without tag updates or a topic somebody loses something too.
                effect=Effect.WIDENS_ACCESS if isinstance(constraint, TemplateConstraint) else Effect.DESTRUCTIVE,
                portfolio=portfolio,
                product=desired.product,
                details=describe(constraint),
            )


def with_unsaid(declared: Constraint, old: Constraint | None) -> Constraint:
    """A constraint with what its file says nothing of as AWS has it, for an update sends the whole document."""
    match declared, old:
        case StackSetConstraint(stack_instances=None), StackSetConstraint():
            return replace(declared, stack_instances=old.stack_instances)
    return declared


def lift_constraints(portfolio: str, entry: PortfolioProduct) -> Iterator[Change]:
    """All constraints of a product that leaves a portfolio, which may be refused while it has any.

    Those too that publish leaves alone while the product stays.
    """
    yield from diff_constraints(portfolio, PortfolioProduct(entry.product), entry)
    for constraint_id, kind in entry.others.items():
        yield lift_other(portfolio, entry.product, constraint_id, kind)


def lift_other(portfolio: str, product: str, constraint_id: str, kind: str) -> Change:
    """Lift a constraint that has no Address by its type: a second one, or one of a form that is not known."""
    return DeleteConstraint(
        address=addresses.constraint(portfolio, product, constraint_id),
        effect=Effect.WIDENS_ACCESS if kind == TemplateConstraint.type else Effect.DESTRUCTIVE,
        portfolio=portfolio,
        product=product,
        details=(f"{kind}, not made by publish",),
    )


def constraint_blockers(found: Iterable[Change], observed: CatalogState) -> Iterator[str]:
    """What must be done before a constraint can be made where AWS has one that nobody here can read."""
    for change in found:
        if not isinstance(change, CreateConstraint) or change.portfolio not in observed.portfolios:
            continue
        entry = observed.portfolios[change.portfolio].products.get(change.product)
        for constraint_id, kind in entry.others.items() if entry else ():
            if kind == change.constraint.type or {kind, change.constraint.type} <= set(GIVES_POWER):
                yield (
                    f"{change.address}: AWS has {kind} constraint {constraint_id} there, of a form that is not known "
                    f"here. If it can go: `aws servicecatalog delete-constraint --id {constraint_id}`."
                )


def effect_of_creation(constraint: Constraint) -> Effect:
    """A new constraint on an association that people already use: roles and tag updates give them more."""
    gives = isinstance(constraint, LaunchConstraint | StackSetConstraint) or (
        isinstance(constraint, ResourceUpdateConstraint) and constraint.tag_updates
    )
    return Effect.WIDENS_ACCESS if gives else Effect.SAFE


def effect_of_update(old: Constraint, new: Constraint) -> Effect:
    """Another role, a rule that is gone or refuses less, tag updates allowed: people may be able to do more.

    A topic that is taken away gets no events any more, which somebody may wait for.
    """
    match old, new:
        case TemplateConstraint(), TemplateConstraint():
            kept = all(name in new.rules and refuses_no_less(rule, new.rules[name]) for name, rule in old.rules.items())
            return Effect.SAFE if kept else Effect.WIDENS_ACCESS
        case NotificationConstraint(), NotificationConstraint():
            return Effect.SAFE if old.topics <= new.topics else Effect.DESTRUCTIVE
        case ResourceUpdateConstraint(), ResourceUpdateConstraint():
            return Effect.WIDENS_ACCESS if new.tag_updates and not old.tag_updates else Effect.SAFE
        case StackSetConstraint(), StackSetConstraint():
            return Effect.WIDENS_ACCESS if reaches_more(old, new) else Effect.SAFE
    return Effect.SAFE if old.parameters() == new.parameters() else Effect.WIDENS_ACCESS


def reaches_more(old: StackSetConstraint, new: StackSetConstraint) -> bool:
    """Whether launches may come to more accounts or Regions, through other roles, or people may add instances."""
    roles = (old.admin_role, old.execution_role) != (new.admin_role, new.execution_role)
    added = new.accounts - old.accounts or set(new.regions) - set(old.regions)
    return bool(roles or added or (new.stack_instances and not old.stack_instances))
