"""Subnet groups of RDS: a change keeps the group, which moto loses."""

from __future__ import annotations

from typing import Any

from moto.core.errors import COMMON_ERROR_CODES
from moto.rds.exceptions import DBSubnetGroupNotFoundError
from moto.rds.models import DBSubnetGroup, RDSBackend

MODIFY = RDSBackend.modify_db_subnet_group


def install() -> None:
    """Replace moto's operation, and let RDS say that a subnet does not exist, in the words of EC2."""
    COMMON_ERROR_CODES.append("InvalidSubnetID.NotFound")
    setattr(RDSBackend, "modify_db_subnet_group", modify)  # noqa: B010  # mypy allows no other form


def modify(backend: RDSBackend, subnet_name: str, description: str, subnets: list[Any]) -> DBSubnetGroup:
    """ModifyDBSubnetGroup of the API reference."""
    if subnet_name not in backend.subnet_groups:
        raise DBSubnetGroupNotFoundError(subnet_name)
    group = MODIFY(backend, subnet_name, description, subnets)
    backend.subnet_groups[subnet_name] = group
    return group
