"""`catalog unlock`: break the lease of a publisher that does not run any more."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import click

from catalog.cli.consent import yes_option
from catalog.cli.output import ask, note
from catalog.cli.workspace import Workspace, aws_options

if TYPE_CHECKING:
    from catalog.aws.session import AwsSession

EPILOG = """\b
Examples:
  catalog unlock --profile hub --region eu-west-1   (shows who holds the lease, asks)
  catalog unlock --local --yes

publish, prune, adopt, bootstrap and status --refresh-principals take a lease in the template bucket, so that one of
them works at a time in an account and Region. The lease of a run that was killed ends by itself after two minutes; on
the machine of that run, the next run takes it over at once. A publisher that still runs looks at its lease every few
seconds, so it can make changes for about five seconds more; then it stops, or says at its end that it lost its lease.
"""


@click.command(epilog=EPILOG)
@yes_option
@aws_options
def unlock(workspace: Workspace, session: Callable[[], AwsSession], yes: bool) -> None:
    """Break the lease of a publisher that does not run any more."""
    from catalog.aws.leases import NO_LEASE, LeaseStore

    aws = session()
    store = LeaseStore(aws, workspace.config().bucket_name(aws.identity.account, aws.region))
    reading = store.read()
    where = f"account {aws.identity.account}, Region {aws.region}"
    lease = reading.lease if reading else None
    if lease is None or (lease.holder and lease.holder.ended):
        note(f"Nobody holds a lease in {where}.")
        return
    click.echo(f"Lease in {where}: {lease.holder or NO_LEASE}")
    if not yes:
        ask("Break this lease?", hint="Make sure first that this publisher does not run any more.")
    store.end(lease)
    note("The lease is broken. The next publisher continues where this one stopped.")
