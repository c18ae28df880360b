"""Two access matrices as one table: who may do how much of each kind of action, before and after.

The cells that changed have the statements that decide, as text that a pointer shows, and again as sentences below.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from catalog.access import AccessChange, AccessEffect, Matrix, MatrixRow, PolicyMatrix, compare_matrices, described
from catalog.access.actions import FAMILIES, matrix_actions
from catalog.access.report import MatrixBlock, answer, blocks, by_principal, cell, heading, reasons, short

NO_POLICY = "no policy"


@dataclass(frozen=True, slots=True)
class AccessCell:
    """How much a principal may do of a kind of actions."""

    before: str
    after: str
    effect: AccessEffect | None
    """What the change does to the principal; None if nothing changes for it."""
    why: str
    """The answers with the statements that decide, one line each."""

    @property
    def words(self) -> str:
        """Both answers, or the one that stays."""
        return f"{self.before} → {self.after}" if self.effect and self.before != self.after else self.after


@dataclass(frozen=True, slots=True)
class AccessLine:
    """A principal, or a class of principals, with a cell for each kind of actions."""

    principal: str
    cells: tuple[AccessCell, ...]

    @property
    def changed(self) -> bool:
        """Whether a cell changed."""
        return any(cell.effect for cell in self.cells)


@dataclass(frozen=True, slots=True)
class AccessSentence:
    """What changes for principals, in words."""

    effect: AccessEffect
    principals: tuple[str, ...]
    actions: tuple[str, ...]
    """As short names, such as `kms:Describe*`."""
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class AccessTable:
    """The matrices of one policy as a table."""

    heading: str
    families: tuple[str, ...]
    lines: tuple[AccessLine, ...]
    sentences: tuple[AccessSentence, ...]
    blocks: tuple[MatrixBlock, ...]
    """Every answer of the new version with its reasons."""
    undecided: tuple[str, ...]
    """Actions that policies of this kind do not decide."""
    service: str
    only: str = ""
    """`new` or `old` where only one version has the policy: then nothing is compared, the resource itself changes."""

    @property
    def changed(self) -> bool:
        """Whether anybody gains or loses access."""
        return bool(self.sentences)


def access_tables(new: Matrix, old: Matrix | None = None) -> tuple[AccessTable, ...]:
    """The tables of all policies of `new`, and of those that only `old` has. Without `old`, nothing is marked."""
    before = {policy.key: policy for policy in old.policies} if old else {}
    after = {policy.key: policy for policy in new.policies}
    changes = compare_matrices(old, new) if old is not None else ()
    return tuple(
        access_table(
            before.get(key),
            after.get(key),
            [change for change in changes if (change.logical_id, change.resource) == key],
            compared=old is not None,
        )
        for key in dict.fromkeys([*after, *before])
    )


def access_table(
    old: PolicyMatrix | None, new: PolicyMatrix | None, changes: Sequence[AccessChange], *, compared: bool
) -> AccessTable:
    """The table of one policy."""
    either = new or old
    assert either is not None  # noqa: S101  # a key comes from one of the two
    only = ("old" if new is None else "new" if old is None else "") if compared else ""
    if only:
        new, old, changes, compared = either, None, (), False
    decided = matrix_actions(either.service).decided
    families = {f"{either.service}:{action.name}": action.family for action in decided}
    used = [family for family in FAMILIES if family in families.values()]
    before, after = (by_principal(policy) if policy else {} for policy in (old, new))
    moved = {(change.principal, change.action): change for change in changes}
    principals = dict.fromkeys([*after, *(change.principal for change in changes), *(before if not new else ())])
    lines = []
    for principal in principals:
        was, now = before.get(principal) or before_rows(moved, principal), after.get(principal, [])
        cells = [
            access_cell(
                of_family(was, families, family), of_family(now, families, family), moved, principal, compared=compared
            )
            for family in used
        ]
        lines.append(AccessLine(principal, tuple(cells)))
    every = matrix_actions(either.service).names
    return AccessTable(
        heading(either),
        tuple(used),
        tuple(lines),
        tuple(sentences(changes, every, either.service)),
        blocks(new) if new else (),
        tuple(short(either.undecided, every)),
        either.service,
        only,
    )


def before_rows(moved: dict[tuple[str, str], AccessChange], principal: str) -> list[MatrixRow]:
    """What a principal had that the old version does not name: the answers of its class."""
    return [change.before for (who, _), change in moved.items() if who == principal and change.before]


def of_family(rows: Sequence[MatrixRow], families: dict[str, str], family: str) -> list[MatrixRow]:
    """The rows of a kind of actions."""
    return [row for row in rows if families.get(row.action) == family]


def access_cell(
    before: list[MatrixRow],
    after: list[MatrixRow],
    moved: dict[tuple[str, str], AccessChange],
    principal: str,
    *,
    compared: bool,
) -> AccessCell:
    """One cell."""
    changes = [moved[principal, row.action] for row in after or before if (principal, row.action) in moved]
    effects = {change.effect for change in changes}
    effect = effects.pop() if len(effects) == 1 else AccessEffect.CHANGES if effects else None
    why = [f"{change.action}: {described(change.before)} → {described(change.after)}" for change in changes]
    if not changes:
        why = list(reasoned(after or before))
    first = cell(before) if before else NO_POLICY
    second = cell(after) if after else NO_POLICY
    return AccessCell(first if compared else second, second, effect, "\n".join(why))


def reasoned(rows: Sequence[MatrixRow]) -> Iterator[str]:
    """The answers of a cell with their reasons, actions with the same answer together."""
    groups: dict[str, list[str]] = {}
    for row in rows:
        why = "; ".join(reasons(row))
        groups.setdefault(f"{answer(row)}{f' ({why})' if why else ''}", []).append(row.action.partition(":")[2])
    for words, actions in groups.items():
        yield f"{', '.join(actions)}: {words}"


def sentences(changes: Sequence[AccessChange], every: Sequence[str], service: str) -> Iterator[AccessSentence]:
    """The changes in words: one sentence for the principals and actions that have the same answers."""
    groups: dict[tuple[AccessEffect, str, str], dict[str, list[str]]] = {}
    for change in changes:
        key = change.effect, described(change.before), described(change.after)
        groups.setdefault(key, {}).setdefault(change.principal, []).append(change.action.partition(":")[2])
    for (effect, before, after), principals in groups.items():
        by_actions: dict[tuple[str, ...], list[str]] = {}
        for principal, actions in principals.items():
            by_actions.setdefault(tuple(actions), []).append(principal)
        for listed, who in by_actions.items():
            names = tuple(f"{service}:{name}" for name in short(listed, every))
            yield AccessSentence(effect, tuple(who), names, before, after)
