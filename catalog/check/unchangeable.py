"""Parameters that no update can change: a property depends on them whose change fails the update."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from catalog.cfn.canonical import Canonical, texts
from catalog.cfn.language import declared_resources
from catalog.cfn.template import section
from catalog.check.updates import ALWAYS, UPDATE_RULES, UpdateEffect


def unchangeable_parameters(template: Mapping[str, Any]) -> frozenset[str]:
    """Such as MultiRegion of a key: another value fails the update of the stack, which keeps what it has."""
    declared, canonical = section(template, "Parameters"), Canonical(template)
    names: set[str] = set()
    for _, resource in declared_resources(section(template, "Resources")):
        properties = resource.get("Properties")
        for pointer, rule in UPDATE_RULES.get(resource.get("Type", ""), {}).items():
            if rule.effect is UpdateEffect.FAILS and rule.when is ALWAYS and isinstance(properties, Mapping):
                names.update(texts(canonical.value(properties.get(pointer[0]))) if len(pointer) == 1 else ())
    return frozenset(names & declared.keys())
