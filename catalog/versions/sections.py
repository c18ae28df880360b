"""Compare template sections member by member; and the sections that create nothing: conditions, mappings and others."""

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
    """(name, old, new) of each member that differs, None where a side lacks it; in the order of the new template."""
    before, after = entries(old, section), entries(new, section)
    for name in [*after, *(name for name in before if name not in after)]:
        if before.get(name) != after.get(name):
            yield name, before.get(name), after.get(name)


def reordered(old: Mapping[str, Any], new: Mapping[str, Any], section: str, aspect: Aspect) -> Iterator[TemplateChange]:
    """One change if the members that both versions have are in another order."""
    before, after = list(entries(old, section)), list(entries(new, section))
    if [name for name in before if name in after] != [name for name in after if name in before]:
        yield TemplateChange(aspect, (section,))


def compare_conditions(old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterator[TemplateChange]:
    """Changes of the conditions, by name, each with the parts that depend on it."""
    for name, before, after in members(old, new, "Conditions"):
        path = ("Conditions", name)
        if before is None:
            yield TemplateChange(Aspect.CONDITION_ADDED, path, dependents_text(new, name), after=after)
        elif after is None:
            yield TemplateChange(Aspect.CONDITION_REMOVED, path, dependents_text(old, name), before=before)
        else:
            same = Canonical(old).condition(name) == Canonical(new).condition(name)
            words = "rewritten with the same meaning" if same else dependents_text(new, name)
            yield TemplateChange(Aspect.CONDITION_CHANGED, path, words, before, after)


def dependents_text(template: Mapping[str, Any], name: str) -> str:
    """The parts that depend on a condition, in words."""
    paths = ["/".join(map(str, path)) for path in dependents(template, name)]
    return f"used by {', '.join(paths)}" if paths else "not used"


def dependents(template: Mapping[str, Any], name: str) -> list[Path]:
    """The resources, properties and outputs that depend on a condition, directly or through other conditions."""
    names = {name}
    conditions = entries(template, "Conditions")
    while more := {key for key, node in conditions.items() if key not in names and any(uses(node, names))}:
        names |= more
    paths: dict[Path, None] = {}
    for section in ("Resources", "Outputs"):
        for key, member in entries(template, section).items():
            for path in uses(member, names):
                # People look for a property; anything below it is detail.
                paths[(section, key, *path)[:4]] = None
    return list(paths)


def uses(node: Any, names: set[str], path: Path = ()) -> Iterator[Path]:
    """The paths in `node` that use a condition of `names`."""
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
    """Changes of Mappings, Transform, the description and metadata, and of unknown sections."""
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
    """(path, arguments) of each macro, such as AWS::Include, that writes a part of the template."""
    if isinstance(node, Mapping):
        for key, member in node.items():
            if key == TRANSFORM:
                yield (*path, key), member
            else:
                yield from transforms_in(member, (*path, str(key)))
    elif isinstance(node, list):
        for index, member in enumerate(node):
            yield from transforms_in(member, (*path, index))
