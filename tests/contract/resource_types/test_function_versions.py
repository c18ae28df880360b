"""Versions of a function: each publication has a number of its own, and an unchanged function publishes none.

Those of a state machine go along with its revisions.
"""

from __future__ import annotations

from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.contract.resource_types.cases_compute import FUNCTION, ROLE, SETTINGS
from tests.contract.resource_types.cases_others import PASS
from tests.contract.resource_types.cases_others import ROLE as MACHINE_ROLE
from tests.contract.resource_types.cases_state_machines import ALL_TO, MACHINE
from tests.contract.resource_types.conftest import World
from tests.contract.resource_types.derived import role_policy


def version(description: str, **more: Any) -> dict[str, Any]:
    properties = {"FunctionName": {"Ref": "Function"}, "Description": description, **more}
    return {"Type": "AWS::Lambda::Version", "Properties": properties}


def test_versions_of_a_function(world: World) -> None:
    first = {"Role": ROLE, "Function": FUNCTION, "Version": version("one")}
    assert world.create({"Resources": first}).status == "CREATE_COMPLETE"
    name = world.reference("Function")
    outcome = world.update({"Resources": {**first, "Version": version("two")}})
    assert outcome.status == "UPDATE_ROLLBACK_COMPLETE"
    assert "A version for this Lambda function exists ( 1 ). Modify the function" in outcome.reason
    outcome = world.update({"Resources": {**first, "More": version("two", CodeSha256="x" * 43 + "=")}})
    assert "is different from current CodeSHA256 in $LATEST" in outcome.reason
    assert outcome.status == "UPDATE_ROLLBACK_COMPLETE"

    for number, size in (("2", 256), ("3", 512)):
        changed = {"Type": "AWS::Lambda::Function", "Properties": {**SETTINGS, "MemorySize": size}}
        outcome = world.update({"Resources": {**first, "Function": changed, "Version": version(number)}})
        assert outcome.status == "UPDATE_COMPLETE", outcome.reason
        assert world.reference("Version").endswith(f":{number}"), "no number is used again"
    versions = world.client("lambda").list_versions_by_function(FunctionName=name)["Versions"]
    assert [(each["Version"], each["MemorySize"]) for each in versions] == [("$LATEST", 512), ("3", 512)]


def test_a_layer_of_another_account_is_taken(world: World) -> None:
    def layered(arn: str) -> dict[str, Any]:
        function = {"Type": "AWS::Lambda::Function", "Properties": {**SETTINGS, "Layers": [arn]}}
        return {"Resources": {"Role": ROLE, "Function": function}}

    insights = "arn:aws:lambda:us-east-1:580247275435:layer:LambdaInsightsExtension:%s"
    for operation, arn in ((world.create, insights % 21), (world.update, insights % 38)):
        template = layered(arn)
        world.policy(role_policy(template))
        assert operation(template).status.endswith("E_COMPLETE"), world.failures()
        function = world.client("lambda").get_function_configuration(FunctionName=world.reference("Function"))
        assert [each["Arn"] for each in function["Layers"]] == [arn]
    outcome = world.update(layered("arn:aws:lambda:us-east-1:123456789012:layer:lost:1"))
    assert "One or more LayerVersion does not exist" in outcome.reason


def test_a_source_that_the_sandbox_does_not_have_is_taken(world: World) -> None:
    kafka = "arn:aws:kafka:us-east-1:123456789012:cluster/orders/1"
    properties = {"FunctionName": {"Ref": "Function"}, "Topics": ["orders"]}
    own = {"Endpoints": {"KafkaBootstrapServers": ["b.example.com:9092"]}}
    mappings = {
        name: {"Type": "AWS::Lambda::EventSourceMapping", "Properties": {**properties, **source}}
        for name, source in (("Managed", {"EventSourceArn": kafka}), ("Own", {"SelfManagedEventSource": own}))
    }
    outcome = world.create({"Resources": {"Role": ROLE, "Function": FUNCTION, **mappings}})
    assert outcome.status == "CREATE_COMPLETE", outcome.reason
    shown = world.client("lambda").get_event_source_mapping(UUID=world.reference("Own"))
    assert "EventSourceArn" not in shown
    assert (shown["Topics"], shown["BatchSize"]) == (["orders"], 100)


def test_a_changed_definition_publishes_a_version_to_which_the_alias_goes(world: World) -> None:
    revision = {"Fn::GetAtt": ["Machine", "StateMachineRevisionId"]}
    version_of = {"StateMachineArn": {"Ref": "Machine"}, "StateMachineRevisionId": revision}
    resources: dict[str, Any] = {
        "Role": MACHINE_ROLE,
        "Machine": MACHINE,
        "Version": {"Type": "AWS::StepFunctions::StateMachineVersion", "Properties": version_of},
        "Alias": {
            "Type": "AWS::StepFunctions::StateMachineAlias",
            "Properties": {"Name": "live", "RoutingConfiguration": ALL_TO},
        },
    }
    assert world.create({"Resources": resources}).status == "CREATE_COMPLETE", world.failures()
    states = world.client("stepfunctions")
    with pytest.raises(ClientError, match=r"must not be referenced by an alias. Current list .*\[live\]"):
        states.delete_state_machine_version(stateMachineVersionArn=world.reference("Version"))
    properties = {**MACHINE["Properties"], "DefinitionString": PASS.replace("A", "B")}
    outcome = world.update({"Resources": {**resources, "Machine": {**MACHINE, "Properties": properties}}})
    assert outcome.status == "UPDATE_COMPLETE", outcome.reason
    listed = states.list_state_machine_versions(stateMachineArn=world.reference("Machine"))["stateMachineVersions"]
    assert [each["stateMachineVersionArn"][-2:] for each in listed] == [":2"]
    shown = states.describe_state_machine_alias(stateMachineAliasArn=world.reference("Alias"))
    assert shown["routingConfiguration"][0]["stateMachineVersionArn"] == world.reference("Version")
