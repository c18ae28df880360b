"""Validate the JSON of requests: the types of its members, and the constraints of botocore's model."""

from __future__ import annotations

from typing import Any

from botocore.model import OperationModel, Shape

from catalog.sandbox.constraints import report, violations
from catalog.sandbox.servicecatalog.exceptions import SerializationException, ValidationException

PYTHON_TYPES: dict[str, type] = {
    "structure": dict,
    "map": dict,
    "list": list,
    "string": str,
    "boolean": bool,
    "integer": int,
}
WIRE_TYPES: dict[type, str] = {
    bool: "BOOLEAN_VALUE",
    dict: "START_OBJECT",
    list: "START_ARRAY",
    int: "NUMBER_VALUE",
    float: "NUMBER_VALUE",
    str: "STRING_VALUE",
}


def validate(operation: OperationModel, request: dict[str, Any]) -> None:
    """Raise `SerializationException` for a wrong JSON type, and `ValidationException` with all other violations."""
    if operation.input_shape is None:
        return
    problems = list(violations(operation.input_shape, request, _check_type))
    if problems:
        raise ValidationException(report(problems))


def _check_type(shape: Shape, value: Any, path: str) -> None:
    if type(value) is not PYTHON_TYPES[shape.type_name]:
        wire_type = WIRE_TYPES.get(type(value), "NULL_VALUE")
        raise SerializationException(f"{wire_type} can not be converted to {shape.name} at '{path}'")
