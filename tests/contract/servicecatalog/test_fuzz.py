"""Random requests: every answer is an output or a typed error, so the server never returns status 500."""

from __future__ import annotations

import contextlib
import copy
from typing import Any

import boto3
import pytest
from botocore.model import Shape
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from catalog.sandbox.servicecatalog.exceptions import ServiceCatalogError
from catalog.sandbox.servicecatalog.identifiers import path_id
from catalog.sandbox.servicecatalog.models import servicecatalog_backends
from catalog.sandbox.servicecatalog.state import StoredCatalog

MODEL = boto3.client("servicecatalog", region_name="us-east-1").meta.service_model
TEXTS = [
    "",
    "x",
    "a b",
    "ALLOWED",
    "arn:aws:iam:::role/*",
    "arn:aws:iam::123456789012:role/launch",
    "arn:aws:iam::123456789012:user/moto",
    "https://templates.s3.amazonaws.com/t.json",
    "http://[",
    "https://templates.s3.amazonaws.com",
    '{"LocalRoleName": "launch"}',
    '{"LocalRoleName": 1}',
    '{"RoleArn": ["x"]}',
    '{"Rules": {"R": {"Assertions": [{"Assert": 1}]}}}',
    '{"Rules": {"R": []}}',
    '{"NotificationArns": [1]}',
    '{"Version": "2.0", "Properties": {"TagUpdateOnProvisionedProduct": "ALLOWED"}}',
    "LAUNCH",
    "TEMPLATE",
    "RESOURCE_UPDATE",
    "NOTIFICATION",
    "210987654321",
]
KEYS = ["LoadTemplateFromURL", "SearchQuery", "Name", "Version"]


POOLS = {
    "Portfolio": "portfolios",
    "ProvisionedProduct": "provisioned_products",
    "ProvisioningArtifact": "artifacts",
    "Product": "products",
    "Constraint": "constraints",
    "TagOption": "tag_options",
    "ServiceAction": "service_actions",
    "Record": "records",
    "Resource": "portfolios",
    "Path": "paths",
}
HOLDER = "#"
"""A placeholder for the newest id of a kind, which is known only when the operation runs."""


def values(shape: Shape) -> st.SearchStrategy[Any]:
    if shape.type_name == "structure":
        required = {name: values(shape.members[name]) for name in shape.required_members}
        optional = {name: values(member) for name, member in shape.members.items() if name not in required}
        return st.fixed_dictionaries(required, optional=optional)
    if shape.type_name == "list":
        return st.lists(values(shape.member), max_size=2)
    if shape.type_name == "map":
        keys = st.sampled_from(shape.key.metadata.get("enum") or KEYS)
        return st.dictionaries(keys, values(shape.value), max_size=2)
    if shape.type_name == "boolean":
        return st.booleans()
    if shape.type_name == "integer":
        return st.integers(-1, 101)
    if shape.metadata.get("enum"):
        return st.sampled_from(shape.metadata["enum"])
    return st.just(HOLDER) | st.sampled_from(TEXTS) if shape.name.endswith("Id") else st.sampled_from(TEXTS)


def calls() -> st.SearchStrategy[tuple[str, Any]]:
    """Operations with their requests."""

    def requests(name: str) -> st.SearchStrategy[tuple[str, Any]]:
        shape = MODEL.operation_model(name).input_shape
        return st.tuples(st.just(name), values(shape) if shape else st.just({}))

    return st.sampled_from(MODEL.operation_names).flatmap(requests)


def filled(state: StoredCatalog, operation: str, member: str, value: Any) -> Any:
    """The value with an id for each placeholder."""
    if isinstance(value, dict):
        return {name: filled(state, operation, name, item) for name, item in value.items()}
    if isinstance(value, list):
        return [filled(state, operation, member, item) for item in value]
    if value != HOLDER:
        return value
    tables = vars(state) | {
        "artifacts": [key for product in state.products.values() for key in product.artifacts],
        "paths": [path_id(key) for key in state.portfolios],
    }
    kind = next((pool for word, pool in POOLS.items() if word in (operation if member == "Id" else member)), "products")
    return next(reversed(tables[kind]), "none")


@pytest.fixture
def start(world: Any) -> StoredCatalog:
    """A state with an object of every kind, which the operations can find."""
    world.role("launch")
    product_id, artifact_id = world.product(template={"Resources": {"Topic": {"Type": "AWS::SNS::Topic"}}})
    portfolio_id = world.portfolio(product_id, principals=("arn:aws:iam::123456789012:user/moto",))
    world.catalog.create_constraint(
        PortfolioId=portfolio_id, ProductId=product_id, Type="TEMPLATE", Parameters=TEXTS[13]
    )
    world.catalog.create_tag_option(Key="x", Value="x")
    definition = {"Name": "x", "Version": "x"}
    world.catalog.create_service_action(Name="x", DefinitionType="SSM_AUTOMATION", Definition=definition)
    world.catalog.provision_product(
        ProductId=product_id, ProvisioningArtifactId=artifact_id, ProvisionedProductName="mine"
    )
    return servicecatalog_backends["123456789012"]["us-east-1"].state


@settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
@given(sequence=st.lists(calls(), min_size=1, max_size=12))
def test_all_errors_are_typed(start: StoredCatalog, sequence: list[tuple[str, Any]]) -> None:
    backend = servicecatalog_backends["123456789012"]["us-east-1"]
    backend.state = copy.deepcopy(start)
    for name, request in sequence:
        with contextlib.suppress(ServiceCatalogError):
            backend.perform(MODEL.operation_model(name), filled(backend.state, name, "", request), "testing")
