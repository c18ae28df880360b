"""The organization of an account, stored by moto's Organizations."""

from __future__ import annotations

from dataclasses import dataclass

from moto.organizations.models import OrganizationsBackend, organizations_backends


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

    def administrators(self, service: str) -> set[str]:
        """The management account and the delegated administrators of a service."""
        delegated = {str(admin.account.id) for admin in self.backend.admins if service in admin.services}
        return {self.management, *delegated}

    def trusts(self, service: str) -> bool:
        """Whether a service has access to the organization (organizations:EnableAWSServiceAccess)."""
        return any(trusted["ServicePrincipal"] == service for trusted in self.backend.services)

    def accounts_in(self, kind: str, identifier: str) -> list[str]:
        """The active accounts in a node and in all nodes below it. The root counts as a unit."""
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
