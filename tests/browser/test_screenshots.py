"""The pictures of README show pages as they are now."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.browser.screenshots import ASSETS, DIGESTS, PAGES, ROOT, digest

LARGEST = 150_000


@pytest.mark.parametrize("name", list(PAGES))
def test_the_page_is_the_one_in_the_picture(name: str, tmp_path: Path) -> None:
    assert digest(PAGES[name](tmp_path)) == json.loads(DIGESTS.read_text())[name], "run `make screenshots`"


@pytest.mark.parametrize("name", list(PAGES))
def test_the_picture_is_small_and_readme_shows_it(name: str) -> None:
    assert (ASSETS / f"{name}.webp").stat().st_size < LARGEST
    assert f"docs/assets/{name}.webp" in (ROOT / "README.md").read_text()
