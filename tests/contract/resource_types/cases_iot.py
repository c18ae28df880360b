"""Things, certificates, policies, rules, jobs and domains of IoT."""

from __future__ import annotations

from hashlib import sha256
from typing import Any

from tests.contract.resource_types.cases_delivery_streams import ROLE
from tests.contract.resource_types.conftest import ACCOUNT, REGION, Case
from tests.contract.resource_types.reading import asks, listed

PEM = "-----BEGIN CERTIFICATE-----\n{}\n-----END CERTIFICATE-----\n"
ROLE_ARN = {"Fn::GetAtt": ["Role", "Arn"]}


def thing(last: str, **properties: Any) -> dict[str, Any]:
    return {"Type": f"AWS::IoT::{last}", "Properties": properties}


def policy(action: str) -> dict[str, Any]:
    return {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": action, "Resource": "*"}]}


def tags_of(kind: str) -> Any:
    return listed(
        lambda world, name: world.client("iot").list_tags_for_resource(
            resourceArn=f"arn:aws:iot:{REGION}:{ACCOUNT}:{kind}/{name}"
        )["tags"]
    )


def actions(*names: str) -> tuple[str, ...]:
    return tuple(f"iot:{name}" for name in names)


CERTIFICATE = thing("Certificate", CertificatePem=PEM.format("around"), Status="ACTIVE", CertificateMode="SNI_ONLY")
CERTIFICATE_ARN = {"Fn::GetAtt": ["Certificate", "Arn"]}
ATTACHED: Any = f"arn:aws:iot:{REGION}:{ACCOUNT}:cert/{sha256(PEM.format('around').encode()).hexdigest()}"
SQL = "SELECT * FROM 'orders'"
QUEUE = {"Sqs": {"QueueUrl": "https://example.com/q", "RoleArn": ROLE_ARN}}
TARGET = f"arn:aws:iot:{REGION}:{ACCOUNT}:thing/one"

CASES = (
    Case(
        "AWS::IoT::Thing",
        {"AttributePayload": {"Attributes": {"colour": "red"}}},
        asks("iot", "describe_thing", thingName="@"),
        {"attributes": {"colour": "red"}},
        changed={"AttributePayload": {"Attributes": {"colour": "blue"}}},
        then={"attributes": {"colour": "blue"}},
        replaced={"ThingName": "another"},
        denied=actions("CreateThing", "DescribeThing"),
        denied_later=actions("UpdateThing", "DeleteThing"),
        attributes=("Arn", "Id"),
    ),
    Case(
        "AWS::IoT::ThingType",
        {"ThingTypeProperties": {"ThingTypeDescription": "one", "SearchableAttributes": ["colour"]}},
        asks("iot", "describe_thing_type", thingTypeName="@"),
        {"thingTypeMetadata": {"deprecated": False}, "thingTypeProperties": {"thingTypeDescription": "one"}},
        changed={
            "DeprecateThingType": True,
            "ThingTypeProperties": {"ThingTypeDescription": "two", "SearchableAttributes": ["colour"]},
        },
        then={"thingTypeMetadata": {"deprecated": True}, "thingTypeProperties": {"thingTypeDescription": "two"}},
        replaced={"ThingTypeName": "another"},
        tags=tags_of("thingtype"),
        denied=actions("CreateThingType", "DescribeThingType", "TagResource"),
        denied_later=actions("UpdateThingType", "DeprecateThingType", "DeleteThingType"),
        attributes=("Arn", "Id"),
    ),
    Case(
        "AWS::IoT::ThingGroup",
        {"QueryString": "attributes.colour:red", "ThingGroupProperties": {"ThingGroupDescription": "one"}},
        asks("iot", "describe_thing_group", thingGroupName="@"),
        {"queryString": "attributes.colour:red", "thingGroupProperties": {"thingGroupDescription": "one"}},
        changed={"QueryString": "attributes.colour:blue", "ThingGroupProperties": {"ThingGroupDescription": "two"}},
        then={"queryString": "attributes.colour:blue", "thingGroupProperties": {"thingGroupDescription": "two"}},
        replaced={"ThingGroupName": "another", "ParentGroupName": {"Ref": "Parent"}, "QueryString": None},
        tags=tags_of("thinggroup"),
        denied=actions("CreateDynamicThingGroup", "DescribeThingGroup", "TagResource"),
        denied_later=actions("UpdateDynamicThingGroup", "DeleteDynamicThingGroup"),
        around={"Parent": thing("ThingGroup")},
        attributes=("Arn", "Id"),
    ),
    Case(
        "AWS::IoT::BillingGroup",
        {"BillingGroupProperties": {"BillingGroupDescription": "one"}},
        asks("iot", "describe_billing_group", "billingGroupProperties", billingGroupName="@"),
        {"billingGroupDescription": "one"},
        changed={"BillingGroupProperties": {"BillingGroupDescription": "two"}},
        then={"billingGroupDescription": "two"},
        replaced={"BillingGroupName": "another"},
        tags=tags_of("billinggroup"),
        denied=actions("CreateBillingGroup", "DescribeBillingGroup", "TagResource"),
        denied_later=actions("UpdateBillingGroup", "DeleteBillingGroup"),
        attributes=("Arn", "Id"),
    ),
    Case(
        "AWS::IoT::Policy",
        {"PolicyDocument": policy("iot:Connect")},
        asks("iot", "get_policy", policyName="@"),
        {"defaultVersionId": "1"},
        changed={"PolicyDocument": policy("iot:Publish")},
        then={"defaultVersionId": "2"},
        replaced={"PolicyName": "another"},
        tags=tags_of("policy"),
        denied=actions("CreatePolicy", "GetPolicy", "TagResource"),
        denied_later=actions("CreatePolicyVersion", "DeletePolicyVersion", "DeletePolicy"),
        attributes=("Arn", "Id"),
    ),
    Case(
        "AWS::IoT::Certificate",
        {"CertificatePem": PEM.format("one"), "Status": "ACTIVE", "CertificateMode": "SNI_ONLY"},
        asks("iot", "describe_certificate", "certificateDescription", certificateId="@"),
        {"status": "ACTIVE"},
        changed={"Status": "INACTIVE"},
        then={"status": "INACTIVE"},
        replaced={
            "CertificatePem": PEM.format("two"),
            "CACertificatePem": PEM.format("ca"),
            "CertificateMode": "DEFAULT",
        },
        denied=actions("RegisterCertificateWithoutCA", "DescribeCertificate"),
        denied_later=actions("UpdateCertificate", "DeleteCertificate"),
        attributes=("Arn", "Id"),
    ),
    Case(
        "AWS::IoT::CACertificate",
        {"CACertificatePem": PEM.format("one"), "Status": "ACTIVE", "CertificateMode": "SNI_ONLY"},
        asks("iot", "describe_ca_certificate", "certificateDescription", certificateId="@"),
        {"status": "ACTIVE", "autoRegistrationStatus": "DISABLE", "certificateMode": "SNI_ONLY"},
        changed={"Status": "INACTIVE", "AutoRegistrationStatus": "ENABLE"},
        then={"status": "INACTIVE", "autoRegistrationStatus": "ENABLE"},
        replaced={"CACertificatePem": PEM.format("two")},
        tags=tags_of("cacert"),
        denied=actions("RegisterCACertificate", "DescribeCACertificate", "TagResource"),
        denied_later=actions("UpdateCACertificate", "DeleteCACertificate"),
        attributes=("Arn",),
    ),
    Case(
        "AWS::IoT::PolicyPrincipalAttachment",
        {"PolicyName": {"Ref": "Policy"}, "Principal": CERTIFICATE_ARN},
        asks("iot", "list_targets_for_policy", "targets.0", policyName="@Policy"),
        ATTACHED,
        denied=actions("AttachPrincipalPolicy", "ListAttachedPolicies"),
        denied_later=actions("DetachPrincipalPolicy"),
        around={"Certificate": CERTIFICATE, "Policy": thing("Policy", PolicyDocument=policy("iot:Connect"))},
    ),
    Case(
        "AWS::IoT::ThingPrincipalAttachment",
        {"ThingName": {"Ref": "Thing"}, "Principal": CERTIFICATE_ARN},
        asks("iot", "list_thing_principals", "principals.0", thingName="@Thing"),
        ATTACHED,
        denied=actions("AttachThingPrincipal", "ListThingPrincipalsV2"),
        denied_later=actions("DetachThingPrincipal"),
        around={"Certificate": CERTIFICATE, "Thing": thing("Thing")},
    ),
    Case(
        "AWS::IoT::RoleAlias",
        {"RoleArn": ROLE_ARN, "CredentialDurationSeconds": 900},
        asks("iot", "describe_role_alias", "roleAliasDescription", roleAlias="@"),
        {"credentialDurationSeconds": 900},
        changed={"CredentialDurationSeconds": 1800},
        then={"credentialDurationSeconds": 1800},
        replaced={"RoleAlias": "another"},
        tags=tags_of("rolealias"),
        denied=(*actions("CreateRoleAlias", "DescribeRoleAlias", "TagResource"), "iam:PassRole"),
        denied_later=actions("UpdateRoleAlias", "DeleteRoleAlias"),
        around={"Role": ROLE},
        attributes=("RoleAliasArn",),
    ),
    Case(
        "AWS::IoT::TopicRule",
        {"TopicRulePayload": {"Sql": SQL, "Actions": [QUEUE]}},
        asks("iot", "get_topic_rule", "rule", ruleName="@"),
        {"sql": SQL, "ruleDisabled": False, "actions": [{"sqs": {"queueUrl": "https://example.com/q"}}]},
        changed={"TopicRulePayload": {"Sql": SQL, "Actions": [QUEUE], "RuleDisabled": True}},
        then={"ruleDisabled": True},
        replaced={"RuleName": "another"},
        tags=tags_of("rule"),
        denied=(*actions("CreateTopicRule", "GetTopicRule", "TagResource"), "iam:PassRole"),
        denied_later=actions("ReplaceTopicRule", "DeleteTopicRule"),
        around={"Role": ROLE},
        attributes=("Arn",),
    ),
    Case(
        "AWS::IoT::Job",
        {"JobId": "one", "Targets": [TARGET], "Document": "{}", "TargetSelection": "SNAPSHOT", "Description": "one"},
        lambda world, arn: world.client("iot").describe_job(jobId=arn.rpartition("/")[2])["job"],
        {"description": "one", "targets": [TARGET]},
        changed={"Description": "two"},
        then={"description": "two"},
        replaced={"JobId": "two"},
        tags=listed(asks("iot", "list_tags_for_resource", "tags", resourceArn="@")),
        denied=actions("CreateJob", "DescribeJob", "TagResource"),
        denied_later=actions("UpdateJob", "DeleteJob"),
        around={"Thing": thing("Thing", ThingName="one")},
        after=("Thing",),
    ),
    Case(
        "AWS::IoT::JobTemplate",
        {
            "JobTemplateId": "one",
            "Document": "{}",
            "Description": "one",
            "JobExecutionsRetryConfig": {"RetryCriteriaList": [{"FailureType": "FAILED", "NumberOfRetries": 2}]},
        },
        asks("iot", "describe_job_template", jobTemplateId="@"),
        {
            "description": "one",
            "document": "{}",
            "jobExecutionsRetryConfig": {"criteriaList": [{"failureType": "FAILED", "numberOfRetries": 2}]},
        },
        replaced={"JobTemplateId": "two"},
        tags=tags_of("jobtemplate"),
        denied=actions("CreateJobTemplate", "DescribeJobTemplate", "TagResource"),
        denied_later=actions("DeleteJobTemplate"),
        attributes=("Arn",),
    ),
    Case(
        "AWS::IoT::DomainConfiguration",
        {
            "DomainConfigurationStatus": "DISABLED",
            "AuthorizerConfig": {"DefaultAuthorizerName": "one"},
            "TlsConfig": {"SecurityPolicy": "IoTSecurityPolicy_TLS12_1_2_2022_10"},
        },
        asks("iot", "describe_domain_configuration", domainConfigurationName="@"),
        {
            "domainConfigurationStatus": "DISABLED",
            "authorizerConfig": {"defaultAuthorizerName": "one"},
            "tlsConfig": {"securityPolicy": "IoTSecurityPolicy_TLS12_1_2_2022_10"},
        },
        changed={
            "DomainConfigurationStatus": None,
            "AuthorizerConfig": None,
            "TlsConfig": {"SecurityPolicy": "IoTSecurityPolicy_TLS13_1_2_2022_10"},
        },
        then={
            "domainConfigurationStatus": "ENABLED",
            "authorizerConfig": None,
            "tlsConfig": {"securityPolicy": "IoTSecurityPolicy_TLS13_1_2_2022_10"},
        },
        replaced={"DomainConfigurationName": "another"},
        tags=listed(
            lambda world, name: world.client("iot").list_tags_for_resource(
                resourceArn=world.client("iot").describe_domain_configuration(domainConfigurationName=name)[
                    "domainConfigurationArn"
                ]
            )["tags"]
        ),
        denied=actions(
            "CreateDomainConfiguration", "DescribeDomainConfiguration", "UpdateDomainConfiguration", "TagResource"
        ),
        denied_later=actions("UpdateDomainConfiguration", "DeleteDomainConfiguration"),
        attributes=("Arn", "DomainType"),
    ),
)
