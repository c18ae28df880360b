"""cfn-lint in other processes: the same findings and errors, and no process that outlives ours."""

from __future__ import annotations

import errno
import os
import resource
import signal
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from catalog.check.cfn_lint import lint
from catalog.check.lint_process import MOST, WORKERS, LintWorker, linted, stop_all, worker_for
from catalog.content.control_settings import DEFAULTS, ControlSettings
from catalog.errors import CatalogError, ContentError
from tests import programs

KEY = b"""\
Description: A key without rotation.
Resources:
  Key:
    Type: AWS::KMS::Key
    Properties: {KeyPolicy: {Version: "2012-10-17", Statement: []}, EnableKeyRotation: false}
"""
TALKATIVE = """
from catalog.check.own import Control

class Talkative(Control):
    id = "W9501"
    shortdesc = description = why = remedy = "Nothing."
    source_url = "https://wiki.example.com"

    def faults(self, template):
        print("seen", len(template["Resources"]))
        yield ("Resources",), "talked"
"""
FORKED = """\
import os, sys
from catalog.check.lint_process import WORKERS, linted
from catalog.content.control_settings import DEFAULTS

def findings():
    return len(linted(0, "key", "key.yaml", b"Resources: {H: {Type: AWS::CloudFormation::WaitConditionHandle}}",
                      ("us-east-1",), DEFAULTS).result())

before = findings()
process = WORKERS[0].process
if (pid := os.fork()) == 0:
    print("copy", before - findings(), flush=True)
    WORKERS[0].stop()
    os._exit(0)
print(os.waitpid(pid, 0)[1])
linted.cache_clear()
print("original", findings() == before and WORKERS[0].process is process)
"""
LEFT = """\
import os, signal
from catalog.check.lint_process import WORKERS
WORKERS[0].running()
print(WORKERS[0].process.pid, flush=True)
os.kill(os.getpid(), signal.SIGKILL)
"""


@pytest.fixture(scope="module")
def worker() -> Iterator[LintWorker]:
    """One process for all tests that do not end it: it needs a second to load the rules."""
    made = LintWorker()
    yield made
    made.end()


def test_another_process_finds_the_same(worker: LintWorker) -> None:
    arguments = ("key", "products/key.py", KEY, ("us-east-1", "eu-west-1"), DEFAULTS)
    findings = worker.ask(*arguments)
    assert list(findings) == lint(*arguments)
    assert "E9001" in {finding.id for finding in findings}


def test_errors_about_content_keep_their_words(worker: LintWorker) -> None:
    with pytest.raises(ContentError) as wrong:
        worker.ask("key", "products/key.py", KEY, ("nowhere-1",), DEFAULTS)
    assert "nowhere-1" in wrong.value.message
    assert wrong.value.hint.startswith("Correct the Region.")


def test_what_own_controls_print_goes_to_standard_error(
    worker: LintWorker, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "w9501_talkative.py").write_text(TALKATIVE)
    settings = ControlSettings(folders=(tmp_path,))
    findings = worker.ask("key", "products/key.py", KEY, ("us-east-1",), settings)
    assert "W9501" in {finding.id for finding in findings}
    worker.stop()
    deadline = time.monotonic() + 10
    while "seen 1" not in (printed := capfd.readouterr()).err and time.monotonic() < deadline:
        time.sleep(0.01)
    assert "seen 1" in printed.err
    assert not printed.out


def test_errors_of_the_system_keep_their_number(worker: LintWorker) -> None:
    worker.stop()
    full = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, full[1]))
    try:
        worker.running()
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, full)
    with pytest.raises(OSError, match="No usable temporary directory") as refused:
        worker.ask("key", "products/key.py", KEY, ("us-east-1",), DEFAULTS)
    assert refused.value.errno == errno.ENOENT


def test_a_process_that_ends_is_an_error_and_the_next_template_has_another(worker: LintWorker) -> None:
    arguments = ("key", "products/key.py", KEY, ("us-east-1",), DEFAULTS)
    worker.stop()
    os.kill(worker.running().pid, signal.SIGSTOP)
    os.kill(worker.running().pid, signal.SIGKILL)
    with pytest.raises(CatalogError, match="the process of cfn-lint ended with status -9"):
        worker.ask(*arguments)
    assert worker.ask(*arguments)


def test_what_has_not_begun_is_left_out_when_a_command_fails() -> None:
    bodies = [KEY + b"# %d" % number for number in range(50)]
    pending = [linted(0, "key", "products/key.py", body, ("us-east-1",), DEFAULTS) for body in bodies]
    stop_all()
    assert sum(future.cancelled() for future in pending) >= 49
    assert [worker.process for worker in WORKERS] == [None] * len(WORKERS)
    assert linted(0, "key", "products/key.py", KEY, ("us-east-1",), DEFAULTS).result()


def test_a_process_ends_with_ours_however_it_ends() -> None:
    done = programs.run([sys.executable, "-c", LEFT], capture_output=True, text=True, check=False, timeout=60)
    assert done.returncode == -signal.SIGKILL, done.stderr
    deadline = time.monotonic() + 10
    while runs(int(done.stdout)) and time.monotonic() < deadline:
        time.sleep(0.01)
    assert not runs(int(done.stdout))


def test_a_copy_of_our_process_has_workers_of_its_own() -> None:
    done = programs.run([sys.executable, "-c", FORKED], capture_output=True, text=True, check=False, timeout=60)
    assert done.returncode == 0, done.stderr
    assert done.stdout.split() == ["copy", "0", "0", "original", "True"]


def runs(pid: int) -> bool:
    """Whether a process runs; one that has ended may wait for its new parent."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    status = Path(f"/proc/{pid}/stat")
    return not status.exists() or status.read_text().rpartition(")")[2].split()[0] != "Z"


def test_few_templates_have_one_worker_and_many_have_all() -> None:
    assert {worker_for(index, 9) for index in range(9)} == {0}
    assert {worker_for(index, 1000) for index in range(1000)} == set(range(len(WORKERS)))
    assert 1 <= len(WORKERS) <= MOST
