"""L2. Differences between constraints, and whether they widen what people may do. Pure."""

from __future__ import annotations

import json
from collections.abc import Iterator

from catalog.model import address
from catalog.model.portfolio import (
    Constraint,
    LaunchConstraint,
    PortfolioProduct,
    ResourceUpdateConstraint,
    TemplateConstraint,
)
from catalog.plan.changes import Change, CreateConstraint, DeleteConstraint, Effect, UpdateConstraint


def diff_constraints(portfolio: str, desired: PortfolioProduct, observed: PortfolioProduct | None) -> Iterator[Change]:
    """Changes between the constraints of one association; `observed` is None when the association is new."""
    known = observed.constraints if observed else {}
    for kind, constraint in desired.constraints.items():
        place = address.constraint(portfolio, desired.product, kind)
        old = known.get(kind)
        if old is None:
            yield CreateConstraint(
                address=place,
                effect=effect_of_creation(constraint) if observed else Effect.SAFE,
                portfolio=portfolio,
                product=desired.product,
                constraint=constraint,
                details=describe(constraint),
            )
        elif old != constraint:
            yield UpdateConstraint(
                address=place,
                effect=effect_of_update(old, constraint),
                portfolio=portfolio,
                product=desired.product,
                constraint=constraint,
                details=compare(old, constraint),
            )
    for kind, constraint in known.items():
        if kind not in desired.constraints:
            yield DeleteConstraint(
                address=address.constraint(portfolio, desired.product, kind),
                # Without rules people may launch anything the template allows; without a launch role, only what their
                # own permissions allow; without tag updates they lose something.
                effect=Effect.WIDENS_ACCESS if isinstance(constraint, TemplateConstraint) else Effect.DESTRUCTIVE,
                portfolio=portfolio,
                product=desired.product,
                details=describe(constraint),
            )


def effect_of_creation(constraint: Constraint) -> Effect:
    """A new constraint on an association that people already use: a launch role or tag updates give them more."""
    narrows = isinstance(constraint, TemplateConstraint) or (
        isinstance(constraint, ResourceUpdateConstraint) and not constraint.tag_updates
    )
    return Effect.SAFE if narrows else Effect.WIDENS_ACCESS


def effect_of_update(old: Constraint, new: Constraint) -> Effect:
    """Another role, a rule that is gone or differs, or tag updates allowed: people may be able to do more."""
    match old, new:
        case TemplateConstraint(), TemplateConstraint():
            narrower = all(new.rules.get(name) == rule for name, rule in old.rules.items())
            return Effect.SAFE if narrower else Effect.WIDENS_ACCESS
        case ResourceUpdateConstraint(), ResourceUpdateConstraint():
            return Effect.WIDENS_ACCESS if new.tag_updates and not old.tag_updates else Effect.SAFE
    return Effect.SAFE if old.parameters() == new.parameters() else Effect.WIDENS_ACCESS


def describe(constraint: Constraint) -> tuple[str, ...]:
    """The constraint's content in a few lines."""
    match constraint:
        case LaunchConstraint():
            return (f"role {constraint.local_role_name or constraint.role_arn}",)
        case TemplateConstraint():
            return tuple(f"rule {name}" for name in constraint.rules)
        case ResourceUpdateConstraint():
            return (f"tag updates {'allowed' if constraint.tag_updates else 'not allowed'}",)


def compare(old: Constraint, new: Constraint) -> tuple[str, ...]:
    """What differs, in lines."""
    lines = []
    if old.description != new.description:
        lines.append(f"description: {old.description!r} → {new.description!r}")
    if isinstance(old, TemplateConstraint) and isinstance(new, TemplateConstraint):
        for name in sorted({*old.rules, *new.rules}):
            before, after = old.rules.get(name), new.rules.get(name)
            if before != after:
                lines.append(f"rule {name}: {shown_rule(before)} → {shown_rule(after)}")
    elif old.parameters() != new.parameters():
        lines.append(f"{describe(old)[0]} → {describe(new)[0]}")
    return tuple(lines)


def shown_rule(rule: object) -> str:
    """A rule on one line; none is a dash."""
    return "-" if rule is None else json.dumps(rule, sort_keys=True)
