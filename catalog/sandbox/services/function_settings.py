"""Lambda: settings of functions with operations of their own, which moto lacks.

Source: Lambda API reference, PutFunctionCodeSigningConfig, PutRuntimeManagementConfig, PutFunctionRecursionConfig, with
their defaults.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any
from urllib.parse import unquote

from moto.awslambda import urls
from moto.awslambda.models import LambdaFunction
from moto.awslambda.responses import LambdaResponse

from catalog.sandbox.services.keeping import keep, kept

SIGNING = "CodeSigningConfigArn"
RUNTIME = {"UpdateRuntimeOn": "Auto"}
RECURSION = {"RecursiveLoop": "Terminate"}
PATHS = tuple(
    rf"{{0}}/(?P<api_version>[^/]+)/functions/(?P<function_name>[\w_:%-]+)/{ending}$"
    for ending in ("runtime-management-config", "recursion-config")
)

UPDATE = LambdaFunction.update_function_code


def install() -> None:
    """Add the operations to moto's."""
    for answer in (put_function_code_signing_config, delete_function_code_signing_config):
        setattr(LambdaResponse, answer.__name__, answer)
    for answer in (put_runtime_management_config, get_runtime_management_config):
        setattr(LambdaResponse, answer.__name__, answer)
    for answer in (put_function_recursion_config, get_function_recursion_config):
        setattr(LambdaResponse, answer.__name__, answer)
    setattr(LambdaFunction, update_function_code.__name__, update_function_code)
    urls.url_paths.update(dict.fromkeys(PATHS, LambdaResponse.dispatch))


def update_function_code(function: LambdaFunction, updated_spec: dict[str, Any]) -> dict[str, Any]:
    """UpdateFunctionCode, also with other Architectures."""
    shown = UPDATE(function, updated_spec)
    function.architectures = updated_spec.get("Architectures") or function.architectures
    return {**shown, "Architectures": function.architectures}


def function(response: LambdaResponse) -> LambdaFunction:
    """The function of a request's path."""
    return response.backend.get_function(unquote(response.path.rsplit("/", 2)[-2]))


def put_function_code_signing_config(response: LambdaResponse) -> str:
    """PutFunctionCodeSigningConfig of the API reference."""
    target = function(response)
    target.code_signing_config_arn = json.loads(response.body)[SIGNING]
    return json.dumps({SIGNING: target.code_signing_config_arn, "FunctionName": target.function_name})


def delete_function_code_signing_config(response: LambdaResponse) -> Any:
    """DeleteFunctionCodeSigningConfig of the API reference."""
    function(response).code_signing_config_arn = None
    return 204, {}, ""


def _put(response: LambdaResponse, default: Mapping[str, Any]) -> str:
    given = {name: value for name, value in json.loads(response.body).items() if value is not None}
    keep(function(response), given)
    return _got(response, default)


def _got(response: LambdaResponse, default: Mapping[str, Any]) -> str:
    target = function(response)
    names = (*default, "RuntimeVersionArn")
    more = {name: value for name, value in kept(target).items() if name in names}
    return json.dumps({**default, **more, "FunctionArn": target.function_arn})


def put_runtime_management_config(response: LambdaResponse) -> str:
    """PutRuntimeManagementConfig of the API reference."""
    return _put(response, RUNTIME)


def get_runtime_management_config(response: LambdaResponse) -> str:
    """GetRuntimeManagementConfig of the API reference."""
    return _got(response, RUNTIME)


def put_function_recursion_config(response: LambdaResponse) -> str:
    """PutFunctionRecursionConfig of the API reference."""
    return _put(response, RECURSION)


def get_function_recursion_config(response: LambdaResponse) -> str:
    """GetFunctionRecursionConfig of the API reference."""
    return _got(response, RECURSION)
