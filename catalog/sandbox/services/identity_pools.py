"""Identity pools of Cognito: their roles, and changes of the name and the flow.

Source: Cognito identity pools API reference, SetIdentityPoolRoles, GetIdentityPoolRoles, UpdateIdentityPool.
"""

from __future__ import annotations

import json
from typing import Any

from moto.cognitoidentity.exceptions import ResourceNotFoundError
from moto.cognitoidentity.models import CognitoIdentityPool
from moto.cognitoidentity.responses import CognitoIdentityResponse

from catalog.sandbox.services.keeping import keep, kept

CREATE, UPDATE = CognitoIdentityResponse.create_identity_pool, CognitoIdentityResponse.update_identity_pool
SHOWN = CognitoIdentityPool.to_json
ROLES = "sandbox_roles"
FLOW = "AllowClassicFlow"


def install() -> None:
    """Replace moto's operations, and add those that it lacks."""
    for answer in (create_identity_pool, update_identity_pool, set_identity_pool_roles, get_identity_pool_roles):
        setattr(CognitoIdentityResponse, answer.__name__, answer)
    setattr(CognitoIdentityPool, "to_json", shown)  # noqa: B010  # mypy allows no other form


def shown(pool: CognitoIdentityPool) -> str:
    """What the service shows of a pool."""
    return json.dumps({**json.loads(SHOWN(pool)), **kept(pool)})


def of(response: CognitoIdentityResponse, identifier: str) -> Any:
    """The pool with an id."""
    if identifier not in response.backend.identity_pools:
        raise ResourceNotFoundError(identifier)
    return response.backend.identity_pools[identifier]


def create_identity_pool(response: CognitoIdentityResponse) -> str:
    """CreateIdentityPool, with the flow."""
    pool = of(response, json.loads(CREATE(response))["IdentityPoolId"])
    keep(pool, {FLOW: bool(response._get_param(FLOW))})
    return shown(pool)


def update_identity_pool(response: CognitoIdentityResponse) -> str:
    """UpdateIdentityPool, with the name and the flow."""
    pool = of(response, response._get_param("IdentityPoolId"))
    pool.identity_pool_name = response._get_param("IdentityPoolName")
    UPDATE(response)
    keep(pool, {FLOW: bool(response._get_param(FLOW))})
    return shown(pool)


def set_identity_pool_roles(response: CognitoIdentityResponse) -> str:
    """SetIdentityPoolRoles of the API reference."""
    roles = {"Roles": response._get_param("Roles"), "RoleMappings": response._get_param("RoleMappings") or {}}
    setattr(of(response, response._get_param("IdentityPoolId")), ROLES, roles)
    return "{}"


def get_identity_pool_roles(response: CognitoIdentityResponse) -> str:
    """GetIdentityPoolRoles of the API reference."""
    identifier = response._get_param("IdentityPoolId")
    roles = getattr(of(response, identifier), ROLES, {"Roles": {}, "RoleMappings": {}})
    return json.dumps({"IdentityPoolId": identifier, **roles})
