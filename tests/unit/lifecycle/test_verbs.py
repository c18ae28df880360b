"""The verbs over any ledger: whatever is typed, people have one default version, and the file stays what it was."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

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
    found = []
    for text in states:
        version, _, state = text.partition(":")
        found.append(release(version, "active" if state == "promoted" else state, default=state == "promoted"))
    return in_order(found)


def shown(found: Sequence[Release]) -> list[str]:
    """The inverse of `releases`."""
    words = []
    for one in found:
        state = "inactive" if not one.active else "deprecated" if one.guidance is Guidance.DEPRECATED else ""
        words.append(f"{one.version}:{state or 'promoted' if one.default or state else ''}".rstrip(":"))
    return words


def name_of(found: Sequence[Release]) -> str:
    default = default_version(found)
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
        # A mark outlives what happens to others: who promoted a version did not promote the next one.
        ("1.0.0:promoted 1.1.0", (deprecate, "1.1.0"), "1.0.0:promoted 1.1.0:deprecated", "1.0.0"),
        ("1.0.0:promoted 1.1.0:deprecated", (reactivate, "1.1.0"), "1.0.0:promoted 1.1.0", "1.0.0"),
        ("1.0.0 1.1.0", (rollback, ""), "1.0.0 1.1.0:deprecated", "1.0.0"),
        ("1.0.0 1.1.0 2.0.0", (rollback, "1.0.0"), "1.0.0 1.1.0:deprecated 2.0.0:deprecated", "1.0.0"),
        # What was taken back is not where the next one goes.
        ("1.0.0 1.1.0:deprecated 1.1.1", (rollback, ""), "1.0.0 1.1.0:deprecated 1.1.1:deprecated", "1.0.0"),
        ("1.0.0:inactive 1.1.0", (rollback, "1.0.0"), "1.0.0 1.1.0:deprecated", "1.0.0"),
        ("1.0.0 1.1.0:promoted 1.2.0", (rollback, "1.0.0"), "1.0.0 1.1.0:deprecated 1.2.0:deprecated", "1.0.0"),
        ("1.0.0 1.1.0:promoted 1.2.0", (rollback, "1.1.0"), "1.0.0 1.1.0 1.2.0:deprecated", "1.1.0"),
        # Nobody could launch anything: every verb that gives a version back is a way out.
        ("1.0.0:deprecated", (reactivate, "1.0.0"), "1.0.0", "1.0.0"),
        ("1.0.0:inactive 1.1.0:deprecated", (rollback, "1.1.0"), "1.0.0:inactive 1.1.0", "1.1.0"),
    ],
)  # fmt: skip
def test_what_a_verb_does(before: str, edit: tuple[object, str], after: str, default: str) -> None:
    verb, version = edit
    found = verb("key", releases(*before.split()), version)  # type: ignore[operator]
    assert " ".join(shown(found.after)) == after
    assert found.defaults == (name_of(releases(*before.split())), default)
    assert found.differs == (before != after)


@pytest.mark.parametrize(
    ("before", "edit", "words"),
    [
        (["1.0.0"], (deprecate, "1.0.0"), "deprecating 1.0.0 would leave key without a version that people can launch"),
        (["1.0.0"], (retire, "1.0.0"), "retiring 1.0.0 would leave key without a version that people can launch"),
        (["1.0.0", "1.1.0:deprecated"], (retire, "1.0.0"), "`catalog reactivate key VERSION` for another"),
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
def test_what_a_verb_refuses(before: list[str], edit: tuple[object, str], words: str) -> None:
    verb, version = edit
    with pytest.raises(ContentError) as caught:
        verb("key", releases(*before), version)  # type: ignore[operator]
    assert words in str(caught.value)


versions = st.builds("{}.{}.{}".format, st.integers(1, 3), st.integers(0, 3), st.integers(0, 2))


@st.composite
def ledgers(draw: st.DrawFn) -> tuple[Release, ...]:
    names = draw(st.lists(versions, unique=True, min_size=1, max_size=6))
    states = st.sampled_from(["active", "active", "deprecated", "inactive"])
    found = in_order([release(name, draw(states)) for name in names])
    launchable = [one for one in found if one.launchable]
    if launchable and draw(st.booleans()):
        marked = draw(st.sampled_from(launchable))
        found = tuple(replace(one, default=one is marked) for one in found)
    return found


steps = st.lists(st.tuples(st.sampled_from(sorted(VERBS)), st.integers(0, 6)), max_size=12)


def apply(found: tuple[Release, ...], verb: str, number: int) -> Edit | None:
    """One step of a random walk; None when it is refused."""
    names = ["", *(one.version for one in found)]
    version = names[number % len(names)]
    if not version and verb != "rollback":
        version = found[0].version
    try:
        return VERBS[verb]("key", found, version)
    except ContentError:
        return None


@given(found=ledgers(), walk=steps)
def test_any_sequence_of_verbs_keeps_one_default_that_people_can_launch(
    found: tuple[Release, ...], walk: list[tuple[str, int]]
) -> None:
    identity = [(one.version, one.digest, one.date, one.notes, one.body) for one in found]
    text = ledger_text("key", found)
    had_default = default_version(found) is not None
    for verb, number in walk:
        edit = apply(found, verb, number)
        if edit is None:
            continue
        found, text = edit.after, edited(text, "key", edit.after)
        had_default = True
        assert edit.before != edit.after or not edit.changes
        # The file says the same as the releases, in its one form, and the order never moves.
        assert text == ledger_text("key", found)
        assert [(one.version, one.digest, one.date, one.notes, one.body) for one in found] == identity
        assert sum(one.default for one in found) <= 1
    default = default_version(found)
    assert (default is not None) == had_default
    if default:
        assert default.active
        assert default.guidance is not Guidance.DEPRECATED
        marked = [one for one in found if one.default]
        assert marked in ([], [default])


@given(found=ledgers(), walk=steps)
def test_a_ledger_of_somebodys_own_style_keeps_it(found: tuple[Release, ...], walk: list[tuple[str, int]]) -> None:
    lines = ["# Ours.\r\n"]
    if marked := [one.version for one in found if one.default]:
        lines.append(f"default:   '{marked[0]}'   # why\r\n")
    lines.append("releases: # all of them\r\n")
    for one in found[::-1]:
        lines.append(
            f"- {{active: {str(one.active).lower()}, version: '{one.version}', notes: \"a: b # c\",\r\n"
            f'   guidance: "{one.guidance.value}", sha256: x, date: y}} # {one.version}\r\n'
        )
    text = "".join(lines)
    for verb, number in walk:
        if edit := apply(found, verb, number):
            before, found, text = text, edit.after, edited(text, "key", edit.after)
            assert read(text) == editable_values(found)
            assert text.count("#") >= before.count("#") - 1  # only the line of a default goes, with what stands on it
    assert text.startswith("# Ours.\r\n")
    assert "releases: # all of them\r\n" in text
    for one in found:
        assert f"date: y}} # {one.version}\r\n" in text


def test_a_ledger_in_one_flow_mapping_is_written_anew_when_it_must_be() -> None:
    found = releases("1.0.0", "1.1.0")
    entries = ", ".join(f"{{version: {one.version}, guidance: DEFAULT, active: true}}" for one in found)
    text = f"{{releases: [{entries}]}}"
    assert edited(text, "key", deprecate("key", found, "1.0.0").after) == text.replace("DEFAULT", "DEPRECATED", 1)
    promoted = promote("key", found, "1.0.0").after
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
        ),  # not over a MAJOR when there is another way
        (["1.0.0:deprecated", "1.1.0:promoted", "1.2.0"], "1.0.0", "1.1.0"),
        (["1.0.0", "1.1.0:deprecated", "2.0.0"], "1.1.0", "2.0.0"),
        (["1.0.0:deprecated", "2.0.0"], "1.0.0", "2.0.0"),
        (["1.0.0:deprecated"], "1.0.0", ""),
    ],
)
def test_what_to_use_instead_of_a_deprecated_version(states: list[str], version: str, expected: str) -> None:
    found = releases(*states)
    (one,) = [each for each in found if each.version == version]
    better = successor(one, found)
    assert (better.version if better else "") == expected
    words = f"Deprecated: use {expected}. Notes." if expected else "Deprecated. Notes."
    assert description(one, found) == words


@given(found=ledgers())
def test_only_deprecated_versions_that_people_see_are_described_anew(found: tuple[Release, ...]) -> None:
    for one in found:
        text = description(one, found)
        assert text.endswith(one.notes)
        assert (text == one.notes) == (one.guidance is Guidance.DEFAULT or not one.active)
        better = successor(one, found)
        assert better is None or better.launchable


def test_the_longest_notes_fit_into_a_description_of_aws() -> None:
    long = "1." + "9" * 76 + ".0"
    found = in_order([replace(release(long, "deprecated"), notes="x" * 8000), release(long[:-1] + "1")])
    text = f"{description(found[0], found)} [{found[0].digest}]"
    assert len(long) == 80
    assert len(text) <= 8192


def test_the_line_of_the_default_is_yaml() -> None:
    text = ledger_text("key", releases("1.0.0:promoted", "1.1.0"))
    assert yaml.safe_load(text)["default"] == "1.0.0"
