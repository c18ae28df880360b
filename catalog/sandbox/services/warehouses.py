"""Redshift: changes of subnet and parameter groups and of snapshots, and tags of copy grants, which moto lacks.

Source: Redshift API reference, ModifyClusterSubnetGroup, ModifyClusterIamRoles, ModifyClusterParameterGroup ("For each
parameter to be modified, you must supply at least the parameter name and parameter value"), ResetClusterParameterGroup,
DescribeClusterParameters (Source), CreateClusterSnapshot, ModifyClusterSnapshot, CreateSnapshotCopyGrant.
"""

from __future__ import annotations

from typing import Any

from moto.core.responses import ActionResult
from moto.redshift.models import ParameterGroup, RedshiftBackend, Snapshot, SnapshotCopyGrant
from moto.redshift.responses import RedshiftResponse

MODIFY = RedshiftResponse.modify_cluster
PARAMETERS = RedshiftBackend.describe_cluster_parameters
CREATE_GRANT, CREATE_SNAPSHOT = RedshiftBackend.create_snapshot_copy_grant, RedshiftResponse.create_cluster_snapshot


def install() -> None:
    """Add the operations to moto's."""
    for answer in (
        modify_cluster,
        modify_cluster_iam_roles,
        modify_cluster_subnet_group,
        modify_cluster_parameter_group,
        reset_cluster_parameter_group,
        create_cluster_snapshot,
        modify_cluster_snapshot,
        create_snapshot_copy_grant,
    ):
        setattr(RedshiftResponse, answer.__name__, answer)
    setattr(RedshiftBackend, "describe_cluster_parameters", describe_parameters)  # noqa: B010  # mypy allows no other
    setattr(Snapshot, "snapshot_arn", property(lambda it: it.arn))  # noqa: B010
    setattr(SnapshotCopyGrant, "resource_id", property(lambda it: it.snapshot_copy_grant_name))  # noqa: B010


def modify_cluster(response: RedshiftResponse) -> ActionResult:
    """ModifyCluster, also of the port."""
    port = response._get_param("Port")
    if port is not None:
        (cluster,) = response.redshift_backend.describe_clusters(response._get_param("ClusterIdentifier"))
        cluster.port = int(port)
    changed: ActionResult = MODIFY(response)
    return changed


def modify_cluster_iam_roles(response: RedshiftResponse) -> ActionResult:
    """ModifyClusterIamRoles of the API reference."""
    (cluster,) = response.redshift_backend.describe_clusters(response._get_param("ClusterIdentifier"))
    gone, new = (response._get_param(name) or [] for name in ("RemoveIamRoles", "AddIamRoles"))
    kept = [arn for arn in cluster.iam_roles_arn if arn not in (*gone, *new)]
    cluster.iam_roles_arn = [*kept, *new]
    return ActionResult({"Cluster": cluster})


def modify_cluster_subnet_group(response: RedshiftResponse) -> ActionResult:
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


def _own(group: ParameterGroup) -> dict[str, str]:
    """The parameters of a group that are not the defaults, which moto's object does not have."""
    own: dict[str, str] = vars(group).setdefault("sandbox_parameters", {})
    return own


def describe_parameters(backend: RedshiftBackend, parameter_group_name: str) -> list[dict[str, Any]]:
    """DescribeClusterParameters, with the values that were set."""
    listed = PARAMETERS(backend, parameter_group_name)
    own = _own(backend.parameter_groups[parameter_group_name])
    return [
        *(each for each in listed if each["ParameterName"] not in own),
        *({"ParameterName": name, "ParameterValue": value, "Source": "user"} for name, value in own.items()),
    ]


def modify_cluster_parameter_group(response: RedshiftResponse) -> ActionResult:
    """ModifyClusterParameterGroup of the API reference."""
    name = response._get_param("ParameterGroupName")
    (group,) = response.redshift_backend.describe_cluster_parameter_groups(name)
    for each in response._get_param("Parameters", []):
        _own(group)[each["ParameterName"]] = each["ParameterValue"]
    return ActionResult({"ParameterGroupName": name})


def reset_cluster_parameter_group(response: RedshiftResponse) -> ActionResult:
    """ResetClusterParameterGroup of the API reference."""
    name = response._get_param("ParameterGroupName")
    (group,) = response.redshift_backend.describe_cluster_parameter_groups(name)
    given = [each["ParameterName"] for each in response._get_param("Parameters", [])]
    for each in given or list(_own(group)):
        _own(group).pop(each, None)
    return ActionResult({"ParameterGroupName": name})


def create_cluster_snapshot(response: RedshiftResponse) -> ActionResult:
    """CreateClusterSnapshot, with how long it is kept."""
    answer = CREATE_SNAPSHOT(response)
    return _kept(response, answer)


def modify_cluster_snapshot(response: RedshiftResponse) -> ActionResult:
    """ModifyClusterSnapshot of the API reference."""
    name = response._get_param("SnapshotIdentifier")
    (snapshot,) = response.redshift_backend.describe_cluster_snapshots(snapshot_identifier=name)
    return _kept(response, ActionResult({"Snapshot": snapshot}))


def _kept(response: RedshiftResponse, answer: ActionResult) -> ActionResult:
    snapshot = response.redshift_backend.snapshots[response._get_param("SnapshotIdentifier")]
    period = response._get_param("ManualSnapshotRetentionPeriod")
    if period is not None:
        vars(snapshot)["manual_snapshot_retention_period"] = int(period)
    return answer


def create_snapshot_copy_grant(response: RedshiftResponse) -> ActionResult:
    """CreateSnapshotCopyGrant, with tags."""
    backend, name = response.redshift_backend, response._get_param("SnapshotCopyGrantName")
    grant = CREATE_GRANT(backend, snapshot_copy_grant_name=name, kms_key_id=response._get_param("KmsKeyId"))
    grant.account_id, grant.region = backend.account_id, backend.region_name
    grant.tags = response._get_param("Tags", [])
    backend.RESOURCE_TYPE_MAP["snapshotcopygrant"] = backend.snapshot_copy_grants  # type: ignore[assignment]
    return ActionResult({"SnapshotCopyGrant": grant})
