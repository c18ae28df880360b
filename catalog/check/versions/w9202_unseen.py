"""W9202: versions are compared as far as their templates say."""

from __future__ import annotations

from catalog.check.metadata import Metadata


class UnseenParts(Metadata):
    """See `catalog.versions.gate`."""

    id = "W9202"
    shortdesc = "Versions are compared as far as their templates say"
    description = (
        "A nested stack (AWS::CloudFormation::Stack) or its parameters, a module or a macro changed, whose resources "
        "are in no template that is read here."
    )
    why = "What the update does to resources behind it is not known: the gate cannot say that none is lost."
    remedy = "Compare what it points to by hand, and say in the release notes that you did."
    source_url = "https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/using-cfn-nested-stacks.html"
