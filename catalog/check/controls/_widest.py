"""The widest values that a launch can give a parameter of a policy: its AllowedValues, or values with wildcards.

Without AllowedValues, probes are tried, and for an AllowedPattern the shortest text that it accepts and that has a
wildcard where it does harm.
"""

from __future__ import annotations

import functools
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from catalog.cfn.accepted_values import language
from catalog.cfn.names import names_in
from catalog.cfn.pattern_languages import language_of
from catalog.cfn.regular_languages import UndecidedError, both, shortest
from catalog.cfn.template import TemplateError, text_of
from catalog.check.controls._control import section
from catalog.check.controls._launches import Value, accepts, is_list

HARMLESS = "x"
"""Stands for the values of a parameter that no probe finds."""
ANY = ("*", "0.0.0.0/0", "::/0")
NARROWER = (
    *("0.0.0.0/1", "128.0.0.0/1", "0.0.0.0/7", "::/1", "2000::/3", "o-*", "arn:aws:iam::*:role/x", "arn:aws:iam::*:*"),
    *("arn:aws:iam::*:role/*", "arn:aws:iam::111122223333:role/*", "arn:*", "iam:*", "sts:*", "lambda:*", "s3:*"),
    *("ec2:*", "iam:PassRole", "iam:P*", "iam:AttachRolePolicy", "iam:CreatePolicyVersion", "sts:AssumeRole"),
)
"""Values that do harm, for parameters that do not accept `*`."""
NUMBER = "(25[0-5]|2[0-4][0-9]|1[0-9][0-9]|[1-9]?[0-9])"
HARMFUL = (
    r"[^*?]*[*?].*",
    r"arn:[^:*?]*:[^:*?]*:[^:*?]*:[^:]*[*?][^:]*:.*",
    r"[a-z][a-z0-9-]*:\*",
    rf"{NUMBER}\.{NUMBER}\.{NUMBER}\.{NUMBER}/[0-7]",
)
"""Patterns of texts that do harm: a wildcard, one in an ARN's account, a whole service, a wide range of addresses."""
LONGEST = 256


def values_of(name: str, definition: Mapping[str, Any]) -> tuple[Value, ...]:
    """The values of a parameter that matter for a policy. The account decides those of an SSM parameter."""
    return tried(name, json.dumps(dict(definition), default=str))[0]


def is_open(name: str, definition: Mapping[str, Any]) -> bool:
    """Whether nobody can say that all values of a parameter do no harm: its pattern cannot be read."""
    try:
        return tried(name, json.dumps(dict(definition), default=str))[1]
    except TemplateError:
        return False  # CloudFormation refuses the parameter


UNREAD = ("?*", "a:*", "0.0.0.0/1", "arn:aws:iam::*:role/x")
"""What a pattern that cannot be read may accept: text that does harm, but not `*`, which is tried as it is."""


def unread_parameters(template: Mapping[str, Any]) -> tuple[str, ...]:
    """The parameters whose AllowedPattern cannot be read and on which a statement depends.

    Principals do not count: only `*` does harm there, and it is tried as it is.
    """
    used = set(names_in([part for _, resource in section(template, "Resources") for part in parts_of(resource)]))
    return tuple(
        name for name, definition in section(template, "Parameters") if name in used and is_open(name, definition)
    )


def parts_of(node: Any) -> Iterator[Any]:
    """The elements of each statement and permission in a resource, except its principals."""
    if isinstance(node, Mapping):
        if node.keys() & {"Effect", "Principal"}:
            yield [value for name, value in node.items() if name not in ("Principal", "NotPrincipal")]
        for value in node.values():
            yield from parts_of(value)
    elif isinstance(node, list):
        for member in node:
            yield from parts_of(member)


def loosened(template: Mapping[str, Any], names: Sequence[str]) -> Mapping[str, Any]:
    """The template in which these parameters also accept the values of `UNREAD`."""
    parameters = dict(section(template, "Parameters"))
    for name in names:
        values = [value[0] if isinstance(value, tuple) else value for value in values_of(name, parameters[name])]
        parameters[name] = {"Type": parameters[name].get("Type", "String"), "AllowedValues": [*values, *UNREAD]}
    return {**template, "Parameters": parameters}


@functools.lru_cache(maxsize=1024)
def tried(name: str, text: str) -> tuple[tuple[Value, ...], bool]:
    """(values to try, whether others could do harm) for a parameter whose definition is this JSON text."""
    definition = {"Type": "String", **json.loads(text)}
    kind, allowed, undecided = definition["Type"], definition.get("AllowedValues"), False
    texts = [HARMLESS]
    if isinstance(kind, str) and not kind.startswith("AWS::SSM::"):
        if isinstance(allowed, list):
            texts = [value for value in map(text_of, allowed) if value is not None] or texts
        elif accepts(name, definition, "*"):
            texts = [*(value for value in ANY if accepts(name, definition, value)), HARMLESS]
        else:
            harmful, undecided = probed(name, definition)
            texts = [*harmful, HARMLESS]
    values = dict.fromkeys(texts)
    return tuple((value,) if is_list(definition) else value for value in values), undecided


def probed(name: str, definition: Mapping[str, Any]) -> tuple[list[str], bool]:
    """(harmful values that a parameter accepts, whether its pattern cannot be read)."""
    default = text_of(definition.get("Default"))
    results = [value for value in (*ANY, *NARROWER) if accepts(name, definition, value)]
    results += [default] if default is not None else []
    try:
        results += shortest_harmful(name, definition, results)
    except (UndecidedError, RecursionError):
        return results, True
    return results, False


def shortest_harmful(name: str, definition: Mapping[str, Any], others: list[str]) -> Iterator[str]:
    """For each harmful pattern that none of the others matches: the shortest value that the parameter accepts."""
    for pattern in HARMFUL:
        if not any(re.fullmatch(pattern, value) for value in others):
            value = shortest(both(language(definition, None), language_of(pattern)), LONGEST)
            if value is not None and accepts(name, definition, value):
                yield value
