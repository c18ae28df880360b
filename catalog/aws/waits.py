"""Waiting for AWS: every wait has a deadline, and says what it waits for."""

from __future__ import annotations

import time
from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import TypeVar

from catalog.aws.calls import aws_call
from catalog.errors import AwsCallError, DeadlineError

Result = TypeVar("Result")


@dataclass(frozen=True, slots=True)
class Patience:
    """How long to wait and how often to look; seconds."""

    deadline: float
    first_pause: float = 0.05
    longest_pause: float = 3.0


PRODUCT = Patience(300)
"""Products and versions: other clients wait 3 to 5 minutes (Terraform's provider, wait.go)."""
PROPAGATION = Patience(180)
"""Associations becoming visible, roles becoming known (Terraform's provider retries for 3 minutes)."""
SANDBOX_PROPAGATION = Patience(2)
"""The same in the sandbox, where nothing takes time to be known: what is missing there is missing for good."""
RECORD = Patience(1800)
"""A launch: 30 minutes, as Terraform's provider."""
AFTER_FAILED = "Delete it at the console (nobody can have launched it), then publish again."
"""FAILED is what waiting for a product or version may end with: AWS takes it as it is, and would answer it again."""


def propagation(*, sandbox: bool) -> Patience:
    """How long a new association or role may take to be known everywhere."""
    return SANDBOX_PROPAGATION if sandbox else PROPAGATION


def wait_for(what: str, probe: Callable[[], Result | None], patience: Patience) -> Result:
    """Call `probe` until it answers something; `DeadlineError` names `what` when time is up."""
    end = time.monotonic() + patience.deadline
    pause = patience.first_pause
    while True:
        result = probe()
        if result is not None:
            return result
        if time.monotonic() + pause > end:
            raise DeadlineError(
                f"{what}: not done after {patience.deadline:.0f} s",
                hint="It may still come: run the same command again, it goes on where this one stopped.",
            )
        time.sleep(pause)
        pause = min(pause * 1.5, patience.longest_pause)


def retry_call(
    what: str, call: Callable[[], Result], retried: Callable[[AwsCallError], bool], patience: Patience
) -> Result:
    """Make `call` again while it fails with an error that `retried` knows to pass; then raise that error."""
    last: list[AwsCallError] = []

    def attempt() -> tuple[Result] | None:
        try:
            return (call(),)
        except AwsCallError as error:
            if not retried(error):
                raise
            last[:] = [error]
            return None

    try:
        return wait_for(what, attempt, patience)[0]
    except DeadlineError:
        raise last[0] from None


def once_free(operation: str, call: Callable[[], object], patience: Patience) -> None:
    """Delete something, again while AWS still sees what was just removed from it, and says ResourceInUse."""

    def attempt() -> None:
        with aws_call(operation):
            call()

    retry_call(operation, attempt, code_is(("ResourceInUseException",)), patience)


def code_is(codes: Collection[str], *texts: str) -> Callable[[AwsCallError], bool]:
    """A test for errors of one of `codes`, or of any code whose message has one of `texts`."""
    return lambda error: error.code in codes or any(text in error.text for text in texts)
