"""What publishing needs in the account: the template bucket, the launch roles, the organization, the lease."""

from __future__ import annotations

from collections.abc import Iterator

from catalog.aws.leases import NO_LEASE, LeaseStore
from catalog.aws.reads import read_each
from catalog.aws.session import AwsSession
from catalog.aws.shares import organizations_access
from catalog.aws.stack_sets import organizations_access as stack_sets_access
from catalog.aws.templates import TemplateStore
from catalog.check.report import plural
from catalog.content.load import Catalog
from catalog.model.share import UNKNOWN_ACCESS
from catalog.publishing.bootstrap import arn_of_role
from catalog.publishing.lease import is_abandoned
from catalog.roles.launch import products_by_role
from catalog.upkeep.doctor.diagnosis import Diagnosis, Health, not_checked, ok

BOOTSTRAP = "Run `catalog bootstrap` once in this account and Region."
BY_PUBLISH = "in the sandbox, `catalog publish` makes what is missing"


def bucket_of(session: AwsSession, catalog: Catalog) -> str:
    """The name of the template bucket."""
    return catalog.config.bucket_name(session.identity.account, session.region)


def template_bucket(session: AwsSession, catalog: Catalog) -> Iterator[Diagnosis]:
    """Whether the template bucket exists and is this account's."""
    bucket = bucket_of(session, catalog)
    if TemplateStore(session, bucket).exists():
        yield ok("template bucket", f"bucket {bucket} exists")
    elif session.is_sandbox:
        yield ok("template bucket", f"bucket {bucket} does not exist; {BY_PUBLISH}")
    else:
        yield Diagnosis("template bucket", Health.FAULT, f"bucket {bucket} does not exist", BOOTSTRAP)


def roles(session: AwsSession, catalog: Catalog) -> Iterator[Diagnosis]:
    """Whether the launch roles exist that portfolios name by their local names."""
    portfolios = catalog.portfolios.values()
    names = sorted({*products_by_role(portfolios), *products_by_role(portfolios, of_imports=True)})
    if not names:
        yield ok("launch roles", "no portfolio names a launch role of this account (local_role_name)")
        return
    arns = read_each(lambda name: arn_of_role(session, name), names)
    missing = [name for name, arn in zip(names, arns, strict=True) if arn == ""]
    if None in arns:
        yield not_checked("launch roles", "this identity may not call GetRole")
    elif missing and session.is_sandbox:
        yield ok("launch roles", f"{', '.join(missing)}: no such role; {BY_PUBLISH}")
    elif missing:
        seen = f"{plural(len(missing), 'launch role')} of {len(names)} missing: {', '.join(missing)}"
        yield Diagnosis("launch roles", Health.FAULT, seen, BOOTSTRAP)
    else:
        yield ok("launch roles", f"{plural(len(names), 'launch role')}: {', '.join(names)}")


def organization(session: AwsSession, catalog: Catalog) -> Iterator[Diagnosis]:
    """Whether Service Catalog may share with the organization, if a portfolio does."""
    sharing = sorted(
        key for key, file in catalog.portfolios.items() if any(share.type.node_type for share in file.shares())
    )
    if not sharing:
        yield ok("organization", "no portfolio is shared with an organization or its units")
        return
    access, shared = organizations_access(session), f"{', '.join(sharing)}: shared with the organization, but"
    if access == "ENABLED":
        yield ok("organization", f"Service Catalog's access to the organization is enabled ({', '.join(sharing)})")
    elif access == UNKNOWN_ACCESS:
        yield not_checked("organization", "this identity may not call GetAWSOrganizationsAccessStatus")
    elif not access:
        account = session.identity.account
        seen = f"{shared} account {account} is neither its management account nor a delegated administrator"
        yield Diagnosis("organization", Health.FAULT, seen, "Publish these portfolios from such an account.")
    else:
        do = "Run once in the management account: aws servicecatalog enable-aws-organizations-access"
        yield Diagnosis("organization", Health.FAULT, f"{shared} Service Catalog's access to it is {access}", do)


def stack_sets(session: AwsSession, catalog: Catalog) -> Iterator[Diagnosis]:
    """Whether StackSets may deploy to the organization, if the repository declares stack sets."""
    for settings in catalog.config.stack_sets:
        access = stack_sets_access(session, settings)
        seen = f"stack set {settings.key}: StackSets' access to the organization is {access}"
        if access == "ENABLED":
            yield ok("stack sets", seen)
        else:
            do = "Run once in the management account: aws cloudformation activate-organizations-access"
            yield Diagnosis("stack sets", Health.FAULT, seen, do)


def lease(session: AwsSession, catalog: Catalog) -> Iterator[Diagnosis]:
    """Who holds the lease of this account and Region."""
    reading = LeaseStore(session, bucket_of(session, catalog)).read()
    if reading is None or reading.lease is None:
        yield ok("lease", "no publisher is at work")
        return
    holder = reading.lease.holder or NO_LEASE
    if is_abandoned(reading.lease):
        yield ok("lease", f"left behind by {holder}; the next publish takes it over")
    else:
        do = "Wait until it has finished. If it does not run any more: `catalog unlock`."
        yield Diagnosis("lease", Health.WARNING, f"a publisher is at work: {holder}", do)
