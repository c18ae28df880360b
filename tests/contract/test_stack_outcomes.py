"""`catalog.sandbox.stacks`, called as by Service Catalog's launches: in process, with plain values."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import boto3
import pytest
from moto import mock_aws

from catalog.sandbox import stacks
from catalog.sandbox.install import install

KEY = (Path(__file__).resolve().parent.parent / "fixtures" / "stacks" / "key.json").read_text(encoding="utf-8")
ACCOUNT = "123456789012"
CALLER = f"arn:aws:iam::{ACCOUNT}:user/moto"


def wanted(name: str, **more: Any) -> stacks.WantedStack:
    options = {"template": KEY, "parameters": {"Alias": "a"}, "tags": {}, "role_arn": "", "caller_arn": CALLER}
    return stacks.WantedStack(ACCOUNT, "us-east-1", name=name, **{**options, **more})


def create(name: str = "SC-1", **more: Any) -> stacks.StackOutcome:
    return stacks.create_stack(wanted(name, **more))


def update(name: str = "SC-1", **more: Any) -> stacks.StackOutcome:
    return stacks.update_stack(wanted(name, **more))


def delete(name: str = "SC-1", **more: Any) -> stacks.StackOutcome:
    return stacks.delete_stack(ACCOUNT, "us-east-1", name=name, role_arn="", caller_arn=CALLER, **more)


def test_create_update_and_delete(local: Any) -> None:
    outcome = create(tags={"aws:servicecatalog:productArn": "p"})
    assert (outcome.name, outcome.status, outcome.reason) == ("SC-1", "CREATE_COMPLETE", "")
    assert [(key, description) for key, _, description in outcome.outputs] == [
        ("KeyId", "The key"),
        ("KeyArn", ""),
        ("AliasName", ""),
    ]
    tags = local.client("kms").list_resource_tags(KeyId=outcome.outputs[0][1])["Tags"]
    assert {"TagKey": "aws:servicecatalog:productArn", "TagValue": "p"} in tags
    changed = update(parameters={"Description": "new"}, use_previous={"Alias"})
    assert (changed.status, changed.stack_id, changed.outputs) == ("UPDATE_COMPLETE", outcome.stack_id, outcome.outputs)
    assert delete().status == "DELETE_COMPLETE"
    assert delete().status == "DELETE_COMPLETE"


def test_a_failed_creation_names_the_resource_and_the_reason(local: Any) -> None:
    create("first")
    outcome = create("second")
    assert outcome.status == "ROLLBACK_COMPLETE"
    assert outcome.reason.startswith(
        "The following resource(s) failed to create: [KeyAlias]. Rollback requested by user. KeyAlias: "
    )
    assert "alias/a already exists" in outcome.reason


def test_a_failed_update_and_a_failed_deletion(local: Any) -> None:
    create("first")
    create(parameters={"Alias": "b", "PreventDestroy": "true"})
    outcome = update(parameters={"Alias": "a", "PreventDestroy": "true"})
    assert outcome.status == "UPDATE_ROLLBACK_COMPLETE"
    assert outcome.reason.startswith("The following resource(s) failed to update: [KeyAlias]. KeyAlias: ")
    ended = delete()
    assert ended.status == "DELETE_FAILED"
    assert "explicit deny" in ended.reason
    formation = local.client("cloudformation")
    formation.delete_stack(StackName=ended.stack_id, RetainResources=["KeyAlias", "Key"])
    (stack,) = formation.describe_stacks(StackName=ended.stack_id)["Stacks"]
    assert stack["StackStatus"] == "DELETE_COMPLETE"


@pytest.mark.parametrize(
    ("more", "message"),
    [
        ({"parameters": {}}, "Parameters: [Alias] must have values"),
        ({"parameters": {"Alias": "A"}}, "lower case only"),
        ({"parameters": {"Alias": "a", "PreventDestroy": "true", "Window": "7"}}, "A protected key needs a window"),
        ({"role_arn": f"arn:aws:iam::{ACCOUNT}:role/none"}, "is invalid or cannot be assumed"),
        ({"template": "{}"}, "At least one Resources member must be defined"),
    ],
)
def test_refused_requests_create_no_stack(local: Any, more: dict[str, Any], message: str) -> None:
    with pytest.raises(stacks.StackRefused) as caught:
        create(**more)
    assert message in caught.value.message
    assert local.client("cloudformation").describe_stacks()["Stacks"] == []


def test_refused_updates_and_deletions(local: Any) -> None:
    create()
    with pytest.raises(stacks.StackRefused, match="No updates are to be performed"):
        update()
    with pytest.raises(stacks.StackRefused, match="does not exist"):
        update("other")
    local.client("cloudformation").update_termination_protection(StackName="SC-1", EnableTerminationProtection=True)
    with pytest.raises(stacks.StackRefused, match="TerminationProtection"):
        delete()


def test_in_process_without_a_server(monkeypatch: pytest.MonkeyPatch) -> None:
    install()
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "testing")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "testing")
    with mock_aws():
        formation = boto3.client("cloudformation", region_name="eu-west-1")
        formation.create_stack(
            StackName="s", TemplateBody=KEY, Parameters=[{"ParameterKey": "Alias", "ParameterValue": "a"}]
        )
        assert formation.describe_stacks(StackName="s")["Stacks"][0]["StackStatus"] == "CREATE_COMPLETE"
        kms = boto3.client("kms", region_name="eu-west-1")
        assert kms.describe_key(KeyId="alias/a")["KeyMetadata"]["KeyState"] == "Enabled"
