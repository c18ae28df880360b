"""D6: `catalog release --bump` and the notes of a release."""

from __future__ import annotations

import json
import os
import pty
import sys
from contextlib import suppress
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from catalog.cli import main
from tests import programs

REPOSITORY = Path(__file__).resolve().parents[3]
SETTINGS = '[tool.catalog]\nowner = "example"\nregions = ["us-east-1"]\n'
PRODUCT = """from catalog import ProductDefinition

VERSION = "1.0.0"


class Template:
    def to_dict(self):
        outputs = {outputs}
        topic = {{"Topic": {{"Type": "AWS::SNS::Topic"}}}}
        return {{"Description": "A topic.", "Resources": topic, "Outputs": outputs}}


PRODUCT = ProductDefinition(
    name="Topic",
    owner="Security",
    description="",
    version='{version}',  # raised by catalog release
    version_description="{words}",
    template=Template,
)
"""
OUTPUT = {"Value": "x", "Description": "x"}


def write(root: Path, version: str, *outputs: str, words: str = "The first version.", **more: object) -> bytes:
    built = dict.fromkeys(outputs, OUTPUT) | more
    file = root / "products" / "topic.py"
    file.write_text(PRODUCT.format(outputs=repr(built), version=version, words=words))
    return file.read_bytes()


def run(root: Path, *arguments: str) -> Result:
    return CliRunner().invoke(main, ["--directory", str(root), *arguments])


def version_of(root: Path) -> str:
    return (root / "products" / "topic.py").read_text().partition("version='")[2].partition("'")[0]


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A product with the release 1.0.0, whose output is then kept, added to, or removed by a test."""
    (tmp_path / "pyproject.toml").write_text(SETTINGS)
    for folder in ("products", "portfolios"):
        (tmp_path / folder).mkdir()
    write(tmp_path, "1.0.0", "A")
    done = run(tmp_path, "release", "topic", "--bump", "auto")
    assert done.exit_code == 0, done.output
    assert version_of(tmp_path) == "1.0.0"
    return tmp_path


@pytest.mark.parametrize(
    ("outputs", "bump", "version"),
    [
        (("A", "B"), "auto", "1.1.0"),
        ((), "auto", "2.0.0"),
        (("A", "B"), "minor", "1.1.0"),
        (("A", "B"), "major", "2.0.0"),
    ],
)
def test_the_version_of_the_product_file_is_raised_and_nothing_else_changes(
    root: Path, outputs: tuple[str, ...], bump: str, version: str
) -> None:
    before = write(root, "1.0.0", *outputs)
    result = run(root, "release", "topic", "--bump", bump, "--notes", "Another output.")
    assert result.exit_code == 0, result.output
    assert result.stdout.splitlines()[1] == f"  products/topic.py: version 1.0.0 → {version}"
    assert (root / "products" / "topic.py").read_bytes() == before.replace(b"'1.0.0'", f"'{version}'".encode())
    assert (root / "products" / "releases" / "topic" / f"{version}.yaml").is_file()
    again = run(root, "release", "topic", "--bump", bump, "--notes", "Another output.")
    assert again.exit_code == 0
    assert f"topic {version}: already released" in again.stdout


@pytest.mark.parametrize("bump", ["auto", "minor"])
def test_a_pre_release_before_the_first_release_becomes_the_version_that_it_is_for(tmp_path: Path, bump: str) -> None:
    (tmp_path / "pyproject.toml").write_text(SETTINGS)
    for folder in ("products", "portfolios"):
        (tmp_path / folder).mkdir()
    write(tmp_path, "1.0.0-rc.1", "A")
    result = run(tmp_path, "release", "topic", "--bump", bump)
    assert result.exit_code == 0, result.output
    assert "products/topic.py: version 1.0.0-rc.1 → 1.0.0" in result.stdout
    assert version_of(tmp_path) == "1.0.0"


@pytest.mark.parametrize(
    ("own", "version"), [("1.1.0-rc.2", "1.1.0"), ("2.0.0-rc.1", "2.0.0"), ("1.0.1-rc.1", "1.1.0")]
)
def test_a_pre_release_after_a_release_becomes_its_version_if_that_is_enough(
    root: Path, own: str, version: str
) -> None:
    write(root, own, "A", "B")
    assert run(root, "release", "topic", "--bump", "auto", "--notes", "Another output.").exit_code == 0
    assert version_of(root) == version


def test_words_only_need_a_patch(root: Path) -> None:
    write(root, "1.0.0", A={**OUTPUT, "Description": "y"})
    assert run(root, "release", "topic", "--bump", "auto", "--notes", "Words.").exit_code == 0
    assert version_of(root) == "1.0.1"


def test_a_bump_that_is_too_small_is_refused_and_changes_no_file(root: Path) -> None:
    before = write(root, "1.0.0")
    result = run(root, "release", "topic", "--bump", "patch", "--notes", "x")
    assert result.exit_code == 3
    assert "E9201" in result.stderr
    assert (root / "products" / "topic.py").read_bytes() == before
    assert not (root / "products" / "releases" / "topic" / "1.0.1.yaml").exists()


def test_a_loss_of_data_is_refused_with_what_allows_it(root: Path) -> None:
    bucket = """{{"Type": "AWS::S3::Bucket", "DeletionPolicy": "Retain", "UpdateReplacePolicy": "Retain",
            "Properties": {{"BucketName": "{words}"}}}}"""
    product = PRODUCT.replace('{{"Type": "AWS::SNS::Topic"}}', bucket)
    for name in ("first-bucket", "other-bucket"):
        (root / "products" / "files.py").write_text(product.format(outputs={}, version="1.0.0", words=name))
        result = run(root, "release", "files", "--bump", "auto")
    assert "E9204" in result.stderr
    assert "declare a migration in products/files.py" in result.stderr
    assert "chooses the version" not in result.stderr


def test_a_dry_run_changes_no_file(root: Path) -> None:
    before = write(root, "1.0.0", "A", "B")
    result = run(root, "release", "topic", "--bump", "auto", "--dry-run")
    assert result.exit_code == 0, result.output
    assert "topic 1.1.0: not written (--dry-run)" in result.stdout
    assert "notes are missing: version_description is still that of 1.0.0" in result.stderr
    assert (root / "products" / "topic.py").read_bytes() == before


def test_auto_keeps_a_number_that_is_high_enough(root: Path) -> None:
    write(root, "3.0.0", "A", "B", words="Three.")
    assert run(root, "release", "topic", "--bump", "auto").exit_code == 0
    assert version_of(root) == "3.0.0"


def test_a_template_that_holds_the_version_is_released_with_the_new_one(root: Path) -> None:
    file = root / "products" / "topic.py"
    write(root, "1.0.0", "A", "B")
    file.write_text(file.read_text().replace("outputs = ", "outputs = {'V': dict(Value=PRODUCT.version)} | "))
    result = run(root, "release", "topic", "--bump", "auto", "--notes", "Its version.", "--json")
    assert result.exit_code == 0, result.output
    assert json.loads(result.stdout)["files"][0] == "products/topic.py"
    assert "Value: '1.1.0'" in (root / "products" / "releases" / "topic" / "1.1.0.yaml").read_text()


def test_old_notes_are_refused(root: Path) -> None:
    write(root, "1.1.0", "A", "B")
    result = run(root, "release", "topic")
    assert (result.exit_code, result.stdout) == (2, "")
    assert "topic 1.1.0 has no notes: version_description is still that of 1.0.0" in result.stderr
    assert "--notes TEXT" in result.stderr
    assert not (root / "products" / "releases" / "topic" / "1.1.0.yaml").exists()


def test_empty_notes_are_refused_with_a_bump(root: Path) -> None:
    write(root, "1.0.0", "A", "B", words="")
    result = run(root, "release", "topic", "--bump", "auto")
    assert result.exit_code == 2
    assert "version_description is empty" in result.stderr
    assert version_of(root) == "1.0.0"


def test_a_new_description_is_the_notes(root: Path) -> None:
    write(root, "1.0.0", "A", "B", words="B is new.")
    assert run(root, "release", "topic", "--bump", "auto").exit_code == 0
    assert "B is new." in (root / "products" / "releases" / "topic" / "ledger.yaml").read_text()


def in_terminal(root: Path, *arguments: str, typed: bytes) -> tuple[int, str]:
    """Run the command in a terminal of its own; its exit code and what the terminal shows."""
    own, other = pty.openpty()
    command = [sys.executable, "-m", "catalog", "-C", str(root), *arguments]
    with programs.start(command, stdin=other, stdout=other, stderr=other, cwd=REPOSITORY) as process:
        os.close(other)
        os.write(own, typed)
        shown = b""
        with suppress(OSError):  # Linux: the other end is closed
            while part := os.read(own, 4096):
                shown += part
    os.close(own)
    return process.returncode, shown.decode()


def test_notes_are_asked_for_in_a_terminal(root: Path) -> None:
    write(root, "1.0.0", "A", "B")
    code, shown = in_terminal(root, "release", "topic", "--bump", "auto", typed=b"B is new.\n")
    assert code == 0, shown
    assert "has no notes yet: version_description is still that of 1.0.0." in shown
    assert "Notes of topic 1.1.0: " in shown
    assert 'notes: "B is new."' in (root / "products" / "releases" / "topic" / "ledger.yaml").read_text()


def test_a_version_that_is_computed_is_not_edited(root: Path) -> None:
    file = root / "products" / "topic.py"
    write(root, "1.0.0", "A", "B")
    file.write_text(file.read_text().replace("'1.0.0'", "'.'.join('100')"))
    before = file.read_bytes()
    result = run(root, "release", "topic", "--bump", "auto", "--notes", "x")
    assert result.exit_code == 2
    assert "products/topic.py:17: the version of PRODUCT is not a text in this file" in result.stderr
    assert "Set the version to 1.1.0 yourself" in result.stderr
    assert file.read_bytes() == before
