"""What an account offers its caller: products, their versions, and the launch paths that the caller has.

SearchProducts and DescribeProduct say what an end user may know: name, description, support, the active versions with
their guidance, and the launch paths (API reference). AWS's managed policies for end users allow both
(AWSServiceCatalogEndUserReadOnlyAccess). `catalog.provisioning.form` reads the parameters of one version on one path.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from semver import Version

from catalog.aws.provisioning import Provisioning
from catalog.aws.reads import Reads, read_all
from catalog.errors import AwsCallError, AwsError, ContentError
from catalog.model.limits import listed, shown
from catalog.model.product import ProvisioningArtifact

PRODUCT_ID = "prod-"
DEPRECATED = "DEPRECATED"


@dataclass(frozen=True, slots=True)
class AccountVersion:
    """A version of a product, as end users see it. Inactive versions are not visible to them."""

    id: str
    name: str
    description: str
    """Without the digest that publish adds."""
    digest: str
    """`sha256:…` of the template that publish uploaded; empty for versions that other tools made."""
    guidance: str
    """DEFAULT, or DEPRECATED: no new launches, but what is launched may be updated to it."""
    created: datetime | None

    @classmethod
    def read(cls, answer: Mapping[str, Any]) -> AccountVersion:
        """From a ProvisioningArtifact of DescribeProduct."""
        description, digest = ProvisioningArtifact.split_description(answer.get("Description", ""))
        return cls(
            id=answer["Id"],
            name=answer.get("Name", ""),
            description=description,
            digest=digest,
            guidance=answer.get("Guidance", "DEFAULT"),
            created=answer.get("CreatedTime"),
        )

    @property
    def launchable(self) -> bool:
        """Whether AWS accepts new launches of it."""
        return self.guidance != DEPRECATED

    @property
    def order(self) -> tuple[tuple[int, ...], str]:
        """Sorts versions: by their numbers, then by the time of creation."""
        return precedence(self.name), str(self.created or "")


@dataclass(frozen=True, slots=True)
class AccountPath:
    """A launch path of the caller: the portfolio through which the caller may launch a product."""

    id: str
    portfolio: str
    """The portfolio's display name."""


@dataclass(frozen=True, slots=True)
class AccountProduct:
    """A product that the caller may launch."""

    id: str
    name: str
    description: str
    owner: str
    distributor: str
    support_description: str
    support_email: str
    support_url: str
    versions: tuple[AccountVersion, ...]
    """The newest last."""
    paths: tuple[AccountPath, ...]
    """By the name of the portfolio."""

    @classmethod
    def read(cls, answer: Mapping[str, Any]) -> AccountProduct:
        """From the answer of DescribeProduct."""
        view = answer["ProductViewSummary"]
        versions = [AccountVersion.read(item) for item in answer["ProvisioningArtifacts"]]
        paths = [AccountPath(item["Id"], item.get("Name", "")) for item in answer.get("LaunchPaths", [])]
        return cls(
            id=view["ProductId"],
            name=view["Name"],
            description=view.get("ShortDescription", ""),
            owner=view.get("Owner", ""),
            distributor=view.get("Distributor", ""),
            support_description=view.get("SupportDescription", ""),
            support_email=view.get("SupportEmail", ""),
            support_url=view.get("SupportUrl", ""),
            versions=tuple(sorted(versions, key=lambda version: version.order)),
            paths=tuple(sorted(paths, key=lambda path: (path.portfolio, path.id))),
        )

    @property
    def default_version(self) -> AccountVersion | None:
        """The version of a launch without --version: the highest that may be launched and is no pre-release."""
        released = [version for version in self.versions if version.launchable and version.name]
        return next((version for version in reversed(released) if "-" not in version.name), None)

    def version(self, name: str | None) -> AccountVersion:
        """The version with this name; without one, the default. `ContentError` if there is none, or several."""
        names = listed([version.name for version in self.versions if version.name], name or "")
        if name is not None:
            same = [version for version in self.versions if version.name == name]
            if len(same) != 1:
                problem = f"{len(same)} versions" if same else "no version"
                raise ContentError(f"{self.name} has {problem} {shown(name)}; it offers {names}")
            return same[0]
        if self.default_version is None:
            raise ContentError(
                f"{self.name} has no version for new launches; it offers {names}", hint="Name one: --version."
            )
        return self.default_version

    def paths_through(self, portfolio: str | None) -> tuple[AccountPath, ...]:
        """The launch paths through a portfolio, given by its name or by the id of the path; without one, all.

        `AwsError` if the caller has none.
        """
        wanted = tuple(path for path in self.paths if portfolio in (None, path.id, path.portfolio))
        if wanted:
            return wanted
        if portfolio is None:
            raise AwsError(
                f"the caller has no launch path to {self.name}",
                hint="Add the caller's role to the principals of a portfolio, or launch as one of them: --as.",
            )
        names = ", ".join(path.portfolio for path in self.paths) or "none"
        raise AwsError(f"the caller has no launch path to {self.name} through {portfolio}; its launch paths: {names}")

    def path(self, portfolio: str | None) -> AccountPath:
        """The only launch path, or that through the portfolio; `ContentError` if there are several."""
        wanted = self.paths_through(portfolio)
        if len(wanted) > 1:
            names = ", ".join(path.portfolio for path in wanted)
            ids = " or ".join(path.id for path in wanted)
            raise ContentError(
                f"the caller has {len(wanted)} launch paths: {names}", hint=f"Choose one with --portfolio {ids}."
            )
        return wanted[0]


def find_account_product(provisioning: Provisioning, wanted: str) -> AccountProduct:
    """The product with this id or name, as the caller sees it.

    A name may also be written as the key of a product file: `kms_key` is `KMS key`. `AwsError` if the caller may launch
    no such product, `ContentError` if several have the name.
    """
    if wanted.startswith(PRODUCT_ID):
        return described(provisioning, wanted)
    answers = list(provisioning.products_called(wanted))
    if not answers:
        views = list(provisioning.products())
        alike = [view for view in views if as_key(view["Name"]) == as_key(wanted)]
        if not alike:
            raise no_access(wanted, [view["Name"] for view in views])
        answers = [provisioning.describe_product(Id=view["ProductId"]) for view in alike]
    products = [AccountProduct.read(answer) for answer in answers]
    if len(products) > 1:
        ids = " or ".join(product.id for product in products)
        raise ContentError(f"{len(products)} products are called {shown(wanted)}", hint=f"Give an id instead: {ids}.")
    return with_paths(provisioning, products[0])


def described(provisioning: Provisioning, product_id: str) -> AccountProduct:
    """The product with this id; `AwsError` if the caller has no access to it."""
    try:
        return with_paths(provisioning, AccountProduct.read(provisioning.describe_product(Id=product_id)))
    except AwsCallError as error:
        if error.code != "ResourceNotFoundException":
            raise
        raise no_access(product_id, [view["Name"] for view in provisioning.products()]) from error


def with_paths(provisioning: Provisioning, product: AccountProduct) -> AccountProduct:
    """The product with its launch paths: those of ListLaunchPaths where DescribeProduct leaves them out."""
    if product.paths:
        return product
    try:
        paths = [AccountPath(*path) for path in provisioning.launch_paths(product.id)]
    except AwsCallError as error:
        if error.code != "ResourceNotFoundException":  # AWS's answer if there is none
            raise
        paths = []
    return replace(product, paths=tuple(sorted(paths, key=lambda path: (path.portfolio, path.id))))


class NoAccessError(AwsError):
    """The caller may launch no such product."""


def no_access(wanted: str, names: Sequence[str]) -> NoAccessError:
    """The error for a product that the caller cannot see."""
    may = f"The caller may launch: {listed(names, wanted)}." if names else "The caller may launch no product at all."
    return NoAccessError(
        f"the caller has no access to a product {shown(wanted)}",
        hint=f"{may} PRODUCT is the name or the id of the product in AWS, or in a repository its key; --as calls AWS "
        "as a role that a portfolio gives access to.",
    )


def account_products(provisioning: Provisioning) -> list[AccountProduct]:
    """All products that the caller may launch, by name. They are described side by side."""

    def describe(view: Mapping[str, Any]) -> AccountProduct:
        return with_paths(provisioning, AccountProduct.read(provisioning.describe_product(Id=view["ProductId"])))

    async def work(reads: Reads) -> list[AccountProduct]:
        return await reads.each(provisioning.products(), lambda view: reads(describe, view))

    return sorted(read_all(work), key=lambda product: (product.name, product.id))


def as_key(name: str) -> str:
    """A name as a key: small letters, digits and underscores."""
    return re.sub(r"[^a-z0-9]+", "_", name.lower()).strip("_")


def precedence(name: str) -> tuple[int, ...]:
    """The order of a version's name: by its numbers where it is a version, else below all that are."""
    try:
        version = Version.parse(name.removeprefix("v"), optional_minor_and_patch=True)
    except ValueError:
        return ()
    return version.major, version.minor, version.patch
