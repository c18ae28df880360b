"""L0. One request against one resource policy: explicit Deny first, then who is named, then whose IAM policies count.

Sources: IAM user guide, "Policy evaluation logic", "Determining whether a request is allowed or denied within an
account" and "Cross-account policy evaluation logic"; KMS developer guide, "Key policies in AWS KMS". What is not
evaluated: service and resource control policies, permissions boundaries, session policies, VPC endpoint policies.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from catalog.iam.caller import Caller, CallerKind, Named, excepted, named
from catalog.iam.conditions import condition
from catalog.iam.context import Context
from catalog.iam.formula import PRESENT, Atom, Formula, State, Unknown, all_of, any_of, negate, sentences, unknowns
from catalog.iam.matching import Match, as_pattern, covers, matches, readable
from catalog.iam.policy import Policy, Statement
from catalog.iam.variables import pattern_of


class Answer(StrEnum):
    """What a request gets."""

    ALLOWED = "allowed"
    DENIED = "denied"
    CONDITIONAL = "conditional"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Semantics:
    """What a service makes of its resource policies."""

    account: str
    """The account that the resource belongs to."""
    resource_implied: bool = False
    must_allow: bool = False


@dataclass(frozen=True, slots=True)
class Request:
    """Who wants to do what with what."""

    caller: Caller
    action: str
    resource: str
    """An ARN as a pattern: `…/*` stands for all objects of a bucket."""
    context: Context
    iam: bool = False
    """Whether the caller's IAM policies allow the action."""
    refused: str = ""
    """Why the service never does this for this caller, whatever a policy says."""
    elsewhere: str = ""
    """What an IAM policy of the caller's must allow beside: `allows kms:CreateAlias on the alias`."""


@dataclass(frozen=True, slots=True)
class Decision:
    """The answer and its reasons."""

    answer: Answer
    statements: tuple[str, ...] = ()
    """Sids, or places, of the statements that decide."""
    explicit: bool = False
    """Of a denial: that a Deny says so, and not that nothing allows it."""
    conditions: tuple[str, ...] = ()
    """Of a conditional answer: what must hold, in words. Of an unknown one: what is not known."""
    needs_iam: bool = False
    """Whether an IAM policy of the caller's must allow it too."""
    reason: str = ""
    """Of a denial without a statement: why, where there is more to say than that nothing allows it."""


class Evaluator:
    """Decides requests against one policy; remembers what does not depend on the action."""

    def __init__(self, policy: Policy, semantics: Semantics) -> None:
        self.policy = policy
        self.semantics = semantics
        self._named: dict[tuple[int, Caller], Named] = {}
        self._conditions: dict[tuple[int, Context], Formula] = {}

    def decide(self, request: Request) -> Decision:
        """The answer to `request`."""
        if request.refused:
            return Decision(Answer.DENIED, reason=request.refused)
        denies: dict[str, Formula] = {}
        direct: dict[str, Formula] = {}
        handed: dict[str, Formula] = {}
        for index, statement in enumerate(self.policy.statements):
            who = self._who(index, statement, request.caller)
            if who.either is False or not _may_name_action(statement, request.action):
                continue
            what = self._what(index, statement, request)
            if what is False:
                continue
            if statement.effect != "Allow":
                denies[statement.label] = any_of(denies.get(statement.label, False), all_of(who.either, what))
            if statement.effect != "Deny":
                for reached, part in ((direct, who.itself), (handed, who.account)):
                    reached[statement.label] = any_of(reached.get(statement.label, False), all_of(part, what))
        return _Verdict(request, self.semantics, _open(denies), _open(direct), _open(handed)).decision()

    def _who(self, index: int, statement: Statement, caller: Caller) -> Named:
        key = (index, caller)
        if key not in self._named:
            self._named[key] = _who(statement, caller)
        return self._named[key]

    def _what(self, index: int, statement: Statement, request: Request) -> Formula:
        """Whether action, resource, condition and all else of a statement are those of the request."""
        key = (index, request.context)
        if key not in self._conditions:
            doubts = [Unknown(f"{statement.label}: {reason}") for reason in statement.unknown]
            held = condition(statement.conditions, request.context, variables=self.policy.has_variables)
            self._conditions[key] = all_of(*doubts, held)
        if self._conditions[key] is False:
            return False
        return all_of(
            self._resource(statement, request),
            _action(statement, request.action),
            self._conditions[key],
        )

    def _resource(self, statement: Statement, request: Request) -> Formula:
        if statement.not_resources is not None:
            return negate(any_of(*(self._covers(each, request) for each in statement.not_resources), False))
        if statement.resources is None:
            return self.semantics.resource_implied
        return any_of(*(self._covers(each, request) for each in statement.resources), False)

    def _covers(self, text: str, request: Request) -> Formula:
        pattern = pattern_of(text, request.context, variables=self.policy.has_variables)
        if pattern is None:
            return False
        outcome = covers(pattern, request.resource)
        if outcome is Match.SOME:
            shown = readable(pattern)
            return Atom("the resource", f"is {shown}", f"is not {shown}", frozenset({State.MATCH}), PRESENT)
        if outcome is Match.UNKNOWN:
            return Unknown(f"whether {readable(text)} is {readable(request.resource)}")
        return outcome is Match.YES


def decide(policy: Policy, request: Request, semantics: Semantics) -> Decision:
    """The answer of `policy` to one request; for many requests keep an `Evaluator`."""
    return Evaluator(policy, semantics).decide(request)


def _open(formulas: dict[str, Formula]) -> dict[str, Formula]:
    return {label: formula for label, formula in formulas.items() if formula is not False}


def _who(statement: Statement, caller: Caller) -> Named:
    """How far a statement means the caller."""
    if statement.not_principals is not None:
        if statement.effect != "Deny":
            return Named(Unknown(f"{statement.label}: NotPrincipal is supported with Deny only"))
        return Named(negate(excepted(statement.not_principals, caller)))
    if statement.principals is None:
        return Named(Unknown(f"{statement.label} has no Principal"))
    return named(statement.principals, caller)


def _may_name_action(statement: Statement, action: str) -> bool:
    """A quick look before the slow ones."""
    return bool(statement.unknown) or _action(statement, action) is not False


def _action(statement: Statement, action: str) -> Formula:
    def name(patterns: tuple[str, ...]) -> bool:
        return any(matches(as_pattern(pattern), action, ignore_case=True) for pattern in patterns)

    if statement.not_actions is not None:
        return not name(statement.not_actions)
    return statement.actions is not None and name(statement.actions)


@dataclass(frozen=True, slots=True)
class _Verdict:
    """What the statements say, weighed as the caller's account and the service demand."""

    request: Request
    semantics: Semantics
    denies: dict[str, Formula]
    direct: dict[str, Formula]
    handed: dict[str, Formula]
    """What is allowed to the caller's account, and so to those whom its IAM policies allow it."""

    def decision(self) -> Decision:
        denied = any_of(*self.denies.values(), False)
        if denied is True:
            return Decision(Answer.DENIED, _true(self.denies), explicit=True)
        alone, with_iam = self.paths()
        allowed = any_of(alone, with_iam)
        result = all_of(allowed, negate(denied), self.elsewhere())
        if result is False:
            return self.refusal(allowed)
        needs_iam = bool(self.request.elsewhere) or (with_iam is not False and allowed != alone)
        labels = self.deciding(needs_iam)
        if result is True:
            return Decision(Answer.ALLOWED, labels, needs_iam=needs_iam)
        labels = tuple(dict.fromkeys([*labels, *self.denies]))
        if reasons := unknowns(result):
            return Decision(Answer.UNKNOWN, labels, conditions=reasons, needs_iam=needs_iam)
        return Decision(Answer.CONDITIONAL, labels, conditions=sentences(result), needs_iam=needs_iam)

    def elsewhere(self) -> Formula:
        """The permission on another resource, which the caller's IAM policies give or leave open."""
        words = self.request.elsewhere
        if not words or self.request.iam:
            return True
        return Atom(
            "an IAM policy", words, words.replace("allows", "does not allow", 1), frozenset({State.MATCH}), PRESENT
        )

    def paths(self) -> tuple[Formula, Formula]:
        """(what the policy allows by itself, what it allows together with the caller's IAM policies)."""
        caller, iam = self.request.caller, self.request.iam
        direct, handed = any_of(*self.direct.values(), False), any_of(*self.handed.values(), False)
        if caller.kind is CallerKind.ROOT:
            # No IAM policy limits a root user; in its own account it may do all that needs no policy's Allow.
            own = caller.account == self.semantics.account and not self.semantics.must_allow
            return any_of(direct, handed, own), False
        if not caller.has_iam and caller.kind is not CallerKind.CANONICAL:
            return direct, False
        if caller.account != self.semantics.account:
            return False, all_of(any_of(direct, handed), iam)  # both accounts must allow it
        return direct, all_of(any_of(handed, not self.semantics.must_allow), iam)

    def deciding(self, needs_iam: bool) -> tuple[str, ...]:
        """Of several statements those that suffice by themselves; else all that take part."""
        handed = self.handed if needs_iam or self.request.caller.kind is CallerKind.ROOT else {}
        sources = [self.direct, self.direct | handed]
        for source in sources:
            if certain := _true(source):
                return certain
        return tuple(dict.fromkeys([*self.direct, *handed]))

    def refusal(self, allowed: Formula) -> Decision:
        """Why not: a Deny that leaves nothing of the Allows, or no Allow."""
        if allowed is not False:
            return Decision(Answer.DENIED, tuple(self.denies), explicit=True)
        granted = tuple(dict.fromkeys([*self.direct, *self.handed]))
        reason = ""
        if granted:
            words = " and ".join(granted)
            reason = f"{words} would allow it together with an IAM policy of the caller's"
        return Decision(Answer.DENIED, reason=reason)


def _true(formulas: dict[str, Formula]) -> tuple[str, ...]:
    return tuple(label for label, formula in formulas.items() if formula is True)
