"""Repositories of CodeCommit. Nothing is committed."""

from __future__ import annotations

from typing import Any

from catalog.sandbox.registry.api_types import ApiCall, ApiResource, Setting
from catalog.sandbox.registry.calls import operation_model
from catalog.sandbox.registry.rows import inside, plain, regional, tagged, taken
from catalog.sandbox.registry.shaping import copied

SERVICE = "codecommit"


def name(it: ApiResource) -> str:
    """The name of a repository, which an import finds by its id."""
    if it["RepositoryName"]:
        return str(it["RepositoryName"])
    listed = it.ask("ListRepositories", {}).get("repositories", ())
    return next((str(each["repositoryName"]) for each in listed if each["repositoryId"] == it["RepositoryId"]), "-")


def named(it: ApiResource) -> dict[str, Any]:
    """The repository of a call."""
    return {"repositoryName": name(it)}


def repository_arn(it: ApiResource) -> str:
    """The ARN of a repository, which has its name."""
    return regional(it, SERVICE, name(it))


def triggers(it: ApiResource) -> dict[str, Any]:
    """PutRepositoryTriggers, with all of them."""
    shape = operation_model(SERVICE, "PutRepositoryTriggers").input_shape
    return {**named(it), **copied({"triggers": it.properties.get("Triggers") or []}, shape, {})}


NAMES = ("RepositoryName",)
REPOSITORY = plain(
    "AWS::CodeCommit::Repository",
    SERVICE,
    (),
    known=taken(RepositoryId="repositoryMetadata.repositoryId"),
    read=ApiCall("GetRepository", named),
    shown=inside("repositoryMetadata"),
    attributes=taken(Arn="Arn", CloneUrlHttp="cloneUrlHttp", CloneUrlSsh="cloneUrlSsh", Name="repositoryName"),
    settings=(
        Setting(
            NAMES,
            ApiCall(
                "UpdateRepositoryName",
                lambda it: {"oldName": it.old["RepositoryName"], "newName": it["RepositoryName"]},
            ),
            on_create=False,
        ),
        Setting(
            ("RepositoryDescription",),
            ApiCall(
                "UpdateRepositoryDescription",
                lambda it: {**named(it), "repositoryDescription": it.text("RepositoryDescription")},
            ),
            on_create=False,
        ),
        Setting(
            ("KmsKeyId",),
            ApiCall("UpdateRepositoryEncryptionKey", lambda it: {**named(it), "kmsKeyId": it.text("KmsKeyId")}),
            on_create=False,
        ),
        Setting(("Triggers",), ApiCall("PutRepositoryTriggers", triggers)),
    ),
    update=None,
    delete=(ApiCall("DeleteRepository", named),),
    tagging=tagged("resourceArn", repository_arn, "tags"),
    arn=repository_arn,
    also_for={("create", "Code"): ("codecommit:CreateCommit", "s3:GetObject")},
    modelled=("Code",),
)

TYPES = (REPOSITORY,)
