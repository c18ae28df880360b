"""A repository that `catalog init --ci` wrote, as a CI system checks it out, and its shell lines run with bash."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import sys
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from subprocess import CompletedProcess
from typing import Any

import yaml
from click.testing import CliRunner

from catalog.cli import main
from catalog.sandbox.control import Sandbox
from catalog.scaffolds.repository import CI_FILES
from tests import programs
from tests.functional.conftest import ROOT

WHEEL = "service_catalog_publisher-0.0.1-py3-none-any.whl"
GH = """#!/bin/bash
printf '%s\\n' "$*" >> "$HOME/gh.log"
case "$*" in
  *--jq*) [ -f "$HOME/posted" ] && echo 4711 ;;
  *POST*) cp comment.md "$HOME/posted" ;;
esac
exit 0
"""
"""GitHub's own program: lists the comment of an earlier call, and keeps what is posted."""


@dataclass
class CiRun:
    """A clone of the repository, and the environment of its jobs."""

    root: Path
    home: Path
    variables: dict[str, str]
    outputs: list[str] = field(default_factory=list)

    def document(self, path: str) -> dict[Any, Any]:
        """A file of the CI system."""
        data: dict[Any, Any] = yaml.safe_load((self.root / path).read_text())
        return data

    def shell(self, lines: str | Sequence[str], **variables: str) -> CompletedProcess[str]:
        """Run lines in one shell that stops at the first failure, as the CI systems do."""
        text = lines if isinstance(lines, str) else "\n".join(lines)
        done = programs.run(
            ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", text],
            cwd=self.root,
            env={**self.variables, **variables},
            capture_output=True,
            text=True,
            check=False,
            timeout=120,
        )
        self.outputs.append(done.stdout + done.stderr)
        return done

    def must(self, lines: str | Sequence[str], **variables: str) -> str:
        """Run lines that must succeed; what they print."""
        done = self.shell(lines, **variables)
        assert done.returncode == 0, f"{lines}: {done.stdout}{done.stderr}"
        return done.stdout

    def git(self, *words: str) -> None:
        """Run git in the clone."""
        self.must([" ".join(("git", "-c", "user.name=me", "-c", "user.email=me@example.com", *words))])


def proposed(folder: Path) -> None:
    """Make a repository with the files of all CI systems: main, pushed to `origin`, and the branch `change`.

    The branch has a new release. The lock file is one that pip can install without a network.
    """
    root, wheels = folder / "clone", folder / "wheels"
    wheels.mkdir(parents=True)
    for ci in CI_FILES:
        done = catalog("init", str(root), "--ci", ci, "--json")
    assert json.loads(done)["written"][-1] == ".pre-commit-config.yaml"
    (root / "ci" / "requirements.txt").write_text(f"service-catalog-publisher==0.0.1 --hash=sha256:{wheel(wheels)}\n")
    run = CiRun(root, folder, {"PATH": os.environ["PATH"], "HOME": str(folder)})
    run.git("init", "--quiet", "--initial-branch=main")
    run.git("add", "--all")
    run.git("commit", "--quiet", "--message=first")
    run.git("init", "--quiet", "--bare", "../origin")
    run.git("remote", "add", "origin", "../origin")
    run.git("push", "--quiet", "origin", "main")
    run.git("fetch", "--quiet", "origin")
    run.git("checkout", "--quiet", "-b", "change")
    template = root / "products" / "bucket.yaml"
    template.write_text(template.read_text().replace("Description: Name of the bucket.", "Description: Its name."))
    catalog("-C", str(root), "release", "bucket", "--bump", "auto", "--notes", "Shorter words.")
    run.git("add", "--all")
    run.git("commit", "--quiet", "--message=change")


def catalog(*arguments: str) -> str:
    """What a command prints that must succeed."""
    done = CliRunner().invoke(main, arguments)
    assert done.exit_code == 0, done.output
    return done.stdout


def checked_out(sandbox: Sandbox, folder: Path, source: Path, commands: Path) -> CiRun:
    """A copy of what `proposed` made in `source`, as jobs see it; `commands` has the program `catalog`."""
    home, programs_folder = folder / "home", folder / "bin"
    for name in ("clone", "origin"):
        shutil.copytree(source / name, folder / name)
    for each in (home, programs_folder):
        each.mkdir()
    scripts = {"python": f'#!/bin/bash\nexec {sys.executable} "$@"\n', "gh": GH}
    for name, text in scripts.items():
        (programs_folder / name).write_text(text)
        (programs_folder / name).chmod(0o755)
    variables = environment(sandbox, home, f"{programs_folder}:{commands}", source / "wheels")
    return CiRun(folder / "clone", home, variables)


def wheel(folder: Path) -> str:
    """Write a wheel without content in place of the package; its digest."""
    name = "service_catalog_publisher-0.0.1.dist-info"
    with zipfile.ZipFile(folder / WHEEL, "w") as archive:
        archive.writestr(f"{name}/METADATA", "Metadata-Version: 2.1\nName: service-catalog-publisher\nVersion: 0.0.1\n")
        archive.writestr(f"{name}/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n")
        archive.writestr(f"{name}/RECORD", "")
    return hashlib.sha256((folder / WHEEL).read_bytes()).hexdigest()


def environment(sandbox: Sandbox, home: Path, folders: str, wheels: Path) -> dict[str, str]:
    """The variables of a job: what the CI system sets, and the sandbox in place of AWS."""
    kept: Mapping[str, str] = {name: os.environ[name] for name in ("XDG_CACHE_HOME", "TMPDIR") if name in os.environ}
    return {
        **kept,
        **sandbox.environment(),
        "HOME": str(home),
        "PATH": f"{folders}:/usr/bin:/bin",
        "PYTHONPATH": str(ROOT),
        "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1",
        "PYTEST_ADDOPTS": "-p catalog.pytest_plugin -p no:cacheprovider --collect-only",  # test_init.py runs the test
        "PIP_NO_INDEX": "1",
        "PIP_FIND_LINKS": str(wheels),
        "PIP_TARGET": str(home / "installed"),
        "PIP_DISABLE_PIP_VERSION_CHECK": "1",
        "CATALOG_REQUIRE_CONFINEMENT": "1",
        "GITHUB_OUTPUT": str(home / "output"),
        "GITHUB_STEP_SUMMARY": str(home / "summary.md"),
    }


def merge(run: CiRun) -> None:
    """Merge the branch into main, here and in `origin`."""
    run.git("checkout", "--quiet", "main")
    run.git("merge", "--quiet", "change")
    run.git("push", "--quiet", "origin", "main")
