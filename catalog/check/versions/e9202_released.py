"""E9202: a released version is not built anew."""

from __future__ import annotations

from catalog.check.metadata import Metadata


class ReleasedVersion(Metadata):
    """See `catalog.versions.gate`."""

    id = "E9202"
    shortdesc = "A released version is not built anew"
    description = (
        "The working tree renders other bytes than those that were released under the version that the product names."
    )
    why = "A version that people have launched never changes: under one number there would be two templates."
    remedy = "Raise `version` in the product file to the one that the message names."
    source_url = "https://docs.aws.amazon.com/servicecatalog/latest/adminguide/managing-versions.html"
