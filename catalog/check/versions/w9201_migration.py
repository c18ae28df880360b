"""W9201: a declared migration is needed."""

from __future__ import annotations

from catalog.check.metadata import Metadata


class MigrationNeeded(Metadata):
    """See `catalog.versions.gate`."""

    id = "W9201"
    shortdesc = "A declared migration is needed"
    description = (
        "Each Migration of a product names a resource of a release that its version changes in a way that "
        "E9203 or E9204 would refuse."
    )
    why = "A migration that nothing needs would let a later, unmeant loss pass."
    remedy = "Delete the Migration, or correct its version or resource."
    source_url = "https://semver.org/spec/v2.0.0.html"
