"""UpdatePolicy: groups whose instances, or that themselves, are replaced, and types that it lets change in place."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from catalog.sandbox import custom_answers
from catalog.sandbox.settings import advance, settings
from tests.contract.cloudformation.conftest import ALL, allow, deny, launch, relaunch
from tests.contract.conftest import ACCOUNT, body

GROUP = "AWS::AutoScaling::AutoScalingGroup"
ROLLING: dict[str, Any] = {"MaxBatchSize": "2", "MinInstancesInService": "1"}
SIGNALLED = {**ROLLING, "MaxBatchSize": 1, "WaitOnResourceSignals": "true", "PauseTime": "PT10M"}


def scaled(kind: str, size: int = 3, *, largest: int = 4, creation: Any = None, **policy: Any) -> dict[str, Any]:
    """A group whose instances have a type."""
    template = {"LaunchTemplateId": {"Ref": "T"}, "Version": {"Fn::GetAtt": ["T", "LatestVersionNumber"]}}
    data = {"LaunchTemplateData": {"ImageId": "ami-03cf127a", "InstanceType": kind}}
    sizes = {"MinSize": "1", "MaxSize": str(largest), "DesiredCapacity": str(size)}
    properties = {**sizes, "AvailabilityZones": ["us-east-1a"], "LaunchTemplate": template}
    group = {"Type": GROUP, "Properties": properties, "UpdatePolicy": policy}
    return {
        "Resources": {
            "T": {"Type": "AWS::EC2::LaunchTemplate", "Properties": data},
            "G": {**group, **({"CreationPolicy": creation} if creation else {})},
        }
    }


def kinds(local: Any) -> list[str]:
    """The types of the instances that run."""
    running = [{"Name": "instance-state-name", "Values": ["running"]}]
    reservations = local.client("ec2").describe_instances(Filters=running)["Reservations"]
    return [each["InstanceType"] for reservation in reservations for each in reservation["Instances"]]


def said(local: Any, name: str = "G") -> list[str]:
    """The reasons of the events of a resource, oldest first."""
    events = local.client("cloudformation").describe_stack_events(StackName="app")["StackEvents"]
    return [
        e["ResourceStatusReason"]
        for e in events[::-1]
        if e["LogicalResourceId"] == name and "ResourceStatusReason" in e
    ]


def test_obsolete_instances_are_replaced_in_batches(local: Any) -> None:
    policy = {**ROLLING, "SuspendProcesses": ["AlarmNotification"]}
    local.create("app", scaled("t3.micro", AutoScalingRollingUpdate=policy))
    group = local.physical("app", "G")
    assert local.update("app", scaled("t3.small", AutoScalingRollingUpdate=policy))["StackStatus"] == "UPDATE_COMPLETE"
    assert (kinds(local), local.physical("app", "G")) == (["t3.small"] * 3, group)
    first, *rest = said(local)
    assert first == (
        "Rolling update initiated. Terminating 3 obsolete instance(s) in batches of 2, while keeping at least 1 "
        "instance(s) in service."
    )
    assert [text.partition(" instance(s)")[0] for text in rest] == [
        "Terminating",
        "Successfully terminated",
        "Terminating",
        "Successfully terminated",
    ]
    assert rest[1].endswith("(Progress 66%).")
    shown = local.client("autoscaling").describe_auto_scaling_groups()["AutoScalingGroups"][0]
    assert shown["SuspendedProcesses"] == []

    failing = scaled("t3.large", AutoScalingRollingUpdate=policy)
    failing["Resources"]["Bad"] = {"Type": "AWS::SNS::Topic", "Properties": {"Unknown": 1}, "DependsOn": "G"}
    assert local.update("app", failing)["StackStatus"] == "UPDATE_ROLLBACK_COMPLETE"
    assert kinds(local) == ["t3.small"] * 3
    local.update("app", scaled("t3.large"))
    assert kinds(local) == ["t3.small"] * 3, "without a policy instances stay"
    other = json.loads(json.dumps(scaled("t3.nano", AutoScalingRollingUpdate=policy)).replace('"T"', '"Other"'))
    local.update("app", other)
    local.update("app", scaled("t3.micro", AutoScalingRollingUpdate=policy))
    assert kinds(local) == ["t3.micro"] * 3, "the first version of another template"


def test_an_instance_refresh_replaces_the_instances_if_the_role_may_start_it(local: Any) -> None:
    policy = {"AutoScalingInstanceRefresh": {"Strategy": "Rolling"}}
    deny(local, "autoscaling:StartInstanceRefresh")
    for kind, ended in (("t3.small", "UPDATE_ROLLBACK_COMPLETE"), ("t3.large", "UPDATE_COMPLETE")):
        if kind == "t3.small":
            launch(scaled("t3.micro", 2, **policy), "app")
        else:
            allow(local, ALL)
        assert relaunch(scaled(kind, 2, **policy), "app").status == ended
        assert kinds(local) == ["t3.large" if ended == "UPDATE_COMPLETE" else "t3.micro"] * 2


@pytest.mark.parametrize(
    ("policy", "reason"),
    [
        ({"MinInstancesInService": 4}, "MinInstancesInService must be less than the autoscaling group's MaxSize"),
        ({"PauseTime": "PT2H"}, "PauseTime must be a duration of at most PT1H, got PT2H"),
        ({"MaxBatchSize": "two"}, "MaxBatchSize must be a whole number from 0 to 10000, got two"),
    ],
)
def test_a_policy_that_cannot_be_followed_fails_the_update(local: Any, policy: Any, reason: str) -> None:
    local.create("app", scaled("t3.micro"))
    stack = local.update("app", scaled("t3.small", AutoScalingRollingUpdate=policy))
    assert (stack["StackStatus"], local.reason("app", "G", "UPDATE_FAILED")) == ("UPDATE_ROLLBACK_COMPLETE", reason)
    wrong = scaled("t3.small", AutoScalingRollingUpdate=ROLLING)
    wrong["Resources"]["G"]["Properties"]["MaxSize"] = "many"
    local.update("app", wrong)
    assert "Internal Failure" not in local.reason("app", "G", "UPDATE_FAILED")
    both = {"AutoScalingRollingUpdate": {}, "AutoScalingInstanceRefresh": {"Strategy": "Rolling"}}
    local.update("app", scaled("t3.small", **both))
    assert "AutoScalingInstanceRefresh and AutoScalingRollingUpdate cannot be used together." in local.reason(
        "app", "G", "UPDATE_FAILED"
    )


def test_a_group_is_replaced_with_a_policy_that_says_so(local: Any) -> None:
    local.create("app", scaled("t3.micro", AutoScalingReplacingUpdate={"WillReplace": True}))
    first = local.physical("app", "G")
    changed = scaled("t3.small", AutoScalingReplacingUpdate={"WillReplace": "true"}, AutoScalingRollingUpdate=ROLLING)
    assert local.update("app", changed)["StackStatus"] == "UPDATE_COMPLETE"
    assert local.physical("app", "G") != first
    assert kinds(local) == ["t3.small"] * 3
    assert len(local.client("autoscaling").describe_auto_scaling_groups()["AutoScalingGroups"]) == 1


def test_sizes_that_the_template_leaves_are_not_set_again(local: Any) -> None:
    scaling = local.client("autoscaling")
    for ignored, size in ((True, 4), (False, 2)):
        policy = {"AutoScalingScheduledAction": {"IgnoreUnmodifiedGroupSizeProperties": ignored}}
        local.create("app", scaled("t3.micro", 2, **policy))
        scaling.update_auto_scaling_group(AutoScalingGroupName=local.physical("app", "G"), DesiredCapacity=4)
        local.update("app", scaled("t3.small", 2, **policy))
        assert scaling.describe_auto_scaling_groups()["AutoScalingGroups"][0]["DesiredCapacity"] == size
        local.update("app", scaled("t3.small", 3, **policy))
        assert scaling.describe_auto_scaling_groups()["AutoScalingGroups"][0]["DesiredCapacity"] == 3
        local.client("cloudformation").delete_stack(StackName="app")


@pytest.fixture
def waits() -> Iterator[None]:
    """Groups wait for the signals of their instances."""
    custom_answers.clear()
    custom_answers.add(json.dumps({"match": GROUP, "wait": True}).encode())
    yield
    custom_answers.clear()
    settings.ahead = 0.0


def while_updated(local: Any, template: Any, act: Callable[[], None]) -> Any:
    """What a stack becomes when something happens while its group waits for signals."""
    made: list[Any] = []
    thread = threading.Thread(target=lambda: made.append(local.update("app", template)))
    thread.start()
    awaited(local, "Waiting on 1 resource signal(s)")
    act()
    thread.join(20)
    return made[0]


def awaited(local: Any, words: str, count: int = 1) -> None:
    deadline = time.monotonic() + 10
    while sum(words in text for text in said(local)) < count:
        assert time.monotonic() < deadline
        time.sleep(0.02)


def signal(local: Any, unique_id: str, status: str = "SUCCESS") -> None:
    formation = local.client("cloudformation")
    formation.signal_resource(StackName="app", LogicalResourceId="G", UniqueId=unique_id, Status=status)


def test_new_instances_signal_batch_by_batch(local: Any, waits: None) -> None:
    local.create("app", scaled("t3.micro", 2, AutoScalingRollingUpdate=SIGNALLED))

    def act() -> None:
        signal(local, "i-1")
        awaited(local, "New instance(s) added", 2)
        signal(local, "i-2")

    stack = while_updated(local, scaled("t3.small", 2, AutoScalingRollingUpdate=SIGNALLED), act)
    assert (stack["StackStatus"], kinds(local)) == ("UPDATE_COMPLETE", ["t3.small"] * 2)
    assert "Received SUCCESS signal with UniqueId i-1" in said(local)


def test_too_few_signals_roll_the_group_back(local: Any, waits: None) -> None:
    local.create("app", scaled("t3.micro", 2, AutoScalingRollingUpdate=ROLLING))
    failing = scaled("t3.small", 2, AutoScalingRollingUpdate=SIGNALLED)
    stack = while_updated(local, failing, lambda: advance({"seconds": 601}))
    assert (stack["StackStatus"], kinds(local)) == ("UPDATE_ROLLBACK_COMPLETE", ["t3.micro"] * 2)
    assert local.reason("app", "G", "UPDATE_FAILED") == (
        "Received 0 SUCCESS signal(s) out of 2. Unable to satisfy 100% MinSuccessfulInstancesPercent requirement"
    )
    assert any(text.startswith("Failed to receive 1 resource signal(s) for the current batch.") for text in said(local))


def test_a_replacement_waits_for_the_signals_of_its_creation_policy(local: Any, waits: None) -> None:
    policy = {"AutoScalingReplacingUpdate": {"WillReplace": True}}
    local.create("app", scaled("t3.micro", 1, **policy))
    creation = {
        "ResourceSignal": {"Count": 2, "Timeout": "PT10M"},
        "AutoScalingCreationPolicy": {"MinSuccessfulInstancesPercent": 50},
    }
    for statuses, ended, kind in (
        (("FAILURE", "FAILURE"), "UPDATE_ROLLBACK_COMPLETE", "t3.micro"),
        (("FAILURE", "SUCCESS"), "UPDATE_COMPLETE", "t3.small"),
    ):
        made: list[Any] = []
        changed = scaled("t3.small", 1, creation=creation, **policy)
        thread = threading.Thread(target=lambda to=changed, out=made: out.append(local.update("app", to)))
        before = local.events("app").count(("T", "UPDATE_COMPLETE"))
        thread.start()
        while local.events("app").count(("T", "UPDATE_COMPLETE")) == before or "IN_PROGRESS" not in group_status(local):
            time.sleep(0.02)
        for number, status in enumerate(statuses):
            signal(local, f"i-{number}", status)
        thread.join(20)
        assert (made[0]["StackStatus"], kinds(local)) == (ended, [kind])
    assert any("Received 2 FAILURE signal(s) out of 2. Unable to satisfy 50%" in text for text in said(local))


def group_status(local: Any) -> str:
    shown = local.client("cloudformation").describe_stack_resource(StackName="app", LogicalResourceId="G")
    return str(shown["StackResourceDetail"]["ResourceStatus"])


def test_versions_and_shards_change_in_place_with_a_policy_alone(local: Any) -> None:
    def search(version: str, **policy: Any) -> dict[str, Any]:
        domain = {
            "Type": "AWS::OpenSearchService::Domain",
            "Properties": {"EngineVersion": version},
            "UpdatePolicy": policy,
        }
        return {"Resources": {"D": domain}}

    local.create("app", search("OpenSearch_2.5"))
    first = local.physical("app", "D")
    local.update("app", search("OpenSearch_2.7", EnableVersionUpgrade=True))
    assert local.physical("app", "D") == first
    formation = local.client("cloudformation")
    formation.create_change_set(StackName="app", ChangeSetName="c", TemplateBody=body(search("OpenSearch_2.9")))
    (change,) = formation.describe_change_set(StackName="app", ChangeSetName="c")["Changes"]
    assert change["ResourceChange"]["Replacement"] == "True"
    formation.execute_change_set(StackName="app", ChangeSetName="c")
    assert local.physical("app", "D") != first

    def cache(shards: int, **policy: Any) -> dict[str, Any]:
        properties = {"ReplicationGroupDescription": "d", "NumNodeGroups": shards}
        return {
            "Resources": {
                "C": {"Type": "AWS::ElastiCache::ReplicationGroup", "Properties": properties, "UpdatePolicy": policy}
            }
        }

    local.create("caches", cache(1))
    first = local.physical("caches", "C")
    local.update("caches", cache(2, UseOnlineResharding=True))
    assert local.physical("caches", "C") == first
    local.update("caches", cache(3))
    assert local.physical("caches", "C") != first


def test_the_deployment_of_an_alias_is_assumed_and_said_so(local: Any) -> None:
    local.role("runs")
    code = {"Code": {"ZipFile": "x = 1"}, "Handler": "index.x", "Runtime": "python3.13"}
    function = {"Type": "AWS::Lambda::Function", "Properties": {**code, "Role": f"arn:aws:iam::{ACCOUNT}:role/runs"}}
    version = {"Type": "AWS::Lambda::Version", "Properties": {"FunctionName": {"Ref": "F"}}}

    def aliased(to: Any) -> dict[str, Any]:
        properties = {"FunctionName": {"Ref": "F"}, "Name": "live", "FunctionVersion": to}
        deployment = {"ApplicationName": "app", "DeploymentGroupName": "group"}
        policy = {"CodeDeployLambdaAliasUpdate": deployment}
        alias = {"Type": "AWS::Lambda::Alias", "Properties": properties, "UpdatePolicy": policy}
        return {"Resources": {"F": function, "V": version, "A": alias}}

    local.create("app", aliased("$LATEST"))
    assert said(local, "A") == [], "the policy is about updates alone"
    local.update("app", aliased({"Fn::GetAtt": ["V", "Version"]}))
    (text,) = said(local, "A")
    assert text.startswith("The sandbox assumes that the deployment of CodeDeploy succeeds: it runs no hook")
    name = local.physical("app", "F")
    assert local.client("lambda").get_alias(FunctionName=name, Name="live")["FunctionVersion"] == "1"
