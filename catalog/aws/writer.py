"""Idempotency tokens, ownership tags, and waits until an object is ready: what all writes to Service Catalog share."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any, TypeVar

from catalog.aws.reader import Reader
from catalog.aws.session import AwsSession
from catalog.aws.tokens import content_token
from catalog.aws.waits import (
    AFTER_FAILED,
    PRODUCT,
    Patience,
    propagation,
    wait_for,
)
from catalog.errors import AwsError, DeadlineError
from catalog.model.addresses import Address
from catalog.model.state import ADDRESS_TAG, OWNER_TAG

if TYPE_CHECKING:
    from mypy_boto3_servicecatalog.type_defs import TagTypeDef

READY = ("CREATED", "AVAILABLE")
"""The API model documents AVAILABLE; the service returns CREATED for products (Terraform's provider, wait.go)."""

GENERATIONS = 5
"""How often the same content can be created, deleted and created again while AWS remembers its tokens."""

Made = TypeVar("Made")

ROLE_UNKNOWN = "profile does not exist"
"""In the error for a role that is new and not yet visible everywhere. Terraform's provider retries on this text."""


@dataclass(frozen=True, slots=True)
class Writer:
    """Writes as `owner`, the value of the ownership tag."""

    session: AwsSession
    reader: Reader
    owner: str

    @property
    def propagation(self) -> Patience:
        """How long a new association or role may take to be visible everywhere."""
        return propagation(sandbox=self.session.is_sandbox)

    def token(self, operation: str, address: Address, generation: int, *content: Any) -> str:
        """An idempotency token for `content` at `address` in this account and Region; see `find_or_create`."""
        account = self.session.identity.account
        return content_token(account, self.session.region, self.owner, operation, address, generation, *content)

    def find_or_create(
        self,
        made: Made,
        create: Callable[[int], Made],
        read: Callable[[Made], dict[str, Any]],
        is_ours: Callable[[dict[str, Any]], bool] = lambda answer: True,
    ) -> tuple[Made, dict[str, Any]]:
        """Return the object and the answer of `read` for it: `made`, or one that is created with a later token.

        For a token that it still remembers, AWS returns the object that it created before, even if that was deleted
        since: for example when a constraint is removed and declared again. If the object does not exist, or is no
        longer ours, it is created with the next token.
        """

        def seen(made: Made) -> tuple[Made, dict[str, Any]]:
            return made, wait_for(f"{made}", partial(self.reader.if_exists, partial(read, made)), self.propagation)

        for generation in range(1, GENERATIONS):
            try:
                answer = seen(made)
            except DeadlineError:
                answer = None
            if answer and is_ours(answer[1]):
                return answer
            made = create(generation)
        return seen(made)

    def tags(self, address: Address, tags: Mapping[str, str]) -> list[TagTypeDef]:
        """`tags` and the ownership tags, as AWS's list of Key and Value."""
        return pairs({**tags, OWNER_TAG: self.owner, ADDRESS_TAG: address})

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


def pairs(tags: Mapping[str, str]) -> list[TagTypeDef]:
    """A mapping as AWS's list of Key and Value, in a stable order."""
    return [{"Key": key, "Value": tags[key]} for key in sorted(tags)]


def tag_changes(add: Mapping[str, str], remove: tuple[str, ...]) -> dict[str, Any]:
    """AddTags and RemoveTags, each only if it is not empty."""
    return {
        **({"AddTags": pairs(add)} if add else {}),
        **({"RemoveTags": list(remove)} if remove else {}),
    }
