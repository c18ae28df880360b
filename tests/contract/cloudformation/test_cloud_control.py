"""Modelled resources through Cloud Control API: what stacks made, drift, and imports of what exists."""

from __future__ import annotations

import json
from typing import Any

from tests.contract.cloudformation.test_imports import imported
from tests.contract.conftest import refusal

INDEX = "AWS::Location::PlaceIndex"
PROFILE = "AWS::RolesAnywhere::Profile"
AGENT = "arn:aws:datasync:us-east-1:123456789012:agent/agent-01234567890123456"


def stack_of(**properties: Any) -> dict[str, Any]:
    profile = {"Name": "app", "RoleArns": ["arn:aws:iam::123456789012:role/app"], **properties}
    return {"Resources": {"Profile": {"Type": PROFILE, "DeletionPolicy": "Retain", "Properties": profile}}}


def properties_of(answer: Any) -> dict[str, Any]:
    read: dict[str, Any] = json.loads(answer["ResourceDescription"]["Properties"])
    return read


def test_a_modelled_resource_is_read_changed_and_deleted(local: Any) -> None:
    stack = local.create("app", stack_of(), Tags=[{"Key": "team", "Value": "data"}])
    assert stack["StackStatus"] == "CREATE_COMPLETE"
    control, identifier = local.client("cloudcontrol"), local.physical("app", "Profile")
    read = properties_of(control.get_resource(TypeName=PROFILE, Identifier=identifier))
    assert (read["Name"], read["ProfileId"], read["Tags"]) == ("app", identifier, [{"Key": "team", "Value": "data"}])
    listed = control.list_resources(TypeName=PROFILE)["ResourceDescriptions"]
    assert [each["Identifier"] for each in listed] == [identifier]
    assert drift(local) == ("IN_SYNC", [])

    patch = [{"op": "replace", "path": "/Name", "value": "other"}, {"op": "remove", "path": "/Tags"}]
    event = control.update_resource(TypeName=PROFILE, Identifier=identifier, PatchDocument=json.dumps(patch))[
        "ProgressEvent"
    ]
    assert event["OperationStatus"] == "IN_PROGRESS"
    control.get_waiter("resource_request_success").wait(RequestToken=event["RequestToken"])
    assert drift(local) == (
        "MODIFIED",
        [("/Name", "app", "other"), ("/Tags", '[{"Key": "team", "Value": "data"}]', "[]")],
    )
    local.update("app", stack_of(DurationSeconds=900), Tags=[{"Key": "team", "Value": "data"}])
    assert drift(local) == ("IN_SYNC", [])
    control.delete_resource(TypeName=PROFILE, Identifier=identifier)
    assert drift(local) == ("DELETED", [])
    assert refusal(control.get_resource, TypeName=PROFILE, Identifier=identifier)[0] == "ResourceNotFoundException"
    assert [each["Operation"] for each in control.list_resource_requests()["ResourceRequestStatusSummaries"]] == [
        "DELETE",
        "UPDATE",
    ]


def test_defaults_of_the_schema_are_read_and_do_not_drift(local: Any) -> None:
    """Also inside of an object; an update of one by another client is not the template's."""
    kind = "AWS::DataSync::LocationNFS"
    nfs = {"ServerHostname": "h", "Subdirectory": "/a", "OnPremConfig": {"AgentArns": [AGENT]}}
    template = {"Resources": {"Share": {"Type": kind, "Properties": nfs}}}
    assert local.create("app", template)["StackStatus"] == "CREATE_COMPLETE"
    control, identifier = local.client("cloudcontrol"), local.physical("app", "Share")
    assert properties_of(control.get_resource(TypeName=kind, Identifier=identifier))["MountOptions"] == {
        "Version": "AUTOMATIC"
    }
    assert drift(local, "Share") == ("IN_SYNC", [])
    patch = [{"op": "replace", "path": "/MountOptions/Version", "value": "NFS3"}]
    control.update_resource(TypeName=kind, Identifier=identifier, PatchDocument=json.dumps(patch))
    read = properties_of(control.get_resource(TypeName=kind, Identifier=identifier))
    assert (read["MountOptions"], read["OnPremConfig"]) == ({"Version": "NFS3"}, {"AgentArns": [AGENT]})
    assert drift(local, "Share") == ("IN_SYNC", [])


def drift(local: Any, name: str = "Profile") -> tuple[str, list[tuple[str, str, str]]]:
    """The status of one resource, and each (path, expected, actual)."""
    formation = local.client("cloudformation")
    one = formation.detect_stack_resource_drift(StackName="app", LogicalResourceId=name)["StackResourceDrift"]
    differences = one.get("PropertyDifferences", [])
    found = [(each["PropertyPath"], each["ExpectedValue"], each["ActualValue"]) for each in differences]
    return one["StackResourceDriftStatus"], found


def test_what_a_stack_kept_or_a_client_made_is_imported(local: Any) -> None:
    local.create("app", stack_of())
    kept = local.physical("app", "Profile")
    local.client("cloudformation").delete_stack(StackName="app")
    control = local.client("cloudcontrol")
    wanted = json.dumps({"Name": "two", "RoleArns": [], "Tags": [{"Key": "a", "Value": "b"}]})
    made = control.create_resource(TypeName=PROFILE, DesiredState=wanted, ClientToken="t")["ProgressEvent"][
        "Identifier"
    ]
    assert (
        control.create_resource(TypeName=PROFILE, DesiredState=wanted, ClientToken="t")["ProgressEvent"]["Identifier"]
        == made
    )
    assert len(control.list_resources(TypeName=PROFILE)["ResourceDescriptions"]) == 2
    two = {**stack_of()["Resources"]["Profile"], "Properties": {"Name": "two", "RoleArns": []}}
    resources = {**stack_of()["Resources"], "Two": two}
    stack = imported(local, resources, Profile=(PROFILE, {"ProfileId": kept}), Two=(PROFILE, {"ProfileId": made}))
    assert stack["StackStatus"] == "IMPORT_COMPLETE", local.events("app")
    assert (local.physical("app", "Profile"), local.physical("app", "Two")) == (kept, made)
    assert drift(local, "Two") == ("IN_SYNC", [])
    absent = imported(
        local, resources, name="none", Profile=(PROFILE, {"ProfileId": "x"}), Two=(PROFILE, {"ProfileId": made})
    )
    assert absent["StackStatus"] == "IMPORT_ROLLBACK_COMPLETE"


def test_keys_and_aliases_are_imported_and_drift(local: Any) -> None:
    kms = local.client("kms")
    key = kms.create_key(MultiRegion=True)["KeyMetadata"]["KeyId"]
    kms.create_alias(AliasName="alias/app", TargetKeyId=key)
    policy = json.loads(kms.get_key_policy(KeyId=key)["Policy"])
    resources: dict[str, Any] = {
        "Key": {"Type": "AWS::KMS::Key", "Properties": {"KeyPolicy": policy, "MultiRegion": True}},
        "Alias": {"Type": "AWS::KMS::Alias", "Properties": {"AliasName": "alias/app", "TargetKeyId": {"Ref": "Key"}}},
    }
    for body in resources.values():
        body["DeletionPolicy"] = "Retain"
    identifiers = {"Key": ("AWS::KMS::Key", {"KeyId": key}), "Alias": ("AWS::KMS::Alias", {"AliasName": "alias/app"})}
    assert imported(local, resources, **identifiers)["StackStatus"] == "IMPORT_COMPLETE", local.events("app")
    assert (drift(local, "Key"), drift(local, "Alias")) == (("IN_SYNC", []), ("IN_SYNC", []))
    other = kms.create_key()["KeyMetadata"]["KeyId"]
    kms.update_alias(AliasName="alias/app", TargetKeyId=other)
    kms.put_key_policy(KeyId=key, PolicyName="default", Policy=json.dumps({**policy, "Id": "other"}))
    assert drift(local, "Alias") == ("MODIFIED", [("/TargetKeyId", key, other)])
    assert drift(local, "Key")[0] == "MODIFIED"
    kms.delete_alias(AliasName="alias/app")
    kms.schedule_key_deletion(KeyId=key)
    assert (drift(local, "Key")[0], drift(local, "Alias")[0]) == ("DELETED", "DELETED")


def test_a_replica_drifts_by_itself(local: Any) -> None:
    home = local.client("kms", "eu-west-1")
    arn = home.create_key(MultiRegion=True)["KeyMetadata"]["Arn"]
    policy = json.loads(home.get_key_policy(KeyId=arn)["Policy"])
    replica = {
        "Type": "AWS::KMS::ReplicaKey",
        "Properties": {"PrimaryKeyArn": arn, "KeyPolicy": policy, "Description": "a"},
    }
    local.create("app", {"Resources": {"Replica": replica}})
    assert drift(local, "Replica") == ("IN_SYNC", [])
    local.client("kms").update_key_description(KeyId=local.physical("app", "Replica"), Description="b")
    assert drift(local, "Replica") == ("MODIFIED", [("/Description", "a", "b")])


def test_what_cloud_control_refuses(local: Any) -> None:
    control = local.client("cloudcontrol")
    call = control.get_resource
    assert refusal(call, TypeName="AWS::No::Thing", Identifier="x")[0] == "TypeNotFoundException"
    code, message = refusal(call, TypeName="AWS::SQS::Queue", Identifier="x")
    assert (code, "call its own API" in message) == ("UnsupportedActionException", True)
    code, message = refusal(control.create_resource, TypeName=PROFILE, DesiredState=json.dumps({"Nope": 1}))
    assert (code, "Nope" in message) == ("ValidationException", True)
    assert refusal(control.create_resource, TypeName=PROFILE, DesiredState="[")[0] == "InvalidRequestException"
    assert refusal(control.get_resource_request_status, RequestToken="none")[0] == "RequestTokenNotFoundException"
    place = json.dumps({"IndexName": "mine", "DataSource": "Esri"})
    control.create_resource(TypeName=INDEX, DesiredState=place)
    event = control.create_resource(TypeName=INDEX, DesiredState=place)["ProgressEvent"]
    status = control.get_resource_request_status(RequestToken=event["RequestToken"])["ProgressEvent"]
    assert (status["OperationStatus"], status["ErrorCode"]) == ("FAILED", "AlreadyExists")
    rename = json.dumps([{"op": "replace", "path": "/IndexName", "value": "x"}])
    event = control.update_resource(TypeName=INDEX, Identifier="mine", PatchDocument=rename)["ProgressEvent"]
    status = control.get_resource_request_status(RequestToken=event["RequestToken"])["ProgressEvent"]
    assert (status["OperationStatus"], status["ErrorCode"]) == ("FAILED", "NotUpdatable")
    for patch in ("{", '[{"op": "remove", "path": "/Nope"}]', '[{"op": "fly"}]', "{}", '"x"'):
        code, _ = refusal(control.update_resource, TypeName=INDEX, Identifier="mine", PatchDocument=patch)
        assert code == "InvalidRequestException", patch
