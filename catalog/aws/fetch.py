"""Read what AWS holds, several calls at a time: answers only, `observe` says what they mean.

Calls: a search of products, a listing each of portfolios, TagOptions and service actions (20 an answer), and one
GetAWSOrganizationsAccessStatus; per service action of ours what actions.py says; per product of the account
DescribeProductAsAdmin (only it tells tags); per product of ours ListProvisioningArtifacts, and a
DescribeProvisioningArtifact for a version whose description lost its digest; per portfolio of the account
DescribePortfolio; per portfolio of ours three listings, a DescribeConstraint a constraint, and DescribePortfolioShares
once, or four times where the account may share with nodes of its organization (it takes one of four types). With
imports two listings of what other accounts share, and per import that is here ListPrincipalsForPortfolio, and a search
of its products when a portfolio takes some.
"""

from __future__ import annotations

import hashlib
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
from catalog.errors import AwsCallError, AwsError
from catalog.model.constraint import MANAGED_CONSTRAINTS
from catalog.model.governed import GovernedObject
from catalog.model.imports import PortfolioImport
from catalog.model.product import ProvisioningArtifact
from catalog.model.share import ShareType
from catalog.model.state import OWNER_TAG

DIGEST_IN_URL = re.compile(r"/([0-9a-f]{64})\.yaml$")
PARALLEL_CALLS = 6
"""Calls in flight: waiting, not computing, is what takes the time; more would meet Service Catalog's throttling."""


@dataclass(frozen=True, slots=True)
class RawProduct:
    """A product of ours."""

    id: str
    answer: Mapping[str, Any]
    """DescribeProductAsAdmin."""
    artifacts: list[dict[str, Any]]
    """ListProvisioningArtifacts."""
    digests: Mapping[str, str] = field(default_factory=dict)
    """Artifact id → digest of the template, for those whose description bears none."""
    governed: frozenset[GovernedObject] = frozenset()


@dataclass(frozen=True, slots=True)
class RawPortfolio:
    """A portfolio of ours."""

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
    """Ids of constraints whose Status is FAILED."""
    shares: list[Mapping[str, Any]] = field(default_factory=list)
    """DescribePortfolioShares, all types."""
    governed: frozenset[GovernedObject] = frozenset()


@dataclass(frozen=True, slots=True)
class RawImport:
    """A portfolio of another account that is declared, and here."""

    declared: PortfolioImport
    found: SharedPortfolio
    principals: list[dict[str, str]]
    products: list[dict[str, Any]] = field(default_factory=list)
    """ProductViewSummaries."""


@dataclass(frozen=True, slots=True)
class Raw:
    """All of it."""

    products: list[RawProduct]
    portfolios: list[RawPortfolio]
    tag_options: list[dict[str, Any]] | None
    """None: the account is of the time before the TagOption library, and not migrated."""
    organizations_access: str = ""
    shared: list[SharedPortfolio] = field(default_factory=list)
    """What other accounts share with this one; asked for when there is an import."""
    imports: list[RawImport] = field(default_factory=list)
    service_actions: list[RawServiceAction] = field(default_factory=list)
    """Our service actions."""


def fetch(reader: Reader, owner: str, imports: Sequence[PortfolioImport] = ()) -> Raw:
    """Read an account and Region; what bears another ownership tag than `owner` is described, and read no further."""
    _ = reader.session.servicecatalog  # clients may be shared by threads, but not made by several at once
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
        present = [
            (each, shared_portfolio) for each in imports if (shared_portfolio := find_import(each, shared.result()))
        ]
        imported = inner.map(lambda pair: fetch_import(reader, *pair), present)
        return Raw(
            [product for product in products if product],
            [portfolio for portfolio in portfolios if portfolio],
            tag_options.result(),
            access.result(),
            shared.result(),
            list(imported),
            service_actions.result(),
        )


def fetch_tag_options(reader: Reader) -> list[dict[str, Any]] | None:
    """The account's TagOptions; None where it has none of them because it was never migrated (API reference)."""
    try:
        return list(reader.tag_options())
    except AwsCallError as error:
        if error.code != "TagOptionNotMigratedException":
            raise
        return None


def owned(tags: list[dict[str, str]], owner: str) -> bool:
    """Whether our ownership tag is among `tags`."""
    return {"Key": OWNER_TAG, "Value": owner} in tags


def fetch_product(reader: Reader, owner: str, product_id: str) -> RawProduct | None:
    """One product with its versions; None when it is not ours."""
    answer = reader.product(product_id)
    if not owned(answer.get("Tags", []), owner):
        return None
    artifacts = reader.artifacts(product_id)
    digests = {
        detail["Id"]: digest_by_template(reader.artifact(product_id, detail["Id"], verbose=True).get("Info", {}))
        for detail in artifacts
        if not ProvisioningArtifact.split_description(detail.get("Description", ""))[1]
    }
    return RawProduct(product_id, answer, artifacts, digests, read_governed(reader, product_id, answer))


def digest_by_template(info: Mapping[str, str]) -> str:
    """The digest of a version whose description bears none: somebody edited it, or it was adopted; empty if unknown.

    Our content-addressed key tells it, or else the template's text. AWS takes the URL as LoadTemplateFromURL and
    answers it as TemplateUrl.
    """
    if match := DIGEST_IN_URL.search(info.get("TemplateUrl") or info.get("LoadTemplateFromURL") or ""):
        return f"sha256:{match.group(1)}"
    text = info.get("CloudFormationTemplate")
    return f"sha256:{hashlib.sha256(text.encode()).hexdigest()}" if text else ""


def fetch_portfolio(reader: Reader, owner: str, portfolio_id: str, kinds: Sequence[ShareType]) -> RawPortfolio | None:
    """One portfolio with its members; None when it is not ours."""
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
    """The portfolio that is meant, if it is here; `AwsError` when a name fits several."""
    matches = [
        each
        for each in shared
        if each.account == declared.account and declared.names(each.portfolio_id, each.display_name)
    ]
    if len({each.portfolio_id for each in matches}) > 1:
        ids = ", ".join(sorted(each.portfolio_id for each in matches))
        raise AwsError(
            f"portfolio/{declared.key}: account {declared.account} shares several portfolios that are called "
            f"{declared.display_name!r}: {ids}",
            hint="Name one of them by portfolio_id.",
        )
    return matches[0] if matches else None


def fetch_import(reader: Reader, declared: PortfolioImport, shared: SharedPortfolio) -> RawImport:
    """A portfolio of another account with who may launch from it here."""
    products = list(reader.products_in(shared.portfolio_id)) if declared.products else []
    return RawImport(declared, shared, list(reader.principals(shared.portfolio_id)), products)
