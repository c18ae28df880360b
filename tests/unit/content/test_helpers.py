"""Helpers in products/, which product files import, and products of installed packages."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from catalog.cli import main
from catalog.content.config import Config, load_config
from catalog.content.load import load_product, product_keys
from catalog.content.product_process import stop_all
from catalog.content.render import render
from catalog.errors import ContentError
from tests.json_output import check_output

PRODUCT = """\
from catalog import ProductDefinition

{imports}


class Template:
    def to_dict(self):
{late}        return {{"Description": {text}, "Resources": {{}}}}


PRODUCT = ProductDefinition(name="{name}", owner="Us", description="", version="1.0.0", template=Template)
"""

Write = Callable[[str, str], None]


@pytest.fixture
def config(tmp_path: Path) -> Config:
    """An empty repository."""
    root = tmp_path / "repository"
    (root / "products").mkdir(parents=True)
    (root / "pyproject.toml").write_text('[tool.catalog]\nowner = "example"\nregions = ["us-east-1"]\n')
    return load_config(root)


@pytest.fixture
def write(config: Config) -> Write:
    """Write a file of products/."""

    def write_file(name: str, text: str) -> None:
        file = config.root / "products" / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)

    return write_file


def product(imports: str, text: str, *, late: str = "", name: str = "It") -> str:
    """A product file whose template has a Description from a helper."""
    return PRODUCT.format(imports=imports, text=text, late=f"        {late}\n" if late else "", name=name)


def description(config: Config, key: str = "it") -> object:
    return render(key, load_product(config, key)).template["Description"]


def refusal(config: Config, key: str = "it") -> tuple[str, str]:
    with pytest.raises(ContentError) as refused:
        render(key, load_product(config, key))
    return refused.value.message, refused.value.hint


@pytest.mark.parametrize(
    ("file", "imports"),
    [
        ("_helpers.py", "from _helpers import WORDS"),
        ("_shared/texts.py", "from _shared.texts import WORDS"),
        ("_shared/__init__.py", "from _shared import WORDS"),
        ("_shared/deep/texts.py", "from _shared.deep.texts import WORDS"),
    ],
)
def test_a_product_file_imports_helpers(config: Config, write: Write, file: str, imports: str) -> None:
    write(file, "WORDS = 'from a helper'\n")
    write("it.py", product(imports, "WORDS"))
    assert description(config) == "from a helper"
    write("it.py", product("", "WORDS", late=imports))
    assert description(config) == "from a helper"
    assert product_keys(config) == ("it",)
    assert list((config.root / "products").rglob("__pycache__")) == []


def test_helpers_import_each_other_and_an_edit_counts_at_once(config: Config, write: Write) -> None:
    write("_shared/__init__.py", "")
    write("_shared/base.py", "WORDS = 'first'\n")
    write("_shared/texts.py", "from .base import WORDS\n")
    write("it.py", product("from _shared.texts import WORDS", "WORDS"))
    assert description(config) == "first"
    write("_shared/base.py", "WORDS = 'other'\n")
    assert description(config) == "other"


def test_what_a_product_changes_in_a_helper_no_other_sees(config: Config, write: Write) -> None:
    write("_shared.py", "WORDS = ['a']\n")
    write("it.py", product("import _shared\n_shared.WORDS.append('b')", "' '.join(_shared.WORDS)"))
    write("other.py", product("import _shared", "' '.join(_shared.WORDS)", name="Other"))
    assert [description(config, key) for key in ("it", "other", "it")] == ["a b", "a", "a b"]


def test_repositories_have_their_own_helpers(config: Config, write: Write, tmp_path: Path) -> None:
    other = tmp_path / "other"
    (other / "products").mkdir(parents=True)
    (other / "pyproject.toml").write_text('[tool.catalog]\nowner = "other"\n')
    (other / "products" / "_helpers.py").write_text("WORDS = 'theirs'\n")
    (other / "products" / "it.py").write_text(product("", "WORDS", late="from _helpers import WORDS"))
    write("_helpers.py", "WORDS = 'ours'\n")
    write("it.py", product("", "WORDS", late="from _helpers import WORDS"))
    definitions = [(root, load_product(root, "it")) for root in (config, load_config(other))]
    assert [render("it", each).template["Description"] for _, each in definitions] == ["ours", "theirs"]
    assert [render("it", each).template["Description"] for _, each in definitions] == ["ours", "theirs"]


def test_a_fault_in_a_helper_has_its_line(config: Config, write: Write) -> None:
    write("it.py", product("from _shared.texts import words", "words()"))
    write("_shared/texts.py", "def words(:\n")
    assert refusal(config)[0] == "products/_shared/texts.py:1: syntax error: invalid syntax"
    write("_shared/texts.py", "\nwords = lost\n")
    assert refusal(config)[0].startswith("products/_shared/texts.py:2: the import fails, for products/it.py: NameError")
    write("_shared/texts.py", "\n\ndef words():\n    raise LookupError('no words')\n")
    message, _ = refusal(config)
    assert message.startswith("products/_shared/texts.py:4: the template cannot be built, for products/it.py: LookupE")
    write("_shared/texts.py", "from catalog import Retention\n\nwords = Retention(keep=0)\n")
    assert refusal(config)[0].startswith("products/_shared/texts.py:3: retention's keep must be")


def test_what_cannot_be_imported_says_what_can(config: Config, write: Write) -> None:
    write("it.py", product("import _nothing", "''"))
    assert refusal(config) == (
        "products/it.py:3: the import fails: ModuleNotFoundError: No module named '_nothing'",
        "Helpers are files and folders in products/ whose names begin with _ (`catalog help product-files.md`).",
    )
    write("helpers.py", "WORDS = ''\n")
    write("it.py", product("import helpers", "''"))
    assert refusal(config)[1].startswith("Only helpers can be imported: begin the name of products/helpers with _")


@pytest.mark.parametrize("name", ["_json.py", "_collections_abc.py", "_pytest/x.py"])
def test_a_helper_that_python_would_not_import_is_an_error(config: Config, write: Write, name: str) -> None:
    write(name, "")
    write("it.py", product("", "''"))
    module = name.partition("/")[0].removesuffix(".py")
    message, hint = refusal(config)
    assert message.startswith(f"products/{name.partition('/')[0]}: Python has a module {module!r}")
    assert hint == "Give the helper another name."


Install = Callable[..., None]


@pytest.fixture
def install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Install:
    """Install a package `acme` with files and entry points, as pip leaves it."""

    def install_package(entry_points: str, name: str = "acme-products", **files: str) -> None:
        site = tmp_path / name
        (site / "acme" / "deep").mkdir(parents=True, exist_ok=True)
        (site / "acme" / "__init__.py").touch()
        for file, text in files.items():
            (site / "acme" / f"{file.replace('__', '/')}.py").write_text(text)
        info = site / f"{name.replace('-', '_')}-1.2.0.dist-info"
        info.mkdir()
        (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.2.0\n")
        (info / "entry_points.txt").write_text(f"[catalog.products]\n{entry_points}\n")
        monkeypatch.syspath_prepend(str(site))

    return install_package


def run(config: Config, *arguments: str) -> Result:
    return CliRunner().invoke(main, ["-C", str(config.root), *arguments])


def offer(config: Config, key: str) -> None:
    """A portfolio that offers a product."""
    (config.root / "portfolios").mkdir()
    (config.root / "portfolios" / "team.yaml").write_text(
        f"display_name: Team\nprovider: Us\nstage: dev\nproducts:\n  - product: {key}\n"
        "principals:\n  - arn: arn:aws:iam::${AWS::AccountId}:role/developer\n"
    )


def test_a_product_of_a_package_is_offered_and_released_here(config: Config, install: Install) -> None:
    install("it = acme.deep.it\nunused = acme.unused", deep__it=product("import os", "os.getcwd()"))
    assert product_keys(config) == ()
    assert "AVAILABLE  FROM\nit         package acme-products 1.2.0\nunused " in run(config, "list").stdout
    offer(config, "it")
    assert product_keys(config) == ("it",)
    listed = run(config, "list")
    assert "it       not released  It    team        package acme-products 1.2.0" in listed.stdout, listed.output
    output = run(config, "list", "--json").stdout
    check_output(["list", "--json"], output)
    data = json.loads(output)
    assert [(each["file"], each["package"]) for each in data["products"]] == [
        ("acme/deep/it.py", "acme-products 1.2.0")
    ]
    assert [each["product"] for each in data["available"]] == ["unused"]
    assert description(config) == str(config.root)
    assert "acme" not in sys.modules


def test_the_version_of_a_product_of_a_package_is_not_edited(config: Config, install: Install, tmp_path: Path) -> None:
    text = product("", '"A topic."').replace('"Resources": {}', '"Resources": {"T": {"Type": "AWS::SNS::Topic"}}')
    install("it = acme.it", it=text)
    released = run(config, "release", "it")
    assert released.exit_code == 0, released.output
    assert product_keys(config) == ("it",)
    sources = json.loads(run(config, "evidence", "it", "1.0.0").stdout)["sources"]
    assert sources[1]["file"] == "acme/it.py"
    (tmp_path / "acme-products" / "acme" / "it.py").write_text(text.replace("A topic.", "A better topic."))
    stop_all()  # as if this were another command
    bumped = run(config, "release", "it", "--bump", "patch", "--notes", "Words.")
    assert bumped.exit_code == 2
    assert "acme/it.py: is of package acme-products 1.2.0, which is not edited" in bumped.stderr
    assert "Install a version of the package with 1.0.1, then run `catalog release it`." in bumped.stderr


@pytest.mark.parametrize(
    ("entry_points", "words"),
    [
        ("it = acme.it", "declares product 'it' too"),
        ("two words = acme.it", "the name is the key and must be letters, digits, _ and -"),
        ("other = acme.it:PRODUCT", "must name a module with PRODUCT, got 'acme.it:PRODUCT'"),
    ],
)
def test_an_entry_point_that_cannot_be_a_product_is_an_error(
    config: Config, write: Write, install: Install, entry_points: str, words: str
) -> None:
    write("it.py", product("", "''"))
    install(entry_points)
    listed = run(config, "list")
    assert listed.exit_code == 2
    assert words in listed.stderr
    assert "package acme-products 1.2.0: entry point" in listed.stderr


def test_two_packages_with_one_key_are_an_error(config: Config, install: Install) -> None:
    install("it = acme.it")
    install("it = acme.it", name="other-products")
    assert "declares product 'it' too" in run(config, "list").stderr


def test_a_module_that_cannot_be_imported_is_an_error_with_its_line(config: Config, install: Install) -> None:
    install("it = acme.it\nlost = acme.lost", it="\nraise ValueError('no')\n")
    assert refusal(config)[0] == "acme/it.py:2: the import fails: ValueError: no"
    assert refusal(config, "lost")[0].startswith("acme/lost.py: the import fails: ModuleNotFoundError: No module")
