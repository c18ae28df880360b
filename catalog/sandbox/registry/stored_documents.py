"""Documents that a property names by bucket and key, such as BodyS3Location: what handlers read in S3."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import yaml

from catalog.sandbox.registry.api_types import ApiResource


def document_of(it: ApiResource, name: str, location: str) -> Any:
    """The value of the property `name`, or the JSON or YAML that `location` names; None without both.

    Raises `CallRefused` if the object does not exist.
    """
    given, stored = it.properties.get(name), it.properties.get(location)
    if given is not None or not isinstance(stored, Mapping):
        return given
    version = {"VersionId": stored["Version"]} if "Version" in stored else {}
    answer = it.ask("GetObject", {"Bucket": stored["Bucket"], "Key": stored["Key"], **version}, "s3")
    return yaml.safe_load(answer["Body"])
