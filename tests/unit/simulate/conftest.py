"""`catalog simulate` from the command line, in this repository or in the repository of a test."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from catalog.cli import main
from tests.conftest import CONTENT

ROOT = Path(__file__).parents[3]
Run = Callable[..., Result]
Simulate = Callable[..., dict[str, Any]]
PRODUCT = """
import json
from pathlib import Path

from catalog import ProductDefinition


class Raw:
    def to_dict(self):
        return json.loads((Path(__file__).parent / "_{key}.json").read_text())


PRODUCT = ProductDefinition(
    name="{key}", owner="x", description="x", version="1.0.0", template=Raw, separate_lists={separate_lists!r}
)
"""


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch) -> Run:
    """Run `catalog simulate`; an unexpected exception is the test's."""
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:1")  # nothing may be called

    def simulate(*arguments: str, at: Path = CONTENT) -> Result:
        result = CliRunner().invoke(main, ["-C", str(at), "simulate", *arguments])
        if result.exception and not isinstance(result.exception, SystemExit):
            raise result.exception
        return result

    return simulate


@pytest.fixture
def own(tmp_path: Path) -> Callable[..., Path]:
    """A repository with one product of a raw template, and portfolios if they are given."""

    def make(
        template: Mapping[str, Any],
        *,
        key: str = "own",
        separate_lists: tuple[tuple[str, str], ...] = (),
        **portfolios: str,
    ) -> Path:
        (tmp_path / "pyproject.toml").write_text('[tool.catalog]\nowner = "test"\n')
        for folder in ("products", "portfolios"):
            (tmp_path / folder).mkdir(exist_ok=True)
        (tmp_path / "products" / f"_{key}.json").write_text(json.dumps(template))
        (tmp_path / "products" / f"{key}.py").write_text(PRODUCT.format(key=key, separate_lists=separate_lists))
        for name, text in portfolios.items():
            (tmp_path / "portfolios" / f"{name}.yaml").write_text(text)
        return tmp_path

    return make


@pytest.fixture
def simulate_own(run: Run, own: Callable[..., Path]) -> Simulate:
    """Simulate a raw template; the JSON answer."""

    def simulated(template: Mapping[str, Any], *options: str, exit_code: int = 0) -> dict[str, Any]:
        result = run("own", *options, "--json", at=own(template))
        assert result.exit_code == exit_code, result.output
        answer: dict[str, Any] = json.loads(result.stdout)
        return answer

    return simulated


def parameters(**values: str) -> list[str]:
    """`--param K=V` for each."""
    return [word for name, value in values.items() for word in ("--param", f"{name}={value}")]
