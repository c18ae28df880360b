"""Maintenance windows and patch baselines of Systems Manager. Nothing is maintained."""

from __future__ import annotations

from typing import Any

from catalog.sandbox.registry.api_types import ApiCall, ApiResource, Setting
from catalog.sandbox.registry.rows import plain, regional, tagged, taken


def tags(kind: str, name: str) -> Any:
    """The tags of something of Systems Manager, by its kind and id."""
    more = {"ResourceType": kind}
    tag, untag = "AddTagsToResource", "RemoveTagsFromResource"
    return tagged("ResourceId", name, "Tags", tag=tag, untag=untag, more=more)


WINDOW = plain(
    "AWS::SSM::MaintenanceWindow",
    "ssm",
    ("WindowId",),
    known=taken(WindowId="WindowId"),
    read="Get",
    tagging=tags("MaintenanceWindow", "WindowId"),
    arn=lambda it: regional(it, "ssm", f"maintenancewindow/{it['WindowId'] or '*'}"),
)


def added(it: ApiResource) -> list[dict[str, Any]]:
    """RegisterPatchBaselineForPatchGroup for each group that is new."""
    old = it.old.get("PatchGroups") or ()
    return [
        {"BaselineId": it["Id"], "PatchGroup": name}
        for name in it.properties.get("PatchGroups") or ()
        if name not in old
    ]


def removed(it: ApiResource) -> list[dict[str, Any]]:
    """DeregisterPatchBaselineForPatchGroup for each group that is gone."""
    new = it.properties.get("PatchGroups") or ()
    return [{"BaselineId": it["Id"], "PatchGroup": name} for name in it.old.get("PatchGroups") or () if name not in new]


def all_groups(it: ApiResource) -> list[dict[str, Any]]:
    """DeregisterPatchBaselineForPatchGroup for all groups."""
    return [{"BaselineId": it["Id"], "PatchGroup": name} for name in it.properties.get("PatchGroups") or ()]


ID = {"Id": "BaselineId"}
BASELINE = plain(
    "AWS::SSM::PatchBaseline",
    "ssm",
    ("Id",),
    renamed=ID,
    known=taken(Id="BaselineId"),
    read="Get",
    settings=(
        Setting(("PatchGroups",), ApiCall("DeregisterPatchBaselineForPatchGroup", removed), on_create=False),
        Setting(("PatchGroups",), ApiCall("RegisterPatchBaselineForPatchGroup", added)),
    ),
    delete=(
        ApiCall("DeregisterPatchBaselineForPatchGroup", all_groups),
        ApiCall("DeletePatchBaseline", identity=("Id",), renamed=ID),
    ),
    tagging=tags("PatchBaseline", "Id"),
    arn=lambda it: regional(it, "ssm", f"patchbaseline/{it['Id'] or '*'}"),
    modelled=("AvailableSecurityUpdatesComplianceStatus", "DefaultBaseline"),
)

TYPES = (WINDOW, BASELINE)
