"""A plan for a reader with little time: by product and portfolio, what is new and who gains or loses. Pure.

Each change stands here once, in the words of people. `report.lines` has every API call in its order.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from textwrap import wrap

from catalog.model.addresses import Address
from catalog.model.limits import printable, short_digests
from catalog.plan.changes import Change, Impact, Plan
from catalog.plan.report import MARKS, summary, version_diff

WIDTH = 100
COLUMN = 32
"""Where the text after a title or a label starts."""
ACCOUNT = "the account"
"""The group of what belongs to no product, portfolio, import or stack."""
ROOTS = ("product", "portfolio", "import", "stack", ACCOUNT)
"""The groups, in the order in which they are shown."""

Line = tuple[Impact | None, str]


@dataclass(slots=True)
class Group:
    """An object at the root of Addresses, with the changes below it."""

    kind: str
    key: str
    own: list[Change] = field(default_factory=list)
    """Changes of the object itself."""
    members: list[Change] = field(default_factory=list)

    @property
    def is_new(self) -> bool:
        """Whether the plan creates the object."""
        return any(change.operation.startswith("Create") for change in self.own)


def lines(plan: Plan) -> Iterator[Line]:
    """The plan line by line, each with the impact that it speaks of; no character in it controls a terminal."""
    yield from ((impact, printable(shortened(plan, text))) for impact, text in raw_lines(plan))


def raw_lines(plan: Plan) -> Iterator[Line]:
    """The lines of the plan, before control characters are replaced."""
    yield None, f"Account {plan.account}, Region {plan.region}"
    for group in groups(plan.changes):
        yield from group_lines(plan, group)
    for notice in plan.notices:
        yield None, f"  note: {notice}"
    for blocker in plan.blockers:
        yield None, f"  blocked: {blocker}"
    yield None, f"{summary(plan)}{'  Each API call: catalog -v' if plan.changes else ''}"


def groups(changes: Sequence[Change]) -> list[Group]:
    """The changes by the object that they belong to."""
    by_root: dict[tuple[str, str], Group] = {}
    for change in changes:
        kind, key, below = root_of(change.address)
        group = by_root.setdefault((kind, key), Group(kind, key))
        (group.members if below else group.own).append(change)
    return sorted(by_root.values(), key=lambda group: (ROOTS.index(group.kind), group.key))


def root_of(address: Address) -> tuple[str, str, str]:
    """(kind, key, rest) of an Address: the object at its root, and what is below it."""
    kind, _, rest = address.partition("/")
    key, _, below = rest.partition("/")
    if kind == "template":
        return "product", key, f"template/{below}"
    if kind not in ROOTS:
        return ACCOUNT, "", address
    return (kind, rest, "") if kind == "stack" else (kind, key, below)


def group_lines(plan: Plan, group: Group) -> Iterator[Line]:
    """One product, portfolio, import or stack."""
    title = f"{group.kind} {group.key}".strip()
    safe = [change for change in group.members if change.impact is Impact.NONE]
    if group.is_new:
        yield from new_object(plan, title, group.own, safe)
        shown = [change for change in group.members if change.impact is not Impact.NONE]
    else:
        yield from existing_object(plan, title, group.own)
        shown = group.members
    for mark, label, members in alike(shown):
        yield from member_lines(plan, mark, label, members)


def new_object(plan: Plan, title: str, own: Sequence[Change], safe: Sequence[Change]) -> Iterator[Line]:
    """An object that the plan creates, with its safe members counted."""
    worst = own[0]
    parts = ["new", *(counted(label, members) for _, label, members in alike(safe))]
    yield from columns(plan, worst.impact, f"  {sign(worst)} {title}", ", ".join(parts))
    for change in own:
        yield from detail_lines(plan, change.brief, 8)


def existing_object(plan: Plan, title: str, own: Sequence[Change]) -> Iterator[Line]:
    """An object that exists; with what changes in itself."""
    if not own:
        yield None, f"    {title}"
    for change in own:
        words = "deleted" if change.operation.startswith("Delete") else change.LABEL
        yield from columns(plan, change.impact, f"  {sign(change)} {title}", words)
        yield from detail_lines(plan, change.details, 8)


def alike(changes: Sequence[Change]) -> Iterator[tuple[str, str, list[Change]]]:
    """(sign, label, changes) of members that a reader sees as the same kind of change, in order."""
    kinds: dict[tuple[str, str, Impact], list[Change]] = defaultdict(list)
    for change in changes:
        kinds[sign(change), change.label, change.impact].append(change)
    for (mark, label, _), members in kinds.items():
        yield mark, label, members


def member_lines(plan: Plan, mark: str, label: str, members: Sequence[Change]) -> Iterator[Line]:
    """Members of one kind: on one line if they have no details, else a line each with the details below it."""
    impact = members[0].impact
    plain = [change for change in members if not (change.details or difference(plan, change))]
    if plain:
        head = f"      {mark} {plural(label, len(plain))}"
        yield from columns(plan, impact, head, ", ".join(change.subject for change in plain))
    for change in members:
        details = (*change.details, *difference(plan, change))
        if details:
            yield from columns(plan, impact, f"      {mark} {label}", change.subject)
            yield from detail_lines(plan, details, 12)


def difference(plan: Plan, change: Change) -> tuple[str, ...]:
    """What a new version changes against the version before it."""
    return version_diff(plan, change.operation, change.address)


def detail_lines(plan: Plan, details: Sequence[str], indent: int) -> Iterator[Line]:
    """Details below their change; long ones are wrapped, each under its own indentation."""
    for detail in details:
        text = shortened(plan, detail)
        start = " " * (indent + len(text) - len(text.lstrip()))
        for number, line in enumerate(
            wrap(text.strip(), WIDTH - len(start) - 2, break_long_words=False, break_on_hyphens=False) or [""]
        ):
            yield None, f"{start}{'  ' if number else ''}{line}"


def columns(plan: Plan, impact: Impact, head: str, text: str) -> Iterator[Line]:
    """`head`, then `text` in its column, wrapped."""
    wrapped = wrap(shortened(plan, text), WIDTH - COLUMN, break_long_words=False, break_on_hyphens=False) or [""]
    yield impact, f"{head:{COLUMN - 1}} {wrapped[0]}".rstrip()
    for line in wrapped[1:]:
        yield impact, f"{' ' * COLUMN}{line}"


def shortened(plan: Plan, text: str) -> str:
    """`text` without the start of ARNs of the plan's own account, and with short digests."""
    return short_digests(text.replace(f"arn:{plan.partition}:iam::{plan.account}:", ""))


def sign(change: Change) -> str:
    """The character in front of a change."""
    return "~" if change.impact is Impact.NONE and change.operation.startswith("Update") else MARKS[change.impact]


def counted(label: str, members: Sequence[Change]) -> str:
    """`rules for kms_key`, `13 tag options`."""
    number = len(members)
    return f"{label} {members[0].subject}" if number == 1 else f"{number} {plural(label, number)}"


def plural(label: str, number: int) -> str:
    """The label of one or several members; verbs such as `may launch` have no plural."""
    return label if number == 1 or " launch" in label or label.endswith(("s", "with")) else f"{label}s"


def in_brief(change: Change) -> str:
    """`security-prod: rules`, for a line of progress."""
    kind, key, below = root_of(change.address)
    return f"{key or kind}: {change.label}" if below else f"{kind} {key}".strip()


def as_text(plan: Plan) -> str:
    """The overview without colours."""
    return "\n".join(text for _, text in lines(plan)) + "\n"
