"""Actions that read or write data, or that change settings of the account, narrowed to what the template can cause.

Handlers list them for a property that few templates have. When no version has the property, the role cannot read data,
use keys, or give roles permissions.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from catalog.roles.needs import Need, mentions, never, vanishes
from catalog.roles.rows import Narrowing, unwritten

TABLE, BUCKET = "AWS::DynamoDB::Table", "AWS::S3::Bucket"
FUNCTION, MACHINE, REST_API = "AWS::Lambda::Function", "AWS::StepFunctions::StateMachine", "AWS::ApiGateway::RestApi"
CLUSTERS = ("AWS::RDS::DBInstance", "AWS::RDS::DBCluster", "AWS::DocDB::DBCluster")

ITEMS = (
    "dynamodb:BatchWriteItem",
    "dynamodb:DeleteItem",
    "dynamodb:GetItem",
    "dynamodb:PutItem",
    "dynamodb:Query",
    "dynamodb:Scan",
    "dynamodb:UpdateItem",
)
POLICIES: Mapping[str, Mapping[str, tuple[str, ...]]] = {
    "AWS::IAM::Role": {
        "ManagedPolicyArns": ("iam:AttachRolePolicy", "iam:DetachRolePolicy"),
        "Policies": ("iam:PutRolePolicy", "iam:DeleteRolePolicy"),
        "PermissionsBoundary": ("iam:PutRolePermissionsBoundary",),
    },
    "AWS::IAM::User": {
        "Groups": ("iam:AddUserToGroup", "iam:RemoveUserFromGroup"),
        "LoginProfile": ("iam:CreateLoginProfile", "iam:DeleteLoginProfile", "iam:UpdateLoginProfile"),
        "ManagedPolicyArns": ("iam:AttachUserPolicy", "iam:DetachUserPolicy"),
        "PermissionsBoundary": ("iam:PutUserPermissionsBoundary",),
        "Policies": ("iam:PutUserPolicy", "iam:DeleteUserPolicy"),
    },
    "AWS::IAM::Group": {
        "ManagedPolicyArns": ("iam:AttachGroupPolicy", "iam:DetachGroupPolicy"),
        "Policies": ("iam:PutGroupPolicy", "iam:DeleteGroupPolicy"),
    },
    "AWS::IAM::ManagedPolicy": {
        "Groups": ("iam:AttachGroupPolicy", "iam:DetachGroupPolicy"),
        "Roles": ("iam:AttachRolePolicy", "iam:DetachRolePolicy"),
        "Users": ("iam:AttachUserPolicy", "iam:DetachUserPolicy"),
    },
    "AWS::IAM::Policy": {
        "Groups": ("iam:PutGroupPolicy", "iam:DeleteGroupPolicy", "iam:GetGroupPolicy"),
        "Roles": ("iam:PutRolePolicy", "iam:DeleteRolePolicy", "iam:GetRolePolicy"),
        "Users": ("iam:PutUserPolicy", "iam:DeleteUserPolicy", "iam:GetUserPolicy"),
    },
}
"""Type of IAM → property → the actions that set or remove it."""

FUNCTION_PROPERTIES: Mapping[str, tuple[str, ...]] = {
    "CapacityProviderConfig": ("lambda:PassCapacityProvider",),
    "Code.S3Bucket": ("s3:GetObject", "s3:GetObjectVersion"),
    "CodeSigningConfigArn": ("lambda:PutFunctionCodeSigningConfig",),
    "FileSystemConfigs": ("elasticfilesystem:DescribeMountTargets",),
    "Layers": ("lambda:GetLayerVersion",),
}

DATA_PLANE: tuple[Narrowing, ...] = (
    Narrowing(
        TABLE,
        (*ITEMS, "dynamodb:AssociateTableReplica", "dynamodb:CreateTableReplica"),
        never,
        "only replicas need them (DynamoDB developer guide, Using IAM with global tables), and only an "
        "AWS::DynamoDB::GlobalTable has replicas",
    ),
    Narrowing(
        BUCKET,
        ("s3:DeleteObject", "s3:PutObjectAcl"),
        never,
        "no property of a bucket is an object, and CloudFormation deletes only buckets that are empty (template "
        "reference, AWS::S3::Bucket)",
    ),
    Narrowing(
        "AWS::ECS::Cluster",
        ("ecs:PutAccountSetting", "ecs:PutAccountSettingDefault"),
        never,
        "they change the settings of all of the account, and no property of a cluster is such a setting (ECS API "
        "reference, PutAccountSettingDefault)",
    ),
    *(unwritten(FUNCTION, actions, name) for name, actions in FUNCTION_PROPERTIES.items()),
    unwritten(MACHINE, ("s3:GetObject", "s3:GetObjectVersion"), "DefinitionS3Location"),
    unwritten(REST_API, ("s3:GetObject",), "BodyS3Location"),
    unwritten("AWS::Cognito::UserPoolClient", ("iam:PutRolePolicy", "iam:DeleteRolePolicy"), "AnalyticsConfiguration"),
    *(
        unwritten(
            resource_type,
            ("secretsmanager:CreateSecret", "secretsmanager:TagResource"),
            "ManageMasterUserPassword",
            "MasterUserSecret",
        )
        for resource_type in CLUSTERS
    ),
    *(
        unwritten(resource_type, actions, name)
        for resource_type, properties in POLICIES.items()
        for name, actions in properties.items()
    ),
    *(
        Narrowing(
            f"AWS::IAM::{kind}",
            (f"iam:Delete{kind}PermissionsBoundary",),
            vanishes("PermissionsBoundary"),
            "no update removes a boundary: it is always there, or never",
        )
        for kind in ("Role", "User")
    ),
)


class OfOtherService:
    """Actions on data of a service, which the handlers of other services' types call only for certain properties."""

    def __init__(self, service: str, action: str, properties: str) -> None:
        self.service, self.properties = service, properties
        self.action = re.compile(action)
        self.need: Need = mentions(properties)

    def concerns(self, resource_type: str, action: str) -> bool:
        """Whether it is about this action of the handlers of a type."""
        own = resource_type.split("::")[1].lower() == self.service
        return not own and self.action.fullmatch(action) is not None

    @property
    def reason(self) -> str:
        """Why the action is not needed."""
        return f"no version has a property for it: no name of a property matches {self.properties}"


OTHER_SERVICES = (
    OfOtherService("kms", "kms:.*", "kms|encrypt|cmk|^sse|snapshot|restore|masteruser|blockdevice|volumetype|^size$"),
    OfOtherService("s3", "s3:.*Object.*", "s3|bucket|location|uri|url|code|source|artifact|log"),
    OfOtherService("secretsmanager", "secretsmanager:.*", "secret|password|credential|auth|connection|snapshot"),
)
