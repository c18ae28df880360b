"""Targets and tasks of maintenance windows."""

from __future__ import annotations

from typing import Any

from tests.contract.resource_types.cases_iam import TRUST
from tests.contract.resource_types.conftest import Case, World
from tests.contract.resource_types.reading import asks

WINDOW: dict[str, Any] = {
    "Type": "AWS::SSM::MaintenanceWindow",
    "Properties": {
        "Name": "nightly",
        "Schedule": "rate(1 day)",
        "Duration": 4,
        "Cutoff": 1,
        "AllowUnassociatedTargets": False,
    },
}
ROLE = {"Type": "AWS::IAM::Role", "Properties": {"AssumeRolePolicyDocument": TRUST}}
BY_TAG = {"Key": "tag:team", "Values": ["payments"]}


def target(world: World, reference: str) -> Any:
    listed = world.client("ssm").describe_maintenance_window_targets(WindowId=world.reference("Window"))["Targets"]
    return next(each for each in listed if each["WindowTargetId"] == reference)


CASES = (
    Case(
        "AWS::SSM::MaintenanceWindowTarget",
        {"WindowId": {"Ref": "Window"}, "ResourceType": "INSTANCE", "Targets": [BY_TAG], "OwnerInformation": "us"},
        target,
        {"ResourceType": "INSTANCE", "Targets": [BY_TAG], "OwnerInformation": "us"},
        changed={"Name": "servers", "OwnerInformation": None},
        then={"Name": "servers", "OwnerInformation": None, "Targets": [BY_TAG]},
        denied=("ssm:RegisterTargetWithMaintenanceWindow", "ssm:DescribeMaintenanceWindowTargets"),
        denied_later=("ssm:UpdateMaintenanceWindowTarget", "ssm:DeregisterTargetFromMaintenanceWindow"),
        around={"Window": WINDOW},
    ),
    Case(
        "AWS::SSM::MaintenanceWindowTask",
        {
            "WindowId": {"Ref": "Window"},
            "TaskType": "LAMBDA",
            "TaskArn": "arn:aws:lambda:us-east-1:123456789012:function:clean",
            "ServiceRoleArn": {"Fn::GetAtt": ["Role", "Arn"]},
            "Priority": 1,
            "LoggingInfo": {"Region": "us-east-1", "S3Bucket": "logs", "S3Prefix": "a"},
            "TaskInvocationParameters": {"MaintenanceWindowLambdaParameters": {"Payload": "{}"}},
        },
        asks("ssm", "get_maintenance_window_task", WindowId="@Window", WindowTaskId="@"),
        {
            "Priority": 1,
            "LoggingInfo": {"S3Region": "us-east-1", "S3BucketName": "logs", "S3KeyPrefix": "a"},
            "TaskInvocationParameters": {"Lambda": {"Payload": b"{}"}},
        },
        changed={"Priority": 2, "CutoffBehavior": "CANCEL_TASK", "TaskInvocationParameters": None},
        then={"Priority": 2, "CutoffBehavior": "CANCEL_TASK", "TaskInvocationParameters": None},
        replaced={"TaskType": "RUN_COMMAND", "TaskArn": "AWS-RunShellScript"},
        denied=("ssm:RegisterTaskWithMaintenanceWindow", "ssm:GetMaintenanceWindowTask", "iam:PassRole"),
        denied_later=("ssm:UpdateMaintenanceWindowTask", "ssm:DeregisterTaskFromMaintenanceWindow"),
        around={"Window": WINDOW, "Role": ROLE},
    ),
)
