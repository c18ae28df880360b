"""L4. Publishing: observe, plan, apply, for one account and Region."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from catalog.apply import Executor, apply_plan
from catalog.aws.observe import Observation, observe
from catalog.aws.reader import Reader
from catalog.aws.session import AwsSession
from catalog.aws.stacks import Stacks
from catalog.aws.templates import TemplateStore
from catalog.aws.writer import Writer
from catalog.bootstrap import Groundwork, bootstrap_changes, role_exists
from catalog.desired import desired_state
from catalog.load import Catalog
from catalog.model.address import Address
from catalog.model.portfolio import LaunchConstraint
from catalog.model.state import CatalogState
from catalog.plan.changes import Change, CreateConstraint, Plan, UpdateConstraint, UploadTemplate
from catalog.plan.diff import diff
from catalog.portfolios import Place
from catalog.render import Rendered


@dataclass(frozen=True, slots=True)
class Publisher:
    """Content and a session: makes plans and applies them."""

    catalog: Catalog
    rendered: Sequence[Rendered]
    session: AwsSession

    def store(self) -> TemplateStore:
        """The bucket of this account and Region."""
        account, region = self.session.identity.account, self.session.region
        return TemplateStore(self.session, self.catalog.config.bucket_name(account, region))

    def plan(self) -> tuple[Plan, Observation]:
        """What publishing would do. Reads only."""
        identity = self.session.identity
        desired = desired_state(
            self.catalog, self.rendered, Place(identity.account, self.session.region, identity.partition)
        )
        observed = observe(Reader(self.session), self.catalog.config.owner)
        found = diff(desired, observed.state)
        ground = self.groundwork(found)
        plan = Plan(
            identity.account,
            self.session.region,
            (*ground.changes, *found),
            (*observed.notices, *undeclared(desired, observed.state), *ground.notices),
            ground.blockers,
        )
        return plan, observed

    def groundwork(self, found: Sequence[Change]) -> Groundwork:
        """Bucket and launch roles that `found` needs: made in the sandbox, asked for on AWS."""
        uploads = any(isinstance(change, UploadTemplate) for change in found)
        constraints = [change.constraint for change in found if isinstance(change, CreateConstraint | UpdateConstraint)]
        roles = {item.local_role_name for item in constraints if isinstance(item, LaunchConstraint)} - {""}
        if self.session.is_sandbox:
            return bootstrap_changes(self.catalog, self.session) if uploads or roles else Groundwork()
        account, region = self.session.identity.account, self.session.region
        missing = [f"role {name}" for name in sorted(roles) if not role_exists(self.session, name)]
        if uploads and not self.store().exists():
            missing.append(f"bucket {self.store().bucket}")
        blockers = (
            f"Account {account}, Region {region} has no {one}: run `catalog bootstrap` once." for one in missing
        )
        return Groundwork(blockers=tuple(blockers))

    def apply(self, plan: Plan, ids: Mapping[Address, str], report: Callable[[int, Change], None]) -> None:
        """Carry out `plan`; `ids` are those of what exists already."""
        reader = Reader(self.session)
        executor = Executor(
            writer=Writer(self.session, reader, self.catalog.config.owner),
            store=self.store(),
            stacks=Stacks(self.session),
            bodies={item.digest: item.body for item in self.rendered},
            ids=dict(ids),
        )
        apply_plan(executor, plan, report)


def undeclared(desired: CatalogState, observed: CatalogState) -> Iterator[str]:
    """A notice for each product and portfolio of ours that the repository no longer has: people can still launch."""
    for kind, here, there in (
        ("product", list(desired.products), list(observed.products)),
        ("portfolio", list(desired.portfolios), list(observed.portfolios)),
    ):
        for key in sorted(set(there) - set(here)):
            yield f"{kind}/{key} is ours but no longer declared: left as it is"
