"""Case G14 for lists with several pages: a member that a page lacks is named, with its operation."""

from __future__ import annotations

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest

from catalog.aws.aliases import aliases
from catalog.aws.principals import AccountIdentities
from catalog.aws.roles import attached_policies, inline_policies
from catalog.aws.session import AwsSession
from catalog.aws.stacks import Stacks
from catalog.errors import AwsError
from tests.sessions import separate_session

LOCAL = {
    "AWS_ACCESS_KEY_ID": "a",
    "AWS_SECRET_ACCESS_KEY": "b",
    "AWS_REGION": "eu-west-1",
    "AWS_ENDPOINT_URL": "http://127.0.0.1:1",
}


@pytest.mark.parametrize(
    ("service", "read", "page", "missing"),
    [
        ("kms", aliases, {}, "ListAliases: AWS's answer has no Aliases"),
        ("kms", aliases, {"Aliases": [{}]}, "ListAliases: AWS's answer has no Aliases.AliasName"),
        (
            "iam",
            lambda session: AccountIdentities(session).names("role"),
            {"Roles": [{}]},
            "ListRoles: AWS's answer has no Roles.Arn",
        ),
        (
            "iam",
            lambda session: list(inline_policies(session, "r")),
            {},
            "ListRolePolicies: AWS's answer has no PolicyNames",
        ),
        (
            "iam",
            lambda session: list(attached_policies(session, "r")),
            {"AttachedPolicies": [{}]},
            "ListAttachedRolePolicies: AWS's answer has no AttachedPolicies.PolicyArn",
        ),
        (
            "cloudformation",
            lambda session: Stacks(session).members("s", "AWS::IAM::Role"),
            {"StackResourceSummaries": [{}]},
            "ListStackResources: AWS's answer has no StackResourceSummaries.ResourceType",
        ),
    ],
)
def test_a_page_that_lacks_a_member_is_an_error_that_names_it(
    service: str, read: Callable[[AwsSession], object], page: dict[str, Any], missing: str
) -> None:
    session = separate_session(LOCAL)
    answer = (SimpleNamespace(status_code=200), page)
    session.client(service).meta.events.register("before-call", lambda **_: answer)
    with pytest.raises(AwsError) as error:
        read(session)
    assert error.value.message == missing
