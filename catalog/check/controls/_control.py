"""L2. What every control shares: cfn-lint's metadata, and safe reading of templates that may be malformed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from cfnlint.rules import CloudFormationLintRule, RuleMatch

from catalog.check.metadata import Metadata

Path = tuple[str | int, ...]
Fault = tuple[Path, str]
"""Where in the template, and what is wrong there."""


class Control(Metadata, CloudFormationLintRule):  # type: ignore[misc]  # cfn-lint ships no types
    """A cfn-lint rule over the whole template: set the attributes of `Metadata` and yield what is wrong.

    cfn-lint calls `match` once per template, before and whether or not its own schema checks pass. So a control
    must accept any JSON-like data; `section` and `resources` below leave out what has no shape of a template.
    """

    tags: tuple[str, ...] = ()
    """Words that cfn-lint lists rules by."""

    def match(self, cfn: Any) -> list[RuleMatch]:
        """cfn-lint's entry: `cfn` is its `Template`, with transforms applied."""
        return [RuleMatch(list(path), message) for path, message in self.faults(cfn.template)]

    def faults(self, template: Mapping[str, Any]) -> Iterator[Fault]:
        """What `template` does wrong, in the template's order."""
        raise NotImplementedError


def section(template: Mapping[str, Any], name: str) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """(key, entry) of a section such as Parameters; nothing for what is not a mapping of mappings."""
    entries = template.get(name)
    if isinstance(entries, Mapping):
        for key, entry in entries.items():
            if isinstance(entry, Mapping):
                yield str(key), entry


def resources(template: Mapping[str, Any], *types: str) -> Iterator[tuple[str, str, Mapping[str, Any]]]:
    """(logical id, type, properties) of the resources of these types; properties are empty when absent."""
    for logical_id, resource in section(template, "Resources"):
        resource_type = resource.get("Type")
        if isinstance(resource_type, str) and resource_type in types:
            properties = resource.get("Properties")
            yield logical_id, str(resource_type), properties if isinstance(properties, Mapping) else {}


def is_blank(value: Any) -> bool:
    """Whether a text is missing or holds nothing but white space."""
    return not isinstance(value, str) or not value.strip()
