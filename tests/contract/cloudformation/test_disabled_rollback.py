"""DisableRollback: a failure leaves what has succeeded, until another update or RollbackStack.

Source: CloudFormation user guide, "Choose how to handle failures when provisioning resources".
"""

from __future__ import annotations

from typing import Any

import pytest

from tests.contract.cloudformation.conftest import custom
from tests.contract.cloudformation.test_rollbacks import state
from tests.contract.cloudformation.test_upkeep import queue, queues
from tests.contract.conftest import body, refusal

BROKEN = {"Type": "AWS::SNS::Topic", "Properties": {"Unknown": 1}}
NO_REPLACEMENT = "Replacement type updates not supported on stack with disable-rollback."


def delays(local: Any) -> dict[str, int]:
    """The queues of the sandbox by logical id, with their delays."""
    sqs = local.client("sqs")
    urls = sqs.list_queues().get("QueueUrls", [])
    return {
        url.rpartition("/")[2].split("-")[1]: int(
            sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["DelaySeconds"])["Attributes"]["DelaySeconds"]
        )
        for url in urls
    }


def statuses(local: Any, name: str = "app") -> dict[str, str]:
    listed = local.client("cloudformation").list_stack_resources(StackName=name)["StackResourceSummaries"]
    return {each["LogicalResourceId"]: each["ResourceStatus"].removesuffix("_COMPLETE") for each in listed}


def template(**sizes: Any) -> dict[str, Any]:
    """Queues with delays, and what has another type."""
    return {"Resources": {k: queue(DelaySeconds=v) if isinstance(v, int) else v for k, v in sizes.items()}}


def test_a_failed_update_keeps_what_has_succeeded_and_can_be_retried_or_rolled_back(local: Any) -> None:
    formation = local.client("cloudformation")
    local.create("app", template(A=1, Gone=1))
    failing = template(A=2, New=2, Bad=BROKEN, After={**queue(), "DependsOn": "Bad"})
    for retried in (False, True):
        stack = local.update("app", failing, DisableRollback=True)
        assert (stack["StackStatus"], stack["DisableRollback"]) == ("UPDATE_FAILED", True)
        assert stack["StackStatusReason"] == "The following resource(s) failed to create: [Bad]."
        assert statuses(local) == {"A": "UPDATE", "Gone": "CREATE", "New": "CREATE", "Bad": "CREATE_FAILED"}
        assert delays(local) == {"A": 2, "Gone": 1, "New": 2}
        _, message = refusal(local.update, "app", failing)
        assert message == (
            "This stack is currently in a non-terminal [UPDATE_FAILED] state. To update the stack from this state, "
            "please use the disable-rollback parameter with update-stack API. To rollback to the last known good "
            "state, use the rollback-stack API"
        )
        if retried:
            mended = template(A=3, New=3, Bad={"Type": "AWS::SNS::Topic"}, After={**queue(), "DependsOn": "Bad"})
            assert local.update("app", mended, DisableRollback=True)["StackStatus"] == "UPDATE_COMPLETE"
            assert delays(local) == {"A": 3, "New": 3, "After": 0}
            assert set(statuses(local)) == {"A", "New", "Bad", "After"}
        else:
            local.update("app", template(A=4, New=4, Bad=BROKEN), DisableRollback=True)
            formation.rollback_stack(StackName="app")
            stack = state(local)
            assert (stack["StackStatus"], delays(local)) == ("UPDATE_ROLLBACK_COMPLETE", {"A": 1, "Gone": 1})
            assert formation.get_template(StackName="app")["TemplateBody"]["Resources"].keys() == {"A", "Gone"}
    code, message = refusal(formation.rollback_stack, StackName="app")
    assert code == "ValidationError"
    assert "is in UPDATE_COMPLETE state and can not be rolled back" in message


def test_a_failed_creation_can_be_finished_or_deleted(local: Any) -> None:
    formation = local.client("cloudformation")
    for option in ({"DisableRollback": True}, {"OnFailure": "DO_NOTHING"}):
        stack = local.create("app", template(A=1, Bad=BROKEN, Worse=BROKEN), **option)
        assert stack["StackStatusReason"] == "The following resource(s) failed to create: [Bad, Worse]."
        assert local.physical("app", "A")
        if "OnFailure" in option:
            _, message = refusal(local.update, "app", template(A=1), DisableRollback=True)
            assert message.startswith(
                "This stack cannot be updated from [CREATE_FAILED] state because it contains [on-fa"
            )
        else:
            assert (
                local.update("app", template(A=2, Bad=BROKEN), DisableRollback=True)["StackStatus"] == "UPDATE_FAILED"
            )
        formation.rollback_stack(StackName="app")
        assert state(local)["StackStatus"] == "ROLLBACK_COMPLETE"
        assert delays(local) == {}
        formation.delete_stack(StackName="app")
    local.create("app", template(A=1, Bad=BROKEN), DisableRollback=True)
    local.update("app", template(A=1, B=1), DisableRollback=True)
    assert (state(local)["StackStatus"], statuses(local)) == ("UPDATE_COMPLETE", {"A": "CREATE", "B": "CREATE"})
    assert local.update("app", template(A=2, Bad=BROKEN))["StackStatus"] == "UPDATE_ROLLBACK_COMPLETE"
    assert delays(local) == {"A": 1, "B": 1}


def test_what_could_not_be_changed_is_as_before_and_is_tried_again(local: Any, stub: Any) -> None:
    refused = {"2"}

    def answer(event: Any) -> Any:
        failed = event["ResourceProperties"]["Size"] in refused
        return {"Status": "FAILED", "Reason": "no"} if failed else {"PhysicalResourceId": "f"}

    made = stub(answer)
    local.create("app", custom(1, **queues(A=1)["Resources"]))
    later = {"After": {**queue(), "DependsOn": "F"}}
    stack = local.update("app", custom(2, **queues(A=2)["Resources"], **later), DisableRollback=True)
    assert stack["StackStatusReason"] == "The following resource(s) failed to update: [F]."
    assert statuses(local) == {"F": "UPDATE_FAILED", "A": "UPDATE"}
    assert [event["ResourceProperties"]["Size"] for event in made.requests] == ["1", "2", "1"]
    refused.clear()
    changes = local.client("cloudformation")
    changes.create_change_set(StackName="app", ChangeSetName="retry", UsePreviousTemplate=True)
    changes.execute_change_set(StackName="app", ChangeSetName="retry", DisableRollback=True)
    assert state(local)["StackStatus"] == "UPDATE_COMPLETE"
    assert statuses(local) == {"F": "UPDATE", "A": "UPDATE", "After": "CREATE"}
    assert made.requests[-1]["ResourceProperties"]["Size"] == "2"


def test_a_replacement_is_refused(local: Any) -> None:
    local.create("app", template(A=queue(QueueName="first"), B=1))
    stack = local.update("app", template(A=queue(QueueName="second"), B=2), DisableRollback=True)
    assert stack["StackStatus"] == "UPDATE_FAILED"
    assert local.reason("app", "A", "UPDATE_FAILED") == NO_REPLACEMENT
    local.client("cloudformation").rollback_stack(StackName="app")
    assert (state(local)["StackStatus"], statuses(local)) == (
        "UPDATE_ROLLBACK_COMPLETE",
        {"A": "UPDATE", "B": "UPDATE"},
    )


@pytest.mark.parametrize(
    ("created", "executed", "kept"),
    [
        ({}, {"DisableRollback": True}, True),
        ({"OnStackFailure": "DO_NOTHING"}, {}, True),
        ({"OnStackFailure": "ROLLBACK"}, {}, False),
    ],
)
def test_change_sets_say_what_a_failure_does(local: Any, created: Any, executed: Any, kept: bool) -> None:
    formation = local.client("cloudformation")
    local.create("old", template(A=1))
    more = {"TemplateBody": body(template(A=2, Bad=BROKEN)), "ChangeSetName": "c", **created}
    for name, kind, rolled_back in (("new", "CREATE", "ROLLBACK"), ("old", "UPDATE", "UPDATE_ROLLBACK")):
        formation.create_change_set(StackName=name, ChangeSetType=kind, **more)
        if created:
            _, message = refusal(formation.execute_change_set, StackName=name, ChangeSetName="c", DisableRollback=True)
            assert message == "You can specify either DisableRollback or OnStackFailure, but not both."
        formation.execute_change_set(StackName=name, ChangeSetName="c", **executed)
        assert state(local, name)["StackStatus"] == (f"{kind}_FAILED" if kept else f"{rolled_back}_COMPLETE")
    assert refusal(formation.create_change_set, StackName="old", **more | {"OnStackFailure": "DELETE"})
    if kept:
        again = {"StackName": "new", "ChangeSetName": "d", "TemplateBody": body(template(A=3))}
        assert "can not be updated" in refusal(formation.create_change_set, ChangeSetType="IMPORT", **again)[1]
        formation.create_change_set(**again)
        assert (
            "non-terminal [CREATE_FAILED]"
            in refusal(formation.execute_change_set, StackName="new", ChangeSetName="d")[1]
        )


def test_new_resources_are_kept_by_their_policy_unless_the_rollback_says_otherwise(local: Any) -> None:
    kept = {**queue(), "DeletionPolicy": "Retain"}
    for option, left in ((True, {}), (False, {"New": 0})):
        local.create("app", template(A=1))
        local.update("app", template(A=1, New=kept, Bad=BROKEN), DisableRollback=True)
        local.client("cloudformation").rollback_stack(StackName="app", RetainExceptOnCreate=option)
        assert delays(local) == {"A": 1, **left}
        local.client("cloudformation").delete_stack(StackName="app")


def test_the_nested_stacks_of_a_failed_update_wait_for_the_next_one(local: Any) -> None:
    store, formation = local.client("s3"), local.client("cloudformation")
    store.create_bucket(Bucket="templates")
    for size in (1, 2, 3):
        store.put_object(Bucket="templates", Key=f"{size}.json", Body=body(template(A=size)).encode())

    def root(size: int, **more: Any) -> dict[str, Any]:
        url = f"https://templates.s3.amazonaws.com/{size}.json"
        return {"Resources": {"N": {"Type": "AWS::CloudFormation::Stack", "Properties": {"TemplateURL": url}}, **more}}

    local.create("app", root(1))
    child = local.physical("app", "N").split("/")[1]
    for last in (1, 3):
        local.update("app", root(2, Bad=BROKEN), DisableRollback=True)
        assert delays(local).popitem()[1] == 2
        if last == 1:
            formation.rollback_stack(StackName="app")
        else:
            local.update("app", root(3), DisableRollback=True)
        assert delays(local).popitem()[1] == last
        assert {state(local, name)["StackStatus"] for name in ("app", child)} == {
            "UPDATE_ROLLBACK_COMPLETE" if last == 1 else "UPDATE_COMPLETE"
        }
