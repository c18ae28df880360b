"""DescribeType and ListTypes: the resource types of AWS, from their schemas.

Source: API reference, DescribeType (ProvisioningType by the handlers of the schema) and ListTypes.
"""

from __future__ import annotations

import json
from typing import Any

from catalog.sandbox.cloudformation.errors import StackRefused
from catalog.sandbox.registry.schemas import type_names, type_schema

RESOURCE, PUBLIC = "RESOURCE", "PUBLIC"


def description(name: str, region: str, partition: str) -> dict[str, Any]:
    """The answer of DescribeType; raises `StackRefused` for a type that AWS does not have."""
    schema = type_schema(name)
    if schema is None:
        raise not_found(name)
    document = dict(schema.document)
    handlers = document.get("handlers", {})
    mutable = "FULLY_MUTABLE" if "update" in handlers else "IMMUTABLE" if handlers else "NON_PROVISIONABLE"
    return {
        "Arn": arn(name, region, partition),
        "Type": RESOURCE,
        "TypeName": name,
        "Description": str(document.get("description", "")),
        "Schema": json.dumps({"typeName": name, **document}),
        "ProvisioningType": mutable,
        "DeprecatedStatus": "LIVE",
        "Visibility": PUBLIC,
        "IsActivated": True,
    }


def not_found(name: str) -> StackRefused:
    """The error for a type that there is not: the sandbox has no hooks and no modules."""
    return StackRefused(f"The type '{name}' cannot be found.", "TypeNotFoundException")


def summaries(prefix: str, region: str, partition: str) -> list[dict[str, Any]]:
    """The members of ListTypes whose names begin so."""
    return [
        {"Type": RESOURCE, "TypeName": name, "TypeArn": arn(name, region, partition), "IsActivated": True}
        for name in sorted(type_names())
        if name.startswith(prefix)
    ]


def arn(name: str, region: str, partition: str) -> str:
    """The ARN of a type of AWS."""
    return f"arn:{partition}:cloudformation:{region}::type/resource/{name.replace('::', '-')}"


def name_of(type_arn: str) -> str:
    """The name in the ARN of a type."""
    return type_arn.rpartition("/")[2].replace("-", "::")
