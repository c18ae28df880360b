"""A call of an operation: the request with its context, which every handler gets."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from botocore.model import OperationModel
from moto.core.utils import utcnow

from catalog.sandbox import faults
from catalog.sandbox.registry.calls import OWN_CALL
from catalog.sandbox.servicecatalog.caller import CallerIdentity
from catalog.sandbox.servicecatalog.exceptions import InvalidParametersException
from catalog.sandbox.servicecatalog.identifiers import catalog_arn
from catalog.sandbox.servicecatalog.state import StoredCatalog, StoredProvisionedProduct
from catalog.sandbox.settings import now, settings

CREATION_SECONDS = 0.15
"""Duration of the status CREATING of products, artifacts and constraints, to be multiplied by `Settings.latency`."""


@dataclass(frozen=True)
class Call:
    """A validated request, its caller, and the state of the account."""

    operation: OperationModel
    request: Mapping[str, Any]
    account: str
    region: str
    partition: str
    caller: CallerIdentity
    state: StoredCatalog
    state_of: Callable[[str], StoredCatalog]
    """Returns the state of another account in the same Region, for shared portfolios."""
    accounts: Callable[[], list[str]]
    """Returns the accounts that have a state in this Region."""
    received: datetime = field(default_factory=utcnow)
    received_at: float = field(default_factory=now)
    """The same time on the sandbox's clock; taken before any stack operation, so no record ends before it starts."""

    def text(self, name: str) -> str:
        """A string of the request; empty if it is missing."""
        return str(self.request.get(name) or "")

    def flag(self, name: str) -> bool:
        """A boolean of the request; False if it is missing."""
        return bool(self.request.get(name))

    def one_of(self, identifier: str, name: str) -> tuple[str, str]:
        """The id and the name, of which one is empty; raises `InvalidParametersException` if both or none are given."""
        if bool(self.text(identifier)) == bool(self.text(name)):
            raise InvalidParametersException(f"You must provide either {identifier} or {name}, but not both.")
        return self.text(identifier), self.text(name)

    def arn(self, kind: str, identifier: str) -> str:
        """The ARN of a portfolio or product of this account."""
        return catalog_arn(self.partition, self.region, self.account, kind, identifier)

    def is_busy(self, target: StoredProvisionedProduct) -> bool:
        """Whether an operation on a provisioned product is not over: UNDER_CHANGE."""
        return target.pending is not None or target.name in self.state.under_way


OperationHandler = Callable[[Call], dict[str, Any]]


def timestamp() -> datetime:
    """The time for CreatedTime and UpdatedTime."""
    return utcnow()


def ready_at() -> float:
    """The time at which an object that is created now leaves the status CREATING."""
    return now() + taking(CREATION_SECONDS)


def taking(seconds: float) -> float:
    """How long something takes here that takes so long in AWS. CloudFormation waits for it: its calls see the end."""
    return 0.0 if OWN_CALL.get() else seconds * settings.latency


def is_listed(since: float) -> bool:
    """Whether lists show an object that was created at `since`.

    AWS's lists are eventually consistent; those of the sandbox are only with the fault `lag`. Reports: aws/aws-cdk
    issue 20810 (constraints), aws-service-catalog-puppet (principals), -factory (products).
    """
    return now() >= since + faults.lag()


def creation_status(at: float, ready: str) -> str:
    """CREATING until `at`, then the `ready` status."""
    return "CREATING" if now() < at else ready
