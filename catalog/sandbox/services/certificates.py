"""Certificates of ACM: the tags of AWS (`aws:…`), which moto takes from nobody, how a domain is validated, and options.

Source: ACM API reference, RequestCertificate, UpdateCertificateOptions, DescribeCertificate.
"""

from __future__ import annotations

from typing import Any

from moto.acm.models import CertBundle, TagHolder
from moto.acm.responses import AWSCertificateManagerResponse
from moto.core.responses import ActionResult, EmptyResult

from catalog.sandbox.registry.calls import OWN_CALL
from catalog.sandbox.services.keeping import members

VALIDATE = TagHolder._validate_kv
REQUEST, DESCRIBED = AWSCertificateManagerResponse.request_certificate, CertBundle.describe
METHOD = "sandbox_method"


def install() -> None:
    """Replace moto's check and operations."""
    setattr(TagHolder, "_validate_kv", validate)  # noqa: B010  # mypy allows no other form
    setattr(CertBundle, "describe", described)  # noqa: B010
    for answer in (request_certificate, update_certificate_options):
        setattr(AWSCertificateManagerResponse, answer.__name__, answer)


def validate(holder: TagHolder, key: str, value: str | None, index: int) -> None:
    """Take the tags of AWS from CloudFormation alone."""
    own = key.removeprefix("aws:") if OWN_CALL.get() else key
    VALIDATE(holder, own, value, index)


def request_certificate(response: AWSCertificateManagerResponse) -> ActionResult:
    """RequestCertificate, with the way of validation."""
    answer = REQUEST(response)
    bundle = response.acm_backend.get_certificate(str(members(answer)["CertificateArn"]))
    setattr(bundle, METHOD, response._get_param("ValidationMethod") or "EMAIL")
    return answer


def update_certificate_options(response: AWSCertificateManagerResponse) -> ActionResult:
    """UpdateCertificateOptions of the API reference."""
    bundle = response.acm_backend.get_certificate(response._get_param("CertificateArn"))
    bundle.cert_options = {**(bundle.cert_options or {}), **response._get_param("Options")}
    return EmptyResult()


def described(bundle: CertBundle) -> dict[str, Any]:
    """What ACM shows of a certificate: only a validation by DNS has a record."""
    shown = DESCRIBED(bundle)
    if getattr(bundle, METHOD, "DNS") != "DNS":
        for each in shown["Certificate"].get("DomainValidationOptions", ()):
            each["ValidationMethod"] = getattr(bundle, METHOD)
            each.pop("ResourceRecord", None)
    return shown
