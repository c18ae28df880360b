"""The pytest plugin of catalog: the fixture `catalog_sandbox`. docs/testing-products.md says how to use it.

pytest imports this module at its start, in every project of the environment: what is heavy is imported by the fixtures.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from catalog.sandbox.control import Sandbox
    from catalog.testing import CatalogSandbox

WAITS = "0.02"
"""How long the sandbox's waits are, as a part of AWS's (CATALOG_SANDBOX_LATENCY)."""


@pytest.fixture(scope="session")
def catalog_sandbox_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sandbox]:
    """A process of the sandbox for this run, or for this worker of pytest-xdist. It ends with the run."""
    from catalog.errors import SandboxError
    from catalog.sandbox import control

    directory = tmp_path_factory.mktemp("catalog-sandbox")
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv("CATALOG_SANDBOX_LATENCY", WAITS)
        try:
            server = control.start(directory, control.StartOptions(ephemeral=True))
        except SandboxError as error:
            pytest.fail(f"catalog_sandbox: {error}", pytrace=False)
        try:
            yield server
        finally:
            from catalog.content import product_process

            product_process.stop_all()
            control.stop(directory)


@pytest.fixture
def catalog_repository(request: pytest.FixtureRequest) -> Path:
    """The repository under test: the folder above the test file whose pyproject.toml has `[tool.catalog]`.

    Override the fixture in your conftest.py to name another one.
    """
    from catalog.content.config import NoRepositoryError, find_root

    try:
        return find_root(request.path.parent)
    except NoRepositoryError as error:
        hint = "Put the test into the repository, or override the fixture catalog_repository to return its folder."
        pytest.fail(f"catalog_sandbox: {error.reworded(hint=hint)}", pytrace=False)


@pytest.fixture
def catalog_sandbox(
    catalog_repository: Path, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> Iterator[CatalogSandbox]:
    """A started, empty sandbox, with the repository under test."""
    from catalog.sandbox import control
    from catalog.testing import CatalogSandbox

    server: Sandbox = request.getfixturevalue("catalog_sandbox_server")  # only now: not without a repository
    sandbox = CatalogSandbox(control.reset(server.directory), catalog_repository)
    for name in ("NO_PROXY", "no_proxy"):  # requests to this machine must not go through a proxy
        monkeypatch.setenv(name, sandbox.environment[name])
    yield sandbox
    sandbox.close()
