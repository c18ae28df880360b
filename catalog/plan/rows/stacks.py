"""Rows of the stacks of `catalog bootstrap`: the template bucket, and what launch roles may do, gain and lose."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from catalog.plan.changes import Change, Impact, Plan
from catalog.plan.kinds.stack import CreateStack, bucket_stack
from catalog.plan.report import MARKS
from catalog.plan.rows.row import Group, Row, member_rows, own_rows, plural, sign, under

ROLE_LINE = re.compile(r"role (?P<name>\S+) (?P<what>is new: |gains |loses |trusts )(?P<text>.*)", re.DOTALL)
"""The details of a stack of launch roles that are about one role (catalog/roles/template_differences.py)."""
ROLE = "role "
"""How details about a role begin."""
WARNINGS = ("administrator-equivalent", "is not known")
"""In details that say what a role can do, or that nobody knows it."""
NEW = "is new: "
FEW = 3
"""Actions that a line names; more are counted."""
MAY_DO = "may do"
WIDENS = {NEW: MAY_DO, "gains ": "gains", "trusts ": "trusts"}


def stack_rows(group: Group, plan: Plan) -> Iterator[Row]:
    """A stack: the template bucket, or launch roles with what each of them may newly do."""
    (change,) = group.own[:1]
    if group.key == bucket_stack(plan.owner):
        yield Row(sign(change), change.impact, "template bucket", plan.bucket, change.brief)
    elif isinstance(change, CreateStack) and (roles := new_roles([change])):
        yield Row(MARKS[Impact.NONE], Impact.NONE, plural("launch role", len(roles)), ", ".join(roles))
        yield from role_rows(change.brief, alone=len(roles) == 1)
    elif rows := list(role_rows(change.brief)):
        yield from under(group, [Row(" ", Impact.NONE, "launch roles", group.key)], rows)
    else:
        yield from own_rows(group)


def stack_set_rows(group: Group) -> Iterator[Row]:
    """A stack set: where it is deployed, what its launch roles may newly do, and the units that get it or lose it."""
    above: list[Row] = []
    for row in own_rows(group):
        others = tuple(line for line in row.details if not line.startswith(ROLE))
        above += [
            replace(row, text=row.text or "stack set", details=others),
            *role_rows([line for line in row.details if line.startswith(ROLE)]),
        ]
    yield from under(group, above, list(member_rows(group.members)))


def new_roles(changes: Sequence[Change]) -> list[str]:
    """The names of the launch roles that stacks create."""
    matches = (ROLE_LINE.fullmatch(line) for change in changes for line in change.details)
    return [match["name"] for match in matches if match and match["what"] == NEW]


def role_rows(details: Sequence[str], *, alone: bool = False) -> Iterator[Row]:
    """What roles may newly do or no longer do, in a row for each role; of a role that is `alone` without its name."""
    matches = [(line, ROLE_LINE.fullmatch(line)) for line in details]
    made = {match["name"] for _, match in matches if match and match["what"] == NEW}
    rows: dict[tuple[str, str], list[str]] = {}
    notes = []
    for line, match in matches:
        if not match:
            notes.append(line)
        elif match["what"] != "gains " or match["name"] not in made:
            rows.setdefault((match["name"], match["what"]), []).append(match["text"])
    for (name, what), texts in rows.items():
        impact = Impact.WIDENS if what in WIDENS else Impact.RESTRICTS
        new = what == NEW
        text = f"{'' if alone else f'{name}: '}{texts[0]}" if new else name
        below = () if new else tuple(map(by_service, texts))
        yield Row(MARKS[impact], impact, WIDENS.get(what, "loses"), text, below, inside=True)
    for line in notes:
        impact = Impact.WIDENS if any(words in line for words in WARNINGS) else Impact.NONE
        yield Row(MARKS[impact] if impact is Impact.WIDENS else " ", impact, "note", line, inside=True)


def by_service(line: str) -> str:
    """`sqs (8 actions) on arn:…` for a line that names them; a few actions stay as they are."""
    actions, separator, rest = line.partition(" on ")
    names = actions.split(", ")
    services = sorted({name.partition(":")[0] for name in names})
    if not separator or len(names) <= FEW:
        return line
    return f"{', '.join(services)} ({len(names)} actions) on {rest}"
