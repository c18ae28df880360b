"""`catalog diff`, and the gate in `catalog validate` and `catalog release`, on a repository with two releases."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from catalog.cli import main

SETTINGS = '[tool.catalog]\nowner = "example"\nregions = ["us-east-1"]\n'
PRODUCT = """
from catalog import ProductDefinition


class Template:
    def to_dict(self):
        return {template}


PRODUCT = ProductDefinition(
    name="Topic", owner="Security", description="", version="{version}", template=Template, examples={examples}
)
"""


def template(name: str, more: str = "") -> str:
    topic = {"Type": "AWS::SNS::Topic", "Properties": {"TopicName": name}}
    outputs = {"Arn": {"Description": f"ARN of the topic.{more}", "Value": {"Ref": "Topic"}}}
    return repr({"Description": "A topic.", "Resources": {"Topic": topic}, "Outputs": outputs})


def write(root: Path, version: str, built: str, examples: tuple[str, ...] = ()) -> None:
    (root / "products" / "topic.py").write_text(PRODUCT.format(template=built, version=version, examples=examples))


def run(root: Path, *arguments: str, color: bool = False) -> Result:
    return CliRunner().invoke(main, ["--directory", str(root), *arguments], color=color)


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """Releases 1.0.0 and 1.0.1, a working tree that renames the topic."""
    (tmp_path / "pyproject.toml").write_text(SETTINGS)
    for folder in ("products", "portfolios"):
        (tmp_path / folder).mkdir()
    for version, more in (("1.0.0", ""), ("1.0.1", " Use it.")):
        write(tmp_path, version, template("a", more))
        released = run(tmp_path, "release", "topic", "--date", "2026-11-01")
        assert released.exit_code == 0, released.output
    write(tmp_path, "1.1.0", template("b", " Use it."))
    return tmp_path


def test_the_working_tree_is_compared_with_the_latest_release(root: Path) -> None:
    result = run(root, "diff", "topic")
    assert result.exit_code == 0
    assert result.stdout.startswith("topic 1.0.1 (sha256:")
    assert "working)" in result.stdout.splitlines()[0]
    assert "property replaces Resources/Topic/Properties/TopicName" in result.stdout
    assert "Verdict: major" in result.stdout


def test_two_releases_are_compared(root: Path) -> None:
    data = json.loads(run(root, "diff", "topic", "1.0.0", "1.0.1", "--json").stdout)
    assert data["verdict"]["level"] == "patch"
    assert [change["path"] for change in data["changes"]] == [["Outputs", "Arn", "Description"]]
    assert data == json.loads(run(root, "diff", "topic", "1.0.0", "1.0.1", "--format", "json").stdout)


def test_markdown(root: Path) -> None:
    assert run(root, "diff", "topic", "--format", "markdown").stdout.startswith("### topic 1.0.1 → 1.1.0: major\n")


def test_the_detailed_exit_code_says_whether_something_differs(root: Path) -> None:
    assert run(root, "diff", "topic", "--detailed-exitcode").exit_code == 4
    write(root, "1.0.1", template("a", " Use it."))
    same = run(root, "diff", "topic", "--detailed-exitcode")
    assert (same.exit_code, same.stdout.splitlines()[-1]) == (0, "No differences.")


def test_levels_are_coloured_on_a_terminal_only(root: Path) -> None:
    assert "\x1b[31m" in run(root, "diff", "topic", color=True).stdout
    assert "\x1b" not in run(root, "diff", "topic").stdout


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["topic", "1.0.2"], "unknown version '1.0.2' of topic; released: 1.0.0, 1.0.1"),
        (["topic", "1.0.0", "2.0.0"], "unknown version '2.0.0'"),
        (["topic", "1.0.0", "1.0.0"], "both versions are 1.0.0"),
        (["topic", "working", "working"], "both versions are working"),
        (["tropic"], "unknown product 'tropic'"),
    ],
)
def test_unknown_versions_and_products_exit_2(root: Path, arguments: list[str], words: str) -> None:
    result = run(root, "diff", *arguments)
    assert (result.exit_code, result.stdout) == (2, "")
    assert words in result.stderr


def test_a_product_without_releases_exits_2(root: Path) -> None:
    shutil.copy(root / "products" / "topic.py", root / "products" / "fresh.py")
    result = run(root, "diff", "fresh")
    assert result.exit_code == 2
    assert "fresh has no release to compare with" in result.stderr


@pytest.mark.parametrize("command", [["diff", "topic"], ["validate"], ["release", "topic"], ["validate", "topic"]])
def test_a_released_file_that_was_edited_exits_2(root: Path, command: list[str]) -> None:
    file = root / "products" / "releases" / "topic" / "1.0.0.yaml"
    file.write_bytes(file.read_bytes() + b"# edited\n")
    result = run(root, *command)
    assert result.exit_code == 2
    assert "1.0.0.yaml was edited" in result.stderr


def test_an_example_that_is_missing_exits_2(root: Path) -> None:
    write(root, "1.1.0", template("b"), ("examples/none.yaml",))
    result = run(root, "diff", "topic")
    assert result.exit_code == 2
    assert "examples/none.yaml" in result.stderr


def test_validate_reports_the_findings_of_the_gate(root: Path) -> None:
    result = run(root, "validate", "--json")
    assert result.exit_code == 3
    assert "E9201" in {finding["id"] for finding in json.loads(result.stdout)}
    write(root, "2.0.0", template("b", " Use it."))
    assert run(root, "validate").exit_code == 0


def test_release_refuses_what_the_gate_refuses(root: Path) -> None:
    refused = run(root, "release", "topic")
    assert refused.exit_code == 3
    assert "E9201 products/topic.py: 1.1.0 is a minor version after 1.0.1" in refused.stderr
    assert not (root / "products" / "releases" / "topic" / "1.1.0.yaml").exists()
    write(root, "2.0.0", template("b", " Use it."))
    assert run(root, "release", "topic", "--date", "2026-11-02").exit_code == 0
