"""Writes the repositories whose pages the browser opens: `python -m tests.browser.repositories DIR`.

Runs with the Python that has catalog. The tests themselves have only pytest, Playwright and axe.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

from tests.unit.review import repository
from tests.unit.review.repository import METADATA, PORTFOLIO, TEMPLATE, base_repository, write

HOSTILE = "<script>document.title='owned'</script><img src=x onerror=\"document.title='owned'\">'\\\"&lt;"
LONG = "a-very-long-word-without-an-end-" * 8
USERS = 100


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


CHANGES = {
    "harmless": repository.harmless,
    "widening": repository.widening,
    "key_losing": repository.key_losing,
}


def write_all(root: Path, names: Sequence[str]) -> None:
    """Each repository in a folder of its name; those with these names, or all."""
    for name, change in CHANGES.items():
        if not names or name in names:
            change(base_repository(root / name))
    for name, begin in (("hostile", hostile), ("large", large)):
        if not names or name in names:
            begin(root / name)


if __name__ == "__main__":
    write_all(Path(sys.argv[1]), sys.argv[2:])
