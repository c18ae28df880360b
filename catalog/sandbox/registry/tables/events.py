"""Rules of EventBridge, alarms and parameters: what happens, and what is set."""

from __future__ import annotations

from typing import Any

from catalog.sandbox.registry.api_types import ApiCall, ApiResource, ApiType, Setting, Tagging
from catalog.sandbox.registry.calls import operation_model
from catalog.sandbox.registry.rows import ending
from catalog.sandbox.registry.shaping import as_text, copied


def rule(subject: ApiResource) -> dict[str, Any]:
    """The name and the bus of the rule."""
    return {"Name": subject["Name"], "EventBusName": bus(subject)}


def bus(subject: ApiResource) -> str:
    """The name of the bus, whose ARN the property can have too."""
    return subject.text("EventBusName", "default").rpartition("/")[2]


def rule_arn(subject: ApiResource) -> str:
    """The ARN of the rule; that of another bus than the default one has the name of the bus."""
    place, name = subject.place, subject["Name"]
    path = name if bus(subject) == "default" else f"{bus(subject)}/{name}"
    return f"arn:{place.partition}:events:{place.region}:{place.account}:rule/{path}"


def new_rule(subject: ApiResource) -> dict[str, Any]:
    """PutRule, which also changes a rule."""
    pattern = subject.properties.get("EventPattern")
    return rule(subject) | {
        "EventPattern": None if pattern is None else as_text(pattern),
        "State": subject.text("State", "ENABLED"),
    }


def targets(subject: ApiResource) -> dict[str, Any] | None:
    """PutTargets with all targets."""
    given = subject.properties.get("Targets", [])
    shape = operation_model("events", "PutTargets").input_shape
    return rule(subject) | copied({"Targets": given}, shape, {}) if given else None


def dropped_targets(subject: ApiResource) -> dict[str, Any] | None:
    """RemoveTargets for those that an update drops."""
    kept = {each["Id"] for each in subject.properties.get("Targets", [])}
    dropped = [each["Id"] for each in subject.old.get("Targets", []) if each["Id"] not in kept]
    return rule(subject) | {"Ids": dropped} if dropped else None


def all_targets(subject: ApiResource) -> dict[str, Any] | None:
    """RemoveTargets for all that the rule has."""
    ids = [
        each["Id"]
        for each in subject.ask("ListTargetsByRule", {"Rule": subject["Name"], "EventBusName": bus(subject)})["Targets"]
    ]
    return {"Rule": subject["Name"], "EventBusName": bus(subject), "Ids": ids} if ids else None


def as_rule(parameters: Any) -> Any:
    """The parameters with the name under Rule, as the operations on targets want it."""

    def renamed(subject: ApiResource) -> dict[str, Any] | None:
        given = parameters(subject)
        return None if given is None else {"Rule" if key == "Name" else key: value for key, value in given.items()}

    return renamed


def tagged_rule(subject: ApiResource) -> dict[str, Any]:
    """The ARN of the rule, for tags."""
    return {"ResourceARN": rule_arn(subject)}


RULE = ApiType(
    "AWS::Events::Rule",
    "events",
    create=ApiCall("PutRule", new_rule, copies=True, omitted=("EventPattern", "EventBusName")),
    read=ApiCall("DescribeRule", rule),
    attributes=lambda subject, shown: {"Arn": shown["Arn"], "RuleName": shown["Name"]},
    settings=(
        Setting(("Targets",), ApiCall("RemoveTargets", as_rule(dropped_targets)), on_create=False),
        Setting(("Targets",), ApiCall("PutTargets", as_rule(targets))),
    ),
    update=ApiCall("PutRule", new_rule, copies=True, omitted=("EventPattern", "EventBusName")),
    delete=(ApiCall("RemoveTargets", all_targets), ApiCall("DeleteRule", rule)),
    tagging=Tagging(ApiCall("TagResource", tagged_rule), ApiCall("UntagResource", tagged_rule), "Tags"),
    arn=rule_arn,
    identified=ending("Arn", "/", "Name"),
    ref="Name",
    passed_to="events.amazonaws.com",
)


def alarm(subject: ApiResource) -> dict[str, Any]:
    """The name of the alarm."""
    return {"AlarmName": subject["AlarmName"]}


def named_alarm(subject: ApiResource) -> dict[str, Any]:
    """The name of the alarm, as a list."""
    return {"AlarmNames": [subject["AlarmName"]]}


def alarm_arn(subject: ApiResource) -> str:
    """The ARN of the alarm."""
    place = subject.place
    return f"arn:{place.partition}:cloudwatch:{place.region}:{place.account}:alarm:{subject['AlarmName']}"


def tagged_alarm(subject: ApiResource) -> dict[str, Any]:
    """The ARN of the alarm, for tags."""
    return {"ResourceARN": alarm_arn(subject)}


ALARM = ApiType(
    "AWS::CloudWatch::Alarm",
    "cloudwatch",
    create=ApiCall("PutMetricAlarm", alarm, copies=True),
    read=ApiCall("DescribeAlarms", named_alarm),
    shown=lambda subject, answer: next(iter(answer.get("MetricAlarms", ())), None),
    attributes=lambda subject, shown: {"Arn": shown["AlarmArn"]},
    update=ApiCall("PutMetricAlarm", alarm, copies=True),
    delete=(ApiCall("DeleteAlarms", named_alarm),),
    tagging=Tagging(ApiCall("TagResource", tagged_alarm), ApiCall("UntagResource", tagged_alarm), "Tags"),
    arn=alarm_arn,
    also={"create": ("cloudwatch:ListTagsForResource",), "update": ("cloudwatch:ListTagsForResource",)},
)


def parameter(subject: ApiResource) -> dict[str, Any]:
    """The name of the parameter."""
    return {"Name": subject["Name"]}


def parameter_arn(subject: ApiResource) -> str:
    """The ARN of the parameter, in which a name with folders has no second slash."""
    place, name = subject.place, str(subject["Name"]).lstrip("/")
    return f"arn:{place.partition}:ssm:{place.region}:{place.account}:parameter/{name}"


def tagged_parameter(subject: ApiResource) -> dict[str, Any]:
    """The parameter, for tags."""
    return {"ResourceType": "Parameter", "ResourceId": subject["Name"]}


PARAMETER = ApiType(
    "AWS::SSM::Parameter",
    "ssm",
    create=ApiCall("PutParameter", parameter, copies=True),
    read=ApiCall("GetParameters", lambda subject: {"Names": [subject["Name"]]}),
    shown=lambda subject, answer: next(iter(answer.get("Parameters", ())), None),
    attributes=lambda subject, shown: {"Arn": parameter_arn(subject)},
    update=ApiCall("PutParameter", lambda subject: parameter(subject) | {"Overwrite": True}, copies=True),
    delete=(ApiCall("DeleteParameter", parameter),),
    tagging=Tagging(
        ApiCall("AddTagsToResource", tagged_parameter),
        ApiCall("RemoveTagsFromResource", tagged_parameter),
    ),
    arn=parameter_arn,
)

TYPES = (RULE, ALARM, PARAMETER)
