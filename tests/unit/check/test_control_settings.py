"""`[tool.catalog.controls]`: levels, duty tags and own controls, from the file to the report."""

from __future__ import annotations

import json
import re
from importlib.metadata import EntryPoint
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from catalog.cli import main
from catalog.content.config import load_config
from catalog.content.control_settings import DEFAULTS, DUTY_TAGS
from catalog.content.toml_lines import line_of
from catalog.errors import ContentError

PAGE = Path(__file__).resolve().parents[3] / "docs" / "own-controls.md"
BLOCK = re.compile(r"^```python\n# (\S+)\n(.*?)^```$", re.DOTALL | re.MULTILINE)
HEAD = '[tool.catalog]\nowner = "example"\nregions = ["us-east-1"]\n'
PRODUCT = """
from catalog import ProductDefinition


class Template:
    def to_dict(self):
        return {resources}


PRODUCT = ProductDefinition(name="Queue", owner="Team", description="", version="1.0.0", template=Template)
"""
QUEUE = {
    "Description": "A queue.",
    "Resources": {"Orders": {"Type": "AWS::SQS::Queue", "Properties": {"Tags": [{"Key": "Team", "Value": "x"}]}}},
}
PORTFOLIO = "display_name: Queues\nprovider: Security\nproducts:\n  - product: queue\n"


def repository(root: Path, settings: str = "", template: Any = QUEUE) -> Path:
    for folder in ("products", "portfolios", "controls"):
        (root / folder).mkdir()
    (root / "pyproject.toml").write_text(HEAD + settings)
    (root / "products" / "queue.py").write_text(PRODUCT.format(resources=template))
    (root / "portfolios" / "queues.yaml").write_text(PORTFOLIO)
    return root


def catalog(root: Path, *arguments: str) -> Result:
    return CliRunner().invoke(main, ["--directory", str(root), *arguments])


def findings(root: Path) -> dict[str, str]:
    """Id → severity of what `validate` finds."""
    result = catalog(root, "validate", "--json")
    assert result.stdout, result.stderr
    return {finding["id"]: finding["severity"] for finding in json.loads(result.stdout)}


def examples(root: Path) -> None:
    """The files that the page about own controls shows."""
    for path, text in BLOCK.findall(PAGE.read_text()):
        (root / path).write_text(text)


def test_a_level_changes_the_severity_and_the_exit_code(tmp_path: Path) -> None:
    root = repository(tmp_path)
    assert findings(root)["E9003"] == "error"
    levels = "".join(
        f'{control} = {{level = "warning", reason = "accepted in ticket 4711"}}\n'
        for control, severity in findings(root).items()
        if severity == "error"
    )
    (root / "pyproject.toml").write_text(f"{HEAD}[tool.catalog.controls]\n{levels}")
    assert findings(root)["E9003"] == "warning"
    assert catalog(root, "validate").exit_code == 0


def test_a_control_that_is_off_finds_nothing_and_says_why(tmp_path: Path) -> None:
    settings = '[tool.catalog.controls]\nE9003.level = "off"\nE9003.reason = "all data is a copy"\n'
    root = repository(tmp_path, settings)
    assert "E9003" not in findings(root)
    assert findings(root)["I3011"] == "info", "a rule of cfn-lint speaks where the control is silent"
    assert catalog(root, "validate").stdout.endswith(", 1 control off (E9003)\n")
    (described,) = json.loads(catalog(root, "controls", "E9003", "--json").stdout)["controls"]
    assert (described["severity"], described["level"], described["level_reason"]) == (
        "error",
        "off",
        "all data is a copy",
    )
    assert "off" in catalog(root, "controls", "E9003").stdout
    assert "all data is a copy" in catalog(root, "controls", "E9003").stdout


def test_a_warning_can_become_an_error_and_a_rule_of_cfn_lint_can_be_off(tmp_path: Path) -> None:
    settings = (
        "[tool.catalog.controls.W9005]\n"
        'level = "error"\nreason = "tags are the base of the bill"\n'
        "[tool.catalog.controls.I3013]\n"
        'level = "off"\nreason = "nobody needs the messages later"\n'
    )
    root = repository(tmp_path)
    assert findings(root)["I3013"] == "info"
    (root / "pyproject.toml").write_text(HEAD + settings)
    assert findings(root)["W9005"] == "error"
    assert "I3013" not in findings(root)


def test_portfolio_controls_have_levels_too(tmp_path: Path) -> None:
    root = repository(tmp_path)
    assert findings(root)["E9101"] == "error"
    settings = '[tool.catalog.controls]\nE9101 = {level = "info", reason = "roles come later"}\n'
    (root / "pyproject.toml").write_text(HEAD + settings)
    assert findings(root)["E9101"] == "info"


def test_the_duty_tags_are_those_of_the_configuration(tmp_path: Path) -> None:
    root = repository(tmp_path)
    assert "W9005" in findings(root)
    (root / "pyproject.toml").write_text(f'{HEAD}[tool.catalog.controls]\ntags = ["Team"]\n')
    assert "W9005" not in findings(root)
    assert load_config(root).controls.duty_tags == ("Team",)


def test_without_the_table_all_is_as_catalog_has_it(tmp_path: Path) -> None:
    settings = load_config(repository(tmp_path)).controls
    assert settings is DEFAULTS
    assert settings.duty_tags == DUTY_TAGS


@pytest.mark.parametrize(
    ("settings", "line", "said"),
    [
        ("[tool.catalog.controls]\nE9999x = 1\n", 5, "unknown setting 'E9999x'"),
        ('[tool.catalog.controls]\ntags = ["a"]\nE9003 = "off"\n', 6, "E9003 must have level and reason, got 'off'"),
        ('[tool.catalog.controls]\nE9003 = {level = "off"}\n', 5, "E9003 must have level and reason"),
        (
            '[tool.catalog.controls]\nE9003 = {level = "mute", reason = "x"}\n',
            5,
            "error, warning, info, off, got 'mute'",
        ),
        ('[tool.catalog.controls]\nE9003 = {level = "off", reason = " "}\n', 5, "the reason for the level of E9003"),
        ('[tool.catalog.controls]\nE9204 = {level = "off", reason = "x"}\n', 5, "E9204 is of the version gate"),
        ('[tool.catalog.controls]\n\n"E9003" = {level = 1, reason = "x"}\n', 6, "got 1"),
        ("[tool.catalog.controls]\ntags = []\n", 5, "tags must be a list with at least one member, got []"),
        ('[tool.catalog.controls]\ntags = ["a", "a"]\n', 5, "tags has a member twice"),
        ('[tool.catalog.controls]\ntags = ["a#"]\n', 5, "each member of tags must be the key of a tag"),
        ('[tool.catalog.controls]\nfolders = ["absent"]\n', 5, "the folder 'absent' does not exist"),
        ('[tool.catalog.controls]\nfolders = ["../x"]\n', 5, "'../x' is not a folder inside the repository"),
        ('[tool.catalog.controls]\nfolders = ["."]\n', 5, "'.' is not a folder inside the repository"),
        ("controls = 1\n", 4, "[tool.catalog.controls] must be a table, got 1"),
    ],
)
def test_a_wrong_setting_is_an_error_with_its_line(tmp_path: Path, settings: str, line: int, said: str) -> None:
    root = repository(tmp_path, settings)
    with pytest.raises(ContentError) as caught:
        load_config(root)
    assert f"{root / 'pyproject.toml'}:{line}: " in str(caught.value)
    assert said in str(caught.value)


@pytest.mark.parametrize(
    ("settings", "command", "said"),
    [
        ('E9000 = {level = "off", reason = "x"}', "validate", "E9000 is not a control"),
        ('E9499 = {level = "off", reason = "x"}', "controls", "E9499 is not a control"),
        ('W9500 = {level = "off", reason = "x"}', "validate", "W9500 is not a control"),
        ('E1234 = {level = "off", reason = "x"}', "validate", "E1234 is not a rule whose level can be set"),
        ('E0000 = {level = "off", reason = "x"}', "validate", "E0000 is not a rule whose level can be set"),
        ('entry_points = ["absent"]', "validate", "no installed package has the entry point 'absent'"),
        ('folders = ["controls"]', "validate", "has no controls"),
    ],
)
def test_an_id_or_package_that_does_not_exist_is_an_error(
    tmp_path: Path, settings: str, command: str, said: str
) -> None:
    root = repository(tmp_path, f"[tool.catalog.controls]\n{settings}\n")
    result = catalog(root, command)
    assert result.exit_code == 2
    assert said in result.stderr
    assert f"{root / 'pyproject.toml'}:5: " in result.stderr


def test_the_own_controls_of_the_page_work(tmp_path: Path) -> None:
    settings = '[tool.catalog.controls]\nfolders = ["controls"]\nE9501 = {level = "info", reason = "on the way"}\n'
    root = repository(tmp_path, settings)
    examples(root)
    assert findings(root) | {"W9500": "warning", "E9501": "info"} == findings(root)
    rows = catalog(root, "controls").stdout
    assert "W9500" in rows
    assert "E9501" in rows
    (root / "portfolios" / "queues.yaml").write_text(PORTFOLIO.replace("Security", "Platform"))
    assert "E9501" not in findings(root)


def test_own_controls_share_helpers_and_see_the_settings(tmp_path: Path) -> None:
    root = repository(tmp_path, '[tool.catalog.controls]\nfolders = ["controls"]\ntags = ["Team"]\n')
    (root / "controls" / "_words.py").write_text("WORD = 'helped'\n")
    (root / "controls" / "i9502_settings.py").write_text(
        "from ._words import WORD\n"
        "from catalog.check.own import Control\n\n\n"
        "class Settings(Control):\n"
        "    id = 'I9502'\n"
        "    shortdesc = description = why = remedy = source_url = 'x'\n\n"
        "    def faults(self, template):\n"
        "        yield ('Resources',), f'{WORD} {self.regions} {self.duty_tags}'\n"
    )
    (finding,) = [one for one in json.loads(catalog(root, "validate", "--json").stdout) if one["id"] == "I9502"]
    assert not (root / "controls" / "__pycache__").exists()
    assert finding["message"] == "helped ('us-east-1',) ('Team',)"


@pytest.mark.parametrize(
    ("file", "text", "said"),
    [
        ("e9503_a.py", "import absent_module\n", "e9503_a.py:1: the own control failed: ModuleNotFoundError"),
        ("e9503_a.py", "\nraise SystemExit('bye')\n", "e9503_a.py:2: the own control failed: SystemExit: bye"),
        ("e9503_a.py", "x = \n", "e9503_a.py: the own control failed: SyntaxError"),
        ("e9503_a.py", "", "e9503_a.py: must define one control, got none"),
        ("e9003_a.py", "class A(Control):\n    id = 'E9003'\n", "id 'E9003' must match"),
        ("e9503_a.py", "class A(Control):\n    id = 'E9504'\n", "must be named e9504_….py"),
        (
            "e9503_a.py",
            "from catalog.check.metadata import Metadata\nclass A(Metadata):\n    id = 'E9503'\n",
            "must derive from Control or PortfolioControl",
        ),
        (
            "e9503_a.py",
            "class A(PortfolioControl):\n    id = 'E9503'\n    def faults(self, subject):\n        return 1 / 0\n",
            "e9503_a.py:5: the own control failed: ZeroDivisionError",
        ),
    ],
)
def test_an_own_control_that_fails_is_an_error_with_file_and_line(
    tmp_path: Path, file: str, text: str, said: str
) -> None:
    root = repository(tmp_path, '[tool.catalog.controls]\nfolders = ["controls"]\n')
    imports = "from catalog.check.own import Control, PortfolioControl\n" if "class" in text else ""
    (root / "controls" / file).write_text(imports + text)
    result = catalog(root, "validate")
    assert result.exit_code == 2
    assert said in result.stderr
    assert "Traceback" not in result.output


def test_the_same_id_in_two_folders_is_an_error(tmp_path: Path) -> None:
    root = repository(tmp_path, '[tool.catalog.controls]\nfolders = ["controls", "more"]\n')
    examples(root)
    (root / "more").mkdir()
    (root / "more" / "w9500_other.py").write_text((root / "controls" / "w9500_dead_letters.py").read_text())
    result = catalog(root, "validate")
    assert result.exit_code == 2
    assert "control id W9500 is taken twice" in result.stderr


def test_an_entry_point_gives_a_package_of_controls(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    root = repository(tmp_path, '[tool.catalog.controls]\nentry_points = ["acme"]\n')
    examples(root)
    site = tmp_path / "site"
    (site / "acme_controls-1.0.dist-info").mkdir(parents=True)
    (root / "controls").rename(site / "acme_controls")
    (site / "acme_controls" / "__init__.py").write_text('"""Controls of Acme."""\n')
    (site / "acme_controls-1.0.dist-info" / "METADATA").write_text(
        "Metadata-Version: 2.1\nName: acme-controls\nVersion: 1.0\n"
    )
    point = EntryPoint("acme", "acme_controls", "catalog.controls")
    text = f"[{point.group}]\n{point.name} = {point.value}\n"
    (site / "acme_controls-1.0.dist-info" / "entry_points.txt").write_text(text)
    monkeypatch.syspath_prepend(str(site))
    assert {"W9500", "E9501"} <= set(findings(root))


@pytest.mark.parametrize(
    ("text", "path", "line"),
    [
        ("[a]\nb = 1\n", ("a", "b"), 2),
        ("[a.b]\nc = 1\n", ("a", "b"), 1),
        ("[a]\nb.c = 1\n", ("a", "b"), 2),
        ("[a]\nb.c = 1\n", ("a", "b", "c"), 2),
        ('[a."b.c"]\n"d" = 1\n', ("a", "b.c", "d"), 2),
        ("a = {b = {c = 1}}\n", ("a", "b", "c"), 1),
        ("# a\n[x]\nb = 1\n[a]  # b\nb = 2\n", ("a", "b"), 5),
        ("[[a]]\nb = 1\n", ("a", "b"), 2),
        ("nothing\n", ("a",), 1),
    ],
)
def test_the_line_of_a_toml_key(text: str, path: tuple[str, ...], line: int) -> None:
    assert line_of(text, path) == line
