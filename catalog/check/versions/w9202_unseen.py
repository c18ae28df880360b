"""W9202: templates show everything that a new version changes."""

from __future__ import annotations

from catalog.check.metadata import Metadata


class UnseenParts(Metadata):
    """See `catalog.versions.gate`."""

    id = "W9202"
    shortdesc = "Templates show everything that a new version changes"
    description = (
        "A new version changes no nested stack (AWS::CloudFormation::Stack), its parameters, module or macro, because "
        "their resources are not in the template."
    )
    why = "The gate does not know what the update does to these resources, and cannot exclude that one is lost."
    remedy = "Compare the nested templates, modules and macros by hand, and note the result in the release notes."
    source_url = "https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/using-cfn-nested-stacks.html"
