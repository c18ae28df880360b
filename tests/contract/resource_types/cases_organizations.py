"""Organizations, their units and policies, and resource shares."""

from __future__ import annotations

import json
from typing import Any

from tests.contract.resource_types.conftest import ACCOUNT, REGION, Case
from tests.contract.resource_types.reading import asks, listed, with_more

ORGANIZATION = {"Type": "AWS::Organizations::Organization"}
ROOT = {"Fn::GetAtt": ["Organization", "RootId"]}
UNIT = {"Type": "AWS::Organizations::OrganizationalUnit", "Properties": {"Name": "around", "ParentId": ROOT}}
PLAN = {"plans": {}}
SUBNET, OTHER = (f"arn:aws:ec2:{REGION}:{ACCOUNT}:subnet/subnet-{name}" for name in ("one", "two"))
PERMISSION = "arn:aws:ram::aws:permission/AWSRAMDefaultPermissionSubnet"


def actions(prefix: str, *names: str) -> tuple[str, ...]:
    return tuple(f"{prefix}:{name}" for name in names)


def tags() -> Any:
    return listed(asks("organizations", "list_tags_for_resource", "Tags", ResourceId="@"))


def associated(kind: str) -> Any:
    return lambda world, arn: [
        each["associatedEntity"]
        for each in world.client("ram").get_resource_share_associations(associationType=kind, resourceShareArns=[arn])[
            "resourceShareAssociations"
        ]
    ]


def share(path: str) -> Any:
    given = {"resourceOwner": "SELF", "resourceShareStatus": "ACTIVE", "resourceShareArns": ["@"]}
    return asks("ram", "get_resource_shares", path, **given)


CASES = (
    Case(
        "AWS::Organizations::Organization",
        {"FeatureSet": "ALL"},
        asks("organizations", "describe_organization", "Organization"),
        {"FeatureSet": "ALL"},
        denied=actions("organizations", "CreateOrganization", "DescribeOrganization", "ListRoots"),
        denied_later=actions("organizations", "DeleteOrganization"),
        attributes=("Arn", "RootId", "ManagementAccountId", "ManagementAccountArn", "ManagementAccountEmail"),
    ),
    Case(
        "AWS::Organizations::OrganizationalUnit",
        {"Name": "payments", "ParentId": ROOT},
        asks("organizations", "describe_organizational_unit", "OrganizationalUnit", OrganizationalUnitId="@"),
        {"Name": "payments"},
        changed={"Name": "orders"},
        then={"Name": "orders"},
        replaced={"ParentId": {"Ref": "Unit"}},
        tags=tags(),
        denied=actions(
            "organizations", "CreateOrganizationalUnit", "DescribeOrganizationalUnit", "TagResource", "ListParents"
        ),
        denied_later=actions("organizations", "UpdateOrganizationalUnit", "DeleteOrganizationalUnit"),
        around={"Organization": ORGANIZATION, "Unit": UNIT},
        attributes=("Arn", "Path"),
    ),
    Case(
        "AWS::Organizations::Policy",
        {"Name": "backups", "Type": "BACKUP_POLICY", "Content": PLAN, "TargetIds": [{"Ref": "Unit"}]},
        with_more(
            asks("organizations", "describe_policy", "Policy", PolicyId="@"),
            targets=asks("organizations", "list_targets_for_policy", "Targets.0.Type", PolicyId="@"),
        ),
        {"targets": "ORGANIZATIONAL_UNIT", "Content": json.dumps(PLAN), "PolicySummary": {"Type": "BACKUP_POLICY"}},
        changed={"Name": "more", "Description": "two", "TargetIds": [ROOT]},
        then={"targets": "ROOT", "PolicySummary": {"Name": "more", "Description": "two"}},
        replaced={"Type": "TAG_POLICY", "Name": "tags"},
        tags=tags(),
        denied=actions("organizations", "CreatePolicy", "DescribePolicy", "TagResource", "AttachPolicy"),
        denied_later=actions("organizations", "UpdatePolicy", "DetachPolicy", "DeletePolicy"),
        around={"Organization": ORGANIZATION, "Unit": UNIT},
        attributes=("Arn",),
    ),
    Case(
        "AWS::RAM::ResourceShare",
        {"Name": "net", "ResourceArns": [SUBNET], "Principals": ["210987654321"], "AllowExternalPrincipals": True},
        with_more(
            share("resourceShares.0"),
            resources=associated("RESOURCE"),
            principals=associated("PRINCIPAL"),
            permissions=asks("ram", "list_resource_share_permissions", "permissions.0.arn", resourceShareArn="@"),
        ),
        {"name": "net", "resources": [SUBNET], "principals": ["210987654321"]},
        changed={"Name": "nets", "ResourceArns": [OTHER], "Principals": None, "PermissionArns": [PERMISSION]},
        then={"name": "nets", "resources": [OTHER], "principals": [], "permissions": PERMISSION},
        tags=listed(share("resourceShares.0.tags"), "key", "value"),
        denied=actions("ram", "CreateResourceShare", "GetResourceShares", "TagResource"),
        denied_later=actions(
            "ram", "UpdateResourceShare", "AssociateResourceShare", "DisassociateResourceShare", "DeleteResourceShare"
        ),
        attributes=("Status", "OwningAccountId"),
    ),
)
