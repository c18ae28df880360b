"""W9123: what a shared product expects in the account that launches it is said."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator

from catalog.check.portfolio._artefacts import Artefact, artefacts, each_once, leaving, registered
from catalog.check.portfolio._control import Fault, OfferedVersion, Path, PortfolioControl, Subject


class ConsumersOwn(PortfolioControl):
    """A warning: somebody may well have put it into every account, and only they know."""

    id = "W9123"
    shortdesc = "A shared product expects nothing of its own in the accounts that launch it"
    description = (
        "No version of a product that is launched in other accounts reads a bucket, registry, layer or function of the "
        "account that launches (${AWS::AccountId} in its name), as the CDK's bootstrap buckets are, runs a macro that "
        "is not AWS's, or has a resource type of a private or third-party registry."
    )
    why = (
        "The stack looks for it in the consumer's account. Publishing puts nothing there, so the launch fails unless "
        "somebody else has."
    )
    remedy = (
        "Put it into each account before the product is shared, by a stack set for example, and suppress the warning "
        "at products/<key>/<name> with who does that as reason; or do without."
    )
    source_url = "https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/template-macros-overview.html"

    def faults(self, subject: Subject) -> Iterator[Fault]:
        """Each thing, once a product."""
        for path, where, one in each_once(subject, expected):
            yield path, f"{one.what} ({where}) must be in every account that launches the product"

    def looked_at(self, subject: Subject) -> Iterator[Path]:
        """Each product that leaves the account."""
        yield from dict.fromkeys(path for path, _ in leaving(subject))


def expected(offered: OfferedVersion) -> Iterable[Artefact]:
    """What lies in the account that launches."""
    own = (one for one in artefacts(offered.template) if one.is_own)
    return itertools.chain(own, registered(offered.template))
