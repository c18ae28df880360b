"""What the bucket products have alike."""

from __future__ import annotations

from typing import Any

from troposphere import GetAtt, Ref, Sub
from troposphere.s3 import (
    AbortIncompleteMultipartUpload,
    LifecycleRule,
    NoncurrentVersionExpiration,
    OwnershipControls,
    OwnershipControlsRule,
    PublicAccessBlockConfiguration,
    VersioningConfiguration,
)

from _shared.parameters import Parameters, choice, text
from _shared.policies import deny, only_over_tls

OBJECTS = Sub("${Bucket.Arn}/*")
WHOLE = [GetAtt("Bucket", "Arn"), OBJECTS]
NAME = "[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]"


def bucket_name(example: str) -> Parameters:
    """The name of a bucket."""
    return {
        "BucketName": text(
            "Name of the bucket",
            f"Name of the bucket, such as {example}. It must be new in all of AWS, and cannot be changed later.",
            NAME,
            "must have 3 to 63 lower-case letters, digits, hyphens or dots, and begin and end with a letter or digit.",
            most=63,
        )
    }


MINIMUM_TLS: Parameters = {
    "MinimumTlsVersion": choice(
        "Minimum TLS version",
        "Oldest version of TLS that requests may use.",
        ["1.2", "1.3"],
        "1.2",
    )
}


def closed() -> dict[str, Any]:
    """Properties of each bucket: nothing is public, there are no ACLs, and each version is kept for a time."""
    return {
        "BucketName": Ref("BucketName"),
        "OwnershipControls": OwnershipControls(Rules=[OwnershipControlsRule(ObjectOwnership="BucketOwnerEnforced")]),
        "PublicAccessBlockConfiguration": PublicAccessBlockConfiguration(
            BlockPublicAcls=True, BlockPublicPolicy=True, IgnorePublicAcls=True, RestrictPublicBuckets=True
        ),
        "VersioningConfiguration": VersioningConfiguration(Status="Enabled"),
    }


def clean_up(noncurrent_days: Any) -> LifecycleRule:
    """Old versions go after some days, unfinished uploads after a week, and delete markers with nothing behind them."""
    return LifecycleRule(
        Id="CleanUp",
        Status="Enabled",
        AbortIncompleteMultipartUpload=AbortIncompleteMultipartUpload(DaysAfterInitiation=7),
        NoncurrentVersionExpiration=NoncurrentVersionExpiration(NoncurrentDays=noncurrent_days),
        ExpiredObjectDeleteMarker=True,
    )


def over_tls() -> list[Any]:
    """Deny requests without TLS, and with an older version of it."""
    old = {"NumericLessThan": {"s3:TlsVersion": Ref("MinimumTlsVersion")}}
    return [only_over_tls(["s3:*"], WHOLE), deny("OnlyNewTls", ["s3:*"], WHOLE, old)]
