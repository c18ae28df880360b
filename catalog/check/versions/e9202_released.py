"""E9202: a released version does not change."""

from __future__ import annotations

from catalog.check.metadata import Metadata


class ReleasedVersion(Metadata):
    """See `catalog.versions.gate`."""

    id = "E9202"
    shortdesc = "A released version does not change"
    description = "The working tree renders the same bytes as those that were released under this version number."
    why = (
        "Otherwise one version number would stand for two templates, and people could not know which one they launched."
    )
    remedy = "Raise `version` in the product file to the version in the message."
    source_url = "https://docs.aws.amazon.com/servicecatalog/latest/adminguide/managing-versions.html"
