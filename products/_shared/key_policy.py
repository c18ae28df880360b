"""The key policy of the KMS products: one function for each statement. docs/products/kms_key.md explains each."""

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
from troposphere import If, NoValue, Ref, Split, Sub

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
