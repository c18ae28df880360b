"""A session for each target: with its own credentials or in its role, and seen to be of its account."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import boto3

from catalog.aws.session import AwsSession, open_local_session, open_session
from catalog.content.targets import Target, partition_of
from catalog.errors import AwsError

SESSION_NAME = "catalog-publish"
"""RoleSessionName of assumed roles: what CloudTrail shows beside the role."""
SANDBOX_ROLE = "catalog-sandbox"
"""In the sandbox nobody has credentials of other accounts, and AssumeRole asks for no role that exists."""


@dataclass(slots=True)
class TargetSessions:
    """Opens sessions, several at a time. Targets that share a profile share its credentials: who must type a code for
    multi-factor authentication types it once.
    """

    profile: str | None = None
    """The profile of targets that name none."""
    sandbox: Callable[[], Mapping[str, str]] | None = None
    """Starts the sandbox and answers its environment; asked once. None means AWS."""
    on_call: Callable[[Target, str], None] | None = None
    """Told each API operation before it is sent, with the target that it is sent for."""
    lock: threading.Lock = field(default_factory=threading.Lock, repr=False)
    sources: dict[str | None, boto3.Session] = field(default_factory=dict, repr=False)
    known: Mapping[str, str] = field(default_factory=dict, repr=False)
    opened: dict[Target, AwsSession] = field(default_factory=dict, repr=False)

    def open(self, target: Target) -> AwsSession:
        """The target's session; raises `AwsError` when its credentials are of another account, before any other call.

        `ContentError` when there are no credentials, `AwsCallError` when the role may not be assumed.
        """
        if target not in self.opened:
            session = self.local(target) if self.sandbox else self.remote(target)
            if (account := session.identity.account) != target.account:
                raise AwsError(
                    f"the credentials are of account {account} ({session.identity.arn}), target {target.name} is "
                    f"account {target.account}",
                    hint="Give the target a role or a profile of its account, or correct its account.",
                )
            self.opened[target] = session
        return self.opened[target]

    def remote(self, target: Target) -> AwsSession:
        """The session that the target's profile, or boto3's own chain, gives; or that of its role."""
        profile = target.profile or self.profile
        with self.lock:
            if profile not in self.sources:
                self.sources[profile] = open_session(profile, target.region).boto
        session = AwsSession(self.sources[profile], target.region, on_call=self.teller(target))
        return session.assume(target.role, SESSION_NAME) if target.role else session

    def local(self, target: Target) -> AwsSession:
        """The sandbox as the target's account: in its role, or in one that stands for the account's own credentials."""
        role = target.role or f"arn:{partition_of(target.region)}:iam::{target.account}:role/{SANDBOX_ROLE}"
        source = open_local_session(self.environment(), target.region, self.teller(target))
        return source.assume(role, SESSION_NAME)

    def environment(self) -> Mapping[str, str]:
        """The sandbox's, which is started when the first target asks for it."""
        with self.lock:
            if self.sandbox and not self.known:
                self.known = self.sandbox()
            return self.known

    def teller(self, target: Target) -> Callable[[str], None] | None:
        """`on_call` for one target."""
        tell = self.on_call
        return None if tell is None else lambda operation: tell(target, operation)
