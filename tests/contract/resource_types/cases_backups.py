"""Air-gapped vaults and report plans of AWS Backup, data catalogs of Athena."""

from __future__ import annotations

from tests.contract.resource_types.cases_records import vault, vault_tags
from tests.contract.resource_types.conftest import ACCOUNT, REGION, Case
from tests.contract.resource_types.reading import asks, by_arn, listed

CHANNEL = {"S3BucketName": "reports", "Formats": ["CSV"]}
SETTING = {"ReportTemplate": "BACKUP_JOB_REPORT"}
POLICY = {"Version": "2012-10-17", "Statement": []}
REPORT = by_arn("backup", "ReportPlanName", lambda arn: arn.rpartition(":")[2], "describe_report_plan")
CATALOG_TAGS = by_arn("athena", "ResourceARN", lambda name: f"arn:aws:athena:{REGION}:{ACCOUNT}:datacatalog/{name}")

CASES = (
    Case(
        "AWS::Backup::LogicallyAirGappedBackupVault",
        {"BackupVaultName": "gapped", "MinRetentionDays": 7, "MaxRetentionDays": 30},
        vault,
        {"VaultType": "LOGICALLY_AIR_GAPPED_BACKUP_VAULT", "Locked": True, "MaxRetentionDays": 30, "policy": None},
        changed={"AccessPolicy": POLICY},
        then={"policy": '{"Version": "2012-10-17", "Statement": []}'},
        replaced={"BackupVaultName": "other", "MinRetentionDays": 8},
        tags=vault_tags,
        map_tags=True,
        tag_property="BackupVaultTags",
        denied=(
            *("backup:CreateLogicallyAirGappedBackupVault", "backup:TagResource", "backup:DescribeBackupVault"),
            "backup-storage:MountCapsule",
        ),
        denied_later=("backup:PutBackupVaultAccessPolicy", "backup:DeleteBackupVault"),
        attributes=("BackupVaultArn", "VaultState", "VaultType"),
    ),
    Case(
        "AWS::Backup::ReportPlan",
        {
            "ReportPlanName": "daily",
            "ReportDeliveryChannel": CHANNEL,
            "ReportSetting": SETTING,
            "ReportPlanDescription": "one",
        },
        lambda world, arn: REPORT(world, arn)["ReportPlan"],
        {"ReportPlanName": "daily", "ReportDeliveryChannel": CHANNEL},
        changed={"ReportPlanDescription": None, "ReportDeliveryChannel": {**CHANNEL, "S3KeyPrefix": "a"}},
        then={"ReportPlanDescription": "", "ReportDeliveryChannel": {**CHANNEL, "S3KeyPrefix": "a"}},
        replaced={"ReportPlanName": "weekly"},
        tags=asks("backup", "list_tags", "Tags", ResourceArn="@"),
        tag_property="ReportPlanTags",
        denied=("backup:CreateReportPlan", "backup:TagResource", "backup:DescribeReportPlan"),
        denied_later=("backup:UpdateReportPlan", "backup:DeleteReportPlan"),
        attributes=("ReportPlanArn",),
    ),
    Case(
        "AWS::Athena::DataCatalog",
        {"Name": "one", "Type": "HIVE", "Description": "one", "Parameters": {"metadata-function": "f"}},
        asks("athena", "get_data_catalog", "DataCatalog", Name="@"),
        {"Type": "HIVE", "Description": "one", "Parameters": {"metadata-function": "f"}},
        changed={"Description": None, "Parameters": {"metadata-function": "g"}},
        then={"Description": None, "Parameters": {"metadata-function": "g"}},
        replaced={"Name": "two"},
        tags=listed(lambda world, name: CATALOG_TAGS(world, name)["Tags"]),
        denied=("athena:CreateDataCatalog", "athena:TagResource", "athena:GetDataCatalog"),
        denied_later=("athena:UpdateDataCatalog", "athena:DeleteDataCatalog"),
    ),
)
