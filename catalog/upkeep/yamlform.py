"""A portfolio of AWS as the YAML that declares it: the inverse of `PortfolioFile.resolve`. Pure."""

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
from catalog.model.tag_option import ALL_ACTIVE, Activity, Inactive, by_key

ARN = re.compile(r"arn:(?P<partition>aws[a-z-]*):(?P<service>[a-z0-9-]+):(?P<region>[a-z0-9-]*):(?P<account>\d{12}|):")


def portfolio_yaml(
    portfolio: Portfolio, location: AccountRegion, header: str = "", active: Activity = ALL_ACTIVE
) -> bytes:
    """The file's text; in ARNs of this account placeholders stand for account, Region and partition."""
    comment = "".join(f"# {line}\n" for line in header.splitlines())
    return comment.encode() + as_yaml(portfolio_data(portfolio, location, active))


def portfolio_data(portfolio: Portfolio, location: AccountRegion, active: Activity = ALL_ACTIVE) -> dict[str, Any]:
    """The document; principals that are dead are left out, for nobody can declare one."""
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
        "tag_options": {
            key: [{"value": each.value, "active": False} if isinstance(each, Inactive) else each for each in values]
            for key, values in by_key(portfolio.tag_options, active).items()
        },
        **{key: kind.as_declared(governed_of(kind, portfolio.governed)) for key, kind in KINDS.items()},
        "shares": [share_entry(share) for share in sorted(portfolio.shares, key=lambda share: share.key)],
        "products": [product_entry(entry) for entry in portfolio.products.values()],
    }
    return {name: with_placeholders(value, location) for name, value in data.items() if value or name == "products"}


def share_entry(share: PortfolioShare) -> dict[str, Any]:
    """With whom, and the flags that are set."""
    flags = {"share_tag_options": share.share_tag_options, "share_principals": share.share_principals}
    return {share.type.value.lower(): share.id, **{name: True for name, value in flags.items() if value}}


def product_entry(portfolio_product: PortfolioProduct) -> dict[str, Any]:
    """A product with its constraints."""
    members: dict[str, Any] = {"product": portfolio_product.product}
    for constraint in portfolio_product.constraints.values():
        name, value = constraint_entry(constraint)
        members[name] = {**value, **({"description": constraint.description} if constraint.description else {})}
    return members


def constraint_entry(constraint: Constraint) -> tuple[str, dict[str, Any]]:
    """(key of the YAML, value)."""
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
            return "stackset", stackset_entry(constraint)


def stackset_entry(constraint: StackSetConstraint) -> dict[str, Any]:
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
    """As the file writes what people may do."""
    return "allowed" if allowed else "not_allowed"


def with_placeholders(value: Any, location: AccountRegion) -> Any:
    """`value` with placeholders in the ARNs of `place`'s account and partition, so that it fits other places too."""
    if isinstance(value, str):
        return ARN.sub(lambda match: placed(match, location), value)
    if isinstance(value, Mapping):
        return {key: with_placeholders(item, location) for key, item in value.items()}
    if isinstance(value, list):
        return [with_placeholders(item, location) for item in value]
    return value


def placed(match: re.Match[str], location: AccountRegion) -> str:
    """The head of one ARN; another account's stays as it is."""
    partition, service, region, account = match.group("partition", "service", "region", "account")
    if partition != location.partition or account not in ("", location.account):
        return match.group()
    return ":".join(
        (
            "arn",
            "${AWS::Partition}",
            service,
            "${AWS::Region}" if region == location.region else region,
            "${AWS::AccountId}" if account else "",
            "",
        )
    )
