"""Vaults, plans, selections and report plans of AWS Backup. Nothing is backed up: a vault has no recovery points."""

from __future__ import annotations

from typing import Any

from catalog.sandbox.registry.api_types import ApiCall, ApiResource, ApiType, Setting
from catalog.sandbox.registry.calls import operation_model
from catalog.sandbox.registry.rows import by, ending, inside, plain, regional, tagged, taken
from catalog.sandbox.registry.shaping import copied

VAULT_NAME = by("BackupVaultName")


def vault_arn(it: ApiResource) -> str:
    """The ARN of a vault."""
    return regional(it, "backup", f"backup-vault:{it['BackupVaultName']}")


def vault_setting(name: str, noun: str, parameters: Any) -> Setting:
    """A part of a vault with operations of its own."""
    return Setting(
        (name,),
        ApiCall(f"PutBackupVault{noun}", lambda it: {**VAULT_NAME(it), **parameters(it)}),
        ApiCall(f"DeleteBackupVault{noun}", VAULT_NAME),
    )


PARTS = (
    vault_setting("AccessPolicy", "AccessPolicy", lambda it: {"Policy": it.text("AccessPolicy")}),
    vault_setting("Notifications", "Notifications", lambda it: dict(it["Notifications"])),
)
VAULT = plain(
    "AWS::Backup::BackupVault",
    "backup",
    ("BackupVaultName",),
    update=None,
    attributes=taken(BackupVaultArn="BackupVaultArn"),
    settings=(
        *PARTS,
        vault_setting(
            "LockConfiguration",
            "LockConfiguration",
            lambda it: {name: int(value) for name, value in it["LockConfiguration"].items()},
        ),
    ),
    tagging=tagged("ResourceArn", vault_arn, "BackupVaultTags", keys_in="TagKeyList"),
    arn=vault_arn,
    also={"create": ("backup-storage:MountCapsule",)},
)
AIR_GAPPED = plain(
    "AWS::Backup::LogicallyAirGappedBackupVault",
    "backup",
    ("BackupVaultName",),
    read=ApiCall("DescribeBackupVault", VAULT_NAME),
    update=None,
    attributes=taken(BackupVaultArn="BackupVaultArn", VaultState="VaultState", VaultType="VaultType"),
    settings=PARTS,
    delete=(ApiCall("DeleteBackupVault", VAULT_NAME),),
    tagging=tagged("ResourceArn", vault_arn, "BackupVaultTags", keys_in="TagKeyList"),
    arn=vault_arn,
    also={"create": ("backup-storage:MountCapsule",)},
    modelled=("MpaApprovalTeamArn",),
)


def plan(it: ApiResource) -> dict[str, Any]:
    """A plan as the API has it: BackupPlanRule is Rules, and TargetBackupVault of a rule TargetBackupVaultName."""
    given = dict(it.properties["BackupPlan"])
    rules = [
        {("TargetBackupVaultName" if name == "TargetBackupVault" else name): value for name, value in rule.items()}
        for rule in given.pop("BackupPlanRule")
    ]
    shape = operation_model("backup", "CreateBackupPlan").input_shape
    return copied({"BackupPlan": {**given, "Rules": rules}}, shape, {})


def plan_arn(it: ApiResource) -> str:
    """The ARN of a plan."""
    return regional(it, "backup", f"backup-plan:{it['BackupPlanId'] or '*'}")


PLAN_ID = by("BackupPlanId")
PLAN = ApiType(
    "AWS::Backup::BackupPlan",
    "backup",
    create=ApiCall("CreateBackupPlan", plan),
    known=taken(BackupPlanId="BackupPlanId"),
    read=ApiCall("GetBackupPlan", PLAN_ID),
    shown=lambda it, answer: None if answer.get("DeletionDate") else answer,
    attributes=taken(BackupPlanArn="BackupPlanArn", VersionId="VersionId"),
    update=ApiCall("UpdateBackupPlan", lambda it: {**PLAN_ID(it), **plan(it)}),
    delete=(ApiCall("DeleteBackupPlan", PLAN_ID),),
    tagging=tagged("ResourceArn", plan_arn, "BackupPlanTags", keys_in="TagKeyList"),
    arn=plan_arn,
)

BY_SELECTION = by("BackupPlanId", "SelectionId")
SELECTION = ApiType(
    "AWS::Backup::BackupSelection",
    "backup",
    create=ApiCall("CreateBackupSelection", PLAN_ID, copies=True),
    known=lambda it, answer: {
        "SelectionId": answer["SelectionId"],
        "Id": f"{answer['SelectionId']}_{answer['BackupPlanId']}",  # the form is [assumed]
    },
    identified=lambda it: {"SelectionId": str(it["Id"]).partition("_")[0]},
    read=ApiCall("GetBackupSelection", BY_SELECTION),
    delete=(ApiCall("DeleteBackupSelection", BY_SELECTION),),
    arn=plan_arn,
)


def report_arn(it: ApiResource) -> str:
    """The ARN of a report plan."""
    return str(it["ReportPlanArn"] or regional(it, "backup", f"report-plan:{it['ReportPlanName']}"))


REPORT = plain(
    "AWS::Backup::ReportPlan",
    "backup",
    ("ReportPlanName",),
    known=taken(ReportPlanArn="ReportPlanArn"),
    identified=ending("ReportPlanArn", ":", "ReportPlanName"),
    shown=inside("ReportPlan"),
    update=ApiCall(
        "UpdateReportPlan",
        lambda it: {"ReportPlanDescription": it.text("ReportPlanDescription")},
        copies=True,
        identity=("ReportPlanName",),
    ),
    tagging=tagged("ResourceArn", report_arn, keys_in="TagKeyList"),
    arn=report_arn,
)

TYPES = (VAULT, AIR_GAPPED, PLAN, SELECTION, REPORT)
