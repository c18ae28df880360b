"""E9122: what a shared product takes from outside can be read in the accounts that launch it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from catalog.check.portfolio._artefacts import Artefact, artefacts, each_once, leaving
from catalog.check.portfolio._control import Fault, OfferedVersion, Path, PortfolioControl, Subject


class ReadableArtefacts(PortfolioControl):
    """Whether a bucket lets others read stands in the account and not in the repository: a suppression says it.

    A bucket, registry or ARN counts that the template alone tells: written out, by a mapping, or as the default or an
    allowed value of a parameter. AMIs, and applications of the Serverless Application Repository, are not looked at.
    """

    id = "E9122"
    shortdesc = "A shared product takes nothing from a bucket, registry or function of one account"
    description = (
        "No version of a product that is launched in other accounts (of a portfolio with shares, or by a stack set) "
        "names a bucket that it reads, a private ECR registry, a layer or a custom resource's ServiceToken of one "
        "account: Lambda code, nested templates, AWS::Include, scripts, images, and the like."
    )
    why = (
        "It launches in the account that published it and fails in all others, with Access Denied from S3, Lambda or "
        "ECR, for what is private there is readable there alone. Of a portfolio that nobody else gets this is no "
        "fault."
    )
    remedy = (
        "Put code into the template (ZipFile, inline definitions), or let people say the place by a parameter without "
        "Default. Where the bucket or registry lets these accounts read, say so: suppress the control at "
        "products/<key>/<bucket>, with the policy that allows it as reason."
    )
    source_url = "https://docs.aws.amazon.com/cdk/api/v2/docs/aws-cdk-lib.aws_servicecatalog-readme.html"

    def faults(self, subject: Subject) -> Iterator[Fault]:
        """Each place, once a product."""
        for path, where, one in each_once(subject, of_one_account):
            yield path, f"{one.what} ({where}) is of one account: launches elsewhere fail unless it lets them read"

    def looked_at(self, subject: Subject) -> Iterator[Path]:
        """Each product that leaves the account."""
        yield from dict.fromkeys(path for path, _ in leaving(subject))


def of_one_account(offered: OfferedVersion) -> Iterable[Artefact]:
    """What lies in an account that the template names, or that the bucket's name implies."""
    return (one for one in artefacts(offered.template) if not one.is_own)
