"""Clusters of Aurora DSQL."""

from __future__ import annotations

from typing import Any

from tests.contract.resource_types.conftest import ACCOUNT, REGION, Case, World
from tests.contract.resource_types.reading import asks, with_more

POLICY = '{"Version": "2012-10-17", "Statement": []}'
CLUSTER = f"arn:aws:dsql:{REGION}:{ACCOUNT}:cluster/"


def cluster(world: World, identifier: str) -> Any:
    shown = world.client("dsql").get_cluster(identifier=identifier)
    return None if shown["status"] in ("DELETING", "DELETED") else shown


CASES = (
    Case(
        "AWS::DSQL::Cluster",
        {"DeletionProtectionEnabled": False, "PolicyDocument": POLICY},
        with_more(cluster, policy=asks("dsql", "get_cluster_policy", "policy", identifier="@")),
        {"deletionProtectionEnabled": False, "policy": POLICY},
        changed={"PolicyDocument": None, "KmsEncryptionKey": "alias/aws/dsql"},
        then={"policy": None, "encryptionDetails": {"kmsKeyArn": "alias/aws/dsql"}},
        tags=lambda world, it: world.client("dsql").list_tags_for_resource(resourceArn=CLUSTER + it)["tags"],
        denied=("dsql:CreateCluster", "dsql:TagResource", "dsql:GetCluster", "dsql:PutClusterPolicy"),
        denied_later=("dsql:UpdateCluster", "dsql:DeleteClusterPolicy", "dsql:DeleteCluster"),
        attributes=("Endpoint", "ResourceArn", "VpcEndpointServiceName"),
    ),
)
