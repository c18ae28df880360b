"""E9203: stateful resources keep their logical id, type, condition and loop."""

from __future__ import annotations

from catalog.check.metadata import Metadata


class StatefulIdentity(Metadata):
    """See `catalog.versions.gate`."""

    id = "E9203"
    shortdesc = "Stateful resources keep their logical id, type, condition and loop"
    description = (
        "A resource that holds data has in the new version the logical id, type, Condition and Fn::ForEach that "
        "it has in every release, active or not, unless the product declares a Migration for this version and resource."
    )
    why = (
        "CloudFormation knows a resource by its logical id. Under another one it makes a new resource and deletes "
        "the old one, with its data; a key is scheduled for deletion."
    )
    remedy = (
        "Give the resource back its logical id, type, Condition and place. If the loss is meant, say so by "
        "Migration(version, resource, reason) in the product file."
    )
    source_url = (
        "https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/using-cfn-updating-stacks-update-behaviors.html"
    )
