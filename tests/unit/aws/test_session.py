"""Sessions: which endpoint is the sandbox (one on this machine can be a tunnel to AWS), and whose calls are whose."""

from __future__ import annotations

from types import SimpleNamespace

import boto3
import pytest

from catalog.aws.session import SANDBOX_HEADER, AwsSession, open_local_session
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


def test_sessions_of_a_sandbox_share_clients_and_each_reports_its_own_calls() -> None:
    keys = {"AWS_ACCESS_KEY_ID": "a", "AWS_SECRET_ACCESS_KEY": "b", "AWS_REGION": "eu-west-1"}
    sandbox = {**keys, "AWS_ENDPOINT_URL": "http://127.0.0.1:3"}
    calls: dict[str, list[str]] = {"first": [], "second": []}
    first, second = (open_local_session(sandbox, None, calls[name].append) for name in calls)
    assert first.kms.meta is second.kms.meta
    assert first.kms.meta is not open_local_session(sandbox, "us-east-1").kms.meta
    pages = iter([{"Aliases": [], "Truncated": True, "NextMarker": "2"}, {"Aliases": []}, {"Aliases": []}])
    answered = SimpleNamespace(status_code=200)
    first.kms.meta.events.register("before-call", lambda **_: (answered, next(pages)))
    listed = iter(first.kms.get_paginator("list_aliases").paginate())
    next(listed)
    second.kms.list_aliases()
    assert not next(listed)["Aliases"]
    assert calls == {"first": ["kms:ListAliases"] * 2, "second": ["kms:ListAliases"]}
