"""User pools and identity pools of Cognito. Nobody signs in: no message leaves the sandbox.

Sources: Cognito API references; the template reference for Ref and Fn::GetAtt.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from catalog.sandbox.registry.api_types import ApiCall, ApiResource, ApiType, Setting
from catalog.sandbox.registry.calls import CallRefused
from catalog.sandbox.registry.naming import generated_name
from catalog.sandbox.registry.rows import inside, plain, regional, taken

SERVICE = "cognito-idp"


def pool_arn(it: ApiResource) -> str:
    """The ARN of the user pool, or of the one that a resource belongs to."""
    return regional(it, SERVICE, f"userpool/{it['UserPoolId'] or '*'}")


def of_pool(it: ApiResource, shown: Any) -> dict[str, Any]:
    """The attributes of a user pool."""
    provider = f"cognito-idp.{it.place.region}.amazonaws.com/{shown['Id']}"
    return {"Arn": shown["Arn"], "ProviderName": provider, "ProviderURL": f"https://{provider}"}


FACTORS = (
    *(
        "EnabledMfas",
        "SmsConfiguration",
        "MfaConfiguration",
        "EmailAuthenticationMessage",
        "EmailAuthenticationSubject",
    ),
    *("WebAuthnFactorConfiguration", "WebAuthnRelyingPartyID", "WebAuthnUserVerification"),
)


def factors(it: ApiResource) -> dict[str, Any] | None:
    """SetUserPoolMfaConfig with the factors that the pool enables, or with none when it enables none any more."""
    if not any(name in each for each in (it.old, it.properties) for name in FACTORS if name != "SmsConfiguration"):
        return None
    enabled = it.properties.get("EnabledMfas") or ()
    sms = {"SmsConfiguration": it["SmsConfiguration"]} if "SMS_MFA" in enabled else None
    email = {"Message": it["EmailAuthenticationMessage"], "Subject": it["EmailAuthenticationSubject"]}
    keys = {
        "RelyingPartyId": it["WebAuthnRelyingPartyID"],
        "UserVerification": it["WebAuthnUserVerification"],
        "FactorConfiguration": it["WebAuthnFactorConfiguration"],
    }
    return {
        "MfaConfiguration": it.text("MfaConfiguration", "OFF"),
        "SoftwareTokenMfaConfiguration": {"Enabled": "SOFTWARE_TOKEN_MFA" in enabled},
        "SmsMfaConfiguration": sms,
        "EmailMfaConfiguration": {name: value for name, value in email.items() if value} or None,
        "WebAuthnConfiguration": {name: value for name, value in keys.items() if value} or None,
    }


def more_attributes(it: ApiResource) -> dict[str, Any] | None:
    """AddCustomAttributes for those that an update adds; one cannot be changed or removed (amplify-android#2570)."""
    old, wanted = ({each.get("Name"): each for each in its.get("Schema") or ()} for its in (it.old, it.properties))
    if any(wanted.get(name) != each for name, each in old.items()):
        message = "Existing schema attributes cannot be modified or deleted."
        raise CallRefused(SERVICE, "InvalidParameterException", message)
    new = [dict(each) for name, each in wanted.items() if name not in old]
    return {"CustomAttributes": new} if new else None


ID = ("UserPoolId",)
POOL = plain(
    "AWS::Cognito::UserPool",
    SERVICE,
    ID,
    create=ApiCall("CreateUserPool", lambda it: {"PoolName": it.name, "UserPoolTags": dict(it.tags)}, copies=True),
    known=taken(UserPoolId="UserPool.Id"),
    shown=inside("UserPool"),
    attributes=of_pool,
    settings=(
        Setting(("Schema",), ApiCall("AddCustomAttributes", more_attributes, identity=ID), on_create=False),
        Setting(FACTORS, ApiCall("SetUserPoolMfaConfig", factors, identity=ID)),
    ),
    update=ApiCall(
        "UpdateUserPool",
        lambda it: {"PoolName": it.name, "UserPoolTags": dict(it.tags)},
        copies=True,
        identity=ID,
    ),
    updates_tags=True,
    arn=pool_arn,
    # "Updates are not allowed for property - UsernameConfiguration." (issue 4227 of aws-amplify/amplify-cli), and
    # UpdateUserPool takes none of the three.
    fixed=("AliasAttributes", "UsernameAttributes", "UsernameConfiguration"),
)


def in_pool(last: str, own: str, noun: str, **more: Any) -> ApiType:
    """A type in a user pool, which its own identifier is the Ref of."""
    more.setdefault("ref", own)
    identity: Sequence[str] = more.pop("identity", ("UserPoolId", own))
    return plain(f"AWS::Cognito::{last}", SERVICE, identity, noun=noun, arn=pool_arn, **more)


CLIENT = in_pool(
    "UserPoolClient",
    "ClientId",
    "UserPoolClient",
    create=ApiCall(
        "CreateUserPoolClient",
        lambda it: {"ClientName": it.text("ClientName") or generated_name(it.schema, it.place, {})},
        copies=True,
    ),
    known=taken(ClientId="UserPoolClient.ClientId"),
    shown=inside("UserPoolClient"),
    attributes=taken(Name="ClientName", ClientSecret="ClientSecret"),
)
DOMAIN = in_pool(
    "UserPoolDomain",
    "Domain",
    "UserPoolDomain",
    shown=inside("DomainDescription"),
    read=ApiCall("DescribeUserPoolDomain", identity=("Domain",)),
    attributes=taken(CloudFrontDistribution="CloudFrontDistribution"),
    modelled=("ManagedLoginVersion", "Routing"),
)
GROUP = in_pool("UserPoolGroup", "GroupName", "Group", read="Get", shown=inside("Group"))
SERVER = in_pool("UserPoolResourceServer", "Identifier", "ResourceServer", shown=inside("ResourceServer"))
PROVIDER = in_pool("UserPoolIdentityProvider", "ProviderName", "IdentityProvider", shown=inside("IdentityProvider"))
USER = in_pool(
    "UserPoolUser",
    "Username",
    "User",
    create="AdminCreateUser",
    read="AdminGetUser",
    update=None,
    delete="AdminDeleteUser",
)


def member(it: ApiResource, answer: Any) -> Any:
    """The group, if the user is in it."""
    return [group for group in answer.get("Groups", ()) if group["GroupName"] == it["GroupName"]]


MEMBER = in_pool(
    "UserPoolUserToGroupAttachment",
    "GroupName",
    "",
    identity=("UserPoolId", "Username", "GroupName"),
    ref="",
    create="AdminAddUserToGroup",
    read=ApiCall("AdminListGroupsForUser", identity=("UserPoolId", "Username")),
    shown=member,
    update=None,
    delete="AdminRemoveUserFromGroup",
)


# Identity pools


def identity_arn(it: ApiResource) -> str:
    """The ARN of an identity pool."""
    return regional(it, "cognito-identity", f"identitypool/{it['Id'] or it['IdentityPoolId'] or '*'}")


def named_pool(it: ApiResource) -> dict[str, Any]:
    """The name and the tags of an identity pool."""
    return {"IdentityPoolName": it.name, "IdentityPoolTags": dict(it.tags)}


POOL_ID = {"Id": "IdentityPoolId"}
IDENTITIES = plain(
    "AWS::Cognito::IdentityPool",
    "cognito-identity",
    ("Id",),
    renamed=POOL_ID,
    create=ApiCall("CreateIdentityPool", named_pool, copies=True),
    known=taken(Id="IdentityPoolId"),
    attributes=taken(Name="IdentityPoolName"),
    update=ApiCall("UpdateIdentityPool", named_pool, copies=True, identity=("Id",), renamed=POOL_ID),
    updates_tags=True,
    arn=identity_arn,
    modelled=("CognitoEvents", "CognitoStreams", "PushSync"),
)


def mappings(it: ApiResource) -> dict[str, Any]:
    """The roles of an identity pool, and the mappings under the providers that they are for."""
    given = it.properties.get("RoleMappings") or {}
    shaped = {
        str(each.get("IdentityProvider", name)): {
            key: value for key, value in each.items() if key != "IdentityProvider"
        }
        for name, each in given.items()
    }
    return {"Roles": dict(it.properties.get("Roles") or {}), "RoleMappings": shaped or None}


ROLES = plain(
    "AWS::Cognito::IdentityPoolRoleAttachment",
    "cognito-identity",
    ("IdentityPoolId",),
    create=ApiCall("SetIdentityPoolRoles", mappings, identity=("IdentityPoolId",)),
    read="GetIdentityPoolRoles",
    shown=lambda it, answer: answer.get("Roles") or answer.get("RoleMappings"),
    update=ApiCall("SetIdentityPoolRoles", mappings, identity=("IdentityPoolId",)),
    delete=(ApiCall("SetIdentityPoolRoles", lambda it: {"Roles": {}}, identity=("IdentityPoolId",)),),
    arn=identity_arn,
    passed_to="cognito-identity.amazonaws.com",
)

TYPES = (POOL, CLIENT, DOMAIN, GROUP, SERVER, PROVIDER, USER, MEMBER, IDENTITIES, ROLES)
