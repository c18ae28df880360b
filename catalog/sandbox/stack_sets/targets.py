"""Who may manage stack sets of an organization, and which accounts an operation reaches."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

from catalog.sandbox.cloudformation.errors import StackRefused
from catalog.sandbox.organizations import Organization, organization_of

SERVICE = "member.org.stacksets.cloudformation.amazonaws.com"
UNIT = re.compile(r"ou-[a-z0-9]{4,32}-[a-z0-9]{8,32}|r-[a-z0-9]{4,32}")
MAX_UNITS = 50
"""Of one operation (API Reference, CreateStackInstances)."""
NOT_TRUSTED = "You must enable organizations access to operate a service managed stack set"
FILTERS = ("NONE", "INTERSECTION", "DIFFERENCE", "UNION")


def administered(account: str, partition: str, call_as: str) -> Organization:
    """The organization that the caller may deploy to; raises `StackRefused`."""
    organization = organization_of(account, partition)
    if organization is None or not organization.trusts(SERVICE):
        raise StackRefused(NOT_TRUSTED)
    delegated = call_as == "DELEGATED_ADMIN"
    if delegated != (account != organization.management) or account not in organization.administrators(SERVICE):
        raise StackRefused(
            f"Account used is not a delegated administrator: {account} must call as "
            f"{'SELF' if account == organization.management else 'DELEGATED_ADMIN'}"
        )
    return organization


def accounts(organization: Organization, targets: Mapping[str, Any], members: Iterable[str] = ()) -> dict[str, str]:
    """Account → the unit through which it is reached, in the order of the units. The management account is left out.

    `members` are accounts that have instances already.
    """
    units = list(targets.get("OrganizationalUnitIds") or ())
    named, kind = set(targets.get("Accounts") or ()), targets.get("AccountFilterType") or "NONE"
    check_units(organization, units)
    if kind not in FILTERS or (kind == "NONE") != (not named):
        raise StackRefused("Accounts and AccountFilterType must be given together")
    reached: dict[str, str] = {}
    for unit in units:
        for account in organization.accounts_in("ORGANIZATIONAL_UNIT", unit):
            if account != organization.management:
                reached.setdefault(account, unit)
    if kind == "INTERSECTION":
        return {account: unit for account, unit in reached.items() if account in named}
    if kind == "DIFFERENCE":
        return {account: unit for account, unit in reached.items() if account not in named}
    if kind == "UNION":
        known = {*organization.accounts_in("ORGANIZATION", ""), *members}
        return reached | dict.fromkeys(sorted(named & known - reached.keys()), "")
    return reached


def check_units(organization: Organization, units: list[str]) -> None:
    """Raise `StackRefused` unless these are one to fifty units of the organization."""
    if not units:
        raise StackRefused("OrganizationalUnitIds are required")
    if len(units) > MAX_UNITS:
        raise StackRefused(f"The maximum number of organizational units of an operation is {MAX_UNITS}")
    for unit in units:
        if not UNIT.fullmatch(unit):
            raise StackRefused(
                f"1 validation error detected: Value '[{unit}]' at 'deploymentTargets.organizationalUnitIds' failed to "
                f"satisfy constraint: Member must satisfy regular expression pattern: ^({UNIT.pattern})$"
            )
        if not organization.has("ORGANIZATIONAL_UNIT", unit):
            raise StackRefused(f"OrganizationalUnit {unit} does not exist in the organization")
