"""E9122: other accounts can read everything that a shared product uses."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from catalog.check.portfolio._artefacts import Artefact, artefacts, each_once, leaving
from catalog.check.portfolio._control import Fault, OfferedVersion, Path, PortfolioControl, Subject


class ReadableArtefacts(PortfolioControl):
    """The repository does not know whether a bucket allows other accounts to read it, so a suppression must say so.

    A bucket, registry or ARN is reported if the template alone decides it: as a literal, in a mapping, or as the
    default or an allowed value of a parameter. AMIs and applications of the Serverless Application Repository are not
    checked.
    """

    id = "E9122"
    shortdesc = "A shared product uses no bucket, registry or function of a single account"
    description = (
        "No version of a product that is launched in other accounts (from a portfolio with shares, or by a stack set) "
        "reads from a bucket, private ECR registry, layer or custom resource's ServiceToken of one account. This "
        "includes Lambda code, nested templates, AWS::Include, scripts and images."
    )
    why = (
        "The product launches in the account that published it. In other accounts it fails with Access Denied from S3, "
        "Lambda or ECR, because they cannot read private artefacts of that account."
    )
    remedy = (
        "Put code into the template (ZipFile, inline definitions), or take the location from a parameter without "
        "Default. If the bucket or registry allows these accounts to read, suppress the control at "
        "products/<key>/<bucket>, and name the policy that allows it as the reason."
    )
    source_url = "https://docs.aws.amazon.com/cdk/api/v2/docs/aws-cdk-lib.aws_servicecatalog-readme.html"

    def faults(self, subject: Subject) -> Iterator[Fault]:
        """Each artefact of one account, once for each product."""
        for path, where, artefact in each_once(subject, of_one_account):
            yield path, f"{artefact.name} ({where}) is of one account: other accounts must be allowed to read it"

    def looked_at(self, subject: Subject) -> Iterator[Path]:
        """Each product that is launched in other accounts."""
        yield from dict.fromkeys(path for path, _ in leaving(subject))


def of_one_account(offered: OfferedVersion) -> Iterable[Artefact]:
    """The artefacts of the account that the template names, or that the name of a bucket implies."""
    return (artefact for artefact in artefacts(offered.template) if not artefact.is_of_launching_account)
