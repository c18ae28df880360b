"""MediaConnect: outputs, sources and VPC interfaces, of which moto keeps those of the last call, and what it lacks.

Source: MediaConnect API reference, AddFlowOutputs, AddFlowSources, AddFlowVpcInterfaces, UpdateFlow, RemoveFlowOutput,
RemoveFlowSource, UpdateFlowEntitlement, UntagResource.
"""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import unquote

from moto.mediaconnect.exceptions import NotFoundException
from moto.mediaconnect.models import Flow, MediaConnectBackend
from moto.mediaconnect.responses import MediaConnectResponse
from moto.moto_api._internal import mock_random

from catalog.sandbox.services.keeping import complete, keep

CREATE, DELETE = MediaConnectResponse.create_flow, MediaConnectBackend.delete_flow
CHANGE = MediaConnectBackend.update_flow_entitlement
MORE = ("mediaStreams", "sourceMonitoringConfig", "flowSize", "ndiConfig", "encodingConfig")
CHANGED = ("sourceFailoverConfig", "maintenance", *MORE)


def install() -> None:
    """Add the operations to moto's, and complete its own."""
    for operation in (create_flow, update_flow, remove_flow_source, untag_resource, list_tags_for_resource):
        setattr(MediaConnectResponse, operation.__name__, operation)
    for method in (
        *(add_flow_outputs, remove_flow_output, add_flow_vpc_interfaces, delete_flow, add_flow_sources),
        update_flow_entitlement,
    ):
        setattr(MediaConnectBackend, method.__name__, method)
    complete(Flow, "to_dict")


def _existing(backend: MediaConnectBackend, arn: str) -> Flow:
    if arn not in backend._flows:
        raise NotFoundException(message="Flow not found.")
    return backend._flows[arn]


def create_flow(response: MediaConnectResponse) -> str:
    """CreateFlow, with what moto does not read."""
    arn = json.loads(CREATE(response))["flow"]["flowArn"]
    backend = response.mediaconnect_backend
    flow = backend._flows[arn]
    flow.outputs, flow.vpc_interfaces = flow.outputs or [], flow.vpc_interfaces or []
    keep(flow, {name: value for name in MORE if (value := response._get_param(name)) is not None})
    if response._get_param("flowTags"):
        backend.tag_resource(arn, response._get_param("flowTags"))
    return json.dumps({"flow": flow.to_dict()})


def update_flow(response: MediaConnectResponse) -> str:
    """UpdateFlow of the API reference."""
    flow = _existing(response.mediaconnect_backend, unquote(response.path.rpartition("/")[2]))
    keep(flow, {name: value for name in CHANGED if (value := response._get_param(name)) is not None})
    return json.dumps({"flow": flow.to_dict()})


def delete_flow(backend: MediaConnectBackend, flow_arn: str) -> Flow:
    """DeleteFlow, with the tags of the flow and its outputs."""
    flow = _existing(backend, flow_arn)
    for arn in (flow_arn, *(output["outputArn"] for output in flow.outputs)):
        backend.tagger.delete_all_tags_for_resource(arn)
    return DELETE(backend, flow_arn)


def add_flow_outputs(backend: MediaConnectBackend, flow_arn: str, outputs: list[dict[str, Any]]) -> Flow:
    """AddFlowOutputs, beside those that the flow has."""
    flow, prefix = _existing(backend, flow_arn), flow_arn.partition(":flow:")[0]
    for output in outputs:
        output["name"] = output.get("name") or mock_random.get_random_hex(8)
        output["outputArn"] = f"{prefix}:output:{mock_random.uuid4()}:{output['name']}"
    flow.outputs = [*flow.outputs, *outputs]
    return flow


def remove_flow_output(backend: MediaConnectBackend, flow_arn: str, output_name: str) -> None:
    """RemoveFlowOutput, which names the output by its ARN."""
    flow, arn = _existing(backend, flow_arn), unquote(output_name)
    left = [each for each in flow.outputs if each["outputArn"] != arn]
    if len(left) == len(flow.outputs):
        raise NotFoundException(message=f"output with arn={arn} not found")
    flow.outputs = left
    backend.tagger.delete_all_tags_for_resource(arn)


def add_flow_vpc_interfaces(backend: MediaConnectBackend, flow_arn: str, vpc_interfaces: list[dict[str, Any]]) -> Flow:
    """AddFlowVpcInterfaces, beside those that the flow has."""
    flow = _existing(backend, flow_arn)
    for each in vpc_interfaces:
        each["networkInterfaceIds"] = [f"eni-{mock_random.get_random_hex(17)}"]
    flow.vpc_interfaces = [*flow.vpc_interfaces, *vpc_interfaces]
    return flow


def add_flow_sources(
    backend: MediaConnectBackend, flow_arn: str, sources: list[dict[str, Any]]
) -> list[dict[str, Any]]:
    """AddFlowSources, beside those that the flow has."""
    flow, prefix = _existing(backend, flow_arn), flow_arn.partition(":flow:")[0]
    for source in sources:
        source["sourceArn"] = f"{prefix}:source:{mock_random.uuid4()}:{source['name']}"
        source["ingestIp"] = f"127.0.0.{len(flow.sources) + 1}"
    flow.sources = [*flow.sources, *sources]
    return sources


def remove_flow_source(response: MediaConnectResponse) -> str:
    """RemoveFlowSource of the API reference."""
    backend, arn = response.mediaconnect_backend, response.get_source_arn()
    flow = _existing(backend, response.get_flow_arn())
    left = [each for each in flow.sources if each["sourceArn"] != arn]
    if len(left) == len(flow.sources):
        raise NotFoundException(message=f"source with arn={arn} not found")
    flow.sources = left
    backend.tagger.delete_all_tags_for_resource(arn)
    return json.dumps({"flowArn": flow.flow_arn, "sourceArn": arn})


def update_flow_entitlement(backend: MediaConnectBackend, flow_arn: str, entitlement_arn: str, **given: Any) -> Any:
    """UpdateFlowEntitlement, which leaves the name."""
    entitlements = _existing(backend, flow_arn).entitlements
    names = [each["name"] for each in entitlements if each["entitlementArn"] == entitlement_arn]
    return CHANGE(backend, flow_arn, entitlement_arn, **{**given, "name": names[0] if names else None})


def untag_resource(response: MediaConnectResponse) -> str:
    """UntagResource of the API reference."""
    arn = unquote(response.path.split("/tags/")[-1])
    response.mediaconnect_backend.tagger.untag_resource_using_names(arn, response.querystring.get("tagKeys", []))
    return "{}"


def list_tags_for_resource(response: MediaConnectResponse) -> str:
    """ListTagsForResource, also of what has none."""
    arn = unquote(response.path.split("/tags/")[-1])
    return json.dumps({"tags": response.mediaconnect_backend.tagger.get_tag_dict_for_resource(arn)})
