"""Secrets, their resource policies and rotation schedules.

CloudFormation deletes a secret without a recovery window (CloudFormation user guide, "DeletionPolicy attribute";
cloudformation-coverage-roadmap issue 1999). No Lambda function runs in the sandbox, so a rotation changes no value.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from moto.moto_api._internal import mock_random

from catalog.sandbox.registry.api_types import ApiCall, ApiResource, ApiType, Setting, Tagging
from catalog.sandbox.registry.calls import CallRefused

KEY_ACTIONS = ("kms:Decrypt", "kms:GenerateDataKey")
"""What Secrets Manager calls as the caller to encrypt with a customer managed key (API reference, CreateSecret)."""
GENERATED = ("GenerateSecretString", "SecretString")
OPTIONS = (
    "PasswordLength",
    "ExcludeCharacters",
    "ExcludeLowercase",
    "ExcludeNumbers",
    "ExcludePunctuation",
    "ExcludeUppercase",
    "IncludeSpace",
    "RequireEachIncludedType",
)
"""Members of GenerateSecretString that are parameters of GetRandomPassword."""


def value(secret: ApiResource) -> str | None:
    """The value: as given, or generated, in the place that the template names."""
    rules = secret.properties.get("GenerateSecretString")
    if rules is None:
        return secret.text("SecretString") if "SecretString" in secret.properties else None
    given = {name: rules[name] for name in OPTIONS if name in rules}
    for name in given:
        if name == "PasswordLength":
            given[name] = int(given[name])
        elif name != "ExcludeCharacters":
            given[name] = str(given[name]).lower() == "true"
    password = str(secret.ask("GetRandomPassword", given)["RandomPassword"])
    key = rules.get("GenerateStringKey")
    return json.dumps({**template_of(rules), key: password}) if key else password


def template_of(rules: Mapping[str, Any]) -> dict[str, Any]:
    """The SecretStringTemplate, which must be a JSON object (template reference); the words are assumed."""
    try:
        members = json.loads(rules.get("SecretStringTemplate", "{}"))
    except ValueError:
        members = None
    if not isinstance(members, dict):
        raise CallRefused("secretsmanager", "InvalidParameterException", "SecretStringTemplate must be a JSON object.")
    return members


def by_id(secret: ApiResource) -> dict[str, Any]:
    """The ARN of the secret."""
    return {"SecretId": secret["Id"]}


def changed_secret(secret: ApiResource) -> dict[str, Any]:
    """UpdateSecret; the value stays when neither it nor its rules have changed."""
    changed = any(secret.properties.get(name) != secret.old.get(name) for name in GENERATED)
    text = value(secret) if changed else None
    return by_id(secret) | {
        "Description": secret.text("Description"),
        "KmsKeyId": secret.properties.get("KmsKeyId"),
        "SecretString": text,
        "ClientRequestToken": str(mock_random.uuid4()),  # as the SDKs send it: moto takes no update without it
    }


def replicas(secret: ApiResource) -> dict[str, Any] | None:
    """Regions that an update adds."""
    old = [each["Region"] for each in secret.old.get("ReplicaRegions", [])]
    added = [each for each in secret.properties.get("ReplicaRegions", []) if each["Region"] not in old]
    return by_id(secret) | {"AddReplicaRegions": added} if added else None


def removed_replicas(secret: ApiResource) -> dict[str, Any] | None:
    """Regions that an update or a deletion removes."""
    kept = [each["Region"] for each in secret.properties.get("ReplicaRegions", [])] if secret.old else []
    old = [each["Region"] for each in (secret.old or secret.properties).get("ReplicaRegions", [])]
    removed = [region for region in old if region not in kept]
    return by_id(secret) | {"RemoveReplicaRegions": removed} if removed else None


SECRET = ApiType(
    "AWS::SecretsManager::Secret",
    "secretsmanager",
    create=ApiCall(
        "CreateSecret",
        lambda secret: {
            "Name": secret.name,
            "SecretString": value(secret),
            "AddReplicaRegions": secret.properties.get("ReplicaRegions"),
        },
        copies=True,
        omitted=GENERATED,
    ),
    probe=ApiCall("DescribeSecret", lambda secret: {"SecretId": secret.name}),
    known=lambda secret, answer: {"Id": answer["ARN"], "Name": answer["Name"]},
    read=ApiCall("DescribeSecret", by_id),
    shown=lambda secret, answer: None if answer.get("DeletedDate") else answer,
    settings=(
        Setting(("ReplicaRegions",), ApiCall("RemoveRegionsFromReplication", removed_replicas), on_create=False),
        Setting(("ReplicaRegions",), ApiCall("ReplicateSecretToRegions", replicas), on_create=False),
    ),
    update=ApiCall("UpdateSecret", changed_secret),
    delete=(
        ApiCall("RemoveRegionsFromReplication", removed_replicas),
        ApiCall("DeleteSecret", lambda secret: by_id(secret) | {"ForceDeleteWithoutRecovery": True}),
    ),
    tagging=Tagging(ApiCall("TagResource", by_id), ApiCall("UntagResource", by_id), "Tags"),
    arn=lambda secret: str(secret["Id"] or _new_arn(secret)),
    also_for={
        ("create", "GenerateSecretString"): ("secretsmanager:GetRandomPassword",),
        ("create", "KmsKeyId"): KEY_ACTIONS,
        ("create", "ReplicaRegions"): ("secretsmanager:ReplicateSecretToRegions",),
    },
    via={"kms": "secretsmanager"},
    modelled=("Type",),
)


def _new_arn(secret: ApiResource) -> str:
    """The ARN of a secret before it exists: six characters follow its name."""
    place = secret.place
    return f"arn:{place.partition}:secretsmanager:{place.region}:{place.account}:secret:{secret.name}-??????"


def policy(it: ApiResource) -> dict[str, Any]:
    """PutResourcePolicy."""
    blocked = it.text("BlockPublicPolicy", "false") == "true"
    return {"SecretId": it["SecretId"], "ResourcePolicy": it.text("ResourcePolicy"), "BlockPublicPolicy": blocked}


def secret_of(it: ApiResource) -> dict[str, Any]:
    """The secret that it belongs to."""
    return {"SecretId": it["SecretId"]}


RESOURCE_POLICY = ApiType(
    "AWS::SecretsManager::ResourcePolicy",
    "secretsmanager",
    create=ApiCall("PutResourcePolicy", policy),
    known=lambda it, answer: {"Id": it["SecretId"]},
    read=ApiCall("GetResourcePolicy", secret_of),
    shown=lambda it, answer: answer.get("ResourcePolicy"),
    update=ApiCall("PutResourcePolicy", policy),
    delete=(ApiCall("DeleteResourcePolicy", secret_of),),
    arn=lambda it: str(it["SecretId"]),
)


def rotation(it: ApiResource) -> dict[str, Any]:
    """RotateSecret with the schedule; the value stays, because no function runs."""
    rules = {
        name: int(text) if name == "AutomaticallyAfterDays" else str(text)
        for name, text in (it.properties.get("RotationRules") or {}).items()
    }
    return {
        "SecretId": it["SecretId"],
        "RotationLambdaARN": it.properties.get("RotationLambdaARN"),
        "RotationRules": rules or None,
        "RotateImmediately": False,
    }


ROTATION_SCHEDULE = ApiType(
    "AWS::SecretsManager::RotationSchedule",
    "secretsmanager",
    create=ApiCall("RotateSecret", rotation),
    known=lambda it, answer: {"Id": it["SecretId"]},
    read=ApiCall("DescribeSecret", secret_of),
    shown=lambda it, answer: answer.get("RotationEnabled"),
    update=ApiCall("RotateSecret", rotation),
    delete=(ApiCall("CancelRotateSecret", secret_of),),
    arn=lambda it: str(it["SecretId"]),
    also_for={
        ("create", "RotationLambdaARN"): ("lambda:InvokeFunction",),
        ("update", "RotationLambdaARN"): ("lambda:InvokeFunction",),
    },
    passed_to="lambda.amazonaws.com",
    modelled=(
        "ExternalSecretRotationMetadata",
        "ExternalSecretRotationRoleArn",
        "HostedRotationLambda",
        "RotateImmediatelyOnUpdate",
    ),
)

TYPES = (SECRET, RESOURCE_POLICY, ROTATION_SCHEDULE)
