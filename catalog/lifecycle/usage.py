"""Usage of products by version: the provisioned products of an account and Region, read from AWS."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum

from semver import Version

from catalog.aws.reads import read_each
from catalog.aws.session import AwsSession
from catalog.aws.usage import ProvisionedProduct, PublishedProduct, provisioned_of, published_products
from catalog.errors import AwsCallError
from catalog.model import addresses
from catalog.model.addresses import Address
from catalog.model.portfolio import Principal, PrincipalType
from catalog.model.product import Guidance, ProvisioningArtifact
from catalog.model.state import CatalogState
from catalog.model.version import is_dev_version
from catalog.plan.changes import Change
from catalog.plan.kinds.principal import DisassociatePrincipalFromPortfolio, is_matched, kind_of_pattern
from catalog.plan.kinds.version import WithdrawProvisioningArtifact
from catalog.releases import Release, default_version, find_release

DENIED = ("AccessDenied", "AccessDeniedException")
UNKNOWN_NUMBER = "unknown, servicecatalog:SearchProvisionedProducts is denied"


class VersionState(StrEnum):
    """The state of a version in AWS. The default version comes from the ledger."""

    DEFAULT = "default"
    ACTIVE = "active"
    DEPRECATED = "deprecated"
    INACTIVE = "inactive"
    PRE_RELEASE = "pre-release"
    UNKNOWN = "unknown"
    """Not released by this repository, or deleted in AWS."""


@dataclass(frozen=True, slots=True)
class VersionUse:
    """A published version."""

    version: str
    artifact_id: str
    state: VersionState
    provisioned: int
    """Number of its provisioned products."""


@dataclass(frozen=True, slots=True)
class Launched:
    """A provisioned product and its version."""

    product: ProvisionedProduct
    version: str
    state: VersionState
    behind: bool
    """Whether its version is lower than the default version."""


@dataclass(frozen=True, slots=True)
class Usage:
    """Usage of one product in one account and Region."""

    account: str
    region: str
    product: str
    product_id: str
    """Empty if the product is not published there."""
    default_version: str
    versions: tuple[VersionUse, ...] = ()
    launched: tuple[Launched, ...] = ()

    @property
    def behind(self) -> int:
        """Number of provisioned products whose version is lower than the default."""
        return sum(launched.behind for launched in self.launched)

    @property
    def default_is_missing(self) -> bool:
        """Whether the default version of the ledger is not published in this account and Region yet."""
        return bool(self.product_id) and not any(use.state is VersionState.DEFAULT for use in self.versions)


def read_usage(
    session: AwsSession, owner: str, releases: Mapping[str, Sequence[Release]], *, everything: bool
) -> tuple[Usage, ...]:
    """The usage of each product of `releases`. With `everything`, one search reads the whole account."""
    published = published_products(session, owner)
    keys = {published[key].id: key for key in releases if key in published}
    launched: dict[str, list[ProvisionedProduct]] = {key: [] for key in releases}
    searches = [""] if everything else list(keys)
    for search in read_each(lambda id_: list(provisioned_of(session, product=id_)), searches):
        for provisioned in search:
            if provisioned.product_id in keys:
                launched[keys[provisioned.product_id]].append(provisioned)
    account, region = session.identity.account, session.region
    return tuple(usage(account, region, key, releases[key], published.get(key), launched[key]) for key in releases)


def usage(
    account: str,
    region: str,
    product: str,
    releases: Sequence[Release],
    published: PublishedProduct | None,
    launched: Sequence[ProvisionedProduct],
) -> Usage:
    """The usage of one product, from what was read of AWS and its releases. Pure."""
    default = default_version(releases)
    name = default.version if default else ""
    if published is None:
        return Usage(account, region, product, "", name)
    states = {id_: state_of(artifact, releases) for id_, artifact in published.artifacts.items()}
    count = Counter(provisioned.artifact_id for provisioned in launched)
    versions = [
        VersionUse(number_of(artifact.name, releases), id_, states[id_], count[id_])
        for id_, artifact in published.artifacts.items()
    ]
    rows = []
    for provisioned in launched:
        artifact = published.artifacts.get(provisioned.artifact_id)
        version = number_of(artifact.name if artifact else provisioned.artifact_name, releases)
        state = states.get(provisioned.artifact_id, VersionState.UNKNOWN)
        rows.append(Launched(provisioned, version, state, is_behind(version, name)))
    return Usage(
        account,
        region,
        product,
        published.id,
        name,
        tuple(sorted(versions, key=lambda use: (precedence(use.version), use.artifact_id))),
        tuple(sorted(rows, key=lambda row: (precedence(row.version), row.product.owner, row.product.name))),
    )


def state_of(artifact: ProvisioningArtifact, releases: Sequence[Release]) -> VersionState:
    """The state of a published version."""
    if is_dev_version(artifact.name, artifact.digest):
        return VersionState.PRE_RELEASE
    release = find_release(releases, artifact.name)
    if release is None or release.digest != artifact.digest:
        return VersionState.UNKNOWN
    if not artifact.active:
        return VersionState.INACTIVE
    if artifact.guidance is Guidance.DEPRECATED:
        return VersionState.DEPRECATED
    return VersionState.DEFAULT if release == default_version(releases) else VersionState.ACTIVE


def number_of(name: str, releases: Sequence[Release]) -> str:
    """The version that has this name in AWS; the name itself if no release has it."""
    release = find_release(releases, name)
    return release.version if release else name


def is_behind(version: str, default: str) -> bool:
    """Whether a version is lower than the default. False unless both are semantic versions."""
    return bool(default) and Version.is_valid(version) and Version.parse(version) < Version.parse(default)


def precedence(version: str) -> tuple[bool, Version, str]:
    """A sort key: semantic versions by precedence, then other names in alphabetical order."""
    valid = Version.is_valid(version)
    return not valid, Version.parse(version) if valid else Version(0), version


def with_usage(
    changes: Sequence[Change], session: AwsSession, ids: Mapping[Address, str], observed: CatalogState
) -> tuple[Change, ...]:
    """The changes, those that take something from people with how many of their provisioned products stay.

    These are versions that become deprecated or inactive, and principals that leave a portfolio.
    """
    versions = [ids[change.address] for change in changes if withdraws(change) and change.address in ids]
    users = read_each(lambda id_: searched(session, artifact=id_), versions)
    lines = {
        id_: usage_line(None if launched is None else len(launched))
        for id_, launched in zip(versions, users, strict=True)
    }
    leaving = [change for change in changes if isinstance(change, DisassociatePrincipalFromPortfolio)]
    holders = Holders(session, ids, observed)
    holders.read({change.portfolio for change in leaving if not change.principal.dead})

    def details(change: Change) -> tuple[str, ...]:
        if withdraws(change) and change.address in ids:
            return (lines[ids[change.address]],)
        if isinstance(change, DisassociatePrincipalFromPortfolio) and not change.principal.dead:
            return holders.lines(change.portfolio, change.principal)
        return ()

    return tuple(
        replace(change, details=(*change.details, *more)) if (more := details(change)) else change for change in changes
    )


def withdraws(change: Change) -> bool:
    """Whether the change takes a version from people."""
    return isinstance(change, WithdrawProvisioningArtifact)


def searched(session: AwsSession, *, artifact: str = "", product: str = "") -> list[ProvisionedProduct] | None:
    """What was launched of a version or a product; None without the permission to search, and publish continues."""
    try:
        return list(provisioned_of(session, artifact=artifact, product=product))
    except AwsCallError as error:
        if error.code not in DENIED:
            raise
        return None


def usage_line(number: int | None) -> str:
    """The detail of a change that takes a version from people. A saved plan is valid whatever the number."""
    if number is None:
        return f"number of its provisioned products: {UNKNOWN_NUMBER}"
    if not number:
        return "no provisioned product of this account uses it"
    return f"{number} provisioned product{'s' * (number > 1)} of this account use{'s' * (number == 1)} it"


def stay_line(number: int | None) -> str:
    """The detail of a change that takes a portfolio from people. A saved plan is valid whatever the number."""
    if number is None:
        return f"number of their provisioned products: {UNKNOWN_NUMBER}"
    return f"{number} provisioned product{'s' * (number > 1)} of theirs stay{'s' * (number == 1)}"


@dataclass(frozen=True, slots=True)
class Holders:
    """Who has launched the products of portfolios that principals leave."""

    session: AwsSession
    ids: Mapping[Address, str]
    observed: CatalogState
    owners: dict[str, list[str] | None] = field(default_factory=dict)
    """Id of a product → the ARN of whoever launched it, for each provisioned product; None if nobody may search."""

    def read(self, portfolios: Collection[str]) -> None:
        """Search for what was launched of the products that these portfolios hold."""
        products = sorted({id_ for key in portfolios for id_ in self.products(key)})
        self.owners.update(zip(products, read_each(self.owners_of, products), strict=True))

    def products(self, portfolio: str) -> list[str]:
        """The ids of our products in a portfolio."""
        held = self.observed.portfolios[portfolio].products if portfolio in self.observed.portfolios else {}
        return [self.ids[addresses.product(key)] for key in held if addresses.product(key) in self.ids]

    def owners_of(self, product: str) -> list[str] | None:
        """Who launched the provisioned products of one product."""
        launched = searched(self.session, product=product)
        return None if launched is None else [provisioned.owner for provisioned in launched]

    def lines(self, portfolio: str, principal: Principal) -> tuple[str, ...]:
        """How much a principal has launched, which stays; nothing if that is nothing."""
        owners = [self.owners[id_] for id_ in self.products(portfolio)]
        if None in owners:
            return (stay_line(None),)
        number = sum(is_of(principal, arn) for arns in owners for arn in arns or ())
        return (stay_line(number),) if number else ()


def is_of(principal: Principal, arn: str) -> bool:
    """Whether an identity with this ARN is the principal, or one that its pattern matches."""
    if principal.type is not PrincipalType.IAM_PATTERN:
        return arn == principal.arn
    kind, _, name = arn.rpartition(":")[2].partition("/")
    return kind == kind_of_pattern(principal.arn) and is_matched(principal.arn, name)
