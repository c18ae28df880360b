"""botocore's errors in our words."""

from __future__ import annotations

import boto3
import pytest
from botocore.config import Config
from botocore.exceptions import ParamValidationError
from click.testing import CliRunner

from catalog.aws.botocore_words import argument_words
from catalog.aws.calls import aws_call
from catalog.aws.session import open_session, wrong_endpoint
from catalog.cli import main
from catalog.errors import AwsError, ContentError

KEYS = {"aws_access_key_id": "x", "aws_secret_access_key": "y", "region_name": "us-east-1"}


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ({"Id": ""}, "Id must have at least 1 characters or members, got 0"),
        ({}, "Id is missing in input"),
        ({"Id": 5}, "Id has the wrong type, got 5"),
        ({"Id": "x", "Other": 1}, "Other is unknown in input"),
        ({"Id": "", "AcceptLanguage": 5}, "; "),
    ],
)
def test_wrong_arguments_are_said_in_our_words(arguments: dict[str, object], words: str) -> None:
    client = boto3.client("servicecatalog", **KEYS)
    with pytest.raises(ParamValidationError) as caught:
        client.describe_portfolio(**arguments)
    text = argument_words(caught.value)
    assert words in text
    assert "\n" not in text
    with pytest.raises(ContentError, match=r"^DescribePortfolio: "), aws_call("DescribePortfolio"):
        client.describe_portfolio(**arguments)


def test_an_endpoint_that_does_not_answer() -> None:
    quick = Config(retries={"max_attempts": 0}, connect_timeout=1)
    client = boto3.client("sts", endpoint_url="http://127.0.0.1:9", config=quick, **KEYS)
    with pytest.raises(AwsError) as caught, aws_call("GetCallerIdentity"):
        client.get_caller_identity()
    assert caught.value.message == "GetCallerIdentity: http://127.0.0.1:9/ does not answer"


def test_wrong_profiles_regions_and_endpoints() -> None:
    with pytest.raises(ContentError, match=r"^there is no AWS profile 'nope'\n"):
        open_session("nope", "us-east-1")
    with pytest.raises(ContentError, match=r"^--region, AWS_REGION or .* must be the name of a Region, .*, got 'mars'"):
        open_session(None, "mars")
    with (
        pytest.raises(ContentError, match=r"^the name of a Region has .*, got 'x_y'\n  Pass a Region"),
        wrong_endpoint(),
    ):
        boto3.client("sts", **{**KEYS, "region_name": "x_y"})
    with (
        pytest.raises(ContentError, match=r"^the endpoint must be a URL such .*, got 'nonsense'\n  Check"),
        wrong_endpoint(),
    ):
        boto3.client("sts", endpoint_url="nonsense", **KEYS)


@pytest.mark.parametrize("command", ["provisioned", "terminate it --yes", "launch kms_key --name x", "execute it act"])
def test_a_role_that_is_no_role_is_refused_before_anything(command: str) -> None:
    for value, words in {
        "notanarn": "--as must be the ARN of a role, got 'notanarn'\n  Write arn:aws:iam::",
        "arn:aws:sts::111122223333:assumed-role/a/b": "This is a session of a role: name the role",
    }.items():
        result = CliRunner().invoke(main, [*command.split(), "--as", value])
        assert (result.exit_code, words in result.stderr) == (2, True), result.output
