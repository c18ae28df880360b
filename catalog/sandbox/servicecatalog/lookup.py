"""Find portfolios, products and artifacts: those of the caller's account, and those shared with it.

Messages: "Portfolio not found: port-…" (aws-service-catalog-puppet issue 346), "Product with name … does not exist or
access was denied." (issue 677).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from catalog.sandbox.servicecatalog.call import Call
from catalog.sandbox.servicecatalog.caller import unique_id
from catalog.sandbox.servicecatalog.exceptions import InvalidParametersException, ResourceNotFoundException
from catalog.sandbox.servicecatalog.node_shares import accepted_portfolios, shared_principals
from catalog.sandbox.servicecatalog.state import (
    Artifact,
    StoredConstraint,
    StoredPortfolio,
    StoredPrincipal,
    StoredProduct,
)


def own_portfolio(call: Call, portfolio_id: str) -> StoredPortfolio:
    """A portfolio of the caller's account; imported portfolios are read-only and count as not found."""
    try:
        return call.state.portfolios[portfolio_id]
    except KeyError:
        raise ResourceNotFoundException(f"Portfolio not found: {portfolio_id}") from None


def find_portfolio(call: Call, portfolio_id: str) -> StoredPortfolio:
    """An own or imported portfolio."""
    if portfolio_id in call.state.portfolios:
        return call.state.portfolios[portfolio_id]
    return next((portfolio for portfolio in imported(call) if portfolio.id == portfolio_id), None) or own_portfolio(
        call, portfolio_id
    )


def imported(call: Call) -> Iterator[StoredPortfolio]:
    """The portfolios that other accounts share with this account: accepted, or through the organization."""
    for portfolio_id, owner in call.state.imported.items():
        yield call.state_of(owner).portfolios[portfolio_id]
    yield from (portfolio for portfolio in accepted_portfolios(call) if portfolio.id not in call.state.imported)


def all_portfolios(call: Call) -> Iterator[StoredPortfolio]:
    """All own and imported portfolios."""
    yield from call.state.portfolios.values()
    yield from imported(call)


def own_product(call: Call, product_id: str) -> StoredProduct:
    """A product of the caller's account."""
    try:
        return call.state.products[product_id]
    except KeyError:
        raise ResourceNotFoundException(f"Product not found: {product_id}") from None


def all_products(call: Call) -> dict[str, StoredProduct]:
    """All own products and the products in imported portfolios, by id."""
    products = dict(call.state.products)
    for portfolio in imported(call):
        shared = call.state_of(portfolio.account)
        products |= {key: shared.products[key] for key in portfolio.product_ids if key in shared.products}
    return products


def find_product(call: Call, product_id: str) -> StoredProduct:
    """An own product, or a product in an imported portfolio."""
    return all_products(call).get(product_id) or own_product(call, product_id)


def requested_product(call: Call, identifier: str = "Id", name: str = "Name") -> StoredProduct:
    """The product that the request names by id or by name; two products with the same name are an error."""
    product_id, product_name = call.one_of(identifier, name)
    return find_product(call, product_id) if product_id else only_product(all_products(call).values(), product_name)


def only_product(candidates: Iterable[StoredProduct], name: str) -> StoredProduct:
    """The only product named `name`; raises if there is none or more than one."""
    matches = [item for item in candidates if item.texts["Name"] == name]
    if not matches:
        raise ResourceNotFoundException(f"Product with name {name} does not exist or access was denied.")
    if len(matches) > 1:
        raise InvalidParametersException(f"Multiple Products with name {name} found.")
    return matches[0]


def find_artifact(owner: StoredProduct, artifact_id: str) -> Artifact:
    """An artifact of a product, by id."""
    try:
        return owner.artifacts[artifact_id]
    except KeyError:
        raise ResourceNotFoundException(
            f"Provisioning Artifact not found: {artifact_id} of product {owner.id}"
        ) from None


def requested_artifact(call: Call, owner: StoredProduct) -> Artifact:
    """The artifact that the request names by id or by name (text: hashicorp/terraform-provider-aws issue 24362)."""
    artifact_id, name = call.one_of("ProvisioningArtifactId", "ProvisioningArtifactName")
    if artifact_id:
        return find_artifact(owner, artifact_id)
    matches = [item for item in owner.artifacts.values() if item.name == name]
    if not matches:
        raise ResourceNotFoundException(f"Provisioning Artifact with name {name} not found.")
    if len(matches) > 1:
        raise InvalidParametersException(f"Multiple Provisioning Artifact with name {name} found.")
    return matches[0]


def associated_principals(call: Call, portfolio_id: str) -> list[StoredPrincipal]:
    """The principals that this account has associated with an own or imported portfolio."""
    return call.state.principals.setdefault(portfolio_id, [])


def all_principals(call: Call, portfolio: StoredPortfolio) -> list[StoredPrincipal]:
    """The associated principals, and those that came with the share of the portfolio."""
    own = call.state.principals.get(portfolio.id, [])
    return [*own, *(principal for principal in shared_principals(call, portfolio) if principal not in own)]


def listed_as(call: Call, portfolio_id: str, principal: StoredPrincipal) -> StoredPrincipal:
    """The principal as AWS lists and matches it: after its deletion in IAM, its unique id replaces the ARN."""
    identity = call.state.principal_ids.get((portfolio_id, principal), "")
    return StoredPrincipal(identity, principal.type) if identity and identity != unique_id(principal.arn) else principal


def constraints_on(call: Call, portfolio_id: str, product_id: str = "") -> list[StoredConstraint]:
    """The constraints in a portfolio, or on one product in it: first the owner's, then those of this account."""
    owner = find_portfolio(call, portfolio_id).account
    states = [call.state] if owner == call.account else [call.state_of(owner), call.state]
    return [
        item
        for state in states
        for item in state.constraints.values()
        if item.portfolio_id == portfolio_id and product_id in ("", item.product_id)
    ]
