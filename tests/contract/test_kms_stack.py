"""KMS keys in stacks, read back with boto3: everything that moto alone gets wrong."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import ClientError

from catalog.sandbox.settings import settings

KEY = (Path(__file__).resolve().parent.parent / "fixtures" / "stacks" / "key.json").read_text(encoding="utf-8")
ALIAS = {"Alias": "app/data"}

Make = Callable[..., dict[str, Any]]


def with_properties(**properties: Any) -> dict[str, Any]:
    template: dict[str, Any] = json.loads(KEY)
    template["Resources"]["Key"]["Properties"].update(properties)
    return template


def aliases(local: Any) -> dict[str, str]:
    listed = local.client("kms").list_aliases()["Aliases"]
    return {alias["AliasName"]: alias["TargetKeyId"] for alias in listed if "/aws/" not in alias["AliasName"]}


def test_a_key_reads_back_as_it_was_declared(local: Any) -> None:
    local.create("s", KEY, {**ALIAS, "MultiRegion": "true"}, Tags=[{"Key": "team", "Value": "data"}])
    kms, key = local.client("kms"), local.physical("s", "Key")
    assert key.startswith("mrk-")
    assert len(key) == 36
    metadata = kms.describe_key(KeyId=key)["KeyMetadata"]
    assert metadata["MultiRegion"] is True
    assert metadata["MultiRegionConfiguration"]["MultiRegionKeyType"] == "PRIMARY"
    assert metadata["MultiRegionConfiguration"]["PrimaryKey"]["Arn"] == metadata["Arn"]
    assert (metadata["KeySpec"], metadata["KeyUsage"], metadata["Origin"]) == (
        "SYMMETRIC_DEFAULT",
        "ENCRYPT_DECRYPT",
        "AWS_KMS",
    )
    assert (metadata["Enabled"], metadata["KeyState"], metadata["Description"]) == (True, "Enabled", "first")
    rotation = kms.get_key_rotation_status(KeyId=key)
    assert (rotation["KeyRotationEnabled"], rotation["RotationPeriodInDays"]) == (True, 365)
    tags = {tag["TagKey"]: tag["TagValue"] for tag in kms.list_resource_tags(KeyId=key)["Tags"]}
    assert tags == {"kms:alias": "alias/app/data", "team": "data"}
    assert aliases(local) == {"alias/app/data": key}
    sealed = kms.encrypt(KeyId="alias/app/data", Plaintext=b"secret", EncryptionContext={"a": "b"})
    assert sealed["KeyId"] == metadata["Arn"]
    opened = kms.decrypt(CiphertextBlob=sealed["CiphertextBlob"], EncryptionContext={"a": "b"})
    assert opened["Plaintext"] == b"secret"
    data_key = kms.generate_data_key(KeyId=key, KeySpec="AES_256")
    assert kms.decrypt(CiphertextBlob=data_key["CiphertextBlob"])["Plaintext"] == data_key["Plaintext"]


def test_no_value_removes_statements_from_the_key_policy(local: Any) -> None:
    local.create("s", KEY, ALIAS)
    text = local.client("kms").get_key_policy(KeyId=local.physical("s", "Key"), PolicyName="default")["Policy"]
    statements = json.loads(text)["Statement"]
    assert [statement["Sid"] for statement in statements] == ["Root", "Administrators"]
    assert statements[1]["Principal"]["AWS"] == [
        "arn:aws:iam::123456789012:role/one",
        "arn:aws:iam::123456789012:role/two",
    ]


def test_a_disabled_key(local: Any) -> None:
    local.create("s", KEY, {**ALIAS, "Enabled": "false"})
    kms = local.client("kms")
    metadata = kms.describe_key(KeyId="alias/app/data")["KeyMetadata"]
    assert (metadata["Enabled"], metadata["KeyState"]) == (False, "Disabled")
    with pytest.raises(kms.exceptions.DisabledException):
        kms.encrypt(KeyId="alias/app/data", Plaintext=b"x")


@pytest.mark.parametrize(("spec", "usage"), [("RSA_2048", "SIGN_VERIFY"), ("HMAC_256", "GENERATE_VERIFY_MAC")])
def test_other_key_specs(local: Any, spec: str, usage: str) -> None:
    local.create("s", with_properties(KeySpec=spec, KeyUsage=usage, EnableKeyRotation=False), ALIAS)
    metadata = local.client("kms").describe_key(KeyId="alias/app/data")["KeyMetadata"]
    assert (metadata["KeySpec"], metadata["KeyUsage"]) == (spec, usage)


def test_deletion_waits_for_the_window(local: Any) -> None:
    local.create("s", KEY, {**ALIAS, "Window": "9"})
    kms, key = local.client("kms"), local.physical("s", "Key")
    local.client("cloudformation").delete_stack(StackName="s")
    metadata = kms.describe_key(KeyId=key)["KeyMetadata"]
    assert (metadata["KeyState"], metadata["Enabled"]) == ("PendingDeletion", False)
    assert abs(metadata["DeletionDate"] - datetime.now(UTC) - timedelta(days=9)) < timedelta(minutes=1)
    assert aliases(local) == {}
    with pytest.raises(kms.exceptions.KMSInvalidStateException):
        kms.encrypt(KeyId=key, Plaintext=b"x")
    local.create("s", KEY, ALIAS)


def test_updates_in_place(local: Any) -> None:
    local.create("s", KEY, ALIAS)
    kms, key = local.client("kms"), local.physical("s", "Key")
    changed = with_properties(
        RotationPeriodInDays=90, Tags=[{"Key": "new", "Value": "1"}], PendingWindowInDays=7, Description="other"
    )
    assert local.update("s", changed, ALIAS)["StackStatus"] == "UPDATE_COMPLETE"
    assert kms.get_key_rotation_status(KeyId=key)["RotationPeriodInDays"] == 90
    assert kms.list_resource_tags(KeyId=key)["Tags"] == [{"TagKey": "new", "TagValue": "1"}]
    assert kms.describe_key(KeyId=key)["KeyMetadata"]["Description"] == "other"
    assert local.update("s", with_properties(EnableKeyRotation=False), ALIAS)["StackStatus"] == "UPDATE_COMPLETE"
    assert kms.get_key_rotation_status(KeyId=key)["KeyRotationEnabled"] is False


@pytest.mark.parametrize(
    "changed", [{"MultiRegion": True}, {"KeySpec": "RSA_2048"}, {"KeyUsage": "SIGN_VERIFY"}, {"Origin": "EXTERNAL"}]
)
def test_immutable_properties_of_a_key_cannot_change(local: Any, changed: dict[str, Any]) -> None:
    local.create("s", KEY, ALIAS)
    key = local.physical("s", "Key")
    assert local.update("s", with_properties(**changed), ALIAS)["StackStatus"] == "UPDATE_ROLLBACK_COMPLETE"
    assert local.physical("s", "Key") == key
    assert local.client("kms").describe_key(KeyId=key)["KeyMetadata"]["KeyState"] == "Enabled"


def test_a_new_alias_name_replaces_the_alias(local: Any) -> None:
    local.create("s", KEY, ALIAS)
    key = local.physical("s", "Key")
    template = json.loads(KEY)
    template["Resources"]["KeyAlias"]["UpdateReplacePolicy"] = "Delete"
    local.update("s", template, {"Alias": "new"})
    assert aliases(local) == {"alias/new": key}
    assert local.physical("s", "KeyAlias") == "alias/new"
    local.update("s", KEY, {"Alias": "newer"})
    assert aliases(local) == {"alias/new": key, "alias/newer": key}


@pytest.mark.parametrize(
    ("name", "message", "schema"),
    [
        ("alias/a:b", "alias/a:b contains invalid characters for an alias", ""),
        ("alias/a b", "contains invalid characters for an alias", "#/AliasName: string [alias/a b] does not match"),
        ("alias/aws/s3", "reserved", ""),
        ("data", "Invalid identifier", "#/AliasName: string [data] does not match pattern"),
        ("alias/" + "x" * 251, "length less than or equal to 256", "#/AliasName: expected maxLength: 256"),
    ],
)
def test_alias_names_that_kms_refuses(local: Any, name: str, message: str, schema: str) -> None:
    """CloudFormation looks at the schema of the type first."""
    template = json.loads(KEY)
    template["Resources"]["KeyAlias"]["Properties"]["AliasName"] = name
    assert local.create("s", template, ALIAS)["StackStatus"] == "ROLLBACK_COMPLETE"
    assert (schema or message) in local.reason("s", "KeyAlias", "CREATE_FAILED")
    key = local.client("kms").create_key()["KeyMetadata"]["KeyId"]
    with pytest.raises(ClientError, match=message):
        local.client("kms").create_alias(AliasName=name, TargetKeyId=key)


@pytest.mark.parametrize(
    ("principal", "message"),
    [
        ({"AWS": []}, "one or more invalid principals"),
        ({"AWS": ""}, "one or more invalid principals"),
        ({"AWS": "arn:aws:iam::123456789012:role/*"}, "one or more invalid principals"),
        ({"AWS": "arn:aws:iam::123456789012:group/all"}, "one or more invalid principals"),
    ],
)
def test_policies_that_kms_refuses(local: Any, policy: Make, principal: Any, message: str) -> None:
    statement = {"Effect": "Allow", "Principal": principal, "Action": "kms:Decrypt", "Resource": "*"}
    refused = with_properties(KeyPolicy=policy(statement))
    assert local.create("s", refused, ALIAS)["StackStatus"] == "ROLLBACK_COMPLETE"
    assert message in local.reason("s", "Key", "CREATE_FAILED")
    assert local.client("kms").list_keys()["Keys"] == []
    kms = local.client("kms")
    with pytest.raises(kms.exceptions.MalformedPolicyDocumentException, match=message):
        kms.create_key(Policy=json.dumps(policy(statement)))


def test_principals_must_exist_with_strict_principals(local: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settings, "principals_must_exist", True)
    assert local.create("one", KEY, ALIAS)["StackStatus"] == "ROLLBACK_COMPLETE"
    local.role("one")
    local.role("two")
    assert local.create("two", KEY, ALIAS)["StackStatus"] == "CREATE_COMPLETE"


def test_a_policy_that_locks_out_its_caller_is_refused(local: Any, policy: Make, denial: Make) -> None:
    arn = local.role("deploy")
    locked = with_properties(KeyPolicy=policy(denial("kms:Put*", principal=arn)))
    assert local.create("one", locked, ALIAS, RoleARN=arn)["StackStatus"] == "ROLLBACK_COMPLETE"
    assert "will not allow you to update the key policy in the future" in local.reason("one", "Key", "CREATE_FAILED")
    assert local.create("two", locked, ALIAS)["StackStatus"] == "CREATE_COMPLETE"


def test_prevent_destroy(local: Any) -> None:
    protected = {**ALIAS, "PreventDestroy": "true"}
    local.create("s", KEY, protected)
    formation, kms, key = local.client("cloudformation"), local.client("kms"), local.physical("s", "Key")
    formation.delete_stack(StackName="s")
    stack = formation.describe_stacks(StackName="s")["Stacks"][0]
    assert stack["StackStatus"] == "DELETE_FAILED"
    assert stack["StackStatusReason"] == "The following resource(s) failed to delete: [KeyAlias]."
    reason = local.reason("s", "KeyAlias", "DELETE_FAILED")
    assert "is not authorized to perform: kms:DeleteAlias" in reason
    assert "with an explicit deny in a resource-based policy" in reason
    assert "HandlerErrorCode: AccessDenied" in reason
    assert aliases(local) == {"alias/app/data": key}
    assert kms.describe_key(KeyId=key)["KeyMetadata"]["KeyState"] == "Enabled"
    with pytest.raises(ClientError) as caught:
        kms.schedule_key_deletion(KeyId=key, PendingWindowInDays=30)
    assert caught.value.response["Error"]["Code"] == "AccessDeniedException"
    with pytest.raises(ClientError, match="kms:DeleteAlias"):
        local.as_role("kms", local.role("any")).delete_alias(AliasName="alias/app/data")

    text = kms.get_key_policy(KeyId=key, PolicyName="default")["Policy"]
    document = json.loads(text)
    document["Statement"] = [statement for statement in document["Statement"] if statement["Sid"] != "PreventDestroy"]
    kms.put_key_policy(KeyId=key, Policy=json.dumps(document))
    formation.delete_stack(StackName="s")
    assert kms.describe_key(KeyId=key)["KeyMetadata"]["KeyState"] == "PendingDeletion"


def test_updates_add_and_remove_prevent_destroy(local: Any) -> None:
    local.create("s", KEY, ALIAS)
    key = local.physical("s", "Key")
    local.update("s", KEY, {**ALIAS, "PreventDestroy": "true"})
    local.update("s", KEY, ALIAS)
    local.client("cloudformation").delete_stack(StackName="s")
    assert local.client("kms").describe_key(KeyId=key)["KeyMetadata"]["KeyState"] == "PendingDeletion"


def test_a_protected_key_with_a_conflicting_alias_cannot_be_rolled_back(local: Any) -> None:
    local.create("first", KEY, ALIAS)
    stack = local.create("second", KEY, {**ALIAS, "PreventDestroy": "true"})
    assert stack["StackStatus"] == "ROLLBACK_FAILED"
    assert stack["StackStatusReason"] == "The following resource(s) failed to delete: [Key]."


def test_renaming_the_alias_of_a_protected_key_leaves_the_old_alias(local: Any) -> None:
    protected = {"PreventDestroy": "true"}
    local.create("s", KEY, {**protected, "Alias": "old"})
    template = json.loads(KEY)
    template["Resources"]["KeyAlias"]["UpdateReplacePolicy"] = "Delete"
    stack = local.update("s", template, {**protected, "Alias": "new"})
    assert stack["StackStatus"] == "UPDATE_COMPLETE"
    assert set(aliases(local)) == {"alias/old", "alias/new"}


def test_a_new_logical_id_creates_another_key(local: Any) -> None:
    local.create("s", KEY, ALIAS)
    old = local.physical("s", "Key")
    renamed = KEY.replace('"Key": {\n      "Type"', '"NewKey": {\n      "Type"').replace(
        '"Ref": "Key"', '"Ref": "NewKey"'
    )
    renamed = renamed.replace('["Key", ', '["NewKey", ')
    assert local.update("s", renamed, ALIAS)["StackStatus"] == "UPDATE_COMPLETE"
    assert local.client("kms").describe_key(KeyId=old)["KeyMetadata"]["KeyState"] == "PendingDeletion"


def test_a_replica_in_another_region(local: Any, policy: Make) -> None:
    local.create("s", KEY, {**ALIAS, "MultiRegion": "true"})
    arn = local.client("kms").describe_key(KeyId="alias/app/data")["KeyMetadata"]["Arn"]
    template = {
        "Resources": {
            "Replica": {
                "Type": "AWS::KMS::ReplicaKey",
                "Properties": {"PrimaryKeyArn": arn, "KeyPolicy": policy(), "Description": "copy"},
            }
        },
        "Outputs": {"Arn": {"Value": {"Fn::GetAtt": ["Replica", "Arn"]}}},
    }
    formation = local.client("cloudformation", "eu-west-1")
    formation.create_stack(StackName="r", TemplateBody=json.dumps(template))
    stack = formation.describe_stacks(StackName="r")["Stacks"][0]
    assert stack["Outputs"][0]["OutputValue"] == arn.replace("us-east-1", "eu-west-1")
    replica = local.client("kms", "eu-west-1").describe_key(KeyId=arn.rpartition("/")[2])["KeyMetadata"]
    assert (replica["Description"], replica["MultiRegion"]) == ("copy", True)
    assert local.client("kms").describe_key(KeyId=arn)["KeyMetadata"]["Description"] == "first"
    sealed = local.client("kms").encrypt(KeyId=arn, Plaintext=b"x")["CiphertextBlob"]
    assert local.client("kms", "eu-west-1").decrypt(CiphertextBlob=sealed)["Plaintext"] == b"x"
    formation.delete_stack(StackName="r")
    assert local.client("kms").describe_key(KeyId=arn)["KeyMetadata"]["KeyState"] == "Enabled"
