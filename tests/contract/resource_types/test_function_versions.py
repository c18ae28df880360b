"""Versions of a function: each publication has a number of its own, and an unchanged function publishes none."""

from __future__ import annotations

from typing import Any

from tests.contract.resource_types.cases_compute import FUNCTION, ROLE, SETTINGS
from tests.contract.resource_types.conftest import World


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
