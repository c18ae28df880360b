"""Cloud Map: the hosted zones of its namespaces, names that conflict, and instances that are registered again.

moto names the zone otherwise, leaves it when the namespace goes, and takes one private namespace for each VPC.
Source: Cloud Map API reference, CreatePrivateDnsNamespace ("The namespace that you're trying to create already exists"
is a conflict of name and VPC), DeleteNamespace, RegisterInstance ("creates or updates").
"""

from __future__ import annotations

from typing import Any

from moto.core.exceptions import JsonRESTError
from moto.route53.models import route53_backends
from moto.servicediscovery.exceptions import ConflictingDomainExists
from moto.servicediscovery.models import ServiceDiscoveryBackend
from moto.utilities.utils import get_partition

REGISTER = ServiceDiscoveryBackend.register_instance
HTTP = ServiceDiscoveryBackend.create_http_namespace
PRIVATE = ServiceDiscoveryBackend.create_private_dns_namespace
PUBLIC, DELETE = ServiceDiscoveryBackend.create_public_dns_namespace, ServiceDiscoveryBackend.delete_namespace


def install() -> None:
    """Replace moto's operations."""
    for method in (
        create_http_namespace,
        create_private_dns_namespace,
        create_public_dns_namespace,
        delete_namespace,
        register_instance,
    ):
        setattr(ServiceDiscoveryBackend, method.__name__, method)


def zones(backend: ServiceDiscoveryBackend) -> dict[str, Any]:
    """The hosted zones of the account, by id."""
    existing: dict[str, Any] = route53_backends[backend.account_id][get_partition(backend.region_name)].zones
    return existing


def create_http_namespace(backend: ServiceDiscoveryBackend, name: str, *more: Any, **options: Any) -> str:
    """CreateHttpNamespace, whose name no other one may have (API reference, NamespaceAlreadyExists)."""
    if any(each.type == "HTTP" and each.name == name for each in backend.namespaces.values()):
        raise JsonRESTError("NamespaceAlreadyExists", "The namespace that you're trying to create already exists.")
    return HTTP(backend, name, *more, **options)


def create_private_dns_namespace(backend: ServiceDiscoveryBackend, name: str, *more: Any, **options: Any) -> str:
    """CreatePrivateDnsNamespace of the API reference."""
    vpc = options.pop("vpc")
    if any(each.vpc == vpc and each.name == name for each in backend.namespaces.values()):
        raise ConflictingDomainExists(vpc)
    operation = PRIVATE(backend, name, *more, **{**options, "vpc": f"{vpc} {name}"})
    _made(backend, operation).vpc = vpc
    return operation


def create_public_dns_namespace(backend: ServiceDiscoveryBackend, *more: Any, **options: Any) -> str:
    """CreatePublicDnsNamespace of the API reference."""
    operation = PUBLIC(backend, *more, **options)
    _made(backend, operation)
    return operation


def _made(backend: ServiceDiscoveryBackend, operation: str) -> Any:
    """The namespace of an operation, whose zone has its name."""
    namespace = backend.namespaces[backend.get_operation(operation).targets["NAMESPACE"]]
    identifier = namespace.dns_properties["HostedZoneId"].rpartition("/")[2]
    namespace.dns_properties["HostedZoneId"] = identifier
    zones(backend)[identifier].name = f"{namespace.name}."
    return namespace


def delete_namespace(backend: ServiceDiscoveryBackend, namespace_id: str) -> str:
    """DeleteNamespace, with its zone."""
    namespace = backend.get_namespace(namespace_id)
    zones(backend).pop((namespace.dns_properties or {}).get("HostedZoneId", ""), None)
    return DELETE(backend, namespace_id)


def register_instance(
    backend: ServiceDiscoveryBackend, service_id: str, instance_id: str, *more: Any, **options: Any
) -> str:
    """RegisterInstance, which takes the place of an instance with the same id."""
    service = backend.get_service(service_id)
    service.instances = [each for each in service.instances if each.instance_id != instance_id]
    return REGISTER(backend, service_id, instance_id, *more, **options)
