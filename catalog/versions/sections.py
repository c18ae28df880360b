"""Sections of two templates side by side, and those that make nothing by themselves."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from catalog.cfn.canonical import Canonical
from catalog.cfn.loops import TRANSFORM
from catalog.versions.change import Aspect, Path, TemplateChange

WORDS = ("AWSTemplateFormatVersion", "Description", "Metadata")
COMPARED = ("Parameters", "Rules", "Mappings", "Conditions", "Transform", "Resources", "Outputs")


def entries(template: Mapping[str, Any], section: str) -> Mapping[str, Any]:
    """The members of a section that are mappings, with loops expanded; cfn-lint reports malformed ones."""
    members = Canonical(template).members(section)
    return {member.name: member.body for member in members if isinstance(member.body, Mapping)}


def members(old: Mapping[str, Any], new: Mapping[str, Any], section: str) -> Iterator[tuple[str, Any, Any]]:
    """(name, old, new) of each member of a section, None where a side has none; the new template's order first."""
    before, after = entries(old, section), entries(new, section)
    for name in [*after, *(name for name in before if name not in after)]:
        if before.get(name) != after.get(name):
            yield name, before.get(name), after.get(name)


def reordered(old: Mapping[str, Any], new: Mapping[str, Any], section: str, aspect: Aspect) -> Iterator[TemplateChange]:
    """One change when the members that both have are in another order."""
    before, after = list(entries(old, section)), list(entries(new, section))
    if [name for name in before if name in after] != [name for name in after if name in before]:
        yield TemplateChange(aspect, (section,))


def compare_conditions(old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterator[TemplateChange]:
    """Conditions by name, each with what depends on it."""
    for name, before, after in members(old, new, "Conditions"):
        path = ("Conditions", name)
        if before is None:
            yield TemplateChange(Aspect.CONDITION_ADDED, path, hanging(new, name), after=after)
        elif after is None:
            yield TemplateChange(Aspect.CONDITION_REMOVED, path, hanging(old, name), before=before)
        else:
            same = Canonical(old).condition(name) == Canonical(new).condition(name)
            words = "written in another way" if same else hanging(new, name)
            yield TemplateChange(Aspect.CONDITION_CHANGED, path, words, before, after)


def hanging(template: Mapping[str, Any], name: str) -> str:
    """What depends on a condition, in words."""
    places = ["/".join(map(str, path)) for path in dependents(template, name)]
    return f"depends on it: {', '.join(places)}" if places else "nothing depends on it"


def dependents(template: Mapping[str, Any], name: str) -> list[Path]:
    """The resources, properties and outputs that a condition decides, also through other conditions."""
    names = {name}
    conditions = entries(template, "Conditions")
    while more := {key for key, node in conditions.items() if key not in names and any(uses(node, names))}:
        names |= more
    paths: dict[Path, None] = {}
    for section in ("Resources", "Outputs"):
        for key, member in entries(template, section).items():
            for path in uses(member, names):
                # A property is where people look; what is below it is detail.
                paths[(section, key, *path)[:4]] = None
    return list(paths)


def uses(node: Any, names: set[str], path: Path = ()) -> Iterator[Path]:
    """Where in `node` a condition of `names` is asked."""
    if isinstance(node, Mapping):
        condition = node.get("Condition")
        if isinstance(condition, str) and condition in names:
            yield path
        branch = node.get("Fn::If")
        if isinstance(branch, list) and branch and isinstance(branch[0], str) and branch[0] in names:
            yield path
        for key, member in node.items():
            yield from uses(member, names, (*path, str(key)))
    elif isinstance(node, list):
        for index, member in enumerate(node):
            yield from uses(member, names, (*path, index))


def compare_rest(old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterator[TemplateChange]:
    """Mappings, Transform, the words about the template, and sections that are not known here."""
    for name, before, after in members(old, new, "Mappings"):
        aspect = (
            Aspect.MAPPING_ADDED
            if before is None
            else Aspect.MAPPING_REMOVED
            if after is None
            else Aspect.MAPPING_CHANGED
        )
        yield TemplateChange(aspect, ("Mappings", name), before=before, after=after)
    if old.get("Transform") != new.get("Transform"):
        yield TemplateChange(
            Aspect.TRANSFORM_CHANGED, ("Transform",), before=old.get("Transform"), after=new.get("Transform")
        )
    written, rewritten = dict(transforms_in(old)), dict(transforms_in(new))
    for path in dict.fromkeys([*rewritten, *written]):
        if written.get(path) != rewritten.get(path):
            yield TemplateChange(Aspect.TRANSFORM_CHANGED, path, "", written.get(path), rewritten.get(path))
    for name in dict.fromkeys([*new, *old]):
        if name not in COMPARED and old.get(name) != new.get(name):
            aspect = Aspect.METADATA_CHANGED if name in WORDS else Aspect.SECTION_CHANGED
            before, after = old.get(name), new.get(name)
            yield TemplateChange(aspect, (name,), "" if isinstance(after, str) else "changed", before, after)


def transforms_in(node: Any, path: Path = ()) -> Iterator[tuple[Path, Any]]:
    """Where a macro, such as AWS::Include, writes a part of the template, and what it is given."""
    if isinstance(node, Mapping):
        for key, member in node.items():
            if key == TRANSFORM:
                yield (*path, key), member
            else:
                yield from transforms_in(member, (*path, str(key)))
    elif isinstance(node, list):
        for index, member in enumerate(node):
            yield from transforms_in(member, (*path, index))
