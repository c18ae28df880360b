"""What belongs to Lambda functions: versions, aliases, layers, event sources, URLs, settings of asynchronous calls.

Sources: template reference of each type; Lambda API reference, PublishVersion ("Lambda doesn't publish a version if the
function's configuration and code haven't changed since the last version").
"""

from __future__ import annotations

from typing import Any

from catalog.sandbox.registry.api_types import ApiCall, ApiResource, ApiType
from catalog.sandbox.registry.calls import CallRefused
from catalog.sandbox.registry.naming import CAPITALS, SUFFIX, characters
from catalog.sandbox.registry.rows import by, ending, plain, regional, tagged, taken
from catalog.sandbox.registry.tables.forms import call
from catalog.sandbox.registry.tables.functions import arn

PUBLISHED = "versions that there were"


def of_function(it: ApiResource) -> str:
    """The ARN of the function that a property names."""
    return arn(it, it["FunctionName"])


def new_version(it: ApiResource) -> dict[str, Any]:
    """PublishVersion, which gives an old version when nothing has changed."""
    name = of_function(it).split(":function:")[1].partition(":")[0]
    listed = it.ask("ListVersionsByFunction", {"FunctionName": name})["Versions"]
    it.values[PUBLISHED] = [version["Version"] for version in listed]
    return {"FunctionName": it["FunctionName"]}


def of_version(it: ApiResource, answer: Any) -> dict[str, Any]:
    """The identifiers of a version; an old one is refused, as the handler of the type does."""
    if answer["Version"] in it.values.pop(PUBLISHED):
        message = (
            f"A version for this Lambda function exists ( {answer['Version']} ). Modify the function to create a new "
            "version."
        )
        raise CallRefused("lambda", "ResourceConflictException", message)
    return {"FunctionArn": answer["FunctionArn"], "Version": answer["Version"]}


BY_VERSION = by("FunctionName", Qualifier="Version")
VERSION = ApiType(
    "AWS::Lambda::Version",
    "lambda",
    create=ApiCall("PublishVersion", new_version, copies=True),
    known=of_version,
    identified=ending("FunctionArn", ":", "Version"),
    read=ApiCall("GetFunctionConfiguration", BY_VERSION),
    delete=(ApiCall("DeleteFunction", BY_VERSION),),
    arn=of_function,
    also={"create": ("lambda:ListVersionsByFunction",)},
    modelled=("FunctionScalingConfig", "ProvisionedConcurrencyConfig", "RuntimePolicy"),
)


def alias(it: ApiResource) -> dict[str, Any]:
    """The function, the name, and where else calls go."""
    listed = it.at("RoutingConfig.AdditionalVersionWeights") or ()
    weights = {str(each["FunctionVersion"]): float(each["FunctionWeight"]) for each in listed}
    return {**by("FunctionName", "Name")(it), "RoutingConfig": {"AdditionalVersionWeights": weights}}


ALIAS = plain(
    "AWS::Lambda::Alias",
    "lambda",
    ("FunctionName", "Name"),
    create=ApiCall("CreateAlias", alias, copies=True, omitted=("RoutingConfig",)),
    read="Get",
    update=ApiCall("UpdateAlias", alias, copies=True, omitted=("RoutingConfig",)),
    attributes=taken(AliasArn="AliasArn"),
    arn=of_function,
    modelled=("ProvisionedConcurrencyConfig",),
)

KEYS = ("kms:DescribeKey", "kms:GenerateDataKey", "kms:Decrypt")
EVENT_SOURCE = ApiType(
    "AWS::Lambda::EventSourceMapping",
    "lambda",
    create=ApiCall("CreateEventSourceMapping", copies=True),
    known=taken(Id="UUID"),
    read=call("GetEventSourceMapping", UUID="Id"),
    attributes=taken(EventSourceMappingArn="EventSourceMappingArn"),
    update=ApiCall("UpdateEventSourceMapping", by(UUID="Id"), copies=True),
    delete=(call("DeleteEventSourceMapping", UUID="Id"),),
    tagging=tagged("Resource", "EventSourceMappingArn", "Tags"),
    arn=lambda it: str(it["EventSourceMappingArn"] or regional(it, "lambda", "event-source-mapping:*")),
    keys=lambda it: {"lambda:functionarn": of_function(it)},
    also_for={("create", "KmsKeyArn"): KEYS, ("update", "KmsKeyArn"): KEYS},
    modelled=("LoggingConfig", "Queues", "Topics"),
)


def layer(it: ApiResource) -> dict[str, Any]:
    """The name and the number of the version of a layer, by its ARN."""
    _, _, named = str(it["LayerVersionArn"]).partition(":layer:")
    name, _, number = named.rpartition(":")
    return {"LayerName": name, "VersionNumber": int(number) if number.isdecimal() else 0}


LAYER = ApiType(
    "AWS::Lambda::LayerVersion",
    "lambda",
    create=ApiCall("PublishLayerVersion", by("LayerName"), copies=True),
    known=taken(LayerVersionArn="LayerVersionArn"),
    read=ApiCall("GetLayerVersion", layer),
    delete=(ApiCall("DeleteLayerVersion", layer),),
    arn=lambda it: str(it["LayerVersionArn"] or regional(it, "lambda", f"layer:{it['LayerName']}")),
    also_for={("create", "Content"): ("s3:GetObject",)},
)


def new_statement(it: ApiResource) -> dict[str, Any]:
    """AddLayerVersionPermission; the id of the statement is made up."""
    it.values["StatementId"] = f"{it.place.stack_name}-{it.place.logical_id}-{characters(SUFFIX, CAPITALS)}"
    return statement(it)


def statement(it: ApiResource) -> dict[str, Any]:
    """A statement in the policy of a layer."""
    return {**layer(it), **by("StatementId")(it)}


LAYER_PERMISSION = ApiType(
    "AWS::Lambda::LayerVersionPermission",
    "lambda",
    create=ApiCall("AddLayerVersionPermission", new_statement, copies=True),
    known=lambda it, answer: {"Id": f"{it['LayerVersionArn']}#{it['StatementId']}"},
    identified=ending("Id", "#", "StatementId"),
    read=ApiCall("GetLayerVersionPolicy", layer),
    shown=lambda it, answer: str(it["StatementId"]) in answer.get("Policy", ""),
    delete=(ApiCall("RemoveLayerVersionPermission", statement),),
    arn=lambda it: str(it["LayerVersionArn"]),
)

OF_URL = by("Qualifier", FunctionName="TargetFunctionArn")
URL = ApiType(
    "AWS::Lambda::Url",
    "lambda",
    create=ApiCall("CreateFunctionUrlConfig", OF_URL, copies=True),
    read=ApiCall("GetFunctionUrlConfig", OF_URL),
    attributes=taken(FunctionArn="FunctionArn", FunctionUrl="FunctionUrl"),
    update=ApiCall("UpdateFunctionUrlConfig", OF_URL, copies=True),
    delete=(ApiCall("DeleteFunctionUrlConfig", OF_URL),),
    arn=lambda it: arn(it, it["TargetFunctionArn"]),
    keys=lambda it: {"lambda:functionurlauthtype": it.text("AuthType")},
)

INVOKE_CONFIG = plain(
    "AWS::Lambda::EventInvokeConfig",
    "lambda",
    ("FunctionName", "Qualifier"),
    noun="FunctionEventInvokeConfig",
    create="Put",
    read="Get",
    arn=of_function,
)

TYPES = (VERSION, ALIAS, EVENT_SOURCE, LAYER, LAYER_PERMISSION, URL, INVOKE_CONFIG)
