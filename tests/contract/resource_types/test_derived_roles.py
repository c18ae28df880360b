"""The launch role that `catalog role derive` gives is enough for the life of every type, and no more is asked of it.

The role is derived from the versions of a product: as launched, as updated, as replaced. Nothing else is allowed.
"""

from __future__ import annotations

import json
from typing import Any

import pytest

from catalog.check.derivable import why_underivable
from catalog.roles.derive import ProductVersion, derive
from catalog.roles.template import SERVICE_PERMISSIONS, policy_document
from tests.contract.resource_types.conftest import ACCOUNT, REGION, World, template
from tests.contract.resource_types.test_life import CASES

DERIVABLE = [name for name in CASES if not why_underivable(name, (REGION,))]


def role_policy(*templates: dict[str, Any]) -> str:
    """The policy of the role that launches these versions of a product, as it is deployed."""
    versions = [ProductVersion("it", f"1.{minor}.0", template) for minor, template in enumerate(templates)]
    derived = derive(versions, (REGION,))
    assert not derived.underivable
    return json.dumps(plain(policy_document([*SERVICE_PERMISSIONS, *derived.permissions])))


def plain(node: Any) -> Any:
    """A part of a template with its Fn::Sub replaced."""
    if isinstance(node, dict) and set(node) == {"Fn::Sub"}:
        text = str(node["Fn::Sub"])
        for name, value in {"AccountId": ACCOUNT, "Partition": "aws", "Region": REGION}.items():
            text = text.replace(f"${{AWS::{name}}}", value)
        return text
    if isinstance(node, dict):
        return {key: plain(value) for key, value in node.items()}
    return [plain(value) for value in node] if isinstance(node, list) else node


def test_only_types_without_handlers_are_left_out() -> None:
    assert {*CASES} - {*DERIVABLE} == {
        "AWS::IAM::AccessKey",
        "AWS::IAM::UserToGroupAddition",
        "AWS::Route53::RecordSetGroup",
    }


@pytest.mark.parametrize("name", DERIVABLE)
def test_the_derived_role_is_enough(world: World, name: str) -> None:
    case = CASES[name]
    launched = template(case, case.properties)
    updated = template(case, {**case.properties, **case.changed})
    replaced = template(case, {**case.properties, **case.changed, **case.replaced})
    world.policy(role_policy(launched, updated, replaced))
    outcome = world.create(launched)
    assert outcome.status == "CREATE_COMPLETE", outcome.reason
    for later in [*([updated] if case.changed else []), *([replaced] if case.replaced else [])]:
        outcome = world.update(later)
        assert outcome.status == "UPDATE_COMPLETE", outcome.reason
    assert not world.failures()
    outcome = world.delete()
    assert outcome.status == "DELETE_COMPLETE", outcome.reason
