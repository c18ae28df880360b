"""UpdateProvisionedProductProperties and ImportAsProvisionedProduct.

Documented (API Reference): OWNER takes the ARN of a user, a role or the session of a role of the same account,
LAUNCH_ROLE the ARN of a role. An import takes a root stack in one of five statuses whose template matches that of the
version, one at a time; the constraints of the product apply from the next update on.

Assumed: the texts of the errors, the record types, and that both operations need no change of the stack.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

from catalog.sandbox import stacks
from catalog.sandbox.servicecatalog.call import Call
from catalog.sandbox.servicecatalog.exceptions import (
    DuplicateResourceException,
    InvalidParametersException,
    InvalidStateException,
    ResourceNotFoundException,
)
from catalog.sandbox.servicecatalog.launch_paths import paths_to
from catalog.sandbox.servicecatalog.lookup import find_product, requested_artifact
from catalog.sandbox.servicecatalog.provisioned_products import requested_provisioned_product
from catalog.sandbox.servicecatalog.provisioning import new_provisioned_product
from catalog.sandbox.servicecatalog.records import PROPERTIES_UPDATE, add_record, due
from catalog.sandbox.servicecatalog.state import RecordOutcome, StoredLaunch, StoredProvisionedProduct

OWNER = re.compile(
    r"arn:(aws[a-z-]*):(?:iam::(\d{12}):(?:user|role)/(.+)|sts::(\d{12}):assumed-role/([^/]+)/([^/]+))", re.ASCII
)
ROLE = re.compile(r"arn:aws[a-z-]*:iam::(\d{12}):role/.+", re.ASCII)
IMPORT = "IMPORT_AS_PROVISIONED_PRODUCT"
IMPORTABLE = ("CREATE_COMPLETE", "UPDATE_COMPLETE", "UPDATE_ROLLBACK_COMPLETE", "IMPORT_COMPLETE")
"""The sandbox's stacks never are IMPORT_ROLLBACK_COMPLETE, the fifth status."""


def update_provisioned_product_properties(call: Call) -> dict[str, Any]:
    """UpdateProvisionedProductProperties."""
    target = requested_provisioned_product(call)
    if call.is_busy(target):
        raise InvalidStateException(f"Provisioned product {target.id} is UNDER_CHANGE.")
    wanted: dict[str, str] = dict(call.request["ProvisionedProductProperties"])
    for key, value in wanted.items():
        _check_property(call, key, value)
    if "OWNER" in wanted:
        target.user_arn, target.user_arn_session = owner_arn(wanted["OWNER"]), wanted["OWNER"]
    if "LAUNCH_ROLE" in wanted:
        role = wanted["LAUNCH_ROLE"]
        target.launch_role, target.launch = role, replace(target.launch, launch_role_arn=role)
    outcome = RecordOutcome(due(), target.status, target.message, succeeded=True)
    detail = add_record(call, PROPERTIES_UPDATE, target, target.launch, outcome, {})["RecordDetail"]
    return {
        "ProvisionedProductId": target.id,
        "ProvisionedProductProperties": wanted,
        "RecordId": detail["RecordId"],
        "Status": detail["Status"],
    }


def _check_property(call: Call, key: str, value: str) -> None:
    if key == "LAUNCH_ROLE" and not ROLE.fullmatch(value):
        raise InvalidParametersException(f"LAUNCH_ROLE must be the ARN of a role, got {value}")
    if key == "OWNER":
        match = OWNER.fullmatch(value)
        if not match:
            raise InvalidParametersException(f"OWNER must be the ARN of a user, role or assumed role, got {value}")
        if call.account not in (match[2], match[4]):
            raise InvalidParametersException(f"OWNER must be in account {call.account}, got {value}")


def owner_arn(arn: str) -> str:
    """UserArn of an owner: for the session of a role the ARN of the role, without its path."""
    match = OWNER.fullmatch(arn)
    return f"arn:{match[1]}:iam::{match[4]}:role/{match[5]}" if match and match[4] else arn


def import_as_provisioned_product(call: Call) -> dict[str, Any]:
    """ImportAsProvisionedProduct: a stack that exists becomes a provisioned product."""
    product = find_product(call, call.text("ProductId"))
    version = requested_artifact(call, product)
    paths = paths_to(call, product.id)
    if not paths:
        raise ResourceNotFoundException(f"No launch paths found for resource: {product.id}")
    stack = _stack_to_import(call)
    if stacks.check_template(stack[1]) != version.document:
        raise InvalidParametersException(f"The template of stack {stack[0].name} does not match that of {version.id}.")
    path = paths[0]
    launch = StoredLaunch(
        product_id=product.id,
        product_arn=product.arn,
        artifact_id=version.id,
        portfolio_arn=path.portfolio.arn,
        path_id=path.id,
        launch_role_arn="",
        stack_account=call.account,
        tags={},
    )
    target = new_provisioned_product(call, launch)
    outputs = (("CloudformationStackARN", stack[0].stack_id, "The ARN of the Cloudformation Stack"), *stack[0].outputs)
    outcome = RecordOutcome(due(), "AVAILABLE", "", succeeded=True, outputs=outputs, stack_id=stack[0].stack_id)
    call.state.provisioned_products[target.id] = target
    return add_record(call, IMPORT, target, launch, outcome, {})


def _stack_to_import(call: Call) -> tuple[stacks.StackOutcome, str]:
    """The stack with its template; raises what the API refuses."""
    others = call.state.provisioned_products.values()
    if any(_is_imported_now(other) for other in others):
        raise InvalidStateException("Another import is in progress.")
    name, stack_id = call.text("ProvisionedProductName"), call.text("PhysicalId")
    stack = stacks.find_stack(call.account, call.region, stack_id)
    if stack is None or stack[0].stack_id != stack_id:
        raise ResourceNotFoundException(f"CloudFormation stack not found: {stack_id}")
    for other in others:
        if other.name == name:
            raise DuplicateResourceException(f"A stack named {name} already exists.")
        if other.stack_id == stack_id:
            raise DuplicateResourceException(f"Stack {stack[0].name} belongs to provisioned product {other.id}.")
    if stack[0].status not in IMPORTABLE:
        raise InvalidStateException(f"Stack {stack[0].name} is {stack[0].status}: it cannot be imported.")
    return stack


def _is_imported_now(target: StoredProvisionedProduct) -> bool:
    return target.pending is not None and target.pending.type == IMPORT
