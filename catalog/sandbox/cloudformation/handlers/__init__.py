"""The handlers of resource types: our own where moto has none or drops properties, otherwise moto's models."""

from __future__ import annotations

from functools import cache

from catalog.sandbox.cloudformation.handlers.any_type import AnyTypeHandler
from catalog.sandbox.cloudformation.handlers.base import ResourceHandler
from catalog.sandbox.cloudformation.handlers.iam import RoleHandler
from catalog.sandbox.cloudformation.handlers.kms import AliasHandler, KeyHandler, ReplicaKeyHandler
from catalog.sandbox.cloudformation.handlers.moto_model import (
    CdkMetadataHandler,
    MotoHandler,
    WaitHandleHandler,
    moto_model,
)
from catalog.sandbox.cloudformation.handlers.s3 import BucketHandler, BucketPolicyHandler
from catalog.sandbox.registry.schemas import type_schema
from catalog.sandbox.registry.tables import API_TYPES

OWN: dict[str, ResourceHandler] = {
    handler.type_name: handler
    for handler in (
        KeyHandler(),
        AliasHandler(),
        ReplicaKeyHandler(),
        BucketHandler(),
        BucketPolicyHandler(),
        RoleHandler(),
        WaitHandleHandler(),
        CdkMetadataHandler(),
    )
}


@cache
def find_handler(type_name: str) -> ResourceHandler | None:
    """The handler of a resource type; None if the sandbox does not support the type."""
    if type_name in OWN:
        return OWN[type_name]
    schema = type_schema(type_name)
    if schema is not None and type_name in API_TYPES:
        return AnyTypeHandler(schema, API_TYPES[type_name])
    model = moto_model(type_name)
    return MotoHandler(type_name, model) if model is not None else None
