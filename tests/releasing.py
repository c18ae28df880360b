"""Releases in the repository of a test, without the checks of `catalog release`, which have their own tests."""

from __future__ import annotations

import shutil
from datetime import date
from pathlib import Path

from catalog.content.config import load_config
from catalog.content.load import load_product
from catalog.content.render import render
from catalog.releases import Release, draft_release

DAY = date(2026, 11, 25)


def release(repository: Path, key: str = "kms_key", *, afresh: bool = False) -> Release:
    """Release what the product file renders. With `afresh`, it is the first release."""
    if afresh:
        shutil.rmtree(repository / "products" / "releases" / key, ignore_errors=True)
    config = load_config(repository)
    definition = load_product(config, key)
    draft = draft_release(config, render(key, definition), definition.version_description, DAY)
    draft.freeze()
    return draft.release


def change(repository: Path, key: str = "kms_key", output: str = "Extra", version: str = "1.0.0") -> None:
    """Add an output to the template, and set `version` in the product file."""
    with (repository / "products" / f"{key}.py").open("a") as file:
        file.write(
            "\n\nfrom troposphere import Output, Ref\n\n"
            f"def with_{output}(build=PRODUCT.template):\n    template = build()\n"
            f"    template.add_output(Output({output!r}, Description='More', Value=Ref('Key')))\n    return template\n"
            "\n\nfrom dataclasses import replace\n"
            f"PRODUCT = replace(PRODUCT, template=with_{output}, version={version!r})\n"
        )


def edit_ledger(repository: Path, old: str, new: str, key: str = "kms_key") -> None:
    """Replace `old`, which must exist once, with `new` in the ledger."""
    file = repository / "products" / "releases" / key / "ledger.yaml"
    text = file.read_text()
    assert text.count(old) == 1, f"{old!r} exists {text.count(old)} times in {file}"
    file.write_text(text.replace(old, new))
