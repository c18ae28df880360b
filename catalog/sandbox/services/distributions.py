"""CloudFront: functions that change and are published, and what moto leaves out of a distribution.

Source: CloudFront API reference, UpdateFunction, PublishFunction.
"""

from __future__ import annotations

from typing import Any

from moto.cloudfront import models, urls
from moto.cloudfront.responses import CloudFrontResponse
from moto.core.responses import ActionResult
from moto.moto_api._internal import mock_random

PATH = "{0}/2020-05-31/function/(?P<function_name>[^/]+)/publish$"
ORIGIN, BEHAVIOUR, CERTIFICATE = (
    kind.__init__ for kind in (models.Origin, models.DefaultCacheBehaviour, models.ViewerCertificate)
)


def install() -> None:
    """Add the operations to moto's, and let its objects keep all that they show."""
    setattr(models.Origin, "__init__", origin)  # noqa: B010  # mypy allows no other form
    setattr(models.DefaultCacheBehaviour, "__init__", behaviour)  # noqa: B010
    setattr(models.ViewerCertificate, "__init__", certificate)  # noqa: B010
    for answer in (update_function, publish_function):
        setattr(CloudFrontResponse, answer.__name__, answer)
    urls.url_paths[PATH] = CloudFrontResponse.dispatch


def origin(target: Any, config: dict[str, Any]) -> None:
    """An origin with its access to S3."""
    ORIGIN(target, config)
    target.origin_access_control_id = config.get("OriginAccessControlId", "")
    if "S3OriginConfig" in config:
        target.s3_origin_config = config["S3OriginConfig"]


def behaviour(target: Any, config: dict[str, Any]) -> None:
    """A behaviour with its functions."""
    BEHAVIOUR(target, config)
    for name, attribute in (
        ("LambdaFunctionAssociations", "lambda_function_associations"),
        ("FunctionAssociations", "function_associations"),
    ):
        setattr(target, attribute, config.get(name) or {"Quantity": 0})


def certificate(target: Any, config: dict[str, Any]) -> None:
    """A certificate, which is CloudFront's own only if the distribution has no other."""
    CERTIFICATE(target, config)
    own = config.get("CloudFrontDefaultCertificate", not (target.acm_certificate_arn or target.iam_certificate_id))
    target.cloud_front_default_certificate = own


def update_function(response: CloudFrontResponse) -> ActionResult:
    """UpdateFunction of the API reference: the function is in development again."""
    function = response.backend.describe_function(name=response._get_param("Name"))
    function.config = response._get_param("FunctionConfig", {})
    function.code = response._get_param("FunctionCode")
    return _staged(function, "DEVELOPMENT")


def publish_function(response: CloudFrontResponse) -> ActionResult:
    """PublishFunction of the API reference."""
    return _staged(response.backend.describe_function(name=response._get_param("Name")), "LIVE")


def _staged(function: Any, stage: str) -> ActionResult:
    function.stage = stage
    function.etag = "".join(mock_random.choice("ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789") for _ in range(14))
    return ActionResult({"FunctionSummary": function.function_summary, "ETag": function.etag})
