"""The handlers of resource types: our own where moto has none or drops properties, otherwise moto's models."""

from __future__ import annotations

from functools import cache

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
    model = moto_model(type_name)
    return MotoHandler(type_name, model) if model is not None else None
