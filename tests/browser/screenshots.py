"""The pictures of README, and the pages that they show: `make screenshots` takes them again.

docs/assets/screenshots.json has the digest of each page. A test makes the page again and compares.
"""

from __future__ import annotations

import base64
import hashlib
import json
import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright

from tests.browser.programs import catalog, chromium, python

ROOT = Path(__file__).resolve().parents[2]
ASSETS = ROOT / "docs" / "assets"
DIGESTS = ASSETS / "screenshots.json"
SIZE = {"width": 1280, "height": 800}
QUALITY = 70
VARIES = re.compile(r"[0-9a-f]{12}|catalog [0-9][\w.]*[0-9]")
"""What says nothing about the page: the commit of the base, and the version of catalog."""


def review_page(folder: Path) -> str:
    """The review of the change that loses a key."""
    run([python(), "-m", "tests.browser.repositories", str(folder), "key_losing"])
    run([catalog(), "-C", str(folder / "key_losing"), "review", "-o", str(folder)])
    return (folder / "review.html").read_text()


PAGES = {"review": review_page}


def run(command: list[str]) -> None:
    """Run a command that must work."""
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)  # noqa: S603  # our own
    if done.returncode:
        raise SystemExit(done.stderr)


def digest(page: str) -> str:
    """Of a page, without what varies."""
    return f"sha256:{hashlib.sha256(VARIES.sub('', page).encode()).hexdigest()}"


def webp(browser: Browser, file: Path) -> bytes:
    """The first screen of a page, compressed."""
    context = browser.new_context(viewport=SIZE, color_scheme="light")
    page = context.new_page()
    page.goto(file.as_uri())
    session = context.new_cdp_session(page)
    answer = session.send("Page.captureScreenshot", {"format": "webp", "quality": QUALITY})
    context.close()
    return base64.b64decode(answer["data"])


def take() -> None:
    """Take all of them."""
    with tempfile.TemporaryDirectory() as name, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium(), args=["--no-sandbox"])
        digests = {}
        for key, make in PAGES.items():
            file = Path(name) / f"{key}.html"
            file.write_text(make(Path(name)))
            (ASSETS / f"{key}.webp").write_bytes(webp(browser, file))
            digests[key] = digest(file.read_text())
        browser.close()
    DIGESTS.write_text(json.dumps(digests, indent=2) + "\n")


if __name__ == "__main__":
    os.chdir(ROOT)
    take()
    sys.stdout.write(f"Written: {', '.join(f'docs/assets/{key}.webp' for key in PAGES)}\n")
