"""Product `log_group`: a log group under a key, with a retention and a metric of its errors.

docs/products/log_group.md explains each choice. The logical id `LogGroup` must not change.
"""

from __future__ import annotations

from typing import Any

from _shared.building import (
    HAS_COMPLIANCE,
    KEPT,
    build,
    given,
    one_of,
    output,
    role_arn,
    rule,
    rule_equals,
    rule_given,
    tags,
)
from _shared.encryption import KEY_CONDITION, key_arn, key_parameter
from _shared.owner import owned
from _shared.parameters import ARN_NAME, TAGS_GROUP, Parameters, choice, flag, tag_parameters, text
from troposphere import And, Equals, GetAtt, If, Not, NoValue, Ref, Sub, Template
from troposphere.logs import LogGroup, MetricFilter, MetricTransformation, SubscriptionFilter

from catalog import ProductDefinition

RETENTION = ["7", "14", "30", "90", "180", "365", "731", "1827", "3653"]
WRITES = "logs-subscription-"
SENSITIVE = ["EmailAddress", "CreditCardNumber", "AwsSecretKey", "OpenSshPrivateKey", "IpAddress"]

PARAMETERS: Parameters = {
    "LogGroupName": text(
        "Name of the log group",
        "Name of the log group, such as /dev/orders or /aws/lambda/<function>. It must be new in this account and "
        "Region, and cannot be changed later.",
        "(?!aws/)[A-Za-z0-9_./#-]+",
        "must have 1 to 255 letters, digits or any of _ . / # - and must not begin with aws/.",
        most=255,  # a log group may have 512, but the name of its metric 255
    ),
    **key_parameter("the log events", "The key must be launched with Let CloudWatch Logs use the key."),
    "RetentionDays": choice(
        "Days that events are kept", "Days after which log events are gone. Must be 365 or more in prod.", RETENTION
    ),
    "ErrorPattern": text(
        "Pattern of errors",
        "Filter pattern of CloudWatch Logs; each event that matches counts as an error in the metric.",
        "[^\\x00-\\x1f]+",
        "must have 1 to 1024 characters, without control characters.",
        most=1024,
        default="?ERROR ?Error ?Exception ?FATAL",
    ),
    "MaskSensitiveData": flag(
        "Mask sensitive data",
        "true to mask e-mail addresses, card numbers, secret keys and IP addresses in log events. Who has "
        "logs:Unmask still sees them.",
    ),
    "SubscriptionDestinationArn": text(
        "Destination of a subscription",
        "ARN of a Kinesis stream, a Firehose stream or a Lambda function that gets each event. Leave it empty for "
        "none.",
        "arn:aws[a-z-]*:(kinesis|firehose|lambda):[a-z0-9-]+:[0-9]{12}:(stream/|deliverystream/|function:)[A-Za-z0-9_.-]+",
        "must be the ARN of a stream or a function, or empty.",
        most=256,
        default="",
    ),
    "SubscriptionRoleName": text(
        "Role of the subscription",
        "Name of the IAM role of this account with which CloudWatch Logs writes to a stream; it begins with "
        "logs-subscription-. Leave it empty for a Lambda function.",
        f"{WRITES}(?!.*{WRITES}){ARN_NAME}",
        "must be the name of a role that begins with logs-subscription-, or empty.",
        most=64,
        default="",
    ),
    **tag_parameters("log group", "holds", "prod makes it a duty to keep events for a year."),
}

GROUPS = {
    "The log group": ["LogGroupName", "KeyArn", "RetentionDays"],
    "What is done with events": [
        "ErrorPattern",
        "MaskSensitiveData",
        "SubscriptionDestinationArn",
        "SubscriptionRoleName",
    ],
    **TAGS_GROUP,
}

CONDITIONS = {
    **KEY_CONDITION,
    "IsMasked": Equals(Ref("MaskSensitiveData"), "true"),
    "IsSubscribed": given("SubscriptionDestinationArn"),
    "HasSubscriptionRole": And(given("SubscriptionDestinationArn"), Not(Equals(Ref("SubscriptionRoleName"), ""))),
    **HAS_COMPLIANCE,
}

RULES = {
    "ProductionKeepsAYear": rule(
        rule_equals("Environment", "prod"),
        (one_of("RetentionDays", "365", "731", "1827", "3653"), "In prod RetentionDays must be 365 or more."),
    ),
    "RoleNeedsSubscription": rule(
        rule_given("SubscriptionRoleName"),
        (rule_given("SubscriptionDestinationArn"), "SubscriptionRoleName needs SubscriptionDestinationArn."),
    ),
}


def data_protection() -> dict[str, Any]:
    """Count and mask sensitive data. Both statements must have the same identifiers (its guide, "Syntax")."""
    identifiers = [Sub(f"arn:${{AWS::Partition}}:dataprotection::aws:data-identifier/{name}") for name in SENSITIVE]
    audit = {"Operation": {"Audit": {"FindingsDestination": {}}}}
    mask = {"Operation": {"Deidentify": {"MaskConfig": {}}}}
    return {
        "Name": "mask-sensitive-data",
        "Version": "2021-06-01",
        "Statement": [{"DataIdentifier": identifiers, **operation} for operation in (audit, mask)],
    }


def resources() -> list[Any]:
    """The log group, the metric of its errors, and the subscription if there is one."""
    return [
        LogGroup(
            "LogGroup",
            **KEPT,
            LogGroupName=Ref("LogGroupName"),
            KmsKeyId=key_arn(),
            RetentionInDays=Ref("RetentionDays"),
            DataProtectionPolicy=If("IsMasked", data_protection(), NoValue),
            Tags=tags(),
        ),
        MetricFilter(
            "Errors",
            LogGroupName=Ref("LogGroup"),
            FilterPattern=Ref("ErrorPattern"),
            MetricTransformations=[
                MetricTransformation(
                    MetricNamespace="Errors", MetricName=Ref("LogGroupName"), MetricValue="1", DefaultValue=0
                )
            ],
        ),
        SubscriptionFilter(
            "Subscription",
            Condition="IsSubscribed",
            LogGroupName=Ref("LogGroup"),
            FilterPattern="",
            DestinationArn=Ref("SubscriptionDestinationArn"),
            RoleArn=If(
                "HasSubscriptionRole",
                role_arn("SubscriptionRoleName", WRITES),
                NoValue,
            ),
        ),
    ]


def template() -> Template:
    """The template of this version."""
    return build(
        "Log group under a KMS key, with retention and a metric of errors; catalog product log_group.",
        parameters=PARAMETERS,
        groups=GROUPS,
        conditions=CONDITIONS,
        rules=RULES,
        resources=resources(),
        outputs=[
            output("LogGroupName", "Name of the log group; its errors are a metric of this name.", Ref("LogGroup")),
            output("LogGroupArn", "ARN of the log group, which ends in :*.", GetAtt("LogGroup", "Arn")),
        ],
    )


PRODUCT = ProductDefinition(
    **owned("log_group"),
    name="Log group",
    description="A CloudWatch log group under a KMS key: with a retention, a metric of errors, and masking and a "
    "subscription as options.",
    version="1.0.0",
    version_description="First version.",
    template=template,
)
