"""What a refused change leaves: the resource as it was, rolled back; a resource that is gone is named."""

from __future__ import annotations

import json
from typing import Any

import pytest

from catalog.sandbox import stacks
from catalog.sandbox.cloudformation.handlers.base import StackContext
from catalog.sandbox.cloudformation.resource_failures import handler_of
from tests.contract.resource_types.conftest import ACCOUNT, REGION, World, subset, template
from tests.contract.resource_types.test_life import CASES

TCP = {"IpProtocol": "tcp", "FromPort": 1, "ToPort": 2}
ELSEWHERE = {"Name": "a.elsewhere", "Type": "A", "TTL": "60", "ResourceRecords": ["10.0.0.1"]}
LISTENER = {"LoadBalancerPort": "1.5", "InstancePort": "80", "Protocol": "HTTP"}
NO_GROUP = "arn:aws:elasticloadbalancing:us-east-1:123456789012:targetgroup/lost/0123456789abcdef"


@pytest.mark.parametrize(
    ("name", "property_name", "value"),
    [
        ("AWS::SNS::Topic", "DeliveryStatusLogging", [{"Protocol": "pigeon"}]),
        ("AWS::ElasticLoadBalancingV2::LoadBalancer", "IpAddressType", "ipv9"),
        ("AWS::DynamoDB::Table", "StreamSpecification", {"StreamViewType": "SOME"}),
        ("AWS::EC2::SecurityGroup", "SecurityGroupIngress", [{**TCP, "CidrIp": "10.0.0.0/x"}]),
        ("AWS::AutoScaling::AutoScalingGroup", "TargetGroupARNs", [NO_GROUP]),
        ("AWS::IAM::Role", "Policies", [{"PolicyName": "r", "PolicyDocument": {"Statement": "x"}}]),
        ("AWS::IAM::ManagedPolicy", "Roles", ["lost"]),
        ("AWS::IAM::User", "Groups", ["lost"]),
        ("AWS::Route53::RecordSetGroup", "RecordSets", [ELSEWHERE]),
        ("AWS::ElasticLoadBalancing::LoadBalancer", "Listeners", [LISTENER]),
        ("AWS::SQS::QueuePolicy", "Queues", ["https://sqs.us-east-1.amazonaws.com/123456789012/lost"]),
    ],
)
def test_a_refused_update_is_rolled_back(world: World, name: str, property_name: str, value: Any) -> None:
    """The rollback took what was refused for what there was, and failed."""
    case = CASES[name]
    launched = template(case, case.properties)
    assert world.create(launched).status == "CREATE_COMPLETE"
    reference = world.reference()
    outcome = world.update(template(case, {**case.properties, **case.changed, property_name: value}))
    assert outcome.status == "UPDATE_ROLLBACK_COMPLETE", outcome.reason
    assert subset(case.read(world, reference), case.shows), case.read(world, reference)
    assert world.update(template(case, {**case.properties, **case.changed})).status == "UPDATE_COMPLETE"
    assert subset(case.read(world, reference), case.then), case.read(world, reference)


@pytest.mark.parametrize(
    "name",
    [
        *("AWS::EC2::Instance", "AWS::EC2::NetworkAclEntry", "AWS::EC2::TransitGateway", "AWS::EC2::VPCEndpoint"),
        *("AWS::ApiGatewayV2::Model", "AWS::Logs::LogGroup", "AWS::OpenSearchService::Domain", "AWS::RDS::DBCluster"),
    ],
)
def test_an_update_of_what_is_gone_says_so(world: World, name: str) -> None:
    """It failed with an exception of Python, or succeeded."""
    case = CASES[name]
    assert world.create(template(case, case.properties)).status == "CREATE_COMPLETE"
    resource = stacks.sandbox_backend(ACCOUNT, REGION).existing(world.stack).resources["It"]
    handler, context = handler_of(resource), StackContext(ACCOUNT, REGION, "aws", world.stack, "id", "It", "", {})
    handler.delete(context, resource.live, resource.live.model.applied)
    outcome = world.update(template(case, {**case.properties, **case.changed}))
    assert f"It: Resource handler returned message: \"Resource of type '{name}' with identifier '" in outcome.reason
    assert "HandlerErrorCode: NotFound" in outcome.reason


def test_a_region_has_one_detector(world: World) -> None:
    detector = {"Type": "AWS::GuardDuty::Detector", "Properties": {"Enable": True}}
    assert world.create({"Resources": {"It": detector}}).status == "CREATE_COMPLETE"
    outcome = world.update({"Resources": {"It": detector, "Other": detector}})
    assert outcome.status == "UPDATE_ROLLBACK_COMPLETE"
    assert "The request is rejected because a detector already exists for the current account." in outcome.reason


def test_a_policy_of_a_resource_can_deny_its_deletion(world: World) -> None:
    """To the role of the stack; a Deny whose condition only the service knows does not."""
    assert world.create({"Resources": {"It": {"Type": "AWS::SQS::Queue"}}}).status == "CREATE_COMPLETE"
    queue, sqs = world.reference(), world.client("sqs")

    def deny(**more: Any) -> None:
        statement = {"Effect": "Deny", "Principal": "*", "Action": "sqs:DeleteQueue", "Resource": "*", **more}
        policy = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
        sqs.set_queue_attributes(QueueUrl=queue, Attributes={"Policy": policy})

    deny()
    outcome = world.delete()
    assert outcome.status == "DELETE_FAILED"
    assert "with an explicit deny in a resource-based policy" in outcome.reason
    deny(Condition={"StringNotEquals": {"aws:SourceVpce": "vpce-1"}})
    assert world.delete().status == "DELETE_COMPLETE"


@pytest.mark.parametrize("name", ["AliasAttributes", "UsernameAttributes", "UsernameConfiguration"])
def test_how_users_of_a_pool_sign_in_does_not_change(world: World, name: str) -> None:
    pool = {"Type": "AWS::Cognito::UserPool", "Properties": {}}
    assert world.create({"Resources": {"It": pool}}).status == "CREATE_COMPLETE"
    value: Any = {"CaseSensitive": False} if name == "UsernameConfiguration" else ["email"]
    outcome = world.update({"Resources": {"It": {**pool, "Properties": {name: value}}}})
    assert outcome.status == "UPDATE_ROLLBACK_COMPLETE"
    assert f"Updates to {name} are not supported." in outcome.reason
