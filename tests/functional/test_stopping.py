"""Ctrl-C and SIGTERM: what is done, what was in flight, what was not started, and how to go on."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from catalog.sandbox import control
from catalog.sandbox.control import Sandbox
from tests import programs
from tests.conftest import CONTENT
from tests.functional.conftest import ROOT, Run, running
from tests.functional.test_stack_sets import Organized

DEV_ROLE = "arn:aws:iam::123456789012:role/dev-terraform-role"
LAUNCH = ("launch", "kms_key", "--local", "--params-file", "examples/launch-dev.yaml", "--as", DEV_ROLE)
NAME = "catalog-launch-roles"
PUBLISH = ("publish", "-v", "--local", "--yes", "--allow", "widen")


@pytest.fixture(scope="module")
def slow(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sandbox]:
    """A sandbox whose launches take many seconds."""
    with running(tmp_path_factory.mktemp("slow"), latency="1") as sandbox:
        yield sandbox


@pytest.fixture
def sandbox(slow: Sandbox) -> Sandbox:
    """The slow sandbox, empty."""
    return control.reset(slow.directory)


class Process:
    """`catalog` as a process, whose standard error is read while it runs."""

    def __init__(self, sandbox: Sandbox, *arguments: str) -> None:
        environment = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
        self.popen = programs.start(
            [sys.executable, "-m", "catalog", *arguments],
            cwd=CONTENT,
            env=environment | {"PYTHONPATH": str(ROOT), "CATALOG_SANDBOX_DIR": str(sandbox.directory)},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        self.lines: list[str] = []
        self.grown = threading.Condition()
        self.reader = threading.Thread(target=self.read)
        self.reader.start()

    def read(self) -> None:
        assert self.popen.stderr
        for line in self.popen.stderr:
            with self.grown:
                self.lines.append(line)
                self.grown.notify_all()

    def when(self, pattern: str) -> Process:
        """Wait until a line has the pattern."""
        with self.grown:
            assert self.grown.wait_for(lambda: re.search(pattern, self.stderr), timeout=60), self.stderr
        return self

    def signal(self, number: int) -> Process:
        self.popen.send_signal(number)
        return self

    def end(self) -> tuple[int, str]:
        """The exit code and what was printed to standard error."""
        code = self.popen.wait(60)
        self.reader.join(10)
        return code, self.stderr

    @property
    def stderr(self) -> str:
        return "".join(self.lines)


@pytest.fixture
def start(sandbox: Sandbox) -> Iterator[Callable[..., Process]]:
    """Start `catalog`; it is killed at the end of the test."""
    processes: list[Process] = []

    def run(*arguments: str) -> Process:
        processes.append(Process(sandbox, *arguments))
        return processes[-1]

    yield run
    for process in processes:
        process.popen.kill()
        process.end()
        assert process.popen.stdout
        process.popen.stdout.close()
        assert process.popen.stderr
        process.popen.stderr.close()


@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_a_stopped_publish_says_how_far_it_came_and_the_next_run_goes_on(
    start: Callable[..., Process], catalog: Run, number: int, code: int
) -> None:
    ended = start(*PUBLISH).when("CreateTagOption").signal(number).end()
    assert ended[0] == code, ended[1]
    report = re.search(
        r"\nStopping after the calls in flight … \(again: stop at once\)\n(?:\[\d+/\d+\] .+\n)*"
        r"Stopped: (\d+) of (\d+) changes done, 0 failed, (\d+) not started"
        r"(; in flight: CreateProduct product/kms_key, which AWS may complete)?\n"
        r"  Run the same command again to go on\.\n$",
        ended[1],
    )
    assert report, ended[1]
    done, total, left = map(int, report.groups()[:3])
    assert done + bool(report[4]) + left == total
    assert f"/{total}] CreateTagOption" in ended[1]
    assert catalog(*PUBLISH).exit_code == 0
    assert catalog("plan", "--local", "--detailed-exitcode").exit_code == 0


def test_a_second_ctrl_c_stops_at_once(start: Callable[..., Process]) -> None:
    publishing = start(*PUBLISH).when("CreateTagOption").signal(signal.SIGINT).when("Stopping after")
    code, errors = publishing.signal(signal.SIGINT).end()
    assert code == 130
    assert re.search(r"\nStopped: \d+ of \d+ changes done", errors)
    assert "Traceback" not in errors


def test_a_stopped_launch_names_the_record_that_goes_on(start: Callable[..., Process], catalog: Run) -> None:
    assert catalog(*PUBLISH).exit_code == 0
    code, errors = start(*LAUNCH, "--name", "mine").when("IN_PROGRESS").signal(signal.SIGINT).end()
    assert code == 130
    report = re.search(r"Stopped following mine: record (rec-\w+) was IN_PROGRESS, and AWS goes on with it\n", errors)
    assert report, errors
    assert f"`aws servicecatalog describe-record --id {report[1]}` the record." in errors


def test_a_stopped_stackset_publish_leaves_its_operation_which_the_next_run_waits_for(
    start: Callable[..., Process], catalog: Run, client: Callable[..., Any], repository: Path
) -> None:
    organized = Organized(catalog, client, repository)
    publish = ("-C", str(repository), "stackset", "publish", "-v", "--local", "--yes", "--allow", "widen")
    publishing = start(*publish).when("CreateStackSet")
    while not (operations := client("cloudformation").list_stack_set_operations(StackSetName=NAME)["Summaries"]):
        time.sleep(0.05)
    code, errors = publishing.signal(signal.SIGTERM).end()
    assert code == 143
    assert "in flight: CreateStackInstances" in errors
    assert catalog(*publish[2:], at=repository).exit_code == 0
    assert organized.instances() == dict.fromkeys(organized.accounts, ("CURRENT", "SUCCEEDED"))
    after = client("cloudformation").list_stack_set_operations(StackSetName=NAME)["Summaries"]
    assert [each["OperationId"] for each in after] == [each["OperationId"] for each in operations]


def test_work_that_changes_nothing_stops_at_once(start: Callable[..., Process], catalog: Run) -> None:
    code, errors = start("plan", "--local", "-vv").when("ListPortfolios").signal(signal.SIGTERM).end()
    assert (code, errors.splitlines()[-1]) == (143, "Stopped.")
    assert catalog("list", "--json").exit_code == 0
