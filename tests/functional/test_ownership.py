"""`catalog transfer` and `catalog import-stack`, in an empty folder."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.functional.adopting import Call
from tests.functional.conftest import Run
from tests.functional.shelves import BASE, ROLE, WITH_TEAM, make_shelves


@pytest.fixture
def shelf(catalog: Run, sc: Call, client: Callable[..., Any], tmp_path: Path) -> Run:
    """Runs commands in an empty folder; `ROLE` has launched `mine`."""
    make_shelves(sc, client, {"1.0.0": BASE, "1.1.0": WITH_TEAM})

    def run(command: str, *arguments: str) -> Any:
        return catalog(command, *arguments, "--local", at=tmp_path)

    made = run("launch", "Shelf", "--name", "mine", "--version", "1.0.0", "--param", "Name=a", "--as", ROLE)
    assert made.exit_code == 0, made.output
    return run


def test_another_owner(shelf: Run) -> None:
    asked = shelf("transfer", "mine", "--to", "role/other")
    assert (asked.exit_code, "cannot ask" in asked.stderr) == (2, True)
    done = shelf("transfer", "mine", "--to", "role/other", "--yes", "--json")
    assert done.exit_code == 0, done.output
    assert json.loads(done.stdout)["owner"] == "arn:aws:iam::123456789012:role/other"
    (row,) = json.loads(shelf("provisioned", "--json").stdout)
    assert (row["launched_by"], row["status"]) == ("arn:aws:iam::123456789012:role/other", "AVAILABLE")
    assert json.loads(shelf("provisioned", "--mine", "--as", ROLE, "--json").stdout) == []
    wrong = shelf("transfer", "mine", "--to", "arn:aws:iam::210987654321:role/other", "--yes")
    assert (wrong.exit_code, "--to must be in account 123456789012" in wrong.stderr) == (2, True)
    wrong = shelf("transfer", "mine", "--to", "other", "--yes")
    assert (wrong.exit_code, "Write its ARN, role/NAME or user/NAME." in wrong.stderr) == (2, True)


def test_a_stack_that_was_kept_is_imported_and_updated(shelf: Run, client: Callable[..., Any]) -> None:
    ended = shelf("terminate", "mine", "--retain", "--yes", "--as", ROLE)
    assert "`catalog import-stack` makes it a provisioned product again." in ended.stderr
    (stack,) = client("cloudformation").describe_stacks()["Stacks"]
    product = ("--product", "Shelf", "--name", "again", "--as", ROLE, "--yes")
    refused = shelf("import-stack", stack["StackName"], *product, "--version", "1.1.0")
    assert refused.exit_code == 2
    assert "is not that of Shelf 1.1.0, as AWS demands" in refused.stderr
    assert "parameter removed Parameters/Team" in refused.stderr
    done = shelf("import-stack", stack["StackName"], *product, "--json")
    assert done.exit_code == 0, done.output
    assert json.loads(done.stdout)["status"] == "SUCCEEDED"
    (row,) = json.loads(shelf("provisioned", "--json").stdout)
    assert (row["name"], row["version"]) == ("again", "1.0.0")
    updated = shelf("update", "again", "--version", "1.1.0", "--param", "Team=red", "--yes", "--as", ROLE)
    assert updated.exit_code == 0, updated.output
    twice = ("--product", "Shelf", "--name", "twice", "--as", ROLE, "--yes")
    refused = shelf("import-stack", stack["StackName"], *twice)
    assert (refused.exit_code, "belongs to provisioned product" in refused.stderr) == (1, True), refused.output
    assert "has no stack 'nothing'" in shelf("import-stack", "nothing", *product).stderr
    body = json.dumps({"Resources": {"T": {"Type": "AWS::SNS::Topic"}}})
    client("cloudformation").create_stack(StackName="other", TemplateBody=body)
    assert "has the template of no version of Shelf (1.0.0, 1.1.0)" in shelf("import-stack", "other", *product).stderr
