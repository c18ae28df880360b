"""Checks of the account: credentials, Region, identity, clock, then what publishing needs there."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial

from catalog.aws.calls import NO_REGION_HINT
from catalog.aws.credentials import CredentialsInUse, clock_difference
from catalog.aws.session import AwsSession
from catalog.errors import CatalogError
from catalog.upkeep.doctor.diagnosis import Diagnosis, Health, not_checked, of_error, ok, tried
from catalog.upkeep.doctor.needs import lease, organization, roles, stack_sets, template_bucket
from catalog.upkeep.doctor.permissions import permissions
from catalog.upkeep.doctor.quotas import quotas
from catalog.upkeep.doctor.repository import RepositoryChecks

REFUSED_SECONDS, LATE_SECONDS = 300, 60
"""Difference of the clocks with which AWS refuses requests (credentials.py), and with which it is time to set them."""
SIGN_IN = (
    "Sign in with `aws sso login --profile NAME` or `aws configure`, then pass --profile NAME or set AWS_PROFILE; in "
    "CI, assume the role of `catalog role publisher`. Without an account: --local."
)
REST = "identity, clock, permissions, template bucket, launch roles, organization, quotas and lease need an account"


def credential_checks(credentials: CredentialsInUse) -> Iterator[Diagnosis]:
    """Whether boto3 has a Region and credentials; no call is made."""
    if credentials.region:
        yield ok("region", f"Region {credentials.region}")
    else:
        yield Diagnosis("region", Health.FAULT, "no AWS Region", NO_REGION_HINT)
    if credentials.source:
        yield ok("credentials", f"credentials from {credentials.source}")
    else:
        profiles = f"; profiles: {', '.join(credentials.profiles)}" if credentials.profiles else ", and no profiles"
        yield Diagnosis("credentials", Health.FAULT, f"no AWS credentials{profiles}", SIGN_IN)
    if credentials.endpoint:
        do = "Unset it to reach AWS."
        seen = f"AWS_ENDPOINT_URL is set: calls go to {credentials.endpoint}"
        yield Diagnosis("endpoint", Health.WARNING, seen, do)


def account_checks(
    open_session: Callable[[], AwsSession],
    credentials: CredentialsInUse | CatalogError | None,
    repository: RepositoryChecks,
) -> Iterator[Diagnosis]:
    """All checks of the account. `credentials` is None for the sandbox, which has its own."""
    if isinstance(credentials, CatalogError):
        yield of_error("credentials", credentials)
        return
    if credentials:
        yield from credential_checks(credentials)
        if not (credentials.region and credentials.source):
            yield not_checked("account", REST, "Run `catalog doctor` again with them.")
            return
    try:
        session = open_session()
    except CatalogError as error:
        yield of_error("session", error)
        return
    try:
        yield from clock(session)
        yield from identity(session)
    except CatalogError as error:
        yield of_error("identity", error)
        return
    yield from tried("permissions", partial(permissions, session, repository))
    for name, check in (
        ("template bucket", template_bucket),
        ("launch roles", roles),
        ("organization", organization),
        ("stack sets", stack_sets),
        ("quotas", quotas),
        ("lease", lease),
    ):
        if repository.catalog:
            yield from tried(name, partial(check, session, repository.catalog))
        else:
            yield not_checked(name, "the content of a repository says what is needed")


def identity(session: AwsSession) -> Iterator[Diagnosis]:
    """Who calls AWS, and where."""
    caller = session.identity
    where = f"account {caller.account}, Region {session.region}"
    if session.is_sandbox:
        yield ok("identity", f"{caller.arn} in {where} of the sandbox at {session.servicecatalog.meta.endpoint_url}")
    elif caller.arn.endswith(":root"):
        seen = f"the root user of {where}: no policy limits it"
        yield Diagnosis("identity", Health.WARNING, seen, "Publish with the role of `catalog role publisher`.")
    else:
        yield ok("identity", f"{caller.arn} in {where}")


def clock(session: AwsSession) -> Iterator[Diagnosis]:
    """Whether the clocks of this machine and of AWS agree."""
    difference = clock_difference(session)
    if difference is None:
        yield not_checked("clock", "the answer had no Date")
        return
    seconds = round(abs(difference))
    seen = f"this machine's clock is {seconds} s {'ahead of' if difference > 0 else 'behind'} AWS's"
    if seconds >= REFUSED_SECONDS:
        do = "Set the clock: AWS refuses requests whose time differs by more than five minutes."
        yield Diagnosis("clock", Health.FAULT, seen, do)
    elif seconds >= LATE_SECONDS:
        yield Diagnosis("clock", Health.WARNING, seen, "Set the clock before it is five minutes.")
    else:
        yield ok("clock", "this machine's clock agrees with AWS's" if seconds <= 1 else seen)
