"""Organizations: kinds of policies that moto does not have, and units that are not empty, which it deletes.

Source: Organizations API reference, CreatePolicy, DeleteOrganizationalUnit ("remove all accounts … and child OUs").
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from moto.organizations.exceptions import (
    AWSOrganizationsNotInUseException,
    DuplicateOrganizationalUnitException,
    OrganizationsClientError,
)
from moto.organizations.models import FakePolicy, FakeRoot, OrganizationsBackend

DELETE, INITIALIZE = OrganizationsBackend.delete_organizational_unit, FakePolicy.__init__
KNOWN = "TAG_POLICY"
"""The kind as which moto makes the others."""
OTHERS = (
    *("BACKUP_POLICY", "BEDROCK_POLICY", "CHATBOT_POLICY", "DECLARATIVE_POLICY_EC2", "GUARDDUTY_POLICY"),
    *("INSPECTOR_POLICY", "NETWORK_SECURITY_DIRECTOR_POLICY", "S3_POLICY", "SECURITYHUB_POLICY"),
    "UPGRADE_ROLLOUT_POLICY",
)
"""The kinds that the schema of AWS::Organizations::Policy has besides."""


def install() -> None:
    """Complete moto's organizations."""
    for kind in (FakePolicy, FakeRoot):
        kind.SUPPORTED_POLICY_TYPES = [*{*kind.SUPPORTED_POLICY_TYPES, *OTHERS}]
    setattr(FakePolicy, "__init__", initialize)  # noqa: B010  # mypy allows no other form
    setattr(OrganizationsBackend, "delete_organizational_unit", delete_organizational_unit)  # noqa: B010
    for name in ("create_policy", "create_organizational_unit"):
        setattr(OrganizationsBackend, name, _in_organization(getattr(OrganizationsBackend, name)))


def initialize(policy: FakePolicy, organization: Any, **given: Any) -> None:
    """A policy of any kind."""
    kind = given.get("Type", "")
    INITIALIZE(policy, organization, **{**given, "Type": KNOWN if kind in OTHERS else kind})
    policy.type = kind
    policy._arn_format = policy._arn_format.replace("/tag_policy/", f"/{kind.lower()}/")


def _is_unit(unit: Any, given: dict[str, Any]) -> bool:
    """Whether a unit has the parent and the name of a new one (API reference, CreateOrganizationalUnit)."""
    return bool(unit.parent_id == given["ParentId"] and unit.name == given["Name"])


def _in_organization(create: Callable[..., dict[str, Any]]) -> Callable[..., dict[str, Any]]:
    """A creation in an organization, over whose absence moto falls."""

    def created(backend: OrganizationsBackend, **given: Any) -> dict[str, Any]:
        if backend.org is None:
            raise AWSOrganizationsNotInUseException
        if "ParentId" in given and any(_is_unit(unit, given) for unit in backend.ou):
            raise DuplicateOrganizationalUnitException
        return create(backend, **given)

    return created


def delete_organizational_unit(backend: OrganizationsBackend, **given: Any) -> None:
    """DeleteOrganizationalUnit of an empty unit."""
    unit = given["OrganizationalUnitId"]
    parents = {*(each.parent_id for each in backend.ou), *(each.parent_id for each in backend.accounts)}
    if unit in parents:
        raise OrganizationsClientError(
            "OrganizationalUnitNotEmptyException",
            "You must remove all accounts and child OUs from this OU before you can delete it.",
        )
    DELETE(backend, **given)
