"""One request on its way through the sandbox: what a handler gets, and the type of handlers."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from botocore.model import OperationModel
from moto.core.utils import utcnow

from catalog.sandbox import faults
from catalog.sandbox.servicecatalog.caller import CallerIdentity
from catalog.sandbox.servicecatalog.exceptions import InvalidParametersException
from catalog.sandbox.servicecatalog.identifiers import catalog_arn
from catalog.sandbox.servicecatalog.state import StoredCatalog
from catalog.sandbox.settings import now, settings

CREATION_SECONDS = 0.15
"""How long products, artifacts and constraints are CREATING, before `Settings.latency`."""


@dataclass(frozen=True)
class Call:
    """A validated request, who sent it, and the state it works on."""

    operation: OperationModel
    request: Mapping[str, Any]
    account: str
    region: str
    partition: str
    caller: CallerIdentity
    state: StoredCatalog
    state_of: Callable[[str], StoredCatalog]
    """Another account's state in the same Region, for shared portfolios."""
    accounts: Callable[[], list[str]]
    """The accounts that have a state in this Region."""
    received: datetime = field(default_factory=utcnow)
    received_at: float = field(default_factory=now)
    """The same moment on the sandbox's clock: before any stack runs, so that no record ends before it begins."""

    def text(self, name: str) -> str:
        """A string of the request; empty when it was not sent."""
        return str(self.request.get(name) or "")

    def flag(self, name: str) -> bool:
        """A boolean of the request; False when it was not sent."""
        return bool(self.request.get(name))

    def one_of(self, identifier: str, name: str) -> tuple[str, str]:
        """The id and the name of something addressed by exactly one of both; `InvalidParametersException` else."""
        if bool(self.text(identifier)) == bool(self.text(name)):
            raise InvalidParametersException(f"You must provide either {identifier} or {name}, but not both.")
        return self.text(identifier), self.text(name)

    def arn(self, kind: str, identifier: str) -> str:
        """The ARN of a portfolio or product of this account."""
        return catalog_arn(self.partition, self.region, self.account, kind, identifier)


OperationHandler = Callable[[Call], dict[str, Any]]


def timestamp() -> datetime:
    """The moment for CreatedTime and UpdatedTime."""
    return utcnow()


def ready_at() -> float:
    """When something created now leaves CREATING."""
    return now() + CREATION_SECONDS * settings.latency


def is_listed(since: float) -> bool:
    """Whether what was made at `since` shows: AWS's listings are eventually consistent, ours when a fault asks for it.

    Reports: aws/aws-cdk issue 20810 (constraints), aws-service-catalog-puppet (principals), -factory (products).
    """
    return now() >= since + faults.lag()


def creation_status(at: float, ready: str) -> str:
    """CREATING until `at`, then the `ready` status."""
    return "CREATING" if now() < at else ready
