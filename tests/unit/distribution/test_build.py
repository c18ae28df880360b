"""`make dist`: the same bytes wherever and whenever a commit is built, and files that say what they are."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import sys
import tarfile
import tomllib
import zipfile
from pathlib import Path
from typing import Any

import pytest

from distribution.build import SUMS
from distribution.sbom import closure, read_lock
from tests import programs

ROOT = Path(__file__).resolve().parents[3]
LOCK = (ROOT / "requirements.lock").read_text()
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())
PACKAGE = [
    str(file.relative_to(ROOT))
    for pattern in ("*.py", "py.typed", "cfn/*.py", "content/schemas/*.json")
    for file in (ROOT / "catalog").glob(pattern)
]
"""A part of the package, of each kind of file: the whole takes seconds."""
PAGE = "docs/versions.md"
OTHERS = ("pyproject.toml", "LICENSE", "README.md", "requirements.lock", ".gitignore", "distribution/pages.py", PAGE)
AUTHOR = {
    f"GIT_{who}_{what}": value
    for who in ("AUTHOR", "COMMITTER")
    for what, value in (("NAME", "Me"), ("EMAIL", "me@example.com"), ("DATE", "2026-11-28T10:00:00Z"))
}
WITHOUT_CONFIGURATION = {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_SYSTEM": os.devnull}


def built(folder: Path, umask: int, zone: str, config: str) -> dict[str, bytes]:
    """The files of `make dist` in a repository with the package, that one person commits and builds their own way."""
    for name in (*OTHERS, *PACKAGE):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / name, folder / name)
    file = folder.parent / f"{folder.name}.config"
    file.write_text(config)
    environment = {**os.environ, **AUTHOR, **WITHOUT_CONFIGURATION, "TZ": zone, "PYTHONPATH": str(ROOT)}
    options: dict[str, Any] = {"cwd": folder, "env": environment, "umask": umask, "capture_output": True, "check": True}
    programs.run(["git", "init", "-q"], **options)
    programs.run(["git", "add", "."], **options)
    programs.run(["git", "commit", "-q", "-m", "All"], **options)
    (folder / "catalog" / "uncommitted.py").write_text(f"# {folder}\n")
    options["env"] = {**environment, "GIT_CONFIG_GLOBAL": str(file)}
    done = programs.run([sys.executable, "-m", "distribution.build"], **options)
    assert b"what is not committed is not in the distribution" in done.stderr
    return {path.name: path.read_bytes() for path in (folder / "dist").iterdir()}


@pytest.fixture(scope="module")
def builds(tmp_path_factory: pytest.TempPathFactory) -> tuple[dict[str, bytes], dict[str, bytes]]:
    first = built(tmp_path_factory.mktemp("one"), 0o022, "UTC", "")
    config = "[core]\n\tautocrlf = true\n[tar]\n\tumask = 0077\n"
    return first, built(tmp_path_factory.mktemp("another"), 0o077, "Asia/Kathmandu", config)


@pytest.fixture(scope="module")
def files(builds: tuple[dict[str, bytes], dict[str, bytes]]) -> dict[str, bytes]:
    return builds[0]


def named(files: dict[str, bytes], suffix: str) -> str:
    (name,) = (name for name in files if name.endswith(suffix))
    return name


def test_two_builds_have_the_same_bytes(builds: tuple[dict[str, bytes], dict[str, bytes]]) -> None:
    first, second = builds
    assert [name.partition("-0")[0] for name in sorted(first)] == [SUMS, *["service_catalog_publisher"] * 4]
    assert {name: hashlib.sha256(body).hexdigest() for name, body in first.items()} == {
        name: hashlib.sha256(body).hexdigest() for name, body in second.items()
    }


def test_the_checksums_are_those_of_all_other_files(files: dict[str, bytes], tmp_path: Path) -> None:
    lines = dict(reversed(line.split("  ")) for line in files[SUMS].decode().splitlines())
    assert lines == {name: hashlib.sha256(body).hexdigest() for name, body in files.items() if name != SUMS}
    for name, body in files.items():
        (tmp_path / name).write_bytes(body)
    check = ["sha256sum", "--check", "--strict", SUMS]
    assert programs.run(check, cwd=tmp_path, check=False, capture_output=True).returncode == 0
    (tmp_path / named(files, ".whl")).write_bytes(files[named(files, ".whl")] + b"\0")
    assert programs.run(check, cwd=tmp_path, check=False, capture_output=True).returncode == 1


def test_wheel_and_sdist_have_the_files_of_the_package_and_no_uncommitted_ones(
    files: dict[str, bytes], tmp_path: Path
) -> None:
    package = {name: (ROOT / name).read_bytes() for name in PACKAGE}
    for name, body in files.items():
        (tmp_path / name).write_bytes(body)
    with zipfile.ZipFile(tmp_path / named(files, ".whl")) as wheel:
        assert {name: wheel.read(name) for name in wheel.namelist() if name.startswith("catalog/")} == {
            **package,
            "catalog/pages/versions.md": (ROOT / PAGE).read_bytes(),
        }
        (entry_points,) = (name for name in wheel.namelist() if name.endswith("/entry_points.txt"))
        assert b"catalog = catalog.cli:run" in wheel.read(entry_points)
    sdist = named(files, ".tar.gz")
    with tarfile.open(tmp_path / sdist) as archive:
        members = {member.name.partition("/")[2]: member for member in archive.getmembers()}
        assert {name for name in members if name.startswith("catalog/")} == set(package)
        assert {(member.uid, member.gid, member.mtime) for member in members.values()} == {(0, 0, 1795860000)}


def test_the_bill_of_materials_has_what_an_installation_has(files: dict[str, bytes]) -> None:
    bill = json.loads(files[named(files, ".cdx.json")])
    assert (bill["bomFormat"], bill["specVersion"], bill["metadata"]["timestamp"]) == (
        "CycloneDX",
        "1.6",
        "2026-11-28T10:00:00Z",
    )
    pins = {f"{pin.name}=={pin.version}": pin for pin in read_lock(LOCK)}
    scopes = {component["name"]: component["scope"] for component in bill["components"]}
    own = {"boto3", "botocore", "cfn-lint", "click", "pyyaml", "troposphere", "jsonschema", "urllib3"}
    assert {scopes[name] for name in own} == {"required"}
    assert {scopes[name] for name in ("moto", "flask", "werkzeug")} == {"optional"}
    assert scopes.keys().isdisjoint({"pytest", "ruff", "mypy", "hatchling", "hypothesis"})
    for component in bill["components"]:
        pin = pins[f"{component['name']}=={component['version']}"]
        assert component["purl"] == component["bom-ref"] == f"pkg:pypi/{pin.name}@{pin.version}"
        written = {item["value"] for item in component["properties"] if item["name"].endswith("sha256")}
        assert written == set(pin.digests)
    known = {component["bom-ref"] for component in bill["components"]} | {bill["metadata"]["component"]["bom-ref"]}
    assert {dependency["ref"] for dependency in bill["dependencies"]} == known
    assert known.issuperset(ref for dependency in bill["dependencies"] for ref in dependency["dependsOn"])


def test_the_provenance_names_the_files_and_the_commit(files: dict[str, bytes]) -> None:
    statement = json.loads(files[named(files, ".intoto.json")])
    assert (statement["_type"], statement["predicateType"]) == (
        "https://in-toto.io/Statement/v1",
        "https://slsa.dev/provenance/v1",
    )
    assert {subject["name"]: subject["digest"]["sha256"] for subject in statement["subject"]} == {
        named(files, suffix): hashlib.sha256(files[named(files, suffix)]).hexdigest() for suffix in (".whl", ".tar.gz")
    }
    definition = statement["predicate"]["buildDefinition"]
    source, lock = definition["resolvedDependencies"]
    assert source["digest"]["gitCommit"] == definition["externalParameters"]["commit"]
    assert len(source["digest"]["gitCommit"]) == 40
    assert lock["digest"]["sha256"] == hashlib.sha256(LOCK.encode()).hexdigest()
    assert statement["predicate"]["runDetails"]["builder"]["id"].endswith(":unsigned")


def test_every_package_of_the_lock_file_is_read_with_its_digests() -> None:
    pins = list(read_lock(LOCK))
    heads = [line for line in LOCK.splitlines() if line and not line.startswith((" ", "#"))]
    assert len(pins) == len(heads) > 90
    assert sum(len(pin.digests) for pin in pins) == LOCK.count("--hash=sha256:")
    assert all(pin.via for pin in pins)


@pytest.mark.parametrize("line", ["click", "click==8.5.1", "click @ https://example.com/click.whl", "-e ."])
def test_a_line_without_a_version_and_digests_is_an_error(line: str) -> None:
    with pytest.raises(ValueError, match="not a package with its digests"):
        list(read_lock(line))


def test_a_requirement_that_is_not_locked_is_an_error() -> None:
    with pytest.raises(ValueError, match="lacks nothing-at-all: run `make lock`"):
        closure(read_lock(LOCK), {"click", "nothing-at-all"})
