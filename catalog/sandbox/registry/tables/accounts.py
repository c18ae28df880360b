"""User pools of Cognito, vaults and plans of Backup, certificates, and APIs of API Gateway.

A certificate is never issued: nobody answers for its domain. An API has its settings; nothing answers its requests.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from catalog.sandbox.registry.api_types import ApiCall, ApiResource, ApiType, Tagging
from catalog.sandbox.registry.tables.others import regional


def pool(subject: ApiResource) -> dict[str, Any]:
    """The id of the user pool."""
    return {"UserPoolId": subject["UserPoolId"]}


POOL = ApiType(
    "AWS::Cognito::UserPool",
    "cognito-idp",
    create=ApiCall("CreateUserPool", lambda it: {"PoolName": it.name, "UserPoolTags": dict(it.tags)}, copies=True),
    known=lambda it, answer: {"UserPoolId": answer["UserPool"]["Id"]},
    read=ApiCall("DescribeUserPool", pool),
    shown=lambda it, answer: answer.get("UserPool"),
    attributes=lambda it, shown: {
        "Arn": shown["Arn"],
        "ProviderName": f"cognito-idp.{it.place.region}.amazonaws.com/{shown['Id']}",
        "ProviderURL": f"https://cognito-idp.{it.place.region}.amazonaws.com/{shown['Id']}",
    },
    update=ApiCall("UpdateUserPool", lambda it: pool(it) | {"UserPoolTags": dict(it.tags)}, copies=True),
    updates_tags=True,
    delete=(ApiCall("DeleteUserPool", pool),),
    arn=lambda it: str(it["Arn"] or regional(it, "cognito-idp", f"userpool/{it['UserPoolId'] or '*'}")),
    modelled=(
        "AliasAttributes",
        "EmailAuthenticationMessage",
        "EmailAuthenticationSubject",
        "EnabledMfas",
        "Schema",
        "UsernameAttributes",
        "UsernameConfiguration",
        "WebAuthnFactorConfiguration",
        "WebAuthnRelyingPartyID",
        "WebAuthnUserVerification",
    ),
)


def vault(subject: ApiResource) -> dict[str, Any]:
    """The name of the vault."""
    return {"BackupVaultName": subject["BackupVaultName"]}


def vault_arn(subject: ApiResource) -> str:
    """The ARN of a vault."""
    return regional(subject, "backup", f"backup-vault:{subject['BackupVaultName']}")


VAULT = ApiType(
    "AWS::Backup::BackupVault",
    "backup",
    create=ApiCall("CreateBackupVault", vault, copies=True),
    read=ApiCall("DescribeBackupVault", vault),
    attributes=lambda it, shown: {"BackupVaultArn": shown["BackupVaultArn"]},
    delete=(ApiCall("DeleteBackupVault", vault),),
    tagging=Tagging(
        ApiCall("TagResource", lambda it: {"ResourceArn": vault_arn(it)}),
        ApiCall("UntagResource", lambda it: {"ResourceArn": vault_arn(it)}),
        "BackupVaultTags",
        keys_in="TagKeyList",
    ),
    arn=vault_arn,
    also={"create": ("backup-storage:MountCapsule",)},
    modelled=("AccessPolicy", "LockConfiguration", "Notifications"),
)


def certificate(subject: ApiResource) -> dict[str, Any]:
    """The ARN of the certificate."""
    return {"CertificateArn": subject["CertificateArn"]}


CERTIFICATE = ApiType(
    "AWS::CertificateManager::Certificate",
    "acm",
    create=ApiCall("RequestCertificate", copies=True),
    known=lambda it, answer: {"CertificateArn": answer["CertificateArn"]},
    read=ApiCall("DescribeCertificate", certificate),
    shown=lambda it, answer: answer.get("Certificate"),
    delete=(ApiCall("DeleteCertificate", certificate),),
    tagging=Tagging(
        ApiCall("AddTagsToCertificate", certificate),
        ApiCall("RemoveTagsFromCertificate", certificate),
        "Tags",
        keys_in="Tags",
    ),
    arn=lambda it: str(it["CertificateArn"] or regional(it, "acm", "certificate/*")),
    modelled=("CertificateExport", "CertificateTransparencyLoggingPreference", "Id", "ValidationMethod"),
)


def api(subject: ApiResource) -> dict[str, Any]:
    """The id of the API."""
    return {"ApiId": subject["ApiId"]}


def api_arn(subject: ApiResource) -> str:
    """The ARN of an API, or of all when it does not exist yet."""
    place, known = subject.place, subject["ApiId"]
    return f"arn:{place.partition}:apigateway:{place.region}::/apis{f'/{known}' if known else ''}"


def of_api(subject: ApiResource, shown: Mapping[str, Any]) -> dict[str, Any]:
    """The attributes of an API."""
    return {
        "ApiEndpoint": shown["ApiEndpoint"],
        "ExecuteApiArn": regional(subject, "execute-api", str(shown["ApiId"])),
    }


def by_method(operation: str, method: str, parameters: Any = api, *, copies: bool = False) -> ApiCall:
    """A call of API Gateway, whose IAM actions are named after HTTP methods."""
    return ApiCall(operation, parameters, copies=copies, permissions=(f"apigateway:{method}",))


API = ApiType(
    "AWS::ApiGatewayV2::Api",
    "apigatewayv2",
    create=by_method("CreateApi", "POST", lambda it: {"Name": it.text("Name", it.name)}, copies=True),
    known=lambda it, answer: {"ApiId": answer["ApiId"]},
    read=by_method("GetApi", "GET"),
    attributes=of_api,
    update=by_method("UpdateApi", "PATCH", copies=True),
    delete=(by_method("DeleteApi", "DELETE"),),
    tagging=Tagging(
        by_method("TagResource", "POST", lambda it: {"ResourceArn": api_arn(it)}),
        by_method("UntagResource", "DELETE", lambda it: {"ResourceArn": api_arn(it)}),
        "Tags",
    ),
    arn=api_arn,
    modelled=(
        "BasePath",
        "Body",
        "BodyS3Location",
        "FailOnWarnings",
    ),
)

TYPES = (POOL, VAULT, CERTIFICATE, API)
