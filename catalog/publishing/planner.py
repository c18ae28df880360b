"""`plan`: what publishing would do in one account and Region. Reads only."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

from catalog.aws.fetch import trusted_parameters
from catalog.aws.kinds import blockers
from catalog.aws.observation import Observation
from catalog.aws.observe import observe
from catalog.aws.principals import AccountIdentities
from catalog.aws.reader import Reader
from catalog.aws.reads import read_both
from catalog.aws.session import AwsSession
from catalog.aws.templates import TemplateStore
from catalog.errors import ContentError
from catalog.lifecycle.usage import with_usage
from catalog.model import addresses
from catalog.model.state import CatalogState
from catalog.plan.changes import Change, Plan
from catalog.plan.diff import diff
from catalog.plan.facts import about, facts
from catalog.plan.kinds.constraint import DeleteConstraint
from catalog.plan.kinds.principal import dead_principals, unmatched_patterns
from catalog.plan.kinds.service_action import service_action_notices
from catalog.plan.kinds.template import UploadTemplate
from catalog.plan.prune import outlook
from catalog.plan.selection import Choice, everything
from catalog.publishing.bootstrap import (
    BootstrapPlan,
    RolesPlannedElsewhere,
    administrator_notices,
    bootstrap_changes,
    changed_constraints,
    launch_role_names,
    role_blockers,
)
from catalog.publishing.desired import DEV_STAGE, Publication, absent_imports, desired_state, without_retired
from catalog.publishing.plans import plan_for
from catalog.publishing.template_bucket import no_bucket
from catalog.publishing.version_differences import Comparisons, Differences
from catalog.releases import products_with_ledgers
from catalog.roles.launch import products_by_role

TRUSTED = (
    "constraints with an unchanged digest in their descriptions were not read: what somebody changed in AWS beside "
    "the description, and a status of FAILED, is not in this plan"
)


@dataclass(frozen=True, slots=True)
class PlanOptions:
    """What a plan is made with, beside the content and the account."""

    refresh_principals: bool = False
    """Remove dead principals, and associate those of type IAM again."""
    choose: Choice = everything
    """Which of the changes to make."""
    planned_elsewhere: RolesPlannedElsewhere = frozenset
    """Launch roles that another Region of the account creates in the same run."""
    comparisons: Comparisons = field(default_factory=Comparisons)
    """Shared by the targets of a run, so that two versions are compared once."""
    trust_digests: bool = False
    """Do not describe constraints whose descriptions have the digest of what is declared."""


def declared_state(publication: Publication, session: AwsSession) -> CatalogState:
    """What is declared for the account and Region of `session`."""
    return desired_state(publication, session.account_region)


def read_states(publication: Publication, session: AwsSession) -> tuple[CatalogState, Observation]:
    """(what is declared for the account and Region of `session`, what AWS has there)."""
    declared = declared_state(publication, session)
    return declared, observed_state(publication, declared, session)


def observed_state(
    publication: Publication, declared: CatalogState, session: AwsSession, *, trust_digests: bool = False
) -> Observation:
    """What AWS has in the account and Region of `session`."""
    owner, imports = publication.catalog.config.owner, tuple(declared.imports.values())
    return observe(Reader(session), owner, imports, trusted_parameters(declared) if trust_digests else None)


def plan(publication: Publication, session: AwsSession, options: PlanOptions | None = None) -> Plan:
    """What publishing would do. Reads only; `ContentError` when pre-releases would reach more than stage dev."""
    options = options or PlanOptions()
    dev_alone = publication.dev and not session.is_sandbox
    wanted = publication.of_stage_dev() if dev_alone else publication
    declared = declared_state(wanted, session)
    observed, unmatched = read_both(
        lambda: observed_state(wanted, declared, session, trust_digests=options.trust_digests),
        lambda: tuple(unmatched_patterns(declared, AccountIdentities(session).names)),
    )
    if dev_alone:
        check_holders(publication, frozenset(wanted.pre_releases), session, observed)
    desired, retired = without_retired(declared, observed.state)
    after = facts(declared)
    before = about(facts(observed.state, observed.ids), after)
    chosen = options.choose(diff(desired, observed.state, refresh=options.refresh_principals), before, after)
    changes = with_usage(chosen.changes, session, observed.ids, observed.state)
    bootstrap = needed_bootstrap(wanted, session, changes, options.planned_elsewhere)
    differences = Differences(publication, Reader(session), observed, options.comparisons)
    return plan_for(
        publication.catalog.config,
        session,
        changes=(*bootstrap.changes, *changes),
        ids=observed.ids,
        notices=(
            *wanted.notices,
            *absent_imports(wanted.catalog, declared.imports),
            *retired,
            *observed.notices,
            *left_alone(changes, observed),
            *(() if options.refresh_principals else dead_principals(observed.state)),
            *unmatched,
            *undeclared(publication, observed.state),
            *service_action_notices(desired),
            *bootstrap.notices,
            *chosen.notices,
            *((TRUSTED,) if options.trust_digests else ()),
        ),
        blockers=(*bootstrap.blockers, *blockers(changes, observed, session)),
        before=before,
        after=after,
        left_out=chosen.left_out,
        version_diffs=dict(differences.version_diffs(changes)),
    )


def check_holders(
    publication: Publication, products: frozenset[str], session: AwsSession, observed: Observation
) -> None:
    """`ContentError` when a portfolio that is not of stage dev holds one of `products`, which get a pre-release.

    A version belongs to the product: every portfolio that holds the product shows it.
    """
    reader = Reader(session)
    keys = {aws_id: address.removeprefix("portfolio/") for address, aws_id in observed.ids.items()}
    problems = []
    for product in sorted(products):
        product_id = observed.ids.get(addresses.product(product))
        for portfolio_id in sorted(reader.portfolios_of(product_id)) if product_id else ():
            key = keys.get(portfolio_id, "")
            file = publication.catalog.portfolios.get(key)
            if file is None or file.stage != DEV_STAGE:
                stage = f"of stage {file.stage or 'none'}" if file else "which this repository does not declare"
                problems.append(f"product/{product} is in portfolio/{key or portfolio_id}, {stage}")
    if problems:
        raise ContentError(
            f"--dev would show pre-releases to more people than those of stage dev in account "
            f"{session.identity.account}, Region {session.region}",
            problems=tuple(problems),
            hint="Publish with --dev to an account of its own, or to the sandbox: --local.",
        )


def needed_bootstrap(
    publication: Publication, session: AwsSession, changes: Sequence[Change], planned_elsewhere: RolesPlannedElsewhere
) -> BootstrapPlan:
    """The bucket and launch roles that `changes` need: created in the sandbox, asked for on AWS."""
    catalog = publication.catalog
    uploads = any(isinstance(change, UploadTemplate) for change in changes)
    portfolios = tuple(catalog.portfolios.values())
    if session.is_sandbox:
        roles = products_by_role(portfolios)
        needed = uploads or not launch_role_names(changed_constraints(changes)).isdisjoint(roles)
        problems, bootstrap = read_both(
            lambda: tuple(role_blockers(portfolios, session, changes, roles)),
            lambda: (
                bootstrap_changes(catalog, session, planned_elsewhere, dev=publication.dev)
                if needed
                else BootstrapPlan()
            ),
        )
        return replace(bootstrap, blockers=(*problems, *bootstrap.blockers))
    account, region = session.identity.account, session.region
    bucket = catalog.config.bucket_name(account, region)
    missing, has_bucket = read_both(
        lambda: list(role_blockers(portfolios, session, changes, ())),
        lambda: not uploads or TemplateStore(session, bucket).exists(),
    )
    if not has_bucket:
        missing.append(no_bucket(account, region, bucket))
    return BootstrapPlan(
        notices=tuple(administrator_notices(catalog, changes, dev=publication.dev)), blockers=tuple(missing)
    )


def left_alone(changes: Sequence[Change], observed: Observation) -> Iterator[str]:
    """A notice for what others have in portfolios of ours, except constraints that go with the product they are on."""
    lifted = {observed.ids[change.address] for change in changes if isinstance(change, DeleteConstraint)}
    return (unmanaged.notice for unmanaged in observed.unmanaged if unmanaged.id not in lifted)


def undeclared(publication: Publication, observed: CatalogState) -> Iterator[str]:
    """A notice for each product and portfolio of ours that is no longer declared: people can still launch."""
    declared = publication.catalog
    ledgers = products_with_ledgers(declared.config)
    words = "is managed by this repository but no longer declared. It is kept:"
    for key in sorted(set(observed.products) - set(declared.products)):
        yield f"product/{key} {words} {outlook(observed.products[key], publication.elsewhere, ledgers)}"
    for key in sorted(set(observed.portfolios) - set(declared.portfolios)):
        yield f"portfolio/{key} {words} {outlook(observed.portfolios[key])}"
