"""Certificates. None is ever issued: nobody answers for its domain."""

from __future__ import annotations

from typing import Any

from catalog.sandbox.registry.api_types import ApiCall, ApiResource, ApiType, Tagging
from catalog.sandbox.registry.rows import regional


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


TYPES = (CERTIFICATE,)
