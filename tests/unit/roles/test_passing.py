"""The roles that a template passes: by the name of the property, by its value, and in lists of settings."""

from __future__ import annotations

from typing import Any

import pytest

from catalog.roles.derive import derive
from catalog.roles.passing import passed_roles
from catalog.roles.values import TemplateView
from tests.unit.roles.conftest import REGIONS, resources, statement, with_resource

THEIRS = "arn:aws:iam::123456789012:role/app/reader"
READER = "arn:${AWS::Partition}:iam::123456789012:role/app/reader"
OWN = "arn:${AWS::Partition}:iam::${AWS::AccountId}:role/own"
ANY = "arn:${AWS::Partition}:iam::${AWS::AccountId}:role/*"
OWN_ROLE: dict[str, Any] = {"Type": "AWS::IAM::Role", "Properties": {"RoleName": "own", "AssumeRolePolicyDocument": {}}}
PROFILE: dict[str, Any] = {"Type": "AWS::IAM::InstanceProfile", "Properties": {"Roles": [{"Ref": "Own"}]}}
OWN_ARN = {"Fn::GetAtt": ["Own", "Arn"]}
FLOW_LOG, BEANSTALK = "AWS::EC2::FlowLog", "AWS::ElasticBeanstalk::Environment"


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
    role = derive([with_resource(resource_type, **properties)], REGIONS)
    passed = [permission for permission in role.permissions if "iam:PassRole" in permission.actions]
    assert {permission.conditions["StringEquals"]["iam:PassedToService"] for permission in passed} == services
