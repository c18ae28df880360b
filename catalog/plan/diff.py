"""`diff(desired, observed)`: two catalogue states to the ordered changes between them. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace

from catalog.errors import ContentError
from catalog.model import addresses
from catalog.model.portfolio import Portfolio
from catalog.model.product import Guidance, Product, ProvisioningArtifact
from catalog.model.state import CatalogState
from catalog.model.version import is_dev_version
from catalog.plan import changes
from catalog.plan.actions import diff_actions
from catalog.plan.budgets import diff_budgets
from catalog.plan.changes import Change, Effect
from catalog.plan.constraints import diff_constraints, lift_constraints
from catalog.plan.order import rank
from catalog.plan.principals import diff_principals
from catalog.plan.shares import diff_import, diff_shares
from catalog.plan.tag_options import diff_offered, diff_tag_options
from catalog.releases.release import without_advice

PRODUCT_FIELDS = {
    "Name": "name",
    "Owner": "owner",
    "Description": "description",
    "Distributor": "distributor",
    "SupportDescription": "support_description",
    "SupportEmail": "support_email",
    "SupportUrl": "support_url",
}
PORTFOLIO_FIELDS = {"DisplayName": "display_name", "ProviderName": "provider_name", "Description": "description"}


def diff(desired: CatalogState, observed: CatalogState, *, refresh: bool = False) -> tuple[Change, ...]:
    """The changes that make `observed` equal `desired`, in the order in which AWS accepts them.

    What `observed` holds beyond `desired` stays when it is a product, a version, a portfolio or a TagOption of the
    account; inside a portfolio of ours it goes, and so do TagOptions and budgets of a product of ours. `refresh` also
    takes away what is left of deleted principals, and associates those of type IAM anew. Raises `ContentError` when a
    published version would have to change.
    """
    found = list(diff_tag_options(desired, observed))
    for key, product in desired.products.items():
        found.extend(diff_product(product, observed.products.get(key)))
        found.extend(diff_actions(key, desired, observed))
    for key, portfolio in desired.portfolios.items():
        found.extend(diff_portfolio(portfolio, observed.portfolios.get(key), refresh=refresh))
    for key, shared in desired.imports.items():
        found.extend(diff_import(shared, observed.imports.get(key), refresh=refresh))
    return tuple(sorted(found, key=rank))


def diff_product(desired: Product, observed: Product | None) -> Iterator[Change]:
    """A missing product is made with its first version; an existing one gets what differs, and missing versions.

    A version that is inactive is not made where it is missing: nobody could launch it there.
    """
    place = addresses.product(desired.key)
    if observed is None:
        first, *rest = (artifact for artifact in desired.artifacts if artifact.active)
        yield upload(desired.key, first)
        yield changes.CreateProduct(
            address=place, product=desired, artifact=first, details=(f"version {first.name} {first.digest}",)
        )
        yield from settle(desired.key, first)
        for artifact in rest:
            yield from create_version(desired.key, artifact)
        yield from diff_offered(place, desired.tag_options, frozenset())
        yield from diff_budgets(place, desired.budgets, frozenset())
        return
    fields = changed_fields(PRODUCT_FIELDS, desired, observed)
    add, remove = diff_tags(desired.tags, observed.tags)
    if fields or add or remove:
        details = (*shown_fields(PRODUCT_FIELDS, fields, observed), *shown_tags(add, remove, observed.tags))
        yield changes.UpdateProduct(address=place, fields=fields, add_tags=add, remove_tags=remove, details=details)
    for artifact in desired.artifacts:
        published = published_version(desired.key, artifact, observed)
        if published:
            yield from diff_lifecycle(desired.key, artifact, published)
        elif artifact.active:
            yield from create_version(desired.key, artifact)
    yield from retire_pre_releases(desired, observed)
    yield from diff_offered(place, desired.tag_options, observed.tag_options)
    yield from diff_budgets(place, desired.budgets, observed.budgets)


def retire_pre_releases(desired: Product, observed: Product) -> Iterator[Change]:
    """Pre-releases of ours that are no longer wanted become inactive, so that they do not pile up before people.

    Released versions are never touched: only a name that agrees with its digest is a pre-release of ours.
    """
    for artifact in observed.artifacts:
        ours = is_dev_version(artifact.name, artifact.digest)
        if ours and artifact.active and desired.artifact(artifact.name) is None:
            yield from diff_lifecycle(desired.key, replace(artifact, active=False), artifact)


def published_version(key: str, artifact: ProvisioningArtifact, observed: Product) -> ProvisioningArtifact | None:
    """The version of the same name in AWS; `ContentError` when it is not the one that we would publish."""
    place = addresses.version(key, artifact.name)
    same = [published for published in observed.artifacts if published.name == artifact.name]
    if len(same) > 1:
        raise ContentError(
            f"{place}: AWS has {len(same)} versions of this name, so nobody can tell which one is launched",
            hint="Deactivate or rename the one that is not ours at the console, then publish again.",
        )
    if not same:
        return None
    if not same[0].digest:
        raise ContentError(
            f"{place}: AWS has a version of this name without our digest: it is not ours and stays as it is",
            hint=f"Give the version in products/{key}.py another number, and release that.",
        )
    if same[0].digest != artifact.digest:
        raise ContentError(
            f"{place} is published as {same[0].digest}, the repository released {artifact.digest}: "
            "a published version never changes",
            hint=f"Restore products/releases/{key} as it was when the version was published, and release the change "
            "as a new version.",
        )
    return same[0]


def upload(key: str, artifact: ProvisioningArtifact) -> Change:
    """The template's way into the bucket."""
    return changes.UploadTemplate(address=addresses.template(key, artifact.digest), product=key, digest=artifact.digest)


def create_version(key: str, artifact: ProvisioningArtifact) -> Iterator[Change]:
    """Upload, create, and set what creation does not take."""
    yield upload(key, artifact)
    yield changes.CreateProvisioningArtifact(
        address=addresses.version(key, artifact.name), product=key, artifact=artifact, details=(artifact.digest,)
    )
    yield from settle(key, artifact)


def settle(key: str, artifact: ProvisioningArtifact) -> Iterator[Change]:
    """What creation does not take. Nobody has used the version before, so nothing is taken from anybody."""
    made = ProvisioningArtifact(artifact.name, artifact.description, artifact.digest)
    for change in diff_lifecycle(key, artifact, made):
        yield replace(change, effect=Effect.SAFE)


def deprecated_before(desired: ProvisioningArtifact, observed: ProvisioningArtifact) -> bool:
    """Whether the descriptions differ only in what to use instead, of a version that people cannot launch already.

    It was deprecated by others and adopted: adopting changes no description, and so asks for no change of one.
    """
    there = observed.active and observed.guidance is Guidance.DEPRECATED
    as_it_is = (observed.active, observed.guidance, observed.digest) == (
        desired.active,
        desired.guidance,
        desired.digest,
    )
    return there and as_it_is and without_advice(desired.description) == observed.description


def diff_lifecycle(key: str, desired: ProvisioningArtifact, observed: ProvisioningArtifact) -> Iterator[Change]:
    """Description, Active and Guidance: all that may change of a version, and only after creation."""
    fields, details = [], []
    if desired.api_description() != observed.api_description() and not deprecated_before(desired, observed):
        fields.append("Description")
        details.append(f"description: {observed.description!r} → {desired.description!r}")
    if desired.active != observed.active:
        fields.append("Active")
        details.append(f"active: {observed.active} → {desired.active}")
    if desired.guidance != observed.guidance:
        fields.append("Guidance")
        details.append(f"guidance: {observed.guidance} → {desired.guidance}")
    # Inactive: people can neither launch nor update; deprecated: they cannot launch.
    taken = (observed.active and not desired.active) or (
        desired.guidance is Guidance.DEPRECATED and observed.guidance is not Guidance.DEPRECATED
    )
    given = desired.active != observed.active or desired.guidance != observed.guidance
    if fields:
        yield changes.UpdateProvisioningArtifact(
            address=addresses.version(key, desired.name),
            effect=Effect.DESTRUCTIVE if taken else Effect.WIDENS_ACCESS if given else Effect.SAFE,
            product=key,
            artifact=desired,
            fields=tuple(fields),
            details=tuple(details),
        )


def diff_portfolio(desired: Portfolio, observed: Portfolio | None, *, refresh: bool = False) -> Iterator[Change]:
    """A portfolio with its members; `refresh` as in `diff`."""
    place = addresses.portfolio(desired.key)
    if observed is None:
        yield changes.CreatePortfolio(address=place, portfolio=desired)
        observed = Portfolio(desired.key, desired.display_name, desired.provider_name)
    else:
        fields = changed_fields(PORTFOLIO_FIELDS, desired, observed)
        add, remove = diff_tags(desired.tags, observed.tags)
        if fields or add or remove:
            details = (*shown_fields(PORTFOLIO_FIELDS, fields, observed), *shown_tags(add, remove, observed.tags))
            yield changes.UpdatePortfolio(
                address=place, fields=fields, add_tags=add, remove_tags=remove, details=details
            )
    yield from diff_principals(desired.key, desired.principals, observed.principals, refresh=refresh)
    yield from diff_offered(place, desired.tag_options, observed.tag_options)
    yield from diff_budgets(place, desired.budgets, observed.budgets)
    yield from diff_associations(desired, observed)
    yield from diff_shares(desired, observed)


def diff_associations(desired: Portfolio, observed: Portfolio) -> Iterator[Change]:
    """Products of the portfolio, each with its constraints."""
    for key, entry in desired.products.items():
        known = observed.products.get(key)
        if known is None:
            yield changes.AssociateProductWithPortfolio(
                address=addresses.association(desired.key, key),
                effect=Effect.WIDENS_ACCESS,
                portfolio=desired.key,
                product=key,
                source=entry.source,
            )
        yield from diff_constraints(desired.key, entry, known)
    for key, entry in observed.products.items():
        if key not in desired.products:
            yield from lift_constraints(desired.key, entry)
            yield changes.DisassociateProductFromPortfolio(
                address=addresses.association(desired.key, key),
                effect=Effect.DESTRUCTIVE,
                portfolio=desired.key,
                product=key,
            )


def changed_fields(names: Mapping[str, str], desired: object, observed: object) -> dict[str, str]:
    """API member → new value, for the attributes that differ."""
    return {
        member: getattr(desired, attribute)
        for member, attribute in names.items()
        if getattr(desired, attribute) != getattr(observed, attribute)
    }


def shown_fields(names: Mapping[str, str], fields: Mapping[str, str], observed: object) -> Iterator[str]:
    """`name: old → new` lines."""
    for member, value in fields.items():
        yield f"{names[member]}: {getattr(observed, names[member])!r} → {value!r}"


def diff_tags(desired: Mapping[str, str], observed: Mapping[str, str]) -> tuple[dict[str, str], tuple[str, ...]]:
    """(tags to add or change, keys to remove)."""
    add = {key: value for key, value in desired.items() if observed.get(key) != value}
    return add, tuple(sorted(set(observed) - set(desired)))


def shown_tags(add: Mapping[str, str], remove: Iterable[str], observed: Mapping[str, str]) -> Iterator[str]:
    """Lines for tag changes."""
    for key, value in add.items():
        yield f"tag {key}: {observed.get(key)!r} → {value!r}" if key in observed else f"tag {key}: + {value!r}"
    for key in remove:
        yield f"tag {key}: - {observed[key]!r}"
