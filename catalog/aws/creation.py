"""Creation of an object at an Address: a second creation, by whomever and with whatever content, finds the first.

The idempotency token is made of the Address and a generation, never of content. So two publishers of different content,
or a run that is killed, edited and started again before AWS lists what it created, cannot create an object twice: AWS
returns the first object for the token, or refuses the token because the request differs. Which of the two it does is
not documented ("If multiple requests differ only by the idempotency token, the same response is returned for each
repeated request", API Reference). Both lead to the first object here, which the caller then changes to its content.

AWS also remembers tokens of objects that were deleted since. Then the next generation is used.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from email.utils import parsedate_to_datetime
from functools import partial
from typing import Any, Generic, TypeVar

from catalog.aws.calls import aws_call
from catalog.aws.waits import AT_ONCE, wait_for
from catalog.aws.writer import Writer
from catalog.errors import AwsCallError, AwsError, DeadlineError
from catalog.model.addresses import Address

GENERATIONS = 20
"""How often an object can be created and deleted at an Address while AWS remembers its tokens."""
NOTHING_EXISTS = ("AccessDenied", "Throttl", "ExpiredToken", "UnrecognizedClient", "InvalidClientToken")
"""Beginnings of error codes that say nothing about an object that may exist."""
OLD = 60.0
"""Seconds after which a new object can certainly be described: if it cannot, it was deleted."""

Made = TypeVar("Made")


@dataclass(slots=True)
class Creation(Generic[Made]):
    """One object that is to exist at an Address. `start` sends the request, `finish` waits for the object."""

    writer: Writer
    operation: str
    """The API operation that creates it."""
    address: Address
    send: Callable[[str], Any]
    """Sends the request with a token, and returns AWS's answer."""
    made_of: Callable[[Any], Made]
    """What identifies the object in that answer, for example its id."""
    find: Callable[[], Made | None]
    """Looks for the object in AWS's lists."""
    read: Callable[[Made], dict[str, Any]]
    """Describes the object."""
    scope: tuple[str, ...] = ()
    """Ids of the objects that it is created in. In a new portfolio or product its tokens are new as well."""
    is_ours: Callable[[dict[str, Any]], bool] = lambda answer: True
    """Whether a described object is still ours."""
    generation: int = 0
    age: float = 0.0
    """Seconds since the object was created, by AWS's clock."""

    def start(self) -> Made:
        """Create the object, or find the one that another request has created."""
        while self.generation < GENERATIONS:
            try:
                return self.created()
            except AwsCallError as error:
                if error.code.startswith(NOTHING_EXISTS):
                    raise
                made = self.existing(wait=is_used_token(error))
                if made is not None:
                    return made
                if not is_used_token(error):
                    raise
            self.generation += 1
        raise AwsError(
            f"{self.operation}: AWS still remembers the {GENERATIONS} objects that were created and deleted there",
            hint="Run the same command again later.",
        )

    def created(self) -> Made:
        """Send the request with the token of this generation."""
        token = self.writer.token(self.operation, self.address, self.generation, *self.scope)
        with aws_call(self.operation):
            answer = self.send(token)
        self.age = age_of(answer)
        return self.made_of(answer)

    def existing(self, *, wait: bool) -> Made | None:
        """The object in AWS's lists; None when no list has it, with `wait` until it would be there."""
        patience = self.writer.listing if wait else AT_ONCE
        try:
            return wait_for(f"{self.operation}: the object that exists already", self.find, patience)
        except DeadlineError:
            return None

    def finish(self, made: Made) -> tuple[Made, dict[str, Any]]:
        """The object with its description. One that was deleted, or is no longer ours, is created again."""
        while True:
            answer = self.described(made)
            if answer is not None and self.is_ours(answer):
                return made, answer
            self.generation += 1
            made = self.start()

    def described(self, made: Made) -> dict[str, Any] | None:
        """The description of an object; None when it does not exist (any more)."""
        patience = AT_ONCE if self.age > OLD else self.writer.propagation
        read = partial(self.writer.reader.if_exists, partial(self.read, made))
        try:
            return wait_for(f"{self.operation}: {made}", read, patience)
        except DeadlineError:
            return None

    def run(self) -> tuple[Made, dict[str, Any]]:
        """`start` and `finish`."""
        return self.finish(self.start())


def is_used_token(error: AwsCallError) -> bool:
    """Whether AWS refused a token because it was used with another request, or an object because there is one."""
    text = error.text.lower()
    about_token = "token" in text.split() and "security" not in text  # expired credentials are "security tokens"
    return error.code == "DuplicateResourceException" or "idempot" in text or about_token


def age_of(answer: Mapping[str, Any]) -> float:
    """Seconds between CreatedTime and Date of an answer; 0 when it lacks one of them."""
    created = next(filter(None, map(created_time, answer.values())), None)
    date = answer.get("ResponseMetadata", {}).get("HTTPHeaders", {}).get("date")
    if created is None or not date:
        return 0.0
    return (parsedate_to_datetime(date) - created).total_seconds()


def created_time(value: Any) -> datetime | None:
    """CreatedTime of a detail such as PortfolioDetail."""
    created = value.get("CreatedTime") if isinstance(value, Mapping) else None
    return created if isinstance(created, datetime) else None
