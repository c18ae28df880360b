"""Possible launches of a template: the parameter values that its constraints and Rules allow.

A control about production must not match text, because a Rule, the bounds of a parameter or a literal can all enforce
a value. So the values of the parameters that matter are enumerated, `catalog.cfn` decides which combinations the Rules
allow, and the control looks at those. If a parameter has no finite set of values, a placeholder stands for "any other
value". What cannot be decided counts as possible. So a control may report too much, but it misses nothing.
"""

from __future__ import annotations

import itertools
import json
import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import Decimal, InvalidOperation
from typing import Any

from catalog.cfn import Pseudo, Solver, TemplateError, evaluate_conditions, resolve_parameters
from catalog.cfn.intrinsics import CORE_FUNCTIONS, Scope, evaluate
from catalog.cfn.names import names_in
from catalog.cfn.pseudo import NO_VALUE
from catalog.cfn.template import text_of
from catalog.check.controls._control import section

Value = str | tuple[str, ...]
Values = Mapping[str, Value]

ACCOUNT = "111122223333"
EXAMPLE_PSEUDO = Pseudo(ACCOUNT, "us-east-1", stack_name="stack", stack_id="stack")
"""The account and Region of the tried launches. The controls depend on parameters, not on these."""

MOST_LAUNCHES = 1024
MOST_TRIED = 4000
"""Limit on the combinations that one search tries, see `Solver`."""
MOST_NUMBERS = 64
MOST = Decimal(10) ** 15
UNKNOWN: Any = object()
"""A value that cannot be evaluated without resources, exports or a well-formed template."""

PRODUCTION = ("prod", "production", "prd")
ENVIRONMENT = ("environment", "env", "stage", "environmentname", "environmenttype", "envname", "envtype")
"""Usual names, in lower case, of the parameter that says what a launch is for. Without a production value it does not
count."""


class TooManyLaunchesError(ValueError):
    """There are too many combinations to try them all."""


def production(template: Mapping[str, Any]) -> tuple[str, tuple[str, ...]] | None:
    """(environment parameter, its values that mean production); None when the template has no such parameter.

    It is the first parameter with a production value among its AllowedValues. Otherwise it is one with a usual name
    that accepts such a value.
    """
    by_name = None
    for name, definition in section(template, "Parameters"):
        allowed = definition.get("AllowedValues")
        if isinstance(allowed, list):
            values = tuple(text for text in map(text_of, allowed) if text and text.lower() in PRODUCTION)
            if values:
                return name, values
        elif by_name is None and name.lower() in ENVIRONMENT and definition.get("Type") == "String":
            values = tuple(value for value in PRODUCTION if accepts(name, definition, value))
            by_name = (name, values) if values else None
    return by_name


def launches(
    template: Mapping[str, Any], node: Any, fixed: Mapping[str, Sequence[Value]]
) -> Iterator[dict[str, Value]]:
    """The values of every parameter, for each launch that the Rules allow and that can make a difference to `node`.

    `fixed` restricts parameters to the values of interest. Raises `TooManyLaunchesError`.
    """
    parameters = dict(section(template, "Parameters"))
    literals = tuple(dict.fromkeys(texts_in([template.get("Rules"), template.get("Conditions")])))
    choices: dict[str, Sequence[Value]] = {
        name: fixed[name] if name in fixed else candidates(name, parameters[name], literals)
        for name in sorted({*fixed, *reached(template, node)} & parameters.keys())
    }
    if math.prod(map(len, choices.values())) > MOST_LAUNCHES:
        raise TooManyLaunchesError(", ".join(choices))
    others = {name: candidates(name, definition, ())[0] for name, definition in parameters.items()}
    possible = Possible(template)
    for chosen in itertools.product(*choices.values()):
        values = dict(zip(choices, chosen, strict=True))
        if possible.launch(*asserted(values, choices)):
            yield {**others, **values}


class Possible:
    """Decides whether the Rules of a template allow a launch."""

    def __init__(self, template: Mapping[str, Any]) -> None:
        parts = {name: dict(section(template, name)) for name in ("Parameters", "Rules")}
        plain = json.loads(json.dumps(parts, default=str))  # all keys text, as the search wants it
        self.rules = plain["Rules"]
        try:
            self.solver: Solver | None = Solver(plain, bound=MOST_TRIED)
        except TemplateError:
            self.solver = None

    def launch(self, *assertions: Mapping[str, Any]) -> bool:
        """Whether a launch can satisfy the Rules and these rule functions; True when that cannot be decided."""
        if self.solver is None or not assertions:
            return True
        extra_rule = {"Asked": {"Assertions": [{"Assert": assertion} for assertion in assertions]}}
        try:
            return not self.solver.search(self.rules, extra_rule).impossible
        except TemplateError:
            return True


def asserted(values: Mapping[str, Value], choices: Mapping[str, Sequence[Value]]) -> Iterator[dict[str, Any]]:
    """The rule functions that parameters have these values; of a placeholder that it is none of the other choices."""
    for name, value in values.items():
        if value == placeholder(name):
            others = (other for other in choices[name] if isinstance(other, str) and other != value)
            yield from ({"Fn::Not": [{"Fn::Equals": [{"Ref": name}, other]}]} for other in others)
        elif isinstance(value, str):
            yield {"Fn::Equals": [{"Ref": name}, value]}
        elif not isinstance(value, str) and placeholder(name) not in value:
            yield {"Fn::EachMemberIn": [{"Ref": name}, list(value)]}
            yield from ({"Fn::Contains": [{"Ref": name}, member]} for member in value)


def placeholder(name: str) -> str:
    """A text that stands for any value of a parameter that no Rule and no condition names."""
    return f"<{name}>"


def reached(template: Mapping[str, Any], node: Any) -> set[str]:
    """Every name that `node` depends on, also through conditions."""
    conditions = dict(section(template, "Conditions"))
    names: set[str] = set()
    waiting = list(names_in(node))
    while waiting:
        name = waiting.pop()
        if name not in names:
            names.add(name)
            waiting.extend(names_in(conditions.get(name)))
    return names


def candidates(name: str, definition: Mapping[str, Any], literals: Iterable[str]) -> tuple[Value, ...]:
    """Values that represent all values of a parameter; at least one."""
    allowed = definition.get("AllowedValues")
    if isinstance(allowed, list) and allowed:
        texts = [text_of(value) or "" for value in allowed]
    elif definition.get("Type") == "Number" and (numbers := bounded(definition)):
        texts = numbers
    else:
        default = text_of(definition.get("Default"))
        defaults = [default] if default is not None else []
        texts = [placeholder(name), *defaults, *(text for text in literals if accepts(name, definition, text))]
    return tuple(dict.fromkeys(tuple(text.split(",")) if is_list(definition) else text for text in texts))


def is_list(definition: Mapping[str, Any]) -> bool:
    """Whether a parameter is a list."""
    kind = definition.get("Type")
    return isinstance(kind, str) and (kind == "CommaDelimitedList" or kind.startswith("List<"))


def bounded(definition: Mapping[str, Any]) -> list[str]:
    """The whole numbers from MinValue to MaxValue; only those at both ends if there are many; none without bounds."""
    try:
        low, high = (Decimal(text_of(definition.get(bound)) or "") for bound in ("MinValue", "MaxValue"))
    except InvalidOperation:
        return []
    if low.is_nan() or high.is_nan() or not -MOST < low <= high < MOST:
        return []
    first, last = math.ceil(low), math.floor(high)
    if last - first < MOST_NUMBERS:
        return [str(number) for number in range(first, last + 1)]
    return [str(first), str(first + 1), str(last - 1), str(last)]


def accepts(name: str, definition: Mapping[str, Any], value: str) -> bool:
    """Whether CloudFormation accepts the value for this parameter. A malformed definition accepts no value."""
    try:
        return not resolve_parameters({"Parameters": {name: definition}}, {name: value}, ssm={value: value}).problems
    except TemplateError:
        return False


def evaluated(template: Mapping[str, Any], node: Any, values: Values, pseudo: Pseudo = EXAMPLE_PSEUDO) -> Any:
    """The value of `node` in a launch: NO_VALUE when it is left out, UNKNOWN when it cannot be evaluated."""
    names = reached(template, node)
    try:
        conditions = {name: condition for name, condition in section(template, "Conditions") if name in names}
        mappings = dict(section(template, "Mappings"))
        decided = evaluate_conditions({"Conditions": conditions, "Mappings": mappings}, values, pseudo)
        scope = Scope(values, pseudo, mappings=mappings, conditions=decided, resources=None, functions=CORE_FUNCTIONS)
        return evaluate(node, scope)
    except TemplateError:
        return UNKNOWN


def is_created(template: Mapping[str, Any], logical_id: str, values: Values) -> bool:
    """Whether a launch creates the resource: its Condition is true, or cannot be evaluated."""
    condition = template["Resources"][logical_id].get("Condition")
    if not isinstance(condition, str):
        return True
    return evaluated(template, {"Fn::If": [condition, True, False]}, values) is not False


def texts_in(node: Any) -> Iterator[str]:
    """Every text in `node` that is not a key."""
    if isinstance(node, str):
        yield node
    elif isinstance(node, Mapping):
        for value in node.values():
            yield from texts_in(value)
    elif isinstance(node, list):
        for value in node:
            yield from texts_in(value)


def described(values: Values, names: Iterable[str]) -> str:
    """The values of some parameters, as a message shows them: `Environment=prod, DeletionWindowDays=7`."""
    return ", ".join(f"{name}={shown(values[name])}" for name in names if name in values)


def shown(value: Value) -> str:
    """One value as text; a list with commas."""
    return value if isinstance(value, str) else ",".join(value)


def is_left_out(value: Any) -> bool:
    """Whether `evaluated` gave AWS::NoValue."""
    return value is NO_VALUE
