"""AWS::KMS::Key, AWS::KMS::Alias and AWS::KMS::ReplicaKey.

Source of the properties, attributes and updates: the schemas of the resource types in the CloudFormation registry and
aws-cloudformation-resource-providers-kms (delete is ScheduleKeyDeletion; no property change replaces a key).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from catalog.sandbox.cloudformation.handlers.base import (
    LiveResource,
    Properties,
    ResourceFailed,
    ResourceHandler,
    StackContext,
    document_text,
    is_true,
    tags_of,
)
from catalog.sandbox.cloudformation.handlers.kms_calls import KmsCalls
from catalog.sandbox.cloudformation.handlers.kms_state import adopt_alias, adopt_key, alias_deviation, key_deviation
from catalog.sandbox.kms.models import KeyRequest, SandboxKey, SandboxKmsBackend, sandbox_backend
from catalog.sandbox.registry.differing import Deviation
from catalog.sandbox.undoing import undo_on_failure

DEFAULT_WINDOW = 30
IMMUTABLE = {"KeySpec": "SYMMETRIC_DEFAULT", "KeyUsage": "ENCRYPT_DECRYPT", "Origin": "AWS_KMS", "MultiRegion": False}


def _backend(context: StackContext) -> SandboxKmsBackend:
    return sandbox_backend(context.account, context.region)


class KeyHandler(ResourceHandler):
    """A KMS key."""

    type_name: ClassVar[str] = "AWS::KMS::Key"
    service = "Kms"
    checks_permissions = True
    attributes = frozenset({"Arn", "KeyId"})
    properties = frozenset(
        {
            "BypassPolicyLockoutSafetyCheck",
            "Description",
            "EnableKeyRotation",
            "Enabled",
            "KeyPolicy",
            "KeySpec",
            "KeyUsage",
            "MultiRegion",
            "Origin",
            "PendingWindowInDays",
            "RotationPeriodInDays",
            "Tags",
        }
    )

    def create(self, context: StackContext, properties: Properties) -> LiveResource:
        """CreateKey, then set the properties that CreateKey does not accept."""
        backend, calls = _backend(context), KmsCalls(context)
        policy = properties.get("KeyPolicy")
        request = KeyRequest(
            policy=document_text(policy) if policy else "",
            description=str(properties.get("Description", "")),
            key_usage=str(properties.get("KeyUsage", "ENCRYPT_DECRYPT")),
            key_spec=str(properties.get("KeySpec", "SYMMETRIC_DEFAULT")),
            multi_region=is_true(properties.get("MultiRegion", False)),
            origin=str(properties.get("Origin", "AWS_KMS")),
            tags=tags_of(properties, context),
            bypass_lockout_check=is_true(properties.get("BypassPolicyLockoutSafetyCheck", False)),
        )
        calls.create_key(request)
        key = backend.make_key(request, context.caller)
        with undo_on_failure(lambda: backend.delete_key(key.id)):
            _set_rotation(calls, key, {}, properties)
            _set_enabled(calls, key, {}, properties)
            calls.read_key(key)
        return LiveResource(key.id)

    def update(self, context: StackContext, live: LiveResource, old: Properties, new: Properties) -> LiveResource:
        """Update in place; a change of KeySpec, KeyUsage, Origin or MultiRegion fails."""
        backend, calls = _backend(context), KmsCalls(context)
        key = backend.existing_key(live.physical_id)
        calls.on(key, "kms:DescribeKey")
        _check_fixed(key, new)
        if key.key_state == "PendingDeletion":
            raise ResourceFailed(f"Key '{key.arn}' is pending deletion (HandlerErrorCode: NotFound)")
        if is_true(new.get("Enabled", True)):
            _set_enabled(calls, key, old, new)
        _set_rotation(calls, key, old, new)
        _set_enabled(calls, key, old, new)
        _set_description(calls, key, old, new)
        _set_policy(calls, key, old, new)
        _set_tags(calls, key, tags_of(new, context))
        calls.read_key(key)
        return live

    def delete(self, context: StackContext, live: LiveResource, properties: Properties) -> None:
        """Schedule the deletion, after PendingWindowInDays; the key stays in state PendingDeletion."""
        _schedule(context, live, properties)

    def deviation(self, context: StackContext, live: LiveResource, applied: Properties) -> Deviation | None:
        """What of the template's properties and of the tags the key has no more."""
        return key_deviation(context, live, applied)

    def adopt(self, context: StackContext, properties: Properties, identifier: Mapping[str, str]) -> LiveResource:
        """An existing key."""
        return adopt_key(context, self.type_name, identifier)

    def attribute(self, context: StackContext, live: LiveResource, name: str) -> Any:
        """The ARN or the key id."""
        return _backend(context).existing_key(live.physical_id).arn if name == "Arn" else live.physical_id


class ReplicaKeyHandler(ResourceHandler):
    """A replica, in the Region of the stack, of a multi-Region key in another Region."""

    type_name: ClassVar[str] = "AWS::KMS::ReplicaKey"
    service = "Kms"
    checks_permissions = True
    attributes = frozenset({"Arn", "KeyId"})
    properties = frozenset({"Description", "Enabled", "KeyPolicy", "PendingWindowInDays", "PrimaryKeyArn", "Tags"})
    required = frozenset({"PrimaryKeyArn", "KeyPolicy"})
    create_only = frozenset({"PrimaryKeyArn"})

    def create(self, context: StackContext, properties: Properties) -> LiveResource:
        """ReplicateKey, called in the Region of the primary key."""
        primary = str(properties["PrimaryKeyArn"])
        home = sandbox_backend(context.account, primary.split(":")[3])
        key = home.existing_key(primary)
        if not key.multi_region:
            raise ResourceFailed(f"{primary} is not a multi-Region key (HandlerErrorCode: InvalidRequest)")
        home.authorize(key, "kms:ReplicateKey", context.caller, {"kms:replicaregion": context.region})
        calls, tags = KmsCalls(context), tags_of(properties, context)
        calls.replicate(key, tags)
        backend = _backend(context)
        home.replicate_key(key.id, context.region)
        replica = backend.existing_key(key.id)
        replica.aliases, replica.grants = {}, {}  # moto shares them with the primary key, AWS does not
        with undo_on_failure(lambda: backend.delete_key(replica.id)):
            backend.check_policy(replica, document_text(properties["KeyPolicy"]), context.caller)
            replica.policy = document_text(properties["KeyPolicy"])
            replica.description = str(properties.get("Description", ""))
            calls.on(replica, "kms:DescribeKey")
            _set_enabled(calls, replica, {}, properties)
            backend.tag_key(replica, tags)
            calls.read_replica(replica)
        return LiveResource(replica.id)

    def update(self, context: StackContext, live: LiveResource, old: Properties, new: Properties) -> LiveResource:
        """Update policy, description, state and tags, which belong to the replica alone."""
        calls = KmsCalls(context)
        key = calls.backend.existing_key(live.physical_id)
        calls.on(key, "kms:DescribeKey")
        _set_enabled(calls, key, old, new)
        _set_description(calls, key, old, new)
        _set_policy(calls, key, old, new)
        _set_tags(calls, key, tags_of(new, context))
        calls.read_replica(key)
        return live

    def delete(self, context: StackContext, live: LiveResource, properties: Properties) -> None:
        """Schedule the deletion of the replica alone."""
        _schedule(context, live, properties)

    def deviation(self, context: StackContext, live: LiveResource, applied: Properties) -> Deviation | None:
        """What of the template's properties and of the tags the replica has no more."""
        return key_deviation(context, live, applied)

    def adopt(self, context: StackContext, properties: Properties, identifier: Mapping[str, str]) -> LiveResource:
        """An existing replica."""
        return adopt_key(context, self.type_name, identifier)

    def attribute(self, context: StackContext, live: LiveResource, name: str) -> Any:
        """The ARN or the key id."""
        return _backend(context).existing_key(live.physical_id).arn if name == "Arn" else live.physical_id


class AliasHandler(ResourceHandler):
    """An alias of a key; a new name requires a replacement."""

    type_name: ClassVar[str] = "AWS::KMS::Alias"
    service = "Kms"
    checks_permissions = True
    properties = frozenset({"AliasName", "TargetKeyId"})
    required = properties
    create_only = frozenset({"AliasName"})
    taggable = False  # "tagging": {"taggable": false} in its schema

    def create(self, context: StackContext, properties: Properties) -> LiveResource:
        """CreateAlias."""
        backend, name, target = _backend(context), str(properties["AliasName"]), str(properties["TargetKeyId"])
        calls, key = KmsCalls(context), backend.key_named(target)
        calls.on_alias(name, "kms:CreateAlias", *([key] if key else []))
        backend.add_alias(name, target, context.caller)
        with undo_on_failure(lambda: backend.delete_alias(name)):
            calls.read_alias()
        return LiveResource(name)

    def update(self, context: StackContext, live: LiveResource, old: Properties, new: Properties) -> LiveResource:
        """UpdateAlias: the same name for another key."""
        backend, name = _backend(context), live.physical_id
        target = backend.existing_key(str(new["TargetKeyId"]))
        calls = KmsCalls(context)
        calls.on_alias(name, "kms:UpdateAlias", backend.existing_key(name), target)
        backend.move_alias(name, target.id, context.caller)
        calls.read_alias()
        return live

    def delete(self, context: StackContext, live: LiveResource, properties: Properties) -> None:
        """DeleteAlias."""
        backend, name = _backend(context), live.physical_id
        if backend.alias_exists(name):
            KmsCalls(context).on_alias(name, "kms:DeleteAlias", backend.existing_key(name))
            backend.remove_alias(name, context.caller)

    def deviation(self, context: StackContext, live: LiveResource, applied: Properties) -> Deviation | None:
        """Whether the alias is there, and of the same key."""
        return alias_deviation(context, live, applied)

    def adopt(self, context: StackContext, properties: Properties, identifier: Mapping[str, str]) -> LiveResource:
        """An existing alias."""
        return adopt_alias(context, self.type_name, identifier)

    def attribute(self, context: StackContext, live: LiveResource, name: str) -> Any:
        """An alias has no attributes."""
        raise ResourceFailed(f"{self.type_name} has no attribute {name}")


def _schedule(context: StackContext, live: LiveResource, properties: Properties) -> None:
    calls = KmsCalls(context)
    key = calls.backend.key_named(live.physical_id)
    if key is not None and key.key_state != "PendingDeletion":
        days = int(properties.get("PendingWindowInDays", DEFAULT_WINDOW))
        calls.on(key, "kms:ScheduleKeyDeletion", {"kms:schedulekeydeletionpendingwindowindays": str(days)})
        calls.backend.schedule_deletion(key, days, context.caller)
        calls.on(key, "kms:DescribeKey")


def _check_fixed(key: SandboxKey, new: Properties) -> None:
    fixed = {"KeySpec": key.key_spec, "KeyUsage": key.key_usage, "Origin": key.origin, "MultiRegion": key.multi_region}
    for name, default in IMMUTABLE.items():
        if str(fixed[name]).lower() != str(new.get(name, default)).lower():
            raise ResourceFailed(
                f'Resource handler returned message: "You cannot change the {name} property of an existing KMS '
                'key." (HandlerErrorCode: NotUpdatable)'
            )


def _set_rotation(calls: KmsCalls, key: SandboxKey, old: Properties, new: Properties) -> None:
    was, wanted = (is_true(properties.get("EnableKeyRotation", False)) for properties in (old, new))
    period = new.get("RotationPeriodInDays")
    if wanted and (not was or period != old.get("RotationPeriodInDays")):
        calls.on(key, "kms:EnableKeyRotation")
        calls.backend.set_rotation(key, enabled=True, days=int(period) if period is not None else None)
    elif was and not wanted:
        calls.on(key, "kms:DisableKeyRotation")
        calls.backend.set_rotation(key, enabled=False)


def _set_enabled(calls: KmsCalls, key: SandboxKey, old: Properties, new: Properties) -> None:
    """EnableKey or DisableKey if the property has changed, unless the key is in that state already."""
    was, wanted = (is_true(properties.get("Enabled", True)) for properties in (old, new))
    if wanted and not was and key.key_state == "Disabled":
        calls.on(key, "kms:EnableKey")
        calls.backend.enable_key(key.id)
    elif was and not wanted and key.key_state == "Enabled":
        calls.on(key, "kms:DisableKey")
        calls.backend.disable_key(key.id)


def _set_description(calls: KmsCalls, key: SandboxKey, old: Properties, new: Properties) -> None:
    wanted = str(new.get("Description", ""))
    if wanted != str(old.get("Description", "")):
        calls.on(key, "kms:UpdateKeyDescription")
        key.description = wanted


def _set_policy(calls: KmsCalls, key: SandboxKey, old: Properties, new: Properties) -> None:
    policy = new.get("KeyPolicy")
    if policy and policy != old.get("KeyPolicy"):
        text, bypass = document_text(policy), is_true(new.get("BypassPolicyLockoutSafetyCheck", False))
        calls.on(key, "kms:PutKeyPolicy")
        if not bypass:
            calls.refuse_lockout(text, key.arn)
        calls.backend.replace_policy(key, text, calls.stack.caller, bypass=bypass)


def _set_tags(calls: KmsCalls, key: SandboxKey, wanted: dict[str, str]) -> None:
    """Remove old tags before new tags are added, even if only a value has changed."""
    old_tags = calls.backend.tags_of(key)
    if old_tags == wanted:
        return
    calls.on(key, "kms:ListResourceTags")
    removed = [name for name, value in old_tags.items() if wanted.get(name) != value]
    added = {name: value for name, value in wanted.items() if old_tags.get(name) != value}
    if removed:
        calls.on(key, "kms:UntagResource", {"aws:tagkeys": tuple(removed)})
        calls.backend.untag_resource(key.arn, removed)
    if added:
        requested = {f"aws:requesttag/{name.lower()}": value for name, value in added.items()}
        calls.on(key, "kms:TagResource", {"aws:tagkeys": tuple(added), **requested})
        calls.backend.tag_key(key, added)
