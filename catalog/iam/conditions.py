"""Evaluate the Condition of a statement: the result is decided, or a formula over the unknown parts of the request.

Source: IAM user guide, "Condition operators" (IfExists, Null), "Single-valued vs. multivalued context keys"
(ForAnyValue, ForAllValues), "Variables and tags" (a variable without a value matches nothing).
"""

from __future__ import annotations

from collections.abc import Iterable

from catalog.iam.context import Context, Some, Value, Within
from catalog.iam.formula import ANY_STATE, PRESENT, Atom, Formula, KeyState, Unknown, all_of, any_of, holding
from catalog.iam.matching import Match, has_symbol, readable
from catalog.iam.operators import OPERATORS, WITH_VARIABLES, WITH_WILDCARDS, Check, Operator, UnreadableValueError
from catalog.iam.policy import Test
from catalog.iam.variables import MultivaluedVariableError, pattern_of

EMPTY_TEXT = "the key is an empty text, and AWS does not say whether its value is null"
QUANTIFIERS = ("ForAnyValue:", "ForAllValues:")
SEVERAL_VALUES = "the key has several values, and AWS documents only ForAnyValue and ForAllValues for such keys"

__all__ = ["Context", "Some", "condition"]


def condition(tests: Iterable[Test], context: Context, *, variables: bool) -> Formula:
    """The formula of a Condition: whether all its tests hold."""
    return all_of(*(_Evaluation(test, context, variables).result() for test in tests))


class _Evaluation:
    """The evaluation of one test: one key under one operator."""

    def __init__(self, test: Test, context: Context, variables: bool) -> None:
        self.test = test
        self.context = context
        self.variables = variables
        value = context.get(test.key)
        self.limits = value if isinstance(value, Within) else None
        self.actual: Value | None = None if self.limits else value
        name = test.operator
        self.quantifier = next((prefix for prefix in QUANTIFIERS if name.startswith(prefix)), "")
        name = name.removeprefix(self.quantifier)
        self.if_exists = name.endswith("IfExists")
        self.base = name.removesuffix("IfExists")

    def result(self) -> Formula:
        if self.base == "Null" and not self.quantifier and not self.if_exists:
            return self.null()
        operator = OPERATORS.get(self.base)
        if operator is None:
            return Unknown(f"unknown condition operator {self.test.operator}")
        if self.quantifier == "ForAllValues:" and isinstance(self.actual, tuple) and not any(self.actual):
            self.actual = ()  # "if the context key value resolves to a null dataset, such as an empty string"
        try:
            patterns = [self.pattern(value) for value in self.test.values]
            checks = operator.checks([pattern for pattern in patterns if pattern is not None])
        except (UnreadableValueError, MultivaluedVariableError) as error:
            return Unknown(f"{self.test.operator} {self.test.key}: {error}")
        if isinstance(self.actual, tuple) and len(self.actual) > 1 and not self.quantifier:
            return Unknown(f"{self.test.operator} {self.test.key}: {SEVERAL_VALUES}")
        if not any(pattern is not None for pattern in patterns):
            return self.without_pattern(operator)
        if self.quantifier and len(checks) > 1:
            return self.of_each_value(checks, operator)
        results = [self.comparison(check, operator) for check in checks]
        return all_of(*results) if operator.negated else any_of(*results)

    def of_each_value(self, checks: list[Check], operator: Operator) -> Formula:
        """The result of a set operator with several comparisons, such as numbers: they are combined for each value."""
        if self.actual == ():
            return self.when_absent(operator)
        if not isinstance(self.actual, tuple) or any(map(has_symbol, self.actual)):
            return Unknown(f"{self.test.operator} {self.test.key} with several values: the key is not known")
        combine = all if operator.negated else any
        held = [combine(self.holds(check, operator, value) for check in checks) for value in self.actual]
        return any(held) if self.quantifier == "ForAnyValue:" else all(held)

    def holds(self, check: Check, operator: Operator, value: str) -> bool:
        """Whether a value, whose comparison is decided, passes the check."""
        if not check.comparable(value):
            return operator.negated
        return (check.holds(value) is Match.YES) != (operator.inverse != check.inverse)

    def pattern(self, value: str) -> str | None:
        """`value` with its variables filled; None if one has no value, so that nothing matches."""
        return pattern_of(
            value,
            self.context,
            variables=self.variables and self.base in WITH_VARIABLES,
            wildcards=self.base in WITH_WILDCARDS,
        )

    def without_pattern(self, operator: Operator) -> Formula:
        """The result if every value of the policy has a variable without a value: it depends on the presence only."""
        present, absent = operator.negated, self.when_absent(operator)
        if self.actual is not None:
            return absent if self.actual == () else present
        return self.by_presence(present, absent)

    def by_presence(self, present: bool, absent: bool) -> Formula:
        """The result if it is the same for every value of the key."""
        states = (PRESENT if present else frozenset()) | ({KeyState.ABSENT} if absent else set())
        return holding(Atom(self.test.key, "is present", "is present", PRESENT), states)

    def null(self) -> Formula:
        """Null true: the key is absent; false: it is present."""
        wanted = {value.lower() for value in self.test.values}
        if len(wanted) != 1 or not wanted <= {"true", "false"}:
            return Unknown(f"Null {self.test.key} must be true or false, got {', '.join(self.test.values)}")
        states = {KeyState.ABSENT} if "true" in wanted else PRESENT
        if isinstance(self.actual, tuple) and self.actual and not any(self.actual):
            return Unknown(f"{self.test.operator} {self.test.key}: {EMPTY_TEXT}")
        if self.actual is not None:
            return (self.actual == ()) == ("true" in wanted)
        return Atom(self.test.key, "is present", "is present", frozenset(states))

    def when_absent(self, operator: Operator) -> bool:
        """The result for a key that the request does not have."""
        if self.quantifier == "ForAllValues:":
            return True  # there is no value that could fail
        if self.quantifier == "ForAnyValue:":
            return False  # there is no value that could match, with IfExists too
        return self.if_exists or operator.negated

    def comparison(self, check: Check, operator: Operator) -> Formula:
        """The result of one comparison, as far as the value of the key is known."""
        wants_other = operator.inverse != check.inverse
        if self.actual == ():
            return self.when_absent(operator)
        if isinstance(self.actual, tuple):
            return self.decided(check, operator, self.actual)
        if isinstance(self.actual, Some) and self.actual.not_in and self.excluded(check):
            return wants_other
        if (always := self.of_all_numbers(check, operator)) is not None:
            return self.by_presence(always, self.when_absent(operator))
        return self.residual(check, wants_other, absent=self.when_absent(operator))

    def of_all_numbers(self, check: Check, operator: Operator) -> bool | None:
        """The result for a number within the limits of the key; None without limits, or if the numbers differ."""
        if self.limits is None:
            return None
        numbers = [str(number) for number in range(self.limits.least, self.limits.most + 1)]
        if not {check.holds(number) for number in numbers} <= {Match.YES, Match.NO}:
            return None
        results = {self.holds(check, operator, number) for number in numbers}
        return results.pop() if len(results) == 1 else None

    def excluded(self, check: Check) -> bool:
        """Whether the policy wants only values that the key cannot have."""
        assert isinstance(self.actual, Some)  # noqa: S101  # for mypy
        plain = [readable(value) for value in self.test.values]
        return self.base in ("StringEquals", "StringNotEquals", "StringEqualsIgnoreCase") and (
            set(plain) <= self.actual.not_in
        )

    def decided(self, check: Check, operator: Operator, values: tuple[str, ...]) -> Formula:
        """The result for known values of the key; a symbol in them or in the wanted values may leave it open."""
        wants_other = operator.inverse != check.inverse
        outcomes = [check.holds(value) for value in values]
        if any(outcome in (Match.UNKNOWN, Match.SOME) for outcome in outcomes):
            if Match.UNKNOWN in outcomes:
                return Unknown(f"whether {self.test.key} {check.match}, which is {readable(', '.join(values))}")
            return self.residual(check, wants_other, absent=False)
        held = [self.holds(check, operator, value) for value in values]
        return any(held) if self.quantifier == "ForAnyValue:" else all(held)

    def residual(self, check: Check, wants_other: bool, *, absent: bool) -> Formula:
        """The test as a condition on the request."""
        match, other = check.match, check.other
        if self.quantifier:
            # "Some value is not a" is the opposite of "all values are a".
            every = (self.quantifier == "ForAllValues:") != wants_other
            words = (
                ("has only values each of which", "has a value that")
                if every
                else ("has a value that", "has no value that")
            )
            match, other = f"{words[0]} {check.match}", f"{words[1]} {check.other if every else check.match}"
        present = isinstance(self.actual, Some | tuple)
        states = {KeyState.OTHER if wants_other else KeyState.MATCH} | ({KeyState.ABSENT} if absent else set())
        atom = Atom(self.test.key, match, other, frozenset({KeyState.MATCH}), PRESENT if present else ANY_STATE)
        return holding(atom, states)
