"""Reports kept between runs of validate: used again only while nothing that was read has changed."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner

from catalog.cli import main
from catalog.content.inputs import TICK, InputFiles
from catalog.kept import digest, installed

PLANTED = "planted"
PRODUCT = """
import json
from pathlib import Path

from catalog import ProductDefinition

HERE = Path(__file__).parent
NAMES = sorted(file.name for file in (HERE.parent / "parts").iterdir())


class Template:
    def to_dict(self):
        template = json.loads((HERE.parent / "templates" / "topic.json").read_text())
        return template | {"Description": f"Made of {len(NAMES)} parts."}


PRODUCT = ProductDefinition(name="Topic", owner="Security", description="", version="1.0.0", template=Template)
"""
CONTROL = """
from catalog.check.own import PortfolioControl


class Provider(PortfolioControl):
    id = "E9501"
    shortdesc = "Nothing"
    description = "Nothing."
    why = "Nothing."
    remedy = "Nothing."
    source_url = "https://wiki.example.com"

    def faults(self, subject):
        return iter(())
"""
TOPIC = {"Resources": {"Topic": {"Type": "AWS::SNS::Topic", "Properties": {"KmsMasterKeyId": "alias/topics"}}}}
PORTFOLIO = "display_name: Topics\nprovider: Security\nproducts:\n  - product: topic\n"


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A repository whose product reads a file and a folder of it; nothing is kept yet."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    root = tmp_path / "repository"
    for name, text in {
        "pyproject.toml": '[tool.catalog]\nowner = "example"\n',
        "products/topic.py": PRODUCT,
        "portfolios/topics.yaml": PORTFOLIO,
        "templates/topic.json": json.dumps(TOPIC),
        "parts/first": "",
    }.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text)
    time.sleep(TICK)  # what was written later than this before a run may have changed during the run
    return root


def validate(root: Path, *options: str) -> str:
    result = CliRunner().invoke(main, ["-C", str(root), "validate", *options])
    assert result.exit_code in (0, 3), result.output
    return result.output


def plant(root: Path, other: object = None) -> int:
    """Mark each kept report, so that a run that uses it can be recognised, or give it `other` content.

    Returns the number of reports.
    """
    number = 0
    for file in (root.parent / "cache" / "catalog" / "findings").glob("*.json"):
        content = json.loads(file.read_text())["content"]
        if isinstance(content, dict):
            content["outcome"]["text"] = PLANTED
            content = content if other is None else other
            file.write_text(json.dumps({"of": digest([file.stem, content]), "content": content}))
            number += 1
    return number


def test_a_report_is_used_again_while_nothing_has_changed(root: Path) -> None:
    fresh = validate(root)
    assert plant(root) == 1
    assert validate(root) == PLANTED
    assert validate(root, "--no-cache") == fresh


def test_other_questions_have_other_reports(root: Path) -> None:
    validate(root)
    plant(root)
    assert validate(root, "--json") != PLANTED
    assert validate(root, "topic") != PLANTED


@pytest.mark.parametrize(
    "change",
    [
        lambda root: (root / "products/topic.py").write_text(PRODUCT.replace("1.0.0", "1.0.1")),
        lambda root: (root / "templates/topic.json").write_text(json.dumps(TOPIC) + " "),
        lambda root: (root / "parts/second").touch(),
        lambda root: (root / "parts/first").rename(root / "parts/other"),
        lambda root: (root / "portfolios/topics.yaml").write_text(PORTFOLIO + "description: New\n"),
        lambda root: (root / "portfolios/more.yaml").write_text(PORTFOLIO),
        lambda root: (root / "portfolios/topics.yaml").unlink(),
        lambda root: (root / "pyproject.toml").write_text('[tool.catalog]\nowner = "another"\n'),
        lambda root: (root / "products/releases").mkdir(),
        lambda root: (root / "imports").mkdir(),
    ],
    ids=[
        *("product", "a file that it reads", "a new name", "another name", "portfolio", "new portfolio"),
        *("no portfolio", "settings", "releases", "imports"),
    ],
)
def test_each_change_of_what_was_read_is_seen(root: Path, change: Callable[[Path], object]) -> None:
    validate(root)
    plant(root)
    change(root)
    assert validate(root) != PLANTED


def test_what_changes_during_a_run_is_not_kept(root: Path) -> None:
    (root / "portfolios/topics.yaml").touch()
    validate(root)
    assert plant(root) == 0


def test_repositories_with_own_controls_keep_nothing(root: Path) -> None:
    (root / "controls").mkdir()
    (root / "controls/e9501_provider.py").write_text(CONTROL)
    (root / "pyproject.toml").write_text(
        '[tool.catalog]\nowner = "example"\n[tool.catalog.controls]\nfolders = ["controls"]\n'
    )
    time.sleep(TICK)
    validate(root)
    assert plant(root) == 0


@pytest.mark.parametrize("content", [7, [], {}, {"files": {}, "folders": {}, "outcome": 7}, {"files": 7}], ids=str)
def test_an_entry_with_other_members_counts_as_missing(root: Path, content: object) -> None:
    fresh = validate(root)
    assert plant(root, content) == 1
    assert validate(root) == fresh


def test_reads_are_recorded_and_writes_are_not(tmp_path: Path) -> None:
    (tmp_path / "read").write_text("")
    with InputFiles.recorded() as inputs:
        (tmp_path / "read").read_text()
        (tmp_path / "written").write_text("")
        list(tmp_path.iterdir())
        with InputFiles.paused():
            (tmp_path / "written").read_text()
        InputFiles.add(["relative", "/a\0b", 7, "/told"], [])
    assert inputs.paths() == (sorted([str(tmp_path / "read"), "/told"]), [str(tmp_path)])


def test_the_source_of_a_compiled_module_counts(tmp_path: Path) -> None:
    compiled = tmp_path / "__pycache__" / "helper.cpython-311.pyc"
    with InputFiles.recorded() as inputs:
        InputFiles.add([str(compiled)], [])
    assert str(tmp_path / "helper.py") in inputs.paths()[0]


def test_each_version_of_an_installed_package_counts(tmp_path: Path) -> None:
    for name in ("site/products-1.0.dist-info", "site/products", "other/old-2.egg-info"):
        (tmp_path / name).mkdir(parents=True)
    path = [str(tmp_path / name) for name in ("site", "absent", "other")]
    assert list(installed(path)) == ["products-1.0.dist-info", "old-2.egg-info"]


def test_a_regular_installation_is_not_an_editable_one_of_the_same_version(tmp_path: Path) -> None:
    record = tmp_path / "products-1.0.dist-info" / "RECORD"
    record.parent.mkdir()
    record.write_text("__editable__.products-1.0.pth,sha256=aaa,9\n")
    (editable,) = installed([str(tmp_path)])
    record.write_text("products/bucket.py,sha256=bbb,9\n")
    (regular,) = installed([str(tmp_path)])
    assert editable != regular
    assert regular.startswith("products-1.0.dist-info ")
