"""Conditional writes and deletes of S3 objects, which the lease of a publisher is made of."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.contract.conftest import Sandbox

BUCKET, KEY = "conditional", "lease.json"


@pytest.fixture
def s3(local: Sandbox) -> Any:
    client = local.client("s3")
    client.create_bucket(Bucket=BUCKET)
    client.put_bucket_versioning(Bucket=BUCKET, VersioningConfiguration={"Status": "Enabled"})
    return client


def outcome(call: Callable[..., Any], **arguments: Any) -> tuple[int, str]:
    """(HTTP status, error code) of a call on the object."""
    try:
        answer = call(Bucket=BUCKET, Key=KEY, **arguments)
    except ClientError as error:
        return error.response["ResponseMetadata"]["HTTPStatusCode"], error.response["Error"]["Code"]
    return answer["ResponseMetadata"]["HTTPStatusCode"], ""


def test_an_object_is_created_only_if_it_is_new(s3: Any) -> None:
    assert outcome(s3.put_object, Body=b"one", IfNoneMatch="*") == (200, "")
    assert outcome(s3.put_object, Body=b"two", IfNoneMatch="*") == (412, "PreconditionFailed")
    assert s3.get_object(Bucket=BUCKET, Key=KEY)["Body"].read() == b"one"


def test_an_object_is_overwritten_or_deleted_only_if_it_is_the_one_that_was_read(s3: Any) -> None:
    first = s3.put_object(Bucket=BUCKET, Key=KEY, Body=b"one")["ETag"]
    assert outcome(s3.put_object, Body=b"two", IfMatch=first) == (200, "")
    assert outcome(s3.put_object, Body=b"three", IfMatch=first) == (412, "PreconditionFailed")
    assert outcome(s3.delete_object, IfMatch=first) == (412, "PreconditionFailed")
    second = s3.head_object(Bucket=BUCKET, Key=KEY)["ETag"]
    assert outcome(s3.delete_object, IfMatch=second) == (204, "")


@pytest.mark.parametrize("deleted", [False, True], ids=["never written", "deleted"])
def test_without_an_object_if_match_finds_no_key(s3: Any, deleted: bool) -> None:
    etag = s3.put_object(Bucket=BUCKET, Key=KEY, Body=b"one")["ETag"] if deleted else '"0123456789abcdef"'
    if deleted:
        assert outcome(s3.delete_object, IfMatch="*") == (204, "")
    for arguments in ({"IfMatch": etag}, {"IfMatch": "*"}):
        assert outcome(s3.delete_object, **arguments) == (404, "NoSuchKey")
    assert outcome(s3.put_object, Body=b"two", IfMatch=etag) == (404, "NoSuchKey")
    assert outcome(s3.put_object, Body=b"two", IfNoneMatch="*") == (200, "")


def test_of_many_requests_at_once_one_is_first(s3: Any) -> None:
    with ThreadPoolExecutor(8) as pool:
        created = list(pool.map(lambda n: outcome(s3.put_object, Body=str(n).encode(), IfNoneMatch="*"), range(8)))
    assert sorted(created) == [(200, ""), *[(412, "PreconditionFailed")] * 7]
    etag = s3.head_object(Bucket=BUCKET, Key=KEY)["ETag"]
    with ThreadPoolExecutor(8) as pool:
        replaced = list(pool.map(lambda n: outcome(s3.put_object, Body=f"r{n}".encode(), IfMatch=etag), range(8)))
    assert sorted(replaced) == [(200, ""), *[(412, "PreconditionFailed")] * 7]
