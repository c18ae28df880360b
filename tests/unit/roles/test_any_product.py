"""Launch roles of common products: what handlers do not list, names, data, and custom resources."""

from __future__ import annotations

from typing import Any

import pytest

from catalog.check.handlers import resource_handlers
from catalog.check.iam_actions import iam_action
from catalog.roles.additions import ADDITIONS
from catalog.roles.derive import ProductVersion, derive
from tests.unit.roles.conftest import (
    ACCOUNT,
    REGIONS,
    STACK,
    actions,
    iam_role,
    resources,
    statement,
    version,
    with_resource,
)
from tests.unit.roles.test_packing import role_of

KEYS = {"arn:${AWS::Partition}:kms:*:${AWS::AccountId}:key/*"}


def test_every_addition_names_its_source() -> None:
    for row in ADDITIONS:
        assert iam_action(row.action), row
        assert any(word in row.reason for word in ("guide", "reference")), row


@pytest.mark.parametrize(
    ("resource_type", "properties", "added"),
    [
        (
            "AWS::EFS::MountTarget",
            {"FileSystemId": "x", "SubnetId": "y", "SecurityGroups": []},
            {
                "ec2:CreateNetworkInterface",
                "ec2:DeleteNetworkInterface",
                "ec2:DescribeNetworkInterfaces",
                "ec2:DescribeSubnets",
                "ec2:ModifyNetworkInterfaceAttribute",
            },
        ),
        (
            "AWS::SecretsManager::Secret",
            {"KmsKeyId": {"Ref": "Key"}},
            {"kms:Decrypt", "kms:Encrypt", "kms:GenerateDataKey"},
        ),
        ("AWS::SecretsManager::Secret", {}, set()),
        ("AWS::ElasticLoadBalancingV2::LoadBalancer", {}, {"iam:CreateServiceLinkedRole"}),
        ("AWS::OpenSearchService::Domain", {"VPCOptions": {}}, {"iam:CreateServiceLinkedRole", "ec2:DescribeVpcs"}),
        ("AWS::OpenSearchService::Domain", {"EncryptionAtRestOptions": {"KmsKeyId": "x"}}, {"kms:CreateGrant"}),
        ("AWS::OpenSearchService::Domain", {}, {"es:UpdateDomainConfig"}),
        ("AWS::RDS::DBInstance", {"KmsKeyId": "x"}, {"kms:GenerateDataKey*"}),
        ("AWS::RDS::DBCluster", {"KmsKeyId": "x"}, {"kms:CreateGrant", "kms:DescribeKey", "kms:GenerateDataKey*"}),
        ("AWS::RDS::DBCluster", {"ManageMasterUserPassword": True}, {"kms:DescribeKey", "secretsmanager:RotateSecret"}),
        ("AWS::EC2::Instance", {"BlockDeviceMappings": [{"Ebs": {"Encrypted": True}}]}, {"kms:CreateGrant"}),
        ("AWS::EC2::Instance", {}, set()),
        ("AWS::ElasticLoadBalancingV2::TargetGroup", {}, {"iam:CreateServiceLinkedRole"}),
        ("AWS::ApiGatewayV2::Stage", {}, set()),
        ("AWS::ApiGatewayV2::Stage", {"AccessLogSettings": {"DestinationArn": "x"}}, {"logs:CreateLogDelivery"}),
        ("AWS::CloudFront::Distribution", {"DistributionConfig": {"Logging": {"Bucket": "x"}}}, {"s3:PutBucketAcl"}),
    ],
)
def test_what_services_ask_of_the_caller_is_added(
    resource_type: str, properties: dict[str, Any], added: set[str]
) -> None:
    role = derive([with_resource(resource_type, **properties)], REGIONS)
    handlers = resource_handlers(resource_type, REGIONS)
    assert handlers
    beyond = actions(role) - handlers.iam_actions()
    assert added <= beyond if added else beyond == set()


def test_keys_are_used_only_through_the_service_that_stores_data() -> None:
    condition = statement(role_of("secret"), "kms:Decrypt").conditions
    assert condition["StringLike"] == {"kms:ViaService": "secretsmanager.*.amazonaws.com*"}
    assert resources(role_of("secret"), "kms:Decrypt") == KEYS


def test_a_mount_target_of_a_retired_version_can_be_deleted() -> None:
    mount = {"Mount": {"Type": "AWS::EFS::MountTarget", "Properties": {"SubnetId": "x", "FileSystemId": "y"}}}
    ec2 = {action for action in actions(derive([version(mount, active=False)], REGIONS)) if action.startswith("ec2:")}
    assert {"ec2:DeleteNetworkInterface", "ec2:DescribeNetworkInterfaces"} <= ec2
    assert "ec2:CreateNetworkInterface" not in ec2


def test_a_role_with_a_literal_name_is_the_only_one_that_the_launch_role_changes() -> None:
    role = derive([version({"Role": iam_role(RoleName="app-role")})], REGIONS)
    for permission in role.permissions:
        assert set(permission.resources) == {f"{ACCOUNT}role/app-role"}


@pytest.mark.parametrize(
    ("resource_type", "action", "arn"),
    [
        ("AWS::IAM::ManagedPolicy", "iam:CreatePolicy", f"{ACCOUNT}policy/{STACK}"),
        ("AWS::IAM::User", "iam:CreateUser", f"{ACCOUNT}user/{STACK}"),
        ("AWS::IAM::InstanceProfile", "iam:CreateInstanceProfile", f"{ACCOUNT}instance-profile/{STACK}"),
        ("AWS::S3::Bucket", "s3:CreateBucket", "arn:${AWS::Partition}:s3:::sc-${AWS::AccountId}-pp-*"),
        ("AWS::SQS::Queue", "sqs:CreateQueue", f"arn:${{AWS::Partition}}:sqs:*:${{AWS::AccountId}}:{STACK}"),
        ("AWS::SNS::Topic", "sns:CreateTopic", f"arn:${{AWS::Partition}}:sns:*:${{AWS::AccountId}}:{STACK}"),
        (
            "AWS::DynamoDB::Table",
            "dynamodb:CreateTable",
            f"arn:${{AWS::Partition}}:dynamodb:*:${{AWS::AccountId}}:table/{STACK}",
        ),
        (
            "AWS::Lambda::Function",
            "lambda:CreateFunction",
            f"arn:${{AWS::Partition}}:lambda:*:${{AWS::AccountId}}:function:{STACK}",
        ),
        (
            "AWS::SecretsManager::Secret",
            "secretsmanager:GetSecretValue",
            "arn:${AWS::Partition}:secretsmanager:*:${AWS::AccountId}:secret:It-*",
        ),
    ],
)
def test_a_generated_name_begins_with_the_stack(resource_type: str, action: str, arn: str) -> None:
    product = with_resource(resource_type)
    assert resources(derive([product], REGIONS), action) == {arn}
    anything = resources(derive([product], REGIONS, generated_names=False), action)
    assert anything != {arn}
    assert all(pattern.endswith("*") for pattern in anything)


def test_roles_of_stores_do_not_read_or_write_their_data() -> None:
    for name, forbidden in {
        "dynamodb_table": {"dynamodb:PutItem", "dynamodb:Scan", "dynamodb:GetItem", "dynamodb:Query"},
        "s3_bucket": {"s3:DeleteObject", "s3:PutObjectAcl"},
        "ecs_service": {"ecs:PutAccountSettingDefault", "ecs:PutAccountSetting"},
        "lambda_function": {"s3:GetObject", "kms:Decrypt", "kms:CreateGrant"},
        "step_functions": {"s3:GetObject", "kms:Decrypt"},
        "cognito": {"iam:PutRolePolicy", "kms:Decrypt"},
        "api_gateway": {"s3:GetObject"},
    }.items():
        role = role_of(name)
        assert not actions(role) & forbidden, name
        assert all(role.left_out[action] for action in forbidden & set(role.left_out))


def test_data_is_reached_when_the_template_asks_for_it() -> None:
    code = with_resource("AWS::Lambda::Function", Code={"S3Bucket": "x", "S3Key": "y"}, KmsKeyArn="z")
    assert {"s3:GetObject", "kms:Decrypt"} <= actions(derive([code], REGIONS))
    machine = with_resource("AWS::StepFunctions::StateMachine", EncryptionConfiguration={"KmsKeyId": "x"})
    assert "kms:Decrypt" in actions(derive([machine], REGIONS))
    hidden = with_resource("AWS::StepFunctions::StateMachine", **{"Fn::Transform": {"Name": "AWS::Include"}})
    assert "kms:Decrypt" in actions(derive([hidden], REGIONS))


def test_tags_are_set_only_on_kinds_that_the_handlers_work_with() -> None:
    notebook = resources(role_of("notebook"), "sagemaker:AddTags")
    assert notebook == {"arn:${AWS::Partition}:sagemaker:*:${AWS::AccountId}:notebook-instance/*"}
    tagged = resources(role_of("security_group"), "ec2:CreateTags")
    assert "arn:${AWS::Partition}:ec2:*:${AWS::AccountId}:security-group/*" in tagged
    assert "arn:${AWS::Partition}:ec2:*:${AWS::AccountId}:instance/*" not in tagged


TOKENS = [
    ({"Fn::GetAtt": ["Worker", "Arn"]}, "lambda:InvokeFunction", f"function:{STACK}"),
    ("arn:aws:lambda:eu-west-1:111122223333:function:tickets", "lambda:InvokeFunction", "function:tickets"),
    ({"Fn::Sub": "arn:${AWS::Partition}:lambda:${AWS::Region}:${AWS::AccountId}:function:tickets"},
     "lambda:InvokeFunction", "function:tickets"),
    ({"Ref": "Requests"}, "sns:Publish", f":{STACK}"),
    ("arn:aws:sns:eu-west-1:111122223333:requests", "sns:Publish", ":requests"),
]  # fmt: skip


@pytest.mark.parametrize("kind", ["Custom::Ticket", "AWS::CloudFormation::CustomResource"])
@pytest.mark.parametrize(("token", "action", "ends"), TOKENS)
def test_the_role_calls_only_the_function_or_topic_of_a_custom_resource(
    kind: str, token: Any, action: str, ends: str
) -> None:
    template = {
        "Ticket": {"Type": kind, "Properties": {"ServiceToken": token}},
        "Worker": {"Type": "AWS::Lambda::Function", "Properties": {}},
        "Requests": {"Type": "AWS::SNS::Topic", "Properties": {}},
    }
    role = derive([version(template)], REGIONS)
    assert role.underivable == {}
    calls = {call: resources(role, call) for call in ("lambda:InvokeFunction", "sns:Publish")}
    (arn,) = calls.pop(action)
    assert arn.endswith(ends)
    assert all(others == set() for others in calls.values())


def test_a_service_token_of_another_stack_can_be_any_function_or_topic() -> None:
    role = role_of("custom_resource")
    assert resources(role, "lambda:InvokeFunction") == {"arn:${AWS::Partition}:lambda:*:${AWS::AccountId}:function:*"}
    assert "another stack" in statement(role, "sns:Publish").reason


def test_a_retired_custom_resource_is_still_deleted_by_its_function() -> None:
    ticket = {"Ticket": {"Type": "Custom::Ticket", "Properties": {"ServiceToken": {"Ref": "Token"}}}}
    assert "lambda:InvokeFunction" in actions(derive([version(ticket, active=False)], REGIONS))


def test_public_parameters_belong_to_no_account(store: ProductVersion) -> None:
    (arn,) = resources(role_of("ec2_instance"), "ssm:GetParameters")
    assert arn.startswith("arn:${AWS::Partition}:ssm:*::parameter/aws/service/ami-amazon-linux-latest/")
    assert "ssm:GetParameters" not in actions(derive([store], REGIONS))


def test_keys_are_used_through_the_service_unless_the_setting_is_off() -> None:
    store = version({"It": {"Type": "AWS::SecretsManager::Secret", "Properties": {"KmsKeyId": "alias/a"}}})

    def via(**settings: bool) -> set[str]:
        permissions = derive([store], REGIONS, **settings).permissions
        of_kms = [each for each in permissions if each.actions[0].startswith("kms:")]
        assert of_kms
        return {key for each in of_kms for keys in each.conditions.values() for key in keys}

    assert via() == {"kms:ViaService", "aws:CalledViaFirst"}
    assert via(via_service=False) == {"aws:CalledViaFirst"}
    assert via(via_service=False, called_via=False) == set()


@pytest.mark.parametrize("resource_type", ["AWS::SNS::Topic", "AWS::SQS::Queue", "AWS::Logs::LogGroup"])
def test_to_create_a_store_that_checks_no_key_needs_no_key(resource_type: str) -> None:
    """Who sends and reads needs the key, and the service for a log group: no page asks it of who creates the store."""
    properties = {"KmsMasterKeyId": "alias/a", "KmsKeyId": "alias/a"}
    permissions = derive([version({"It": {"Type": resource_type, "Properties": properties}})], REGIONS).permissions
    assert not [each for each in permissions if any(action.startswith("kms:") for action in each.actions)]


WIDE = {
    "AWS::GlobalAccelerator::Accelerator": ("FlowLogsS3Bucket", "logs", "orders", "s3:PutBucketPolicy"),
    "AWS::Glue::Catalog": ("CatalogProperties", "s3:CreateBucket", {"DataLakeAccessProperties": {}}, "s3:CreateBucket"),
    "AWS::MSK::Channel": ("LoggingInfo", "logs", {"S3": {"Bucket": "orders"}}, "logs:CreateLogDelivery"),
    "AWS::WorkSpacesWeb::Portal": ("NetworkSettingsArn", "ec2", "arn", "ec2:CreateNetworkInterface"),
}


@pytest.mark.parametrize(("resource_type", "row"), WIDE.items())
def test_what_a_property_causes_is_left_out_without_it(resource_type: str, row: tuple[str, str, Any, str]) -> None:
    name, prefix, value, action = row

    def actions(properties: dict[str, Any]) -> set[str]:
        permissions = derive([version({"It": {"Type": resource_type, "Properties": properties}})], REGIONS).permissions
        return {action for permission in permissions for action in permission.actions}

    assert not [each for each in actions({}) if each.startswith(prefix)]
    assert action in actions({name: value})


@pytest.mark.parametrize(
    ("resource_type", "action", "arns"),
    [
        (
            "AWS::RDS::CustomDBEngineVersion",
            "s3:CreateBucket",
            {"arn:${AWS::Partition}:s3:::do-not-delete-rds-custom-*"},
        ),
        ("AWS::SecurityLake::DataLake", "s3:*", {"arn:${AWS::Partition}:s3:::aws-security-data-lake*"}),
    ],
)
def test_buckets_of_a_service_are_named(resource_type: str, action: str, arns: set[str]) -> None:
    assert resources(derive([with_resource(resource_type)], REGIONS), action) == arns


LOGS = "arn:${AWS::Partition}:logs:*:${AWS::AccountId}:log-group:"


@pytest.mark.parametrize(
    ("resource_type", "properties", "action", "arns"),
    [
        ("AWS::Logs::LogGroup", {"LogGroupName": "/aws/lambda/a"}, "logs:CreateLogGroup", {f"{LOGS}/aws/lambda/a*"}),
        (
            "AWS::Logs::LogGroup",
            {"LogGroupName": {"Fn::Sub": "/aws/${AWS::StackName}"}},
            "logs:CreateLogGroup",
            {f"{LOGS}/aws/{STACK}"},
        ),
        ("AWS::Logs::LogGroup", {"LogGroupName": "a"}, "logs:CreateLogGroup", {f"{LOGS}a*"}),
        (
            "AWS::SecretsManager::Secret",
            {"Name": "/prod/db"},
            "secretsmanager:CreateSecret",
            {"arn:${AWS::Partition}:secretsmanager:*:${AWS::AccountId}:secret:/prod/db*"},
        ),
        ("AWS::IAM::Role", {"RoleName": "a", "Path": "/b/"}, "iam:CreateRole", {f"{ACCOUNT}role/b/a"}),
        (
            "AWS::IAM::Role",
            {"RoleName": {"Fn::Sub": "a-${Stage}"}},
            "iam:CreateRole",
            {f"{ACCOUNT}role/a-dev", f"{ACCOUNT}role/a-prod"},
        ),
        (
            "AWS::IAM::Role",
            {"RoleName": {"Fn::Join": ["-", [{"Ref": "Stage"}, "a", {"Ref": "Many"}]]}},
            "iam:CreateRole",
            {f"{ACCOUNT}role/*-a-*"},
        ),
        ("AWS::IAM::Role", {"RoleName": "a", "Path": "/"}, "iam:CreateRole", {f"{ACCOUNT}role/a"}),
        (
            "AWS::IAM::Role",
            {"RoleName": "a", "Path": {"Ref": "Any"}},
            "iam:CreateRole",
            {f"{ACCOUNT}role/a", f"{ACCOUNT}role/*/a"},
        ),
    ],
)
def test_slashes_of_names_and_paths(
    resource_type: str, properties: dict[str, Any], action: str, arns: set[str]
) -> None:
    parameters = {
        "Any": {"Type": "String"},
        "Stage": {"Type": "String", "AllowedValues": ["dev", "prod"]},
        "Many": {"Type": "String", "AllowedValues": list("abcde")},
    }
    product = version({"It": {"Type": resource_type, "Properties": properties}}, Parameters=parameters)
    assert resources(derive([product], REGIONS), action) == arns
