"""Rows of portfolios: what they hold and under which terms, and who may launch from them."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence

from catalog.model.constraint import (
    Constraint,
    LaunchConstraint,
    NotificationConstraint,
    ResourceUpdateConstraint,
    StackSetConstraint,
    TemplateConstraint,
)
from catalog.plan.changes import Change, Impact
from catalog.plan.kinds.association import AssociateProductWithPortfolio
from catalog.plan.kinds.constraint import CreateConstraint
from catalog.plan.rows.row import Group, Row, counts, member_rows, own_rows, plural, sign, under


def portfolio_rows(group: Group, new_roles: Collection[str]) -> Iterator[Row]:
    """A portfolio: a new one, or the products, terms and principals that change. `new_roles` have rows of their own."""
    added = [change for change in group.members if isinstance(change, AssociateProductWithPortfolio)]
    if group.is_new:
        yield from new_portfolio(group, added, new_roles)
        return
    terms = [change for change in group.members if is_term(change)]
    products = [product_row(change, terms, new_roles) for change in added]
    handled = {change.address for change in added}
    rest = [
        change
        for change in group.members
        if change.address not in handled and not (is_term(change) and product_of(change) in handled)
    ]
    yield from under(group, list(own_rows(group)), [*products, *member_rows(rest)])


def new_portfolio(group: Group, added: Sequence[Change], new_roles: Collection[str]) -> Iterator[Row]:
    """A portfolio with all that it holds. Its products widen nothing by themselves: who may launch them has a row."""
    (created,) = group.own[:1]
    terms = [change for change in group.members if isinstance(change, CreateConstraint) and is_term(change)]
    safe = [change for change in group.members if change.impact is Impact.NONE and not is_term(change)]
    parts = [*in_words([change.constraint for change in terms], new_roles), *counts(safe)]
    products = ", ".join(change.subject for change in added)
    words = ", ".join([products, *parts] if products else parts)
    yield Row(sign(created), created.impact, group.key, f"new portfolio{f': {words}' if words else ''}")
    addresses = {change.address for change in added}
    yield from member_rows(
        [change for change in group.members if change.impact is not Impact.NONE and change.address not in addresses]
    )


def is_term(change: Change) -> bool:
    """Whether a change is a new constraint without an impact of its own: its product is new in the portfolio."""
    return isinstance(change, CreateConstraint) and change.impact is Impact.NONE


def product_of(change: Change) -> str:
    """The Address of the association that a constraint is on."""
    return change.address.partition("/constraint/")[0]


def product_row(change: AssociateProductWithPortfolio, terms: Sequence[Change], new_roles: Collection[str]) -> Row:
    """A product that comes into a portfolio, with the terms under which people launch it."""
    own = [term.constraint for term in terms if isinstance(term, CreateConstraint) and term.product == change.product]
    words = ", ".join(in_words(own, new_roles))
    text = f"{change.subject}{f': {words}' if words else ''}"
    return Row(sign(change), change.impact, "product", text, change.brief, inside=True)


def in_words(constraints: Sequence[Constraint], new_roles: Collection[str]) -> Iterator[str]:
    """`2 rules, tag updates allowed, launched as role/app`: the terms of one or several products."""
    rules = sum(len(each.rules) for each in constraints if isinstance(each, TemplateConstraint))
    if rules:
        yield f"{rules} {plural('rule', rules)}"
    if any(isinstance(each, ResourceUpdateConstraint) and each.tag_updates for each in constraints):
        yield "tag updates allowed"
    topics = {topic for each in constraints if isinstance(each, NotificationConstraint) for topic in each.topics}
    if topics:
        yield f"notifications to {len(topics)} {plural('topic', len(topics))}"
    for each in constraints:
        if isinstance(each, StackSetConstraint):
            yield f"stack sets in {len(each.accounts)} {plural('account', len(each.accounts))} as {each.admin_role}"
    roles = {each.local_role_name or each.role_arn for each in constraints if isinstance(each, LaunchConstraint)}
    if others := sorted(roles - {*new_roles}):
        yield f"launched as {', '.join(others)}"
