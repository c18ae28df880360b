"""Whose requests the sandbox of a user answers: clients with its own access key, or with one that it has issued.

Other users of the machine can reach 127.0.0.1 too. The own key is as secret as the token of which it is made: both are
in `server.json`, which its user alone can read. Signatures are not checked, as moto checks none.
"""

from __future__ import annotations

import hmac
import re
from collections.abc import Iterable
from urllib.parse import parse_qs

from catalog.sandbox.faults import ErrorFault
from catalog.sandbox.faulty import Environ, StartResponse, error_answer, is_issued
from catalog.sandbox.wire import requested_operation

IN_HEADER = re.compile(r"(?:Credential=|AWS )([A-Za-z0-9]+)[/:]")
"""Signature version 4, and version 2, which some clients of S3 use."""
IN_QUERY = ("X-Amz-Credential", "AWSAccessKeyId")
"""Parameters of URLs that are signed for a while."""
MESSAGE = "The security token included in the request is invalid. For the keys of this sandbox: catalog sandbox env"


def is_known(environ: Environ, own: str) -> bool:
    """Whether a request has the own access key, or one that the sandbox has issued."""
    given = access_key(environ)
    return hmac.compare_digest(given.encode(), own.encode()) or is_issued(given)


def access_key(environ: Environ) -> str:
    """The access key of a request; empty without a signature."""
    if match := IN_HEADER.search(str(environ.get("HTTP_AUTHORIZATION", ""))):
        return match[1]
    query = parse_qs(str(environ.get("QUERY_STRING", "")))
    return next((query[name][0].partition("/")[0] for name in IN_QUERY if name in query), "")


def refuse(environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
    """The answer of AWS to a key that it does not know (common errors of its services)."""
    request = requested_operation(environ)
    code = "UnrecognizedClientException" if request.json else "InvalidClientTokenId"
    error = ErrorFault(code="InvalidAccessKeyId" if request.service == "s3" else code, message=MESSAGE)
    return error_answer(request, error, start_response, "403 Forbidden")
