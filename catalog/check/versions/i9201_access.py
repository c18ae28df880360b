"""I9201: a version widens access."""

from __future__ import annotations

from catalog.check.metadata import Metadata


class AccessWidened(Metadata):
    """See `catalog.versions.gate`."""

    id = "I9201"
    shortdesc = "A version that widens access is reported"
    description = "A principal may do more with the product's resources than the highest release below allows."
    why = "People who update must know whom they give access. A reviewer should see it without reading the policy."
    remedy = "None, if it is intended. `catalog diff` shows who may do what."
    source_url = "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html"
