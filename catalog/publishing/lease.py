"""One publisher at a time: the lease of an account and Region, from the first change of a run to the last.

`Lease.look` reads before the plan is made whether somebody is at work. `Lease.take` writes the lease, and refuses when
somebody else has taken it since, even if he has finished: then the plan may be out of date.
"""

from __future__ import annotations

import os
import socket
import threading
import time
import uuid
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime

from catalog.aws.leases import NO_LEASE, SECONDS, Holder, LeaseReading, LeaseStore, LeaseTakenError, StoredLease
from catalog.aws.session import AwsSession
from catalog.errors import AwsError, CatalogError
from catalog.plan.changes import Change
from catalog.plan.kinds.stack import CreateStack, UpdateStack
from catalog.publishing.process import is_running, this_machine, this_process

RENEWALS = 4
"""How often a lease is renewed in that time: a failed renewal can be repeated."""
RECHECK = 5.0
"""Seconds after which a publisher looks again, before its next change, whether it still has its lease."""
CI_LINKS = ("CI_JOB_URL", "BUILD_URL", "CODEBUILD_BUILD_URL", "CIRCLE_BUILD_URL")
"""Environment variables with the address of a CI job: GitLab, Jenkins, CodeBuild, CircleCI. GitHub has its parts."""

_held: set[str] = set()
"""Runs of this process that hold a lease."""


def this_publisher(session: AwsSession, command: str, environment: Mapping[str, str] = os.environ) -> Holder:
    """The holder of a lease that this process takes."""
    return Holder(
        run=str(uuid.uuid4()),
        arn=session.identity.arn,
        host=socket.gethostname(),
        command=command,
        since=datetime.now(UTC).isoformat(timespec="seconds"),
        machine=this_machine(),
        process=this_process(),
        link=ci_link(environment),
    )


def ci_link(environment: Mapping[str, str]) -> str:
    """The address of the CI job that this process belongs to; empty outside of CI."""
    github = [environment.get(f"GITHUB_{name}", "") for name in ("SERVER_URL", "REPOSITORY", "RUN_ID")]
    if all(github):
        return "{}/{}/actions/runs/{}".format(*github)
    return next((environment[name] for name in CI_LINKS if environment.get(name)), "")


def is_abandoned(lease: StoredLease) -> bool:
    """Whether a lease can be taken over: it has expired, or its process was on this machine and has ended."""
    holder = lease.holder
    if lease.expired:
        return True
    if holder is None or holder.machine != this_machine():
        return False
    own = holder.process == this_process()
    return holder.run not in _held if own else not is_running(holder.process)


def busy(session: AwsSession, lease: StoredLease) -> AwsError:
    """The error for a lease that another publisher holds."""
    holder = lease.holder
    left = max(0.0, (holder.seconds if holder else SECONDS) - lease.age)
    return AwsError(
        f"another publisher is at work in account {session.identity.account}, Region {session.region}: "
        f"{holder or NO_LEASE}",
        hint=f"Wait until it has finished. If it does not run any more, its lease ends in {left:.0f} s, or at once "
        "with `catalog unlock`.",
    )


def stale(session: AwsSession) -> AwsError:
    """The error for a plan that was made before another publisher worked."""
    return AwsError(
        f"another publisher has worked in account {session.identity.account}, Region {session.region} since this plan "
        "was made: nothing was changed",
        hint="Run the same command again.",
    )


@dataclass(slots=True)
class Lease:
    """The lease of one run in an account and Region."""

    store: LeaseStore
    holder: Holder
    seen: LeaseReading | None
    """What the bucket had before the plan was made; None without a bucket."""
    looked_at: float = field(default_factory=time.monotonic)
    etag: str = ""
    """Of the lease object, while this run holds it."""
    renewed_at: float = 0.0
    checked_at: float = 0.0
    """When the bucket last said that this run has the lease."""
    tried: bool = False
    lost: CatalogError | None = None
    lock: threading.RLock = field(default_factory=threading.RLock)
    released: threading.Event = field(default_factory=threading.Event)

    @classmethod
    def look(cls, session: AwsSession, bucket: str, command: str) -> Lease:
        """Read the lease; `AwsError` while another publisher holds it."""
        store = LeaseStore(session, bucket)
        seen = store.read()
        if seen and seen.lease and not is_abandoned(seen.lease):
            raise busy(session, seen.lease)
        return cls(store, this_publisher(session, command), seen)

    @property
    def alone_since(self) -> float | None:
        """Since when nobody else can have created anything: since the last publisher finished, or since `look`."""
        return None if self.seen is None else self.looked_at - self.seen.idle

    @property
    def taken_over(self) -> Holder | None:
        """The holder of a lease that was left behind."""
        return self.seen.lease.holder if self.seen and self.seen.lease else None

    def before(self, change: Change) -> None:
        """Take the lease before the first change; before others raise when it is lost.

        The stacks of bootstrap, which create the bucket, are deployed without it. Several threads may call this.
        """
        with self.lock:
            if self.etag:
                self.check()
            elif not self.tried:
                no_bucket = self.seen is None
                if no_bucket and isinstance(change, CreateStack | UpdateStack):
                    return
                self.tried = True
                if not no_bucket or self.store.read() is not None:
                    self.take()

    def take(self) -> None:
        """Write the lease; `AwsError` when somebody else has it, or has had it since `look`."""
        before = self.seen or LeaseReading()
        session = self.store.session
        try:
            self.etag = self.store.write(self.holder, before.lease.etag if before.lease else None)
        except LeaseTakenError as error:
            stored = self.store.lease()
            raise busy(session, stored) if stored and not is_abandoned(stored) else stale(session) from error
        self.renewed_at = self.checked_at = time.monotonic()
        _held.add(self.holder.run)
        threading.Thread(target=self.keep, name="lease", daemon=True).start()
        if self.seen is not None and before.lease is None and self.store.replaced() not in (None, before.newest):
            self.release(complete=True)
            raise stale(session)

    def keep(self) -> None:
        """Renew the lease until it is released or lost."""
        while not self.released.wait(self.holder.seconds / RENEWALS) and not self.lost:
            self.renew()

    def renew(self) -> None:
        """Renew the lease once. A failure that is not final is repeated at the next renewal, or by `check`."""
        with self.lock:
            if self.released.is_set() or self.lost:
                return
            started = time.monotonic()
            try:
                self.etag = self.store.write(self.holder, self.etag)
                self.renewed_at = self.checked_at = started
            except LeaseTakenError as error:
                self.lost = self.taken_by_others(error)
            except CatalogError as error:
                if started - self.renewed_at > self.holder.seconds:
                    self.lost = error

    def taken_by_others(self, error: CatalogError) -> CatalogError:
        """The error for a lease that is lost: it names who has it now."""
        stored = self.store.lease()
        holder = stored.holder if stored else None
        broken = holder is None or holder.run == self.holder.run
        has_it = "somebody has broken it with `catalog unlock`" if broken else f"{holder} has it now"
        return error.reworded(
            message=f"this publisher has lost its lease: {has_it}",
            hint="Another publisher may have worked at the same time. Run the same command again when no other "
            "publisher is at work.",
        )

    def check(self) -> None:
        """Raise when the lease is lost. One that was not renewed in time is renewed now.

        The process may have been stopped for a while: so it looks again when it has not looked for some seconds.
        """
        now = time.monotonic()
        if now - self.renewed_at > self.holder.seconds / 2:
            self.renew()
        elif now - self.checked_at > RECHECK:
            self.look_again()
        if self.lost:
            raise self.lost

    def look_again(self) -> None:
        """Read whether this run still has the lease. A failure to read is none of the lease: `renew` decides then."""
        if self.lost:
            return
        started = time.monotonic()
        try:
            stored = self.store.lease()
        except CatalogError:
            self.renew()
            return
        if stored and stored.etag == self.etag:
            self.checked_at = started
        else:
            self.lost = self.taken_by_others(LeaseTakenError("the lease in the template bucket is another one"))

    def confirm(self) -> None:
        """Raise when the lease is lost, after the last change."""
        with self.lock:
            if self.etag:
                self.check()

    def clear(self) -> None:
        """Delete the lease that a killed run left, after a run that found nothing to do. It says nothing of a failure:
        another publisher may have taken the lease over.
        """
        if self.seen and self.seen.lease and not self.tried:
            with suppress(CatalogError):
                self.store.delete(self.seen.lease.etag)

    def release(self, *, complete: bool) -> None:
        """Delete the lease; `AwsError` when a run that seems `complete` has lost it: others may have changed things.

        After an error it stays, marked as ended, so that the next run knows of it.
        """
        with self.lock:
            self.released.set()
            _held.discard(self.holder.run)
            if complete and self.lost:
                raise self.lost
            if not self.etag or self.lost:
                return
            try:
                if complete:
                    self.store.delete(self.etag)
                else:
                    self.store.end(StoredLease(self.etag, self.holder, 0.0))
            except LeaseTakenError as error:
                self.lost = self.taken_by_others(error)
                if complete:
                    raise self.lost from error
            except CatalogError:
                return  # it expires by itself; an error here must not hide the outcome of the run
