"""KMS keys and aliases: moto's cryptography, with AWS's checks and key states.

Methods raise moto's `JsonRESTError` with AWS's error code and message, both for the API and for stacks.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import cast

from moto.core.exceptions import JsonRESTError
from moto.kms.models import Alias, Key, KmsBackend, kms_backends
from moto.kms.utils import KeySpec

from catalog.sandbox.kms import policy as policies
from catalog.sandbox.kms.callers import principal_exists
from catalog.sandbox.kms.conditions import Context
from catalog.sandbox.settings import settings

ALIAS = re.compile(r"alias/[a-zA-Z0-9/_-]{1,250}")
KEY_ID = re.compile(r"mrk-[0-9a-f]{32}|[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
DEFAULT_ROTATION_DAYS = 365
ROTATION_DAYS = range(90, 2561)
ON_DEMAND_ROTATIONS = 25
"""The maximum number of on-demand rotations of a key (API reference, RotateKeyOnDemand; 10 until 2025)."""
WINDOW_DAYS = range(7, 31)
SYMMETRIC = "SYMMETRIC_DEFAULT"


@dataclass(frozen=True, slots=True)
class KeyRequest:
    """The parameters of CreateKey."""

    policy: str = ""
    """Empty for the default key policy."""
    description: str = ""
    key_usage: str = "ENCRYPT_DECRYPT"
    key_spec: str = SYMMETRIC
    multi_region: bool = False
    origin: str = "AWS_KMS"
    tags: Mapping[str, str] = field(default_factory=dict)
    bypass_lockout_check: bool = False


class SandboxKey(Key):
    """moto's key with a rotation period; only asymmetric keys get a key pair, which takes moto 40 ms to generate."""

    def __init__(self, request: KeyRequest, account_id: str, region: str) -> None:
        pair = request.key_spec in {*KeySpec.rsa_key_specs(), *KeySpec.ecc_key_specs()}
        super().__init__(
            policy=request.policy,
            key_usage=request.key_usage,
            # moto generates an RSA key for every symmetric key, but nothing reads it. An elliptic curve is much faster.
            key_spec=request.key_spec if pair else KeySpec.ECC_NIST_P256.value,
            description=request.description,
            account_id=account_id,
            region=region,
            multi_region=request.multi_region,
            origin=request.origin,
        )
        self.key_spec = request.key_spec
        if request.multi_region:
            # AWS's format: mrk- and 32 hexadecimal digits. moto's own ids are too long for its ciphertexts.
            self.id = "mrk-" + self.id.removeprefix("mrk-").replace("-", "")
            self.arn = f"{self.arn.rpartition('/')[0]}/{self.id}"
            self.multi_region_configuration["PrimaryKey"]["Arn"] = self.arn
        self.rotation_period_days = DEFAULT_ROTATION_DAYS


class SandboxKmsBackend(KmsBackend):
    """The keys of one account and Region."""

    def create_key(
        self,
        policy: str | None,
        key_usage: str | None,
        key_spec: str | None,
        description: str | None,
        tags: Sequence[Mapping[str, str]] | None,
        multi_region: bool | None = False,
        origin: str = "AWS_KMS",
    ) -> SandboxKey:
        """Called by moto for default keys and by moto's other services; creates a key as `make_key` does."""
        request = KeyRequest(
            policy=policy or "",
            key_usage=key_usage or "ENCRYPT_DECRYPT",
            key_spec=key_spec or SYMMETRIC,
            description=description or "",
            tags={tag["TagKey"]: tag["TagValue"] for tag in tags or ()},
            multi_region=bool(multi_region),
            origin=origin,
            bypass_lockout_check=True,
        )
        return self.make_key(request, caller=self.root)

    @property
    def root(self) -> str:
        """The ARN of the account's root user, who may do everything that no Deny forbids."""
        return f"arn:{self.partition}:iam::{self.account_id}:root"

    def make_key(self, request: KeyRequest, caller: str) -> SandboxKey:
        """CreateKey for `caller`; refuses an unknown key spec, and the policies that `check_policy` refuses."""
        if request.key_spec not in KeySpec.key_specs():
            raise _invalid(request.key_spec, "keySpec", f"enum value set: {KeySpec.key_specs()}")
        key = SandboxKey(request, self.account_id, self.region_name)  # type: ignore[abstract]  # only by name: it works
        if request.policy:
            self.check_policy(key, request.policy, caller, bypass=request.bypass_lockout_check)
        self.keys[key.id] = key
        self.tag_key(key, request.tags)
        return key

    def check_policy(self, key: SandboxKey, text: str, caller: str, *, bypass: bool = False) -> None:
        """Refuse an invalid policy, and unless `bypass` is set a policy that denies PutKeyPolicy to `caller`."""
        exists = principal_exists if settings.principals_must_exist else _anybody
        try:
            statements = policies.parse(text, exists)
        except policies.PolicyRefused as refused:
            raise JsonRESTError(refused.code, refused.message) from refused
        access = self.access("kms:PutKeyPolicy", caller)
        if not bypass and policies.locks_out(statements, access, key.arn):
            raise JsonRESTError(policies.MALFORMED, policies.LOCKOUT)

    def replace_policy(self, key: SandboxKey, text: str, caller: str, *, bypass: bool = False) -> None:
        """PutKeyPolicy."""
        self.authorize(key, "kms:PutKeyPolicy", caller)
        self.check_policy(key, text, caller, bypass=bypass)
        key.policy = text

    def access(self, action: str, caller: str, context: Context | None = None) -> policies.Access:
        """A request of `caller` for `action`, with the condition keys that all requests have."""
        account = caller.split(":")[4] or self.account_id
        common = {
            "aws:principalarn": caller,
            "aws:principalaccount": account,
            "aws:principalisawsservice": "false",
            "kms:calleraccount": account,
        }
        return policies.Access(action, caller, account, {**common, **(context or {})})

    def authorize(self, key: SandboxKey, action: str, caller: str, context: Context | None = None) -> None:
        """Raise AccessDeniedException if the key policy explicitly denies `action` to `caller`."""
        access = self.access(action, caller, {"kms:resourcealiases": tuple(key.aliases), **(context or {})})
        try:
            statements = policies.parse(key.policy)
        except policies.PolicyRefused:
            return  # moto stored the policy without our checks: it denies nothing
        if policies.denies(statements, access, key.arn):
            raise JsonRESTError(
                "AccessDeniedException",
                f"User: {caller} is not authorized to perform: {action} on resource: {key.arn} "
                "with an explicit deny in a resource-based policy",
            )

    def key_named(self, name: str) -> SandboxKey | None:
        """The key with this id, ARN, alias or alias ARN; None if there is none."""
        keys = cast("dict[str, SandboxKey]", self.keys)
        alias = self.get_alias_name(name)
        if alias.startswith("alias/"):
            return next((key for key in keys.values() if alias in key.aliases), None)
        return keys.get(self.get_key_id(name))

    def existing_key(self, name: str) -> SandboxKey:
        """As `key_named`, but raises NotFoundException if the key or alias does not exist."""
        region = name.split(":")[3] if name.startswith("arn:") and name.count(":") > 4 else ""
        if region not in ("", self.region_name):
            raise JsonRESTError("NotFoundException", f"Invalid arn {region}")
        key = self.key_named(name)
        if key is not None:
            return key
        if name.startswith("alias/") or ":alias/" in name:
            raise JsonRESTError("NotFoundException", f"Alias {self._arn(name)} is not found.")
        if not KEY_ID.fullmatch(self.get_key_id(name)):
            raise JsonRESTError("NotFoundException", f"Invalid keyId '{name}'")
        raise JsonRESTError("NotFoundException", f"Key '{self._arn(f'key/{name}')}' does not exist")

    def _arn(self, resource: str) -> str:
        if "arn:" in resource:
            return resource.removeprefix("key/")
        return f"arn:{self.partition}:kms:{self.region_name}:{self.account_id}:{resource}"

    def add_alias(self, name: str, target: str, caller: str) -> Alias:
        """CreateAlias; the name must be valid and not in use."""
        check_alias_name(name)
        if self.alias_exists(target):
            raise JsonRESTError("ValidationException", "Aliases must refer to keys. Not aliases")
        key = self.existing_key(target)
        self.authorize(key, "kms:CreateAlias", caller)
        require_state(key, "Enabled", "Disabled")
        if self.alias_exists(name):
            raise JsonRESTError("AlreadyExistsException", f"An alias with the name {self._arn(name)} already exists")
        return self.create_alias(key.id, name)

    def move_alias(self, name: str, target: str, caller: str) -> Alias:
        """UpdateAlias; needs permission on the old and on the new key."""
        new = self.existing_key(target)
        for key in (self.existing_key(name), new):
            self.authorize(key, "kms:UpdateAlias", caller)
        return self.update_alias(new.id, name)

    def remove_alias(self, name: str, caller: str) -> None:
        """DeleteAlias; needs permission on the alias and on its key."""
        key = self.existing_key(name)
        self.authorize(key, "kms:DeleteAlias", caller)
        self.delete_alias(name)

    def schedule_deletion(self, key: SandboxKey, days: int | None, caller: str) -> None:
        """ScheduleKeyDeletion in `days`, by default 30 (conditions on the window then do not apply)."""
        if days is not None and days not in WINDOW_DAYS:
            raise _invalid(str(days), "pendingWindowInDays", "a value between 7 and 30")
        context = {} if days is None else {"kms:schedulekeydeletionpendingwindowindays": str(days)}
        self.authorize(key, "kms:ScheduleKeyDeletion", caller, context)
        require_state(key, "Enabled", "Disabled")
        self.schedule_key_deletion(key.id, 30 if days is None else days)

    def set_rotation(self, key: SandboxKey, *, enabled: bool, days: int | None = None) -> None:
        """EnableKeyRotation or DisableKeyRotation; without `days` the rotation period stays."""
        if days is not None and days not in ROTATION_DAYS:
            raise _invalid(str(days), "rotationPeriodInDays", "a value between 90 and 2560")
        if key.key_spec != SYMMETRIC:
            raise JsonRESTError("UnsupportedOperationException", f"{key.arn} key spec is {key.key_spec}")
        key.key_rotation_status = enabled
        if days is not None:
            key.rotation_period_days = days

    def rotate_now(self, key: SandboxKey) -> None:
        """RotateKeyOnDemand: for symmetric keys with key material from KMS, up to `ON_DEMAND_ROTATIONS` times."""
        if key.key_spec != SYMMETRIC or key.origin != "AWS_KMS":
            property_text = f"origin is {key.origin}" if key.key_spec == SYMMETRIC else f"key spec is {key.key_spec}"
            raise JsonRESTError("UnsupportedOperationException", f"{key.arn} {property_text}")
        require_state(key, "Enabled")
        if sum(rotation["RotationType"] == "ON_DEMAND" for rotation in key.rotations) >= ON_DEMAND_ROTATIONS:
            raise JsonRESTError(
                "LimitExceededException", f"{key.arn} was rotated on demand {ON_DEMAND_ROTATIONS} times, the maximum."
            )
        self.rotate_key_on_demand(key.id)

    def tag_key(self, key: SandboxKey, tags: Mapping[str, str]) -> None:
        """TagResource; CloudFormation may also set tags with reserved names."""
        if tags:
            self.tag_resource(key.arn, dict(tags))

    def tags_of(self, key: SandboxKey) -> dict[str, str]:
        """The tags of the key."""
        return dict(self.tagger.get_tag_dict_for_resource(key.id))


def sandbox_backend(account: str, region: str) -> SandboxKmsBackend:
    """The keys of an account and Region; `install` must have run before."""
    return cast(SandboxKmsBackend, kms_backends[account][region])


def check_alias_name(name: str) -> None:
    """Refuse an invalid alias name, as KMS does.

    Source: API reference, CreateAlias; KMS also refuses a colon, although the documented pattern allows it.
    """
    if not name.startswith("alias/"):
        raise JsonRESTError("ValidationException", "Invalid identifier")
    if name.startswith("alias/aws/") or name == "alias/aws":
        raise JsonRESTError("NotAuthorizedException", f"{name} is reserved: aliases may not begin with alias/aws")
    if len(name) > 256:
        raise _invalid(name, "aliasName", "length less than or equal to 256")
    if not ALIAS.fullmatch(name):
        raise JsonRESTError("ValidationException", f"{name} contains invalid characters for an alias")


def require_state(key: SandboxKey, *states: str) -> None:
    """Raise DisabledException or KMSInvalidStateException unless the key is in one of `states`."""
    if key.key_state in states:
        return
    if key.key_state == "Disabled":
        raise JsonRESTError("DisabledException", f"{key.arn} is disabled.")
    raise JsonRESTError("KMSInvalidStateException", f"{key.arn} is pending deletion.")


def _anybody(_arn: str) -> bool:
    return True


def _invalid(value: str, member: str, constraint: str) -> JsonRESTError:
    return JsonRESTError(
        "ValidationException",
        f"1 validation error detected: Value '{value}' at '{member}' failed to satisfy constraint: "
        f"Member must satisfy {constraint}",
    )
