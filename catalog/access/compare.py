"""Two matrices side by side: who gains, who loses what."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum

from catalog.access.matrix import Matrix, PolicyMatrix, Row
from catalog.access.principals import PrincipalClass
from catalog.iam import Answer, Caller


class Effect(StrEnum):
    """What a change is for the principal."""

    GAINS = "gains"
    LOSES = "loses"
    CHANGES = "changes"
    """Under other conditions, or not to be told."""


RANK = {Answer.DENIED: 0, Answer.CONDITIONAL: 1, Answer.ALLOWED: 2}


@dataclass(frozen=True, slots=True)
class AccessChange:
    """One principal, one action, and the answers before and after; None where the policy does not exist."""

    logical_id: str
    type: str
    resource: str
    principal: str
    action: str
    effect: Effect
    before: Row | None
    after: Row | None

    def __str__(self) -> str:
        return f"{self.principal} {self.effect} {self.action}: {described(self.before)} → {described(self.after)}"


def compare_matrices(old: Matrix, new: Matrix) -> tuple[AccessChange, ...]:
    """Every cell whose meaning differs; one that only another statement decides does not differ.

    A principal that one side does not name is compared with the class there that it belongs to. A policy that one side
    does not have gives nobody anything there.
    """
    before = {policy.key: policy for policy in old.policies}
    after = {policy.key: policy for policy in new.policies}
    changes: list[AccessChange] = []
    for key in dict.fromkeys([*before, *after]):
        changes.extend(_policy_changes(before.get(key), after.get(key)))
    return tuple(changes)


def _policy_changes(old: PolicyMatrix | None, new: PolicyMatrix | None) -> Iterator[AccessChange]:
    either = new or old
    if either is None:
        return
    before, after = _ComparedCells.of(old), _ComparedCells.of(new)
    # Before and after one principal may be called otherwise: its label names the parameters that hold it.
    principals = {_identity(each): each for policy in (old, new) if policy for each in policy.principals}
    actions = dict.fromkeys([*before.actions, *after.actions])
    for principal in principals.values():
        for action in actions:
            cells = before.find(principal, action), after.find(principal, action)
            effect = effect_of(*cells)
            if effect is not None:
                yield AccessChange(
                    either.logical_id, either.type, either.resource, principal.label, action, effect, *cells
                )


def _identity(principal: PrincipalClass) -> tuple[Caller, bool]:
    return principal.caller, principal.iam


@dataclass(frozen=True, slots=True)
class _ComparedCells:
    """The cells of one side, by label and action; and the label of each principal there."""

    cells: Mapping[tuple[str, str], Row]
    labels: Mapping[tuple[Caller, bool], str]

    @classmethod
    def of(cls, policy: PolicyMatrix | None) -> _ComparedCells:
        """The cells of a policy; none if it does not exist."""
        if policy is None:
            return cls({}, {})
        cells = {(row.principal, row.action): row for row in policy.rows}
        return cls(cells, {_identity(each): each.label for each in policy.principals})

    @property
    def actions(self) -> list[str]:
        """All actions that have an answer here."""
        return list(dict.fromkeys(action for _, action in self.cells))

    def find(self, principal: PrincipalClass, action: str) -> Row | None:
        """The cell of a principal, or of the class that it belongs to where it is not named."""
        label = self.labels.get(_identity(principal), principal.like)
        return self.cells.get((label, action))


def effect_of(before: Row | None, after: Row | None) -> Effect | None:
    """What the principal has from a change; None when nothing changes for it."""
    if before is None or after is None:
        given = after or before
        if given is None or given.answer is Answer.DENIED:
            return None
        return Effect.GAINS if before is None else Effect.LOSES
    if before.gives == after.gives:
        return None
    if Answer.UNKNOWN in (before.answer, after.answer):
        return Effect.CHANGES
    old, new = RANK[before.answer], RANK[after.answer]
    if old != new:
        return Effect.GAINS if new > old else Effect.LOSES
    if before.conditions == after.conditions and before.needs_iam != after.needs_iam:
        return Effect.GAINS if before.needs_iam else Effect.LOSES
    if before.conditions == after.conditions:
        return Effect.GAINS if after.by_grant else Effect.LOSES
    return Effect.CHANGES


def described(row: Row | None) -> str:
    """An answer in words, with the statements that decide it."""
    if row is None:
        return "no policy"
    words = str(row.answer)
    if row.answer is Answer.DENIED and not row.explicit:
        words = "not allowed"
    joined = " and ".join(row.conditions)
    words += {Answer.CONDITIONAL: f" if {joined}", Answer.UNKNOWN: f" ({joined})"}.get(row.answer, "")
    words += " with an IAM policy" if row.needs_iam else ""
    return f"{words} [{', '.join(row.sids)}]" if row.sids else words
