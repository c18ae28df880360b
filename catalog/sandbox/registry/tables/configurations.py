"""Applications of AppConfig and what they configure. Nothing is deployed."""

from __future__ import annotations

from catalog.sandbox.registry.api_types import ApiCall, ApiResource
from catalog.sandbox.registry.rows import by, plain, regional, tagged, taken


def application_arn(it: ApiResource) -> str:
    """The ARN of an application."""
    return regional(it, "appconfig", f"application/{it['ApplicationId'] or '*'}")


def profile_arn(it: ApiResource) -> str:
    """The ARN of a configuration profile."""
    return f"{application_arn(it)}/configurationprofile/{it['ConfigurationProfileId'] or '*'}"


def described(it: ApiResource) -> dict[str, str]:
    """The description, which an update takes away when the template has none."""
    return {"Description": it.text("Description")}


APPLICATION = plain(
    "AWS::AppConfig::Application",
    "appconfig",
    ("ApplicationId",),
    known=taken(ApplicationId="Id"),
    read="Get",
    update=ApiCall("UpdateApplication", described, copies=True, identity=("ApplicationId",)),
    tagging=tagged("ResourceArn", application_arn, "Tags"),
    arn=application_arn,
)
PROFILE = plain(
    "AWS::AppConfig::ConfigurationProfile",
    "appconfig",
    ("ApplicationId", "ConfigurationProfileId"),
    create=ApiCall("CreateConfigurationProfile", copies=True),
    known=taken(ConfigurationProfileId="Id"),
    ref="ConfigurationProfileId",
    read="Get",
    update=ApiCall(
        "UpdateConfigurationProfile",
        lambda it: described(it) | ({} if it["Validators"] else {"Validators": []}),
        copies=True,
        identity=("ApplicationId", "ConfigurationProfileId"),
    ),
    tagging=tagged("ResourceArn", profile_arn, "Tags"),
    arn=profile_arn,
    modelled=("DeletionProtectionCheck", "KmsKeyIdentifier"),
)
BY_VERSION = by("ApplicationId", "ConfigurationProfileId", "VersionNumber")
VERSION = plain(
    "AWS::AppConfig::HostedConfigurationVersion",
    "appconfig",
    ("ApplicationId", "ConfigurationProfileId", "VersionNumber"),
    create=ApiCall("CreateHostedConfigurationVersion", copies=True),
    known=lambda it, answer: {"VersionNumber": str(answer["VersionNumber"])},
    ref="VersionNumber",
    read=ApiCall(
        "GetHostedConfigurationVersion", lambda it: {**BY_VERSION(it), "VersionNumber": int(it["VersionNumber"])}
    ),
    update=None,
    delete=(
        ApiCall(
            "DeleteHostedConfigurationVersion", lambda it: {**BY_VERSION(it), "VersionNumber": int(it["VersionNumber"])}
        ),
    ),
    arn=lambda it: f"{profile_arn(it)}/hostedconfigurationversion/{it['VersionNumber'] or '*'}",
    modelled=("LatestVersionNumber",),
)

TYPES = (APPLICATION, PROFILE, VERSION)
