"""DataSync: locations and tasks keep all that they are given, with tags; ids and ARNs in AWS's form.

Source: DataSync API reference, UpdateLocationS3, UpdateLocationSmb, UpdateTask, TagResource, DescribeLocationS3.
"""

from __future__ import annotations

import json
from typing import Any

from moto.datasync.exceptions import InvalidRequestException
from moto.datasync.models import DataSyncBackend
from moto.datasync.responses import DataSyncResponse
from moto.moto_api._internal import mock_random

from catalog.sandbox.services.keeping import keep, kept

CREATE_LOCATION, CREATE_TASK = DataSyncBackend.create_location, DataSyncBackend.create_task
UNSHOWN = {
    *("LocationArn", "TaskArn", "Tags", "S3BucketArn", "Subdirectory", "ServerHostname", "Password"),
    *("KerberosKeytab", "KerberosKrb5Conf"),
}
"""What no answer shows as it was given."""
TAGS = "sandbox_tags"


def install() -> None:
    """Replace moto's methods, and add operations."""
    for kind in ("s3", "smb"):
        setattr(DataSyncResponse, f"create_location_{kind}", created_location(kind))
        setattr(DataSyncResponse, f"describe_location_{kind}", described_location(kind))
        setattr(DataSyncResponse, f"update_location_{kind}", updated_location(kind))
    for answer in (create_task, describe_task, update_task, tag_resource, untag_resource, list_tags_for_resource):
        setattr(DataSyncResponse, answer.__name__, answer)
    for method in (create_location, create_new_task):
        setattr(DataSyncBackend, method.__name__.replace("_new", ""), method)


def given(response: DataSyncResponse) -> dict[str, Any]:
    """What a request gives."""
    return dict(json.loads(response.body))


def keep_all(response: DataSyncResponse, target: Any) -> None:
    """Keep what a request gives, and its tags if it has some."""
    values = given(response)
    keep(target, {name: value for name, value in values.items() if name not in UNSHOWN})
    if "Tags" in values:
        vars(target)[TAGS] = {tag["Key"]: tag.get("Value", "") for tag in values["Tags"]}


def named(response: DataSyncResponse, parameter: str) -> Any:
    """The location or task whose ARN a request has."""
    arn, backend = response._get_param(parameter), response.datasync_backend
    target = backend.locations.get(arn) or backend.tasks.get(arn)
    if target is None:
        raise InvalidRequestException(f"{arn} is not found.")
    return target


def _arn(backend: DataSyncBackend, kind: str, short: str) -> str:
    identifier = f"{short}-0{mock_random.get_random_hex(16)}"
    return f"arn:{backend.partition}:datasync:{backend.region_name}:{backend.account_id}:{kind}/{identifier}"


# Locations


def create_location(backend: DataSyncBackend, location_uri: str, typ: str, metadata: dict[str, Any]) -> str:
    """A location of the account."""
    location = backend.locations.pop(CREATE_LOCATION(backend, location_uri, typ, metadata))
    location.arn = _arn(backend, "location", "loc")
    backend.locations[location.arn] = location
    return location.arn


def _uri(kind: str, values: dict[str, Any], before: str = "") -> str:
    """The URI of a location: its server or bucket, and its folder."""
    bucket = str(values.get("S3BucketArn") or "").rpartition(":")[2]
    host = values.get("ServerHostname") or bucket or before.split("/")[2]
    folder = values.get("Subdirectory")
    path = before.split("/", 3)[3] if folder is None and before else str(folder or "")
    return f"{kind}://{host}/{path.strip('/')}/".replace("//", "/").replace(":/", "://", 1)


def created_location(kind: str) -> Any:
    """CreateLocationS3 or CreateLocationSmb."""

    def created(response: DataSyncResponse) -> str:
        backend = response.datasync_backend
        arn = backend.create_location(_uri(kind, given(response)), typ=kind.upper(), metadata={})
        keep_all(response, backend.locations[arn])
        return json.dumps({"LocationArn": arn})

    return created


def described_location(kind: str) -> Any:
    """DescribeLocationS3 or DescribeLocationSmb."""

    def described(response: DataSyncResponse) -> str:
        location = named(response, "LocationArn")
        response._get_location(location.arn, typ=kind.upper())
        return json.dumps({"LocationArn": location.arn, "LocationUri": location.uri, **kept(location)})

    return described


def updated_location(kind: str) -> Any:
    """UpdateLocationS3 or UpdateLocationSmb: what is given changes."""

    def updated(response: DataSyncResponse) -> str:
        location = named(response, "LocationArn")
        location.uri = _uri(kind, given(response), location.uri)
        keep_all(response, location)
        return "{}"

    return updated


# Tasks


def create_new_task(backend: DataSyncBackend, *arguments: Any, **options: Any) -> str:
    """A task of the account."""
    task = backend.tasks.pop(CREATE_TASK(backend, *arguments, **options))
    task.arn = _arn(backend, "task", "task")
    backend.tasks[task.arn] = task
    return task.arn


def create_task(response: DataSyncResponse) -> str:
    """CreateTask of the API reference."""
    values, backend = given(response), response.datasync_backend
    ends = values["SourceLocationArn"], values["DestinationLocationArn"]
    arn = backend.create_task(*ends, values.get("Name", ""), metadata={})
    keep_all(response, backend.tasks[arn])
    return json.dumps({"TaskArn": arn})


def describe_task(response: DataSyncResponse) -> str:
    """DescribeTask of the API reference."""
    task = named(response, "TaskArn")
    running = {"CurrentTaskExecutionArn": task.current_task_execution_arn} if task.current_task_execution_arn else {}
    return json.dumps({"TaskArn": task.arn, "Status": task.status, **running, **kept(task)})


def update_task(response: DataSyncResponse) -> str:
    """UpdateTask of the API reference: what is given changes."""
    keep_all(response, named(response, "TaskArn"))
    return "{}"


# Tags


def tag_resource(response: DataSyncResponse) -> str:
    """TagResource of the API reference."""
    tags = vars(named(response, "ResourceArn")).setdefault(TAGS, {})
    tags.update({tag["Key"]: tag.get("Value", "") for tag in response._get_param("Tags")})
    return "{}"


def untag_resource(response: DataSyncResponse) -> str:
    """UntagResource of the API reference."""
    tags = vars(named(response, "ResourceArn")).setdefault(TAGS, {})
    for key in response._get_param("Keys"):
        tags.pop(key, None)
    return "{}"


def list_tags_for_resource(response: DataSyncResponse) -> str:
    """ListTagsForResource of the API reference."""
    tags = vars(named(response, "ResourceArn")).get(TAGS, {})
    return json.dumps({"Tags": [{"Key": key, "Value": value} for key, value in tags.items()]})
