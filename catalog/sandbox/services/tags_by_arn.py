"""Operations on tags for services of moto that have none: the tags are an attribute of what has the ARN."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any
from urllib.parse import unquote

from moto.core.responses import ActionResult, BaseResponse

Targets = Callable[[Any], Iterable[Any]]
"""From a response to everything that has an ARN and tags."""
PATH = "/tags/"


def install(
    response_class: type[BaseResponse],
    targets: Targets,
    absent: Callable[[str], Exception],
    *,
    names: Mapping[str, str] | None = None,
) -> None:
    """Add TagResource, UntagResource and ListTagsForResource; `names` are their parameters and member otherwise."""
    words = {"arn": "resourceArn", "tags": "tags", "keys": "tagKeys", "key": "", "value": "", **(names or {})}

    def target(response: Any) -> Any:
        in_path = unquote(response.path.partition(PATH)[2]) if PATH in response.path else ""
        arn = in_path or response._get_param(words["arn"])
        for each in targets(response):
            if each.arn == arn:
                return each
        raise absent(arn)

    def as_map(given: Any) -> dict[str, str]:
        if isinstance(given, dict):
            return given
        return {tag[words["key"]]: tag.get(words["value"], "") for tag in given or ()}

    def tag_resource(response: Any) -> ActionResult:
        tagged = target(response)
        tagged.tags = {**as_map(getattr(tagged, "tags", None)), **as_map(response._get_param(words["tags"]))}
        return ActionResult({})

    def untag_resource(response: Any) -> ActionResult:
        tagged = target(response)
        keys = response.querystring.get(words["keys"]) or response._get_param(words["keys"]) or ()
        tagged.tags = {key: value for key, value in as_map(getattr(tagged, "tags", None)).items() if key not in keys}
        return ActionResult({})

    def list_tags_for_resource(response: Any) -> ActionResult:
        tags = as_map(getattr(target(response), "tags", None))
        listed = [{words["key"]: key, words["value"]: value} for key, value in tags.items()]
        return ActionResult(dict.fromkeys(("tags", "Tags"), listed if words["key"] else tags))  # the model has one

    for operation in (tag_resource, untag_resource, list_tags_for_resource):
        setattr(response_class, operation.__name__, operation)
