"""AWS Backup: changes of plans, selections, policies and notifications of vaults, which moto does not have.

Sources: AWS Backup API reference, UpdateBackupPlan, CreateBackupSelection, PutBackupVaultAccessPolicy,
PutBackupVaultNotifications, CreateLogicallyAirGappedBackupVault, UpdateReportPlan. The name of a plan that is
deleted is free.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any

from moto.backup import urls
from moto.backup.exceptions import AlreadyExistsException, InvalidRequestException, ResourceNotFoundException
from moto.backup.models import BackupBackend, Plan, ReportPlan, Vault
from moto.backup.responses import BackupResponse
from moto.core.exceptions import JsonRESTError
from moto.core.responses import ActionResult
from moto.core.utils import unix_time
from moto.moto_api._internal import mock_random

SELECTIONS, POLICY, NOTIFICATIONS = "sandbox_selections", "sandbox_policy", "sandbox_notifications"
CREATE_REPORT = BackupBackend.create_report_plan
CREATE_PLAN, DELETE_PLAN = BackupBackend.create_backup_plan, BackupBackend.delete_backup_plan


def install() -> None:
    """Replace moto's methods, and add operations."""
    for part in ("access-policy", "notification-configuration"):
        urls.url_paths[f"{{0}}/backup-vaults/(?P<name>[^/]+)/{part}$"] = urls.response.dispatch
    for answer in (
        update_backup_plan,
        create_backup_selection,
        get_backup_selection,
        list_backup_selections,
        delete_backup_selection,
        put_backup_vault_access_policy,
        get_backup_vault_access_policy,
        delete_backup_vault_access_policy,
        put_backup_vault_notifications,
        get_backup_vault_notifications,
        delete_backup_vault_notifications,
        create_logically_air_gapped_backup_vault,
        update_report_plan,
    ):
        setattr(BackupResponse, answer.__name__, answer)
    urls.url_paths["{0}/logically-air-gapped-backup-vaults/(?P<name>[^/]+)$"] = urls.response.dispatch
    setattr(BackupBackend, "create_report_plan", create_report_plan)  # noqa: B010
    setattr(BackupBackend, "create_backup_plan", create_plan)  # noqa: B010  # mypy allows no other form
    setattr(BackupBackend, "delete_backup_plan", delete_plan)  # noqa: B010


# Plans


def create_plan(backend: BackupBackend, *arguments: Any, **options: Any) -> Plan:
    """CreateBackupPlan, for which deleted plans do not count."""
    _check_lifecycles(arguments[0] if arguments else options["backup_plan"])
    every = backend.plans
    backend.plans = {key: plan for key, plan in every.items() if plan.deletion_date is None}
    try:
        plan = CREATE_PLAN(backend, *arguments, **options)
    finally:
        backend.plans = every
    backend.plans[plan.backup_plan_id] = plan
    return plan


def _check_lifecycles(plan: Mapping[str, Any]) -> None:
    """What is in cold storage stays for 90 days (developer guide, "Lifecycle"; the words as people quote them)."""
    for rule in plan.get("Rules") or ():
        lifecycle = rule.get("Lifecycle") or {}
        cold, end = lifecycle.get("MoveToColdStorageAfterDays"), lifecycle.get("DeleteAfterDays")
        if cold and end and 0 < int(end) < int(cold) + 90:
            raise JsonRESTError(
                "InvalidParameterValueException",
                "Error in some rules due to : Invalid lifecycle. DeleteAfterDays cannot be less than 90 days apart "
                "from MoveToColdStorageAfterDays",
            )


def delete_plan(backend: BackupBackend, backup_plan_id: str) -> tuple[str, str, float, str]:
    """DeleteBackupPlan, which refuses a plan with selections."""
    if vars(backend.get_backup_plan(backup_plan_id, None)).get(SELECTIONS):
        raise InvalidRequestException("Related backup plan selections must be deleted prior to backup plan deletion")
    return DELETE_PLAN(backend, backup_plan_id)


def _plan(response: BackupResponse) -> Plan:
    """The plan in the path of a request."""
    plan = response.backup_backend.get_backup_plan(response.path.split("/plans/")[1].split("/")[0], None)
    if plan.deletion_date is not None:
        raise ResourceNotFoundException(msg="Failed reading Backup plan with provided version")
    return plan


def update_backup_plan(response: BackupResponse) -> str:
    """UpdateBackupPlan: a new version of the plan."""
    plan, wanted = _plan(response), json.loads(response.body)["BackupPlan"]
    _check_lifecycles(wanted)
    fresh = Plan(wanted, plan.creator_request_id, response.backup_backend)
    plan.backup_plan, plan.version_id = fresh.backup_plan, fresh.version_id
    plan.advanced_backup_settings = fresh.advanced_backup_settings
    return json.dumps(plan.to_dict())


def _selections(response: BackupResponse) -> dict[str, dict[str, Any]]:
    selections: dict[str, dict[str, Any]] = vars(_plan(response)).setdefault(SELECTIONS, {})
    return selections


def _selection(response: BackupResponse) -> dict[str, Any]:
    name = response.path.rstrip("/").rpartition("/")[2]
    selection = _selections(response).get(name)
    if selection is None:
        raise ResourceNotFoundException(msg=f"Cannot find backup selection with ID {name}")
    return selection


def create_backup_selection(response: BackupResponse) -> str:
    """CreateBackupSelection."""
    given, selections, plan = json.loads(response.body), _selections(response), _plan(response)
    selection = {
        "SelectionId": str(mock_random.uuid4()),
        "BackupPlanId": plan.backup_plan_id,
        "BackupSelection": given["BackupSelection"],
        "CreatorRequestId": given.get("CreatorRequestId"),
        "CreationDate": unix_time(),
    }
    selections[selection["SelectionId"]] = selection
    return json.dumps(selection)


def get_backup_selection(response: BackupResponse) -> str:
    """GetBackupSelection."""
    return json.dumps(_selection(response))


def list_backup_selections(response: BackupResponse) -> str:
    """ListBackupSelections."""
    listed = [
        {**each, **{name: each["BackupSelection"].get(name) for name in ("SelectionName", "IamRoleArn")}}
        for each in _selections(response).values()
    ]
    return json.dumps({"BackupSelectionsList": listed})


def delete_backup_selection(response: BackupResponse) -> str:
    """DeleteBackupSelection."""
    del _selections(response)[_selection(response)["SelectionId"]]
    return "{}"


# Vaults


def _vault(response: BackupResponse) -> Vault:
    """The vault in the path of a request."""
    return response.backup_backend.describe_backup_vault(response.path.split("/")[-2])


def _part(response: BackupResponse, attribute: str, words: str) -> dict[str, Any]:
    """What a vault has besides its settings, with its name and ARN."""
    vault = _vault(response)
    part = vars(vault).get(attribute)
    if part is None:
        raise ResourceNotFoundException(msg=f"Backup vault {vault.backup_vault_name} has no {words}")
    return {"BackupVaultName": vault.backup_vault_name, "BackupVaultArn": vault.backup_vault_arn, **part}


def put_backup_vault_access_policy(response: BackupResponse) -> str:
    """PutBackupVaultAccessPolicy."""
    setattr(_vault(response), POLICY, {"Policy": json.loads(response.body)["Policy"]})
    return "{}"


def get_backup_vault_access_policy(response: BackupResponse) -> str:
    """GetBackupVaultAccessPolicy."""
    return json.dumps(_part(response, POLICY, "access policy"))


def delete_backup_vault_access_policy(response: BackupResponse) -> str:
    """DeleteBackupVaultAccessPolicy."""
    vars(_vault(response)).pop(POLICY, None)
    return "{}"


def put_backup_vault_notifications(response: BackupResponse) -> str:
    """PutBackupVaultNotifications."""
    given = json.loads(response.body)
    setattr(_vault(response), NOTIFICATIONS, {name: given[name] for name in ("SNSTopicArn", "BackupVaultEvents")})
    return "{}"


def get_backup_vault_notifications(response: BackupResponse) -> str:
    """GetBackupVaultNotifications."""
    return json.dumps(_part(response, NOTIFICATIONS, "notifications"))


def delete_backup_vault_notifications(response: BackupResponse) -> str:
    """DeleteBackupVaultNotifications."""
    vars(_vault(response)).pop(NOTIFICATIONS, None)
    return "{}"


def create_logically_air_gapped_backup_vault(response: BackupResponse) -> ActionResult:
    """CreateLogicallyAirGappedBackupVault: its retention is locked."""
    given = json.loads(response.body)
    vault: Any = response.backup_backend.create_backup_vault(
        backup_vault_name=response.path.split("/")[-1],
        backup_vault_tags=given.get("BackupVaultTags"),
        encryption_key_arn=given.get("EncryptionKeyArn"),
        creator_request_id=given.get("CreatorRequestId"),
    )
    vault.min_retention_days, vault.max_retention_days = given["MinRetentionDays"], given["MaxRetentionDays"]
    vault.vault_type, vault.vault_state, vault.locked = "LOGICALLY_AIR_GAPPED_BACKUP_VAULT", "AVAILABLE", True
    return ActionResult(vault)


# Report plans


def create_report_plan(backend: BackupBackend, report_plan_name: str, **given: Any) -> ReportPlan:
    """CreateReportPlan, whose name no other report plan may have."""
    if report_plan_name in backend.report_plans:
        raise AlreadyExistsException("Report plan with the same name already exists")
    plan = CREATE_REPORT(backend, report_plan_name=report_plan_name, **given)
    backend.tagger.delete_all_tags_for_resource(plan.report_plan_arn)
    return plan


def update_report_plan(response: BackupResponse) -> ActionResult:
    """UpdateReportPlan of the API reference: what is given changes."""
    plan = response.backup_backend.describe_report_plan(response.path.split("/")[-1])
    for name, value in json.loads(response.body).items():
        if name.startswith("Report") and value is not None:
            setattr(plan, "_".join(part.lower() for part in re.findall("[A-Z][a-z]+", name)), value)
    return ActionResult(plan)
