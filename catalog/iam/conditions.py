"""The Condition of a statement against what is known of a request: decided, or what remains of it.

Source: IAM user guide, "Condition operators" (IfExists, Null), "Multivalued context keys" (ForAnyValue, ForAllValues).
"""

from __future__ import annotations

from collections.abc import Iterable

from catalog.iam.context import Context, Some, Value
from catalog.iam.formula import ANY_STATE, PRESENT, Atom, Formula, KeyState, Unknown, all_of, any_of, holding
from catalog.iam.matching import Match, readable
from catalog.iam.operators import OPERATORS, WITH_WILDCARDS, Check, Operator, UnreadableValueError
from catalog.iam.policy import Test
from catalog.iam.variables import pattern_of

QUANTIFIERS = ("ForAnyValue:", "ForAllValues:")

__all__ = ["Context", "Some", "condition"]


def condition(tests: Iterable[Test], context: Context, *, variables: bool) -> Formula:
    """Whether all tests of a Condition hold."""
    return all_of(*(_Evaluation(test, context, variables).result() for test in tests))


class _Evaluation:
    """One key under one operator."""

    def __init__(self, test: Test, context: Context, variables: bool) -> None:
        self.test = test
        self.context = context
        self.variables = variables
        self.known: Value | None = context.get(test.key)
        name = test.operator
        self.quantifier = next((each for each in QUANTIFIERS if name.startswith(each)), "")
        name = name.removeprefix(self.quantifier)
        self.if_exists = name.endswith("IfExists")
        self.base = name.removesuffix("IfExists")

    def result(self) -> Formula:
        if self.base == "Null" and not self.quantifier and not self.if_exists:
            return self.null()
        operator = OPERATORS.get(self.base)
        if operator is None:
            return Unknown(f"condition operator {self.test.operator} is not known")
        patterns = [self.pattern(value) for value in self.test.values]
        try:
            checks = operator.checks([pattern for pattern in patterns if pattern is not None])
        except UnreadableValueError as error:
            return Unknown(f"{self.test.operator} {self.test.key}: {error}")
        if not any(pattern is not None for pattern in patterns):
            checks = []  # a variable without a value: the policy wants what no request has
        results = [self.one(check, operator) for check in checks]
        if operator.negated:
            return all_of(*results)
        return any_of(*results, self.when_absent(operator) if not results else False)

    def pattern(self, value: str) -> str | None:
        return pattern_of(value, self.context, variables=self.variables, wildcards=self.base in WITH_WILDCARDS)

    def null(self) -> Formula:
        """Null true: the key is absent; false: it is present."""
        wanted = {value.lower() for value in self.test.values}
        if len(wanted) != 1 or not wanted <= {"true", "false"}:
            return Unknown(f"Null {self.test.key} must be true or false, got {', '.join(self.test.values)}")
        states = {KeyState.ABSENT} if "true" in wanted else PRESENT
        if self.known is not None:
            return (self.known == ()) == ("true" in wanted)
        return Atom(self.test.key, "is present", "is present", frozenset(states))

    def when_absent(self, operator: Operator) -> Formula:
        """What a key that the request does not have amounts to."""
        if self.quantifier == "ForAllValues:":
            return True  # of no values all are right
        if self.quantifier == "ForAnyValue:":
            return self.if_exists
        return self.if_exists or operator.negated

    def one(self, check: Check, operator: Operator) -> Formula:
        """One comparison against what is known of the key."""
        wants_other = operator.inverse != check.inverse
        if self.known == ():
            return self.when_absent(operator)
        if isinstance(self.known, tuple):
            return self.decided(check, wants_other, self.known)
        if isinstance(self.known, Some) and self.known.not_in and self.excluded(check):
            return wants_other
        return self.residual(check, wants_other, absent=bool(self.when_absent(operator)))

    def excluded(self, check: Check) -> bool:
        """Whether the policy wants nothing but values that the key is known not to have."""
        assert isinstance(self.known, Some)  # noqa: S101  # for mypy
        plain = [readable(value) for value in self.test.values]
        return self.base in ("StringEquals", "StringNotEquals", "StringEqualsIgnoreCase") and (
            set(plain) <= self.known.not_in
        )

    def decided(self, check: Check, wants_other: bool, values: tuple[str, ...]) -> Formula:
        """By the values of the request; a symbol in them, or in what is wanted, may leave it open."""
        outcomes = [check.holds(value) for value in values]
        if any(outcome in (Match.UNKNOWN, Match.SOME) for outcome in outcomes):
            if Match.UNKNOWN in outcomes:
                return Unknown(f"whether {self.test.key} {check.match}, which is {readable(', '.join(values))}")
            return self.residual(check, wants_other, absent=False)
        held = [(outcome is Match.YES) != wants_other for outcome in outcomes]
        if self.quantifier == "ForAllValues:":
            return all(held)
        if self.quantifier == "ForAnyValue:" or not wants_other:
            return any(held)
        return all(held)

    def residual(self, check: Check, wants_other: bool, *, absent: bool) -> Formula:
        """What the request must still say."""
        match, other = check.match, check.other
        if self.quantifier:
            # "Some value is not a" is the opposite of "all values are a".
            every = (self.quantifier == "ForAllValues:") != wants_other
            words = (
                ("has only values of which each", "has a value that")
                if every
                else ("has a value that", "has no value that")
            )
            match, other = f"{words[0]} {check.match}", f"{words[1]} {check.other if every else check.match}"
        present = isinstance(self.known, Some | tuple)
        states = {KeyState.OTHER if wants_other else KeyState.MATCH} | ({KeyState.ABSENT} if absent else set())
        atom = Atom(self.test.key, match, other, frozenset({KeyState.MATCH}), PRESENT if present else ANY_STATE)
        return holding(atom, states)
