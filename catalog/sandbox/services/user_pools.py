"""User pools of Cognito: what a change cannot take away, and resource servers, of which moto has the creation alone.

Source: Cognito user pools API reference, UpdateUserPool and UpdateUserPoolClient ("If you don't provide a value for an
attribute, Amazon Cognito sets it to its default value", of the parameters that they have), UpdateResourceServer,
DeleteResourceServer.
"""

from __future__ import annotations

import functools
from typing import Any

from joserfc import jwk
from moto.cognitoidp import models
from moto.cognitoidp.exceptions import ResourceNotFoundError
from moto.cognitoidp.models import CognitoIdpBackend, CognitoIdpUserPool, CognitoIdpUserPoolClient
from moto.cognitoidp.responses import CognitoIdpResponse
from moto.core.responses import ActionResult, EmptyResult

from catalog.sandbox.services.keeping import keep, kept, members

FIXED = ("AliasAttributes", "UsernameAttributes", "UsernameConfiguration")
FACTORS = ("EmailMfaConfiguration", "WebAuthnConfiguration")
UPDATE, UPDATE_CLIENT = CognitoIdpBackend.update_user_pool, CognitoIdpBackend.update_user_pool_client
SET_FACTORS, GET_FACTORS = CognitoIdpResponse.set_user_pool_mfa_config, CognitoIdpResponse.get_user_pool_mfa_config


def install() -> None:
    """Replace moto's operation, and add those that it lacks."""
    setattr(CognitoIdpBackend, "update_user_pool", update_user_pool)  # noqa: B010  # mypy allows no other form
    setattr(CognitoIdpBackend, "update_user_pool_client", update_user_pool_client)  # noqa: B010
    setattr(models, "jwk", SharedKeys)  # noqa: B010
    for factors in (set_user_pool_mfa_config, get_user_pool_mfa_config):
        setattr(CognitoIdpResponse, factors.__name__, factors)
    for answer in (update_resource_server, delete_resource_server):
        setattr(CognitoIdpResponse, answer.__name__, answer)


class SharedKeys:
    """Stands for moto's module of keys: all pools sign with the same key, which takes a tenth of a second to read."""

    class RSAKey:
        """The keys of that module."""

        @staticmethod
        def import_key(members: dict[str, str]) -> Any:
            """A key, which is read once."""
            return _key(tuple(sorted(members.items())))


@functools.cache
def _key(members: tuple[tuple[str, str], ...]) -> Any:
    return jwk.RSAKey.import_key(dict(members))


def update_user_pool(backend: CognitoIdpBackend, user_pool_id: str, extended_config: dict[str, Any]) -> None:
    """Change a pool; what only a creation sets stays."""
    pool: CognitoIdpUserPool = backend.describe_user_pool(user_pool_id)
    kept = {name: pool.extended_config[name] for name in FIXED if name in pool.extended_config}
    config = {name: value for name, value in extended_config.items() if name != "PoolName"}
    pool.name = extended_config.get("PoolName") or pool.name
    pool.mfa_config = config.get("MfaConfiguration") or pool.mfa_config
    UPDATE(backend, user_pool_id, {**kept, **config})


def update_user_pool_client(
    backend: CognitoIdpBackend, user_pool_id: str, client_id: str, extended_config: dict[str, Any]
) -> CognitoIdpUserPoolClient:
    """Change a client; what is not given gets its default."""
    client: CognitoIdpUserPoolClient = UPDATE_CLIENT(backend, user_pool_id, client_id, extended_config)
    name = {"ClientName": client.extended_config.get("ClientName")}
    fresh = CognitoIdpUserPoolClient(user_pool_id, generate_secret=False, extended_config=name)
    client.extended_config = {**fresh.extended_config, **extended_config}
    return client


def set_user_pool_mfa_config(response: CognitoIdpResponse) -> ActionResult:
    """SetUserPoolMfaConfig, with messages by email and passkeys."""
    pool = response.backend.describe_user_pool(response._get_param("UserPoolId"))
    keep(pool, {name: response._get_param(name) for name in FACTORS})
    SET_FACTORS(response)
    pool.extended_config["MfaConfiguration"] = pool.mfa_config  # which DescribeUserPool shows
    return get_user_pool_mfa_config(response)


def get_user_pool_mfa_config(response: CognitoIdpResponse) -> ActionResult:
    """GetUserPoolMfaConfig, with messages by email and passkeys."""
    answer = GET_FACTORS(response)
    more = kept(response.backend.describe_user_pool(response._get_param("UserPoolId")))
    members(answer).update({name: more[name] for name in FACTORS if more.get(name)})
    return answer


def servers(response: CognitoIdpResponse) -> dict[str, Any]:
    """The resource servers of the request's pool; an error without the one that it names."""
    pool = response.backend.describe_user_pool(response._get_param("UserPoolId"))
    if response._get_param("Identifier") not in pool.resource_servers:
        raise ResourceNotFoundError(f"Resource server: {response._get_param('Identifier')} does not exist.")
    existing: dict[str, Any] = pool.resource_servers
    return existing


def update_resource_server(response: CognitoIdpResponse) -> ActionResult:
    """UpdateResourceServer of the API reference."""
    server = servers(response)[response._get_param("Identifier")]
    server.name, server.scopes = response._get_param("Name"), response._get_param("Scopes") or []
    return ActionResult({"ResourceServer": server.to_json()})


def delete_resource_server(response: CognitoIdpResponse) -> ActionResult:
    """DeleteResourceServer of the API reference."""
    del servers(response)[response._get_param("Identifier")]
    return EmptyResult()
