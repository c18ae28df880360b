"""Experiment templates of Fault Injection Service, applications of Elastic Beanstalk, permissions of buses."""

from __future__ import annotations

import json
from typing import Any

from tests.contract.resource_types.conftest import ACCOUNT, REGION, Case, World
from tests.contract.resource_types.reading import actions, asks

TRUST = {
    "Version": "2012-10-17",
    "Statement": [{"Effect": "Allow", "Principal": {"Service": "fis.amazonaws.com"}, "Action": "sts:AssumeRole"}],
}
ROLE = {"Type": "AWS::IAM::Role", "Properties": {"AssumeRolePolicyDocument": TRUST}}
STOP = {
    "ActionId": "aws:ec2:stop-instances",
    "Parameters": {"startInstancesAfterDuration": "PT5M"},
    "Targets": {"Instances": "all"},
}
TARGETS = {"all": {"ResourceType": "aws:ec2:instance", "ResourceTags": {"a": "b"}, "SelectionMode": "ALL"}}
TEMPLATE: dict[str, Any] = {
    "Description": "first",
    "RoleArn": {"Fn::GetAtt": ["Role", "Arn"]},
    "StopConditions": [{"Source": "none"}],
    "Targets": TARGETS,
    "Actions": {"stop": STOP},
}
LIMITS = {"VersionLifecycleConfig": {"MaxCountRule": {"Enabled": True, "MaxCount": 5}}}
SENDERS = {
    "Effect": "Allow",
    "Principal": {"AWS": "arn:aws:iam::210987654321:root"},
    "Action": "events:PutEvents",
    "Resource": f"arn:aws:events:{REGION}:{ACCOUNT}:event-bus/shop",
}


def target_account(world: World, reference: str) -> Any:
    template, account = reference.split("|")
    given = {"experimentTemplateId": template, "accountId": account}
    return world.client("fis").get_target_account_configuration(**given)["targetAccountConfiguration"]


def statement(world: World, reference: str) -> Any:
    bus, identifier = reference.split("|")
    policy = json.loads(world.client("events").describe_event_bus(Name=bus)["Policy"])
    return next(each for each in policy["Statement"] if each["Sid"] == identifier)


CASES = (
    Case(
        "AWS::FIS::ExperimentTemplate",
        {**TEMPLATE, "Tags": {"own": "1"}},
        asks("fis", "get_experiment_template", "experimentTemplate", id="@"),
        {
            "description": "first",
            "actions": {"stop": {"targets": {"Instances": "all"}}},
            "targets": {"all": {"resourceTags": {"a": "b"}}},
        },
        changed={"Description": "second"},
        then={"description": "second"},
        replaced={"ExperimentOptions": {"AccountTargeting": "multi-account"}},
        tags=asks("fis", "get_experiment_template", "experimentTemplate.tags", id="@"),
        map_tags=True,
        denied=(*actions("fis", "CreateExperimentTemplate", "TagResource", "GetExperimentTemplate"), "iam:PassRole"),
        denied_later=actions("fis", "UpdateExperimentTemplate", "DeleteExperimentTemplate"),
        around={"Role": ROLE},
    ),
    Case(
        "AWS::FIS::TargetAccountConfiguration",
        {
            "ExperimentTemplateId": {"Ref": "Template"},
            "AccountId": "210987654321",
            "RoleArn": "arn:aws:iam::210987654321:role/experiments",
            "Description": "first",
        },
        target_account,
        {"accountId": "210987654321", "description": "first"},
        changed={"Description": "second"},
        then={"description": "second"},
        replaced={"AccountId": "321098765432"},
        denied=actions("fis", "CreateTargetAccountConfiguration", "GetTargetAccountConfiguration"),
        denied_later=actions("fis", "UpdateTargetAccountConfiguration", "DeleteTargetAccountConfiguration"),
        around={
            "Role": ROLE,
            "Template": {
                "Type": "AWS::FIS::ExperimentTemplate",
                "Properties": {**TEMPLATE, "ExperimentOptions": {"AccountTargeting": "multi-account"}, "Tags": {}},
            },
        },
    ),
    Case(
        "AWS::ElasticBeanstalk::Application",
        {"Description": "first", "ResourceLifecycleConfig": LIMITS},
        asks("elasticbeanstalk", "describe_applications", "Applications.0", ApplicationNames=["@"]),
        {"Description": "first", "ResourceLifecycleConfig": LIMITS},
        changed={"Description": "second", "ResourceLifecycleConfig": None},
        then={
            "Description": "second",
            "ResourceLifecycleConfig": {"VersionLifecycleConfig": {"MaxCountRule": {"Enabled": False}}},
        },
        replaced={"ApplicationName": "another"},
        denied=actions("elasticbeanstalk", "CreateApplication", "DescribeApplications"),
        denied_later=actions(
            "elasticbeanstalk", "UpdateApplication", "UpdateApplicationResourceLifecycle", "DeleteApplication"
        ),
    ),
    Case(
        "AWS::Events::EventBusPolicy",
        {"EventBusName": {"Ref": "Bus"}, "StatementId": "senders", "Statement": SENDERS},
        statement,
        {"Effect": "Allow", "Action": "events:PutEvents"},
        changed={"Statement": {**SENDERS, "Principal": {"AWS": "arn:aws:iam::321098765432:root"}}},
        then={"Principal": {"AWS": "arn:aws:iam::321098765432:root"}},
        replaced={"StatementId": "others", "EventBusName": None},
        denied=actions("events", "PutPermission", "DescribeEventBus"),
        denied_later=actions("events", "PutPermission", "RemovePermission"),
        around={
            "Bus": {"Type": "AWS::Events::EventBus", "Properties": {"Name": "shop"}},
            "First": {
                "Type": "AWS::Events::EventBusPolicy",
                "Properties": {
                    "EventBusName": {"Ref": "Bus"},
                    "StatementId": "first",
                    "Action": "events:PutEvents",
                    "Principal": "432109876543",
                },
            },
        },
        after=("First",),
    ),
)
