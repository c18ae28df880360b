"""Pipelines of OpenSearch Ingestion, inputs of MediaLive and schemas of Personalize."""

from __future__ import annotations

import json

from tests.contract.resource_types.conftest import Case
from tests.contract.resource_types.reading import asks, listed, with_more

BODY = """
version: "2"
extension: {}
logs:
  source: {http: {path: /logs}}
  sink: [{stdout: }, {s3: {bucket: %s}}]
"""
READERS = {
    "Version": "2012-10-17",
    "Statement": [{"Effect": "Allow", "Principal": {"AWS": "111122223333"}, "Action": "osis:*", "Resource": "*"}],
}
SCHEMA = {"type": "record", "name": "Users", "fields": [{"name": "USER_ID", "type": "string"}], "version": "1.0"}


def actions(prefix: str, *names: str) -> tuple[str, ...]:
    return tuple(f"{prefix}:{name}" for name in names)


CASES = (
    Case(
        "AWS::OSIS::Pipeline",
        {
            "PipelineName": "logs",
            "MinUnits": 1,
            "MaxUnits": 2,
            "PipelineConfigurationBody": BODY % "one",
            "ResourcePolicy": {"Policy": READERS},
        },
        with_more(
            lambda world, arn: world.client("osis").get_pipeline(PipelineName=arn.split("/")[1])["Pipeline"],
            policy=lambda world, arn: json.loads(world.client("osis").get_resource_policy(ResourceArn=arn)["Policy"]),
        ),
        {
            "Status": "ACTIVE",
            "MaxUnits": 2,
            "Destinations": [{"ServiceName": "S3", "Endpoint": "one"}],
            "policy": READERS,
        },
        changed={"MaxUnits": 3, "PipelineConfigurationBody": BODY % "two", "ResourcePolicy": None},
        then={"MaxUnits": 3, "Destinations": [{"ServiceName": "S3", "Endpoint": "two"}], "policy": None},
        replaced={"PipelineName": "another"},
        tags=listed(lambda world, arn: world.client("osis").list_tags_for_resource(Arn=arn)["Tags"]),
        denied=actions("osis", "CreatePipeline", "GetPipeline", "TagResource", "PutResourcePolicy"),
        denied_later=actions("osis", "UpdatePipeline", "DeleteResourcePolicy", "DeletePipeline"),
        attributes=("PipelineArn",),
    ),
    Case(
        "AWS::MediaLive::Input",
        {"Name": "one", "Type": "URL_PULL", "Sources": [{"Url": "https://example.com/one.m3u8"}]},
        asks("medialive", "describe_input", InputId="@"),
        {"Name": "one", "Type": "URL_PULL", "State": "DETACHED", "Sources": [{"Url": "https://example.com/one.m3u8"}]},
        changed={"Name": "two", "Sources": [{"Url": "https://example.com/two.m3u8"}]},
        then={"Name": "two", "Sources": [{"Url": "https://example.com/two.m3u8"}]},
        replaced={"Type": "MP4_FILE"},
        tags=asks("medialive", "describe_input", "Tags", InputId="@"),
        map_tags=True,
        denied=actions("medialive", "CreateInput", "DescribeInput", "CreateTags"),
        denied_later=actions("medialive", "UpdateInput", "DeleteInput"),
        attributes=("Arn", "State"),
    ),
    Case(
        "AWS::Personalize::Schema",
        {"Name": "users", "Schema": json.dumps(SCHEMA)},
        asks("personalize", "describe_schema", "schema", schemaArn="@"),
        {"name": "users", "schema": json.dumps(SCHEMA)},
        replaced={"Name": "others"},
        tags=listed(asks("personalize", "list_tags_for_resource", "tags", resourceArn="@"), "tagKey", "tagValue"),
        denied=actions("personalize", "CreateSchema", "DescribeSchema", "TagResource"),
        denied_later=actions("personalize", "DeleteSchema"),
    ),
)
