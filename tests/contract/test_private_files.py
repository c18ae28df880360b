"""The folder of the sandbox is its user's alone: nobody else can plant a server, a link or a process to end there."""

from __future__ import annotations

import json
import os
import socket
import stat
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import pytest

from catalog.errors import SandboxError
from catalog.sandbox import control
from catalog.sandbox.control import write_record

NOBODY = 65534
RECORD = {"pid": 1, "url": "u", "token": "t"}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "sandbox"
    made.mkdir(mode=0o700)
    return made


@pytest.fixture
def planted(folder: Path) -> Iterator[Path]:
    """A folder with the record of somebody's server, which would answer, and of a process of this user."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        url = f"http://127.0.0.1:{server.getsockname()[1]}"
        write_record(folder, {"pid": os.getpid(), "url": url, "token": "t"})
        yield folder


COMMANDS: dict[str, Callable[[Path], object]] = {
    "find": control.find,
    "start": control.start,
    "stop": control.stop,
    "reset": control.reset,
}


@pytest.mark.parametrize("command", COMMANDS)
@pytest.mark.parametrize("mode", [0o777, 0o1777, 0o720, 0o702])
def test_a_folder_that_others_can_write_to_is_refused(planted: Path, command: str, mode: int) -> None:
    planted.chmod(mode)
    with pytest.raises(SandboxError, match=f"others than you can write to {planted}") as refused:
        COMMANDS[command](planted)
    assert f"chmod 700 {planted}" in str(refused.value.hint)
    assert sorted(file.name for file in planted.iterdir()) == ["server.json"]


@pytest.mark.parametrize("command", COMMANDS)
def test_a_folder_of_another_user_is_refused(planted: Path, command: str) -> None:
    theirs = planted
    if os.getuid() == 0:
        os.chown(planted, NOBODY, NOBODY)
    else:
        theirs = Path("/usr")  # root's
    with pytest.raises(SandboxError, match=f"{theirs} belongs to another user") as refused:
        COMMANDS[command](theirs)
    assert "CATALOG_SANDBOX_DIR" in str(refused.value.hint)


@pytest.mark.parametrize("name", ["server.lock", "server.log", f"server.{os.getpid()}"])
def test_a_link_is_not_followed(folder: Path, tmp_path: Path, name: str) -> None:
    precious = tmp_path / "precious"
    precious.write_text("mine")
    (folder / name).symlink_to(precious)
    starts = name.endswith(("lock", "log"))
    write = partial(control.start, folder) if starts else partial(write_record, folder, RECORD)
    with pytest.raises(SandboxError, match=f"{name}: is a symbolic link, or cannot be opened"):
        write()
    assert precious.read_text() == "mine"


def test_a_record_that_is_a_link_is_no_record(folder: Path, tmp_path: Path) -> None:
    elsewhere = tmp_path / "record"
    elsewhere.write_text(json.dumps({"pid": os.getpid(), "url": "http://127.0.0.1:1", "token": "t"}))
    (folder / "server.json").symlink_to(elsewhere)
    assert control.read_record(folder) is None


def test_what_the_sandbox_makes_is_readable_by_its_user_alone(tmp_path: Path) -> None:
    folder = tmp_path / "new" / "sandbox"
    before = os.umask(0)
    try:
        control.start(folder)
        modes = {file.name: stat.S_IMODE(file.stat().st_mode) for file in (folder, *folder.iterdir())}
    finally:
        os.umask(before)
        control.stop(folder)
    assert modes == {"sandbox": 0o700, "server.json": 0o600, "server.lock": 0o600, "server.log": 0o600}
