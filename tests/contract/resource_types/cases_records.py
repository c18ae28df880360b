"""Hosted zones, records and health checks, trails, and backup vaults, plans and selections."""

from __future__ import annotations

from typing import Any

from tests.contract.resource_types.cases_messaging import pairs
from tests.contract.resource_types.conftest import Case, World

NETWORK = {"Type": "AWS::EC2::VPC", "Properties": {"CidrBlock": "10.8.0.0/16"}}
ZONE = {"Type": "AWS::Route53::HostedZone", "Properties": {"Name": "records.example."}}
LOG_GROUP = {"Type": "AWS::Logs::LogGroup", "Properties": {"LogGroupName": "/aws/route53/a.example."}}
ALIAS = {"DNSName": "other.records.example.", "HostedZoneId": {"Ref": "Zone"}}
TEXT = {"Name": "text.records.example.", "Type": "TXT", "TTL": "60", "ResourceRecords": ['"one"']}
WEIGHTED = {"Name": "www.records.example", "Type": "A", "TTL": "60", "ResourceRecords": ["192.0.2.1"], "Weight": 1}
BUCKET: dict[str, Any] = {
    "Logs": {"Type": "AWS::S3::Bucket"},
    "LogsPolicy": {
        "Type": "AWS::S3::BucketPolicy",
        "Properties": {
            "Bucket": {"Ref": "Logs"},
            "PolicyDocument": {
                "Version": "2012-10-17",
                "Statement": [
                    {
                        "Effect": "Allow",
                        "Principal": {"Service": "cloudtrail.amazonaws.com"},
                        "Action": ["s3:GetBucketAcl", "s3:PutObject"],
                        "Resource": [{"Fn::GetAtt": ["Logs", "Arn"]}, {"Fn::Sub": "${Logs.Arn}/AWSLogs/*"}],
                    }
                ],
            },
        },
    },
}
TRAIL: dict[str, Any] = {
    "Type": "AWS::CloudTrail::Trail",
    "Properties": {"IsLogging": True, "S3BucketName": {"Ref": "Logs"}, "TrailName": "all-calls"},
    "DependsOn": "LogsPolicy",
}
DATA_EVENTS = {"Type": "AWS::S3::Object", "Values": ["arn:aws:s3"]}
VAULT = {"Type": "AWS::Backup::BackupVault", "Properties": {"BackupVaultName": "daily"}}
DAILY = {
    "BackupPlanName": "daily",
    "BackupPlanRule": [{"RuleName": "r", "TargetBackupVault": {"Ref": "Vault"}, "Lifecycle": {"DeleteAfterDays": 30}}],
}
PLAN = {"Type": "AWS::Backup::BackupPlan", "Properties": {"BackupPlan": DAILY}}
ROLE = {
    "Type": "AWS::IAM::Role",
    "Properties": {"AssumeRolePolicyDocument": {"Version": "2012-10-17", "Statement": []}},
}


def zone(world: World, identifier: str) -> Any:
    shown = world.client("route53").get_hosted_zone(Id=identifier)
    logs = world.client("route53").list_query_logging_configs(HostedZoneId=identifier)["QueryLoggingConfigs"]
    return {**shown["HostedZone"], "networks": len(shown.get("VPCs", ())), "logs": len(logs)}


def zone_tags(world: World, identifier: str) -> Any:
    tags = world.client("route53").list_tags_for_resource(ResourceType="hostedzone", ResourceId=identifier)
    return pairs(tags["ResourceTagSet"]["Tags"])


def check(world: World, identifier: str) -> Any:
    return world.client("route53").get_health_check(HealthCheckId=identifier)["HealthCheck"]["HealthCheckConfig"]


def check_tags(world: World, identifier: str) -> Any:
    tags = world.client("route53").list_tags_for_resource(ResourceType="healthcheck", ResourceId=identifier)
    return pairs(tags["ResourceTagSet"]["Tags"])


def records(world: World, name: str = "") -> Any:
    """The records of the zone, or those with a name."""
    listed = world.client("route53").list_resource_record_sets(HostedZoneId=world.reference("Zone"))
    own = [each for each in listed["ResourceRecordSets"] if each["Type"] not in ("NS", "SOA")]
    return [each for each in own if not name or each["Name"].rstrip(".") == name.rstrip(".")]


def record(world: World, name: str) -> Any:
    return records(world, name)[0]


def group(world: World, _: str) -> Any:
    shown = {each["Name"]: each for each in records(world)}
    return shown or None


def trail(world: World, name: str) -> Any:
    client = world.client("cloudtrail")
    selectors = client.get_event_selectors(TrailName=name)
    status = client.get_trail_status(Name=name)
    return {**client.get_trail(Name=name)["Trail"], **selectors, "logging": status["IsLogging"]}


def trail_tags(world: World, name: str) -> Any:
    arn = trail(world, name)["TrailARN"]
    return pairs(world.client("cloudtrail").list_tags(ResourceIdList=[arn])["ResourceTagList"][0]["TagsList"])


def vault(world: World, name: str) -> Any:
    client = world.client("backup")
    parts = {
        "policy": lambda: client.get_backup_vault_access_policy(BackupVaultName=name)["Policy"],
        "events": lambda: client.get_backup_vault_notifications(BackupVaultName=name)["BackupVaultEvents"],
    }
    shown = {key: world.shown(lambda _, __, read=read: read(), name) for key, read in parts.items()}
    return {**client.describe_backup_vault(BackupVaultName=name), **shown}


def vault_tags(world: World, name: str) -> Any:
    return world.client("backup").list_tags(ResourceArn=vault(world, name)["BackupVaultArn"])["Tags"]


def plan(world: World, identifier: str) -> Any:
    shown = world.client("backup").get_backup_plan(BackupPlanId=identifier)
    return None if "DeletionDate" in shown else shown


def plan_tags(world: World, identifier: str) -> Any:
    return world.client("backup").list_tags(ResourceArn=plan(world, identifier)["BackupPlanArn"])["Tags"]


def selection(world: World, identifier: str) -> Any:
    name, _, plan_name = identifier.partition("_")
    return world.client("backup").get_backup_selection(BackupPlanId=plan_name, SelectionId=name)["BackupSelection"]


CASES = (
    Case(
        "AWS::Route53::HostedZone",
        {
            "Name": "a.example.",
            "HostedZoneConfig": {"Comment": "mine"},
            "VPCs": [{"VPCId": {"Ref": "Network"}, "VPCRegion": "us-east-1"}],
        },
        zone,
        {"Name": "a.example.", "Config": {"Comment": "mine", "PrivateZone": True}, "networks": 1, "logs": 0},
        changed={
            "HostedZoneConfig": {"Comment": "ours"},
            "VPCs": [{"VPCId": {"Ref": "Other"}, "VPCRegion": "us-east-1"}],
            "QueryLoggingConfig": {"CloudWatchLogsLogGroupArn": {"Fn::GetAtt": ["LogGroup", "Arn"]}},
        },
        then={"Config": {"Comment": "ours"}, "networks": 1, "logs": 1},
        replaced={"Name": "b.example.", "QueryLoggingConfig": None},
        tags=zone_tags,
        tag_property="HostedZoneTags",
        denied=(
            "route53:CreateHostedZone",
            "route53:ChangeTagsForResource",
            "route53:GetHostedZone",
            "ec2:DescribeVpcs",
        ),
        denied_later=(
            "route53:UpdateHostedZoneComment",
            "route53:AssociateVPCWithHostedZone",
            "route53:DisassociateVPCFromHostedZone",
            "route53:CreateQueryLoggingConfig",
            "route53:DeleteHostedZone",
        ),
        around={"Network": NETWORK, "Other": NETWORK, "LogGroup": LOG_GROUP},
        attributes=("Id",),
    ),
    Case(
        "AWS::Route53::RecordSet",
        {**WEIGHTED, "HostedZoneName": "records.example.", "SetIdentifier": "first"},
        record,
        {"Type": "A", "Weight": 1, "SetIdentifier": "first", "ResourceRecords": [{"Value": "192.0.2.1"}]},
        changed={"ResourceRecords": ["192.0.2.2"], "TTL": "120", "SetIdentifier": "second"},
        then={"TTL": 120, "SetIdentifier": "second", "ResourceRecords": [{"Value": "192.0.2.2"}]},
        replaced={"Name": "shop.records.example"},
        denied=(
            "route53:ChangeResourceRecordSets",
            "route53:ListResourceRecordSets",
            "route53:ListHostedZones",
            "route53:GetChange",
        ),
        denied_later=("route53:ChangeResourceRecordSets",),
        around={"Zone": ZONE},
        after=("Zone",),
    ),
    Case(
        "AWS::Route53::RecordSetGroup",
        {
            "HostedZoneId": {"Ref": "Zone"},
            "RecordSets": [TEXT, {"Name": "a.records.example.", "Type": "A", "AliasTarget": ALIAS}],
        },
        group,
        {
            "text.records.example.": {"ResourceRecords": [{"Value": '"one"'}]},
            "a.records.example.": {"AliasTarget": {"EvaluateTargetHealth": False}},
        },
        changed={"RecordSets": [{**TEXT, "ResourceRecords": ['"two"']}]},
        then={"text.records.example.": {"ResourceRecords": [{"Value": '"two"'}]}, "a.records.example.": None},
        denied=("route53:ChangeResourceRecordSets", "route53:GetHostedZone"),
        denied_later=("route53:ChangeResourceRecordSets",),
        around={"Zone": ZONE},
        attributes=("Id",),
    ),
    Case(
        "AWS::Route53::HealthCheck",
        {
            "HealthCheckConfig": {
                "Type": "HTTPS",
                "FullyQualifiedDomainName": "a.example.com",
                "InsufficientDataHealthStatus": "Healthy",
                "Port": 443,
            }
        },
        check,
        {"Type": "HTTPS", "Port": 443, "InsufficientDataHealthStatus": "Healthy"},
        changed={"HealthCheckConfig": {"Type": "HTTPS", "FullyQualifiedDomainName": "b.example.com", "Port": 8443}},
        then={"FullyQualifiedDomainName": "b.example.com", "Port": 8443},
        replaced={"HealthCheckConfig": {"Type": "TCP", "IPAddress": "192.0.2.1", "Port": 80}},
        tags=check_tags,
        tag_property="HealthCheckTags",
        denied=("route53:CreateHealthCheck", "route53:ChangeTagsForResource", "route53:GetHealthCheck"),
        denied_later=("route53:UpdateHealthCheck", "route53:DeleteHealthCheck"),
        attributes=("HealthCheckId",),
    ),
    Case(
        "AWS::CloudTrail::Trail",
        {
            **TRAIL["Properties"],
            "CloudWatchLogsLogGroupArn": "arn:aws:logs:us-east-1:123456789012:log-group:calls:*",
            "CloudWatchLogsRoleArn": {"Fn::GetAtt": ["Role", "Arn"]},
            "EventSelectors": [{"ReadWriteType": "WriteOnly", "DataResources": [DATA_EVENTS]}],
        },
        trail,
        {
            "Name": "all-calls",
            "logging": True,
            "HasCustomEventSelectors": True,
            "EventSelectors": [{"ReadWriteType": "WriteOnly"}],
        },
        changed={
            "IsLogging": False,
            "IsMultiRegionTrail": True,
            "EventSelectors": None,
            "AdvancedEventSelectors": [{"FieldSelectors": [{"Field": "eventCategory", "Equals": ["Data"]}]}],
            "InsightSelectors": [{"InsightType": "ApiCallRateInsight"}],
        },
        then={
            "logging": False,
            "IsMultiRegionTrail": True,
            "EventSelectors": [],
            "AdvancedEventSelectors": [{"FieldSelectors": [{"Field": "eventCategory"}]}],
            "HasInsightSelectors": True,
        },
        replaced={"TrailName": "other-calls"},
        tags=trail_tags,
        denied=(
            "cloudtrail:CreateTrail",
            "cloudtrail:AddTags",
            "cloudtrail:PutEventSelectors",
            "cloudtrail:StartLogging",
            "cloudtrail:GetTrail",
            "iam:PassRole",
        ),
        denied_later=(
            "cloudtrail:UpdateTrail",
            "cloudtrail:StopLogging",
            "cloudtrail:PutInsightSelectors",
            "cloudtrail:DeleteTrail",
        ),
        around={**BUCKET, "Role": ROLE},
        attributes=("Arn",),
        after=("LogsPolicy",),
    ),
    Case(
        "AWS::Backup::BackupVault",
        {
            "BackupVaultName": "kept",
            "AccessPolicy": {"Version": "2012-10-17", "Statement": []},
            "Notifications": {"BackupVaultEvents": ["BACKUP_JOB_COMPLETED"], "SNSTopicArn": {"Ref": "Topic"}},
        },
        vault,
        {"BackupVaultName": "kept", "events": ["BACKUP_JOB_COMPLETED"], "Locked": False},
        changed={"AccessPolicy": None, "Notifications": None, "LockConfiguration": {"MinRetentionDays": "7"}},
        then={"policy": None, "events": None, "Locked": True, "MinRetentionDays": 7},
        replaced={"BackupVaultName": "other"},
        tags=vault_tags,
        map_tags=True,
        tag_property="BackupVaultTags",
        denied=(
            "backup:CreateBackupVault",
            "backup:TagResource",
            "backup:DescribeBackupVault",
            "backup:PutBackupVaultAccessPolicy",
            "backup:PutBackupVaultNotifications",
        ),
        denied_later=(
            "backup:DeleteBackupVaultAccessPolicy",
            "backup:DeleteBackupVaultNotifications",
            "backup:PutBackupVaultLockConfiguration",
            "backup:DeleteBackupVault",
        ),
        around={"Topic": {"Type": "AWS::SNS::Topic"}},
        attributes=("BackupVaultArn",),
    ),
    Case(
        "AWS::Backup::BackupPlan",
        {"BackupPlan": DAILY},
        plan,
        {"BackupPlan": {"Rules": [{"TargetBackupVaultName": "daily", "Lifecycle": {"DeleteAfterDays": 30}}]}},
        changed={"BackupPlan": {**DAILY, "BackupPlanRule": [{"RuleName": "s", "TargetBackupVault": {"Ref": "Vault"}}]}},
        then={"BackupPlan": {"BackupPlanName": "daily", "Rules": [{"RuleName": "s"}]}},
        tags=plan_tags,
        map_tags=True,
        tag_property="BackupPlanTags",
        denied=("backup:CreateBackupPlan", "backup:TagResource", "backup:GetBackupPlan"),
        denied_later=("backup:UpdateBackupPlan", "backup:DeleteBackupPlan"),
        around={"Vault": VAULT},
        attributes=("BackupPlanId", "BackupPlanArn", "VersionId"),
    ),
    Case(
        "AWS::Backup::BackupSelection",
        {
            "BackupPlanId": {"Ref": "Plan"},
            "BackupSelection": {
                "SelectionName": "tagged",
                "IamRoleArn": {"Fn::GetAtt": ["Role", "Arn"]},
                "ListOfTags": [{"ConditionType": "STRINGEQUALS", "ConditionKey": "backup", "ConditionValue": "yes"}],
            },
        },
        selection,
        {"SelectionName": "tagged", "ListOfTags": [{"ConditionKey": "backup"}]},
        replaced={
            "BackupSelection": {
                "SelectionName": "all",
                "IamRoleArn": {"Fn::GetAtt": ["Role", "Arn"]},
                "Resources": ["*"],
            }
        },
        denied=("backup:CreateBackupSelection", "backup:GetBackupSelection", "iam:PassRole"),
        denied_later=("backup:DeleteBackupSelection",),
        around={"Vault": VAULT, "Plan": PLAN, "Role": ROLE},
        attributes=("Id", "SelectionId"),
    ),
)
