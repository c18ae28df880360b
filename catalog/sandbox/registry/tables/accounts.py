"""Vaults and plans of Backup, and certificates.

A certificate is never issued: nobody answers for its domain.
"""

from __future__ import annotations

from typing import Any

from catalog.sandbox.registry.api_types import ApiCall, ApiResource, ApiType, Tagging
from catalog.sandbox.registry.rows import regional


def vault(subject: ApiResource) -> dict[str, Any]:
    """The name of the vault."""
    return {"BackupVaultName": subject["BackupVaultName"]}


def vault_arn(subject: ApiResource) -> str:
    """The ARN of a vault."""
    return regional(subject, "backup", f"backup-vault:{subject['BackupVaultName']}")


VAULT = ApiType(
    "AWS::Backup::BackupVault",
    "backup",
    create=ApiCall("CreateBackupVault", vault, copies=True),
    read=ApiCall("DescribeBackupVault", vault),
    attributes=lambda it, shown: {"BackupVaultArn": shown["BackupVaultArn"]},
    delete=(ApiCall("DeleteBackupVault", vault),),
    tagging=Tagging(
        ApiCall("TagResource", lambda it: {"ResourceArn": vault_arn(it)}),
        ApiCall("UntagResource", lambda it: {"ResourceArn": vault_arn(it)}),
        "BackupVaultTags",
        keys_in="TagKeyList",
    ),
    arn=vault_arn,
    also={"create": ("backup-storage:MountCapsule",)},
    modelled=("AccessPolicy", "LockConfiguration", "Notifications"),
)


def certificate(subject: ApiResource) -> dict[str, Any]:
    """The ARN of the certificate."""
    return {"CertificateArn": subject["CertificateArn"]}


CERTIFICATE = ApiType(
    "AWS::CertificateManager::Certificate",
    "acm",
    create=ApiCall("RequestCertificate", copies=True),
    known=lambda it, answer: {"CertificateArn": answer["CertificateArn"]},
    read=ApiCall("DescribeCertificate", certificate),
    shown=lambda it, answer: answer.get("Certificate"),
    delete=(ApiCall("DeleteCertificate", certificate),),
    tagging=Tagging(
        ApiCall("AddTagsToCertificate", certificate),
        ApiCall("RemoveTagsFromCertificate", certificate),
        "Tags",
        keys_in="Tags",
    ),
    arn=lambda it: str(it["CertificateArn"] or regional(it, "acm", "certificate/*")),
    modelled=("CertificateExport", "CertificateTransparencyLoggingPreference", "Id", "ValidationMethod"),
)


TYPES = (VAULT, CERTIFICATE)
