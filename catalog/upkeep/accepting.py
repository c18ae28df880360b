"""Faults of adopted versions, which were published before catalog checked them. A published version never changes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, timedelta

from catalog.content.config import Config
from catalog.model.definition import Suppression
from catalog.releases import Release
from catalog.upkeep.productform import metadata_file

ACCEPTED = timedelta(days=180)
"""How long the faults of an adopted version are accepted: half a year to release a corrected version."""


def accepted_faults(config: Config, latest: Release, day: date) -> tuple[tuple[Suppression, ...], tuple[str, ...]]:
    """(suppressions of the errors that the template of `latest` has, ids of cfn-lint's own rules that it breaks).

    Both keep plan and publish from publishing anything. A suppression cannot name a rule of cfn-lint.
    """
    from catalog.check.cfn_lint import lint
    from catalog.check.registry import template_controls

    ours = {control.id for control in template_controls(config.controls)}
    findings = lint(latest.product, metadata_file(latest.product), latest.body, config.regions, config.controls)
    errors = [finding for finding in findings if finding.severity == "error"]
    reason = (
        f"Adopted on {day}: version {latest.published_name} was published before catalog checked it. "
        "Correct it in a new version."
    )
    places = dict.fromkeys((error.id, error.where) for error in errors if error.id in ours)
    return (
        tuple(Suppression(control, reason, day + ACCEPTED, where) for control, where in places),
        tuple(dict.fromkeys(error.id for error in errors if error.id not in ours)),
    )


def notes_of(latest: Release, suppressions: Sequence[Suppression], others: Sequence[str]) -> Iterator[str]:
    """What adopting says of the faults of a product."""
    key, version = latest.product, latest.published_name
    if suppressions:
        places = ", ".join(f"{each.control} at {each.where or 'the template'}" for each in suppressions)
        day = suppressions[0].expires
        yield (
            f"{metadata_file(key)} suppresses what version {version} breaks, until {day}: {places}. "
            "Release a corrected version before that day"
        )
    if others:
        yield (
            f"version {version} of product/{key} breaks {', '.join(others)} of cfn-lint, so plan and publish refuse "
            "it: release a corrected version, or set the level of the rule in [tool.catalog.controls]"
        )
