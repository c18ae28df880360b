"""Rows: what a plan does to one product, portfolio or stack, for a reader with little time; and groups of changes."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from catalog.model.addresses import Address
from catalog.plan.changes import Change, Impact
from catalog.plan.report import MARKS

ACCOUNT = "the account"
"""The group of what belongs to no product, portfolio, import or stack."""
ROOTS = ("product", "portfolio", "import", "stack", "stack-set", ACCOUNT)
"""The groups, in the order in which they are shown."""
CHANGED = "~"
"""The sign of a safe change of something that exists."""
CUT = 160
"""Characters of a detail about a change that is safe."""


@dataclass(frozen=True, slots=True)
class Row:
    """One thing that a plan does, in the words of people. Its texts are not safe for a terminal or Markdown yet."""

    mark: str
    impact: Impact
    head: str
    """The object, or the kind of change inside of it."""
    text: str = ""
    details: tuple[str, ...] = ()
    inside: bool = False
    """Whether it belongs to the object of the row above."""


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

    @property
    def title(self) -> str:
        """`product kms_key`."""
        return f"{self.kind.replace('-', ' ')} {self.key}".strip()


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


def sign(change: Change) -> str:
    """The character in front of a change."""
    return CHANGED if change.impact is Impact.NONE and change.operation.startswith("Update") else MARKS[change.impact]


def own_rows(group: Group) -> Iterator[Row]:
    """The changes of an object itself: `new portfolio`, `portfolio deleted`, or what differs."""
    kind = group.kind.replace("-", " ")
    for change in group.own:
        if change.operation.startswith(("Create", "Delete")):
            text = f"new {kind}" if group.is_new else f"{kind} deleted"
            yield Row(sign(change), change.impact, group.key, text, change.brief)
        else:
            yield Row(sign(change), change.impact, group.key, change.LABEL, shortened(change))


def member_rows(members: Sequence[Change]) -> Iterator[Row]:
    """Changes inside of an object: those of one kind in one row, but for those that have details."""
    kinds: dict[tuple[str, str, Impact], list[Change]] = defaultdict(list)
    for change in members:
        kinds[sign(change), change.label, change.impact].append(change)
    for (mark, label, impact), alike in kinds.items():
        plain = [change.subject for change in alike if not change.brief]
        if plain:
            yield Row(mark, impact, plural(label, len(plain)), ", ".join(plain), inside=True)
        for change in alike:
            if change.brief:
                yield Row(mark, impact, label, change.subject, shortened(change), inside=True)


def shortened(change: Change) -> tuple[str, ...]:
    """What is said of a change. Of one that widens, restricts or destroys nothing is cut: people consent to it."""
    lines = tuple(line.removeprefix(f"{change.label}: ") for line in change.brief)
    if change.impact is not Impact.NONE:
        return lines
    return tuple(line if len(line) <= CUT else f"{line[:CUT]}…" for line in lines)


def under(group: Group, above: Sequence[Row], members: Sequence[Row]) -> Iterator[Row]:
    """The rows of an object: those `above` stand for itself; without any it gets one, or shares that of its member."""
    yield from above
    if above or not members:
        yield from members
    elif len(members) == 1:
        (row,) = members
        text = f"{row.head}: {row.text}" if row.text else row.head
        yield Row(row.mark, row.impact, group.key, text, row.details)
    else:
        yield Row(" ", Impact.NONE, group.key)
        yield from members


def counted(label: str, members: Sequence[Change]) -> str:
    """`budget team`, `13 tag options`."""
    number = len(members)
    return f"{label} {members[0].subject}" if number == 1 else f"{number} {plural(label, number)}"


def counts(members: Sequence[Change]) -> Iterator[str]:
    """Safe changes inside of a new object, counted by kind; without those that only follow from another one."""
    kinds: dict[str, list[Change]] = defaultdict(list)
    for change in members:
        if not change.FOLLOWS:
            kinds[change.label].append(change)
    return (counted(label, alike) for label, alike in kinds.items())


def plural(label: str, number: int) -> str:
    """The label of one or several members; verbs such as `may launch` have no plural."""
    verb = label.startswith("may ") or label.endswith(("s", "with"))
    return label if number == 1 or verb else f"{label}s"


def some(words: Sequence[str], most: int) -> str:
    """The words, or the first of them and how many more there are."""
    if len(words) <= most:
        return ", ".join(words)
    return f"{', '.join(words[: most - 1])} and {len(words) - most + 1} more"
