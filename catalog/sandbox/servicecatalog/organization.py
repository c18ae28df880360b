"""The organization of the caller, stored by moto's Organizations, and Service Catalog's access to it.

Source: EnableAWSOrganizationsAccess, DisableAWSOrganizationsAccess, GetAWSOrganizationsAccessStatus and
CreatePortfolioShare in the API Reference. AWS does not document which error each misuse returns: the codes and texts
are assumed.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from moto.organizations.models import OrganizationsBackend, organizations_backends

from catalog.sandbox.servicecatalog.call import Call, ready_at
from catalog.sandbox.servicecatalog.exceptions import (
    InvalidParametersException,
    InvalidStateException,
    OperationNotSupportedException,
    ResourceNotFoundException,
)
from catalog.sandbox.settings import now

SERVICE = "servicecatalog.amazonaws.com"
NODE_ID = {"ACCOUNT": r"\d{12}", "ORGANIZATION": r"o-[a-z0-9]{10,32}", "ORGANIZATIONAL_UNIT": r"ou-[0-9a-z-]{13,65}"}


@dataclass(frozen=True)
class Organization:
    """An organization, and one of its accounts."""

    backend: OrganizationsBackend
    """moto's backend of the management account."""
    account: str

    @property
    def management(self) -> str:
        """The management account."""
        return str(self.backend.account_id)

    @property
    def administrators(self) -> set[str]:
        """The accounts that can share with nodes: the management account and the delegated administrators."""
        delegated = {str(admin.account.id) for admin in self.backend.admins if SERVICE in admin.services}
        return {self.management, *delegated}

    @property
    def trusted(self) -> bool:
        """Whether Service Catalog has access to the organization (organizations:EnableAWSServiceAccess)."""
        return any(service["ServicePrincipal"] == SERVICE for service in self.backend.services)

    def accounts_in(self, kind: str, identifier: str) -> list[str]:
        """The active accounts in a node and in all nodes below it."""
        accounts = [account for account in self.backend.accounts if account.status == "ACTIVE"]
        if kind == "ORGANIZATION":
            return [str(account.id) for account in accounts]
        if kind == "ACCOUNT":
            return [str(account.id) for account in accounts if account.id == identifier]
        units = self._units_below(identifier)
        return [str(account.id) for account in accounts if account.parent_id in units]

    def _units_below(self, unit: str) -> set[str]:
        units: set[str] = set()
        level = {unit}
        while level - units:
            units |= level
            level = {str(child.id) for child in self.backend.ou if child.parent_id in level}
        return units

    def has(self, kind: str, identifier: str) -> bool:
        """Whether the node exists."""
        if kind == "ORGANIZATION":
            return self.backend.org is not None and self.backend.org.id == identifier
        members = self.backend.accounts if kind == "ACCOUNT" else self.backend.ou
        return any(node.id == identifier for node in members)


def organization_of(account: str, partition: str) -> Organization | None:
    """The organization that `account` manages or is a member of."""
    master, organization_partition = organizations_backends.master_accounts.get(account, (account, partition))
    if organization_partition not in organizations_backends[master]:
        return None
    backend = organizations_backends[master][organization_partition]
    members = {str(account.id) for account in backend.accounts}
    return Organization(backend, account) if backend.org is not None and account in members else None


def administered_organization(call: Call) -> Organization:
    """The organization, for operations of the management account and delegated administrators only."""
    organization = _organization_of_caller(call)
    if call.account not in organization.administrators:
        raise OperationNotSupportedException(
            f"{call.operation.name} is only supported for the management account of the organization and for"
            " delegated administrators."
        )
    return organization


def _organization_of_caller(call: Call) -> Organization:
    organization = organization_of(call.account, call.partition)
    if organization is None:
        raise ResourceNotFoundException(f"Account {call.account} is not a member of an organization.")
    return organization


def _managed_organization(call: Call) -> Organization:
    """The organization, for operations of the management account only."""
    organization = _organization_of_caller(call)
    if call.account != organization.management:
        raise OperationNotSupportedException(
            f"{call.operation.name} is only supported for the management account of the organization."
        )
    return organization


def enable_organizations_access(call: Call) -> dict[str, Any]:
    """EnableAWSOrganizationsAccess, which calls organizations:EnableAWSServiceAccess, as AWS does."""
    organization = _managed_organization(call)
    if not organization.trusted:
        organization.backend.enable_aws_service_access(ServicePrincipal=SERVICE)
        call.state.organizations_access_at = ready_at()
    return {}


def disable_organizations_access(call: Call) -> dict[str, Any]:
    """DisableAWSOrganizationsAccess; keeps the shares; refused while there are delegated administrators."""
    organization = _managed_organization(call)
    if organization.administrators != {organization.management}:
        raise InvalidStateException(
            "Organizations access can not be disabled while there are delegated administrators."
        )
    if organization.trusted:
        organization.backend.disable_aws_service_access(ServicePrincipal=SERVICE)
        call.state.organizations_access_at = ready_at()
    return {}


def get_organizations_access_status(call: Call) -> dict[str, Any]:
    """GetAWSOrganizationsAccessStatus."""
    return {"AccessStatus": access_status(call, administered_organization(call))}


def access_status(call: Call, organization: Organization) -> str:
    """UNDER_CHANGE for a short time after a change, then ENABLED or DISABLED."""
    if now() < call.state_of(organization.management).organizations_access_at:
        return "UNDER_CHANGE"
    return "ENABLED" if organization.trusted else "DISABLED"


def requested_node(call: Call) -> tuple[str, str]:
    """The type and the id of the request's OrganizationNode, whose Value may be an ARN."""
    node = call.request["OrganizationNode"]
    kind, value = str(node.get("Type") or ""), str(node.get("Value") or "")
    identifier = value.rpartition("/")[2]
    if kind not in NODE_ID or not re.fullmatch(NODE_ID[kind], identifier):
        raise InvalidParametersException(
            f"OrganizationNode must have a Type and the Value of such a node, got {kind or 'no Type'} and"
            f" {value or 'no Value'}"
        )
    return kind, identifier
