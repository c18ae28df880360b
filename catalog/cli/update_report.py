"""What an update would do, as text and as JSON."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any

from catalog.access import AccessEffect
from catalog.cli.reports import echo_wrapped
from catalog.versions.update_effects import AccessShift, ResourceEffect, ResourceUpdate, grouped_shifts

if TYPE_CHECKING:
    from catalog.provisioning.update import Update, UpdatePreview

COLOURS = {
    ResourceEffect.REPLACED: "red",
    ResourceEffect.DELETED: "red",
    ResourceEffect.MAY_BE_REPLACED: "red",
    ResourceEffect.FAILS: "red",
    ResourceEffect.LEFT: "magenta",
    ResourceEffect.CREATED: "green",
}
SIGNS = {
    ResourceEffect.CREATED: "+",
    ResourceEffect.UPDATED: "~",
    ResourceEffect.MAY_BE_REPLACED: "!",
    ResourceEffect.REPLACED: "!",
    ResourceEffect.DELETED: "-",
    ResourceEffect.LEFT: "-",
    ResourceEffect.FAILS: "x",
    ResourceEffect.UNCHANGED: " ",
}
FEW = 3
"""Unchanged resources and principals up to this number are named."""
MOST_ACTIONS = 6
"""Actions up to this number are named; with -v all."""


def print_preview(change: Update, effects: UpdatePreview, *, verbose: bool) -> None:
    """Print what the update does; with `verbose`, every difference, resource and principal."""
    for colour, line in preview_lines(change, effects, verbose):
        echo_wrapped(line, colour)


def preview_lines(change: Update, effects: UpdatePreview, verbose: bool) -> Iterator[tuple[str, str]]:
    """(colour, line) of the whole preview."""
    yield "", heading(change)
    if change.current.path_id not in ("", change.form.path.id):
        portfolio = change.form.path.portfolio
        yield "yellow", f"  ! moves to portfolio {portfolio}, with its rules, tags and launch role"
    yield from parameter_lines(change)
    if effects.plan is not None and not effects.plan.changes:
        yield "", "  AWS says: no resource changes"
    yield from resource_lines(effects.resources, verbose)
    if effects.effects:
        yield from access_lines(effects.effects.access, verbose)
        if effects.effects.access_unknown:
            yield "yellow", f"  ! access was not compared: {effects.effects.access_unknown}"
    yield from difference_lines(effects, verbose)


def heading(change: Update) -> str:
    """`s3-data: KMS key 2.0.0 → 2.1.0, 12 parameters keep their values`."""
    versions = change.version.name
    if change.version.id != change.current.artifact_id:
        versions = f"{change.old_version} → {versions}"
    number = len(change.kept)
    kept = f"{number} parameters keep their values" if number > 1 else "1 parameter keeps its value" if number else ""
    return ", ".join(filter(None, [f"{change.current.name}: {change.product.name} {versions}", kept]))


def parameter_lines(change: Update) -> Iterator[tuple[str, str]]:
    """The values that change, and the defaults that new parameters take."""
    from catalog.provisioning.update import shown_value

    previous = change.current.parameters or {}
    for name in change.changed:
        was = f"  (was {shown_value(change, name, previous[name])})" if name in previous else ""
        yield "", f"  {name} = {shown_value(change, name, change.wanted.parameters[name]) or repr('')}{was}"
    for parameter in change.defaults:
        value = shown_value(change, parameter.name, parameter.default or "")
        yield "", f"  {parameter.name} = {value or repr('')}  (new, the default)"
    for key, value in change.wanted.tags.items():
        if change.current.tags.get(key) != value:
            yield "", f"  tag {key} = {value}"


def resource_lines(resources: Iterable[ResourceUpdate], verbose: bool) -> Iterator[tuple[str, str]]:
    """A line for each resource; many unchanged ones share a line."""
    resources = tuple(resources)
    unchanged = [update for update in resources if update.effect is ResourceEffect.UNCHANGED]
    together = len(unchanged) > FEW and not verbose
    width = max((len(update.logical_id) for update in resources), default=0)
    for update in resources:
        if together and update.effect is ResourceEffect.UNCHANGED:
            continue
        reasons = f" ({'; '.join(update.reasons)})" if update.reasons else ""
        kind = "" if update.effect is ResourceEffect.UNCHANGED else f"{update.type}: "
        held = "  It holds data or keys." if update.loses else ""
        text = f"  {SIGNS[update.effect]} {update.logical_id.ljust(width)}  {kind}{update.effect}{reasons}{held}"
        yield COLOURS.get(update.effect, ""), text
    if together:
        yield "", f"    {len(unchanged)} other resources are unchanged"


def access_lines(shifts: Iterable[AccessShift], verbose: bool) -> Iterator[tuple[str, str]]:
    """Who gains and who loses what; principals with the same change share a line."""
    grouped = grouped_shifts(shifts)
    if not grouped:
        yield "", "    nobody gains or loses access"
    for shift, principals in grouped:
        resource, effect, actions = shift.resource, shift.effect, shift.actions
        colour = "yellow" if effect is not AccessEffect.LOSES else "magenta"
        number = len(principals)
        verb = str(effect) if number == 1 else {"gains": "gain", "loses": "lose"}.get(str(effect), "change")
        listed = ", ".join(actions if verbose or len(actions) <= MOST_ACTIONS else actions[:MOST_ACTIONS])
        more = f" and {len(actions) - MOST_ACTIONS} more" if not verbose and len(actions) > MOST_ACTIONS else ""
        yield colour, f"  ! {resource}: {number} principal{'s' * (number > 1)} {verb} {listed}{more}"
        few = number <= FEW or verbose
        names = principals if few else [*principals[: FEW - 1], f"and {number - FEW + 1} more (-v)"]
        for name in names:
            yield colour, f"      {name}"


def difference_lines(effects: UpdatePreview, verbose: bool) -> Iterator[tuple[str, str]]:
    """The verdict on the two versions, for every launch; with `verbose` each difference."""
    from catalog.versions import report

    if effects.difference is None:
        return
    verdict = effects.difference.verdict
    changes = effects.difference.changes
    if verbose:
        yield "", f"  the versions differ in {len(changes)} places ({verdict.level.word}):"
        for change in changes:
            yield "", f"    {report.marked(change)}"
        return
    kinds = Counter(str(change.aspect) for change in verdict.reasons)
    words = ", ".join(f"{number} times {aspect}" if number > 1 else aspect for aspect, number in kinds.items())
    yield "", f"    for every launch: a {verdict.level.word} change{f' ({words})' if words else ''}; -v lists all"


def preview_data(change: Update, effects: UpdatePreview) -> dict[str, Any]:
    """The preview as JSON data."""
    return {
        **version_data(change),
        "resources": [resource_data(update) for update in effects.resources],
        "access": [
            {
                "resource": shift.resource,
                "principal": shift.principal,
                "effect": str(shift.effect),
                "actions": list(shift.actions),
            }
            for shift in (effects.effects.access if effects.effects else ())
        ],
        "access_unknown": effects.effects.access_unknown if effects.effects else "no template can be read",
        "verdict": effects.difference.verdict.level.word if effects.difference else "",
        "planned": effects.plan is not None,
    }


def version_data(change: Update) -> dict[str, Any]:
    """What changes of version, parameters and tags. No values: some are secret."""
    return {
        "from": change.old_version,
        "to": change.version.name,
        "kept": list(change.kept),
        "changed": list(change.changed),
        "defaults": [parameter.name for parameter in change.defaults],
        "tags": sorted(change.wanted.tags),
    }


def resource_data(update: ResourceUpdate) -> dict[str, Any]:
    """What happens to a resource."""
    return {
        "resource": update.logical_id,
        "type": update.type,
        "effect": update.effect.name.lower(),
        "reasons": list(update.reasons),
        "loses": update.loses,
    }


def nothing_data(change: Update) -> dict[str, Any]:
    """The document of an update that has nothing to do: no record, status UNCHANGED."""
    return {
        "record": "",
        "status": "UNCHANGED",
        "provisioned_product": change.current.id,
        "name": change.current.name,
        "type": change.current.type,
        "outputs": {},
        "errors": [],
        "instances": [],
        "update": {
            **version_data(change),
            "resources": [],
            "access": [],
            "access_unknown": "",
            "verdict": "",
            "planned": False,
        },
    }
