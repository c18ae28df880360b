"""Product `kms_key`: a symmetric customer managed key, its alias, and a key policy that separates duties.

The sections, in order: parameters, Rules that are checked before resources are created, the key policy (one function
for each statement), the two resources, and the outputs. docs/products/kms_key.md explains each choice. The permissions
of the launch role are derived (`catalog role derive kms_key`).

The logical ids `Key` and `KeyAlias` must not change. With another logical id, CloudFormation creates a new key and
schedules the old key for deletion.
"""

from __future__ import annotations

from typing import Any

from awacs import AWSHelperFn, kms
from awacs.aws import (
    Allow,
    ArnLike,
    ArnNotEquals,
    BoolIfExists,
    Condition,
    Deny,
    NumericLessThan,
    PolicyDocument,
    Principal,
    Statement,
    StringNotEquals,
)
from awacs.aws import Bool as BoolIs
from troposphere import (
    And,
    AWSObject,
    Equals,
    Export,
    GetAtt,
    If,
    Not,
    NoValue,
    Output,
    Parameter,
    Ref,
    Split,
    Sub,
    Tag,
    Template,
)
from troposphere.kms import Alias, Key

from catalog import ProductDefinition, Retention, ServiceAction

# ---------------------------------------------------------------------------------------------------- parameters

ARN_NAME = "[A-Za-z0-9_+=.@/-]+"  # IAM names and paths; no comma, because it separates the members of a list
REGION = "[a-z]{2}(-[a-z]+)+-[0-9]"
TAG_VALUE = "[A-Za-z0-9 _.:/=+@-]"
CLASSES_OF_DATA = ["public", "internal", "confidential", "restricted"]


def flag(label: str, description: str) -> tuple[str, dict[str, Any]]:
    """A parameter that is true or false, with the default false."""
    properties = {"Type": "String", "Description": description, "AllowedValues": ["true", "false"], "Default": "false"}
    return label, properties | {"ConstraintDescription": "must be true or false."}


PARAMETERS: dict[str, tuple[str, dict[str, Any]]] = {
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
            "AllowedPattern": f"^arn:aws[a-z-]*:iam::[0-9]{{12}}:(role|user)/{ARN_NAME}$",
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
    "MultiRegion": flag(
        "Multi-Region primary key",
        "true to make a multi-Region primary key, which can be replicated to other Regions for "
        "disaster recovery. This cannot be changed after the key was made.",
    ),
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
    "Environment": (
        "Environment",
        {
            "Type": "String",
            "Description": "Environment that the key belongs to; tag Environment of the key. prod makes Refuse "
            "deletion and 30 days a duty.",
            "AllowedValues": ["dev", "test", "staging", "prod"],
            "ConstraintDescription": "must be dev, test, staging or prod.",
        },
    ),
    "Service": (
        "Service",
        {
            "Type": "String",
            "Description": "Service whose data the key protects, such as s3 or logs; tag Service of the key.",
            "MinLength": 1,
            "MaxLength": 256,
            "AllowedPattern": f"^{TAG_VALUE}+$",
            "ConstraintDescription": "must have 1 to 256 letters, digits, spaces or any of _ . : / = + @ -",
        },
    ),
    "DataCategory": (
        "Data category",
        {
            "Type": "String",
            "Description": "Class of the data that the key protects; tag DataCategory of the key.",
            "AllowedValues": CLASSES_OF_DATA,
            "ConstraintDescription": f"must be one of {', '.join(CLASSES_OF_DATA)}.",
        },
    ),
    "Compliance": (
        "Compliance programme",
        {
            "Type": "String",
            "Description": "Compliance programme that the key falls under, such as soc2; tag Compliance of the key. "
            "Leave it empty for no such tag.",
            "Default": "",
            "MaxLength": 256,
            "AllowedPattern": f"^{TAG_VALUE}*$",
            "ConstraintDescription": "must have up to 256 letters, digits, spaces or any of _ . : / = + @ -",
        },
    ),
}
"""Name → (label in the console, properties). The pattern of a list is for each member (CloudFormation, Parameters)."""

GROUPS = {
    "The key": ["Alias", "Description"],
    "Who may do what": ["KeyAdministrators", "KeyUsers", "GrantsForAwsServices", "AllowCloudWatchLogs"],
    "Deletion": ["PreventDestroy", "DeletionWindowDays"],
    "Other Regions": ["MultiRegion", "ReplicaRegions"],
    "Tags": ["Environment", "Service", "DataCategory", "Compliance"],
}

# ---------------------------------------------------------------------------------------------- conditions and rules

CONDITIONS = {
    "DestroyIsPrevented": Equals(Ref("PreventDestroy"), "true"),
    "GrantsAreAllowed": Equals(Ref("GrantsForAwsServices"), "true"),
    "LogsAreAllowed": Equals(Ref("AllowCloudWatchLogs"), "true"),
    "MayReplicate": And(Equals(Ref("MultiRegion"), "true"), Not(Equals(Ref("ReplicaRegions"), ""))),
    "HasCompliance": Not(Equals(Ref("Compliance"), "")),
}


def rule_equals(name: str, value: str) -> dict[str, Any]:
    """The parameter has the value. Rule functions compare strings, even for a Number."""
    return {"Fn::Equals": [{"Ref": name}, value]}


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
    "ReplicasNeedMultiRegion": {
        "RuleCondition": {"Fn::Not": [rule_equals("ReplicaRegions", "")]},
        "Assertions": [
            {
                "Assert": rule_equals("MultiRegion", "true"),
                "AssertDescription": "ReplicaRegions needs MultiRegion true: only a multi-Region key has replicas.",
            }
        ],
    },
}

# ------------------------------------------------------------------------------------------------------ key policy

THIS_KEY = ["*"]  # in a key policy, `*` means the key itself
ADMINISTRATORS = Principal("AWS", Ref("KeyAdministrators"))
USERS = Principal("AWS", Ref("KeyUsers"))
EVERYBODY = Principal("AWS", "*")
REPLICA_LAUNCH_ROLE = "catalog-launch-kms-replica-key"
"""The local role name of the replica product's launch constraint (docs/adr/0021-who-replicates-keys.md)."""


class KeyPolicy(PolicyDocument):
    """A policy whose statements can be `Fn::If`, which awacs does not allow."""

    props = PolicyDocument.props | {"Statement": ([Statement, AWSHelperFn, If], True)}


def statement(sid: str, effect: str, principal: Principal, actions: list[Any], *conditions: Any) -> Statement:
    """A statement for this key."""
    parts = {"Sid": sid, "Effect": effect, "Principal": principal, "Action": actions, "Resource": THIS_KEY}
    return Statement(**parts, **({"Condition": Condition(list(conditions))} if conditions else {}))


def root_account_ownership() -> Statement:
    """Keep access if all administrators are deleted. It lets IAM policies of the account give access to the key."""
    return statement(
        "RootAccountOwnership",
        Allow,
        Principal("AWS", Sub("arn:${AWS::Partition}:iam::${AWS::AccountId}:root")),
        [kms.Action("*")],
    )


def key_administrators() -> Statement:
    """Manage the key."""
    return statement(
        "KeyAdministrators",
        Allow,
        ADMINISTRATORS,
        [
            kms.Action("Create*"),
            kms.Action("Describe*"),
            kms.Action("Enable*"),
            kms.Action("List*"),
            kms.Action("Put*"),
            kms.Action("Update*"),
            kms.Action("Revoke*"),
            kms.Action("Disable*"),
            kms.Action("Get*"),
            kms.Action("Delete*"),
            kms.TagResource,
            kms.UntagResource,
            kms.ScheduleKeyDeletion,
            kms.CancelKeyDeletion,
        ],
    )


def key_users() -> Statement:
    """Use the key."""
    return statement(
        "KeyUsers",
        Allow,
        USERS,
        [kms.Encrypt, kms.Decrypt, kms.Action("ReEncrypt*"), kms.Action("GenerateDataKey*"), kms.DescribeKey],
    )


def key_administrators_rotate_on_demand() -> Statement:
    """Rotate at once after an incident. No wildcard of KeyAdministrators matches this newer action."""
    return statement("KeyAdministratorsRotateOnDemand", Allow, ADMINISTRATORS, [kms.RotateKeyOnDemand])


def key_administrators_cannot_use_the_key() -> Statement:
    """Deny CreateGrant, which `Create*` allows: a grant could give them, or anyone else, the use of the key."""
    return statement(
        "KeyAdministratorsCannotUseTheKey",
        Deny,
        ADMINISTRATORS,
        [
            kms.Encrypt,
            kms.Decrypt,
            kms.Action("ReEncrypt*"),
            kms.Action("GenerateDataKey*"),
            kms.CreateGrant,
        ],
    )


def grants_only_for_aws_services() -> Statement:
    """The Deny that control CT.KMS.PR.3 of AWS Control Tower requires, unchanged and outside any Fn::If."""
    return statement(
        "GrantsOnlyForAwsServices",
        Deny,
        EVERYBODY,
        [kms.CreateGrant],
        BoolIfExists({"kms:GrantIsForAWSResource": "false", "aws:PrincipalIsAWSService": "false"}),
    )


def deletion_window_is_a_floor() -> Statement:
    """Deny a shorter waiting period than that of the stack. A call without one means 30 days and is allowed."""
    return statement(
        "DeletionWindowIsAFloor",
        Deny,
        EVERYBODY,
        [kms.ScheduleKeyDeletion],
        NumericLessThan({"kms:ScheduleKeyDeletionPendingWindowInDays": Ref("DeletionWindowDays")}),
    )


def prevent_destroy() -> Statement:
    """Deny deletion to everyone. DeleteAlias too, because a stack deletes the alias first, and its users would fail.

    UpdateAlias too: it needs permission on the alias's current key, and with it the alias could be pointed to another
    key, whose policy alone would then decide DeleteAlias (KMS API reference, UpdateAlias, "Required permissions").
    """
    return statement("PreventDestroy", Deny, EVERYBODY, [kms.ScheduleKeyDeletion, kms.UpdateAlias, kms.DeleteAlias])


def key_users_grant_to_aws_services() -> Statement:
    """The second statement for users in the console: EBS, RDS and others need a grant while a resource exists."""
    return statement(
        "KeyUsersGrantToAwsServices",
        Allow,
        USERS,
        [kms.CreateGrant, kms.ListGrants, kms.RevokeGrant],
        BoolIs({"kms:GrantIsForAWSResource": "true"}),
    )


def no_replicas() -> Statement:
    """Deny replication to everyone, because a replica has the same key material and a key policy of its creator."""
    return statement("NoReplicas", Deny, EVERYBODY, [kms.ReplicateKey])


def only_the_replica_product_replicates() -> Statement:
    """Deny replication to all but one launch role, so that each replica has the key policy of a released product."""
    role = Sub(f"arn:${{AWS::Partition}}:iam::${{AWS::AccountId}}:role/{REPLICA_LAUNCH_ROLE}")
    return statement(
        "OnlyTheReplicaProductReplicates",
        Deny,
        EVERYBODY,
        [kms.ReplicateKey],
        ArnNotEquals({"aws:PrincipalArn": role}),
    )


def replicas_only_in_named_regions() -> Statement:
    """Deny replication to other Regions than the given ones, also to that launch role."""
    return statement(
        "ReplicasOnlyInNamedRegions",
        Deny,
        EVERYBODY,
        [kms.ReplicateKey],
        StringNotEquals({"kms:ReplicaRegion": Split(",", Ref("ReplicaRegions"))}),
    )


def cloudwatch_logs() -> Statement:
    """Let CloudWatch Logs use the key, for log groups of this account and Region (its guide, "Encrypt log data")."""
    log_groups = Sub("arn:${AWS::Partition}:logs:${AWS::Region}:${AWS::AccountId}:log-group:*")
    return statement(
        "CloudWatchLogs",
        Allow,
        Principal("Service", Sub("logs.${AWS::Region}.${AWS::URLSuffix}")),
        [
            kms.Action("Encrypt*"),
            kms.Action("Decrypt*"),
            kms.Action("ReEncrypt*"),
            kms.Action("GenerateDataKey*"),
            kms.Action("Describe*"),
        ],
        ArnLike({"kms:EncryptionContext:aws:logs:arn": log_groups}),
    )


def key_policy() -> KeyPolicy:
    """The statements: the first seven always, the others by condition. One or two of them limit replication."""
    return KeyPolicy(
        Version="2012-10-17",
        Statement=[
            root_account_ownership(),
            key_administrators(),
            key_users(),
            key_administrators_rotate_on_demand(),
            key_administrators_cannot_use_the_key(),
            grants_only_for_aws_services(),
            deletion_window_is_a_floor(),
            If("DestroyIsPrevented", prevent_destroy(), NoValue),
            If("GrantsAreAllowed", key_users_grant_to_aws_services(), NoValue),
            If("MayReplicate", only_the_replica_product_replicates(), no_replicas()),
            If("MayReplicate", replicas_only_in_named_regions(), NoValue),
            If("LogsAreAllowed", cloudwatch_logs(), NoValue),
        ],
    )


# ------------------------------------------------------------------------------------------- resources and outputs

ALIAS_NAME = Sub("alias/${Alias}")


def key() -> Key:
    """The key: symmetric, rotated every year. These are literals, so that no parameter can disable rotation."""
    return Key(
        "Key",
        DeletionPolicy="Delete",
        UpdateReplacePolicy="Retain",
        Description=Ref("Description"),
        Enabled=True,
        KeySpec="SYMMETRIC_DEFAULT",
        KeyUsage="ENCRYPT_DECRYPT",
        EnableKeyRotation=True,
        RotationPeriodInDays=365,
        MultiRegion=Ref("MultiRegion"),
        PendingWindowInDays=Ref("DeletionWindowDays"),
        KeyPolicy=key_policy(),
        Tags=[
            Tag("Environment", Ref("Environment")),
            Tag("Service", Ref("Service")),
            Tag("DataCategory", Ref("DataCategory")),
            If("HasCompliance", Tag("Compliance", Ref("Compliance")), NoValue),
            Tag("ManagedBy", "service-catalog"),
            Tag("kms:alias", ALIAS_NAME),
        ],
    )


def resources() -> list[AWSObject]:
    """The key and its alias."""
    alias = Alias(
        "KeyAlias",
        DeletionPolicy="Delete",
        UpdateReplacePolicy="Retain",
        AliasName=ALIAS_NAME,
        TargetKeyId=Ref("Key"),
    )
    return [key(), alias]


def output(name: str, description: str, value: Any) -> Output:
    """An output that other stacks import as `<stack>-<name>`. The stack cannot be deleted while one imports it."""
    return Output(name, Description=description, Value=value, Export=Export(Sub(f"${{AWS::StackName}}-{name}")))


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


def template() -> Template:
    """The template of this version."""
    built = Template("KMS key with yearly rotation and separate administrators and users; catalog product kms_key.")
    built.set_version()
    built.set_metadata(
        {
            "AWS::CloudFormation::Interface": {
                "ParameterGroups": [
                    {"Label": {"default": label}, "Parameters": names} for label, names in GROUPS.items()
                ],
                "ParameterLabels": {name: {"default": label} for name, (label, _) in PARAMETERS.items()},
            }
        }
    )
    for name, (_, properties) in PARAMETERS.items():
        built.add_parameter(Parameter(name, **properties))
    for name, rule in RULES.items():
        built.add_rule(name, rule)
    for name, condition in CONDITIONS.items():
        built.add_condition(name, condition)
    built.add_resource(resources())
    built.add_output(outputs())
    return built


# --------------------------------------------------------------------------------------------------- service actions


def rotation_document() -> dict[str, Any]:
    """Rotate the key material at once. Encrypted data stays readable, and the key keeps its id and ARN."""
    return {
        "schemaVersion": "0.3",
        "description": "Rotates the key material of a symmetric KMS key at once (kms:RotateKeyOnDemand).",
        "parameters": {"KeyId": {"type": "String", "description": "Id of the key; Service Catalog fills it in."}},
        "mainSteps": [
            {
                "name": "RotateKeyOnDemand",
                "action": "aws:executeAwsApi",
                "inputs": {"Service": "kms", "Api": "RotateKeyOnDemand", "KeyId": "{{ KeyId }}"},
                "isEnd": True,
            }
        ],
    }


ROTATE = ServiceAction(
    key="rotate",
    name="RotateKeyNow",
    description="Rotates the key material at once, as after an incident. Nothing has to be encrypted anew: the key "
    "keeps its id, and what was encrypted before stays readable. KMS allows 25 such rotations in a key's life.",
    document=rotation_document,
    target_type="AWS::KMS::Key",
    parameters={"KeyId": "TARGET"},
)

# --------------------------------------------------------------------------------------------------------- product

PRODUCT = ProductDefinition(
    name="KMS key",
    owner="Platform Security",
    description="A customer managed KMS key with an alias: rotated every year, administrators who cannot use it, users "
    "who cannot manage it, and protection against deletion.",
    distributor="Platform Security",
    support_description="Ask Platform Security about parameters, failed launches and the end of life of a protected "
    "key. The guide to this product is docs/products/kms_key.md in the catalogue's repository.",
    support_email="platform-security@example.com",
    support_url="https://docs.aws.amazon.com/kms/latest/developerguide/concepts.html",
    version="2.0.0",
    version_description="While PreventDestroy is true, nobody can point the alias to another key. Key administrators "
    "no longer replicate a multi-Region key: only the launch role of the replica product does, into ReplicaRegions.",
    template=template,
    separate_lists=(("KeyAdministrators", "KeyUsers"),),
    service_actions=(ROTATE,),
    examples=("examples/launch-dev.yaml", "examples/launch-prod.yaml", "examples/launch-multi-region.yaml"),
    production={"PreventDestroy": "true", "DeletionWindowDays": "30"},
    retention=Retention(keep=3),
)
