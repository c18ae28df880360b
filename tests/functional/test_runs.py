"""The journal of runs: what it has, who can read it, what it never has, and that it stops nothing."""

from __future__ import annotations

import json
import os
import stat
import threading
from pathlib import Path
from typing import Any

import pytest

from catalog.cli import main
from catalog.cli.commands import ROWS
from catalog.runs.folder import journals, remove_old, runs_folder
from catalog.runs.journal import recorded_runs
from catalog.runs.recording import RECORDING, Recording
from catalog.sandbox.control import FAULTS_PATH, Sandbox
from tests.functional.conftest import Run
from tests.functional.sharing import ask

DEV_ROLE = "arn:aws:iam::123456789012:role/dev-terraform-role"
PUBLISH = ("publish", "--local", "--yes", "--allow", "widen")


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of the journals of a user of this test."""
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    return tmp_path / "state/catalog/runs"


def lines_of(file: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in file.read_text().splitlines()]


def test_a_publish_is_recorded_call_by_call_for_its_user_only(catalog: Run, repository: Path, folder: Path) -> None:
    assert catalog(*PUBLISH, at=repository).exit_code == 0
    (file,) = folder.iterdir()
    assert [stat.S_IMODE(path.stat().st_mode) for path in (file, folder, folder.parent)] == [0o600, 0o700, 0o700]
    lines = lines_of(file)
    assert lines[0]["command"] == "publish"
    assert lines[1] == {"account": "123456789012", "region": "us-east-1", "sandbox": True}
    assert (lines[-1]["exit"], set(lines[-1])) == (0, {"ended", "exit", "seconds"})
    calls = {(line["call"], line["address"]): line for line in lines if "call" in line}
    created = calls["servicecatalog:CreatePortfolio", "portfolio/security-dev"]
    assert created["request_id"]
    assert (created["outcome"], created["account"], created["region"]) == ("done", "123456789012", "us-east-1")
    assert ("s3:PutObject", "") in calls, "the lease is of no Address"
    changes = {(line["change"], line["address"]): line["outcome"] for line in lines if "change" in line}
    assert changes["CreatePortfolio", "portfolio/security-dev"] == "done"

    listed = catalog("runs")
    assert listed.stdout.splitlines()[1].split()[:2] == [file.stem, "publish"]
    assert catalog("runs", "list").stdout == listed.stdout
    (data,) = json.loads(catalog("runs", "--json").stdout)["runs"]
    assert (data["id"], data["exit"], data["changes"]) == (file.stem, 0, len(changes))
    shown = catalog("runs", "show", file.stem[:8]).stdout
    assert created["request_id"] in shown
    assert shown == catalog("runs", "show", "last").stdout
    told = json.loads(catalog("runs", "show", "last", "--json").stdout)
    assert told["lines"] == [line for line in lines if "call" in line or "change" in line]


def test_a_journal_has_no_values_of_parameters_and_no_texts_of_errors(
    catalog: Run, repository: Path, folder: Path, sandbox: Sandbox
) -> None:
    assert catalog(*PUBLISH, at=repository).exit_code == 0
    launch = (
        "launch",
        "kms_key",
        "--local",
        "--name",
        "x",
        "--params-file",
        "examples/launch-dev.yaml",
        "--as",
        DEV_ROLE,
    )
    assert catalog(*launch, "--param", "Description=hushhush", at=repository).exit_code == 0
    fault = {"kind": "error", "operations": ["TerminateProvisionedProduct"], "code": "Odd", "message": "hushhush"}
    ask(sandbox, "POST", FAULTS_PATH, fault)
    assert catalog("terminate", "x", "--local", "--yes", "--as", DEV_ROLE, at=repository).exit_code == 1
    terminated, launched, _ = journals(folder)
    assert lines_of(launched)[0]["command"] == "launch"
    assert "servicecatalog:ProvisionProduct" in launched.read_text()
    assert [line["outcome"] for line in lines_of(terminated) if "call" in line] == ["Odd"]
    assert lines_of(terminated)[-1]["exit"] == 1
    texts = "".join(file.read_text() for file in folder.iterdir())
    assert "hushhush" not in texts
    assert "sandbox" not in texts.replace('"sandbox": true', ""), "the secret key of the sandbox"


def test_a_journal_that_cannot_be_written_stops_nothing_and_is_noted_once(
    catalog: Run, repository: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    state = "/proc/nothing"  # no folder can be made there
    monkeypatch.setenv("XDG_STATE_HOME", state)
    result = catalog(*PUBLISH, at=repository)
    assert result.exit_code == 0, result.output
    assert result.stderr.count(f"This run is not recorded: {state}/catalog/runs: ") == 1
    assert catalog("runs").stderr == f"No runs are recorded in {state}/catalog/runs.\n"


def test_a_disk_that_gets_full_ends_the_journal_with_one_note() -> None:
    notes: list[str] = []
    recording = Recording()
    recording.begin("publish", notes.append)
    recording.file, recording.descriptor = Path("/dev/full"), os.open("/dev/full", os.O_WRONLY)
    for _ in range(3):
        recording.call("s3", "PutObject", {}, 0.1, ("1", "r"))
    recording.end(0)
    assert notes == ["This run is not recorded: /dev/full: No space left on device"]
    assert recording.descriptor == -1


def test_a_journal_that_another_command_deletes_meanwhile_is_left_out(folder: Path) -> None:
    folder.mkdir(parents=True)
    for name in ("20261128-1", "20261128-2", "20261128-3"):
        (folder / f"{name}.jsonl").write_text('{"command": "publish"}\n')
    runs = recorded_runs()
    assert next(runs).id == "20261128-3"
    (folder / "20261128-2.jsonl").unlink()
    assert [run.id for run in runs] == ["20261128-1"]


def test_a_run_that_is_killed_has_its_calls_and_no_end(catalog: Run, folder: Path) -> None:
    recording = Recording()
    recording.begin("publish", print)
    recording.call("s3", "PutObject", {}, 0.1, ("1", "r"))
    (run,) = json.loads(catalog("runs", "list", "--json").stdout)["runs"]
    assert (run["calls"], run["exit"]) == (1, None)
    assert "no end: it runs, or was killed" in catalog("runs", "show", "last").stdout
    recording.end(0)


def test_each_command_is_recorded_or_changes_nothing_in_aws() -> None:
    """A new command has `journal` in catalog/cli/commands.py, or is here."""
    changes_nothing = {
        *("list", "export", "validate", "diff", "controls", "evidence", "schema", "plan", "import-portfolio", "runs"),
        *("release", "deprecate", "retire", "reactivate", "promote", "rollback", "retention", "usage", "provisioned"),
        *("role", "access", "simulate", "sandbox", "help", "completion", "import-template"),
        *("init", "new", "doctor", "products", "describe", "show", "review", "graph", "site", "console"),
    }
    recorded = {name for name, row in ROWS.items() if row.journal}
    assert recorded.isdisjoint(changes_nothing)
    assert recorded | changes_nothing == set(main.commands)


def test_commands_that_read_leave_no_journal(catalog: Run, repository: Path, folder: Path) -> None:
    assert catalog("plan", "--local", at=repository).exit_code == 0
    assert catalog("status", "--local", at=repository).exit_code in (0, 4)
    assert not folder.exists()
    assert "No runs are recorded" in catalog("runs").stderr


def test_calls_of_threads_have_the_address_of_their_own_change(folder: Path) -> None:
    meeting = threading.Barrier(4)

    def make(address: str) -> None:
        with RECORDING.change("CreateProduct", address):
            meeting.wait(10)
            RECORDING.call("servicecatalog", "CreateProduct", {}, 0.1, ("1", "r"))
            meeting.wait(10)

    RECORDING.begin("publish", print)
    threads = [threading.Thread(target=make, args=(f"product/{number}",)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    RECORDING.end(0)
    (file,) = folder.iterdir()
    assert sorted(line["address"] for line in lines_of(file) if "call" in line) == [f"product/{i}" for i in range(4)]


def test_old_journals_are_deleted(tmp_path: Path) -> None:
    for number in range(10):
        (tmp_path / f"2026010{number}-000000-abc.jsonl").write_bytes(b"x" * 100)
    (tmp_path / "other.txt").touch()
    remove_old(tmp_path, runs=5, size=1000)
    assert [file.name[:8] for file in journals(tmp_path)] == ["20260109", "20260108", "20260107", "20260106"]
    remove_old(tmp_path, runs=50, size=250)
    assert [file.name[:8] for file in journals(tmp_path)] == ["20260109", "20260108"]
    assert (tmp_path / "other.txt").exists()


def test_a_relative_state_folder_does_not_count() -> None:
    assert runs_folder({"XDG_STATE_HOME": "here", "HOME": "/h"}) == Path("/h/.local/state/catalog/runs")
    assert runs_folder({"HOME": "nowhere"}) == Path("/nowhere/.local/state/catalog/runs")


@pytest.mark.parametrize(
    "text",
    ["", "{", "[1]\n3\nnull\n", '{"call": {"a": 1}, "address": 3, "seconds": "\\u001b[2J"}\n', "[" * 100_000, "\0\xff"],
)
def test_a_journal_that_somebody_broke_is_still_shown(catalog: Run, folder: Path, text: str) -> None:
    folder.mkdir(parents=True)
    (folder / "20260101-000000-abc.jsonl").write_text(text)
    for arguments in (("runs",), ("runs", "--json"), ("runs", "show", "last"), ("runs", "show", "last", "--json")):
        result = catalog(*arguments)
        assert result.exit_code == 0, result.output
        assert "\x1b" not in result.output
    assert catalog("runs", "show", "none").exit_code == 2
    (folder / "20260101-000001-abc.jsonl").touch()
    assert "are 2 runs" in catalog("runs", "show", "2026").stderr
