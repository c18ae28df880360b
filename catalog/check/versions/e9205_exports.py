"""E9205: only a major version removes an export."""

from __future__ import annotations

from catalog.check.metadata import Metadata


class ExportsStay(Metadata):
    """See `catalog.versions.gate`."""

    id = "E9205"
    shortdesc = "Only a major version removes an export"
    description = "Every export of a release stays, under the same name, in later versions of the same major number."
    why = (
        "Other stacks may import it. While one does, CloudFormation refuses the update. After the export is gone, new "
        "stacks that import it fail."
    )
    remedy = "Keep the output with its Export, or raise the major number."
    source_url = (
        "https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/intrinsic-function-reference-importvalue.html"
    )
