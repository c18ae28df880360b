"""DataBrew: tags, and what moto leaves out of jobs.

Source: DataBrew API reference, TagResource, UntagResource, ListTagsForResource, DescribeJob.
"""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import unquote

from moto.databrew import urls
from moto.databrew.exceptions import ResourceNotFoundException
from moto.databrew.models import FakeJob
from moto.databrew.responses import DataBrewResponse

from catalog.sandbox.services.keeping import complete, keep

JOB = ("EncryptionKeyArn", "JobSample", "Timeout")


def install() -> None:
    """Replace moto's operations, and add those that it lacks."""
    urls.url_paths["{0}/tags/(?P<resource_arn>.+)$"] = DataBrewResponse.dispatch
    for kind in ("profile", "recipe"):
        for verb in ("create", "update"):
            setattr(DataBrewResponse, f"{verb}_{kind}_job", kept(f"{verb}_{kind}_job"))
    for answer in (tag_resource, untag_resource, list_tags_for_resource):
        setattr(DataBrewResponse, answer.__name__, answer)
    complete(FakeJob, "as_dict")


def kept(operation: str) -> Any:
    """An operation on a job that keeps all that it is given."""
    answer = getattr(DataBrewResponse, operation)

    def answered(response: DataBrewResponse) -> str:
        text: str = answer(response)
        given, job = json.loads(response.body), response.databrew_backend.jobs[json.loads(text)["Name"]]
        more = {"ProfileConfiguration": given["Configuration"]} if "Configuration" in given else {}
        keep(job, {**{name: given[name] for name in JOB if name in given}, **more})
        return json.dumps({"Name": job.name})

    return answered


def tags_of(response: DataBrewResponse) -> dict[str, str]:
    """The tags of what has the ARN of a request."""
    arn = unquote(response.parsed_url.path).partition("/tags/")[2]
    kind, _, name = arn.rpartition(":")[2].partition("/")
    backend: Any = response.databrew_backend
    existing: dict[str, Any] = getattr(backend, f"{kind}s", {})
    if name not in existing:
        raise ResourceNotFoundException(f"The resource {arn} wasn't found.")
    tagged = getattr(existing[name], "latest_working", existing[name])
    tagged.tags = tagged.tags or {}
    tags: dict[str, str] = tagged.tags
    return tags


def tag_resource(response: DataBrewResponse) -> str:
    """TagResource of the API reference."""
    tags_of(response).update(json.loads(response.body)["Tags"])
    return "{}"


def untag_resource(response: DataBrewResponse) -> str:
    """UntagResource of the API reference."""
    tags = tags_of(response)
    for key in response.querystring["tagKeys"]:
        tags.pop(key, None)
    return "{}"


def list_tags_for_resource(response: DataBrewResponse) -> str:
    """ListTagsForResource of the API reference."""
    return json.dumps({"Tags": tags_of(response)})
