"""Compare two access matrices: who gains and who loses which access."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum

from catalog.access.matrix import Matrix, MatrixRow, PolicyMatrix
from catalog.access.principals import PrincipalClass
from catalog.iam import Answer, Caller


class AccessEffect(StrEnum):
    """The effect of a change on the principal."""

    GAINS = "gains"
    LOSES = "loses"
    CHANGES = "changes"
    """Access under other conditions, or an effect that cannot be decided."""


RANK = {Answer.DENIED: 0, Answer.CONDITIONAL: 1, Answer.ALLOWED: 2}


@dataclass(frozen=True, slots=True)
class AccessChange:
    """The answers for one principal and one action, before and after; None if the policy does not exist."""

    logical_id: str
    type: str
    resource: str
    principal: str
    action: str
    effect: AccessEffect
    before: MatrixRow | None
    after: MatrixRow | None

    def __str__(self) -> str:
        return f"{self.principal} {self.effect} {self.action}: {described(self.before)} → {described(self.after)}"


def compare_matrices(old: Matrix, new: Matrix) -> tuple[AccessChange, ...]:
    """The answers that differ. An answer that another statement decides is not a difference.

    If one side does not name a principal, the answer for its class is used. A policy that one side does not have gives
    no access there.
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
    before, after = _Answers.of(old), _Answers.of(new)
    # A principal's label may differ before and after, because it names the parameters that contain the principal.
    principals = {_identity(principal): principal for policy in (old, new) if policy for principal in policy.principals}
    actions = dict.fromkeys([*before.actions, *after.actions])
    for principal in principals.values():
        for action in actions:
            rows = before.find(principal, action), after.find(principal, action)
            effect = effect_of(*rows)
            if effect is not None:
                yield AccessChange(
                    either.logical_id, either.type, either.resource, principal.label, action, effect, *rows
                )


def _identity(principal: PrincipalClass) -> tuple[Caller, bool]:
    return principal.caller, principal.iam


@dataclass(frozen=True, slots=True)
class _Answers:
    """The answers of one side."""

    rows: Mapping[tuple[str, str], MatrixRow]
    """(label of the principal, action) → row."""
    labels: Mapping[tuple[Caller, bool], str]
    """Identity of a principal → its label on this side."""

    @classmethod
    def of(cls, policy: PolicyMatrix | None) -> _Answers:
        """The answers of a policy; empty if it does not exist."""
        if policy is None:
            return cls({}, {})
        rows = {(row.principal, row.action): row for row in policy.rows}
        return cls(rows, {_identity(principal): principal.label for principal in policy.principals})

    @property
    def actions(self) -> list[str]:
        """All actions that have an answer."""
        return list(dict.fromkeys(action for _, action in self.rows))

    def find(self, principal: PrincipalClass, action: str) -> MatrixRow | None:
        """The answer for a principal; for its class if this side does not name the principal."""
        label = self.labels.get(_identity(principal), principal.like)
        return self.rows.get((label, action))


def effect_of(before: MatrixRow | None, after: MatrixRow | None) -> AccessEffect | None:
    """The effect of a change on the principal; None if nothing changes for it."""
    if before is None or after is None:
        given = after or before
        if given is None or given.answer is Answer.DENIED:
            return None
        return AccessEffect.GAINS if before is None else AccessEffect.LOSES
    if before.gives == after.gives:
        return None
    if Answer.UNKNOWN in (before.answer, after.answer):
        return AccessEffect.CHANGES
    old, new = RANK[before.answer], RANK[after.answer]
    if old != new:
        return AccessEffect.GAINS if new > old else AccessEffect.LOSES
    if before.conditions == after.conditions and before.needs_iam != after.needs_iam:
        return AccessEffect.GAINS if before.needs_iam else AccessEffect.LOSES
    if before.conditions == after.conditions:
        return AccessEffect.GAINS if after.by_grant else AccessEffect.LOSES
    return AccessEffect.CHANGES


def described(row: MatrixRow | None) -> str:
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
