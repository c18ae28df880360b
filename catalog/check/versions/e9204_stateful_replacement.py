"""E9204: stateful resources are not replaced and their update does not fail."""

from __future__ import annotations

from catalog.check.metadata import Metadata


class StatefulReplacement(Metadata):
    """See `catalog.versions.gate`."""

    id = "E9204"
    shortdesc = "Stateful resources are not replaced and their update does not fail"
    description = (
        "No property of a stateful resource that only its creation can set differs from any release, "
        "unless the product declares a Migration for this version and resource. For AWS::KMS::Key these are "
        "KeySpec, KeyUsage, Origin and MultiRegion, whose change makes the update fail."
    )
    why = (
        "The update makes a new, empty resource and deletes the old one or leaves it behind, or it fails for "
        "everybody who has launched the product."
    )
    remedy = (
        "Give the property back its value, or make the new value a choice that existing launches do not take. If "
        "it is meant, declare a Migration."
    )
    source_url = "https://docs.aws.amazon.com/cloudformation-cli/latest/userguide/resource-type-schema.html"
