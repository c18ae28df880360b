"""Applications of AppConfig, workflows and security configurations of Glue."""

from __future__ import annotations

from tests.contract.resource_types.conftest import ACCOUNT, REGION, Case
from tests.contract.resource_types.reading import asks

APPLICATION = f"arn:aws:appconfig:{REGION}:{ACCOUNT}:application/"
WORKFLOW = f"arn:aws:glue:{REGION}:{ACCOUNT}:workflow/"
ENCRYPTION = {"S3Encryptions": [{"S3EncryptionMode": "SSE-S3"}]}

CASES = (
    Case(
        "AWS::AppConfig::Application",
        {"Name": "one", "Description": "one"},
        asks("appconfig", "get_application", ApplicationId="@"),
        {"Name": "one", "Description": "one"},
        changed={"Name": "two", "Description": "two"},
        then={"Name": "two", "Description": "two"},
        tags=lambda world, it: world.client("appconfig").list_tags_for_resource(ResourceArn=APPLICATION + it)["Tags"],
        denied=("appconfig:CreateApplication", "appconfig:TagResource", "appconfig:GetApplication"),
        denied_later=("appconfig:UpdateApplication", "appconfig:DeleteApplication"),
        attributes=("ApplicationId",),
    ),
    Case(
        "AWS::Glue::Workflow",
        {"Description": "one", "DefaultRunProperties": {"a": "b"}, "MaxConcurrentRuns": 1},
        asks("glue", "get_workflow", "Workflow", Name="@"),
        {"Description": "one", "DefaultRunProperties": {"a": "b"}, "MaxConcurrentRuns": 1},
        changed={"Description": "two", "MaxConcurrentRuns": 2},
        then={"Description": "two", "DefaultRunProperties": {"a": "b"}, "MaxConcurrentRuns": 2},
        replaced={"Name": "another"},
        tags=lambda world, it: world.client("glue").get_tags(ResourceArn=WORKFLOW + it)["Tags"],
        map_tags=True,
        denied=("glue:CreateWorkflow", "glue:TagResource", "glue:GetWorkflow"),
        denied_later=("glue:UpdateWorkflow", "glue:DeleteWorkflow"),
    ),
    Case(
        "AWS::Glue::SecurityConfiguration",
        {"Name": "one", "EncryptionConfiguration": ENCRYPTION},
        asks("glue", "get_security_configuration", "SecurityConfiguration", Name="@"),
        {"EncryptionConfiguration": {"S3Encryption": [{"S3EncryptionMode": "SSE-S3"}]}},
        replaced={"Name": "two"},
        denied=("glue:CreateSecurityConfiguration", "glue:GetSecurityConfiguration"),
        denied_later=("glue:DeleteSecurityConfiguration",),
    ),
)
