"""Creations that AWS refuses, because there is one already, and moto carries out.

Source: the API references of the operations name the errors; the words of Cloud Map and ECS are theirs as people quote
them, those of WAF are in the API reference.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from catalog.sandbox.services.first_checked import Check, json_error


def _ip_set(backend: Any, name: str, scope: str, *_: Any, **__: Any) -> None:
    if any((each.name, each.scope) == (name, scope) for each in backend.ip_sets.values()):
        raise json_error(
            "WAFDuplicateItemException",
            "AWS WAF couldn\u2019t perform the operation because some resource in your request is a duplicate of an "
            "existing one.",
        )


def _discovered_service(backend: Any, name: str, namespace_id: str, *_: Any, **__: Any) -> None:
    if any((each.name, each.namespace_id) == (name, namespace_id) for each in backend.services.values()):
        raise json_error("ServiceAlreadyExists", f"Service already exists: {name}")


def _saml_provider(backend: Any, name: str, *_: Any, **__: Any) -> None:
    from moto.iam.exceptions import EntityAlreadyExists

    if name in backend.saml_providers:
        raise EntityAlreadyExists(f"SAMLProvider with name {name} already exists.")


def _ecs_service(backend: Any, cluster_str: str, service_name: str, *_: Any, **__: Any) -> None:
    service = backend.services.get(f"{cluster_str.rpartition('/')[2]}:{service_name}")
    if service is not None and service.status == "ACTIVE":
        raise json_error("InvalidParameterException", "Creation of service was not idempotent.")


def _attached_volume(backend: Any, volume_id: str, *_: Any, **__: Any) -> None:
    from moto.ec2.exceptions import EC2ClientError

    volume = backend.get_volume(volume_id)
    if volume is not None and volume.attachment:
        raise EC2ClientError("VolumeInUse", f"{volume_id} is already attached to an instance")


CHECKS: Mapping[str, Mapping[str, Check]] = {
    "moto.ec2.models.elastic_block_store": {"EBSBackend.attach_volume": _attached_volume},
    "moto.ecs.models": {"EC2ContainerServiceBackend.create_service": _ecs_service},
    "moto.iam.models": {"IAMBackend.create_saml_provider": _saml_provider},
    "moto.servicediscovery.models": {"ServiceDiscoveryBackend.create_service": _discovered_service},
    "moto.wafv2.models": {"WAFV2Backend.create_ip_set": _ip_set},
}
"""Module of moto → class and method → what is checked before it."""
