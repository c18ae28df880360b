"""Flows of MediaConnect with sources, outputs, entitlements and VPC interfaces. No video comes."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from catalog.sandbox.registry.api_types import ApiCall, ApiResource, ApiType, Setting
from catalog.sandbox.registry.calls import operation_model
from catalog.sandbox.registry.rows import at, by, inside, plain, regional, tagged, taken
from catalog.sandbox.registry.shaping import copied

FLOW_ARN = by("FlowArn")


def source(it: ApiResource) -> dict[str, Any]:
    """UpdateFlowSource, whose source has an ARN that only the flow knows."""
    arn = at(it.ask("DescribeFlow", FLOW_ARN(it)), "Flow.Source.SourceArn")
    given = copied(it["Source"], operation_model("mediaconnect", "UpdateFlowSource").input_shape, {})
    return {**FLOW_ARN(it), **given, "SourceArn": arn}


FLOW = plain(
    "AWS::MediaConnect::Flow",
    "mediaconnect",
    (),
    known=taken(FlowArn="Flow.FlowArn"),
    read=ApiCall("DescribeFlow", FLOW_ARN),
    shown=inside("Flow"),
    attributes=taken(
        EgressIp="EgressIp",
        FlowAvailabilityZone="AvailabilityZone",
        Source__SourceArn="Source.SourceArn",
        Source__IngestIp="Source.IngestIp",
    ),
    settings=(Setting(("Source",), ApiCall("UpdateFlowSource", source), on_create=False),),
    update=ApiCall("UpdateFlow", FLOW_ARN, copies=True),
    delete=(ApiCall("DeleteFlow", FLOW_ARN),),
    tagging=tagged("ResourceArn", "FlowArn", tags_in="Tags"),
    arn=lambda it: str(it["FlowArn"] or regional(it, "mediaconnect", "flow:*")),
    modelled=("MediaStreams", "Source.Tags", "VpcInterfaces"),
)


def within(member: str, fits: Callable[[ApiResource, Mapping[str, Any]], bool]) -> Any:
    """What a flow has that fits."""
    return lambda it, answer: next((each for each in at(answer, f"Flow.{member}") or () if fits(it, each)), None)


def as_list(operation: str, member: str) -> ApiCall:
    """An operation that adds what the properties say to a flow."""

    def parameters(it: ApiResource) -> dict[str, Any]:
        given = {name: value for name, value in it.properties.items() if name not in ("FlowArn", "Tags")}
        shape = operation_model("mediaconnect", operation).input_shape
        return {**FLOW_ARN(it), **copied({member: [given]}, shape, {})}

    return ApiCall(operation, parameters)


def of_flow(last: str, member: str, *, add: str, update: str, remove: str) -> ApiType:
    """A type with an ARN of what a flow has."""
    own = f"{last.removeprefix('Flow')}Arn"
    return plain(
        f"AWS::MediaConnect::{last}",
        "mediaconnect",
        (),
        create=as_list(add, member),
        known=lambda it, answer: {own: answer[member][-1][own]},
        read=ApiCall("DescribeFlow", FLOW_ARN),
        shown=within(member, lambda it, each: each[own] == it[own]),
        update=ApiCall(update, by("FlowArn", own), copies=True),
        delete=(ApiCall(remove, by("FlowArn", own)),),
        tagging=tagged("ResourceArn", own),
        arn=lambda it: str(it[own] or regional(it, "mediaconnect", f"{own.removesuffix('Arn').lower()}:*")),
    )


OUTPUT = of_flow("FlowOutput", "Outputs", add="AddFlowOutputs", update="UpdateFlowOutput", remove="RemoveFlowOutput")
SOURCE = of_flow("FlowSource", "Sources", add="AddFlowSources", update="UpdateFlowSource", remove="RemoveFlowSource")
ENTITLEMENT = of_flow(
    "FlowEntitlement",
    "Entitlements",
    add="GrantFlowEntitlements",
    update="UpdateFlowEntitlement",
    remove="RevokeFlowEntitlement",
)
INTERFACE = plain(
    "AWS::MediaConnect::FlowVpcInterface",
    "mediaconnect",
    (),
    create=as_list("AddFlowVpcInterfaces", "VpcInterfaces"),
    read=ApiCall("DescribeFlow", FLOW_ARN),
    shown=within("VpcInterfaces", lambda it, each: each["Name"] == it["Name"]),
    attributes=taken(NetworkInterfaceIds="NetworkInterfaceIds"),
    settings=(
        Setting(
            ("RoleArn", "SubnetId", "SecurityGroupIds"),
            ApiCall("RemoveFlowVpcInterface", by("FlowArn", VpcInterfaceName="Name")),
            on_create=False,
        ),
        Setting(
            ("RoleArn", "SubnetId", "SecurityGroupIds"),
            as_list("AddFlowVpcInterfaces", "VpcInterfaces"),
            on_create=False,
        ),
    ),
    update=None,
    delete=(ApiCall("RemoveFlowVpcInterface", by("FlowArn", VpcInterfaceName="Name")),),
    arn=lambda it: str(it["FlowArn"]),
    modelled=("Tags",),
)

TYPES = (FLOW, OUTPUT, SOURCE, ENTITLEMENT, INTERFACE)
