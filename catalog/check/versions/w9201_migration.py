"""W9201: every declared migration is needed."""

from __future__ import annotations

from catalog.check.metadata import Metadata


class MigrationNeeded(Metadata):
    """See `catalog.versions.gate`."""

    id = "W9201"
    shortdesc = "Every declared migration is needed"
    description = (
        "Each Migration of a product names a resource of a release, and its version changes that resource in a way "
        "that E9203 or E9204 would refuse."
    )
    why = "An unneeded migration would allow a later loss that nobody intends."
    remedy = "Remove the Migration, or correct its version or resource."
    source_url = "https://semver.org/spec/v2.0.0.html"
