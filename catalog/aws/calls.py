"""A context manager for one AWS call: it turns boto3's errors into ours and keeps AWS's code and request id."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from botocore.exceptions import (
    BotoCoreError,
    ClientError,
    ConfigParseError,
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

from catalog.aws.botocore_words import argument_words, region_words
from catalog.aws.whole_answers import CODE
from catalog.errors import AwsCallError, AwsError, ContentError
from catalog.model.limits import shown

NO_CREDENTIALS_HINT = "Sign in, pass --profile, set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or use --local."
CONFIGURATION_HINT = "Correct it, or name another file in AWS_CONFIG_FILE or AWS_SHARED_CREDENTIALS_FILE."
NO_REGION_HINT = "Pass --region, set AWS_REGION, or use --local."
THROTTLED_HINT = (
    "AWS has refused this call for minutes. Run the command again when fewer tools call AWS in the account."
)
HINTS = {
    **dict.fromkeys(("SlowDown", "Throttling", "ThrottlingException", "TooManyRequestsException"), THROTTLED_HINT),
    "AccessDenied": "The identity in use lacks this permission.",
    "AccessDeniedException": "The identity in use lacks this permission.",
    "ExpiredToken": "The credentials have expired: sign in again.",
    "ExpiredTokenException": "The credentials have expired: sign in again.",
    "UnrecognizedClientException": "Check the Region, which must be enabled in the account, and the credentials.",
    "InvalidClientTokenId": "The credentials are not valid.",
    CODE: "Check the network, AWS_ENDPOINT_URL and any proxy. AWS may have done it: run the same command again.",
}


@contextmanager
def aws_call(operation: str) -> Iterator[None]:
    """Raise boto3's errors as `AwsCallError`, `AwsError`, or `ContentError` when credentials or settings are wrong."""
    try:
        yield
    except ClientError as error:
        details = error.response.get("Error", {})
        code, text = details.get("Code", "Unknown"), details.get("Message", str(error))
        request_id = error.response.get("ResponseMetadata", {}).get("RequestId", "")
        raise AwsCallError(operation, code, text, request_id, hint=HINTS.get(code, "")) from error
    except (NoCredentialsError, PartialCredentialsError) as error:
        raise ContentError(f"no AWS credentials: {error}", hint=NO_CREDENTIALS_HINT) from error
    except NoRegionError as error:
        raise ContentError("no AWS Region", hint=NO_REGION_HINT) from error
    except InvalidRegionError as error:
        region = region_words(error.kwargs.get("region_name", ""))
        raise ContentError(region, hint="Pass a Region such as eu-west-1 with --region or AWS_REGION.") from error
    except ProfileNotFound as error:
        profile = shown(str(error.kwargs.get("profile", "")))
        raise ContentError(
            f"there is no AWS profile {profile}", hint="`aws configure list-profiles` lists the profiles that exist."
        ) from error
    except ConfigParseError as error:
        file = error.kwargs.get("path", "the AWS configuration")
        raise ContentError(f"{file}: cannot be read as an AWS configuration file", hint=CONFIGURATION_HINT) from error
    except ParamValidationError as error:
        raise ContentError(f"{operation}: {argument_words(error)}") from error
    except (EndpointConnectionError, ConnectTimeoutError, ReadTimeoutError) as error:
        endpoint = error.kwargs.get("endpoint_url", "the endpoint")
        raise AwsError(
            f"{operation}: {endpoint} does not answer",
            hint="Check the network, --region and AWS_ENDPOINT_URL; or use --local.",
        ) from error
    except ResponseParserError as error:
        raise AwsError(
            f"{operation}: the endpoint did not return an AWS response",
            hint="Check AWS_ENDPOINT_URL and any proxy.",
        ) from error
    except BotoCoreError as error:
        raise AwsError(f"{operation}: {error}") from error
