"""Sessions for targets, with the target's own credentials or in its role; each is checked to be in its account."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace

import boto3

from catalog.aws.pacing import Pacing
from catalog.aws.session import AwsSession, open_local_session, open_session
from catalog.content.targets import Target, partition_of
from catalog.errors import AwsError

SESSION_NAME = "catalog-publish"
"""RoleSessionName of assumed roles, which CloudTrail shows beside the role."""
SANDBOX_ROLE = "catalog-sandbox"
"""The role for the accounts of targets in the sandbox, where AssumeRole accepts roles that do not exist."""


@dataclass(slots=True)
class TargetSessions:
    """Opens sessions, also from several threads.

    Targets with the same profile share its credentials, so that a code for multi-factor authentication is typed once.
    """

    profile: str | None = None
    """The profile of targets that do not name one."""
    sandbox: Callable[[], Mapping[str, str]] | None = None
    """Starts the sandbox and returns its environment; called once. None means AWS."""
    on_call: Callable[[Target, str], None] | None = None
    """Called with the target and the name of each API operation before it is sent."""
    pacing: Pacing = field(default_factory=Pacing, repr=False)
    """Shared by all sessions, because targets can have the same account and Region."""
    lock: threading.Lock = field(default_factory=threading.Lock, repr=False)
    sources: dict[str | None, boto3.Session] = field(default_factory=dict, repr=False)
    started: Mapping[str, str] = field(default_factory=dict, repr=False)
    """The environment of the sandbox, once it is started."""
    opened: dict[Target, AwsSession] = field(default_factory=dict, repr=False)

    def open(self, target: Target) -> AwsSession:
        """The target's session. `AwsError`, before any other call, when its credentials are of another account.

        `ContentError` when there are no credentials, `AwsCallError` when the role cannot be assumed.
        """
        if target not in self.opened:
            session = self.local(target) if self.sandbox else self.remote(target)
            if (account := session.identity.account) != target.account:
                raise AwsError(
                    f"the credentials are of account {account} ({session.identity.arn}), but target {target.name} is "
                    f"account {target.account}",
                    hint=f"Set a role or profile of account {target.account} for the target, or correct its account.",
                )
            self.opened[target] = session
        return self.opened[target]

    def remote(self, target: Target) -> AwsSession:
        """A session with the credentials of the target's profile or of boto3's chain; in its role, if it has one."""
        profile = target.profile or self.profile
        with self.lock:
            if profile not in self.sources:
                self.sources[profile] = open_session(profile, target.region).boto
        session = AwsSession(self.sources[profile], target.region, on_call=self.on_call_for(target), pacing=self.pacing)
        return session.assume(target.role, SESSION_NAME) if target.role else session

    def local(self, target: Target) -> AwsSession:
        """A session on the sandbox in the target's account, in its role or in `SANDBOX_ROLE`."""
        role = target.role or f"arn:{partition_of(target.region)}:iam::{target.account}:role/{SANDBOX_ROLE}"
        local = open_local_session(self.environment(), target.region, self.on_call_for(target))
        source = replace(local, pacing=self.pacing)
        return source.assume(role, SESSION_NAME)

    def environment(self) -> Mapping[str, str]:
        """The environment of the sandbox, which is started for the first target."""
        with self.lock:
            if self.sandbox and not self.started:
                self.started = self.sandbox()
            return self.started

    def on_call_for(self, target: Target) -> Callable[[str], None] | None:
        """`on_call` for one target."""
        on_call = self.on_call
        return None if on_call is None else lambda operation: on_call(target, operation)
