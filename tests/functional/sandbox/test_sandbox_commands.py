"""The commands of `catalog sandbox`, with a sandbox for the test."""

from __future__ import annotations

import json
import os
import shlex
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from catalog.cli import main
from catalog.sandbox import control
from catalog.sandbox.remembered import remember
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

    started = run(directory, "start").stdout
    assert "listening on http://127.0.0.1:" in started
    assert f"Its state is in {directory.resolve() / 'state'}" in started
    state = json.loads(run(directory, "status", "--json").stdout)
    assert (state["running"], state["state"], run(directory, "status").exit_code) == (True, "running", 0)
    assert state["data"] == str(directory.resolve() / "state")
    other = run(directory, "start", "--ephemeral")
    assert other.exit_code == 1
    assert f"already listens on {state['url']}, with its state in" in other.output

    environment = json.loads(run(directory, "env", "--format", "json").stdout)
    assert environment["AWS_ENDPOINT_URL"] == state["url"]
    script = f"{run(directory, 'env').stdout}\nprintf '%s' \"$AWS_ENDPOINT_URL $AWS_REGION $NO_PROXY\""
    shown = programs.run(["sh", "-c", script], capture_output=True, text=True, check=True, env={}).stdout
    assert shown == shlex.join([state["url"], "us-east-1", "127.0.0.1,localhost"])

    assert run(directory, "reset").exit_code == 0
    assert "stopped" in run(directory, "stop").stdout
    assert "not running" in run(directory, "stop").stdout


def test_a_process_that_does_not_answer_is_silent(tmp_path: Path) -> None:
    words = [control.MODULE, "--directory", str(tmp_path.resolve())]
    process = programs.start([sys.executable, "-c", "input()", *words], stdin=subprocess.PIPE)
    try:
        control.write_record(tmp_path, {"pid": process.pid, "url": "http://127.0.0.1:1", "token": "t"})
        told = run(tmp_path, "status")
        assert told.exit_code == 1
        words = f"The sandbox is silent: process {process.pid} does not answer. Run: catalog sandbox stop\n"
        assert told.stdout == words
        state = json.loads(run(tmp_path, "status", "--json").stdout)
        assert (state["running"], state["state"], state["pid"]) == (False, "silent", process.pid)
        assert "stopped" in run(tmp_path, "stop").stdout
        with pytest.raises(ProcessLookupError):
            os.kill(process.pid, 0)
    finally:
        process.kill()
        process.communicate()
    assert json.loads(run(tmp_path, "status", "--json").stdout)["state"] == "stopped"


def test_no_folder_for_a_state_that_is_not_kept(tmp_path: Path) -> None:
    refused = run(tmp_path, "start", "--ephemeral", "--data", str(tmp_path))
    assert refused.exit_code == 2
    assert "--ephemeral keeps no state: leave --data out" in refused.output


def test_a_folder_that_was_named_once_is_used_until_the_default_is_wanted(tmp_path: Path) -> None:
    sandbox, own = tmp_path / "sandbox", tmp_path / "own"
    try:
        assert f"Its state is in {own}" in run(sandbox, "start", "--data", str(own)).stdout
        refused = run(sandbox, "start", "--default-data")
        assert (refused.exit_code, f"running with its state in {own}" in refused.output) == (1, True)
        run(sandbox, "stop")
        again = run(sandbox, "start")
        assert f"Its state is in {own}" in again.stdout
        assert "start it with --default-data" in again.stderr
        run(sandbox, "stop")
        assert f"Its state is in {sandbox / 'state'}\n" in run(sandbox, "start", "--default-data").stdout
    finally:
        control.stop(sandbox)


def test_a_folder_that_is_gone_or_that_a_clone_names_is_not_used(tmp_path: Path) -> None:
    remember(tmp_path, tmp_path / "gone")
    gone = run(tmp_path, "start")
    assert (gone.exit_code, f"the folder {tmp_path / 'gone'}, in which the last start kept" in gone.output) == (1, True)
    assert "--default-data" in gone.output
    (tmp_path / "gone").mkdir()
    (tmp_path / "data-folder").chmod(0o644)
    refused = run(tmp_path, "start")
    assert (refused.exit_code, "no sandbox of yours has written it" in refused.output) == (1, True)
    both = run(tmp_path, "start", "--default-data", "--data", str(tmp_path))
    assert (both.exit_code, "leave one out" in both.output) == (2, True)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["start", "--data", ""], "the name of a folder is needed, got an empty text."),
        (["start", "--port", "abc"], "a port is a number from 1 to 65535, got 'abc'."),
        (["start", "--port", "70000"], "a port is a number from 1 to 65535, got '70000'."),
        (["start", "--port", "0"], "a port is a number from 1 to 65535, got '0'."),
        (["start", "--port", "9" * 99], "a port is a number from 1 to 65535"),
        (["start", "--data", __file__], "is a file."),
        (["start", "--ephemeral", "--data", "x"], "leave --data out"),
    ],
)
def test_wrong_input_is_named_before_anything_starts(tmp_path: Path, arguments: list[str], words: str) -> None:
    result = run(tmp_path, *arguments)
    assert (result.exit_code, words in result.output) == (2, True), result.output
    assert list(tmp_path.iterdir()) == []
