"""The files that declare an existing product: product file, template, ledger of releases. Pure."""

from __future__ import annotations

import json
import keyword
from collections.abc import Mapping, Sequence
from pathlib import PurePosixPath

from catalog.model.definition import ProductDefinition, Suppression
from catalog.model.governed import KINDS, governed_of
from catalog.model.product import Product
from catalog.model.state import PROTECT_TAG
from catalog.model.tag_option import ALL_ACTIVE, Activity, Inactive, by_key
from catalog.releases import Release
from catalog.releases.ledger import ledger_text
from catalog.releases.release import in_order

PRODUCT_FILE = '''\
"""Product `{key}`, adopted from {origin}. Its template is in {key}.template.yaml in this folder."""

from __future__ import annotations

{dates}from pathlib import Path

from catalog import {imports}

PRODUCT = ProductDefinition(
{fields}    template=template_file(Path(__file__).with_name("{key}.template.yaml")),
)
'''


def product_files(
    product: Product,
    releases: Sequence[Release],
    origin: str,
    active: Activity = ALL_ACTIVE,
    suppressions: Sequence[Suppression] = (),
) -> dict[PurePosixPath, bytes]:
    """Path in the repository → content, in the order in which the files are written. The product file is the last."""
    ordered = in_order(releases)
    folder = PurePosixPath("products")
    ledger = folder / "releases" / product.key
    files = {ledger / f"{each.version}.yaml": each.body for each in ordered}
    files[ledger / "ledger.yaml"] = ledger_text(product.key, ordered).encode()
    files[folder / f"{product.key}.template.yaml"] = ordered[-1].body
    text = product_text(product, ordered[-1], origin, active, suppressions)
    files[folder / f"{product.key}.py"] = text.encode()
    return files


def product_text(
    product: Product,
    latest: Release,
    origin: str,
    active: Activity = ALL_ACTIVE,
    suppressions: Sequence[Suppression] = (),
) -> str:
    """The product file."""
    values: dict[str, object] = {
        "name": product.name,
        "owner": product.owner,
        "description": product.description,
        "distributor": product.distributor,
        "support_description": product.support_description,
        "support_email": product.support_email,
        "support_url": product.support_url,
        "tags": {key: value for key, value in product.tags.items() if key != PROTECT_TAG},
        "tag_options": by_key(product.tag_options, active),
        **{
            key: as_tuple(kind.as_declared(governed_of(kind, product.governed)))
            for key, kind in KINDS.items()
            if key in ProductDefinition.__dataclass_fields__
        },
        "protect": PROTECT_TAG in product.tags,
        "version": latest.version,
        "version_description": latest.notes,
        "suppressions": tuple(suppressions),
    }
    required = ("name", "owner", "description", "version")
    fields = "".join(f"    {name}={literal(value)},\n" for name, value in values.items() if value or name in required)
    inactive = any(not active.get(option, True) for option in product.tag_options)
    names = {"Inactive": inactive, "ProductDefinition": True, "Suppression": bool(suppressions), "template_file": True}
    imports = ", ".join(name for name, needed in names.items() if needed)
    dates = "from datetime import date\n" if suppressions else ""
    return PRODUCT_FILE.format(key=product.key, origin=origin, fields=fields, imports=imports, dates=dates)


def as_tuple(value: object) -> object:
    """A list as a tuple, as product files write it."""
    return tuple(value) if isinstance(value, list) else value


def literal(value: object) -> str:
    """A Python literal in double quotes."""
    if isinstance(value, bool):
        return str(value)
    if isinstance(value, Inactive):
        return f"Inactive({literal(value.value)})"
    if isinstance(value, Suppression):
        day = value.expires
        members = f"{literal(value.control)}, {literal(value.reason)}, date({day.year}, {day.month}, {day.day})"
        return f"\n        Suppression({members}, {literal(value.where)})"
    if isinstance(value, tuple):
        return f"({', '.join(literal(item) for item in value)}{',' if len(value) == 1 else ''})"
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{literal(key)}: {literal(item)}" for key, item in value.items()) + "}"
    return json.dumps(value, ensure_ascii=False)


def key_of(name: str, separator: str) -> str:
    """A key from a name: lower-case letters and digits, and `separator` for the rest. Empty if it has neither."""
    words = "".join(letter if letter.isascii() and letter.isalnum() else " " for letter in name.lower()).split()
    key = separator.join(words)[:64].strip(separator)
    return f"{key}_" if keyword.iskeyword(key) else key
