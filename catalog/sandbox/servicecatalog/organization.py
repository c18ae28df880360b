"""The organization of the caller, and Service Catalog's access to it.

Source: EnableAWSOrganizationsAccess, DisableAWSOrganizationsAccess, GetAWSOrganizationsAccessStatus and
CreatePortfolioShare in the API Reference. AWS does not document which error each misuse returns: the codes and texts
are assumed.
"""

from __future__ import annotations

import re
from typing import Any

from catalog.sandbox.organizations import Organization, organization_of
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


def administered_organization(call: Call) -> Organization:
    """The organization, for operations of the management account and delegated administrators only."""
    organization = _organization_of_caller(call)
    if call.account not in organization.administrators(SERVICE):
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
    if not organization.trusts(SERVICE):
        organization.backend.enable_aws_service_access(ServicePrincipal=SERVICE)
        call.state.organizations_access_at = ready_at()
    return {}


def disable_organizations_access(call: Call) -> dict[str, Any]:
    """DisableAWSOrganizationsAccess; keeps the shares; refused while there are delegated administrators."""
    organization = _managed_organization(call)
    if organization.administrators(SERVICE) != {organization.management}:
        raise InvalidStateException(
            "Organizations access can not be disabled while there are delegated administrators."
        )
    if organization.trusts(SERVICE):
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
    return "ENABLED" if organization.trusts(SERVICE) else "DISABLED"


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
