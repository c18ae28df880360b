"""E9204: stateful resources are not replaced, and their updates do not fail."""

from __future__ import annotations

from catalog.check.metadata import Metadata


class StatefulReplacement(Metadata):
    """See `catalog.versions.gate`."""

    id = "E9204"
    shortdesc = "Stateful resources are not replaced, and their updates do not fail"
    description = (
        "Properties of a stateful resource that can be set only at creation have the same values as in every release, "
        "unless the product declares a Migration for this version and resource. For AWS::KMS::Key these are KeySpec, "
        "KeyUsage, Origin and MultiRegion; a change of them makes the update fail."
    )
    why = (
        "The update creates a new, empty resource and deletes the old one or leaves it behind. Or it fails for "
        "everybody who has launched the product."
    )
    remedy = (
        "Restore the value of the property, or offer the new value as a choice that existing provisioned products do "
        "not take. If the change is intended, declare a Migration."
    )
    source_url = "https://docs.aws.amazon.com/cloudformation-cli/latest/userguide/resource-type-schema.html"
