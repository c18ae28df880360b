"""E9203: stateful resources keep their logical id, type, condition and loop."""

from __future__ import annotations

from catalog.check.metadata import Metadata


class StatefulIdentity(Metadata):
    """See `catalog.versions.gate`."""

    id = "E9203"
    shortdesc = "Stateful resources keep their logical id, type, condition and loop"
    description = (
        "A resource that holds data has the same logical id, type, Condition and Fn::ForEach as in every release, "
        "active or not, unless the product declares a Migration for this version and resource."
    )
    why = (
        "CloudFormation identifies a resource by its logical id. If that changes, it creates a new resource and "
        "deletes the old one with its data; a key is scheduled for deletion."
    )
    remedy = (
        "Restore the logical id, type, Condition and place of the resource. If the loss is intended, declare "
        "Migration(version, resource, reason) in the product file."
    )
    source_url = (
        "https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/using-cfn-updating-stacks-update-behaviors.html"
    )
