"""User pools and identity pools of Cognito, and what belongs to them."""

from __future__ import annotations

from functools import partial
from typing import Any

from tests.contract.resource_types.cases_iam import TRUST
from tests.contract.resource_types.conftest import Case
from tests.contract.resource_types.reading import asks, with_more

asked = partial(asks, "cognito-idp")
POOL = {"Type": "AWS::Cognito::UserPool"}
IN_POOL: dict[str, Any] = {"UserPoolId": {"Ref": "Pool"}}
ROLE = {"Type": "AWS::IAM::Role", "Properties": {"AssumeRolePolicyDocument": TRUST}}
USER = {"Type": "AWS::Cognito::UserPoolUser", "Properties": {**IN_POOL, "Username": "ann"}}
GROUP = {"Type": "AWS::Cognito::UserPoolGroup", "Properties": {**IN_POOL, "GroupName": "staff"}}
IDENTITIES = {"Type": "AWS::Cognito::IdentityPool", "Properties": {"AllowUnauthenticatedIdentities": True}}


def row(name: str, *arguments: Any, denied: str = "", later: str = "", **more: Any) -> Case:
    more.setdefault("around", {"Pool": POOL})
    prefix = more.pop("prefix", "cognito-idp")
    return Case(
        f"AWS::Cognito::{name}",
        *arguments,
        denied=tuple(f"{prefix}:{action}" for action in denied.split()),
        denied_later=tuple(f"{prefix}:{action}" for action in later.split()),
        **more,
    )


CASES = (
    row(
        "UserPool",
        {
            "MfaConfiguration": "OPTIONAL",
            "EnabledMfas": ["SOFTWARE_TOKEN_MFA"],
            "WebAuthnUserVerification": "required",
            "UsernameAttributes": ["email"],
            "Schema": [{"Name": "plan", "AttributeDataType": "String"}],
        },
        with_more(
            asked("describe_user_pool", "UserPool", UserPoolId="@"),
            mfa=asked("get_user_pool_mfa_config", UserPoolId="@"),
            attributes=lambda world, identifier: [
                each["Name"]
                for each in world.client("cognito-idp").describe_user_pool(UserPoolId=identifier)["UserPool"][
                    "SchemaAttributes"
                ]
                if each["Name"].startswith("custom:")
            ],
        ),
        {
            "MfaConfiguration": "OPTIONAL",
            "UsernameAttributes": ["email"],
            "mfa": {
                "SoftwareTokenMfaConfiguration": {"Enabled": True},
                "WebAuthnConfiguration": {"UserVerification": "required"},
            },
            "attributes": ["custom:plan"],
        },
        changed={
            "DeletionProtection": "INACTIVE",
            "AutoVerifiedAttributes": ["email"],
            "MfaConfiguration": "OFF",
            "EnabledMfas": None,
            "Schema": [{"Name": name, "AttributeDataType": "String"} for name in ("plan", "team")],
        },
        then={
            "AutoVerifiedAttributes": ["email"],
            "UsernameAttributes": ["email"],
            "MfaConfiguration": "OFF",
            "attributes": ["custom:plan", "custom:team"],
        },
        tags=asked("describe_user_pool", "UserPool.UserPoolTags", UserPoolId="@"),
        map_tags=True,
        tag_property="UserPoolTags",
        denied="CreateUserPool DescribeUserPool SetUserPoolMfaConfig",
        later="UpdateUserPool DeleteUserPool AddCustomAttributes",
        attributes=("Arn", "ProviderName", "ProviderURL"),
        around={},
    ),
    row(
        "UserPoolClient",
        {**IN_POOL, "GenerateSecret": True, "ExplicitAuthFlows": ["ALLOW_USER_SRP_AUTH"], "RefreshTokenValidity": 7},
        asked("describe_user_pool_client", "UserPoolClient", UserPoolId="@Pool", ClientId="@"),
        {"ExplicitAuthFlows": ["ALLOW_USER_SRP_AUTH"], "RefreshTokenValidity": 7},
        changed={"CallbackURLs": ["https://example.com/"], "ExplicitAuthFlows": None, "RefreshTokenValidity": None},
        then={"CallbackURLs": ["https://example.com/"], "ExplicitAuthFlows": None, "RefreshTokenValidity": 30},
        replaced={"GenerateSecret": False},
        denied="CreateUserPoolClient DescribeUserPoolClient",
        later="UpdateUserPoolClient DeleteUserPoolClient",
        attributes=("ClientId", "Name"),
    ),
    row(
        "UserPoolDomain",
        {**IN_POOL, "Domain": "shop"},
        asked("describe_user_pool_domain", "DomainDescription", Domain="@"),
        {"Domain": "shop", "Status": "ACTIVE"},
        replaced={"Domain": "store"},
        denied="CreateUserPoolDomain DescribeUserPoolDomain",
        later="DeleteUserPoolDomain",
        attributes=("CloudFrontDistribution",),
    ),
    row(
        "UserPoolGroup",
        {**IN_POOL, "Description": "one", "RoleArn": {"Fn::GetAtt": ["Role", "Arn"]}},
        asked("get_group", "Group", UserPoolId="@Pool", GroupName="@"),
        {"Description": "one"},
        changed={"Description": "two", "Precedence": 5},
        then={"Description": "two", "Precedence": 5},
        replaced={"GroupName": "another"},
        denied="CreateGroup GetGroup",
        later="UpdateGroup DeleteGroup",
        around={"Pool": POOL, "Role": ROLE},
    ),
    row(
        "UserPoolResourceServer",
        {**IN_POOL, "Identifier": "orders", "Name": "Orders"},
        asked("describe_resource_server", "ResourceServer", UserPoolId="@Pool", Identifier="@"),
        {"Name": "Orders"},
        changed={"Scopes": [{"ScopeName": "read", "ScopeDescription": "r"}]},
        then={"Scopes": [{"ScopeName": "read"}]},
        replaced={"Identifier": "bills"},
        denied="CreateResourceServer DescribeResourceServer",
        later="UpdateResourceServer DeleteResourceServer",
    ),
    row(
        "UserPoolIdentityProvider",
        {**IN_POOL, "ProviderName": "corp", "ProviderType": "SAML", "ProviderDetails": {"MetadataURL": "https://a/"}},
        asked("describe_identity_provider", "IdentityProvider", UserPoolId="@Pool", ProviderName="@"),
        {"ProviderType": "SAML"},
        changed={"AttributeMapping": {"email": "mail"}},
        then={"AttributeMapping": {"email": "mail"}},
        replaced={"ProviderName": "other"},
        denied="CreateIdentityProvider DescribeIdentityProvider",
        later="UpdateIdentityProvider DeleteIdentityProvider",
    ),
    row(
        "UserPoolUser",
        {**IN_POOL, "Username": "ann", "UserAttributes": [{"Name": "email", "Value": "ann@example.com"}]},
        asked("admin_get_user", UserPoolId="@Pool", Username="@"),
        {"Username": "ann"},
        replaced={"Username": "bob"},
        denied="AdminCreateUser AdminGetUser",
        later="AdminDeleteUser",
    ),
    row(
        "UserPoolUserToGroupAttachment",
        {**IN_POOL, "Username": {"Ref": "User"}, "GroupName": {"Ref": "Group"}},
        asked("admin_list_groups_for_user", "Groups.0", UserPoolId="@Pool", Username="@User"),
        {"GroupName": "staff"},
        denied="AdminAddUserToGroup",
        later="AdminRemoveUserFromGroup",
        around={"Pool": POOL, "User": USER, "Group": GROUP},
    ),
    row(
        "IdentityPool",
        {"AllowUnauthenticatedIdentities": False, "AllowClassicFlow": True},
        asks("cognito-identity", "describe_identity_pool", IdentityPoolId="@"),
        {"AllowUnauthenticatedIdentities": False, "AllowClassicFlow": True},
        changed={"AllowUnauthenticatedIdentities": True, "IdentityPoolName": "two"},
        then={"AllowUnauthenticatedIdentities": True, "IdentityPoolName": "two"},
        tags=asks("cognito-identity", "describe_identity_pool", "IdentityPoolTags", IdentityPoolId="@"),
        tag_property="IdentityPoolTags",
        prefix="cognito-identity",
        denied="CreateIdentityPool DescribeIdentityPool",
        later="UpdateIdentityPool DeleteIdentityPool",
        attributes=("Name", "Id"),
        around={},
    ),
    row(
        "IdentityPoolRoleAttachment",
        {"IdentityPoolId": {"Ref": "Pool"}, "Roles": {"authenticated": {"Fn::GetAtt": ["Role", "Arn"]}}},
        lambda world, _: (
            world.client("cognito-identity").get_identity_pool_roles(IdentityPoolId=world.reference("Pool"))["Roles"]
            or None
        ),
        {},
        prefix="cognito-identity",
        denied="SetIdentityPoolRoles GetIdentityPoolRoles",
        around={"Pool": IDENTITIES, "Role": ROLE},
    ),
)
