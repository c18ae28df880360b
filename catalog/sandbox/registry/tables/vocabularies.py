"""Vocabularies of Transcribe. Nothing is transcribed."""

from __future__ import annotations

from catalog.sandbox.registry.api_types import ApiResource, ApiType
from catalog.sandbox.registry.rows import ending, plain, regional, tagged, taken

FILE = "VocabularyFileUri"


def vocabulary(last: str, kind: str) -> ApiType:
    """A kind of vocabulary."""

    def arn(it: ApiResource) -> str:
        return regional(it, "transcribe", f"{kind}/{it['VocabularyName']}")

    return plain(
        f"AWS::Transcribe::{last}",
        "transcribe",
        ("VocabularyName",),
        read="Get",
        known=lambda it, answer: {"Arn": arn(it)},
        identified=ending("Arn", "/", "VocabularyName"),
        attributes=taken(VocabularyState="VocabularyState"),
        tagging=tagged("ResourceArn", arn, "Tags"),
        arn=arn,
        also_for={(step, FILE): ("s3:GetObject",) for step in ("create", "update")},
    )


TYPES = (vocabulary("Vocabulary", "vocabulary"), vocabulary("MedicalVocabulary", "medical-vocabulary"))
