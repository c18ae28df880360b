"""Compare the parameters of two versions: what people must set, may set, and may no longer set."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from catalog.cfn.accepted_values import ALL, CONSTRAINTS, Fit, Inclusion, included, shown, well_formed
from catalog.cfn.template import text_of
from catalog.versions.change import Aspect, TemplateChange
from catalog.versions.sections import members, reordered

WORDS = ("Description", "ConstraintDescription")


def compare_parameters(
    old: Mapping[str, Any], new: Mapping[str, Any], example_values: Mapping[str, Sequence[str]]
) -> Iterator[TemplateChange]:
    """The changes in Parameters; `example_values` are values of launches, by parameter."""
    for name, before, after in members(old, new, "Parameters"):
        path = ("Parameters", name)
        if before is None:
            aspect = Aspect.PARAMETER_ADDED if "Default" in after else Aspect.PARAMETER_REQUIRED
            yield TemplateChange(aspect, path, added(after), after=after)
        elif after is None:
            yield TemplateChange(Aspect.PARAMETER_REMOVED, path, before=before)
        else:
            yield from compare_parameter(path, before, after, example_values.get(name, ()))
    yield from reordered(old, new, "Parameters", Aspect.PARAMETERS_REORDERED)


def added(definition: Mapping[str, Any]) -> str:
    """The default of a new parameter, in words."""
    return f"default {shown(definition, text_of(definition['Default']) or '')!r}" if "Default" in definition else ""


def compare_parameter(
    path: tuple[str, str], old: Mapping[str, Any], new: Mapping[str, Any], example_values: Sequence[str]
) -> Iterator[TemplateChange]:
    """Changes of a parameter that both versions have."""
    if old.get("Type") != new.get("Type"):
        yield TemplateChange(Aspect.PARAMETER_RETYPED, (*path, "Type"), before=old.get("Type"), after=new.get("Type"))
    elif not well_formed(old) or not well_formed(new):
        if any(old.get(name) != new.get(name) for name in CONSTRAINTS):
            yield TemplateChange(Aspect.PARAMETER_UNDECIDED, path, "its definition is malformed")
    else:
        yield from compare_constraints(path, old, new, example_values)
    yield from compare_default(path, old, new)
    hidden = [text_of(definition.get("NoEcho")) == "true" for definition in (old, new)]
    if hidden[0] != hidden[1]:
        yield TemplateChange(Aspect.NO_ECHO_ADDED if hidden[1] else Aspect.NO_ECHO_REMOVED, (*path, "NoEcho"))
    for word in WORDS:
        if old.get(word) != new.get(word):
            yield TemplateChange(Aspect.PARAMETER_DESCRIPTION, (*path, word), before=old.get(word), after=new.get(word))


def compare_default(path: tuple[str, str], old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterator[TemplateChange]:
    """Changes of the value that a launch gets if it does not set the parameter."""
    before, after = (
        shown(definition, text_of(definition["Default"]) or "") if "Default" in definition else None
        for definition in (old, new)
    )
    where = (*path, "Default")
    if "Default" not in old and "Default" in new:
        yield TemplateChange(Aspect.DEFAULT_ADDED, where, after=after)
    elif "Default" in old and "Default" not in new:
        yield TemplateChange(Aspect.DEFAULT_REMOVED, where, before=before)
    elif text_of(old.get("Default")) != text_of(new.get("Default")):
        yield TemplateChange(Aspect.DEFAULT_CHANGED, where, before=before, after=after)


def compare_constraints(
    path: tuple[str, str], old: Mapping[str, Any], new: Mapping[str, Any], example_values: Sequence[str]
) -> Iterator[TemplateChange]:
    """Changes of the accepted values; two changes if the parameter is both narrowed and widened."""
    changed = [name for name in CONSTRAINTS if old.get(name) != new.get(name)]
    if not changed:
        return
    before, after = ({name: definition[name] for name in changed if name in definition} for definition in (old, new))
    old_in_new, new_in_old = included(old, new, example_values), included(new, old, example_values)
    for aspect, answer, words in (
        (Aspect.PARAMETER_NARROWED, old_in_new, "refuses"),
        (Aspect.PARAMETER_WIDENED, new_in_old, "accepts"),
    ):
        if answer.fit is Fit.NOT_ALL:
            yield TemplateChange(
                aspect, path, f"{', '.join(changed)}{example(answer, words)}", before, after, answer.witness
            )
    if old_in_new.fit is Fit.UNKNOWN:
        yield TemplateChange(
            Aspect.PARAMETER_UNDECIDED, path, f"{', '.join(changed)}; treated as narrowed", before, after
        )
    if old_in_new == new_in_old == ALL:
        yield TemplateChange(Aspect.PARAMETER_REWRITTEN, path, ", ".join(changed), before, after)


def example(answer: Inclusion, words: str) -> str:
    """The witness in words; only the length of a long witness."""
    if answer.witness is None:
        return ""
    text = answer.witness
    return f": {words} {text!r}" if len(text) <= 80 else f": {words} a value of {len(text)} characters"


def values_of(examples: Sequence[Mapping[str, str]]) -> dict[str, list[str]]:
    """Parameter → its values in the examples; for a list, also its members."""
    values: dict[str, list[str]] = {}
    for parameters in examples:
        for name, value in parameters.items():
            values.setdefault(name, []).extend(
                [value, *(member.strip() for member in value.split(",") if "," in value)]
            )
    return values
