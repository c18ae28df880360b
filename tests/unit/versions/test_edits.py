"""The tables of docs/versions.md, computed from the code and compared with the page."""

from __future__ import annotations

import copy
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

import pytest
from semver import Version

from catalog.check.controls._control import Control
from catalog.check.registry import template_controls
from catalog.versions import Aspect, Difference, Level
from catalog.versions.change import RULES
from catalog.versions.gate import Gate, bumped
from tests.unit.versions.conftest import ROOT, TemplateVersion, edited
from tests.unit.versions.edit_rows import Edited
from tests.unit.versions.edits import EDITS

PAGE = ROOT / "docs" / "versions.md"
ACCESS = {
    Aspect.ACCESS_GAINED: "may now",
    Aspect.ACCESS_LOST: "may no longer",
    Aspect.ACCESS_CHANGED: "may under other conditions",
}


def controls(template: Mapping[str, Any]) -> Counter[str]:
    """The number of findings of our controls about a template, by id."""
    controls = (control() for control in template_controls())
    return Counter(control.id for control in controls if isinstance(control, Control) for _ in control.faults(template))


class Table:
    """The results of the rows, each computed once."""

    def __init__(self, key: Mapping[str, Any], examples: Mapping[str, Mapping[str, str]]) -> None:
        self.old = TemplateVersion("1.0.0", key)
        self.examples = examples
        self.before = controls(key)
        self.compared: dict[tuple[str, str], Difference] = {}
        self.news: dict[str, TemplateVersion] = {}

    def difference(self, edit: Edited) -> Difference:
        gate = self.gate(edit, Level.NONE)
        return gate.difference(self.old, gate.new)

    def gate(self, edit: Edited, level: Level) -> Gate:
        if edit.words not in self.news:
            self.news[edit.words] = TemplateVersion("", edited(self.old.template, edit.edit))
            assert self.news[edit.words].digest != self.old.digest
        new = copy.copy(self.news[edit.words])  # keeps the computed bytes and digest, which are slow
        object.__setattr__(new, "version", str(bumped(Version.parse("1.0.0"), level)))
        return Gate(new, (self.old,), examples=self.examples, compared=self.compared)

    def findings(self, edit: Edited) -> list[str]:
        """The findings that 1.0.0 does not have, for a version number that the verdict needs."""
        gate = self.gate(edit, self.difference(edit).verdict.level)
        ids = {*(controls(gate.new.template) - self.before), *(finding.id for finding in gate.findings())}
        return sorted(ids, key=lambda rule: (rule[1:], rule))


@pytest.fixture(scope="session")
def table(key: Mapping[str, Any], examples: Mapping[str, Mapping[str, str]]) -> Table:
    return Table(key, examples)


def test_the_table_has_at_least_thirty_different_edits() -> None:
    assert len(EDITS) >= 30
    assert len({edit.words for edit in EDITS}) == len(EDITS)


@pytest.mark.parametrize("edit", EDITS, ids=lambda edit: edit.words)
def test_the_verdict_and_the_findings_of_an_edit_are_as_listed(table: Table, edit: Edited) -> None:
    assert table.difference(edit).verdict.level.word == edit.verdict
    assert table.findings(edit) == list(edit.findings)


@pytest.mark.parametrize("edit", EDITS, ids=lambda edit: edit.words)
def test_a_version_bump_below_the_verdict_is_refused(table: Table, edit: Edited) -> None:
    asked = table.difference(edit).verdict.level
    for level in (Level.PATCH, Level.MINOR, Level.MAJOR):
        ids = {finding.id for finding in table.gate(edit, level).findings()}
        assert ("E9201" in ids) == (level < asked)


def why(difference: Difference) -> Iterator[str]:
    for change in difference.verdict.reasons:
        if change.aspect not in ACCESS:
            yield f"{change.aspect}: {change.reason}"


def access(difference: Difference) -> Iterator[str]:
    """The changes of access in words; principals with the same changes together."""
    for aspect, words in ACCESS.items():
        actions: dict[tuple[str, str], list[str]] = {}
        for change in difference.changes:
            if change.aspect is aspect:
                by = " by a grant" if "a grant may" in change.after["answer"] else ""
                for principal in change.after["principals"]:
                    listed = actions.setdefault((principal, by), [])
                    listed += [action for action in change.after["actions"] if action not in listed]
        alike: dict[tuple[str, ...], list[str]] = {}
        for (principal, by), listed in actions.items():
            alike.setdefault((by, *sorted(listed)), []).append(principal.replace("kms:*", "`kms:*`"))
        for (by, *listed), principals in alike.items():
            more = f" and {len(listed) - 3} more" if len(listed) > 3 else ""
            yield f"{'; '.join(principals)}: {words}{by} {', '.join(listed[:3])}{more}"


def edits_block(table: Table) -> str:
    lines = ["| # | edit | verdict | why | findings | access |", "|---|---|---|---|---|---|"]
    for number, edit in enumerate(EDITS, start=1):
        difference = table.difference(edit)
        reasons = list(dict.fromkeys(why(difference)))
        if any(change.aspect in ACCESS for change in difference.verdict.reasons):
            reasons += [RULES[change.aspect][1] for change in difference.verdict.reasons if change.aspect in ACCESS][:1]
        gained = list(dict.fromkeys(access(difference)))
        more = [f"and {len(gained) - 3} more"] if len(gained) > 3 else []
        cells = (
            str(number),
            edit.words,
            difference.verdict.level.word,
            "; ".join(reasons),
            ", ".join(table.findings(edit)) or "none",
            ". ".join([*gained[:3], *more]) or "as before",
        )
        lines.append(f"| {' | '.join(cells)} |")
    return "\n".join(lines)


def rules_block() -> str:
    lines = ["| what differs | needs | because |", "|---|---|---|"]
    lines += [f"| {aspect} | {level.word} | {reason} |" for aspect, (level, reason) in RULES.items()]
    return "\n".join(lines)


def block(page: str, name: str) -> re.Match[str]:
    match = re.search(rf"(<!-- {name} -->\n).*?(\n<!-- end of {name} -->)", page, flags=re.DOTALL)
    assert match, f"{PAGE} lacks the marks of {name}"
    return match


def test_the_page_says_what_the_code_does(table: Table, request: pytest.FixtureRequest) -> None:
    page = PAGE.read_text()
    expected = page
    for name, text in (("rules", rules_block()), ("edits", edits_block(table))):
        match = block(expected, name)
        expected = expected[: match.start()] + match[1] + text + match[2] + expected[match.end() :]
    if request.config.getoption("--update-golden"):
        PAGE.write_text(expected)
    assert PAGE.read_text() == expected, "run pytest --update-golden tests/unit/versions and read the diff"
