"""A `Plan` for the account and Region of a session: it carries all that applying it needs."""

from __future__ import annotations

from typing import Any

from catalog.aws.session import AwsSession
from catalog.content.config import Config
from catalog.plan.changes import Plan


def plan_for(config: Config, session: AwsSession, **parts: Any) -> Plan:
    """A plan for the account and Region of `session`, with these `parts` (members of `Plan`)."""
    identity = session.identity
    return Plan(
        account=identity.account,
        region=session.region,
        partition=identity.partition,
        sandbox=session.is_sandbox,
        owner=config.owner,
        bucket=config.bucket_name(identity.account, session.region),
        **parts,
    )
