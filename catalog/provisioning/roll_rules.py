"""The rules of a roll: which versions it takes, in which waves, and the values for new parameters. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

from catalog.content.yaml_files import TextLoader, YamlDocument, parameter_text, read_yaml
from catalog.errors import ContentError
from catalog.model.limits import shown, shown_value

REST, ALL = "the rest", "all"
PATTERNS = ("names", "accounts", "regions", "versions")
"""What a wave, and a rule for values, can choose provisioned products by."""


@dataclass(frozen=True, slots=True)
class RollSubject:
    """A provisioned product, as waves and values choose it."""

    account: str
    region: str
    name: str
    version: str


@dataclass(frozen=True, slots=True)
class RollSelection:
    """Patterns; a provisioned product must match one of each kind that is given. `*` is any text."""

    patterns: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def takes(self, subject: RollSubject) -> bool:
        """Whether the provisioned product matches."""
        values = dict(zip(PATTERNS, (subject.name, subject.account, subject.region, subject.version), strict=True))
        return all(
            any(fnmatchcase(values[kind], pattern) for pattern in patterns) for kind, patterns in self.patterns.items()
        )


@dataclass(frozen=True, slots=True)
class Wave:
    """Provisioned products that are updated together; the next wave waits for them."""

    name: str
    selection: RollSelection


@dataclass(frozen=True, slots=True)
class ValueRule:
    """Values for parameters that provisioned products do not have yet."""

    selection: RollSelection
    values: Mapping[str, str]


def read_waves(file: Path) -> tuple[Wave, ...]:
    """The waves of a file, in order; `ContentError` with file and line for what is wrong."""
    document = read_yaml(file, str(file), TextLoader)
    entries = document.data.get("waves") if isinstance(document.data, Mapping) else None
    if not isinstance(entries, list) or not entries:
        raise ContentError(f"{file}: must have a list `waves`", hint="`catalog help roll-out.md` has an example.")
    waves = []
    for index, item in enumerate(entries):
        where = document.where(("waves", index))
        if not isinstance(item, Mapping) or not isinstance(item.get("name"), str):
            raise ContentError(f"{where}: a wave must have a name, got {shown_value(item)}")
        waves.append(Wave(item["name"], selection_of(document, ("waves", index), item, ("name",))))
    if repeated := [name for name in {wave.name for wave in waves} if [wave.name for wave in waves].count(name) > 1]:
        raise ContentError(f"{file}: two waves are called {shown(repeated[0])}")
    return tuple(waves)


def read_values(file: Path) -> tuple[ValueRule, ...]:
    """The rules for values of a file: a list `values` of rules with patterns, or one mapping for all."""
    document = read_yaml(file, str(file), TextLoader)
    if not isinstance(document.data, Mapping):
        raise ContentError(f"{file}: must be a mapping of parameter names to values, or have a list `values`")
    entries = document.data.get("values")
    if not isinstance(entries, list):
        return (ValueRule(RollSelection(), texts(document, (), document.data)),)
    rules = []
    for index, item in enumerate(entries):
        path = ("values", index)
        if not isinstance(item, Mapping) or not isinstance(item.get("parameters"), Mapping):
            raise ContentError(f"{document.where(path)}: must have a mapping `parameters`, got {shown_value(item)}")
        values = texts(document, (*path, "parameters"), item["parameters"])
        rules.append(ValueRule(selection_of(document, path, item, ("parameters",)), values))
    return tuple(rules)


def texts(document: YamlDocument, path: tuple[str | int, ...], values: Mapping[str, Any]) -> dict[str, str]:
    """Values of parameters as text."""
    return {name: parameter_text(document.where((*path, name)), name, value) for name, value in values.items()}


def selection_of(
    document: YamlDocument, path: tuple[str | int, ...], item: Mapping[str, Any], besides: Sequence[str]
) -> RollSelection:
    """The patterns of an entry; `ContentError` for members that are none."""
    if unknown := sorted(set(item) - {*PATTERNS, *besides}):
        allowed = ", ".join((*besides, *PATTERNS))
        raise ContentError(f"{document.where((*path, unknown[0]))}: unknown member {shown(unknown[0])}; {allowed}")
    patterns = {}
    for kind in PATTERNS:
        if kind in item:
            members = item[kind] if isinstance(item[kind], list) else [item[kind]]
            if not members or not all(isinstance(member, str) for member in members):
                raise ContentError(f"{document.where((*path, kind))}: {kind} must be a text or a list of texts")
            patterns[kind] = tuple(version_pattern(member) if kind == "versions" else member for member in members)
    return RollSelection(patterns)


def version_pattern(text: str) -> str:
    """`1.x` and `1.2.x` as patterns; a version as it is."""
    return text.replace("x", "*") if text.endswith(".x") else text


def values_for(rules: Sequence[ValueRule], subject: RollSubject, names: Sequence[str]) -> dict[str, str]:
    """The values for these parameters: that of the first rule that takes the provisioned product and has one."""
    values: dict[str, str] = {}
    for rule in rules:
        if rule.selection.takes(subject):
            values |= {name: value for name, value in rule.values.items() if name in names and name not in values}
    return values


def in_waves(
    subjects: Sequence[RollSubject], waves: Sequence[Wave], canary: int
) -> Iterator[tuple[str, tuple[RollSubject, ...]]]:
    """(name, members) of each wave that has some: those of the file, or the first `canary`; then the rest."""
    remaining, everything = list(subjects), len(subjects)
    if canary and remaining:
        chosen, remaining = remaining[:canary], remaining[canary:]
        yield "canary", tuple(chosen)
    for wave in waves:
        taken = {subject: wave.selection.takes(subject) for subject in remaining}
        remaining = [subject for subject, matches in taken.items() if not matches]
        if any(taken.values()):
            yield wave.name, tuple(subject for subject, matches in taken.items() if matches)
    if remaining:
        yield REST if len(remaining) < everything else ALL, tuple(remaining)
