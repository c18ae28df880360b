"""The version gate for the commands that it can stop: `catalog validate` and `catalog release`."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from catalog.cli.output import note
from catalog.errors import FindingsError

if TYPE_CHECKING:
    from catalog.check.finding import Finding
    from catalog.content.load import Catalog
    from catalog.content.render import Rendered

LOSSES = ("E9203", "E9204")
"""The errors of the gate that a higher version does not resolve."""


def gate_findings(catalog: Catalog, rendered: Iterable[Rendered]) -> list[Finding]:
    """The findings of the gate about each working tree whose product has releases."""
    from catalog.check.places import with_places
    from catalog.releases import load_releases
    from catalog.versions import gate, load_examples

    findings: list[Finding] = []
    for working in rendered:
        releases = load_releases(catalog.config, working.product, unfinished=working.version)
        if not releases:
            continue
        definition = catalog.products[working.product]
        faults = gate(
            working,
            releases,
            definition.migrations,
            examples=load_examples(catalog.config, definition),
            regions=catalog.config.regions,
        )
        findings += with_places(faults, working, catalog.config)
    return findings


def require_gate(catalog: Catalog, rendered: Rendered) -> None:
    """Raise `FindingsError` if the gate finds an error; print its warnings and informational findings."""
    from catalog.check.report import plural

    findings = gate_findings(catalog, [rendered])
    for finding in findings:
        if finding.severity != "error":
            note(f"{finding.severity}: {finding.id} {finding.file}: {finding.message}")
    errors = [finding for finding in findings if finding.severity == "error"]
    if errors:
        text = "\n".join(f"  {finding.id} {finding.file}: {finding.message}" for finding in errors)
        raise FindingsError(
            f"{rendered.product} {rendered.version} cannot be released: {plural(len(errors), 'error')}\n{text}",
            hint=f"`catalog diff {rendered.product}` shows the differences. {next_step(rendered, errors)}",
        )


def next_step(rendered: Rendered, errors: Iterable[Finding]) -> str:
    """What to do about errors of the gate: no version number allows a loss of data."""
    if any(finding.id in LOSSES for finding in errors):
        return (
            f"Keep the resource as it is, or declare a migration in {rendered.shown_file} (`catalog help versions.md`)."
        )
    return f"`catalog release {rendered.product} --bump auto` chooses the version."
