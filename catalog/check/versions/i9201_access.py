"""I9201: a version that widens access says so."""

from __future__ import annotations

from catalog.check.metadata import Metadata


class AccessWidened(Metadata):
    """See `catalog.versions.gate`."""

    id = "I9201"
    shortdesc = "A version that widens access says so"
    description = "Somebody may do with the product's resources what the highest release below does not let them do."
    why = "People who update should know whom they let in; a reviewer should see it without reading the policy."
    remedy = "Nothing, when it is meant: `catalog diff` says who may do what."
    source_url = "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html"
