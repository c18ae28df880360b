"""Launch roles as a CloudFormation template: trust, permissions, and the reason of each in the role's Metadata."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable, Mapping
from typing import Any

from catalog.errors import ContentError
from catalog.model.definition import LaunchPermission
from catalog.model.state import OWNER_TAG

INLINE_LIMIT = 10_240
"""Characters of all inline policies of a role, white space not counted (IAM quotas)."""
ROLE_NAME = re.compile(r"[\w+=,.@-]{1,64}", re.ASCII)

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


def role_template(
    owner: str,
    roles: Mapping[str, Iterable[LaunchPermission]],
    *,
    description: str = "Launch roles of the products that catalog publishes",
    source_account: bool = False,
) -> dict[str, Any]:
    """The launch roles by name; `ContentError` for a name that IAM refuses, or two that would be one logical id."""
    for name in roles:
        if not ROLE_NAME.fullmatch(name):
            raise ContentError(f"role name {name!r} is not 1 to 64 letters, digits or any of _ + = , . @ -")
    check_logical_ids(roles)
    return {
        "AWSTemplateFormatVersion": "2010-09-09",
        "Description": description,
        "Resources": {
            logical_id(name): role_resource(owner, name, permissions, source_account=source_account)
            for name, permissions in roles.items()
        },
    }


def check_logical_ids(roles: Iterable[str]) -> None:
    """`ContentError` when two role names would be one logical id."""
    names: dict[str, str] = {}
    for name in roles:
        other = names.setdefault(logical_id(name), name)
        if other != name:
            raise ContentError(f"launch role names are too much alike: {other} and {name}")


def logical_id(role: str) -> str:
    """A stable logical id for a role name: CloudFormation admits letters and digits only."""
    words = re.sub("[^A-Za-z0-9]", " ", role).split()
    return "".join(word[:1].upper() + word[1:] for word in words)


def role_resource(
    owner: str, name: str, permissions: Iterable[LaunchPermission], *, source_account: bool = False
) -> dict[str, Any]:
    """One launch role, trusted by Service Catalog alone.

    A role that no portfolio names any more stays in the account: what was launched with it must still be terminated.
    """
    permissions = tuple(permissions)
    document = policy_document(permissions)
    size = len(re.sub(r"\s", "", json.dumps(document)))
    if size > INLINE_LIMIT:
        raise ContentError(
            f"launch role {name}: its policy has {size} characters; IAM's limit is {INLINE_LIMIT}",
            hint="Give the products launch roles of their own, so that each needs less.",
        )
    return {
        "Type": "AWS::IAM::Role",
        "DeletionPolicy": "RetainExceptOnCreate",
        "UpdateReplacePolicy": "Retain",
        "Metadata": {"Reasons": {permission.sid: permission.reason for permission in permissions}},
        "Properties": {
            "RoleName": name,
            "Description": "Creates the resources of products that people launch from AWS Service Catalog",
            "AssumeRolePolicyDocument": trust_document(source_account=source_account),
            "Policies": [{"PolicyName": "launch", "PolicyDocument": document}],
            "Tags": [{"Key": OWNER_TAG, "Value": owner}],
        },
    }


def trust_document(*, source_account: bool) -> dict[str, Any]:
    """Service Catalog alone may assume the role.

    `aws:SourceAccount` is off unless asked for: the administrator guide documents no such key for launch roles, and a
    key that is not in the request refuses every launch. Nobody else's Service Catalog can be made to use the role: who
    names a RoleArn in a LAUNCH constraint must be allowed to pass it, which only works within its account, and a
    LocalRoleName means the role in the account of the one who launches.
    """
    statement: dict[str, Any] = {
        "Effect": "Allow",
        "Principal": {"Service": "servicecatalog.amazonaws.com"},
        "Action": "sts:AssumeRole",
    }
    if source_account:
        statement["Condition"] = {"StringEquals": {"aws:SourceAccount": {"Ref": "AWS::AccountId"}}}
    return {"Version": "2012-10-17", "Statement": [statement]}


def filled_trust(account: str, *, source_account: bool) -> dict[str, Any]:
    """The trust policy as IAM holds it in an account."""
    document = trust_document(source_account=source_account)
    if source_account:
        document["Statement"][0]["Condition"] = {"StringEquals": {"aws:SourceAccount": account}}
    return document


def policy_document(permissions: Iterable[LaunchPermission]) -> dict[str, Any]:
    """The statements of an identity policy."""
    return {"Version": "2012-10-17", "Statement": [statement(permission) for permission in permissions]}


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


def described(template: Mapping[str, Any]) -> str:
    """The template's Description with a digest of the rest: what a later run compares."""
    text = json.dumps(template, sort_keys=True)
    return f"{template['Description']} [sha256:{hashlib.sha256(text.encode()).hexdigest()}]"
