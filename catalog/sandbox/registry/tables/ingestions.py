"""Pipelines of OpenSearch Ingestion, inputs of MediaLive and schemas of Personalize. Nothing comes in."""

from __future__ import annotations

from typing import Any

from catalog.sandbox.registry.api_types import ApiCall, ApiResource, Setting
from catalog.sandbox.registry.rows import by, ending, inside, plain, regional, tagged, taken
from catalog.sandbox.registry.shaping import as_text

NAME = ("PipelineName",)


def pipeline_arn(it: ApiResource) -> str:
    """The ARN of a pipeline."""
    return regional(it, "osis", f"pipeline/{it['PipelineName']}")


def policy(it: ApiResource) -> dict[str, Any]:
    """PutResourcePolicy."""
    return {"ResourceArn": pipeline_arn(it), "Policy": as_text(it.at("ResourcePolicy.Policy"))}


PIPELINE = plain(
    "AWS::OSIS::Pipeline",
    "osis",
    NAME,
    known=taken(PipelineArn="Pipeline.PipelineArn"),
    identified=ending("PipelineArn", "/", "PipelineName"),
    read="Get",
    shown=inside("Pipeline"),
    attributes=taken(
        IngestEndpointUrls="IngestEndpointUrls", VpcEndpoints="VpcEndpoints", VpcEndpointService="VpcEndpointService"
    ),
    settings=(
        Setting(
            ("ResourcePolicy",),
            ApiCall("PutResourcePolicy", policy),
            ApiCall("DeleteResourcePolicy", lambda it: {"ResourceArn": pipeline_arn(it)}),
        ),
    ),
    tagging=tagged("Arn", pipeline_arn, "Tags"),
    arn=pipeline_arn,
    also={"create": ("osis:GetResourcePolicy", "osis:ListTagsForResource")},
    also_for={
        ("create", "EncryptionAtRestOptions.KmsKeyArn"): ("kms:DescribeKey",),
        ("create", "LogPublishingOptions"): ("logs:CreateLogDelivery",),
    },
    modelled=("PipelineRoleArn", "VpcOptions"),
)

INPUT = plain(
    "AWS::MediaLive::Input",
    "medialive",
    (),
    known=taken(Id="Input.Id", Arn="Input.Arn"),
    read=ApiCall("DescribeInput", by(InputId="Id")),
    shown=lambda it, answer: answer if answer.get("Id") else None,
    attributes=taken(Arn="Arn", State="State", InputClass="InputClass", InputSourceType="InputSourceType"),
    update=ApiCall("UpdateInput", by(InputId="Id"), copies=True),
    delete=(ApiCall("DeleteInput", by(InputId="Id")),),
    tagging=tagged("ResourceArn", "Arn", "Tags", tag="CreateTags", untag="DeleteTags"),
    arn=lambda it: str(it["Arn"] or regional(it, "medialive", "input:*")),
    modelled=("RouterSettings", "SdiSources", "Smpte2110ReceiverGroupSettings", "Vpc"),
)

SCHEMA = plain(
    "AWS::Personalize::Schema",
    "personalize",
    ("SchemaArn",),
    known=taken(SchemaArn="schemaArn"),
    shown=inside("schema"),
    update=None,
    tagging=tagged("resourceArn", "SchemaArn", tags_in="tags", keys_in="tagKeys"),
    arn=lambda it: regional(it, "personalize", f"schema/{it['Name']}"),
)

TYPES = (PIPELINE, INPUT, SCHEMA)
