"""The accounts and Regions of a roll: that of the credentials, targets, named accounts, or a whole organization."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

import click

from catalog.cli.target_run import TargetOptions, TargetRun
from catalog.cli.workspace import SessionOptions
from catalog.errors import ContentError
from catalog.model.limits import shown

if TYPE_CHECKING:
    from catalog.aws.session import AwsSession
    from catalog.content.targets import Target
    from catalog.publishing.fan_out import TargetOutcome

ROLE_NAME = re.compile(r"[\w+=,.@/-]{1,512}", re.ASCII)
ROLE_ARN = re.compile(r"arn:aws[a-z-]*:iam::\d{12}:role/[\w+=,.@/-]{1,512}", re.ASCII)
ACCOUNT = re.compile(r"\d{12}", re.ASCII)
Result = TypeVar("Result")


@dataclass(frozen=True, slots=True)
class RollPlaces:
    """--in, --account, --organization and --as, as they were given."""

    where: SessionOptions
    targets: tuple[str, ...]
    accounts: tuple[str, ...]
    organization: bool
    role: str | None

    def check(self) -> None:
        """`UsageError` or `ContentError` for what does not fit together, before any call."""
        ways = [bool(self.targets), bool(self.accounts), self.organization]
        if sum(ways) > 1:
            raise click.UsageError("--in, --account and --organization exclude each other")
        if self.targets and self.where.region:
            raise click.UsageError("--region does not apply with --in: select one Region of a target as NAME/REGION")
        for account in self.accounts:
            if not ACCOUNT.fullmatch(account):
                raise ContentError(f"--account must be an account's id, 12 digits, got {shown(account)}")
        if (self.accounts or self.organization) and not self.role:
            raise click.UsageError("--account and --organization need --as: the role to assume in each account")
        if self.role and not (ROLE_ARN if not any(ways) else ROLE_NAME).fullmatch(self.role):
            form = "the ARN of a role" if not any(ways) else "the name of a role that every account has"
            raise ContentError(f"--as must be {form}, got {shown(self.role)}")

    def visit(self, work: Callable[[AwsSession, AwsSession], Result]) -> tuple[TargetOutcome[Result], ...]:
        """Do `work` with (who reads, who updates) for each account and Region, side by side."""
        run = TargetOptions(self.targets, self.where).run()
        if self.accounts or self.organization:
            run = self.account_run()

        def visit_target(target: Target, session: AwsSession, _: object) -> Result:
            if not self.role or self.accounts or self.organization:
                return work(session, session)
            return work(session, session.assume(self.arn(session, target.account)))

        return run.visit(visit_target)

    def arn(self, session: AwsSession, account: str) -> str:
        """The ARN of --as in an account."""
        role = self.role or ""
        return role if role.startswith("arn:") else f"arn:{session.identity.partition}:iam::{account}:role/{role}"

    def account_run(self) -> TargetRun:
        """A run over accounts, each in the role of --as, in the Region of the credentials."""
        from catalog.aws.organization_accounts import organization_accounts
        from catalog.aws.target_sessions import TargetSessions
        from catalog.content.targets import Target

        base, workspace = self.where.open(), self.where.workspace
        named = organization_accounts(base) if self.organization else [(account, "") for account in self.accounts]
        targets = tuple(
            Target(name or account, account, base.region, self.arn(base, account))
            for account, name in dict.fromkeys(named)
        )
        sessions = TargetSessions(self.where.profile, workspace.sandbox if self.where.local else None)
        return TargetRun(True, lambda: targets, sessions.open)
