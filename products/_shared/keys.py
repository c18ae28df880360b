"""What the KMS products have alike: parameters, conditions, Rules, tags, alias and outputs of a key."""

from __future__ import annotations

from typing import Any

from troposphere import Equals, GetAtt, Output, Ref, Sub, Tag, Tags
from troposphere.kms import Alias

from _shared.building import output, rule_equals, tags
from _shared.parameters import ARN_NAME, REGION, ROLES, Parameters, flag, tag_parameters

PARAMETERS: Parameters = {
    "Alias": (
        "Name of the key",
        {
            "Type": "String",
            "Description": "Name of the key, without 'alias/' in front. By custom <environment>/<purpose>, such as "
            "prod/s3-data. It must be new in this account and Region. Applications may use alias/<name> instead of "
            "the key's id.",
            "MinLength": 1,
            "MaxLength": 250,  # KMS allows 256 characters with alias/ in front
            "AllowedPattern": "^(?!aws(/|$)|alias/)[a-zA-Z0-9/_-]+$",
            "ConstraintDescription": "must have 1 to 250 letters, digits, slashes, underscores or hyphens, without "
            "colons, and must not start with alias/ or with aws/, which AWS reserves.",
        },
    ),
    "Description": (
        "What the key protects",
        {
            "Type": "String",
            "Description": "What this key protects, in words that an auditor understands. Do not put secrets here: "
            "the text is shown in CloudTrail.",
            "MinLength": 1,
            "MaxLength": 4000,
            "ConstraintDescription": "must have 1 to 4000 characters.",
        },
    ),
    "KeyAdministrators": (
        "Key administrators",
        {
            "Type": "CommaDelimitedList",
            "Description": "ARNs of the IAM roles or users that manage the key, separated by commas: a break-glass or "
            "security team role, never an application. They cannot encrypt or decrypt with the key.",
            "AllowedPattern": ROLES,
            "ConstraintDescription": "must be ARNs such as arn:aws:iam::123456789012:role/security-admin-role, "
            "separated by commas: IAM roles or users, no wildcard, no :root, no assumed-role session, no group.",
        },
    ),
    "KeyUsers": (
        "Key users",
        {
            "Type": "CommaDelimitedList",
            "Description": "ARNs of the IAM roles or users that encrypt and decrypt with the key, separated by commas. "
            "Name as few as the application needs. This does not let them manage the key. An ARN that ends in :root "
            "gives the use of the key to another account.",
            "AllowedPattern": f"^arn:aws[a-z-]*:iam::[0-9]{{12}}:(root|(role|user)/{ARN_NAME})$",
            "ConstraintDescription": "must be ARNs such as arn:aws:iam::123456789012:role/prod-app-role, separated by "
            "commas: IAM roles or users, or :root of another account, no wildcard, no assumed-role session, no group.",
        },
    ),
    "GrantsForAwsServices": flag(
        "Let key users attach the key to EBS, RDS and the like",
        "true if key users create encrypted EBS volumes, RDS databases or other resources for which "
        "an AWS service needs a grant on the key. S3, SQS and CloudWatch Logs do not need it.",
    ),
    "AllowCloudWatchLogs": flag(
        "Let CloudWatch Logs use the key",
        "true if the key encrypts CloudWatch log groups of this account and Region, those of "
        "Lambda and API Gateway included.",
    ),
    "PreventDestroy": flag(
        "Refuse deletion",
        "true to refuse to everybody to delete the key, and to delete its alias or point it to another key. "
        "Terminating the product then fails and the key stays. Must be true in prod; elsewhere an update to false "
        "lifts it.",
    ),
    "DeletionWindowDays": (
        "Days until a deleted key is gone",
        {
            "Type": "Number",
            "Description": "Days that a key waits after its deletion was asked for, 7 to 30. Until then the deletion "
            "can be cancelled. Nobody may ask for fewer days than this. Must be 30 in prod; 7 suits dev.",
            "MinValue": 7,
            "MaxValue": 30,
            "Default": "30",
            "ConstraintDescription": "must be a number of days from 7 to 30.",
        },
    ),
}
"""Name → (label in the console, properties). The pattern of a list is for each member (CloudFormation, Parameters)."""

REPLICA_REGIONS: Parameters = {
    "ReplicaRegions": (
        "Regions for replicas",
        {
            "Type": "String",  # not a list: a list has no maximum length, and the key policy has a size limit
            "Description": "Regions that a multi-Region key may be replicated to, separated by commas, such as "
            "eu-west-1,eu-central-1. Only the launch role of the catalogue's replica product can replicate it. Leave "
            "it empty for none.",
            "Default": "",
            "MaxLength": 500,
            "AllowedPattern": f"^({REGION}(,{REGION})*)?$",
            "ConstraintDescription": "must be names of Regions such as eu-west-1, separated by commas without spaces, "
            "or empty.",
        },
    ),
}

TAG_PARAMETERS = tag_parameters("key", "protects", "prod makes Refuse deletion and 30 days a duty.")

GROUPS = {
    "The key": ["Alias", "Description"],
    "Who may do what": ["KeyAdministrators", "KeyUsers", "GrantsForAwsServices", "AllowCloudWatchLogs"],
    "Deletion": ["PreventDestroy", "DeletionWindowDays"],
}

CONDITIONS = {
    "DestroyIsPrevented": Equals(Ref("PreventDestroy"), "true"),
    "GrantsAreAllowed": Equals(Ref("GrantsForAwsServices"), "true"),
    "LogsAreAllowed": Equals(Ref("AllowCloudWatchLogs"), "true"),
}


def not_all_in(members: str, others: str) -> dict[str, Any]:
    """At least one member of the first list is not in the second. Rules cannot express that no member is."""
    return {"Fn::Not": [{"Fn::EachMemberIn": [{"Ref": members}, {"Ref": others}]}]}


RULES: dict[str, dict[str, Any]] = {
    "ProductionIsProtected": {
        "RuleCondition": rule_equals("Environment", "prod"),
        "Assertions": [
            {
                "Assert": rule_equals("PreventDestroy", "true"),
                "AssertDescription": "In prod PreventDestroy must be true.",
            },
            {
                "Assert": rule_equals("DeletionWindowDays", "30"),
                "AssertDescription": "In prod DeletionWindowDays must be 30.",
            },
        ],
    },
    "DutiesAreSeparated": {
        "Assertions": [
            {
                "Assert": not_all_in("KeyAdministrators", "KeyUsers"),
                "AssertDescription": "KeyAdministrators and KeyUsers must be separate lists: every administrator is "
                "also a user.",
            },
            {
                "Assert": not_all_in("KeyUsers", "KeyAdministrators"),
                "AssertDescription": "KeyAdministrators and KeyUsers must be separate lists: every user is also an "
                "administrator.",
            },
        ],
    },
}

ALIAS_NAME = Sub("alias/${Alias}")


def key_tags() -> Tags:
    """The duty tags, and the name of the alias."""
    return tags(Tag("kms:alias", ALIAS_NAME))


def alias() -> Alias:
    """The alias of the key."""
    return Alias(
        "KeyAlias",
        DeletionPolicy="Delete",
        UpdateReplacePolicy="Retain",
        AliasName=ALIAS_NAME,
        TargetKeyId=Ref("Key"),
    )


def outputs() -> list[Output]:
    """The four identifiers that other stacks need."""
    return [
        output("KeyId", "Id of the KMS key.", Ref("Key")),
        output(
            "KeyArn",
            "ARN of the KMS key. Use it in IAM policies, for S3 bucket encryption and for log groups.",
            GetAtt("Key", "Arn"),
        ),
        output("AliasName", "Name of the alias, such as alias/prod/s3-data.", Ref("KeyAlias")),
        output(
            "AliasArn",
            "ARN of the alias. Use it to call KMS from this account and Region. In an IAM policy it stands for the "
            "alias, not for the key.",
            Sub("arn:${AWS::Partition}:kms:${AWS::Region}:${AWS::AccountId}:${KeyAlias}"),
        ),
    ]
