"""File systems of EFS: the changes that moto lacks.

Source: EFS API reference, UpdateFileSystem, PutBackupPolicy, UpdateFileSystemProtection, DeleteFileSystemPolicy.
"""

from __future__ import annotations

import json
from typing import Any

from moto.efs.exceptions import PolicyNotFound
from moto.efs.models import EFSBackend, FileSystem
from moto.efs.responses import EFSResponse

PROTECTION = "file_system_protection"


def install() -> None:
    """Add the operations to moto's."""
    for answer in (update_file_system, put_backup_policy, update_file_system_protection, delete_file_system_policy):
        setattr(EFSResponse, answer.__name__, answer)
    setattr(EFSBackend, "describe_backup_policy", describe_backup_policy)  # noqa: B010  # mypy allows no other form


def of(response: EFSResponse) -> FileSystem:
    """The file system of a request."""
    _, systems = response.efs_backend.describe_file_systems(file_system_id=response._get_param("FileSystemId"))
    return systems[0]


def update_file_system(response: EFSResponse) -> Any:
    """Change the throughput of a file system."""
    system = of(response)
    mode, rate = response._get_param("ThroughputMode"), response._get_param("ProvisionedThroughputInMibps")
    system.throughput_mode = mode or system.throughput_mode
    system.provisioned_throughput_in_mibps = rate if system.throughput_mode == "provisioned" else None  # type: ignore[assignment]  # as moto creates it
    return 202, {"Content-Type": "application/json"}, json.dumps(system.info_json())


def put_backup_policy(response: EFSResponse) -> str:
    """Turn the automatic backups of a file system on or off."""
    policy = response._get_param("BackupPolicy")
    of(response)._backup = policy["Status"] in ("ENABLED", "ENABLING")
    return json.dumps({"BackupPolicy": policy})


def describe_backup_policy(backend: EFSBackend, file_system_id: str) -> dict[str, str]:
    """The policy; an error for a file system that never had backups, as moto has it."""
    _, (system, *_) = backend.describe_file_systems(file_system_id=file_system_id)
    if system._backup is None:
        raise PolicyNotFound("None")
    return {"Status": "ENABLED" if system._backup else "DISABLED"}


def update_file_system_protection(response: EFSResponse) -> str:
    """Say whether a replication may overwrite a file system."""
    protection = {"ReplicationOverwriteProtection": response._get_param("ReplicationOverwriteProtection")}
    setattr(of(response), PROTECTION, protection)
    return json.dumps(protection)


def delete_file_system_policy(response: EFSResponse) -> Any:
    """Take the policy from a file system."""
    of(response).file_system_policy = None
    return 200, {}, "{}"
