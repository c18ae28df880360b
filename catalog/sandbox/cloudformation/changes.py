"""The changes that a change set shows.

Source: API reference, ResourceChange and ResourceChangeDetail.
"""

from __future__ import annotations

from dataclasses import dataclass

STATIC, DYNAMIC = "Static", "Dynamic"
"""Evaluation: whether the new value is known before the change set is executed."""
DIRECT, PARAMETER, RESOURCE, ATTRIBUTE, AUTOMATIC = (
    "DirectModification",
    "ParameterReference",
    "ResourceReference",
    "ResourceAttribute",
    "Automatic",
)
"""ChangeSource: the template, a parameter, the Ref or Fn::GetAtt of a resource, or the template of a nested stack."""
LEFT = ("True", "Conditional")
"""Values of Replacement with which a physical resource can be left."""


@dataclass(frozen=True, slots=True)
class ChangeDetail:
    """One reason why a part of a resource changes."""

    attribute: str
    """Properties, Tags, Metadata or another part of the resource."""
    name: str = ""
    """The property."""
    recreation: str = "Never"
    """RequiresRecreation: Never, Conditionally or Always."""
    evaluation: str = STATIC
    source: str = DIRECT
    cause: str = ""
    """CausingEntity: the parameter, or the resource or `Resource.Attribute`; empty for `DIRECT` and `AUTOMATIC`."""


@dataclass(frozen=True, slots=True)
class ResourceChange:
    """A member of the Changes of a change set."""

    action: str
    """Add, Modify, Remove or Import."""
    logical_id: str
    physical_id: str
    type_name: str
    details: tuple[ChangeDetail, ...] = ()
    policy: str = "Delete"
    """The DeletionPolicy of what is removed, the UpdateReplacePolicy of what is changed."""
    change_set_id: str = ""
    """Of a nested stack: its change set, with IncludeNestedStacks."""
    before: str = ""
    """BeforeContext of the API, as JSON."""
    after: str = ""

    @property
    def policy_action(self) -> str:
        """PolicyAction of the API; empty where the physical resource stays."""
        kept = self.policy.removesuffix("ExceptOnCreate")
        return kept if self.action == "Remove" else f"ReplaceAnd{kept}" if self.replacement in LEFT else ""

    @property
    def replacement(self) -> str:
        """Replacement of the API: True, False or Conditional; empty for resources that are added or removed."""
        if self.action != "Modify":
            return ""
        needed = {detail.recreation for detail in self.details}
        return "True" if "Always" in needed else "Conditional" if "Conditionally" in needed else "False"

    @property
    def scope(self) -> tuple[str, ...]:
        """The attributes that change: Properties, Tags, Metadata …"""
        return tuple(dict.fromkeys(detail.attribute for detail in self.details))
