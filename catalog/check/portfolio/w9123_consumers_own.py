"""W9123: a shared product needs nothing that must exist in the accounts that launch it."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator

from catalog.check.portfolio._artefacts import Artefact, artefacts, each_once, leaving, registered
from catalog.check.portfolio._control import Fault, OfferedVersion, Path, PortfolioControl, Subject


class ConsumersOwn(PortfolioControl):
    """A warning and not an error, because somebody may have created these things in every account."""

    id = "W9123"
    shortdesc = "A shared product needs nothing that must exist in the accounts that launch it"
    description = (
        "No version of a product that is launched in other accounts reads from a bucket, registry, layer or function "
        "of the launching account (with ${AWS::AccountId} in its name, such as the CDK's bootstrap buckets), runs a "
        "macro that is not AWS's, or has a resource type of a private or third-party registry."
    )
    why = (
        "The stack uses it in the consumer's account. Publishing creates nothing there, so the launch fails unless "
        "somebody else created it."
    )
    remedy = (
        "Create it in each account before you share the product, for example with a stack set, and suppress the "
        "warning at products/<key>/<name> with a reason that says who does that. Or change the product so that it does "
        "not need it."
    )
    source_url = "https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/template-macros-overview.html"

    def faults(self, subject: Subject) -> Iterator[Fault]:
        """Each artefact that must exist, once for each product."""
        for path, where, artefact in each_once(subject, expected):
            yield path, f"{artefact.name} ({where}) must exist in every account that launches the product"

    def looked_at(self, subject: Subject) -> Iterator[Path]:
        """Each product that is launched in other accounts."""
        yield from dict.fromkeys(path for path, _ in leaving(subject))


def expected(offered: OfferedVersion) -> Iterable[Artefact]:
    """The artefacts in the account that launches."""
    own = (artefact for artefact in artefacts(offered.template) if artefact.is_of_launching_account)
    return itertools.chain(own, registered(offered.template))
