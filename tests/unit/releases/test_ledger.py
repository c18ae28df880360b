"""The ledger: it reads back, and every change after a release is an error with file and line."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from semver import Version

from catalog.content.config import Config, load_config
from catalog.errors import ContentError
from catalog.model.product import Guidance
from catalog.releases import Release, default_version, latest_release, load_releases
from catalog.releases.ledger import CONTROL, ledger_text
from catalog.releases.release import digest_of

PLACE = "products/releases/kms_key"


@pytest.fixture
def config(repository: Path) -> Config:
    return load_config(repository)


def release(version: str, **changes: object) -> Release:
    body = f"Description: {version}\nResources: {{}}\n".encode()
    fields = {
        "product": "kms_key",
        "version": version,
        "digest": digest_of(body),
        "date": date(2026, 11, 24),
        "notes": "",
        "guidance": Guidance.DEFAULT,
        "active": True,
        "body": body,
    }
    return Release(**{**fields, **changes})  # type: ignore[arg-type]


def write(config: Config, releases: list[Release]) -> Path:
    folder = config.root / PLACE
    shutil.rmtree(folder)
    folder.mkdir()
    for each in releases:
        (folder / f"{each.version}.yaml").write_bytes(each.body)
    (folder / "ledger.yaml").write_text(ledger_text("kms_key", releases), encoding="utf-8")
    return folder / "ledger.yaml"


def failure(config: Config) -> str:
    with pytest.raises(ContentError) as caught:
        load_releases(config, "kms_key")
    return str(caught.value)


def test_the_release_of_this_repository(config: Config, golden: object) -> None:
    (each, *_) = load_releases(config, "kms_key")
    assert (each.version, each.notes, each.guidance, each.active) == ("1.0.0", "First version.", "DEFAULT", True)
    assert each.date == date(2026, 11, 24)
    assert each.template["Resources"]["Key"]["Type"] == "AWS::KMS::Key"
    assert (config.root / PLACE / "ledger.yaml").read_text() == ledger_text("kms_key", load_releases(config, "kms_key"))


def test_a_product_without_releases_has_none(config: Config) -> None:
    shutil.rmtree(config.root / PLACE)
    assert load_releases(config, "kms_key") == ()


versions = st.builds(
    lambda parts: ".".join(map(str, parts)), st.tuples(*[st.integers(0, 12) | st.integers(0, 10**15)] * 3)
)
notes = st.text(max_size=80).filter(lambda text: not CONTROL.search(text))
some_releases = st.lists(
    st.builds(
        release,
        versions,
        notes=notes,
        guidance=st.sampled_from(Guidance),
        active=st.booleans(),
        date=st.dates(date(1000, 1, 1)),
    ),
    unique_by=lambda each: each.version,
    max_size=5,
)


@settings(deadline=None, max_examples=60)
@given(releases=some_releases)
def test_the_ledger_reads_back_in_order_of_precedence(
    tmp_path_factory: pytest.TempPathFactory, releases: list[Release]
) -> None:
    config = Config(tmp_path_factory.mktemp("repository"), "us", ("us-east-1",), "bucket")
    (config.root / PLACE).mkdir(parents=True)
    text = write(config, releases).read_text(encoding="utf-8")
    read = load_releases(config, "kms_key")
    assert sorted(read, key=lambda each: each.version) == sorted(releases, key=lambda each: each.version)
    parts = [tuple(map(int, each.version.split("."))) for each in read]
    assert parts == sorted(parts)
    assert ledger_text("kms_key", read) == text
    assert len(text.splitlines()) == len(ledger_text("kms_key", []).splitlines()) + 6 * len(releases)


@settings(deadline=None, max_examples=60)
@given(releases=some_releases)
def test_the_default_is_the_highest_that_can_be_launched(releases: list[Release]) -> None:
    chosen = default_version(releases)
    launchable = [each for each in releases if each.active and each.guidance == "DEFAULT"]
    assert (chosen is None) == (not launchable)
    assert chosen is None or all(Version.parse(each.version) <= Version.parse(chosen.version) for each in launchable)
    latest = latest_release(releases)
    assert latest is None or all(Version.parse(each.version) <= Version.parse(latest.version) for each in releases)


def test_a_pre_release_is_never_the_default() -> None:
    assert default_version([release("2.0.0-rc.1")]) is None
    chosen = default_version([release("1.9.0"), release("1.10.0"), release("2.0.0-dev.abc")])
    assert chosen is not None
    assert chosen.version == "1.10.0"


def test_an_edited_file_is_an_error_with_both_digests_and_a_hint(config: Config) -> None:
    file = config.root / PLACE / "1.0.0.yaml"
    expected = digest_of(file.read_bytes())
    file.write_bytes(file.read_bytes() + b"\n")
    text = failure(config)
    assert f"{PLACE}/ledger.yaml:9" in text
    assert f"{PLACE}/1.0.0.yaml was edited" in text
    assert expected in text
    assert digest_of(file.read_bytes()) in text
    assert "Restore the file" in text
    assert "catalog release kms_key" in text


def test_a_missing_template_is_an_error(config: Config) -> None:
    (config.root / PLACE / "1.0.0.yaml").unlink()
    text = failure(config)
    assert f"{PLACE}/ledger.yaml:8: {PLACE}/1.0.0.yaml cannot be read" in text
    assert "Restore it" in text


@pytest.mark.parametrize("name", ["1.1.0.yaml", "notes.txt", "old/1.0.0.yaml"])
def test_a_stray_file_is_an_error(config: Config, name: str) -> None:
    file = config.root / PLACE / name
    file.parent.mkdir(exist_ok=True)
    file.write_text("Resources: {}\n")
    text = failure(config)
    assert f"{PLACE}/{name.split('/')[0]} is not in the ledger" in text
    assert "run it again" in text


def test_a_template_without_a_ledger_is_an_error(config: Config) -> None:
    (config.root / PLACE / "ledger.yaml").unlink()
    assert "1.0.0.yaml is not in the ledger" in failure(config)


def test_a_ledger_of_another_form_is_an_error_and_hidden_files_are_ignored(config: Config) -> None:
    (config.root / PLACE / ".DS_Store").touch()
    assert load_releases(config, "kms_key")
    ledger = config.root / PLACE / "ledger.yaml"
    for text in ("", "[]\n", "releases: 1\n", "releases: []\nmore: 1\n"):
        ledger.write_text(text)
        assert "ledger.yaml:1: must be a mapping with the key releases" in failure(config)


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        (
            "    active: true",
            "    active: true\n    owner: me",
            ":14: unknown key 'owner'; allowed are version, sha256",
        ),
        ('    notes: "First version."\n', "", ":8: notes is missing"),
        ("version: 1.0.0", "version: 1.0", ":8: version must be MAJOR.MINOR.PATCH"),
        ("version: 1.0.0", "version: 01.0.0", ":8: version must be MAJOR.MINOR.PATCH"),
        ("version: 1.0.0", "version: 1.0.0+build", "without build metadata"),
        ("version: 1.0.0", "version: 1.0.0-rc.1", ":8: version must not be a pre-release"),
        ("version: 1.0.0", "version: " + "9" * 5000 + ".0.0", ":8: version must have 1 to 80 characters"),
        ("version: 1.0.0", "version: ../1.0.0", ":8: version must be MAJOR.MINOR.PATCH"),
        ("2026-11-24", "24.11.2026", ":10: date must be a date, YYYY-MM-DD, got '24.11.2026'"),
        ("2026-11-24", "2026-02-30", ":10: date must be a date"),
        ("2026-11-24", "20261124", ":10: date must be a date"),
        ('"First version."', "x" * 8001, ":11: notes must have 0 to 8000 characters"),
        ('"First version."', '"\\u0007"', ":11: notes must be text without control characters"),
        ('"First version."', "[a]", ":11: notes must be one value"),
        ("DEFAULT\n", "default\n", ":12: guidance must be DEFAULT or DEPRECATED, got 'default'"),
        ("active: true", "active: yes", ":13: active must be true or false, got 'yes'"),
        ("  - version", "  - 7\n  - version", ":8: must be a mapping"),
        ("    active: true\n", "    active: true\n    active: false\n", ":14"),
    ],
)
def test_a_wrong_entry_is_an_error_with_its_line(config: Config, old: str, new: str, words: str) -> None:
    ledger = config.root / PLACE / "ledger.yaml"
    text = ledger.read_text()
    assert old in text.split("releases:\n", 1)[1]
    head, entries = text.split("releases:\n", 1)
    ledger.write_text(f"{head}releases:\n{entries.replace(old, new, 1)}")
    assert words in failure(config)


@pytest.mark.parametrize("wrong", [str.upper, lambda digest: digest[1:], lambda digest: f"{digest}0"])
def test_a_wrong_digest_is_an_error_with_its_line(config: Config, wrong: Callable[[str], str]) -> None:
    ledger = config.root / PLACE / "ledger.yaml"
    ledger.write_text(re.sub(r"(?<=sha256: )\w+", lambda digest: wrong(digest[0]), ledger.read_text()))
    assert ":9: sha256 must be 64 hexadecimal digits" in failure(config)


def test_a_repeated_version_is_an_error(config: Config) -> None:
    ledger = config.root / PLACE / "ledger.yaml"
    head, entries = ledger.read_text().split("releases:\n", 1)
    ledger.write_text(f"{head}releases:\n{entries}{entries}")
    assert f"{PLACE}/ledger.yaml:14: version 1.0.0 is repeated" in failure(config)


def test_a_released_file_that_is_not_a_template_is_an_error(config: Config) -> None:
    broken = [
        release("1.0.0", body=b"[x", digest=digest_of(b"[x")),
        release("1.1.0", body=b"7", digest=digest_of(b"7")),
    ]
    write(config, broken)
    for each in load_releases(config, "kms_key"):
        with pytest.raises(ContentError, match=rf"products/releases/kms_key/{each.version}\.yaml.* is not a template"):
            assert each.template
