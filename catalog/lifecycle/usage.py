"""Who uses which version of a product: provisioned products of one account and Region, read live."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from semver import Version

from catalog.aws.session import AwsSession
from catalog.aws.usage import ProvisionedProduct, Published, provisioned_of, published_products
from catalog.errors import AwsCallError
from catalog.model.addresses import Address
from catalog.model.product import Guidance, ProvisioningArtifact
from catalog.model.version import is_dev_version
from catalog.plan.changes import Change
from catalog.plan.kinds.version import WithdrawProvisioningArtifact
from catalog.releases import Release, default_version, find_release

DENIED = ("AccessDenied", "AccessDeniedException")


class VersionState(StrEnum):
    """What a version is to the people of an account: as AWS has it, the default as the ledger has it."""

    DEFAULT = "default"
    ACTIVE = "active"
    DEPRECATED = "deprecated"
    INACTIVE = "inactive"
    PRE_RELEASE = "pre-release"
    UNKNOWN = "unknown"
    """Not released by this repository, or no longer at AWS."""


@dataclass(frozen=True, slots=True)
class VersionUse:
    """A published version."""

    version: str
    artifact_id: str
    state: VersionState
    provisioned: int
    """How many provisioned products are on it."""


@dataclass(frozen=True, slots=True)
class Launched:
    """A provisioned product and the version that it is on."""

    product: ProvisionedProduct
    version: str
    state: VersionState
    behind: bool
    """Its version is lower than the default."""


@dataclass(frozen=True, slots=True)
class Usage:
    """One product in one account and Region."""

    account: str
    region: str
    product: str
    product_id: str
    """Empty: the product is not published there."""
    default_version: str
    versions: tuple[VersionUse, ...] = ()
    launched: tuple[Launched, ...] = ()

    @property
    def behind(self) -> int:
        """How many are behind the default."""
        return sum(one.behind for one in self.launched)

    @property
    def default_is_missing(self) -> bool:
        """The ledger's default is not what people of this account get: it was not published here yet."""
        return bool(self.product_id) and not any(one.state is VersionState.DEFAULT for one in self.versions)


def read_usage(
    session: AwsSession, owner: str, releases: Mapping[str, Sequence[Release]], *, everything: bool
) -> tuple[Usage, ...]:
    """The usage of each product of `releases`; with `everything` by one search of the whole account."""
    published = published_products(session, owner)
    known = {published[key].id: key for key in releases if key in published}
    launched: dict[str, list[ProvisionedProduct]] = {key: [] for key in releases}
    searches = [provisioned_of(session)] if everything else [provisioned_of(session, product=one) for one in known]
    for search in searches:
        for found in search:
            if found.product_id in known:
                launched[known[found.product_id]].append(found)
    account, region = session.identity.account, session.region
    return tuple(usage(account, region, key, releases[key], published.get(key), launched[key]) for key in releases)


def usage(
    account: str,
    region: str,
    product: str,
    releases: Sequence[Release],
    published: Published | None,
    launched: Sequence[ProvisionedProduct],
) -> Usage:
    """What was read, held against the releases. Pure."""
    default = default_version(releases)
    name = default.version if default else ""
    if published is None:
        return Usage(account, region, product, "", name)
    states = {one: state_of(artifact, releases) for one, artifact in published.artifacts.items()}
    count = Counter(one.artifact_id for one in launched)
    versions = [
        VersionUse(artifact.name, one, states[one], count[one]) for one, artifact in published.artifacts.items()
    ]
    rows = []
    for one in launched:
        artifact = published.artifacts.get(one.artifact_id)
        version = artifact.name if artifact else one.artifact_name
        state = states.get(one.artifact_id, VersionState.UNKNOWN)
        rows.append(Launched(one, version, state, is_behind(version, name)))
    return Usage(
        account,
        region,
        product,
        published.id,
        name,
        tuple(sorted(versions, key=lambda one: (precedence(one.version), one.artifact_id))),
        tuple(sorted(rows, key=lambda row: (precedence(row.version), row.product.owner, row.product.name))),
    )


def state_of(artifact: ProvisioningArtifact, releases: Sequence[Release]) -> VersionState:
    """A published version's state."""
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


def is_behind(version: str, default: str) -> bool:
    """Whether a version is lower than the default, as far as both are semantic versions."""
    return bool(default) and Version.is_valid(version) and Version.parse(version) < Version.parse(default)


def precedence(version: str) -> tuple[bool, Version, str]:
    """A key that sorts by precedence, what is no semantic version last and by name."""
    valid = Version.is_valid(version)
    return not valid, Version.parse(version) if valid else Version(0), version


def tell_usage(changes: Sequence[Change], session: AwsSession, ids: Mapping[Address, str]) -> Iterator[Change]:
    """The changes, those that make a version inactive with how many provisioned products are on it."""
    for change in changes:
        if retires(change) and change.address in ids:
            yield replace(change, details=(*change.details, on_it(session, ids[change.address])))
        else:
            yield change


def retires(change: Change) -> bool:
    """Whether the change takes a version out of people's sight."""
    return isinstance(change, WithdrawProvisioningArtifact) and "Active" in change.fields and not change.artifact.active


def on_it(session: AwsSession, artifact_id: str) -> str:
    """The line of a plan; whoever may not search is told so, and may publish all the same."""
    try:
        number = sum(1 for _ in provisioned_of(session, artifact=artifact_id))
    except AwsCallError as error:
        if error.code not in DENIED:
            raise
        return (
            "how many provisioned products are on it is not known: servicecatalog:SearchProvisionedProducts is denied"
        )
    if not number:
        return "no provisioned product of this account is on it"
    return f"{number} provisioned product{'s' * (number > 1)} of this account stay{'s' * (number == 1)} on it"
