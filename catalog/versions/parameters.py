"""Parameters of two versions: what people must give, may give, and may no longer give."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from catalog.cfn.accepted_values import ALL, CONSTRAINTS, Fit, Inclusion, included, shown, well_formed
from catalog.cfn.template import text_of
from catalog.versions.change import Aspect, TemplateChange
from catalog.versions.sections import members, reordered

WORDS = ("Description", "ConstraintDescription")


def compare_parameters(
    old: Mapping[str, Any], new: Mapping[str, Any], seeds: Mapping[str, Sequence[str]]
) -> Iterator[TemplateChange]:
    """What differs in Parameters; `seeds` are values that people launch with, by parameter."""
    for name, before, after in members(old, new, "Parameters"):
        path = ("Parameters", name)
        if before is None:
            aspect = Aspect.PARAMETER_ADDED if "Default" in after else Aspect.PARAMETER_REQUIRED
            yield TemplateChange(aspect, path, added(after), after=after)
        elif after is None:
            yield TemplateChange(Aspect.PARAMETER_REMOVED, path, before=before)
        else:
            yield from compare_parameter(path, before, after, seeds.get(name, ()))
    yield from reordered(old, new, "Parameters", Aspect.PARAMETERS_REORDERED)


def added(definition: Mapping[str, Any]) -> str:
    """The value of a new parameter that a launch does not set."""
    return f"default {shown(definition, text_of(definition['Default']) or '')!r}" if "Default" in definition else ""


def compare_parameter(
    path: tuple[str, str], old: Mapping[str, Any], new: Mapping[str, Any], seeds: Sequence[str]
) -> Iterator[TemplateChange]:
    """One parameter that both versions have."""
    if old.get("Type") != new.get("Type"):
        yield TemplateChange(Aspect.PARAMETER_RETYPED, (*path, "Type"), before=old.get("Type"), after=new.get("Type"))
    elif not well_formed(old) or not well_formed(new):
        if any(old.get(name) != new.get(name) for name in CONSTRAINTS):
            yield TemplateChange(Aspect.PARAMETER_UNDECIDED, path, "its definition is malformed")
    else:
        yield from compare_constraints(path, old, new, seeds)
    yield from compare_default(path, old, new)
    hidden = [text_of(each.get("NoEcho")) == "true" for each in (old, new)]
    if hidden[0] != hidden[1]:
        yield TemplateChange(Aspect.NO_ECHO_ADDED if hidden[1] else Aspect.NO_ECHO_REMOVED, (*path, "NoEcho"))
    for word in WORDS:
        if old.get(word) != new.get(word):
            yield TemplateChange(Aspect.PARAMETER_DESCRIPTION, (*path, word), before=old.get(word), after=new.get(word))


def compare_default(path: tuple[str, str], old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterator[TemplateChange]:
    """The value of who gives none."""
    before, after = (shown(each, text_of(each["Default"]) or "") if "Default" in each else None for each in (old, new))
    where = (*path, "Default")
    if "Default" not in old and "Default" in new:
        yield TemplateChange(Aspect.DEFAULT_ADDED, where, after=after)
    elif "Default" in old and "Default" not in new:
        yield TemplateChange(Aspect.DEFAULT_REMOVED, where, before=before)
    elif text_of(old.get("Default")) != text_of(new.get("Default")):
        yield TemplateChange(Aspect.DEFAULT_CHANGED, where, before=before, after=after)


def compare_constraints(
    path: tuple[str, str], old: Mapping[str, Any], new: Mapping[str, Any], seeds: Sequence[str]
) -> Iterator[TemplateChange]:
    """Which values are accepted; one change for narrowed and one for widened, when it is both."""
    changed = [name for name in CONSTRAINTS if old.get(name) != new.get(name)]
    if not changed:
        return
    before, after = ({name: each[name] for name in changed if name in each} for each in (old, new))
    still, formerly = included(old, new, seeds), included(new, old, seeds)
    for aspect, answer, words in (
        (Aspect.PARAMETER_NARROWED, still, "refuses"),
        (Aspect.PARAMETER_WIDENED, formerly, "accepts"),
    ):
        if answer.fit is Fit.NOT_ALL:
            yield TemplateChange(
                aspect, path, f"{', '.join(changed)}{example(answer, words)}", before, after, answer.witness
            )
    if still.fit is Fit.UNKNOWN:
        yield TemplateChange(
            Aspect.PARAMETER_UNDECIDED, path, f"{', '.join(changed)}; treated as narrowed", before, after
        )
    if still == formerly == ALL:
        yield TemplateChange(Aspect.PARAMETER_REWRITTEN, path, ", ".join(changed), before, after)


def example(answer: Inclusion, words: str) -> str:
    """The witness in words; a long one by its length."""
    if answer.witness is None:
        return ""
    text = answer.witness
    return f": {words} {text!r}" if len(text) <= 80 else f": {words} a value of {len(text)} characters"


def values_of(examples: Sequence[Mapping[str, str]]) -> dict[str, list[str]]:
    """Values that the examples give each parameter, lists by their members."""
    values: dict[str, list[str]] = {}
    for each in examples:
        for name, value in each.items():
            values.setdefault(name, []).extend(
                [value, *(member.strip() for member in value.split(",") if "," in value)]
            )
    return values
