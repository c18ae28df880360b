"""Side. AWS::KMS::Key, AWS::KMS::Alias and AWS::KMS::ReplicaKey.

Source of properties, attributes and what may change: the resource types' schemas in the CloudFormation registry and
aws-cloudformation-resource-providers-kms (delete is ScheduleKeyDeletion; no property change ever replaces a key).
"""

from __future__ import annotations

from typing import Any, ClassVar

from catalog.sandbox.cloudformation.handlers.base import (
    Handler,
    Live,
    Place,
    Properties,
    ResourceFailed,
    document_text,
    is_true,
    tags_of,
    undone_by,
)
from catalog.sandbox.kms.models import KeyRequest, SandboxKey, SandboxKmsBackend, sandbox_backend

DEFAULT_WINDOW = 30
IMMUTABLE = {"KeySpec": "SYMMETRIC_DEFAULT", "KeyUsage": "ENCRYPT_DECRYPT", "Origin": "AWS_KMS", "MultiRegion": False}


def _backend(place: Place) -> SandboxKmsBackend:
    return sandbox_backend(place.account, place.region)


class KeyHandler(Handler):
    """A KMS key."""

    type_name: ClassVar[str] = "AWS::KMS::Key"
    service = "Kms"
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

    def create(self, place: Place, properties: Properties) -> Live:
        """Make the key, then set what CreateKey does not take."""
        backend = _backend(place)
        policy = properties.get("KeyPolicy")
        key = backend.make_key(
            KeyRequest(
                policy=document_text(policy) if policy else "",
                description=str(properties.get("Description", "")),
                key_usage=str(properties.get("KeyUsage", "ENCRYPT_DECRYPT")),
                key_spec=str(properties.get("KeySpec", "SYMMETRIC_DEFAULT")),
                multi_region=is_true(properties.get("MultiRegion", False)),
                origin=str(properties.get("Origin", "AWS_KMS")),
                tags=tags_of(properties, place),
                bypass_lockout_check=is_true(properties.get("BypassPolicyLockoutSafetyCheck", False)),
            ),
            place.caller,
        )
        with undone_by(lambda: backend.delete_key(key.id)):
            self._set_state(backend, key, properties)
        return Live(key.id)

    def update(self, place: Place, live: Live, old: Properties, new: Properties) -> Live:
        """In place; a change of KeySpec, KeyUsage, Origin or MultiRegion fails."""
        backend = _backend(place)
        key = backend.existing_key(live.physical_id)
        fixed = {
            "KeySpec": key.key_spec,
            "KeyUsage": key.key_usage,
            "Origin": key.origin,
            "MultiRegion": key.multi_region,
        }
        for name, default in IMMUTABLE.items():
            if str(fixed[name]).lower() != str(new.get(name, default)).lower():
                raise ResourceFailed(
                    f'Resource handler returned message: "You cannot change the {name} property of an existing KMS '
                    'key." (HandlerErrorCode: NotUpdatable)'
                )
        if key.key_state == "PendingDeletion":
            raise ResourceFailed(f"Key '{key.arn}' is pending deletion (HandlerErrorCode: NotFound)")
        policy = new.get("KeyPolicy")
        if policy and policy != old.get("KeyPolicy"):
            bypass = is_true(new.get("BypassPolicyLockoutSafetyCheck", False))
            backend.replace_policy(key, document_text(policy), place.caller, bypass=bypass)
        key.description = str(new.get("Description", ""))
        self._set_state(backend, key, new)
        _set_tags(backend, key, tags_of(new, place))
        return live

    def _set_state(self, backend: SandboxKmsBackend, key: SandboxKey, new: Properties) -> None:
        rotation, period = is_true(new.get("EnableKeyRotation", False)), new.get("RotationPeriodInDays")
        if rotation or key.key_rotation_status:
            backend.set_rotation(key, enabled=rotation, days=int(period) if period is not None and rotation else None)
        _set_enabled(backend, key, enabled=is_true(new.get("Enabled", True)))

    def delete(self, place: Place, live: Live, properties: Properties) -> None:
        """Schedule the deletion, after PendingWindowInDays; the key stays in state PendingDeletion."""
        _schedule(place, live, properties)

    def attribute(self, place: Place, live: Live, name: str) -> Any:
        """The ARN or the key id."""
        return _backend(place).existing_key(live.physical_id).arn if name == "Arn" else live.physical_id


class ReplicaKeyHandler(Handler):
    """A replica, in the stack's Region, of a multi-Region key in another."""

    type_name: ClassVar[str] = "AWS::KMS::ReplicaKey"
    service = "Kms"
    attributes = frozenset({"Arn", "KeyId"})
    properties = frozenset({"Description", "Enabled", "KeyPolicy", "PendingWindowInDays", "PrimaryKeyArn", "Tags"})
    required = frozenset({"PrimaryKeyArn", "KeyPolicy"})
    create_only = frozenset({"PrimaryKeyArn"})

    def create(self, place: Place, properties: Properties) -> Live:
        """ReplicateKey, asked of the primary's Region."""
        primary = str(properties["PrimaryKeyArn"])
        home = sandbox_backend(place.account, primary.split(":")[3])
        key = home.existing_key(primary)
        if not key.multi_region:
            raise ResourceFailed(f"{primary} is not a multi-Region key (HandlerErrorCode: InvalidRequest)")
        home.authorize(key, "kms:ReplicateKey", place.caller, {"kms:replicaregion": place.region})
        backend = _backend(place)
        home.replicate_key(key.id, place.region)
        replica = backend.existing_key(key.id)
        replica.aliases, replica.grants = {}, {}  # moto shares them with the primary, AWS does not
        with undone_by(lambda: backend.delete_key(replica.id)):
            backend.check_policy(replica, document_text(properties["KeyPolicy"]), place.caller)
        replica.policy = document_text(properties["KeyPolicy"])
        replica.description = str(properties.get("Description", ""))
        _set_enabled(backend, replica, enabled=is_true(properties.get("Enabled", True)))
        _set_tags(backend, replica, tags_of(properties, place))
        return Live(replica.id)

    def update(self, place: Place, live: Live, old: Properties, new: Properties) -> Live:
        """Policy, description, state and tags are the replica's own."""
        backend = _backend(place)
        key = backend.existing_key(live.physical_id)
        if new["KeyPolicy"] != old.get("KeyPolicy"):
            backend.replace_policy(key, document_text(new["KeyPolicy"]), place.caller)
        key.description = str(new.get("Description", ""))
        _set_enabled(backend, key, enabled=is_true(new.get("Enabled", True)))
        _set_tags(backend, key, tags_of(new, place))
        return live

    def delete(self, place: Place, live: Live, properties: Properties) -> None:
        """Schedule the deletion of the replica only."""
        _schedule(place, live, properties)

    def attribute(self, place: Place, live: Live, name: str) -> Any:
        """The ARN or the key id."""
        return _backend(place).existing_key(live.physical_id).arn if name == "Arn" else live.physical_id


class AliasHandler(Handler):
    """An alias of a key; another name is another alias."""

    type_name: ClassVar[str] = "AWS::KMS::Alias"
    service = "Kms"
    properties = frozenset({"AliasName", "TargetKeyId"})
    required = properties
    create_only = frozenset({"AliasName"})

    def create(self, place: Place, properties: Properties) -> Live:
        """CreateAlias."""
        name = str(properties["AliasName"])
        _backend(place).add_alias(name, str(properties["TargetKeyId"]), place.caller)
        return Live(name)

    def update(self, place: Place, live: Live, old: Properties, new: Properties) -> Live:
        """UpdateAlias: the same name for another key."""
        _backend(place).move_alias(live.physical_id, str(new["TargetKeyId"]), place.caller)
        return live

    def delete(self, place: Place, live: Live, properties: Properties) -> None:
        """DeleteAlias."""
        backend = _backend(place)
        if backend.alias_exists(live.physical_id):
            backend.remove_alias(live.physical_id, place.caller)

    def attribute(self, place: Place, live: Live, name: str) -> Any:
        """It has none."""
        raise ResourceFailed(f"{self.type_name} has no attribute {name}")


def _schedule(place: Place, live: Live, properties: Properties) -> None:
    backend = _backend(place)
    key = backend.key_named(live.physical_id)
    if key is not None and key.key_state != "PendingDeletion":
        backend.schedule_deletion(key, int(properties.get("PendingWindowInDays", DEFAULT_WINDOW)), place.caller)


def _set_enabled(backend: SandboxKmsBackend, key: SandboxKey, *, enabled: bool) -> None:
    if enabled and key.key_state == "Disabled":
        backend.enable_key(key.id)
    elif not enabled and key.key_state == "Enabled":
        backend.disable_key(key.id)


def _set_tags(backend: SandboxKmsBackend, key: SandboxKey, wanted: dict[str, str]) -> None:
    gone = [name for name in backend.tags_of(key) if name not in wanted]
    if gone:
        backend.untag_resource(key.arn, gone)
    backend.tag_key(key, wanted)
