"""One request against one resource policy: explicit Deny first, then who is named, then whose IAM policies count.

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
from catalog.iam.formula import PRESENT, Atom, Formula, KeyState, Unknown, all_of, any_of, negate, sentences, unknowns
from catalog.iam.matching import Match, as_pattern, covers, has_symbol, matches, readable
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
    """An ARN as a pattern: `…/*` means all objects of a bucket."""
    context: Context
    iam: bool = False
    """Whether the caller's IAM policies allow the action."""
    refused: str = ""
    """Why the service never does this for this caller, whatever a policy says."""
    own_account: bool = False
    """Whether the service offers the action within the account of the resource only."""
    assured: bool = False
    """Whether the service does this for this caller, whatever a policy says."""
    beneath: str = ""
    """What must allow it too, whatever this policy says: `the bucket`."""
    elsewhere: str = ""
    """What an IAM policy of the caller's must allow beside: `allows it on the alias`."""


@dataclass(frozen=True, slots=True)
class Decision:
    """The answer and its reasons."""

    answer: Answer
    statements: tuple[str, ...] = ()
    """Sids, or places, of the statements that decide."""
    explicit: bool = False
    """Of a denial: that a Deny says so, and not that nothing allows it."""
    conditions: tuple[str, ...] = ()
    """Of a conditional answer: what must hold, in words. Of an unknown one: what is not known. Of a denial that no
    Deny decides: what must hold for any other way in, such as a grant."""
    needs_iam: bool = False
    """Whether an IAM policy of the caller's must allow it too."""
    reason: str = ""
    """Of a denial without a statement: why, where there is more to say than that nothing allows it."""


@dataclass(frozen=True, slots=True)
class _Applying:
    """A statement that means a caller, and how far."""

    index: int
    statement: Statement
    who: Named
    either: Formula


class Evaluator:
    """Decides requests against one policy; remembers what does not depend on the whole request."""

    def __init__(self, policy: Policy, semantics: Semantics) -> None:
        self.policy = policy
        self.semantics = semantics
        self._applying: dict[Caller, tuple[_Applying, ...]] = {}
        self._names: dict[str, frozenset[int]] = {}
        self._conditions: dict[tuple[int, Context], Formula] = {}
        self._decisions: dict[tuple[object, ...], Decision] = {}

    def decide(self, request: Request) -> Decision:
        """The answer to `request`."""
        if request.refused:
            return Decision(Answer.DENIED, reason=request.refused)
        if request.assured:
            return Decision(Answer.ALLOWED)
        # Actions that the same statements name are alike: what is left of a request is what the answer depends on.
        naming = self._naming(request.action)
        given = (request.caller, request.resource, request.context, request.iam, request.own_account)
        key = (naming, *given, request.elsewhere, request.beneath)
        if key not in self._decisions:
            self._decisions[key] = self._decide(request, naming)
        return self._decisions[key]

    def _decide(self, request: Request, naming: frozenset[int]) -> Decision:
        denies: dict[str, Formula] = {}
        direct: dict[str, Formula] = {}
        handed: dict[str, Formula] = {}
        for each in self._meaning(request.caller):
            what = self._what(each, request) if each.index in naming else False
            if what is False:
                continue
            label, effect = each.statement.label, each.statement.effect
            if effect != "Allow":
                _add(denies, label, all_of(each.either, what))
            if effect != "Deny":
                _add(direct, label, all_of(each.who.itself, what))
                _add(handed, label, all_of(each.who.account, what))
        return _Verdict(request, self.semantics, denies, direct, handed).decision()

    def _meaning(self, caller: Caller) -> tuple[_Applying, ...]:
        """The statements that mean a caller, or may."""
        if caller not in self._applying:
            known = [(index, each, _who(each, caller)) for index, each in enumerate(self.policy.statements)]
            self._applying[caller] = tuple(
                _Applying(index, statement, who, either)
                for index, statement, who in known
                if (either := who.either) is not False
            )
        return self._applying[caller]

    def _naming(self, action: str) -> frozenset[int]:
        """The statements that name an action."""
        if action not in self._names:
            self._names[action] = frozenset(
                index for index, statement in enumerate(self.policy.statements) if _names_action(statement, action)
            )
        return self._names[action]

    def _what(self, applying: _Applying, request: Request) -> Formula:
        """Whether resource, condition and all else of a statement that names the action are those of the request."""
        key = (applying.index, request.context)
        statement = applying.statement
        if key not in self._conditions:
            doubts = [Unknown(f"{statement.label}: {reason}") for reason in statement.unknown]
            held = condition(statement.conditions, request.context, variables=self.policy.has_variables)
            self._conditions[key] = all_of(*doubts, held)
        if self._conditions[key] is False:
            return False
        return all_of(self._resource(statement, request), self._conditions[key])

    def _resource(self, statement: Statement, request: Request) -> Formula:
        if statement.resources is not None and statement.not_resources is not None:
            return True  # as with actions
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
            return Atom("the resource", f"is {shown}", f"is not {shown}", frozenset({KeyState.MATCH}), PRESENT)
        if outcome is Match.UNKNOWN:
            return Unknown(f"whether {readable(text)} is {readable(request.resource)}")
        return outcome is Match.YES


def decide(policy: Policy, request: Request, semantics: Semantics) -> Decision:
    """The answer of `policy` to one request; for many requests keep an `Evaluator`."""
    return Evaluator(policy, semantics).decide(request)


def _add(formulas: dict[str, Formula], label: str, formula: Formula) -> None:
    """Keep what is not excluded; statements of the same name count as one."""
    if formula is not False:
        formulas[label] = any_of(formulas.get(label, False), formula)


def _who(statement: Statement, caller: Caller) -> Named:
    """How far a statement means the caller."""
    if statement.principals is not None and statement.not_principals is not None:
        return Named(Unknown(f"{statement.label} has Principal and NotPrincipal"))
    if statement.not_principals is not None:
        if statement.effect != "Deny":
            return Named(Unknown(f"{statement.label}: NotPrincipal is supported with Deny only"))
        return Named(negate(excepted(statement.not_principals, caller)))
    if statement.principals is None:
        return Named(Unknown(f"{statement.label} has no Principal"))
    return named(statement.principals, caller)


def _names_action(statement: Statement, action: str) -> bool:
    """Whether Action names it or NotAction does not; a statement with neither has no effect."""
    if statement.actions is not None and statement.not_actions is not None:
        return True  # they exclude each other; the unreadable statement is reported elsewhere
    named = statement.not_actions if statement.not_actions is not None else statement.actions or ()
    if any(map(has_symbol, named)):
        return True  # so is this
    matched = any(matches(as_pattern(pattern), action, ignore_case=True) for pattern in named)
    return matched != (statement.not_actions is not None)


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
        result = all_of(allowed, negate(denied), self.elsewhere(), self.beneath())
        if result is False:
            return self.refusal(allowed, negate(denied))
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
            "an IAM policy", words, words.replace("allows", "does not allow", 1), frozenset({KeyState.MATCH}), PRESENT
        )

    def beneath(self) -> Formula:
        """The permission of what is below the resource; its own policies are not evaluated."""
        subject = self.request.beneath
        return (
            Atom(subject, "allows it too", "does not allow it", frozenset({KeyState.MATCH}), PRESENT)
            if subject
            else True
        )

    def paths(self) -> tuple[Formula, Formula]:
        """(what the policy allows by itself, what it allows together with the caller's IAM policies)."""
        caller, iam = self.request.caller, self.request.iam
        direct, handed = any_of(*self.direct.values(), False), any_of(*self.handed.values(), False)
        if caller.kind is CallerKind.ROOT:
            # No IAM policy limits a root user; in its own account it may do all that needs no policy's Allow.
            owner = caller.account == self.semantics.account and not self.semantics.must_allow
            return any_of(direct, handed, owner), False
        if not caller.has_iam and caller.kind is not CallerKind.CANONICAL:
            return direct, False
        own = direct, all_of(any_of(handed, not self.semantics.must_allow), iam)
        both = all_of(any_of(direct, handed), iam, not self.request.own_account)
        if caller.account == self.semantics.account:
            return own
        if not has_symbol(caller.account):
            return False, both  # each of the two accounts must allow it
        if any_of(*own) == both:
            return False, both
        doubt = Unknown(f"whether {readable(caller.name)} is in account {self.semantics.account}")
        return all_of(own[0], doubt), all_of(any_of(own[1], both), doubt)

    def deciding(self, needs_iam: bool) -> tuple[str, ...]:
        """Of several statements those that suffice by themselves; else all that take part."""
        handed = self.handed if needs_iam or self.request.caller.kind is CallerKind.ROOT else {}
        sources = [self.direct, self.direct | handed]
        for source in sources:
            if certain := _true(source):
                return certain
        return tuple(dict.fromkeys([*self.direct, *handed]))

    def refusal(self, allowed: Formula, left: Formula) -> Decision:
        """Why not: a Deny that leaves nothing of the Allows, or no Allow; then `left` is what no Deny forbids."""
        if allowed is not False:
            return Decision(Answer.DENIED, tuple(self.denies), explicit=True)
        granted = tuple(dict.fromkeys([*self.direct, *self.handed]))
        reason = ""
        if granted:
            words = " and ".join(granted)
            reason = f"{words} would allow it together with an IAM policy of the caller's"
        return Decision(Answer.DENIED, tuple(self.denies), conditions=sentences(left), reason=reason)


def _true(formulas: dict[str, Formula]) -> tuple[str, ...]:
    return tuple(label for label, formula in formulas.items() if formula is True)
