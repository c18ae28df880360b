"""Versions (provisioning artifacts): created once, and then changed in description, activity and guidance alone."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from catalog.errors import ContentError
from catalog.model import addresses
from catalog.model.addresses import Address
from catalog.model.product import Guidance, Product, ProvisioningArtifact
from catalog.model.state import CatalogState
from catalog.model.version import is_dev_version
from catalog.plan.changes import Change, Facts, Impact, LaunchImpact, change
from catalog.plan.json_values import as_json
from catalog.plan.kinds.template import template_key, upload
from catalog.plan.operations import needs_permission, servicecatalog
from catalog.plan.parts import part_of_diff, part_of_facts, part_of_prune
from catalog.plan.removal import Removal
from catalog.releases.release import without_advice

needs_permission(
    *servicecatalog("plan", "versions of products", "DescribeProvisioningArtifact", "ListProvisioningArtifacts"),
    *servicecatalog("publish", "versions of products", "CreateProvisioningArtifact", "UpdateProvisioningArtifact"),
    *servicecatalog("upkeep", "deletions of prune", "DeleteProvisioningArtifact"),
)

WITHDRAWN = "Withdrawn: "
"""How the description of a version begins whose template was replaced in the bucket before AWS read it."""


@change
class CreateProvisioningArtifact(Change):
    """Add a version to a product."""

    launch_impact: LaunchImpact = LaunchImpact.OPENS
    product: str
    artifact: ProvisioningArtifact

    def needs(self) -> tuple[Address, ...]:
        """Its product and its template."""
        return (*self.above(), addresses.template(self.product, self.artifact.digest))


@change
class UpdateProvisioningArtifact(Change):
    """Change a version's description, activity or guidance; its template never changes.

    `artifact` is the version as declared; `fields` are the API members that differ. Nobody loses the version by it, or
    it is new and nobody has used it: see `WithdrawProvisioningArtifact`.
    """

    product: str
    artifact: ProvisioningArtifact
    fields: tuple[str, ...]

    def needs(self) -> tuple[Address, ...]:
        """Its product and its template."""
        return (*self.above(), addresses.template(self.product, self.artifact.digest))


@change
class WithdrawProvisioningArtifact(UpdateProvisioningArtifact):
    """UpdateProvisioningArtifact that takes a version from people: it becomes inactive or deprecated."""

    OPERATION = "UpdateProvisioningArtifact"


@change
class DeleteProvisioningArtifact(Change):
    """Delete a version; the address is the version's."""

    launch_impact: LaunchImpact = LaunchImpact.CLOSES
    product: str


@part_of_diff
def diff_versions(desired: CatalogState, observed: CatalogState, refresh: bool) -> Iterator[Change]:
    """The versions of each product, but for the first one of a product that is created (kinds/product.py)."""
    for key, product in desired.products.items():
        known = observed.products.get(key)
        if known is None:
            _, *rest = (artifact for artifact in product.artifacts if artifact.active)
            for artifact in rest:
                yield from create_version(key, artifact)
        else:
            yield from diff_artifacts(product, known)


def diff_artifacts(desired: Product, observed: Product) -> Iterator[Change]:
    """The versions of a product that exists; one that is inactive is not created: nobody could launch it."""
    for artifact in desired.artifacts:
        published = published_version(desired, artifact, observed)
        if published:
            yield from diff_lifecycle(desired.key, artifact, published)
        elif artifact.active:
            yield from create_version(desired.key, artifact)
    yield from retire_pre_releases(desired, observed)


def retire_pre_releases(desired: Product, observed: Product) -> Iterator[Change]:
    """Deactivate pre-releases of ours that are no longer wanted, so that people do not see more and more of them.

    Released versions are never touched: only a name that agrees with its digest is a pre-release of ours.
    """
    for artifact in observed.artifacts:
        ours = is_dev_version(artifact.name, artifact.digest)
        if ours and artifact.active and desired.artifact(artifact.name) is None:
            yield from diff_lifecycle(desired.key, replace(artifact, active=False), artifact)


def published_version(
    desired: Product, artifact: ProvisioningArtifact, observed: Product
) -> ProvisioningArtifact | None:
    """The version of the same name in AWS; `ContentError` when it is not the one that we would publish."""
    key = desired.key
    address = addresses.version(key, artifact.name)
    namesakes = [published for published in observed.artifacts if published.name == artifact.name]
    if len(namesakes) > 1:
        raise ContentError(
            f"{address}: AWS has {len(namesakes)} versions of this name, so it is unclear which one people launch",
            hint="Deactivate or rename the one that is not ours in the console, then publish again.",
        )
    if not namesakes:
        check_not_renamed(artifact, desired, observed)
        return None
    (published,) = namesakes
    if published.digest != artifact.digest and not published.active and published.description.startswith(WITHDRAWN):
        raise withdrawn(key, artifact)
    if not published.digest:
        raise ContentError(
            f"{address}: AWS has a version of this name without our digest. It is not ours and stays as it is",
            hint=f"Give the version of product/{key} another number, and release it.",
        )
    if published.digest != artifact.digest:
        raise ContentError(
            f"{address} is published as {published.digest}, the repository released {artifact.digest}: "
            "a published version never changes",
            hint=f"Restore products/releases/{key} as it was when the version was published, and release the change "
            "as a new version.",
        )
    return published


def withdrawn(key: str, artifact: ProvisioningArtifact) -> ContentError:
    """The error for a version that publish has withdrawn, because AWS has read another template."""
    file = template_key(key, artifact.digest)
    return ContentError(
        f"{addresses.version(key, artifact.name)} was withdrawn when it was created, because its template was replaced "
        "in the bucket: AWS has another template than the one that was released",
        hint="Find out who can write to the template bucket. Delete the version in the console (rename it, if it is "
        f"the only one of the product), delete or restore the object {file} in the bucket, then publish again.",
    )


def check_not_renamed(artifact: ProvisioningArtifact, desired: Product, observed: Product) -> None:
    """`ContentError` if AWS has the version under a name that no release has any more: it would be created twice."""
    key, declared = desired.key, {each.name for each in desired.artifacts}
    for published in observed.artifacts:
        other = published.name not in declared and not is_dev_version(published.name, published.digest)
        if other and published.digest == artifact.digest and published.active:
            raise ContentError(
                f"{addresses.version(key, artifact.name)}: AWS has this template as version {published.name!r}. "
                "A published version keeps its name, because pipelines pass it",
                hint=f"Write `name: {published.name}` into the version's entry in products/releases/{key}/ledger.yaml, "
                "or rename the version in the console.",
            )


def create_version(key: str, artifact: ProvisioningArtifact) -> Iterator[Change]:
    """Upload, create, and set what creation does not take."""
    yield upload(key, artifact.digest)
    yield CreateProvisioningArtifact(
        address=addresses.version(key, artifact.name), product=key, artifact=artifact, details=(artifact.digest,)
    )
    yield from settle(key, artifact)


def settle(key: str, artifact: ProvisioningArtifact) -> Iterator[Change]:
    """Set the fields that CreateProvisioningArtifact does not accept. Nobody loses the version: it is new."""
    created = ProvisioningArtifact(artifact.name, artifact.description, artifact.digest)
    fields, details = lifecycle_fields(artifact, created)
    if fields:
        yield UpdateProvisioningArtifact(
            address=addresses.version(key, artifact.name),
            launch_impact=LaunchImpact.NOTHING,
            product=key,
            artifact=artifact,
            fields=fields,
            details=details,
        )


def diff_lifecycle(key: str, desired: ProvisioningArtifact, observed: ProvisioningArtifact) -> Iterator[Change]:
    """Description, Active and Guidance: all that may change of a version, and only after creation."""
    fields, details = lifecycle_fields(desired, observed)
    if not fields:
        return
    change_class, impact, launch_impact = lifecycle_impact(desired, observed)
    yield change_class(
        address=addresses.version(key, desired.name),
        impact=impact,
        launch_impact=launch_impact,
        product=key,
        artifact=desired,
        fields=fields,
        details=details,
    )


def lifecycle_impact(
    desired: ProvisioningArtifact, observed: ProvisioningArtifact
) -> tuple[type[UpdateProvisioningArtifact], Impact, LaunchImpact]:
    """What people lose or get. Inactive: they can neither launch nor update to it; deprecated: they cannot launch."""
    deprecated = desired.guidance is Guidance.DEPRECATED and observed.guidance is not Guidance.DEPRECATED
    if deprecated or (observed.active and not desired.active):
        return WithdrawProvisioningArtifact, Impact.RESTRICTS, LaunchImpact.CLOSES
    if desired.active != observed.active or desired.guidance != observed.guidance:
        return UpdateProvisioningArtifact, Impact.WIDENS, LaunchImpact.OPENS
    return UpdateProvisioningArtifact, Impact.NONE, LaunchImpact.NOTHING


def lifecycle_fields(
    desired: ProvisioningArtifact, observed: ProvisioningArtifact
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """(API members that differ, lines for people)."""
    fields, details = [], []
    if desired.api_description() != observed.api_description() and not deprecated_by_others(desired, observed):
        fields.append("Description")
        details.append(f"description: {observed.description!r} → {desired.description!r}")
    if desired.active != observed.active:
        fields.append("Active")
        details.append(f"active: {observed.active} → {desired.active}")
    if desired.guidance != observed.guidance:
        fields.append("Guidance")
        details.append(f"guidance: {observed.guidance} → {desired.guidance}")
    return tuple(fields), tuple(details)


def deprecated_by_others(desired: ProvisioningArtifact, observed: ProvisioningArtifact) -> bool:
    """Whether the descriptions differ only in what to use instead, of a version that people cannot launch already.

    Others deprecated it, and then it was adopted: adopting changes no description, and so asks for no change of one.
    """
    deprecated = observed.active and observed.guidance is Guidance.DEPRECATED
    same = (observed.active, observed.guidance, observed.digest) == (desired.active, desired.guidance, desired.digest)
    return deprecated and same and without_advice(desired.description) == observed.description


@part_of_prune
def prune_versions(removal: Removal) -> Iterator[Change]:
    """Delete versions of products that stay."""
    for key, artifact in removal.versions:
        address = addresses.version(key, artifact.name)
        yield DeleteProvisioningArtifact(address=address, product=key, details=(artifact.digest,))


@part_of_facts
def version_facts(state: CatalogState) -> Facts:
    """Each version of each product."""
    return {
        addresses.version(key, artifact.name): as_json(artifact)
        for key, product in state.products.items()
        for artifact in product.artifacts
    }
