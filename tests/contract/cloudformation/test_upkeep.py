"""Stack policies, drift, signals, and the types of the registry."""

from __future__ import annotations

import json
from typing import Any

import pytest

from catalog.sandbox import custom_answers
from tests.contract.cloudformation.conftest import raw_call
from tests.contract.conftest import refusal


def queue(**properties: Any) -> dict[str, Any]:
    return {"Type": "AWS::SQS::Queue", "Properties": properties}


def queues(**names: int) -> dict[str, Any]:
    """Queues by logical id, with their delays."""
    return {"Resources": {name: queue(DelaySeconds=delay) for name, delay in names.items()}}


def policy(*statements: dict[str, Any]) -> str:
    return json.dumps({"Statement": [{"Principal": "*", **statement} for statement in statements]})


ALLOW = {"Effect": "Allow", "Action": "Update:*", "Resource": "*"}


@pytest.mark.parametrize(
    ("statements", "template", "reason"),
    [
        (
            [ALLOW, {"Effect": "Deny", "Action": "Update:Modify", "Resource": "LogicalResourceId/A*"}],
            queues(A=2, B=1),
            "Action denied by stack policy: Statement [#2] does not allow [Update:Modify] for resource",
        ),
        (
            [ALLOW, {"Effect": "Deny", "Action": ["Update:Delete"], "NotResource": "LogicalResourceId/B"}],
            queues(B=1),
            "Statement [#2] does not allow [Update:Delete]",
        ),
        (
            [
                ALLOW,
                {
                    "Effect": "Deny",
                    "Action": "Update:Replace",
                    "Resource": "*",
                    "Condition": {"StringLike": {"ResourceType": ["AWS::SQS::*"]}},
                },
            ],
            {"Resources": {"A": queue(DelaySeconds=1, QueueName="other"), "B": queue(DelaySeconds=1)}},
            "does not allow [Update:Replace]",
        ),
        (
            [{"Effect": "Allow", "Action": "Update:Modify", "Resource": "LogicalResourceId/B"}],
            queues(A=2, B=2),
            "Action not allowed by stack policy: [Update:Modify] for resource [LogicalResourceId/A]",
        ),
    ],
)
def test_a_stack_policy_stops_an_update(local: Any, statements: Any, template: Any, reason: str) -> None:
    local.create("app", queues(A=1, B=1), StackPolicyBody=policy(*statements))
    assert local.update("app", template)["StackStatus"] == "UPDATE_ROLLBACK_COMPLETE"
    assert reason in local.reason("app", "A", "UPDATE_FAILED")
    formation = local.client("cloudformation")
    during = {"StackPolicyDuringUpdateBody": policy(ALLOW)}
    assert local.update("app", template, **during)["StackStatus"] == "UPDATE_COMPLETE"
    assert json.loads(formation.get_stack_policy(StackName="app")["StackPolicyBody"])["Statement"][0]["Effect"]


def test_a_stack_policy_may_allow_and_be_replaced(local: Any) -> None:
    deny = policy({"Effect": "Deny", "Action": "Update:*", "Resource": "*"})
    local.create("app", queues(A=1), StackPolicyBody=deny)
    local.client("cloudformation").set_stack_policy(StackName="app", StackPolicyBody=policy(ALLOW))
    assert local.update("app", queues(A=2))["StackStatus"] == "UPDATE_COMPLETE"
    assert local.update("app", queues(A=3), StackPolicyBody=deny)["StackStatus"] == "UPDATE_ROLLBACK_COMPLETE"


@pytest.mark.parametrize(
    "text",
    [
        "{",
        "[]",
        '{"Statement": []}',
        '{"Statement": ["x"]}',
        policy({"Effect": "Maybe", "Action": "Update:*", "Resource": "*"}),
        policy({"Effect": "Deny", "Action": "Update:*"}),
        policy({"Effect": "Deny", "Action": "s3:*", "Resource": "*"}),
        policy({"Effect": "Deny", "Action": "Update:*", "Resource": "*", "Principal": "me"}),
        policy({"Effect": "Deny", "Action": "Update:*", "Resource": "*", "Other": 1}),
    ],
)
def test_what_is_no_stack_policy_is_refused(local: Any, text: str) -> None:
    code, message = refusal(local.create, "app", queues(A=1), StackPolicyBody=text)
    assert (code, message.startswith("Error validating stack policy: ")) == ("ValidationError", True)


def drifts(local: Any, *filters: str) -> dict[str, Any]:
    formation = local.client("cloudformation")
    detection = formation.detect_stack_drift(StackName="app")["StackDriftDetectionId"]
    status = formation.describe_stack_drift_detection_status(StackDriftDetectionId=detection)
    assert status["DetectionStatus"] == "DETECTION_COMPLETE"
    more = {"StackResourceDriftStatusFilters": list(filters)} if filters else {}
    listed = formation.describe_stack_resource_drifts(StackName="app", **more)["StackResourceDrifts"]
    return {"status": status["StackDriftStatus"], **{each["LogicalResourceId"]: each for each in listed}}


def test_drift_of_properties_tags_and_what_is_gone(local: Any) -> None:
    statement = {
        "Effect": "Allow",
        "Principal": {"AWS": "arn:aws:iam::123456789012:root"},
        "Action": "kms:*",
        "Resource": "*",
    }
    key = {"Description": "mine", "KeyPolicy": {"Version": "2012-10-17", "Statement": [statement]}}
    tags = [{"Key": "own", "Value": "1"}]
    resources = {
        "Key": {"Type": "AWS::KMS::Key", "Properties": key},
        "Queue": queue(DelaySeconds=1, Tags=tags),
        "Topic": {"Type": "AWS::SNS::Topic", "Properties": {"DisplayName": "a"}},
        "Gone": queue(),
        "Secret": {"Type": "AWS::SecretsManager::Secret", "Properties": {"Description": "s", "SecretString": "x"}},
        "Model": {"Type": "AWS::Location::PlaceIndex", "Properties": {"IndexName": "places", "DataSource": "Esri"}},
    }
    local.create("app", {"Resources": resources}, Tags=[{"Key": "team", "Value": "data"}])
    formation = local.client("cloudformation")
    assert refusal(formation.describe_stack_resource_drifts, StackName="app")[0] == "ValidationError"
    before = drifts(local)
    assert before.pop("status") == "IN_SYNC"
    assert {name: each["StackResourceDriftStatus"] for name, each in before.items()} == {
        **dict.fromkeys(resources, "IN_SYNC"),
        "Model": "IN_SYNC",
    }
    sqs, sns, kms = (local.client(name) for name in ("sqs", "sns", "kms"))
    url = local.physical("app", "Queue")
    sqs.set_queue_attributes(QueueUrl=url, Attributes={"DelaySeconds": "9"})
    sqs.tag_queue(QueueUrl=url, Tags={"more": "2"})
    sns.tag_resource(ResourceArn=local.physical("app", "Topic"), Tags=[{"Key": "team", "Value": "x"}])
    sqs.delete_queue(QueueUrl=local.physical("app", "Gone"))
    kms.update_key_description(KeyId=local.physical("app", "Key"), Description="other")
    after = drifts(local, "MODIFIED", "DELETED")
    assert after.pop("status") == "DRIFTED"
    assert after["Gone"]["StackResourceDriftStatus"] == "DELETED"
    differences = {
        name: [(each["PropertyPath"], each["ActualValue"]) for each in body.get("PropertyDifferences", ())]
        for name, body in after.items()
    }
    assert differences == {
        "Key": [("/Description", "other")],
        "Queue": [
            ("/DelaySeconds", "9"),
            ("/Tags", json.dumps([{"Key": k, "Value": v} for k, v in (("more", "2"), ("own", "1"), ("team", "data"))])),
        ],
        "Topic": [("/Tags", json.dumps([{"Key": "team", "Value": "x"}]))],
        "Gone": [],
    }
    assert json.loads(after["Queue"]["ActualProperties"])["DelaySeconds"] == "9"
    one = formation.detect_stack_resource_drift(StackName="app", LogicalResourceId="Secret")["StackResourceDrift"]
    assert one["StackResourceDriftStatus"] == "IN_SYNC"
    assert formation.describe_stacks(StackName="app")["Stacks"][0]["DriftInformation"]["StackDriftStatus"] == "DRIFTED"


def test_what_waits_for_signals_settles(local: Any) -> None:
    handle = {"Type": "AWS::CloudFormation::WaitConditionHandle"}
    condition = {
        "Type": "AWS::CloudFormation::WaitCondition",
        "Properties": {"Handle": {"Ref": "Handle"}, "Timeout": "60", "Count": 2},
    }
    signals = {"CreationPolicy": {"ResourceSignal": {"Count": 3, "Timeout": "PT5M"}}}
    template = {
        "Resources": {"Handle": handle, "Wait": condition, "Queue": {**queue(), **signals}},
        "Outputs": {"Data": {"Value": {"Fn::GetAtt": ["Wait", "Data"]}}},
    }
    custom_answers.clear()
    assert local.create("app", template)["Outputs"][0]["OutputValue"] == "{}"
    assert "assumes 3 SUCCESS signals" in local.reason("app", "Queue", "CREATE_COMPLETE")
    custom_answers.add(b'{"match": "AWS::CloudFormation::WaitCondition", "answer": {"Data": {"a": "done"}}}')
    assert local.create("two", template)["Outputs"][0]["OutputValue"] == '{"a": "done"}'
    failed = {"match": "AWS::CloudFormation::WaitCondition", "answer": {"Status": "FAILURE", "Reason": "boot failed"}}
    custom_answers.add(json.dumps(failed).encode())
    assert local.create("three", template)["StackStatus"] == "ROLLBACK_COMPLETE"
    assert "WaitCondition received failed message: 'boot failed'" in local.reason("three", "Wait", "CREATE_FAILED")
    custom_answers.clear()
    code, message = refusal(
        local.client("cloudformation").signal_resource,
        StackName="app",
        LogicalResourceId="Queue",
        UniqueId="1",
        Status="SUCCESS",
    )
    assert (code, message) == ("ValidationError", "Resource Queue is in CREATE_COMPLETE state and cannot be signaled")


def test_types_are_described_and_listed(local: Any) -> None:
    formation = local.client("cloudformation")
    described = formation.describe_type(Type="RESOURCE", TypeName="AWS::SQS::Queue")
    assert json.loads(described["Schema"])["primaryIdentifier"] == ["/properties/QueueUrl"]
    assert described["ProvisioningType"] == "FULLY_MUTABLE"
    assert described["Arn"] == "arn:aws:cloudformation:us-east-1::type/resource/AWS-SQS-Queue"
    assert formation.describe_type(Arn=described["Arn"])["TypeName"] == "AWS::SQS::Queue"
    assert refusal(formation.describe_type, Type="RESOURCE", TypeName="AWS::No::Type")[0] == "TypeNotFoundException"
    assert formation.describe_type(Type="RESOURCE", TypeName="AWS::CloudFormation::StackSet")["TypeName"]
    assert refusal(formation.describe_type, Type="HOOK", TypeName="AWS::SQS::Queue")[0] == "TypeNotFoundException"
    assert len(formation.list_types(Visibility="PUBLIC", MaxResults=2)["TypeSummaries"]) == 2
    pages = formation.get_paginator("list_types").paginate(
        Visibility="PUBLIC", Type="RESOURCE", Filters={"TypeNamePrefix": "AWS::SQS::"}
    )
    names = [each["TypeName"] for page in pages for each in page["TypeSummaries"]]
    assert names == ["AWS::SQS::Queue", "AWS::SQS::QueueInlinePolicy", "AWS::SQS::QueuePolicy"]
    assert formation.list_types()["TypeSummaries"] == []


def test_each_operation_answers_or_names_itself(local: Any) -> None:
    """No operation of the API ends as an HTML page or a status of 500."""
    names = local.client("cloudformation").meta.service_model.operation_names
    answers = {name: raw_call(local, name) for name in names}
    assert all(code for code, _ in answers.values())
    failures = {name: message for name, (code, message) in answers.items() if code == "InternalFailure"}
    assert failures == {name: f"{name} is not implemented in the sandbox" for name in failures}


@pytest.mark.parametrize(
    ("kind", "good", "bad"),
    [
        ("AWS::EC2::VPC::Id", "vpc", "vpc-0123456789abcdef0"),
        ("List<AWS::EC2::Subnet::Id>", "subnets", "subnet-0123456789abcdef0"),
        ("AWS::EC2::KeyPair::KeyName", "key", "none"),
        ("AWS::EC2::SecurityGroup::Id", "group", "sg-0123456789abcdef0"),
        ("AWS::EC2::AvailabilityZone::Name", "us-east-1a", "us-east-1q"),
        ("AWS::SSM::Parameter::Name", "/there", "/none"),
        ("AWS::SSM::Parameter::Value<AWS::EC2::VPC::Id>", "/vpc", "/wrong"),
        ("AWS::Route53::HostedZone::Id", "zone", "ZNONE"),
    ],
)
def test_what_a_parameter_names_must_exist(there: Any, kind: str, good: str, bad: str) -> None:
    local, values = there
    template = {"Parameters": {"P": {"Type": kind}}, "Resources": {"Queue": queue()}}
    assert (
        local.create(f"good-{abs(hash(kind))}", template, {"P": values.get(good, good)})["StackStatus"]
        == "CREATE_COMPLETE"
    )
    shown = "vpc-0123456789abcdef0" if bad == "/wrong" else bad
    code, message = refusal(local.create, "bad", template, {"P": bad})
    assert code == "ValidationError"
    assert message == f"Parameter validation failed: parameter value {shown} for parameter name P does not exist"


@pytest.fixture(scope="module")
def there(moto_url: str) -> Any:
    """One account with something of each kind."""
    from moto.core.base_backend import BackendDict

    from tests.contract.conftest import Sandbox

    BackendDict.reset()
    local = Sandbox(moto_url)
    ec2, ssm = local.client("ec2"), local.client("ssm")
    subnets = ec2.describe_subnets()["Subnets"]
    ec2.create_key_pair(KeyName="mine")
    zone = local.client("route53").create_hosted_zone(Name="a.example", CallerReference="1")["HostedZone"]["Id"]
    values = {
        "vpc": subnets[0]["VpcId"],
        "subnets": ",".join(each["SubnetId"] for each in subnets[:2]),
        "key": "mine",
        "group": ec2.describe_security_groups(GroupNames=["default"])["SecurityGroups"][0]["GroupId"],
        "zone": zone.rpartition("/")[2],
    }
    for name, value in (("/there", "x"), ("/vpc", values["vpc"]), ("/wrong", "vpc-0123456789abcdef0")):
        ssm.put_parameter(Name=name, Value=value, Type="String")
    return local, values
