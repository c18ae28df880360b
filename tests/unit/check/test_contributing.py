"""The examples of CONTRIBUTING are a working control, portfolio control and format, without an edit of another file."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests import programs

ROOT = Path(__file__).resolve().parents[3]
BLOCK = re.compile(r"^```(?:python|yaml)\n# (\S+)\n(.*?)^```$", re.DOTALL | re.MULTILINE)
NEEDED = ("catalog", "controls", "products", "portfolios", "examples", "docs", "tests/fixtures", "tests/unit/check")
PRODUCT = """
from pathlib import Path

import yaml

from catalog import ProductDefinition


class Template:
    def to_dict(self):
        return yaml.safe_load(Path({fixture!r}).read_text())


PRODUCT = ProductDefinition(name="Queue", owner="Security", description="", version="1.0.0", template=Template)
"""


def blocks(section: str = "") -> dict[str, str]:
    """Path → text of the files that a section of CONTRIBUTING shows; default: all sections."""
    page = (ROOT / "CONTRIBUTING.md").read_text()
    text = page.partition(f"## {section}\n")[2].partition("\n## ")[0] if section else page
    return {path: f"# {path}\n{block}" for path, block in BLOCK.findall(text)}


@pytest.fixture(scope="module")
def newcomer(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the repository with the files of the examples."""
    root = tmp_path_factory.mktemp("newcomer")
    for name in NEEDED:
        shutil.copytree(ROOT / name, root / name)
    for name in ("pyproject.toml", "tests/conftest.py", "tests/programs.py"):
        shutil.copy2(ROOT / name, root / name)
    for path, text in blocks().items():
        assert not (root / path).exists(), f"{path} is taken: CONTRIBUTING needs another number"
        (root / path).write_text(text)
    fixture = str(root / "tests/fixtures/controls/bad/W9499.yaml")
    (root / "products" / "queue.py").write_text(PRODUCT.format(fixture=fixture))
    return root


def run(root: Path, *command: str | Path) -> subprocess.CompletedProcess[str]:
    """Run a command in the copy, with the copy's `catalog`."""
    environment = {**os.environ, "PYTHONPATH": str(root)}
    return programs.run(command, cwd=root, env=environment, capture_output=True, text=True, check=False)


def catalog(root: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return run(root, sys.executable, "-c", "from catalog.cli import run; run()", *arguments)


def test_each_section_shows_all_files_of_its_task() -> None:
    assert list(blocks("Adding a control")) == [
        "catalog/check/controls/w9499_dead_letters.py",
        "tests/unit/check/controls/test_w9499.py",
        "tests/fixtures/controls/good/W9499.yaml",
        "tests/fixtures/controls/bad/W9499.yaml",
    ]
    assert list(blocks("Adding a portfolio control")) == [
        "catalog/check/portfolio/w9199_no_users.py",
        "tests/unit/check/portfolio/test_w9199_no_users.py",
        "tests/fixtures/portfolios/good/W9199.yaml",
        "tests/fixtures/portfolios/bad/W9199.yaml",
    ]
    assert list(blocks("Adding an output format")) == ["catalog/check/formats/csv.py"]


def test_the_tests_of_all_controls_include_the_new_control(newcomer: Path) -> None:
    files = ("test_controls.py", "test_registry.py", "controls/test_w9499.py")
    others = "E9002 or each_control_has or every_file_is_a_control or malformed"  # E9002's fixtures have queues
    assert passed(newcomer, f"W9499 or w9499 or {others}", *files) >= 9


def test_the_tests_of_all_portfolio_controls_include_the_new_control(newcomer: Path) -> None:
    files = ("portfolio/test_fixtures.py", "portfolio/test_w9199_no_users.py")
    assert passed(newcomer, "", *files) >= 80


def test_the_tests_of_all_formats_include_the_new_format(newcomer: Path) -> None:
    assert passed(newcomer, "csv or the_formats_are", "test_formats.py") == 2


def passed(root: Path, selection: str, *files: str) -> int:
    """How many tests of the copy pass; all of the selected tests must."""
    pytest_run = (sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-k", selection)
    result = run(root, *pytest_run, *(f"tests/unit/check/{file}" for file in files))
    assert result.returncode == 0, result.stdout
    return int(re.findall(r"(\d+) passed", result.stdout)[0])


def test_validate_runs_the_new_control(newcomer: Path) -> None:
    result = catalog(newcomer, "validate", "queue")
    assert "W9499 warning products/queue.py (queue.yaml:" in result.stdout, result.stderr


def test_validate_offers_the_new_format(newcomer: Path) -> None:
    assert "csv" in catalog(newcomer, "validate", "--help").stdout
    result = catalog(newcomer, "validate", "queue", "--format", "csv")
    assert "W9499,warning,products/queue.py," in result.stdout, result.stderr


def test_plain_cfn_lint_runs_the_new_control(newcomer: Path) -> None:
    cfn_lint = Path(sys.executable).with_name("cfn-lint")
    controls, fixture = newcomer / "catalog/check/controls", newcomer / "tests/fixtures/controls/bad/W9499.yaml"
    result = run(newcomer, cfn_lint, "--append-rules", controls, "--format", "parseable", "--", fixture)
    assert ":W9499:" in result.stdout, result.stderr


def test_one_command_updates_the_generated_page(newcomer: Path) -> None:
    result = catalog(newcomer, "controls", "--markdown")
    page = newcomer / "docs" / "controls.md"
    assert "### W9499" in result.stdout
    assert "### W9199" in result.stdout
    assert result.stdout != page.read_text()
    makefile = (ROOT / "Makefile").read_text()
    assert "catalog controls --markdown > docs/controls.new" in makefile
