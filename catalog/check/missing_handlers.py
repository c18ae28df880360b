"""The handlers of types for which the schemas list none, although they are made by plain calls of one service.

Sources: the template reference says what each type makes; the API reference and the Service Authorization Reference say
by which actions. `AWS::Route53::RecordSetGroup` makes the calls that the schema of `AWS::Route53::RecordSet` lists.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

RECORDS = tuple(
    f"route53:{name}"
    for name in ("ChangeResourceRecordSets", "GetChange", "GetHostedZone", "ListHostedZones", "ListResourceRecordSets")
)
READ_RECORDS = ("route53:GetHostedZone", "route53:ListHostedZones", "route53:ListResourceRecordSets")
MISSING: Mapping[str, Mapping[Literal["create", "read", "update", "delete"], tuple[str, ...]]] = {
    "AWS::CodeBuild::Project": {
        "create": ("codebuild:CreateProject", "codebuild:CreateWebhook", "iam:PassRole"),
        "read": ("codebuild:BatchGetProjects",),
        "update": (
            *("codebuild:CreateWebhook", "codebuild:DeleteWebhook", "codebuild:UpdateProject"),
            *("codebuild:UpdateWebhook", "iam:PassRole"),
        ),
        "delete": ("codebuild:DeleteProject", "codebuild:DeleteWebhook"),
    },
    "AWS::IAM::AccessKey": {
        "create": ("iam:CreateAccessKey", "iam:UpdateAccessKey"),
        "read": ("iam:ListAccessKeys",),
        "update": ("iam:UpdateAccessKey",),
        "delete": ("iam:DeleteAccessKey",),
    },
    "AWS::IAM::UserToGroupAddition": {
        "create": ("iam:AddUserToGroup",),
        "read": ("iam:GetGroup",),
        "update": ("iam:AddUserToGroup", "iam:RemoveUserFromGroup"),
        "delete": ("iam:RemoveUserFromGroup",),
    },
    "AWS::Route53::RecordSetGroup": {"create": RECORDS, "read": READ_RECORDS, "update": RECORDS, "delete": RECORDS},
}
"""Type → handler → the IAM actions that it may call."""
