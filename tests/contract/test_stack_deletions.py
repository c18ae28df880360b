"""What goes with a stack and what stays: deletion policies, rollbacks of creations, protections."""

from __future__ import annotations

from typing import Any

import pytest

from tests.contract.bucket_stacks import bucket, buckets, shown
from tests.contract.conftest import refusal, topic


@pytest.mark.parametrize(
    ("option", "status", "kept"),
    [
        ({"OnFailure": "DO_NOTHING"}, "CREATE_FAILED", {"kept-one"}),
        ({"DisableRollback": True}, "CREATE_FAILED", {"kept-one"}),
        ({"OnFailure": "DELETE"}, "DELETE_COMPLETE", set()),
        ({"OnFailure": "ROLLBACK"}, "ROLLBACK_COMPLETE", set()),
    ],
)
def test_on_failure(local: Any, option: dict[str, Any], status: str, kept: set[str]) -> None:
    local.client("s3").create_bucket(Bucket="taken-one")
    template = {"Resources": {"A": bucket("kept-one"), "B": bucket("taken-one", DependsOn="A")}}
    stack = local.create("s", template, **option)
    assert stack["StackStatus"] == status
    assert buckets(local) == kept | {"taken-one"}
    ended = ("CREATE_COMPLETE", "CREATE_FAILED") if kept else ("DELETE_COMPLETE",) * 2
    assert shown(local, stack["StackId"]) == dict(zip("AB", ended, strict=True))


def test_deletion_policies_when_a_creation_rolls_back(local: Any) -> None:
    local.client("s3").create_bucket(Bucket="taken")
    template = {
        "Resources": {
            "A": bucket("retained", DeletionPolicy="Retain"),
            "B": bucket("retained-later", DeletionPolicy="RetainExceptOnCreate"),
            "C": bucket("taken", DependsOn=["A", "B"]),
        }
    }
    assert local.create("s", template)["StackStatus"] == "ROLLBACK_COMPLETE"
    assert buckets(local) == {"taken", "retained"}
    assert shown(local, "s") == {"A": "DELETE_SKIPPED", "B": "DELETE_COMPLETE", "C": "DELETE_COMPLETE"}


def test_deletion_policies_when_a_stack_is_deleted(local: Any) -> None:
    template = {
        "Resources": {
            "A": bucket("retained", DeletionPolicy="Retain"),
            "B": bucket("retained-too", DeletionPolicy="RetainExceptOnCreate"),
            "C": bucket("gone"),
        }
    }
    identity = local.create("s", template)["StackId"]
    formation = local.client("cloudformation")
    formation.delete_stack(StackName="s")
    assert buckets(local) == {"retained", "retained-too"}
    assert formation.describe_stacks(StackName=identity)["Stacks"][0]["StackStatus"] == "DELETE_COMPLETE"
    assert ("A", "DELETE_SKIPPED") in local.events(identity)
    assert shown(local, identity) == {"A": "DELETE_SKIPPED", "B": "DELETE_SKIPPED", "C": "DELETE_COMPLETE"}
    assert refusal(formation.describe_stacks, StackName="s") == (
        "ValidationError",
        "Stack with id s does not exist",
    )
    formation.delete_stack(StackName="s")


def test_a_resource_that_cannot_be_deleted_keeps_its_dependencies(local: Any) -> None:
    template = {
        "Resources": {"A": bucket("needed-one"), "B": bucket("full-one", DependsOn="A"), "C": bucket("free-one")}
    }
    local.create("s", template)
    local.client("s3").put_object(Bucket="full-one", Key="k", Body=b"1")
    formation = local.client("cloudformation")
    formation.delete_stack(StackName="s")
    stack = formation.describe_stacks(StackName="s")["Stacks"][0]
    assert stack["StackStatus"] == "DELETE_FAILED"
    assert stack["StackStatusReason"] == "The following resource(s) failed to delete: [B]."
    assert buckets(local) == {"needed-one", "full-one"}
    assert shown(local, "s") == {"A": "CREATE_COMPLETE", "B": "DELETE_FAILED", "C": "DELETE_COMPLETE"}
    code, message = refusal(local.update, "s", template)
    assert (code, "DELETE_FAILED state and can not be updated" in message) == ("ValidationError", True)
    formation.delete_stack(StackName="s", RetainResources=["B"])
    assert buckets(local) == {"full-one"}
    assert refusal(formation.describe_stacks, StackName="s")[0] == "ValidationError"


def test_resources_can_be_retained_only_after_a_failed_deletion(local: Any) -> None:
    local.create("s", topic())
    code, message = refusal(local.client("cloudformation").delete_stack, StackName="s", RetainResources=["Topic"])
    assert (code, "only when the stack is in the DELETE_FAILED state" in message) == ("ValidationError", True)


def test_termination_protection(local: Any) -> None:
    local.create("s", topic(), EnableTerminationProtection=True)
    formation = local.client("cloudformation")
    code, message = refusal(formation.delete_stack, StackName="s")
    assert (code, "cannot be deleted while TerminationProtection is enabled" in message) == ("ValidationError", True)
    formation.update_termination_protection(StackName="s", EnableTerminationProtection=False)
    formation.delete_stack(StackName="s")
    assert formation.describe_stacks()["Stacks"] == []
