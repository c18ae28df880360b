"""The accounts of an organization."""

from __future__ import annotations

from catalog.aws.calls import aws_call
from catalog.aws.session import AwsSession


def organization_accounts(session: AwsSession) -> list[tuple[str, str]]:
    """(id, name) of the active accounts, by name. From the management account or a delegated administrator.

    ListAccounts pages, and can return empty pages before the last one (API Reference): boto3's paginator goes on.
    """
    accounts = []
    with aws_call("ListAccounts"):
        for page in session.client("organizations").get_paginator("list_accounts").paginate():
            accounts += [(item["Id"], item.get("Name", "")) for item in page["Accounts"] if item["Status"] == "ACTIVE"]
    return sorted(accounts, key=lambda account: (account[1], account[0]))
