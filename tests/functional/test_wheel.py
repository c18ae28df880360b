"""The wheel as a new user has it: installed into an empty environment, used in an empty folder."""

from __future__ import annotations

import os
import sys
import sysconfig
import zipfile
from collections.abc import Callable
from pathlib import Path
from subprocess import CompletedProcess
from typing import Any

import pytest

from catalog import __version__
from tests.functional.conftest import ROOT
from tests.programs import run

Type = Callable[..., "CompletedProcess[Any]"]


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel of the working tree."""
    folder = tmp_path_factory.mktemp("dist")
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)]
    run(command, cwd=ROOT, capture_output=True, check=True)
    (file,) = folder.iterdir()
    return file


@pytest.fixture(scope="module")
def programs(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The programs of an environment with the wheel alone. Dependencies are ours, without our editable installation.

    A path in a .pth file is searched for modules; .pth files that are in it have no effect (Python, module `site`).
    """
    folder = tmp_path_factory.mktemp("environment")
    run([sys.executable, "-m", "venv", "--without-pip", folder], check=True)
    python = folder / "bin" / "python"
    options = ["--no-deps", "--no-index", "--no-compile", "--disable-pip-version-check", "--quiet"]
    run([sys.executable, "-m", "pip", "--python", python, "install", *options, wheel], check=True)
    (packages,) = folder.glob("lib/python*/site-packages")
    (packages / "dependencies.pth").write_text(sysconfig.get_path("purelib") + "\n")
    return python.parent


@pytest.fixture
def command(programs: Path, tmp_path: Path) -> Type:
    """Run a program of the environment in an empty folder, with an empty home folder."""
    home = tmp_path / "home"
    home.mkdir()
    folder = tmp_path / "work"
    folder.mkdir()
    environment = {"PATH": f"{programs}{os.pathsep}{os.environ['PATH']}", "HOME": str(home), "LANG": "C.UTF-8"}

    def execute(*words: str, at: Path = folder, code: int = 0) -> CompletedProcess[Any]:
        done = run(words, cwd=at, env=environment, capture_output=True, text=True, check=False, timeout=120)
        assert done.returncode == code, done.stdout + done.stderr
        return done

    return execute


def test_the_wheel_has_all_files_of_the_package_and_is_small(wheel: Path) -> None:
    listed = run(["git", "ls-files", "-co", "--exclude-standard", "catalog"], cwd=ROOT, capture_output=True, text=True)
    with zipfile.ZipFile(wheel) as archive:
        names = archive.namelist()
        metadata = archive.read(f"service_catalog_publisher-{__version__}.dist-info/METADATA").decode()
    assert {name for name in names if name.startswith("catalog/")} == {
        name for name in listed.stdout.split() if (ROOT / name).exists()
    }
    assert f"service_catalog_publisher-{__version__}.dist-info/licenses/LICENSE" in names
    assert "License-Expression: Apache-2.0" in metadata
    assert "Provides-Extra: sandbox" in metadata
    assert wheel.stat().st_size < 2_000_000


def test_an_installation_in_an_empty_folder(command: Type) -> None:
    assert command("catalog", "--version").stdout == f"catalog {__version__}\n"
    assert "catalog publish --local" in command("catalog", "--help").stdout
    assert "catalog_sandbox" in command("python", "-m", "pytest", "--fixtures", "-q").stdout
