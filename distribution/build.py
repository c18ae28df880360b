"""`make dist`: wheel, sdist, SBOM, provenance and checksums of the last commit, with the same bytes each time.

    git archive HEAD ──► a folder of its own ──► hatchling (no build isolation, no network) ──► wheel, sdist
    requirements.lock ──► sbom.py ──► NAME-VERSION.cdx.json
    the files so far, the commit ──► provenance.py ──► NAME-VERSION.intoto.json
    all of them ──► SHA256SUMS

What is not committed is not in it. The bytes depend on the commit, on the versions in requirements.lock, and on
Python's zlib; on nothing else: not on the folder, the clock, the umask, or the user.
"""

from __future__ import annotations

import hashlib
import io
import json
import os
import shutil
import subprocess
import sys
import tarfile
import tempfile
import tomllib
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from distribution.provenance import statement
from distribution.sbom import sbom

SUMS = "SHA256SUMS"


def main() -> None:
    """Build the commit of the current folder into `dist`."""
    root = Path.cwd()
    if git(root, "status", "--porcelain").strip():
        print("note: what is not committed is not in the distribution", file=sys.stderr)
    for file in build(root, root / "dist"):
        print(file.relative_to(root))


def build(root: Path, target: Path) -> list[Path]:
    """Build the commit that is checked out in `root` into `target`, which is emptied; the files, the sums last."""
    commit = git(root, "rev-parse", "HEAD").decode().strip()
    epoch = git(root, "log", "-1", "--format=%ct").decode().strip()
    shutil.rmtree(target, ignore_errors=True)
    target.mkdir(parents=True)
    with tempfile.TemporaryDirectory() as folder:
        source = Path(folder) / "source"
        with tarfile.open(fileobj=io.BytesIO(git(root, "archive", "--format=tar", "HEAD"))) as archive:
            archive.extractall(source, filter="data")
        environment = {**os.environ, "SOURCE_DATE_EPOCH": epoch, "PYTHONPATH": ""}
        run([sys.executable, "-m", "hatchling", "build", "-d", str(target)], cwd=source, env=environment)
        lock = (source / "requirements.lock").read_text(encoding="utf-8")
        project = tomllib.loads((source / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    packages = sorted(target.iterdir())
    (wheel,) = target.glob("*.whl")
    name, version = wheel.name.split("-")[:2]
    bill = write(target / f"{name}-{version}.cdx.json", sbom(project, version, lock, int(epoch)))
    digests = {file.name: sha256(file) for file in packages}
    inputs = {"requirements.lock": hashlib.sha256(lock.encode()).hexdigest()}
    provenance = write(target / f"{name}-{version}.intoto.json", statement(digests, commit, inputs, int(epoch)))
    files = [*packages, bill, provenance]
    (target / SUMS).write_text("".join(f"{sha256(file)}  {file.name}\n" for file in files), encoding="utf-8")
    return [*files, target / SUMS]


def write(file: Path, document: Any) -> Path:
    """Write a document as JSON."""
    file.write_text(json.dumps(document, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
    return file


def sha256(file: Path) -> str:
    """The SHA-256 digest of a file."""
    return hashlib.sha256(file.read_bytes()).hexdigest()


def git(root: Path, *arguments: str) -> bytes:
    """The output of git in a folder; without a commit there is nothing to build."""
    settings = ("-c", "core.autocrlf=false", "-c", "tar.umask=0022")  # the user's own must not change the bytes
    return run(["git", *settings, "-C", str(root), *arguments])


def run(command: Sequence[str], **options: Any) -> bytes:
    """The output of a program; what it says when it fails ends this one."""
    done = subprocess.run(command, capture_output=True, check=False, **options)  # noqa: S603  # git and hatchling
    if done.returncode:
        raise SystemExit(f"{' '.join(command)}: exit {done.returncode}\n{done.stderr.decode(errors='replace')}")
    output: bytes = done.stdout
    return output


if __name__ == "__main__":
    main()
