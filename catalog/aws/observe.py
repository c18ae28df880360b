"""The observed state: our objects in an account and Region as a `CatalogState`, with AWS's ids."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import Any

from catalog.aws.answers import kind_of
from catalog.aws.fetch import RawCatalog, RawImport, RawPortfolio, RawProduct, Trusted, fetch
from catalog.aws.imports import imported_products
from catalog.aws.observation import Observation, Unmanaged
from catalog.aws.reader import Reader
from catalog.aws.service_actions import observed_service_actions
from catalog.aws.shares import share_of
from catalog.aws.tags import foreign_tags, tag_map
from catalog.aws.waits import AFTER_FAILED, GONE
from catalog.errors import AwsCallError, AwsError
from catalog.model import addresses
from catalog.model.addresses import Address
from catalog.model.constraint import Constraint, parse_constraint
from catalog.model.imports import AcceptedShareType, PortfolioImport
from catalog.model.portfolio import Portfolio, PortfolioProduct, Principal, PrincipalType, TagOption
from catalog.model.product import Guidance, Product, ProvisioningArtifact
from catalog.model.state import ADDRESS_TAG, OWNER_TAG, CatalogState

VANISHED = "AWS has listed it just now: somebody has deleted it since. Run the same command again."


class SameAddressError(AwsError):
    """Two objects have the same Address."""

    def __init__(self, message: str, *, address: Address, ids: tuple[str, str], hint: str) -> None:
        super().__init__(message, hint=hint)
        self.address = address
        self.ids = ids


@dataclass(slots=True)
class Observer:
    """Interprets what was fetched, and collects ids and notices."""

    ids: dict[Address, str] = field(default_factory=dict)
    notices: list[str] = field(default_factory=list)
    unmanaged: list[Unmanaged] = field(default_factory=list)

    def leave(self, portfolio: str, description: str, aws_id: str) -> None:
        """Record a constraint or product in one of our portfolios that we do not manage."""
        self.unmanaged.append(Unmanaged(addresses.portfolio(portfolio), description, aws_id))

    def key(self, kind: str, aws_id: str, tags: Mapping[str, str]) -> str | None:
        """The key in the Address of a product or portfolio. `AwsError` when two have the same Address.

        None when it has our ownership tag but no Address of its kind: others tagged it, and it stays unchanged.
        """
        address = Address(tags.get(ADDRESS_TAG, ""))
        if not address.startswith(f"{kind}/"):
            self.notices.append(f"{aws_id} has our tag {OWNER_TAG} but no {ADDRESS_TAG}: left as it is")
            return None
        if address in self.ids:
            raise SameAddressError(
                f"{address}: AWS has two of them, {self.ids[address]} and {aws_id}",
                address=address,
                ids=(self.ids[address], aws_id),
                hint=f"Remove the tag {ADDRESS_TAG} from the one that catalog must not manage.",
            )
        self.ids[address] = aws_id
        return address.removeprefix(f"{kind}/")

    def product(self, raw: RawProduct) -> Product | None:
        """One of our products with its versions; None when it has no Address."""
        tags = tag_map(raw.answer.get("Tags", []))
        key = self.key("product", raw.id, tags)
        if key is None:
            return None
        detail = raw.answer["ProductViewDetail"]
        if detail.get("Status") == "FAILED":
            self.notices.append(f"product/{key}: AWS reports status FAILED for {raw.id}. {AFTER_FAILED}")
        view = detail["ProductViewSummary"]
        return Product(
            key=key,
            name=view["Name"],
            owner=view.get("Owner", ""),
            description=view.get("ShortDescription", ""),
            distributor=view.get("Distributor", ""),
            support_description=view.get("SupportDescription", ""),
            support_email=view.get("SupportEmail", ""),
            support_url=view.get("SupportUrl", ""),
            tags=foreign_tags(tags),
            tag_options=offered(raw.answer),
            governed=raw.governed,
            artifacts=tuple(self.artifacts(key, raw)),
        )

    def artifacts(self, key: str, raw: RawProduct) -> Iterator[ProvisioningArtifact]:
        """The versions of one of our products, oldest first."""
        for detail in sorted(raw.artifacts, key=lambda detail: detail["CreatedTime"]):
            if not detail.get("Name"):
                self.notices.append(
                    f"product/{key}: version {detail['Id']} of {raw.id} has no name, so it is not ours: left as it is"
                )
                continue
            self.ids[addresses.version(key, detail["Name"])] = detail["Id"]
            yield read_artifact(detail, raw.digests)

    def portfolio(self, raw: RawPortfolio, products: Mapping[str, str]) -> Portfolio | None:
        """One of our portfolios with its members; None when it has no Address. `products` maps product ids to keys."""
        tags = tag_map(raw.answer.get("Tags", []))
        key = self.key("portfolio", raw.id, tags)
        if key is None:
            return None
        detail = raw.answer["PortfolioDetail"]
        principals = listed_principals(raw.principals)
        constraints = self.constraints(key, raw, products)
        self.notices += self.unaccepted(key, raw)
        foreign = [product_id for product_id in raw.product_ids if product_id not in products]
        for product_id in foreign:
            self.leave(key, f"{product_id}, which is not ours", product_id)
        members = [products[product_id] for product_id in raw.product_ids if product_id in products]
        return Portfolio(
            key=key,
            display_name=detail["DisplayName"],
            provider_name=detail["ProviderName"],
            description=detail.get("Description", ""),
            tags=foreign_tags(tags),
            principals=principals,
            tag_options=offered(raw.answer),
            governed=raw.governed,
            products={member: constraints.get(member, PortfolioProduct(member)) for member in members},
            shares=frozenset(share_of(item) for item in raw.shares),
        )

    def constraints(
        self, portfolio: str, raw: RawPortfolio, products: Mapping[str, str]
    ) -> dict[str, PortfolioProduct]:
        """Product key → its constraints, for our products."""
        by_product: dict[str, PortfolioProduct] = {}
        for detail in raw.constraints:
            kind, constraint_id = detail["Type"], detail["ConstraintId"]
            key = products.get(detail["ProductId"])
            if key is None:
                self.leave(portfolio, f"{kind} constraint {constraint_id}", constraint_id)
                continue
            portfolio_product = by_product.setdefault(key, PortfolioProduct(key))
            description, constraint = self.read_constraint(raw, detail, portfolio_product)
            if constraint is None:
                self.leave(portfolio, description, constraint_id)
                by_product[key] = replace(portfolio_product, others={**portfolio_product.others, constraint_id: kind})
                self.ids[addresses.constraint(portfolio, key, constraint_id)] = constraint_id
                continue
            failed = portfolio_product.failed | ({kind} if constraint_id in raw.failed else set())
            by_product[key] = replace(
                portfolio_product, constraints={**portfolio_product.constraints, kind: constraint}, failed=failed
            )
            self.ids[addresses.constraint(portfolio, key, kind)] = constraint_id
        return by_product

    @staticmethod
    def read_constraint(
        raw: RawPortfolio, detail: Mapping[str, str], portfolio_product: PortfolioProduct
    ) -> tuple[str, Constraint | None]:
        """(description for people, the constraint).

        The constraint is None if we do not manage it: its type or form is unknown, or `portfolio_product` has one of
        its type already.
        """
        kind, constraint_id = detail["Type"], detail["ConstraintId"]
        description = f"{kind} constraint {constraint_id} on {portfolio_product.product}"
        if constraint_id not in raw.parameters:
            return description, None
        if kind in portfolio_product.constraints:
            return f"a second {description}", None
        try:
            return description, parse_constraint(kind, raw.parameters[constraint_id], detail.get("Description", ""))
        except ValueError as error:
            return f"{description}, {error}", None

    def unaccepted(self, key: str, raw: RawPortfolio) -> Iterator[str]:
        """A notice for each account that has not accepted the portfolio, so that nobody can launch from it there."""
        for item in raw.shares:
            if not item.get("Accepted", True):
                yield f"portfolio/{key} is offered to account {item['PrincipalId']}, which has not accepted it"

    def imported(self, raw: RawImport) -> PortfolioImport:
        """A portfolio of another account, as it is in this account."""
        key = raw.declared.key
        principals = listed_principals(raw.principals)
        through_organization = raw.shared.share_type is AcceptedShareType.AWS_ORGANIZATIONS
        patterns = frozenset(principal for principal in principals if principal.type is PrincipalType.IAM_PATTERN)
        inherited = patterns if through_organization else frozenset()
        self.notices += [
            f"portfolio/{key} has {principal.arn}, which is not declared: it came with the share, or others "
            "associated it; left as it is"
            for principal in sorted(inherited - raw.declared.principals)
        ]
        self.ids[addresses.portfolio(key)] = raw.shared.portfolio_id
        self.ids |= imported_products(raw.declared, raw.products)
        return replace(
            raw.declared,
            share_type=raw.shared.share_type,
            portfolio_id=raw.shared.portfolio_id,
            display_name="",
            principals=principals,
            inherited=inherited,
        )

    def tag_option(self, detail: Mapping[str, Any]) -> tuple[TagOption, bool]:
        """A TagOption of the account, and whether it is active. TagOptions have no ownership tag."""
        option = TagOption(detail["Key"], detail["Value"])
        self.ids[addresses.tag_option(option.key, option.value)] = detail["Id"]
        return option, detail.get("Active", True)


def read_artifact(detail: Mapping[str, Any], digests: Mapping[str, str]) -> ProvisioningArtifact:
    """A version from its ProvisioningArtifactDetail. `digests` are those of versions whose description has none."""
    description, digest = ProvisioningArtifact.split_description(detail.get("Description", ""))
    return ProvisioningArtifact(
        name=detail["Name"],
        description=description,
        digest=digest or digests.get(detail["Id"], ""),
        active=detail.get("Active", True),
        guidance=kind_of(Guidance, detail, "Guidance", Guidance.DEFAULT),
    )


def observe(
    reader: Reader, owner: str, imports: Sequence[PortfolioImport] = (), trusted: Trusted | None = None
) -> Observation:
    """Read all objects of `owner` in an account and Region, and those `imports` that the account can use.

    Constraints whose digest is in `trusted` are not described.
    """
    with vanished():
        raw = fetch(reader, owner, imports, trusted)
    observer = Observer()
    imported = {item.declared.key: observer.imported(item) for item in raw.imports}
    by_id = {
        aws_id: address.removeprefix("product/")
        for address, aws_id in observer.ids.items()
        if address.startswith("product/")
    }
    products = [product for item in raw.products if (product := observer.product(item))]
    by_id |= {observer.ids[addresses.product(product.key)]: product.key for product in products}
    portfolios = [portfolio for item in raw.portfolios if (portfolio := observer.portfolio(item, by_id))]
    listed = raw.tag_options or []
    state = CatalogState(
        {product.key: product for product in products},
        {portfolio.key: portfolio for portfolio in portfolios},
        dict(observer.tag_option(detail) for detail in listed),
        imported,
        observed_service_actions(raw.service_actions, observer.ids),
    )
    notices = (*observer.notices, *undeclared_imports(raw))
    unmanaged, migrated = tuple(observer.unmanaged), raw.tag_options is not None
    return Observation(state, observer.ids, notices, unmanaged, raw.organizations_access, migrated)


@contextmanager
def vanished() -> Iterator[None]:
    """Say of an object that is gone, though AWS has just listed it, that somebody works at the same time."""
    try:
        yield
    except AwsCallError as error:
        if error.code not in GONE:
            raise
        raise error.reworded(hint=VANISHED) from error


def undeclared_imports(raw: RawCatalog) -> Iterator[str]:
    """A notice for each portfolio of another account that this account can use and that no import names."""
    declared_ids = {item.shared.portfolio_id for item in raw.imports}
    for portfolio in raw.shared:
        if portfolio.portfolio_id not in declared_ids:
            yield (
                f"account {portfolio.account} shares {portfolio.portfolio_id} {portfolio.display_name!r} with this "
                "account, but no import names it"
            )


def listed_principals(items: Sequence[Mapping[str, str]]) -> frozenset[Principal]:
    """Principals from AWS's list."""
    return frozenset(Principal(kind_of(PrincipalType, item, "PrincipalType"), item["PrincipalARN"]) for item in items)


def offered(answer: Mapping[str, Any]) -> frozenset[TagOption]:
    """The TagOptions of a portfolio or product, including inactive ones."""
    return frozenset(TagOption(item["Key"], item["Value"]) for item in answer.get("TagOptions", []))
