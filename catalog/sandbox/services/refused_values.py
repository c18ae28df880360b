"""Values that services refuse, although the models of their APIs allow them, and moto takes.

Sources: the API references (Events PutRule, SNS Subscribe, SQS SetQueueAttributes, Route 53 ResourceRecord, CloudWatch
PutMetricAlarm, ECS RegisterTaskDefinition, IoT CreateTopicRule); EventBridge user guide, "Schedule expressions"; S3
user guide, "Transitioning objects". The words are those that people quote in public issues; those of IoT are assumed.
"""

from __future__ import annotations

import ipaddress
import json
import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from catalog.sandbox.services.first_checked import Check, json_error

RATE = re.compile(r"rate\((1 (minute|hour|day)|(?!0+ |1 )\d+ (minutes|hours|days))\)")
CRON = re.compile(r"cron\((.+)\)")
PROTOCOLS = ("application", "email", "email-json", "firehose", "http", "https", "lambda", "sms", "sqs")
DATABASE_CLASS = re.compile(r"db\.[a-z0-9-]+\.[a-z0-9.-]+|modelled-.+")
ADDRESSES: Mapping[str, tuple[Callable[[str], object], str]] = {
    "A": (ipaddress.IPv4Address, "ARRDATAIllegalIPv4Address (Value is not a valid IPv4 address)"),
    "AAAA": (ipaddress.IPv6Address, "AAAARRDATAIllegalIPv6Address (Value is not a valid IPv6 address)"),
}
"""Type of a record → what reads its values, and what Route 53 says of one that is no address."""


def _schedule(_: Any, name: str, *more: Any, scheduled_expression: str | None = None, **__: Any) -> None:
    """Of the fields for days one is `?`; a unit is singular with 1 only."""
    cron = CRON.fullmatch(scheduled_expression or "")
    fields = cron[1].split() if cron else []
    right = len(fields) == 6 and "?" in (fields[2], fields[4]) if cron else RATE.fullmatch(scheduled_expression or "")
    if scheduled_expression and not right:
        raise json_error("ValidationException", "Parameter ScheduleExpression is not valid.")


def _subscription(_: Any, topic_arn: str, endpoint: str, protocol: str) -> None:
    from moto.sns.exceptions import SNSInvalidParameter

    if protocol not in PROTOCOLS:
        message = f"Invalid parameter: Amazon SNS does not support this protocol string: {protocol}"
        raise SNSInvalidParameter(message)
    if protocol in ("http", "https") and not endpoint.startswith((f"{protocol}://", "modelled-")):
        raise SNSInvalidParameter("Invalid parameter: Endpoint must match the specified protocol")


def _redrive(_: Any, policy: Any) -> None:
    from moto.sqs.exceptions import SQSException

    try:
        given = json.loads(policy) if isinstance(policy, str) else policy
        count = int(given["maxReceiveCount"])
    except (ValueError, TypeError, KeyError):
        return  # no policy, or one that moto refuses
    if not 1 <= count <= 1000:
        raise SQSException(
            "InvalidParameterValue",
            f"Value {json.dumps(given)} for parameter RedrivePolicy is invalid. Reason: Invalid value for "
            f"maxReceiveCount: {count}, valid values are from 1 to 1000 both inclusive.",
        )


def _records(_: Any, zoneid: str, change_list: Sequence[Mapping[str, Any]]) -> None:
    from moto.route53.exceptions import Route53ClientError

    for change in change_list:
        record = change["ResourceRecordSet"]
        read, words = ADDRESSES.get(record.get("Type"), (str, ""))
        for value in (each["Value"] for each in record.get("ResourceRecords") or () if change["Action"] != "DELETE"):
            try:
                read(value)
            except ValueError:
                message = f"[Invalid Resource Record: 'FATAL problem: {words} encountered with '{value}'']"
                raise Route53ClientError("InvalidChangeBatch", message) from None


def _alarm(_: Any, *more: Any, period: Any = None, **__: Any) -> None:
    from moto.cloudwatch.exceptions import ValidationError

    if period and int(period) not in (10, 20, 30) and int(period) % 60:
        raise ValidationError("Period must be 10, 20, 30 or a multiple of 60")


def _containers(_: Any, family: str, container_definitions: Sequence[Mapping[str, Any]], *more: Any, **__: Any) -> None:
    if not all(each.get("image") for each in container_definitions):
        raise json_error("ClientException", "Container.image should not be null or empty.")


def _topic_rule(_: Any, rule_name: str, sql: str = "", **__: Any) -> None:
    if not re.match(r"\s*(SELECT\b|modelled-)", sql, re.IGNORECASE):
        raise json_error("SqlParseException", f"The SQL statement of the rule is not valid: expected SELECT: {sql}")


def _database_class(_: Any, *more: Any) -> None:
    from moto.rds.exceptions import RDSClientError

    name = str(more[-1].get("db_instance_class") or "")
    if name and not DATABASE_CLASS.fullmatch(name):
        raise RDSClientError("InvalidParameterValue", f"Invalid DB Instance class: {name}")


def _trust(_: Any, role_name: str, document: str = "", *__: Any, **more: Any) -> None:
    """The principal of a service is the name of a host."""
    from moto.iam.exceptions import MalformedPolicyDocument

    document = document or more.get("assume_role_policy_document") or more.get("policy_document") or ""
    try:
        statements = json.loads(document)["Statement"]
    except (ValueError, TypeError, KeyError):
        return  # moto refuses it
    for statement in statements if isinstance(statements, list) else [statements]:
        principal = statement.get("Principal") if isinstance(statement, dict) else None
        services = principal.get("Service", []) if isinstance(principal, dict) else []
        for name in [services] if isinstance(services, str) else services:
            if "." not in str(name) and name != "*":
                raise MalformedPolicyDocument(f'Invalid principal in policy: "SERVICE":"{name}"')


def _lifecycle(_: Any, rules: Sequence[Mapping[str, Any]]) -> None:
    """Days of a rule: 30 before an infrequent access, and an expiration after each transition."""
    from moto.s3.exceptions import S3ClientError

    for rule in rules:
        given = rule.get("Transition") or []
        transitions = [each for each in (given if isinstance(given, list) else [given]) if each.get("Days")]
        for each in transitions:
            if each.get("StorageClass") in ("STANDARD_IA", "ONEZONE_IA") and int(each["Days"]) < 30:
                raise S3ClientError(
                    "InvalidArgument",
                    "'Days' in Transition action must be greater than or equal to 30 for storageClass "
                    f"'{each['StorageClass']}'",
                )
        days = (rule.get("Expiration") or {}).get("Days")
        if days and any(int(each["Days"]) >= int(days) for each in transitions):
            prefix = rule.get("Prefix") or (rule.get("Filter") or {}).get("Prefix") or ""
            raise S3ClientError(
                "InvalidArgument",
                f"'Days' in the Expiration action for filter '(prefix={prefix})' must be greater than 'Days' in the "
                "Transition action",
            )


CHECKS: Mapping[str, Mapping[str, Check]] = {
    "moto.cloudwatch.models": {"CloudWatchBackend.put_metric_alarm": _alarm},
    "moto.ecs.models": {"EC2ContainerServiceBackend.register_task_definition": _containers},
    "moto.events.models": {"EventsBackend.put_rule": _schedule},
    "moto.iam.models": {"IAMBackend.create_role": _trust, "IAMBackend.update_assume_role_policy": _trust},
    "moto.iot.models": {"IoTBackend.create_topic_rule": _topic_rule, "IoTBackend.replace_topic_rule": _topic_rule},
    "moto.rds.models": {
        "RDSBackend.create_db_instance": _database_class,
        "RDSBackend.modify_db_instance": _database_class,
    },
    "moto.route53.models": {"Route53Backend.change_resource_record_sets": _records},
    "moto.s3.models": {"FakeBucket.set_lifecycle": _lifecycle},
    "moto.sns.models": {"SNSBackend.subscribe": _subscription},
    "moto.sqs.models": {"Queue._setup_dlq": _redrive},
}
"""Module of moto → class and method → what is checked before it."""
