"""Systems Manager: changes of maintenance windows and patch baselines, and one baseline, which moto lacks.

Source: Systems Manager API reference, UpdateMaintenanceWindow, GetPatchBaseline, UpdatePatchBaseline.
"""

from __future__ import annotations

import re
from typing import Any

from moto.core.exceptions import JsonRESTError
from moto.core.responses import ActionResult
from moto.ssm.models import FakePatchGroup, SimpleSystemManagerBackend
from moto.ssm.responses import SimpleSystemManagerResponse

WINDOW = ("Name", "Description", "StartDate", "EndDate", "Schedule", "ScheduleTimezone", "ScheduleOffset")
NAMED = SimpleSystemManagerBackend._validate_resource_type_and_id
REGISTER = SimpleSystemManagerBackend.register_patch_baseline_for_patch_group
DEREGISTER = SimpleSystemManagerBackend.deregister_patch_baseline_for_patch_group
NUMBERS = ("Duration", "Cutoff")
BASELINE = (
    *("Name", "Description", "GlobalFilters", "ApprovalRules", "ApprovedPatches", "ApprovedPatchesComplianceLevel"),
    *("ApprovedPatchesEnableNonSecurity", "RejectedPatches", "RejectedPatchesAction", "Sources"),
)


def install() -> None:
    """Add the operations to moto's."""
    for answer in (update_maintenance_window, get_patch_baseline, update_patch_baseline):
        setattr(SimpleSystemManagerResponse, answer.__name__, answer)
    setattr(SimpleSystemManagerBackend, "_validate_resource_type_and_id", named)  # noqa: B010  # mypy allows no other form
    setattr(SimpleSystemManagerBackend, "register_patch_baseline_for_patch_group", register)  # noqa: B010
    setattr(SimpleSystemManagerBackend, "deregister_patch_baseline_for_patch_group", deregister)  # noqa: B010


def named(backend: SimpleSystemManagerBackend, resource_type: str, resource_id: str) -> str:
    """The id of what tags are for: patch baselines have some too."""
    if resource_type == "PatchBaseline" and resource_id in backend.baselines:
        return resource_id
    return NAMED(backend, resource_type, resource_id)


def register(backend: SimpleSystemManagerBackend, baseline_id: str, patch_group: str) -> tuple[str, str]:
    """RegisterPatchBaselineForPatchGroup, also for a group that has had a baseline and lost it."""
    group, wanted = backend.patch_groups.get(patch_group), backend.baselines.get(baseline_id)
    if group and wanted and group.associations.get(wanted.operating_system) not in backend.baselines:
        group.associations[wanted.operating_system] = baseline_id
        return baseline_id, patch_group
    return REGISTER(backend, baseline_id, patch_group)


def deregister(backend: SimpleSystemManagerBackend, baseline_id: str, patch_group: str) -> tuple[str, str]:
    """DeregisterPatchBaselineForPatchGroup: the group has the default baseline again, and not this one."""
    answer = DEREGISTER(backend, baseline_id, patch_group)
    if group := backend.patch_groups.get(patch_group):
        system = backend.baselines[baseline_id].operating_system
        group.associations[system] = FakePatchGroup(patch_group, backend.region_name).associations.get(system)
    return answer


def _change(target: Any, response: SimpleSystemManagerResponse, names: tuple[str, ...]) -> None:
    for name in names:
        if response._get_param(name) is not None:
            setattr(target, re.sub(r"(?<=[a-z])(?=[A-Z])", "_", name).lower(), response._get_param(name))


def update_maintenance_window(response: SimpleSystemManagerResponse) -> ActionResult:
    """UpdateMaintenanceWindow of the API reference."""
    window = response.ssm_backend.get_maintenance_window(response._get_param("WindowId"))
    _change(window, response, (*WINDOW, *NUMBERS))
    return ActionResult(window.to_json())


def baseline(response: SimpleSystemManagerResponse) -> Any:
    """The baseline of a request."""
    wanted = response._get_param("BaselineId")
    existing = response.ssm_backend.baselines.get(wanted)
    if existing is None:
        raise JsonRESTError("DoesNotExistException", f"Patch baseline {wanted} does not exist")
    return existing


def get_patch_baseline(response: SimpleSystemManagerResponse) -> ActionResult:
    """GetPatchBaseline of the API reference."""
    shown = baseline(response).to_json()
    return ActionResult({**shown, "Name": shown["BaselineName"], "Description": shown["BaselineDescription"]})


def update_patch_baseline(response: SimpleSystemManagerResponse) -> ActionResult:
    """UpdatePatchBaseline of the API reference."""
    _change(baseline(response), response, BASELINE)
    return get_patch_baseline(response)
