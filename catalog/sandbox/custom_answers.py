"""The answers of custom resources that a user declares, instead of the functions that AWS would call.

`POST /catalog-sandbox/stubs` declares one: `{"match": "Custom::Quota", "answer": {"Data": {"Limit": "5"}}}`. `match` is
a ServiceToken or a type, with `*` for any text; the newest stub that matches counts. `answer` is what the function
would send: Status (SUCCESS without one), Reason, PhysicalResourceId, Data, NoEcho. Instead of it, `url` names a server
on this machine that gets each request of CloudFormation as JSON and answers with that. `catalog.testing` has one.
`"wait": true` lets wait conditions and creation policies wait for their signals (`catalog.sandbox.signals`).
"""

from __future__ import annotations

import json
import urllib.request
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from catalog.sandbox.glob import matches
from catalog.sandbox.json_text import read_json
from catalog.sandbox.moments import awaited_from_outside
from catalog.sandbox.settings import running

PATIENCE = 60
"""Seconds that a stub may take."""
ANSWER_LIMIT = 64 * 1024
LOCAL_NAMES = ("127.0.0.1", "localhost")
MEMBERS = {"match", "answer", "url", "wait"}


class NoAnswer(Exception):  # noqa: N818  # describes the event
    """A stub has not answered, or not with an object."""


@dataclass(frozen=True, slots=True)
class Stub:
    """What answers the custom resources of a type, or of a ServiceToken."""

    match: str
    answer: Mapping[str, Any] | None = None
    url: str = ""
    waits: bool = False
    """Whether a wait condition, or a resource with a creation policy, waits for its signals (`signals`)."""


_stubs: list[Stub] = []


def add(body: bytes) -> None:
    """Declare a stub; raises `ValueError` for a body that is none."""
    member = read_json(body)
    if not isinstance(member, dict) or not isinstance(member.get("match"), str) or member.keys() - MEMBERS:
        raise ValueError('a stub is an object with "match", and "answer", "url" or "wait"')
    if "wait" in member:
        if member["wait"] is not True or len(member) != 2:
            raise ValueError('"wait" must be true, and stand with "match" alone')
        _stubs.append(Stub(member["match"], waits=True))
        return
    answer, url = member.get("answer"), member.get("url", "")
    if (answer is None) == (not url) or not isinstance(answer, dict | None) or not isinstance(url, str):
        raise ValueError('a stub needs an object "answer" or a "url"')
    if url and (urlsplit(url).scheme != "http" or urlsplit(url).hostname not in LOCAL_NAMES):
        raise ValueError(f"the url of a stub must be http://127.0.0.1:PORT/…, got {url!r}")
    _stubs.append(Stub(member["match"], answer, url))


def clear() -> None:
    """Forget all stubs."""
    _stubs.clear()


def listed() -> list[dict[str, Any]]:
    """The stubs, without the addresses of servers, which only their owners know."""
    return [
        {"match": stub.match, "wait": True} if stub.waits else {"match": stub.match, "answer": stub.answer}
        for stub in _stubs
    ]


def find(type_name: str, token: str) -> Stub | None:
    """The newest stub for a custom resource; None without one."""
    return next(
        (stub for stub in reversed(_stubs) if any(matches(stub.match, text) for text in (type_name, token))), None
    )


def ask(stub: Stub, event: Mapping[str, Any]) -> Mapping[str, Any]:
    """The answer of a stub to a request; raises `NoAnswer`."""
    if stub.answer is not None:
        return stub.answer
    answer = json.loads(awaited_from_outside(lambda: _fetch(stub, event), running))
    if isinstance(answer, str):
        raise NoAnswer(answer)
    return dict(answer)


class SameAddress(urllib.request.HTTPRedirectHandler):
    """Follows no redirection: the sandbox calls this machine alone."""

    def redirect_request(self, *_: Any) -> None:
        """A redirection is an error."""


def _fetch(stub: Stub, event: Mapping[str, Any]) -> str:
    """The answer as JSON; a text says why there is none."""
    request = urllib.request.Request(  # noqa: S310  # `add` allows http to this machine alone
        stub.url, json.dumps(event).encode(), {"Content-Type": "application/json"}
    )
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}), SameAddress())  # never through a proxy
    try:
        with opener.open(request, timeout=PATIENCE) as response:
            answer = read_json(response.read(ANSWER_LIMIT))
    except (OSError, ValueError) as error:
        return json.dumps(f"the stub for {stub.match} gave no answer: {error}")
    if not isinstance(answer, dict):
        return json.dumps(f"the stub for {stub.match} answered with {type(answer).__name__}, not with an object")
    return json.dumps(answer)
