"""The base class of template controls, and functions that read templates which may be malformed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, ClassVar

from cfnlint.rules import CloudFormationLintRule, RuleMatch

from catalog.check.metadata import Metadata
from catalog.content.control_settings import DUTY_TAGS

Path = tuple[str | int, ...]
Fault = tuple[Path, str]
"""The path in the template, and the message."""


class Control(Metadata, CloudFormationLintRule):  # type: ignore[misc]  # cfn-lint ships no types
    """A cfn-lint rule over the whole template. Set the attributes of `Metadata` and yield the faults.

    cfn-lint calls `match` once for each template, also when its own schema checks fail. So a control must accept any
    JSON-like data. `section` and `resources` below skip data without the shape of a template.
    """

    tags: tuple[str, ...] = ()
    """Words by which cfn-lint lists rules."""
    regions: tuple[str, ...] = ()
    """The Regions of the configuration; empty when the control runs in plain cfn-lint: then it judges for all."""
    duty_tags: tuple[str, ...] = DUTY_TAGS
    """The names of the duty tags of the configuration."""
    off: frozenset[str] = frozenset()
    """The ids of the controls that the configuration switches off."""
    looks_at: ClassVar[tuple[str, ...]] = ()
    """The resource types, or whole sections such as Parameters, that it looks at. Empty: the template as a whole."""

    def match(self, cfn: Any) -> list[RuleMatch]:
        """Called by cfn-lint. `cfn` is cfn-lint's `Template`, with transforms applied."""
        return [RuleMatch(list(path), message) for path, message in self.faults(cfn.template)]

    def faults(self, template: Mapping[str, Any]) -> Iterator[Fault]:
        """The faults of `template`, in the template's order."""
        raise NotImplementedError

    def undecided(self, template: Mapping[str, Any]) -> Iterator[Fault]:
        """Where the template does not decide the requirement, and why. I9011 reports it; the control does not pass."""
        yield from ()

    def looked_at(self, template: Mapping[str, Any]) -> Iterator[Path]:
        """The paths that it looks at, by `looks_at`. Without findings, these passed; no path means not applicable."""
        if not self.looks_at:
            yield ()
        for name in ("Parameters", "Resources", "Outputs"):
            for key, definition in section(template, name):
                if name in self.looks_at or (name == "Resources" and definition.get("Type") in self.looks_at):
                    yield name, key


def section(template: Mapping[str, Any], name: str) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """(key, definition) in a section such as Parameters. Skips data that is not a mapping of mappings."""
    definitions = template.get(name)
    if isinstance(definitions, Mapping):
        for key, definition in definitions.items():
            if isinstance(definition, Mapping):
                yield str(key), definition


def resources(template: Mapping[str, Any], *types: str) -> Iterator[tuple[str, str, Mapping[str, Any]]]:
    """(logical id, type, properties) of each resource of these types. Missing properties are an empty mapping."""
    for logical_id, resource in section(template, "Resources"):
        resource_type = resource.get("Type")
        if isinstance(resource_type, str) and resource_type in types:
            properties = resource.get("Properties")
            yield logical_id, str(resource_type), properties if isinstance(properties, Mapping) else {}


def some_of(properties: Mapping[str, Any], *names: str) -> dict[str, Any]:
    """Those of the properties that are there."""
    return {name: properties[name] for name in names if name in properties}


def is_blank(value: Any) -> bool:
    """Whether a text is missing or contains only white space."""
    return not isinstance(value, str) or not value.strip()
