"""Which credentials and Region boto3 would use, without a call to AWS; and the clock of AWS."""

from __future__ import annotations

import os
import time
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING

from catalog.aws.calls import aws_call
from catalog.aws.session import FIRST_CALL, AwsSession, chained_session
from catalog.errors import AwsCallError

if TYPE_CHECKING:
    from mypy_boto3_sts import STSClient


@dataclass(frozen=True, slots=True)
class CredentialsInUse:
    """What boto3's chain of credentials leads to."""

    region: str
    """Empty if there is none."""
    source: str
    """What has them, such as `env`, `sso` or `iam-role`; empty without credentials."""
    profiles: tuple[str, ...]
    """The profiles of the AWS configuration."""
    endpoint: str
    """AWS_ENDPOINT_URL; empty if it is not set."""


def credentials_in_use(profile: str | None, region: str | None) -> CredentialsInUse:
    """What a session with these options uses. `ContentError` for a profile, Region or endpoint that cannot be."""
    boto, credentials = chained_session(profile, region)
    if boto.region_name:  # creating a client checks the Region and the endpoint
        AwsSession(boto, boto.region_name).client("sts", FIRST_CALL)
    return CredentialsInUse(
        boto.region_name or "",
        str(credentials.method) if credentials else "",
        tuple(sorted(boto.available_profiles)),
        os.environ.get("AWS_ENDPOINT_URL", ""),
    )


def clock_difference(session: AwsSession) -> float | None:
    """Seconds that this machine's clock is ahead of AWS's, by the Date of an answer; None if an answer has none.

    A refusal has a Date too: AWS refuses requests whose time differs by more than five minutes (IAM user guide,
    "Elements of an AWS API request signature": a request must reach AWS within five minutes of its time stamp).
    """
    sts: STSClient = session.client("sts", FIRST_CALL)
    before = time.time()
    try:
        with aws_call("GetCallerIdentity"):
            headers = sts.get_caller_identity()["ResponseMetadata"]["HTTPHeaders"]
    except AwsCallError as error:
        answer = getattr(error.__cause__, "response", {})
        headers = answer.get("ResponseMetadata", {}).get("HTTPHeaders", {})
    try:
        theirs = parsedate_to_datetime(headers.get("date", "")).timestamp()
    except ValueError:
        return None
    return (before + time.time()) / 2 - theirs - 0.5  # the Date of an answer has whole seconds
