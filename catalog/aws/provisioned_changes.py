"""Changes of what is provisioned: updates, plans of updates, another owner, and stacks that are imported."""

from __future__ import annotations

import hashlib
import json
import uuid
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from catalog.aws.answers import untyped
from catalog.aws.calls import aws_call
from catalog.aws.provisioning import Record, record
from catalog.aws.reader import pages
from catalog.aws.session import AwsSession
from catalog.aws.waits import PRODUCT, wait_for
from catalog.errors import AwsCallError, AwsError

NO_CHANGES = ("No updates are to be performed", "didn't contain changes")
"""CloudFormation's words for a change set that would change nothing (service-catalog-puppet, aws.py)."""


@dataclass(frozen=True, slots=True)
class UpdateRequest:
    """The update of a provisioned product to a version, with parameters."""

    provisioned_product_id: str
    name: str
    product_id: str
    artifact_id: str
    path_id: str
    given: Mapping[str, str]
    kept: tuple[str, ...]
    """The parameters that keep their previous values."""
    tags: Mapping[str, str] | None = None
    """All tags of the provisioned product; None leaves them as they are."""
    last_record_id: str = ""
    """The record before this update. It makes the token: the same update is sent once, however often it is tried."""

    @property
    def token(self) -> str:
        """The idempotency token: repeated after a crash or a lost answer, the request is not carried out twice."""
        parts = [
            self.provisioned_product_id,
            self.artifact_id,
            self.path_id,
            sorted(self.given.items()),
            sorted(self.kept),
            sorted(self.tags.items()) if self.tags is not None else None,
            self.last_record_id,
        ]
        return hashlib.sha256(json.dumps(parts).encode()).hexdigest()

    @property
    def plan_name(self) -> str:
        """The name of a plan of this update: the same update has the same name."""
        return f"catalog-update-{self.token[:12]}"

    @property
    def members(self) -> dict[str, Any]:
        """The members that UpdateProvisionedProduct and CreateProvisionedProductPlan share."""
        parameters = [{"Key": key, "Value": value} for key, value in self.given.items()]
        members: dict[str, Any] = {
            "ProductId": self.product_id,
            "ProvisioningArtifactId": self.artifact_id,
            "PathId": self.path_id,
            "ProvisioningParameters": [*parameters, *({"Key": key, "UsePreviousValue": True} for key in self.kept)],
        }
        if self.tags is not None:
            members["Tags"] = [{"Key": key, "Value": value} for key, value in self.tags.items()]
        return members


@dataclass(frozen=True, slots=True)
class PlannedChange:
    """A resource that a plan changes, in the words of the API."""

    action: str
    """ADD, MODIFY or REMOVE."""
    logical_id: str
    type: str
    replacement: str
    """TRUE, FALSE, CONDITIONAL, or empty."""
    scope: tuple[str, ...]
    properties: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ProvisionedPlan:
    """A plan with the changes of its change set."""

    id: str
    changes: tuple[PlannedChange, ...] = ()


@dataclass(frozen=True, slots=True)
class ProvisionedChanges:
    """Service Catalog's operations on provisioned products, with the identity of `session`."""

    session: AwsSession

    def update(self, request: UpdateRequest) -> Record:
        """UpdateProvisionedProduct."""
        with aws_call("UpdateProvisionedProduct"):
            answer = self.session.servicecatalog.update_provisioned_product(
                ProvisionedProductId=request.provisioned_product_id, UpdateToken=request.token, **request.members
            )
        return record(untyped(answer))

    def plan(self, request: UpdateRequest) -> ProvisionedPlan:
        """CreateProvisionedProductPlan, and its changes when it is ready; `AwsError` with AWS's reason if it fails.

        A plan without changes has none; it cannot be executed. A plan that failed is deleted again.
        """
        with aws_call("CreateProvisionedProductPlan"):
            created = self.session.servicecatalog.create_provisioned_product_plan(
                PlanName=request.plan_name,
                PlanType="CLOUDFORMATION",
                ProvisionedProductName=request.name,
                IdempotencyToken=str(uuid.uuid4()),
                **request.members,
            )
        plan_id = created["PlanId"]

        def probe() -> dict[str, Any] | None:
            details = self.plan_page(plan_id)["ProvisionedProductPlanDetails"]
            return details if details["Status"] != "CREATE_IN_PROGRESS" else None

        details = wait_for(f"plan {plan_id}", probe, PRODUCT)
        if details["Status"] == "CREATE_SUCCESS":
            return ProvisionedPlan(plan_id, tuple(self.planned_changes(plan_id)))
        message = details.get("StatusMessage", "AWS gives no reason")
        self.delete_plan(plan_id)
        if any(words in message for words in NO_CHANGES):
            return ProvisionedPlan("")
        raise AwsError(f"{request.name}: the plan failed: {message}")

    def plan_page(self, plan_id: str, token: str = "") -> dict[str, Any]:
        """DescribeProvisionedProductPlan: one page."""
        more: dict[str, Any] = {"PageToken": token} if token else {}
        with aws_call("DescribeProvisionedProductPlan"):
            return untyped(self.session.servicecatalog.describe_provisioned_product_plan(PlanId=plan_id, **more))

    def planned_changes(self, plan_id: str) -> Iterator[PlannedChange]:
        """All ResourceChanges of a plan."""
        token = ""
        while True:
            page = self.plan_page(plan_id, token)
            for change in page.get("ResourceChanges", []):
                targets = [detail.get("Target", {}) for detail in change.get("Details", [])]
                names = [target["Name"] for target in targets if target.get("Name")]
                yield PlannedChange(
                    change["Action"],
                    change["LogicalResourceId"],
                    change.get("ResourceType", ""),
                    change.get("Replacement", ""),
                    tuple(change.get("Scope", ())),
                    tuple(dict.fromkeys(names)),
                )
            token = page.get("NextPageToken", "")
            if not token:
                return

    def execute_plan(self, plan_id: str) -> Record:
        """ExecuteProvisionedProductPlan."""
        with aws_call("ExecuteProvisionedProductPlan"):
            answer = self.session.servicecatalog.execute_provisioned_product_plan(
                PlanId=plan_id, IdempotencyToken=str(uuid.uuid4())
            )
        return record(untyped(answer))

    def delete_plan(self, plan_id: str) -> None:
        """DeleteProvisionedProductPlan."""
        with aws_call("DeleteProvisionedProductPlan"):
            self.session.servicecatalog.delete_provisioned_product_plan(PlanId=plan_id)

    def make_room(self, request: UpdateRequest) -> None:
        """Delete the plan of the same update, which was killed before; `AwsError` for a plan of another one.

        AWS allows one plan for each provisioned product.
        """
        for plan in self.plans(request.provisioned_product_id):
            if plan["PlanName"] != request.plan_name:
                raise AwsError(
                    f"{request.name} has a plan already: {plan['PlanName']} ({plan['PlanId']})",
                    hint="Somebody reviews it, or has left it. `aws servicecatalog delete-provisioned-product-plan "
                    f"--plan-id {plan['PlanId']}` deletes it.",
                )
            self.delete_plan(plan["PlanId"])

    def plans(self, provisioned_product_id: str) -> list[dict[str, Any]]:
        """The plans of a provisioned product that can still be executed; the caller's own without access to all."""

        def read(level: str) -> list[dict[str, Any]]:
            return list(
                pages(
                    "ListProvisionedProductPlans",
                    self.session.servicecatalog.list_provisioned_product_plans,
                    "ProvisionedProductPlans",
                    ProvisionProductId=provisioned_product_id,
                    AccessLevelFilter={"Key": level, "Value": "self"},
                    PageSize=20,
                )
            )

        try:
            plans = read("Account")
        except AwsCallError as error:
            if "AccessDenied" not in error.code:
                raise
            plans = read("User")
        states = {plan["PlanId"]: self.plan_page(plan["PlanId"])["ProvisionedProductPlanDetails"] for plan in plans}
        return [plan for plan in plans if not str(states[plan["PlanId"]]["Status"]).startswith("EXECUTE_")]

    def set_owner(self, provisioned_product_id: str, owner: str) -> str:
        """UpdateProvisionedProductProperties with OWNER; the id of the record."""
        with aws_call("UpdateProvisionedProductProperties"):
            answer = self.session.servicecatalog.update_provisioned_product_properties(
                ProvisionedProductId=provisioned_product_id,
                ProvisionedProductProperties={"OWNER": owner},
                IdempotencyToken=str(uuid.uuid4()),
            )
        return answer["RecordId"]

    def import_stack(self, name: str, *, product_id: str, artifact_id: str, stack: str) -> Record:
        """ImportAsProvisionedProduct of a stack by its ARN."""
        with aws_call("ImportAsProvisionedProduct"):
            answer = self.session.servicecatalog.import_as_provisioned_product(
                ProductId=product_id,
                ProvisioningArtifactId=artifact_id,
                ProvisionedProductName=name,
                PhysicalId=stack,
                IdempotencyToken=str(uuid.uuid4()),
            )
        return record(untyped(answer))
