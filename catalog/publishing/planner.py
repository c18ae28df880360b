"""Publishing: observe, plan, apply, for one account and Region."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from catalog.aws.budgets import budget_blockers
from catalog.aws.observe import Observation, observe
from catalog.aws.reader import Reader
from catalog.aws.session import AwsSession
from catalog.aws.settling import Settling
from catalog.aws.shares import Sharing
from catalog.aws.stacks import Stacks
from catalog.aws.templates import TemplateStore
from catalog.aws.writer import Writer
from catalog.content.load import Catalog
from catalog.content.portfolio_files import Place
from catalog.errors import ContentError
from catalog.lifecycle.usage import tell_usage
from catalog.model import addresses
from catalog.model.addresses import Address
from catalog.model.state import CatalogState
from catalog.plan.actions import offering_notices
from catalog.plan.changes import Change, DeleteConstraint, Plan, UploadTemplate
from catalog.plan.constraints import constraint_blockers
from catalog.plan.diff import diff
from catalog.plan.facts import about, facts
from catalog.plan.principals import dead_in
from catalog.plan.prune import outlook
from catalog.plan.selection import Choice, everything
from catalog.plan.shares import sharing_blockers
from catalog.plan.tag_options import migration_blockers
from catalog.publishing.apply import Executor, apply_plan
from catalog.publishing.bootstrap import (
    Groundwork,
    Promised,
    bootstrap_changes,
    changed_constraints,
    launch_role_names,
    role_blockers,
)
from catalog.publishing.desired import DEV_STAGE, Publication, absent_imports, desired_state, without_retired
from catalog.publishing.version_differences import Comparisons, Differences
from catalog.releases import products_with_ledgers
from catalog.roles.launch import roles_of_portfolios


@dataclass(frozen=True, slots=True)
class Publisher:
    """Content and a session: makes plans and applies them."""

    publication: Publication
    session: AwsSession
    promised: Promised = frozenset
    refresh_principals: bool = False
    """Take away what is left of deleted principals, and associate those of type IAM anew."""
    choose: Choice = everything
    """Which of the changes to make."""
    comparisons: Comparisons = field(default_factory=Comparisons)

    @property
    def catalog(self) -> Catalog:
        """All content of the repository."""
        return self.publication.catalog

    def store(self) -> TemplateStore:
        """The bucket of this account and Region."""
        account, region = self.session.identity.account, self.session.region
        return TemplateStore(self.session, self.catalog.config.bucket_name(account, region))

    def states(self, wanted: Publication) -> tuple[CatalogState, Observation]:
        """What is declared for this account and Region, and what is there."""
        identity = self.session.identity
        declared = desired_state(wanted, Place(identity.account, self.session.region, identity.partition))
        return declared, observe(Reader(self.session), self.catalog.config.owner, tuple(declared.imports.values()))

    def plan(self) -> tuple[Plan, Observation]:
        """What publishing would do. Reads only; `ContentError` when pre-releases would reach more than stage dev."""
        identity = self.session.identity
        alone = self.publication.dev and not self.session.is_sandbox
        wanted = self.publication.of_stage_dev() if alone else self.publication
        declared, observed = self.states(wanted)
        if alone:
            self.check_holders(wanted, observed)
        desired, retired = without_retired(declared, observed.state)
        after = facts(declared)
        before = about(facts(observed.state, observed.ids), after)
        chosen = self.choose(diff(desired, observed.state, refresh=self.refresh_principals), before, after)
        found = tuple(tell_usage(chosen.changes, self.session, observed.ids))
        ground = self.groundwork(found)
        dead = () if self.refresh_principals else dead_in(observed.state)
        plan = Plan(
            identity.account,
            self.session.region,
            (*ground.changes, *found),
            (
                *wanted.notices,
                *absent_imports(wanted.catalog, declared.imports),
                *retired,
                *observed.notices,
                *left_alone(found, observed),
                *dead,
                *undeclared(self.publication, observed.state),
                *offering_notices(desired),
                *ground.notices,
                *chosen.notices,
            ),
            (
                *ground.blockers,
                *sharing_blockers(found, observed.organizations_access, identity.account),
                *migration_blockers(found, identity.account, migrated=observed.has_tag_options),
                *budget_blockers(found, self.session),
                *constraint_blockers(found, observed.state),
            ),
            before,
            after,
            chosen.left_out,
            dict(Differences(self.publication, Reader(self.session), observed, self.comparisons).beside(found)),
        )
        return plan, observed

    def check_holders(self, wanted: Publication, observed: Observation) -> None:
        """`ContentError` when another portfolio than one of stage dev holds a product that gets a pre-release.

        A version belongs to the product: every portfolio that holds the product shows it.
        """
        reader = Reader(self.session)
        ours = {aws_id: place.removeprefix("portfolio/") for place, aws_id in observed.ids.items()}
        problems = []
        for key in sorted(wanted.pre_releases):
            product_id = observed.ids.get(addresses.product(key))
            for portfolio_id in sorted(reader.portfolios_of(product_id)) if product_id else ():
                name = ours.get(portfolio_id, "")
                file = self.catalog.portfolios.get(name)
                if file is None or file.stage != DEV_STAGE:
                    stage = f"of stage {file.stage or 'none'}" if file else "which this repository does not declare"
                    problems.append(f"product/{key} is in portfolio/{name or portfolio_id}, {stage}")
        if problems:
            raise ContentError(
                f"--dev would show pre-releases to more people than those of stage dev in account "
                f"{self.session.identity.account}, Region {self.session.region}",
                problems=tuple(problems),
                hint="Publish with --dev to an account of its own, or to the sandbox: --local.",
            )

    def groundwork(self, found: Sequence[Change]) -> Groundwork:
        """Bucket and launch roles that `found` needs: made in the sandbox, asked for on AWS."""
        uploads = any(isinstance(change, UploadTemplate) for change in found)
        portfolios = tuple(self.catalog.portfolios.values())
        if self.session.is_sandbox:
            made = roles_of_portfolios(portfolios)
            blockers = tuple(role_blockers(portfolios, self.session, found, made))
            if not uploads and launch_role_names(changed_constraints(found)).isdisjoint(made):
                return Groundwork(blockers=blockers)
            ground = bootstrap_changes(self.catalog, self.session, self.promised, dev=self.publication.dev)
            return replace(ground, blockers=blockers)
        missing = list(role_blockers(portfolios, self.session, found, ()))
        if uploads and not self.store().exists():
            account, region = self.session.identity.account, self.session.region
            bucket = self.store().bucket
            missing.append(f"Account {account}, Region {region} has no bucket {bucket}: run `catalog bootstrap` once.")
        return Groundwork(blockers=tuple(missing))

    def apply(self, plan: Plan, ids: Mapping[Address, str], report: Callable[[int, Change], None]) -> None:
        """Carry out `plan`; `ids` are those of what exists already."""
        reader = Reader(self.session)
        writer = Writer(self.session, reader, self.catalog.config.owner)
        executor = Executor(
            writer=writer,
            sharing=Sharing(self.session, reader),
            store=self.store(),
            stacks=Stacks(self.session),
            settling=Settling(reader, writer.propagation),
            bodies=self.publication.bodies(),
            ids=dict(ids),
        )
        apply_plan(executor, plan, report)


def left_alone(found: Sequence[Change], observed: Observation) -> Iterator[str]:
    """A notice for what others have in portfolios of ours, but for constraints that go with the product they are on."""
    lifted = {observed.ids[change.address] for change in found if isinstance(change, DeleteConstraint)}
    return (one.notice for one in observed.unmanaged if one.id not in lifted)


def undeclared(publication: Publication, observed: CatalogState) -> Iterator[str]:
    """A notice for each product and portfolio of ours that is no longer declared: people can still launch."""
    declared = publication.catalog
    ledgers = products_with_ledgers(declared.config)
    words = "is ours but no longer declared: left as it is,"
    for key in sorted(set(observed.products) - set(declared.products)):
        yield f"product/{key} {words} {outlook(observed.products[key], publication.elsewhere, ledgers)}"
    for key in sorted(set(observed.portfolios) - set(declared.portfolios)):
        yield f"portfolio/{key} {words} {outlook(observed.portfolios[key])}"
