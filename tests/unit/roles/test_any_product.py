"""Launch roles of common products: what handlers do not list, roles that are passed, names, data and administrators."""

from __future__ import annotations

from typing import Any

import pytest

from catalog.check.handlers import resource_handlers, usual_case
from catalog.check.iam_actions import iam_action
from catalog.check.schemas import region_types
from catalog.model.definition import LaunchPermission
from catalog.roles.additions import ADDITIONS
from catalog.roles.boundaries import administrator_actions, administrator_sids
from catalog.roles.derive import DerivedPermissions, ProductVersion, derive
from catalog.roles.passing import passed_to
from catalog.roles.template import role_template
from tests.unit.roles.conftest import REGIONS, actions, resources, statement, version, with_resource
from tests.unit.roles.test_packing import PRODUCTS

ACCOUNT = "arn:${AWS::Partition}:iam::${AWS::AccountId}:"
STACK = "SC-${AWS::AccountId}-pp-*"
KEYS = {"arn:${AWS::Partition}:kms:*:${AWS::AccountId}:key/*"}
TRUST = {
    "Version": "2012-10-17",
    "Statement": [{"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}],
}


def role_of(name: str) -> DerivedPermissions:
    return derive([PRODUCTS[name]], REGIONS)


def iam_role(**properties: Any) -> dict[str, Any]:
    return {"Type": "AWS::IAM::Role", "Properties": {"AssumeRolePolicyDocument": TRUST, **properties}}


def passing(derived: DerivedPermissions) -> dict[str, set[str]]:
    """Service → the roles that can be passed to it."""
    services: dict[str, set[str]] = {}
    for permission in derived.permissions:
        if "iam:PassRole" in permission.actions:
            service = permission.conditions["StringEquals"]["iam:PassedToService"]
            services.setdefault(service, set()).update(permission.resources)
    return services


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
        ("AWS::OpenSearchService::Domain", {}, set()),
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


@pytest.mark.parametrize("name", ["ec2_instance", "auto_scaling", "rds_instance", "rds_cluster", "efs_file_system"])
def test_no_role_is_passed_when_the_template_passes_none(name: str) -> None:
    role = role_of(name)
    assert "iam:PassRole" not in actions(role)
    assert role.left_out["iam:PassRole"] == "no version passes a role"


def test_the_roles_of_the_template_are_passed_to_the_services_that_receive_them() -> None:
    made = {f"{ACCOUNT}role/{STACK}"}
    assert passing(role_of("ecs_service")) == {"ecs-tasks.amazonaws.com": made}
    assert passing(role_of("lambda_function")) == {"lambda.amazonaws.com": made}
    assert passing(role_of("step_functions")) == {"states.amazonaws.com": made}
    assert passing(role_of("notebook")) == {"sagemaker.amazonaws.com": made}


THEIRS = "arn:aws:iam::123456789012:role/app/reader"
OWN_OR_NONE = {"Fn::If": ["Own", {"Fn::GetAtt": ["Named", "Arn"]}, {"Ref": "AWS::NoValue"}]}
PASSED = [
    ({"Role": THEIRS}, {"arn:${AWS::Partition}:iam::123456789012:role/app/reader"}),
    ({"Role": {"Fn::Sub": "arn:${AWS::Partition}:iam::${AWS::AccountId}:role/reader"}}, {f"{ACCOUNT}role/reader"}),
    ({"Role": {"Fn::Sub": "arn:aws:iam::${AWS::AccountId}:role/${Name}"}}, {f"{ACCOUNT}role/*"}),
    ({"Role": {"Ref": "Anything"}}, {f"{ACCOUNT}role/*"}),
    ({"Role": {"Fn::ImportValue": "role"}}, {f"{ACCOUNT}role/*"}),
    ({"Role": {"Fn::GetAtt": ["Named", "Arn"]}}, {f"{ACCOUNT}role/service/app"}),
    ({"Role": {"Fn::GetAtt": "Named.Arn"}}, {f"{ACCOUNT}role/service/app"}),
    ({"Role": OWN_OR_NONE}, {f"{ACCOUNT}role/service/app"}),
    ({"Fn::Transform": {"Name": "AWS::Include"}}, {f"{ACCOUNT}role/*"}),
    ({"Handler": "x", "Environment": {"Variables": {"A": {"Ref": "Anything"}}}}, set()),
]  # fmt: skip


@pytest.mark.parametrize(("properties", "roles"), PASSED)
def test_the_roles_that_a_property_can_name(properties: dict[str, Any], roles: set[str]) -> None:
    function = {
        "Function": {"Type": "AWS::Lambda::Function", "Properties": properties},
        "Named": iam_role(RoleName="app", Path="/service/"),
    }
    sections = {
        "Parameters": {"Anything": {"Type": "String"}, "Name": {"Type": "String"}},
        "Conditions": {"Own": {"Fn::Equals": [{"Ref": "Anything"}, "x"]}},
    }
    services = passing(derive([version(function, **sections)], REGIONS))
    assert services == ({"lambda.amazonaws.com": roles} if roles else {})


def test_an_instance_passes_the_roles_of_its_profile_and_of_its_launch_template() -> None:
    profile = {
        "Role": iam_role(RoleName="app"),
        "Profile": {"Type": "AWS::IAM::InstanceProfile", "Properties": {"Roles": [{"Ref": "Role"}]}},
        "Template": {
            "Type": "AWS::EC2::LaunchTemplate",
            "Properties": {"LaunchTemplateData": {"IamInstanceProfile": {"Arn": {"Fn::GetAtt": ["Profile", "Arn"]}}}},
        },
    }
    by_name = {"Type": "AWS::EC2::Instance", "Properties": {"IamInstanceProfile": {"Ref": "Profile"}}}
    launch = {"LaunchTemplateId": {"Ref": "Template"}, "Version": "1"}
    by_template = {"Type": "AWS::AutoScaling::AutoScalingGroup", "Properties": {"LaunchTemplate": launch}}
    mixed = {"MixedInstancesPolicy": {"LaunchTemplate": {"LaunchTemplateSpecification": launch}}}
    by_policy = {"Type": "AWS::AutoScaling::AutoScalingGroup", "Properties": mixed}
    for resource in (by_name, by_template, by_policy):
        services = passing(derive([version({**profile, "It": resource})], REGIONS))
        assert services["ec2.amazonaws.com"] == {f"{ACCOUNT}role/app"}
    outside = {"Type": by_name["Type"], "Properties": {"LaunchTemplate": {"LaunchTemplateName": "theirs"}}}
    assert passing(derive([version({"It": outside})], REGIONS)) == {"ec2.amazonaws.com": {f"{ACCOUNT}role/*"}}


def test_a_role_is_never_passed_without_naming_the_service() -> None:
    types = [kind for kind in sorted(region_types("us-east-1")) if kind.startswith("AWS::")]
    passes = [
        kind for kind in types if (handlers := resource_handlers(kind, ("us-east-1",))) and
        "iam:PassRole" in handlers.iam_actions()
    ]  # fmt: skip
    assert len(passes) > 300
    for kind in passes:
        assert passed_to(kind)
        assert all(service.endswith(".amazonaws.com") for service in passed_to(kind))
    role = derive([with_resource(kind, RoleArn={"Ref": "Anything"}) for kind in passes[::12]], REGIONS)
    for permission in role.permissions:
        if "iam:PassRole" in permission.actions:
            assert permission.conditions["StringEquals"]["iam:PassedToService"]


def test_the_case_of_an_action_makes_no_difference() -> None:
    assert usual_case("Iam:passRole") == "iam:PassRole"
    role = derive([with_resource("AWS::Batch::ComputeEnvironment", ServiceRole={"Ref": "Anything"})], REGIONS)
    assert "batch.amazonaws.com" in passing(role)
    assert "Iam:PassRole" not in actions(role)


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


BOUNDARY = "arn:${AWS::Partition}:iam::${AWS::AccountId}:policy/limit"


def administrators(*roles: dict[str, Any], **sections: Any) -> set[str]:
    """The actions of a role that makes these roles, with which it can become administrator."""
    template = version({f"Role{number}": role for number, role in enumerate(roles)}, **sections)
    permissions = derive([template], REGIONS).permissions
    return {action for permission in permissions for action in administrator_actions(permission)}


WITH_POLICY = {"Policies": [{"PolicyName": "x", "PolicyDocument": {}}]}


def test_a_role_that_makes_roles_without_a_boundary_is_marked() -> None:
    assert administrators(iam_role(**WITH_POLICY)) == {"iam:CreateRole", "iam:PutRolePolicy"}
    assert administrators(iam_role(RoleName="app", ManagedPolicyArns=["x"])) == {
        "iam:AttachRolePolicy",
        "iam:CreateRole",
    }
    bounded = iam_role(PermissionsBoundary={"Fn::Sub": BOUNDARY}, **WITH_POLICY)
    assert administrators(bounded) == set()
    assert administrators(bounded, iam_role())  # one role without it
    unknown = iam_role(PermissionsBoundary={"Ref": "Boundary"}, **WITH_POLICY)
    assert administrators(unknown, Parameters={"Boundary": {"Type": "String"}})
    given = {"Parameters": {"Boundary": {"Type": "String", "AllowedValues": ["arn:aws:iam::aws:policy/A"]}}}
    assert administrators(unknown, **given) == set()
    mapped = iam_role(
        PermissionsBoundary={"Fn::FindInMap": ["Boundaries", {"Ref": "AWS::Region"}, "Arn"]}, **WITH_POLICY
    )
    assert administrators(mapped, Mappings={"Boundaries": {"us-east-1": {"Arn": "arn:aws:iam::aws:policy/A"}}}) == set()


def test_a_boundary_of_the_template_is_a_condition_of_the_role() -> None:
    role = derive([version({"Role": iam_role(PermissionsBoundary={"Fn::Sub": BOUNDARY}, **WITH_POLICY)})], REGIONS)
    for action in ("iam:CreateRole", "iam:PutRolePolicy", "iam:DeleteRolePolicy"):
        assert statement(role, action).conditions["StringEquals"]["iam:PermissionsBoundary"] == BOUNDARY
    assert "iam:DeleteRolePermissionsBoundary" not in actions(role)
    template = role_template("catalog", {"launch": role.permissions})
    conditions = [
        statement["Condition"]["StringEquals"].get("iam:PermissionsBoundary")
        for statement in template["Resources"]["Launch"]["Properties"]["Policies"][0]["PolicyDocument"]["Statement"]
    ]
    assert {"Fn::Sub": BOUNDARY} in conditions
    assert "AdministratorEquivalent" not in template["Resources"]["Launch"]["Metadata"]


def test_the_metadata_of_the_role_marks_the_statements() -> None:
    permissions = role_of("lambda_function").permissions
    template = role_template("catalog", {"launch": permissions})
    assert template["Resources"]["Launch"]["Metadata"]["AdministratorEquivalent"] == list(
        administrator_sids(permissions)
    )
    assert administrator_sids(permissions)


@pytest.mark.parametrize(
    ("action", "resource", "marked"),
    [
        ("iam:*", "*", True),
        ("*", "*", True),
        ("iam:Create*", "*", True),
        ("iam:UpdateAssumeRolePolicy", f"{ACCOUNT}role/*", True),
        ("iam:UpdateAssumeRolePolicy", f"{ACCOUNT}role/app-*", True),
        ("sts:AssumeRole", "*", True),
        ("sts:AssumeRole", f"{ACCOUNT}role/orders", False),
        ("iam:UpdateSAMLProvider", f"{ACCOUNT}saml-provider/*", True),
        ("sso:PutInlinePolicyToPermissionSet", "arn:aws:sso:::permissionSet/*", True),
        ("sso:CreateAccountAssignment", "*", True),
        ("iam:UpdateAssumeRolePolicy", f"{ACCOUNT}*", True),
        ("iam:UpdateAssumeRolePolicy", f"{ACCOUNT}role/orders", False),
        ("iam:UpdateAssumeRolePolicy", f"{ACCOUNT}role/{STACK}", False),
        ("iam:PutRolePolicy", f"{ACCOUNT}role/aws-service-role/*", False),
        ("iam:GetRole", "*", False),
    ],
)
def test_actions_that_make_administrators(action: str, resource: str, marked: bool) -> None:
    assert bool(administrator_actions(LaunchPermission("A", (action,), (resource,), "r"))) is marked


@pytest.mark.parametrize(
    ("operator", "value", "marked"),
    [
        ("StringEquals", BOUNDARY, False),
        ("ArnLike", BOUNDARY, False),
        ("StringLike", "*", True),
        ("StringLike", "arn:aws:iam::*:policy/limit", False),
        ("ArnLike", "arn:aws:iam::aws:policy/*", True),
        ("StringEquals", "arn:aws:iam::aws:policy/AdministratorAccess", True),
        ("StringEquals", "arn:aws:iam::aws:policy/PowerUserAccess", True),
        ("StringNotEquals", BOUNDARY, True),
        ("StringEqualsIfExists", BOUNDARY, True),
        ("Null", "true", True),
    ],
)
def test_only_a_condition_that_asks_for_a_boundary_limits(operator: str, value: str, marked: bool) -> None:
    conditions = {operator: {"iam:PermissionsBoundary": value}}
    permission = LaunchPermission("A", ("iam:CreateRole",), (f"{ACCOUNT}role/*",), "r", conditions)
    assert bool(administrator_actions(permission)) is marked


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
    role = derive([PRODUCTS["custom_resource"]], REGIONS)
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


@pytest.mark.parametrize("partition", ["aws", "${AWS::Partition}"])
@pytest.mark.parametrize("name", ["AdministratorAccess", "IAMFullAccess", "PowerUserAccess", "SystemAdministrator"])
def test_an_administrators_policy_is_no_boundary(partition: str, name: str) -> None:
    boundary = {"Fn::Sub": f"arn:{partition}:iam::aws:policy/job-function/{name}"}
    policies = [{"PolicyName": "p", "PolicyDocument": {"Statement": []}}]
    limited = {"Type": "AWS::IAM::Role", "Properties": {"PermissionsBoundary": boundary, "Policies": policies}}
    assert {"iam:CreateRole", "iam:PutRolePolicy"} <= administrators(limited)


def test_a_launch_role_of_permission_sets_is_marked() -> None:
    document = {"Statement": []}
    product = version({"Set": {"Type": "AWS::SSO::PermissionSet", "Properties": {"InlinePolicy": document}}})
    assert administrator_sids(derive([product], REGIONS).permissions)


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
