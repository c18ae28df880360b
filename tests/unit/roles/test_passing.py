"""The roles that a template passes: by the name of the property, by its value, and in lists of settings."""

from __future__ import annotations

from typing import Any

import pytest

from catalog.check.handlers import resource_handlers, usual_case
from catalog.check.schemas import region_types
from catalog.roles.derive import DerivedPermissions, derive
from catalog.roles.passing import passed_roles, passed_to
from catalog.roles.values import TemplateView
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

THEIRS = "arn:aws:iam::123456789012:role/app/reader"
READER = "arn:${AWS::Partition}:iam::123456789012:role/app/reader"
OWN = "arn:${AWS::Partition}:iam::${AWS::AccountId}:role/own"
ANY = "arn:${AWS::Partition}:iam::${AWS::AccountId}:role/*"
OWN_ROLE: dict[str, Any] = {"Type": "AWS::IAM::Role", "Properties": {"RoleName": "own", "AssumeRolePolicyDocument": {}}}
PROFILE: dict[str, Any] = {"Type": "AWS::IAM::InstanceProfile", "Properties": {"Roles": [{"Ref": "Own"}]}}
OWN_ARN = {"Fn::GetAtt": ["Own", "Arn"]}
FLOW_LOG, BEANSTALK = "AWS::EC2::FlowLog", "AWS::ElasticBeanstalk::Environment"


def passing(derived: DerivedPermissions) -> dict[str, set[str]]:
    """Service → the roles that can be passed to it."""
    services: dict[str, set[str]] = {}
    for permission in derived.permissions:
        if "iam:PassRole" in permission.actions:
            service = permission.conditions["StringEquals"]["iam:PassedToService"]
            services.setdefault(service, set()).update(permission.resources)
    return services


def option(name: Any, value: Any, namespace: str = "aws:elasticbeanstalk:environment") -> dict[str, Any]:
    return {"OptionSettings": [{"Namespace": namespace, "OptionName": name, "Value": value}]}


@pytest.mark.parametrize(
    ("resource_type", "properties", "passed"),
    [
        (FLOW_LOG, {"DeliverLogsPermissionArn": THEIRS}, {READER}),
        (FLOW_LOG, {"DeliverLogsPermissionArn": OWN_ARN}, {OWN}),
        (FLOW_LOG, {"DeliverLogsPermissionArn": {"Ref": "Parameter"}}, {ANY}),
        (FLOW_LOG, {"DeliverLogsPermissionArn": {"Fn::FindInMap": ["Roles", {"Ref": "AWS::Region"}, "Arn"]}}, {READER}),
        (FLOW_LOG, {"DeliverLogsPermissionArn": {"Fn::FindInMap": ["Roles${Name}", "us-east-1", "Arn"]}}, {ANY}),
        (FLOW_LOG, {"DeliverLogsPermissionArn": THEIRS.replace("reader", "${NameInALoop}")}, {ANY}),
        (FLOW_LOG, {"LogDestination": "arn:aws:s3:::logs"}, set()),
        (FLOW_LOG, {"AnotherName": {"Fn::Sub": "arn:${AWS::Partition}:iam::${AWS::AccountId}:role/own"}}, {OWN}),
        (FLOW_LOG, {"AnotherName": {"Fn::GetAtt": "Own.Arn"}}, {OWN}),
        (FLOW_LOG, {"AnotherName": {"Nested": [THEIRS]}}, {READER}),
        (BEANSTALK, option("ServiceRole", THEIRS), {READER}),
        (BEANSTALK, option("IamInstanceProfile", {"Ref": "Profile"}), {OWN}),
        (BEANSTALK, option("IamInstanceProfile", "aws-elasticbeanstalk-ec2-role"), {ANY}),
        (BEANSTALK, option({"Ref": "Parameter"}, "x"), {ANY}),
        (BEANSTALK, option("MinSize", "1"), set()),
        (BEANSTALK, option("ROLE", THEIRS, "aws:elasticbeanstalk:application:environment"), set()),
        (BEANSTALK, {"TemplateName": {"Ref": "Settings"}}, {READER}),
        (BEANSTALK, {"TemplateName": "saved"}, {ANY}),
        ("AWS::EC2::Instance", {"LaunchTemplate": {"LaunchTemplateId": {"Ref": "Launch"}}}, {OWN}),
        (
            "AWS::EC2::Instance",
            {"LaunchTemplate": {"LaunchTemplateId": {"Fn::GetAtt": "Launch.LaunchTemplateId"}}},
            {OWN},
        ),
        ("AWS::EC2::Instance", {"LaunchTemplate": {"LaunchTemplateId": {"Ref": "Parameter"}}}, {ANY}),
        ("AWS::Lambda::Function", {"Environment": {"Variables": {"ASSUMED": THEIRS}}}, set()),
        ("AWS::Lambda::Function", {"Role": OWN_ARN, "Tags": [{"Key": "Role", "Value": "web"}]}, {OWN}),
    ],
)
def test_a_resource_passes_the_roles_that_it_names(
    resource_type: str, properties: dict[str, Any], passed: set[str]
) -> None:
    template = {
        "Resources": {
            "It": {"Type": resource_type, "Properties": properties},
            "Own": OWN_ROLE,
            "Profile": PROFILE,
            "Launch": {
                "Type": "AWS::EC2::LaunchTemplate",
                "Properties": {
                    "LaunchTemplateData": {"IamInstanceProfile": {"Arn": {"Fn::GetAtt": ["Profile", "Arn"]}}}
                },
            },
            "Settings": {
                "Type": "AWS::ElasticBeanstalk::ConfigurationTemplate",
                "Properties": option("ServiceRole", THEIRS),
            },
        },
        "Parameters": {"Parameter": {"Type": "String"}},
        "Mappings": {"Roles": {"us-east-1": {"Arn": THEIRS}, "eu-west-1": {"Arn": THEIRS}}},
    }
    resource = next(iter(TemplateView(template).resources()))
    assert passed_roles(resource) == passed


def test_a_flow_log_passes_its_role_to_flow_logs_only() -> None:
    role = derive([with_resource(FLOW_LOG, DeliverLogsPermissionArn=THEIRS)], REGIONS)
    assert resources(role, "iam:PassRole") == {READER}
    conditions = statement(role, "iam:PassRole").conditions["StringEquals"]
    assert conditions["iam:PassedToService"] == "vpc-flow-logs.amazonaws.com"


LAUNCH = {"LaunchTemplate": {"LaunchTemplateId": {"Ref": "Parameter"}, "Version": "1"}}
GROUP = "AWS::AutoScaling::AutoScalingGroup"
DATABASE = "AWS::RDS::DBInstance"
EC2, SCALING = "ec2.amazonaws.com", "autoscaling.amazonaws.com"
RDS, MONITORING = "rds.amazonaws.com", "monitoring.rds.amazonaws.com"


@pytest.mark.parametrize(
    ("resource_type", "properties", "services"),
    [
        (GROUP, LAUNCH, {EC2}),
        (GROUP, LAUNCH | {"LifecycleHookSpecificationList": [{"LifecycleHookName": "wait"}]}, {EC2}),
        (GROUP, LAUNCH | {"LifecycleHookSpecificationList": [{"RoleARN": THEIRS}]}, {EC2, SCALING}),
        (GROUP, LAUNCH | {"LifecycleHookSpecificationList": {"Fn::Transform": {"Name": "M"}}}, {EC2, SCALING}),
        (GROUP, LAUNCH | {"Fn::Transform": {"Name": "M"}}, {EC2, SCALING}),
        ("AWS::AutoScaling::LifecycleHook", {"RoleARN": THEIRS}, {SCALING}),
        (DATABASE, {"MonitoringRoleArn": THEIRS}, {RDS, MONITORING}),
        (DATABASE, {"AssociatedRoles": [{"FeatureName": "s3Import", "RoleArn": THEIRS}]}, {RDS}),
        ("AWS::RDS::DBCluster", {"AssociatedRoles": [{"RoleArn": THEIRS}]}, {RDS}),
    ],
)
def test_a_service_receives_roles_only_with_the_property_that_names_one_for_it(
    resource_type: str, properties: dict[str, Any], services: set[str]
) -> None:
    assert set(passing(derive([with_resource(resource_type, **properties)], REGIONS))) == services


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
