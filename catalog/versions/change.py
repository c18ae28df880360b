"""A difference between two versions as a value, and the version bump that each kind of difference needs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import IntEnum, StrEnum
from typing import Any

Path = tuple[str | int, ...]


class Level(IntEnum):
    """The part of a semantic version that must grow; a greater level includes the lower ones."""

    NONE = 0
    PATCH = 1
    MINOR = 2
    MAJOR = 3

    @property
    def word(self) -> str:
        """`major`: the form in texts and in JSON."""
        return self.name.lower()


class Aspect(StrEnum):
    """The kinds of difference, in the order of output; the values are part of the JSON form."""

    PARAMETER_ADDED = "parameter added"
    PARAMETER_REQUIRED = "required parameter added"
    PARAMETER_REMOVED = "parameter removed"
    PARAMETER_RETYPED = "parameter type changed"
    PARAMETER_NARROWED = "parameter narrowed"
    PARAMETER_UNDECIDED = "parameter constraint changed"
    PARAMETER_WIDENED = "parameter widened"
    PARAMETER_REWRITTEN = "parameter constraint rewritten"
    DEFAULT_ADDED = "default added"
    DEFAULT_REMOVED = "default removed"
    DEFAULT_CHANGED = "default changed"
    NO_ECHO_ADDED = "NoEcho added"
    NO_ECHO_REMOVED = "NoEcho removed"
    PARAMETER_DESCRIPTION = "parameter description changed"
    PARAMETERS_REORDERED = "parameters reordered"
    RULE_ADDED = "rule added"
    RULE_REMOVED = "rule removed"
    RULE_TIGHTENED = "rule tightened"
    RULE_LOOSENED = "rule loosened"
    RULE_CHANGED = "rule changed"
    RULE_DESCRIPTION = "rule description changed"
    CONDITION_ADDED = "condition added"
    CONDITION_REMOVED = "condition removed"
    CONDITION_CHANGED = "condition changed"
    MAPPING_ADDED = "mapping added"
    MAPPING_REMOVED = "mapping removed"
    MAPPING_CHANGED = "mapping changed"
    TRANSFORM_CHANGED = "transform changed"
    METADATA_CHANGED = "metadata changed"
    SECTION_CHANGED = "section changed"
    RESOURCE_ADDED = "resource added"
    RESOURCE_REMOVED = "resource removed"
    RESOURCE_RENAMED = "resource renamed"
    RESOURCE_RETYPED = "resource type changed"
    RESOURCE_CONDITION = "resource condition changed"
    RESOURCE_NESTING = "resource nesting changed"
    PROTECTION_WEAKENED = "protection weakened"
    PROTECTION_STRENGTHENED = "protection strengthened"
    ATTRIBUTE_CHANGED = "resource attribute changed"
    RESOURCE_METADATA = "resource metadata changed"
    RESOURCES_REORDERED = "resources reordered"
    PROPERTY_REPLACES = "property replaces"
    PROPERTY_MAY_REPLACE = "property may replace"
    PROPERTY_UPDATE_FAILS = "property cannot be updated"
    PROPERTY_CHANGED = "property changed"
    PROPERTY_REWRITTEN = "property rewritten"
    TAG_ADDED = "tag added"
    TAG_REMOVED = "tag removed"
    TAG_CHANGED = "tag changed"
    STATEMENT_ADDED = "statement added"
    STATEMENT_REMOVED = "statement removed"
    STATEMENT_CHANGED = "statement changed"
    STATEMENT_REWRITTEN = "statement rewritten"
    STATEMENTS_REORDERED = "statements reordered"
    ACCESS_GAINED = "access gained"
    ACCESS_LOST = "access lost"
    ACCESS_CHANGED = "access changed"
    ACCESS_UNDECIDED = "access undecided"
    OPTIONAL_ACCESS = "optional access"
    OPTIONAL_CHANGE = "optional change"
    OUTPUT_ADDED = "output added"
    OUTPUT_REMOVED = "output removed"
    OUTPUT_RENAMED = "output renamed"
    OUTPUT_VALUE = "output value changed"
    OUTPUT_CONDITION = "output condition changed"
    OUTPUT_REWRITTEN = "output rewritten"
    OUTPUT_DESCRIPTION = "output description changed"
    OUTPUTS_REORDERED = "outputs reordered"
    EXPORT_ADDED = "export added"
    EXPORT_REMOVED = "export removed"
    EXPORT_RENAMED = "export renamed"


RULES: Mapping[Aspect, tuple[Level, str]] = {
    Aspect.PARAMETER_ADDED: (Level.MINOR, "launches and updates work without it"),
    Aspect.PARAMETER_REQUIRED: (Level.MAJOR, "an update that keeps its previous values has no value for it"),
    Aspect.PARAMETER_REMOVED: (Level.MAJOR, "a launch or update that sets it is refused"),
    Aspect.PARAMETER_RETYPED: (Level.MAJOR, "values of the old type may be refused, and Ref returns something else"),
    Aspect.PARAMETER_NARROWED: (Level.MAJOR, "values of existing launches are refused at the next update"),
    Aspect.PARAMETER_UNDECIDED: (Level.MAJOR, "it cannot be shown that all old values are still accepted"),
    Aspect.PARAMETER_WIDENED: (Level.MINOR, "all old values are accepted, and others"),
    Aspect.PARAMETER_REWRITTEN: (Level.PATCH, "it accepts exactly the same values"),
    Aspect.DEFAULT_ADDED: (Level.MINOR, "a launch no longer needs to set it"),
    Aspect.DEFAULT_REMOVED: (Level.MAJOR, "a launch must now set it"),
    Aspect.DEFAULT_CHANGED: (Level.MINOR, "a launch that does not set it has a different result"),
    Aspect.NO_ECHO_ADDED: (Level.PATCH, "its value is no longer shown"),
    Aspect.NO_ECHO_REMOVED: (Level.MINOR, "a value that was hidden is shown"),
    Aspect.PARAMETER_DESCRIPTION: (Level.PATCH, "words only"),
    Aspect.PARAMETERS_REORDERED: (Level.PATCH, "order has no meaning"),
    Aspect.RULE_ADDED: (Level.MAJOR, "it may refuse updates of existing launches"),
    Aspect.RULE_REMOVED: (Level.MINOR, "more launches are accepted"),
    Aspect.RULE_TIGHTENED: (Level.MAJOR, "it may refuse updates of existing launches"),
    Aspect.RULE_LOOSENED: (Level.MINOR, "more launches are accepted"),
    Aspect.RULE_CHANGED: (Level.MAJOR, "it cannot be shown that all old launches are still accepted"),
    Aspect.RULE_DESCRIPTION: (Level.PATCH, "words only"),
    Aspect.CONDITION_ADDED: (Level.PATCH, "the parts that use it are compared separately"),
    Aspect.CONDITION_REMOVED: (Level.PATCH, "the parts that used it are compared separately"),
    Aspect.CONDITION_CHANGED: (Level.PATCH, "the parts that use it are compared separately"),
    Aspect.MAPPING_ADDED: (Level.PATCH, "the parts that read it are compared separately"),
    Aspect.MAPPING_REMOVED: (Level.PATCH, "the parts that read it are compared separately"),
    Aspect.MAPPING_CHANGED: (Level.PATCH, "the parts that read it are compared separately"),
    Aspect.TRANSFORM_CHANGED: (Level.MAJOR, "a different macro produces the launched template"),
    Aspect.METADATA_CHANGED: (Level.PATCH, "it creates no resource"),
    Aspect.SECTION_CHANGED: (Level.MAJOR, "the effect of an unknown section cannot be decided"),
    Aspect.RESOURCE_ADDED: (Level.MINOR, "existing resources stay"),
    Aspect.RESOURCE_REMOVED: (Level.MAJOR, "the update deletes it"),
    Aspect.RESOURCE_RENAMED: (
        Level.MAJOR,
        "CloudFormation creates a new resource under the new logical id and deletes the old one",
    ),
    Aspect.RESOURCE_RETYPED: (Level.MAJOR, "CloudFormation creates a new resource and deletes the old one"),
    Aspect.RESOURCE_CONDITION: (Level.MAJOR, "the update deletes it where the condition becomes false"),
    Aspect.RESOURCE_NESTING: (Level.MAJOR, "the update deletes it where the loop no longer creates it"),
    Aspect.PROTECTION_WEAKENED: (Level.MAJOR, "a deletion or replacement now loses data that it kept before"),
    Aspect.PROTECTION_STRENGTHENED: (Level.MINOR, "a deletion or replacement now keeps data that it lost before"),
    Aspect.ATTRIBUTE_CHANGED: (Level.MINOR, "the stack waits for or updates the resource differently"),
    Aspect.RESOURCE_METADATA: (Level.PATCH, "it changes no property"),
    Aspect.RESOURCES_REORDERED: (Level.PATCH, "order has no meaning"),
    Aspect.PROPERTY_REPLACES: (Level.MAJOR, "the resource is replaced: a new one is created, the old one deleted"),
    Aspect.PROPERTY_MAY_REPLACE: (
        Level.MAJOR,
        "the resource may be replaced: a new one is created, the old one deleted",
    ),
    Aspect.PROPERTY_UPDATE_FAILS: (Level.MAJOR, "updates of existing launches fail"),
    Aspect.PROPERTY_CHANGED: (Level.MINOR, "the resource is updated in place"),
    Aspect.PROPERTY_REWRITTEN: (Level.PATCH, "the value is the same"),
    Aspect.TAG_ADDED: (Level.MINOR, "the resource is updated in place"),
    Aspect.TAG_REMOVED: (Level.MAJOR, "IAM conditions and cost reports may rely on it"),
    Aspect.TAG_CHANGED: (Level.MAJOR, "IAM conditions and cost reports may rely on the old value"),
    Aspect.STATEMENT_ADDED: (
        Level.MINOR,
        "the policy is updated in place; the access that it gives or takes is compared separately",
    ),
    Aspect.STATEMENT_REMOVED: (
        Level.MINOR,
        "the policy is updated in place; the access that it gave or took is compared separately",
    ),
    Aspect.STATEMENT_CHANGED: (
        Level.MINOR,
        "the policy is updated in place; the access that it gives or takes is compared separately",
    ),
    Aspect.STATEMENT_REWRITTEN: (Level.PATCH, "its meaning is the same"),
    Aspect.STATEMENTS_REORDERED: (Level.PATCH, "order has no meaning"),
    Aspect.ACCESS_GAINED: (Level.MINOR, "it widens access"),
    Aspect.ACCESS_LOST: (Level.MAJOR, "it takes access that someone may rely on"),
    Aspect.ACCESS_CHANGED: (Level.MAJOR, "it cannot be shown that it neither takes nor gives access"),
    Aspect.ACCESS_UNDECIDED: (Level.MAJOR, "it cannot be shown that it takes no access"),
    Aspect.OPTIONAL_ACCESS: (Level.MINOR, "what is launched keeps its access until the new parameter is set"),
    Aspect.OPTIONAL_CHANGE: (Level.MINOR, "what is launched stays as it is until the new parameter is set"),
    Aspect.OUTPUT_ADDED: (Level.MINOR, "existing outputs stay"),
    Aspect.OUTPUT_REMOVED: (Level.MAJOR, "people and programs read it"),
    Aspect.OUTPUT_RENAMED: (Level.MAJOR, "people and programs read it under its old name"),
    Aspect.OUTPUT_VALUE: (
        Level.MAJOR,
        "people and programs read another value; while another stack imports it, the update fails",
    ),
    Aspect.OUTPUT_CONDITION: (Level.MAJOR, "it is missing where the condition is false"),
    Aspect.OUTPUT_REWRITTEN: (Level.PATCH, "the value is the same"),
    Aspect.OUTPUT_DESCRIPTION: (Level.PATCH, "words only"),
    Aspect.OUTPUTS_REORDERED: (Level.PATCH, "order has no meaning"),
    Aspect.EXPORT_ADDED: (Level.MINOR, "existing exports stay"),
    Aspect.EXPORT_REMOVED: (Level.MAJOR, "other stacks may import it; while one does, the update fails"),
    Aspect.EXPORT_RENAMED: (
        Level.MAJOR,
        "other stacks may import it under its old name; while one does, the update fails",
    ),
}
"""The version bump that each kind needs, and why; docs/versions.md has the same table."""

WIDENING = frozenset({Aspect.ACCESS_GAINED, Aspect.ACCESS_CHANGED, Aspect.ACCESS_UNDECIDED, Aspect.OPTIONAL_ACCESS})
"""Changes after which a principal may do more, or of which that cannot be excluded."""

if missing := set(Aspect) - set(RULES):
    raise TypeError(f"no rule for {sorted(missing)}")


@dataclass(frozen=True, slots=True)
class TemplateChange:
    """One difference between two templates."""

    aspect: Aspect
    path: Path
    """The path in the new template, or in the old one if the new one no longer has it."""
    detail: str = ""
    """More about the change, in words that follow the path; empty if `before` and `after` are enough."""
    before: Any = None
    """The old value; None if it was added."""
    after: Any = None
    """The new value; None if it was removed."""
    witness: str | None = None
    """A value that the old version accepts and the new one refuses; for a widened parameter, the reverse."""

    @property
    def level(self) -> Level:
        """The version bump that it needs."""
        return RULES[self.aspect][0]

    @property
    def reason(self) -> str:
        """Why it needs that version bump."""
        return RULES[self.aspect][1]

    @property
    def widens_access(self) -> bool:
        """Whether a principal may do more than before, or whether that cannot be excluded."""
        return self.aspect in WIDENING

    @property
    def where(self) -> str:
        """`path` as text: `Resources/Key/Properties/KeyPolicy`."""
        return "/".join(map(str, self.path))


@dataclass(frozen=True, slots=True)
class Verdict:
    """The smallest version bump that is enough, and the changes that need it."""

    level: Level
    reasons: tuple[TemplateChange, ...] = ()


def verdict(changes: tuple[TemplateChange, ...]) -> Verdict:
    """The highest level that a change needs; `Level.NONE` without changes."""
    level = max((change.level for change in changes), default=Level.NONE)
    return Verdict(level, tuple(change for change in changes if change.level is level))
