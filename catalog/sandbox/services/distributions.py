"""CloudFront: functions that change and are published, and what moto leaves out of a distribution.

Source: CloudFront API reference, UpdateFunction, PublishFunction, UpdatePublicKey ("the only value you can change is
the comment").
"""

from __future__ import annotations

from typing import Any

from moto.cloudfront import models, urls
from moto.cloudfront.exceptions import CloudFrontException
from moto.cloudfront.responses import CloudFrontResponse
from moto.core.responses import ActionResult
from moto.moto_api._internal import mock_random

from catalog.sandbox.services.keeping import members

PATH = "{0}/2020-05-31/function/(?P<function_name>[^/]+)/publish$"
KEY_PATH = "{0}/2020-05-31/public-key/(?P<key_name>[^/]+)/config$"
CREATE_KEY, DELETE_STORE = CloudFrontResponse.create_public_key, models.CloudFrontBackend.delete_key_value_store
ORIGIN, BEHAVIOUR, CERTIFICATE = (
    kind.__init__ for kind in (models.Origin, models.DefaultCacheBehaviour, models.ViewerCertificate)
)


def install() -> None:
    """Add the operations to moto's, and let its objects keep all that they show."""
    setattr(models.Origin, "__init__", origin)  # noqa: B010  # mypy allows no other form
    setattr(models.DefaultCacheBehaviour, "__init__", behaviour)  # noqa: B010
    setattr(models.ViewerCertificate, "__init__", certificate)  # noqa: B010
    for answer in (update_function, publish_function, create_public_key, update_public_key):
        setattr(CloudFrontResponse, answer.__name__, answer)
    setattr(models.CloudFrontBackend, "get_public_key", get_public_key)  # noqa: B010
    setattr(models.CloudFrontBackend, "delete_key_value_store", delete_key_value_store)  # noqa: B010
    urls.url_paths[KEY_PATH] = CloudFrontResponse.dispatch
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
    function.etag = _etag()
    return ActionResult({"FunctionSummary": function.function_summary, "ETag": function.etag})


def _etag() -> str:
    return "".join(mock_random.choice("ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789") for _ in range(14))


def get_public_key(backend: models.CloudFrontBackend, key_id: str) -> models.PublicKey:
    """A public key; moto ends with an error of Python for one that does not exist."""
    if key_id not in backend.public_keys:
        raise NoSuchPublicKey("The specified public key does not exist.")
    return backend.public_keys[key_id]


def create_public_key(response: CloudFrontResponse) -> ActionResult:
    """CreatePublicKey, with the comment."""
    answer = CREATE_KEY(response)
    key: Any = members(answer)["PublicKey"]
    key.comment = response._get_param("PublicKeyConfig").get("Comment", "")
    return answer


def update_public_key(response: CloudFrontResponse) -> ActionResult:
    """UpdatePublicKey of the API reference."""
    key: Any = response.backend.get_public_key(key_id=response._get_param("Id"))
    given, shown = response._get_param("PublicKeyConfig"), key.public_key_config
    if any(str(given[name]).strip() != str(shown[name]).strip() for name in given if name != "Comment"):
        raise ImmutableKey("You can't change the value of a public key.")
    key.comment, key.etag = given.get("Comment", ""), _etag()
    return ActionResult({"PublicKey": key, "ETag": key.etag})


def delete_key_value_store(backend: models.CloudFrontBackend, name: str) -> None:
    """DeleteKeyValueStore: the tags go too."""
    store = backend.key_value_stores.get(name)
    DELETE_STORE(backend, name)
    if store:
        backend.tagger.delete_all_tags_for_resource(store.arn)


class NoSuchPublicKey(CloudFrontException):
    """The error of the API reference."""

    code = "NoSuchPublicKey"


class ImmutableKey(CloudFrontException):
    """The error of the API reference."""

    code = "CannotChangeImmutablePublicKeyFields"
