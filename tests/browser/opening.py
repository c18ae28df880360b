"""Opens a page in the browser, as all tests do."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Page

PHONE, DESKTOP = {"width": 390, "height": 844}, {"width": 1280, "height": 900}
LOOKS = ((PHONE, "dark"), (DESKTOP, "light"))
"""Size and theme: what axe finds by colour depends on the theme, what it finds by layout on the size."""


@contextmanager
def opened(browser: Browser, file: Path, within: Path | None = None, **options: Any) -> Iterator[Page]:
    """A page, which must load nothing else and report no error. It may lead to other pages `within` a folder."""
    allowed = f"{within.as_uri()}/" if within else file.as_uri()
    context = browser.new_context(**options)
    page = context.new_page()
    faults: list[str] = []
    page.on("console", lambda message: faults.append(message.text))
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.on("request", lambda request: None if request.url.startswith(allowed) else faults.append(request.url))
    page.goto(file.as_uri())
    yield page
    assert faults == []
    context.close()
