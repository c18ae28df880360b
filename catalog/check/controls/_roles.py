"""The roles and users in key policies: ARNs that the template contains, or that a parameter offers."""

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


def names_of(template: Mapping[str, Any], iam_actions: Iterable[str]) -> Iterator[tuple[Path, str]]:
    """(path, name with its IAM path) of each role and user whom a key policy allows these IAM actions."""
    wanted = tuple(iam_actions)
    for _, _, path, statement in resource_statements(template, *KEY_TYPES):
        if can_be(statement, "Allow") and actions_of(statement, wanted):
            for where, principal in principals(statement.get("Principal"), (*path, "Principal")):
                for arn in arns_of(template, principal):
                    if match := NAME.search(arn):
                        yield where, match.group(1)


def arns_of(template: Mapping[str, Any], principal: Any) -> Iterator[str]:
    """The ARNs of a principal: its text, or the default and allowed values of its parameter."""
    name = principal.get("Ref") if isinstance(principal, Mapping) else None
    definition = dict(section(template, "Parameters")).get(name, {}) if isinstance(name, str) else {}
    allowed = definition.get("AllowedValues")
    for value in (literal(principal), definition.get("Default"), *(allowed if isinstance(allowed, list) else [])):
        text = None if isinstance(value, Mapping) else text_of(value)
        yield from (part.strip() for part in (text or "").split(","))
