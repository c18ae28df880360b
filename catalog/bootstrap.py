"""L4. What must be in an account before publishing: the template bucket and the launch roles, as CloudFormation stacks.

Roles are global, stacks are not: each role belongs to the stack of the Region that bootstrapped first.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from catalog.aws.calls import aws_call
from catalog.aws.session import AwsSession
from catalog.aws.stacks import Stacks, mend
from catalog.errors import AwsCallError, AwsError, ContentError
from catalog.load import Catalog
from catalog.model import address
from catalog.model.definition import LaunchPermission
from catalog.model.state import OWNER_TAG
from catalog.plan.changes import Change, CreateStack, Effect, UpdateStack

STACKS_OF_SERVICE_CATALOG = "arn:${AWS::Partition}:cloudformation:*:${AWS::AccountId}:stack/SC-*"

# What Service Catalog itself does with the launch role (Administrator Guide, "Launch constraints").
SERVICE_PERMISSIONS = (
    LaunchPermission(
        "StacksOfServiceCatalog",
        (
            "cloudformation:CreateStack",
            "cloudformation:DeleteStack",
            "cloudformation:DescribeStackEvents",
            "cloudformation:DescribeStacks",
            "cloudformation:SetStackPolicy",
            "cloudformation:UpdateStack",
        ),
        (STACKS_OF_SERVICE_CATALOG,),
        "Service Catalog names its stacks SC-<account>-<provisioned product>; the rest is not known before.",
    ),
    LaunchPermission(
        "TemplatesWithoutStack",
        ("cloudformation:GetTemplateSummary", "cloudformation:ValidateTemplate"),
        ("*",),
        "Both read a template before there is a stack, so there is no resource to name.",
    ),
    LaunchPermission(
        "TemplateOfTheProduct",
        ("s3:GetObject",),
        ("*",),
        "The template lies in a bucket of Service Catalog's own, of unknown name; the condition narrows it.",
        {"StringEquals": {"s3:ExistingObjectTag/servicecatalog:provisioning": "true"}},
    ),
)


@dataclass(frozen=True, slots=True)
class Groundwork:
    """What an account and Region still need, as changes, notices, and things that somebody must do first."""

    changes: tuple[Change, ...] = ()
    notices: tuple[str, ...] = ()
    blockers: tuple[str, ...] = ()


def bootstrap_changes(catalog: Catalog, session: AwsSession) -> Groundwork:
    """Stacks to create or update in this account and Region; no changes when all is as it shall be.

    Raises `AwsError` when a stack of the name is not ours, or in a state from which it cannot be updated.
    """
    stacks = Stacks(session)
    owner = catalog.config.owner
    bucket = catalog.config.bucket_name(session.identity.account, session.region)
    role_stack = f"{owner}-launch-roles"
    roles, notices = roles_of_this_region(session, usable(stacks, role_stack, owner), launch_roles(catalog))
    wanted = [(f"{owner}-templates", bucket_template(bucket), Effect.SAFE)]
    if roles:
        wanted.append((role_stack, role_template(owner, roles), Effect.WIDENS_ACCESS))
    changes: list[Change] = []
    for name, template, effect in wanted:
        description = described(template)
        body = json.dumps({**template, "Description": description}, indent=1)
        stack = usable(stacks, name, owner)
        if stack is None:
            changes.append(CreateStack(address=address.stack(name), effect=effect, name=name, body=body))
        elif stack.get("Description") != description or stack["StackStatus"] == "UPDATE_ROLLBACK_COMPLETE":
            changes.append(UpdateStack(address=address.stack(name), effect=effect, name=name, body=body))
    return Groundwork(tuple(changes), notices)


def usable(stacks: Stacks, name: str, owner: str) -> dict[str, Any] | None:
    """A stack of ours that can be updated, None when there is none; else `AwsError`."""
    stack = stacks.describe(name)
    if stack is None:
        return None
    if {"Key": OWNER_TAG, "Value": owner} not in stack.get("Tags", []):
        raise AwsError(
            f"stack {name} exists and is not ours: it lacks the tag {OWNER_TAG}={owner}",
            hint="It stays as it is. Choose another owner in pyproject.toml, or rename that stack.",
        )
    if stack["StackStatus"].endswith("_IN_PROGRESS"):
        stacks.wait(name)
        return stacks.describe(name)
    if stack["StackStatus"] not in ("CREATE_COMPLETE", "UPDATE_COMPLETE", "UPDATE_ROLLBACK_COMPLETE"):
        raise AwsError(f"stack {name} is in state {stack['StackStatus']}", hint=mend(name, stack["StackStatus"]))
    return stack


def described(template: Mapping[str, Any]) -> str:
    """The template's Description with a digest of the rest: what a later run compares."""
    text = json.dumps(template, sort_keys=True)
    return f"{template['Description']} [sha256:{hashlib.sha256(text.encode()).hexdigest()}]"


def launch_roles(catalog: Catalog) -> dict[str, tuple[LaunchPermission, ...]]:
    """Role name → permissions, for every local role name that a portfolio declares.

    Raises `ContentError` when two products give one role different permissions under one Sid, or two names would be
    one logical id.
    """
    roles: dict[str, dict[str, LaunchPermission]] = {}
    for portfolio in catalog.portfolios.values():
        for name, product in portfolio.launch_roles():
            permissions = roles.setdefault(name, {})
            for permission in catalog.products[product].launch_permissions:
                if permissions.setdefault(permission.sid, permission) != permission:
                    raise ContentError(
                        f"products/{product}.py: launch role {name} has another permission of Sid {permission.sid!r}",
                        hint="Give the products roles of their own, or the permissions different Sids.",
                    )
    names = {logical_id(name): name for name in roles}
    if lost := sorted(set(roles) - set(names.values())):
        raise ContentError(f"launch role names are too much alike: {lost[0]} and {names[logical_id(lost[0])]}")
    return {name: (*SERVICE_PERMISSIONS, *permissions.values()) for name, permissions in sorted(roles.items())}


def roles_of_this_region(
    session: AwsSession, stack: Mapping[str, Any] | None, roles: Mapping[str, tuple[LaunchPermission, ...]]
) -> tuple[dict[str, tuple[LaunchPermission, ...]], tuple[str, ...]]:
    """(roles that this Region's stack shall hold, a notice for each that was made elsewhere and stays as it is)."""
    members = Stacks(session).members(stack["StackName"], "AWS::IAM::Role") if stack else frozenset()
    found, notices = {}, []
    for name, permissions in roles.items():
        if name in members or not role_exists(session, name):
            found[name] = permissions
        else:
            notices.append(f"role {name} exists, made elsewhere: left as it is")
    return found, tuple(notices)


def role_exists(session: AwsSession, name: str) -> bool:
    """Whether a role exists; taken for granted when the caller may not ask (iam:GetRole): AWS itself will say."""
    try:
        with aws_call("GetRole"):
            session.iam.get_role(RoleName=name)
    except AwsCallError as error:
        if error.code == "NoSuchEntity":
            return False
        if error.code not in ("AccessDenied", "AccessDeniedException"):
            raise
    return True


def bucket_template(bucket: str) -> dict[str, Any]:
    """A bucket that is encrypted, versioned, private, and refuses requests without TLS."""
    arn = {"Fn::GetAtt": ["Bucket", "Arn"]}
    return {
        "AWSTemplateFormatVersion": "2010-09-09",
        "Description": "Templates that catalog publishes to AWS Service Catalog",
        "Resources": {
            "Bucket": {
                "Type": "AWS::S3::Bucket",
                "DeletionPolicy": "RetainExceptOnCreate",
                "UpdateReplacePolicy": "Retain",
                "Properties": {
                    "BucketName": bucket,
                    "BucketEncryption": {
                        "ServerSideEncryptionConfiguration": [
                            {"ServerSideEncryptionByDefault": {"SSEAlgorithm": "AES256"}, "BucketKeyEnabled": False}
                        ]
                    },
                    "VersioningConfiguration": {"Status": "Enabled"},
                    "PublicAccessBlockConfiguration": {
                        "BlockPublicAcls": True,
                        "BlockPublicPolicy": True,
                        "IgnorePublicAcls": True,
                        "RestrictPublicBuckets": True,
                    },
                    "OwnershipControls": {"Rules": [{"ObjectOwnership": "BucketOwnerEnforced"}]},
                },
            },
            "BucketPolicy": {
                "Type": "AWS::S3::BucketPolicy",
                "Properties": {
                    "Bucket": {"Ref": "Bucket"},
                    "PolicyDocument": {
                        "Version": "2012-10-17",
                        "Statement": [
                            {
                                "Sid": "TlsOnly",
                                "Effect": "Deny",
                                "Principal": {"AWS": "*"},
                                "Action": "s3:*",
                                "Resource": [arn, {"Fn::Sub": "${Bucket.Arn}/*"}],
                                "Condition": {"Bool": {"aws:SecureTransport": "false"}},
                            }
                        ],
                    },
                },
            },
        },
        "Outputs": {"BucketName": {"Description": "The bucket's name", "Value": {"Ref": "Bucket"}}},
    }


def role_template(owner: str, roles: Mapping[str, tuple[LaunchPermission, ...]]) -> dict[str, Any]:
    """The launch roles, each with the reasons for its permissions in the resource's Metadata."""
    return {
        "AWSTemplateFormatVersion": "2010-09-09",
        "Description": "Launch roles of the products that catalog publishes",
        "Resources": {logical_id(name): role_resource(owner, name, permissions) for name, permissions in roles.items()},
    }


def logical_id(role: str) -> str:
    """A stable logical id for a role name: CloudFormation admits letters and digits only."""
    words = re.sub("[^A-Za-z0-9]", " ", role).split()
    return "".join(word[:1].upper() + word[1:] for word in words)


def role_resource(owner: str, name: str, permissions: Iterable[LaunchPermission]) -> dict[str, Any]:
    """One launch role, trusted by Service Catalog alone.

    A role that no portfolio names any more stays in the account: what was launched with it must still be terminated.
    """
    permissions = tuple(permissions)
    return {
        "Type": "AWS::IAM::Role",
        "DeletionPolicy": "RetainExceptOnCreate",
        "UpdateReplacePolicy": "Retain",
        "Metadata": {"Reasons": {permission.sid: permission.reason for permission in permissions}},
        "Properties": {
            "RoleName": name,
            "Description": "Creates the resources of products that people launch from AWS Service Catalog",
            "AssumeRolePolicyDocument": {
                "Version": "2012-10-17",
                "Statement": [
                    {
                        "Effect": "Allow",
                        "Principal": {"Service": "servicecatalog.amazonaws.com"},
                        "Action": "sts:AssumeRole",
                    }
                ],
            },
            "Policies": [
                {
                    "PolicyName": "launch",
                    "PolicyDocument": {
                        "Version": "2012-10-17",
                        "Statement": [statement(permission) for permission in permissions],
                    },
                }
            ],
            "Tags": [{"Key": OWNER_TAG, "Value": owner}],
        },
    }


def statement(permission: LaunchPermission) -> dict[str, Any]:
    """An IAM statement; placeholders in its ARNs become Fn::Sub."""
    resources = [{"Fn::Sub": arn} if "${" in arn else arn for arn in permission.resources]
    return {
        "Sid": permission.sid,
        "Effect": "Allow",
        "Action": list(permission.actions),
        "Resource": resources,
        **(
            {"Condition": {key: dict(value) for key, value in permission.conditions.items()}}
            if permission.conditions
            else {}
        ),
    }
