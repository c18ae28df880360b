"""Recognizing the sandbox: an endpoint on this machine is not enough, since it can be a tunnel to AWS."""

from __future__ import annotations

import boto3
import pytest

from catalog.aws.session import SANDBOX_HEADER, AwsSession
from tests.unit.aws.endpoint import endpoint

IDENTITY = b"""<GetCallerIdentityResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><GetCallerIdentityResult>
<Arn>arn:aws:iam::123456789012:role/r</Arn><UserId>r</UserId><Account>123456789012</Account>
</GetCallerIdentityResult></GetCallerIdentityResponse>"""


@pytest.mark.parametrize(("headers", "is_sandbox"), [({SANDBOX_HEADER: "1"}, True), ({}, False)])
def test_an_endpoint_on_this_machine_is_the_sandbox_if_it_identifies_itself(
    headers: dict[str, str], is_sandbox: bool
) -> None:
    with endpoint(lambda: (200, headers, IDENTITY)) as url:
        boto = boto3.Session("a", "b", region_name="us-east-1")
        assert AwsSession(boto, "us-east-1", url).is_sandbox is is_sandbox


def test_an_endpoint_elsewhere_is_never_the_sandbox() -> None:
    boto = boto3.Session("a", "b", region_name="us-east-1")
    assert AwsSession(boto, "us-east-1", "https://servicecatalog.us-east-1.amazonaws.com").is_sandbox is False
