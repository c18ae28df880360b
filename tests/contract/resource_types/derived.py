"""The launch role that `catalog role derive` gives for templates, as the sandbox knows it."""

from __future__ import annotations

import json
from typing import Any

from catalog.roles.derive import ProductVersion, derive
from catalog.roles.template import SERVICE_PERMISSIONS, policy_document
from tests.contract.resource_types.conftest import ACCOUNT, REGION


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
