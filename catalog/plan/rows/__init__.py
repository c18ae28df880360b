"""A plan in rows, by product, portfolio and stack: what is new, who gains or loses, each thing once. Pure.

`overview` prints them for a terminal, `markdown` for a pull request. `report` has every API call in its order.
"""

from __future__ import annotations

from collections.abc import Iterator

from catalog.plan.changes import Impact, Plan
from catalog.plan.kinds.tag_option import AssociateTagOptionWithResource, CreateTagOption
from catalog.plan.rows.portfolios import portfolio_rows
from catalog.plan.rows.products import product_rows
from catalog.plan.rows.row import Group, Row, groups, member_rows, own_rows, under
from catalog.plan.rows.stacks import new_roles, stack_rows, stack_set_rows


def rows(plan: Plan) -> Iterator[Row]:
    """All rows of a plan."""
    for group in groups(plan.changes):
        yield from group_rows(group, plan)


def group_rows(group: Group, plan: Plan) -> Iterator[Row]:
    """The rows of one object."""
    match group.kind:
        case "product":
            yield from product_rows(group, plan)
        case "portfolio":
            yield from portfolio_rows(group, new_roles(plan.changes))
        case "stack":
            yield from stack_rows(group, plan)
        case "stack-set":
            yield from stack_set_rows(group)
        case "import":
            yield from under(group, list(own_rows(group)), list(member_rows(group.members)))
        case _:
            yield from account_rows(group, plan)


def account_rows(group: Group, plan: Plan) -> Iterator[Row]:
    """What belongs to the account. A new TagOption that a portfolio or product gets has its place there."""
    offered = {change.tag_option for change in plan.changes if isinstance(change, AssociateTagOptionWithResource)}
    named = [
        change
        for change in group.members
        if not (isinstance(change, CreateTagOption) and change.tag_option in offered and change.impact is Impact.NONE)
    ]
    for row in member_rows(named):
        yield Row(row.mark, row.impact, row.head, row.text, row.details)
