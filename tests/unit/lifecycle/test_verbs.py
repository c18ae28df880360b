"""The lifecycle commands on any ledger: there is always one default version, and the file keeps its style."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from catalog.errors import ContentError
from catalog.lifecycle.verbs import VERBS, Edit, deprecate, promote, reactivate, retire, rollback
from catalog.model.product import Guidance
from catalog.releases import Release, default_version, description, in_order
from catalog.releases.edit import editable_values, edited, read
from catalog.releases.ledger import ledger_text
from catalog.releases.release import digest_of, successor


def release(version: str, state: str = "active", *, default: bool = False) -> Release:
    body = f"Description: {version}\nResources: {{}}\n".encode()
    guidance = Guidance.DEPRECATED if state == "deprecated" else Guidance.DEFAULT
    return Release(
        "key", version, digest_of(body), date(2026, 1, 1), "Notes.", guidance, state != "inactive", body, default
    )


def releases(*states: str) -> tuple[Release, ...]:
    """`1.0.0`, `1.1.0:deprecated`, `1.0.0:promoted`."""
    ledger = []
    for text in states:
        version, _, state = text.partition(":")
        ledger.append(release(version, "active" if state == "promoted" else state, default=state == "promoted"))
    return in_order(ledger)


def shown(ledger: Sequence[Release]) -> list[str]:
    """The inverse of `releases`."""
    words = []
    for each in ledger:
        state = "inactive" if not each.active else "deprecated" if each.guidance is Guidance.DEPRECATED else ""
        words.append(f"{each.version}:{state or 'promoted' if each.default or state else ''}".rstrip(":"))
    return words


def name_of(ledger: Sequence[Release]) -> str:
    default = default_version(ledger)
    return default.version if default else ""


@pytest.mark.parametrize(
    ("before", "edit", "after", "default"),
    [
        ("1.0.0 1.1.0", (deprecate, "1.0.0"), "1.0.0:deprecated 1.1.0", "1.1.0"),
        ("1.0.0 1.1.0", (deprecate, "1.1.0"), "1.0.0 1.1.0:deprecated", "1.0.0"),
        ("1.0.0 1.1.0", (retire, "1.1.0"), "1.0.0 1.1.0:inactive", "1.0.0"),
        ("1.0.0 1.1.0:deprecated", (retire, "1.1.0"), "1.0.0 1.1.0:inactive", "1.0.0"),
        ("1.0.0 1.1.0:inactive", (reactivate, "1.1.0"), "1.0.0 1.1.0", "1.1.0"),
        ("1.0.0 1.1.0:deprecated", (reactivate, "1.1.0"), "1.0.0 1.1.0", "1.1.0"),
        ("1.0.0 1.1.0", (promote, "1.0.0"), "1.0.0:promoted 1.1.0", "1.0.0"),
        ("1.0.0:promoted 1.1.0", (promote, "1.1.0"), "1.0.0 1.1.0", "1.1.0"),
        ("1.0.0:promoted 1.1.0 1.2.0", (promote, "1.1.0"), "1.0.0 1.1.0:promoted 1.2.0", "1.1.0"),
        ("1.0.0:promoted 1.1.0", (deprecate, "1.0.0"), "1.0.0:deprecated 1.1.0", "1.1.0"),
        ("1.0.0:promoted 1.1.0", (retire, "1.0.0"), "1.0.0:inactive 1.1.0", "1.1.0"),
        # The mark stays when other versions change: a promoted version stays the default.
        ("1.0.0:promoted 1.1.0", (deprecate, "1.1.0"), "1.0.0:promoted 1.1.0:deprecated", "1.0.0"),
        ("1.0.0:promoted 1.1.0:deprecated", (reactivate, "1.1.0"), "1.0.0:promoted 1.1.0", "1.0.0"),
        ("1.0.0 1.1.0", (rollback, ""), "1.0.0 1.1.0:deprecated", "1.0.0"),
        ("1.0.0 1.1.0 2.0.0", (rollback, "1.0.0"), "1.0.0 1.1.0:deprecated 2.0.0:deprecated", "1.0.0"),
        # The next rollback skips a version that was rolled back.
        ("1.0.0 1.1.0:deprecated 1.1.1", (rollback, ""), "1.0.0 1.1.0:deprecated 1.1.1:deprecated", "1.0.0"),
        ("1.0.0:inactive 1.1.0", (rollback, "1.0.0"), "1.0.0 1.1.0:deprecated", "1.0.0"),
        ("1.0.0 1.1.0:promoted 1.2.0", (rollback, "1.0.0"), "1.0.0 1.1.0:deprecated 1.2.0:deprecated", "1.0.0"),
        ("1.0.0 1.1.0:promoted 1.2.0", (rollback, "1.1.0"), "1.0.0 1.1.0 1.2.0:deprecated", "1.1.0"),
        # Nothing can be launched: every command that makes a version launchable helps.
        ("1.0.0:deprecated", (reactivate, "1.0.0"), "1.0.0", "1.0.0"),
        ("1.0.0:inactive 1.1.0:deprecated", (rollback, "1.1.0"), "1.0.0:inactive 1.1.0", "1.1.0"),
    ],
)  # fmt: skip
def test_the_edit_of_each_command(before: str, edit: tuple[Callable[..., Any], str], after: str, default: str) -> None:
    verb, version = edit
    ledger = verb("key", releases(*before.split()), version)
    assert " ".join(shown(ledger.after)) == after
    assert ledger.defaults == (name_of(releases(*before.split())), default)
    assert ledger.differs == (before != after)


@pytest.mark.parametrize(
    ("before", "edit", "words"),
    [
        (["1.0.0"], (deprecate, "1.0.0"), "deprecating 1.0.0 would leave key without a version that people can launch"),
        (["1.0.0"], (retire, "1.0.0"), "retiring 1.0.0 would leave key without a version that people can launch"),
        (["1.0.0", "1.1.0:deprecated"], (retire, "1.0.0"), "or run `catalog reactivate key 1.1.0`"),
        (["1.0.0"], (retire, "1.0"), "unknown version '1.0' of key; released: 1.0.0"),
        ([], (promote, "1.0.0"), "unknown version '1.0.0' of key; released: none"),
        (["1.0.0:deprecated", "1.1.0"], (promote, "1.0.0"), "key 1.0.0 is deprecated; the default must be"),
        (["1.0.0:inactive", "1.1.0"], (promote, "1.0.0"), "key 1.0.0 is inactive"),
        (["1.0.0"], (rollback, ""), "no release below the default version 1.0.0 that people can launch"),
        (
            ["1.0.0:deprecated", "1.1.0"],
            (rollback, ""),
            "Name the version to go back to: `catalog rollback key VERSION`",
        ),
        (["1.0.0:deprecated"], (rollback, ""), "no default version"),
        (["1.0.0:promoted", "1.1.0"], (rollback, "1.1.0"), "key 1.1.0 is above the default version 1.0.0"),
    ],
)
def test_edits_that_are_refused(before: list[str], edit: tuple[Callable[..., Any], str], words: str) -> None:
    verb, version = edit
    with pytest.raises(ContentError) as caught:
        verb("key", releases(*before), version)
    assert words in str(caught.value)


versions = st.builds("{}.{}.{}".format, st.integers(1, 3), st.integers(0, 3), st.integers(0, 2))


@st.composite
def ledgers(draw: st.DrawFn) -> tuple[Release, ...]:
    names = draw(st.lists(versions, unique=True, min_size=1, max_size=6))
    states = st.sampled_from(["active", "active", "deprecated", "inactive"])
    ledger = in_order([release(name, draw(states)) for name in names])
    launchable = [each for each in ledger if each.launchable]
    if launchable and draw(st.booleans()):
        marked = draw(st.sampled_from(launchable))
        ledger = tuple(replace(each, default=each is marked) for each in ledger)
    return ledger


steps = st.lists(st.tuples(st.sampled_from(sorted(VERBS)), st.integers(0, 6)), max_size=12)


def apply(ledger: tuple[Release, ...], verb: str, number: int) -> Edit | None:
    """One step of a random walk; None if it is refused."""
    names = ["", *(each.version for each in ledger)]
    version = names[number % len(names)]
    if not version and verb != "rollback":
        version = ledger[0].version
    try:
        return VERBS[verb]("key", ledger, version)
    except ContentError:
        return None


@given(ledger=ledgers(), walk=steps)
def test_any_sequence_of_commands_keeps_a_default_that_people_can_launch(
    ledger: tuple[Release, ...], walk: list[tuple[str, int]]
) -> None:
    identity = [(each.version, each.digest, each.date, each.notes, each.body) for each in ledger]
    text = ledger_text("key", ledger)
    had_default = default_version(ledger) is not None
    for verb, number in walk:
        edit = apply(ledger, verb, number)
        if edit is None:
            continue
        ledger, text = edit.after, edited(text, "key", edit.after)
        had_default = True
        assert edit.before != edit.after or not edit.changes
        # The file has the values of the releases, and the order stays.
        assert text == ledger_text("key", ledger)
        assert [(each.version, each.digest, each.date, each.notes, each.body) for each in ledger] == identity
        assert sum(each.default for each in ledger) <= 1
    default = default_version(ledger)
    assert (default is not None) == had_default
    if default:
        assert default.active
        assert default.guidance is not Guidance.DEPRECATED
        marked = [each for each in ledger if each.default]
        assert marked in ([], [default])


@given(ledger=ledgers(), walk=steps)
def test_a_ledger_keeps_its_style_and_comments(ledger: tuple[Release, ...], walk: list[tuple[str, int]]) -> None:
    lines = ["# Ours.\r\n"]
    if marked := [each.version for each in ledger if each.default]:
        lines.append(f"default:   '{marked[0]}'   # why\r\n")
    lines.append("releases: # all of them\r\n")
    for each in ledger[::-1]:
        lines.append(
            f"- {{active: {str(each.active).lower()}, version: '{each.version}', notes: \"a: b # c\",\r\n"
            f'   guidance: "{each.guidance.value}", sha256: x, date: y}} # {each.version}\r\n'
        )
    text = "".join(lines)
    for verb, number in walk:
        if edit := apply(ledger, verb, number):
            before, ledger, text = text, edit.after, edited(text, "key", edit.after)
            assert read(text) == editable_values(ledger)
            assert text.count("#") >= before.count("#") - 1  # only the line of a default is removed, with its comment
    assert text.startswith("# Ours.\r\n")
    assert "releases: # all of them\r\n" in text
    for each in ledger:
        assert f"date: y}} # {each.version}\r\n" in text


def test_a_flow_mapping_is_rewritten_in_the_canonical_form_if_needed() -> None:
    ledger = releases("1.0.0", "1.1.0")
    entries = ", ".join(f"{{version: {each.version}, guidance: DEFAULT, active: true}}" for each in ledger)
    text = f"{{releases: [{entries}]}}"
    assert edited(text, "key", deprecate("key", ledger, "1.0.0").after) == text.replace("DEFAULT", "DEPRECATED", 1)
    promoted = promote("key", ledger, "1.0.0").after
    assert edited(text, "key", promoted) == ledger_text("key", promoted)


@pytest.mark.parametrize(
    ("states", "version", "expected"),
    [
        (["1.0.0:deprecated", "1.1.0"], "1.0.0", "1.1.0"),
        (["1.0.0", "1.1.0:deprecated"], "1.1.0", "1.0.0"),  # rolled back
        (
            ["1.0.0:deprecated", "1.1.0", "1.2.0", "2.0.0"],
            "1.0.0",
            "1.2.0",
        ),  # no other MAJOR if there is a version with the same
        (["1.0.0:deprecated", "1.1.0:promoted", "1.2.0"], "1.0.0", "1.1.0"),
        (["1.0.0", "1.1.0:deprecated", "2.0.0"], "1.1.0", "2.0.0"),
        (["1.0.0:deprecated", "2.0.0"], "1.0.0", "2.0.0"),
        (["1.0.0:deprecated"], "1.0.0", ""),
    ],
)
def test_what_to_use_instead_of_a_deprecated_version(states: list[str], version: str, expected: str) -> None:
    ledger = releases(*states)
    (each,) = [each for each in ledger if each.version == version]
    better = successor(each, ledger)
    assert (better.version if better else "") == expected
    words = f"Deprecated: use {expected}. Notes." if expected else "Deprecated. Notes."
    assert description(each, ledger) == words


@given(ledger=ledgers())
def test_only_visible_deprecated_versions_get_advice(ledger: tuple[Release, ...]) -> None:
    for each in ledger:
        text = description(each, ledger)
        assert text.endswith(each.notes)
        assert (text == each.notes) == (each.guidance is Guidance.DEFAULT or not each.active)
        better = successor(each, ledger)
        assert better is None or better.launchable


def test_the_longest_notes_fit_into_a_description() -> None:
    long = "1." + "9" * 76 + ".0"
    ledger = in_order([replace(release(long, "deprecated"), notes="x" * 8000), release(long[:-1] + "1")])
    text = f"{description(ledger[0], ledger)} [{ledger[0].digest}]"
    assert len(long) == 80
    assert len(text) <= 8192


def test_the_line_of_the_default_is_yaml() -> None:
    text = ledger_text("key", releases("1.0.0:promoted", "1.1.0"))
    assert yaml.safe_load(text)["default"] == "1.0.0"
