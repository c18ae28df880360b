"""Portfolios of installed packages, as people see them: a distribution made by hand, and the commands."""

from __future__ import annotations

import json
import os
import shutil
import sys
from collections.abc import Callable
from importlib.metadata import Distribution
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from hypothesis import given, settings
from hypothesis import strategies as st

from catalog.cli import main
from catalog.content.package_portfolios import GROUP, portfolios_of
from catalog.errors import ContentError
from tests.installing import install_portfolios
from tests.json_output import check_output

PORTFOLIO = """\
display_name: {name}
provider: Acme
stage: dev
products:
  - product: topic
    launch: {{local_role_name: catalog-launch-topic}}
principals:
  - arn: arn:aws:iam::${{AWS::AccountId}}:role/developer
"""
TEMPLATE = """\
Metadata:
  Catalog: {name: Topic, owner: Us, description: A topic., version: 1.0.0}
Resources:
  Topic: {Type: "AWS::SNS::Topic"}
"""
WIDE = "iam:::role/*-developer\n    type: IAM_PATTERN"
Install = Callable[..., Path]


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A repository with a product and without portfolios."""
    root = tmp_path / "repository"
    (root / "products").mkdir(parents=True)
    (root / "products" / "topic.yaml").write_text(TEMPLATE)
    return root


@pytest.fixture
def install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Install:
    """Install a distribution with portfolio files, as pip leaves it; returns the folder acme/ of its files."""

    def install_package(name: str = "acme-portfolios", *, value: str = "acme.portfolios", **options: Any) -> Path:
        files = {key: text for key, text in options.items() if isinstance(text, str)}
        editable = bool(options.get("editable"))
        folders = install_portfolios(tmp_path / name, files, name=name, value=value, editable=editable)
        for path in {*folders}:
            monkeypatch.syspath_prepend(str(path))
        return folders[1] / "acme"

    return install_package


def run(root: Path, setting: str, *arguments: str) -> Result:
    """Run a command with this value of package_portfolios."""
    (root / "pyproject.toml").write_text(f'[tool.catalog]\nowner = "example"\npackage_portfolios = {setting}\n')
    return CliRunner().invoke(main, ["-C", str(root), *arguments])


def named(name: str) -> str:
    return PORTFOLIO.format(name=name)


@pytest.mark.parametrize("editable", [False, True])
def test_a_portfolio_of_a_package_takes_part_if_the_settings_name_it(
    root: Path, install: Install, *, editable: bool
) -> None:
    install(editable=editable, payments=named("Payments"), data=named("Data"))
    assert "PORTFOLIO  DISPLAY NAME  PRODUCTS\n" in run(root, "[]", "list").stdout
    listed = run(root, '["acme/payments"]', "list")
    assert "topic    not released  Topic  payments\n" in listed.stdout, listed.output
    assert "payments   Payments      topic     package acme-portfolios 1.2.0\n" in listed.stdout
    output = run(root, '["acme", "acme/data"]', "list", "--json").stdout
    check_output(["list", "--json"], output)
    assert [(each["portfolio"], each["file"], each["package"]) for each in json.loads(output)["portfolios"]] == [
        ("data", "acme/portfolios/data.yaml", "acme-portfolios 1.2.0"),
        ("payments", "acme/portfolios/payments.yaml", "acme-portfolios 1.2.0"),
    ]
    assert "acme" not in sys.modules


def test_commands_name_the_package_and_never_edit_it(root: Path, install: Install) -> None:
    install(payments=named("Payments").replace("iam::${AWS::AccountId}:role/developer", WIDE))
    checked = run(root, '["acme"]', "validate", "--no-cache")
    assert checked.exit_code == 3
    assert "E9103" in checked.stdout
    assert "acme-portfolios 1.2.0: acme/portfolios/payments.yaml:8 " in checked.stdout
    marked = json.loads(run(root, '["acme"]', "validate", "--no-cache", "--format", "gitlab").stdout)
    (issue,) = (each for each in marked if each["check_name"] == "E9103")
    assert issue["location"] == {"path": "pyproject.toml", "lines": {"begin": 1}}
    assert issue["description"].startswith("acme-portfolios 1.2.0: acme/portfolios/payments.yaml:8: principals/0")
    written = run(root, '["acme"]', "new", "portfolio", "payments", "--principal", "role/x", "--product", "topic")
    assert written.exit_code == 2
    assert "package acme-portfolios 1.2.0 has portfolio 'payments' already" in written.stderr
    offered = run(root, '["acme"]', "new", "product", "bucket", "--portfolio", "payments", "--yaml")
    assert "portfolio payments is of package acme-portfolios 1.2.0, which is not edited" in offered.stderr
    assert not (root / "products" / "bucket.yaml").exists()
    assert "payments" in complete(root, "simulate topic --portfolio ")


def test_evidence_has_the_portfolio_of_a_package(root: Path, install: Install) -> None:
    folder = install(payments=named("Payments"))
    released = run(root, '["acme"]', "release", "topic")
    assert released.exit_code == 0, released.output
    sources = json.loads(run(root, '["acme"]', "evidence", "topic", "1.0.0").stdout)["sources"]
    assert sources[-1]["file"] == "acme-portfolios 1.2.0: acme/portfolios/payments.yaml"
    shutil.rmtree(folder)
    lost = run(root, '["acme"]', "list")
    assert lost.exit_code == 2
    assert "acme/portfolios/payments.yaml: the package lists this file, but it is missing" in lost.stderr


def complete(root: Path, words: str) -> list[str]:
    """What completion offers after these words."""
    env = {"_CATALOG_COMPLETE": "bash_complete", "COMP_WORDS": f"catalog -C {root} {words}", "COMP_CWORD": "6"}
    return CliRunner().invoke(main, [], env=env, prog_name="catalog").stdout.replace("plain,", "").splitlines()


@pytest.mark.parametrize(
    ("setting", "words", "hint"),
    [
        ('["acme "]', "pyproject.toml:3: each member of package_portfolios must be ENTRY_POINT", ""),
        (
            '["other"]',
            "pyproject.toml:3: no installed package has the entry point 'other' in the group catalog.portfolios",
            "Install the package with the portfolios. Installed entry points: acme.",
        ),
        ('["acme/other"]', "pyproject.toml:3: acme-portfolios 1.2.0 has no portfolio 'other'", "acme has payments."),
    ],
)
def test_a_setting_that_names_nothing_is_an_error(
    root: Path, install: Install, setting: str, words: str, hint: str
) -> None:
    install(payments=named("Payments"))
    listed = run(root, setting, "list")
    assert listed.exit_code == 2
    assert words in listed.stderr
    assert hint in listed.stderr


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (named("X").replace("topic", "queue"), "payments.yaml:5: unknown product 'queue'"),
        ("display_name: X\n", "payments.yaml is not a valid portfolio"),
        (
            f"{named('X')}suppress:\n  - {{control: E9103, reason: We want it., expires: 2030-01-01}}\n",
            "payments.yaml:9: a portfolio of a package cannot suppress findings",
        ),
    ],
)
def test_a_fault_in_a_portfolio_of_a_package_names_the_package(
    root: Path, install: Install, text: str, words: str
) -> None:
    install(payments=text)
    listed = run(root, '["acme"]', "list")
    assert listed.exit_code == 2
    assert f"acme-portfolios 1.2.0: acme/portfolios/{words}" in listed.stderr


def test_a_key_is_that_of_one_portfolio(root: Path, install: Install) -> None:
    install(payments=named("Payments"))
    (root / "imports").mkdir()
    imported = root / "imports" / "payments.yaml"
    imported.write_text("account: '111122223333'\nportfolio_id: port-abcdefghijklm\nshare_type: IMPORTED\n")
    words = "imports/payments.yaml: acme-portfolios 1.2.0: acme/portfolios/payments.yaml has the same key"
    assert words in run(root, '["acme"]', "list").stderr
    (root / "portfolios").mkdir()
    (root / "portfolios" / "payments.yaml").write_text(named("Ours"))
    clash = run(root, '["acme"]', "list").stderr
    assert "acme-portfolios 1.2.0: acme/portfolios/payments.yaml: portfolios/payments.yaml has the same key" in clash
    assert "name other portfolios in package_portfolios (pyproject.toml)" in clash


def test_two_packages_cannot_bring_the_same(root: Path, install: Install, tmp_path: Path) -> None:
    install(payments=named("Payments"))
    install("other-portfolios", payments=named("Payments"))
    points = tmp_path / "other-portfolios" / "site" / "other_portfolios-1.2.0.dist-info" / "entry_points.txt"
    assert "have the entry point 'acme' of catalog.portfolios both" in run(root, '["acme"]', "list").stderr
    points.write_text(points.read_text().replace("acme =", "other ="))
    sys.path.append(str(tmp_path))  # what is installed is listed once for each sys.path
    try:
        clash = run(root, '["acme", "other"]', "list")
    finally:
        sys.path.remove(str(tmp_path))
    words = (
        "other-portfolios 1.2.0: acme/portfolios/payments.yaml: acme-portfolios 1.2.0: acme/portfolios/payments.yaml"
    )
    assert f"{words} has portfolio 'payments' too" in clash.stderr


@pytest.mark.parametrize(
    ("value", "words"),
    [
        ("acme.portfolios:KEY", "must name a folder as Python names a package, such as acme.portfolios, got 'acme."),
        ("acme.absent", "the package has no file KEY.yaml in acme/absent/"),
    ],
)
@pytest.mark.parametrize("editable", [False, True])
def test_an_entry_point_without_portfolios_is_an_error(
    root: Path, install: Install, value: str, words: str, *, editable: bool
) -> None:
    install(value=value, editable=editable, payments=named("Payments"))
    listed = run(root, '["acme"]', "list")
    assert listed.exit_code == 2
    assert "package acme-portfolios 1.2.0: entry point 'acme' of catalog.portfolios" in listed.stderr
    assert words in listed.stderr


@pytest.mark.parametrize("editable", [False, True])
def test_a_link_does_not_lead_out_of_the_package(
    root: Path, install: Install, tmp_path: Path, *, editable: bool
) -> None:
    folder = install(editable=editable, payments=named("Payments"))
    (tmp_path / "secret.yaml").write_text("password: x\n")
    portfolio = folder / "portfolios" / "payments.yaml"
    os.replace(portfolio, folder / "inside.yaml")
    portfolio.symlink_to("../inside.yaml")
    assert run(root, '["acme"]', "list").exit_code == 0
    portfolio.unlink()
    portfolio.symlink_to(tmp_path / "secret.yaml")
    listed = run(root, '["acme"]', "list")
    assert "payments.yaml: a symbolic link leads out of the package, to " in listed.stderr
    assert "password" not in listed.stderr


def test_an_editable_package_has_no_portfolios_outside_of_its_project(
    root: Path, install: Install, tmp_path: Path
) -> None:
    folder = install(editable=True, payments=named("Payments"))
    origin = next((tmp_path / "acme-portfolios" / "site").glob("*.dist-info")) / "direct_url.json"
    for text in ("[]", "{", json.dumps({"url": tmp_path.joinpath("else").as_uri(), "dir_info": {"editable": True}})):
        origin.write_text(text)
        assert "the package has no file KEY.yaml in acme/portfolios/" in run(root, '["acme"]', "list").stderr
    assert folder.is_dir()


ORIGINS = st.one_of(
    st.recursive(
        st.one_of(st.none(), st.booleans(), st.text(max_size=9), st.just("file:///nowhere"), st.just("file://[")),
        lambda inner: st.dictionaries(st.sampled_from(["url", "dir_info", "editable"]), inner) | st.lists(inner),
        max_leaves=5,
    ).map(lambda value: json.dumps(value).encode()),
    st.just(b"[" * 100_000),
    st.binary(max_size=20),
)


@settings(max_examples=40)
@given(st.one_of(st.binary(max_size=50), st.text(max_size=50).map(str.encode)), ORIGINS)
def test_metadata_that_nobody_can_read_are_an_error_in_words(
    tmp_path_factory: pytest.TempPathFactory, record: bytes, origin: bytes
) -> None:
    info = tmp_path_factory.getbasetemp() / "broken-1.0.dist-info"
    info.mkdir(exist_ok=True)
    (info / "METADATA").write_text("Name: broken\nVersion: 1.0\n")
    (info / "entry_points.txt").write_text(f"[{GROUP}]\nacme = acme.portfolios\n")
    (info / "RECORD").write_bytes(record)
    (info / "direct_url.json").write_bytes(origin)
    with pytest.raises(ContentError, match=r"package broken 1\.0: entry point 'acme' of catalog\.portfolios: the "):
        list(portfolios_of("acme", tuple(Distribution.at(info).entry_points)))


@pytest.mark.parametrize(
    ("name", "words"),
    [("payments.yml", "portfolio files end in .yaml"), ("two words.yaml", "the name is the key and must be")],
)
def test_a_file_in_the_folder_that_is_no_portfolio_is_an_error(
    root: Path, install: Install, name: str, words: str
) -> None:
    folder = install(editable=True, payments=named("Payments"))
    (folder / "portfolios" / name).write_text(named("Other"))
    assert words in run(root, '["acme"]', "list").stderr
