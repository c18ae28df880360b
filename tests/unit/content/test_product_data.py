"""What crosses the border between a product file and us: every field, as it was, and nothing else."""

from __future__ import annotations

import json
import typing
from collections.abc import Callable
from dataclasses import fields, is_dataclass, replace
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog import (
    Inactive,
    LaunchPermission,
    Migration,
    ProductDefinition,
    Retention,
    ServiceAction,
    Suppression,
)
from catalog.content.product_data import CLASSES, decode_definition, encode_definition
from catalog.errors import ContentError

WHOLE = ProductDefinition(
    name="Name",
    owner="Owner",
    description="What it is for",
    distributor="Vendor",
    support_description="Ask us",
    support_email="us@example.com",
    support_url="https://example.com",
    tags={"A": "1", "date": "2", "mapping": "3"},
    tag_options={"Environment": ("dev", Inactive("legacy"))},
    budgets=("b",),
    version="1.2.3",
    version_description="Notes\n\u2028\U0001f600",
    template=dict,
    launch_permissions=(LaunchPermission("Sid", ("s:A",), ("*",), "Because", {"StringEquals": {"a": "b"}}),),
    separate_lists=(("A", "B"),),
    service_actions=(
        ServiceAction(key="a", name="A", description="d", document="AWS-StopEC2Instance", parameters={"X": "TARGET"}),
        ServiceAction(
            key="b", name="B", description="d", document={"x": 1}, parameters={"X": "TARGET"}, target_type="AWS::A::B"
        ),
        ServiceAction(
            key="c", name="C", description="d", document=dict, parameters={"X": "TARGET"}, target_type="AWS::A::B"
        ),
    ),
    examples=("examples/a.yaml",),
    production={"A": "1"},
    protect=True,
    suppressions=(Suppression("E9006", "a good reason", date(2027, 1, 2), "Resources/A"),),
    migrations=(Migration("1.0.0", "A", "a good reason"),),
    retention=Retention(3),
)


def asked(action: str) -> Callable[[], Any]:
    """The place of a function."""
    return ASKED[action]


ASKED: dict[str, Callable[[], Any]] = {"": lambda: "template", "b": lambda: "b", "c": lambda: "c"}


def crossed(definition: ProductDefinition) -> ProductDefinition:
    return decode_definition(json.loads(json.dumps(encode_definition(definition))), asked)


def test_every_field_crosses_as_it_was() -> None:
    written = [field.name for field in fields(WHOLE) if field.init]
    assert {name for name in written if getattr(WHOLE, name) in ("", (), {}, None, False)} == set()
    first, *others = WHOLE.service_actions
    actions = (first, *(replace(action, document=ASKED[action.key]) for action in others))
    assert crossed(WHOLE) == replace(WHOLE, template=ASKED[""], service_actions=actions)


def test_the_classes_of_the_fields_are_those_that_cross() -> None:
    def classes(kind: type[Any]) -> set[type[Any]]:
        seen = {kind}
        for hint in typing.get_type_hints(kind, vars(__import__(kind.__module__, fromlist=["x"]))).values():
            stack = [hint]
            while stack:
                part = stack.pop()
                stack += typing.get_args(part)
                if isinstance(part, type) and is_dataclass(part) and part not in seen:
                    seen |= classes(part)
        return seen

    assert classes(ProductDefinition) == set(CLASSES.values())


def test_lists_become_tuples() -> None:
    product = replace(WHOLE, budgets=["b"], tag_options={"Environment": ["dev", Inactive("legacy")]})
    assert crossed(product).budgets == WHOLE.budgets
    assert crossed(product).tag_options == WHOLE.tag_options


@pytest.mark.parametrize(
    ("field", "value"), [("production", {"A": object()}), ("production", {"A": {1, 2}}), ("examples", (b"x",))]
)
def test_a_value_of_another_class_does_not_cross(field: str, value: Any) -> None:
    product = replace(WHOLE, examples=()) if field == "examples" else WHOLE
    object.__setattr__(product, field, value)
    try:
        with pytest.raises(ContentError, match=f"{field}.* of the product cannot have a value of type"):
            encode_definition(product)
    finally:
        object.__setattr__(product, field, getattr(replace(WHOLE), field) if field == "examples" else {"A": "1"})


values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["date", "mapping", "class", "fields", "name", "key"]), inner, max_size=3)
    ),
    max_leaves=8,
)
ERRORS = (ContentError, TypeError, ValueError, AttributeError, LookupError, RecursionError)


@given(st.dictionaries(st.sampled_from([field.name for field in fields(ProductDefinition)] + ["x"]), values) | values)
def test_whatever_comes_back_is_a_definition_or_one_of_the_errors_that_are_caught(data: Any) -> None:
    complete = {"name": "n", "owner": "o", "description": "", "version": "1.0.0"}
    for answer in (data, {**complete, **data} if isinstance(data, dict) else data):
        try:
            definition = decode_definition(answer, asked)
        except ERRORS:
            continue
        assert type(definition) is ProductDefinition
