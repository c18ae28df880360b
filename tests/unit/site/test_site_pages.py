"""The pages of a site: what they say, where they lead, and that nothing in them does anything."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path, PurePosixPath
from urllib.parse import unquote, urlsplit
from xml.etree import ElementTree

import pytest
from click.testing import CliRunner

from catalog.check.evidence import as_bytes, evidence
from catalog.cli import main
from catalog.content.config import load_config
from tests.unit.site.conftest import files_of
from tests.unit.web.test_parts import Page

ATOM = "{http://www.w3.org/2005/Atom}"
LARGEST = 1_000_000
NOBODY = {"AWS_ACCESS_KEY_ID": "nobody", "AWS_SECRET_ACCESS_KEY": "nothing"}


def links(pages: dict[str, Page]) -> Iterator[tuple[str, str]]:
    """(page, address) of each link."""
    for path, page in pages.items():
        for tag, values in page.tags:
            if tag in ("a", "link") and values.get("href"):
                yield path, str(values["href"])


def atom(folder: Path) -> ElementTree.Element:
    """The feed."""
    return ElementTree.fromstring((folder / "feed.xml").read_bytes())  # noqa: S314  # our own file


def resolved(path: str, address: str) -> tuple[str, str]:
    """(file, id) that a relative link leads to."""
    parts = urlsplit(address)
    names: list[str] = []
    for name in (*PurePosixPath(path).parent.parts, *PurePosixPath(unquote(parts.path)).parts):
        if name == "..":
            names.pop()
        elif name != ".":
            names.append(name)
    return ("/".join(names) if parts.path else path), parts.fragment


def test_each_internal_link_leads_somewhere(folder: Path, pages: dict[str, Page]) -> None:
    files = files_of(folder)
    ids = {path: {values.get("id") for _, values in page.tags} for path, page in pages.items()}
    feed = [("feed.xml", link.attrib["href"]) for link in atom(folder).iter(f"{ATOM}link")]
    internal = [(path, address) for path, address in (*links(pages), *feed) if not urlsplit(address).scheme]
    assert len(internal) > 100
    wrong = []
    for path, address in internal:
        file, fragment = resolved(path, address)
        if address.startswith("/") or file not in files or (fragment and fragment not in ids[file]):
            wrong.append((path, address))
    assert wrong == []


def test_each_page_can_be_reached_from_the_start(folder: Path, pages: dict[str, Page]) -> None:
    reached = {"index.html"}
    while more := {resolved(path, link)[0] for path, link in links(pages) if path in reached} - reached:
        reached |= more
    assert reached >= files_of(folder).keys()


def test_the_same_repository_gives_the_same_bytes(repository: Path, folder: Path, tmp_path: Path) -> None:
    result = CliRunner().invoke(main, ["-C", str(repository), "site", "-o", str(tmp_path / "again")])
    assert result.exit_code == 0
    assert "3 products, 3 portfolios" in result.stdout
    assert files_of(tmp_path / "again") == files_of(folder)


def test_ids_are_unique_and_pages_are_small_and_run_nothing_but_the_search(
    folder: Path, pages: dict[str, Page]
) -> None:
    for path, page in pages.items():
        ids = [values["id"] for _, values in page.tags if "id" in values]
        assert len(ids) == len(set(ids)), path
        assert [tag for tag, _ in page.tags].count("main") == 1
        scripts = [values for tag, values in page.tags if tag == "script"]
        assert scripts == ([{}] if path == "index.html" else [])
        (policy,) = [values["content"] or "" for _, values in page.tags if values.get("http-equiv")]
        assert policy.startswith("default-src 'none'; style-src 'sha256-")
        assert ("script-src" in policy) == (path == "index.html")
        assert (folder / path).stat().st_size < LARGEST


def test_a_product_page_says_what_people_ask(pages: dict[str, Page]) -> None:
    text = pages["products/vault.html"].text
    for words in (
        "Vault 1.1.0",
        "A place for secrets.",
        "Building blocks",
        "role/deploy",
        "every role/dev-*",
        "The stage of the vault.",
        "Roles that may encrypt and decrypt with the key.",
        "examples/vault.yaml",
        "launched",
        "KeyArn ARN of the key Topic",
        "launch-vault",
        "kms:CreateKey",
        "create AWS::KMS::Key",
        "KeyUsers: app may use it in part",
        "What changed since 1.0.1: 1 difference, minor",
        "output added",
        "The evidence as JSON",
        "us-east-1: look for Vault",
    ):
        assert words in text, words
    assert "1.0.0 deprecated" in text
    assert "It can no longer be launched. What was launched stays, and can be updated to it." in text


def test_versions_that_nobody_can_launch_are_said_to_be_so(pages: dict[str, Page]) -> None:
    retired, draft = pages["products/topic.html"].text, pages["products/draft.html"].text
    assert "Topic 1.0.0 retired" in retired
    assert "No version can be launched." in retired
    assert "catalog launch topic --name" not in retired
    assert "Draft 0.1.0 not released" in draft
    assert "nobody can launch it" in draft
    assert "None is released." in draft
    assert "Evidence is about released bytes" in draft


def test_evidence_is_what_the_command_prints(repository: Path, folder: Path) -> None:
    written = (folder / "evidence/vault-1.1.0.json").read_bytes()
    assert written == as_bytes(evidence(load_config(repository), "vault", "1.1.0"))
    text = Page((folder / "products/vault.html").read_text()).text
    assert f"{json.loads(written)['summary']['pass']} pass" in text
    assert "of the KMS article: " in text
    assert "cfn-lint's own rules find nothing in it for us-east-1." in text


def test_portfolios_say_who_launches_under_which_rules(pages: dict[str, Page]) -> None:
    blocks, every = pages["portfolios/blocks.html"].text, pages["portfolios/every.html"].text
    assert "This portfolio is for dev. (Stage is dev)" in blocks
    assert "TagOption Team: blue" in blocks
    assert "Launch role launch-vault" in blocks
    assert {values.get("class") for _, values in pages["portfolios/blocks.html"].tags}.isdisjoint({"mark added"})
    assert "Partner tool from a portfolio of another account" in every
    (odd,) = [page.text for path, page in pages.items() if path.startswith("portfolios/my-portfolio-")]
    assert "Odd name" in odd
    partner = pages["imports/partner.html"].text
    assert "A portfolio of account 444455556666" in partner
    assert "role/dev-lead" in partner
    assert "Partner tool in Every team" in partner


def test_service_actions_say_what_they_do_as_whom(pages: dict[str, Page]) -> None:
    text = pages["actions.html"].text
    assert "RestartVault Restarts what the vault runs on." in text
    assert "Product Vault, from version 1.1.0" in text
    assert "As the person who runs it" in text
    assert "InstanceId: the resource, filled in by Service Catalog" in text
    assert "RestartVault: Restarts what the vault runs on." in pages["products/vault.html"].text


def test_a_role_can_launch_what_patterns_give_it_too(pages: dict[str, Page]) -> None:
    sections = list(pairwise(pages["principals.html"].text.split(" Through ")))
    (lead,) = [after for before, after in sections if before.endswith("role/dev-lead of the account that publishes")]
    assert lead.startswith("Every team port-abcdefghijklm of account 444455556666 Can launch Partner tool Topic Vault")
    (deploy,) = [after for before, after in sections if before.endswith("role/deploy of the account that publishes")]
    assert "Vault through Building blocks, Every team, Odd name" in deploy


def test_changes_are_releases_and_commits(folder: Path, pages: dict[str, Page]) -> None:
    text = pages["changes.html"].text
    assert "Blocks are for <b>all</b> teams Building blocks" in text
    assert text.index("Blocks are for") < text.index("Vault 1.0.0")
    assert ("changes.html", "imports/partner.html") in links(pages)
    feed = atom(folder)
    entries = feed.findall(f"{ATOM}entry")
    moments = [entry.findtext(f"{ATOM}updated", "") for entry in entries]
    assert moments == sorted(moments, reverse=True)
    assert feed.findtext(f"{ATOM}updated") == moments[0]
    ids = [entry.findtext(f"{ATOM}id", "") for entry in entries]
    assert len(set(ids)) == len(ids) == 6
    assert all(id_.startswith("urn:uuid:") for id_ in ids)


def test_the_feed_has_whole_links_below_a_url(repository: Path, tmp_path: Path) -> None:
    arguments = ["-C", str(repository), "site", "-o", str(tmp_path / "s"), "--url", "https://example.com/catalogue/"]
    assert CliRunner().invoke(main, arguments).exit_code == 0
    feed = atom(tmp_path / "s")
    addresses = [link.attrib["href"] for link in feed.iter(f"{ATOM}link")]
    assert all(address.startswith("https://example.com/catalogue/") for address in addresses)
    assert "https://example.com/catalogue/feed.xml" in addresses


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("--local",), "--local says where to ask for the usage: it needs --usage"),
        (("--to", "all"), "--to says where to ask for the usage: it needs --usage"),
        (("--url", "example.com"), "--url must begin with https:// or http://, got 'example.com'"),
    ],
)
def test_options_without_an_effect_are_refused(
    repository: Path, tmp_path: Path, words: tuple[str, ...], message: str
) -> None:
    result = CliRunner().invoke(main, ["-C", str(repository), "site", "-o", str(tmp_path / "s"), *words])
    assert result.exit_code == 2
    assert message in result.stderr
    assert not (tmp_path / "s").exists()


def test_nothing_is_written_if_an_account_does_not_answer(
    repository: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shutil.copytree(repository, tmp_path / "copy")
    with (tmp_path / "copy/pyproject.toml").open("a") as file:
        file.write('[tool.catalog.targets.hub]\naccount = "123456789012"\nregions = ["us-east-1"]\n')
    for name, value in {**NOBODY, "AWS_ENDPOINT_URL": "http://127.0.0.1:9", "AWS_MAX_ATTEMPTS": "1"}.items():
        monkeypatch.setenv(name, value)
    arguments = ["-C", str(tmp_path / "copy"), "site", "-o", str(tmp_path / "s"), "--usage", "--to", "all"]
    result = CliRunner().invoke(main, arguments)
    assert result.exit_code == 1
    assert "GetCallerIdentity: http://127.0.0.1:9/ does not answer" in result.stderr
    assert "1 of 1 targets failed: hub/us-east-1" in result.stderr
    assert not (tmp_path / "s").exists()


def test_a_foreign_folder_is_refused_before_anything_is_read(repository: Path) -> None:
    result = CliRunner().invoke(main, ["-C", str(repository), "site", "-o", str(repository)])
    assert result.exit_code == 2
    assert "is not empty, and is not a site of catalog" in result.stderr


def test_the_search_has_the_words_of_each_product(pages: dict[str, Page]) -> None:
    items = [values for tag, values in pages["index.html"].tags if tag == "li" and "data-search" in values]
    (vault,) = [values for values in items if "parameter KeyUsers" in str(values.get("data-names"))]
    words = str(vault["data-search"]).split()
    assert {"vault", "keyusers", "encrypt", "aws::kms::key", "keyarn", "odd", "launch-vault"} <= set(words)
    assert len(words) == len(set(words))
    assert vault["data-search"] == str(vault["data-search"]).lower()
