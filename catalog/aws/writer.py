"""Idempotency tokens, ownership tags, and waits until an object is ready: what all writes to Service Catalog share."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from catalog.aws.reader import Reader
from catalog.aws.session import AwsSession
from catalog.aws.tags import pairs, tag_map
from catalog.aws.tokens import token_of
from catalog.aws.waits import (
    AFTER_FAILED,
    PRODUCT,
    PROPAGATION,
    SANDBOX_LISTING,
    Patience,
    propagation,
    wait_for,
)
from catalog.errors import AwsError
from catalog.model.addresses import Address
from catalog.model.state import owned_tags

if TYPE_CHECKING:
    from mypy_boto3_servicecatalog.type_defs import TagTypeDef

READY = ("CREATED", "AVAILABLE")
"""The API model documents AVAILABLE; the service returns CREATED for products (Terraform's provider, wait.go)."""

ROLE_UNKNOWN = "profile does not exist"
"""In the error for a role that is new and not yet visible everywhere. Terraform's provider retries on this text."""


@dataclass(frozen=True, slots=True)
class Writer:
    """Writes as `owner`, the value of the ownership tag."""

    session: AwsSession
    reader: Reader
    owner: str
    alone_since: float | None = None
    """Since when nobody else can have created anything, on the clock of `time.monotonic`. None without a lease."""

    @property
    def listing(self) -> Patience:
        """How long an object that exists already may be missing from AWS's lists."""
        full = SANDBOX_LISTING if self.session.is_sandbox else PROPAGATION
        if self.alone_since is None:
            return full
        return Patience(max(0.0, self.alone_since + full.deadline - time.monotonic()))

    @property
    def propagation(self) -> Patience:
        """How long a new association or role may take to be visible everywhere."""
        return propagation(sandbox=self.session.is_sandbox)

    def token(self, operation: str, address: Address, generation: int, *scope: str) -> str:
        """An idempotency token for an object at `address` in this account and Region, whatever its content is.

        See `Creation` for `generation` and `scope`.
        """
        account = self.session.identity.account
        return token_of(account, self.session.region, self.owner, operation, address, generation, *scope)

    def tags(self, address: Address, tags: Mapping[str, str]) -> list[TagTypeDef]:
        """`tags` and the ownership tags, as AWS's list of Key and Value."""
        return pairs(owned_tags(self.owner, address, tags))

    def is_at(self, address: Address, answer: Mapping[str, Any]) -> bool:
        """Whether a described portfolio or product has our ownership tags with `address`."""
        wanted = owned_tags(self.owner, address, {})
        return wanted.items() <= tag_map(answer.get("Tags", [])).items()

    def wait_ready(
        self,
        subject: str,
        read: Callable[[], dict[str, Any] | None],
        status: Callable[[dict[str, Any]], str],
        answer: dict[str, Any] | None = None,
    ) -> dict[str, Any]:
        """Wait until the `status` in the answer of `read` is CREATED or AVAILABLE, and return the answer.

        FAILED is an `AwsError`. `answer` is its last answer, if it was read just now.
        """
        answers = [answer] if answer else []

        def probe() -> dict[str, Any] | None:
            last = answers.pop() if answers else read()
            if last is not None and status(last) == "FAILED":
                raise AwsError(f"{subject}: AWS reports status FAILED", hint=AFTER_FAILED)
            return last if last is not None and status(last) in READY else None

        return wait_for(subject, probe, PRODUCT)


def changed_members(wanted: Mapping[str, Any], described: Mapping[str, Any]) -> dict[str, Any]:
    """The members of `wanted` that a detail has with another value; an absent one is the empty text."""
    return {member: value for member, value in wanted.items() if value != described.get(member, "")}
