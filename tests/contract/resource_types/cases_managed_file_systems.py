"""File systems of FSx and their backups."""

from __future__ import annotations

from typing import Any

from tests.contract.resource_types.cases_gateways import NETWORK, SUBNET
from tests.contract.resource_types.conftest import Case, World
from tests.contract.resource_types.reading import actions, asks

SETTINGS = {"DeploymentType": "PERSISTENT_2", "PerUnitStorageThroughput": 125}
LUSTRE: dict[str, Any] = {
    "FileSystemType": "LUSTRE",
    "FileSystemTypeVersion": "2.15",
    "StorageCapacity": 1200,
    "SubnetIds": [{"Ref": "Subnet"}],
    "LustreConfiguration": SETTINGS,
}
NETWORKS = {"Network": NETWORK, "Subnet": SUBNET}


def backup(world: World, arn: str) -> Any:
    return world.client("fsx").describe_backups(BackupIds=[arn.rpartition("/")[2]])["Backups"][0]


system = asks("fsx", "describe_file_systems", "FileSystems.0", FileSystemIds=["@"])

CASES = (
    Case(
        "AWS::FSx::FileSystem",
        LUSTRE,
        system,
        {"Lifecycle": "AVAILABLE", "FileSystemTypeVersion": "2.15", "LustreConfiguration": SETTINGS},
        changed={"StorageCapacity": 2400, "LustreConfiguration": {**SETTINGS, "DataCompressionType": "LZ4"}},
        then={"StorageCapacity": 2400, "LustreConfiguration": {**SETTINGS, "DataCompressionType": "LZ4"}},
        replaced={"LustreConfiguration": {"DeploymentType": "SCRATCH_2"}},
        tags=lambda world, name: {tag["Key"]: tag["Value"] for tag in system(world, name)["Tags"]},
        denied=actions("fsx", "CreateFileSystem", "TagResource", "DescribeFileSystems"),
        denied_later=actions("fsx", "UpdateFileSystem", "DeleteFileSystem"),
        around=NETWORKS,
        attributes=("DNSName", "LustreMountName", "ResourceARN"),
    ),
    Case(
        "AWS::FSx::Backup",
        {"FileSystemId": {"Ref": "Files"}},
        backup,
        {"Lifecycle": "AVAILABLE", "Type": "USER_INITIATED", "FileSystem": {"StorageCapacity": 1200}},
        replaced={"FileSystemId": {"Ref": "Others"}},
        tags=lambda world, arn: {tag["Key"]: tag["Value"] for tag in backup(world, arn)["Tags"]},
        denied=actions("fsx", "CreateBackup", "TagResource", "DescribeBackups"),
        denied_later=actions("fsx", "DeleteBackup"),
        around={
            **NETWORKS,
            "Files": {"Type": "AWS::FSx::FileSystem", "Properties": LUSTRE},
            "Others": {"Type": "AWS::FSx::FileSystem", "Properties": LUSTRE},
        },
        attributes=("BackupId", "CreationTime", "Lifecycle", "ResourceARN", "Type"),
    ),
)
