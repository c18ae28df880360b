"""G7: the name of a version in AWS, which can differ from its number."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from catalog.content.config import Config, load_config
from catalog.errors import ContentError
from catalog.model.product import Guidance
from catalog.model.version import check_artifact_name, parse_version, version_in_name
from catalog.provisioning.lookup import find_version
from catalog.publishing.version_differences import highest_below
from catalog.releases import Release, default_version, description, draft_release, find_release, load_releases
from catalog.releases.ledger import ledger_text
from catalog.releases.release import digest_of, without_advice
from tests.unit.releases.test_freeze import DAY, rendered

FOLDER = "products/releases/kms_key"


def release(version: str, name: str = "", guidance: Guidance = Guidance.DEFAULT) -> Release:
    body = f"Description: {version}\nResources: {{}}\n".encode()
    return Release("kms_key", version, digest_of(body), date(2026, 11, 24), "Notes.", guidance, True, body, name=name)


@pytest.fixture
def config(repository: Path) -> Config:
    return load_config(repository)


def write(config: Config, text: str, *releases: Release) -> None:
    folder = config.root / FOLDER
    for file in folder.iterdir():
        file.unlink()
    for each in releases:
        (folder / f"{each.version}.yaml").write_bytes(each.body)
    (folder / "ledger.yaml").write_text(text, encoding="utf-8")


def test_names_read_back_and_order_goes_by_version(config: Config) -> None:
    listed = [release("2.0.0", "alpha"), release("1.10.0"), release("1.9.0", "v1.9"), release("0.1.0", "first one: é")]
    write(config, ledger_text("kms_key", listed), *listed)
    loaded = load_releases(config, "kms_key")
    assert [each.version for each in loaded] == ["0.1.0", "1.9.0", "1.10.0", "2.0.0"]
    assert [each.published_name for each in loaded] == ["first one: é", "v1.9", "1.10.0", "alpha"]
    assert default_version(loaded) == loaded[-1]
    assert find_release(loaded, "v1.9") is find_release(loaded, "1.9.0") is loaded[1]
    assert find_release(loaded, "") is None


def test_a_ledger_without_names_is_written_as_before() -> None:
    assert "name" not in ledger_text("kms_key", [release("1.0.0")]).replace("notes", "")


@settings(max_examples=50)
@given(st.text(st.characters(exclude_categories=("Cs", "Cc")), min_size=1, max_size=60))
def test_every_name_that_is_accepted_reads_back(name: str) -> None:
    try:
        check_artifact_name("name", name, "1.0.0")
    except ContentError:
        return
    import yaml

    text = ledger_text("kms_key", [release("1.0.0", "" if name == "1.0.0" else name)])
    (entry,) = yaml.safe_load(text)["releases"]
    assert entry.get("name", "1.0.0") == name


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("v1/2", "must be text without slashes"),
        ("' v1'", "must be text without slashes"),
        ("2.0.0", "must be 1.0.0 or no semantic version"),
        ("1.0.0-rc.1", "must be 1.0.0 or no semantic version"),
        ("''", "name must have 1 to 100 characters"),
        (f"v{'1' * 100}", "name must have 1 to 100 characters"),
        ("[v1]", "name must be one value"),
    ],
)
def test_a_wrong_name_is_an_error_with_its_line(config: Config, name: str, words: str) -> None:
    one = release("1.0.0", "v1")
    text = ledger_text("kms_key", [one])
    write(config, text.replace('"v1"', name), one)
    line = text.splitlines().index('    name: "v1"') + 1
    with pytest.raises(ContentError) as caught:
        load_releases(config, "kms_key")
    assert f"ledger.yaml:{line}: name" in str(caught.value)
    assert words in str(caught.value)


def test_a_repeated_name_is_an_error(config: Config) -> None:
    pair = [release("1.0.0", "v1"), release("1.1.0", "v1")]
    write(config, ledger_text("kms_key", pair), *pair)
    with pytest.raises(ContentError, match="name 'v1' is repeated"):
        load_releases(config, "kms_key")


def test_the_name_that_is_the_version_needs_no_field(config: Config) -> None:
    one = release("1.0.0", "v1")
    write(config, ledger_text("kms_key", [one]).replace('"v1"', "1.0.0"), one)
    (loaded,) = load_releases(config, "kms_key")
    assert (loaded.name, loaded.published_name) == ("", "1.0.0")


def test_the_advice_names_what_people_see_and_is_taken_off_again() -> None:
    listed = [release("1.0.0", "v1.0", Guidance.DEPRECATED), release("1.1.0", "Version 1.1 (new)")]
    text = description(listed[0], listed)
    assert text == "Deprecated: use Version 1.1 (new). Notes."
    assert without_advice(text) == "Notes."


@pytest.mark.parametrize(
    ("name", "version"),
    [
        ("v1", "1.0.0"),
        ("V2.3", "2.3.0"),
        ("v1.0.7", "1.0.7"),
        ("3", "3.0.0"),
        ("1.0.0", "1.0.0"),
        ("1.0.0-rc.1", ""),
        ("1.0.0+build", ""),
        ("v01", ""),
        ("1.2.3.4", ""),
        ("version 1", ""),
        ("2024-05-01", ""),
        ("v\u0661", ""),
        ("", ""),
    ],
)
def test_the_version_that_a_name_says(name: str, version: str) -> None:
    assert version_in_name(name) == version
    assert not version or str(parse_version("version", version)) == version


def test_a_release_gets_a_name(config: Config) -> None:
    draft_release(config, rendered("1.1.0"), "", DAY, "v1.1").freeze()
    draft_release(config, rendered("1.2.0", "b"), "", DAY, "1.2.0").freeze()
    assert [each.name for each in load_releases(config, "kms_key") if each.semver >= "1.1.0"][:2] == ["v1.1", ""]
    for name, words in (("v1.1", "release 1.1.0 has this name"), ("9.9.9", "--name must be 3.0.0"), ("a/b", "slashes")):
        with pytest.raises(ContentError, match=words):
            draft_release(config, rendered("3.0.0", "c"), "", DAY, name)


def test_a_launch_and_a_plan_look_for_the_name() -> None:
    one = release("1.0.0", "v1.0")
    described = {"Id": "pa-1", "Name": "v1.0", "Description": f"Notes. [{one.digest}]"}
    assert find_version(one.rendered, [{"Id": "pa-2", "Name": "1.0.0", "Description": ""}, described]) == "pa-1"
    numbers = {"v1.0": "1.0.0", "v1.2": "1.2.0", "alpha": "1.1.0"}
    assert highest_below("v1.2", ["v1.0", "alpha", "unknown", "0.9.0"], numbers) == "alpha"
    assert highest_below("v1.0", ["v1.2", "0.9.0", "unknown"], numbers) == "0.9.0"
