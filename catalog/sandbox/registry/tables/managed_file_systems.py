"""File systems of FSx and their backups. Nothing can be mounted, and a backup has no data.

The schemas have no handlers of a file system: the calls here are what it needs (`catalog/check/missing_handlers.py`).
"""

from __future__ import annotations

from typing import Any

from catalog.sandbox.registry.api_types import ApiCall, ApiResource
from catalog.sandbox.registry.rows import by, ending, inside, plain, regional, tagged, taken
from catalog.sandbox.registry.tables.catalogues import token

ID = ("FileSystemId",)
CONFIGURATIONS = ("LustreConfiguration", "OntapConfiguration", "OpenZFSConfiguration", "WindowsConfiguration")


def file_system(it: ApiResource) -> dict[str, Any]:
    """The file system, by its id."""
    return {"FileSystemId": it["Id"]}


OF_CREATION = {
    "LustreConfiguration": (
        *("CopyTagsToBackups", "DriveCacheType", "EfaEnabled", "ExportPath", "ImportPath"),
        "ImportedFileChunkSize",
    ),
    "OntapConfiguration": ("EndpointIpAddressRange", "PreferredSubnetId", "RouteTableIds"),
    "OpenZFSConfiguration": (
        *("EndpointIpAddressRange", "Options", "PreferredSubnetId", "RootVolumeConfiguration", "RouteTableIds"),
    ),
    "WindowsConfiguration": ("ActiveDirectoryId", "Aliases", "CopyTagsToBackups", "PreferredSubnetId"),
}
UNCHANGED = tuple(f"{name}.{member}" for name, members in OF_CREATION.items() for member in members)
"""Members that UpdateFileSystem does not take by these names."""
FILE_SYSTEM = plain(
    "AWS::FSx::FileSystem",
    "fsx",
    (),
    create=ApiCall("CreateFileSystem", lambda it: {"ClientRequestToken": token()}, copies=True),
    known=taken(Id="FileSystem.FileSystemId"),
    read=ApiCall("DescribeFileSystems", lambda it: {"FileSystemIds": [it["Id"]]}),
    shown=inside("FileSystems.0"),
    attributes=taken(
        DNSName="DNSName",
        ResourceARN="ResourceARN",
        LustreMountName="LustreConfiguration.MountName",
        RootVolumeId="OpenZFSConfiguration.RootVolumeId",
    ),
    update=ApiCall("UpdateFileSystem", file_system, copies=True),
    delete=(ApiCall("DeleteFileSystem", file_system),),
    tagging=tagged("ResourceARN", "ResourceARN", "Tags"),
    arn=lambda it: regional(it, "fsx", f"file-system/{it['Id'] or '*'}"),
    replaced=tuple(f"{name}.DeploymentType" for name in CONFIGURATIONS),
    modelled=("BackupId", *UNCHANGED),
)


def backup_arn(it: ApiResource) -> str:
    """The ARN of a backup; that of its file system before it exists."""
    return str(it["ResourceARN"] or regional(it, "fsx", "backup/*"))


BACKUP = plain(
    "AWS::FSx::Backup",
    "fsx",
    ID,
    create=ApiCall("CreateBackup", lambda it: {"ClientRequestToken": token()}, copies=True),
    known=taken(BackupId="Backup.BackupId", ResourceARN="Backup.ResourceARN"),
    identified=ending("ResourceARN", "/", "BackupId"),
    read=ApiCall("DescribeBackups", lambda it: {"BackupIds": [it["BackupId"]]}),
    shown=inside("Backups.0"),
    attributes=lambda it, shown: {
        **{name: shown[name] for name in ("BackupId", "ResourceARN", "Lifecycle", "Type")},
        "CreationTime": str(shown["CreationTime"]),
    },
    update=None,
    delete=(ApiCall("DeleteBackup", by("BackupId")),),
    tagging=tagged("ResourceARN", "ResourceARN", "Tags"),
    arn=backup_arn,
)

TYPES = (FILE_SYSTEM, BACKUP)
