"""The commands of `catalog sandbox`, with a sandbox for the test."""

from __future__ import annotations

import json
import shlex
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from catalog.cli import main
from catalog.sandbox import control
from tests import programs

ROOT = Path(__file__).resolve().parent.parent.parent.parent


@pytest.fixture(scope="module")
def directory(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    folder = tmp_path_factory.mktemp("sandbox")
    yield folder
    control.stop(folder)


def run(directory: Path, *arguments: str) -> Result:
    return CliRunner().invoke(main, ["-C", str(ROOT), "sandbox", *arguments, "--directory", str(directory)])


def test_from_start_to_stop(directory: Path) -> None:
    before = run(directory, "status", "--json")
    assert (before.exit_code, json.loads(before.stdout)["running"]) == (1, False)
    assert run(directory, "reset").exit_code == 1

    assert "listening on http://127.0.0.1:" in run(directory, "start").stdout
    state = json.loads(run(directory, "status", "--json").stdout)
    assert (state["running"], run(directory, "status").exit_code) == (True, 0)

    environment = json.loads(run(directory, "env", "--format", "json").stdout)
    assert environment["AWS_ENDPOINT_URL"] == state["url"]
    script = f"{run(directory, 'env').stdout}\nprintf '%s' \"$AWS_ENDPOINT_URL $AWS_REGION $NO_PROXY\""
    shown = programs.run(["sh", "-c", script], capture_output=True, text=True, check=True, env={}).stdout
    assert shown == shlex.join([state["url"], "us-east-1", "127.0.0.1,localhost"])

    assert run(directory, "reset").exit_code == 0
    assert "stopped" in run(directory, "stop").stdout
    assert "not running" in run(directory, "stop").stdout
