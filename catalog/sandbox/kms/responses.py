"""The KMS API: check the explicit Denies of the key policy, then run moto's operation or our own."""

from __future__ import annotations

import binascii
import json
import struct
from collections.abc import Iterator
from typing import Any

from moto.core.exceptions import JsonRESTError
from moto.core.utils import camelcase_to_underscores, get_service_model, method_names_from_class
from moto.kms.responses import KmsResponse
from moto.kms.utils import _deserialize_ciphertext_blob

from catalog.sandbox.kms.callers import caller_arn
from catalog.sandbox.kms.conditions import Context
from catalog.sandbox.kms.models import KeyRequest, SandboxKey, SandboxKmsBackend, require_state, sandbox_backend
from catalog.sandbox.kms.shapes import missing, validation_message

CRYPTOGRAPHIC = frozenset(
    {
        "Encrypt",
        "Decrypt",
        "ReEncrypt",
        "GenerateDataKey",
        "GenerateDataKeyWithoutPlaintext",
        "GenerateDataKeyPair",
        "GenerateDataKeyPairWithoutPlaintext",
        "GenerateMac",
        "VerifyMac",
        "Sign",
        "Verify",
    }
)
"""Operations that require a key in state Enabled (developer guide, "Key states of AWS KMS keys")."""
OWN = frozenset({"CreateAlias", "UpdateAlias", "DeleteAlias", "ScheduleKeyDeletion", "PutKeyPolicy"})
"""Operations whose method checks the permission itself: on several keys, or with specific condition keys."""


class SandboxKmsResponse(KmsResponse):
    """The operations of KMS."""

    @property
    def kms_backend(self) -> SandboxKmsBackend:
        """The keys of the request's account and Region."""
        return sandbox_backend(self.current_account, self.region)

    @property
    def caller(self) -> str:
        """The ARN of the caller."""
        return caller_arn(self.current_account, self.partition, self.access_key)

    def call_action(self) -> Any:
        """Answer the request: check its form, then the Denies of the key policy, then run the operation."""
        try:
            self._check_request(self._get_action())
            self._enforce_key_policy(self._get_action())
        except JsonRESTError as refused:
            return refused.code, {**dict(refused.get_headers()), **self.response_headers}, refused.description
        return super().call_action()

    def _check_request(self, operation: str) -> None:
        if camelcase_to_underscores(operation) not in method_names_from_class(type(self)):
            raise JsonRESTError("UnsupportedOperationException", f"{operation} is not implemented in the sandbox")
        shape = get_service_model("kms").operation_model(operation).input_shape
        try:
            request = json.loads(self.body or "{}")
        except ValueError as error:
            raise JsonRESTError("SerializationException", "The request is not JSON") from error
        if not isinstance(request, dict):
            raise JsonRESTError("SerializationException", "The request is not a JSON object")
        if lacking := list(missing(shape, request)):
            raise JsonRESTError("ValidationException", validation_message(lacking))

    def _enforce_key_policy(self, operation: str) -> None:
        if operation in OWN:
            return
        for action, key in self._accesses(operation):
            self.kms_backend.authorize(key, action, self.caller, self._context(operation))
            if operation in CRYPTOGRAPHIC:
                require_state(key, "Enabled")

    def _accesses(self, operation: str) -> Iterator[tuple[str, SandboxKey]]:
        """(action, key) of each permission that the operation needs on a key."""
        pairs: list[tuple[str, SandboxKey | None]]
        if operation == "ReEncrypt":
            target = self._named("DestinationKeyId")
            source = self._key_of_ciphertext()
            pairs = [("kms:ReEncryptFrom", source), ("kms:ReEncryptTo", target)]
        elif operation == "Decrypt":
            pairs = [("kms:Decrypt", self._key_of_ciphertext())]
        else:
            pairs = [(f"kms:{operation}", self._named("KeyId"))]
        for action, key in pairs:
            if key is not None:
                yield action, key

    def _named(self, member: str) -> SandboxKey | None:
        """The key that a member of the request names; None for aliases of AWS, whose keys moto creates on demand."""
        name = self._get_param(member)
        return self.kms_backend.existing_key(name) if name and "alias/aws/" not in name else None

    def _key_of_ciphertext(self) -> SandboxKey | None:
        try:
            blob = self._get_param("CiphertextBlob") or b""
            return self.kms_backend.key_named(_deserialize_ciphertext_blob(blob).key_id)
        except (struct.error, UnicodeDecodeError, binascii.Error):
            return None  # not a ciphertext of this sandbox: moto returns InvalidCiphertextException

    def _context(self, operation: str) -> Context:
        encryption = self._get_param("EncryptionContext") or {}
        context: dict[str, str | tuple[str, ...]] = {
            f"kms:encryptioncontext:{key.lower()}": value for key, value in encryption.items()
        }
        if operation == "CreateGrant":
            context["kms:grantisforawsresource"] = "false"
            context["kms:grantoperations"] = tuple(self._get_param("Operations") or ())
        if operation == "ReplicateKey":
            context["kms:replicaregion"] = self._get_param("ReplicaRegion") or ""
        if (self._get_param("KeyId") or "").startswith("alias/"):
            context["kms:requestalias"] = self._get_param("KeyId")
        return context

    def _validate_key_policy(self, key_id: str, action: str) -> None:
        """Do nothing: `_enforce_key_policy` has checked the policy, with the conditions that moto ignores."""

    def _validate_cmk_id(self, key_id: str) -> None:
        """Refuse a key that does not exist; moto would also refuse the ids of multi-Region keys."""
        self.kms_backend.existing_key(key_id)

    def create_key(self) -> str:
        """https://docs.aws.amazon.com/kms/latest/APIReference/API_CreateKey.html."""
        request = KeyRequest(
            policy=self._get_param("Policy") or "",
            description=self._get_param("Description") or "",
            key_usage=self._get_param("KeyUsage") or "ENCRYPT_DECRYPT",
            key_spec=self._get_param("KeySpec") or self._get_param("CustomerMasterKeySpec") or "SYMMETRIC_DEFAULT",
            multi_region=bool(self._get_param("MultiRegion")),
            origin=self._get_param("Origin") or "AWS_KMS",
            tags=self._tags(),
            bypass_lockout_check=bool(self._get_param("BypassPolicyLockoutSafetyCheck")),
        )
        return json.dumps(self.kms_backend.make_key(request, self.caller).to_dict())

    def _tags(self) -> dict[str, str]:
        tags = {tag["TagKey"]: tag["TagValue"] for tag in self._get_param("Tags") or ()}
        if any(name.lower().startswith("aws:") for name in tags):
            raise JsonRESTError("TagException", "Tag keys that start with aws: are reserved.")
        return tags

    def tag_resource(self) -> str:
        """https://docs.aws.amazon.com/kms/latest/APIReference/API_TagResource.html."""
        self.kms_backend.tag_key(self.kms_backend.existing_key(self._get_param("KeyId")), self._tags())
        return "{}"

    def put_key_policy(self) -> str:
        """https://docs.aws.amazon.com/kms/latest/APIReference/API_PutKeyPolicy.html."""
        if self._get_param("PolicyName", "default") != "default":
            raise JsonRESTError("NotFoundException", "No such policy exists")
        key = self.kms_backend.existing_key(self._get_param("KeyId"))
        require_state(key, "Enabled", "Disabled")
        bypass = bool(self._get_param("BypassPolicyLockoutSafetyCheck"))
        self.kms_backend.replace_policy(key, self._get_param("Policy") or "", self.caller, bypass=bypass)
        return json.dumps(None)

    def get_key_policy(self) -> str:
        """https://docs.aws.amazon.com/kms/latest/APIReference/API_GetKeyPolicy.html."""
        if self._get_param("PolicyName", "default") != "default":
            raise JsonRESTError("NotFoundException", "No such policy exists")
        key = self.kms_backend.existing_key(self._get_param("KeyId"))
        return json.dumps({"Policy": key.policy, "PolicyName": "default"})

    def create_alias(self) -> str:
        """https://docs.aws.amazon.com/kms/latest/APIReference/API_CreateAlias.html."""
        self.kms_backend.add_alias(self._get_param("AliasName"), self._get_param("TargetKeyId"), self.caller)
        return json.dumps(None)

    def update_alias(self) -> str:
        """https://docs.aws.amazon.com/kms/latest/APIReference/API_UpdateAlias.html."""
        self.kms_backend.move_alias(self._get_param("AliasName"), self._get_param("TargetKeyId"), self.caller)
        return json.dumps(None)

    def delete_alias(self) -> str:
        """https://docs.aws.amazon.com/kms/latest/APIReference/API_DeleteAlias.html."""
        self.kms_backend.remove_alias(self._get_param("AliasName"), self.caller)
        return json.dumps(None)

    def schedule_key_deletion(self) -> str:
        """https://docs.aws.amazon.com/kms/latest/APIReference/API_ScheduleKeyDeletion.html."""
        key = self.kms_backend.existing_key(self._get_param("KeyId"))
        days = self._get_param("PendingWindowInDays")
        self.kms_backend.schedule_deletion(key, days, self.caller)
        metadata = key.to_dict()["KeyMetadata"]
        return json.dumps(
            {
                "KeyId": key.arn,
                "DeletionDate": metadata["DeletionDate"],
                "KeyState": key.key_state,
                "PendingWindowInDays": days or 30,
            }
        )

    def enable_key_rotation(self) -> str:
        """https://docs.aws.amazon.com/kms/latest/APIReference/API_EnableKeyRotation.html."""
        key = self.kms_backend.existing_key(self._get_param("KeyId"))
        require_state(key, "Enabled")
        self.kms_backend.set_rotation(key, enabled=True, days=self._get_param("RotationPeriodInDays"))
        return json.dumps(None)

    def disable_key(self) -> str:
        """DisableKey by id or ARN; moto knows the id only."""
        self.kms_backend.disable_key(self._existing("KeyId").id)
        return json.dumps(None)

    def enable_key(self) -> str:
        """EnableKey by id or ARN; moto knows the id only."""
        self.kms_backend.enable_key(self._existing("KeyId").id)
        return json.dumps(None)

    def _existing(self, member: str) -> SandboxKey:
        return self.kms_backend.existing_key(self._get_param(member))

    def rotate_key_on_demand(self) -> str:
        """https://docs.aws.amazon.com/kms/latest/APIReference/API_RotateKeyOnDemand.html."""
        key = self.kms_backend.existing_key(self._get_param("KeyId"))
        self.kms_backend.rotate_now(key)
        return json.dumps({"KeyId": key.id})

    def get_key_rotation_status(self) -> str:
        """https://docs.aws.amazon.com/kms/latest/APIReference/API_GetKeyRotationStatus.html."""
        key = self.kms_backend.existing_key(self._get_param("KeyId"))
        status: dict[str, Any] = {"KeyId": key.arn, "KeyRotationEnabled": key.key_rotation_status}
        if key.key_rotation_status:
            status["RotationPeriodInDays"] = key.rotation_period_days
        return json.dumps(status)
