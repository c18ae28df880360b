"""The errors of Service Catalog's model: boto3 raises them as `client.exceptions.<name>`; all have status 400."""

from __future__ import annotations

from moto.core.exceptions import ServiceException


class ServiceCatalogError(ServiceException):
    """An error of Service Catalog; `code` is the name of its shape in the API model."""

    def __init__(self, message: str) -> None:
        super().__init__(self.code, message)


class DuplicateResourceException(ServiceCatalogError):  # noqa: N818 - the name of the shape
    """The resource exists already."""

    code = "DuplicateResourceException"


class InvalidParametersException(ServiceCatalogError):  # noqa: N818 - the name of the shape
    """A parameter is well formed but not valid."""

    code = "InvalidParametersException"


class InvalidStateException(ServiceCatalogError):  # noqa: N818 - the name of the shape
    """The state of the resource does not allow the operation."""

    code = "InvalidStateException"


class LimitExceededException(ServiceCatalogError):  # noqa: N818 - the name of the shape
    """A quota would be exceeded."""

    code = "LimitExceededException"


class OperationNotSupportedException(ServiceCatalogError):  # noqa: N818 - the name of the shape
    """The operation is not supported, by AWS or by the sandbox."""

    code = "OperationNotSupportedException"


class ResourceInUseException(ServiceCatalogError):  # noqa: N818 - the name of the shape
    """Another resource still uses the resource."""

    code = "ResourceInUseException"


class ResourceNotFoundException(ServiceCatalogError):  # noqa: N818 - the name of the shape
    """The resource does not exist, or the caller may not see it."""

    code = "ResourceNotFoundException"


class FrontEndError(ServiceCatalogError):
    """An error that all AWS services have in common; Service Catalog's model does not list it."""


class ValidationException(FrontEndError):  # noqa: N818 - the name that AWS gives it
    """The request violates the API model."""

    code = "ValidationException"


class SerializationException(FrontEndError):  # noqa: N818 - the name that AWS gives it
    """The body is not JSON, or a value has the wrong JSON type."""

    code = "SerializationException"


class UnrecognizedClientException(FrontEndError):  # noqa: N818 - the name that AWS gives it
    """The credentials are not valid in this Region: the Region does not exist, or the sandbox does not have it."""

    code = "UnrecognizedClientException"


class UnknownOperationException(FrontEndError):  # noqa: N818 - the name that AWS gives it
    """The API has no such operation."""

    code = "UnknownOperationException"


def not_implemented(feature: str) -> OperationNotSupportedException:
    """The error for an operation or a feature that the sandbox does not implement."""
    return OperationNotSupportedException(f"{feature}: the sandbox does not implement it")
