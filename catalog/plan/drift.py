"""Drift: what `diff` finds between the repository and AWS, told as what is wrong instead of what to do. Pure.

There is no comparison here beside that of `diff`; what it leaves alone on purpose (versions that nobody declared, what
is left of deleted principals) is read off the two states.
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
    """How AWS and the repository are apart."""

    MISSING = "missing"
    CHANGED = "changed"
    UNMANAGED = "unmanaged"
    """In AWS, ours or inside of what is ours, and not declared."""
    DEAD = "dead principal"
    """What is left of a role, user or group that was deleted."""


@dataclass(frozen=True, slots=True)
class Drift:
    """One thing that is not as declared."""

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
    """All drift, one entry an address and kind. `unmanaged` is what the observation found in portfolios of ours.

    `elsewhere` and `ledgers` are products that prune keeps, as `catalog.plan.prune.Declared` has them.
    """
    found = [
        *(told for part in parts(declared, observed) for told in compared(part, observed)),
        *undeclared(declared, observed, elsewhere, ledgers),
        *dead(observed),
        *(Drift(Kind.UNMANAGED, place, (what,)) for place, what in unmanaged),
    ]
    seen: dict[tuple[Kind, Address, tuple[str, ...]], Drift] = {}
    missing = {one.address for one in found if one.kind is Kind.MISSING}
    for one in found:
        # What creation does not take is told as a change of what is missing: once is enough.
        if one.kind is Kind.MISSING or one.address not in missing:
            seen.setdefault((one.kind, one.address, one.details), one)
    order = list(Kind)
    return tuple(sorted(seen.values(), key=lambda one: (order.index(one.kind), one.address)))


def parts(declared: CatalogState, observed: CatalogState) -> Iterator[CatalogState]:
    """The declared state product by product and portfolio by portfolio: an error in one must not hide the others."""
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
    """What `diff` says of one part; a published version that is another one than the released is a change too."""
    try:
        found = diff(part, observed)
    except ContentError as error:
        place = next(iter(addresses.product(key) for key in part.products), Address(""))
        yield Drift(Kind.CHANGED, place, (error.message,))
        return
    for change in found:
        if kind := kind_of(change, part):
            yield Drift(kind, change.address, change.details)


def kind_of(change: Change, part: CatalogState) -> Kind | None:
    """What a change says of the state before it; None for what is no drift: templates on their way to AWS."""
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
    """Products and portfolios of ours, and versions that people can get, which nobody declares."""
    for key, product in observed.products.items():
        if key not in declared.products:
            words = f"not declared; {outlook(product, elsewhere, ledgers)}"
            yield Drift(Kind.UNMANAGED, addresses.product(key), (words,))
            continue
        for artifact in product.artifacts:
            if artifact.active and declared.products[key].artifact(artifact.name) is None:
                ours = is_dev_version(artifact.name, artifact.digest)
                words = "a pre-release that is active" if ours else "a version that nobody released"
                yield Drift(Kind.UNMANAGED, addresses.version(key, artifact.name), (words,))
    for key, portfolio in observed.portfolios.items():
        if key not in declared.portfolios:
            yield Drift(Kind.UNMANAGED, addresses.portfolio(key), (f"not declared; {outlook(portfolio)}",))


def dead(observed: CatalogState) -> Iterator[Drift]:
    """Principals that are dead, in portfolios of ours and in those that others share."""
    principals = {key: one.principals for key, one in observed.portfolios.items()}
    principals |= {key: one.principals for key, one in observed.imports.items()}
    for key, listed in principals.items():
        for principal in listed:
            if principal.dead:
                yield Drift(Kind.DEAD, addresses.principal(key, principal.type, principal.arn))


def verified(
    observed: CatalogState, digests: Mapping[Address, str | None]
) -> tuple[tuple[Drift, ...], tuple[str, ...]]:
    """(versions whose template is not the one of their digest, notices on those whose template AWS does not tell)."""
    wrong, unknown = [], []
    for key, product in observed.products.items():
        for artifact in product.artifacts:
            place = addresses.version(key, artifact.name)
            found = digests.get(place)
            if found is None:
                unknown.append(f"{place}: AWS does not tell the template, so it is not verified")
            elif artifact.digest and found != artifact.digest:
                wrong.append(
                    Drift(Kind.CHANGED, place, (f"its template is {found}, its description says {artifact.digest}",))
                )
    return tuple(wrong), tuple(unknown)
