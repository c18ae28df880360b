"""Names and principals that only the account knows: SSM parameters, exports, dynamic references."""

from __future__ import annotations

import pytest

from catalog.access import matrix
from catalog.access.resources import AccountValues
from tests.unit.access.test_other_policies import OBJECTS, PLACE, evaluated, statement


def test_values_of_parameter_store_are_unknown() -> None:
    template = {
        "Parameters": {"Reader": {"Type": "AWS::SSM::Parameter::Value<String>", "Default": "/readers/first"}},
        "Resources": {
            "Bucket": {"Type": "AWS::S3::Bucket"},
            "Policy": {
                "Type": "AWS::S3::BucketPolicy",
                "Properties": {
                    "Bucket": {"Ref": "Bucket"},
                    "PolicyDocument": {
                        "Statement": [statement("Read", {"AWS": {"Ref": "Reader"}}, "s3:GetObject", OBJECTS)]
                    },
                },
            },
        },
    }
    (policy,) = matrix(template, {}, PLACE).policies
    assert policy.row("Reader: ${ssm /readers/first}", "s3:GetObject").answer == "unknown"


SHARED = {
    "a dynamic reference": ({}, "{{resolve:ssm:/shared/bucket}}", "${resolve:ssm:/shared/bucket}"),
    "a dynamic reference with a version": ({}, "x-{{resolve:ssm:/shared/b:3}}", "x-${resolve:ssm:/shared/b:3}"),
    "an SSM parameter": (
        {"Nm": {"Type": "AWS::SSM::Parameter::Value<String>", "Default": "/x/n"}},
        "b-${Nm}",
        "b-${ssm /x/n}",
    ),
    "an export": ({}, {"Fn::ImportValue": "/shared/bucket"}, "${export /shared/bucket}"),
}


@pytest.mark.parametrize("case", SHARED)
def test_the_name_of_a_value_that_is_not_known_is_never_split(case: str) -> None:
    parameters, name, shown = SHARED[case]
    bucket = {"Fn::Sub": name} if isinstance(name, str) else name
    objects = {"Fn::Join": ["", ["arn:aws:s3:::", bucket, "/*"]]}
    document = {"Version": "2012-10-17", "Statement": [statement("Public", "*", "s3:GetObject", objects)]}
    resources = {
        "Policy": {"Type": "AWS::S3::BucketPolicy", "Properties": {"Bucket": bucket, "PolicyDocument": document}}
    }
    (policy,) = matrix({"Parameters": parameters, "Resources": resources}, {}, PLACE).policies
    assert policy.resource == f"arn:aws:s3:::{shown}"
    assert policy.row("anonymous", "s3:GetObject").answer == "allowed"


def test_the_url_of_a_queue_may_have_a_name_that_is_not_known() -> None:
    url = "https://sqs.us-east-1.amazonaws.com/123456789012/{{resolve:ssm:/shared/queue}}"
    document = {"Version": "2012-10-17", "Statement": [statement("Public", "*", "sqs:SendMessage")]}
    resources = {
        "Policy": {"Type": "AWS::SQS::QueuePolicy", "Properties": {"Queues": [url], "PolicyDocument": document}}
    }
    (policy,) = evaluated(resources).policies
    assert policy.resource == "arn:aws:sqs:us-east-1:123456789012:${resolve:ssm:/shared/queue}"


def test_a_given_value_of_a_dynamic_reference_is_used() -> None:
    resources = {
        "Policy": {
            "Type": "AWS::S3::BucketPolicy",
            "Properties": {
                "Bucket": "{{resolve:ssm:/shared/bucket}}",
                "PolicyDocument": {"Version": "2012-10-17", "Statement": []},
            },
        }
    }
    given = AccountValues(ssm={"/shared/bucket": "shared"})
    (policy,) = matrix({"Resources": resources}, {}, PLACE, account_values=given).policies
    assert policy.resource == "arn:aws:s3:::shared"
