"""The console as people see it: the life of a key and a bucket, wrong input, keyboard, phone, dark, no JavaScript."""

from __future__ import annotations

import json
import re
import shutil
import statistics
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Locator, Page, expect

from tests.browser.console_runs import ROOT, RunningConsole, running_console
from tests.browser.programs import python

PHONE, DESKTOP = {"width": 390, "height": 844}, {"width": 1280, "height": 900}
ROLE = "arn:aws:iam::123456789012:role/dev-terraform-role"
READER = "arn:aws:iam::123456789012:role/reader"
ADMINISTRATORS = "arn:aws:iam::123456789012:role/dev-key-admin"
USERS = "arn:aws:iam::123456789012:role/dev-data"
LARGEST = 1_000_000
QUICK = 200
"""Milliseconds in which the server answers."""
TIMES: list[float] = []
"""Of each page that was looked at. A busy machine makes some slow, but not half of them."""
SLOW = 20_000
"""Milliseconds until AWS has done something."""


@pytest.fixture(scope="session")
def repository(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """This project's own catalogue, in a folder that a test may change."""
    folder = tmp_path_factory.mktemp("console") / "repository"
    folder.mkdir()
    for name in ("products", "portfolios", "examples", "controls", "imports"):
        if (ROOT / name).is_dir():
            shutil.copytree(ROOT / name, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "pyproject.toml", folder)
    return folder


@pytest.fixture(scope="session")
def console(repository: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningConsole]:
    with running_console(repository, tmp_path_factory.mktemp("sandbox")) as running:
        yield running


@contextmanager
def visiting(browser: Browser, console: RunningConsole, role: str = ROLE, **options: Any) -> Iterator[Page]:
    """A page that has signed in. It asks for nothing from elsewhere, and reports no error."""
    context = browser.new_context(**options)
    page = context.new_page()
    page.set_default_timeout(SLOW)
    faults: list[str] = []
    host = re.sub(r"(http://[^/]+).*", r"\1", console.url)
    # The browser reports each answer with 422 as an error; a form with faults is one.
    page.on("console", lambda message: faults.append(message.text) if "422" not in message.text else None)
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.on(
        "request", lambda request: faults.append(request.url) if not request.url.startswith((host, "data:")) else None
    )
    page.goto(console.url)
    if role:
        sign_in(page, role)
    yield page
    assert faults == []
    context.close()


def sign_in(page: Page, role: str) -> None:
    """Sign in as a role."""
    if role == "administrator":
        page.get_by_role("button", name="Sign in as the administrator").click()
        return
    page.get_by_role("textbox", name="Another role").fill(role)
    page.get_by_role("button", name="Sign in as this role").click()


def choose_product(page: Page, name: str) -> None:
    """Open the form of a product."""
    page.get_by_role("link", name="Products", exact=True).first.click()
    page.get_by_role("link", name=name, exact=True).click()
    page.get_by_role("link", name=re.compile("Launch through .*dev", re.IGNORECASE)).first.click()


def fill_key(page: Page, name: str, alias: str, label: str = "Name of the key") -> None:
    """Fill in the form of a key; `label` is that of its alias."""
    page.get_by_label("Name of what you launch").fill(name)
    labelled(page, label).fill(alias)
    labelled(page, "What the key protects").fill("Data of the tests")
    labelled(page, "Key administrators").fill(ADMINISTRATORS)
    labelled(page, "Key users").fill(f"{USERS}\n{ROLE}")
    choose_tags(page)


def choose_tags(page: Page) -> None:
    """Choose what becomes tags."""
    for label, value in (("Environment", "dev"), ("Service", "s3"), ("Data category", "internal")):
        labelled(page, label).select_option(value)


def labelled(page: Page, label: str) -> Locator:
    """The control whose label begins so."""
    return page.get_by_label(re.compile(f"^{re.escape(label)}"))


def finish(page: Page) -> None:
    """Wait until AWS is done."""
    expect(page.get_by_role("status")).to_contain_text("SUCCEEDED", timeout=SLOW)


def press(page: Page, name: str | re.Pattern[str]) -> None:
    """Press a button."""
    page.get_by_role("button", name=name).click()


def launch_key(page: Page, name: str, alias: str) -> None:
    """Launch a key."""
    choose_product(page, "KMS key")
    fill_key(page, name, alias)
    press(page, "Review")
    expect(page.get_by_text(f"alias/{alias}").first).to_be_visible()
    press(page, f"Launch {name}")
    finish(page)


def launch_bucket(page: Page, name: str, bucket: str) -> None:
    """Launch a bucket, after an attempt that misses values."""
    choose_product(page, "Log bucket")
    page.get_by_label("Name of what you launch").fill(name)
    press(page, "Review")
    expect(page.locator("#faults")).to_be_visible()
    page.locator("[id='p-BucketName']").fill(bucket)
    labelled(page, "Who may read the logs").fill(USERS)
    labelled(page, "Days that logs are kept").select_option("30")
    choose_tags(page)
    press(page, "Review")
    expect(page.get_by_text(bucket).first).to_be_visible()
    press(page, f"Launch {name}")
    finish(page)


@pytest.mark.parametrize("scripts", [True, False], ids=["javascript", "plain"])
def test_the_life_of_a_key_and_a_bucket(browser: Browser, console: RunningConsole, scripts: bool) -> None:
    kind = "js" if scripts else "plain"
    with visiting(browser, console, java_script_enabled=scripts) as page:
        launch_key(page, f"key-{kind}", f"dev/{kind}")
        expect(page.get_by_text("CREATE_COMPLETE").first).to_be_visible()
        page.get_by_role("link", name=f"Show key-{kind}").click()
        expect(page.get_by_role("status")).to_contain_text("AVAILABLE")

        page.get_by_role("link", name="RotateKeyNow").click()
        press(page, "Run RotateKeyNow")
        finish(page)
        page.get_by_role("link", name=f"Show key-{kind}").click()

        page.get_by_role("link", name="Update", exact=True).click()
        labelled(page, "Refuse deletion").select_option("true")
        press(page, "Preview")
        expect(page.get_by_role("cell", name="updated in place").first).to_be_visible()
        press(page, f"Update key-{kind}")
        finish(page)
        page.get_by_role("link", name=f"Show key-{kind}").click()

        page.get_by_role("link", name="Terminate").click()
        expect(page.get_by_text("denies kms:ScheduleKeyDeletion").first).to_be_visible()
        page.get_by_role("link", name="update it").click()
        labelled(page, "Refuse deletion").select_option("false")
        press(page, "Preview")
        press(page, f"Update key-{kind}")
        finish(page)
        page.get_by_role("link", name=f"Show key-{kind}").click()
        page.get_by_role("link", name="Terminate").click()
        press(page, f"Terminate key-{kind}")
        finish(page)

        launch_bucket(page, f"logs-{kind}", f"my-org-logs-{kind}")
        page.get_by_role("link", name=f"Show logs-{kind}").click()
        page.get_by_role("link", name="Terminate").click()
        expect(page.get_by_role("cell", name="retained").first).to_be_visible()
        press(page, f"Terminate logs-{kind}")
        finish(page)


def test_each_field_says_what_is_wrong_as_one_types_and_again_on_the_server(
    browser: Browser, console: RunningConsole
) -> None:
    wrong = {
        "Name of what you launch": ("-x", "Must be 1 to 128 letters"),
        "Name of the key": ("alias/x", "Must have 1 to 250 letters"),
        "Key administrators": ("*", "'*': must be ARNs"),
        "Key users": ("arn:aws:iam::123456789012:group/x", "must be ARNs"),
        "Days until a deleted key is gone": ("3", "Must be a number of days from 7 to 30"),
        "Regions for replicas": ("nowhere", "Must be names of Regions"),
        "What the key protects": ("x" * 4001, "Must have 1 to 4000 characters"),
        "Compliance programme": ("soc2#", "Must have up to 256 letters"),
        "Further tags": ("x", "Write KEY=VALUE"),
    }
    with visiting(browser, console) as page:
        choose_product(page, "KMS key")
        for label, (value, words) in wrong.items():
            box = labelled(page, label)
            box.fill(value)
            field = page.locator("[data-field]", has=box)
            expect(field.locator(".fault")).to_contain_text(words)
            expect(box).to_have_attribute("aria-invalid", "true")
        assert page.locator(".fault").count() == len(wrong), "nothing that was not touched yet"
        labelled(page, "Name of the key").fill("dev/right")
        expect(page.locator("[data-field]", has=labelled(page, "Name of the key")).locator(".fault")).to_have_count(0)
        page.get_by_label("Regions for replicas").fill("eu-west-1")
        multi = page.locator("[data-field]", has=labelled(page, "Multi-Region primary key"))
        expect(multi.locator(".fault")).to_contain_text("only a multi-Region key has replicas")
        page.get_by_label("Regions for replicas").fill("")
        expect(multi.locator(".fault")).to_have_count(0)
        press(page, "Review")
        summary = page.locator("#faults")
        expect(summary).to_be_focused()
        expect(summary.get_by_role("link", name=re.compile("Key users"))).to_be_visible()
        expect(summary.get_by_role("link", name=re.compile("Environment: A value must be given"))).to_be_visible()
        assert labelled(page, "Key administrators").input_value() == "*"


def test_a_keyboard_is_enough(browser: Browser, console: RunningConsole) -> None:
    with visiting(browser, console, role="") as page:
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement.textContent") == "Skip to the content"
        reach(page, "#role-1")
        page.keyboard.press("ArrowDown")
        expect(page.locator("#role-2")).to_be_checked()
        reach(page, "#other")
        page.keyboard.type(ROLE)
        page.keyboard.press("Enter")
        page.wait_for_url("**/products")
        reach(page, "main li:nth-child(2) a")  # KMS key
        page.keyboard.press("Enter")
        page.wait_for_url("**/products/prod-*")
        reach(page, "main .button")
        page.keyboard.press("Enter")
        page.wait_for_url("**/launch*")
        reach(page, "#name")
        page.keyboard.type("-")
        page.keyboard.press("Enter")
        expect(page.locator("#faults")).to_be_focused()
        page.keyboard.press("Tab")
        page.keyboard.press("Enter")
        assert "#field-name" in page.url
        for name, text in {
            "name": "by-keys",
            "p-Alias": "dev/by-keys",
            "p-Description": "Data",
            "p-KeyAdministrators": ADMINISTRATORS,
            "p-KeyUsers": USERS,
            "p-Environment": "dev",
            "p-Service": "s3",
            "p-DataCategory": "internal",
        }.items():
            reach(page, f"[id='{name}']")
            page.keyboard.press("Control+a")
            page.keyboard.type(text)
        reach(page, "main button.main")
        page.keyboard.press("Enter")
        page.wait_for_url("**/launches/*")
        reach(page, "main button.main")
        page.keyboard.press("Enter")
        finish(page)


def reach(page: Page, selector: str) -> None:
    """Press Tab until something has the focus."""
    seen = []
    for _ in range(80):
        page.keyboard.press("Tab")
        seen.append(
            page.evaluate("document.activeElement.id || document.activeElement.textContent.trim().slice(0, 20)")
        )
        if page.evaluate("selector => document.activeElement.matches(selector)", selector):
            return
    raise AssertionError(f"Tab does not reach {selector}: {seen}")


@pytest.mark.parametrize(("size", "theme"), [(DESKTOP, "light"), (PHONE, "dark")], ids=["desktop", "phone"])
def test_every_page_fits_and_axe_finds_nothing(
    browser: Browser, console: RunningConsole, size: Any, theme: Any
) -> None:
    name = f"look-{theme}-{size['width']}"
    with visiting(browser, console, viewport=size, color_scheme=theme) as page:
        check_page(page)
        choose_product(page, "KMS key")
        check_page(page)
        press(page, "Review")
        check_page(page)
        fill_key(page, name, f"dev/{name}")
        press(page, "Review")
        check_page(page)
        press(page, f"Launch {name}")
        finish(page)
        check_page(page)
        page.get_by_role("link", name=f"Show {name}").click()
        check_page(page)
        for link in ("RotateKeyNow", "Terminate", "Update"):
            page.get_by_role("link", name=link, exact=True).click()
            check_page(page)
            if link != "Update":
                page.go_back()
        labelled(page, "Refuse deletion").select_option("true")
        press(page, "Preview")
        check_page(page)
        page.get_by_role("link", name="Provisioned products").first.click()
        check_page(page)
        page.get_by_role("link", name="Working tree").first.click()
        check_page(page)
        page.get_by_role("link", name="kms_key", exact=True).click()
        check_page(page)
    with visiting(browser, console, "administrator", viewport=size, color_scheme=theme) as page:
        check_page(page)
        page.locator("main a").first.click()
        check_page(page)
        page.get_by_role("link", name="All products").first.click()
        check_page(page)
        page.locator("main a").first.click()
        check_page(page)
        page.get_by_role("link", name="Records").first.click()
        check_page(page)


def check_page(page: Page, *, accessible: bool = True) -> None:
    """A page is not wider than the screen, small, and accessible, which takes half a second to find out."""
    page.wait_for_load_state()
    page.evaluate("document.querySelectorAll('details').forEach(each => each.open = true)")
    assert page.evaluate("document.documentElement.scrollWidth") <= page.evaluate("innerWidth"), page.url
    if accessible:
        results = Axe().run(page)
        assert results.violations_count == 0, f"{page.url}\n{results.generate_report()}"
    assert len(page.content()) < LARGEST
    timing = "performance.getEntriesByType('navigation')[0]"
    TIMES.append(page.evaluate(f"{timing}.responseEnd - {timing}.requestStart"))


def test_an_author_edits_a_label_and_sees_it_within_a_second(
    browser: Browser, console: RunningConsole, repository: Path
) -> None:
    file = repository / "products" / "_shared" / "keys.py"
    text = file.read_text()
    with visiting(browser, console, role="") as page:
        host = console.url.partition("/?")[0]
        page.goto(f"{host}/working-tree/kms_key?portfolio=security-dev")
        page.get_by_label("Name of what you launch").fill("typed-before")
        file.write_text(text.replace('"Name of the key"', '"How the key is called"'))
        try:
            expect(labelled(page, "How the key is called")).to_be_visible(timeout=1000)
            assert page.get_by_label("Name of what you launch").input_value() == "typed-before"
            expect(page.get_by_label("Name of what you launch")).to_be_focused()
            fill_key(page, "typed-before", "dev/tree", label="How the key is called")
            press(page, "What would be made")
            expect(page.get_by_role("heading", name="Who gets access")).to_be_visible()
            file.write_text(text.replace('"Name of the key"', '"What it is called"'))
            expect(labelled(page, "What it is called")).to_be_visible(timeout=1000)
            assert labelled(page, "What it is called").input_value() == "dev/tree"
            expect(page.get_by_role("heading", name="Who gets access")).to_be_visible()
            file.write_text(text + "\nwrong(\n")
            expect(page.get_by_text("keys.py").first).to_be_visible(timeout=5000)
        finally:
            file.write_text(text)
        expect(labelled(page, "Name of the key")).to_be_visible(timeout=5000)
        assert labelled(page, "Name of the key").input_value() == "dev/tree"


HOSTILE_START = "<script>document.title='owned'</script>"


@pytest.fixture(scope="session")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningConsole]:
    """A console over an account with hostile texts and 200 rows."""
    folder = tmp_path_factory.mktemp("hostile")
    repository = folder / "repository"
    repository.mkdir()
    (repository / "pyproject.toml").write_text('[tool.catalog]\nowner = "catalog"\n')
    with running_console(repository, folder / "sandbox") as running:
        variables = json.loads(running.run("sandbox", "env", "--format", "json"))
        command = [python(), "-m", "tests.browser.hostile_account"]
        done = subprocess.run(  # noqa: S603  # our own command
            command, cwd=ROOT, env=running.environment | variables, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stderr
        yield running


@pytest.mark.parametrize("size", [PHONE, DESKTOP], ids=["phone", "desktop"])
def test_hostile_and_long_texts_stay_texts_and_200_rows_are_shown(
    browser: Browser, hostile: RunningConsole, size: Any
) -> None:
    with visiting(browser, hostile, READER, viewport=size) as page:
        check_hostile(page)
        page.get_by_role("link", name="Shelf").click()
        check_hostile(page)
        page.locator("main .button").first.click()
        check_hostile(page)
        page.get_by_label("Name of what you launch").fill(f"hostile-{size['width']}")
        page.locator("[id='p-Name']").fill(f"h{size['width']}")
        page.locator("[id='p-Text']").fill(HOSTILE_START)
        press(page, "Review")
        check_hostile(page)
        press(page, re.compile("Launch hostile"))
        finish(page)
        check_hostile(page)
        page.get_by_role("link", name=re.compile("Show hostile")).click()
        check_hostile(page)
        page.get_by_role("link", name="Provisioned products").first.click()
        check_hostile(page)
        assert page.locator("tbody tr").count() > 200
    with visiting(browser, hostile, "administrator", viewport=size) as page:
        for link in ("Portfolios", "All products"):
            page.get_by_role("link", name=link).first.click()
            check_hostile(page)
            page.locator("main a").first.click()
            check_hostile(page)
        page.get_by_role("link", name="Records").first.click()
        check_hostile(page)
        assert page.locator("tbody tr").count() == 200


def check_hostile(page: Page) -> None:
    """Nothing has run or was loaded, and the page still fits."""
    assert page.title() != "owned"
    assert page.locator("img").count() == 0
    assert page.locator("script").count() == 1
    check_page(page, accessible=page.viewport_size == DESKTOP)


def test_the_policy_of_a_page_stops_scripts_and_what_is_elsewhere(browser: Browser, console: RunningConsole) -> None:
    context = browser.new_context()
    page = context.new_page()
    refused: list[str] = []
    page.on("console", lambda message: refused.append(message.text))
    page.goto(console.url)
    page.evaluate(
        "() => { const script = document.createElement('script'); script.textContent = 'document.title = 1';"
        "document.body.append(script); const picture = document.createElement('img');"
        "picture.src = 'https://example.com/a.png'; document.body.append(picture);"
        "fetch('https://example.com/').catch(() => 0); }"
    )
    page.wait_for_timeout(200)
    assert page.title().startswith("Sign in")
    assert sum("Content Security Policy" in text for text in refused) >= 3
    context.close()


def test_nothing_is_there_says_so(browser: Browser, hostile: RunningConsole) -> None:
    with visiting(browser, hostile, "arn:aws:iam::123456789012:role/nobody") as page:
        expect(page.get_by_text("This role may launch no product.")).to_be_visible()
        check_page(page)
        page.get_by_role("link", name="Provisioned products").first.click()
        expect(page.get_by_text("Nothing is launched by this role.")).to_be_visible()
        check_page(page)


def test_half_of_the_pages_are_answered_at_once() -> None:
    """The last test: the others have looked at a hundred pages."""
    assert len(TIMES) > 50
    assert statistics.median(TIMES) < QUICK
