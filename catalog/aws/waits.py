"""Waits and retries: every wait has a deadline, and its error names what it waited for."""

from __future__ import annotations

import time
from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import TypeVar

from catalog.aws.calls import aws_call
from catalog.errors import AwsCallError, DeadlineError
from catalog.stopping import STOP

Result = TypeVar("Result")


@dataclass(frozen=True, slots=True)
class Patience:
    """How long to wait and how often to check, in seconds."""

    deadline: float
    first_pause: float = 0.05
    longest_pause: float = 3.0


AT_ONCE = Patience(0)
GONE = ("ResourceNotFoundException", "InvalidDocument")
"""Error codes for an object or association that does not exist; the second is of SSM."""
PRODUCT = Patience(300)
"""Products and versions: other clients wait 3 to 5 minutes (Terraform's provider, wait.go)."""
PROPAGATION = Patience(180)
"""New associations and roles, until they are visible everywhere (Terraform's provider retries for 3 minutes)."""
SANDBOX_PROPAGATION = Patience(2)
"""The same in the sandbox, where changes are visible at once: an object that is missing does not appear later."""
SANDBOX_LISTING = Patience(20)
"""How long a new object may be missing from the sandbox's lists: with the fault `lag` they are late."""
RECORD = Patience(1800)
"""A launch: 30 minutes, like Terraform's provider."""
AFTER_FAILED = "Delete it in the console (nobody can have launched it), then publish again."
"""The hint when a product or version ends with status FAILED, which never changes again."""


def propagation(*, sandbox: bool) -> Patience:
    """How long a new association or role may take to be visible everywhere."""
    return SANDBOX_PROPAGATION if sandbox else PROPAGATION


def wait_for(subject: str, probe: Callable[[], Result | None], patience: Patience) -> Result:
    """Call `probe` until it returns a result. At the deadline raise `DeadlineError`, which names `subject`.

    A stop request ends it with `StoppedError`.
    """
    end = time.monotonic() + patience.deadline
    pause = patience.first_pause
    while True:
        result = probe()
        if result is not None:
            return result
        if time.monotonic() + pause > end:
            raise DeadlineError(
                f"{subject}: not done after {patience.deadline:.0f} s",
                hint="AWS may still complete it. Run the same command again: it continues where this one stopped.",
            )
        STOP.pause(pause)
        pause = min(pause * 1.5, patience.longest_pause)


def retry_call(
    operation: str, call: Callable[[], Result], is_transient: Callable[[AwsCallError], bool], patience: Patience
) -> Result:
    """Repeat `call` while its error is transient. At the deadline raise the last error."""
    last: list[AwsCallError] = []

    def attempt() -> tuple[Result] | None:
        try:
            return (call(),)
        except AwsCallError as error:
            if not is_transient(error):
                raise
            last[:] = [error]
            return None

    try:
        return wait_for(operation, attempt, patience)[0]
    except DeadlineError:
        raise last[0] from None


def remove(operation: str, call: Callable[[], object], patience: Patience = AT_ONCE) -> None:
    """Make a call that deletes an object or removes an association. It is no error when that is gone already.

    That happens when the answer of the first attempt was lost, and boto3 has sent the request again, or when somebody
    else was faster. With `patience`, retry while AWS still sees associations that were just removed.
    """

    def attempt() -> None:
        try:
            with aws_call(operation):
                call()
        except AwsCallError as error:
            if error.code not in GONE:
                raise

    retry_call(operation, attempt, code_is(("ResourceInUseException",)), patience)


def unless_gone(read: Callable[[], Result], otherwise: Result) -> Result:
    """What `read` returns; `otherwise` when the object that it reads from does not exist."""
    try:
        return read()
    except AwsCallError as error:
        if error.code not in GONE:
            raise
        return otherwise


def code_is(codes: Collection[str], *texts: str) -> Callable[[AwsCallError], bool]:
    """A predicate: the error has one of `codes`, or its message contains one of `texts`."""
    return lambda error: error.code in codes or any(text in error.text for text in texts)


CONFLICT = code_is(("ConditionalRequestConflict",))
"""Two conditional requests of S3 at once; S3 asks to retry (API Reference, PutObject)."""
CONFLICTS = Patience(10)
