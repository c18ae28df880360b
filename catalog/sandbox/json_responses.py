"""What the HTTP interfaces of the JSON protocol share: reading a request, and an answer whatever happens."""

from __future__ import annotations

import json
import logging
from typing import Any

from moto.core.responses import ActionResult, BaseResponse

log = logging.getLogger(__name__)


class MalformedBody(Exception):  # noqa: N818 - describes the event
    """The body of a request is no JSON object."""


class JsonResponse(BaseResponse):
    """One request to a service with the JSON protocol."""

    use_raw_body = True  # moto would decode the body, and return an HTML page if it is not UTF-8
    json_version = "1.1"

    def call_action(self) -> tuple[int, dict[str, str], Any]:
        """Answer the operation of the X-Amz-Target header: with its output, an error, or InternalFailure (500)."""
        try:
            status, headers, body = self.answer_or_error()
        except Exception as error:  # clients expect JSON errors, not Flask's HTML page
            log.exception("%s failed unexpectedly", self._get_action())
            status, headers = 500, self.response_headers
            message = f"{self._get_action()} failed in the sandbox: {type(error).__name__}; see the log of the sandbox"
            body = error_body("InternalFailure", message)
        content_type = f"application/x-amz-json-{self.json_version}"
        headers, body = self._enrich_response({**headers, "Content-Type": content_type}, body)
        return status, headers, body

    def answer_or_error(self) -> tuple[int, dict[str, str], Any]:
        """Status, headers and body of the answer, or of an error that the API has."""
        raise NotImplementedError

    def refused(self, code: str, message: str) -> tuple[int, dict[str, str], Any]:
        """Status, headers and body of an error (400)."""
        return 400, self.response_headers, error_body(code, message)

    def shown(self, answer: Any) -> tuple[int, dict[str, str], Any]:
        """Status, headers and body of an output, or of an error of the API's model."""
        status, headers, body = self.serialized(ActionResult(answer))
        return status, headers, body

    def request(self) -> dict[str, Any]:
        """The members of the body; raises `MalformedBody`."""
        try:
            members = json.loads(self.body.decode("utf-8") or "{}")
        except (ValueError, RecursionError) as error:
            raise MalformedBody("The request's body is not JSON in UTF-8") from error
        if not isinstance(members, dict):
            raise MalformedBody("The request's body is not a JSON object")
        return members


def error_body(code: str, message: str) -> str:
    """The body of an error."""
    return json.dumps({"__type": code, "message": message})
