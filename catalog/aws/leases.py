"""The lease object in the template bucket: read, written and deleted under S3's conditions, so that one run has it.

S3 writes with If-None-Match only if there is no object, and writes or deletes with If-Match only if the object has the
ETag that was read (S3 user guide, "How to prevent object overwrites with conditional writes" and "How to perform
conditional deletes"). The age of a lease is measured by S3's clock, so the clocks of publishers need not agree.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import Field, asdict, dataclass, fields, replace
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any

from catalog.aws.calls import aws_call
from catalog.aws.session import AwsSession
from catalog.aws.waits import CONFLICT, CONFLICTS, retry_call
from catalog.errors import AwsCallError, AwsError
from catalog.model.limits import printable

KEY = "lease/publisher.json"
SECONDS = 120.0
"""How long a lease lasts without renewal."""
LOST = ("PreconditionFailed", "NoSuchKey")
"""Codes of a conditional write when the object is another one than expected, or gone."""
NO_LEASE_HINT = (
    "The publisher needs s3:GetObject, s3:PutObject and s3:DeleteObject on lease/* of the bucket, and "
    "s3:ListBucketVersions on the bucket (`catalog help permissions.md`). Without them, pass --no-lock."
)


NO_LEASE = f"unknown, because the object {KEY} in the template bucket is no lease"


class LeaseTakenError(AwsError):
    """The lease object is not the one that was expected."""


@dataclass(frozen=True, slots=True)
class Holder:
    """Who publishes, from where, since when."""

    run: str
    """Unique for each run."""
    arn: str
    """The identity in AWS."""
    host: str
    command: str
    since: str
    """UTC, in ISO format."""
    machine: str
    """Identifies the machine, and the container on it."""
    process: str
    """Identifies the process on the machine."""
    link: str = ""
    """The CI job."""
    seconds: float = SECONDS
    """How long the lease lasts after each renewal."""
    ended: bool = False
    """Whether the run has ended, with an error."""

    def __str__(self) -> str:
        where = f"{self.host} ({self.link})" if self.link else self.host
        return printable(f"{self.arn} on {where}, `catalog {self.command}` since {self.since}")


@dataclass(frozen=True, slots=True)
class StoredLease:
    """The lease object as it was read."""

    etag: str
    holder: Holder | None
    """None when the object is not a lease."""
    age: float
    """Seconds since it was written."""

    @property
    def expired(self) -> bool:
        """Whether nobody has renewed it in time."""
        if self.holder is None:
            return self.age > SECONDS
        return self.holder.ended or self.age > self.holder.seconds


@dataclass(frozen=True, slots=True)
class LeaseReading:
    """What the bucket has: the lease, if a publisher is at work or crashed, and the newest version of the object."""

    lease: StoredLease | None = None
    newest: str = ""
    """Version id of the object or of its delete marker; empty if there is none, or no permission to see it."""
    idle: float = 0.0
    """Seconds since the last publisher has finished, and left a delete marker; 0 if it has not, or nobody knows."""


@dataclass(frozen=True, slots=True)
class LeaseStore:
    """The lease object of an account and Region."""

    session: AwsSession
    bucket: str

    @property
    def target(self) -> dict[str, Any]:
        """The arguments that name the object."""
        return {"Bucket": self.bucket, "Key": KEY, "ExpectedBucketOwner": self.session.identity.account}

    def read(self) -> LeaseReading | None:
        """What the bucket has; None without a bucket."""
        try:
            listed = self.versions(1)
            if listed == []:
                return LeaseReading()
            newest, marked = listed[0] if listed else ("", None)
            return LeaseReading(self.lease() if marked is None else None, newest, marked or 0.0)
        except AwsCallError as error:
            if error.code == "NoSuchBucket":
                return None
            raise explained(error) from error

    def lease(self) -> StoredLease | None:
        """The lease object; None when there is none."""
        try:
            with aws_call("GetObject"):
                answer = self.session.s3.get_object(**self.target)
                body = answer["Body"].read()
        except AwsCallError as error:
            if error.code == "NoSuchKey":
                return None
            raise
        return StoredLease(answer["ETag"], holder_of(body), age_of(answer, answer))

    def versions(self, number: int) -> list[tuple[str, float | None]] | None:
        """(version id, age of a delete marker) of the newest versions of the object, the newest first.

        None when the caller may not see them (s3:ListBucketVersions).
        """
        try:
            with aws_call("ListObjectVersions"):
                answer: Mapping[str, Any] = self.session.s3.list_object_versions(
                    Bucket=self.bucket,
                    Prefix=KEY,
                    MaxKeys=number,
                    ExpectedBucketOwner=self.session.identity.account,
                )
        except AwsCallError as error:
            if error.code == "AccessDenied":
                return None
            raise
        versions = [(item, False) for item in answer.get("Versions", [])]
        versions += [(item, True) for item in answer.get("DeleteMarkers", [])]
        versions.sort(key=lambda pair: (pair[0]["IsLatest"], pair[0]["LastModified"]), reverse=True)
        return [(item["VersionId"], max(0.0, age_of(answer, item)) if marker else None) for item, marker in versions]

    def replaced(self) -> str | None:
        """The version id of what was there before the newest version; None when the caller may not see it."""
        versions = self.versions(2)
        return None if versions is None else (*(version for version, _ in versions[1:]), "")[0]

    def write(self, holder: Holder, etag: str | None) -> str:
        """Write the lease in place of the object with `etag`, or of none, and return its ETag.

        `LeaseTakenError` when another object is there.
        """
        condition: dict[str, Any] = {"IfMatch": etag} if etag else {"IfNoneMatch": "*"}
        body = json.dumps(asdict(holder), indent=1).encode()

        def put() -> str:
            with aws_call("PutObject"):
                answer = self.session.s3.put_object(
                    **self.target,
                    **condition,
                    Body=body,
                    ContentType="application/json",
                    ServerSideEncryption="AES256",
                )
            return answer["ETag"]

        try:
            return retry_call("PutObject", put, CONFLICT, CONFLICTS)
        except AwsCallError as error:
            if error.code not in LOST:
                raise explained(error) from error
            # The answer to our own request may have been lost, and boto3 has sent it again.
            stored = self.lease()
            if stored and stored.holder == holder:
                return stored.etag
            raise LeaseTakenError(f"s3://{self.bucket}/{KEY}: {error.text}") from error

    def end(self, lease: StoredLease) -> None:
        """Mark a lease as ended with an error: the next publisher knows that something may be half done."""
        if lease.holder:
            self.write(replace(lease.holder, ended=True), lease.etag)
        else:
            self.delete(lease.etag)

    def delete(self, etag: str) -> None:
        """Delete the lease with `etag`. `LeaseTakenError` when another object is there."""

        def delete() -> None:
            with aws_call("DeleteObject"):
                self.session.s3.delete_object(**self.target, IfMatch=etag)

        try:
            retry_call("DeleteObject", delete, CONFLICT, CONFLICTS)
        except AwsCallError as error:
            if error.code not in LOST:
                raise explained(error) from error
            if self.lease():
                raise LeaseTakenError(f"s3://{self.bucket}/{KEY}: {error.text}") from error


def age_of(answer: Mapping[str, Any], item: Mapping[str, Any]) -> float:
    """Seconds since an object or marker was written, by the clock of S3."""
    date = answer["ResponseMetadata"]["HTTPHeaders"].get("date")
    now = parsedate_to_datetime(date) if date else datetime.now(UTC)
    return float((now - item["LastModified"]).total_seconds())


def holder_of(body: bytes) -> Holder | None:
    """The holder that a lease object names; None when it names none. No lease lasts longer than ours do."""
    try:
        members = json.loads(body)
        holder = Holder(**{item.name: type_of(item)(members[item.name]) for item in fields(Holder)})
    except (ValueError, TypeError, KeyError, RecursionError, OverflowError):
        return None
    return holder if holder.seconds <= SECONDS else replace(holder, seconds=SECONDS)  # NaN is not <= either


def type_of(item: Field[Any]) -> Callable[[Any], Any]:
    """What makes a member's value of JSON."""
    return {"float": float, "bool": bool}.get(str(item.type), str)


def explained(error: AwsCallError) -> AwsCallError:
    """The error, with what to do when a permission is missing."""
    return error.reworded(hint=NO_LEASE_HINT) if error.code in ("AccessDenied", "403") else error
