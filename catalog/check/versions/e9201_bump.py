"""E9201: the version grows by at least what the change asks for."""

from __future__ import annotations

from catalog.check.metadata import Metadata


class VersionBump(Metadata):
    """See `catalog.versions.gate`."""

    id = "E9201"
    shortdesc = "The version grows by at least what the change asks for"
    description = (
        "A new version is a major, minor or patch one by what differs from the highest release below it: "
        "docs/versions.md has the rules."
    )
    why = (
        "People read a patch as safe to update to. A patch that takes an output, narrows a parameter or replaces "
        "a resource breaks what they have launched."
    )
    remedy = "Raise `version` in the product file to the one that the message names, or take back the change."
    source_url = "https://semver.org/spec/v2.0.0.html"
