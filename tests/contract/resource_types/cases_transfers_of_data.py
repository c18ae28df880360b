"""Locations and tasks of DataSync."""

from __future__ import annotations

from typing import Any

from tests.contract.resource_types.cases_records import ROLE
from tests.contract.resource_types.conftest import ACCOUNT, REGION, Case
from tests.contract.resource_types.reading import asks, listed

S3: dict[str, Any] = {
    "S3BucketArn": "arn:aws:s3:::orders",
    "S3Config": {"BucketAccessRoleArn": {"Fn::GetAtt": ["Role", "Arn"]}},
}
AGENT = f"arn:aws:datasync:{REGION}:{ACCOUNT}:agent/agent-0123456789abcdef0"
SMB = {"AgentArns": [AGENT], "ServerHostname": "files.example.com", "Subdirectory": "/shared", "User": "one"}
ENDS = {"SourceLocationArn": {"Ref": "Source"}, "DestinationLocationArn": {"Ref": "Target"}}
TAGS = listed(asks("datasync", "list_tags_for_resource", "Tags", ResourceArn="@"))

CASES = (
    Case(
        "AWS::DataSync::LocationS3",
        {**S3, "Subdirectory": "/daily"},
        asks("datasync", "describe_location_s3", LocationArn="@"),
        {"LocationUri": "s3://orders/daily/"},
        changed={"Subdirectory": "/weekly", "S3StorageClass": "STANDARD_IA"},
        then={"LocationUri": "s3://orders/weekly/", "S3StorageClass": "STANDARD_IA"},
        replaced={"S3BucketArn": "arn:aws:s3:::others"},
        tags=TAGS,
        denied=("datasync:CreateLocationS3", "datasync:TagResource", "datasync:DescribeLocationS3", "iam:PassRole"),
        denied_later=("datasync:UpdateLocationS3", "datasync:DeleteLocation"),
        around={"Role": ROLE},
        attributes=("LocationUri",),
    ),
    Case(
        "AWS::DataSync::LocationSMB",
        SMB,
        asks("datasync", "describe_location_smb", LocationArn="@"),
        {"LocationUri": "smb://files.example.com/shared/", "User": "one", "AgentArns": [AGENT]},
        changed={"ServerHostname": "other.example.com", "User": "two", "MountOptions": {"Version": "SMB3"}},
        then={
            "LocationUri": "smb://other.example.com/shared/",
            "User": "two",
            "MountOptions": {"Version": "SMB3"},
        },
        tags=TAGS,
        denied=("datasync:CreateLocationSmb", "datasync:TagResource", "datasync:DescribeLocationSmb"),
        denied_later=("datasync:UpdateLocationSmb", "datasync:DeleteLocation"),
        attributes=("LocationUri",),
    ),
    Case(
        "AWS::DataSync::Task",
        {**ENDS, "Name": "nightly", "Schedule": {"ScheduleExpression": "rate(1 day)"}},
        asks("datasync", "describe_task", TaskArn="@"),
        {"Name": "nightly", "Status": "AVAILABLE", "Schedule": {"ScheduleExpression": "rate(1 day)"}},
        changed={"Name": "weekly", "Schedule": {"ScheduleExpression": "rate(7 days)"}},
        then={"Name": "weekly", "Schedule": {"ScheduleExpression": "rate(7 days)"}},
        replaced={"DestinationLocationArn": {"Ref": "Source"}},
        tags=TAGS,
        denied=("datasync:CreateTask", "datasync:TagResource", "datasync:DescribeTask"),
        denied_later=("datasync:UpdateTask", "datasync:DeleteTask"),
        around={
            "Role": ROLE,
            "Source": {"Type": "AWS::DataSync::LocationS3", "Properties": S3},
            "Target": {"Type": "AWS::DataSync::LocationSMB", "Properties": SMB},
        },
        attributes=("TaskArn", "Status"),
    ),
)
