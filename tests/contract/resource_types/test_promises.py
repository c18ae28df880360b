"""What a yes of the sandbox means: deleted is gone, tags are there, the launch role decides, any type launches."""

from __future__ import annotations

from typing import Any

import pytest
from botocore.exceptions import ClientError

from catalog.sandbox import stacks
from catalog.sandbox.registry.tables import API_TYPES
from tests.contract.resource_types.cases_hadoop import AROUND, CLUSTER, trusting
from tests.contract.resource_types.cases_iam import TRUST, allowing
from tests.contract.resource_types.cases_job_queues import GROUP, RESOURCES
from tests.contract.resource_types.cases_records import BUCKET as TRAIL_BUCKET
from tests.contract.resource_types.cases_records import TRAIL
from tests.contract.resource_types.conftest import ACCOUNT, REGION, TAGS, World
from tests.contract.resource_types.derived import role_policy
from tests.contract.resource_types.test_life import CASES

BUCKET = {"Type": "AWS::S3::Bucket"}
EXPORTED = {"ExportConfigType": "NO_EXPORT"}


def test_what_is_reported_as_deleted_is_gone(world: World) -> None:
    """I1: the instance, address, gateway, cluster and policy of a stack outlived it."""
    resources: dict[str, Any] = {
        "Address": {"Type": "AWS::EC2::EIP", "Properties": {"Domain": "vpc"}},
        "Instance": {
            "Type": "AWS::EC2::Instance",
            "Properties": {"ImageId": "ami-03cf127a", "InstanceType": "t3.micro"},
        },
        "Cluster": {"Type": "AWS::ECS::Cluster", "Properties": {"ClusterName": "leak"}},
        "Zone": {"Type": "AWS::Route53::HostedZone", "Properties": {"Name": "leak.example."}},
        "Policy": {
            "Type": "AWS::IAM::ManagedPolicy",
            "Properties": {"ManagedPolicyName": "leak", "PolicyDocument": allowing("s3:GetObject")},
        },
    }
    assert world.create({"Resources": resources}).status == "CREATE_COMPLETE"
    address, instance, policy = (world.reference(name) for name in ("Address", "Instance", "Policy"))
    assert world.delete().status == "DELETE_COMPLETE"
    ec2 = world.client("ec2")
    with pytest.raises(ClientError, match="NotFound"):
        ec2.describe_addresses(PublicIps=[address])
    (reservation,) = ec2.describe_instances(InstanceIds=[instance])["Reservations"]
    assert reservation["Instances"][0]["State"]["Name"] == "terminated"
    assert world.client("ecs").describe_clusters(clusters=["leak"])["clusters"][0]["status"] == "INACTIVE"
    with pytest.raises(ClientError, match="not found"):
        world.client("iam").get_policy(PolicyArn=policy)
    assert world.client("route53").list_hosted_zones()["HostedZones"] == []


def test_what_cannot_be_deleted_is_said(world: World) -> None:
    """I1: else DELETE_FAILED."""
    assert world.create({"Resources": {"Bucket": BUCKET}}).status == "CREATE_COMPLETE"
    s3, name = world.client("s3"), world.reference("Bucket")
    s3.put_object(Bucket=name, Key="k", Body=b"")
    outcome = world.delete()
    assert outcome.status == "DELETE_FAILED"
    assert "The bucket you tried to delete is not empty" in outcome.reason
    s3.delete_object(Bucket=name, Key="k")
    assert world.delete().status == "DELETE_COMPLETE"


def test_tags_of_the_launch_reach_modelled_types_too(world: World) -> None:
    """I2: they reached KMS, S3 and IAM roles alone; test_life reads those of the types that a service has."""
    modelled = "AWS::AppRunner::AutoScalingConfiguration"
    assert modelled not in API_TYPES
    settings = {"Type": modelled, "Properties": {"Tags": [{"Key": "a", "Value": "b"}]}}
    assert world.create({"Resources": {"Settings": settings}}).status == "CREATE_COMPLETE"
    live = stacks.sandbox_backend(ACCOUNT, REGION).existing(world.stack).resources["Settings"].live
    assert live.model.tags == {**TAGS, "a": "b"}


@pytest.mark.parametrize(
    ("action", "resource"),
    [
        ("s3:CreateBucket", BUCKET),
        (
            "backup:CreateBackupVault",
            {"Type": "AWS::Backup::BackupVault", "Properties": {"BackupVaultName": "vault"}},
        ),
        (
            "cloudwatch:PutDashboard",
            {"Type": "AWS::CloudWatch::Dashboard", "Properties": {"DashboardBody": "{}", "DashboardName": "d"}},
        ),
        (
            "route53:CreateHostedZone",
            {"Type": "AWS::Route53::HostedZone", "Properties": {"Name": "a.example."}},
        ),
        (  # of a service whose prefix in IAM is not the namespace of its types
            "network-firewall:CreateRuleGroup",
            {
                "Type": "AWS::NetworkFirewall::RuleGroup",
                "Properties": {"RuleGroupName": "a", "Type": "STATEFUL", "Capacity": 1},
            },
        ),
        (  # FSx is written otherwise in the action, and another property has the words of the action
            "datasync:CreateLocationFsxLustre",
            {
                "Type": "AWS::DataSync::LocationFSxLustre",
                "Properties": {"SecurityGroupArns": [f"arn:aws:ec2:{REGION}:{ACCOUNT}:security-group/sg-12345678"]},
            },
        ),
        ("schemas:CreateRegistry", {"Type": "AWS::EventSchemas::Registry", "Properties": {"RegistryName": "a"}}),
    ],
)
def test_an_explicit_deny_stops_the_creation(world: World, action: str, resource: Any) -> None:
    """I3: an explicit Deny of the launch role made the bucket."""
    world.deny(action)
    outcome = world.create({"Resources": {"It": resource}})
    assert outcome.status == "ROLLBACK_COMPLETE"
    assert f"assumed-role/launch/servicecatalog is not authorized to perform: {action} on resource: " in outcome.reason
    assert "with an explicit deny in an identity-based policy" in outcome.reason
    assert "HandlerErrorCode: AccessDenied" in outcome.reason


def test_an_explicit_deny_stops_the_deletion(world: World) -> None:
    """Another property of the type has the words of the action: DeleteReports."""
    group = {"Type": "AWS::CodeBuild::ReportGroup", "Properties": {"Type": "TEST", "ExportConfig": EXPORTED}}
    assert world.create({"Resources": {"It": group}}).status == "CREATE_COMPLETE"
    world.deny("codebuild:DeleteReportGroup")
    outcome = world.delete()
    assert outcome.status == "DELETE_FAILED"
    assert "is not authorized to perform: codebuild:DeleteReportGroup on resource: " in outcome.reason


def test_a_conditional_permission_counts_only_when_its_condition_holds(world: World) -> None:
    untagged = {"Null": {"aws:RequestTag/team": "true"}}
    world.allow({"Effect": "Deny", "Action": "sqs:CreateQueue", "Resource": "*", "Condition": untagged})
    assert world.create({"Resources": {"Queue": {"Type": "AWS::SQS::Queue"}}}).status == "CREATE_COMPLETE"
    other = {"StringNotEquals": {"aws:RequestTag/team": "fraud"}}
    world.allow({"Effect": "Deny", "Action": "sqs:CreateQueue", "Resource": "*", "Condition": other})
    outcome = world.update({"Resources": {"Second": {"Type": "AWS::SQS::Queue"}}})
    assert outcome.status == "UPDATE_ROLLBACK_COMPLETE"


def test_types_that_were_refused_launch(world: World) -> None:
    """I4: of 80 common types 39 were refused, 23 failed with AttributeError, and AWS managed policies did not exist."""
    resources = {
        "Vpc": {"Type": "AWS::EC2::VPC", "Properties": {"CidrBlock": "10.7.0.0/16"}},
        "Group": {"Type": "AWS::EC2::SecurityGroup", "Properties": {"GroupDescription": "g", "VpcId": {"Ref": "Vpc"}}},
        "Rule": {
            "Type": "AWS::EC2::SecurityGroupIngress",
            "Properties": {
                "GroupId": {"Fn::GetAtt": ["Group", "GroupId"]},
                "IpProtocol": "tcp",
                "FromPort": 1,
                "ToPort": 2,
                "CidrIp": "10.0.0.0/8",
            },
        },
        "Role": {
            "Type": "AWS::IAM::Role",
            "Properties": {
                "AssumeRolePolicyDocument": TRUST,
                "ManagedPolicyArns": ["arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole"],
            },
        },
        "Dashboard": {"Type": "AWS::CloudWatch::Dashboard", "Properties": {"DashboardBody": "{}"}},
        "Subnets": {
            "Type": "AWS::RDS::DBSubnetGroup",
            "Properties": {
                "DBSubnetGroupDescription": "d",
                "SubnetIds": [each["SubnetId"] for each in world.client("ec2").describe_subnets()["Subnets"][:2]],
            },
        },
        "Pool": {"Type": "AWS::Cognito::UserPool"},
        "Trail": TRAIL,
        **TRAIL_BUCKET,
    }
    outputs = {"Arn": {"Value": {"Fn::GetAtt": ["Pool", "Arn"]}}, "Trail": {"Value": {"Fn::GetAtt": ["Trail", "Arn"]}}}
    outcome = world.create({"Resources": resources, "Outputs": outputs})
    assert outcome.status == "CREATE_COMPLETE", outcome.reason
    values = {key: value for key, value, _ in outcome.outputs}
    assert values["Arn"].startswith(f"arn:aws:cognito-idp:{REGION}:{ACCOUNT}:userpool/")
    assert values["Trail"] == f"arn:aws:cloudtrail:{REGION}:{ACCOUNT}:trail/all-calls"


def test_a_custom_name_stops_a_replacement(world: World) -> None:
    properties = {"GroupDescription": "g", "GroupName": "mine"}
    group = {"Type": "AWS::EC2::SecurityGroup", "Properties": properties}
    assert world.create({"Resources": {"Group": group}}).status == "CREATE_COMPLETE"
    changed = {**group, "Properties": {**properties, "GroupDescription": "h"}}
    outcome = world.update({"Resources": {"Group": changed}})
    assert outcome.status == "UPDATE_ROLLBACK_COMPLETE"
    assert "CloudFormation cannot update a stack when a custom-named resource requires replacing. Rename mine" in (
        outcome.reason
    )


def test_a_name_that_is_taken_is_refused(world: World) -> None:
    queue = {"Type": "AWS::SQS::Queue", "Properties": {"QueueName": "taken"}}
    outcome = world.create({"Resources": {"One": queue, "Two": {**queue, "DependsOn": "One"}}})
    assert outcome.status == "ROLLBACK_COMPLETE"
    assert "Resource of type 'AWS::SQS::Queue' with identifier 'taken' already exists." in outcome.reason
    assert "taken" not in str(world.client("sqs").list_queues().get("QueueUrls", ""))


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("AWS::AmazonMQ::Broker", "already in use. Broker name must be unique."),
        ("AWS::Comprehend::Flywheel", "The specified resource name is already in use."),
        ("AWS::DMS::Endpoint", "already exists."),
        ("AWS::Kinesis::StreamConsumer", "already exists for account 123456789012."),
        ("AWS::Organizations::OrganizationalUnit", "An OU with the same name already exists."),
        ("AWS::ServiceDiscovery::HttpNamespace", "The namespace that you're trying to create already exists."),
    ],
)
def test_a_service_refuses_a_name_that_is_taken(world: World, name: str, words: str) -> None:
    """The identifier of these types is made by their service, so that nothing but the service knows their names."""
    case = CASES[name]
    properties = {**case.properties, **({"EndpointIdentifier": "one"} if "DMS" in name else {})}
    one = {"Type": name, "Properties": properties}
    outcome = world.create({"Resources": {"One": one, "Two": {**one, "DependsOn": "One"}, **case.around}})
    assert outcome.status == "ROLLBACK_COMPLETE"
    assert "failed to create: [Two]. Rollback requested by user. Two: " in outcome.reason
    assert words in outcome.reason


def test_what_the_template_reference_says_of_updates(world: World) -> None:
    """The schemas of these types do not list the properties."""
    volume = {"Type": "AWS::EC2::Volume", "Properties": {"AvailabilityZone": "us-east-1a", "Size": 1}}
    bucket = {"Type": "AWS::S3::Bucket"}
    assert world.create({"Resources": {"Volume": volume, "Bucket": bucket}}).status == "CREATE_COMPLETE"
    first = world.reference("Bucket")
    locked = {**bucket, "Properties": {"ObjectLockEnabled": True}}
    assert world.update({"Resources": {"Volume": volume, "Bucket": locked}}).status == "UPDATE_COMPLETE"
    assert world.reference("Bucket") != first
    moved = {**volume, "Properties": {"AvailabilityZone": "us-east-1b", "Size": 1}}
    outcome = world.update({"Resources": {"Volume": moved, "Bucket": locked}})
    assert outcome.status == "UPDATE_ROLLBACK_COMPLETE"
    assert "HandlerErrorCode: NotUpdatable" in outcome.reason


@pytest.mark.parametrize(
    ("action", "changed"),
    [("sqs:TagQueue", {}), ("sqs:UntagQueue", {}), ("sqs:SetQueueAttributes", {"DelaySeconds": 5})],
)
def test_a_rollback_that_lacks_the_same_permission_fails_too(
    world: World, action: str, changed: dict[str, Any]
) -> None:
    queue = {"Type": "AWS::SQS::Queue", "Properties": {"QueueName": "rolled"}}
    tags = {"one": "1"}
    assert world.create({"Resources": {"It": queue}}).status == "CREATE_COMPLETE"
    assert world.update({"Resources": {"It": queue}}, **tags).status == "UPDATE_COMPLETE"
    world.deny(action)
    queue = {**queue, "Properties": {"QueueName": "rolled", **changed}}
    outcome = world.update({"Resources": {"It": queue}}, **(tags if changed else {"two": "2"}))
    assert outcome.status == "UPDATE_ROLLBACK_FAILED", outcome
    assert outcome.reason.count(f"is not authorized to perform: {action} on resource: ") == 2
    world.allow()
    assert world.delete().status == "DELETE_COMPLETE"


def test_modelled_types_launch_as_their_derived_role(world: World) -> None:
    """A global table is a table for IAM, a policy names the secret of an attachment, a namespace gets a role."""
    table = {
        "Type": "AWS::DynamoDB::GlobalTable",
        "Properties": {
            "AttributeDefinitions": [{"AttributeName": "id", "AttributeType": "S"}],
            "KeySchema": [{"AttributeName": "id", "KeyType": "HASH"}],
            "BillingMode": "PAY_PER_REQUEST",
            "Replicas": [{"Region": REGION}],
        },
    }
    attachment = {
        "Type": "AWS::SecretsManager::SecretTargetAttachment",
        "Properties": {"SecretId": {"Ref": "Secret"}, "TargetId": "db", "TargetType": "AWS::RDS::DBInstance"},
    }
    namespace = {
        "Type": "AWS::RedshiftServerless::Namespace",
        "Properties": {"NamespaceName": "data", "DefaultIamRoleArn": f"arn:aws:iam::{ACCOUNT}:role/launch"},
    }
    secret = {"Type": "AWS::SecretsManager::Secret"}
    template = {"Resources": {"Table": table, "Secret": secret, "Attachment": attachment, "Namespace": namespace}}
    world.policy(role_policy(template))
    assert world.create(template).status == "CREATE_COMPLETE", world.failures()
    assert world.reference("Attachment") == world.reference("Secret")


SCALED = {**CLUSTER, "AutoScalingRole": {"Ref": "Scaler"}}
MACHINES = {
    **{name: value for name, value in RESOURCES.items() if name != "Type"},
    "Type": "EC2",
    "InstanceTypes": ["m5.xlarge"],
    "MinvCpus": 0,
    "InstanceRole": {"Ref": "Profile"},
}


@pytest.mark.parametrize(
    ("resource_type", "properties", "roles"),
    [
        (
            "AWS::EMR::Cluster",
            SCALED,
            {"elasticmapreduce": "Role", "ec2": "NodeRole", "application-autoscaling": "Scaler"},
        ),
        (
            "AWS::Batch::ComputeEnvironment",
            {"Type": "MANAGED", "ServiceRole": {"Fn::GetAtt": ["Role", "Arn"]}, "ComputeResources": MACHINES},
            {"batch": "Role", "ec2": "NodeRole"},
        ),
    ],
)
def test_each_role_is_passed_to_its_service(
    world: World, resource_type: str, properties: dict[str, Any], roles: dict[str, str]
) -> None:
    """Service Authorization Reference, API operations: RunJobFlow, CreateComputeEnvironment."""
    around = {**AROUND, "Group": GROUP, **{role: trusting(f"{name}.amazonaws.com") for name, role in roles.items()}}
    assert world.create({"Resources": around}).status == "CREATE_COMPLETE", world.failures()
    it = {"Type": resource_type, "Properties": properties}
    for service, role in roles.items():
        to = {"StringEquals": {"iam:PassedToService": f"{service}.amazonaws.com"}}
        world.allow({"Effect": "Deny", "Action": "iam:PassRole", "Resource": "*", "Condition": to})
        outcome = world.update({"Resources": {**around, "It": it}})
        assert f"iam:PassRole on resource: arn:aws:iam::{ACCOUNT}:role/{world.reference(role)}" in outcome.reason
    world.policy(role_policy({"Resources": {**around, "It": it}}))
    assert world.update({"Resources": {**around, "It": it}}).status == "UPDATE_COMPLETE", world.failures()
