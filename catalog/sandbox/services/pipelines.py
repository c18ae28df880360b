"""CodePipeline: the tags of AWS (`aws:…`), which CloudFormation sets and moto takes from nobody, and the role.

moto reads a trust policy whose statements all name one service; a list of services, an account or a single statement is
as good (IAM user guide, "AWS JSON policy elements: Principal").
"""

from __future__ import annotations

from typing import Any

from moto.codepipeline.exceptions import InvalidStructureException
from moto.codepipeline.models import CodePipeline, CodePipelineBackend

from catalog.sandbox.registry.calls import OWN_CALL
from catalog.sandbox.trust import trusts

SERVICE = "codepipeline.amazonaws.com"
VALIDATE = CodePipeline.validate_tags


def install() -> None:
    """Replace moto's checks."""
    setattr(CodePipeline, "validate_tags", validate)  # noqa: B010  # mypy allows no other form
    setattr(CodePipelineBackend, "create_pipeline", create)  # noqa: B010


def validate(pipeline: CodePipeline, tags: list[dict[str, str]]) -> None:
    """Take the tags of AWS from CloudFormation alone."""
    own = [{**tag, "key": tag["key"].removeprefix("aws:")} for tag in tags] if OWN_CALL.get() else tags
    VALIDATE(pipeline, own)


def create(
    backend: CodePipelineBackend, pipeline: dict[str, Any], tags: list[dict[str, str]] | None
) -> tuple[dict[str, Any], list[dict[str, str]]]:
    """CreatePipeline, with moto's refusals, and a role that trusts CodePipeline in whatever form."""
    name, role = pipeline["name"], pipeline["roleArn"]
    if name in backend.pipelines:
        raise InvalidStructureException(
            f"A pipeline with the name '{name}' already exists in account '{backend.account_id}'"
        )
    if not trusts(role, "Service", {SERVICE}, {"aws:sourceaccount": backend.account_id}):
        raise InvalidStructureException(f"CodePipeline is not authorized to perform AssumeRole on role {role}")
    if len(pipeline["stages"]) < 2:
        raise InvalidStructureException(
            "Pipeline has only 1 stage(s). There should be a minimum of 2 stages in a pipeline"
        )
    made = CodePipeline(backend.account_id, backend.region_name, pipeline)
    made.validate_tags(tags or [])
    made.tags.update({tag["key"]: tag["value"] for tag in tags or []})
    backend.pipelines[name] = made
    return pipeline, sorted(tags or [], key=lambda tag: tag["key"])
