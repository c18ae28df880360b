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
from urllib.parse import urlsplit

from playwright.sync_api import Browser, sync_playwright

from tests.browser.console_runs import running_console
from tests.browser.programs import catalog, chromium, python
from tests.console_client import Visit

ROOT = Path(__file__).resolve().parents[2]
ASSETS = ROOT / "docs" / "assets"
DIGESTS = ASSETS / "screenshots.json"
SIZE = {"width": 1280, "height": 800}
QUALITY = 70
VARIES = re.compile(r"[0-9a-f]{12}|catalog [0-9][\w.]*[0-9]")
"""What says nothing about the page: the commit of the base, and the version of catalog."""
OF_A_RUN = re.compile(r'(name="token" value="|data-state="|http://127\.0\.0\.1:)[\w-]+')
"""The token of a visitor, the state of the files, and the port of the sandbox."""


def review_page(folder: Path) -> str:
    """The review of the change that loses a key."""
    run([python(), "-m", "tests.browser.repositories", str(folder), "key_losing"])
    run([catalog(), "-C", str(folder / "key_losing"), "review", "-o", str(folder)])
    return (folder / "review.html").read_text()


def launch_page(folder: Path) -> str:
    """The launch form of a key, as the author of the product sees it."""
    role = "arn:aws:iam::123456789012:role"
    values: dict[str, str | list[str]] = {
        "name": "orders-key",
        "p__Alias": "dev/orders",
        "p__Description": "Orders of the shop, and invoices",
        "p__KeyAdministrators": f"{role}/security-admin-role",
        "p__KeyUsers": f"{role}/dev-orders\n{role}/dev-invoices",
        "p__Environment": "dev",
        "p__Service": "s3",
        "p__DataCategory": "internal",
        "step": "check",
    }
    path = "/working-tree/kms_key"
    with running_console(ROOT, folder / "sandbox", publishes=False) as running:
        visit = Visit(running.url)
        visit.ask(running.url.partition(urlsplit(running.url).netloc)[2])
        html = visit.send(visit.ask(f"{path}?portfolio=security-dev"), path, **values).html
    return OF_A_RUN.sub(r"\1", html)


PAGES = {"review": review_page, "launch": launch_page}


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
