"""One AWS call: its errors in our words, with AWS's code and request id kept."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from botocore.exceptions import (
    BotoCoreError,
    ClientError,
    ConnectTimeoutError,
    EndpointConnectionError,
    InvalidRegionError,
    NoCredentialsError,
    NoRegionError,
    ParamValidationError,
    PartialCredentialsError,
    ProfileNotFound,
    ReadTimeoutError,
)
from botocore.parsers import ResponseParserError

from catalog.errors import AwsCallError, AwsError, ContentError

HINTS = {
    "AccessDenied": "The identity in use lacks this permission.",
    "AccessDeniedException": "The identity in use lacks this permission.",
    "ExpiredToken": "The credentials have expired: sign in again.",
    "ExpiredTokenException": "The credentials have expired: sign in again.",
    "UnrecognizedClientException": "The credentials are not valid in this Region or account.",
    "InvalidClientTokenId": "The credentials are not valid.",
}


@contextmanager
def aws_call(operation: str) -> Iterator[None]:
    """Translate what boto3 raises inside: `AwsCallError`, `AwsError`, or `ContentError` for a setup that is wrong."""
    try:
        yield
    except ClientError as error:
        code = error.response["Error"].get("Code", "Unknown")
        text = error.response["Error"].get("Message", str(error))
        request_id = error.response.get("ResponseMetadata", {}).get("RequestId", "")
        raise AwsCallError(operation, code, text, request_id, hint=HINTS.get(code, "")) from error
    except (NoCredentialsError, PartialCredentialsError) as error:
        raise ContentError(
            f"no AWS credentials: {error}",
            hint="Sign in, name a --profile, set AWS_ACCESS_KEY_ID and its companions, or use --local.",
        ) from error
    except NoRegionError as error:
        raise ContentError("no AWS Region", hint="Name one with --region or AWS_REGION, or use --local.") from error
    except InvalidRegionError as error:
        raise ContentError(str(error), hint="Name a Region such as eu-west-1 with --region or AWS_REGION.") from error
    except ProfileNotFound as error:
        raise ContentError(str(error), hint="`aws configure list-profiles` names those that exist.") from error
    except ParamValidationError as error:
        raise ContentError(f"{operation}: {error}") from error
    except (EndpointConnectionError, ConnectTimeoutError, ReadTimeoutError) as error:
        raise AwsError(
            f"{operation}: {error}", hint="Check the network, --region and AWS_ENDPOINT_URL; or use --local."
        ) from error
    except ResponseParserError as error:
        raise AwsError(
            f"{operation}: what answers at the endpoint does not speak AWS's protocol",
            hint="Check AWS_ENDPOINT_URL and any proxy.",
        ) from error
    except BotoCoreError as error:
        raise AwsError(f"{operation}: {error}") from error
