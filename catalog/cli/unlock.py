"""`catalog unlock`: break the lease of a publisher that does not run any more."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from dataclasses import asdict, dataclass, replace
from typing import TYPE_CHECKING, Any

import click

from catalog.cli.consent import yes_option
from catalog.cli.formats import TEXT, Format, check_failed, format_options, text
from catalog.cli.output import ask, note
from catalog.cli.reports import TargetReport, reports_of
from catalog.cli.target_run import TargetOptions, TargetRun, targets_options
from catalog.cli.workspace import Workspace

if TYPE_CHECKING:
    from catalog.aws.leases import LeaseStore, StoredLease
    from catalog.aws.session import AwsSession
    from catalog.content.targets import Target
    from catalog.publishing.fan_out import Earlier

EPILOG = """\b
Examples:
  catalog unlock --profile hub --region eu-west-1   (shows who holds the lease, asks)
  catalog unlock --local --yes
  catalog unlock --to all                           (the targets of pyproject.toml; asks once)
  catalog unlock --to all --json --yes

publish, prune, adopt, bootstrap and status --refresh-principals take a lease in the template bucket, so that one of
them works at a time in an account and Region. The lease of a run that was killed ends by itself after two minutes; on
the machine of that run, the next run takes it over at once. A publisher that still runs looks at its lease every few
seconds, so it can make changes for about five seconds more; then it stops, or says at its end that it lost its lease.
"""
FREE, HELD, BROKEN = "free", "held", "broken"


@dataclass(frozen=True, slots=True)
class LeaseReport:
    """Who holds the lease of an account and Region."""

    store: LeaseStore
    lease: StoredLease | None
    outcome: str = FREE
    changes: None = None
    notices: tuple[str, ...] = ()

    @property
    def where(self) -> str:
        """`account 123456789012, Region eu-west-1`."""
        session = self.store.session
        return f"account {session.identity.account}, Region {session.region}"

    def lines(self, _: Collection[str]) -> Iterator[str]:
        """The holder; nothing without one."""
        from catalog.aws.leases import NO_LEASE

        if self.lease:
            yield f"Lease in {self.where}: {self.lease.holder or NO_LEASE}"

    def members(self) -> dict[str, Any]:
        """`lease`."""
        holder = self.lease.holder if self.lease else None
        session = self.store.session
        data = {"account": session.identity.account, "region": session.region, "state": self.outcome}
        return {"lease": {**data, "holder": asdict(holder) if holder else None}}


@click.command(epilog=EPILOG)
@yes_option
@format_options("json")
@targets_options
def unlock(workspace: Workspace, to: TargetOptions, yes: bool, form: Format) -> None:
    """Break the lease of a publisher that does not run any more."""
    run = to.run()
    reports = reports_of(run.visit(reader_of(workspace)))
    held = {report.target: report.content for report in reports if report.content and report.content.lease}
    for report in reports:
        if report.content and not report.content.lease:
            note(f"Nobody holds a lease in {report.content.where}.")
    asks = bool(held) and not yes
    if asks:
        text.show(run, reports, err=form is not TEXT)
        ask(
            "Break this lease?" if len(held) == 1 else f"Break these {len(held)} leases?",
            hint=f"Make sure first that {'this publisher does' if len(held) == 1 else 'these publishers do'} not run "
            "any more.",
        )
    reports = broken(run, reports, held)
    if form is not TEXT or not asks:
        form.show(run, reports)
    form.conclude(run, reports)
    check_failed(run, reports)
    if held:
        leases = "The lease is" if len(held) == 1 else f"The {len(held)} leases are"
        note(f"{leases} broken. The next publisher continues where this one stopped.")


def reader_of(workspace: Workspace) -> Callable[[Target, AwsSession, Earlier[LeaseReport]], LeaseReport]:
    """Reads the lease of a target."""
    from catalog.aws.leases import LeaseStore

    def read(_: Target, aws: AwsSession, __: Earlier[LeaseReport]) -> LeaseReport:
        store = LeaseStore(aws, workspace.config().bucket_name(aws.identity.account, aws.region))
        reading = store.read()
        lease = reading.lease if reading else None
        if lease is None or (lease.holder and lease.holder.ended):
            return LeaseReport(store, None)
        return LeaseReport(store, lease, HELD)

    return read


def broken(
    run: TargetRun, reports: list[TargetReport[LeaseReport]], held: dict[Target, LeaseReport]
) -> list[TargetReport[LeaseReport]]:
    """The reports after the leases that are held were broken, or could not be."""

    def end(target: Target, _: AwsSession, __: Earlier[LeaseReport]) -> LeaseReport:
        report = held[target]
        if report.lease:
            report.store.end(report.lease)
        return replace(report, outcome=BROKEN)

    outcomes = {report.target: report for report in reports_of(run.visit(end, list(held)))}
    return [outcomes.get(report.target, report) for report in reports]
