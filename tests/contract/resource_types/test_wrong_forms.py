"""A property in a form that no service takes is refused in words, and never as a failure of the sandbox."""

from __future__ import annotations

import re
from typing import Any

import pytest

from tests.contract.resource_types.conftest import ACCOUNT, REGION, World, template
from tests.contract.resource_types.test_life import CASES
from tests.contract.resource_types.test_named_things import changed

NULL = "failed to satisfy constraint: Member must not be null"
ACTIONS = [{"Type": "fixed-response"}]
PORTS = "Invalid value for portRange. Must specify both from and to ports with TCP/UDP."
OPEN = [{"IpProtocol": "tcp", "CidrIp": "10.0.0.0/8"}]
NOWHERE = [{"IpProtocol": "-1"}]
BEGUN = f"arn:aws:ecs:{REGION}:{ACCOUNT}:task-definition/lost"
FAR = f"arn:aws:rds:us-moon-1:{ACCOUNT}:db:lost"
TEMPLATE = {"SecretStringTemplate": "{", "GenerateStringKey": "password"}


@pytest.mark.parametrize(
    ("name", "path", "value", "words"),
    [
        ("AWS::AutoScaling::ScheduledAction", "StartTime", "soon", "Value 'soon' at 'startTime' failed to satisfy con"),
        (
            "AWS::CertificateManager::Certificate",
            "DomainName",
            "",
            "Member must have length greater than or equal to 1",
        ),
        ("AWS::DynamoDB::GlobalTable", "KeySchema", None, f"at 'keySchema' {NULL}"),
        (
            "AWS::EC2::EC2Fleet",
            "TargetCapacitySpecification.TotalTargetCapacity",
            99999,
            "There are not enough free ad",
        ),
        ("AWS::EC2::GatewayRouteTableAssociation", "GatewayId", "x", "The gateway ID 'x' does not exist"),
        ("AWS::MemoryDB::Cluster", "NumShards", 2147483647, "A cluster cannot have more than 500 shards."),
        ("AWS::EC2::Instance", "ImageId", None, "The request must contain the parameter ImageId"),
        ("AWS::EC2::SecurityGroup", "SecurityGroupIngress", OPEN, PORTS),
        ("AWS::EC2::SecurityGroup", "SecurityGroupIngress", NOWHERE, "Exactly one of CidrIp, CidrIpv6, SourceSecurity"),
        ("AWS::ECS::Service", "TaskDefinition", BEGUN, "Unable to describe task definition."),
        ("AWS::ECS::Service", "TaskDefinition", f"{BEGUN}:x", "Invalid revision number. Number: x"),
        ("AWS::ElasticLoadBalancingV2::Listener", "DefaultActions", ACTIONS, f"fixedResponseConfig.statusCode' {NULL}"),
        ("AWS::Lambda::Function", "Code", {}, "Please provide a source for function code."),
        (
            "AWS::Logs::SubscriptionFilter",
            "DestinationArn",
            "there",
            "at 'destinationArn' failed to satisfy constraint",
        ),
        ("AWS::S3::Bucket", "OwnershipControls", {"Rules": []}, "The XML you provided was not well-formed or did not"),
        (
            "AWS::SecretsManager::Secret",
            "GenerateSecretString",
            TEMPLATE,
            "SecretStringTemplate must be a JSON object.",
        ),
    ],
)
def test_a_wrong_form_is_refused_with_a_reason(world: World, name: str, path: str, value: Any, words: str) -> None:
    case = CASES[name]
    outcome = world.create(template(case, changed(case.properties, path.split("."), value)))
    assert outcome.status == "ROLLBACK_COMPLETE"
    assert re.search(f'It: Resource handler returned message: "[^"]*{re.escape(words)}', outcome.reason), outcome.reason


def test_a_replica_of_what_is_in_no_region(world: World) -> None:
    replica = {"SourceDBInstanceIdentifier": FAR, "DBInstanceClass": "db.t3.micro"}
    outcome = world.create({"Resources": {"It": {"Type": "AWS::RDS::DBInstance", "Properties": replica}}})
    assert 'Resource handler returned message: "Invalid Region: us-moon-1 ' in outcome.reason


def test_the_latest_revision_of_a_task_definition(world: World) -> None:
    """An ARN without a revision stands for it (ECS API reference, CreateService)."""
    case = CASES["AWS::ECS::Service"]
    ecs = world.client("ecs")
    container = {"name": "app", "image": "i", "memory": 64, "portMappings": [{"containerPort": 80}]}
    for _ in range(2):
        made = ecs.register_task_definition(family="latest", containerDefinitions=[container])["taskDefinition"]
    arn = made["taskDefinitionArn"]
    outcome = world.create(template(case, {**case.properties, "TaskDefinition": arn.rpartition(":")[0]}))
    assert outcome.status == "CREATE_COMPLETE", outcome.reason
    (service,) = ecs.describe_services(services=[world.reference()], cluster=world.reference("Cluster"))["services"]
    assert service["taskDefinition"] == arn
