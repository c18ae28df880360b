"""Every class of change has a place in the order, a handler and a launch impact."""

from __future__ import annotations

import subprocess
import sys

import pytest

from catalog.plan.changes import CHANGES
from catalog.plan.kinds.constraint import CreateConstraint, CreateRoleConstraint
from catalog.plan.order import ORDER, RANKS
from tests import programs

NEW_CLASS = """
from catalog.plan.changes import Change, LaunchImpact, change

@change
class AttachSomething(Change):
    launch_impact: LaunchImpact = LaunchImpact.NOTHING
"""


def python(code: str) -> subprocess.CompletedProcess[str]:
    return programs.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)


def test_the_order_has_each_class_once() -> None:
    assert set(RANKS) == set(CHANGES)
    assert sum(len(classes) for classes in ORDER) == len(CHANGES)


def test_a_class_without_a_place_in_the_order_fails_at_import() -> None:
    ended = python(f"{NEW_CLASS}\nimport catalog.plan.order")
    assert ended.returncode == 1
    assert "RuntimeError: plan/order.py lacks AttachSomething" in ended.stderr


def test_a_class_without_a_handler_fails_at_import() -> None:
    """Also a subclass of a class with a handler: which call it makes must be stated."""
    ended = python(f"import catalog.plan.order\n{NEW_CLASS}\nimport catalog.publishing.apply")
    assert ended.returncode == 1
    assert "RuntimeError: catalog/aws/ (@handles) lacks AttachSomething" in ended.stderr


@pytest.mark.parametrize("base", ["changes.Change", "kinds.constraint.ConstraintChange"])
def test_a_class_without_the_decorator_fails_at_import(base: str) -> None:
    ended = python(
        "from catalog.plan import changes, kinds\n"
        f"class Forgotten({base}):\n"
        "    __module__ = 'catalog.plan.kinds.forgotten'\n"
        "import catalog.plan.order"
    )
    assert ended.returncode == 1
    assert "RuntimeError: catalog.plan.kinds.forgotten.Forgotten lacks the decorator @change" in ended.stderr


def test_two_handlers_for_a_class_fail_at_import() -> None:
    ended = python(
        "import catalog.publishing.apply\n"
        "from catalog.aws.handlers import handles\n"
        "from catalog.plan.kinds.product import CreateProduct\n"
        "handles(CreateProduct)(print)"
    )
    assert "RuntimeError: two handlers for CreateProduct" in ended.stderr


def test_a_handler_for_a_class_that_is_not_registered_fails() -> None:
    ended = python(
        "from catalog.aws.handlers import handles, load_handlers\n"
        "from catalog.plan.changes import Change\n"
        "handles(type('Stranger', (Change,), {}))(print)\n"
        "load_handlers()"
    )
    assert "has unregistered Stranger" in ended.stderr


def test_a_change_class_must_state_its_launch_impact() -> None:
    """By a default, or each time one is created. An omission must not count as harmless."""
    with pytest.raises(TypeError, match="launch_impact"):
        CreateConstraint(address="a", portfolio="p", product="k", constraint=None)  # type: ignore[call-arg, arg-type]  # the fault


def test_one_operation_may_have_two_places() -> None:
    assert CreateRoleConstraint.OPERATION == "CreateConstraint"
    assert RANKS[CreateRoleConstraint] > RANKS[CreateConstraint]
