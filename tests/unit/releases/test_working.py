"""Unreleased changes in the working tree, and the name of their pre-release."""

from __future__ import annotations

from datetime import date

import pytest

from catalog.content.render import Rendered
from catalog.model.product import Guidance
from catalog.releases import Release, is_released, pre_release, remedy, unreleased
from catalog.releases.release import digest_of


def release(version: str, text: str = "") -> Release:
    body = (text or version).encode()
    return Release("p", version, digest_of(body), date(2026, 12, 1), "", Guidance.DEFAULT, True, body)


def working(version: str, text: str) -> Rendered:
    return Rendered("p", version, text.encode(), digest_of(text.encode()), {})


@pytest.mark.parametrize(
    ("version", "releases", "base"),
    [
        ("1.0.0", [], "1.0.0"),
        ("1.0.0", ["1.0.0"], "1.0.1"),
        ("1.0.0", ["1.0.0", "1.0.1", "1.1.0"], "1.0.2"),
        ("1.1.0", ["1.0.0"], "1.1.0"),
        ("2.0.0-rc.1", ["1.0.0"], "2.0.0"),
        ("1.0.0", ["1.0.0", "2.0.0"], "1.0.1"),
    ],
)
def test_a_pre_release_has_the_next_version(version: str, releases: list[str], base: str) -> None:
    named = pre_release(working(version, "new"), [release(each) for each in releases])
    assert named is not None
    assert named.version == f"{base}-dev.{digest_of(b'new')[7:19]}"
    assert named.body == b"new"


def test_a_released_template_has_no_pre_release() -> None:
    releases = [release("1.0.0", "old"), release("1.1.0", "new")]
    assert is_released(working("1.1.0", "new"), releases)
    assert pre_release(working("1.1.0", "new"), releases) is None
    assert unreleased(working("1.1.0", "new"), releases) == ""


def test_another_version_number_alone_makes_no_pre_release() -> None:
    assert pre_release(working("1.1.0", "old"), [release("1.0.0", "old")]) is None
    assert "version 1.1.0 of products/p.py" in unreleased(working("1.1.0", "old"), [release("1.0.0", "old")])


def test_unreleased_changes_are_described_with_the_remedy() -> None:
    edited, releases = working("1.0.0", "new"), [release("1.0.0", "old")]
    assert unreleased(edited, releases) == (
        f"products/p.py renders {digest_of(b'new')}, but release 1.0.0 is {digest_of(b'old')}"
    )
    assert (
        remedy("p", edited.version, releases, "products/p.py")
        == "raise the version in products/p.py, then run `catalog release p`"
    )
    raised = working("1.1.0", "new")
    assert "is not released; the latest release is 1.0.0" in unreleased(raised, releases)
    assert remedy("p", raised.version, releases, "products/p.py") == "run `catalog release p`"
    assert "is not released; no version is" in unreleased(raised, [])
