"""Rules, jobs, domains and role aliases of IoT. No message comes, and no job runs."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from catalog.sandbox.registry.api_types import ApiCall, ApiResource, Setting
from catalog.sandbox.registry.rows import ending, inside, plain, regional, tagged, taken
from catalog.sandbox.registry.tables.iot_things import of_iot

ROLE_ALIAS = of_iot(
    "RoleAlias",
    "rolealias",
    name="RoleAlias",
    arn_in="",
    shown=inside("roleAliasDescription"),
    attributes=taken(RoleAliasArn="roleAliasArn"),
)


def rule(_: ApiResource, answer: Mapping[str, Any]) -> Any:
    """What is shown of a rule, with its ARN."""
    return {**answer["rule"], "ruleArn": answer["ruleArn"]} if "rule" in answer else None


TOPIC_RULE = of_iot(
    "TopicRule",
    "rule",
    name="RuleName",
    arn_in="ruleArn",
    read="Get",
    shown=rule,
    update="Replace",
    tags_at_creation="",
)

JOB_ID = ("JobId",)


def job_arn(it: ApiResource) -> str:
    """The ARN of a job."""
    return regional(it, "iot", f"job/{it['JobId']}")


JOB = plain(
    "AWS::IoT::Job",
    "iot",
    JOB_ID,
    known=taken(Arn="jobArn"),
    identified=ending("Arn", "/", "JobId"),
    shown=inside("job"),
    attributes=taken(CreatedAt="createdAt"),
    delete=(ApiCall("DeleteJob", lambda it: {"force": True}, identity=JOB_ID),),
    tagging=tagged("resourceArn", job_arn, "tags", tags_in="tags", keys_in="tagKeys"),
    arn=job_arn,
    modelled=("DestinationPackageVersions", "JobTemplateArn"),
)
OF_JOB = {
    "JobExecutionsRetryConfig.RetryCriteriaList": "criteriaList",
    "JobExecutionsRolloutConfig.ExponentialRolloutRate": "exponentialRate",
}
JOB_TEMPLATE = of_iot(
    "JobTemplate",
    "jobtemplate",
    name="JobTemplateId",
    arn_in="jobTemplateArn",
    create=ApiCall("CreateJobTemplate", copies=True, identity=("JobTemplateId",), renamed=OF_JOB),
    update=None,
    modelled=("DestinationPackageVersions", "JobArn", "MaintenanceWindows"),
)

DOMAIN_NAME = ("DomainConfigurationName",)


def domain_arn(it: ApiResource) -> str:
    """The ARN of a domain configuration, whose end only its creation tells."""
    return str(it["Arn"] or regional(it, "iot", f"domainconfiguration/{it['DomainConfigurationName']}/*"))


def without_authorizer(it: ApiResource) -> dict[str, Any]:
    """UpdateDomainConfiguration says in words that there is no authorizer any more."""
    return {"removeAuthorizerConfig": True if "AuthorizerConfig" in it.old and not it["AuthorizerConfig"] else None}


DOMAIN = plain(
    "AWS::IoT::DomainConfiguration",
    "iot",
    DOMAIN_NAME,
    attributes=taken(Arn="domainConfigurationArn", DomainType="domainType", ServerCertificates="serverCertificates"),
    settings=(
        Setting(
            ("DomainConfigurationStatus",),
            ApiCall(
                "UpdateDomainConfiguration",
                lambda it: {"domainConfigurationStatus": it.text("DomainConfigurationStatus", "ENABLED")},
                identity=DOMAIN_NAME,
            ),
        ),
    ),
    update=ApiCall("UpdateDomainConfiguration", without_authorizer, copies=True, identity=DOMAIN_NAME),
    delete=(
        ApiCall(
            "UpdateDomainConfiguration", lambda it: {"domainConfigurationStatus": "DISABLED"}, identity=DOMAIN_NAME
        ),
        ApiCall("DeleteDomainConfiguration", identity=DOMAIN_NAME),
    ),
    tagging=tagged("resourceArn", domain_arn, "tags", tags_in="tags", keys_in="tagKeys"),
    arn=domain_arn,
    modelled=("ValidationCertificateArn",),
)

TYPES = (ROLE_ALIAS, TOPIC_RULE, JOB, JOB_TEMPLATE, DOMAIN)
