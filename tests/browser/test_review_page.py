"""The review page as people see it: wide and narrow, light and dark, with a keyboard, on paper, without JavaScript."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser

from tests.browser.opening import DESKTOP, LOOKS, PHONE, opened

LARGEST = 1_000_000
LISTED = "Key (AWS::KMS::Key, holds key material, removed)"
"""In the list beside a picture."""


@pytest.mark.parametrize(
    ("name", "size", "theme"),
    [
        *((name, size, theme) for name in ("widening", "hostile") for size, theme in LOOKS),
        ("key_losing", *LOOKS[0]),
        ("harmless", *LOOKS[1]),
        ("large", *LOOKS[1]),
    ],
)
def test_axe_finds_nothing_and_nothing_is_wider_than_the_screen(
    browser: Browser, reviews: dict[str, Path], name: str, size: Any, theme: Any
) -> None:
    with opened(browser, reviews[name], viewport=size, color_scheme=theme) as page:
        page.evaluate("document.querySelectorAll('details').forEach(each => each.open = true)")
        assert page.evaluate("document.documentElement.scrollWidth") <= size["width"]
        results = Axe().run(page)
        assert results.violations_count == 0, results.generate_report()


@pytest.mark.parametrize("size", [PHONE, DESKTOP], ids=["phone", "desktop"])
@pytest.mark.parametrize("name", ["harmless", "key_losing", "large"])
def test_nothing_is_wider_than_the_screen(browser: Browser, reviews: dict[str, Path], name: str, size: Any) -> None:
    with opened(browser, reviews[name], viewport=size) as page:
        page.evaluate("document.querySelectorAll('details').forEach(each => each.open = true)")
        assert page.evaluate("document.documentElement.scrollWidth") <= size["width"]


def test_hostile_texts_stay_texts(browser: Browser, reviews: dict[str, Path]) -> None:
    with opened(browser, reviews["hostile"]) as page:
        assert page.title().startswith("Review of")
        assert page.get_by_text("<script>document.title='owned'</script>").count() > 0
        assert page.locator("img, script").count() == 0


def test_the_policy_of_the_page_stops_scripts_and_pictures(browser: Browser, reviews: dict[str, Path]) -> None:
    context = browser.new_context()
    page = context.new_page()
    refused: list[str] = []
    page.on("console", lambda message: refused.append(message.text))
    page.goto(reviews["harmless"].as_uri())
    page.evaluate(
        "() => { const script = document.createElement('script'); script.textContent = 'document.title = 1';"
        "document.body.append(script); const picture = document.createElement('img');"
        "picture.src = 'https://example.com/a.png'; document.body.append(picture); }"
    )
    page.wait_for_timeout(200)
    assert page.title().startswith("Review of")
    assert sum("Content Security Policy" in text for text in refused) >= 2
    context.close()


def test_all_of_it_is_there_without_javascript(browser: Browser, reviews: dict[str, Path]) -> None:
    with opened(browser, reviews["key_losing"], java_script_enabled=False) as page:
        page.get_by_text("It holds key material").first.wait_for(state="visible")
        listed = page.locator("li", has_text=LISTED).first
        assert not listed.is_visible()
        page.get_by_text("The picture as a list").first.click()
        listed.wait_for(state="visible")


def test_a_keyboard_reaches_the_content_and_opens_folds(browser: Browser, reviews: dict[str, Path]) -> None:
    with opened(browser, reviews["widening"]) as page:
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement.textContent") == "Skip to the content"
        page.keyboard.press("Enter")
        fold = page.locator("summary", has_text="Every answer").first
        fold.focus()
        page.keyboard.press("Enter")
        assert page.evaluate("document.activeElement.parentElement.open") is True
        reached = set()
        for _ in range(60):
            page.keyboard.press("Tab")
            reached.add(page.evaluate("document.activeElement.className"))
        assert {"table", "picture"} <= reached


def test_a_pointer_shows_the_statement_that_decides(browser: Browser, reviews: dict[str, Path]) -> None:
    with opened(browser, reviews["widening"]) as page:
        cell = page.locator("td.gains").first
        assert "kms:Decrypt: not allowed → allowed [Audit]" in (cell.get_attribute("title") or "")


def test_paper_is_white_and_shows_the_folds(browser: Browser, reviews: dict[str, Path]) -> None:
    with opened(browser, reviews["key_losing"], color_scheme="dark") as page:
        page.emulate_media(media="print", color_scheme="dark")
        assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
        assert page.locator("li", has_text=LISTED).first.is_visible()
        assert page.pdf()[:4] == b"%PDF"


def test_pages_are_small_and_open_at_once(browser: Browser, reviews: dict[str, Path]) -> None:
    assert [name for name, file in reviews.items() if file.stat().st_size > LARGEST] == []
    with opened(browser, reviews["large"]) as page:
        rows = page.locator(".matrix tbody tr").count()
        loaded = page.evaluate("performance.getEntriesByType('navigation')[0].domContentLoadedEventEnd")
        assert rows > 200
        assert loaded < 2000
