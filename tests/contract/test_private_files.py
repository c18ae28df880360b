"""The folder of the sandbox is its user's alone: nobody else can plant a server, a link or a process to end there."""

from __future__ import annotations

import http.client
import json
import os
import socket
import stat
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import boto3
import pytest
from botocore import UNSIGNED
from botocore.config import Config
from botocore.exceptions import ClientError

from catalog.errors import SandboxError
from catalog.sandbox import control
from catalog.sandbox.control import Sandbox, write_record

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


@pytest.mark.parametrize("name", ["server.lock", "server.log", "server.PID"])
def test_a_link_is_not_followed(folder: Path, tmp_path: Path, name: str) -> None:
    name = name.replace("PID", str(os.getpid()))
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
    files = dict.fromkeys(("server.json", "server.lock", "server.log"), 0o600)
    assert modes == {"sandbox": 0o700, "state": 0o700, **files}


def test_only_clients_with_a_key_of_the_sandbox_are_answered(tmp_path: Path) -> None:
    """Another user of the machine can connect to the port, and knows the keys of other sandboxes."""
    sandbox = control.start(tmp_path)
    try:
        environment = sandbox.environment()
        assert environment["AWS_ACCESS_KEY_ID"] not in ("", control.ACCESS_KEY)
        own = client(sandbox, environment["AWS_ACCESS_KEY_ID"])
        assert own("s3").list_buckets()["Buckets"] == []
        role = own("sts").assume_role(RoleArn="arn:aws:iam::210987654321:role/r", RoleSessionName="me")["Credentials"]
        own("iam").create_user(UserName="user")
        user = own("iam").create_access_key(UserName="user")["AccessKey"]
        for issued in (role, user):
            assert client(sandbox, issued["AccessKeyId"])("servicecatalog").list_portfolios()["PortfolioDetails"] == []
        for unknown in (control.ACCESS_KEY, "AKIA" + "A" * 16, environment["AWS_ACCESS_KEY_ID"][:-1], "a"):
            theirs = client(sandbox, unknown)
            with pytest.raises(ClientError, match=r"UnrecognizedClientException.*catalog sandbox env"):
                theirs("servicecatalog").list_portfolios()
            with pytest.raises(ClientError, match="InvalidClientTokenId"):
                theirs("cloudformation").list_stacks()
            with pytest.raises(ClientError, match="InvalidAccessKeyId"):
                theirs("s3").list_buckets()
        for method, status in (("GET", 200), ("POST", 403), ("DELETE", 403)):
            connection = http.client.HTTPConnection(sandbox.url.removeprefix("http://"), timeout=10)
            connection.request(method, control.FAULTS_PATH, b'{"kind": "lag", "seconds": 9}')
            assert connection.getresponse().status == status
            connection.close()
        with pytest.raises(ClientError, match="InvalidClientTokenId"):
            own("s3", signature_version=UNSIGNED).list_buckets()
    finally:
        control.stop(tmp_path)


def client(sandbox: Sandbox, key: str) -> Callable[..., Any]:
    """Clients with an access key."""

    def make(service: str, **config: Any) -> Any:
        return boto3.client(
            service,
            region_name="us-east-1",
            endpoint_url=sandbox.url,
            aws_access_key_id=key,
            aws_secret_access_key="x",  # noqa: S106  # moto checks no signature
            config=Config(retries={"max_attempts": 0}, **config),
        )

    return make
