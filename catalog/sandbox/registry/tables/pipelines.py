"""Pipelines of CodePipeline. Nothing is built or deployed."""

from __future__ import annotations

from typing import Any

from catalog.sandbox.registry.api_types import ApiCall, ApiResource
from catalog.sandbox.registry.calls import operation_model
from catalog.sandbox.registry.rows import at, inside, plain, regional, tagged
from catalog.sandbox.registry.shaping import copied

NAME = ("Name",)


def pipeline(it: ApiResource) -> dict[str, Any]:
    """The whole pipeline."""
    given = {name: value for name, value in it.properties.items() if name != it.schema.tag_property}
    shape = operation_model("codepipeline", "CreatePipeline").input_shape
    return copied({"pipeline": {**given, "Name": it.name}}, shape, {})


def pipeline_arn(it: ApiResource) -> str:
    """The ARN of a pipeline."""
    return regional(it, "codepipeline", str(it["Name"]))


TYPES = (
    plain(
        "AWS::CodePipeline::Pipeline",
        "codepipeline",
        NAME,
        create=ApiCall("CreatePipeline", pipeline),
        read="Get",
        shown=inside("pipeline"),
        attributes=lambda it, shown: {"Arn": pipeline_arn(it), "Version": str(at(shown, "version"))},
        update=ApiCall("UpdatePipeline", pipeline),
        tagging=tagged("resourceArn", pipeline_arn, "tags"),
        arn=pipeline_arn,
        modelled=("DisableInboundStageTransitions", "RestartExecutionOnUpdate"),
    ),
)
