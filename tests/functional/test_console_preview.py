"""The author's loop: the console shows the form of the working tree, and follows its files. Publishes nothing."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from catalog.aws.session import open_local_session
from catalog.console.server import address, listen
from catalog.console.state import Console
from catalog.content.config import load_config
from catalog.provisioning.repository import RepositoryNames
from catalog.sandbox.control import Sandbox
from tests.console_client import Visit
from tests.unit.review.repository import TEMPLATE, write


@pytest.fixture
def author(server: Sandbox, tmp_path: Path) -> Iterator[tuple[Visit, Path]]:
    """Somebody who works on the product `vault`."""
    write(tmp_path, TEMPLATE, "1.0.0")
    session = open_local_session(server.environment(), None)
    console = Console(session, RepositoryNames(load_config(tmp_path)), "the-key")
    running = listen(console, 0)
    thread = threading.Thread(target=running.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    visit = Visit(address(console))
    visit.ask("/?key=the-key")
    yield visit, tmp_path
    running.shutdown()
    thread.join()
    running.server_close()


def state_of(html: str) -> str:
    return html.partition('data-state="')[2].partition('"')[0]


def test_the_form_follows_the_files(author: tuple[Visit, Path]) -> None:
    visit, root = author
    assert "/working-tree/vault" in visit.ask("/working-tree").links
    page = visit.ask("/working-tree/vault")
    assert page.status == 200
    assert "products/vault" in page.text
    file = root / "products" / "vault.yaml"
    text = file.read_text()
    answers: list[dict[str, str]] = []

    def wait() -> None:
        since = state_of(page.html)
        answers.append(json.loads(visit.ask(f"/working-tree/vault/changes?since={since}").html))

    waiting = threading.Thread(target=wait)
    waiting.start()
    time.sleep(0.2)
    assert answers == []
    start = time.monotonic()
    file.write_text(text.replace("Where the vault stands.", "Where it is."))
    waiting.join(10)
    changed = visit.ask("/working-tree/vault")
    assert time.monotonic() - start < 1, "within a second"
    assert ("Where it is." in changed.text, state_of(changed.html)) == (True, answers[0]["state"])

    file.write_text(text.replace("Resources:", "Resources: ["))
    broken = visit.ask("/working-tree/vault")
    assert "products/vault.yaml" in broken.text
    assert 'class="danger-note"' in broken.html
    file.write_text(text)
    wrong = visit.send(visit.ask("/working-tree/vault"), "/working-tree/vault", name="-", step="review")
    assert (wrong.status, "must be corrected" in wrong.text) == (422, True)
    role = "arn:aws:iam::123456789012:role/app"
    values = {"name": "mine", "p__KeyUsers": role, "t__Team": "red", "step": "review"}
    prod = visit.send(wrong, "/working-tree/vault", **{**values, "p__Stage": "prod"})
    assert "This portfolio is for dev." in prod.text
    filled = visit.send(wrong, "/working-tree/vault", **values)
    assert "Name AWS::KMS::Alias alias/dev/vault" in filled.text, filled.text
    assert "Who gets access Key: KeyUsers: app: use in part" in filled.text
    assert wrong.form("/working-tree").options["p.Stage"] == ["dev"], "the rule of the portfolio leaves it"
    assert visit.ask("/working-tree/nothing").text.count("unknown product") == 1
