"""Every type that a service of the sandbox truly has: made, read, tagged, updated, replaced, deleted.

What is read comes from the API of the service, by boto3. Then each IAM action in the case is taken from the launch
role, and the creation, update or deletion fails with AWS's words for it.
"""

from __future__ import annotations

from importlib import import_module
from pathlib import Path

import pytest

from catalog.sandbox.registry.tables import API_TYPES
from tests.contract.resource_types.conftest import TAGS, Case, World, subset, template

FILES = sorted(Path(__file__).parent.glob("cases_*.py"))
CASES: dict[str, Case] = {
    case.type: case for file in FILES for case in import_module(f"{__package__}.{file.stem}").CASES
}

BASE = {"Type": "AWS::CloudFormation::WaitConditionHandle"}


def test_every_type_of_the_tables_has_a_case() -> None:
    assert sorted(CASES) == sorted(API_TYPES)


@pytest.mark.parametrize("name", CASES)
def test_life(world: World, name: str) -> None:
    case = CASES[name]
    outcome = world.create(template(case, case.properties))
    assert outcome.status == "CREATE_COMPLETE", outcome.reason
    assert all(value for _, value, _ in outcome.outputs), outcome.outputs
    reference = world.reference()
    assert subset(case.read(world, reference), case.shows), case.read(world, reference)
    if case.tags:
        assert case.tags(world, reference).items() >= {**TAGS, "own": "1"}.items()
    if case.changed or case.tags:
        outcome = world.update(template(case, {**case.properties, **case.changed}), more="2")
        assert outcome.status == "UPDATE_COMPLETE", outcome.reason
        assert world.reference() == reference
        assert subset(case.read(world, reference), case.then), case.read(world, reference)
        if case.tags:
            assert case.tags(world, reference)["more"] == "2"
            world.update(template(case, {**case.properties, **case.changed}))
            assert "more" not in case.tags(world, reference)
    last = {**case.properties, **case.changed, **case.replaced}
    if case.replaced:
        outcome = world.update(template(case, last))
        assert outcome.status == "UPDATE_COMPLETE", outcome.reason
        assert case.shared or world.reference() != reference
        new = world.reference()
        assert case.read(world, new)
        if new != reference and not case.shared:
            assert not world.shown(case.read, reference), "the replaced resource is still there"
        reference = new
    if case.around:  # it alone goes, and what it belongs to stays
        outcome = world.update({"Resources": case.around})
        assert outcome.status == "UPDATE_COMPLETE", outcome.reason
        assert case.stays or not world.shown(case.read, reference), "the deleted resource is still there"
    outcome = world.delete()
    assert outcome.status == "DELETE_COMPLETE", outcome.reason
    assert case.around or not world.shown(case.read, reference), "the deleted resource is still there"


@pytest.mark.parametrize("name", CASES)
def test_creation_without_a_permission(world: World, name: str) -> None:
    case = CASES[name]
    assert world.create({"Resources": {"Base": BASE, **case.around}}).status == "CREATE_COMPLETE"
    for action in case.denied:
        world.deny(action)
        outcome = world.update(template(case, case.properties))
        assert outcome.status == "UPDATE_ROLLBACK_COMPLETE", (action, outcome.status)
        assert f"is not authorized to perform: {action} on resource: " in outcome.reason, action


@pytest.mark.parametrize("name", CASES)
def test_update_or_deletion_without_a_permission(world: World, name: str) -> None:
    case = CASES[name]
    assert world.create(template(case, case.properties)).status == "CREATE_COMPLETE"
    for action in case.denied_later:
        world.deny(action)
        outcome = world.delete()
        updates = outcome.status == "DELETE_COMPLETE"  # only an update makes the call
        if updates:
            world.allow()
            assert world.create(template(case, case.properties)).status == "CREATE_COMPLETE"
            world.deny(action)
            outcome = world.update(template(case, {**case.properties, **case.changed}))
        assert outcome.status in ("UPDATE_ROLLBACK_COMPLETE", "UPDATE_ROLLBACK_FAILED", "DELETE_FAILED"), action
        assert f"is not authorized to perform: {action} on resource: " in outcome.reason, action
        if updates:
            world.allow()
            assert world.delete().status == "DELETE_COMPLETE"
            assert world.create(template(case, case.properties)).status == "CREATE_COMPLETE"
