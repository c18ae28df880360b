"""Certificates. None is ever issued: nobody answers for its domain."""

from __future__ import annotations

from typing import Any

from catalog.sandbox.registry.api_types import ApiCall, ApiResource, ApiType, Setting, Tagging
from catalog.sandbox.registry.rows import regional


def certificate(subject: ApiResource) -> dict[str, Any]:
    """The ARN of the certificate."""
    return {"CertificateArn": subject["CertificateArn"]}


def transparency(subject: ApiResource) -> dict[str, Any]:
    """Whether the certificate is logged; it is by default."""
    preference = subject.text("CertificateTransparencyLoggingPreference", "ENABLED")
    return {"CertificateTransparencyLoggingPreference": preference}


def options(subject: ApiResource) -> dict[str, Any]:
    """What RequestCertificate says of logging and export."""
    return transparency(subject) | {"Export": subject.text("CertificateExport", "DISABLED")}


CERTIFICATE = ApiType(
    "AWS::CertificateManager::Certificate",
    "acm",
    create=ApiCall("RequestCertificate", lambda it: {"Options": options(it)}, copies=True),
    settings=(
        Setting(
            ("CertificateTransparencyLoggingPreference",),
            ApiCall("UpdateCertificateOptions", lambda it: certificate(it) | {"Options": transparency(it)}),
            on_create=False,
        ),
    ),
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
    replaced=("ValidationMethod",),
    modelled=("DomainValidationOptions.HostedZoneId", "Id"),
)


TYPES = (CERTIFICATE,)
