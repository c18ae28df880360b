"""The files that declare an existing product: template, metadata, ledger of releases. Pure."""

from __future__ import annotations

import keyword
from collections.abc import Mapping, Sequence
from pathlib import PurePosixPath
from typing import Any

from catalog.content.product_files import METADATA
from catalog.content.product_metadata import section_of
from catalog.content.render import as_yaml
from catalog.content.template_files import is_json
from catalog.model.definition import ProductDefinition, Suppression
from catalog.model.governed import KINDS, governed_of
from catalog.model.product import Product
from catalog.model.state import PROTECT_TAG
from catalog.model.tag_option import ALL_ACTIVE, Activity, Inactive, by_key
from catalog.releases import Release
from catalog.releases.ledger import ledger_text
from catalog.releases.release import in_order

HEADER = "Product {key}, adopted from {origin}. Its template is {template} in this folder."


def metadata_file(key: str) -> str:
    """Where adopting writes the metadata of a product."""
    return f"products/{key}{METADATA}"


def product_files(
    product: Product,
    releases: Sequence[Release],
    origin: str,
    active: Activity = ALL_ACTIVE,
    suppressions: Sequence[Suppression] = (),
    first_lines: str = "",
) -> dict[PurePosixPath, bytes]:
    """Path in the repository → content, in the order in which the files are written. The metadata are the last.

    `first_lines` are comments in front of the metadata. A template that has metadata of its own gets none beside it,
    because both would contradict each other.
    """
    ordered = in_order(releases)
    folder, latest = PurePosixPath("products"), ordered[-1]
    ledger = folder / "releases" / product.key
    files = {ledger / f"{each.version}.yaml": each.body for each in ordered}
    files[ledger / "ledger.yaml"] = ledger_text(product.key, ordered).encode()
    template = f"{product.key}.{'json' if is_json(latest.body.decode(errors='replace')) else 'yaml'}"
    files[folder / template] = latest.body
    if section_of(latest.template) is None:
        header = first_lines + HEADER.format(key=product.key, origin=origin, template=template)
        data = metadata(product, latest, active, suppressions)
        files[PurePosixPath(metadata_file(product.key))] = comment(header) + as_yaml(data)
    return files


def comment(text: str) -> bytes:
    """Lines of text as comments in YAML."""
    return "".join(f"# {line}\n" for line in text.splitlines()).encode()


def metadata(
    product: Product, latest: Release, active: Activity = ALL_ACTIVE, suppressions: Sequence[Suppression] = ()
) -> dict[str, Any]:
    """The metadata of a product, whose `latest` version is in products/."""
    values: dict[str, Any] = {
        "name": product.name,
        "owner": product.owner,
        "description": product.description,
        "distributor": product.distributor,
        "support_description": product.support_description,
        "support_email": product.support_email,
        "support_url": product.support_url,
        "tags": {key: value for key, value in product.tags.items() if key != PROTECT_TAG},
        "tag_options": tag_options(by_key(product.tag_options, active)),
        **{
            key: kind.as_declared(governed_of(kind, product.governed))
            for key, kind in KINDS.items()
            if key in ProductDefinition.__dataclass_fields__
        },
        "protect": PROTECT_TAG in product.tags,
        "version": latest.version,
        "version_description": latest.notes,
        "suppressions": [suppression_data(each) for each in suppressions],
    }
    required = ("name", "owner", "description", "version")
    return {name: value for name, value in values.items() if value or name in required}


def tag_options(values: Mapping[str, Sequence[str | Inactive]]) -> dict[str, list[Any]]:
    """TagOptions as files of YAML write them."""
    return {
        key: [{"value": each.value, "active": False} if isinstance(each, Inactive) else each for each in members]
        for key, members in values.items()
    }


def suppression_data(suppression: Suppression) -> dict[str, str]:
    """A suppression as metadata has it."""
    where = {"where": suppression.where} if suppression.where else {}
    day = suppression.expires.isoformat()
    return {"control": suppression.control, "reason": suppression.reason, "expires": day, **where}


def key_of(name: str, separator: str) -> str:
    """A key from a name: lower-case letters and digits, and `separator` for the rest. Empty if it has neither."""
    words = "".join(letter if letter.isascii() and letter.isalnum() else " " for letter in name.lower()).split()
    key = separator.join(words)[:64].strip(separator)
    return f"{key}_" if keyword.iskeyword(key) else key
