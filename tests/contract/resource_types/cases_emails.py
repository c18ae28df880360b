"""Configuration sets, identities, templates, contact lists, pools and receipt rules of SES."""

from __future__ import annotations

from typing import Any

from tests.contract.resource_types.conftest import ACCOUNT, REGION, Case, Read
from tests.contract.resource_types.reading import asks, by_arn, listed


def tags(kind: str) -> Read:
    """The tags of a kind of resource."""
    arn = f"arn:aws:ses:{REGION}:{ACCOUNT}:{kind}/"
    answer = by_arn("sesv2", "ResourceArn", lambda name: f"{arn}{name}")
    return listed(lambda world, reference: answer(world, reference)["Tags"])


RULES: dict[str, Any] = {"Type": "AWS::SES::ReceiptRuleSet", "Properties": {"RuleSetName": "rules"}}
FIRST = {
    "Type": "AWS::SES::ReceiptRule",
    "Properties": {"RuleSetName": {"Ref": "Rules"}, "Rule": {"Name": "first", "Enabled": True}},
}
SET = {"Type": "AWS::SES::ConfigurationSet", "Properties": {"Name": "orders"}}
DIMENSION = {"DimensionName": "team", "DimensionValueSource": "messageTag", "DefaultDimensionValue": "none"}
STOP = {"StopAction": {"Scope": "RuleSet"}}

CASES = (
    Case(
        "AWS::SES::ConfigurationSet",
        {"DeliveryOptions": {"TlsPolicy": "REQUIRE"}, "SendingOptions": {"SendingEnabled": False}},
        asks("sesv2", "get_configuration_set", ConfigurationSetName="@"),
        {"DeliveryOptions": {"TlsPolicy": "REQUIRE"}, "SendingOptions": {"SendingEnabled": False}},
        changed={
            "DeliveryOptions": {"TlsPolicy": "OPTIONAL"},
            "SendingOptions": {"SendingEnabled": True},
            "ReputationOptions": {"ReputationMetricsEnabled": True},
            "SuppressionOptions": {"SuppressedReasons": ["BOUNCE"]},
            "TrackingOptions": {"CustomRedirectDomain": "track.example"},
            "VdmOptions": {"DashboardOptions": {"EngagementMetrics": "ENABLED"}},
        },
        then={
            "DeliveryOptions": {"TlsPolicy": "OPTIONAL"},
            "SendingOptions": {"SendingEnabled": True},
            "ReputationOptions": {"ReputationMetricsEnabled": True},
            "SuppressionOptions": {"SuppressedReasons": ["BOUNCE"]},
            "TrackingOptions": {"CustomRedirectDomain": "track.example"},
            "VdmOptions": {"DashboardOptions": {"EngagementMetrics": "ENABLED"}},
        },
        replaced={"Name": "another"},
        tags=tags("configuration-set"),
        denied=("ses:CreateConfigurationSet", "ses:TagResource", "ses:GetConfigurationSet"),
        denied_later=(
            *("ses:PutConfigurationSetDeliveryOptions", "ses:PutConfigurationSetSendingOptions"),
            "ses:DeleteConfigurationSet",
        ),
    ),
    Case(
        "AWS::SES::ConfigurationSetEventDestination",
        {
            "ConfigurationSetName": {"Ref": "Set"},
            "EventDestination": {
                "MatchingEventTypes": ["bounce", "renderingFailure"],
                "SnsDestination": {"TopicARN": {"Ref": "Topic"}},
            },
        },
        lambda world, reference: next(
            each
            for each in world.client("sesv2").get_configuration_set_event_destinations(ConfigurationSetName="orders")[
                "EventDestinations"
            ]
            if reference.startswith(f"{each['Name']}|")
        ),
        {"Enabled": False, "MatchingEventTypes": ["BOUNCE", "RENDERING_FAILURE"]},
        changed={
            "EventDestination": {
                "Enabled": True,
                "MatchingEventTypes": ["send"],
                "CloudWatchDestination": {"DimensionConfigurations": [DIMENSION]},
            },
        },
        then={
            "Enabled": True,
            "MatchingEventTypes": ["SEND"],
            "CloudWatchDestination": {"DimensionConfigurations": [{"DimensionValueSource": "MESSAGE_TAG"}]},
        },
        replaced={
            "EventDestination": {
                "Name": "others",
                "MatchingEventTypes": ["send"],
                "SnsDestination": {"TopicARN": {"Ref": "Topic"}},
            },
        },
        denied=("ses:CreateConfigurationSetEventDestination", "ses:GetConfigurationSetEventDestinations"),
        denied_later=(
            "ses:UpdateConfigurationSetEventDestination",
            "ses:DeleteConfigurationSetEventDestination",
        ),
        around={"Set": SET, "Topic": {"Type": "AWS::SNS::Topic"}},
        attributes=("Id",),
    ),
    Case(
        "AWS::SES::EmailIdentity",
        {
            "EmailIdentity": "shop.example",
            "ConfigurationSetAttributes": {"ConfigurationSetName": {"Ref": "Set"}},
            "FeedbackAttributes": {"EmailForwardingEnabled": False},
            "MailFromAttributes": {"MailFromDomain": "mail.shop.example"},
        },
        asks("sesv2", "get_email_identity", EmailIdentity="@"),
        {
            "IdentityType": "DOMAIN",
            "ConfigurationSetName": "orders",
            "FeedbackForwardingStatus": False,
            "MailFromAttributes": {"MailFromDomain": "mail.shop.example"},
            "DkimAttributes": {"SigningEnabled": True, "SigningAttributesOrigin": "AWS_SES"},
        },
        changed={
            "ConfigurationSetAttributes": None,
            "DkimAttributes": {"SigningEnabled": False},
            "DkimSigningAttributes": {"NextSigningKeyLength": "RSA_2048_BIT"},
            "FeedbackAttributes": None,
            "MailFromAttributes": None,
        },
        then={
            "ConfigurationSetName": None,
            "FeedbackForwardingStatus": True,
            "MailFromAttributes": None,
            "DkimAttributes": {"SigningEnabled": False, "NextSigningKeyLength": "RSA_2048_BIT"},
        },
        replaced={"EmailIdentity": "someone@shop.example"},
        tags=tags("identity"),
        denied=(
            *("ses:CreateEmailIdentity", "ses:TagResource", "ses:GetEmailIdentity"),
            *("ses:PutEmailIdentityFeedbackAttributes", "ses:PutEmailIdentityMailFromAttributes"),
        ),
        denied_later=("ses:PutEmailIdentityConfigurationSetAttributes", "ses:DeleteEmailIdentity"),
        around={"Set": SET},
        attributes=("DkimDNSTokenName1", "DkimDNSTokenValue3"),
    ),
    Case(
        "AWS::SES::Template",
        {"Template": {"SubjectPart": "Hello {{name}}", "TextPart": "Welcome."}},
        asks("sesv2", "get_email_template", "TemplateContent", TemplateName="@"),
        {"Subject": "Hello {{name}}", "Text": "Welcome."},
        changed={"Template": {"SubjectPart": "Hello", "HtmlPart": "<p>Welcome.</p>"}},
        then={"Subject": "Hello", "Html": "<p>Welcome.</p>", "Text": None},
        replaced={"Template": {"TemplateName": "another", "SubjectPart": "Hello"}},
        tags=tags("template"),
        denied=("ses:CreateEmailTemplate", "ses:TagResource", "ses:GetEmailTemplate"),
        denied_later=("ses:UpdateEmailTemplate", "ses:DeleteEmailTemplate"),
        attributes=("Id",),
    ),
    Case(
        "AWS::SES::ContactList",
        {"Description": "News"},
        asks("sesv2", "get_contact_list", ContactListName="@"),
        {"Description": "News"},
        changed={
            "Topics": [{"TopicName": "sale", "DisplayName": "Sale", "DefaultSubscriptionStatus": "OPT_OUT"}],
        },
        then={"Topics": [{"TopicName": "sale", "DefaultSubscriptionStatus": "OPT_OUT"}]},
        replaced={"ContactListName": "another"},
        tags=tags("contact-list"),
        denied=("ses:CreateContactList", "ses:TagResource", "ses:GetContactList"),
        denied_later=("ses:UpdateContactList", "ses:DeleteContactList"),
    ),
    Case(
        "AWS::SES::DedicatedIpPool",
        {"ScalingMode": "STANDARD"},
        asks("sesv2", "get_dedicated_ip_pool", "DedicatedIpPool", PoolName="@"),
        {"ScalingMode": "STANDARD"},
        changed={"ScalingMode": "MANAGED"},
        then={"ScalingMode": "MANAGED"},
        replaced={"PoolName": "another"},
        tags=tags("dedicated-ip-pool"),
        denied=("ses:CreateDedicatedIpPool", "ses:TagResource", "ses:GetDedicatedIpPool"),
        denied_later=("ses:PutDedicatedIpPoolScalingAttributes", "ses:DeleteDedicatedIpPool"),
    ),
    Case(
        "AWS::SES::ReceiptRuleSet",
        {"RuleSetName": "inbox"},
        asks("ses", "describe_receipt_rule_set", "Metadata", RuleSetName="@"),
        {"Name": "inbox"},
        replaced={"RuleSetName": "another"},
        denied=("ses:CreateReceiptRuleSet", "ses:DescribeReceiptRuleSet"),
        denied_later=("ses:DeleteReceiptRuleSet",),
    ),
    Case(
        "AWS::SES::ReceiptRule",
        {
            "RuleSetName": {"Ref": "Rules"},
            "After": {"Ref": "First"},
            "Rule": {"Enabled": True, "Recipients": ["shop.example"]},
        },
        asks("ses", "describe_receipt_rule", "Rule", RuleSetName="@Rules", RuleName="@"),
        {"Enabled": True, "Recipients": ["shop.example"]},
        changed={"After": None, "Rule": {"Enabled": True, "TlsPolicy": "Require", "Actions": [STOP]}},
        then={"TlsPolicy": "Require", "Actions": [STOP]},
        replaced={"Rule": {"Name": "another", "Enabled": False}},
        denied=("ses:CreateReceiptRule", "ses:DescribeReceiptRule"),
        denied_later=("ses:UpdateReceiptRule", "ses:SetReceiptRulePosition", "ses:DeleteReceiptRule"),
        around={"Rules": RULES, "First": FIRST},
    ),
)
