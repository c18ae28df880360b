"""EMR: instance groups with all that they say, instances that are where their cluster is and end with it.

Source: EMR API reference, AddInstanceGroups, RunJobFlow, TerminateJobFlows.
"""

from __future__ import annotations

from typing import Any

from moto.core.responses import ActionResult
from moto.emr.models import ElasticMapReduceBackend
from moto.emr.responses import ElasticMapReduceResponse

ADD, RUN, END = (
    ElasticMapReduceBackend.add_instance_groups,
    ElasticMapReduceBackend.run_instances,
    ElasticMapReduceBackend.terminate_job_flows,
)
OTHERS = ("configurations", "custom_ami_id")
"""What moto's groups do not take."""


def install() -> None:
    """Replace moto's operations."""
    setattr(ElasticMapReduceResponse, "add_instance_groups", add_groups)  # noqa: B010  # mypy allows no other form
    for method in (add_instance_groups, run_instances, terminate_job_flows):
        setattr(ElasticMapReduceBackend, method.__name__, method)


def add_groups(response: ElasticMapReduceResponse) -> ActionResult:
    """AddInstanceGroups, with the ids of the groups."""
    name, wanted = response._get_param("JobFlowId"), response._get_param("InstanceGroups", [])
    cluster = response.backend.describe_cluster(name)
    groups = response.backend.add_instance_groups(name, wanted)
    ids = [group.id for group in groups]
    return ActionResult({"JobFlowId": name, "InstanceGroupIds": ids, "ClusterArn": cluster.arn})


def add_instance_groups(backend: ElasticMapReduceBackend, cluster_id: str, instance_groups: list[Any]) -> list[Any]:
    """The groups, with what moto leaves out."""
    known = [{name: each[name] for name in each if name not in OTHERS} for each in instance_groups]
    groups = ADD(backend, cluster_id, known)
    for group, given in zip(groups, instance_groups, strict=True):
        for name in OTHERS:
            setattr(group, name, given.get(name))
    return groups


def run_instances(backend: ElasticMapReduceBackend, cluster_id: str, instances: Any, instance_group: Any) -> None:
    """The instances of a group, in the subnet of the cluster."""
    RUN(backend, cluster_id, {**instances, "subnet_id": backend.clusters[cluster_id].ec2_subnet_id}, instance_group)


def terminate_job_flows(backend: ElasticMapReduceBackend, job_flow_ids: list[str]) -> list[Any]:
    """TerminateJobFlows, with the instances."""
    ended = END(backend, job_flow_ids)
    ids = [each.ec2_instance_id for cluster in ended for each in cluster.ec2_instances]
    if ids:
        backend.ec2_backend.terminate_instances(ids)
    return ended
