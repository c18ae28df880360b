"""Versions and aliases of state machines."""

from __future__ import annotations

from typing import Any

from tests.contract.resource_types.cases_others import PASS, ROLE, machine
from tests.contract.resource_types.conftest import Case
from tests.contract.resource_types.reading import asks

MACHINE: dict[str, Any] = {
    "Type": "AWS::StepFunctions::StateMachine",
    "Properties": {"RoleArn": {"Fn::GetAtt": ["Role", "Arn"]}, "DefinitionString": PASS},
}
VERSION = {
    "Type": "AWS::StepFunctions::StateMachineVersion",
    "Properties": {"StateMachineArn": {"Ref": "Machine"}},
}
ALL_TO = [{"StateMachineVersionArn": {"Ref": "Version"}, "Weight": 100}]

CASES = (
    Case(
        "AWS::StepFunctions::StateMachineVersion",
        {
            "StateMachineArn": {"Ref": "Machine"},
            "StateMachineRevisionId": {"Fn::GetAtt": ["Machine", "StateMachineRevisionId"]},
            "Description": "First.",
        },
        machine,
        {"description": "First.", "definition": PASS},
        replaced={"StateMachineArn": {"Ref": "Other"}, "StateMachineRevisionId": "INITIAL"},
        denied=("states:PublishStateMachineVersion", "states:DescribeStateMachine"),
        denied_later=("states:DeleteStateMachineVersion",),
        around={"Role": ROLE, "Machine": MACHINE, "Other": MACHINE},
    ),
    Case(
        "AWS::StepFunctions::StateMachineAlias",
        {"Name": "live", "RoutingConfiguration": ALL_TO},
        asks("stepfunctions", "describe_state_machine_alias", stateMachineAliasArn="@"),
        {"name": "live", "routingConfiguration": [{"weight": 100}]},
        changed={
            "Description": "What customers get.",
            "RoutingConfiguration": None,
            "DeploymentPreference": {"StateMachineVersionArn": {"Ref": "Version"}, "Type": "ALL_AT_ONCE"},
        },
        then={"description": "What customers get.", "routingConfiguration": [{"weight": 100}]},
        replaced={"Name": "test"},
        denied=("states:CreateStateMachineAlias", "states:DescribeStateMachineAlias"),
        denied_later=("states:UpdateStateMachineAlias", "states:DeleteStateMachineAlias"),
        around={"Role": ROLE, "Machine": MACHINE, "Version": VERSION},
    ),
)
