"""MSK: the changes of a cluster, which moto lacks, ARNs as AWS makes them, and clusters that are ready or not there.

Source: MSK API reference, UpdateBrokerCount and its kin, DescribeCluster; MSK developer guide, whose clusters have the
ARN `…:cluster/name/uuid-1`. Which words refuse a version that is not the current one is not known.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import Any
from urllib.parse import unquote

from moto.kafka.exceptions import BadRequestException, NotFoundException
from moto.kafka.models import FakeKafkaCluster, KafkaBackend
from moto.kafka.responses import KafkaResponse
from moto.moto_api._internal import mock_random
from moto.utilities.utils import get_partition

from catalog.sandbox.services.keeping import keep, kept

Change = Callable[[FakeKafkaCluster, Callable[[str], Any]], None]
ARN = re.compile(r"arn:[^/]+/[^/]+/[^/]+")
CREATE = KafkaResponse.create_cluster
DESCRIBE, DESCRIBE_V2 = KafkaBackend.describe_cluster, KafkaBackend.describe_cluster_v2
DELETE = KafkaBackend.delete_cluster
LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ123456789"


def install() -> None:
    """Add the operations to moto's, and complete its clusters."""
    for name, change in CHANGES.items():
        setattr(KafkaResponse, name, _operation(change))
    setattr(KafkaResponse, "create_cluster", create_cluster)  # noqa: B010  # mypy allows no other form
    setattr(FakeKafkaCluster, "_generate_arn", _generate_arn)  # noqa: B010
    for method in (describe_cluster, describe_cluster_v2, delete_cluster):
        setattr(KafkaBackend, method.__name__, method)


def _generate_arn(cluster: FakeKafkaCluster) -> str:
    """The ARN with the name of the cluster. A cluster that has one is ready: a stack would wait for it."""
    cluster.state = "ACTIVE"
    region, end = cluster.region_name, "1" if cluster.cluster_type == "PROVISIONED" else "s1"
    resource = f"cluster/{cluster.cluster_name}/{cluster.cluster_id}-{end}"
    return f"arn:{get_partition(region)}:kafka:{region}:{cluster.account_id}:{resource}"


def create_cluster(response: KafkaResponse) -> str:
    """CreateCluster, with the rebalancing of express brokers."""
    answer = CREATE(response)
    rebalancing = response._get_param("rebalancing")
    if rebalancing:
        keep(response.kafka_backend.clusters[json.loads(answer)["clusterArn"]], {"rebalancing": rebalancing})
    return answer


def describe_cluster(backend: KafkaBackend, cluster_arn: str) -> dict[str, Any]:
    """DescribeCluster, with what moto does not keep."""
    cluster = _existing(backend, cluster_arn)
    return {**DESCRIBE(backend, cluster_arn), **kept(cluster)}


def describe_cluster_v2(backend: KafkaBackend, cluster_arn: str) -> dict[str, Any]:
    """DescribeClusterV2 of a cluster that is there."""
    _existing(backend, cluster_arn)
    return DESCRIBE_V2(backend, cluster_arn)


def delete_cluster(backend: KafkaBackend, cluster_arn: str, current_version: str) -> tuple[str, str]:
    """DeleteCluster, with its policy."""
    _existing(backend, cluster_arn)
    backend.policies.pop(cluster_arn, None)
    DELETE(backend, cluster_arn, current_version)
    return cluster_arn, "DELETING"


def _existing(backend: KafkaBackend, arn: str) -> FakeKafkaCluster:
    if arn not in backend.clusters:
        raise NotFoundException("The requested cluster does not exist.")
    return backend.clusters[arn]


def _operation(change: Change) -> Callable[[KafkaResponse], str]:
    """An operation that changes a cluster of a version, which then has another one."""

    def operation(response: KafkaResponse) -> str:
        match = ARN.search(unquote(response.parsed_url.path))
        cluster = _existing(response.kafka_backend, match[0] if match else "")
        if response._get_param("currentVersion") != cluster.current_version:
            raise BadRequestException("The specified version is not the current version of the cluster.")
        change(cluster, response._get_param)
        cluster.current_version = "K" + "".join(mock_random.choice(LETTERS) for _ in range(12))
        return json.dumps({"clusterArn": cluster.arn, "clusterOperationArn": f"{cluster.arn}/operation"})

    return operation


def _sets(**attributes: str) -> Change:
    """Set attributes to the parameters that are given."""

    def change(cluster: FakeKafkaCluster, given: Callable[[str], Any]) -> None:
        for attribute, name in attributes.items():
            if given(name) is not None:
                setattr(cluster, attribute, given(name))

    return change


def _brokers(member: str, name: str) -> Change:
    """Set a member of what all brokers have."""

    def change(cluster: FakeKafkaCluster, given: Callable[[str], Any]) -> None:
        cluster.broker_node_group_info = {**(cluster.broker_node_group_info or {}), member: given(name)}

    return change


def _volumes(cluster: FakeKafkaCluster, given: Callable[[str], Any]) -> None:
    """Make the volumes of the brokers larger; those of all brokers are the same."""
    (wanted,) = given("targetBrokerEBSVolumeInfo")
    names = {"volumeSize": "volumeSizeGB", "provisionedThroughput": "provisionedThroughput"}
    volume = {member: wanted[name] for member, name in names.items() if wanted.get(name) is not None}
    cluster.broker_node_group_info = {
        **(cluster.broker_node_group_info or {}),
        "storageInfo": {"ebsStorageInfo": volume},
    }


def _rebalancing(cluster: FakeKafkaCluster, given: Callable[[str], Any]) -> None:
    keep(cluster, {"rebalancing": given("rebalancing")})


CHANGES: dict[str, Change] = {
    "update_broker_count": _sets(number_of_broker_nodes="targetNumberOfBrokerNodes"),
    "update_broker_type": _brokers("instanceType", "targetInstanceType"),
    "update_connectivity": _brokers("connectivityInfo", "connectivityInfo"),
    "update_broker_storage": _volumes,
    "update_cluster_configuration": _sets(configuration_info="configurationInfo"),
    "update_cluster_kafka_version": _sets(kafka_version="targetKafkaVersion", configuration_info="configurationInfo"),
    "update_monitoring": _sets(
        enhanced_monitoring="enhancedMonitoring", open_monitoring="openMonitoring", logging_info="loggingInfo"
    ),
    "update_security": _sets(client_authentication="clientAuthentication", encryption_info="encryptionInfo"),
    "update_storage": _sets(storage_mode="storageMode"),
    "update_rebalancing": _rebalancing,
}
"""Operation → what it changes."""
