"""All operations of the API: each returns an answer or a typed error."""

from __future__ import annotations

from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError
from botocore.model import Shape

from catalog.sandbox.servicecatalog.operations import HANDLERS

MODEL = boto3.client("servicecatalog", region_name="us-east-1").meta.service_model
SAMPLES = {
    "ProductArn": "arn:aws:catalog:us-east-1:123456789012:product/prod-aaaaaaaaaaaaa",
    "AccountId": "210987654321",
    "PrincipalARN": "arn:aws:iam::123456789012:role/user",
}


def minimal(shape: Shape) -> Any:
    """The smallest value that the shape allows, with required members only."""
    if shape.type_name == "structure":
        return {name: minimal(shape.members[name]) for name in shape.required_members}
    if shape.type_name == "list":
        return [minimal(shape.member)]
    if shape.type_name == "map":
        return {minimal(shape.key): minimal(shape.value)}
    if shape.type_name == "boolean":
        return True
    if shape.metadata.get("enum"):
        return shape.metadata["enum"][0]
    return SAMPLES.get(shape.name, "abcde")


def test_each_of_the_ninety_operations_of_the_model_has_a_handler() -> None:
    assert len(MODEL.operation_names) == 90
    assert set(HANDLERS) == set(MODEL.operation_names)


@pytest.mark.parametrize("name", MODEL.operation_names)
def test_every_operation_returns_an_answer_or_a_typed_error(world: Any, name: str) -> None:
    operation = MODEL.operation_model(name)
    request = minimal(operation.input_shape) if operation.input_shape else {}
    client = world.catalog
    python_name = next(key for key, value in client.meta.method_to_api_mapping.items() if value == name)
    refusal = None
    try:
        answer = getattr(client, python_name)(**request)
    except ClientError as error:
        refusal, answer = error, error.response
    status = answer["ResponseMetadata"]["HTTPStatusCode"]
    if refusal:
        modelled = {shape.name for shape in operation.error_shapes} | {"InvalidParametersException"}
        assert status == 400
        assert answer["Error"]["Code"] in modelled
        assert "does not implement" not in answer["Error"]["Message"]
        assert isinstance(refusal, getattr(client.exceptions, answer["Error"]["Code"]))
    else:
        assert status == 200


def test_boto3_uses_json_because_moto_has_no_cbor() -> None:
    assert MODEL.resolved_protocol == "json"
