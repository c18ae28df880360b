"""Usage of products as JSON-like data and CSV, read from files, and summed up for retention."""

from __future__ import annotations

import csv
import io
import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from catalog.content.files import read_text
from catalog.content.yaml_files import at_problem, problem_words
from catalog.errors import ContentError
from catalog.lifecycle.retention import ReportedUsage
from catalog.lifecycle.usage import Launched, Usage

USAGE_LIMIT = 64 * 1024 * 1024
"""Bytes of output of `catalog usage` that are read."""
FORMAT = 1
"""Version of the JSON form. It is raised when a member is removed or changes its meaning."""
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
    """The usage of one account and Region; `elsewhere` has the products that are declared for other targets only."""
    return {
        **({"elsewhere": list(elsewhere)} if elsewhere else {}),
        "format": FORMAT,
        "account": account,
        "region": region,
        "products": [
            {
                "product": usage.product,
                "product_id": usage.product_id or None,
                "default_version": usage.default_version or None,
                "behind": usage.behind,
                "versions": [
                    {
                        "version": version.version,
                        "artifact_id": version.artifact_id,
                        "state": version.state.value,
                        "provisioned": version.provisioned,
                    }
                    for version in usage.versions
                ],
                "provisioned_products": [row(usage, launched) for launched in usage.launched],
            }
            for usage in usages
        ],
    }


def row(usage: Usage, launched: Launched) -> dict[str, Any]:
    """A provisioned product, in the order of `COLUMNS`."""
    product = launched.product
    return {
        "product": usage.product,
        "version": launched.version,
        "state": launched.state.value,
        "behind": launched.behind,
        "name": product.name,
        "id": product.id,
        "status": product.status,
        "owner": product.owner,
        "session": product.session,
        "account": product.account,
        "region": usage.region,
        "created": product.created,
        "artifact_id": product.artifact_id,
    }


def as_csv(usages: Iterable[Usage]) -> str:
    """One line for each provisioned product, after a header (RFC 4180, but lines end in LF)."""
    text = io.StringIO()
    writer = csv.DictWriter(text, COLUMNS, lineterminator="\n")
    writer.writeheader()
    for usage in usages:
        for launched in usage.launched:
            writer.writerow(row(usage, launched) | {"behind": "true" if launched.behind else "false"})
    return text.getvalue()


def read_usages(files: Sequence[Path]) -> list[dict[str, Any]]:
    """The usages in output of `catalog usage --json`; `ContentError` when a file holds something else."""
    usages: list[dict[str, Any]] = []
    for file in files:
        try:
            data = json.loads(read_text(file, str(file), USAGE_LIMIT, pipe=True))
        except (FileNotFoundError, ValueError, RecursionError) as error:
            raise ContentError(
                f"{at_problem(str(file), error)}: cannot be read as JSON: {problem_words(error)}"
            ) from error
        usages_of_file = usages_in(data)
        if not all(map(is_usage, usages_of_file)):
            raise ContentError(
                f"{file}: is not output of `catalog usage --all --json` (format {FORMAT})",
                hint="Create it: catalog usage --all --json --profile … --region … > FILE",
            )
        usages += usages_of_file
    return usages


def usages_in(data: Any) -> list[Any]:
    """The usages of a document over targets, or the one of a run without --to. A target that failed did not answer."""
    targets = data.get("targets") if isinstance(data, dict) else None
    if not isinstance(targets, list) or not all(isinstance(target, dict) for target in targets):
        return [data]
    return [
        target["usage"] if "usage" in target else unanswered(target.get("account"), target.get("region"))
        for target in targets
    ]


def unanswered(account: Any, region: Any) -> dict[str, Any]:
    """The usage of an account and Region that did not answer: until it does, nothing is retired."""
    return {"format": FORMAT, "account": account, "region": region, "products": []}


def is_usage(data: Any) -> bool:
    """Whether `data` has the members that `reported_usage` reads."""
    try:
        return (
            data["format"] == FORMAT
            and all(isinstance(text, str) for text in (data["account"], data["region"], *data.get("elsewhere", ())))
            and all(
                isinstance(product["product"], str)
                and "product_id" in product
                and all(
                    isinstance(version["version"], str) and type(version["provisioned"]) is int
                    for version in product["versions"]
                )
                for product in data["products"]
            )
        )
    except (TypeError, KeyError):
        return False


def reported_usage(product: str, usages: Sequence[Mapping[str, Any]]) -> ReportedUsage:
    """The usage of a product by account and Region, and where it is unknown, such as where it is not published."""
    counts_by_target: dict[str, dict[str, int]] = {}
    unknown = []
    by_target = {
        f"account {data['account']}, Region {data['region']}": data for data in usages
    }  # the last usage counts
    for name, data in by_target.items():
        published = [usage for usage in data["products"] if usage["product"] == product and usage["product_id"]]
        if not published and product in data.get("elsewhere", ()):
            continue
        if not published:
            unknown.append(f"{product} is not published in {name}, or its usage was not read")
            continue
        counts: Counter[str] = Counter()
        for version in (version for usage in published for version in usage["versions"]):
            counts[version["version"]] += version["provisioned"]
        counts_by_target[name] = +counts
    return ReportedUsage(counts_by_target, tuple(unknown))
