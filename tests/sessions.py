"""Sessions whose clients a test may change: sessions of the same sandbox share theirs."""

from __future__ import annotations

from collections.abc import Mapping

from catalog.aws.session import AwsSession, keyed_session


def separate_session(environment: Mapping[str, str]) -> AwsSession:
    """A session on the sandbox that shares its clients with no other session."""
    boto = keyed_session(environment["AWS_ACCESS_KEY_ID"], environment["AWS_SECRET_ACCESS_KEY"])
    return AwsSession(boto, environment["AWS_REGION"], environment["AWS_ENDPOINT_URL"])
