"""Evidence for auditors: one JSON document about one released version, with the same bytes on every machine.

The bytes depend only on the repository and on the versions of the tools that the lock file pins:

- The released bytes and today's portfolio files are judged. The document gives the digests of both.
- Suppressions are judged as of the day of the release in the ledger, not as of today. Otherwise the document would
  change as time passes, and two people could not compare it. `catalog validate` judges as of today.
- The tools are those that take part in the judgement. Python and the platform are left out: they differ between
  machines without changing a result. Golden templates and tests on several Pythons prove that.
- The document has no creation time.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from importlib.metadata import version
from typing import Any

from catalog import __version__
from catalog.check.coverage import described
from catalog.check.finding import Finding
from catalog.check.lint_cache import LintCache
from catalog.check.profiles import Profile, ProfileItem
from catalog.check.profiles.kms_article import PROFILE
from catalog.check.results import ControlResult, FileResult, check_release, weakest
from catalog.content.config import Config
from catalog.content.control_settings import ControlSettings
from catalog.content.load import Catalog, load_portfolios, load_product, product_file
from catalog.content.portfolio_files import PortfolioFile
from catalog.content.product_files import ProductFile
from catalog.releases import Release, find_release, load_releases, unknown_version

FORMAT = 1
"""Grows when a member changes its meaning or goes. New members may come without it."""
TOOLS = ("cfn-lint", "troposphere", "awacs")
UNDECIDED = "a value that decides it comes from outside of the template: the places under controls name it"
SUPPRESSIONS = "judged as of the day of the release, so that the document does not change as time passes"


def evidence(config: Config, product: str, name: str, profile: Profile = PROFILE) -> dict[str, Any]:
    """The document about a released version.

    Raises `ContentError` for an unknown product or version, and when released bytes were edited.
    """
    definition = load_product(config, product)
    releases = load_releases(config, product)
    release = find_release(releases, name)
    if release is None:
        raise unknown_version(product, name, releases)
    return release_evidence(Catalog(config, {product: definition}, load_portfolios(config)), release, profile)


def release_evidence(
    content: Catalog, release: Release, profile: Profile = PROFILE, cache: LintCache | None = None
) -> dict[str, Any]:
    """The document about a release, judged with a loaded repository; `cache` has findings of other runs."""
    config, product = content.config, release.product
    portfolios = {key: portfolio for key, portfolio in content.portfolios.items() if product in portfolio.products}
    catalog = Catalog(config, {product: content.products[product]}, portfolios)
    results, checked = check_release(catalog, release, release.date, cache)
    ids = {result.control.id for result in results}
    others = [finding for finding in checked.findings if finding.id not in ids]
    checklist, compliance = profile.tables
    return {
        "format": FORMAT,
        "product": product,
        "version": release.version,
        "digest": release.digest,
        "release": ledger_entry(release),
        "sources": sources(config, product_file(config, product), release, portfolios),
        "tools": {"catalog": __version__, **{tool: version(tool) for tool in TOOLS}},
        "summary": summary(results),
        "profile": {"name": profile.name, "description": profile.description, "page": profile.page},
        "checklist": [item_data(*item, checklist, results) for item in profile.checklist.items()],
        "compliance": [item_data(*item, compliance, results) for item in profile.compliance.items()],
        "controls": [control_data(result, config.controls) for result in results],
        "cfn_lint": {
            "regions": list(config.regions),
            "findings": [finding_data(finding) for finding in others if not is_ours(finding)],
        },
        "suppressions": {
            "judged": SUPPRESSIONS,
            "findings": [finding_data(finding) for finding in others if is_ours(finding)],
        },
    }


def as_bytes(document: Mapping[str, Any]) -> bytes:
    """The document as it is written: JSON, indented by two, UTF-8, with a line feed at the end."""
    return (json.dumps(document, indent=2, ensure_ascii=False) + "\n").encode()


def ledger_entry(release: Release) -> dict[str, Any]:
    """The ledger's entry of the version."""
    return {
        "version": release.version,
        "digest": release.digest,
        "date": release.date.isoformat(),
        "notes": release.notes,
        "guidance": release.guidance.value,
        "active": release.active,
    }


def sources(
    config: Config, product: ProductFile, release: Release, portfolios: Mapping[str, PortfolioFile]
) -> list[dict[str, str]]:
    """The judged files with their digests: the frozen template, and the product and portfolio files of today."""
    names = [release.shown_file, product.shown]
    names += [product.template] if product.template not in ("", product.shown) else []
    files = {name: config.root / name for name in names}
    files |= {each.document.shown: each.path for _, each in sorted(portfolios.items()) if each.path}
    if product.path:
        files[product.shown] = product.path
    return [
        {"file": name, "digest": f"sha256:{hashlib.sha256(file.read_bytes()).hexdigest()}"}
        for name, file in files.items()
        if file != product.path or file.is_file()
    ]


def summary(results: Sequence[ControlResult]) -> dict[str, int]:
    """The number of controls with each result."""
    names = [result.result for result in results]
    return {name: names.count(name) for name in ("pass", "fail", "suppressed", "off", "advisory", "not applicable")}


def item_data(number: str, item: ProfileItem, table: str, results: Sequence[ControlResult]) -> dict[str, Any]:
    """One item of a table of the profile, with the controls that cover it and the weakest of their results."""
    covering = [result for result in results if number in result.control.frameworks.get(table, ())]
    return {
        "id": number,
        "says": item.text,
        "correction": item.correction,
        "result": weakest(result.result for result in covering),
        "controls": [{"id": result.control.id, "result": result.result} for result in covering],
        "undecidable": [result.control.advisory or UNDECIDED for result in covering if result.result == "advisory"],
    }


def control_data(result: ControlResult, settings: ControlSettings) -> dict[str, Any]:
    """One control: its metadata, its result, and its results for the files."""
    return {
        **described(result.control, result.scope, settings),
        "result": result.result,
        "judged": [file_data(file) for file in result.files],
    }


def file_data(file: FileResult) -> dict[str, Any]:
    """The result of a control for one file. A place of a finding has a message."""
    return {
        "file": file.file,
        "result": file.result,
        "places": [
            {
                "path": location.path,
                "line": location.line,
                **({"message": location.message} if location.message else {}),
            }
            for location in file.locations
        ],
        "suppressions": [
            {"reason": suppression.reason, "expires": suppression.expires.isoformat(), "at": suppression.where}
            for suppression in file.suppressions
        ],
    }


def is_ours(finding: Finding) -> bool:
    """Whether a finding has an id of our range. If no control has this id, the finding is about a suppression."""
    return finding.id[1:2] == "9"


def finding_data(finding: Finding) -> dict[str, Any]:
    """A finding that is not of a control."""
    return {
        "id": finding.id,
        "severity": finding.severity,
        "file": finding.file,
        "path": finding.where,
        "line": finding.line,
        "message": finding.message,
    }
