"""L4. What must be in an account before publishing: the template bucket and the launch roles, as CloudFormation stacks.

Roles are global, stacks are not: each role belongs to the Region that bootstrapped first, and says so in its tags.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from typing import Any

from catalog.aws.calls import aws_call
from catalog.aws.session import AwsSession
from catalog.aws.stacks import Stacks
from catalog.errors import AwsCallError
from catalog.load import Catalog
from catalog.model import address
from catalog.model.definition import LaunchPermission
from catalog.model.state import OWNER_TAG
from catalog.plan.changes import Change, CreateStack, Effect, UpdateStack

HOME_TAG = "catalog:home-region"
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


def bootstrap_changes(catalog: Catalog, session: AwsSession) -> tuple[Change, ...]:
    """Stacks to create or update in this account and Region; none when all is as it shall be."""
    stacks = Stacks(session)
    owner = catalog.config.owner
    bucket = catalog.config.bucket_name(session.identity.account, session.region)
    wanted = [(f"{owner}-templates", bucket_template(bucket), Effect.SAFE)]
    if roles := roles_of_this_region(session, owner, launch_roles(catalog)):
        wanted.append((f"{owner}-launch-roles", role_template(owner, session.region, roles), Effect.WIDENS_ACCESS))
    changes: list[Change] = []
    for name, template, effect in wanted:
        description = described(template)
        body = json.dumps({**template, "Description": description}, indent=1)
        stack = stacks.describe(name)
        if stack is None:
            changes.append(CreateStack(address=address.stack(name), effect=effect, name=name, body=body))
        elif stack.get("Description") != description:
            changes.append(UpdateStack(address=address.stack(name), effect=effect, name=name, body=body))
    return tuple(changes)


def described(template: Mapping[str, Any]) -> str:
    """The template's Description with a digest of the rest: what a later run compares."""
    text = json.dumps(template, sort_keys=True)
    return f"{template['Description']} [sha256:{hashlib.sha256(text.encode()).hexdigest()}]"


def launch_roles(catalog: Catalog) -> dict[str, tuple[LaunchPermission, ...]]:
    """Role name → permissions, for every local role name that a portfolio declares."""
    roles: dict[str, dict[str, LaunchPermission]] = {}
    for portfolio in catalog.portfolios.values():
        for name, product in portfolio.launch_roles():
            for permission in catalog.products[product].launch_permissions:
                roles.setdefault(name, {})[permission.sid] = permission
    return {name: (*SERVICE_PERMISSIONS, *permissions.values()) for name, permissions in sorted(roles.items())}


def roles_of_this_region(
    session: AwsSession, owner: str, roles: Mapping[str, tuple[LaunchPermission, ...]]
) -> dict[str, tuple[LaunchPermission, ...]]:
    """Those roles that do not exist, or that this Region's stack made; another's are left as they are."""
    mine = {HOME_TAG: session.region, OWNER_TAG: owner}
    found = {}
    for name, permissions in roles.items():
        tags = role_tags(session, name)
        if tags is None or mine.items() <= tags.items():
            found[name] = permissions
    return found


def role_tags(session: AwsSession, name: str) -> dict[str, str] | None:
    """The tags of a role, None when there is no such role."""
    try:
        with aws_call("GetRole"):
            role = session.iam.get_role(RoleName=name)["Role"]
    except AwsCallError as error:
        if error.code == "NoSuchEntity":
            return None
        raise
    return {tag["Key"]: tag["Value"] for tag in role.get("Tags", [])}


def bucket_template(bucket: str) -> dict[str, Any]:
    """A bucket that is encrypted, versioned, private, and refuses requests without TLS."""
    arn = {"Fn::GetAtt": ["Bucket", "Arn"]}
    return {
        "AWSTemplateFormatVersion": "2010-09-09",
        "Description": "Templates that catalog publishes to AWS Service Catalog",
        "Resources": {
            "Bucket": {
                "Type": "AWS::S3::Bucket",
                "DeletionPolicy": "Retain",
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


def role_template(owner: str, region: str, roles: Mapping[str, tuple[LaunchPermission, ...]]) -> dict[str, Any]:
    """The launch roles, each with the reasons for its permissions in the resource's Metadata."""
    return {
        "AWSTemplateFormatVersion": "2010-09-09",
        "Description": "Launch roles of the products that catalog publishes",
        "Resources": {
            logical_id(name): role_resource(owner, region, name, permissions) for name, permissions in roles.items()
        },
    }


def logical_id(role: str) -> str:
    """A stable logical id for a role name: CloudFormation admits letters and digits only."""
    words = "".join(character if character.isalnum() else " " for character in role).split()
    return "".join(word[:1].upper() + word[1:] for word in words)


def role_resource(owner: str, region: str, name: str, permissions: Iterable[LaunchPermission]) -> dict[str, Any]:
    """One launch role, trusted by Service Catalog alone."""
    permissions = tuple(permissions)
    return {
        "Type": "AWS::IAM::Role",
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
            "Tags": [{"Key": HOME_TAG, "Value": region}, {"Key": OWNER_TAG, "Value": owner}],
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
