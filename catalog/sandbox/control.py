"""Starts, finds, resets and stops the sandbox's process. Standard library only: `--local` waits for it."""

from __future__ import annotations

import fcntl
import json
import os
import signal
import socket
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, nullcontext, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from catalog.errors import SandboxError

DIRECTORY_VARIABLE = "CATALOG_SANDBOX_DIR"
HEALTH_PATH = "/catalog-sandbox/health"
FAULTS_PATH = "/catalog-sandbox/faults"
LAUNCH_ROLES_PATH = "/catalog-sandbox/launch-roles"
CALLS_PATH = "/catalog-sandbox/calls"
TOKEN_HEADER = "X-Catalog-Sandbox-Token"  # noqa: S105 - the header's name
RESET_PATH = "/moto-api/reset"
MODULE = "catalog.sandbox"
"""What the server's process runs."""
ACCESS_KEY = "AKIASANDBOXADMIN0000"
"""moto reads an account from keys of 20 capitals and digits; those that nobody made are account 123456789012's."""
SECRET_KEY = "sandbox"  # noqa: S105 - moto checks no signature
REGION = "us-east-1"
PROBE_SECONDS = 5.0
STOP_SECONDS = 10.0
POLL_SECONDS = 0.05
LOG_LINES = 20


@dataclass(frozen=True, slots=True)
class Sandbox:
    """A sandbox that answers."""

    url: str
    pid: int
    directory: Path

    def environment(self) -> dict[str, str]:
        """Variables with which boto3, the AWS CLI and other SDKs talk to the sandbox as its administrator."""
        return {
            "AWS_ENDPOINT_URL": self.url,
            "AWS_ACCESS_KEY_ID": ACCESS_KEY,
            "AWS_SECRET_ACCESS_KEY": SECRET_KEY,
            "AWS_REGION": REGION,
            "AWS_DEFAULT_REGION": REGION,
            "AWS_EC2_METADATA_DISABLED": "true",
            "NO_PROXY": _with_local(os.environ.get("NO_PROXY", "")),
            "no_proxy": _with_local(os.environ.get("no_proxy", "")),
        }


def _with_local(hosts: str) -> str:
    names = [name for name in hosts.split(",") if name]
    return ",".join([*names, *(name for name in ("127.0.0.1", "localhost") if name not in names)])


def default_directory(root: Path) -> Path:
    """`.sandbox` in the repository's root, or what CATALOG_SANDBOX_DIR says."""
    chosen = os.environ.get(DIRECTORY_VARIABLE)
    return Path(chosen) if chosen else root / ".sandbox"


def find(directory: Path) -> Sandbox | None:
    """The sandbox of `directory` if it answers; a record that a dead one left behind is removed."""
    record = read_record(directory)
    if record is None:
        return None
    sandbox = Sandbox(record["url"], record["pid"], directory)
    if _alive(sandbox.pid) and _request(sandbox.url, "GET", HEALTH_PATH, {TOKEN_HEADER: record["token"]}) == 200:
        return sandbox
    if not _alive(sandbox.pid):
        remove_record(directory, record["token"])
    return None


def _silent(directory: Path) -> int | None:
    """The process id of a server of ours that lives and did not answer `find`."""
    record = read_record(directory)
    return int(record["pid"]) if record and _is_server(record["pid"]) else None


def start(directory: Path, *, timeout: float = 30) -> Sandbox:
    """The running sandbox of `directory`, started if there is none; two starts at once end with one sandbox.

    Raises `SandboxError` when the extra is not installed, an older process lives and is silent, or the new one ends or
    does not answer in `timeout` seconds.
    """
    running = find(directory)
    if running is not None:
        return running
    _require_extra()
    try:
        directory.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise SandboxError(f"cannot make the sandbox's directory {directory}: {error.strerror}") from error
    with _locked(directory):
        running = find(directory)
        silent = None if running else _silent(directory)
        if silent is not None:
            raise SandboxError(f"the sandbox (process {silent}) does not answer", hint="Run: catalog sandbox stop")
        return running or _launch(directory, timeout)


def stop(directory: Path) -> bool:
    """Stop the sandbox of `directory`, also one that does not answer, and wait for its end; False when there is none.

    Raises `SandboxError` when the process outlives SIGKILL.
    """
    with _locked(directory) if directory.is_dir() else nullcontext():
        running = find(directory)
        pid = running.pid if running else _silent(directory)
        if pid is None:
            return False
        record = read_record(directory)
        if not (_ended_by(signal.SIGTERM, pid) or _ended_by(signal.SIGKILL, pid)):
            raise SandboxError(f"the sandbox (process {pid}) does not end")
        if record:
            remove_record(directory, record["token"])
        return True


def _ended_by(number: signal.Signals, pid: int) -> bool:
    """Send the signal; whether the process ends within `STOP_SECONDS`."""
    with suppress(ProcessLookupError):
        os.kill(pid, number)
    deadline = time.monotonic() + STOP_SECONDS
    while _alive(pid):
        if time.monotonic() > deadline:
            return False
        time.sleep(POLL_SECONDS)
    return True


def reset(directory: Path) -> Sandbox:
    """Forget everything that the sandbox of `directory` holds; `SandboxError` when none is running."""
    sandbox = find(directory)
    if sandbox is None:
        raise SandboxError(f"no sandbox is running for {directory}", hint="Run: catalog sandbox start")
    status = _request(sandbox.url, "POST", RESET_PATH, {})
    if status != 200:
        raise SandboxError(f"the sandbox did not reset itself: HTTP status {status}", hint=_log_hint(directory))
    return sandbox


def write_record(directory: Path, record: Mapping[str, object]) -> Path:
    """Put `server.json` into `directory` at once as a whole, readable by its owner only."""
    file = _record_file(directory)
    draft = file.with_suffix(f".{os.getpid()}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as stream:
        json.dump(record, stream)
    return draft.replace(file)


def read_record(directory: Path) -> dict[str, Any] | None:
    """What `server.json` says; None when there is none that can be read."""
    try:
        record = json.loads(_record_file(directory).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    types = {"url": str, "pid": int, "token": str}
    complete = isinstance(record, dict) and all(type(record.get(name)) is kind for name, kind in types.items())
    return record if complete and record["pid"] > 0 else None


def remove_record(directory: Path, token: str) -> None:
    """Remove `server.json` if it is that of the server with this token: another one may have taken its place."""
    record = read_record(directory)
    if record is not None and record["token"] == token:
        _record_file(directory).unlink(missing_ok=True)


def _record_file(directory: Path) -> Path:
    return directory / "server.json"


def _log_file(directory: Path) -> Path:
    return directory / "server.log"


def _launch(directory: Path, timeout: float) -> Sandbox:
    """Run the server in a session of its own, so that Ctrl-C in this terminal does not end it."""
    import subprocess

    command = [sys.executable, "-m", MODULE, "--port", "0", "--directory", str(directory.resolve())]
    package_root = str(Path(__file__).resolve().parents[2])
    path = os.pathsep.join(part for part in (package_root, os.environ.get("PYTHONPATH", "")) if part)
    descriptor = os.open(_log_file(directory), os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "wb") as log:
        process = subprocess.Popen(  # noqa: S603 - our own module
            command,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,
            env={**_without_aws(os.environ), "PYTHONPATH": path},
        )
    deadline = time.monotonic() + timeout
    while time.monotonic() < deadline:
        if process.poll() is not None:
            raise SandboxError(f"the sandbox ended with status {process.returncode}", hint=_log_hint(directory))
        sandbox = find(directory)
        if sandbox is not None:
            process.returncode = 0  # it outlives us on purpose: Popen need not warn about it
            return sandbox
        time.sleep(POLL_SECONDS)
    process.kill()
    process.wait()
    raise SandboxError(f"the sandbox did not answer within {timeout:g} s", hint=_log_hint(directory))


def _without_aws(environ: Mapping[str, str]) -> dict[str, str]:
    """The environment without the user's own AWS: a profile that does not exist would stop the server's botocore."""
    kept = {name: value for name, value in environ.items() if not name.startswith("AWS_")}
    return {**kept, "AWS_CONFIG_FILE": os.devnull, "AWS_SHARED_CREDENTIALS_FILE": os.devnull}


def _log_hint(directory: Path) -> str:
    file = _log_file(directory)
    try:
        tail = file.read_text(encoding="utf-8", errors="replace").splitlines()[-LOG_LINES:]
    except OSError:
        tail = []
    return "\n  ".join([f"The end of its log {file}:", *(tail or ["(empty)"])])


def _require_extra() -> None:
    from importlib.util import find_spec

    if find_spec("moto") is None or find_spec("flask") is None:
        raise SandboxError("the sandbox needs moto, which is not installed", hint="Run: pip install 'catalog[sandbox]'")


@contextmanager
def _locked(directory: Path) -> Iterator[None]:
    """Hold the directory's lock: one process at a time starts or stops its sandbox."""
    with (directory / "server.lock").open("w") as stream:
        fcntl.flock(stream, fcntl.LOCK_EX)
        yield


def _alive(pid: int) -> bool:
    with suppress(ChildProcessError):
        os.waitpid(pid, os.WNOHANG)  # a child that has ended stays a zombie until somebody waits for it
    state, _ = _process(pid)
    return state not in ("", "X", "Z")


def _is_server(pid: int) -> bool:
    """Whether a live process is a sandbox's server: a process id may have gone to somebody else since."""
    return _alive(pid) and MODULE in _process(pid)[1]


def _process(pid: int) -> tuple[str, list[str]]:
    """A process's state, one letter, and the words of its command; empty when there is no such process."""
    if Path("/proc/self/stat").exists():
        try:
            state = Path(f"/proc/{pid}/stat").read_text(errors="replace").rpartition(")")[2].split()[0]
            return state, Path(f"/proc/{pid}/cmdline").read_bytes().decode(errors="replace").split("\0")
        except (OSError, IndexError):  # it ended meanwhile
            return "", []
    import subprocess

    command = ["ps", "-o", "state=", "-o", "command=", "-p", str(pid)]
    words = subprocess.run(command, capture_output=True, text=True, check=False).stdout.split()  # noqa: S603
    return (words[0][0], words[1:]) if words else ("", [])


def _request(url: str, method: str, path: str, headers: Mapping[str, str]) -> int:
    """Status of a bare HTTP request; 0 when nobody answers. http.client alone would double this module's import."""
    host, _, port = url.removeprefix("http://").partition(":")
    lines = [f"{method} {path} HTTP/1.0", f"Host: {host}:{port}", "Content-Length: 0"]
    lines += [f"{name}: {value}" for name, value in headers.items()]
    try:
        with socket.create_connection((host, int(port)), timeout=PROBE_SECONDS) as connection:
            connection.sendall("\r\n".join([*lines, "", ""]).encode())
            answer = connection.makefile("rb").readline().split()
            return int(answer[1]) if len(answer) > 1 else 0
    except (OSError, ValueError):
        return 0
