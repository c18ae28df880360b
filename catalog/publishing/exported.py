"""The catalogue of the repository as CloudFormation templates."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any

from catalog.content.portfolio_files import AccountRegion
from catalog.errors import ContentError
from catalog.model import addresses
from catalog.model.addresses import Address
from catalog.model.state import CatalogState
from catalog.plan.diff import diff
from catalog.plan.kinds.template import template_url
from catalog.plan.stack_templates import (
    PORTABLE,
    Destination,
    Layout,
    Remainder,
    Translation,
    lay_out,
    resources_of,
    single_template,
    translate,
)
from catalog.plan.stack_templates.stand_ins import OTHER
from catalog.publishing.desired import Publication, absent_imports, desired_state, without_retired

STILL_LISTED = (
    "active: True → False; the template still lists the version, because what CloudFormation does with one that leaves "
    "the list is not documented"
)


@dataclass(frozen=True, slots=True)
class ExportedCatalogue:
    """The catalogue translated into resources, and what people must know about it."""

    translation: Translation
    description: str
    notices: tuple[str, ...] = ()
    bodies: Mapping[str, bytes] = field(default_factory=dict)
    """Template bytes by digest."""

    def versions(self) -> list[str]:
        """The Addresses of the versions in the templates."""
        return [
            addresses.version(address.removeprefix("product/"), version["Name"])
            for address, resource in self.translation.resources.items()
            for version in resource.properties.get("ProvisioningArtifactParameters", ())
        ]

    def remainders(self) -> list[Remainder]:
        """What the templates cannot say, in words for people."""
        readable = self.translation.destination.readable
        return [
            Remainder(each.operation, Address(readable(each.address)), readable(each.why))
            for each in self.translation.remainders
        ]

    def layout(self, earlier: Mapping[str, str] | None = None) -> Layout:
        """A root template with nested stacks."""
        return lay_out(self.translation, self.description, earlier)

    def single(self) -> dict[str, Any]:
        """One template, for stack sets: they deploy no nested stacks."""
        return single_template(self.translation, self.description)


def export_catalogue(
    publication: Publication,
    destination: Destination = PORTABLE,
    exported: Collection[str] = (),
    bucket_url: Callable[[str], str] | None = None,
) -> ExportedCatalogue:
    """The catalogue for an account and Region, or for any; `ContentError` if its content has one of our stand-ins.

    `exported` are the Addresses of the versions of the last export. `bucket_url` gives the URL of a key of the bucket;
    without it the bucket is that of the account and Region.
    """
    catalogue = translated(publication, destination, exported, bucket_url)
    if destination is PORTABLE:
        other = resources_of(translated(publication, OTHER, exported, bucket_url).translation)
        written = resources_of(catalogue.translation)
        for name, resource in written.items():
            if resource != other.get(name):
                raise ContentError(
                    f"{name}: its text has one of {', '.join(PORTABLE.pseudo)}, which stand for the account and Region "
                    "while templates are made",
                    hint="Export for one account and Region: --to NAME/REGION.",
                )
    return catalogue


def translated(
    publication: Publication,
    destination: Destination,
    exported: Collection[str],
    bucket_url: Callable[[str], str] | None,
) -> ExportedCatalogue:
    """The catalogue as resources."""
    config = publication.catalog.config
    account_region = AccountRegion(destination.account, destination.region, destination.partition)
    declared = desired_state(publication, account_region)
    kept = {address for address in inactive_versions(declared) if address in exported}
    desired, retired = without_retired(with_versions(declared, kept), CatalogState())
    own_bucket = partial(
        template_url,
        config.bucket_name(destination.account, destination.region),
        destination.region,
        destination.url_suffix,
    )
    translation = translate(diff(desired, CatalogState()), config.owner, bucket_url or own_bucket, destination)
    translation.remainders += [Remainder("UpdateProvisioningArtifact", each, STILL_LISTED) for each in sorted(kept)]
    notices = (*absent_imports(publication.catalog, declared.imports), *retired)
    return ExportedCatalogue(
        translation, f"The catalogue of {config.owner}, as catalog exports it", notices, publication.bodies()
    )


def inactive_versions(state: CatalogState) -> Iterator[Address]:
    """The Addresses of the inactive versions."""
    for key, product in state.products.items():
        yield from (addresses.version(key, artifact.name) for artifact in product.artifacts if not artifact.active)


def with_versions(state: CatalogState, active: Collection[Address]) -> CatalogState:
    """A state in which these versions are active."""
    products = {
        key: replace(
            product,
            artifacts=tuple(
                replace(artifact, active=artifact.active or addresses.version(key, artifact.name) in active)
                for artifact in product.artifacts
            ),
        )
        for key, product in state.products.items()
    }
    return replace(state, products=products)
