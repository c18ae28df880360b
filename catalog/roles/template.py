"""Launch roles as a CloudFormation template: trust, permissions, and the reasons in the Metadata of each role."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable, Mapping
from typing import Any

from catalog.errors import ContentError
from catalog.model.definition import LaunchPermission
from catalog.model.state import OWNER_TAG
from catalog.roles.boundaries import administrator_sids
from catalog.roles.packing import as_statement, pack

ROLE_NAME = re.compile(r"[\w+=,.@-]{1,64}", re.ASCII)

STACKS_OF_SERVICE_CATALOG = "arn:${AWS::Partition}:cloudformation:*:${AWS::AccountId}:stack/SC-*"

# The calls that Service Catalog itself makes as the launch role (Administrator Guide, "Launch constraints").
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
        "Service Catalog names its stacks SC-<account>-<provisioned product>; the id is not known before launch.",
    ),
    LaunchPermission(
        "PlansOfUpdates",
        (
            "cloudformation:CreateChangeSet",
            "cloudformation:DeleteChangeSet",
            "cloudformation:DescribeChangeSet",
            "cloudformation:ExecuteChangeSet",
        ),
        (STACKS_OF_SERVICE_CATALOG,),
        "A plan of a provisioned product, as `catalog update --plan` makes it, is a change set of its stack.",
    ),
    LaunchPermission(
        "TemplatesWithoutStack",
        ("cloudformation:GetTemplateSummary", "cloudformation:ValidateTemplate"),
        ("*",),
        "Both read a template before the stack exists, so there is no resource to name.",
    ),
    LaunchPermission(
        "TemplateOfTheProduct",
        ("s3:GetObject",),
        ("*",),
        "The template is in a bucket of Service Catalog with an unknown name; the condition narrows it.",
        {"StringEquals": {"s3:ExistingObjectTag/servicecatalog:provisioning": "true"}},
    ),
)


def role_template(
    owner: str,
    roles: Mapping[str, Iterable[LaunchPermission]],
    *,
    description: str = "",
    source_account: bool = False,
) -> dict[str, Any]:
    """A template of launch roles. `ContentError` for an invalid role name, or two names with the same logical id."""
    for name in roles:
        if not ROLE_NAME.fullmatch(name):
            raise ContentError(f"role name {name!r} must be 1 to 64 letters, digits or any of _ + = , . @ -")
    check_logical_ids(roles)
    resources: dict[str, Any] = {}
    for name, permissions in roles.items():
        of_role = role_resources(owner, name, permissions, source_account=source_account)
        if taken := resources.keys() & of_role.keys():
            raise ContentError(f"launch role {name}: another role has the logical id {min(taken)}: rename one of them")
        resources |= of_role
    return new_template(resources, description or ROLES_OF_PRODUCTS)


ROLES_OF_PRODUCTS = "Launch roles of the products that catalog publishes"


def new_template(resources: Mapping[str, Any], description: str = ROLES_OF_PRODUCTS) -> dict[str, Any]:
    """A template with these resources."""
    return {"AWSTemplateFormatVersion": "2010-09-09", "Description": description, "Resources": dict(resources)}


def check_logical_ids(roles: Iterable[str]) -> None:
    """`ContentError` when two role names have the same logical id."""
    names: dict[str, str] = {}
    for name in roles:
        other = names.setdefault(logical_id(name), name)
        if other != name:
            raise ContentError(f"launch roles {other} and {name} have the same logical id: rename one of them")


def logical_id(role: str) -> str:
    """A stable logical id for a role name, of letters and digits only."""
    words = re.sub("[^A-Za-z0-9]", " ", role).split()
    return "".join(word[:1].upper() + word[1:] for word in words)


def role_resources(
    owner: str, name: str, permissions: Iterable[LaunchPermission], *, source_account: bool = False
) -> dict[str, Any]:
    """One launch role, which trusts only Service Catalog, with the managed policies that its statements need.

    A role that no portfolio names any more stays in the account, because provisioned products that were launched with
    it must still be terminated. So its managed policies stay as well. CloudFormation names them: a policy that stayed
    cannot be in the way of a later one.
    """
    packed = pack(name, permissions)
    policies = {
        f"{logical_id(name)}Policy{number}": managed_policy(name, statements)
        for number, statements in enumerate(packed.managed, 2)
    }
    role = {
        "Type": "AWS::IAM::Role",
        **KEPT,
        "Metadata": reasons(packed.inline),
        "Properties": {
            "RoleName": name,
            "Description": "Creates the resources of products that people launch from AWS Service Catalog",
            "AssumeRolePolicyDocument": trust_document(source_account=source_account),
            "Policies": [{"PolicyName": "launch", "PolicyDocument": policy_document(packed.inline)}],
            **({"ManagedPolicyArns": [{"Ref": policy} for policy in policies]} if policies else {}),
            "Tags": [{"Key": OWNER_TAG, "Value": owner}],
        },
    }
    return {logical_id(name): role, **policies}


KEPT = {"DeletionPolicy": "RetainExceptOnCreate", "UpdateReplacePolicy": "Retain"}


def managed_policy(role: str, statements: Iterable[LaunchPermission]) -> dict[str, Any]:
    """A managed policy with the statements that the inline policy of the role has no room for."""
    statements = tuple(statements)
    return {
        "Type": "AWS::IAM::ManagedPolicy",
        **KEPT,
        "Metadata": reasons(statements),
        "Properties": {
            "Description": f"More permissions of the launch role {role}",
            "PolicyDocument": policy_document(statements),
        },
    }


def reasons(permissions: Iterable[LaunchPermission]) -> dict[str, Any]:
    """The Metadata of a policy: the reason of each statement, and those with which a role can become administrator."""
    permissions = tuple(permissions)
    sids = administrator_sids(permissions)
    return {
        "Reasons": {permission.sid: permission.reason for permission in permissions},
        **({"AdministratorEquivalent": list(sids)} if sids else {}),
    }


def trust_document(*, source_account: bool) -> dict[str, Any]:
    """A trust policy that lets only Service Catalog assume the role.

    `aws:SourceAccount` is optional and off by default: the administrator guide does not document this key for launch
    roles, and if the request lacks it, every launch is refused. Even without the key, Service Catalog in another
    account cannot use the role: a LAUNCH constraint with a RoleArn needs iam:PassRole, which works only within the
    account, and a LocalRoleName is the role in the account of the person who launches.
    """
    statement: dict[str, Any] = {
        "Effect": "Allow",
        "Principal": {"Service": "servicecatalog.amazonaws.com"},
        "Action": "sts:AssumeRole",
    }
    if source_account:
        statement["Condition"] = {"StringEquals": {"aws:SourceAccount": {"Ref": "AWS::AccountId"}}}
    return {"Version": "2012-10-17", "Statement": [statement]}


def trust_in_account(account: str, *, source_account: bool) -> dict[str, Any]:
    """The trust policy as IAM has it in an account."""
    document = trust_document(source_account=source_account)
    if source_account:
        document["Statement"][0]["Condition"] = {"StringEquals": {"aws:SourceAccount": account}}
    return document


def policy_document(permissions: Iterable[LaunchPermission]) -> dict[str, Any]:
    """The statements of an identity policy."""
    return {"Version": "2012-10-17", "Statement": [statement(permission) for permission in permissions]}


def statement(permission: LaunchPermission) -> dict[str, Any]:
    """An IAM statement, with Fn::Sub for ARNs that have placeholders."""
    written = as_statement(permission)
    return {key: substituted(value) if key in ("Resource", "Condition") else value for key, value in written.items()}


def substituted(value: Any) -> Any:
    """The value, with Fn::Sub for each text that has a placeholder."""
    if isinstance(value, dict):
        return {key: substituted(member) for key, member in value.items()}
    if isinstance(value, list):
        return [substituted(member) for member in value]
    return {"Fn::Sub": value} if isinstance(value, str) and "${" in value else value


def description_with_digest(template: Mapping[str, Any]) -> str:
    """The template's Description with a digest of the template, which a later run compares."""
    text = json.dumps(template, sort_keys=True)
    return f"{template['Description']} [sha256:{hashlib.sha256(text.encode()).hexdigest()}]"
