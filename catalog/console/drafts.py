"""What somebody has filled in and not yet confirmed. Kept here, so that no secret goes back to the browser."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from catalog.provisioning.launch import StackPlaces
from catalog.provisioning.update import WantedUpdate


@dataclass(frozen=True, slots=True)
class LaunchDraft:
    """A launch that is filled in."""

    name: str = ""
    typed: Mapping[str, str] = field(default_factory=dict)
    """Parameter → its text; a parameter that is left empty has none."""
    tags: Mapping[str, str] = field(default_factory=dict)
    """The chosen TagOptions."""
    more_tags: str = ""
    """Further tags as they were typed, KEY=VALUE on each line."""
    stacks: StackPlaces = field(default_factory=StackPlaces)
    product_id: str = ""
    artifact_id: str = ""
    path_id: str = ""


@dataclass(frozen=True, slots=True)
class UpdateDraft:
    """An update that is filled in."""

    provisioned_id: str
    wanted: WantedUpdate
    typed: Mapping[str, str]
