"""Lambda: numbers of versions, URLs and settings by qualifier, and event sources that moto lacks or keeps.

Sources: Lambda API reference, PublishVersion; developer guide, "Lambda function versions" ("Lambda doesn't reuse
version numbers"), "Lambda function URLs", "How Lambda processes records".
"""

from __future__ import annotations

import copy
import json
from collections.abc import Callable
from typing import Any
from urllib.parse import unquote

from moto.awslambda.exceptions import (
    ConflictException,
    GenericResourcNotFound,
    InvalidParameterValueException,
    UnknownEventConfig,
)
from moto.awslambda.models import (
    EventInvokeConfig,
    EventSourceMapping,
    FunctionUrlConfig,
    LambdaBackend,
    LambdaFunction,
    LambdaStorage,
)
from moto.awslambda.responses import LambdaResponse
from moto.core.common_types import TYPE_RESPONSE
from moto.dynamodb.models import dynamodb_backends
from moto.kinesis.models import kinesis_backends
from moto.sqs.models import sqs_backends

URLS, INVOKES, NUMBER = "sandbox_urls", "sandbox_invokes", "published"
READ_BY_MOTO = ("sqs", "dynamodb", "kinesis")
BATCHES = {"kinesis": (100, 10_000), "dynamodb": (100, 10_000), "sqs": (10, 10_000), "sqs-fifo": (10, 10)}
OTHER_BATCH = (100, 10_000)
"""The default and the largest batch of Kafka, MQ and DocumentDB."""
PUBLISH, URL = LambdaResponse.publish_version, FunctionUrlConfig.to_dict
LAYERS = LambdaFunction._get_layers_data
SERVICE_OF_SOURCE = EventSourceMapping._get_service_source_from_arn
CREATE_SOURCE, DELETE_SOURCE = LambdaBackend.create_event_source_mapping, LambdaBackend.delete_event_source_mapping


def install() -> None:
    """Replace moto's methods."""
    for answer in (
        publish_version,
        create_function_url_config,
        get_function_url_config,
        update_function_url_config,
        delete_function_url_config,
        put_function_event_invoke_config,
        update_function_event_invoke_config,
        get_function_event_invoke_config,
        delete_function_event_invoke_config,
        list_function_event_invoke_configs,
    ):
        setattr(LambdaResponse, answer.__name__, answer)
    setattr(LambdaStorage, "publish_version", publish)  # noqa: B010  # mypy allows no other form
    setattr(LambdaFunction, "_get_layers_data", layers_of)  # noqa: B010
    setattr(LambdaBackend, "create_event_source_mapping", create_source)  # noqa: B010
    setattr(LambdaBackend, "delete_event_source_mapping", delete_source)  # noqa: B010
    setattr(EventSourceMapping, "_get_service_source_from_arn", service_of_source)  # noqa: B010
    setattr(EventSourceMapping, "event_source_arn", property(lambda it: it._event_source_arn, set_source))  # noqa: B010
    setattr(EventSourceMapping, "batch_size", property(lambda it: it._batch_size, set_batch))  # noqa: B010


def layers_of(function: LambdaFunction, arns: list[str]) -> list[Any]:
    """The layers of a function. Those of other accounts, such as AWS's own, are not looked up: nobody can list them."""
    elsewhere = [arn for arn in arns if arn.count(":") == 7 and arn.split(":")[4] != function.account_id]
    known = {each["Arn"]: each for each in LAYERS(function, [arn for arn in arns if arn not in elsewhere])}
    return [known.get(arn) or {"Arn": arn, "CodeSize": 0} for arn in arns]


# Versions


def publish_version(response: LambdaResponse) -> TYPE_RESPONSE:
    """PublishVersion, if the code is the one that the caller has seen."""
    seen = response._get_param("CodeSha256")
    current = response.backend.get_function(unquote(response.path.split("/")[-2])).code_sha_256
    if seen and seen != current:
        raise InvalidParameterValueException(
            f"CodeSHA256 ({seen}) is different from current CodeSHA256 in $LATEST ({current}). Please try again with "
            "the CodeSHA256 in $LATEST."
        )
    return PUBLISH(response)


def publish(storage: LambdaStorage, name_or_arn: str, description: str = "") -> LambdaFunction:
    """A version with the next number, which no version has had; the last one if nothing has changed."""
    latest = storage.get_function_by_name_or_arn_forbid_qualifier(name_or_arn)
    family = storage._functions[latest.function_name]
    versions = family["versions"]
    if versions and not latest.code_or_config_updated:
        last: LambdaFunction = versions[-1]
        return last
    latest.code_or_config_updated = False
    family[NUMBER] = family.get(NUMBER, len(versions)) + 1
    version = copy.copy(latest)
    version.set_version(family[NUMBER])
    version.description = description or version.description
    versions.append(version)
    storage._arns[version.function_arn] = version
    return version


# What a function has by qualifier


def _of(response: LambdaResponse, attribute: str, at: int) -> tuple[LambdaFunction, dict[str, Any], str]:
    """The function of a request, what it has by qualifier, and the qualifier."""
    function = response.backend._lambdas.get_function_by_name_or_arn_forbid_qualifier(
        unquote(response.path.rstrip("/").split("/")[at])
    )
    qualifier = response._get_param("Qualifier") or ""
    if qualifier and qualifier != "$LATEST":
        response.backend.get_function(function.function_name, qualifier)
    return function, vars(function).setdefault(attribute, {}), qualifier


def _arn(function: LambdaFunction, qualifier: str) -> str:
    return f"{function.function_arn}:{qualifier}" if qualifier else function.function_arn


def _shown(function: LambdaFunction, qualifier: str, config: FunctionUrlConfig) -> str:
    url = f"{config.url.rstrip('/')}/"
    mode = config.config.get("InvokeMode") or "BUFFERED"
    return json.dumps({**URL(config), "FunctionUrl": url, "FunctionArn": _arn(function, qualifier), "InvokeMode": mode})


def create_function_url_config(response: LambdaResponse) -> TYPE_RESPONSE:
    """CreateFunctionUrlConfig, for the function or for one of its aliases."""
    function, urls, qualifier = _of(response, URLS, -2)
    if qualifier in urls:
        raise ConflictException("FunctionUrlConfig exists for this Lambda function")
    urls[qualifier] = FunctionUrlConfig(function, response.json_body)
    return 201, {"status": 201}, _shown(function, qualifier, urls[qualifier])


def get_function_url_config(response: LambdaResponse) -> TYPE_RESPONSE:
    """GetFunctionUrlConfig."""
    function, urls, qualifier = _of(response, URLS, -2)
    if qualifier not in urls:
        raise GenericResourcNotFound
    return 200, {"status": 200}, _shown(function, qualifier, urls[qualifier])


def update_function_url_config(response: LambdaResponse) -> TYPE_RESPONSE:
    """UpdateFunctionUrlConfig."""
    _, urls, qualifier = _of(response, URLS, -2)
    if qualifier in urls:
        urls[qualifier].config = {**urls[qualifier].config, **response.json_body}
    return get_function_url_config(response)


def delete_function_url_config(response: LambdaResponse) -> TYPE_RESPONSE:
    """DeleteFunctionUrlConfig."""
    _, urls, qualifier = _of(response, URLS, -2)
    if urls.pop(qualifier, None) is None:
        raise GenericResourcNotFound
    return 204, {"status": 204}, "{}"


def put_function_event_invoke_config(response: LambdaResponse) -> str:
    """PutFunctionEventInvokeConfig."""
    return _set_invoke(response, lambda before, given: given)


def update_function_event_invoke_config(response: LambdaResponse) -> str:
    """UpdateFunctionEventInvokeConfig: what is not given stays."""
    get_function_event_invoke_config(response)
    return _set_invoke(response, lambda before, given: {**before, **given})


def _set_invoke(response: LambdaResponse, merge: Callable[[dict[str, Any], dict[str, Any]], dict[str, Any]]) -> str:
    function, configs, qualifier = _of(response, INVOKES, -2)
    before = configs[qualifier].config if qualifier in configs else {}
    config = merge(before, response.json_body)
    configs[qualifier] = EventInvokeConfig(_arn(function, qualifier or "$LATEST"), function.last_modified, config)
    return get_function_event_invoke_config(response)


def get_function_event_invoke_config(response: LambdaResponse) -> str:
    """GetFunctionEventInvokeConfig."""
    function, configs, qualifier = _of(response, INVOKES, -2)
    if qualifier not in configs:
        raise UnknownEventConfig(_arn(function, qualifier or "$LATEST"))
    return json.dumps(configs[qualifier].response())


def delete_function_event_invoke_config(response: LambdaResponse) -> TYPE_RESPONSE:
    """DeleteFunctionEventInvokeConfig."""
    get_function_event_invoke_config(response)
    _, configs, qualifier = _of(response, INVOKES, -2)
    del configs[qualifier]
    return 204, {"status": 204}, "{}"


def list_function_event_invoke_configs(response: LambdaResponse) -> str:
    """ListFunctionEventInvokeConfigs."""
    _, configs, _ = _of(response, INVOKES, -3)
    return json.dumps({"FunctionEventInvokeConfigs": [config.response() for config in configs.values()]})


# Event sources


def create_source(backend: LambdaBackend, spec: dict[str, Any]) -> EventSourceMapping:
    """CreateEventSourceMapping, also for Kafka, MQ and DocumentDB, whose sources the sandbox does not look up."""
    source = str(spec.get("EventSourceArn") or "")
    if source.split(":")[2:3] and source.split(":")[2] in READ_BY_MOTO:
        return CREATE_SOURCE(backend, spec)
    if not source and not spec.get("SelfManagedEventSource"):
        raise InvalidParameterValueException("Event source ARN is required")
    function = backend.get_function(spec["FunctionName"])
    place = {"RegionName": backend.region_name, "AccountId": backend.account_id, "FunctionArn": function.function_arn}
    kind: Any = EventSourceMapping  # whose abstract methods are those of moto's CloudFormation
    mapping: EventSourceMapping = kind({**spec, "EventSourceArn": source, **place})
    backend._event_source_mappings[mapping.uuid] = mapping
    return mapping


def delete_source(backend: LambdaBackend, uuid: str) -> EventSourceMapping | None:
    """DeleteEventSourceMapping; the source calls the function no more."""
    mapping = DELETE_SOURCE(backend, uuid)
    account, region = backend.account_id, backend.region_name
    sources = (
        sqs_backends[account][region].queues,
        dynamodb_backends[account][region].tables,
        kinesis_backends[account][region].streams,
    )
    for source in (each for members in sources for each in members.values()):
        kept = {key: value for key, value in source.lambda_event_source_mappings.items() if value is not mapping}
        source.lambda_event_source_mappings = kept
    return mapping


def set_source(mapping: EventSourceMapping, arn: str) -> None:
    """Take the ARN of any source; a Kafka cluster of the customer's own has none."""
    setattr(mapping, "_event_source_arn", arn or None)  # noqa: B010


def service_of_source(mapping: EventSourceMapping, event_source_arn: str | None = None) -> str:
    """The service of a source."""
    arn = event_source_arn or mapping.event_source_arn
    return SERVICE_OF_SOURCE(mapping, arn) if arn else "kafka"


def set_batch(mapping: EventSourceMapping, size: int | None) -> None:
    """Take the size of a batch, within the limits of the source."""
    default, limit = BATCHES.get(mapping._get_service_source_from_arn(), OTHER_BATCH)
    if size is not None and int(size) > limit:
        raise InvalidParameterValueException(f"BatchSize {size} exceeds the max of {limit}")
    mapping._batch_size = default if size is None else int(size)
