"""The parameters of a product as the launch form shows them, before and after a change."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from catalog.cfn import Pseudo, Template
from catalog.cfn.template import section
from catalog.provisioning.choices import choices
from catalog.provisioning.form_parameters import FormParameter, groups_of
from catalog.provisioning.form_words import labelled, value_texts
from catalog.review.mark import PartMark, mark_of

EXAMPLE_PSEUDO = Pseudo("123456789012", "us-east-1")
REMOVED_GROUP = "No longer asked for"


@dataclass(frozen=True, slots=True)
class ParameterField:
    """A parameter as a person reads it."""

    name: str
    label: str
    text: str
    """Label and description, without repeats."""
    values: str
    """What the value may be, its default and an example."""
    reasons: tuple[str, ...]
    """The words of the rules that take values away."""
    required: bool
    type: str
    description: str = ""


@dataclass(frozen=True, slots=True)
class ParameterPair:
    """A parameter before and after; None where it does not exist."""

    before: ParameterField | None
    after: ParameterField | None
    mark: PartMark

    @property
    def field(self) -> ParameterField:
        """The parameter as it is now, or as it was."""
        either = self.after or self.before
        assert either is not None  # noqa: S101  # a pair has one of the two
        return either


@dataclass(frozen=True, slots=True)
class ComparedGroup:
    """A group of the form."""

    label: str
    pairs: tuple[ParameterPair, ...]


def parameter_groups(new: Template | None, old: Template | None = None) -> tuple[ComparedGroup, ...]:
    """The groups of the form of `new`, compared with `old`. Without `old`, nothing is marked."""
    before, after = form_fields(old), form_fields(new)
    flat = {field.name: field for fields in before.values() for field in fields}
    names = {field.name for fields in after.values() for field in fields}
    groups = [
        ComparedGroup(label, tuple(pair(flat.get(field.name), field, old is not None) for field in fields))
        for label, fields in after.items()
    ]
    gone = tuple(pair(field, None, compared=True) for name, field in flat.items() if name not in names)
    if gone:
        groups.append(ComparedGroup(REMOVED_GROUP, gone))
    return tuple(groups)


def pair(before: ParameterField | None, after: ParameterField | None, compared: bool) -> ParameterPair:
    """Both sides of a parameter."""
    return ParameterPair(before, after, mark_of(before, after) if compared else PartMark.SAME)


def form_fields(template: Template | None, rules: Mapping[str, Any] | None = None) -> dict[str, list[ParameterField]]:
    """Label of a group → its parameters, with the values that the template's rules, and `rules`, leave."""
    if template is None:
        return {}
    every = {**section(template, "Rules"), **(rules or {})}
    groups = groups_of(section(template, "Parameters"), template.get("Metadata"))
    result: dict[str, list[ParameterField]] = {}
    for group in groups:
        result.setdefault(group.label, []).extend(form_field(parameter, every) for parameter in group.parameters)
    return result


def form_field(parameter: FormParameter, rules: Mapping[str, Any]) -> ParameterField:
    """One parameter."""
    offered = choices(parameter.name, parameter.definition, rules, {}, EXAMPLE_PSEUDO)
    return ParameterField(
        parameter.name,
        parameter.label,
        labelled(parameter),
        "; ".join(value_texts(parameter, offered)),
        offered.reasons if offered else (),
        parameter.required,
        parameter.type,
        parameter.description,
    )
