"""CodeCommit: lists, changes, triggers and tags of repositories, which moto lacks.

Source: CodeCommit API reference, ListRepositories, UpdateRepositoryName, UpdateRepositoryDescription,
UpdateRepositoryEncryptionKey, PutRepositoryTriggers, TagResource.
"""

from __future__ import annotations

import json
from typing import Any

from moto.codecommit.exceptions import RepositoryDoesNotExistException, RepositoryNameExistsException
from moto.codecommit.models import CodeCommit
from moto.codecommit.responses import CodeCommitResponse
from moto.moto_api._internal import mock_random

CREATE = CodeCommitResponse.create_repository
TAGS, TRIGGERS = "sandbox_tags", "sandbox_triggers"


def install() -> None:
    """Replace moto's operation, and add those that it lacks."""
    for answer in (
        create_repository,
        list_repositories,
        update_repository_name,
        update_repository_description,
        update_repository_encryption_key,
        put_repository_triggers,
        get_repository_triggers,
        tag_resource,
        untag_resource,
        list_tags_for_resource,
    ):
        setattr(CodeCommitResponse, answer.__name__, answer)


def repository(response: CodeCommitResponse, parameter: str = "repositoryName") -> CodeCommit:
    """The repository of a request."""
    name = response._get_param(parameter)
    response.codecommit_backend.get_repository(name)
    return response.codecommit_backend.repositories[name]


def create_repository(response: CodeCommitResponse) -> str:
    """CreateRepository, with its key and tags."""
    answer = CREATE(response)
    made = repository(response)
    vars(made)[TAGS] = dict(response._get_param("tags") or {})
    if response._get_param("kmsKeyId"):
        made.repository_metadata["kmsKeyId"] = response._get_param("kmsKeyId")
        return json.dumps({"repositoryMetadata": made.repository_metadata})
    return answer


def list_repositories(response: CodeCommitResponse) -> str:
    """ListRepositories of the API reference."""
    every = [each.repository_metadata for each in response.codecommit_backend.repositories.values()]
    names = ("repositoryName", "repositoryId")
    return json.dumps({"repositories": [{name: each[name] for name in names} for each in every]})


def update_repository_name(response: CodeCommitResponse) -> str:
    """UpdateRepositoryName of the API reference: the ARN and the URLs have the new name."""
    existing, old, new = response.codecommit_backend.repositories, *map(response._get_param, ("oldName", "newName"))
    if new in existing:
        raise RepositoryNameExistsException(new)
    renamed = repository(response, "oldName")
    shown = renamed.repository_metadata
    shown["repositoryName"] = new
    for name, separator in (("Arn", ":"), ("cloneUrlSsh", "/"), ("cloneUrlHttp", "/")):
        shown[name] = f"{shown[name].rpartition(separator)[0]}{separator}{new}"
    existing[new] = existing.pop(old)
    return "{}"


def update_repository_description(response: CodeCommitResponse) -> str:
    """UpdateRepositoryDescription of the API reference."""
    description = response._get_param("repositoryDescription")
    repository(response).repository_metadata["repositoryDescription"] = description
    return "{}"


def update_repository_encryption_key(response: CodeCommitResponse) -> str:
    """UpdateRepositoryEncryptionKey of the API reference."""
    shown = repository(response).repository_metadata
    before, shown["kmsKeyId"] = shown.get("kmsKeyId"), response._get_param("kmsKeyId")
    return json.dumps(
        {"repositoryId": shown["repositoryId"], "kmsKeyId": shown["kmsKeyId"], "originalKmsKeyId": before}
    )


def put_repository_triggers(response: CodeCommitResponse) -> str:
    """PutRepositoryTriggers of the API reference: all of them."""
    configuration = {"triggers": response._get_param("triggers"), "configurationId": str(mock_random.uuid4())}
    vars(repository(response))[TRIGGERS] = configuration
    return json.dumps({"configurationId": configuration["configurationId"]})


def get_repository_triggers(response: CodeCommitResponse) -> str:
    """GetRepositoryTriggers of the API reference."""
    return json.dumps(vars(repository(response)).get(TRIGGERS, {"triggers": []}))


def tags_of(response: CodeCommitResponse) -> dict[str, Any]:
    """The tags of the repository whose ARN a request has."""
    arn = response._get_param("resourceArn")
    for each in response.codecommit_backend.repositories.values():
        if each.repository_metadata["Arn"] == arn:
            tags: dict[str, Any] = vars(each).setdefault(TAGS, {})
            return tags
    raise RepositoryDoesNotExistException(arn.rpartition(":")[2])


def tag_resource(response: CodeCommitResponse) -> str:
    """TagResource of the API reference."""
    tags_of(response).update(response._get_param("tags"))
    return "{}"


def untag_resource(response: CodeCommitResponse) -> str:
    """UntagResource of the API reference."""
    tags = tags_of(response)
    for key in response._get_param("tagKeys"):
        tags.pop(key, None)
    return "{}"


def list_tags_for_resource(response: CodeCommitResponse) -> str:
    """ListTagsForResource of the API reference."""
    return json.dumps({"tags": tags_of(response)})
