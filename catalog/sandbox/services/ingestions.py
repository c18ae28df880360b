"""OpenSearch Ingestion: configurations of any form, and what a pipeline leaves behind when it is deleted.

Source: OpenSearch Ingestion API reference, CreatePipeline, DeletePipeline; user guide, "Creating pipelines".
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from moto.osis.models import OpenSearchIngestionBackend, Pipeline

CREATE, DELETE = OpenSearchIngestionBackend.create_pipeline, OpenSearchIngestionBackend.delete_pipeline
ENDPOINTS = {"opensearch": "hosts", "s3": "bucket"}
"""Sink → its member with where it leads."""


def install() -> None:
    """Complete moto's pipelines."""
    setattr(OpenSearchIngestionBackend, "create_pipeline", create_pipeline)  # noqa: B010  # mypy allows no other form
    setattr(OpenSearchIngestionBackend, "delete_pipeline", delete_pipeline)  # noqa: B010
    setattr(Pipeline, "is_serverless", staticmethod(is_serverless))  # noqa: B010
    setattr(Pipeline, "_update_destinations", _update_destinations)  # noqa: B010


def create_pipeline(backend: OpenSearchIngestionBackend, **given: Any) -> Pipeline:
    """CreatePipeline, also without tags. The pipeline is then active: a stack would wait for it."""
    pipeline = CREATE(backend, **{**given, "tags": given.get("tags") or []})
    pipeline.status = "ACTIVE"
    return pipeline


def delete_pipeline(backend: OpenSearchIngestionBackend, pipeline_name: str) -> None:
    """DeletePipeline, with its tags, its policy and the endpoint that it has made."""
    pipeline = backend.pipelines.get(pipeline_name)
    DELETE(backend, pipeline_name)
    if pipeline is not None:
        backend.tagger.delete_all_tags_for_resource(pipeline.arn)
        backend.resource_policies.pop(pipeline.arn, None)
        if pipeline.vpc_endpoint:
            backend.ec2_backend.delete_vpc_endpoints([pipeline.vpc_endpoint])
        pipeline.status = "DELETED"


def _objects(node: Any) -> Iterator[dict[str, Any]]:
    """Every object in a configuration."""
    if isinstance(node, dict):
        yield node
        for value in node.values():
            yield from _objects(value)
    elif isinstance(node, list):
        for value in node:
            yield from _objects(value)


def is_serverless(body: Any) -> bool:
    """Whether a source or a sink is a serverless collection."""
    return any(each.get("serverless") is True for each in _objects(body))


def _update_destinations(pipeline: Pipeline) -> list[dict[str, str]]:
    """Where the sinks lead."""
    destinations = []
    for node in _objects(pipeline.pipeline_configuration_body):
        for sink in node.get("sink") or () if isinstance(node.get("sink"), list) else ():
            for kind, member in ENDPOINTS.items():
                given = sink.get(kind) if isinstance(sink, dict) else None
                if isinstance(given, dict) and given.get(member):
                    target = given[member]
                    name = {"s3": "S3"}.get(kind, "OpenSearch_Serverless" if is_serverless(given) else "OpenSearch")
                    endpoint = target[0] if isinstance(target, list) else target
                    destinations.append({"ServiceName": name, "Endpoint": str(endpoint)})
    return destinations
