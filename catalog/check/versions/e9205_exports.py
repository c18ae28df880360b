"""E9205: an export goes only with a major version."""

from __future__ import annotations

from catalog.check.metadata import Metadata


class ExportsStay(Metadata):
    """See `catalog.versions.gate`."""

    id = "E9205"
    shortdesc = "An export goes only with a major version"
    description = "What a release exports, every later version of the same major number exports under the same name."
    why = (
        "Other stacks may import it. While one does CloudFormation refuses the update; when none does any more, "
        "the next one to be made fails."
    )
    remedy = "Keep the output and its Export, or raise the major number."
    source_url = (
        "https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/intrinsic-function-reference-importvalue.html"
    )
