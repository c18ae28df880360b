"""S3, Secrets Manager and CloudWatch Logs use KMS keys as AWS's services do, and ask the policies of what they hold."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.contract.conftest import ACCOUNT, Sandbox, deny, key_policy, refusal

BUCKET = "under-a-key"
LOGS = "logs.us-east-1.amazonaws.com"
CALLER = f"arn:aws:iam::{ACCOUNT}:user/moto"


def key(local: Sandbox, *statements: dict[str, Any]) -> str:
    created = local.client("kms").create_key(Policy=json.dumps(key_policy(*statements)))
    return str(created["KeyMetadata"]["Arn"])


def bucket(local: Sandbox, arn: str, *statements: dict[str, Any]) -> Any:
    """A bucket under the key, with an object."""
    s3 = local.client("s3")
    s3.create_bucket(Bucket=BUCKET)
    default = {"SSEAlgorithm": "aws:kms", "KMSMasterKeyID": arn}
    rules = [{"ApplyServerSideEncryptionByDefault": default}]
    s3.put_bucket_encryption(Bucket=BUCKET, ServerSideEncryptionConfiguration={"Rules": rules})
    s3.put_object(Bucket=BUCKET, Key="report", Body=b"42")
    if statements:
        policy = {"Version": "2012-10-17", "Statement": [each | {"Resource": "*"} for each in statements]}
        s3.put_bucket_policy(Bucket=BUCKET, Policy=json.dumps(policy))
    return s3


def put_policy(local: Sandbox, arn: str, *statements: dict[str, Any]) -> None:
    local.client("kms").put_key_policy(KeyId=arn, PolicyName="default", Policy=json.dumps(key_policy(*statements)))


def test_an_object_is_read_and_written_with_the_callers_permissions_for_its_key(local: Sandbox) -> None:
    arn = key(local)
    s3 = bucket(local, arn)
    assert s3.get_object(Bucket=BUCKET, Key="report")["Body"].read() == b"42"
    put_policy(local, arn, deny("kms:Decrypt"))
    assert refusal(s3.get_object, Bucket=BUCKET, Key="report")[0] == "AccessDenied"
    s3.put_object(Bucket=BUCKET, Key="other", Body=b"1")
    put_policy(local, arn, deny("kms:GenerateDataKey"))
    code, message = refusal(s3.put_object, Bucket=BUCKET, Key="other", Body=b"2")
    assert (code, arn in message) == ("AccessDenied", True)


def test_a_disabled_key_opens_nothing(local: Sandbox) -> None:
    arn = key(local)
    s3 = bucket(local, arn)
    local.client("kms").disable_key(KeyId=arn)
    assert refusal(s3.get_object, Bucket=BUCKET, Key="report")[0] == "KMS.DisabledException"


def test_an_object_cannot_be_under_a_key_that_does_not_exist(local: Sandbox) -> None:
    arn = key(local)
    s3, missing = bucket(local, arn), f"{arn[:-4]}0000"
    under = {"ServerSideEncryption": "aws:kms", "SSEKMSKeyId": missing}
    answer = refusal(s3.put_object, Bucket=BUCKET, Key="report", Body=b"1", **under)
    assert answer == ("KMS.NotFoundException", f"Key '{missing}' does not exist")


@pytest.mark.parametrize(
    ("condition", "refused"),
    [
        ({"StringEquals": {"kms:ViaService": "s3.us-east-1.amazonaws.com"}}, True),
        ({"StringEquals": {"kms:ViaService": "sqs.us-east-1.amazonaws.com"}}, False),
    ],
)
def test_the_key_knows_the_service(local: Sandbox, condition: dict[str, Any], refused: bool) -> None:
    arn = key(local)
    s3 = bucket(local, arn)
    put_policy(local, arn, deny("kms:Decrypt", Condition=condition))
    if refused:
        assert refusal(s3.get_object, Bucket=BUCKET, Key="report")[0] == "AccessDenied"
    else:
        s3.get_object(Bucket=BUCKET, Key="report")


@pytest.mark.parametrize(
    ("condition", "refused"),
    [
        ({"ArnEquals": {"aws:PrincipalArn": CALLER}}, True),
        ({"ArnNotEquals": {"aws:PrincipalArn": CALLER}}, False),
        ({"NumericLessThan": {"s3:TlsVersion": "1.2"}}, False),
        ({"Bool": {"aws:PrincipalIsAWSService": "false"}}, True),
        ({"Null": {"s3:x-amz-server-side-encryption": "false"}}, False),
    ],
)
def test_a_bucket_policy_knows_the_caller_and_the_request(
    local: Sandbox, condition: dict[str, Any], refused: bool
) -> None:
    s3 = bucket(local, key(local), deny("s3:GetObject", "s3:PutObject", Condition=condition))
    if refused:
        assert refusal(s3.get_object, Bucket=BUCKET, Key="report")[0] == "403"
    else:
        s3.put_object(Bucket=BUCKET, Key="report", Body=b"43")
        s3.get_object(Bucket=BUCKET, Key="report")


def test_a_header_of_encryption_is_a_condition_key(local: Sandbox) -> None:
    condition = {"StringEquals": {"s3:x-amz-server-side-encryption": "AES256"}}
    s3 = bucket(local, key(local), deny("s3:PutObject", Condition=condition))
    s3.put_object(Bucket=BUCKET, Key="report", Body=b"")
    wrong = {"ServerSideEncryption": "AES256"}
    assert refusal(s3.put_object, Bucket=BUCKET, Key="report", Body=b"", **wrong)[0] == "403"


def test_a_secret_is_read_if_neither_its_policy_nor_its_key_denies_it(local: Sandbox) -> None:
    arn = key(local)
    secrets = local.client("secretsmanager")
    secrets.create_secret(Name="database", SecretString="open", KmsKeyId=arn)
    assert secrets.get_secret_value(SecretId="database")["SecretString"] == "open"
    put_policy(local, arn, deny("kms:Decrypt"))
    code, message = refusal(secrets.get_secret_value, SecretId="database")
    assert (code, message.startswith("Access to KMS is not allowed")) == ("AccessDeniedException", True)
    put_policy(local, arn)
    policy = {"Version": "2012-10-17", "Statement": [deny("secretsmanager:GetSecretValue")]}
    secrets.put_resource_policy(SecretId="database", ResourcePolicy=json.dumps(policy))
    code, message = refusal(secrets.get_secret_value, SecretId="database")
    assert (code, "secretsmanager:GetSecretValue" in message) == ("AccessDeniedException", True)


def allow_logs(groups: str) -> dict[str, Any]:
    context = {"kms:EncryptionContext:aws:logs:arn": f"arn:aws:logs:us-east-1:{ACCOUNT}:log-group:{groups}"}
    return {
        "Effect": "Allow",
        "Principal": {"Service": LOGS},
        "Action": ["kms:Encrypt*", "kms:Decrypt*"],
        "Resource": "*",
        "Condition": {"ArnLike": context},
    }


def test_a_log_group_needs_a_key_that_allows_cloudwatch_logs(local: Sandbox) -> None:
    logs = local.client("logs")
    without, one, every = key(local), key(local, allow_logs("/dev/one")), key(local, allow_logs("*"))
    for refused_key in (without, f"{without[:-4]}0000"):
        answer = refusal(logs.create_log_group, logGroupName="/dev/two", kmsKeyId=refused_key)
        assert answer[0] == "InvalidParameterException"
    assert refusal(logs.create_log_group, logGroupName="/dev/two", kmsKeyId=one)[0] == "InvalidParameterException"
    logs.create_log_group(logGroupName="/dev/two", kmsKeyId=every)
    refused = refusal(logs.associate_kms_key, logGroupName="/dev/two", kmsKeyId=without)
    assert refused[0] == "InvalidParameterException"
    assert "is not allowed to be used with Arn" in refused[1]


def test_a_key_of_others_is_not_asked(local: Sandbox) -> None:
    elsewhere = "arn:aws:kms:us-east-1:210987654321:key/1234abcd-12ab-34cd-56ef-1234567890ab"
    local.client("logs").create_log_group(logGroupName="/dev/three", kmsKeyId=elsewhere)
