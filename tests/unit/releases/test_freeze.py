"""Releasing: the allowed version numbers, and recovery after an interruption."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from semver import Version

from catalog.content.config import Config, load_config
from catalog.content.render import Rendered
from catalog.errors import ContentError
from catalog.model.product import Guidance
from catalog.releases import Release, draft_release, load_releases
from catalog.releases.freeze import check_order, write
from catalog.releases.release import digest_of, in_order
from tests.releasing import edit_ledger

DAY = date(2026, 12, 1)
PLACE = Path("products/releases/kms_key")


@pytest.fixture
def config(repository: Path) -> Config:
    return load_config(repository)


def rendered(version: str, text: str = "a") -> Rendered:
    body = f"Resources: {{{text}: {{Type: 'AWS::SNS::Topic'}}}}\n".encode()
    return Rendered("kms_key", version, body, digest_of(body), {})


def released(*versions: str) -> tuple[Release, ...]:
    return in_order([Release("p", each, "", DAY, "", Guidance.DEFAULT, True, b"") for each in versions])


def test_a_release_adds_its_template_and_one_entry_only(config: Config) -> None:
    ledger = config.root / PLACE / "ledger.yaml"
    edit_ledger(config.root, "guidance: DEFAULT", "guidance: DEPRECATED")
    before = ledger.read_text()
    draft = draft_release(config, rendered("1.1.0"), 'With "quotes", ümläuts\nand two lines.', DAY)
    draft.freeze()
    assert ledger.read_text().startswith(before)
    assert ledger.read_text().removeprefix(before).splitlines() == [
        "  - version: 1.1.0",
        f"    sha256: {draft.release.digest.removeprefix('sha256:')}",
        "    date: 2026-12-01",
        '    notes: "With \\"quotes\\", ümläuts\\nand two lines."',
        "    guidance: DEFAULT",
        "    active: true",
    ]
    old, new = load_releases(config, "kms_key")
    assert (old.version, old.guidance) == ("1.0.0", "DEPRECATED")
    assert new == draft.release
    assert new.body == rendered("1.1.0").body
    assert sorted(file.name for file in (config.root / PLACE).iterdir()) == ["1.0.0.yaml", "1.1.0.yaml", "ledger.yaml"]


def test_the_same_release_again_changes_nothing(config: Config) -> None:
    draft_release(config, rendered("1.1.0"), "", DAY).freeze()
    edit_ledger(config.root, '    date: 2026-12-01\n    notes: ""', '    notes: "By hand."\n    date: 2026-12-01 # so')
    text = (config.root / PLACE / "ledger.yaml").read_text()
    again = draft_release(config, rendered("1.1.0"), "Other notes.", date(2027, 1, 1))
    assert again.done
    assert again.release.notes == "By hand."
    again.freeze()
    assert (config.root / PLACE / "ledger.yaml").read_text() == text


def test_a_released_version_with_another_template_is_refused(config: Config) -> None:
    first = draft_release(config, rendered("1.1.0"), "", DAY)
    first.freeze()
    with pytest.raises(ContentError) as caught:
        draft_release(config, rendered("1.1.0", "b"), "", DAY)
    assert first.release.digest in str(caught.value)
    assert rendered("1.1.0", "b").digest in str(caught.value)
    assert "Raise the version in products/kms_key.py" in str(caught.value)


@pytest.mark.parametrize(
    ("version", "existing"),
    [
        ("0.0.1", []),
        ("1.0.1", ["1.0.0"]),
        ("2.0.0", ["1.0.0", "1.9.0"]),
        ("1.10.0", ["1.9.0"]),
        ("1.0.2", ["1.0.0", "1.0.1", "1.1.0", "2.0.0"]),
        ("1.1.1", ["1.0.0", "1.1.0", "2.0.0"]),
    ],
)
def test_versions_that_can_be_released(version: str, existing: list[str]) -> None:
    check_order("p", version, released(*existing), "products/p.py")


@pytest.mark.parametrize(
    ("version", "existing", "words"),
    [
        ("0.9.0", ["1.0.0"], "lower than 1.0.0, which is released"),
        ("1.2.0", ["1.0.0", "1.1.0", "2.0.0"], "above 2.0.0, or the next patch of an older line: 1.0.1, 1.1.1, 2.0.1"),
        ("1.0.1", ["1.0.0", "1.0.2", "2.0.0"], "lower than 1.0.2"),
        ("1.1.0-rc.1", ["1.0.0"], "a pre-release, which cannot be released"),
        ("2.0.0-dev.3fa9", [], "Set the version to 2.0.0"),
    ],
)
def test_versions_that_cannot_be_released(version: str, existing: list[str], words: str) -> None:
    with pytest.raises(ContentError) as caught:
        check_order("p", version, released(*existing), "products/p.py")
    assert words in str(caught.value)
    assert "products/p.py" in str(caught.value)


numbers = st.tuples(*[st.integers(0, 3)] * 3).map(lambda parts: ".".join(map(str, parts)))


@settings(max_examples=200)
@given(st.lists(numbers, max_size=12, unique=True))
def test_any_order_of_releases_keeps_lines_growing_and_new_lines_newest(wanted: list[str]) -> None:
    done: list[Version] = []
    for text in wanted:
        try:
            check_order("p", text, released(*map(str, done)), "products/p.py")
        except ContentError:
            assert any(Version.parse(text) < each for each in done)
            continue
        version = Version.parse(text)
        line = [each for each in done if (each.major, each.minor) == (version.major, version.minor)]
        assert all(each < version for each in line or done)
        done.append(version)


def test_an_interrupted_release_is_reported_and_completed_by_the_next_run(config: Config) -> None:
    draft = draft_release(config, rendered("1.1.0"), "", DAY)
    write(config, draft.files[0], draft.release.body)  # then the run is interrupted
    with pytest.raises(ContentError) as caught:
        load_releases(config, "kms_key")
    assert f"{PLACE}/1.1.0.yaml is not in the ledger" in str(caught.value)
    assert "if `catalog release kms_key` was interrupted, run it again" in str(caught.value)
    draft_release(config, rendered("1.1.0"), "", DAY).freeze()
    assert [each.version for each in load_releases(config, "kms_key")] == ["1.0.0", "1.1.0"]


def test_partial_files_are_not_releases(config: Config) -> None:
    for name in (".1.1.0.yaml.partial", ".ledger.yaml.partial"):
        (config.root / PLACE / name).write_text("half")
    assert [each.version for each in load_releases(config, "kms_key")] == ["1.0.0"]
    draft_release(config, rendered("1.1.0"), "", DAY).freeze()
    assert not list((config.root / PLACE).glob(".*"))


def test_a_file_that_is_not_in_the_ledger_is_not_overwritten(config: Config) -> None:
    """A merge may have lost the entry in the ledger, and people may have launched this template."""
    body = config.root / PLACE / "1.1.0.yaml"
    body.write_text("Resources: {}\n")
    with pytest.raises(ContentError, match="is not in the ledger, and differs from what"):
        draft_release(config, rendered("1.1.0"), "", DAY)
    assert body.read_text() == "Resources: {}\n"


def test_an_edited_release_stops_the_next_release(config: Config) -> None:
    (config.root / PLACE / "1.0.0.yaml").write_text("Resources: {}\n")
    with pytest.raises(ContentError, match="was edited"):
        draft_release(config, rendered("1.1.0"), "", DAY)


def test_a_file_that_cannot_be_written_is_an_error(config: Config) -> None:
    (config.root / "products" / "releases" / "other").write_text("a file where a folder should be")
    each = Rendered("other", "1.0.0", b"{}", digest_of(b"{}"), {})
    with pytest.raises(ContentError, match=r"products/releases/other/1\.0\.0\.yaml: cannot be written"):
        draft_release(config, each, "", DAY).freeze()
    (config.root / PLACE / "1.1.0.yaml").mkdir()
    with pytest.raises(ContentError, match=r"kms_key/1\.1\.0\.yaml: cannot be written"):
        draft_release(config, rendered("1.1.0"), "", DAY).freeze()
    assert not list((config.root / PLACE).glob(".*"))


@pytest.mark.parametrize("notes", ["x" * 8001, "bell \a", "half \ud800"])
def test_notes_that_aws_would_reject_are_an_error(config: Config, notes: str) -> None:
    with pytest.raises(ContentError, match=r"kms_key 1\.1\.0: notes must"):
        draft_release(config, rendered("1.1.0"), notes, DAY)
