"""The exception tree and its exit codes; only `catalog.cli` prints them or exits.

CatalogError                 1  failed
├── ContentError             2  the repository's content or the command's input is wrong
├── FindingsError            3  the checks found something of level error
├── AwsError                 1  AWS refused, failed or did not answer in time
│   ├── AwsCallError            … with AWS's own code and request id
│   └── DeadlineError           … a wait that ended before AWS was ready
├── SandboxError             1  the local AWS did not start, stop or answer
└── StoppedError           130  Ctrl-C; 143 after SIGTERM
"""

from __future__ import annotations

from typing import Self

EXIT_DONE = 0
EXIT_FAILED = 1
EXIT_USAGE = 2
EXIT_FINDINGS = 3
EXIT_CHANGES = 4


class CatalogError(Exception):
    """An expected error: `message` says what and where, `hint` what to do next."""

    exit_code = EXIT_FAILED

    def __init__(self, message: str, *, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint

    def reworded(self, *, message: str = "", hint: str = "") -> Self:
        """A copy with another message or hint, to be raised from this one: an error never changes on its way up."""
        error = type(self).__new__(type(self), message or self.message)
        error.__dict__.update(self.__dict__)
        error.message, error.hint = message or self.message, hint or self.hint
        return error

    def __str__(self) -> str:
        return f"{self.message}\n  {self.hint}" if self.hint else self.message


class ContentError(CatalogError):
    """The repository's content, or what was typed, is wrong: nothing has been sent to AWS.

    `problems` holds one line per fault, each starting with `file:line:` or an Address where it has one.
    """

    exit_code = EXIT_USAGE

    def __init__(self, message: str, *, problems: tuple[str, ...] = (), hint: str = "") -> None:
        super().__init__(message, hint=hint)
        self.problems = problems

    def __str__(self) -> str:
        lines = [self.message, *(f"  {problem}" for problem in self.problems)]
        return "\n".join([*lines, f"  {self.hint}"] if self.hint else lines)


class FindingsError(CatalogError):
    """The checks found something of level error; the findings are already part of the message."""

    exit_code = EXIT_FINDINGS


class AwsError(CatalogError):
    """AWS refused, failed, or could not be reached."""


class AwsCallError(AwsError):
    """One API call failed. Keeps AWS's error code, message and request id."""

    def __init__(self, operation: str, code: str, text: str, request_id: str = "", *, hint: str = "") -> None:
        suffix = f" [request id {request_id}]" if request_id else ""
        super().__init__(f"{operation}: {code}: {text}{suffix}", hint=hint)
        self.operation = operation
        self.code = code
        self.text = text
        self.request_id = request_id


class DeadlineError(AwsError):
    """A wait passed its deadline; what it waited for may still come."""


class SandboxError(CatalogError):
    """The sandbox did not start, stop or answer."""


class StoppedError(CatalogError):
    """Ctrl-C or SIGTERM stopped the work. The exit code is 128 and the signal's number, as shells have it."""

    def __init__(self, message: str, *, signal_number: int, hint: str = "") -> None:
        super().__init__(message, hint=hint)
        self.exit_code = 128 + signal_number
