"""Principals: the IAM identities that may use a portfolio.

Source: AssociatePrincipalWithPortfolio and DisassociatePrincipalFromPortfolio in the API Reference.
"""

from __future__ import annotations

from typing import Any

from catalog.sandbox.servicecatalog.call import Call, is_listed
from catalog.sandbox.servicecatalog.caller import FULL_ARN, PATTERN_ARN, principal_exists, unique_id
from catalog.sandbox.servicecatalog.exceptions import InvalidParametersException, ResourceNotFoundException
from catalog.sandbox.servicecatalog.lookup import all_principals, associated_principals, find_portfolio, listed_as
from catalog.sandbox.servicecatalog.paging import page
from catalog.sandbox.servicecatalog.quotas import check_quota
from catalog.sandbox.servicecatalog.state import StoredPrincipal
from catalog.sandbox.settings import settings


def associate_principal_with_portfolio(call: Call) -> dict[str, Any]:
    """AssociatePrincipalWithPortfolio; idempotent.

    The ARN of an STS session is accepted, as on AWS, but never matches a caller
    (hashicorp/terraform-provider-aws issue 19998).
    """
    portfolio = find_portfolio(call, call.text("PortfolioId"))
    principal = StoredPrincipal(call.text("PrincipalARN"), call.text("PrincipalType"))
    _check(principal)
    members = associated_principals(call, portfolio.id)
    if principal in members and (deleted := listed_as(call, portfolio.id, principal)) != principal:
        members[members.index(principal)] = deleted  # a new role with the same name is a different principal
        del call.state.principal_ids[portfolio.id, principal]
    if principal not in members:
        check_quota("principals_per_portfolio", len(members) + 1)
        if principal.type == "IAM_PATTERN":
            check_quota("patterns_per_portfolio", sum(item.type == "IAM_PATTERN" for item in members) + 1)
        members.append(principal)
        call.state.principal_at[portfolio.id, principal] = call.received_at
        if principal.type == "IAM" and (identity := unique_id(principal.arn)):
            call.state.principal_ids[portfolio.id, principal] = identity
    return {}


def _check(principal: StoredPrincipal) -> None:
    if principal.type == "IAM_PATTERN":
        if not PATTERN_ARN.fullmatch(principal.arn):
            raise InvalidParametersException(
                f"Invalid principal ARN {principal.arn}: an IAM_PATTERN has the format"
                " arn:partition:iam:::resource-type/resource-id"
            )
        return
    if not FULL_ARN.fullmatch(principal.arn):
        raise InvalidParametersException(f"Invalid principal ARN {principal.arn}: it is not a fully defined IAM ARN")
    if settings.principals_must_exist and not principal_exists(principal.arn):
        raise InvalidParametersException(f"Principal {principal.arn}: profile does not exist")


def disassociate_principal_from_portfolio(call: Call) -> dict[str, Any]:
    """DisassociatePrincipalFromPortfolio; ARN and type must match; the default type is IAM."""
    portfolio = find_portfolio(call, call.text("PortfolioId"))
    principal = StoredPrincipal(call.text("PrincipalARN"), call.text("PrincipalType") or "IAM")
    members = associated_principals(call, portfolio.id)
    principal = next((member for member in members if listed_as(call, portfolio.id, member) == principal), principal)
    if principal not in members:
        raise ResourceNotFoundException(
            f"Principal {principal.arn} of type {principal.type} is not associated with portfolio {portfolio.id}"
        )
    members.remove(principal)
    call.state.principal_ids.pop((portfolio.id, principal), None)
    return {}


def list_principals_for_portfolio(call: Call) -> dict[str, Any]:
    """ListPrincipalsForPortfolio; a recipient also sees the IAM patterns that came with the share.

    A deleted role stays in the list with its unique id (rebuy-de/aws-nuke issue 801), even if there is a new role with
    the same name (awslabs/aws-service-catalog-puppet issue 535).
    """
    portfolio = find_portfolio(call, call.text("PortfolioId"))
    since = call.state.principal_at
    shown = [
        principal
        for principal in all_principals(call, portfolio)
        if is_listed(since.get((portfolio.id, principal), 0.0))
    ]
    items, more = page(call, [listed_as(call, portfolio.id, principal) for principal in shown])
    return {"Principals": [{"PrincipalARN": item.arn, "PrincipalType": item.type} for item in items], **more}
