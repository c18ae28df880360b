"""Key policies: explicit Denies over HTTP, and the rules of statements and conditions."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from botocore.exceptions import ClientError
from hypothesis import given
from hypothesis import strategies as st

from catalog.sandbox.kms.conditions import holds, wildcard
from catalog.sandbox.kms.policy import Access, PolicyRefused, denies, locks_out, parse

ROOT = "arn:aws:iam::123456789012:root"
ROLE = "arn:aws:iam::123456789012:role/path/app"
KEY = "arn:aws:kms:us-east-1:123456789012:key/k"
CRYPTOGRAPHIC = ["kms:Encrypt", "kms:Decrypt", "kms:ReEncrypt*", "kms:GenerateDataKey*", "kms:CreateGrant"]

Make = Callable[..., dict[str, Any]]


def denied(call: Any, *arguments: Any, **options: Any) -> bool:
    """Whether the call returns AccessDeniedException."""
    try:
        call(*arguments, **options)
    except ClientError as error:
        assert error.response["Error"]["Code"] == "AccessDeniedException"  # noqa: PT017 - the call may also succeed
        return True
    return False


def test_an_administrator_cannot_use_the_key_and_a_user_can(local: Any, policy: Make, denial: Make) -> None:
    administrator, user = local.role("administrator"), local.role("user")
    document = policy(denial(*CRYPTOGRAPHIC, principal=[administrator]))
    key = local.client("kms").create_key(Policy=json.dumps(document))["KeyMetadata"]["KeyId"]
    theirs, ours = local.as_role("kms", administrator), local.as_role("kms", user)
    sealed = ours.encrypt(KeyId=key, Plaintext=b"x")["CiphertextBlob"]
    grant = {"KeyId": key, "GranteePrincipal": user, "Operations": ["Decrypt"]}
    for client, refused in ((theirs, True), (ours, False)):
        assert denied(client.encrypt, KeyId=key, Plaintext=b"x") is refused
        assert denied(client.decrypt, CiphertextBlob=sealed) is refused
        assert denied(client.generate_data_key, KeyId=key, KeySpec="AES_256") is refused
        assert denied(client.generate_data_key_without_plaintext, KeyId=key, KeySpec="AES_256") is refused
        assert denied(client.re_encrypt, CiphertextBlob=sealed, DestinationKeyId=key) is refused
        assert denied(client.create_grant, **grant) is refused
        assert not denied(client.describe_key, KeyId=key)
    assert not denied(theirs.put_key_policy, KeyId=key, Policy=json.dumps(policy()))
    assert not denied(theirs.encrypt, KeyId=key, Plaintext=b"x")


def test_reencryption_checks_both_keys(local: Any, policy: Make, denial: Make) -> None:
    kms = local.client("kms")
    free = kms.create_key()["KeyMetadata"]["KeyId"]
    closed = kms.create_key(Policy=json.dumps(policy(denial("kms:ReEncryptFrom"))))["KeyMetadata"]["KeyId"]
    assert not denied(
        kms.re_encrypt,
        CiphertextBlob=kms.encrypt(KeyId=free, Plaintext=b"x")["CiphertextBlob"],
        DestinationKeyId=closed,
    )
    assert denied(
        kms.re_encrypt,
        CiphertextBlob=kms.encrypt(KeyId=closed, Plaintext=b"x")["CiphertextBlob"],
        DestinationKeyId=free,
    )


def test_a_condition_can_allow_grants_for_aws_services_only(local: Any, policy: Make, denial: Make) -> None:
    condition = {"BoolIfExists": {"kms:GrantIsForAWSResource": "false", "aws:PrincipalIsAWSService": "false"}}
    document = policy(denial("kms:CreateGrant", Condition=condition))
    kms = local.client("kms")
    key = kms.create_key(Policy=json.dumps(document))["KeyMetadata"]["KeyId"]
    assert denied(kms.create_grant, KeyId=key, GranteePrincipal=ROLE, Operations=["Decrypt"])


def test_a_condition_sets_the_minimum_deletion_window(local: Any, policy: Make, denial: Make) -> None:
    condition = {"NumericLessThan": {"kms:ScheduleKeyDeletionPendingWindowInDays": "14"}}
    document = policy(denial("kms:ScheduleKeyDeletion", Condition=condition))
    kms = local.client("kms")
    key = kms.create_key(Policy=json.dumps(document))["KeyMetadata"]["KeyId"]
    assert denied(kms.schedule_key_deletion, KeyId=key, PendingWindowInDays=13)
    answer = kms.schedule_key_deletion(KeyId=key, PendingWindowInDays=14)
    assert (answer["KeyState"], answer["PendingWindowInDays"]) == ("PendingDeletion", 14)
    kms.cancel_key_deletion(KeyId=key)
    kms.enable_key(KeyId=key)
    assert kms.schedule_key_deletion(KeyId=key)["PendingWindowInDays"] == 30


def test_the_deletion_window_has_limits(local: Any) -> None:
    kms = local.client("kms")
    key = kms.create_key()["KeyMetadata"]["KeyId"]
    for days in (6, 31):
        with pytest.raises(ClientError, match="pendingWindowInDays"):
            kms.schedule_key_deletion(KeyId=key, PendingWindowInDays=days)


def test_aliases_and_unknown_keys(local: Any) -> None:
    kms = local.client("kms")
    key = kms.create_key()["KeyMetadata"]["KeyId"]
    kms.create_alias(AliasName="alias/one", TargetKeyId=key)
    with pytest.raises(kms.exceptions.AlreadyExistsException):
        kms.create_alias(AliasName="alias/one", TargetKeyId=key)
    other = kms.create_key()["KeyMetadata"]["KeyId"]
    kms.update_alias(AliasName="alias/one", TargetKeyId=other)
    assert kms.describe_key(KeyId="alias/one")["KeyMetadata"]["KeyId"] == other
    kms.delete_alias(AliasName="alias/one")
    for call in (kms.describe_key, kms.get_key_rotation_status):
        with pytest.raises(kms.exceptions.NotFoundException):
            call(KeyId="12345678-1234-1234-1234-123456789012")
    for call, request in (
        (kms.delete_alias, {"AliasName": "alias/one"}),
        (kms.create_grant, {"KeyId": "alias/one", "GranteePrincipal": ROLE, "Operations": ["Decrypt"]}),
        (kms.list_grants, {"KeyId": "no-such-key"}),
        (kms.encrypt, {"KeyId": "alias/one", "Plaintext": b"x"}),
    ):
        with pytest.raises(kms.exceptions.NotFoundException):
            call(**request)
    assert kms.describe_key(KeyId="alias/aws/s3")["KeyMetadata"]["KeyState"] == "Enabled"


def test_rotation_over_the_api(local: Any) -> None:
    kms = local.client("kms")
    key = kms.create_key()["KeyMetadata"]["KeyId"]
    assert "RotationPeriodInDays" not in kms.get_key_rotation_status(KeyId=key)
    kms.enable_key_rotation(KeyId=key, RotationPeriodInDays=180)
    assert kms.get_key_rotation_status(KeyId=key)["RotationPeriodInDays"] == 180
    with pytest.raises(ClientError, match="rotationPeriodInDays"):
        kms.enable_key_rotation(KeyId=key, RotationPeriodInDays=2561)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("{", "MalformedPolicyDocumentException"),
        ("[]", "MalformedPolicyDocumentException"),
        ("{}", "MalformedPolicyDocumentException"),
        ('{"Statement": []}', "MalformedPolicyDocumentException"),
        ('{"Statement": [{"Effect": "Allow"}]}', "MalformedPolicyDocumentException"),
        ('{"Statement": [{"Effect": "Maybe", "Principal": "*"}]}', "MalformedPolicyDocumentException"),
        (
            '{"Version": "2020-01-01", "Statement": [{"Effect": "Allow", "Principal": "*"}]}',
            "MalformedPolicyDocumentException",
        ),
        ('{"Statement": [{"Effect": "Allow", "Principal": "*", "Condition": []}]}', "MalformedPolicyDocumentException"),
        ('{"Statement": [{"Effect": "Allow", "Principal": "*", "Sid": "\u20ac"}]}', "MalformedPolicyDocumentException"),
        (
            '{"Statement": [{"Effect": "Allow", "Principal": "*", "Condition": {"Bool": 1}}]}',
            "MalformedPolicyDocumentException",
        ),
        ('{"Statement": [{"Effect": "Allow", "Principal": "*", "Action": [{}]}]}', "MalformedPolicyDocumentException"),
        (" " * 32_769, "LimitExceededException"),
    ],
)
def test_invalid_policies_are_refused(text: str, code: str) -> None:
    with pytest.raises(PolicyRefused) as caught:
        parse(text)
    assert caught.value.code == code


def test_a_policy_of_the_maximum_length_is_accepted() -> None:
    text = '{"Statement": [{"Effect": "Allow", "Principal": "*"}]}'
    assert parse(text.ljust(32_768))


def access(action: str = "kms:Decrypt", principal: str = ROLE, **context: str) -> Access:
    return Access(action, principal, principal.split(":")[4], context)


@pytest.mark.parametrize(
    ("statement", "expected"),
    [
        ({"Principal": "*", "Action": "*", "Resource": "*"}, True),
        ({"Principal": {"AWS": "*"}, "Action": "kms:De*", "Resource": "*"}, True),
        ({"Principal": {"AWS": "*"}, "Action": "KMS:DECRYPT", "Resource": "*"}, True),
        ({"Principal": {"AWS": "*"}, "Action": ["kms:Encrypt", "kms:Decryp?"], "Resource": [KEY]}, True),
        ({"Principal": {"AWS": ROLE}, "Action": "kms:Decrypt", "Resource": "*"}, True),
        ({"Principal": {"AWS": ROOT}, "Action": "kms:Decrypt", "Resource": "*"}, True),
        ({"Principal": {"AWS": "123456789012"}, "Action": "kms:Decrypt", "Resource": "*"}, True),
        ({"Principal": {"AWS": "arn:aws:sts::123456789012:assumed-role/app/me"}, "Action": "*", "Resource": "*"}, True),
        ({"Principal": {"AWS": ROLE + "2"}, "Action": "kms:Decrypt", "Resource": "*"}, False),
        ({"Principal": {"AWS": "arn:aws:iam::999999999999:root"}, "Action": "*", "Resource": "*"}, False),
        ({"Principal": {"Service": "logs.amazonaws.com"}, "Action": "*", "Resource": "*"}, False),
        ({"NotPrincipal": {"AWS": ROLE}, "Action": "*", "Resource": "*"}, False),
        ({"NotPrincipal": {"AWS": ROLE + "2"}, "Action": "*", "Resource": "*"}, True),
        ({"Principal": "*", "NotAction": "kms:Encrypt", "Resource": "*"}, True),
        ({"Principal": "*", "NotAction": "kms:*", "Resource": "*"}, False),
        ({"Principal": "*", "Resource": "*"}, False),
        ({"Principal": "*", "Action": "*"}, False),
        ({"Principal": "*", "Action": "*", "Resource": "arn:aws:kms:us-east-1:123456789012:key/other"}, False),
    ],
)
def test_principals_actions_and_resources_of_a_deny(statement: dict[str, Any], expected: bool) -> None:
    assert denies([{"Effect": "Deny", **statement}], access(), KEY) is expected
    assert denies([{"Effect": "Allow", **statement}], access(), KEY) is False


@pytest.mark.parametrize(
    ("condition", "context", "expected"),
    [
        ({"StringEquals": {"K": "a"}}, {"k": "a"}, True),
        ({"StringEquals": {"k": ["a", "b"]}}, {"k": "b"}, True),
        ({"StringEquals": {"k": "a"}}, {}, False),
        ({"StringEqualsIfExists": {"k": "a"}}, {}, True),
        ({"StringNotEquals": {"k": "a"}}, {}, True),
        ({"StringNotEquals": {"k": ["a", "b"]}}, {"k": "b"}, False),
        ({"StringLike": {"k": "a*"}}, {"k": "abc"}, True),
        ({"ArnLike": {"k": "arn:aws:iam::*:root"}}, {"k": ROOT}, True),
        ({"ArnLike": {"k": "arn:*:root"}}, {"k": ROOT}, False),  # a * is within one part of the ARN
        ({"ArnNotEquals": {"k": ROLE}}, {"k": ROLE}, False),
        ({"ArnNotEquals": {"k": ROLE}}, {"k": ROOT}, True),
        ({"Bool": {"k": True}}, {"k": "true"}, True),
        ({"NumericLessThan": {"k": 30}}, {"k": "7"}, True),
        ({"NumericLessThan": {"k": "30"}}, {"k": "30"}, False),
        ({"NumericLessThan": {"k": "x"}}, {"k": "3"}, False),
        ({"Null": {"k": "true"}}, {}, True),
        ({"Null": {"k": "false"}}, {"k": "a"}, True),
        ({"ForAnyValue:StringEquals": {"k": "a"}}, {"k": ("a", "b")}, True),
        ({"ForAllValues:StringEquals": {"k": "a"}}, {"k": ("a", "b")}, False),
        ({"ForAllValues:StringEquals": {"k": "a"}}, {}, True),
        ({"ForAllValues:StringEqualsIfExists": {"k": "a"}}, {}, True),
        ({"ForAnyValue:StringEqualsIfExists": {"k": "a"}}, {}, False),
        ({"ForAnyValue:StringNotEquals": {"k": "a"}}, {}, False),
        ({"NoSuchOperator": {"k": "a"}}, {"k": "a"}, False),
        ({"StringEquals": {"a": "1", "b": "2"}}, {"a": "1"}, False),
        ({}, {}, True),
    ],
)
def test_conditions(condition: dict[str, Any], context: dict[str, Any], expected: bool) -> None:
    assert holds(condition, context) is expected


@given(st.text(alphabet="ab*?", max_size=8), st.text(alphabet="ab", max_size=8))
def test_wildcards(pattern: str, text: str) -> None:
    def matches(rest: str, left: str) -> bool:
        if not rest:
            return not left
        if rest[0] == "*":
            return matches(rest[1:], left) or (bool(left) and matches(rest, left[1:]))
        return bool(left) and rest[0] in ("?", left[0]) and matches(rest[1:], left[1:])

    assert wildcard(pattern, text) is matches(pattern, text)


values = st.sampled_from(["a", "b", "1", "2", "true", "false"])
operators = st.sampled_from(["StringEquals", "StringLike", "Bool", "NumericEquals", "NumericLessThan", "ArnLike"])


@given(operators, values, values)
def test_if_exists_matters_only_if_the_key_is_absent(operator: str, wanted: str, actual: str) -> None:
    assert holds({f"{operator}IfExists": {"k": wanted}}, {"k": actual}) is holds(
        {operator: {"k": wanted}}, {"k": actual}
    )
    assert holds({f"{operator}IfExists": {"k": wanted}}, {})
    assert not holds({operator: {"k": wanted}}, {})


@given(
    st.sampled_from(["StringEquals", "StringLike", "ArnLike", "NumericEquals"]), st.lists(values, min_size=1), values
)
def test_a_negated_operator_is_the_opposite_of_its_operator(operator: str, wanted: list[str], actual: str) -> None:
    negated = operator.replace("Equals", "NotEquals").replace("Like", "NotLike")
    assert holds({operator: {"k": wanted}}, {"k": actual}) is not holds({negated: {"k": wanted}}, {"k": actual})


def test_a_policy_must_not_lock_out_its_caller() -> None:
    put = access("kms:PutKeyPolicy")
    allow = {"Effect": "Allow", "Principal": {"AWS": ROOT}, "Action": "kms:*", "Resource": "*"}
    deny = {"Effect": "Deny", "Principal": {"AWS": ROLE}, "Action": "kms:Put*", "Resource": "*"}
    assert not locks_out([allow], put, KEY)
    assert locks_out([allow, deny], put, KEY)
    assert locks_out([{**allow, "Action": "kms:Describe*"}], put, KEY)
