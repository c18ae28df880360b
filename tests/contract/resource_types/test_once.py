"""A second resource that has the identifier, or the name, of one that there is: refused, and the first one stays."""

from __future__ import annotations

import copy

import pytest

from catalog.sandbox.registry.once import ONCE
from tests.contract.resource_types.conftest import World, template
from tests.contract.resource_types.test_life import CASES

BY_SERVICES = {
    "AWS::EC2::VolumeAttachment": "is already attached to an instance",
    "AWS::ECS::Service": "Creation of service was not idempotent.",
    "AWS::IAM::SAMLProvider": "already exists",
    "AWS::ServiceDiscovery::Service": "already exists",
    "AWS::WAFv2::IPSet": "is a duplicate of an existing one",
}
"""Type → the words of its service."""


@pytest.mark.parametrize("name", sorted({*ONCE, *BY_SERVICES}))
def test_a_second_one_is_refused(world: World, name: str) -> None:
    case = CASES[name]
    world.allow()
    one = template(case, case.properties)
    if name in BY_SERVICES:
        properties = one["Resources"]["It"]["Properties"]
        if name == "AWS::ECS::Service":
            properties["ServiceName"] = "orders"
        elif name != "AWS::EC2::VolumeAttachment":
            properties["Name"] = "orders"
    two = copy.deepcopy(one)
    two["Resources"]["Second"] = {**copy.deepcopy(one["Resources"]["It"]), "DependsOn": "It"}
    assert world.create(one).status == "CREATE_COMPLETE"
    reference = world.reference()
    outcome = world.update(two)
    assert outcome.status == "UPDATE_ROLLBACK_COMPLETE", outcome.status
    assert BY_SERVICES.get(name, "HandlerErrorCode: AlreadyExists") in outcome.reason, outcome.reason
    assert world.shown(case.read, reference)
