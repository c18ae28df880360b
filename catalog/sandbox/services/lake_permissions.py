"""Lake Formation: the permissions of one principal on one resource of any kind, and grants that come together.

moto lists those of four kinds of resources, and loses a grant to which another one was added: it keeps grants in a set,
by what they have.

Source: Lake Formation API reference, ListPermissions, GrantPermissions.
"""

from __future__ import annotations

from typing import Any

from moto.core.responses import ActionResult
from moto.lakeformation.models import Permission, PermissionCatalog
from moto.lakeformation.responses import LakeFormationResponse

LIST = LakeFormationResponse.list_permissions


class Grants(list[Permission]):
    """Grants in their order, with the method of a set that moto calls."""

    def add(self, grant: Permission) -> None:
        """Keep a grant."""
        self.append(grant)


def install() -> None:
    """Complete moto's grants."""
    setattr(PermissionCatalog, "__init__", initialize)  # noqa: B010  # mypy allows no other form
    setattr(LakeFormationResponse, "list_permissions", list_permissions)  # noqa: B010


def initialize(catalog: PermissionCatalog) -> None:
    """A catalog without grants."""
    catalog.permissions = Grants()  # type: ignore[assignment]  # moto adds, removes and goes through them


def list_permissions(response: LakeFormationResponse) -> str | ActionResult:
    """ListPermissions, of a principal on a resource of any kind."""
    principal, resource = response._get_param("Principal"), response._get_param("Resource")
    if principal is None or resource is None:
        return LIST(response)
    account = response.current_account
    catalog = response.lakeformation_backend.grants.get(response._get_param("CatalogId") or account)
    wanted = _plain(resource, account)
    return ActionResult(
        {
            "PrincipalResourcePermissions": [
                grant.to_external_form()
                for grant in (catalog.permissions if catalog else ())
                if grant.principal == principal and _plain(grant.resource, account) == wanted
            ]
        }
    )


def _plain(node: Any, account: str) -> Any:
    """A resource without the catalog of the account, which is the default."""
    if isinstance(node, dict):
        own = ("CatalogId", account)
        return {name: _plain(value, account) for name, value in node.items() if (name, value) != own}
    return node
