"""Lambda functions and their permissions. The sandbox runs no code: a function has its settings and its package.

Code that a template has as text becomes a package with one file, `index` (template reference, AWS::Lambda::Function
Code, ZipFile).
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping
from typing import Any

from catalog.sandbox.registry.api_types import ApiCall, ApiResource, ApiType, Setting, Tagging
from catalog.sandbox.registry.calls import operation_model
from catalog.sandbox.registry.naming import CAPITALS, SUFFIX, characters
from catalog.sandbox.registry.shaping import copied

CODE = ("Code", "Architectures")
CONFIGURATION = (
    "DeadLetterConfig",
    "Description",
    "Environment",
    "EphemeralStorage",
    "FileSystemConfigs",
    "Handler",
    "ImageConfig",
    "KmsKeyArn",
    "Layers",
    "LoggingConfig",
    "MemorySize",
    "Role",
    "Runtime",
    "SnapStart",
    "Timeout",
    "TracingConfig",
    "VpcConfig",
)
"""Properties that UpdateFunctionConfiguration changes."""


def function(subject: ApiResource) -> dict[str, Any]:
    """The name of the function."""
    return {"FunctionName": subject["FunctionName"]}


def package(subject: ApiResource) -> dict[str, Any]:
    """The code in the form of the API: a package, or where it is."""
    code: Mapping[str, Any] = subject.properties["Code"]
    if "ZipFile" not in code:
        return {name: code[name] for name in ("S3Bucket", "S3Key", "S3ObjectVersion", "ImageUri") if name in code}
    ending = "js" if subject.text("Runtime").startswith("nodejs") else "py"
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        archive.writestr(zipfile.ZipInfo(f"index.{ending}"), str(code["ZipFile"]))
    return {"ZipFile": content.getvalue()}


def changed_configuration(subject: ApiResource) -> dict[str, Any]:
    """UpdateFunctionConfiguration with what the template has."""
    shape = operation_model("lambda", "UpdateFunctionConfiguration").input_shape
    return function(subject) | copied(subject.given(*CONFIGURATION), shape, {})


def runtime(subject: ApiResource) -> dict[str, Any]:
    """PutRuntimeManagementConfig; Lambda updates the runtime by default."""
    given = subject.properties.get("RuntimeManagementConfig") or {"UpdateRuntimeOn": "Auto"}
    return function(subject) | dict(given)


def tagged(subject: ApiResource) -> dict[str, Any]:
    """The ARN of the function, for tags."""
    return {"Resource": arn(subject, subject["FunctionName"])}


def arn(subject: ApiResource, name: Any) -> str:
    """The ARN of a function, which may be named by it already."""
    if str(name).startswith("arn:"):
        return str(name)
    place = subject.place
    return f"arn:{place.partition}:lambda:{place.region}:{place.account}:function:{name}"


FUNCTION = ApiType(
    "AWS::Lambda::Function",
    "lambda",
    create=ApiCall("CreateFunction", lambda it: function(it) | {"Code": package(it)}, copies=True, omitted=("Code",)),
    read=ApiCall("GetFunction", function),
    shown=lambda it, answer: answer.get("Configuration"),
    attributes=lambda it, shown: {"Arn": shown["FunctionArn"].removesuffix(":$LATEST")},
    settings=(
        Setting(
            CODE,
            ApiCall(
                "UpdateFunctionCode",
                lambda it: {**function(it), **package(it), "Architectures": it["Architectures"] or ["x86_64"]},
            ),
            on_create=False,
        ),
        Setting(CONFIGURATION, ApiCall("UpdateFunctionConfiguration", changed_configuration), on_create=False),
        Setting(
            ("ReservedConcurrentExecutions",),
            ApiCall(
                "PutFunctionConcurrency",
                lambda it: function(it) | {"ReservedConcurrentExecutions": int(it["ReservedConcurrentExecutions"])},
            ),
            ApiCall("DeleteFunctionConcurrency", function),
        ),
        Setting(
            ("CodeSigningConfigArn",),
            ApiCall("PutFunctionCodeSigningConfig", lambda it: function(it) | it.given("CodeSigningConfigArn")),
            ApiCall("DeleteFunctionCodeSigningConfig", function),
            on_create=False,
        ),
        Setting(("RuntimeManagementConfig",), ApiCall("PutRuntimeManagementConfig", runtime)),
        Setting(
            ("RecursiveLoop",),
            ApiCall(
                "PutFunctionRecursionConfig",
                lambda it: function(it) | {"RecursiveLoop": it.text("RecursiveLoop", "Terminate")},
            ),
        ),
    ),
    delete=(ApiCall("DeleteFunction", function),),
    tagging=Tagging(ApiCall("TagResource", tagged), ApiCall("UntagResource", tagged), "Tags"),
    arn=lambda it: arn(it, it["FunctionName"]),
    also_for={
        ("create", "Code.S3Bucket"): ("s3:GetObject",),
        ("create", "VpcConfig"): ("ec2:DescribeSecurityGroups", "ec2:DescribeSubnets", "ec2:DescribeVpcs"),
    },
    passed_to="lambda.amazonaws.com",
    modelled=(
        "CapacityProviderConfig",
        "DurableConfig",
        "FunctionScalingConfig",
        "PublishToLatestPublished",
    ),
)


def statement(subject: ApiResource) -> dict[str, Any]:
    """The function and the statement in its policy."""
    return {"FunctionName": subject["FunctionName"], "StatementId": subject["Id"]}


def new_statement(subject: ApiResource) -> dict[str, Any]:
    """AddPermission; its id begins with the name of the stack."""
    place = subject.place
    subject.values["Id"] = f"{place.stack_name}-{place.logical_id}-{characters(SUFFIX, CAPITALS)}"
    return statement(subject)


PERMISSION = ApiType(
    "AWS::Lambda::Permission",
    "lambda",
    create=ApiCall("AddPermission", new_statement, copies=True),
    read=ApiCall("GetPolicy", lambda it: {"FunctionName": it["FunctionName"]}),
    shown=lambda it, answer: str(it["Id"]) in answer.get("Policy", ""),
    delete=(ApiCall("RemovePermission", statement),),
    arn=lambda it: arn(it, it["FunctionName"]),
    ref="Id",
)

TYPES = (FUNCTION, PERMISSION)
