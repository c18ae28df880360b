"""Decide a request by a resource policy: explicit Deny first, then the named principals, then IAM policies.

Sources: IAM user guide, "Policy evaluation logic", "Determining whether a request is allowed or denied within an
account" and "Cross-account policy evaluation logic"; KMS developer guide, "Key policies in AWS KMS". What is not
evaluated: service and resource control policies, permissions boundaries, session policies, VPC endpoint policies.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from catalog.iam.caller import Caller, CallerKind, PrincipalMatch, excepted, match_principals
from catalog.iam.conditions import condition
from catalog.iam.context import Context
from catalog.iam.formula import PRESENT, Atom, Formula, KeyState, Unknown, all_of, any_of, negate, sentences, unknowns
from catalog.iam.matching import Match, as_pattern, covers_arn, has_symbol, matches, readable
from catalog.iam.policy import Policy, Statement
from catalog.iam.variables import MultivaluedVariableError, pattern_of


class Answer(StrEnum):
    """The answers to a request."""

    ALLOWED = "allowed"
    DENIED = "denied"
    CONDITIONAL = "conditional"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Semantics:
    """How a service evaluates the policies of its resources."""

    account: str
    """The account that the resource belongs to."""
    resource_implied: bool = False
    """Whether a statement without Resource means the resource of the policy."""
    must_allow: bool = False
    """Whether IAM policies of the resource's account count only if the resource policy allows it, as for KMS keys."""


@dataclass(frozen=True, slots=True)
class Request:
    """A request: a caller, an IAM action, a resource, and the context."""

    caller: Caller
    action: str
    resource: str
    """An ARN pattern: `…/*` means all objects of a bucket."""
    context: Context
    iam: bool = False
    """Whether the caller's IAM policies allow the action."""
    refused: str = ""
    """Why the service always refuses this to the caller, independent of policies; empty if it does not."""
    own_account: bool = False
    """Whether the service offers the action only within the account of the resource."""
    assured: bool = False
    """Whether the service always allows this to the caller, independent of policies."""
    beneath: str = ""
    """The resource whose permission is needed too: `the bucket`."""
    elsewhere: str = ""
    """A further permission that an IAM policy of the caller must give: `allows it on the alias`."""


@dataclass(frozen=True, slots=True)
class Decision:
    """The answer and its reasons."""

    answer: Answer
    statements: tuple[str, ...] = ()
    """Sids, or positions, of the statements that decide."""
    explicit: bool = False
    """For a denial: whether a Deny decides it, and not only the lack of an Allow."""
    conditions: tuple[str, ...] = ()
    """For a conditional answer: the conditions, in words. For an unknown answer: the unknown facts. For a denial
    without a Deny: the conditions of any other permission, such as a grant."""
    needs_iam: bool = False
    """Whether an IAM policy of the caller must allow it too."""
    reason: str = ""
    """For a denial without a statement: the reason, if there is one other than the lack of an Allow."""


@dataclass(frozen=True, slots=True)
class _Applying:
    """A statement that matches a caller, or may."""

    index: int
    statement: Statement
    match: PrincipalMatch
    either: Formula


class Evaluator:
    """Decides requests by one policy; it caches results that do not depend on the whole request."""

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
        # Actions that are named by the same statements have the same answer, if the rest of the request is the same.
        naming = self._naming(request.action)
        rest = (request.caller, request.resource, request.context, request.iam, request.own_account)
        key = (naming, *rest, request.elsewhere, request.beneath)
        if key not in self._decisions:
            self._decisions[key] = self._decide(request, naming)
        return self._decisions[key]

    def _decide(self, request: Request, naming: frozenset[int]) -> Decision:
        denies: dict[str, Formula] = {}
        direct: dict[str, Formula] = {}
        delegated: dict[str, Formula] = {}
        for applying in self._applying_to(request.caller):
            applies = self._applies(applying, request) if applying.index in naming else False
            if applies is False:
                continue
            label, effect = applying.statement.label, applying.statement.effect
            if effect != "Allow":
                _add(denies, label, all_of(applying.either, applies))
            if effect != "Deny":
                _add(direct, label, all_of(applying.match.itself, applies))
                _add(delegated, label, all_of(applying.match.account, applies))
        return _Weighing(request, self.semantics, denies, direct, delegated).decision()

    def _applying_to(self, caller: Caller) -> tuple[_Applying, ...]:
        """The statements whose principals match the caller, or may."""
        if caller not in self._applying:
            matches = [_principal_match(statement, caller) for statement in self.policy.statements]
            self._applying[caller] = tuple(
                _Applying(index, statement, match, either)
                for index, (statement, match) in enumerate(zip(self.policy.statements, matches, strict=True))
                if (either := match.either) is not False
            )
        return self._applying[caller]

    def _naming(self, action: str) -> frozenset[int]:
        """The statements that name an action."""
        if action not in self._names:
            self._names[action] = frozenset(
                index for index, statement in enumerate(self.policy.statements) if _names_action(statement, action)
            )
        return self._names[action]

    def _applies(self, applying: _Applying, request: Request) -> Formula:
        """Whether the resource and the condition of a statement that names the action match the request."""
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
            return True  # they exclude each other, as actions do; `parse_statement` reports it
        if statement.not_resources is not None:
            return negate(any_of(*(self._covers(resource, request) for resource in statement.not_resources), False))
        if statement.resources is None:
            return self.semantics.resource_implied
        return any_of(*(self._covers(resource, request) for resource in statement.resources), False)

    def _covers(self, text: str, request: Request) -> Formula:
        try:
            pattern = pattern_of(text, request.context, variables=self.policy.has_variables)
        except MultivaluedVariableError as error:
            return Unknown(f"whether {readable(text)} is {readable(request.resource)}: {error}")
        if pattern is None:
            return False
        outcome = covers_arn(pattern, request.resource)
        if outcome is Match.SOME:
            shown = readable(pattern)
            return Atom("the resource", f"is {shown}", f"is not {shown}", frozenset({KeyState.MATCH}), PRESENT)
        if outcome is Match.UNKNOWN:
            return Unknown(f"whether {readable(text)} is {readable(request.resource)}")
        return outcome is Match.YES


def decide(policy: Policy, request: Request, semantics: Semantics) -> Decision:
    """The decision of `policy` about one request; for many requests, keep an `Evaluator`."""
    return Evaluator(policy, semantics).decide(request)


def _add(formulas: dict[str, Formula], label: str, formula: Formula) -> None:
    """Add the formula of a statement, unless it is False; statements with the same label count as one."""
    if formula is not False:
        formulas[label] = any_of(formulas.get(label, False), formula)


def _principal_match(statement: Statement, caller: Caller) -> PrincipalMatch:
    """Whether the principals of a statement match the caller."""
    if statement.principals is not None and statement.not_principals is not None:
        return PrincipalMatch(Unknown(f"{statement.label} has Principal and NotPrincipal"))
    if statement.not_principals is not None:
        if statement.effect != "Deny":
            return PrincipalMatch(Unknown(f"{statement.label}: NotPrincipal is supported with Deny only"))
        return PrincipalMatch(negate(excepted(statement.not_principals, caller)))
    if statement.principals is None:
        return PrincipalMatch(Unknown(f"{statement.label} has no Principal"))
    return match_principals(statement.principals, caller)


def _names_action(statement: Statement, action: str) -> bool:
    """Whether Action names the action, or NotAction does not; a statement with neither has no effect."""
    if statement.actions is not None and statement.not_actions is not None:
        return True  # they exclude each other; `parse_statement` reports it
    named = statement.not_actions if statement.not_actions is not None else statement.actions or ()
    if any(map(has_symbol, named)):
        return True  # the actions are not readable; `parse_statement` reports it
    matched = any(matches(as_pattern(pattern), action, ignore_case=True) for pattern in named)
    return matched != (statement.not_actions is not None)


@dataclass(frozen=True, slots=True)
class _Weighing:
    """Weighs the statements that apply, by the rules for the caller's account and for the service."""

    request: Request
    semantics: Semantics
    denies: dict[str, Formula]
    direct: dict[str, Formula]
    delegated: dict[str, Formula]
    """Statements that allow it to the caller's account, which delegates the decision to its IAM policies."""

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
        """The further permission on another resource: an open condition, unless the caller's IAM policies give it."""
        words = self.request.elsewhere
        if not words or self.request.iam:
            return True
        return Atom(
            "an IAM policy", words, words.replace("allows", "does not allow", 1), frozenset({KeyState.MATCH}), PRESENT
        )

    def beneath(self) -> Formula:
        """The permission of the underlying resource, whose own policies are not evaluated."""
        subject = self.request.beneath
        return (
            Atom(subject, "allows it too", "does not allow it", frozenset({KeyState.MATCH}), PRESENT)
            if subject
            else True
        )

    def paths(self) -> tuple[Formula, Formula]:
        """(whether the policy alone allows it, whether it does together with the caller's IAM policies)."""
        caller, iam = self.request.caller, self.request.iam
        direct, delegated = any_of(*self.direct.values(), False), any_of(*self.delegated.values(), False)
        if caller.kind is CallerKind.ROOT:
            # IAM policies do not limit a root user. In its own account, it may do anything that needs no Allow.
            owner = caller.account == self.semantics.account and not self.semantics.must_allow
            return any_of(direct, delegated, owner), False
        if not caller.has_iam and caller.kind is not CallerKind.CANONICAL:
            return direct, False
        own = direct, all_of(any_of(delegated, not self.semantics.must_allow), iam)
        both = all_of(any_of(direct, delegated), iam, not self.request.own_account)
        if caller.account == self.semantics.account:
            return own
        if not has_symbol(caller.account):
            return False, both  # both accounts must allow it
        if any_of(*own) == both:
            return False, both
        doubt = Unknown(f"whether {readable(caller.name)} is in account {self.semantics.account}")
        return all_of(own[0], doubt), all_of(any_of(own[1], both), doubt)

    def deciding(self, needs_iam: bool) -> tuple[str, ...]:
        """The statements that are enough alone; without any, all statements that contribute."""
        delegated = self.delegated if needs_iam or self.request.caller.kind is CallerKind.ROOT else {}
        sources = [self.direct, self.direct | delegated]
        for source in sources:
            if certain := _true(source):
                return certain
        return tuple(dict.fromkeys([*self.direct, *delegated]))

    def refusal(self, allowed: Formula, left: Formula) -> Decision:
        """The denial: by a Deny, or by the lack of an Allow; then `left` is the case that no Deny forbids."""
        if allowed is not False:
            return Decision(Answer.DENIED, tuple(self.denies), explicit=True)
        granted = tuple(dict.fromkeys([*self.direct, *self.delegated]))
        reason = ""
        if granted:
            words = " and ".join(granted)
            reason = f"{words} would allow it together with an IAM policy of the caller"
        return Decision(Answer.DENIED, tuple(self.denies), conditions=sentences(left), reason=reason)


def _true(formulas: dict[str, Formula]) -> tuple[str, ...]:
    return tuple(label for label, formula in formulas.items() if formula is True)
