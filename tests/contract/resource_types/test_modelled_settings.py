"""A property that only the stack keeps needs the action with which CloudFormation would set it."""

from __future__ import annotations

from typing import Any

import pytest

from catalog.sandbox.registry.handler_actions import MODELLED
from catalog.sandbox.registry.tables import API_TYPES
from tests.contract.resource_types.conftest import World, template
from tests.contract.resource_types.derived import role_policy
from tests.contract.resource_types.test_life import CASES

POLICY = {"Version": "2012-10-17", "Statement": []}


def test_the_actions_are_those_of_modelled_properties_and_their_handlers() -> None:
    for name, properties in MODELLED.items():
        row = API_TYPES[name]
        assert properties.keys() <= set(row.modelled), name


@pytest.mark.parametrize(
    ("name", "given"),
    [
        ("AWS::Lambda::Alias", {"ProvisionedConcurrencyConfig": {"ProvisionedConcurrentExecutions": 1}}),
        ("AWS::Logs::LogGroup", {"ResourcePolicyDocument": POLICY}),
        ("AWS::S3::Bucket", {"AbacStatus": "Enabled"}),
        ("AWS::EC2::Instance", {"SsmAssociations": [{"DocumentName": "AWS-UpdateSSMAgent"}]}),
        ("AWS::Redshift::Cluster", {"NamespaceResourcePolicy": POLICY}),
        ("AWS::SSM::PatchBaseline", {"DefaultBaseline": True}),
    ],
)
def test_a_modelled_property_needs_its_action(world: World, name: str, given: dict[str, Any]) -> None:
    """At the creation and in an update, if it is given; a derived role has it."""
    case = CASES[name]
    (action, _), plain = MODELLED[name][next(iter(given))], template(case, case.properties)
    launched = template(case, {**case.properties, **given})
    world.deny(action)
    assert world.create(plain).status == "CREATE_COMPLETE", world.failures()
    outcome = world.update(launched)
    assert outcome.status == "UPDATE_ROLLBACK_COMPLETE"
    assert f"is not authorized to perform: {action} on resource: " in outcome.reason
    world.policy(role_policy(launched))
    assert world.update(launched).status == "UPDATE_COMPLETE", world.failures()


@pytest.mark.parametrize(
    ("name", "changed", "action"),
    [
        ("AWS::ElastiCache::ReplicationGroup", {"SnapshotWindow": "03:00-04:00"}, "elasticache:ModifyReplicationGroup"),
        ("AWS::AppSync::GraphQLApi", {"Visibility": "PRIVATE"}, "appsync:UpdateGraphqlApi"),
    ],
)
def test_a_change_of_a_modelled_property_alone_needs_the_action_that_changes_the_others(
    world: World, name: str, changed: dict[str, Any], action: str
) -> None:
    case = CASES[name]
    launched, updated = (template(case, {**case.properties, **more}) for more in ({}, changed))
    assert {*changed} <= {*API_TYPES[name].modelled}
    world.policy(role_policy(launched, updated))
    assert world.create(launched).status == "CREATE_COMPLETE", world.failures()
    assert world.update(updated).status == "UPDATE_COMPLETE", world.failures()
    world.deny(action)
    outcome = world.update(launched)
    assert outcome.status.startswith("UPDATE_ROLLBACK")
    assert f"is not authorized to perform: {action} on resource: " in outcome.reason
