"""Versions: the grammar of the library, and valid pre-releases for every digest."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from semver import Version

from catalog.errors import ContentError
from catalog.model.version import dev_version, is_dev_version, parse_version

digests = st.text("0123456789abcdef", min_size=64, max_size=64) | st.text("0123456789", min_size=64, max_size=64)
bases = st.tuples(*[st.integers(0, 10**6)] * 3).map(lambda parts: Version(*parts))


@given(bases, digests)
def test_a_pre_release_is_valid_recognized_and_lower_than_its_base(base: Version, digest: str) -> None:
    name = dev_version(base, f"sha256:{digest}")
    version = parse_version("version", name)
    assert base.replace(patch=base.patch - 1) < version < base if base.patch else version < base
    assert is_dev_version(name, f"sha256:{digest}")
    other = "a" if digest[0] != "a" else "b"
    assert not is_dev_version(name, f"sha256:{other}{digest[1:]}")
    assert not is_dev_version(str(base), f"sha256:{digest}")


def test_a_digest_of_digits_gets_a_letter() -> None:
    assert dev_version(Version(1, 1, 0), "sha256:" + "0" * 64) == "1.1.0-dev.x000000000000"
    assert dev_version(Version(1, 1, 0), "sha256:0a" + "0" * 62) == "1.1.0-dev.0a0000000000"


@pytest.mark.parametrize(("name", "digest"), [("7", ""), ("1.0.0-dev.", "sha256:"), ("1.0.0-dev.abc", "sha256:abd")])
def test_other_names_are_not_pre_releases(name: str, digest: str) -> None:
    assert not is_dev_version(name, digest)


@pytest.mark.parametrize(
    "text", ["", "1", "1.0", "v1.0.0", "1.0.0.0", "1.0.0-", "1.0.0-01", "1.0.0+1", " 1.0.0", "1.0.0\n"]
)
def test_wrong_versions_are_an_error(text: str) -> None:
    with pytest.raises(ContentError, match="version must"):
        parse_version("version", text)
