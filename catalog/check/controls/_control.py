"""What every control shares: cfn-lint's metadata, and safe reading of templates that may be malformed."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any, ClassVar

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
    looks_at: ClassVar[tuple[str, ...]] = ()
    """Resource types, or whole sections such as Parameters, that it looks at; empty: the template as one."""

    def match(self, cfn: Any) -> list[RuleMatch]:
        """cfn-lint's entry: `cfn` is its `Template`, with transforms applied."""
        return [RuleMatch(list(path), message) for path, message in self.faults(cfn.template)]

    def faults(self, template: Mapping[str, Any]) -> Iterator[Fault]:
        """What `template` does wrong, in the template's order."""
        raise NotImplementedError

    def looked_at(self, template: Mapping[str, Any]) -> Iterator[Path]:
        """Where in `template` it looks, by `looks_at`: what passed when nothing is found; nothing when none applies."""
        if not self.looks_at:
            yield ()
        for name in ("Parameters", "Resources", "Outputs"):
            for key, entry in section(template, name):
                if name in self.looks_at or (name == "Resources" and entry.get("Type") in self.looks_at):
                    yield name, key


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


def names_in(node: Any) -> Iterator[str]:
    """Every name that `node` depends on: of Ref, of Fn::Sub's text, and of conditions (Fn::If, Condition)."""
    for _, name in named_at(node, ()):
        yield name


def named_at(node: Any, path: Path) -> Iterator[tuple[Path, str]]:
    """(path, name) of every name that `node` depends on; the path is that of the function that names it."""
    if isinstance(node, Mapping):
        for key, value in node.items():
            names = NAMING[key](value) if key in NAMING else ()
            yield from ((path, name) for name in names)
            yield from named_at(value, (*path, str(key)))
    elif isinstance(node, list):
        for index, value in enumerate(node):
            yield from named_at(value, (*path, index))


def named_by_sub(argument: Any) -> Iterator[str]:
    """The names in the text of a Fn::Sub, attributes cut off; those that it defines itself are not told apart."""
    text = argument[0] if isinstance(argument, list) and argument else argument
    if isinstance(text, str):
        for name in VARIABLE.findall(text):
            yield name.split(".")[0]


def named_by_get_att(argument: Any) -> Iterator[str]:
    """The resource of a Fn::GetAtt."""
    name = (
        argument.split(".")[0]
        if isinstance(argument, str)
        else argument[0]
        if isinstance(argument, list) and argument
        else None
    )
    if isinstance(name, str):
        yield name


def the_text(argument: Any) -> Iterator[str]:
    """The argument, when it is a name."""
    if isinstance(argument, str):
        yield argument


def the_condition(argument: Any) -> Iterator[str]:
    """The condition of a Fn::If."""
    if isinstance(argument, list) and argument and isinstance(argument[0], str):
        yield argument[0]


VARIABLE = re.compile(r"\$\{([^!}][^}]*)\}")
NAMING: Mapping[Any, Callable[[Any], Iterator[str]]] = {
    "Ref": the_text,
    "Condition": the_text,
    "Fn::GetAtt": named_by_get_att,
    "Fn::If": the_condition,
    "Fn::Sub": named_by_sub,
}
"""Function to how it names what it depends on."""


def is_blank(value: Any) -> bool:
    """Whether a text is missing or holds nothing but white space."""
    return not isinstance(value, str) or not value.strip()
