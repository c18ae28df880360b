"""Evidence for auditors: one JSON document about one released version, the same bytes on every machine.

The bytes depend on the repository and on the versions of the tools that the lock file pins, and on nothing else:

- Judged are the released bytes and today's portfolio files. Both are named with their digests.
- Suppressions are judged as of the day of the release, as the ledger has it, and not as of today. A document that
  changes because time passes could not be compared. `catalog validate` is what judges as of today.
- Tools are those that take part in the judgement. Python and the platform are left out: they differ between machines
  without a difference in what is judged, which the golden templates and the tests on several Pythons hold.
- There is no time of making.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from importlib.metadata import version
from typing import Any

from catalog import __version__
from catalog.check.coverage import described
from catalog.check.finding import Finding
from catalog.check.registry import severity_of
from catalog.check.results import Judged, Judgement, judge_release, weakest
from catalog.check.seed import SEED, Line
from catalog.content.config import Config
from catalog.content.load import Catalog, load_portfolios, load_product
from catalog.releases import Release, find_release, load_releases, unknown_version

FORMAT = 1
"""Raised when a key changes its meaning or goes; new keys may come without."""
TOOLS = ("cfn-lint", "troposphere", "awacs")
SUPPRESSIONS = "judged as of the day of the release, so that the document does not change as time passes"


def evidence(config: Config, product: str, name: str) -> dict[str, Any]:
    """The document about a released version.

    Raises `ContentError` for a product or version that does not exist, and when released bytes were edited.
    """
    definition = load_product(config, product)
    releases = load_releases(config, product)
    release = find_release(releases, name)
    if release is None:
        raise unknown_version(product, name, releases)
    portfolios = {key: one for key, one in load_portfolios(config).items() if product in one.products}
    catalog = Catalog(config, {product: definition}, portfolios)
    judged, outcome = judge_release(catalog, release, release.date)
    results = {one.control.id: one for one in judged}
    return {
        "format": FORMAT,
        "product": product,
        "version": release.version,
        "digest": release.digest,
        "release": ledger_entry(release),
        "sources": sources(config, product, release, portfolios),
        "tools": {"catalog": __version__, **{tool: version(tool) for tool in TOOLS}},
        "summary": summary(judged),
        "checklist": seed_lines("Seed checklist", results),
        "compliance": seed_lines("Seed compliance", results),
        "controls": [control_data(one) for one in judged],
        "cfn_lint": {
            "regions": list(config.regions),
            "findings": [finding_data(one) for one in outcome.findings if one.id not in results and not ours(one)],
        },
        "suppressions": {
            "judged": SUPPRESSIONS,
            "findings": [finding_data(one) for one in outcome.findings if one.id not in results and ours(one)],
        },
    }


def as_bytes(document: Mapping[str, Any]) -> bytes:
    """The document as it is written: JSON, indented by two, UTF-8, with a last line feed."""
    return (json.dumps(document, indent=2, ensure_ascii=False) + "\n").encode()


def ledger_entry(release: Release) -> dict[str, Any]:
    """What the ledger says of the version."""
    return {
        "version": release.version,
        "digest": release.digest,
        "date": release.date.isoformat(),
        "notes": release.notes,
        "guidance": release.guidance.value,
        "active": release.active,
    }


def sources(config: Config, product: str, release: Release, portfolios: Iterable[str]) -> list[dict[str, str]]:
    """The files that were judged, with their digests: the frozen template, and what stands in the repository now."""
    files = [
        f"products/releases/{product}/{release.version}.yaml",
        f"products/{product}.py",
        *(f"portfolios/{key}.yaml" for key in sorted(portfolios)),
    ]
    return [
        {"file": file, "digest": f"sha256:{hashlib.sha256((config.root / file).read_bytes()).hexdigest()}"}
        for file in files
    ]


def summary(judged: Sequence[Judged]) -> dict[str, int]:
    """How many controls have which result."""
    results = [one.result for one in judged]
    return {result: results.count(result) for result in ("pass", "fail", "suppressed", "advisory", "not applicable")}


def seed_lines(framework: str, results: Mapping[str, Judged]) -> list[dict[str, Any]]:
    """The lines of the checklist, or the rows of the table."""
    return [seed_line(number, line, framework, results) for number, line in SEED[framework].items()]


def seed_line(number: str, line: Line, framework: str, results: Mapping[str, Judged]) -> dict[str, Any]:
    """One line or row, with the controls that cover it and the weakest of their results."""
    covering = [one for one in results.values() if number in one.control.frameworks.get(framework, ())]
    return {
        "id": number,
        "says": line.says,
        "correction": line.correction,
        "result": weakest(one.result for one in covering),
        "controls": [{"id": one.control.id, "result": one.result} for one in covering],
        "undecidable": [one.control.advisory for one in covering if one.result == "advisory"],
    }


def control_data(judged: Judged) -> dict[str, Any]:
    """One control: what it says of itself, its result, and the places."""
    return {
        **described(judged.control, judged.scope),
        "severity": severity_of(judged.control),
        "result": judged.result,
        "judged": [judgement_data(one) for one in judged.judgements],
    }


def judgement_data(judgement: Judgement) -> dict[str, Any]:
    """What a control says of one file. A place of a finding has a message, one that was merely looked at has none."""
    return {
        "file": judgement.file,
        "result": judgement.result,
        "places": [
            {"path": place.path, "line": place.line, **({"message": place.message} if place.message else {})}
            for place in judgement.places
        ],
        "suppressions": [
            {"reason": one.reason, "expires": one.expires.isoformat(), "at": one.where}
            for one in judgement.suppressions
        ],
    }


def ours(finding: Finding) -> bool:
    """Whether a finding has an id of ours: about a suppression, when it is no control's."""
    return finding.id[1:2] == "9"


def finding_data(finding: Finding) -> dict[str, Any]:
    """A finding that is no control's."""
    return {
        "id": finding.id,
        "severity": finding.severity,
        "file": finding.file,
        "path": finding.where,
        "line": finding.line,
        "message": finding.message,
    }
