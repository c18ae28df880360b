"""The principals that a key policy names: which ARNs a template writes down, itself or through a parameter."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from catalog.cfn.template import text_of
from catalog.check.controls._control import Path, section
from catalog.check.controls._policy import actions_of, can_be, literal, principals, resource_statements
from catalog.check.controls._types import KEY_TYPES

NAME = re.compile(r":(?:role|user|assumed-role)/(.+)$")
ADMINISTRATOR = re.compile(r"AdministratorAccess")
APPLICATION = re.compile(r"(^|[-_./])(apps?|applications?|lambdas?|workloads?)([-_./]|$)", re.IGNORECASE)


def names_of(template: Mapping[str, Any], actions: Iterable[str]) -> Iterator[tuple[Path, str]]:
    """(path, name with its IAM path) of the roles and users that key policies of the template allow these actions."""
    known = tuple(actions)
    for _, _, path, statement in resource_statements(template, *KEY_TYPES):
        if can_be(statement, "Allow") and actions_of(statement, known):
            for where, principal in principals(statement.get("Principal"), (*path, "Principal")):
                for text in written(template, principal):
                    if found := NAME.search(text):
                        yield where, found.group(1)


def written(template: Mapping[str, Any], principal: Any) -> Iterator[str]:
    """The ARNs that a principal is written as: its text, or the values that its parameter offers."""
    name = principal.get("Ref") if isinstance(principal, Mapping) else None
    definition = dict(section(template, "Parameters")).get(name, {}) if isinstance(name, str) else {}
    allowed = definition.get("AllowedValues")
    for value in (literal(principal), definition.get("Default"), *(allowed if isinstance(allowed, list) else [])):
        text = None if isinstance(value, Mapping) else text_of(value)
        yield from (part.strip() for part in (text or "").split(","))
