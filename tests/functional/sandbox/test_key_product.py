"""The released template of the key product in the stack engine, with both sets of example parameters."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml
from botocore.exceptions import ClientError

ROOT = Path(__file__).resolve().parent.parent.parent.parent
GOLDEN = ROOT / "tests" / "golden"
FIRST = (GOLDEN / "kms_key-1.0.0.yaml").read_text(encoding="utf-8")
TEMPLATE = (GOLDEN / "kms_key-2.0.0.yaml").read_text(encoding="utf-8")

Client = Callable[..., Any]


def parameters(example: str) -> list[dict[str, str]]:
    given = yaml.safe_load((ROOT / "examples" / f"launch-{example}.yaml").read_text(encoding="utf-8"))
    return [
        {"ParameterKey": key, "ParameterValue": ",".join(value) if isinstance(value, list) else str(value)}
        for key, value in given.items()
    ]


def launch(client: Client, example: str, template: str = TEMPLATE) -> dict[str, str]:
    client("cloudformation").create_stack(StackName=example, TemplateBody=template, Parameters=parameters(example))
    return outputs_of(client, example, "CREATE_COMPLETE")


def outputs_of(client: Client, name: str, status: str) -> dict[str, str]:
    stack = client("cloudformation").describe_stacks(StackName=name)["Stacks"][0]
    assert stack["StackStatus"] == status, stack
    return {output["OutputKey"]: output["OutputValue"] for output in stack["Outputs"]}


@pytest.mark.parametrize(("example", "statements"), [("dev", 8), ("prod", 9)])
def test_the_key_matches_the_example(client: Client, example: str, statements: int) -> None:
    outputs = launch(client, example)
    assert set(outputs) == {"KeyId", "KeyArn", "AliasName", "AliasArn"}
    assert outputs["AliasName"] == f"alias/{example}/s3-data"
    kms = client("kms")
    metadata = kms.describe_key(KeyId=outputs["AliasName"])["KeyMetadata"]
    assert (metadata["KeyId"], metadata["Arn"]) == (outputs["KeyId"], outputs["KeyArn"])
    assert kms.get_key_rotation_status(KeyId=outputs["KeyId"])["RotationPeriodInDays"] == 365
    policy = json.loads(kms.get_key_policy(KeyId=outputs["KeyId"], PolicyName="default")["Policy"])
    assert len(policy["Statement"]) == statements
    tags = {tag["TagKey"]: tag["TagValue"] for tag in kms.list_resource_tags(KeyId=outputs["KeyId"])["Tags"]}
    assert tags["Environment"] == example
    assert tags["kms:alias"] == outputs["AliasName"]


def test_who_may_use_the_key(client: Client) -> None:
    key = launch(client, "dev")["KeyId"]
    user = client("kms", "arn:aws:iam::123456789012:role/dev-app-role")
    administrator = client("kms", "arn:aws:iam::123456789012:role/security-admin-role")
    sealed = user.encrypt(KeyId=key, Plaintext=b"secret")["CiphertextBlob"]
    assert user.decrypt(CiphertextBlob=sealed)["Plaintext"] == b"secret"
    for call in (
        lambda: administrator.encrypt(KeyId=key, Plaintext=b"x"),
        lambda: administrator.decrypt(CiphertextBlob=sealed),
        lambda: administrator.create_grant(KeyId=key, GranteePrincipal=key, Operations=["Decrypt"]),
        lambda: user.create_grant(KeyId=key, GranteePrincipal=key, Operations=["Decrypt"]),
        lambda: administrator.schedule_key_deletion(KeyId=key, PendingWindowInDays=7),
    ):
        with pytest.raises(ClientError) as caught:
            call()
        assert caught.value.response["Error"]["Code"] == "AccessDeniedException"
    administrator.disable_key(KeyId=key)


def test_the_prod_key_cannot_be_deleted_until_an_administrator_allows_it(client: Client) -> None:
    outputs = launch(client, "prod")
    formation, kms = client("cloudformation"), client("kms")
    formation.delete_stack(StackName="prod")
    assert formation.describe_stacks(StackName="prod")["Stacks"][0]["StackStatus"] == "DELETE_FAILED"
    assert kms.describe_key(KeyId=outputs["AliasName"])["KeyMetadata"]["KeyState"] == "Enabled"
    administrator = client("kms", "arn:aws:iam::123456789012:role/security-break-glass-role")
    document = json.loads(administrator.get_key_policy(KeyId=outputs["KeyId"], PolicyName="default")["Policy"])
    document["Statement"] = [statement for statement in document["Statement"] if statement["Sid"] != "PreventDestroy"]
    administrator.put_key_policy(KeyId=outputs["KeyId"], Policy=json.dumps(document))
    formation.delete_stack(StackName="prod")
    assert kms.describe_key(KeyId=outputs["KeyId"])["KeyMetadata"]["KeyState"] == "PendingDeletion"


def test_the_dev_key_is_deleted_after_its_window(client: Client) -> None:
    outputs = launch(client, "dev")
    client("cloudformation").delete_stack(StackName="dev")
    assert client("kms").describe_key(KeyId=outputs["KeyId"])["KeyMetadata"]["KeyState"] == "PendingDeletion"


@pytest.mark.parametrize("example", ["dev", "prod", "multi-region"])
def test_an_update_from_the_first_version_keeps_key_and_alias(client: Client, example: str) -> None:
    before = launch(client, example, FIRST)
    previous = [
        {"ParameterKey": name["ParameterKey"], "UsePreviousValue": True}
        for name in client("cloudformation").describe_stacks(StackName=example)["Stacks"][0]["Parameters"]
    ]
    client("cloudformation").update_stack(StackName=example, TemplateBody=TEMPLATE, Parameters=previous)
    assert outputs_of(client, example, "UPDATE_COMPLETE") == before
    policy = client("kms").get_key_policy(KeyId=before["AliasName"], PolicyName="default")["Policy"]
    assert "KeyAdministratorsReplicate" not in policy


def test_nobody_points_the_alias_of_a_protected_key_to_another_key(client: Client) -> None:
    outputs = launch(client, "prod")
    other = client("kms").create_key()["KeyMetadata"]["KeyId"]
    for role in ("security-break-glass-role", "somebody-with-kms-rights"):
        kms = client("kms", f"arn:aws:iam::123456789012:role/{role}")
        with pytest.raises(ClientError) as caught:
            kms.update_alias(AliasName=outputs["AliasName"], TargetKeyId=other)
        assert caught.value.response["Error"]["Code"] == "AccessDeniedException"
    assert client("kms").describe_key(KeyId=outputs["AliasName"])["KeyMetadata"]["KeyId"] == outputs["KeyId"]


def test_only_the_replica_role_replicates_into_the_named_regions(client: Client) -> None:
    key = launch(client, "multi-region")["KeyId"]

    def replicate(role: str, region: str) -> str:
        kms = client("kms", f"arn:aws:iam::123456789012:role/{role}")
        try:
            kms.replicate_key(KeyId=key, ReplicaRegion=region)
        except ClientError as error:
            return str(error.response["Error"]["Code"])
        return "replicated"

    assert replicate("security-admin-role", "eu-west-1") == "AccessDeniedException"
    assert replicate("somebody-with-kms-rights", "eu-west-1") == "AccessDeniedException"
    assert replicate("catalog-launch-kms-replica-key", "us-west-2") == "AccessDeniedException"
    assert replicate("catalog-launch-kms-replica-key", "eu-west-1") == "replicated"
