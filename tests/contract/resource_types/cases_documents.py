"""Documents of Systems Manager."""

from __future__ import annotations

import json
from typing import Any

from tests.contract.resource_types.cases_messaging import pairs
from tests.contract.resource_types.conftest import Case, World


def document(world: World, reference: str) -> Any:
    client = world.client("ssm")
    return {**client.describe_document(Name=reference)["Document"], **client.get_document(Name=reference)}


def document_tags(world: World, reference: str) -> dict[str, str]:
    client = world.client("ssm")
    return pairs(client.list_tags_for_resource(ResourceType="Document", ResourceId=reference)["TagList"])


def steps(*names: str) -> dict[str, Any]:
    """The content of a document."""
    made = [{"name": name, "action": "aws:sleep", "inputs": {"Duration": "PT1S"}} for name in names]
    return {"schemaVersion": "0.3", "description": "Waits", "mainSteps": made}


CASES = (
    Case(
        "AWS::SSM::Document",
        {"Content": steps("one"), "DocumentType": "Automation", "UpdateMethod": "NewVersion"},
        document,
        {"DocumentType": "Automation", "DocumentVersion": "1", "Content": json.dumps(steps("one"))},
        changed={"Content": steps("one", "two")},
        then={"DefaultVersion": "2", "Content": json.dumps(steps("one", "two"))},
        replaced={"UpdateMethod": "Replace", "Content": steps("three")},
        tags=document_tags,
        denied=("ssm:CreateDocument", "ssm:DescribeDocument"),
        denied_later=("ssm:UpdateDocument", "ssm:UpdateDocumentDefaultVersion", "ssm:DeleteDocument"),
    ),
)
