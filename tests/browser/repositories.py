"""Writes the repositories whose pages the browser opens: `python -m tests.browser.repositories DIR [NAME]...`.

With `review` or `site` before the names, each has its pages beside it, in NAME.out: one process makes all of them.
Runs with the Python that has catalog. The tests themselves have only pytest, Playwright and axe.
"""

from __future__ import annotations

import shutil
import sys
from collections.abc import Sequence
from pathlib import Path

from click.testing import CliRunner

from catalog.cli import main
from tests.releasing import release
from tests.unit.review import repository
from tests.unit.review.repository import METADATA, PORTFOLIO, TEMPLATE, base_repository, write
from tests.unit.site.catalogue import made_catalogue

HOSTILE = "<script>document.title='owned'</script><img src=x onerror=\"document.title='owned'\">'\\\"&lt;"
LONG = "a-very-long-word-without-an-end-" * 8
SMALL = """\
AWSTemplateFormatVersion: "2010-09-09"
Description: A topic.
Parameters:
  Stage: {{Type: String, Description: "Where topic {number} stands."}}
Resources:
  Topic: {{Type: AWS::SNS::Topic}}
Outputs:
  Output{number}: {{Value: !Ref Topic}}
"""
USERS, PRODUCTS = 100, 200


def hostile(folder: Path) -> None:
    """Names and texts that would do something in a page that let them."""
    base_repository(folder)
    text = HOSTILE.replace("'", "''")
    template = TEMPLATE.replace("Where the vault stands.", f"'{text} {LONG}'")
    write(folder, template, "1.0.1", PORTFOLIO.replace("For teams", f"'{text}'"))
    metadata = METADATA.format(version="1.0.1").replace("A place for secrets.", f"'{text}'")
    (folder / "products/vault.product.yaml").write_text(metadata)


def large(folder: Path) -> None:
    """More than 200 rows: principals of a matrix."""
    base_repository(folder)
    write(folder, TEMPLATE.replace('"kms:Encrypt"', '"kms:Sign", "kms:Encrypt"'), "1.1.0")
    roles = ",".join(f"arn:aws:iam::123456789012:role/t{number}" for number in range(USERS))
    (folder / "examples/vault.yaml").write_text(f"KeyUsers: {roles}\nStage: dev\n")


def hostile_release(folder: Path) -> None:
    """The hostile texts, released, and in the name of a portfolio and the message of a commit."""
    hostile(folder)
    release(folder, "vault")
    portfolio = folder / "portfolios/blocks.yaml"
    text = HOSTILE.replace("'", "''")
    portfolio.write_text(portfolio.read_text().replace("Building blocks", f"'{text[:90]}'"))
    repository.git(folder, "add", "-A")
    repository.git(folder, "commit", "-q", "-m", HOSTILE)


def many(folder: Path) -> None:
    """200 products. They are not released: cfn-lint would take a minute."""
    base_repository(folder)
    offers = "".join(f"  - product: block-{number:03}\n" for number in range(PRODUCTS))
    (folder / "portfolios/many.yaml").write_text(f"{PORTFOLIO[: PORTFOLIO.index('products:')]}products:\n{offers}")
    for number in range(PRODUCTS):
        name = f"products/block-{number:03}"
        (folder / f"{name}.yaml").write_text(SMALL.format(number=number))
        metadata = f'name: Block {number:03}\nowner: Platform\ndescription: ""\nversion: 1.0.0\n'
        (folder / f"{name}.product.yaml").write_text(metadata)


def empty(folder: Path) -> None:
    """No products, and a portfolio without anything."""
    base_repository(folder)
    shutil.rmtree(folder / "products")
    (folder / "products").mkdir()
    (folder / "portfolios/blocks.yaml").write_text("display_name: Nothing yet\nprovider: Platform\nproducts: []\n")


CHANGES = {
    "harmless": repository.harmless,
    "widening": repository.widening,
    "key_losing": repository.key_losing,
}

BEGINNINGS = {
    "hostile": hostile,
    "large": large,
    "catalogue": made_catalogue,
    "hostile_release": hostile_release,
    "many": many,
    "empty": empty,
}


def write_all(root: Path, names: Sequence[str]) -> None:
    """Each repository in a folder of its name; those with these names, or all."""
    for name, change in CHANGES.items():
        if not names or name in names:
            change(base_repository(root / name))
    for name, begin in BEGINNINGS.items():
        if not names or name in names:
            begin(root / name)


def write_pages(root: Path, command: str, names: Sequence[str]) -> None:
    """Run the command on each repository."""
    for name in names:
        arguments = ["-C", str(root / name), command, "-o", str(root / f"{name}.out")]
        done = CliRunner().invoke(main, arguments, catch_exceptions=False)
        if done.exit_code:
            raise SystemExit(done.output)


if __name__ == "__main__":
    folder, words = Path(sys.argv[1]), sys.argv[2:]
    made = words[0] if words[:1] in (["review"], ["site"]) else ""
    write_all(folder, words[1:] if made else words)
    if made:
        write_pages(folder, made, words[1:])
