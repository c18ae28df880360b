"""Queues, topics, log groups."""

from __future__ import annotations

import json
from typing import Any

from tests.contract.resource_types.conftest import Case, World

STATEMENT = {"Effect": "Allow", "Principal": {"AWS": "123456789012"}, "Action": "*", "Resource": "*"}
POLICY = {"Version": "2012-10-17", "Statement": [STATEMENT]}
KEY = "arn:aws:kms:us-east-1:210987654321:key/1234abcd-12ab-34cd-56ef-1234567890ab"
FEEDBACK = "arn:aws:iam::123456789012:role/feedback"
QUEUE = {"Type": "AWS::SQS::Queue"}
TOPIC = {"Type": "AWS::SNS::Topic"}
GROUP = {"Type": "AWS::Logs::LogGroup"}


def queue(world: World, url: str) -> Any:
    return world.client("sqs").get_queue_attributes(QueueUrl=url, AttributeNames=["All"])["Attributes"]


def queue_policy(world: World, _: str) -> Any:
    return json.loads(queue(world, world.reference("Queue"))["Policy"])


def topic(world: World, arn: str) -> Any:
    sns = world.client("sns")
    subscribed = sns.list_subscriptions_by_topic(TopicArn=arn)["Subscriptions"]
    return {**sns.get_topic_attributes(TopicArn=arn)["Attributes"], "to": [each["Protocol"] for each in subscribed]}


def topic_policy(world: World, _: str) -> Any:
    policy = json.loads(topic(world, world.reference("Topic"))["Policy"])
    return None if policy.get("Id") == "__default_policy_ID" else policy


def subscription(world: World, arn: str) -> Any:
    return world.client("sns").get_subscription_attributes(SubscriptionArn=arn)["Attributes"]


def topic_tags(world: World, arn: str) -> Any:
    return pairs(world.client("sns").list_tags_for_resource(ResourceArn=arn)["Tags"])


def group(world: World, name: str) -> Any:
    logs = world.client("logs")
    (each,) = logs.describe_log_groups(logGroupNamePrefix=name)["logGroups"]
    policy = logs.get_data_protection_policy(logGroupIdentifier=name).get("policyDocument")
    return {**each, **({"policy": json.loads(policy)} if policy else {})}


def group_tags(world: World, name: str) -> Any:
    return world.client("logs").list_tags_for_resource(resourceArn=group(world, name)["logGroupArn"])["tags"]


def metric_filter(world: World, name: str) -> Any:
    return world.client("logs").describe_metric_filters(filterNamePrefix=name)["metricFilters"][0]


def subscription_filter(world: World, name: str) -> Any:
    described = world.client("logs").describe_subscription_filters(logGroupName=world.reference("Group"))
    return next(each for each in described["subscriptionFilters"] if each["filterName"] == name)


def pairs(tags: Any) -> dict[str, str]:
    return {tag["Key"]: tag["Value"] for tag in tags}


TRANSFORMATION = {"MetricName": "Errors", "MetricNamespace": "App", "MetricValue": "1"}
CASES = (
    Case(
        "AWS::SQS::Queue",
        {
            "DelaySeconds": "3",
            "MaximumMessageSize": 2048,
            "KmsMasterKeyId": KEY,
            "RedrivePolicy": {"deadLetterTargetArn": {"Fn::GetAtt": ["Dead", "Arn"]}, "maxReceiveCount": 3},
        },
        queue,
        {"DelaySeconds": "3", "KmsMasterKeyId": KEY},
        changed={"DelaySeconds": None, "MaximumMessageSize": None, "VisibilityTimeout": 60},
        then={"DelaySeconds": "0", "MaximumMessageSize": "1048576", "VisibilityTimeout": "60"},
        replaced={"QueueName": "another"},
        tags=lambda world, url: world.client("sqs").list_queue_tags(QueueUrl=url)["Tags"],
        denied=("sqs:CreateQueue", "sqs:TagQueue", "sqs:GetQueueAttributes"),
        denied_later=("sqs:SetQueueAttributes", "sqs:DeleteQueue"),
        around={"Dead": QUEUE},
        attributes=("Arn", "QueueName", "QueueUrl"),
    ),
    Case(
        "AWS::SQS::QueuePolicy",
        {"PolicyDocument": POLICY, "Queues": [{"Ref": "Queue"}]},
        queue_policy,
        POLICY,
        changed={"PolicyDocument": {**POLICY, "Id": "changed"}},
        then={"Id": "changed"},
        denied=("sqs:SetQueueAttributes",),
        denied_later=("sqs:SetQueueAttributes",),
        around={"Queue": QUEUE},
    ),
    Case(
        "AWS::SNS::Topic",
        {
            "DisplayName": "News",
            "KmsMasterKeyId": KEY,
            "SignatureVersion": "2",
            "DeliveryStatusLogging": [{"Protocol": "sqs", "FailureFeedbackRoleArn": FEEDBACK}],
            "Subscription": [{"Protocol": "sqs", "Endpoint": {"Fn::GetAtt": ["Queue", "Arn"]}}],
        },
        topic,
        {"DisplayName": "News", "SignatureVersion": "2", "SQSFailureFeedbackRoleArn": FEEDBACK, "to": ["sqs"]},
        changed={"DisplayName": "Old", "Subscription": None, "DeliveryStatusLogging": None},
        then={"DisplayName": "Old", "to": [], "SQSFailureFeedbackRoleArn": None},
        replaced={"TopicName": "another"},
        tags=topic_tags,
        denied=("sns:CreateTopic", "sns:TagResource", "sns:Subscribe", "sns:GetTopicAttributes"),
        denied_later=("sns:SetTopicAttributes", "sns:Unsubscribe", "sns:DeleteTopic"),
        around={"Queue": QUEUE},
        attributes=("TopicArn", "TopicName"),
    ),
    Case(
        "AWS::SNS::TopicPolicy",
        {"PolicyDocument": POLICY, "Topics": [{"Ref": "Topic"}]},
        topic_policy,
        POLICY,
        changed={"PolicyDocument": {**POLICY, "Id": "changed"}},
        then={"Id": "changed"},
        denied=("sns:SetTopicAttributes",),
        denied_later=("sns:SetTopicAttributes",),
        around={"Topic": TOPIC},
    ),
    Case(
        "AWS::SNS::TopicInlinePolicy",
        {"PolicyDocument": POLICY, "TopicArn": {"Ref": "Topic"}},
        topic_policy,
        POLICY,
        changed={"PolicyDocument": {**POLICY, "Id": "changed"}},
        then={"Id": "changed"},
        denied=("sns:SetTopicAttributes",),
        denied_later=("sns:SetTopicAttributes",),
        around={"Topic": TOPIC},
    ),
    Case(
        "AWS::SQS::QueueInlinePolicy",
        {"PolicyDocument": POLICY, "Queue": {"Ref": "Queue"}},
        queue_policy,
        POLICY,
        changed={"PolicyDocument": {**POLICY, "Id": "changed"}},
        then={"Id": "changed"},
        denied=("sqs:SetQueueAttributes",),
        denied_later=("sqs:SetQueueAttributes",),
        around={"Queue": QUEUE},
    ),
    Case(
        "AWS::SNS::Subscription",
        {"TopicArn": {"Ref": "Topic"}, "Protocol": "sqs", "Endpoint": {"Fn::GetAtt": ["Queue", "Arn"]}},
        subscription,
        {"Protocol": "sqs"},
        changed={"RawMessageDelivery": True},
        then={"RawMessageDelivery": "true"},
        replaced={"Endpoint": {"Fn::GetAtt": ["Other", "Arn"]}},
        denied=("sns:Subscribe", "sns:GetSubscriptionAttributes"),
        denied_later=("sns:SetSubscriptionAttributes", "sns:Unsubscribe"),
        around={"Topic": TOPIC, "Queue": QUEUE, "Other": QUEUE},
    ),
    Case(
        "AWS::Logs::LogGroup",
        {"RetentionInDays": 7, "KmsKeyId": KEY, "DataProtectionPolicy": {"Name": "p", "Version": "2021-06-01"}},
        group,
        {"retentionInDays": 7, "kmsKeyId": KEY, "policy": {"Name": "p"}},
        changed={"RetentionInDays": 30, "KmsKeyId": None, "DataProtectionPolicy": None},
        then={"retentionInDays": 30, "kmsKeyId": None, "policy": None},
        replaced={"LogGroupName": "/another"},
        tags=group_tags,
        denied=(
            "logs:CreateLogGroup",
            "logs:TagResource",
            "logs:PutRetentionPolicy",
            "logs:PutDataProtectionPolicy",
            "logs:DescribeLogGroups",
        ),
        denied_later=("logs:DisassociateKmsKey", "logs:DeleteDataProtectionPolicy", "logs:DeleteLogGroup"),
        attributes=("Arn",),
    ),
    Case(
        "AWS::Logs::MetricFilter",
        {"LogGroupName": {"Ref": "Group"}, "FilterPattern": "ERROR", "MetricTransformations": [TRANSFORMATION]},
        metric_filter,
        {"filterPattern": "ERROR", "metricTransformations": [{"metricName": "Errors"}]},
        changed={"FilterPattern": "FATAL"},
        then={"filterPattern": "FATAL"},
        replaced={"FilterName": "another"},
        denied=("logs:PutMetricFilter", "logs:DescribeMetricFilters"),
        denied_later=("logs:PutMetricFilter", "logs:DeleteMetricFilter"),
        around={"Group": GROUP},
    ),
    Case(
        "AWS::Logs::SubscriptionFilter",
        {"LogGroupName": {"Ref": "Group"}, "FilterPattern": "", "DestinationArn": {"Fn::GetAtt": ["Other", "Arn"]}},
        subscription_filter,
        {"filterPattern": ""},
        changed={"FilterPattern": "ERROR", "Distribution": "Random", "ApplyOnTransformedLogs": True},
        then={"filterPattern": "ERROR", "distribution": "Random", "applyOnTransformedLogs": True},
        replaced={"FilterName": "another"},
        denied=("logs:PutSubscriptionFilter", "logs:DescribeSubscriptionFilters"),
        denied_later=("logs:DeleteSubscriptionFilter",),
        around={"Group": GROUP, "Other": GROUP},
    ),
)
