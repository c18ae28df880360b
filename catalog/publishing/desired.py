"""From loaded content and its releases to the desired `CatalogState` of one account and Region."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from semver import Version

from catalog.content.governance import product_governed, product_tag_options, tag_options
from catalog.content.load import Catalog, check_rules
from catalog.content.portfolio_files import Place, PortfolioFile, protected_tags
from catalog.content.render import Rendered
from catalog.content.ssm_documents import check_actions, render_document
from catalog.errors import ContentError
from catalog.model import addresses
from catalog.model.addresses import Address
from catalog.model.imports import PortfolioImport
from catalog.model.limits import check_tags
from catalog.model.portfolio import Portfolio
from catalog.model.product import Product, ProvisioningArtifact
from catalog.model.service_action import (
    LAUNCH_ROLE,
    PublishedAction,
    ServiceAction,
    parameters_text,
)
from catalog.model.state import CatalogState
from catalog.releases import (
    Release,
    default_version,
    description,
    latest_release,
    load_releases,
    pre_release,
    remedy,
    unreleased,
)

DEV_STAGE = "dev"


@dataclass(frozen=True, slots=True)
class Publication:
    """What a run publishes: every release of every product, and with `--dev` the pre-releases of what is none yet."""

    catalog: Catalog
    releases: Mapping[str, tuple[Release, ...]] = field(default_factory=dict)
    pre_releases: Mapping[str, Rendered] = field(default_factory=dict)
    notices: tuple[str, ...] = ()
    """What of the working tree is not published, or not as a release."""
    dev: bool = False
    elsewhere: frozenset[str] = frozenset()
    """Products of the repository that are left out here: other targets have them."""

    def artifacts(self, key: str) -> tuple[ProvisioningArtifact, ...]:
        """The versions of a product by precedence, the oldest first."""
        releases = self.releases.get(key, ())
        found = [
            ProvisioningArtifact(one.version, description(one, releases), one.digest, one.active, one.guidance)
            for one in releases
        ]
        if one := self.pre_releases.get(key):
            # Guidance stays DEFAULT, which means "none" to AWS: what is DEPRECATED cannot be launched (ADR 8).
            words = f"Pre-release, not for production. {self.catalog.products[key].version_description}".strip()
            found.append(ProvisioningArtifact(one.version, words, one.digest))
        return tuple(sorted(found, key=lambda artifact: Version.parse(artifact.name)))

    def launchable(self, key: str) -> Iterator[Rendered]:
        """The versions that people can launch, as templates."""
        yield from (one.rendered for one in self.releases.get(key, ()) if one.launchable)
        if key in self.pre_releases:
            yield self.pre_releases[key]

    def checked(self) -> Iterator[Rendered]:
        """What is linted before it is pushed: the newest release when people get it by default, and the pre-releases.

        Older releases were checked when they were released. They cannot change, and a rule that came later must not
        keep a new version out, nor hold up a rollback.
        """
        for key in self.catalog.products:
            releases = self.releases.get(key, ())
            release = default_version(releases)
            if release and release is latest_release(releases):
                yield release.rendered
            if key in self.pre_releases:
                yield self.pre_releases[key]

    def bodies(self) -> dict[str, bytes]:
        """Template bytes by digest."""
        found = {one.digest: one.body for releases in self.releases.values() for one in releases}
        return found | {one.digest: one.body for one in self.pre_releases.values()}

    def of_stage_dev(self) -> Publication:
        """The same with portfolios of stage dev alone, and the products that they hold."""
        portfolios = [key for key, file in self.catalog.portfolios.items() if file.stage == DEV_STAGE]
        if not portfolios:
            raise ContentError(
                "no portfolio has stage: dev, and on AWS --dev publishes these alone",
                hint="Set stage: dev in a file of portfolios/, or use --local.",
            )
        return self.of_portfolios(portfolios)

    def of_portfolios(self, keys: Collection[str]) -> Publication:
        """The same with these portfolios and imports, the products that they hold and the imports that they take of."""
        portfolios = {key: file for key, file in self.catalog.portfolios.items() if key in keys}
        held = {key for file in portfolios.values() for key in file.products}
        taken = {key for file in portfolios.values() for _, key, _ in file.imported()}
        catalog = replace(
            self.catalog,
            products={key: one for key, one in self.catalog.products.items() if key in held},
            portfolios=portfolios,
            imports={key: one for key, one in self.catalog.imports.items() if key in taken or key in keys},
        )
        pre_releases = {key: one for key, one in self.pre_releases.items() if key in held}
        elsewhere = self.elsewhere | (set(self.catalog.products) - held)
        return replace(self, catalog=catalog, pre_releases=pre_releases, elsewhere=frozenset(elsewhere))


def publication(catalog: Catalog, rendered: Sequence[Rendered], *, dev: bool = False) -> Publication:
    """Read the releases of all products; `ContentError` when they, or a portfolio, are not fit to be published."""
    releases = {one.product: load_releases(catalog.config, one.product) for one in rendered}
    tried = {one.product: pre_release(one, releases[one.product]) for one in rendered} if dev else {}
    pre_releases = {key: one for key, one in tried.items() if one}
    notices = tuple(
        notice(one, releases[one.product], pre_releases.get(one.product))
        for one in rendered
        if unreleased(one, releases[one.product])
    )
    notices += tuple(
        f"product/{key}: all releases are inactive or deprecated, so nobody can launch it anew"
        for key, found in releases.items()
        if found and not default_version(found)
    )
    result = Publication(catalog, releases, pre_releases, notices, dev)
    check_portfolios(result, {one.product: one for one in rendered})
    for key, definition in catalog.products.items():
        launchable = ((one.version, one.template) for one in result.launchable(key))
        check_actions(catalog.config.owner, key, definition, launchable)
    return result


def notice(rendered: Rendered, releases: Sequence[Release], pre: Rendered | None) -> str:
    """One line about what is not released: published as a pre-release, or not at all."""
    said = f"product/{rendered.product}: {unreleased(rendered, releases)}"
    if pre:
        return f"{said}: published as pre-release {pre.version}"
    return f"{said}: not published; {remedy(rendered, releases)}"


def check_portfolios(found: Publication, rendered: Mapping[str, Rendered]) -> None:
    """Every product of a portfolio must have a version, and every TEMPLATE rule must fit all that can be launched."""
    for file in found.catalog.portfolios.values():
        for index, key in enumerate(file.products):
            if not found.artifacts(key):
                where = file.document.where(("products", index))
                raise ContentError(
                    f"{where}: product {key!r} has no release, so portfolio {file.key!r} could not offer it",
                    hint=f"To offer it, {remedy(rendered[key], ())}; to try it, publish with --dev; or take it out of "
                    "the portfolio.",
                )
            for version in found.launchable(key):
                check_rules(file, key, version.template, version.version)


def check_released(file: PortfolioFile, key: str, releases: Sequence[Release]) -> None:
    """TEMPLATE rules of a portfolio against every released template that people can launch."""
    for release in releases:
        if release.launchable:
            check_rules(file, key, release.template, release.version)


def desired_state(found: Publication, place: Place) -> CatalogState:
    """What shall be in `place`. A product that nobody offers and that has no release is left out."""
    portfolios = {key: file.resolve(place) for key, file in found.catalog.portfolios.items()}
    definitions = {key: one for key, one in found.catalog.products.items() if found.artifacts(key)}
    products = {key: product_state(found, key, place) for key in definitions}
    options = tag_options(found.catalog.config, definitions, found.catalog.portfolios, place)
    imports = imports_in(found.catalog, place)
    portfolios = {key: without_absent(portfolio, imports) for key, portfolio in portfolios.items()}
    actions = {place_of: one for key in products for place_of, one in product_actions(found, key, place)}
    return CatalogState(products, portfolios, options, imports, actions)


def product_actions(found: Publication, key: str, place: Place) -> Iterator[tuple[Address, PublishedAction]]:
    """The service actions of a product, each with the versions that people can launch and it works with."""
    artifacts = found.artifacts(key)
    for action in found.catalog.products[key].service_actions:
        document = render_document(found.catalog.config.owner, key, action)
        offered = [one.name for one in artifacts if one.active and action.works_with(one.name)]
        early = [one.name for one in artifacts if not action.works_with(one.name)]
        yield (
            addresses.action(key, action.key),
            PublishedAction(
                name=action.name,
                description=action.description.strip(),
                definition=definition_of(action, document.name if document else place.fill(action.document), place),
                versions=frozenset(addresses.version(key, name) for name in offered),
                too_early=frozenset(addresses.version(key, name) for name in early),
                document=document,
            ),
        )


def definition_of(action: ServiceAction, document: str, place: Place) -> dict[str, str]:
    """An action's definition, as the API has it; all its values are text."""
    role = action.assume_role
    if role and role != LAUNCH_ROLE and not role.startswith("arn:"):
        role = f"arn:{place.partition}:iam::{place.account}:role/{role}"
    found = {
        "Name": document,
        "Version": action.document_version if isinstance(action.document, str) else "1",
        "AssumeRole": place.fill(role),
        "Parameters": parameters_text(action.parameters),
    }
    return {name: value for name, value in found.items() if value}


def without_absent(portfolio: Portfolio, imports: Collection[str]) -> Portfolio:
    """A portfolio without products of imports that are none here; `absent_imports` says so."""
    kept = {key: entry for key, entry in portfolio.products.items() if not entry.source or entry.source in imports}
    return replace(portfolio, products=kept)


def absent_imports(catalog: Catalog, imports: Collection[str]) -> tuple[str, ...]:
    """A notice for each import that is none in the account and Region where `imports` are."""
    return tuple(
        f"{catalog.imports[key].document.shown} means nothing here: the portfolio is of this account, or has no id for "
        "this Region"
        for key in sorted(set(catalog.imports) - set(imports))
    )


def imports_in(catalog: Catalog, place: Place) -> dict[str, PortfolioImport]:
    """What is imported in `place`, with the products that portfolios take of it."""
    taken: dict[str, set[str]] = {}
    for file in catalog.portfolios.values():
        for _, key, name in file.imported():
            taken.setdefault(key, set()).add(name)
    found = {}
    for key, imported in catalog.imports.items():
        if one := imported.resolve(place, frozenset(taken.get(key, ()))):
            found[key] = one
    return found


def product_state(found: Publication, key: str, place: Place) -> Product:
    """A product with all its versions; its own description is the working tree's."""
    config, definition = found.catalog.config, found.catalog.products[key]
    tags = protected_tags(definition.tags, protect=definition.protect)
    check_tags(f"product/{key}", tags, 18)  # 20, less the two ownership tags
    return Product(
        key=key,
        name=definition.name,
        owner=definition.owner,
        description=definition.description,
        distributor=definition.distributor,
        support_description=definition.support_description,
        support_email=definition.support_email,
        support_url=definition.support_url,
        tags=tags,
        tag_options=frozenset(option for option, _ in product_tag_options(config, key, definition, place)),
        governed=product_governed(config, key, definition, place),
        artifacts=found.artifacts(key),
    )


def without_retired(desired: CatalogState, observed: CatalogState) -> tuple[CatalogState, tuple[str, ...]]:
    """`desired` without products that are not there yet and have no active version: there is nothing to make them of.

    The second member says so, for each portfolio that would hold one.
    """
    retired = {
        key
        for key, product in desired.products.items()
        if key not in observed.products and not any(artifact.active for artifact in product.artifacts)
    }
    if not retired:
        return desired, ()
    notices = [f"product/{key} has no active release: not made here" for key in sorted(retired)]
    portfolios: dict[str, Portfolio] = {}
    for name, portfolio in desired.portfolios.items():
        kept = {key: entry for key, entry in portfolio.products.items() if key not in retired}
        notices += [f"portfolio/{name} goes without product {key}" for key in portfolio.products if key in retired]
        portfolios[name] = replace(portfolio, products=kept)
    products = {key: product for key, product in desired.products.items() if key not in retired}
    return replace(desired, products=products, portfolios=portfolios), tuple(notices)
