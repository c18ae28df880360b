"""L4. Publishing: observe, plan, apply, for one account and Region."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from catalog.apply import Executor, apply_plan
from catalog.aws.observe import Observation, observe
from catalog.aws.reader import Reader
from catalog.aws.session import AwsSession
from catalog.aws.stacks import Stacks
from catalog.aws.templates import TemplateStore
from catalog.aws.writer import Writer
from catalog.bootstrap import bootstrap_changes
from catalog.desired import desired_state
from catalog.errors import AwsError
from catalog.load import Catalog
from catalog.model.address import Address
from catalog.model.portfolio import LaunchConstraint
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
        changes = (*self.groundwork(found), *found)
        return Plan(identity.account, self.session.region, changes, observed.notices), observed

    def groundwork(self, found: Sequence[Change]) -> tuple[Change, ...]:
        """Bucket and launch roles that `found` needs: made in the sandbox, asked for on AWS."""
        uploads = any(isinstance(change, UploadTemplate) for change in found)
        launches = any(
            isinstance(change, CreateConstraint | UpdateConstraint) and isinstance(change.constraint, LaunchConstraint)
            for change in found
        )
        if self.session.is_sandbox and (uploads or launches):
            return bootstrap_changes(self.catalog, self.session)
        if uploads and not self.store().exists():
            raise AwsError(
                f"there is no bucket {self.store().bucket} for templates in account "
                f"{self.session.identity.account}, Region {self.session.region}",
                hint="Run `catalog bootstrap` once for this account and Region.",
            )
        return ()

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
