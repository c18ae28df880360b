"""Evaluate intrinsic functions; a value that only a created resource has stays symbolic.

`FUNCTIONS` has one Python function for each function of CloudFormation; an unknown name raises. A symbolic result is a
function call itself (`{"Ref": "Key"}`). The functions around it stay too, with their arguments evaluated.
Source: CloudFormation template reference, "Intrinsic functions"; of the messages: docs/messages.md.
"""

from __future__ import annotations

import base64
import ipaddress
import itertools
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from catalog.cfn.pseudo import NO_VALUE, Pseudo
from catalog.cfn.references import (
    MALFORMED_GET_ATT,
    Reference,
    References,
    StackOutputReference,
    StackOutputs,
    named,
    parse_get_att,
    parse_sub,
    sub_parts,
)
from catalog.cfn.template import ParameterValues, TemplateError, function_of, is_list, text_of

LONGEST_INDEX = 9  # digits; int() refuses to read thousands of them
GET_STACK_OUTPUT = "Fn::GetStackOutput"
NEEDED, OPTIONAL = frozenset({"StackName", "OutputName"}), frozenset({"Region", "RoleArn"})
LANGUAGE_FUNCTIONS = frozenset({"Fn::Length", "Fn::ToJsonString"})


@dataclass(frozen=True, slots=True)
class Scope:
    """The values and functions that are available in one block of a template."""

    parameters: ParameterValues
    pseudo: Pseudo
    block: str = "Resources"
    mappings: Mapping[str, Any] = field(default_factory=dict)
    conditions: Mapping[str, bool] = field(default_factory=dict)
    resources: frozenset[str] | None = frozenset()
    """The logical ids that exist; None accepts every name."""
    references: References | None = None
    exports: Mapping[str, str] = field(default_factory=dict)
    open_exports: bool = False
    """Whether other exports may exist: an import of an unknown one then stays symbolic."""
    stack_outputs: StackOutputs | None = None
    """Returns an output of another stack, which CloudFormation reads as late as a resource; with None it stays."""
    functions: frozenset[str] = frozenset()
    """The functions that this block may use."""
    extended: bool = False
    """Whether the template has the transform AWS::LanguageExtensions."""


def evaluate(value: Any, scope: Scope) -> Any:
    """Evaluate every function inside `value`; NO_VALUE members of objects and lists are left out.

    Raises `TemplateError` on a function that the block may not use, and if a function cannot be evaluated.
    """
    if isinstance(value, str):
        return value
    function = function_of(value)
    if function is not None:
        name, argument = function
        if name not in scope.functions:
            if name == GET_STACK_OUTPUT and scope.block == "Conditions":  # aws-cloudformation/cfn-lint#4519
                raise TemplateError(f"Template error: Cannot use {name} in Conditions.")
            supported = ", ".join(sorted(scope.functions))
            raise TemplateError(
                f"Template error: Encountered unsupported function: {name} Supported functions are: [{supported}]"
            )
        return FUNCTIONS[name](argument, scope)
    if isinstance(value, Mapping):
        evaluated = {key: evaluate(member, scope) for key, member in value.items()}
        return {key: member for key, member in evaluated.items() if member is not NO_VALUE}
    if is_list(value):
        members = [evaluate(member, scope) for member in value]
        return [member for member in members if member is not NO_VALUE]
    return value


def is_symbolic(value: Any) -> bool:
    """Whether an evaluated value is, or contains, a function that could not be evaluated."""
    if function_of(value) is not None:
        return True
    members = value.values() if isinstance(value, Mapping) else value if is_list(value) else ()
    return any(is_symbolic(member) for member in members)


def _arguments(name: str, argument: Any, counts: tuple[int, ...], meaning: str) -> list[Any]:
    if not is_list(argument) or len(argument) not in counts:
        raise TemplateError(f"Template error: every {name} object requires {meaning}")
    return list(argument)


def _refer(reference: Reference, scope: Scope) -> Any:
    value = None if scope.references is None else scope.references(reference)
    return reference.symbolic if value is None else value


def _unresolved(logical_id: str, block: str) -> TemplateError:
    if block == "Conditions":
        return TemplateError(
            f"Template format error: Unresolved dependencies [{logical_id}]. "
            "Cannot reference resources in the Conditions block of the template"
        )
    return TemplateError(
        f"Template format error: Unresolved resource dependencies [{logical_id}] in the {block} block of the template"
    )


def _ref(argument: Any, scope: Scope) -> Any:
    name = evaluate(argument, scope) if scope.extended else argument
    if not isinstance(name, str):
        raise TemplateError("Template error: every Ref object must have a single String value.")
    if name.startswith("AWS::") and name in (pseudo := scope.pseudo.values()):
        return pseudo[name]
    if name in scope.parameters:
        value = scope.parameters[name]
        return value if isinstance(value, str) else list(value)
    if scope.resources is None or name in scope.resources:
        return _refer(Reference(name), scope)
    raise _unresolved(name, scope.block)


def _get_att(argument: Any, scope: Scope) -> Any:
    logical_id, attribute = parse_get_att(argument)
    logical_id = evaluate(logical_id, scope) if scope.extended else logical_id
    attribute = evaluate(attribute, scope)
    if not isinstance(logical_id, str):
        raise TemplateError(MALFORMED_GET_ATT)
    if not isinstance(attribute, str):
        raise TemplateError("Template error: the attribute of Fn::GetAtt must be a string or a Ref to one")
    if scope.resources is not None and logical_id not in scope.resources:
        raise TemplateError(f"Template error: instance of Fn::GetAtt references undefined resource {logical_id}")
    return _refer(Reference(logical_id, attribute), scope)


def check_if(argument: Any, conditions: Mapping[str, bool]) -> None:
    """Raise `TemplateError` unless `argument` names a condition and two values."""
    name = _arguments("Fn::If", argument, (3,), "a condition name and two values")[0]
    if not isinstance(name, str) or name not in conditions:
        raise TemplateError(f"Template error: unresolved condition dependency {name} in Fn::If")


def _if(argument: Any, scope: Scope) -> Any:
    check_if(argument, scope.conditions)
    name, when_true, when_false = argument
    return evaluate(when_true if scope.conditions[name] else when_false, scope)


def _join(argument: Any, scope: Scope) -> Any:
    meaning = (
        "two parameters, (1) a string delimiter and (2) a list of strings to be joined or a function that returns "
        "a list of strings (such as Fn::GetAZs) to be joined."
    )
    delimiter, source = _arguments("Fn::Join", argument, (2,), meaning)
    parts = evaluate(source, scope)
    if function_of(parts) is not None:
        return {"Fn::Join": [delimiter, parts]}
    if not isinstance(delimiter, str) or not is_list(parts):
        raise TemplateError(f"Template error: every Fn::Join object requires {meaning}")
    return _joined(delimiter, parts, f"Template error: every Fn::Join object requires {meaning}")


def _joined(delimiter: str, parts: list[Any], fault: str) -> Any:
    """The joined string, or a Fn::Join of the literal and symbolic parts. Raises `TemplateError(fault)`."""
    texts = [part if function_of(part) is not None else text_of(part) for part in parts]
    if None in texts:
        raise TemplateError(fault)
    merged: list[Any] = []
    for text in texts:
        if merged and isinstance(text, str) and isinstance(merged[-1], str):
            merged[-1] += delimiter + text
        else:
            merged.append(text)
    if all(isinstance(text, str) for text in merged):
        return merged[0] if merged else ""
    return {"Fn::Join": [delimiter, merged]}


def _sub(argument: Any, scope: Scope) -> Any:
    text, variables = parse_sub(argument)
    parts: list[Any] = []
    for literal, name in sub_parts(text):
        if literal:
            parts.append(literal)
        if name:
            parts.append(_sub_value(name, variables, scope))
    return _joined("", parts, "")


def _sub_value(name: str, variables: Mapping[str, Any], scope: Scope) -> Any:
    value = evaluate(variables[name] if name in variables else named(name).symbolic, scope)
    if value is NO_VALUE or (function_of(value) is None and text_of(value) is None):
        raise TemplateError(f"Template error: variable {name} in Fn::Sub expression does not resolve to a string")
    return value


def _select(argument: Any, scope: Scope) -> Any:
    meaning = "a list argument with two elements: an integer index and a list"
    index, members = (evaluate(part, scope) for part in _arguments("Fn::Select", argument, (2,), meaning))
    if function_of(index) is not None or function_of(members) is not None:
        return {"Fn::Select": [index, members]}
    digits = text_of(index) or ""
    if not digits.isdecimal() or not is_list(members):
        raise TemplateError(f"Template error: Fn::Select requires {meaning}")
    if len(digits) > LONGEST_INDEX or int(digits) >= len(members):
        raise TemplateError(f"Template error: Fn::Select cannot select nonexistent value at index {digits}")
    return members[int(digits)]


def _split(argument: Any, scope: Scope) -> Any:
    meaning = "two parameters, (1) a string delimiter and (2) a string to be split or a function that returns a string."
    delimiter, source = _arguments("Fn::Split", argument, (2,), meaning)
    value = evaluate(source, scope)
    if function_of(value) is not None:
        return {"Fn::Split": [delimiter, value]}
    text = text_of(value)
    if not isinstance(delimiter, str) or not delimiter or text is None:
        raise TemplateError(f"Template error: every Fn::Split object requires {meaning}")
    return text.split(delimiter)


def _find_in_map(argument: Any, scope: Scope) -> Any:
    meaning = "three parameters, the map name, map key and the attribute for return value."
    counts = (3, 4) if scope.extended else (3,)
    name, top, second, *options = _arguments("Fn::FindInMap", argument, counts, meaning)
    keys = [text_of(evaluate(key, scope)) for key in (name, top, second)]
    if None in keys:
        raise TemplateError(f"Template error: every Fn::FindInMap object requires {meaning}")
    value: Any = scope.mappings
    for key in keys:
        value = value.get(key) if isinstance(value, Mapping) else None
    if value is not None:
        return evaluate(value, scope)
    if options and isinstance(options[0], Mapping) and "DefaultValue" in options[0]:
        return evaluate(options[0]["DefaultValue"], scope)
    if keys[0] not in scope.mappings:
        raise TemplateError(
            f"Template error: Mapping named '{keys[0]}' is not present in the 'Mappings' section of template."
        )
    raise TemplateError(f"Template error: Unable to get mapping for {'::'.join(map(str, keys))}")


def _base64(argument: Any, scope: Scope) -> Any:
    value = evaluate(argument, scope)
    if function_of(value) is not None:
        return {"Fn::Base64": value}
    text = text_of(value)
    if text is None:
        raise TemplateError("Template error: every Fn::Base64 object must have a String-typed value.")
    return base64.b64encode(text.encode()).decode("ascii")


def _cidr(argument: Any, scope: Scope) -> Any:
    meaning = "three parameters: ipBlock, count and cidrBits"
    evaluated = [evaluate(part, scope) for part in _arguments("Fn::Cidr", argument, (3,), meaning)]
    if any(function_of(part) is not None for part in evaluated):
        return {"Fn::Cidr": evaluated}
    block, count, bits = (text_of(part) or "" for part in evaluated)
    try:
        return _blocks(block, int(count), int(bits))
    except ValueError as error:
        raise TemplateError(f"Template error: Fn::Cidr {[block, count, bits]!r} is not valid: {error}") from error


def _blocks(block: str, count: int, bits: int) -> list[str]:
    """The first `count` blocks of `bits` host bits in `block`. Raises `ValueError` if they do not fit."""
    if not 1 <= count <= 256:
        raise ValueError(f"count must be between 1 and 256, got {count}")
    network = ipaddress.ip_network(block, strict=False)
    subnets = network.subnets(new_prefix=network.max_prefixlen - bits)
    blocks = [str(subnet) for subnet in itertools.islice(subnets, count)]
    if len(blocks) < count:
        raise ValueError(f"{network} has room for {len(blocks)} blocks of {bits} bits, not {count}")
    return blocks


def _get_azs(argument: Any, scope: Scope) -> Any:
    region = evaluate(argument, scope)
    if function_of(region) is not None:
        return {"Fn::GetAZs": region}
    if not isinstance(region, str):
        raise TemplateError("Template error: every Fn::GetAZs object must have a String-typed value.")
    return list(scope.pseudo.zones(region)) or {"Fn::GetAZs": region or scope.pseudo.region}


def _import_value(argument: Any, scope: Scope) -> Any:
    name = evaluate(argument, scope)
    if is_symbolic(name):
        raise TemplateError(
            "Template error: the attribute in Fn::ImportValue must not depend on any resources, imported values, "
            "or Fn::GetAZs"
        )
    if not isinstance(name, str):
        raise TemplateError("Template error: every Fn::ImportValue object must have a String-typed value.")
    if name not in scope.exports:
        if scope.open_exports:
            return {"Fn::ImportValue": name}
        raise TemplateError(f"No export named {name} found.")
    return scope.exports[name]


def _get_stack_output(argument: Any, scope: Scope) -> Any:
    if not isinstance(argument, Mapping) or not NEEDED <= argument.keys() <= NEEDED | OPTIONAL:
        raise TemplateError(
            f"Template error: every {GET_STACK_OUTPUT} object requires a StackName and an OutputName, and may have a "
            "Region and a RoleArn"
        )
    wanted = evaluate(argument, scope)
    if scope.stack_outputs is None or is_symbolic(wanted):
        return {GET_STACK_OUTPUT: wanted}
    texts = {name: text_of(value) for name, value in wanted.items()}
    if not texts.get("StackName") or not texts.get("OutputName") or None in texts.values():
        raise TemplateError(f"Template error: the members of {GET_STACK_OUTPUT} must be strings")
    stack, output, region, role = (texts.get(name) or "" for name in ("StackName", "OutputName", "Region", "RoleArn"))
    return scope.stack_outputs(StackOutputReference(stack, output, region, role))


def _length(argument: Any, scope: Scope) -> Any:
    value = evaluate(argument, scope)
    if function_of(value) is not None:
        return {"Fn::Length": value}
    if not is_list(value):
        raise TemplateError("Template error: Fn::Length requires a list, or a function that returns a list")
    return len(value)


def _to_json_string(argument: Any, scope: Scope) -> Any:
    value = evaluate(argument, scope)
    if is_symbolic(value):
        return {"Fn::ToJsonString": value}
    if not isinstance(value, Mapping) and not is_list(value):
        raise TemplateError("Template error: Fn::ToJsonString requires an object or an array")
    return json.dumps(value, separators=(",", ":"), ensure_ascii=False)


FUNCTIONS: dict[str, Callable[[Any, Scope], Any]] = {
    "Ref": _ref,
    "Fn::GetAtt": _get_att,
    "Fn::If": _if,
    "Fn::Join": _join,
    "Fn::Sub": _sub,
    "Fn::Select": _select,
    "Fn::Split": _split,
    "Fn::FindInMap": _find_in_map,
    "Fn::Base64": _base64,
    "Fn::Cidr": _cidr,
    "Fn::GetAZs": _get_azs,
    "Fn::ImportValue": _import_value,
    GET_STACK_OUTPUT: _get_stack_output,
    "Fn::Length": _length,
    "Fn::ToJsonString": _to_json_string,
}
"""Name in the template → function. Fn::And, Fn::Or, Fn::Not and Fn::Equals only decide Conditions: see `booleans`."""

CORE_FUNCTIONS = frozenset(FUNCTIONS) - LANGUAGE_FUNCTIONS
