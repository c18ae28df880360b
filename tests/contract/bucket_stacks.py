"""Stacks of buckets: what tests of their creation, update and deletion look at."""

from __future__ import annotations

from typing import Any


def bucket(name: str, **attributes: Any) -> dict[str, Any]:
    return {"Type": "AWS::S3::Bucket", "Properties": {"BucketName": name}, **attributes}


def buckets(local: Any) -> set[str]:
    return {bucket["Name"] for bucket in local.client("s3").list_buckets()["Buckets"]}


def shown(local: Any, stack: str) -> dict[str, str]:
    """The statuses of the resources that people see, also of those that a stack has no more."""
    listed = local.client("cloudformation").list_stack_resources(StackName=stack)["StackResourceSummaries"]
    return {resource["LogicalResourceId"]: resource["ResourceStatus"] for resource in listed}
