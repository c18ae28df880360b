"""Redshift: changes of subnet groups, which moto lacks (API reference, ModifyClusterSubnetGroup)."""

from __future__ import annotations

from moto.core.responses import ActionResult
from moto.redshift.responses import RedshiftResponse


def install() -> None:
    """Add the operation to moto's."""
    setattr(RedshiftResponse, "modify_cluster_subnet_group", modify)  # noqa: B010  # mypy allows no other form


def modify(response: RedshiftResponse) -> ActionResult:
    """Change the description and the subnets of a group."""
    backend, name = response.redshift_backend, response._get_param("ClusterSubnetGroupName")
    (before,) = backend.describe_cluster_subnet_groups(name)
    group = backend.create_cluster_subnet_group(
        name,
        response._get_param("Description") or before.description,
        response._get_param("SubnetIds") or before.subnet_ids,
        backend.region_name,
        before.tags,
    )
    return ActionResult({"ClusterSubnetGroup": group})
