"""Launching as a person does it: find the product and a launch path, provision, follow the record."""

from __future__ import annotations

import re
import uuid
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from catalog.aws.calls import aws_call
from catalog.aws.reader import pages
from catalog.aws.session import AwsSession
from catalog.aws.waits import RECORD, wait_for

NAME = re.compile(r"[a-zA-Z0-9][a-zA-Z0-9._-]{0,127}")
"""Of a provisioned product (API: ProvisionedProductName); its id is of this form too."""
NAME_FORM = "1 to 128 letters, digits, '.', '_' or '-', starting with a letter or digit"


@dataclass(frozen=True, slots=True)
class Record:
    """A RecordDetail: what a launch or a termination came to."""

    id: str
    status: str
    """CREATED, IN_PROGRESS, IN_PROGRESS_IN_ERROR, SUCCEEDED or FAILED."""
    provisioned_product_id: str
    provisioned_product_name: str
    type: str
    """CFN_STACK or CFN_STACKSET."""
    errors: tuple[str, ...]
    outputs: Mapping[str, str]

    @property
    def done(self) -> bool:
        """Whether AWS is finished with it."""
        return self.status in ("SUCCEEDED", "FAILED")


@dataclass(frozen=True, slots=True)
class StackInstance:
    """The stack of a stack set in one account and Region."""

    account: str
    region: str
    status: str
    """CURRENT, OUTDATED or INOPERABLE."""


@dataclass(frozen=True, slots=True)
class Provisioning:
    """Service Catalog's end-user side, as the identity of `session` sees it."""

    session: AwsSession

    def describe_product(self, **by: str) -> dict[str, Any]:
        """DescribeProduct by Id or Name: view and versions; ResourceNotFoundException when nobody granted it."""
        with aws_call("DescribeProduct"):
            return dict(self.session.servicecatalog.describe_product(**by))

    def describe(self, **by: str) -> dict[str, Any]:
        """DescribeProvisionedProduct by Id or Name; a person's own ones AWSServiceCatalogEndUserFullAccess allows."""
        with aws_call("DescribeProvisionedProduct"):
            return dict(self.session.servicecatalog.describe_provisioned_product(**by)["ProvisionedProductDetail"])

    def products_called(self, name: str) -> Iterator[dict[str, Any]]:
        """DescribeProduct of each product of exactly this name that the caller may launch; the search is fuzzy."""
        search = self.session.servicecatalog.search_products
        filters = {"FullTextSearch": [name]}
        for view in pages("SearchProducts", search, "ProductViewSummaries", Filters=filters, PageSize=20):
            if view["Name"] == name:
                yield self.describe_product(Id=view["ProductId"])

    def launch_paths(self, product_id: str) -> list[tuple[str, str]]:
        """(path id, portfolio's name) for each way in which the caller may launch a product."""
        listing = self.session.servicecatalog.list_launch_paths
        paths = pages("ListLaunchPaths", listing, "LaunchPathSummaries", ProductId=product_id, PageSize=20)
        return [(path["Id"], path["Name"]) for path in paths]

    def provision(
        self,
        name: str,
        *,
        product_id: str,
        artifact_id: str,
        path_id: str,
        parameters: Mapping[str, str],
        tags: Mapping[str, str],
        preferences: Mapping[str, Sequence[str]],
    ) -> Record:
        """ProvisionProduct; the token is fresh, since the same content may be launched again later.

        `preferences` are ProvisioningPreferences, which AWS takes under a STACKSET constraint only.
        """
        more: dict[str, Any] = {"ProvisioningPreferences": preferences} if preferences else {}
        with aws_call("ProvisionProduct"):
            answer = self.session.servicecatalog.provision_product(
                ProvisionToken=str(uuid.uuid4()),
                ProvisionedProductName=name,
                ProductId=product_id,
                ProvisioningArtifactId=artifact_id,
                PathId=path_id,
                ProvisioningParameters=[{"Key": key, "Value": value} for key, value in parameters.items()],
                Tags=[{"Key": key, "Value": value} for key, value in tags.items()],
                **more,
            )
        return record({"RecordDetail": answer["RecordDetail"]})

    def terminate(self, name: str, *, retain: bool, ignore_errors: bool) -> Record:
        """TerminateProvisionedProduct by name."""
        with aws_call("TerminateProvisionedProduct"):
            answer = self.session.servicecatalog.terminate_provisioned_product(
                TerminateToken=str(uuid.uuid4()),
                ProvisionedProductName=name,
                RetainPhysicalResources=retain,
                IgnoreErrors=ignore_errors,
            )
        return record({"RecordDetail": answer["RecordDetail"]})

    def follow(self, started: Record, report: Callable[[Record], None]) -> Record:
        """Read the record until it is done, telling `report` each new status; `DeadlineError` after 30 minutes."""
        last = started.status
        report(started)

        def probe() -> Record | None:
            nonlocal last
            current = self.record(started.id)
            if current.status != last:
                last = current.status
                report(current)
            return current if current.done else None

        return wait_for(f"record {started.id}", probe, RECORD)

    def record(self, record_id: str) -> Record:
        """DescribeRecord with all pages of its outputs."""
        outputs: dict[str, str] = {}
        token = ""
        while True:
            with aws_call("DescribeRecord"):
                page: dict[str, Any] = {"PageToken": token} if token else {}
                answer = self.session.servicecatalog.describe_record(Id=record_id, **page)
            outputs |= {item["OutputKey"]: item["OutputValue"] for item in answer.get("RecordOutputs", [])}
            token = answer.get("NextPageToken", "")
            if not token:
                return record(dict(answer), outputs)

    def stack_instances(self, provisioned_product_id: str) -> list[StackInstance]:
        """ListStackInstancesForProvisionedProduct, by account and Region; without outputs, which the stacks have."""
        operation = "ListStackInstancesForProvisionedProduct"
        listing = self.session.servicecatalog.list_stack_instances_for_provisioned_product
        items = pages(operation, listing, "StackInstances", ProvisionedProductId=provisioned_product_id, PageSize=20)
        instances = [StackInstance(each["Account"], each["Region"], each["StackInstanceStatus"]) for each in items]
        return sorted(instances, key=lambda each: (each.account, each.region))

    def provisioned(self, *queries: str, mine: bool = False) -> Iterator[dict[str, Any]]:
        """ProvisionedProductAttributes of the whole account, or with `mine` what this very identity launched.

        An identity whose policy has the condition `servicecatalog:userLevel: self`, as AWS's managed one for end users,
        may ask for its own alone (administrator guide, "Example policies for managing provisioned products").

        `queries` are SearchQuery's, such as `productId:prod-…`; all of them must fit. The order is asked for, since
        without one pages may repeat or leave out an item (so earlier editions of the API Reference).
        """
        search = self.session.servicecatalog.search_provisioned_products
        narrowed: dict[str, Any] = {"Filters": {"SearchQuery": list(queries)}} if queries else {}
        return pages(
            "SearchProvisionedProducts",
            search,
            "ProvisionedProducts",
            AccessLevelFilter={"Key": "User" if mine else "Account", "Value": "self"},
            SortBy="id",
            PageSize=100,
            **narrowed,
        )


def record(answer: Mapping[str, Any], outputs: Mapping[str, str] | None = None) -> Record:
    """A `Record` from an answer that has RecordDetail."""
    detail = answer["RecordDetail"]
    return Record(
        id=detail["RecordId"],
        status=detail["Status"],
        provisioned_product_id=detail.get("ProvisionedProductId", ""),
        provisioned_product_name=detail.get("ProvisionedProductName", ""),
        type=detail.get("ProvisionedProductType", ""),
        errors=tuple(error.get("Description", error.get("Code", "")) for error in detail.get("RecordErrors", [])),
        outputs=outputs or {},
    )
