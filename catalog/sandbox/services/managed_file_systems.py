"""FSx: what file systems and backups show, and changes of file systems, which moto lacks.

Source: FSx API reference, FileSystem, Backup, UpdateFileSystem. A new file system is available at once.
"""

from __future__ import annotations

import json
from typing import Any

from moto.fsx.exceptions import FileSystemNotFound
from moto.fsx.models import Backup, FileSystem
from moto.fsx.responses import FSxResponse
from moto.moto_api._internal import mock_random

from catalog.sandbox.services.keeping import keep, kept

CREATE, SHOWN, BACKUP_SHOWN = FSxResponse.create_file_system, FileSystem.to_dict, Backup.to_dict
CONFIGURATIONS = {
    "LustreConfiguration": "lustre_configuration",
    "OntapConfiguration": "ontap_configuration",
    "OpenZFSConfiguration": "open_zfs_configuration",
    "WindowsConfiguration": "windows_configuration",
}
OTHERS = {"StorageCapacity": "storage_capacity", "StorageType": "storage_type"}
KEPT = ("FileSystemTypeVersion", "NetworkType")
"""Parameters that moto does not keep."""
SECRETS = ("FsxAdminPassword", "SelfManagedActiveDirectoryConfiguration")
"""Members of configurations that no answer shows as they are."""


def install() -> None:
    """Replace moto's operations, and add the change."""
    for operation in (create_file_system, update_file_system):
        setattr(FSxResponse, operation.__name__, operation)
    setattr(FileSystem, "to_dict", shown)  # noqa: B010  # mypy allows no other form
    setattr(Backup, "to_dict", shown_backup)  # noqa: B010


def create_file_system(response: FSxResponse) -> str:
    """CreateFileSystem, with a mount name or a root volume."""
    name = json.loads(CREATE(response))["FileSystem"]["FileSystemId"]
    system, given = response.fsx_backend.file_systems[name], json.loads(response.body)
    keep(system, {each: given[each] for each in KEPT if each in given})
    if system.file_system_type == "LUSTRE":
        mount = mock_random.get_random_string(length=8, lower_case=True)
        system.lustre_configuration = {"MountName": mount, **(system.lustre_configuration or {})}
    if system.file_system_type == "OPENZFS":
        root = f"fsvol-{mock_random.get_random_hex(17)}"
        system.open_zfs_configuration = {"RootVolumeId": root, **(system.open_zfs_configuration or {})}
    return json.dumps({"FileSystem": system.to_dict()})


def update_file_system(response: FSxResponse) -> str:
    """UpdateFileSystem: what is not given stays."""
    given, systems = json.loads(response.body), response.fsx_backend.file_systems
    if given["FileSystemId"] not in systems:
        raise FileSystemNotFound(given["FileSystemId"])
    system = systems[given["FileSystemId"]]
    for name, attribute in OTHERS.items():
        setattr(system, attribute, given.get(name, getattr(system, attribute)))
    for name, attribute in CONFIGURATIONS.items():
        if name in given:
            setattr(system, attribute, {**(getattr(system, attribute) or {}), **given[name]})
    keep(system, {each: given[each] for each in KEPT if each in given})
    return json.dumps({"FileSystem": system.to_dict()})


def shown(system: FileSystem) -> dict[str, Any]:
    """A file system, which is available; without passwords."""
    answer = {**SHOWN(system), **kept(system), "Lifecycle": "AVAILABLE"}
    for name in CONFIGURATIONS:
        if name in answer:
            answer[name] = {key: value for key, value in answer[name].items() if key not in SECRETS}
    return answer


def shown_backup(backup: Backup) -> dict[str, Any]:
    """A backup, which is available, with its file system."""
    more = {"Lifecycle": "AVAILABLE", "Type": "USER_INITIATED", "ResourceType": "FILE_SYSTEM"}
    system = backup.backend.file_systems.get(backup.file_system_id)
    return {**BACKUP_SHOWN(backup), **more, **({"FileSystem": system.to_dict()} if system else {})}
