"""Check that the installed moto is supported: every internal that the sandbox replaces or uses must exist."""

from __future__ import annotations

import importlib
import inspect
from collections.abc import Iterator, Mapping
from importlib.metadata import PackageNotFoundError, version

from catalog.errors import SandboxError
from catalog.sandbox import INSTALL
from catalog.sandbox.late_attributes import LATE_ATTRIBUTES

SUPPORTED = "5.2."
"""Prefix of the supported versions of moto; pyproject.toml pins the same."""
ATTRIBUTES: dict[str, tuple[str, ...]] = {
    "moto.core.base_backend": ("BackendDict._create_account_specific_backend", "BaseBackend._url_module"),
    "moto.core.responses": (
        "ActionResult",
        "BaseResponse.call_action",
        "BaseResponse.get_access_key",
        "method_names_from_class",
    ),
    "moto.core.errors": ("COMMON_ERROR_CODES.append",),
    "moto.core.botocore_stubber": ("BotocoreStubber.process_request",),
    "moto.core.utils": ("get_service_model", "method_names_from_class"),
    "moto.core.exceptions": ("JsonRESTError", "ServiceException"),
    "moto.core.common_models": ("CloudFormationModel.create_from_cloudformation_json",),
    "moto.moto_server.werkzeug_app": (
        "DomainDispatcherApplication.get_application",
        "MotoRequestHandler",
        "create_backend_app",
    ),
    "moto.moto_api": ("recorder.stop_recording",),
    "moto.moto_api._internal": ("mock_random.uuid4",),
    "moto.cloudformation.models": (
        "yaml",
        "cloudformation_backends.backend",
        "CloudFormationBackend.iter_tagged_resources",
        "CloudFormationBackend.create_stack_set",
        "CloudFormationBackend.list_stack_sets",
    ),
    "moto.cloudformation.utils": (
        "generate_stack_id",
        "generate_changeset_id",
        "generate_stackset_arn",
        "generate_stackset_id",
    ),
    "moto.cloudformation.responses": ("yaml", "CloudFormationResponse.parse_parameters"),
    "moto.kms.models": (
        "kms_backends.backend",
        "Key.to_dict",
        "KmsBackend.schedule_key_deletion",
        "KmsBackend.create_alias",
        "KmsBackend.update_alias",
        "KmsBackend.replicate_key",
        "KmsBackend.rotate_key_on_demand",
    ),
    "moto.kms.responses": ("KmsResponse._get_param", "KmsResponse._validate_key_policy"),
    "moto.kms.utils": ("_deserialize_ciphertext_blob", "KeySpec.ecc_key_specs", "KeySpec.rsa_key_specs"),
    "moto.s3.models": (
        "s3_backends",
        "S3Backend.put_public_access_block",
        "S3Backend.put_bucket_policy",
        "S3Backend.put_bucket_encryption",
        "FakeBucket.get_permission",
        "FakeBucket.set_logging",
        "FakeBucket._log_permissions_enabled_policy",
        "S3Backend.log_incoming_request",
    ),
    "moto.s3.responses": (
        "S3Response.put_object",
        "S3Response.delete_object",
        "S3Response.parse_key_name",
        "S3Response._key_response",
        "S3Response._bucket_response",
        "S3Response.get_object",
        "S3Response._bucket_tagging_from_body",
        "S3Response._bucket_response_delete",
    ),
    "moto.s3.exceptions": ("MissingKey",),
    "moto.logs.models": ("LogGroup.to_describe_dict", "LogsBackend.delete_log_group"),
    "moto.secretsmanager.responses": ("SecretsManagerResponse.get_secret_value",),
    "moto.logs.metric_filters": ("MetricFilters.add_filter",),
    "moto.logs.responses": ("LogsResponse._get_param",),
    "moto.dynamodb.models.table": ("Table._get_default_encryption_key",),
    "moto.dynamodb.responses": ("DynamoHandler.update_table",),
    "moto.organizations.models": (
        "organizations_backends.master_accounts",
        "OrganizationsBackend.enable_aws_service_access",
        "OrganizationsBackend.disable_aws_service_access",
    ),
    "moto.budgets.models": ("budgets_backends",),
    "moto.sns.models": ("sns_backends",),
    "moto.iam.access_control": ("IAMPolicy", "PermissionResult"),
    "moto.iam.policy_validation": ("IAMPolicyDocumentValidator._validate_version",),
    "moto.iam.models": (
        "iam_backends",
        "ManagedPolicy",
        "IAMBackend.create_role",
        "IAMBackend.attach_role_policy",
        "IAMBackend.get_policy",
        "IAMBackend.list_policies",
        "IAMBackend.put_role_permissions_boundary",
        "IAMBackend.put_role_policy",
        "IAMBackend.put_group_policy",
        "IAMBackend.put_user_policy",
        "AWSManagedPolicy.from_data",
        "IAMBackend.get_user_from_access_key_id",
    ),
    "moto.sts.models": (
        "sts_backends",
        "STSBackend.get_assumed_role_from_access_key",
        "STSBackend.get_caller_identity",
    ),
    "moto.servicecatalog": ("servicecatalog_backends",),
    "moto.servicecatalogappregistry.urls": ("url_paths",),
    "moto.servicecatalog.models": ("servicecatalog_backends",),
    "moto.servicecatalog.responses": ("servicecatalog_backends",),
}
"""Module → the dotted paths that must exist in it."""
SIGNATURES: dict[tuple[str, str], tuple[str, ...]] = {
    ("moto.core.base_backend", "BackendDict.__init__"): ("backend", "service_name"),
    ("moto.core.base_backend", "BaseBackend.__init__"): ("region_name", "account_id"),
    ("moto.core.common_models", "CloudFormationModel.create_from_cloudformation_json"): (
        "resource_name",
        "cloudformation_json",
        "account_id",
        "region_name",
    ),
    ("moto.kms.models", "Key.__init__"): ("policy", "key_usage", "key_spec", "multi_region", "origin"),
    ("moto.kms.models", "KmsBackend.create_key"): ("policy", "key_usage", "key_spec", "description", "tags"),
}
"""(Module, callable) → parameters that it must have."""


def check(*, late: bool = True) -> None:
    """Raise a `SandboxError` that names everything that is missing, if anything is."""
    try:
        installed = version("moto")
    except PackageNotFoundError as error:
        raise SandboxError("moto is not installed", hint=INSTALL) from error
    problems = [] if installed.startswith(SUPPORTED) else [f"needed {SUPPORTED}x"]
    problems += [
        *_missing_attributes({**ATTRIBUTES, **(LATE_ATTRIBUTES if late else {})}),
        *_missing_parameters(),
    ]
    if problems:
        raise SandboxError(
            f"the sandbox does not support the installed moto {installed}: {'; '.join(problems)}",
            hint=INSTALL,
        )


def _missing_attributes(wanted: Mapping[str, tuple[str, ...]]) -> Iterator[str]:
    for module, paths in wanted.items():
        for path in paths:
            if _lookup(module, path) is None:
                yield f"{module} has no {path}"


def _missing_parameters() -> Iterator[str]:
    for (module, path), wanted in SIGNATURES.items():
        function = _lookup(module, path)
        if callable(function):
            missing = [name for name in wanted if name not in inspect.signature(function).parameters]
            if missing:
                yield f"{module}.{path} has no parameter {', '.join(missing)}"
        else:
            yield f"{module} has no {path}"


def _lookup(module: str, path: str) -> object | None:
    try:
        value: object = importlib.import_module(module)
    except ImportError:
        return None
    for name in path.split("."):
        value = getattr(value, name, None)
    return value
