"""Every type that a service of the sandbox truly has: made, read, tagged, updated, replaced, deleted.

What is read comes from the API of the service, by boto3. The launch role is the one that `catalog role derive` gives
for the template as launched, as updated and as replaced: it is enough, and no more is asked of it. Each IAM action in
the case is asked of the role meanwhile. It is taken from a role that may do everything, and the creation, update or
deletion fails with AWS's words: for every sixth type in the usual run, and for each in `make permissions`.
"""

from __future__ import annotations

import json
import zlib
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest

from catalog.check.derivable import why_underivable
from catalog.sandbox import identity, stacks
from catalog.sandbox.cloudformation import drift
from catalog.sandbox.cloudformation.handlers import find_handler
from catalog.sandbox.cloudformation.handlers.any_type import AnyTypeHandler
from catalog.sandbox.cloudformation.handlers.base import StackContext
from catalog.sandbox.registry.schemas import type_schema
from catalog.sandbox.registry.tables import API_TYPES
from catalog.sandbox.stacks import StackOutcome
from tests.contract.resource_types.conftest import ACCOUNT, ALL, REGION, TAGS, Case, World, subset, template
from tests.contract.resource_types.derived import role_policy

FILES = sorted(Path(__file__).parent.glob("cases_*.py"))
CASES: dict[str, Case] = {
    case.type: case for file in FILES for case in import_module(f"{__package__}.{file.stem}").CASES
}

DERIVABLE = {name for name in CASES if not why_underivable(name, (REGION,))}
EVERYTHING = json.dumps({"Version": "2012-10-17", "Statement": [ALL]})
BASE = {"Type": "AWS::CloudFormation::WaitConditionHandle"}
SAMPLE = 6
"""Of so many types, the usual run denies the actions of one."""


def test_every_type_of_the_tables_has_a_case() -> None:
    assert sorted(CASES) == sorted(API_TYPES)


def test_each_type_has_a_derived_role() -> None:
    assert {*CASES} == DERIVABLE


def tags_change(name: str) -> bool:
    schema = type_schema(name)
    return schema is not None and schema.tags_change


@pytest.mark.parametrize("name", CASES)
def test_life(world: World, name: str) -> None:
    case = CASES[name]
    launched, updated = (template(case, {**case.properties, **more}) for more in ({}, case.changed))
    last = template(case, {**case.properties, **case.changed, **case.replaced})
    derivable = not any(why_underivable(each["Type"], (REGION,)) for each in last["Resources"].values())
    policy = role_policy(launched, updated, last) if derivable else EVERYTHING
    world.policy(policy)
    with identity.asked_actions() as asked:
        live_through(world, case, policy, (launched, updated, last))
    assert {*case.denied, *case.denied_later} <= asked


def live_through(world: World, case: Case, policy: str, templates: tuple[dict[str, Any], ...]) -> None:
    """The life of a type; the templates are those of its launch, its update and its replacement."""
    launched, updated, last = templates
    outcome = world.create(launched)
    assert outcome.status == "CREATE_COMPLETE", outcome.reason
    assert all(value for _, value, _ in outcome.outputs), outcome.outputs
    reference = world.reference()
    assert subset(case.read(world, reference), case.shows), case.read(world, reference)
    assert_importable(world, case)
    assert_no_drift(world)
    if case.tags:
        assert case.tags(world, reference).items() >= {**TAGS, "own": "1"}.items()
    if case.changed or case.tags:
        outcome = world.update(updated, more="2")
        assert outcome.status == "UPDATE_COMPLETE", outcome.reason
        assert world.reference() == reference
        assert subset(case.read(world, reference), case.then), case.read(world, reference)
        assert_no_drift(world)
        if case.tags and tags_change(case.type):
            assert case.tags(world, reference)["more"] == "2"
            world.allow()  # the role of a product whose tags do not change need not untag
            assert world.update(updated).status == "UPDATE_COMPLETE"
            assert "more" not in case.tags(world, reference)
            world.policy(policy)
    if case.replaced:
        outcome = world.update(last)
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
    assert not world.failures()
    outcome = world.delete()
    assert outcome.status == "DELETE_COMPLETE", outcome.reason
    assert case.around or not world.shown(case.read, reference), "the deleted resource is still there"


def assert_no_drift(world: World) -> None:
    """What nobody has changed is as its template says."""
    stack = stacks.sandbox_backend(ACCOUNT, REGION).existing(world.stack)
    drift.detect(stack)
    changed = {
        name: each.drift for name, each in stack.resources.items() if each.drift and each.drift_status != "IN_SYNC"
    }
    assert not changed


def assert_importable(world: World, case: Case) -> None:
    """Another stack could import it: its identifier alone leads to it and to its attributes."""
    live = stacks.sandbox_backend(ACCOUNT, REGION).existing(world.stack).resources["It"].live
    handler = find_handler(case.type)
    assert isinstance(handler, AnyTypeHandler)
    given = live.model.applied
    identifier = {name: given.get(name, live.model.values.get(name)) for name in handler.schema.primary}
    context = StackContext(ACCOUNT, REGION, "aws", "importing", "id", "It", "", {})
    adopted = handler.adopt(context, given, identifier)
    assert adopted.physical_id == live.physical_id
    for name in {*case.attributes} - {*case.unread}:
        assert handler.attribute(context, adopted, name) == handler.attribute(context, live, name), name


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """The types whose actions are denied."""
    if "denied_type" in metafunc.fixturenames:
        every = metafunc.config.getoption("--every-permission")
        names = [name for name in CASES if every or zlib.crc32(name.encode()) % SAMPLE == 0]
        metafunc.parametrize("denied_type", names)


def test_creation_without_a_permission(world: World, denied_type: str) -> None:
    case = CASES[denied_type]
    assert world.create({"Resources": {"Base": BASE, **case.around}}).status == "CREATE_COMPLETE"
    for action in case.denied:
        world.deny(action)
        outcome = world.update(template(case, case.properties))
        assert outcome.status == "UPDATE_ROLLBACK_COMPLETE", (action, outcome.status)
        assert f"is not authorized to perform: {action} on resource: " in outcome.reason, action


def test_update_or_deletion_without_a_permission(world: World, denied_type: str) -> None:
    case = CASES[denied_type]
    launched, updated = (template(case, {**case.properties, **more}) for more in ({}, case.changed))
    assert world.create(launched).status == "CREATE_COMPLETE"
    left = [
        action
        for action in case.denied_later
        if updated == launched or not refuses_the_update(world, action, launched, updated)
    ]
    for action in left:
        refuses_the_deletion(world, action, launched)


def refuses_the_update(world: World, action: str, launched: dict[str, Any], updated: dict[str, Any]) -> bool:
    """Whether an update needs an action, which then fails it. The stack is afterwards as it was launched."""
    world.deny(action)
    outcome = world.update(updated)
    world.allow()
    refused = outcome.status != "UPDATE_COMPLETE"
    if refused:
        assert outcome.status in ("UPDATE_ROLLBACK_COMPLETE", "UPDATE_ROLLBACK_FAILED"), action
        assert_names(outcome, action)
    if outcome.status != "UPDATE_ROLLBACK_COMPLETE":
        assert world.delete().status == "DELETE_COMPLETE"
        assert world.create(launched).status == "CREATE_COMPLETE"
    return refused


def refuses_the_deletion(world: World, action: str, launched: dict[str, Any]) -> None:
    """A deletion fails without an action, and can be tried again."""
    world.deny(action)
    outcome = world.delete()
    if outcome.status == "DELETE_COMPLETE":  # a deletion before has taken away what the action is about
        world.allow()
        assert world.create(launched).status == "CREATE_COMPLETE"
        world.deny(action)
        outcome = world.delete()
    assert outcome.status == "DELETE_FAILED", action
    assert_names(outcome, action)


def assert_names(outcome: StackOutcome, action: str) -> None:
    """The failure names the action."""
    assert f"is not authorized to perform: {action} on resource: " in outcome.reason, action
