"""Rows of products: new ones with their versions, and what a version changes for those who have launched."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from catalog.model.product import Guidance
from catalog.plan.changes import Change, Impact, Plan, VersionDiff
from catalog.plan.kinds.product import CreateProduct
from catalog.plan.kinds.version import (
    CreateProvisioningArtifact,
    DeleteProvisioningArtifact,
    UpdateProvisioningArtifact,
    WithdrawProvisioningArtifact,
)
from catalog.plan.report import VERBS
from catalog.plan.rows.row import CHANGED, CUT, Group, Row, counts, member_rows, own_rows, shortened, sign, some, under

VERSION_CHANGES = (CreateProvisioningArtifact, UpdateProvisioningArtifact, DeleteProvisioningArtifact)
NEW_PRODUCT = "new product"
MOST = 3
"""Differences of a version that its row names."""
MOST_ACCESS = 4
"""Gains and losses of access that a plan names; it says how many more there are."""
ACCESS = "access"
"""In the aspects of a difference that are about who may do what (catalog/versions/change.py)."""


def product_rows(group: Group, plan: Plan) -> Iterator[Row]:
    """A product: a new one, or the versions and settings that change."""
    created = [change for change in group.own if isinstance(change, CreateProduct)]
    if created:
        return new_product(group, created[0])
    versions = [row for change in group.members for row in version_rows(group.key, change, plan)]
    others = [
        change
        for change in group.members
        if not isinstance(change, VERSION_CHANGES) and not (change.FOLLOWS and change.impact is Impact.NONE)
    ]
    return under(group, [*own_rows(group), *versions], list(member_rows(others)))


def new_product(group: Group, created: CreateProduct) -> Iterator[Row]:
    """`kms_key 2.0.0`, with its other versions; then what people can newly do with it."""
    versions = [created.artifact]
    versions += [change.artifact for change in group.members if isinstance(change, CreateProvisioningArtifact)]
    deprecated = {
        change.artifact.name
        for change in group.members
        if isinstance(change, UpdateProvisioningArtifact) and change.artifact.guidance is Guidance.DEPRECATED
    }
    names = [f"{each.name} (deprecated)" if each.name in deprecated else each.name for each in versions]
    *older, newest = names
    safe = [
        change for change in group.members if change.impact is Impact.NONE and not isinstance(change, VERSION_CHANGES)
    ]
    others = f"also version{'s' * (len(older) > 1)} {', '.join(older)}" if older else ""
    text = ", ".join(filter(None, [NEW_PRODUCT, others, *counts(safe)]))
    yield Row(sign(created), created.impact, f"{group.key} {newest}", text)
    yield from member_rows([change for change in group.members if change.impact is not Impact.NONE])


def version_rows(key: str, change: Change, plan: Plan) -> Iterator[Row]:
    """One version of a product that exists."""
    head = f"{key} {change.address.rpartition('/version/')[2]}"
    match change:
        case CreateProvisioningArtifact():
            yield from new_version(key, change, plan.version_diffs.get(change.address, VersionDiff()))
        case WithdrawProvisioningArtifact():
            yield Row(sign(change), change.impact, head, withdrawn(change), usage(change))
        case UpdateProvisioningArtifact(impact=Impact.NONE):
            yield Row(sign(change), change.impact, head, "", shortened(change))
        case UpdateProvisioningArtifact():
            yield Row(sign(change), change.impact, head, "people can launch it again", usage(change))
        case DeleteProvisioningArtifact():
            yield Row(sign(change), change.impact, head, "version deleted", change.details)


def withdrawn(change: WithdrawProvisioningArtifact) -> str:
    """What people lose with a version that becomes deprecated or inactive."""
    if not change.artifact.active:
        return "inactive, nobody can launch it or update to it"
    return "deprecated, no new launches"


def usage(change: UpdateProvisioningArtifact) -> tuple[str, ...]:
    """The details of a change of activity or guidance beside both, which the row itself says."""
    return tuple(line for line in change.details if not line.startswith(("active: ", "guidance: ", "description: ")))


def new_version(key: str, change: CreateProvisioningArtifact, difference: VersionDiff) -> Iterator[Row]:
    """A version against the one before it: what it breaks or adds, and who may newly do what."""
    name, data = change.artifact.name, difference.data
    if not data:
        words = difference.lines[0] if difference.lines else ""
        yield Row(sign(change), change.impact, f"{key} {name}", f"new version{f', {words}' * bool(words)}")
        return
    head = f"{key} {data['old']['version']} → {name}"
    yield Row(CHANGED, change.impact, head, differences(data["verdict"]["level"], data["changes"]))
    yield access_row([item for item in data["changes"] if ACCESS in item["aspect"]])


def differences(level: str, changes: Sequence[Mapping[str, Any]]) -> str:
    """`minor: output added Outputs/KeySpec`: what needs the level, then how much else there is."""
    named = [
        f"{item['aspect']} {'/'.join(map(str, item['path']))}"
        for item in changes
        if item["level"] == level and ACCESS not in item["aspect"]
    ]
    others = sum(item["level"] != level and ACCESS not in item["aspect"] for item in changes)
    smaller = f"; {others} smaller change{'s' * (others > 1)}" if others else ""
    return f"{level}{f': {some(named, MOST)}' if named else ''}{smaller}"


def access_row(changes: Sequence[Mapping[str, Any]]) -> Row:
    """Who may newly do what with a version, and who may no longer."""
    if not changes:
        return Row(CHANGED, Impact.NONE, ACCESS, "nobody gains or loses", inside=True)
    lines = [f"{item['aspect'].removeprefix(ACCESS).strip()}: {item['detail']}" for item in changes]
    shown = [line if len(line) <= CUT else f"{line[:CUT]}…" for line in lines[:MOST_ACCESS]]
    more = [f"and {len(lines) - MOST_ACCESS} more"] if len(lines) > MOST_ACCESS else []
    widens = sum(item["widens_access"] for item in changes)
    widening = f", {widens} {VERBS[Impact.WIDENS][widens > 1]}" if widens else ""
    text = f"{len(lines)} difference{'s' * (len(lines) > 1)}{widening}"
    return Row(CHANGED, Impact.NONE, ACCESS, text, (*shown, *more), inside=True)
