"""The leases of a run: looked at before a target is planned, taken before its first change, released at the end."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import click

from catalog.cli.output import note
from catalog.cli.workspace import Workspace
from catalog.errors import CatalogError

if TYPE_CHECKING:
    from catalog.aws.session import AwsSession
    from catalog.plan.changes import Change
    from catalog.publishing.lease import Lease

lock_option = click.option(
    "--no-lock",
    is_flag=True,
    help="Do not take the lease in the template bucket, which keeps other publishers out of the account and Region.",
)


@dataclass(frozen=True, slots=True)
class Locking:
    """Whether a command takes leases, and those that it has looked at. Targets of one account and Region share one."""

    workspace: Workspace
    command: str
    no_lock: bool
    leases: dict[tuple[str, str], Lease] = field(default_factory=dict)
    failed: set[tuple[str, str]] = field(default_factory=set)

    def look(self, session: AwsSession) -> None:
        """Read the lease before the plan is made; `AwsError` while another publisher is at work."""
        from catalog.publishing.lease import Lease

        account, region = session.identity.account, session.region
        if self.no_lock or (account, region) in self.leases:
            return
        lease = Lease.look(session, self.workspace.config().bucket_name(account, region), self.command)
        self.leases.setdefault((account, region), lease)
        if lease.taken_over:
            note(f"The run of {lease.taken_over} did not finish: this run continues.")

    @contextmanager
    def released(self) -> Iterator[None]:
        """Release all leases at the end. One under which a plan failed is marked, so that the next run knows of it."""
        try:
            yield
        except BaseException:
            self.failed.update(self.leases)
            raise
        finally:
            lost = [error for place, lease in self.leases.items() if (error := self.release(place, lease))]
        if lost:
            raise lost[0]

    def clear(self, account: str, region: str) -> None:
        """Forget a run that did not finish, because nothing is left to do in its account and Region."""
        if lease := self.leases.get((account, region)):
            lease.clear()

    def release(self, place: tuple[str, str], lease: Lease) -> CatalogError | None:
        """Release one lease. The error when it is lost, of a run that has had no other."""
        try:
            lease.release(complete=place not in self.failed)
        except CatalogError as error:
            return error
        return None

    @contextmanager
    def held(self, session: AwsSession) -> Iterator[Hold]:
        """Hold the lease while a plan is applied."""
        place = (session.identity.account, session.region)
        lease = self.leases.get(place)
        try:
            yield Hold(lease.before, lease.alone_since) if lease else Hold()
            if lease:
                lease.confirm()
        except BaseException:
            self.failed.add(place)
            raise


@dataclass(frozen=True, slots=True)
class Hold:
    """What applying a plan needs of a lease."""

    before: Callable[[Change], None] = lambda change: None
    """Called before each change; raises when another publisher has the lease."""
    alone_since: float | None = None
    """As in `Writer`."""
