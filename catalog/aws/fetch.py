"""Reads of an account and Region, several calls at a time. The results are AWS's answers; `observe` interprets them.

Calls:
- once: a search of products, listings of portfolios, TagOptions and service actions (pages of 20), and
  GetAWSOrganizationsAccessStatus
- per service action of ours: see service_actions.py
- per product of the account: DescribeProductAsAdmin, the only operation that returns tags
- per product of ours: ListProvisioningArtifacts, and DescribeProvisioningArtifact for each version whose description
  has no digest
- per portfolio of the account: DescribePortfolio
- per portfolio of ours: three listings, DescribeConstraint for each constraint that is not `Trusted`, and
  DescribePortfolioShares once, or four times if the account can share with nodes of its organization (one call for each
  of four types)
- with imports: two listings of portfolios that other accounts share; per import that is available
  ListPrincipalsForPortfolio, and a search of its products if a portfolio uses some
"""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import Awaitable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from catalog.aws.imports import SharedPortfolio, shared_portfolios
from catalog.aws.kinds import read_governed
from catalog.aws.reader import Reader
from catalog.aws.reads import Reads, read_all
from catalog.aws.service_actions import RawServiceAction, fetch_service_actions
from catalog.aws.shares import listed_shares, organizations_access
from catalog.aws.templates import digest_of
from catalog.errors import AwsCallError, AwsError
from catalog.model.constraint import MANAGED_CONSTRAINTS, digest_of_parameters, split_digest
from catalog.model.governed import GovernedObject
from catalog.model.imports import PortfolioImport
from catalog.model.product import ProvisioningArtifact
from catalog.model.share import ShareType
from catalog.model.state import OWNER_TAG, CatalogState

Trusted = Mapping[tuple[str, str], str]
"""(type, digest in its description) of a constraint → its Parameters, for those that are not described."""
DIGEST_IN_URL = re.compile(r"/([0-9a-f]{64})\.yaml$")


@dataclass(frozen=True, slots=True)
class RawProduct:
    """One of our products, as AWS returns it."""

    id: str
    answer: Mapping[str, Any]
    """DescribeProductAsAdmin."""
    artifacts: list[dict[str, Any]]
    """ListProvisioningArtifacts."""
    digests: Mapping[str, str] = field(default_factory=dict)
    """Artifact id → digest of the template, for versions whose description has none."""
    governed: frozenset[GovernedObject] = frozenset()


@dataclass(frozen=True, slots=True)
class RawPortfolio:
    """One of our portfolios, as AWS returns it."""

    id: str
    answer: Mapping[str, Any]
    """DescribePortfolio."""
    product_ids: list[str]
    principals: list[dict[str, str]]
    constraints: list[dict[str, str]]
    """ListConstraintsForPortfolio."""
    parameters: Mapping[str, str]
    """Constraint id → Parameters, for the types that we manage."""
    failed: frozenset[str] = frozenset()
    """Ids of constraints with Status FAILED."""
    shares: list[Mapping[str, Any]] = field(default_factory=list)
    """DescribePortfolioShares for all types."""
    governed: frozenset[GovernedObject] = frozenset()


@dataclass(frozen=True, slots=True)
class RawImport:
    """A portfolio of another account that an import declares and that this account can use."""

    declared: PortfolioImport
    shared: SharedPortfolio
    principals: list[dict[str, str]]
    products: list[dict[str, Any]] = field(default_factory=list)
    """ProductViewSummaries."""


@dataclass(frozen=True, slots=True)
class RawCatalog:
    """Everything that was read from an account and Region."""

    products: list[RawProduct]
    portfolios: list[RawPortfolio]
    tag_options: list[dict[str, Any]] | None
    """None if the account is older than the TagOption library and was not migrated to it."""
    organizations_access: str = ""
    shared: list[SharedPortfolio] = field(default_factory=list)
    """Portfolios that other accounts share with this one; read only if an import is declared."""
    imports: list[RawImport] = field(default_factory=list)
    service_actions: list[RawServiceAction] = field(default_factory=list)
    """Our service actions."""


@dataclass(frozen=True, slots=True)
class Fetch:
    """One reading of an account and Region. Each method begins its reads as soon as what they need is known."""

    reader: Reader
    owner: str
    reads: Reads
    trusted: Trusted = field(default_factory=dict)

    async def catalog(self, imports: Sequence[PortfolioImport]) -> RawCatalog:
        """Everything."""
        session, reads = self.reader.session, self.reads
        access = asyncio.ensure_future(reads(organizations_access, session))
        shared = asyncio.ensure_future(reads.listed(shared_portfolios, session) if imports else nothing())
        products, portfolios, tag_options, service_actions, imported = await asyncio.gather(
            reads.each(self.reader.products(), self.listed_product),
            reads.each(self.reader.portfolios(), lambda item: self.portfolio(item["Id"], access)),
            reads(fetch_tag_options, self.reader),
            fetch_service_actions(reads, session, self.owner),
            self.imported(imports, shared),
        )
        return RawCatalog(
            [product for product in products if product],
            [portfolio for portfolio in portfolios if portfolio],
            tag_options,
            await access,
            await shared,
            imported,
            service_actions,
        )

    async def listed_product(self, detail: Mapping[str, Any]) -> RawProduct | None:
        """A product of the account with its versions; None when it is not ours."""
        product_id = detail["ProductViewSummary"]["ProductId"]
        answer = await self.reads(self.reader.product, product_id)
        if not owned(answer.get("Tags", []), self.owner):
            return None
        artifacts, governed = await asyncio.gather(
            self.reads(self.reader.artifacts, product_id), self.reads(read_governed, self.reader, product_id, answer)
        )
        unknown = [detail["Id"] for detail in artifacts if lacks_digest(detail)]
        digests = await asyncio.gather(*(self.digest(product_id, artifact_id) for artifact_id in unknown))
        return RawProduct(product_id, answer, artifacts, dict(zip(unknown, digests, strict=True)), governed)

    async def digest(self, product_id: str, artifact_id: str) -> str:
        """The digest of a version whose description has none."""
        answer = await self.reads(self.reader.artifact, product_id, artifact_id, verbose=True)
        return digest_by_template(answer.get("Info", {}))

    async def portfolio(self, portfolio_id: str, access: Awaitable[str]) -> RawPortfolio | None:
        """A portfolio of the account with its members; None when it is not ours."""
        reader, reads = self.reader, self.reads
        answer = await reads(reader.portfolio, portfolio_id)
        if not owned(answer.get("Tags", []), self.owner):
            return None
        described, product_ids, principals, shares, governed = await asyncio.gather(
            self.constraints(portfolio_id),
            reads.listed(reader.products_of, portfolio_id),
            reads.listed(reader.principals, portfolio_id),
            self.shares(portfolio_id, access),
            reads(read_governed, reader, portfolio_id, answer),
        )
        managed = {detail["ConstraintId"]: answer for detail, answer in described if answer}
        return RawPortfolio(
            portfolio_id,
            answer,
            product_ids,
            principals,
            [detail for detail, _ in described],
            {constraint_id: answer["ConstraintParameters"] for constraint_id, answer in managed.items()},
            frozenset(constraint_id for constraint_id, answer in managed.items() if answer.get("Status") == "FAILED"),
            shares,
            governed,
        )

    async def constraints(self, portfolio_id: str) -> list[tuple[dict[str, str], dict[str, Any] | None]]:
        """(detail, DescribeConstraint) of each constraint; the second is None for types that we do not manage."""

        async def described(detail: dict[str, str]) -> tuple[dict[str, str], dict[str, Any] | None]:
            if detail["Type"] not in MANAGED_CONSTRAINTS:
                return detail, None
            digest = split_digest(detail.get("Description", ""))[1]
            if parameters := self.trusted.get((detail["Type"], digest)):
                return detail, {"ConstraintParameters": parameters}
            return detail, await self.reads(self.reader.constraint, detail["ConstraintId"])

        return await self.reads.each(self.reader.constraints(portfolio_id), described)

    async def shares(self, portfolio_id: str, access: Awaitable[str]) -> list[Mapping[str, Any]]:
        """The shares of a portfolio; with nodes of the organization if the account can share with them."""
        kinds = tuple(ShareType) if await access else (ShareType.ACCOUNT,)
        session = self.reader.session
        listings = (self.reads.listed(listed_shares, session, portfolio_id, kind) for kind in kinds)
        return [detail for details in await asyncio.gather(*listings) for detail in details]

    async def imported(
        self, imports: Sequence[PortfolioImport], shared: Awaitable[list[SharedPortfolio]]
    ) -> list[RawImport]:
        """The declared imports that this account can use, with their principals, and products if they are declared."""

        async def of_portfolio(declared: PortfolioImport, available: SharedPortfolio) -> RawImport:
            listed, principals = await asyncio.gather(
                self.reads.listed(self.reader.products_in, available.portfolio_id) if declared.products else nothing(),
                self.reads.listed(self.reader.principals, available.portfolio_id),
            )
            return RawImport(declared, available, principals, listed)

        pairs = [(declared, find_import(declared, await shared)) for declared in imports]
        usable = (of_portfolio(declared, available) for declared, available in pairs if available)
        return list(await asyncio.gather(*usable))


async def nothing() -> list[Any]:
    """What is not read."""
    return []


def fetch(
    reader: Reader, owner: str, imports: Sequence[PortfolioImport] = (), trusted: Trusted | None = None
) -> RawCatalog:
    """Read an account and Region. Products and portfolios without the tag of `owner` are described, but not read on."""
    return read_all(lambda reads: Fetch(reader, owner, reads, trusted or {}).catalog(imports))


def trusted_parameters(declared: CatalogState) -> Trusted:
    """What the constraints of `declared` are, by the digest that their descriptions have in AWS."""
    return {
        (constraint.type, digest_of_parameters(constraint)): json.dumps(constraint.parameters())
        for portfolio in declared.portfolios.values()
        for product in portfolio.products.values()
        for constraint in product.constraints.values()
    }


def fetch_tag_options(reader: Reader) -> list[dict[str, Any]] | None:
    """The account's TagOptions. None if the account was never migrated to the TagOption library (API reference)."""
    try:
        return list(reader.tag_options())
    except AwsCallError as error:
        if error.code != "TagOptionNotMigratedException":
            raise
        return None


def owned(tags: list[dict[str, str]], owner: str) -> bool:
    """Whether `tags` contains our ownership tag."""
    return {"Key": OWNER_TAG, "Value": owner} in tags


def lacks_digest(detail: Mapping[str, Any]) -> bool:
    """Whether a version that can be ours has no digest in its description."""
    return bool(detail.get("Name")) and not ProvisioningArtifact.split_description(detail.get("Description", ""))[1]


def digest_by_template(info: Mapping[str, str]) -> str:
    """The digest of a version whose description has none, because it was edited or adopted. Empty if unknown.

    It is computed from the template's text, which is what AWS launches. Only without the text is it taken from our
    content-addressed key: the object could have been replaced. AWS accepts the URL as LoadTemplateFromURL and returns
    it as TemplateUrl.
    """
    if text := info.get("CloudFormationTemplate"):
        return digest_of(text.encode())
    match = DIGEST_IN_URL.search(info.get("TemplateUrl") or info.get("LoadTemplateFromURL") or "")
    return f"sha256:{match.group(1)}" if match else ""


def find_import(declared: PortfolioImport, shared: Sequence[SharedPortfolio]) -> SharedPortfolio | None:
    """The shared portfolio that an import declares, if this account has it. `AwsError` when several have its name."""
    matches = [
        portfolio
        for portfolio in shared
        if portfolio.account == declared.account and declared.names(portfolio.portfolio_id, portfolio.display_name)
    ]
    if len({portfolio.portfolio_id for portfolio in matches}) > 1:
        ids = ", ".join(sorted(portfolio.portfolio_id for portfolio in matches))
        raise AwsError(
            f"portfolio/{declared.key}: account {declared.account} shares several portfolios with the name "
            f"{declared.display_name!r}: {ids}",
            hint="Declare the portfolio_id of one of them.",
        )
    return matches[0] if matches else None
