"""Launches as an end user makes them: products, launch paths, provisioned products and their records."""

from __future__ import annotations

import re
import uuid
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from catalog.aws.answers import untyped
from catalog.aws.calls import aws_call
from catalog.aws.reader import pages
from catalog.aws.session import AwsSession
from catalog.aws.waits import RECORD, wait_for
from catalog.errors import AwsCallError, StoppedError
from catalog.stopping import STOP

NAME = re.compile(r"[a-zA-Z0-9][a-zA-Z0-9._-]{0,127}")
"""Name of a provisioned product (API: ProvisionedProductName). Its id has this form too."""
NAME_FORM = "1 to 128 letters, digits, '.', '_' or '-', starting with a letter or digit"


STACK_OUTPUT = "CloudformationStackARN"
"""The output that Service Catalog adds: the ARN of the stack (AWS CLI examples, describe-record)."""


@dataclass(frozen=True, slots=True)
class Record:
    """A RecordDetail: the state of a launch, a termination or the run of a service action."""

    id: str
    status: str
    """CREATED, IN_PROGRESS, IN_PROGRESS_IN_ERROR, SUCCEEDED or FAILED."""
    provisioned_product_id: str
    provisioned_product_name: str
    type: str
    """CFN_STACK or CFN_STACKSET."""
    errors: tuple[str, ...]
    outputs: Mapping[str, str]
    artifact_id: str = ""
    """The version that the operation is about."""
    path_id: str = ""
    tags: Mapping[str, str] = field(default_factory=dict)

    @property
    def template_outputs(self) -> dict[str, str]:
        """The outputs of the template, without the one that Service Catalog adds."""
        return {key: value for key, value in self.outputs.items() if key != STACK_OUTPUT}

    @property
    def done(self) -> bool:
        """Whether AWS has finished."""
        return self.status in ("SUCCEEDED", "FAILED")


@dataclass(frozen=True, slots=True)
class PastRecord:
    """A record in the history of a provisioned product."""

    id: str
    type: str
    """PROVISION_PRODUCT, UPDATE_PROVISIONED_PRODUCT, TERMINATE_PROVISIONED_PRODUCT, or of a service action."""
    status: str
    created: datetime
    artifact_id: str
    errors: tuple[str, ...]
    provisioned_id: str = ""
    """The provisioned product that it is about."""
    provisioned_name: str = ""

    @classmethod
    def read(cls, detail: Mapping[str, Any]) -> PastRecord:
        """From a RecordDetail."""
        return cls(
            id=detail["RecordId"],
            type=detail.get("RecordType", ""),
            status=detail["Status"],
            created=detail["CreatedTime"],
            artifact_id=detail.get("ProvisioningArtifactId", ""),
            errors=tuple(error.get("Description", error.get("Code", "")) for error in detail.get("RecordErrors", [])),
            provisioned_id=detail.get("ProvisionedProductId", ""),
            provisioned_name=detail.get("ProvisionedProductName", ""),
        )


@dataclass(frozen=True, slots=True)
class StackInstance:
    """A stack of a stack set, in one account and Region."""

    account: str
    region: str
    status: str
    """CURRENT, OUTDATED or INOPERABLE."""


@dataclass(frozen=True, slots=True)
class Provisioning:
    """Service Catalog's operations for end users, with the identity of `session`."""

    session: AwsSession

    def describe_product(self, **by: str) -> dict[str, Any]:
        """DescribeProduct by Id or Name: view and versions. ResourceNotFoundException without access to the product."""
        with aws_call("DescribeProduct"):
            return untyped(self.session.servicecatalog.describe_product(**by))

    def describe(self, **by: str) -> dict[str, Any]:
        """DescribeProvisionedProduct by Id or Name.

        AWSServiceCatalogEndUserFullAccess allows it for the caller's own provisioned products.
        """
        with aws_call("DescribeProvisionedProduct"):
            return untyped(self.session.servicecatalog.describe_provisioned_product(**by)["ProvisionedProductDetail"])

    def products_called(self, name: str) -> Iterator[dict[str, Any]]:
        """DescribeProduct of each product with exactly this name that the caller may launch. The search is fuzzy."""
        search = self.session.servicecatalog.search_products
        filters = {"FullTextSearch": [name]}
        for view in pages("SearchProducts", search, "ProductViewSummaries", Filters=filters, PageSize=20):
            if view["Name"] == name:
                yield self.describe_product(Id=view["ProductId"])

    def products(self) -> Iterator[dict[str, Any]]:
        """ProductViewSummaries of all products that the caller may launch (SearchProducts without a filter)."""
        search = self.session.servicecatalog.search_products
        return pages("SearchProducts", search, "ProductViewSummaries", PageSize=20)

    def launch_paths(self, product_id: str) -> list[tuple[str, str]]:
        """(path id, portfolio's name) of each launch path of a product for the caller."""
        listing = self.session.servicecatalog.list_launch_paths
        paths = pages("ListLaunchPaths", listing, "LaunchPathSummaries", ProductId=product_id, PageSize=20)
        return [(path["Id"], path["Name"]) for path in paths]

    def launch_form(self, product_id: str, artifact_id: str, path_id: str) -> dict[str, Any]:
        """DescribeProvisioningParameters: parameters, TagOptions, constraints, outputs and UsageInstructions."""
        with aws_call("DescribeProvisioningParameters"):
            return untyped(
                self.session.servicecatalog.describe_provisioning_parameters(
                    ProductId=product_id, ProvisioningArtifactId=artifact_id, PathId=path_id
                )
            )

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
        """ProvisionProduct; the token is new each time, since the same content may be launched again later.

        `preferences` are ProvisioningPreferences, which AWS accepts only under a STACKSET constraint.
        """
        optional: dict[str, Any] = {"ProvisioningPreferences": preferences} if preferences else {}
        with name_is_free(name), aws_call("ProvisionProduct"):
            answer = self.session.servicecatalog.provision_product(
                ProvisionToken=str(uuid.uuid4()),
                ProvisionedProductName=name,
                ProductId=product_id,
                ProvisioningArtifactId=artifact_id,
                PathId=path_id,
                ProvisioningParameters=[{"Key": key, "Value": value} for key, value in parameters.items()],
                Tags=[{"Key": key, "Value": value} for key, value in tags.items()],
                **optional,
            )
        return record(untyped(answer))

    def terminate(self, provisioned_product_id: str, *, retain: bool, ignore_errors: bool) -> Record:
        """TerminateProvisionedProduct by id."""
        with aws_call("TerminateProvisionedProduct"):
            answer = self.session.servicecatalog.terminate_provisioned_product(
                TerminateToken=str(uuid.uuid4()),
                ProvisionedProductId=provisioned_product_id,
                RetainPhysicalResources=retain,
                IgnoreErrors=ignore_errors,
            )
        return record(untyped(answer))

    def follow(
        self, started: Record, report: Callable[[Record], None], look: Callable[[], object] = lambda: None
    ) -> Record:
        """Read the record until it is done, and `report` each new status; each time `look` at the stack too.

        `DeadlineError` after 30 minutes; `StoppedError` after a stop request. AWS goes on with the record.
        """
        last = started.status
        report(started)

        def probe() -> Record | None:
            nonlocal last
            current = self.record(started.id)
            look()
            if current.status != last:
                last = current.status
                report(current)
            return current if current.done else None

        try:
            return wait_for(f"record {started.id}", probe, RECORD)
        except (StoppedError, KeyboardInterrupt) as error:
            raise StoppedError(
                f"stopped following {started.provisioned_product_name or started.provisioned_product_id}: "
                f"record {started.id} was {last}, and AWS goes on with it",
                signal_number=STOP.number,
                hint="`catalog provisioned` shows the state of the provisioned product, and "
                f"`aws servicecatalog describe-record --id {started.id}` the record.",
            ) from error

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
                return record(untyped(answer), outputs)

    def history(self, provisioned_product_id: str | None, most: int) -> list[PastRecord]:
        """The last records of a provisioned product, or of all, the newest first (ListRecordHistory).

        Those of the whole account; with AWSServiceCatalogEndUserFullAccess a caller may list only own ones.
        """
        listing = self.session.servicecatalog.list_record_history
        key = {"Key": "provisionedproduct", "Value": provisioned_product_id}
        search: dict[str, Any] = {"SearchFilter": key} if provisioned_product_id else {}

        def read(level: str) -> list[PastRecord]:
            access = {"Key": level, "Value": "self"}
            details = pages(
                "ListRecordHistory",
                listing,
                "RecordDetails",
                AccessLevelFilter=access,
                PageSize=20,
                **search,
            )
            records = [PastRecord.read(detail) for detail in details]
            return sorted(records, key=lambda past: (past.created, past.id), reverse=True)[:most]

        try:
            return read("Account")
        except AwsCallError as error:
            if "AccessDenied" not in error.code:
                raise
            return read("User")

    def stack_instances(self, provisioned_product_id: str) -> list[StackInstance]:
        """ListStackInstancesForProvisionedProduct, by account and Region. Outputs are in the stacks only."""
        operation = "ListStackInstancesForProvisionedProduct"
        listing = self.session.servicecatalog.list_stack_instances_for_provisioned_product
        items = pages(operation, listing, "StackInstances", ProvisionedProductId=provisioned_product_id, PageSize=20)
        instances = [StackInstance(item["Account"], item["Region"], item["StackInstanceStatus"]) for item in items]
        return sorted(instances, key=lambda instance: (instance.account, instance.region))

    def provisioned(self, *queries: str, mine: bool = False) -> Iterator[dict[str, Any]]:
        """ProvisionedProductAttributes of the whole account; with `mine` only what this identity launched.

        An identity whose policy has the condition `servicecatalog:userLevel: self`, such as AWS's managed policy for
        end users, may list only its own (administrator guide, "Example policies for managing provisioned products").

        `queries` are SearchQuery strings such as `productId:prod-…`; a provisioned product must match all of them. The
        result is sorted, because without an order pages may repeat or omit items (earlier API Reference).
        """
        search = self.session.servicecatalog.search_provisioned_products
        filters: dict[str, Any] = {"Filters": {"SearchQuery": list(queries)}} if queries else {}
        return pages(
            "SearchProvisionedProducts",
            search,
            "ProvisionedProducts",
            AccessLevelFilter={"Key": "User" if mine else "Account", "Value": "self"},
            SortBy="id",
            PageSize=100,
            **filters,
        )


@contextmanager
def name_is_free(name: str) -> Iterator[None]:
    """Say what to do when a provisioned product has the name already: a failed launch keeps it too."""
    try:
        yield
    except AwsCallError as error:
        if error.code != "InvalidParametersException" or "already exists" not in error.text:
            raise
        hint = f"`catalog show {name}` shows it. Choose another --name, or delete it with `catalog terminate {name}`."
        raise error.reworded(hint=hint) from error


def record(answer: Mapping[str, Any], outputs: Mapping[str, str] | None = None) -> Record:
    """A `Record` from an answer with RecordDetail."""
    detail = answer["RecordDetail"]
    return Record(
        id=detail["RecordId"],
        status=detail["Status"],
        provisioned_product_id=detail.get("ProvisionedProductId", ""),
        provisioned_product_name=detail.get("ProvisionedProductName", ""),
        type=detail.get("ProvisionedProductType", ""),
        errors=tuple(error.get("Description", error.get("Code", "")) for error in detail.get("RecordErrors", [])),
        outputs=outputs or {},
        artifact_id=detail.get("ProvisioningArtifactId", ""),
        path_id=detail.get("PathId", ""),
        tags={tag["Key"]: tag["Value"] for tag in detail.get("RecordTags", [])},
    )
