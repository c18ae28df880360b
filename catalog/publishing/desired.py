"""From loaded content and its releases to the desired `CatalogState` of one account and Region."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from semver import Version

from catalog.content.governance import product_governed, product_tag_options, tag_options
from catalog.content.load import Catalog
from catalog.content.portfolio_files import AccountRegion, PortfolioFile, protected_tags
from catalog.content.render import Rendered
from catalog.content.rule_checks import check_rules
from catalog.content.ssm_documents import check_service_actions, render_document
from catalog.errors import ContentError
from catalog.model import addresses
from catalog.model.addresses import Address
from catalog.model.definition import ProductDefinition
from catalog.model.imports import PortfolioImport
from catalog.model.portfolio import Portfolio
from catalog.model.product import Product, ProvisioningArtifact
from catalog.model.service_action import (
    LAUNCH_ROLE,
    PublishedServiceAction,
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
    unreleased_version,
)

DEV_STAGE = "dev"


@dataclass(frozen=True, slots=True)
class Publication:
    """What a run publishes: every release of every product, and with `--dev` pre-releases of what is not released."""

    catalog: Catalog
    releases: Mapping[str, tuple[Release, ...]] = field(default_factory=dict)
    pre_releases: Mapping[str, Rendered] = field(default_factory=dict)
    notices: tuple[str, ...] = ()
    """What of the working tree is not published, or only as a pre-release."""
    dev: bool = False
    elsewhere: frozenset[str] = frozenset()
    """Products of the repository that this target leaves out: other targets have them."""

    def artifacts(self, key: str) -> tuple[ProvisioningArtifact, ...]:
        """The versions of a product by precedence, the oldest first, with their names in AWS."""
        releases = self.releases.get(key, ())
        artifacts = [
            ProvisioningArtifact(
                release.published_name,
                description(release, releases),
                release.digest,
                release.active,
                release.guidance,
            )
            for release in releases
        ]
        if rendered := self.pre_releases.get(key):
            # Guidance stays DEFAULT, which means "none" to AWS: a DEPRECATED version cannot be launched (ADR 8).
            words = f"Pre-release, not for production. {self.catalog.products[key].version_description}".strip()
            artifacts.append(ProvisioningArtifact(rendered.version, words, rendered.digest))
        numbers = self.numbers(key)
        return tuple(sorted(artifacts, key=lambda artifact: Version.parse(numbers[artifact.name])))

    def numbers(self, key: str) -> dict[str, str]:
        """The name in AWS of each version of a product → its version, such as `v1.0` → `1.0.0`."""
        numbers = {release.published_name: release.version for release in self.releases.get(key, ())}
        pre_release = self.pre_releases.get(key)
        return numbers | ({pre_release.version: pre_release.version} if pre_release else {})

    def launchable(self, key: str) -> Iterator[Rendered]:
        """The versions that people can launch, as templates."""
        yield from (release.rendered for release in self.releases.get(key, ()) if release.launchable)
        if key in self.pre_releases:
            yield self.pre_releases[key]

    def checked(self) -> Iterator[Rendered]:
        """What is checked before it is published: the newest release if it is the default version, and pre-releases.

        Older releases were checked when they were released. They cannot change, and a newer rule must block neither a
        new version nor a rollback.
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
        bodies = {release.digest: release.body for releases in self.releases.values() for release in releases}
        return bodies | {rendered.digest: rendered.body for rendered in self.pre_releases.values()}

    def of_stage_dev(self) -> Publication:
        """The part with the portfolios of stage dev and the products that they hold."""
        portfolios = [key for key, file in self.catalog.portfolios.items() if file.stage == DEV_STAGE]
        if not portfolios:
            raise ContentError(
                "no portfolio has stage: dev, and on AWS --dev publishes only those",
                hint="Set stage: dev in a file of portfolios/, or use --local.",
            )
        return self.of_portfolios(portfolios)

    def of_portfolios(self, keys: Collection[str]) -> Publication:
        """The part with these portfolios and imports, the products in them and the imports that they use."""
        portfolios = {key: file for key, file in self.catalog.portfolios.items() if key in keys}
        held = {key for file in portfolios.values() for key in file.products}
        taken = {key for file in portfolios.values() for _, key, _ in file.imported()}
        catalog = replace(
            self.catalog,
            products={key: definition for key, definition in self.catalog.products.items() if key in held},
            portfolios=portfolios,
            imports={key: file for key, file in self.catalog.imports.items() if key in taken or key in keys},
        )
        pre_releases = {key: rendered for key, rendered in self.pre_releases.items() if key in held}
        elsewhere = self.elsewhere | (set(self.catalog.products) - held)
        return replace(self, catalog=catalog, pre_releases=pre_releases, elsewhere=frozenset(elsewhere))


def publication(catalog: Catalog, rendered: Sequence[Rendered], *, dev: bool = False) -> Publication:
    """Read the releases of all products; `ContentError` when they, or a portfolio, cannot be published.

    `rendered` is what the working tree renders, for notices and pre-releases. Releases are published as their bytes, so
    a product that is not rendered is published too.
    """
    releases = {key: load_releases(catalog.config, key) for key in catalog.products}
    candidates = {each.product: pre_release(each, releases[each.product]) for each in rendered} if dev else {}
    pre_releases = {key: candidate for key, candidate in candidates.items() if candidate}
    by_key = {each.product: each for each in rendered}
    notices = tuple(
        text
        for key, definition in catalog.products.items()
        if (text := notice(key, definition, by_key.get(key), releases[key], pre_releases.get(key)))
    )
    notices += tuple(
        f"product/{key}: all releases are inactive or deprecated, so nobody can launch it"
        for key, of_product in releases.items()
        if of_product and not default_version(of_product)
    )
    result = Publication(catalog, releases, pre_releases, notices, dev)
    check_portfolios(result)
    for key, definition in catalog.products.items():
        launchable = ((version.version, version.template) for version in result.launchable(key))
        check_service_actions(catalog.config.owner, key, definition, launchable)
    return result


def notice(
    key: str,
    definition: ProductDefinition,
    rendered: Rendered | None,
    releases: Sequence[Release],
    pre: Rendered | None,
) -> str:
    """A line about what is not released: published as a pre-release, or not at all. Empty if all is released."""
    file, version = definition.shown(key), definition.version
    words = unreleased(rendered, releases) if rendered else unreleased_version(file, version, releases)
    if not words:
        return ""
    if pre:
        return f"product/{key}: {words}: published as pre-release {pre.version}"
    return f"product/{key}: {words}: not published; {remedy(key, version, releases, file)}"


def check_portfolios(publication: Publication) -> None:
    """Every product of a portfolio must have a version, and every TEMPLATE rule must fit all that can be launched."""
    for file in publication.catalog.portfolios.values():
        for index, key in enumerate(file.products):
            if not publication.artifacts(key):
                where = file.document.where(("products", index))
                definition = publication.catalog.products[key]
                release = remedy(key, definition.version, (), definition.shown(key))
                raise ContentError(
                    f"{where}: product {key!r} has no release, so portfolio {file.key!r} could not offer it",
                    hint=f"To offer it, {release}; to try it, publish with --dev; or take it out of the portfolio.",
                )
            for version in publication.launchable(key):
                check_rules(file, key, version.template, version.version)


def check_released(file: PortfolioFile, key: str, releases: Sequence[Release]) -> None:
    """TEMPLATE rules of a portfolio against every released template that people can launch."""
    for release in releases:
        if release.launchable:
            check_rules(file, key, release.template, release.version)


def desired_state(publication: Publication, account_region: AccountRegion) -> CatalogState:
    """What is declared for an account and Region. A product without a release is left out."""
    portfolios = {key: file.resolve(account_region) for key, file in publication.catalog.portfolios.items()}
    products_of = publication.catalog.products.items()
    definitions = {key: definition for key, definition in products_of if publication.artifacts(key)}
    products = {key: product_state(publication, key, account_region) for key in definitions}
    options = tag_options(publication.catalog.config, definitions, publication.catalog.portfolios, account_region)
    imports = imports_in(publication.catalog, account_region)
    portfolios = {key: without_absent(portfolio, imports) for key, portfolio in portfolios.items()}
    actions = dict(pair for key in products for pair in product_actions(publication, key, account_region))
    return CatalogState(products, portfolios, options, imports, actions)


def product_actions(
    publication: Publication, key: str, account_region: AccountRegion
) -> Iterator[tuple[Address, PublishedServiceAction]]:
    """The service actions of a product, each with the versions that people can launch and it works with."""
    artifacts, numbers = publication.artifacts(key), publication.numbers(key)
    definition = publication.catalog.products[key]
    for action in definition.service_actions:
        document = render_document(publication.catalog.config.owner, key, action, definition.shown(key))
        offered = [each.name for each in artifacts if each.active and action.works_with(numbers[each.name])]
        early = [each.name for each in artifacts if not action.works_with(numbers[each.name])]
        yield (
            addresses.service_action(key, action.key),
            PublishedServiceAction(
                name=action.name,
                description=action.description.strip(),
                definition=definition_of(
                    action, document.name if document else account_region.fill(action.document), account_region
                ),
                versions=frozenset(addresses.version(key, name) for name in offered),
                too_early=frozenset(addresses.version(key, name) for name in early),
                document=document,
            ),
        )


def definition_of(action: ServiceAction, document: str, account_region: AccountRegion) -> dict[str, str]:
    """An action's definition, as the API has it; all its values are text."""
    role = action.assume_role
    if role and role != LAUNCH_ROLE and not role.startswith("arn:"):
        role = f"arn:{account_region.partition}:iam::{account_region.account}:role/{role}"
    members = {
        "Name": document,
        "Version": action.document_version if isinstance(action.document, str) else "1",
        "AssumeRole": account_region.fill(role),
        "Parameters": parameters_text(action.parameters),
    }
    return {name: value for name, value in members.items() if value}


def without_absent(portfolio: Portfolio, imports: Collection[str]) -> Portfolio:
    """A portfolio without products of imports that do not apply here; `absent_imports` says so."""
    kept = {key: each for key, each in portfolio.products.items() if not each.source or each.source in imports}
    return replace(portfolio, products=kept)


def absent_imports(catalog: Catalog, imports: Collection[str]) -> tuple[str, ...]:
    """A notice for each import that does not apply in the account and Region that has `imports`."""
    return tuple(
        f"{catalog.imports[key].document.shown} does not apply: this account owns the portfolio, or the file has no id "
        "for this Region"
        for key in sorted(set(catalog.imports) - set(imports))
    )


def imports_in(catalog: Catalog, account_region: AccountRegion) -> dict[str, PortfolioImport]:
    """The imports of an account and Region, with the products of them that portfolios use."""
    taken: dict[str, set[str]] = {}
    for file in catalog.portfolios.values():
        for _, key, name in file.imported():
            taken.setdefault(key, set()).add(name)
    imports = {}
    for key, import_file in catalog.imports.items():
        if imported := import_file.resolve(account_region, frozenset(taken.get(key, ()))):
            imports[key] = imported
    return imports


def product_state(publication: Publication, key: str, account_region: AccountRegion) -> Product:
    """A product with all its versions; its own description is the working tree's."""
    config, definition = publication.catalog.config, publication.catalog.products[key]
    return Product(
        key=key,
        name=definition.name,
        owner=definition.owner,
        description=definition.description,
        distributor=definition.distributor,
        support_description=definition.support_description,
        support_email=definition.support_email,
        support_url=definition.support_url,
        tags=protected_tags(definition.tags, protect=definition.protect),
        tag_options=frozenset(option for option, _ in product_tag_options(config, key, definition, account_region)),
        governed=product_governed(config, key, definition, account_region),
        artifacts=publication.artifacts(key),
    )


def without_retired(desired: CatalogState, observed: CatalogState) -> tuple[CatalogState, tuple[str, ...]]:
    """`desired` without products that do not exist yet and have no active version to create them with.

    The second member has a notice for each of them, and for each portfolio that would hold it.
    """
    retired = {
        key
        for key, product in desired.products.items()
        if key not in observed.products and not any(artifact.active for artifact in product.artifacts)
    }
    if not retired:
        return desired, ()
    notices = [f"product/{key} has no active release: not created" for key in sorted(retired)]
    portfolios: dict[str, Portfolio] = {}
    for name, portfolio in desired.portfolios.items():
        kept = {key: each for key, each in portfolio.products.items() if key not in retired}
        notices += [f"portfolio/{name} does not get product {key}" for key in portfolio.products if key in retired]
        portfolios[name] = replace(portfolio, products=kept)
    products = {key: product for key, product in desired.products.items() if key not in retired}
    return replace(desired, products=products, portfolios=portfolios), tuple(notices)
