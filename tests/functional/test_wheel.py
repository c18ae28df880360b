"""The wheel as a new user has it: installed into an empty environment, used in an empty folder."""

from __future__ import annotations

import json
import os
import re
import shlex
import sys
import sysconfig
import time
import zipfile
from collections.abc import Callable
from pathlib import Path
from subprocess import CompletedProcess
from typing import Any

import pytest
import yaml

from catalog import __version__
from distribution.pages import page_files
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
    environment |= {"AWS_EC2_METADATA_DISABLED": "true"}

    def execute(*words: str, at: Path = folder, code: int = 0, **variables: str) -> CompletedProcess[Any]:
        given = {**environment, **variables}
        done = run(words, cwd=at, env=given, capture_output=True, text=True, check=False, timeout=120)
        assert done.returncode == code, done.stdout + done.stderr
        return done

    return execute


def test_the_wheel_has_all_files_of_the_package_and_is_small(wheel: Path) -> None:
    listed = run(["git", "ls-files", "-co", "--exclude-standard", "catalog"], cwd=ROOT, capture_output=True, text=True)
    with zipfile.ZipFile(wheel) as archive:
        names = archive.namelist()
        largest = max(archive.infolist(), key=lambda each: each.compress_size)
        metadata = archive.read(f"service_catalog_publisher-{__version__}.dist-info/METADATA").decode()
    assert {name for name in names if name.startswith("catalog/")} == {
        *(name for name in listed.stdout.split() if (ROOT / name).exists()),
        *page_files(ROOT).values(),
    }
    assert f"service_catalog_publisher-{__version__}.dist-info/licenses/LICENSE" in names
    assert "License-Expression: Apache-2.0" in metadata
    assert "Provides-Extra: sandbox" in metadata
    assert wheel.stat().st_size < 2_800_000  # the sandbox makes 447 types
    assert largest.compress_size < 60_000, f"{largest.filename} is no source"


def test_an_installation_in_an_empty_folder(command: Type) -> None:
    assert command("catalog", "--version").stdout == f"catalog {__version__}\n"
    assert "catalog publish --local" in command("catalog", "--help").stdout
    assert command("catalog", "help", "versions.md").stdout == (ROOT / "docs" / "versions.md").read_text()
    seen = command("catalog", "doctor", code=1).stdout
    assert re.search(rf"ok +catalog {re.escape(__version__)} with the \d\d packages that it requires\n", seen), seen


TEMPLATE = """\
AWSTemplateFormatVersion: "2010-09-09"
Description: A topic for the events of a service.
Parameters:
  Service:
    Type: String
    Description: The service whose events it has.
    AllowedPattern: "[a-z-]{1,20}"
    ConstraintDescription: 1 to 20 lower-case letters and hyphens
Resources:
  Topic:
    Type: AWS::SNS::Topic
    Properties:
      TopicName: !Sub "${Service}-events"
Outputs:
  TopicArn:
    Description: ARN of the topic.
    Value: !Ref Topic
"""
COMMANDS = """\
catalog init shop --owner shop --ci github
catalog new product topic --from ../topic.yaml --portfolio shop-dev
catalog validate
catalog release topic
catalog publish --local --yes --allow widen
catalog launch topic --local --name events --param Service=orders --tag Environment=dev \
    --as arn:aws:iam::123456789012:role/developer
"""
"""What a new user types after `pip install`: from an empty folder to a launched product of their own."""
CI_STEPS = (("check", "Validate"), ("check", "Test"), ("plan", "Plan"))
"""(job, step) of the workflow that need neither GitHub nor an installation. test_ci_files.py has the others."""


@pytest.mark.slow
def test_a_new_user_gets_from_an_empty_folder_to_a_launched_product(command: Type, tmp_path: Path) -> None:
    """Eight commands at most, `pip install` among them, then what CI runs; `pytest -s` shows how long each took."""
    lines = COMMANDS.replace("\\\n", "").splitlines()
    assert len(lines) + 1 <= 8
    (tmp_path / "work" / "topic.yaml").write_text(TEMPLATE)
    shop, said, start = tmp_path / "work" / "shop", "", time.monotonic()
    try:
        for line in lines:
            began = time.monotonic()
            said = command(*shlex.split(line), at=shop if shop.exists() else shop.parent).stdout
            print(f"{time.monotonic() - began:5.1f} s  {' '.join(line.split()[:3])}")
            if "launch" in line:
                assert "TopicArn = arn:aws:sns:us-east-1:123456789012:orders-events" in said
        variables = json.loads(command("catalog", "sandbox", "env", "--format", "json", at=shop).stdout)
        variables |= {"GITHUB_STEP_SUMMARY": str(tmp_path / "summary"), "GITHUB_OUTPUT": str(tmp_path / "output")}
        jobs = yaml.safe_load((shop / ".github/workflows/catalog.yml").read_text())["jobs"]
        for job, name in CI_STEPS:
            (shell,) = [step["run"] for step in jobs[job]["steps"] if step.get("name") == name]
            began = time.monotonic()
            said += command("bash", "-eo", "pipefail", "-c", shell, at=shop, **variables).stdout
            print(f"{time.monotonic() - began:5.1f} s  CI: {name}")
    finally:
        command("catalog", "sandbox", "stop", at=shop if shop.exists() else shop.parent)
    print(f"{time.monotonic() - start:5.1f} s  in all, with {len(lines)} commands after `pip install`")
    assert "1 passed" in said
    assert (tmp_path / "output").read_text() == "changes=no\n"
    assert (shop / "products" / "topic.yaml").read_text() == TEMPLATE
