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
"""Characters of a line where nobody says how wide the terminal is."""
ROOM = 20
"""Characters that a text has at least, on a narrow terminal."""
SHORT = 30
"""Details up to this length stand on the line of a new object."""
COLUMN = 32
"""Where the text after a title or a label starts."""
ACCOUNT = "the account"
"""The group of what belongs to no product, portfolio, import or stack."""
ROOTS = ("product", "portfolio", "import", "stack", "stack-set", ACCOUNT)
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


def lines(plan: Plan, width: int = WIDTH) -> Iterator[Line]:
    """The plan line by line, each with the impact that it speaks of; no character in it controls a terminal."""
    overview = Overview(plan, width)
    yield from ((impact, printable(overview.shortened(text))) for impact, text in overview.lines())


@dataclass(frozen=True, slots=True)
class Overview:
    """The lines of a plan for a terminal of a width, before control characters are replaced."""

    plan: Plan
    width: int

    def lines(self) -> Iterator[Line]:
        """All lines."""
        yield None, f"Account {self.plan.account}, Region {self.plan.region}"
        for group in groups(self.plan.changes):
            yield from self.group(group)
        yield from ((None, f"  note: {notice}") for notice in self.plan.notices)
        yield from ((None, f"  blocked: {blocker}") for blocker in self.plan.blockers)
        yield None, f"{summary(self.plan)}{'  Each API call: catalog -v' if self.plan.changes else ''}"

    def group(self, group: Group) -> Iterator[Line]:
        """One product, portfolio, import or stack."""
        title = f"{group.kind.replace('-', ' ')} {group.key}".strip()
        members = group.members
        if group.is_new:
            yield from self.new_object(title, group)
            members = [change for change in members if change.impact is not Impact.NONE]
        else:
            yield from self.existing_object(title, group.own)
        for mark, label, same in alike(members):
            yield from self.members(mark, label, same)

    def new_object(self, title: str, group: Group) -> Iterator[Line]:
        """An object that the plan creates, with its safe members counted."""
        brief = [line for change in group.own for line in change.brief]
        short = [line for line in brief if len(line) <= SHORT]
        named = [change for change in group.members if change.impact is Impact.NONE and not change.FOLLOWS]
        parts = ["new", *short, *(counted(label, members) for _, label, members in alike(named))]
        first = group.own[0]
        yield from self.columns(first.impact, f"  {sign(first)} {title}", ", ".join(parts))
        yield from self.details([line for line in brief if line not in short], 8)

    def existing_object(self, title: str, own: Sequence[Change]) -> Iterator[Line]:
        """An object that exists; with what changes in itself."""
        if not own:
            yield None, f"    {title}"
        for change in own:
            words = "deleted" if change.operation.startswith("Delete") else change.LABEL
            yield from self.columns(change.impact, f"  {sign(change)} {title}", words)
            yield from self.details(change.details, 8)

    def members(self, mark: str, label: str, members: Sequence[Change]) -> Iterator[Line]:
        """Members of one kind: on one line if they have no details, else a line each with the details below it."""
        impact = members[0].impact
        details = [(*change.details, *version_diff(self.plan, change.operation, change.address)) for change in members]
        plain = [change for change, texts in zip(members, details, strict=True) if not texts]
        if plain:
            head = f"      {mark} {plural(label, len(plain))}"
            yield from self.columns(impact, head, ", ".join(change.subject for change in plain))
        for change, texts in zip(members, details, strict=True):
            if texts:
                yield from self.columns(impact, f"      {mark} {label}", change.subject)
                yield from self.details(texts, 12)

    def details(self, details: Sequence[str], indent: int) -> Iterator[Line]:
        """Details below their change; long ones are wrapped, each under its own indentation."""
        for detail in details:
            text = self.shortened(detail)
            start = " " * (indent + len(text) - len(text.lstrip()))
            for number, line in enumerate(self.wrapped(text.strip(), len(start) + 2)):
                yield None, f"{start}{'  ' if number else ''}{line}"

    def columns(self, impact: Impact, head: str, text: str) -> Iterator[Line]:
        """`head`, then `text` in its column, wrapped."""
        first, *others = self.wrapped(self.shortened(text), COLUMN)
        yield impact, f"{head:{COLUMN - 1}} {first}".rstrip()
        yield from ((impact, f"{' ' * COLUMN}{line}") for line in others)

    def wrapped(self, text: str, column: int) -> list[str]:
        """`text` in lines that fit from `column` on."""
        room = max(self.width - column, ROOM)
        return wrap(text, room, break_long_words=False, break_on_hyphens=False) or [""]

    def shortened(self, text: str) -> str:
        """`text` without the start of ARNs of the plan's own account, and with short digests."""
        return short_digests(text.replace(f"arn:{self.plan.partition}:iam::{self.plan.account}:", ""))


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


def alike(changes: Sequence[Change]) -> Iterator[tuple[str, str, list[Change]]]:
    """(sign, label, changes) of members that a reader sees as the same kind of change, in order."""
    kinds: dict[tuple[str, str, Impact], list[Change]] = defaultdict(list)
    for change in changes:
        kinds[sign(change), change.label, change.impact].append(change)
    for (mark, label, _), members in kinds.items():
        yield mark, label, members


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
    return f"{key or kind}: {change.label}" if below else f"{kind.replace('-', ' ')} {key}".strip()


def as_text(plan: Plan) -> str:
    """The overview without colours."""
    return "\n".join(text for _, text in lines(plan)) + "\n"
