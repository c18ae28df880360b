"""The three formats as golden files, for a version with many kinds of changes."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any

import pytest

from catalog.versions import Difference, compare
from catalog.versions.report import as_data, as_markdown, as_text
from tests.unit.versions.conftest import TemplateVersion, edited
from tests.unit.versions.edits import EDITS

CHOSEN = (
    "widen the pattern of `Alias`: dots too",
    "remove an AllowedValue: `Environment` staging",
    "change a default: `DeletionWindowDays` 14",
    "add a required parameter",
    "drop the RuleCondition of `ProductionIsProtected`: it always applies",
    "change `RotationPeriodInDays` to 180",
    "write `MultiRegion: true` in place of the parameter",
    "drop the tag `ManagedBy`",
    "add an Allow to another account",
    "remove `kms:DescribeKey` from the users",
    "drop `UpdateReplacePolicy` of `Key`",
    "rename the output `KeyArn` to `Arn`, and its export with it",
    "change only an output's description",
)


@pytest.fixture(scope="module")
def difference(key: Mapping[str, Any], examples: Mapping[str, Mapping[str, str]]) -> Difference:
    new: dict[str, Any] = dict(key)
    assert set(CHOSEN) <= {edit.words for edit in EDITS}
    for edit in EDITS:
        if edit.words in CHOSEN:
            new = edited(new, edit.edit)
    return compare(TemplateVersion("1.0.0", key), TemplateVersion("2.0.0", new), examples=examples)


def test_text(difference: Difference, golden: Callable[[str, bytes], None]) -> None:
    golden("diff-kms_key.txt", as_text("kms_key", difference).encode())


def test_json(difference: Difference, golden: Callable[[str, bytes], None]) -> None:
    text = json.dumps(as_data("kms_key", difference), indent=2, ensure_ascii=False)
    golden("diff-kms_key.json", f"{text}\n".encode())


def test_markdown(difference: Difference, golden: Callable[[str, bytes], None]) -> None:
    golden("diff-kms_key.md", as_markdown("kms_key", difference).encode())


def test_equal_versions_have_no_differences() -> None:
    version = TemplateVersion("1.0.0", {"Resources": {}})
    same = compare(version, version)
    assert as_text("p", same).endswith("No differences.\n")
    assert as_markdown("p", same) == "### p 1.0.0 → 1.0.0: none\n\nNo differences.\n"
    assert as_data("p", same)["verdict"] == {"level": "none", "reasons": []}


def test_a_difference_in_bytes_alone_is_reported() -> None:
    old, new = (
        TemplateVersion("1.0.0", {"Description": "a", "Resources": {}}),
        TemplateVersion("1.0.1", {"Resources": {}, "Description": "a"}),
    )
    assert "the bytes differ, but the meaning is the same" in as_text("p", compare(old, new))
    assert "The bytes differ, but the meaning is the same." in as_markdown("p", compare(old, new))


def test_values_with_special_characters_do_not_break_markdown() -> None:
    def version(number: str, text: str) -> TemplateVersion:
        return TemplateVersion(number, {"Resources": {}, "Outputs": {"O": {"Value": "x", "Description": text}}})

    text = as_markdown("p", compare(version("1.0.0", "a"), version("1.0.1", "`b` | <c>\n| d |")))
    (row,) = [line for line in text.splitlines() if line.startswith("| patch")]
    assert row.replace(r"\|", "").count("|") == 5
