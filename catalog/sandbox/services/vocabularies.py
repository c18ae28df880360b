"""Transcribe: changes of vocabularies, their roles and tags, which moto lacks. Nothing is transcribed.

Source: Transcribe API reference, UpdateVocabulary, UpdateMedicalVocabulary, TagResource.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from moto.core.responses import ActionResult, EmptyResult
from moto.core.utils import utcnow
from moto.transcribe.exceptions import BadRequestException
from moto.transcribe.models import FakeVocabulary
from moto.transcribe.responses import TranscribeResponse

from catalog.sandbox.services.keeping import complete, keep

Answer = Callable[[TranscribeResponse], ActionResult]
STORES = {"vocabulary": "vocabularies", "medical_vocabulary": "medical_vocabularies"}
TAGS = "sandbox_tags"


def install() -> None:
    """Add the operations to moto's, and complete its own."""
    for kind in STORES:
        name = f"create_{kind}"
        setattr(TranscribeResponse, name, creating(getattr(TranscribeResponse, name), kind))
        setattr(TranscribeResponse, f"update_{kind}", updating(kind))
    for answer in (tag_resource, untag_resource, list_tags_for_resource):
        setattr(TranscribeResponse, answer.__name__, answer)
    complete(FakeVocabulary, "response_object")


def existing(response: TranscribeResponse, kind: str, name: str) -> Any:
    """A vocabulary by its name."""
    vocabulary = getattr(response.transcribe_backend, STORES[kind]).get(name)
    if vocabulary is None:
        raise BadRequestException(message="The requested vocabulary couldn't be found.")
    return vocabulary


def creating(create: Answer, kind: str) -> Answer:
    """A creation, with what moto drops of it."""

    def answer(response: TranscribeResponse) -> ActionResult:
        answered, given = create(response), json.loads(response.body)
        vocabulary = existing(response, kind, given["VocabularyName"])
        setattr(vocabulary, TAGS, given.get("Tags") or [])
        keep(vocabulary, {"DataAccessRoleArn": given.get("DataAccessRoleArn")})
        return answered

    return answer


def updating(kind: str) -> Answer:
    """The operation that changes a vocabulary, whose terms it replaces."""

    def answer(response: TranscribeResponse) -> ActionResult:
        given = json.loads(response.body)
        vocabulary = existing(response, kind, given["VocabularyName"])
        vocabulary.phrases, vocabulary.vocabulary_file_uri = given.get("Phrases"), given.get("VocabularyFileUri")
        vocabulary.last_modified_time = utcnow()
        keep(vocabulary, {"DataAccessRoleArn": given.get("DataAccessRoleArn")})
        return ActionResult(vocabulary.response_object("CREATE"))

    return answer


def tagged(response: TranscribeResponse) -> tuple[Any, dict[str, Any]]:
    """The vocabulary whose ARN a request has, and the members of the request."""
    given = json.loads(response.body)
    kind, _, name = str(given["ResourceArn"]).rpartition(":")[2].partition("/")
    return existing(response, kind.replace("-", "_"), name), given


def tag_resource(response: TranscribeResponse) -> ActionResult:
    """TagResource of the API reference."""
    vocabulary, given = tagged(response)
    keys = [tag["Key"] for tag in given["Tags"]]
    before = [tag for tag in vars(vocabulary).get(TAGS, []) if tag["Key"] not in keys]
    setattr(vocabulary, TAGS, [*before, *given["Tags"]])
    return EmptyResult()


def untag_resource(response: TranscribeResponse) -> ActionResult:
    """UntagResource of the API reference."""
    vocabulary, given = tagged(response)
    left = [tag for tag in vars(vocabulary).get(TAGS, []) if tag["Key"] not in given["TagKeys"]]
    setattr(vocabulary, TAGS, left)
    return EmptyResult()


def list_tags_for_resource(response: TranscribeResponse) -> ActionResult:
    """ListTagsForResource of the API reference."""
    vocabulary, given = tagged(response)
    return ActionResult({"ResourceArn": given["ResourceArn"], "Tags": vars(vocabulary).get(TAGS, [])})
