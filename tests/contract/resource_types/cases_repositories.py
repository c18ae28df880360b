"""Repositories of CodeCommit."""

from __future__ import annotations

from typing import Any

from tests.contract.resource_types.conftest import Case, World

TRIGGER = {"Name": "all", "DestinationArn": {"Ref": "Topic"}, "Events": ["all"]}


def repository(world: World, identifier: str) -> Any:
    client = world.client("codecommit")
    listed = client.list_repositories()["repositories"]
    name = next(each["repositoryName"] for each in listed if each["repositoryId"] == identifier)
    shown = client.get_repository(repositoryName=name)["repositoryMetadata"]
    triggers = client.get_repository_triggers(repositoryName=name)["triggers"]
    return {**shown, "triggers": [each["name"] for each in triggers]}


def tags(world: World, identifier: str) -> Any:
    arn = repository(world, identifier)["Arn"]
    return world.client("codecommit").list_tags_for_resource(resourceArn=arn)["tags"]


CASES = (
    Case(
        "AWS::CodeCommit::Repository",
        {"RepositoryName": "orders", "RepositoryDescription": "one", "Triggers": [TRIGGER]},
        repository,
        {"repositoryName": "orders", "repositoryDescription": "one", "triggers": ["all"]},
        changed={"RepositoryName": "sales", "RepositoryDescription": None, "Triggers": None},
        then={"repositoryName": "sales", "repositoryDescription": "", "triggers": []},
        tags=tags,
        denied=(
            *("codecommit:CreateRepository", "codecommit:TagResource", "codecommit:GetRepository"),
            "codecommit:PutRepositoryTriggers",
        ),
        denied_later=(
            *("codecommit:UpdateRepositoryName", "codecommit:UpdateRepositoryDescription"),
            "codecommit:DeleteRepository",
        ),
        around={"Topic": {"Type": "AWS::SNS::Topic"}},
        attributes=("Arn", "CloneUrlHttp", "CloneUrlSsh", "Name"),
    ),
)
