"""Answers of the process of the product files, and what is left of it when it gave none. Untrusted code wrote them."""

from __future__ import annotations

import json
import os
import re
import signal
from collections.abc import Mapping
from contextlib import suppress
from typing import Any

from catalog.content.inputs import InputFiles
from catalog.content.product_errors import TEXT_LIMIT
from catalog.errors import ContentError

TRACE_LIMIT = 100_000
MESSAGE_LIMIT = 2 * TEXT_LIMIT
"""Characters of a text in an error. At most `TEXT_LIMIT` of them are from what a product file raised."""
PROBLEMS_LIMIT = 1000


def result_of(file: str, line: bytes) -> dict[str, Any]:
    """The result in an answer; `ContentError` with the error that it tells, or if it has another form."""
    try:
        answer = json.loads(line)
    except (ValueError, RecursionError) as error:
        raise strange_answer(file) from error
    match answer:
        case {"read": [[*files], [*folders]]}:
            InputFiles.add(files, folders)
    match answer:
        case {"result": dict(result)}:
            return result
        case {"error": {"message": str(message), "hint": str(hint), "problems": list(problems)}}:
            shown = tuple(shortened(str(problem)) for problem in problems[:PROBLEMS_LIMIT])
            raise ContentError(shortened(message), problems=shown, hint=shortened(hint))
    raise strange_answer(file)


def shortened(text: str) -> str:
    """`text` up to the limit."""
    return text if len(text) <= MESSAGE_LIMIT else f"{text[:MESSAGE_LIMIT]}…"


def loaded_result(file: str, result: Mapping[str, Any]) -> tuple[Any, int, tuple[str, ...]]:
    """(definition, its number, confinements) in the answer to `load`; `ContentError` if it has another form."""
    match result:
        case {"definition": definition, "number": int(number), "confined": [*confined]} if type(number) is int:
            return definition, number, tuple(map(str, confined))
    raise strange_answer(file)


def strange_answer(file: str) -> ContentError:
    """The error for an answer that our side of the process did not write."""
    return ContentError(
        f"{file}: the process of the product files gives an answer that cannot be read",
        hint="A product file writes to a pipe of the process. Remove what writes to file descriptors.",
    )


def traced_line(file: str, trace: str) -> int:
    """The line of the product file in a traceback of faulthandler, which begins with the innermost call; 0 if none."""
    match = re.search(rf'File "[^"\n]*{re.escape(file)}", line (\d+)', trace)
    return int(match[1]) if match else 0


def ending(status: int | None) -> str:
    """How a process ended, in words."""
    if status is None:
        return "which closed its pipes"
    if status < 0:
        with suppress(ValueError):
            return f"with signal {signal.Signals(-status).name}"
        return f"with signal {-status}"
    return f"with exit status {status}"


def read_rest(descriptor: int) -> str:
    """What a pipe of an ended process still has."""
    os.set_blocking(descriptor, False)
    rest = b""
    with suppress(BlockingIOError):
        while len(rest) < TRACE_LIMIT and (part := os.read(descriptor, TRACE_LIMIT)):
            rest += part
    return rest.decode(errors="replace")
