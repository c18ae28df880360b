"""Usage as JSON-like data and back, as CSV, and as the places that retention asks. Pure."""

from __future__ import annotations

import csv
import io
import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from catalog.errors import ContentError
from catalog.lifecycle.retention import Places
from catalog.lifecycle.usage import Launched, Usage

FORMAT = 1
"""Version of the JSON form; grows when a member changes its meaning or goes."""
COLUMNS = (
    "product",
    "version",
    "state",
    "behind",
    "name",
    "id",
    "status",
    "owner",
    "session",
    "account",
    "region",
    "created",
    "artifact_id",
)


def as_data(account: str, region: str, usages: Sequence[Usage], elsewhere: Sequence[str] = ()) -> dict[str, Any]:
    """The usage of one account and Region; `elsewhere` are the products that need not be published there."""
    return {
        **({"elsewhere": list(elsewhere)} if elsewhere else {}),
        "format": FORMAT,
        "account": account,
        "region": region,
        "products": [
            {
                "product": one.product,
                "product_id": one.product_id or None,
                "default_version": one.default_version or None,
                "behind": one.behind,
                "versions": [
                    {
                        "version": each.version,
                        "artifact_id": each.artifact_id,
                        "state": each.state.value,
                        "provisioned": each.provisioned,
                    }
                    for each in one.versions
                ],
                "provisioned_products": [row(one, each) for each in one.launched],
            }
            for one in usages
        ],
    }


def row(usage: Usage, one: Launched) -> dict[str, Any]:
    """One provisioned product, in the order of `COLUMNS`."""
    found = one.product
    return {
        "product": usage.product,
        "version": one.version,
        "state": one.state.value,
        "behind": one.behind,
        "name": found.name,
        "id": found.id,
        "status": found.status,
        "owner": found.owner,
        "session": found.session,
        "account": found.account,
        "region": usage.region,
        "created": found.created,
        "artifact_id": found.artifact_id,
    }


def as_csv(usages: Iterable[Usage]) -> str:
    """One line a provisioned product, with a header (RFC 4180, lines end in LF)."""
    text = io.StringIO()
    writer = csv.DictWriter(text, COLUMNS, lineterminator="\n")
    writer.writeheader()
    for usage in usages:
        writer.writerows(row(usage, one) | {"behind": "true" if one.behind else "false"} for one in usage.launched)
    return text.getvalue()


def read_usages(files: Sequence[Path]) -> list[dict[str, Any]]:
    """What `catalog usage --json` wrote, file by file; `ContentError` when one holds something else."""
    found: list[dict[str, Any]] = []
    for file in files:
        try:
            data = json.loads(file.read_text(encoding="utf-8"))
        except (OSError, ValueError, RecursionError) as error:
            raise ContentError(f"{file}: cannot be read as JSON: {error}") from error
        usages = of_targets(data)
        if not all(map(is_usage, usages)):
            raise ContentError(
                f"{file}: is not what `catalog usage --all --json` writes (format {FORMAT})",
                hint="Write it anew: catalog usage --all --json --profile … --region … > FILE",
            )
        found += usages
    return found


def of_targets(data: Any) -> list[Any]:
    """The usages of a document over targets; any other document is one itself. A target that failed is silent."""
    targets = data.get("targets") if isinstance(data, dict) else None
    if not isinstance(targets, list) or not all(isinstance(one, dict) for one in targets):
        return [data]
    return [one["usage"] if "usage" in one else unanswered(one.get("account"), one.get("region")) for one in targets]


def unanswered(account: Any, region: Any) -> dict[str, Any]:
    """A place that was asked and did not answer: so long as it is silent, nothing is retired."""
    return {"format": FORMAT, "account": account, "region": region, "products": []}


def is_usage(data: Any) -> bool:
    """Whether `data` has what `places` reads."""
    try:
        return (
            data["format"] == FORMAT
            and all(isinstance(text, str) for text in (data["account"], data["region"], *data.get("elsewhere", ())))
            and all(
                isinstance(one["product"], str)
                and "product_id" in one
                and all(
                    isinstance(each["version"], str) and type(each["provisioned"]) is int for each in one["versions"]
                )
                for one in data["products"]
            )
        )
    except (TypeError, KeyError):
        return False


def places(product: str, asked: Sequence[Mapping[str, Any]]) -> Places:
    """Where a product was looked for, and what is used there; a place without the product says nothing."""
    used: dict[str, dict[str, int]] = {}
    silent = []
    by_place = {f"account {data['account']}, Region {data['region']}": data for data in asked}  # the last one counts
    for name, data in by_place.items():
        entries = [one for one in data["products"] if one["product"] == product and one["product_id"]]
        if not entries and product in data.get("elsewhere", ()):
            continue
        if not entries:
            silent.append(f"{product} is not published in {name}, or was not asked for")
            continue
        counts: Counter[str] = Counter()
        for each in (each for entry in entries for each in entry["versions"]):
            counts[each["version"]] += each["provisioned"]
        used[name] = +counts
    return Places(used, tuple(silent))
