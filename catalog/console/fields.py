"""The fields of a form: each parameter and TagOption as a page shows it, with what was typed and is wrong. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from catalog.cfn import ParameterValues, Pseudo
from catalog.provisioning.choices import Choices
from catalog.provisioning.form import LaunchForm
from catalog.provisioning.form_faults import FormFault
from catalog.provisioning.form_parameters import FormParameter
from catalog.provisioning.form_words import rule_texts, value_texts

NAME, TAGS, ACCOUNTS, REGIONS = "name", "tags", "accounts", "regions"
"""Names of inputs that are no parameter and no TagOption."""
MOST_BOXES = 20
"""Values of a list up to which each has a box to tick."""
LONG = 300
"""Characters from which on a text gets several lines."""
KEEPS = "Leave it empty to keep its value."


class FieldKind(StrEnum):
    """How a value is typed or chosen."""

    TEXT = "text"
    NUMBER = "number"
    AREA = "area"
    SELECT = "select"
    BOXES = "boxes"
    SECRET = "secret"  # noqa: S105  # a kind of field


@dataclass(frozen=True, slots=True)
class FieldOption:
    """A value to choose."""

    value: str
    text: str
    chosen: bool = False
    refused: bool = False
    """Whether the rules refuse it together with the other values."""


@dataclass(frozen=True, slots=True)
class FieldFault:
    """Something that is wrong, at the field where it can be corrected."""

    field: str
    """The name of the input; empty for the whole form."""
    text: str


@dataclass(frozen=True, slots=True)
class ConsoleField:
    """A field of a form."""

    name: str
    """Of its input."""
    label: str
    kind: FieldKind
    value: str = ""
    code: str = ""
    """The parameter's name, where the label is another text."""
    text: str = ""
    """What it is for."""
    hints: tuple[str, ...] = ()
    """What the value may be, and what the rules of template and portfolio take away."""
    required: bool = False
    options: tuple[FieldOption, ...] = ()
    faults: tuple[str, ...] = ()

    @property
    def multiple(self) -> bool:
        """Whether it has several inputs."""
        return self.kind is FieldKind.BOXES


@dataclass(frozen=True, slots=True)
class FieldGroup:
    """A group of fields with its heading."""

    label: str
    fields: tuple[ConsoleField, ...]


def parameter_name(name: str) -> str:
    """The name of the input of a parameter."""
    return f"p.{name}"


def tag_name(key: str) -> str:
    """The name of the input of a TagOption."""
    return f"t.{key}"


def located(form: LaunchForm, faults: Iterable[FormFault]) -> list[FieldFault]:
    """Each fault at the first field that can be corrected; what has no field belongs to the further tags."""
    order = [parameter.name for parameter in form.parameters]
    placed = []
    for fault in faults:
        names = [name for name in order if name in fault.parameters]
        if names:
            placed.append(FieldFault(parameter_name(names[0]), fault.at_field))
        elif fault.tag:
            placed.append(FieldFault(tag_name(fault.tag), fault.at_field))
        elif fault.parameters:
            placed.append(FieldFault("", fault.text))
        else:
            placed.append(FieldFault(TAGS, fault.text.removeprefix("--tag").lstrip(": ")))
    return placed


def at(faults: Sequence[FieldFault], name: str) -> tuple[str, ...]:
    """What is wrong at a field."""
    return tuple(dict.fromkeys(fault.text for fault in faults if fault.field == name))


@dataclass(frozen=True, slots=True)
class FormFields:
    """A form with what was typed into it."""

    form: LaunchForm
    typed: Mapping[str, str]
    """Parameter → text. A parameter that is missing shows its default."""
    faults: Sequence[FieldFault]
    pseudo: Pseudo
    kept: frozenset[str] = frozenset()
    """NoEcho parameters that have a value already, which is never shown."""

    def groups(self) -> tuple[FieldGroup, ...]:
        """The parameters in the groups of AWS::CloudFormation::Interface."""
        shown = {each.name: value for each in self.form.parameters if (value := self.shown(each))}
        values = {name: value for name, value in self.form.values(shown).items() if name in shown}
        return tuple(
            FieldGroup(group.label, tuple(self.parameter(parameter, values) for parameter in group.parameters))
            for group in self.form.groups
        )

    def shown(self, parameter: FormParameter) -> str:
        """The value that the form shows; none of a NoEcho parameter."""
        return "" if parameter.secret else self.typed.get(parameter.name, parameter.default or "")

    def parameter(self, parameter: FormParameter, others: ParameterValues) -> ConsoleField:
        """The field of a parameter; `others` are the values of all, as functions read them."""
        offered = self.form.choices(parameter, {}, self.pseudo)
        kind = kind_of(parameter, offered)
        chooses = kind in (FieldKind.SELECT, FieldKind.BOXES)
        options = tuple(self.options(parameter, offered, others)) if offered and chooses else ()
        return ConsoleField(
            name=parameter_name(parameter.name),
            label=parameter.label,
            kind=kind,
            value=lines_of(self.shown(parameter))
            if kind is FieldKind.AREA and parameter.is_list
            else self.shown(parameter),
            code=parameter.name if parameter.label != parameter.name else "",
            text="" if parameter.description == parameter.label else parameter.description,
            hints=tuple(self.hints(parameter, offered, kind)),
            required=parameter.required and parameter.name not in self.kept,
            options=options,
            faults=at(self.faults, parameter_name(parameter.name)),
        )

    def hints(self, parameter: FormParameter, offered: Choices | None, kind: FieldKind) -> Iterator[str]:
        """What the value may be, and why values are missing."""
        if not (offered and kind in (FieldKind.SELECT, FieldKind.BOXES)):
            yield from map(capital, value_texts(parameter, offered))
        if kind is FieldKind.AREA and parameter.is_list:
            yield "One value on each line."
        if parameter.name in self.kept:
            yield KEEPS
        yield from offered.reasons if offered else ()

    def options(self, parameter: FormParameter, offered: Choices, others: ParameterValues) -> Iterator[FieldOption]:
        """The values on offer after the rules; those that the other values exclude are marked, for these can change."""
        value = self.shown(parameter)
        members = [member.strip() for member in value.split(",")] if parameter.is_list else [value]
        now = self.form.choices_among(parameter, others, self.pseudo)
        if not parameter.is_list and value not in offered.values:
            taken_away = value if parameter.name in self.typed else ""
            yield FieldOption(taken_away, taken_away or "Choose a value", chosen=True, refused=bool(taken_away))
        for each in offered.values:
            refused = now is not None and each not in now.values
            yield FieldOption(each, each or "(empty)", each in members, refused)

    def rules(self) -> list[str]:
        """What template and portfolio demand of the values, in words."""
        return list(rule_texts(self.form.rules, self.form.separate_lists))

    def tags(self, chosen: Mapping[str, str]) -> Iterator[ConsoleField]:
        """The TagOptions that need a choice. One with a parameter's name takes the value of the parameter."""
        for key, values in self.form.tag_options.items():
            parameter = self.form.parameter(key)
            if len(values) < 2 or (parameter and not parameter.secret):
                continue
            options = [FieldOption(value, value, chosen.get(key) == value) for value in values]
            if chosen.get(key) not in values:
                options.insert(0, FieldOption("", "Choose a value", chosen=True))
            name = tag_name(key)
            yield ConsoleField(
                name, key, FieldKind.SELECT, required=True, options=tuple(options), faults=at(self.faults, name)
            )

    def fixed_tags(self) -> list[tuple[str, str]]:
        """(key, words) of the TagOptions without a choice."""
        listed = []
        for key, values in self.form.tag_options.items():
            parameter = self.form.parameter(key)
            if not values:
                listed.append((key, "left out: portfolio and product have no value in common"))
            elif parameter and not parameter.secret:
                listed.append((key, f"the value of {parameter.label}"))
            elif len(values) == 1:
                listed.append((key, values[0]))
        return listed


def capital(text: str) -> str:
    """A text that begins with `must`, as a sentence; a value keeps its letters."""
    return f"M{text[1:]}" if text.startswith("must ") else text


def kind_of(parameter: FormParameter, offered: Choices | None) -> FieldKind:
    """How the value of a parameter is typed."""
    if parameter.secret:
        return FieldKind.SECRET
    if parameter.is_list:
        return FieldKind.BOXES if offered and 0 < len(offered.values) <= MOST_BOXES else FieldKind.AREA
    if offered is not None:
        return FieldKind.SELECT
    if parameter.type == "Number":
        return FieldKind.NUMBER
    longest = str(parameter.definition.get("MaxLength", ""))
    return FieldKind.AREA if longest.isdecimal() and int(longest) > LONG else FieldKind.TEXT


def lines_of(value: str) -> str:
    """The members of a list, one on each line."""
    return "\n".join(member.strip() for member in value.split(","))


def read_value(parameter: FormParameter, texts: Sequence[str]) -> str | None:
    """The value of a parameter from its inputs; None if nothing was typed where a value must be, or chosen."""
    if parameter.is_list:
        members = [part.strip() for text in texts for line in text.splitlines() for part in line.split(",")]
        value = ",".join(member for member in members if member)
    else:
        value = (texts[0] if texts else "").replace("\r\n", "\n")
        value = value if parameter.secret else value.strip()
    left_open = parameter.required or parameter.secret or not accepts_nothing(parameter)
    return None if not value and left_open else value


def accepts_nothing(parameter: FormParameter) -> bool:
    """Whether an empty text can be chosen. Where it cannot, nothing is chosen yet."""
    allowed = parameter.definition.get("AllowedValues")
    return parameter.is_list or allowed is None or "" in allowed


def read_values(form: LaunchForm, posted: Mapping[str, Sequence[str]]) -> dict[str, str]:
    """What was typed for the parameters of a form. A list without a tick is empty."""
    values = {}
    for parameter in form.parameters:
        value = read_value(parameter, posted.get(parameter_name(parameter.name), ()))
        if value is not None:
            values[parameter.name] = value
    return values


def read_tags(text: str) -> tuple[dict[str, str], list[FieldFault]]:
    """Further tags, KEY=VALUE on each line, and what is wrong with the lines."""
    tags: dict[str, str] = {}
    faults = []
    for line in filter(None, map(str.strip, text.splitlines())):
        key, separator, value = line.partition("=")
        if not separator or not key.strip():
            faults.append(FieldFault(TAGS, f"Write KEY=VALUE on each line, got {line!r}."))
        elif key.strip() in tags:
            faults.append(FieldFault(TAGS, f"The tag {key.strip()} is there twice."))
        else:
            tags[key.strip()] = value.strip()
    return tags, faults
