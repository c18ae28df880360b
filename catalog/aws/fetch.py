"""Reads of an account and Region, several calls at a time. The results are AWS's answers; `observe` interprets them.

Calls:
- once: a search of products, listings of portfolios, TagOptions and service actions (pages of 20), and
  GetAWSOrganizationsAccessStatus
- per service action of ours: see service_actions.py
- per product of the account: DescribeProductAsAdmin, the only operation that returns tags
- per product of ours: ListProvisioningArtifacts, and DescribeProvisioningArtifact for each version whose description
  has no digest
- per portfolio of the account: DescribePortfolio
- per portfolio of ours: three listings, DescribeConstraint for each constraint, and DescribePortfolioShares once, or
  four times if the account can share with nodes of its organization (one call for each of four types)
- with imports: two listings of portfolios that other accounts share; per import that is available
  ListPrincipalsForPortfolio, and a search of its products if a portfolio uses some
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any

from catalog.aws.imports import SharedPortfolio, shared_portfolios
from catalog.aws.kinds import read_governed
from catalog.aws.reader import Reader
from catalog.aws.service_actions import RawServiceAction, fetch_service_actions
from catalog.aws.shares import listed_shares, organizations_access
from catalog.aws.templates import digest_of
from catalog.errors import AwsCallError, AwsError
from catalog.model.constraint import MANAGED_CONSTRAINTS
from catalog.model.governed import GovernedObject
from catalog.model.imports import PortfolioImport
from catalog.model.product import ProvisioningArtifact
from catalog.model.share import ShareType
from catalog.model.state import OWNER_TAG

DIGEST_IN_URL = re.compile(r"/([0-9a-f]{64})\.yaml$")
PARALLEL_CALLS = 6
"""Calls in flight. Most of the time is spent waiting, but with more calls Service Catalog would throttle."""


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


def fetch(reader: Reader, owner: str, imports: Sequence[PortfolioImport] = ()) -> RawCatalog:
    """Read an account and Region. Products and portfolios without the tag of `owner` are described, but not read on."""
    _ = reader.session.servicecatalog  # threads may share a client, but must not create it at the same time
    with ThreadPoolExecutor(PARALLEL_CALLS) as outer, ThreadPoolExecutor(PARALLEL_CALLS) as inner:
        tag_options = outer.submit(lambda: fetch_tag_options(reader))
        listed_products = outer.submit(lambda: [item["ProductViewSummary"]["ProductId"] for item in reader.products()])
        listed_portfolios = outer.submit(lambda: [item["Id"] for item in reader.portfolios()])
        access = outer.submit(lambda: organizations_access(reader.session))
        service_actions = outer.submit(lambda: fetch_service_actions(reader.session, owner))
        shared = outer.submit(lambda: list(shared_portfolios(reader.session)) if imports else [])
        products = inner.map(lambda product_id: fetch_product(reader, owner, product_id), listed_products.result())
        kinds = tuple(ShareType) if access.result() else (ShareType.ACCOUNT,)
        portfolios = inner.map(
            lambda portfolio_id: fetch_portfolio(reader, owner, portfolio_id, kinds), listed_portfolios.result()
        )
        available = [
            (declared, shared_portfolio)
            for declared in imports
            if (shared_portfolio := find_import(declared, shared.result()))
        ]
        imported = inner.map(lambda pair: fetch_import(reader, *pair), available)
        return RawCatalog(
            [product for product in products if product],
            [portfolio for portfolio in portfolios if portfolio],
            tag_options.result(),
            access.result(),
            shared.result(),
            list(imported),
            service_actions.result(),
        )


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


def fetch_product(reader: Reader, owner: str, product_id: str) -> RawProduct | None:
    """A product with its versions; None when it is not ours."""
    answer = reader.product(product_id)
    if not owned(answer.get("Tags", []), owner):
        return None
    artifacts = reader.artifacts(product_id)
    digests = {
        detail["Id"]: digest_by_template(reader.artifact(product_id, detail["Id"], verbose=True).get("Info", {}))
        for detail in artifacts
        if detail.get("Name") and not ProvisioningArtifact.split_description(detail.get("Description", ""))[1]
    }
    return RawProduct(product_id, answer, artifacts, digests, read_governed(reader, product_id, answer))


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


def fetch_portfolio(reader: Reader, owner: str, portfolio_id: str, kinds: Sequence[ShareType]) -> RawPortfolio | None:
    """A portfolio with its members; None when it is not ours."""
    answer = reader.portfolio(portfolio_id)
    if not owned(answer.get("Tags", []), owner):
        return None
    constraints = list(reader.constraints(portfolio_id))
    described = {
        detail["ConstraintId"]: reader.constraint(detail["ConstraintId"])
        for detail in constraints
        if detail["Type"] in MANAGED_CONSTRAINTS
    }
    return RawPortfolio(
        portfolio_id,
        answer,
        list(reader.products_of(portfolio_id)),
        list(reader.principals(portfolio_id)),
        constraints,
        {constraint_id: detail["ConstraintParameters"] for constraint_id, detail in described.items()},
        frozenset(constraint_id for constraint_id, detail in described.items() if detail.get("Status") == "FAILED"),
        [detail for kind in kinds for detail in listed_shares(reader.session, portfolio_id, kind)],
        read_governed(reader, portfolio_id, answer),
    )


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


def fetch_import(reader: Reader, declared: PortfolioImport, shared: SharedPortfolio) -> RawImport:
    """A portfolio of another account with its principals, and its products if they are declared."""
    products = list(reader.products_in(shared.portfolio_id)) if declared.products else []
    return RawImport(declared, shared, list(reader.principals(shared.portfolio_id)), products)
