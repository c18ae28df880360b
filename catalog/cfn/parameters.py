"""Resolve and check parameters: from the given values to the values that functions see, with every problem at once.

CloudFormation stops at the first problem; people want to see all. So `resolve_parameters` returns a `ParameterProblem`
for each, and `Parameters.error` is the message that CloudFormation would have returned.
Source of the rules: CloudFormation user guide, "Parameters section structure"; of the messages: docs/messages.md.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from catalog.cfn.parameter_types import NUMBER, ParameterType, check_declaration
from catalog.cfn.patterns import matches
from catalog.cfn.template import ParameterValues, Template, TemplateError, is_list, section, text_of

MAXIMUM_BYTES = 4096  # of one value: CloudFormation quotas, "Parameter values"
HIDDEN = "****"

UNKNOWN = "a parameter of the template"
MISSING = "a value, as the template has no default"
UNFETCHED = "the name of an SSM parameter that exists"


@dataclass(frozen=True, slots=True)
class ParameterProblem:
    """A problem with the value of a parameter."""

    name: str
    value: str
    """The value, or the wrong member of a list; "****" for NoEcho, "" for a missing value or an unknown name."""
    limit: str
    """The accepted values, in words."""
    message: str
    """CloudFormation's message for this parameter."""


@dataclass(frozen=True, slots=True)
class Parameters:
    """The result. `values` also has the refused values, so that Rules can be evaluated together with other problems."""

    values: ParameterValues
    problems: tuple[ParameterProblem, ...] = ()

    @property
    def error(self) -> str:
        """The message of CloudFormation's ValidationError: unknown names, else missing ones, else the first problem."""
        for limit, words in ((UNKNOWN, "do not exist in the template"), (MISSING, "must have values")):
            names = [problem.name for problem in self.problems if problem.limit == limit]
            if names:
                return f"Parameters: [{', '.join(names)}] {words}"
        return self.problems[0].message if self.problems else ""


def resolve_parameters(
    template: Template,
    given: Mapping[str, str],
    *,
    previous: Mapping[str, str] | None = None,
    ssm: Mapping[str, str] | None = None,
    unknown_ssm: Callable[[str, bool], str | tuple[str, ...]] | None = None,
) -> Parameters:
    """Resolve every parameter of `template` and check it.

    A value comes from `given`, else from `previous` (the raw values that an update keeps with UsePreviousValue; names
    that the template no longer has are ignored), else from the default. `ssm` has the known SSM parameters, by name:
    for SSM types, the constraints apply to the name, and `Ref` returns the value that is stored under it. `unknown_ssm`
    returns a placeholder for other SSM parameters, from the name and whether the type is a list; it is not checked.
    Raises `TemplateError` if the Parameters section itself is malformed.
    """
    declared = section(template, "Parameters")
    values: dict[str, str | tuple[str, ...]] = {}
    problems = [
        ParameterProblem(name, "", UNKNOWN, f"Parameters: [{name}] do not exist in the template")
        for name in given
        if name not in declared
    ]
    sources = {**(previous or {}), **given}
    for name, definition in declared.items():
        parameter = _Parameter.parse(name, definition)
        value = sources.get(name, parameter.default)
        if value is None:
            problems.append(ParameterProblem(name, "", MISSING, f"Parameters: [{name}] must have values"))
            continue
        problems.extend(dict.fromkeys(parameter.problems(value)))
        stored = (ssm or {}).get(value) if parameter.type.from_ssm else value
        if stored is None:
            if unknown_ssm:
                values[name] = unknown_ssm(value, parameter.type.is_list)
            else:
                problems.append(parameter.unknown_in_ssm(value))
            continue
        if parameter.type.from_ssm:
            problems.extend(dict.fromkeys(parameter.stored_problems(stored)))
        values[name] = parameter.type.split(stored) if parameter.type.is_list else stored
    return Parameters(values, tuple(problems))


def check_parameters(template: Template) -> None:
    """Raise `TemplateError` for a parameter that CloudFormation refuses whatever its value is."""
    for name, definition in section(template, "Parameters").items():
        _Parameter.parse(name, definition).check()


def is_secret(definition: Any) -> bool:
    """Whether a parameter has NoEcho: its value must not be shown."""
    return isinstance(definition, Mapping) and (text_of(definition.get("NoEcho")) or "").lower() == "true"


@dataclass(frozen=True, slots=True)
class _Parameter:
    """A parsed definition."""

    name: str
    definition: Mapping[str, Any]
    type: ParameterType
    default: str | None

    @classmethod
    def parse(cls, name: str, definition: Any) -> _Parameter:
        type_ = check_declaration(definition)
        default = text_of(definition.get("Default"))
        if default is None and "Default" in definition:
            raise TemplateError("Template format error: Every Default member must be a string.")
        return cls(name, definition, type_, default)

    def check(self) -> None:
        """Raise `TemplateError` for a constraint that is no list, text or number."""
        self._texts("AllowedValues")
        if not isinstance(self.definition.get("AllowedPattern", ""), str):
            raise TemplateError("Template format error: Every AllowedPattern member must be a string.")
        for name in ("MinLength", "MaxLength", "MinValue", "MaxValue"):
            self._number(name)

    def problems(self, value: str) -> Iterator[ParameterProblem]:
        """The problems with `value`. A member with a wrong form is not checked against the other constraints."""
        if len(value.encode("utf-8", "surrogatepass")) > MAXIMUM_BYTES:
            yield self._problem(value, f"at most {MAXIMUM_BYTES} bytes", f"must be at most {MAXIMUM_BYTES} bytes")
        # An SSM name is one string, independent of the type of its value.
        members = (value,) if self.type.from_ssm else self.type.split(value)
        form = None if self.type.from_ssm else self.type.form()
        for member in members:
            if form is None or form.fullmatch(member):
                yield from self._constraints(member)
            elif self.type.member == "Number":
                yield self._problem(member, "a number", "must be a number.")
            else:
                yield self._nonexistent(member)

    def stored_problems(self, stored: str) -> Iterator[ParameterProblem]:
        """The problems with the value of an SSM parameter: for AWS-specific types, it must be such an id or name."""
        form = self.type.form()
        for member in self.type.split(stored):
            if form is not None and not form.fullmatch(member):
                yield self._nonexistent(member)

    def _constraints(self, value: str) -> Iterator[ParameterProblem]:
        allowed = self._texts("AllowedValues")
        if allowed is not None and value not in allowed:
            yield self._problem(value, f"one of {', '.join(map(repr, allowed))}", "must be one of AllowedValues")
        pattern = self.definition.get("AllowedPattern")
        if pattern is not None and not self._matches(pattern, value):
            yield self._problem(value, f"pattern {pattern}", f"must match pattern {pattern}")
        if self.type.member == "Number":
            yield from self._bounds(value, Decimal(value))
        elif not self.type.is_list:  # Min/MaxLength are for strings; CloudFormation does not apply them to lists
            yield from self._lengths(value)

    def _bounds(self, value: str, number: Decimal) -> Iterator[ParameterProblem]:
        minimum, maximum = self._number("MinValue"), self._number("MaxValue")
        if minimum is not None and number < minimum:
            yield self._problem(value, f"{minimum} or more", f"must be a number not less than {minimum}")
        if maximum is not None and number > maximum:
            yield self._problem(value, f"{maximum} or less", f"must be a number not greater than {maximum}")

    def _lengths(self, value: str) -> Iterator[ParameterProblem]:
        length = len(value.encode("utf-16-le", "surrogatepass")) // 2  # Java counts UTF-16 units
        minimum, maximum = self._number("MinLength"), self._number("MaxLength")
        if minimum is not None and length < minimum:
            yield self._problem(value, f"at least {minimum} characters", f"must contain at least {minimum} characters")
        if maximum is not None and length > maximum:
            yield self._problem(value, f"at most {maximum} characters", f"must contain at most {maximum} characters")

    def _problem(self, value: str, limit: str, fault: str) -> ParameterProblem:
        description = self.definition.get("ConstraintDescription")
        if description is None:
            message = f"Parameter '{self.name}' {fault}"
        else:
            message = f"Parameter {self.name} failed to satisfy constraint: {description}"
        return ParameterProblem(self.name, self._shown(value), limit, message)

    def _nonexistent(self, value: str) -> ParameterProblem:
        shown = self._shown(value)
        message = f"Parameter validation failed: parameter value {shown} for parameter name {self.name} does not exist"
        return ParameterProblem(self.name, shown, f"an existing {self.type.member}", message)

    def unknown_in_ssm(self, value: str) -> ParameterProblem:
        """The problem with the name of an SSM parameter that does not exist."""
        shown = self._shown(value)
        message = f"Unable to fetch parameters [{shown}] from parameter store for this account."
        return ParameterProblem(self.name, shown, UNFETCHED, message)

    def _shown(self, value: str) -> str:
        return HIDDEN if is_secret(self.definition) else value

    def _matches(self, pattern: Any, member: str) -> bool:
        if not isinstance(pattern, str):
            raise TemplateError("Template format error: Every AllowedPattern member must be a string.")
        try:
            return matches(pattern, member)
        except TemplateError as error:
            raise TemplateError(f"Parameter '{self.name}' {error}") from error

    def _texts(self, attribute: str) -> tuple[str, ...] | None:
        values = self.definition.get(attribute)
        if values is None:
            return None
        texts = [text_of(value) for value in values] if is_list(values) else [None]
        if None in texts:
            raise TemplateError(f"Template format error: Every {attribute} member must be a list.")
        return tuple(text for text in texts if text is not None)

    def _number(self, attribute: str) -> Decimal | None:
        value = self.definition.get(attribute)
        if value is None:
            return None
        text = text_of(value) or ""
        if not NUMBER.fullmatch(text):
            raise TemplateError(f"Template format error: Every {attribute} member must be a number.")
        return Decimal(text)
