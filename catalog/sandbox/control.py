"""Start, find, reset and stop the sandbox's process.

Its state is kept in a folder (`catalog.sandbox.journal`), by default `state` in its own, unless it is ephemeral.

Only the standard library is imported, because every command with `--local` waits for this module.
"""

from __future__ import annotations

import base64
import fcntl
import hashlib
import json
import os
import signal
import socket
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, nullcontext, suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from catalog.errors import SandboxError
from catalog.sandbox import INSTALL
from catalog.sandbox.json_text import read_json
from catalog.sandbox.private_files import check_folder, make_folder, open_to_write, read_file
from catalog.sandbox.remembered import remember, remembered

DIRECTORY_VARIABLE = "CATALOG_SANDBOX_DIR"
HEALTH_PATH = "/catalog-sandbox/health"
FAULTS_PATH = "/catalog-sandbox/faults"
LAUNCH_ROLES_PATH = "/catalog-sandbox/launch-roles"
STUBS_PATH = "/catalog-sandbox/stubs"
CLOCK_PATH = "/catalog-sandbox/clock"
CALLS_PATH = "/catalog-sandbox/calls"
TOKEN_HEADER = "X-Catalog-Sandbox-Token"  # noqa: S105  # the header's name
RESET_PATH = "/moto-api/reset"
MODULE = "catalog.sandbox"
"""The module that the server process runs."""
ACCESS_KEY = "AKIASANDBOXADMIN0000"
"""moto derives the account from a key of 20 capitals and digits; a key that was never created means 123456789012. This
one is for a server in the process of its client; a server of its own has another: `administrator_key`."""
SECRET_KEY = "sandbox"  # noqa: S105  # moto checks no signature
REGION = "us-east-1"
PROBE_SECONDS = 5.0
STOP_SECONDS = 10.0
POLL_SECONDS = 0.02
LOG_LINES = 20
STATE = "state"
"""The folder of the state, in that of the sandbox."""
BYTES_PER_SECOND = 20_000
"""Of a journal, carried out again by a slow machine."""


@dataclass(frozen=True, slots=True)
class Sandbox:
    """A running sandbox."""

    url: str
    pid: int
    directory: Path
    key: str = ACCESS_KEY
    """The access key of its administrator, which nobody else knows."""
    data: str = ""
    """The folder of its state; empty if it ends with the process."""
    differing: int = 0
    """How many requests of its state came out otherwise when it started than when they were made."""

    def environment(self) -> dict[str, str]:
        """The environment variables that make boto3, the AWS CLI and other SDKs use the sandbox as administrator."""
        return {
            "AWS_ENDPOINT_URL": self.url,
            "AWS_ACCESS_KEY_ID": self.key,
            "AWS_SECRET_ACCESS_KEY": SECRET_KEY,
            "AWS_REGION": REGION,
            "AWS_DEFAULT_REGION": REGION,
            "AWS_EC2_METADATA_DISABLED": "true",
            "NO_PROXY": _with_local(os.environ.get("NO_PROXY", "")),
            "no_proxy": _with_local(os.environ.get("no_proxy", "")),
        }


def administrator_key(token: str) -> str:
    """The access key for the token of a server: 20 capitals and digits, as AWS's are."""
    return "AKIA" + base64.b32encode(hashlib.sha256(token.encode()).digest())[:16].decode()


def _with_local(hosts: str) -> str:
    names = [name for name in hosts.split(",") if name]
    return ",".join([*names, *(name for name in ("127.0.0.1", "localhost") if name not in names)])


def chosen_directory() -> Path | None:
    """The directory in CATALOG_SANDBOX_DIR, if it is set."""
    chosen = os.environ.get(DIRECTORY_VARIABLE)
    return Path(chosen) if chosen else None


def default_directory(root: Path) -> Path:
    """The directory in CATALOG_SANDBOX_DIR, by default `.sandbox` in the repository's root."""
    return chosen_directory() or root / ".sandbox"


def find(directory: Path) -> Sandbox | None:
    """The sandbox of `directory` if it answers; removes the record of a sandbox that has ended.

    Raises `SandboxError` if others can write to the directory: the record could be anybody's.
    """
    check_folder(directory)
    record = read_record(directory)
    if record is None:
        return None
    key = administrator_key(record["token"])
    differing = int(record.get("differing", 0))
    sandbox = Sandbox(record["url"], record["pid"], directory, key, str(record.get("data", "")), differing)
    if _alive(sandbox.pid) and _request(sandbox.url, "GET", HEALTH_PATH, {TOKEN_HEADER: record["token"]}) == 200:
        return sandbox
    if not _alive(sandbox.pid):
        remove_record(directory, record["token"])
    return None


def silent(directory: Path) -> int | None:
    """The process id of a sandbox server of `directory` that is alive but did not answer `find`."""
    record = read_record(directory)
    return int(record["pid"]) if record and _is_server(record, directory) else None


def _refuse_silent(directory: Path) -> None:
    """Raise `SandboxError` if the sandbox of `directory` is alive and does not answer."""
    process = silent(directory)
    if process is not None:
        raise SandboxError(f"the sandbox (process {process}) does not answer", hint="Run: catalog sandbox stop")


@dataclass(frozen=True, slots=True)
class StartOptions:
    """How a sandbox is started."""

    port: int = 0
    """0: the port of the last time, or a free one."""
    data: Path | None = None
    """The folder of its state; None: the one of the last start that named one, else the default."""
    ephemeral: bool = False
    """Whether its state ends with the process."""

    def folder(self, directory: Path) -> Path | None:
        """The folder of the state of the sandbox of `directory`; None without one."""
        return None if self.ephemeral else self.data or directory / STATE


def start(directory: Path, options: StartOptions | None = None, *, timeout: float = 30) -> Sandbox:
    """The running sandbox of `directory`, started if necessary; two concurrent starts share one sandbox.

    Raises `SandboxError` if the extra is not installed, if an older process is alive but does not answer, if the one
    that runs has other options, or if the new process ends or does not answer within `timeout` seconds.
    """
    running = find(directory)
    if running is None:
        _require_extra()
        make_folder(directory)
        with _locked(directory):
            running = find(directory)
            if running is None:
                _refuse_silent(directory)
            return running or _launch(directory, _whole(directory, options or StartOptions()), timeout)
    if options is not None:
        _check_options(running, options)
    return running


def _whole(directory: Path, options: StartOptions) -> StartOptions:
    """The options with the folder of the state that was named last."""
    if options.ephemeral or options.data:
        return options
    return replace(options, data=remembered(directory))


def _check_options(running: Sandbox, options: StartOptions) -> None:
    """Raise `SandboxError` if a sandbox that runs is not as the options want it."""
    wanted = str(options.data.resolve()) if options.data else running.data
    fits = (
        (not options.port or running.url.endswith(f":{options.port}"))
        and (options.ephemeral or running.data == wanted)
        and not (options.ephemeral and running.data)
    )
    if not fits:
        where = f"with its state in {running.data}" if running.data else "without a state on disk"
        raise SandboxError(f"the sandbox already listens on {running.url}, {where}", hint="Run: catalog sandbox stop")


def stop(directory: Path) -> bool:
    """Stop the sandbox of `directory`, even if it does not answer, and wait until it ends; False if there is none.

    Only a process that runs this module for this directory, and began when the record says, gets a signal. Raises
    `SandboxError` if the process survives SIGKILL.
    """
    check_folder(directory)
    with _locked(directory) if directory.is_dir() else nullcontext():
        record = read_record(directory)
        pid = int(record["pid"]) if record and _is_server(record, directory) else None
        if pid is None:
            find(directory)  # removes the record of a process that has ended
            return False
        if not (_ended_by(signal.SIGTERM, pid) or _ended_by(signal.SIGKILL, pid)):
            raise SandboxError(f"cannot stop the sandbox: process {pid} is still running")
        if record:
            remove_record(directory, record["token"])
        return True


def _ended_by(number: signal.Signals, pid: int) -> bool:
    """Send the signal; return whether the process ends within `STOP_SECONDS`."""
    with suppress(ProcessLookupError):
        os.kill(pid, number)
    deadline = time.monotonic() + STOP_SECONDS
    while _alive(pid):
        if time.monotonic() > deadline:
            return False
        time.sleep(POLL_SECONDS)
    return True


def reset(directory: Path) -> Sandbox:
    """Empty the sandbox of `directory`; raises `SandboxError` if none is running."""
    sandbox, record = find(directory), read_record(directory)
    if sandbox is None or record is None:
        _refuse_silent(directory)
        raise SandboxError(f"no sandbox is running for {directory}", hint="Run: catalog sandbox start")
    status = _request(sandbox.url, "POST", RESET_PATH, {TOKEN_HEADER: record["token"]})
    if status != 200:
        raise SandboxError(f"the sandbox could not be reset: HTTP status {status}", hint=_log_hint(directory))
    return sandbox


def write_record(directory: Path, record: Mapping[str, object]) -> Path:
    """Write `server.json` into `directory` atomically, readable by its owner only."""
    file = _record_file(directory)
    draft = file.with_suffix(f".{os.getpid()}")
    with os.fdopen(open_to_write(draft), "w", encoding="utf-8") as stream:
        json.dump(record, stream)
    return draft.replace(file)


def read_record(directory: Path) -> dict[str, Any] | None:
    """The content of `server.json`; None if the file is missing, unreadable or incomplete."""
    try:
        record = read_json(read_file(_record_file(directory)))
    except (OSError, ValueError):
        return None
    types = {"url": str, "pid": int, "token": str}
    complete = isinstance(record, dict) and all(type(record.get(name)) is kind for name, kind in types.items())
    return record if complete and record["pid"] > 0 else None


def remove_record(directory: Path, token: str) -> None:
    """Remove `server.json` if it belongs to the server with this token: another server may have replaced it."""
    record = read_record(directory)
    if record is not None and record["token"] == token:
        _record_file(directory).unlink(missing_ok=True)


def _record_file(directory: Path) -> Path:
    return directory / "server.json"


def _log_file(directory: Path) -> Path:
    return directory / "server.log"


def _launch(directory: Path, options: StartOptions, timeout: float) -> Sandbox:
    """Start the server in its own session, so that Ctrl-C in this terminal does not end it."""
    import subprocess

    command = [sys.executable, "-m", MODULE, "--port", str(options.port), "--directory", str(directory.resolve())]
    data = options.folder(directory)
    if data:
        command += ["--data", str(data.resolve())]
        timeout += _restoring(data)
    package_root = str(Path(__file__).resolve().parents[2])
    path = os.pathsep.join(part for part in (package_root, os.environ.get("PYTHONPATH", "")) if part)
    with os.fdopen(open_to_write(_log_file(directory)), "wb") as log:
        process = subprocess.Popen(  # noqa: S603  # our own module
            command,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,
            env={**_without_aws(os.environ), "PYTHONPATH": path, "PYTHONHASHSEED": "0"},
        )
    deadline = time.monotonic() + timeout
    while time.monotonic() < deadline:
        if process.poll() is not None:
            raise SandboxError(f"the sandbox ended with status {process.returncode}", hint=_log_hint(directory))
        sandbox = find(directory)
        if sandbox is not None:
            if options.data:
                remember(directory, options.data)
            process.returncode = 0  # the server outlives this process on purpose: Popen must not warn about it
            return sandbox
        time.sleep(POLL_SECONDS)
    process.kill()
    process.wait()
    raise SandboxError(f"the sandbox did not answer within {timeout:g} s", hint=_log_hint(directory))


def _restoring(data: Path) -> float:
    """The seconds that it may take, besides the start, to carry out the requests of a journal again."""
    try:
        return (data / "requests.jsonl").stat().st_size / BYTES_PER_SECOND
    except OSError:
        return 0.0


def _without_aws(environ: Mapping[str, str]) -> dict[str, str]:
    """The environment without the user's AWS settings: botocore in the server would fail on a missing profile."""
    variables = {name: value for name, value in environ.items() if not name.startswith("AWS_")}
    return {**variables, "AWS_CONFIG_FILE": os.devnull, "AWS_SHARED_CREDENTIALS_FILE": os.devnull}


def _log_hint(directory: Path) -> str:
    file = _log_file(directory)
    try:
        tail = file.read_text(encoding="utf-8", errors="replace").splitlines()[-LOG_LINES:]
    except OSError:
        tail = []
    return "\n  ".join([f"End of the log {file}:", *(tail or ["(empty)"])])


def _require_extra() -> None:
    from importlib.util import find_spec

    if find_spec("moto") is None or find_spec("flask") is None:
        raise SandboxError("the sandbox needs moto, which is not installed", hint=INSTALL)


@contextmanager
def _locked(directory: Path) -> Iterator[None]:
    """Hold the lock of the directory, so that only one process at a time starts or stops its sandbox."""
    with os.fdopen(open_to_write(directory / "server.lock"), "w") as stream:
        fcntl.flock(stream, fcntl.LOCK_EX)
        yield


def _alive(pid: int) -> bool:
    with suppress(ChildProcessError):
        os.waitpid(pid, os.WNOHANG)  # a child process that has ended stays a zombie until its parent waits for it
    state, _ = _process(pid)
    return state not in ("", "X", "Z")


def _is_server(record: Mapping[str, Any], directory: Path) -> bool:
    """Whether the process of a record is the server of this directory: another program may have got its process id."""
    pid = int(record["pid"])
    words = _process(pid)[1] if _alive(pid) else []
    if MODULE not in words or str(directory.resolve()) not in words:
        return False
    return "born" not in record or record["born"] == birth_of(pid)


def birth_of(pid: int) -> str:
    """When a process began, in a form that only comparisons read; empty if there is no such process."""
    if Path("/proc/self/stat").exists():
        try:
            return Path(f"/proc/{pid}/stat").read_text(errors="replace").rpartition(")")[2].split()[19]
        except (OSError, IndexError):
            return ""
    import subprocess

    command = ["ps", "-o", "lstart=", "-p", str(pid)]
    return subprocess.run(command, capture_output=True, text=True, check=False).stdout.strip()  # noqa: S603  # ps


def _process(pid: int) -> tuple[str, list[str]]:
    """The state of a process (one letter) and the words of its command; empty if there is no such process."""
    if Path("/proc/self/stat").exists():
        try:
            state = Path(f"/proc/{pid}/stat").read_text(errors="replace").rpartition(")")[2].split()[0]
            return state, Path(f"/proc/{pid}/cmdline").read_bytes().decode(errors="replace").split("\0")
        except (OSError, IndexError):  # it ended in the meantime
            return "", []
    import subprocess

    command = ["ps", "-o", "state=", "-o", "command=", "-p", str(pid)]
    words = subprocess.run(command, capture_output=True, text=True, check=False).stdout.split()  # noqa: S603  # ps
    return (words[0][0], words[1:]) if words else ("", [])


def _request(url: str, method: str, path: str, headers: Mapping[str, str]) -> int:
    """The status of a plain HTTP request; 0 without an answer. Importing http.client would double the import time."""
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
