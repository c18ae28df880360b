"""Constraints of Service Catalog: five types, one API. The Parameters are those of CreateConstraint for each type."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from typing import Any

from catalog.sandbox.registry.api_types import ApiCall, ApiResource, ApiType
from catalog.sandbox.registry.shaping import as_text
from catalog.sandbox.registry.tables.catalogues import SERVICE, association, by_id, product_arn, token


def launch_role(each: ApiResource) -> dict[str, Any]:
    """LAUNCH: a role by its ARN or by its name in each account."""
    return each.given("RoleArn", "LocalRoleName")


def rules(each: ApiResource) -> dict[str, Any]:
    """TEMPLATE: the property is the JSON of the rules by name; a text that is none stays as it is, and is refused."""
    text = each.text("Rules")
    try:
        return {"Rules": json.loads(text)}
    except ValueError:
        return {"Rules": text}


def topics(each: ApiResource) -> dict[str, Any]:
    """NOTIFICATION."""
    return each.given("NotificationArns")


def tag_updates(each: ApiResource) -> dict[str, Any]:
    """RESOURCE_UPDATE."""
    return {"Version": "2.0", "Properties": each.given("TagUpdateOnProvisionedProduct")}


def stack_set(each: ApiResource) -> dict[str, Any]:
    """STACKSET; the version is that of the publisher (docs/unproven.md)."""
    names = ("AccountList", "RegionList", "AdminRole", "ExecutionRole", "StackInstanceControl")
    given = {name: as_texts(value) for name, value in each.given(*names).items()}
    return {"Version": "2.0", "Properties": given}


def as_texts(value: Any) -> Any:
    """A text, or a list of texts: a template may write the id of an account as a number."""
    return [as_text(each) for each in value] if isinstance(value, list | tuple) else as_text(value)


def local_role(each: ApiResource) -> Iterable[str]:
    """The ARN of a role that is named without its account."""
    name, place = each.text("LocalRoleName"), each.place
    return (f"arn:{place.partition}:iam::{place.account}:role/{name}",) if name else ()


def constraint(
    name: str,
    kind: str,
    parameters: Callable[[ApiResource], dict[str, Any]],
    passes: Callable[[ApiResource], Iterable[str]] = lambda each: (),
) -> ApiType:
    """The row of a type of constraint. A Description that a template takes away becomes empty."""

    def settings(each: ApiResource) -> dict[str, Any]:
        return {"Description": each.text("Description"), "Parameters": json.dumps(parameters(each))}

    return ApiType(
        f"AWS::ServiceCatalog::{name}",
        SERVICE,
        create=ApiCall(
            "CreateConstraint",
            lambda each: association(each) | settings(each) | {"Type": kind, "IdempotencyToken": token()},
        ),
        known=lambda each, answer: {"Id": answer["ConstraintDetail"]["ConstraintId"]},
        read=ApiCall("DescribeConstraint", by_id),
        update=ApiCall("UpdateConstraint", lambda each: by_id(each) | settings(each)),
        delete=(ApiCall("DeleteConstraint", by_id),),
        arn=product_arn,
        passes=passes,
    )


TYPES = (
    constraint("LaunchRoleConstraint", "LAUNCH", launch_role, local_role),
    constraint("LaunchTemplateConstraint", "TEMPLATE", rules),
    constraint("LaunchNotificationConstraint", "NOTIFICATION", topics),
    constraint("ResourceUpdateConstraint", "RESOURCE_UPDATE", tag_updates),
    constraint("StackSetConstraint", "STACKSET", stack_set),
)
