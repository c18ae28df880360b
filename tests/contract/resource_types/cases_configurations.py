"""Applications of AppConfig, workflows and security configurations of Glue."""

from __future__ import annotations

from typing import Any

from tests.contract.resource_types.conftest import ACCOUNT, REGION, Case, World
from tests.contract.resource_types.reading import asks

APPLICATION = f"arn:aws:appconfig:{REGION}:{ACCOUNT}:application/"
WORKFLOW = f"arn:aws:glue:{REGION}:{ACCOUNT}:workflow/"
ENCRYPTION = {"S3Encryptions": [{"S3EncryptionMode": "SSE-S3"}]}

ORDERS = {"Type": "AWS::AppConfig::Application", "Properties": {"Name": "orders"}}
HOSTED: dict[str, Any] = {
    "Type": "AWS::AppConfig::ConfigurationProfile",
    "Properties": {"ApplicationId": {"Ref": "Application"}, "Name": "flags", "LocationUri": "hosted"},
}


def profile_tags(world: World, it: str) -> Any:
    arn = f"{APPLICATION}{world.reference('Application')}/configurationprofile/{it}"
    return world.client("appconfig").list_tags_for_resource(ResourceArn=arn)["Tags"]


def version(world: World, it: str) -> Any:
    profile = {"ApplicationId": world.reference("Application"), "ConfigurationProfileId": world.reference("Profile")}
    shown = world.client("appconfig").get_hosted_configuration_version(**profile, VersionNumber=int(it))
    return {**shown, "Content": shown["Content"].read().decode()}


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
        "AWS::AppConfig::ConfigurationProfile",
        {**HOSTED["Properties"], "Description": "one"},
        asks("appconfig", "get_configuration_profile", ApplicationId="@Application", ConfigurationProfileId="@"),
        {"Name": "flags", "LocationUri": "hosted", "Description": "one"},
        changed={"Name": "limits", "Description": None, "Validators": [{"Type": "JSON_SCHEMA", "Content": "{}"}]},
        then={"Name": "limits", "Description": "", "Validators": [{"Type": "JSON_SCHEMA", "Content": "{}"}]},
        replaced={"Type": "AWS.AppConfig.FeatureFlags"},
        tags=profile_tags,
        denied=(
            "appconfig:CreateConfigurationProfile",
            "appconfig:TagResource",
            "appconfig:GetConfigurationProfile",
        ),
        denied_later=("appconfig:UpdateConfigurationProfile", "appconfig:DeleteConfigurationProfile"),
        around={"Application": ORDERS},
        attributes=("ConfigurationProfileId",),
    ),
    Case(
        "AWS::AppConfig::HostedConfigurationVersion",
        {
            "ApplicationId": {"Ref": "Application"},
            "ConfigurationProfileId": {"Ref": "Profile"},
            "Content": "one",
            "ContentType": "text/plain",
            "Description": "first",
        },
        version,
        {"Content": "one", "ContentType": "text/plain", "VersionNumber": 1, "Description": "first"},
        replaced={"Content": "two"},
        denied=("appconfig:CreateHostedConfigurationVersion", "appconfig:GetHostedConfigurationVersion"),
        denied_later=("appconfig:DeleteHostedConfigurationVersion",),
        around={"Application": ORDERS, "Profile": HOSTED},
        attributes=("VersionNumber",),
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
