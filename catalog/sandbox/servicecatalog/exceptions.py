"""Service Catalog's modelled errors: boto3 raises them as `client.exceptions.<name>`; all are HTTP 400."""

from __future__ import annotations

from moto.core.exceptions import ServiceException


class ServiceCatalogError(ServiceException):
    """One error of Service Catalog: `code` is the name of its shape in the API's model."""

    def __init__(self, message: str) -> None:
        super().__init__(self.code, message)


class DuplicateResourceException(ServiceCatalogError):  # noqa: N818 - the name of the shape
    """The resource is already there."""

    code = "DuplicateResourceException"


class InvalidParametersException(ServiceCatalogError):  # noqa: N818 - the name of the shape
    """A parameter is well formed and still not acceptable."""

    code = "InvalidParametersException"


class InvalidStateException(ServiceCatalogError):  # noqa: N818 - the name of the shape
    """The resource's state does not allow the operation."""

    code = "InvalidStateException"


class LimitExceededException(ServiceCatalogError):  # noqa: N818 - the name of the shape
    """A quota would be exceeded."""

    code = "LimitExceededException"


class OperationNotSupportedException(ServiceCatalogError):  # noqa: N818 - the name of the shape
    """The operation is not supported; what the sandbox does not implement answers with it."""

    code = "OperationNotSupportedException"


class ResourceInUseException(ServiceCatalogError):  # noqa: N818 - the name of the shape
    """The resource is still needed by another one."""

    code = "ResourceInUseException"


class ResourceNotFoundException(ServiceCatalogError):  # noqa: N818 - the name of the shape
    """There is no such resource, or the caller may not see it."""

    code = "ResourceNotFoundException"


class FrontEndError(ServiceCatalogError):
    """An error that all AWS services have in common, so that Service Catalog's own model does not list it."""


class ValidationException(FrontEndError):  # noqa: N818 - the name that AWS gives it
    """The request breaks the API's model."""

    code = "ValidationException"


class SerializationException(FrontEndError):  # noqa: N818 - the name that AWS gives it
    """The request's body is not JSON, or a value has the wrong JSON type."""

    code = "SerializationException"


class UnrecognizedClientException(FrontEndError):  # noqa: N818 - the name that AWS gives it
    """The credentials are not of this Region: there is no such Region, or the sandbox does not know it."""

    code = "UnrecognizedClientException"


class UnknownOperationException(FrontEndError):  # noqa: N818 - the name that AWS gives it
    """The API has no such operation."""

    code = "UnknownOperationException"


def not_implemented(what: str) -> OperationNotSupportedException:
    """The answer to what AWS can do and the sandbox cannot; `what` names the operation or the feature."""
    return OperationNotSupportedException(f"{what}: the sandbox does not implement it")
