"""Services that moto has in a few Regions alone: they are in the others too."""

from __future__ import annotations

import json

import pytest

from catalog.sandbox import stacks
from tests.contract.resource_types.conftest import ACCOUNT, ROLE, TAGS, World, template
from tests.contract.resource_types.test_life import CASES

ELSEWHERE = "eu-central-1"


@pytest.mark.parametrize("name", ["AWS::DSQL::Cluster", "AWS::S3Tables::TableBucket"])
def test_a_service_is_in_other_regions(world: World, name: str) -> None:
    body = json.dumps(template(CASES[name], CASES[name].properties))
    by = {"role_arn": ROLE, "caller_arn": ROLE}
    names = {"name": world.stack, "template": body, "parameters": {}, "tags": TAGS}
    outcome = stacks.create_stack(stacks.WantedStack(ACCOUNT, ELSEWHERE, **names, **by))
    assert outcome.status == "CREATE_COMPLETE", outcome.reason
    assert stacks.delete_stack(ACCOUNT, ELSEWHERE, name=world.stack, **by).status == "DELETE_COMPLETE"
