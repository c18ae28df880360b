"""State machines, their versions and aliases, and activities of Step Functions."""

from __future__ import annotations

from typing import Any

from catalog.sandbox.registry.api_types import ApiCall, ApiResource
from catalog.sandbox.registry.rows import by, ending, plain, regional, tagged, taken
from catalog.sandbox.registry.shaping import as_text
from catalog.sandbox.registry.stored_documents import document_of

LOCATION = "DefinitionS3Location"


def definition(it: ApiResource) -> str:
    """The definition as text, with its substitutions."""
    text = it.text("DefinitionString") or as_text(document_of(it, "Definition", LOCATION) or {})
    for name, value in (it.properties.get("DefinitionSubstitutions") or {}).items():
        text = text.replace(f"${{{name}}}", as_text(value))
    return text


def machine_arn(it: ApiResource) -> str:
    """The ARN of a state machine, also before it exists."""
    return regional(it, "states", f"stateMachine:{it['StateMachineName']}")


def new_machine(it: ApiResource) -> dict[str, Any]:
    """CreateStateMachine."""
    return {"name": it.name, "definition": definition(it), "type": it.text("StateMachineType", "STANDARD")}


def changed_machine(it: ApiResource) -> dict[str, Any]:
    """UpdateStateMachine; what the template does not say any more has its default again."""
    defaults = {
        "LoggingConfiguration": {"level": "OFF", "includeExecutionData": False},
        "TracingConfiguration": {"enabled": False},
        "EncryptionConfiguration": {"type": "AWS_OWNED_KEY"},
    }
    gone = {
        name[:1].lower() + name[1:]: value
        for name, value in defaults.items()
        if name in it.old and name not in it.properties
    }
    return {"stateMachineArn": it["Arn"], "definition": definition(it), **gone}


MACHINE = plain(
    "AWS::StepFunctions::StateMachine",
    "stepfunctions",
    ("Arn",),
    renamed={"Arn": "stateMachineArn"},
    create=ApiCall("CreateStateMachine", new_machine, copies=True, omitted=("Definition",)),
    known=lambda it, answer: {"Arn": answer["stateMachineArn"], "Name": it.name},
    identified=ending("Arn", ":", "StateMachineName", "Name"),
    attributes=lambda it, shown: {"StateMachineRevisionId": shown.get("revisionId", "INITIAL")},
    update=ApiCall("UpdateStateMachine", changed_machine, copies=True, omitted=("Definition",)),
    tagging=tagged("resourceArn", machine_arn, "tags"),
    arn=machine_arn,
    also_for={(handler, LOCATION): ("s3:GetObject",) for handler in ("create", "update")},
)


VERSION = plain(
    "AWS::StepFunctions::StateMachineVersion",
    "stepfunctions",
    ("Arn",),
    create=ApiCall(
        "PublishStateMachineVersion",
        by(stateMachineArn="StateMachineArn", revisionId="StateMachineRevisionId", description="Description"),
    ),
    known=taken(Arn="stateMachineVersionArn"),
    read=ApiCall("DescribeStateMachine", by(stateMachineArn="Arn")),
    update=None,
    delete=(ApiCall("DeleteStateMachineVersion", by(stateMachineVersionArn="Arn")),),
    arn=lambda it: str(it["Arn"] or f"{it['StateMachineArn']}:*"),
    also={"create": ("states:ListStateMachineVersions",)},
)


def routing(it: ApiResource) -> list[dict[str, Any]]:
    """The versions of an alias, or the one to which all traffic has been shifted."""
    given = it.properties.get("RoutingConfiguration")
    shifted = it.at("DeploymentPreference.StateMachineVersionArn")
    versions = given or [{"StateMachineVersionArn": shifted, "Weight": 100}]
    return [
        {"stateMachineVersionArn": each["StateMachineVersionArn"], "weight": int(each["Weight"])} for each in versions
    ]


def alias_arn(it: ApiResource) -> str:
    """The ARN of an alias, also before it exists."""
    machine = routing(it)[0]["stateMachineVersionArn"].rpartition(":")[0]
    return str(it["Arn"] or f"{machine}:{it['Name']}")


ALIAS = plain(
    "AWS::StepFunctions::StateMachineAlias",
    "stepfunctions",
    ("Arn",),
    renamed={"Arn": "stateMachineAliasArn"},
    create=ApiCall(
        "CreateStateMachineAlias", lambda it: {"name": it.name, "routingConfiguration": routing(it)}, copies=True
    ),
    known=taken(Arn="stateMachineAliasArn"),
    identified=ending("Arn", ":", "Name"),
    update=ApiCall(
        "UpdateStateMachineAlias",
        lambda it: {
            "stateMachineAliasArn": it["Arn"],
            "routingConfiguration": routing(it),
            "description": it.text("Description"),
        },
    ),
    arn=alias_arn,
    also_for={("update", "DeploymentPreference.Alarms"): ("cloudwatch:DescribeAlarms",)},
)


def activity_arn(it: ApiResource) -> str:
    """The ARN of an activity, also before it exists."""
    return regional(it, "states", f"activity:{it['Name']}")


ACTIVITY = plain(
    "AWS::StepFunctions::Activity",
    "stepfunctions",
    ("Arn",),
    renamed={"Arn": "activityArn"},
    known=taken(Arn="activityArn"),
    update=None,
    tagging=tagged("resourceArn", activity_arn, "tags"),
    arn=activity_arn,
)

TYPES = (MACHINE, VERSION, ALIAS, ACTIVITY)
