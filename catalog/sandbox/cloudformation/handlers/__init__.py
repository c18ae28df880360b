"""The handlers of resource types: our own for KMS, and one for every other type by its schema."""

from __future__ import annotations

from functools import cache

from catalog.sandbox.cloudformation.handlers.any_type import AnyTypeHandler
from catalog.sandbox.cloudformation.handlers.base import ResourceHandler
from catalog.sandbox.cloudformation.handlers.custom import CustomResourceHandler, is_custom
from catalog.sandbox.cloudformation.handlers.kms import AliasHandler, KeyHandler, ReplicaKeyHandler
from catalog.sandbox.cloudformation.handlers.nested import NestedStackHandler
from catalog.sandbox.cloudformation.handlers.nothing import CdkMetadataHandler, WaitConditionHandler, WaitHandleHandler
from catalog.sandbox.registry.schemas import type_schema

OWN: dict[str, ResourceHandler] = {
    handler.type_name: handler
    for handler in (
        KeyHandler(),
        AliasHandler(),
        ReplicaKeyHandler(),
        WaitHandleHandler(),
        WaitConditionHandler(),
        CdkMetadataHandler(),
        NestedStackHandler(),
    )
}


@cache
def find_handler(type_name: str) -> ResourceHandler | None:
    """The handler of a resource type; None if CloudFormation has no such type, or the sandbox cannot run it."""
    if type_name in OWN:
        return OWN[type_name]
    if is_custom(type_name):
        return CustomResourceHandler(type_name)
    schema = type_schema(type_name)
    from catalog.sandbox.registry.tables import API_TYPES  # some hundred rows, which a start does not need

    return AnyTypeHandler(schema, API_TYPES.get(type_name)) if schema is not None else None
