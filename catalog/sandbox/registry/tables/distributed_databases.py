"""Clusters of Aurora DSQL. Nothing is stored."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from catalog.sandbox.registry.api_types import ApiCall, ApiResource, Setting
from catalog.sandbox.registry.rows import ENDED, plain, regional, tagged, taken

ID = ("Identifier",)
WITNESSED = ("dsql:PutMultiRegionProperties", "dsql:PutWitnessRegion")
ENCRYPTED = ("kms:DescribeKey", "kms:GenerateDataKey", "kms:Decrypt", "kms:Encrypt")


def cluster_values(it: ApiResource, shown: Any) -> Mapping[str, Any]:
    """The attributes of a cluster."""
    service = it.ask("GetVpcEndpointServiceName", {"identifier": shown["identifier"]})
    details = shown.get("encryptionDetails") or {}
    return {
        "CreationTime": str(shown["creationTime"]),
        "EncryptionDetails": {f"{name[0].upper()}{name[1:]}": value for name, value in details.items()},
        "Endpoint": shown["endpoint"],
        "ResourceArn": shown["arn"],
        "Status": shown["status"],
        "VpcEndpoint": service["clusterVpcEndpoint"],
        "VpcEndpointServiceName": service["serviceName"],
    }


CLUSTER = plain(
    "AWS::DSQL::Cluster",
    "dsql",
    ID,
    create=ApiCall("CreateCluster", copies=True),
    known=taken(Identifier="identifier", ResourceArn="arn"),
    read="Get",
    shown=lambda it, answer: None if answer.get("status") in ENDED else answer,
    attributes=cluster_values,
    settings=(
        Setting(
            ("PolicyDocument",),
            ApiCall("PutClusterPolicy", lambda it: {"policy": it.text("PolicyDocument")}, identity=ID),
            ApiCall("DeleteClusterPolicy", identity=ID),
        ),
    ),
    tagging=tagged("resourceArn", "ResourceArn", "tags"),
    arn=lambda it: regional(it, "dsql", f"cluster/{it['Identifier'] or '*'}"),
    also={"create": ("dsql:GetVpcEndpointServiceName",)},
    also_for={
        ("create", "MultiRegionProperties.WitnessRegion"): WITNESSED,
        ("create", "KmsEncryptionKey"): ENCRYPTED,
    },
)

TYPES = (CLUSTER,)
