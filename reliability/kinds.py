"""The kinds of fault that strike one call, and those that last for a whole command."""

from __future__ import annotations

import json
import os
import random
import re
import signal
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime, parsedate_to_datetime
from typing import Any
from xml.sax.saxutils import escape

from reliability.proxy import Answer, Call, DroppedError, Interference

DELAY = 0.7
"""Seconds of a delayed answer."""
OTHER_TYPES = (5, True, "x", ["x"], {"x": "y"}, [None], -1e300)
Strike = Callable[["Struck", Call, Answer | None], Answer | None]
"""What happens at the call that is struck: an answer in place of AWS's, or None."""


@dataclass
class Struck(Interference):
    """Strikes the call of one number, before AWS gets it or after AWS has answered."""

    number: int
    strike: Strike
    is_before: bool
    pid: int = 0
    """The process of the command, for signals."""
    swap: Callable[[], None] = lambda: None
    """Replaces the templates in the bucket."""
    struck: list[str] = field(default_factory=list)
    """The operations that were struck: none, if the command makes fewer calls."""

    def before(self, call: Call) -> Answer | None:
        """Strike before."""
        if call.number == self.number and self.is_before:
            self.struck.append(call.operation.operation)
            return self.strike(self, call, None)
        return None

    def after(self, call: Call, answer: Answer) -> Answer:
        """Strike after."""
        if call.number == self.number and not self.is_before:
            self.struck.append(call.operation.operation)
            return self.strike(self, call, answer) or answer
        return answer


@dataclass(frozen=True)
class Kind:
    """A kind of fault that strikes one call."""

    name: str
    is_before: bool
    strike: Strike


def drop(struck: Struck, call: Call, answer: Answer | None) -> Answer | None:
    """Cut the connection."""
    raise DroppedError


def error(status: int, code: str, message: str) -> Strike:
    """An error of AWS, in the format of the service's protocol."""

    def strike(struck: Struck, call: Call, answer: Answer | None) -> Answer | None:
        if call.operation.json:
            body = json.dumps({"__type": code, "message": message}).encode()
            return Answer(status, [("Content-Type", "application/x-amz-json-1.1")], body)
        text = f"<Error><Code>{code}</Code><Message>{escape(message)}</Message></Error>"
        if call.operation.service != "s3":
            text = f"<ErrorResponse>{text}<RequestId>fault</RequestId></ErrorResponse>"
        is_head = call.operation.operation.startswith("Head")
        return Answer(status, [("Content-Type", "text/xml")], b"" if is_head else text.encode())

    return strike


def delay(struck: Struck, call: Call, answer: Answer | None) -> Answer | None:
    """Answer late."""
    time.sleep(DELAY)
    return answer


def truncate(struck: Struck, call: Call, answer: Answer | None) -> Answer | None:
    """Send half of the answer, and cut the connection."""
    if answer is None or not answer.body:
        raise DroppedError
    return Answer(answer.status, answer.headers, answer.body[: len(answer.body) // 2], len(answer.body))


def cut(struck: Struck, call: Call, answer: Answer | None) -> Answer | None:
    """Send half of the answer as if it were all, as a faulty proxy does."""
    if answer is None or not answer.body:
        return answer
    return Answer(answer.status, answer.headers, answer.body[: len(answer.body) // 2])


def send(number: signal.Signals) -> Strike:
    """Send a signal to the command, and give it the time to arrive."""

    def strike(struck: Struck, call: Call, answer: Answer | None) -> Answer | None:
        with suppress(ProcessLookupError):
            os.kill(struck.pid, number)
        time.sleep(0.02)
        return answer

    return strike


def edited(edit: Callable[[Any, random.Random], None]) -> Strike:
    """Change the members of an answer in JSON."""

    def strike(struck: Struck, call: Call, answer: Answer | None) -> Answer | None:
        if answer is None or not call.operation.json or answer.status != 200 or not answer.body:
            return answer
        members = json.loads(answer.body)
        edit(members, random.Random(call.number))  # noqa: S311  # a choice that is the same in each run
        return Answer(answer.status, answer.headers, json.dumps(members).encode())

    return strike


def structures(value: Any) -> list[dict[str, Any]]:
    """All structures in an answer."""
    if isinstance(value, list):
        return [structure for member in value for structure in structures(member)]
    if isinstance(value, dict):
        return [value, *(structure for member in value.values() for structure in structures(member))]
    return []


def add_members(members: Any, choose: random.Random) -> None:
    """Add a member that the API model does not have to each structure; a text to one that may be a map of texts."""
    for structure in structures(members):
        has_texts_alone = all(isinstance(value, str) for value in structure.values())
        new = {"Text": "\x1b[2J", "Number": choose.random()}
        structure["MemberOfTomorrow"] = "\x1b[2J" if has_texts_alone else new


def drop_member(members: Any, choose: random.Random) -> None:
    """Drop a member of one of the structures."""
    full = [structure for structure in structures(members) if structure]
    if full:
        structure = choose.choice(full)
        del structure[choose.choice(sorted(structure))]


def change_type(members: Any, choose: random.Random) -> None:
    """Give a member of one of the structures another type."""
    full = [structure for structure in structures(members) if structure]
    if full:
        structure = choose.choice(full)
        structure[choose.choice(sorted(structure))] = choose.choice(OTHER_TYPES)


def swap_templates(struck: Struck, call: Call, answer: Answer | None) -> Answer | None:
    """Replace the templates in the bucket."""
    struck.swap()
    return answer


EXPIRED = "The security token included in the request is expired"
SKEWED = "Signature expired: 20261128T100000Z is now earlier than 20261128T110000Z (20261128T110500Z - 5 min.)"
KINDS = {
    kind.name: kind
    for kind in (
        Kind("dropped before", True, drop),
        Kind("dropped after", False, drop),
        Kind("500", True, error(500, "InternalFailure", "An internal error.")),
        Kind("500 after", False, error(500, "InternalFailure", "An internal error.")),
        Kind("throttled", True, error(400, "ThrottlingException", "Rate exceeded")),
        Kind("denied", True, error(403, "AccessDeniedException", "User is not authorized to perform it.")),
        Kind("expired", True, error(403, "ExpiredTokenException", EXPIRED)),
        Kind("clock refused", True, error(403, "InvalidSignatureException", SKEWED)),
        Kind("delayed", False, delay),
        Kind("truncated", False, truncate),
        Kind("cut", False, cut),
        Kind("unknown members", False, edited(add_members)),
        Kind("missing member", False, edited(drop_member)),
        Kind("other type", False, edited(change_type)),
        Kind("kill before", True, send(signal.SIGKILL)),
        Kind("kill after", False, send(signal.SIGKILL)),
        Kind("SIGINT", True, send(signal.SIGINT)),
        Kind("SIGTERM", False, send(signal.SIGTERM)),
        Kind("swapped", True, swap_templates),
    )
}


@dataclass
class Clock(Interference):
    """The clock of AWS is ahead of that of this machine by `seconds`, in headers and in answers."""

    seconds: float

    def after(self, call: Call, answer: Answer) -> Answer:
        """Move the times of an answer."""
        headers = [(name, self.header(name, value)) for name, value in answer.headers]
        text = answer.body
        if call.operation.json:
            pattern = rb'("(?:CreatedTime|CreationTime|UpdatedTime|CreatedDate)": )([0-9.]+)'
            text = re.sub(pattern, lambda match: match[1] + str(float(match[2]) + self.seconds).encode(), text)
        else:
            pattern = rb"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.\d+)?Z"
            text = re.sub(pattern, lambda match: self.moved(match[1].decode()).encode(), text)
        return Answer(answer.status, headers, text, answer.announced)

    def header(self, name: str, value: str) -> str:
        """A header of an answer."""
        if name.lower() not in ("date", "last-modified"):
            return value
        return format_datetime(parsedate_to_datetime(value) + timedelta(seconds=self.seconds), usegmt=True)

    def moved(self, text: str) -> str:
        """A time in an answer in XML."""
        moment = datetime.fromisoformat(text).replace(tzinfo=UTC) + timedelta(seconds=self.seconds)
        return moment.strftime("%Y-%m-%dT%H:%M:%S.000Z")
