"""Maintenance windows, their targets and tasks, and patch baselines of Systems Manager. Nothing is maintained."""

from __future__ import annotations

from typing import Any

from catalog.sandbox.registry.api_types import ApiCall, ApiResource, ApiType, Setting
from catalog.sandbox.registry.calls import operation_model
from catalog.sandbox.registry.rows import plain, regional, tagged, taken
from catalog.sandbox.registry.shaping import copied
from catalog.sandbox.registry.tables.forms import call


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


def target_shown(it: ApiResource, answer: Any) -> Any:
    """A target of a window among all of them."""
    return next((each for each in answer["Targets"] if each["WindowTargetId"] == it["WindowTargetId"]), None)


def invocation(it: ApiResource) -> dict[str, Any]:
    """The parameters of a task by its kind: `MaintenanceWindowLambdaParameters` is `Lambda` there."""
    given = it.properties.get("TaskInvocationParameters") or {}
    kinds = {
        name.removeprefix("MaintenanceWindow").removesuffix("Parameters"): value for name, value in dict(given).items()
    }
    shape = operation_model("ssm", "RegisterTaskWithMaintenanceWindow").input_shape
    return copied({"TaskInvocationParameters": kinds}, shape, {}) if kinds else {}


LOGGING = {"Region": "S3Region", "S3Bucket": "S3BucketName", "S3Prefix": "S3KeyPrefix"}
OF_TASK = {f"LoggingInfo.{name}": parameter for name, parameter in LOGGING.items()}


def in_window(last: str, register: str, deregister: str, read: ApiCall, **more: Any) -> ApiType:
    """A type of what a window has; an update replaces all of it."""
    identity = ("WindowId", f"{last}Id")
    omitted = ("TaskInvocationParameters",)
    return ApiType(
        f"AWS::SSM::Maintenance{last}",
        "ssm",
        create=ApiCall(register, invocation, copies=True, omitted=omitted, renamed=OF_TASK),
        known=taken(**{f"{last}Id": f"{last}Id"}),
        read=read,
        ref=f"{last}Id",
        update=ApiCall(
            f"UpdateMaintenance{last}",
            lambda it: {"Replace": True, **invocation(it)},
            copies=True,
            identity=identity,
            omitted=omitted,
            renamed=OF_TASK,
        ),
        delete=(call(deregister, *identity),),
        arn=lambda it: regional(it, "ssm", f"maintenancewindow/{it['WindowId']}"),
        **more,
    )


TARGET = in_window(
    "WindowTarget",
    "RegisterTargetWithMaintenanceWindow",
    "DeregisterTargetFromMaintenanceWindow",
    call("DescribeMaintenanceWindowTargets", "WindowId"),
    shown=target_shown,
    modelled=("ResourceType",),
)
TASK = in_window(
    "WindowTask",
    "RegisterTaskWithMaintenanceWindow",
    "DeregisterTaskFromMaintenanceWindow",
    call("GetMaintenanceWindowTask", "WindowId", "WindowTaskId"),
)

TYPES = (WINDOW, TARGET, TASK, BASELINE)
