"""Record the requests that change the sandbox, and carry them out again when it starts.

Changes are carried out one after the other, because their order is part of the state; what only reads is not held up.
A change that waits for a stub lets others in (`turns`). They are recorded with it, before the answer of the stub.
Faults are in front of this, so a request that a fault has stopped is not recorded, and is not stopped again.
"""

from __future__ import annotations

import base64
import functools
import hashlib
import io
import logging
import re
import sys
import time
from collections.abc import Iterable
from contextlib import AbstractContextManager
from typing import Any

from moto.core.base_backend import AccountSpecificBackend, BackendDict

from catalog.errors import SandboxError
from catalog.sandbox import moments
from catalog.sandbox.control import RESET_PATH, STUBS_PATH
from catalog.sandbox.faulty import Application, Environ, StartResponse
from catalog.sandbox.journal import Journal, JournalEntry, unusable
from catalog.sandbox.moments import LET_IN, WAITING
from catalog.sandbox.settings import now, settings
from catalog.sandbox.signals import SIGNALS_PATH
from catalog.sandbox.turns import REQUESTS
from catalog.sandbox.wire import RequestedOperation, requested_operation

KEPT = re.compile(
    r"REQUEST_METHOD|PATH_INFO|QUERY_STRING|SCRIPT_NAME|RAW_URI|REQUEST_URI|CONTENT_(TYPE|LENGTH)|SERVER_(NAME|PORT|PROTOCOL)"
    r"|HTTP_(HOST|AUTHORIZATION|USER_AGENT|IF_.*|X_.*|CONTENT_.*|RANGE)"
)
"""The parts of a request that count."""
ALSO_CHANGING = ("AssumeRole", "GetSessionToken", "GetFederationToken", "DescribeKey")
"""Beginnings of operations that read by their name, and issue access keys, or make the keys of AWS's services."""
NOT_KEPT = re.compile(
    r"ReceiveMessage|Encrypt|Decrypt|ReEncrypt|Sign|Verify(Mac)?|GenerateMac|Generate(DataKey|Random)\w*"
)
"""Operations that wait for others to change something (a message that was received and not deleted comes again), and
cryptographic ones, which change nothing."""
TIMES = re.compile(rb"\d{4}-\d\d-\d\dT?[\d:.Z+]*|\b\d{9,}(\.\d+)?(E\d+)?\b")
log = logging.getLogger(__name__)


class Recorder:
    """WSGI application: moto, with a journal of what changes it."""

    def __init__(self, application: Application, journal: Journal) -> None:
        self.application, self.journal = application, journal
        self.lock = REQUESTS
        self.number = 0
        self.differing = 0
        """How many requests were answered otherwise, or had another outcome, when they were carried out again."""
        self.refused: SandboxError | None = None
        """Why a request could not be carried out again."""
        moments.install()
        self._seed_backends()

    def __call__(self, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        """One request."""
        if environ.get("PATH_INFO") == RESET_PATH:
            with self.lock.idle():
                self.journal.clear(now())
                self.number = 0
                return list(self.application(environ, start_response))
        if not _is_stub(environ) and not is_kept(environ.get("catalog.request") or requested_operation(environ)):
            return self.application(environ, start_response)
        with self.lock:
            return self._record(environ, start_response)

    def _record(self, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        body = environ["wsgi.input"].read()
        environ["wsgi.input"] = io.BytesIO(body)
        kept = {name: value for name, value in environ.items() if isinstance(value, str) and KEPT.fullmatch(name)}
        moment = self._next(now(), time.time())
        number, clock, wall = self.number, moment.clock, moment.wall
        status, headers, answer = self._carry_out(environ, moment)
        if status < 400:
            text = base64.b64encode(body).decode()
            self._keep(JournalEntry(number, kept, text, clock, wall, digest(answer + outcomes()), moment.outside))
        else:
            for let_in in (text.removeprefix(LET_IN) for text in moment.outside if text.startswith(LET_IN)):
                self._keep(JournalEntry.parse(let_in))
        start_response(*headers)
        return [answer]

    def _keep(self, entry: JournalEntry) -> None:
        """Write a request, or leave it to the one that has let it in."""
        if WAITING:
            WAITING[-1].outside.append(LET_IN + entry.text())
        else:
            self.journal.append(entry)

    def restore(self) -> int:
        """Carry out the requests of the journal; return their number. Raises `SandboxError` if one is now refused."""
        for line, entry in enumerate(self.journal.entries, 1):
            self._restore(entry, line)
        self._go_on()
        restored, self.journal.entries = len(self.journal.entries), []
        return restored

    def _restore(self, entry: JournalEntry, line: int) -> None:
        """Carry out one request, with those that it had let in; what these do wrong is not left to the stack."""
        self.number = entry.number - 1
        moment = self._next(entry.clock, entry.wall)
        moment.outside, moment.given = list(entry.outside), True
        moment.let_in = lambda text: self._restore(JournalEntry.parse(text), line)
        environ = {**entry.environ, **_wsgi(entry.content)}
        what = _named(environ)
        status, _, answer = self._carry_out(environ, moment)
        if self.refused:
            raise self.refused
        if status >= 400:
            reason = f"{self.journal.requests}:{line}: {what} succeeded, and is now answered with {status}"
            self.refused = unusable(self.journal.folder, f"{reason}: {answer[:300].decode(errors='replace')}")
            raise self.refused
        if digest(answer + outcomes()) != entry.answer:
            self.differing += 1
            log.warning("%s:%s: %s is now answered otherwise, or its stack ends so", self.journal.requests, line, what)

    def _go_on(self) -> None:
        """Let the sandbox's clock go on from the last request, with the time that has passed since."""
        entries = self.journal.entries
        clock, wall = (entries[-1].clock, entries[-1].wall) if entries else (self.journal.head.clock, time.time())
        settings.ahead += max(0.0, clock + max(0.0, time.time() - wall) - now())

    def _next(self, clock: float, wall: float) -> moments.Moment:
        self.number += 1
        return moments.Moment(f"{self.journal.head.seed}/{self.number}", clock, wall)

    def _carry_out(self, environ: Environ, moment: moments.Moment) -> tuple[int, tuple[Any, ...], bytes]:
        """The status, what start_response gets, and the body of the answer."""
        heads: list[tuple[Any, ...]] = []

        def start(*arguments: Any) -> Any:
            heads[:] = [arguments]
            return lambda _: None

        with moments.at(moment):
            answer = self.application(environ, start)
            try:
                body = b"".join(answer)
            finally:
                close = getattr(answer, "close", None)
                if close:
                    close()
        return int(str(heads[0][0]).partition(" ")[0]), heads[0], body

    def _seed_backends(self) -> None:
        """A backend of moto is made by whatever request touches it first, also by one that only reads."""
        in_region, of_account = AccountSpecificBackend.__getitem__, BackendDict.__getitem__

        @functools.wraps(in_region)
        def get_in_region(backends: Any, region: str) -> Any:
            if region in backends.keys():  # noqa: SIM118  # `in backends` is true for all Regions
                return in_region(backends, region)
            with self._making(backends.service_name, backends.account_id, region):
                return in_region(backends, region)

        @functools.wraps(of_account)
        def get_of_account(backends: Any, account: str) -> Any:
            if account in backends.keys():  # noqa: SIM118  # as above
                return of_account(backends, account)
            with self._making(backends.service_name, account):
                return of_account(backends, account)

        setattr(AccountSpecificBackend, "__getitem__", get_in_region)  # noqa: B010  # mypy allows no other form
        setattr(BackendDict, "__getitem__", get_of_account)  # noqa: B010
        BackendDict.reset()

    def _making(self, *names: str) -> AbstractContextManager[moments.Moment]:
        head = self.journal.head
        return moments.at(moments.Moment("/".join((head.seed, *names)), head.clock, head.wall))


def is_kept(request: RequestedOperation) -> bool:
    """Whether a request may change the state."""
    if NOT_KEPT.fullmatch(request.operation):
        return False
    return request.mutating or request.operation.startswith(ALSO_CHANGING)


def _is_stub(environ: Environ) -> bool:
    """Whether a request declares or removes answers of custom resources, or is a signal: later requests need both."""
    path = str(environ.get("PATH_INFO", ""))
    return (path == STUBS_PATH or path.startswith(SIGNALS_PATH)) and environ.get("REQUEST_METHOD") != "GET"


def digest(answer: bytes) -> str:
    """A digest of an answer without the times in it: some services of moto have dates of their own."""
    return hashlib.sha256(TIMES.sub(b"", answer)).hexdigest()[:16]


def outcomes() -> bytes:
    """The statuses of all stacks: an answer about a stack does not say how it ends."""
    models = sys.modules.get("moto.cloudformation.models")
    if models is None:
        return b""
    stores = [store for account in list(models.cloudformation_backends.values()) for store in list(account.values())]
    stacks = [stack for store in stores for stack in (*store.stacks.values(), *store.deleted_stacks.values())]
    return " ".join(sorted(f"{stack.stack_id}={stack.status}" for stack in stacks)).encode()


def _named(environ: Environ) -> str:
    if _is_stub(environ):
        return f"{environ['REQUEST_METHOD']} {environ['PATH_INFO']}"
    request = requested_operation(environ)
    return f"{request.service}:{request.operation}"


def _wsgi(body: bytes) -> dict[str, Any]:
    """What every WSGI environment has besides text."""
    return {
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": "http",
        "wsgi.input": io.BytesIO(body),
        "wsgi.input_terminated": True,
        "wsgi.errors": sys.stderr,
        "wsgi.multithread": True,
        "wsgi.multiprocess": False,
        "wsgi.run_once": False,
        "CONTENT_LENGTH": str(len(body)),
    }
