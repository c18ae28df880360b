"""Compare the outputs and exports of two versions: what people read and other stacks import."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from catalog.cfn.canonical import Canonical, as_key
from catalog.versions.change import Aspect, TemplateChange
from catalog.versions.sections import entries, members, reordered


def compare_outputs(old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterator[TemplateChange]:
    """Changes of the outputs, by name. An output is renamed if a new output has its value."""
    before, after = Canonical(old), Canonical(new)
    renamed = renames(old, new)
    for name, was, now in members(old, new, "Outputs"):
        path = ("Outputs", name)
        if name in renamed.values():
            continue
        if was is None:
            yield TemplateChange(Aspect.OUTPUT_ADDED, path, after=now.get("Value"))
        elif name in renamed:
            yield TemplateChange(Aspect.OUTPUT_RENAMED, path, f"now {renamed[name]}", name, renamed[name])
            yield from compare_export(path, was, entries(new, "Outputs")[renamed[name]], before, after)
        elif now is None:
            yield TemplateChange(Aspect.OUTPUT_REMOVED, path, before=was.get("Value"))
            yield from compare_export(path, was, {}, before, after)
        else:
            yield from compare_output(path, was, now, before, after)
    was_open, now_open = ({member.name: member.open for member in side.members("Outputs")} for side in (before, after))
    for name in now_open:
        if name in was_open and was_open[name] != now_open[name]:
            words = [", ".join(side[name]) or "outside of any loop" for side in (was_open, now_open)]
            yield TemplateChange(Aspect.OUTPUT_CONDITION, ("Outputs", name), " → ".join(words))
    yield from reordered(old, new, "Outputs", Aspect.OUTPUTS_REORDERED)


def renames(old: Mapping[str, Any], new: Mapping[str, Any]) -> dict[str, str]:
    """Old → new name of the renamed outputs: those with the same value."""
    before, after = entries(old, "Outputs"), entries(new, "Outputs")
    added = {as_key(Canonical(new).value(after[name].get("Value"))): name for name in after if name not in before}
    result = {}
    for name in before:
        value = as_key(Canonical(old).value(before[name].get("Value")))
        if name not in after and value in added:
            result[name] = added.pop(value)
    return result


def compare_output(
    path: tuple[str, str], old: Mapping[str, Any], new: Mapping[str, Any], before: Canonical, after: Canonical
) -> Iterator[TemplateChange]:
    """Changes of an output that both versions have."""
    if before.value(old.get("Value")) != after.value(new.get("Value")):
        yield TemplateChange(Aspect.OUTPUT_VALUE, (*path, "Value"), "", old.get("Value"), new.get("Value"))
    elif old.get("Value") != new.get("Value"):
        yield TemplateChange(Aspect.OUTPUT_REWRITTEN, (*path, "Value"))
    was, now = old.get("Condition"), new.get("Condition")
    if before.condition(was) != after.condition(now):
        yield TemplateChange(
            Aspect.OUTPUT_CONDITION, (*path, "Condition"), f"{was or 'always'} → {now or 'always'}", was, now
        )
    yield from compare_export(path, old, new, before, after)
    if old.get("Description") != new.get("Description"):
        where = (*path, "Description")
        yield TemplateChange(Aspect.OUTPUT_DESCRIPTION, where, "", old.get("Description"), new.get("Description"))


def compare_export(
    path: tuple[str, str], old: Mapping[str, Any], new: Mapping[str, Any], before: Canonical, after: Canonical
) -> Iterator[TemplateChange]:
    """Changes of the name under which other stacks import an output."""
    was, now = export_name(old), export_name(new)
    where = (*path, "Export")
    if was is None and now is not None:
        yield TemplateChange(Aspect.EXPORT_ADDED, where, "", was, now)
    elif was is not None and now is None:
        yield TemplateChange(Aspect.EXPORT_REMOVED, where, "", was, now)
    elif before.value(was) != after.value(now):
        yield TemplateChange(Aspect.EXPORT_RENAMED, where, "", was, now)


def export_name(output: Mapping[str, Any]) -> Any:
    """The name as written in the template; None without an export."""
    export = output.get("Export")
    return export.get("Name") if isinstance(export, Mapping) else None
