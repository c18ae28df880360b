"""The YAML that declares an existing portfolio: the inverse of `PortfolioFile.resolve`. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from catalog.content.portfolio_files import AccountRegion
from catalog.content.render import as_yaml
from catalog.model.constraint import (
    Constraint,
    LaunchConstraint,
    NotificationConstraint,
    ResourceUpdateConstraint,
    StackSetConstraint,
    TemplateConstraint,
)
from catalog.model.governed import KINDS, governed_of
from catalog.model.portfolio import Portfolio, PortfolioProduct, PrincipalType
from catalog.model.share import PortfolioShare
from catalog.model.state import PROTECT_TAG
from catalog.model.tag_option import ALL_ACTIVE, Activity, by_key
from catalog.upkeep.productform import comment, tag_options

ARN = re.compile(r"arn:(?P<partition>aws[a-z-]*):(?P<service>[a-z0-9-]+):(?P<region>[a-z0-9-]*):(?P<account>\d{12}|):")


def portfolio_yaml(
    portfolio: Portfolio, account_region: AccountRegion, header: str = "", active: Activity = ALL_ACTIVE
) -> bytes:
    """The text of the file. ARNs of this account have placeholders for account, Region and partition."""
    return comment(header) + as_yaml(portfolio_data(portfolio, account_region, active))


def portfolio_data(
    portfolio: Portfolio, account_region: AccountRegion, active: Activity = ALL_ACTIVE
) -> dict[str, Any]:
    """The document. Principals that were deleted in IAM are omitted, because a file cannot declare them."""
    tags = {key: value for key, value in portfolio.tags.items() if key != PROTECT_TAG}
    data: dict[str, Any] = {
        "display_name": portfolio.display_name,
        "provider": portfolio.provider_name,
        "description": portfolio.description,
        "protect": PROTECT_TAG in portfolio.tags,
        "tags": tags,
        "principals": [
            {
                "arn": principal.arn,
                **({"type": principal.type.value} if principal.type is not PrincipalType.IAM else {}),
            }
            for principal in sorted(portfolio.principals)
            if not principal.dead
        ],
        "tag_options": tag_options(by_key(portfolio.tag_options, active)),
        **{key: kind.as_declared(governed_of(kind, portfolio.governed)) for key, kind in KINDS.items()},
        "shares": [share_data(share) for share in sorted(portfolio.shares, key=lambda share: share.key)],
        "products": [product_data(product) for product in portfolio.products.values()],
    }
    return {
        name: with_placeholders(value, account_region) for name, value in data.items() if value or name == "products"
    }


def share_data(share: PortfolioShare) -> dict[str, Any]:
    """A share: its recipient, and the flags that are set."""
    flags = {"share_tag_options": share.share_tag_options, "share_principals": share.share_principals}
    return {share.type.value.lower(): share.id, **{name: True for name, value in flags.items() if value}}


def product_data(portfolio_product: PortfolioProduct) -> dict[str, Any]:
    """A product with its constraints."""
    members: dict[str, Any] = {"product": portfolio_product.product}
    for constraint in portfolio_product.constraints.values():
        name, value = constraint_data(constraint)
        members[name] = {**value, **({"description": constraint.description} if constraint.description else {})}
    return members


def constraint_data(constraint: Constraint) -> tuple[str, dict[str, Any]]:
    """(key, value) of a constraint in the file."""
    match constraint:
        case LaunchConstraint():
            names = {"local_role_name": constraint.local_role_name, "role_arn": constraint.role_arn}
            return "launch", {name: value for name, value in names.items() if value}
        case TemplateConstraint():
            return "template", {"rules": dict(constraint.rules)}
        case ResourceUpdateConstraint():
            return "resource_update", {"tag_updates": allowance(constraint.tag_updates)}
        case NotificationConstraint():
            return "notification", {"topics": sorted(constraint.topics)}
        case StackSetConstraint():
            return "stackset", stackset_data(constraint)


def stackset_data(constraint: StackSetConstraint) -> dict[str, Any]:
    """The members of `stackset`."""
    members = {
        "accounts": sorted(constraint.accounts),
        "regions": list(constraint.regions),
        "admin_role": constraint.admin_role,
        "execution_role": constraint.execution_role,
    }
    allowed = constraint.stack_instances
    return members if allowed is None else {**members, "stack_instances": allowance(allowed)}


def allowance(allowed: bool) -> str:
    """`allowed` or `not_allowed`, as in the file."""
    return "allowed" if allowed else "not_allowed"


def with_placeholders(value: Any, account_region: AccountRegion) -> Any:
    """`value` with placeholders in the ARNs of this account and partition, so that it fits other accounts too."""
    if isinstance(value, str):
        return ARN.sub(lambda match: with_placeholder_head(match, account_region), value)
    if isinstance(value, Mapping):
        return {key: with_placeholders(item, account_region) for key, item in value.items()}
    if isinstance(value, list):
        return [with_placeholders(item, account_region) for item in value]
    return value


def with_placeholder_head(match: re.Match[str], account_region: AccountRegion) -> str:
    """The start of an ARN with placeholders. That of another account stays as it is."""
    partition, service, region, account = match.group("partition", "service", "region", "account")
    if partition != account_region.partition or account not in ("", account_region.account):
        return match.group()
    return ":".join(
        (
            "arn",
            "${AWS::Partition}",
            service,
            "${AWS::Region}" if region == account_region.region else region,
            "${AWS::AccountId}" if account else "",
            "",
        )
    )
