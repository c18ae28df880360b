"""The site of a catalogue as people see it: the search, the keyboard, telephones, the dark, paper, no JavaScript."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page

from tests.browser.opening import LOOKS, opened

LARGEST = 1_000_000
PAGES = (
    "index.html",
    "products/vault.html",
    "portfolios/blocks.html",
    "principals.html",
    "actions.html",
    "changes.html",
)


def fold_out(page: Page) -> None:
    """Open all folds."""
    page.evaluate("document.querySelectorAll('details').forEach(each => each.open = true)")


def visible(page: Page) -> list[str]:
    """The products that the start page lists now."""
    return page.locator("section[data-kind=products] li:visible h3").all_inner_texts()


@pytest.mark.parametrize(("size", "theme"), LOOKS, ids=["phone", "desktop"])
@pytest.mark.parametrize("name", ["catalogue", "hostile_release"])
def test_axe_finds_nothing_and_nothing_is_wider_than_the_screen(
    browser: Browser, sites: dict[str, Path], name: str, size: Any, theme: Any
) -> None:
    folder = sites[name]
    with opened(browser, folder / "index.html", folder, viewport=size, color_scheme=theme) as page:
        for path in PAGES:
            page.goto((folder / path).as_uri())
            fold_out(page)
            assert page.evaluate("document.documentElement.scrollWidth") <= size["width"], path
            results = Axe().run(page)
            assert results.violations_count == 0, f"{path}: {results.generate_report()}"


def test_the_search_finds_by_parameter_and_says_why(browser: Browser, sites: dict[str, Path]) -> None:
    with opened(browser, sites["catalogue"] / "index.html", sites["catalogue"]) as page:
        assert visible(page) == ["Draft", "Topic", "Vault"]
        page.get_by_role("searchbox").fill("keyusers")
        assert visible(page) == ["Vault"]
        assert page.get_by_role("status").inner_text() == "1 result"
        assert page.locator(".why:visible").inner_text() == "parameter KeyUsers"
        page.get_by_role("searchbox").fill("AWS::SNS::Topic draft")
        assert visible(page) == ["Draft"]
        page.get_by_role("searchbox").fill("dev-lead")
        assert visible(page) == []
        assert page.locator("section[data-kind=principals] li:visible").all_inner_texts()[0].startswith("role/dev-lead")
        page.get_by_role("searchbox").fill("<b>nothing")
        assert page.get_by_role("status").inner_text() == "Nothing has these words."


def test_a_keyboard_searches_opens_and_comes_back(browser: Browser, sites: dict[str, Path]) -> None:
    folder = sites["catalogue"]
    with opened(browser, folder / "index.html", folder) as page:
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement.textContent") == "Skip to the content"
        page.keyboard.press("/")
        page.keyboard.type("secrets")
        assert page.get_by_role("searchbox").input_value() == "secrets"
        page.keyboard.press("Enter")
        page.wait_for_url("**/products/vault.html")
        assert page.locator("h1").inner_text() == "Vault 1.1.0"
        page.get_by_role("link", name="Building blocks").first.focus()
        page.keyboard.press("Enter")
        page.wait_for_url("**/portfolios/blocks.html")
        page.get_by_role("link", name="role/deploy").first.click()
        assert page.url.startswith((folder / "principals.html").as_uri())
        page.get_by_role("link", name="Catalogue", exact=True).click()
        page.keyboard.press("/")
        page.keyboard.type("vault")
        page.keyboard.press("Escape")
        assert visible(page) == ["Draft", "Topic", "Vault"]


def test_without_javascript_it_is_a_plain_list(browser: Browser, sites: dict[str, Path]) -> None:
    folder = sites["catalogue"]
    with opened(browser, folder / "index.html", folder, java_script_enabled=False) as page:
        assert not page.get_by_role("searchbox").is_visible()
        page.get_by_role("link", name="Vault", exact=True).click()
        page.get_by_text("The stage of the vault.").first.wait_for(state="visible")
        listed = page.locator("li", has_text="Key (AWS::KMS::Key, holds key material)").first
        assert not listed.is_visible()
        page.get_by_text("The picture as a list").first.click()
        listed.wait_for(state="visible")


def test_hostile_texts_stay_texts(browser: Browser, sites: dict[str, Path]) -> None:
    folder = sites["hostile_release"]
    with opened(browser, folder / "index.html", folder) as page:
        for path in PAGES:
            page.goto((folder / path).as_uri())
            assert page.title() != "owned"
            assert page.locator("img, iframe, form, object").count() == 0
            assert page.locator("script").count() == (path == "index.html")
        page.goto((folder / "changes.html").as_uri())
        assert page.get_by_text("<script>document.title='owned'</script>").count() > 0
        page.goto((folder / "index.html").as_uri())
        page.get_by_role("searchbox").fill("<script>document")
        assert page.title() != "owned"


def test_paper_is_white_and_shows_the_folds(browser: Browser, sites: dict[str, Path]) -> None:
    file = sites["catalogue"] / "products/vault.html"
    with opened(browser, file, color_scheme="dark") as page:
        page.emulate_media(media="print", color_scheme="dark")
        assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
        assert page.get_by_text("create AWS::KMS::Key").first.is_visible()
        assert not page.get_by_role("navigation").first.is_visible()
        assert page.pdf()[:4] == b"%PDF"


def test_200_products_are_found_at_once(browser: Browser, sites: dict[str, Path]) -> None:
    folder = sites["many"]
    assert [file.name for file in folder.rglob("*.html") if file.stat().st_size > LARGEST] == []
    with opened(browser, folder / "index.html", folder) as page:
        loaded = page.evaluate("performance.getEntriesByType('navigation')[0].domContentLoadedEventEnd")
        assert loaded < 2000
        assert len(visible(page)) == 201
        page.get_by_role("searchbox").fill("output137")
        assert visible(page) == ["Block 137"]


def test_an_empty_catalogue_says_so(browser: Browser, sites: dict[str, Path]) -> None:
    folder = sites["empty"]
    with opened(browser, folder / "index.html", folder) as page:
        page.get_by_text("The repository has no products.").wait_for(state="visible")
        page.goto((folder / "portfolios/blocks.html").as_uri())
        page.get_by_text("Nobody.").wait_for(state="visible")
        page.get_by_text("It offers no products.").wait_for(state="visible")
        page.goto((folder / "principals.html").as_uri())
        page.get_by_text("nobody can launch anything").wait_for(state="visible")
