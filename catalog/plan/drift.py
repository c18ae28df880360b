"""Drift: the differences that `diff` finds between the repository and AWS, as findings instead of changes. Pure.

The comparison is that of `diff`. What it leaves alone on purpose (versions that are not declared, what is left of
deleted principals) comes from the two states.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum

from catalog.errors import ContentError
from catalog.model import addresses
from catalog.model.addresses import Address
from catalog.model.state import CatalogState
from catalog.model.version import is_dev_version
from catalog.plan.changes import Change
from catalog.plan.diff import diff
from catalog.plan.kinds.service_action import service_actions_of
from catalog.plan.kinds.template import UploadTemplate
from catalog.plan.kinds.version import UpdateProvisioningArtifact
from catalog.plan.prune import outlook


class Kind(StrEnum):
    """How AWS and the repository differ."""

    MISSING = "missing"
    CHANGED = "changed"
    UNMANAGED = "unmanaged"
    """In AWS, ours or part of something of ours, and not declared."""
    DEAD = "dead principal"
    """What is left of a deleted role, user or group."""


@dataclass(frozen=True, slots=True)
class Drift:
    """One difference from what is declared."""

    kind: Kind
    address: Address
    details: tuple[str, ...] = ()


def drift(
    declared: CatalogState,
    observed: CatalogState,
    unmanaged: Iterable[tuple[Address, str]] = (),
    *,
    elsewhere: Collection[str] = (),
    ledgers: Collection[str] = (),
) -> tuple[Drift, ...]:
    """All drift, once for each Address and kind. `unmanaged` is what others have in portfolios of ours.

    `elsewhere` and `ledgers` are products that prune keeps, as `catalog.plan.prune.DeclaredKeys` has them.
    """
    drifts = [
        *(drift for part in parts(declared, observed) for drift in compared(part, observed)),
        *undeclared(declared, observed, elsewhere, ledgers),
        *dead(observed),
        *(Drift(Kind.UNMANAGED, address, (what,)) for address, what in unmanaged),
    ]
    seen: dict[tuple[Kind, Address, tuple[str, ...]], Drift] = {}
    missing = {each.address for each in drifts if each.kind is Kind.MISSING}
    for each in drifts:
        # A missing object may also need a change after its creation: report it once.
        if each.kind is Kind.MISSING or each.address not in missing:
            seen.setdefault((each.kind, each.address, each.details), each)
    order = list(Kind)
    return tuple(sorted(seen.values(), key=lambda each: (order.index(each.kind), each.address)))


def parts(declared: CatalogState, observed: CatalogState) -> Iterator[CatalogState]:
    """The declared state, split by product and portfolio: an error in one must not hide the others."""
    nothing = replace(declared, products={}, portfolios={}, tag_options={}, imports={}, service_actions={})
    yield replace(nothing, tag_options=declared.tag_options)
    for key, product in declared.products.items():
        if key in observed.products or any(artifact.active for artifact in product.artifacts):
            yield replace(
                nothing, products={key: product}, service_actions=service_actions_of(key, declared.service_actions)
            )
    for key, portfolio in declared.portfolios.items():
        yield replace(nothing, portfolios={key: portfolio})
    for key, shared in declared.imports.items():
        yield replace(nothing, imports={key: shared})


def compared(part: CatalogState, observed: CatalogState) -> Iterator[Drift]:
    """The differences of one part; a published version that differs from its release is one too."""
    try:
        changes = diff(part, observed)
    except ContentError as error:
        address = next(iter(addresses.product(key) for key in part.products), Address(""))
        yield Drift(Kind.CHANGED, address, (error.message,))
        return
    for change in changes:
        if kind := kind_of(change, part):
            yield Drift(kind, change.address, change.details)


def kind_of(change: Change, part: CatalogState) -> Kind | None:
    """The drift that a change would repair; None for an upload of a template, which is not drift."""
    if isinstance(change, UploadTemplate):
        return None
    if isinstance(change, UpdateProvisioningArtifact):
        product = part.products.get(change.product)
        return Kind.CHANGED if product and product.artifact(change.artifact.name) else Kind.UNMANAGED
    verb = change.operation
    if verb.startswith(("Create", "Associate", "Accept")):
        return Kind.MISSING
    return Kind.CHANGED if verb.startswith("Update") else Kind.UNMANAGED


def undeclared(
    declared: CatalogState, observed: CatalogState, elsewhere: Collection[str], ledgers: Collection[str]
) -> Iterator[Drift]:
    """Products, portfolios and active versions of ours that are not declared."""
    for key, product in observed.products.items():
        if key not in declared.products:
            words = f"not declared; {outlook(product, elsewhere, ledgers)}"
            yield Drift(Kind.UNMANAGED, addresses.product(key), (words,))
            continue
        for artifact in product.artifacts:
            if artifact.active and declared.products[key].artifact(artifact.name) is None:
                ours = is_dev_version(artifact.name, artifact.digest)
                words = "an active pre-release" if ours else "a version that is not released"
                yield Drift(Kind.UNMANAGED, addresses.version(key, artifact.name), (words,))
    for key, portfolio in observed.portfolios.items():
        if key not in declared.portfolios:
            yield Drift(Kind.UNMANAGED, addresses.portfolio(key), (f"not declared; {outlook(portfolio)}",))


def dead(observed: CatalogState) -> Iterator[Drift]:
    """Dead principals, in portfolios of ours and in imported ones."""
    principals = {key: portfolio.principals for key, portfolio in observed.portfolios.items()}
    principals |= {key: imported.principals for key, imported in observed.imports.items()}
    for key, listed in principals.items():
        for principal in listed:
            if principal.dead:
                yield Drift(Kind.DEAD, addresses.principal(key, principal.type, principal.arn))


def verified(
    observed: CatalogState, digests: Mapping[Address, str | None]
) -> tuple[tuple[Drift, ...], tuple[str, ...]]:
    """(versions whose template does not match their digest, notices about templates that AWS does not return)."""
    wrong, unknown = [], []
    for key, product in observed.products.items():
        for artifact in product.artifacts:
            address = addresses.version(key, artifact.name)
            digest = digests.get(address)
            if digest is None:
                unknown.append(f"{address}: AWS does not return the template, so it is not verified")
            elif artifact.digest and digest != artifact.digest:
                wrong.append(
                    Drift(Kind.CHANGED, address, (f"its template is {digest}, its description says {artifact.digest}",))
                )
    return tuple(wrong), tuple(unknown)
