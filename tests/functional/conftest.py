"""Fixtures: a sandbox for the whole run, emptied before each test, and `catalog` as people type it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any

import boto3
import pytest
from click.testing import CliRunner, Result

from catalog.cli import main
from catalog.sandbox import control
from catalog.sandbox.control import Sandbox
from tests.conftest import CONTENT
from tests.functional.adopting import Call, make_topics
from tests.functional.fleet import TARGETS, declare
from tests.json_output import check_output

ROOT = Path(__file__).resolve().parent.parent.parent

Run = Callable[..., Result]


@contextmanager
def running(directory: Path, latency: str) -> Iterator[Sandbox]:
    """A sandbox process with its files in `directory`; its waits have their length times `latency`."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("CATALOG_SANDBOX_LATENCY", latency)
        sandbox = control.start(directory, control.StartOptions(ephemeral=True))
    try:
        yield sandbox
    finally:
        control.stop(directory)


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sandbox]:
    """One sandbox process for this worker; waits are real, but 20 times shorter."""
    with running(tmp_path_factory.mktemp("sandbox"), latency="0.05") as sandbox:
        yield sandbox


@pytest.fixture
def sandbox(server: Sandbox) -> Sandbox:
    """The sandbox, empty."""
    return control.reset(server.directory)


@pytest.fixture
def catalog(sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Run `catalog` in the small repository (or in `at`) against the sandbox; returns exit code, output and stderr."""
    monkeypatch.setenv("CATALOG_SANDBOX_DIR", str(sandbox.directory))
    for name in ("AWS_PROFILE", "AWS_REGION", "AWS_DEFAULT_REGION", "AWS_ENDPOINT_URL"):
        monkeypatch.delenv(name, raising=False)

    def run(*arguments: str, at: Path = CONTENT, **options: Any) -> Result:
        result = CliRunner().invoke(main, ["-C", str(at), *arguments], **options)
        if result.exception and not isinstance(result.exception, SystemExit):
            raise result.exception
        if "--json" in arguments and result.stdout:
            check_output(arguments, result.stdout)  # every document of every test has the form that docs/json.md says
        return result

    return run


def client_as(sandbox: Sandbox, role: str, service: str, region: str) -> Any:
    """A client of the sandbox in a role that its administrator assumes."""
    sts = administrator_client(sandbox.url, sandbox.key, "sts", region)
    got = sts.assume_role(RoleArn=role, RoleSessionName="test")["Credentials"]
    keys = {"aws_access_key_id": got["AccessKeyId"], "aws_secret_access_key": got["SecretAccessKey"]}
    token = got["SessionToken"]
    return boto3.client(service, region, endpoint_url=sandbox.url, aws_session_token=token, **keys)  # type: ignore[call-overload]  # its overloads take literal names


@cache
def administrator_client(url: str, key: str, service: str, region: str) -> Any:
    """A client of the administrator, which all tests share: to create one takes longer than most calls."""
    keys = {"aws_access_key_id": key, "aws_secret_access_key": control.SECRET_KEY}
    return boto3.client(service, region, endpoint_url=url, **keys)  # type: ignore[call-overload]  # its overloads take literal names


@pytest.fixture
def client(sandbox: Sandbox) -> Callable[..., Any]:
    """boto3 clients of the sandbox, as its administrator or as an assumed role."""

    def make(service: str, role: str | None = None, region: str | None = None) -> Any:
        region = region or sandbox.environment()["AWS_REGION"]
        if role:
            return client_as(sandbox, role, service, region)
        return administrator_client(sandbox.url, sandbox.key, service, region)

    return make


@pytest.fixture
def fleet(repository: Path) -> Path:
    """The repository with three targets."""
    declare(repository, TARGETS)
    return repository


@pytest.fixture
def account(sandbox: Sandbox) -> Callable[..., Any]:
    """boto3 clients in an account of the sandbox."""

    def make(account: str, service: str = "servicecatalog", region: str = "us-east-1", role: str = "test") -> Any:
        return client_as(sandbox, f"arn:aws:iam::{account}:role/{role}", service, region)

    return make


@pytest.fixture
def empty(tmp_path: Path) -> Path:
    """A repository without products and portfolios."""
    folder = tmp_path / "repository"
    folder.mkdir()
    (folder / "pyproject.toml").write_text(
        '[tool.catalog]\nowner = "catalog"\nprincipal_patterns = ["role/topics-*"]\nshare_with = ["210987654321"]\n'
    )
    return folder


@pytest.fixture
def sc(client: Callable[..., Any]) -> Call:
    """A call by boto3: the AWS CLI takes half a second for each."""
    catalog = client("servicecatalog")
    return lambda operation, **members: getattr(catalog, operation.replace("-", "_"))(**members)


@pytest.fixture
def made(sc: Call, client: Callable[..., Any]) -> tuple[str, str]:
    """(portfolio id, product id) of what others made by hand."""
    return make_topics(sc, client)
