"""E9201: the version number grows as much as the change requires."""

from __future__ import annotations

from catalog.check.metadata import Metadata


class VersionBump(Metadata):
    """See `catalog.versions.gate`."""

    id = "E9201"
    shortdesc = "The version number grows as much as the change requires"
    description = (
        "The differences from the highest release below a new version decide whether it is a major, minor or patch "
        "version. `catalog help versions.md` has the rules."
    )
    why = (
        "People expect that an update to a patch version is safe. A patch that removes an output, restricts a "
        "parameter or replaces a resource breaks their provisioned products."
    )
    remedy = "Raise `version` in the product file to the version in the message, or undo the change."
    source_url = "https://semver.org/spec/v2.0.0.html"
