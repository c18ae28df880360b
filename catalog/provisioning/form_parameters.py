"""The parameters of a launch form: their groups, labels and texts, as the console shows them. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from catalog.cfn import is_secret
from catalog.cfn.accepted_values import accepts, example
from catalog.cfn.parameter_types import parse_type
from catalog.cfn.template import TemplateError, text_of

INTERFACE = "AWS::CloudFormation::Interface"
OTHER = "Other parameters"
"""The console's group for parameters that no group has (CloudFormation user guide, AWS::CloudFormation::Interface)."""
ONLY_GROUP = "Parameters"
EXAMPLE_WORDS = ("such as ", "e.g. ", "for example ")


@dataclass(frozen=True, slots=True)
class FormParameter:
    """A parameter of the form."""

    name: str
    label: str
    """Of AWS::CloudFormation::Interface; else the name."""
    definition: Mapping[str, Any]
    """As a template declares it."""

    @property
    def type(self) -> str:
        """The template's type, such as String."""
        return str(self.definition.get("Type", "String"))

    @property
    def is_list(self) -> bool:
        """Whether a value has members, separated by commas."""
        return parse_type(self.type).is_list

    @property
    def description(self) -> str:
        """What the value is for."""
        return str(self.definition.get("Description", ""))

    @property
    def explanation(self) -> str:
        """ConstraintDescription: the pattern in words."""
        return str(self.definition.get("ConstraintDescription", ""))

    @property
    def default(self) -> str | None:
        """The default; None if a value must be given."""
        return text_of(self.definition.get("Default"))

    @property
    def required(self) -> bool:
        """Whether a launch must give a value."""
        return self.default is None

    @property
    def secret(self) -> bool:
        """NoEcho: the value is never shown."""
        return is_secret(self.definition)

    @property
    def example(self) -> str:
        """A value that would do: one that the texts name (`such as prod/s3-data`), else one that the limits allow."""
        for text in (self.description, self.explanation):
            for value in named_examples(text):
                if accepts_value(self.definition, value):
                    return value
        if "AllowedValues" in self.definition or parse_type(self.type).member != "String":
            return example(self.definition) or ""
        return ""  # a value from a pattern alone, such as `a`, helps nobody


@dataclass(frozen=True, slots=True)
class FormGroup:
    """A group of parameters with its label, in the order of the console."""

    label: str
    parameters: tuple[FormParameter, ...]


def groups_of(parameters: Mapping[str, Any], metadata: object) -> tuple[FormGroup, ...]:
    """The groups of AWS::CloudFormation::Interface; parameters without a group follow, as in the console."""
    interface = metadata.get(INTERFACE) if isinstance(metadata, Mapping) else None
    interface = interface if isinstance(interface, Mapping) else {}
    labels = interface.get("ParameterLabels")
    labels = labels if isinstance(labels, Mapping) else {}
    remaining = dict.fromkeys(parameters)
    groups = []
    declared = interface.get("ParameterGroups")
    for group in declared if isinstance(declared, list) else ():
        members = group.get("Parameters") if isinstance(group, Mapping) else None
        names = [name for name in members if name in remaining] if isinstance(members, list) else []
        for name in names:
            del remaining[name]
        if names:
            groups.append((default_of(group.get("Label")) or ONLY_GROUP, names))
    if remaining:
        groups.append((OTHER if groups else ONLY_GROUP, list(remaining)))
    return tuple(
        FormGroup(
            label,
            tuple(FormParameter(name, default_of(labels.get(name)) or name, parameters[name]) for name in names),
        )
        for label, names in groups
    )


def default_of(label: object) -> str:
    """The text of a label: its member `default`."""
    return str(label["default"]) if isinstance(label, Mapping) and label.get("default") else ""


def named_examples(text: str) -> Iterator[str]:
    """The values that a text names as examples, such as `prod/s3-data` in this line."""
    for words in EXAMPLE_WORDS:
        for after in text.split(words)[1:]:
            yield (after.split() or [""])[0].rstrip(".,;:)")


def accepts_value(definition: Mapping[str, Any], value: str) -> bool:
    """Whether a definition accepts a value."""
    try:
        return accepts(definition, value)
    except TemplateError:
        return False
