"""What all writes of Service Catalog share: idempotency tokens, ownership tags, and waits until an object is ready."""

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
"""The model says AVAILABLE; the service answers CREATED for products (Terraform's provider, wait.go)."""

GENERATIONS = 5
"""How often the same content may be made, deleted and made again while AWS remembers all of its tokens."""

Made = TypeVar("Made")

ROLE_UNKNOWN = "profile does not exist"
"""A new role is not known everywhere at once; Terraform's provider retries this text on nearly every write."""


@dataclass(frozen=True, slots=True)
class Writer:
    """Writes as `owner`, the value of the ownership tag."""

    session: AwsSession
    reader: Reader
    owner: str

    @property
    def propagation(self) -> Patience:
        """How long a new association or role may take to be known everywhere."""
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
        """(the object, the answer of `read` for it): `made` with the first token, or with one of the next.

        A token that AWS still remembers answers with what it created before, even when that was deleted since: a
        constraint that is removed and declared again. What cannot be found, or is no longer ours, is created with the
        next token.
        """

        def seen(made: Made) -> tuple[Made, dict[str, Any]]:
            return made, wait_for(f"{made}", partial(self.reader.found, partial(read, made)), self.propagation)

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
        """`tags` with the ownership tags, as AWS takes them."""
        return pairs({**tags, OWNER_TAG: self.owner, ADDRESS_TAG: address})

    def wait_ready(
        self,
        what: str,
        read: Callable[[], dict[str, Any] | None],
        status: Callable[[dict[str, Any]], str],
        answer: dict[str, Any] | None = None,
    ) -> None:
        """Until `status` of what `read` answers is CREATED or AVAILABLE; FAILED is an `AwsError`.

        `answer` is what it answered last, if it was read just now.
        """
        answers = [answer] if answer else []

        def probe() -> bool | None:
            last = answers.pop() if answers else read()
            if last is not None and status(last) == "FAILED":
                raise AwsError(f"{what}: AWS says FAILED", hint=AFTER_FAILED)
            return True if last is not None and status(last) in READY else None

        wait_for(what, probe, PRODUCT)


def pairs(tags: Mapping[str, str]) -> list[TagTypeDef]:
    """A mapping as AWS's list of Key and Value, in a stable order."""
    return [{"Key": key, "Value": tags[key]} for key in sorted(tags)]


def tag_changes(add: Mapping[str, str], remove: tuple[str, ...]) -> dict[str, Any]:
    """AddTags and RemoveTags, only where there are any."""
    return {
        **({"AddTags": pairs(add)} if add else {}),
        **({"RemoveTags": list(remove)} if remove else {}),
    }
