"""docs/product-files.md: made from docstrings, whose limits are those that the code enforces."""

from __future__ import annotations

import dataclasses
import re
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

import catalog
from catalog.cli import main
from catalog.errors import ContentError

ROOT = Path(__file__).resolve().parents[3]
PAGE = (ROOT / "docs" / "product-files.md").read_text()
FIELD = re.compile(r"^- \*\*`(\w+)`\*\* \(`(.+?)`, (required|default `.*?`)\): (.+)$", re.MULTILINE)
VALUES: dict[str, dict[str, Any]] = {
    "ProductDefinition": {"name": "x", "owner": "x", "description": "x", "version": "1.0.0", "template": dict},
    "ServiceAction": {"key": "k", "name": "N", "description": "x", "document": {}, "target_type": "AWS::KMS::Key"},
    "LaunchPermission": {"sid": "S", "actions": (), "resources": (), "reason": "x"},
    "Suppression": {"control": "E9001", "reason": "x" * 10, "expires": date(2027, 1, 1)},
    "Migration": {"version": "1.0.0", "resource": "Key", "reason": "x" * 10},
    "Retention": {"keep": 1},
    "Inactive": {"value": "x"},
}
"""Valid values of the required fields."""


def documented() -> dict[tuple[str, str], str]:
    """(class, field) → what the page says."""
    sections = re.split(r"^## `(\w+)`$", PAGE, flags=re.MULTILINE)[1:]
    pairs = zip(sections[::2], sections[1::2], strict=True)
    return {(name, field): text for name, body in pairs for field, _, _, text in FIELD.findall(body)}


LIMITS = [
    (*key, int(minimum), int(maximum))
    for key, text in documented().items()
    for minimum, maximum in re.findall(r"(\d+) to (\d+) characters", text)
]


def make(name: str, /, **values: Any) -> Any:
    return getattr(catalog, name)(**VALUES[name] | values)


def text_of(field: str, length: int) -> str:
    """A text of this length that has the form of the field."""
    if field == "support_url" and length:
        return "https://".ljust(length, "x")
    if field == "version":
        return f"1.0.0-{'x' * (length - 6)}" if length else ""
    return "x" * length


def test_the_page_has_every_name_and_every_field() -> None:
    assert {name for name in catalog.__all__ if f"\n## `{name}`\n" not in PAGE} == {"__version__"}
    fields = {
        (name, field.name) for name in VALUES for field in dataclasses.fields(getattr(catalog, name)) if field.init
    }
    assert set(documented()) == fields


@pytest.mark.parametrize(("name", "field", "minimum", "maximum"), LIMITS)
def test_a_length_on_the_page_is_the_one_that_is_enforced(name: str, field: str, minimum: int, maximum: int) -> None:
    make(name, **{field: text_of(field, maximum)})
    words = f"must have {minimum} to {maximum} characters, got {maximum + 1}: "
    with pytest.raises(ContentError, match=words):
        make(name, **{field: text_of(field, maximum + 1)})
    if minimum:
        with pytest.raises(ContentError, match=f"must have {minimum} to {maximum} characters"):
            make(name, **{field: text_of(field, minimum - 1)})


def test_every_enforced_length_is_on_the_page() -> None:
    for (name, field), text in documented().items():
        try:
            make(name, **{field: "x" * 10_000})
        except (ContentError, AttributeError, TypeError) as error:
            if enforced := re.search(r"\d+ to \d+ characters", str(error)):
                assert enforced[0] in text or "MAJOR.MINOR.PATCH" in text


def test_the_example_of_the_page_passes_the_checks(tmp_path: Path) -> None:
    example = re.search(r"^```python\n# (products/\w+\.py)\n(.*?)^```$", PAGE, re.DOTALL | re.MULTILINE)
    assert example
    (tmp_path / "pyproject.toml").write_text('[tool.catalog]\nowner = "us"\n')
    (tmp_path / "products").mkdir()
    (tmp_path / example[1]).write_text(example[2])
    checked = CliRunner().invoke(main, ["-C", str(tmp_path), "validate"])
    assert checked.exit_code == 0, checked.output
    (tmp_path / example[1]).write_text(example[2].replace('name="Queue"', 'name=""'))
    refused = CliRunner().invoke(main, ["-C", str(tmp_path), "validate"])
    assert refused.exit_code == 2
    (shown,) = re.findall(r"^    (error: .*)$", PAGE, re.MULTILINE)
    assert shown.partition(":15:")[2] in refused.stderr
    assert re.sub(r":\d+:", ":15:", refused.stderr).startswith(shown)
