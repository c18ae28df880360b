"""File systems of EFS, with their mount targets and access points. Nothing can be mounted."""

from __future__ import annotations

from typing import Any

from catalog.sandbox.registry.api_types import ApiCall, ApiResource, ApiType, Setting
from catalog.sandbox.registry.rows import inside, plain, regional, tagged, taken
from catalog.sandbox.registry.shaping import as_text
from catalog.sandbox.registry.tables.catalogues import token

SERVICE = "elasticfilesystem"
ID = ("FileSystemId",)


def lifecycle(it: ApiResource) -> dict[str, Any]:
    """All lifecycle policies; none without the property."""
    return {"LifecyclePolicies": list(it["LifecyclePolicies"] or ())}


def policy(it: ApiResource) -> dict[str, Any]:
    """The policy of the file system."""
    return {
        "Policy": as_text(it["FileSystemPolicy"]),
        "BypassPolicyLockoutSafetyCheck": it.properties.get("BypassPolicyLockoutSafetyCheck"),
    }


def protection(it: ApiResource) -> dict[str, Any]:
    """Whether a replication may overwrite the file system; it may not by default."""
    return {"ReplicationOverwriteProtection": it.at("FileSystemProtection.ReplicationOverwriteProtection") or "ENABLED"}


FILE_SYSTEM = plain(
    "AWS::EFS::FileSystem",
    "efs",
    ID,
    create=ApiCall("CreateFileSystem", lambda it: {"CreationToken": token()}, copies=True),
    known=taken(FileSystemId="FileSystemId"),
    read=ApiCall("DescribeFileSystems", identity=ID),
    shown=inside("FileSystems.0"),
    attributes=taken(Arn="FileSystemArn"),
    settings=(
        Setting(("LifecyclePolicies",), ApiCall("PutLifecycleConfiguration", lifecycle, identity=ID)),
        Setting(
            ("BackupPolicy",),
            ApiCall(
                "PutBackupPolicy",
                lambda it: {"BackupPolicy": it["BackupPolicy"] or {"Status": "DISABLED"}},
                identity=ID,
            ),
        ),
        Setting(
            ("FileSystemPolicy",),
            ApiCall("PutFileSystemPolicy", policy, identity=ID),
            ApiCall("DeleteFileSystemPolicy", identity=ID),
        ),
        Setting(("FileSystemProtection",), ApiCall("UpdateFileSystemProtection", protection, identity=ID)),
    ),
    tagging=tagged("ResourceId", "FileSystemId", "Tags"),
    arn=lambda it: regional(it, SERVICE, f"file-system/{it['FileSystemId'] or '*'}"),
    modelled=("BypassPolicyLockoutSafetyCheck", "ReplicationConfiguration"),
)

MOUNT_TARGET = plain(
    "AWS::EFS::MountTarget",
    "efs",
    ("Id",),
    renamed={"Id": "MountTargetId"},
    known=taken(Id="MountTargetId"),
    read="DescribeMountTargets",
    shown=inside("MountTargets.0"),
    attributes=taken(IpAddress="IpAddress"),
    update="ModifyMountTargetSecurityGroups",
    arn=lambda it: regional(it, SERVICE, f"file-system/{it['FileSystemId']}"),
    modelled=("IpAddressType", "Ipv6Address"),
)


def access_point_arn(it: ApiResource) -> str:
    """The ARN of an access point; that of its file system before it exists."""
    own = it["AccessPointId"]
    return regional(it, SERVICE, f"access-point/{own}" if own else f"file-system/{it['FileSystemId']}")


ACCESS_POINT: ApiType = plain(
    "AWS::EFS::AccessPoint",
    "efs",
    ("AccessPointId",),
    create=ApiCall(
        "CreateAccessPoint",
        lambda it: {"ClientToken": it.text("ClientToken", token())},
        copies=True,
    ),
    known=taken(AccessPointId="AccessPointId"),
    read="DescribeAccessPoints",
    shown=inside("AccessPoints.0"),
    attributes=taken(Arn="AccessPointArn"),
    update=None,
    tagging=tagged("ResourceId", "AccessPointId", "Tags"),
    arn=access_point_arn,
)

TYPES = (FILE_SYSTEM, MOUNT_TARGET, ACCESS_POINT)
