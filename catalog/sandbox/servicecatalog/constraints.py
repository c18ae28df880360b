"""Constraints on the launches of a product in a portfolio.

Source: CreateConstraint in the API Reference (the Parameters of each type, at most one LAUNCH or STACKSET).
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import Any

from catalog.sandbox.identity import role_of
from catalog.sandbox.servicecatalog.call import Call, is_listed, ready_at
from catalog.sandbox.servicecatalog.exceptions import (
    DuplicateResourceException,
    InvalidParametersException,
    ResourceNotFoundException,
)
from catalog.sandbox.servicecatalog.identifiers import new_id
from catalog.sandbox.servicecatalog.launch_roles import launch_role_arn
from catalog.sandbox.servicecatalog.lookup import constraints_on, find_portfolio
from catalog.sandbox.servicecatalog.paging import page
from catalog.sandbox.servicecatalog.quotas import check_quota
from catalog.sandbox.servicecatalog.state import StoredConstraint
from catalog.sandbox.servicecatalog.views import constraint_detail, constraint_response

SINGLE_TYPES = {"LAUNCH", "STACKSET", "RESOURCE_UPDATE"}
ROLE_ARN = r"arn:[a-z0-9-]+:iam::\d{12}:role/.+"
CONTROL = "StackInstanceControl"
"""A property of AWS::ServiceCatalog::StackSetConstraint; it is assumed that CreateConstraint accepts it."""
SNS_ARN = re.compile(r"arn:[a-z0-9-]+:sns:[a-z0-9-]+:\d{12}:[A-Za-z0-9_.-]+")


def create_constraint(call: Call) -> dict[str, Any]:
    """CreateConstraint; the product must be in the portfolio."""
    portfolio = find_portfolio(call, call.text("PortfolioId"))
    product_id, kind = call.text("ProductId"), call.text("Type")
    if product_id not in portfolio.product_ids or not is_listed(portfolio.associated_at[product_id]):
        raise ResourceNotFoundException(f"Product {product_id} is not associated with portfolio {portfolio.id}")
    _check_parameters(call, kind, call.text("Parameters"))
    existing = constraints_on(call, portfolio.id, product_id)
    _check_cardinality(kind, existing)
    check_quota("constraints_per_product_per_portfolio", len(existing) + 1)
    constraint = StoredConstraint(
        id=new_id("cons"),
        type=kind,
        description=call.text("Description"),
        account=call.account,
        product_id=product_id,
        portfolio_id=portfolio.id,
        parameters=call.text("Parameters"),
        ready_at=ready_at(),
        made_at=call.received_at,
    )
    call.state.constraints[constraint.id] = constraint
    return constraint_response(constraint)


def _check_cardinality(kind: str, existing: list[StoredConstraint]) -> None:
    types = {constraint.type for constraint in existing}
    if kind in SINGLE_TYPES & types:
        raise DuplicateResourceException(
            f"You can not have more than one {kind} constraint on a product and portfolio."
        )
    if {kind} | types >= {"LAUNCH", "STACKSET"}:
        raise InvalidParametersException(
            "You can not have both a LAUNCH and a STACKSET constraint on a product and portfolio."
        )


def update_constraint(call: Call) -> dict[str, Any]:
    """UpdateConstraint: change Description and Parameters; the status is CREATING for a short time."""
    constraint = _own_constraint(call)
    if "Parameters" in call.request:
        _check_parameters(call, constraint.type, call.text("Parameters"))
        constraint.parameters = call.text("Parameters")
    constraint.description = call.request.get("Description", constraint.description)
    constraint.ready_at = ready_at()
    return constraint_response(constraint)


def delete_constraint(call: Call) -> dict[str, Any]:
    """DeleteConstraint."""
    del call.state.constraints[_own_constraint(call).id]
    return {}


def describe_constraint(call: Call) -> dict[str, Any]:
    """DescribeConstraint, including Parameters."""
    return constraint_response(_own_constraint(call))


def list_constraints_for_portfolio(call: Call) -> dict[str, Any]:
    """ListConstraintsForPortfolio, without Parameters."""
    portfolio = find_portfolio(call, call.text("PortfolioId"))
    constraints = constraints_on(call, portfolio.id, call.text("ProductId"))
    items, more = page(call, [item for item in constraints if is_listed(item.made_at)])
    return {"ConstraintDetails": [constraint_detail(item) for item in items], **more}


def _own_constraint(call: Call) -> StoredConstraint:
    try:
        return call.state.constraints[call.text("Id")]
    except KeyError:
        raise ResourceNotFoundException(f"Constraint not found: {call.text('Id')}") from None


def _check_parameters(call: Call, kind: str, text: str) -> None:
    """Raise `InvalidParametersException` if the JSON text is not valid for the type of the constraint."""
    if kind not in CHECKS:
        raise InvalidParametersException(f"Constraint Type must be one of {', '.join(sorted(CHECKS))}, got {kind}")
    try:
        parameters = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise InvalidParametersException(f"Constraint Parameters are not valid JSON: {error}") from error
    if not isinstance(parameters, dict):
        raise _bad(kind, "they must be a JSON object")
    CHECKS[kind](call, parameters)


def _bad(kind: str, reason: str) -> InvalidParametersException:
    return InvalidParametersException(f"Invalid {kind} constraint Parameters: {reason}")


def _check_launch(call: Call, parameters: dict[str, Any]) -> None:
    if set(parameters) not in ({"RoleArn"}, {"LocalRoleName"}):
        raise _bad("LAUNCH", "specify either RoleArn or LocalRoleName")
    arn = launch_role_arn(parameters, call.account, call.partition)
    if not re.fullmatch(ROLE_ARN, arn):
        raise _bad("LAUNCH", f"{arn} is not the ARN of an IAM role")
    if role_of(arn) is None:
        raise _bad("LAUNCH", f"{arn}: profile does not exist")


def _check_notification(_: Call, parameters: dict[str, Any]) -> None:
    arns = parameters.get("NotificationArns")
    if set(parameters) != {"NotificationArns"} or not isinstance(arns, list) or not 1 <= len(arns) <= 5:
        raise _bad("NOTIFICATION", "NotificationArns must list one to five SNS topics")
    for arn in arns:
        if not isinstance(arn, str) or not SNS_ARN.fullmatch(arn):
            raise _bad("NOTIFICATION", f"{arn} is not the ARN of an SNS topic")


def _check_resource_update(_: Call, parameters: dict[str, Any]) -> None:
    values = ("ALLOWED", "NOT_ALLOWED")
    allowed = [{"Version": "2.0", "Properties": {"TagUpdateOnProvisionedProduct": value}} for value in values]
    if parameters not in allowed:
        raise _bad(
            "RESOURCE_UPDATE",
            'expected {"Version":"2.0","Properties":{"TagUpdateOnProvisionedProduct":"ALLOWED" or "NOT_ALLOWED"}}',
        )


def _check_stackset(_: Call, parameters: dict[str, Any]) -> None:
    properties = parameters.get("Properties")
    needed = {"AccountList", "RegionList", "AdminRole", "ExecutionRole"}
    if "Version" not in parameters or not isinstance(properties, dict) or set(properties) - {CONTROL} != needed:
        raise _bad("STACKSET", f"expected Version and Properties with {', '.join(sorted(needed))}")
    for name, pattern in (("AccountList", r"\d{12}"), ("RegionList", r"[a-z0-9-]+")):
        values = properties[name]
        if not isinstance(values, list) or not values or not all(_fits(pattern, value) for value in values):
            raise _bad("STACKSET", f"{name} must be a non-empty list of values that match {pattern}")
    if not _fits(ROLE_ARN, properties["AdminRole"]):
        raise _bad("STACKSET", "AdminRole must be the ARN of an IAM role")
    if not _fits(r"[A-Za-z0-9_+=,.@-]{1,64}", properties["ExecutionRole"]):
        raise _bad("STACKSET", "ExecutionRole must be the name of an IAM role")
    if properties.get(CONTROL, "ALLOWED") not in ("ALLOWED", "NOT_ALLOWED"):
        raise _bad("STACKSET", f"{CONTROL} must be ALLOWED or NOT_ALLOWED")


def _fits(pattern: str, value: object) -> bool:
    return isinstance(value, str) and re.fullmatch(pattern, value) is not None


def _check_template(_: Call, parameters: dict[str, Any]) -> None:
    rules = parameters.get("Rules")
    if set(parameters) != {"Rules"} or not isinstance(rules, dict) or not rules:
        raise _bad("TEMPLATE", "expected the member Rules with at least one rule")
    for name, rule in rules.items():
        if not re.fullmatch(r"[A-Za-z0-9]+", name):
            raise _bad("TEMPLATE", f"the rule name {name} is not alphanumeric")
        if not isinstance(rule, dict) or not set(rule) <= {"RuleCondition", "Assertions"}:
            raise _bad("TEMPLATE", f"rule {name} may only have RuleCondition and Assertions")
        assertions = rule.get("Assertions")
        if not isinstance(assertions, list) or not assertions or not all(_is_assertion(item) for item in assertions):
            raise _bad("TEMPLATE", f"rule {name} needs Assertions, each with Assert and optionally AssertDescription")


def _is_assertion(value: object) -> bool:
    return isinstance(value, dict) and "Assert" in value and set(value) <= {"Assert", "AssertDescription"}


CHECKS: dict[str, Callable[[Call, dict[str, Any]], None]] = {
    "LAUNCH": _check_launch,
    "NOTIFICATION": _check_notification,
    "RESOURCE_UPDATE": _check_resource_update,
    "STACKSET": _check_stackset,
    "TEMPLATE": _check_template,
}
