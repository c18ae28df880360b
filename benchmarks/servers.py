"""Rows about the sandbox as a server, against moto_server, from whose code it is made."""

from __future__ import annotations

import json
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import boto3

from benchmarks.commands import BIN, catalog, ratio, timer
from benchmarks.rows import Row, paired
from catalog.sandbox import control

CALLS = 300
"""Requests of one measurement."""
OBJECTS = 30
"""Of each kind that both servers make."""
SERVICES = ("sts", "kms", "s3", "iam", "servicecatalog", "cloudformation")
READS = (
    ("sts", "get_caller_identity"),
    ("kms", "list_keys"),
    ("iam", "list_roles"),
    ("servicecatalog", "list_portfolios"),
    ("cloudformation", "list_stacks"),
)
"""Service and operation."""
KEYS = {"aws_access_key_id": "test", "aws_secret_access_key": "test", "region_name": "us-east-1"}


def rows(*, quick: bool) -> list[Row]:
    """The start of the sandbox, and how many requests a second it answers."""
    times = 1 if quick else 5
    with tempfile.TemporaryDirectory() as folder:
        start = ratio("4", "start of the sandbox ÷ of moto_server", start_sandbox(folder), start_moto, times)
        return [replace(start, target=2), *requests(Path(folder) / "requests", times)]


def requests(directory: Path, times: int) -> Iterator[Row]:
    """Requests a second of one client, against both servers in turn; then the memory of both."""
    sandbox = control.start(directory)
    try:
        with moto_server() as (url, pid):
            ours, theirs = clients(sandbox.url, own_keys(sandbox.environment())), clients(url, KEYS)
            for made in (ours, theirs):
                make(made)
            for service, operation in READS:
                first, second = paired(burst(ours[service], operation), burst(theirs[service], operation), times)
                note = f"{CALLS / first:.0f} and {CALLS / second:.0f} a second, one client, one call after the other"
                words = f"{service} {operation}: time of the sandbox ÷ of moto_server"
                yield Row("4", words, first / second, "x", 1.2, note=note)
            first, second = resident(sandbox.pid), resident(pid)
            note = f"{first:.0f} and {second:.0f} MiB resident, after the same calls to {', '.join(ours)}"
            yield Row("4", "memory of the sandbox ÷ of moto_server", first / second, "x", 1.5, note=note)
    finally:
        control.stop(directory)


def own_keys(environment: Mapping[str, str]) -> dict[str, str]:
    """The sandbox's keys and Region, for boto3."""
    names = {
        "aws_access_key_id": "AWS_ACCESS_KEY_ID",
        "aws_secret_access_key": "AWS_SECRET_ACCESS_KEY",
        "region_name": "AWS_REGION",
    }
    return {argument: environment[name] for argument, name in names.items()}


def clients(url: str, keys: Mapping[str, str]) -> dict[str, Any]:
    """A client of each service that is called."""
    session = boto3.Session(**keys)  # type: ignore[arg-type]  # each value is text
    return {name: session.client(name, endpoint_url=url) for name in SERVICES}  # type: ignore[call-overload]  # as above


def make(clients: Mapping[str, Any]) -> None:
    """What both servers then have."""
    clients["s3"].create_bucket(Bucket="measured")
    for number in range(OBJECTS):
        clients["s3"].put_object(Bucket="measured", Key=f"{number}", Body=b"x" * 10_000)
        clients["iam"].create_role(RoleName=f"role-{number}", AssumeRolePolicyDocument="{}")
        clients["kms"].create_key(Description=f"{number}")
        clients["servicecatalog"].create_portfolio(
            DisplayName=f"{number}", ProviderName="us", IdempotencyToken=f"{number}"
        )
        template = json.dumps({"Resources": {"Topic": {"Type": "AWS::SNS::Topic"}}})
        clients["cloudformation"].create_stack(StackName=f"stack-{number}", TemplateBody=template)
    clients["sts"].get_caller_identity()


def resident(pid: int) -> float:
    """The resident memory of a process, in MiB."""
    command = ["ps", "-o", "rss=", "-p", str(pid)]
    return int(subprocess.run(command, capture_output=True, text=True, check=True).stdout) / 1024  # noqa: S603  # ps


def burst(client: Any, operation: str) -> Callable[[], float]:
    """What measures `CALLS` calls, in seconds."""

    def measure() -> float:
        begin = time.perf_counter()
        for _ in range(CALLS):
            getattr(client, operation)()
        return time.perf_counter() - begin

    return measure


def start_sandbox(folder: str) -> Callable[[], float]:
    """What measures the start of a sandbox that was not running."""
    directory = str(Path(folder) / "sandbox")
    start, stop = (timer(catalog("sandbox", word), CATALOG_SANDBOX_DIR=directory) for word in ("start", "stop"))

    def measure() -> float:
        seconds = start()
        stop()
        return seconds

    return measure


def start_moto() -> float:
    """The seconds until moto_server answers. It loads a service with the first request for it."""
    begin = time.perf_counter()
    with moto_server():
        return time.perf_counter() - begin


@contextmanager
def moto_server() -> Iterator[tuple[str, int]]:
    """The URL of a moto_server that answers, and its process id."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    command = [sys.executable, str(BIN / "moto_server"), "-p", str(port)]
    server = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)  # noqa: S603  # ours
    try:
        wait_until_answered(f"http://127.0.0.1:{port}")
        yield f"http://127.0.0.1:{port}", server.pid
    finally:
        server.terminate()
        server.wait()


def wait_until_answered(url: str) -> None:
    """Wait for the first answer."""
    while True:
        try:
            with urllib.request.urlopen(f"{url}/moto-api/data.json", timeout=30):  # noqa: S310  # http on this machine
                return
        except OSError:
            time.sleep(0.02)
