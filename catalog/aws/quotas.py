"""Quotas and what counts against them: Service Quotas, IAM's summary of the account, Service Catalog's lists."""

from __future__ import annotations

from collections.abc import Iterator

from catalog.aws.calls import aws_call
from catalog.aws.reader import Reader
from catalog.aws.session import AwsSession


def applied_quotas(session: AwsSession, service: str) -> dict[str, float]:
    """Name of each quota of a service → its value in the account and Region (ListServiceQuotas)."""
    pages = session.client("service-quotas").get_paginator("list_service_quotas").paginate(ServiceCode=service)
    with aws_call("ListServiceQuotas"):
        return {str(quota["QuotaName"]): float(quota["Value"]) for page in pages for quota in page["Quotas"]}


def role_counts(session: AwsSession) -> tuple[int, int]:
    """(roles of the account, their quota) by GetAccountSummary, which AWS counts now and then."""
    with aws_call("GetAccountSummary"):
        summary = session.iam.get_account_summary()["SummaryMap"]
    return summary.get("Roles", 0), summary.get("RolesQuota", 0)


def object_counts(session: AwsSession) -> Iterator[tuple[str, int]]:
    """(kind, number) of the objects that the account owns in the Region."""
    reader = Reader(session)
    yield "portfolios", sum(1 for _ in reader.portfolios())
    yield "products", sum(1 for _ in reader.products())
