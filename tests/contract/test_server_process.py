"""The process of the sandbox: its start and stop, its record, its settings and its self-test."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from catalog.errors import SandboxError
from catalog.sandbox import control, selftest
from catalog.sandbox.control import Sandbox
from catalog.sandbox.settings import Settings
from tests import programs

ROOT = Path(__file__).resolve().parent.parent.parent


def test_two_concurrent_starts_share_one_server(tmp_path: Path) -> None:
    code = "import sys, pathlib as p; from catalog.sandbox import control as c; print(c.start(p.Path(sys.argv[1])).pid)"
    command = [sys.executable, "-W", "error", "-c", code, str(tmp_path)]
    starts = [programs.start(command, stdout=subprocess.PIPE, cwd=ROOT, text=True) for _ in range(3)]
    try:
        pids = {start.communicate(timeout=90)[0].strip() for start in starts}
        assert len(pids) == 1
    finally:
        assert control.stop(tmp_path)


def test_stop_ends_the_process_and_removes_its_record(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_PROFILE", "no-such-profile")
    sandbox = control.start(tmp_path)
    assert control.stop(tmp_path) is True
    assert not (tmp_path / "server.json").exists()
    with pytest.raises(ProcessLookupError):
        os.kill(sandbox.pid, 0)
    assert "Traceback" not in (tmp_path / "server.log").read_text(encoding="utf-8")
    assert control.find(tmp_path) is None
    assert control.stop(tmp_path) is False


def test_a_record_of_a_dead_server_is_removed(tmp_path: Path) -> None:
    sandbox = control.start(tmp_path)
    os.kill(sandbox.pid, signal.SIGKILL)
    deadline = time.monotonic() + 10
    while (tmp_path / "server.json").exists() and time.monotonic() < deadline:
        control.find(tmp_path)  # the record is removed when the process has ended, which may take a moment
        time.sleep(0.05)
    assert control.find(tmp_path) is None
    assert not (tmp_path / "server.json").exists()
    with pytest.raises(SandboxError, match="no sandbox is running"):
        control.reset(tmp_path)


def test_a_server_that_does_not_answer_blocks_a_start_and_can_be_stopped(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(control, "PROBE_SECONDS", 0.2)
    monkeypatch.setattr(control, "STOP_SECONDS", 0.5)
    sandbox = control.start(tmp_path)
    os.kill(sandbox.pid, signal.SIGSTOP)
    assert control.find(tmp_path) is None
    for act in (control.start, control.reset):
        with pytest.raises(SandboxError, match=f"process {sandbox.pid}.* does not answer"):
            act(tmp_path)
    assert control.stop(tmp_path) is True
    assert control.find(tmp_path) is None
    assert not (tmp_path / "server.json").exists()


@pytest.mark.parametrize(
    ("words", "born"),
    [
        ([], ""),
        ([control.MODULE, "--directory", "/another/.sandbox"], ""),
        ([control.MODULE, "--directory", "HERE"], "long ago"),
    ],
    ids=["another program", "the sandbox of another folder", "one that got the process id later"],
)
def test_stop_ends_only_the_process_of_the_record(tmp_path: Path, words: list[str], born: str) -> None:
    own = [str(tmp_path.resolve()) if word == "HERE" else word for word in words]
    stranger = programs.start([sys.executable, "-c", "input()", *own], stdin=subprocess.PIPE)
    try:
        record = {"pid": stranger.pid, "url": "http://127.0.0.1:1", "token": "t"}
        control.write_record(tmp_path, {**record, **({"born": born} if born else {})})
        assert control.silent(tmp_path) is None
        assert control.stop(tmp_path) is False
        assert stranger.poll() is None
    finally:
        stranger.communicate(b"\n")


def test_a_server_removes_only_its_own_record(tmp_path: Path) -> None:
    sandbox = control.start(tmp_path)
    other = {"pid": os.getpid(), "url": sandbox.url, "token": "another"}
    control.write_record(tmp_path, other)
    os.kill(sandbox.pid, signal.SIGTERM)
    os.waitpid(sandbox.pid, 0)
    assert control.read_record(tmp_path) == other


@pytest.mark.parametrize(
    "text", ["", "{", "[]", '{"pid": 1}', '{"pid": -1, "url": "http://127.0.0.1:1", "token": "t"}']
)
def test_a_damaged_record_is_ignored(tmp_path: Path, text: str) -> None:
    (tmp_path / "server.json").write_text(text, encoding="utf-8")
    assert control.find(tmp_path) is None


def test_the_error_shows_the_log_of_a_server_that_ends(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CATALOG_SANDBOX_LATENCY", "slow")
    with pytest.raises(SandboxError, match="CATALOG_SANDBOX_LATENCY must be a number") as caught:
        control.start(tmp_path)
    assert "the sandbox ended with status 1" in caught.value.message
    assert "server.log" in caught.value.hint


def test_a_server_that_does_not_answer_in_time(tmp_path: Path) -> None:
    with pytest.raises(SandboxError, match="did not answer within 0\\.01 s"):
        control.start(tmp_path, timeout=0.01)
    assert control.find(tmp_path) is None


def test_the_default_directory(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv("CATALOG_SANDBOX_DIR", raising=False)
    assert control.default_directory(tmp_path) == tmp_path / ".sandbox"
    monkeypatch.setenv("CATALOG_SANDBOX_DIR", "/elsewhere")
    assert control.default_directory(tmp_path) == Path("/elsewhere")


def test_the_environment_keeps_existing_proxy_exceptions(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_PROXY", "example.org,127.0.0.1")
    environment = Sandbox("http://127.0.0.1:1", 1, Path()).environment()
    assert environment["NO_PROXY"] == "example.org,127.0.0.1,localhost"


def test_control_is_cheap_to_import() -> None:
    heavy = {"boto3", "botocore", "moto", "flask", "werkzeug", "yaml", "http.client", "subprocess", "asyncio"}
    code = "import sys; from catalog.sandbox import control; print(*sys.modules)"
    loaded = programs.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT).stdout
    assert not heavy & set(loaded.split())


def test_settings_from_the_environment() -> None:
    assert Settings.from_environment({}) == Settings()
    assert Settings.from_environment({"CATALOG_SANDBOX_QUOTAS": "products=2000"}).quotas == {"products": 2000}
    for text in ("products", "products=-1", "products=", "cars=1", "products=1;portfolios=2"):
        with pytest.raises(SandboxError, match="CATALOG_SANDBOX_QUOTAS must be name=number"):
            Settings.from_environment({"CATALOG_SANDBOX_QUOTAS": text})
    strict = Settings.from_environment({"CATALOG_SANDBOX_LATENCY": "0", "CATALOG_SANDBOX_STRICT_PRINCIPALS": "1"})
    assert (strict.latency, strict.principals_must_exist) == (0, True)
    for text in ("-1", "nan", "inf", "x"):
        with pytest.raises(SandboxError, match="must be a number of at least 0"):
            Settings.from_environment({"CATALOG_SANDBOX_LATENCY": text})


def test_the_self_test_names_what_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    selftest.check()
    monkeypatch.setitem(selftest.ATTRIBUTES, "moto.kms.models", ("Key.no_such_method",))
    monkeypatch.setitem(selftest.ATTRIBUTES, "moto.no_such_module", ("x",))
    monkeypatch.setitem(selftest.SIGNATURES, ("moto.kms.models", "Key.__init__"), ("policy", "no_such_parameter"))
    monkeypatch.setattr(selftest, "SUPPORTED", "4.1.")
    with pytest.raises(SandboxError) as caught:
        selftest.check()
    for part in (
        "needed 4.1.x",
        "moto.kms.models has no Key.no_such_method",
        "moto.no_such_module has no x",
        "moto.kms.models.Key.__init__ has no parameter no_such_parameter",
    ):
        assert part in caught.value.message


def test_a_start_imports_no_service_that_takes_longer_than_all_others() -> None:
    """EC2 alone takes longer; who needs it imports it with its first request, as moto_server does."""
    code = (
        "import sys; import catalog.sandbox.server; from catalog.sandbox.install import install; install(); "
        "print(*(name for name in sys.modules if name.count('.') == 1)); import moto.rds.models; "
        "print(moto.rds.models.RDSBackend.modify_db_subnet_group.__module__)"
    )
    ran = programs.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT)
    loaded, changed = ran.stdout.splitlines()
    assert not {"moto.ec2", "moto.rds", "moto.apigateway", "moto.ssm", "moto.sagemaker"} & set(loaded.split())
    assert changed == "catalog.sandbox.services.subnet_groups"
