"""The bucket products: who reads and writes, which uploads pass, and what a launch makes."""

from __future__ import annotations

import itertools
import json
from typing import Any

import pytest

from catalog.iam import Answer, Caller, CallerKind
from tests.unit.products.blocks import ACCOUNT, KEY, answer, launched, product, role

POLICY = "AWS::S3::BucketPolicy"
OBJECT = "arn:aws:s3:::my-org-data-dev/report"
HEADER = "s3__x_amz_server_side_encryption"
APP = role("dev-app-role")
OTHER_KEY = KEY.replace("1234abcd", "99999999")
LISTS = {"Readers": f"arn:aws:iam::{ACCOUNT}:role/reader", "Writers": f"arn:aws:iam::{ACCOUNT}:role/writer"}
SERVICE = Caller(CallerKind.SERVICE, name="logging.s3.amazonaws.com")


def policy(key: str = "s3_secure_bucket", stage: str = "dev", **given: str) -> Any:
    return launched(key, stage, **given)["BucketPolicy"]["Properties"]["PolicyDocument"]


def put(algorithm: str, key: str, customer: str, **more: tuple[str, ...]) -> Answer:
    """The answer to an upload with these headers; an empty text is no header."""
    headers = {HEADER: algorithm, f"{HEADER}_aws_kms_key_id": key, f"{HEADER}_customer_algorithm": customer}
    values = {name: (value,) if value else () for name, value in headers.items()}
    return answer(policy(), POLICY, APP, "s3:PutObject", OBJECT, **values, s3__TlsVersion=("1.3",), **more)


@pytest.mark.parametrize(
    ("algorithm", "key", "customer"),
    list(itertools.product(["", "AES256", "aws:kms", "aws:kms:dsse"], ["", KEY, OTHER_KEY], ["", "AES256"])),
)
def test_an_upload_passes_without_headers_or_with_this_key(algorithm: str, key: str, customer: str) -> None:
    right = (algorithm, key) in {("", ""), ("aws:kms", KEY), ("", KEY)} and not customer
    assert put(algorithm, key, customer) is (Answer.ALLOWED if right else Answer.DENIED)


@pytest.mark.parametrize(
    ("transport", "version", "allowed"),
    [("true", "1.3", True), ("true", "1.2", True), ("true", "1.1", False), ("false", "", False)],
)
def test_requests_need_tls(transport: str, version: str, allowed: bool) -> None:
    context = {"aws__SecureTransport": (transport,), "s3__TlsVersion": (version,) if version else ()}
    given = answer(policy(), POLICY, APP, "s3:GetObject", OBJECT, **context)
    assert given is (Answer.ALLOWED if allowed else Answer.DENIED)
    strict = answer(policy(MinimumTlsVersion="1.3"), POLICY, APP, "s3:GetObject", OBJECT, **context)
    assert strict is (Answer.ALLOWED if version == "1.3" else Answer.DENIED)


@pytest.mark.parametrize(
    ("action", "who"),
    [
        ("s3:GetObject", "reader"),
        ("s3:GetObjectVersion", "reader"),
        ("s3:GetObjectVersionForReplication", "reader"),
        ("s3:GetObjectTagging", "reader"),
        ("s3:PutObject", "writer"),
        ("s3:DeleteObject", "writer"),
        ("s3:DeleteObjectVersion", "writer"),
        ("s3:PutObjectRetention", "writer"),
        ("s3:BypassGovernanceRetention", "writer"),
        ("s3:ReplicateObject", "writer"),
        ("s3:RestoreObject", "writer"),
        ("s3:UpdateObjectEncryption", ""),
    ],
)
def test_only_the_lists_read_and_write_whatever_iam_policies_say(action: str, who: str) -> None:
    context = {"s3__TlsVersion": ("1.3",), f"{HEADER}*": ()}
    for name in ("reader", "writer", "security-admin-role"):
        given = answer(policy(**LISTS), POLICY, role(name), action, OBJECT, **context)
        assert (name, given) == (name, Answer.ALLOWED if name == who else Answer.DENIED)
    root = Caller(CallerKind.ROOT, ACCOUNT, f"arn:aws:iam::{ACCOUNT}:root")
    assert answer(policy(**LISTS), POLICY, root, action, OBJECT, **context) is Answer.DENIED


@pytest.mark.parametrize(
    ("context", "allowed"),
    [
        ({"aws__SourceVpce": ("vpce-0123456789abcdef0",), "aws__PrincipalOrgID": ("o-a1b2c3d4e5",)}, True),
        ({"aws__SourceVpce": ("vpce-11111111111111111",), "aws__PrincipalOrgID": ("o-a1b2c3d4e5",)}, False),
        ({"aws__SourceVpce": (), "aws__PrincipalOrgID": ("o-a1b2c3d4e5",)}, False),
        ({"aws__SourceVpce": ("vpce-0123456789abcdef0",), "aws__PrincipalOrgID": ("o-others1234",)}, False),
        ({"aws__SourceVpce": ("vpce-0123456789abcdef0",), "aws__PrincipalOrgID": ()}, False),
    ],
)
def test_endpoints_and_organization_bind_readers_too(context: dict[str, tuple[str, ...]], allowed: bool) -> None:
    limits = {"VpcEndpoints": "vpce-0123456789abcdef0,vpce-22222222222222222", "OrganizationId": "o-a1b2c3d4e5"}
    given = answer(policy(**limits), POLICY, APP, "s3:GetObject", OBJECT, s3__TlsVersion=("1.3",), **context)
    assert given is (Answer.ALLOWED if allowed else Answer.DENIED)


def test_a_policy_with_long_lists_is_within_the_limit_of_s3() -> None:
    arns = ",".join(f"arn:aws:iam::{ACCOUNT}:role/application-role-number-{number:06}" for number in range(40))
    limits = {"VpcEndpoints": ",".join(["vpce-0123456789abcdef0"] * 40), "OrganizationId": "o-a1b2c3d4e5"}
    document = policy(Readers=arns, Writers=arns, **limits)
    assert len(json.dumps(document, separators=(",", ":"))) < 20_480


@pytest.mark.parametrize("imported", [True, False])
def test_key_and_log_bucket_are_given_or_imported(imported: bool) -> None:
    exports = {"SC-1-KeyArn": OTHER_KEY, "SC-2-BucketName": "imported-logs"}
    given = {"KeyArn": "SC-1-KeyArn", "LogBucket": "SC-2-BucketName"} if imported else {}
    properties = launched("s3_secure_bucket", exports=exports, **given)["Bucket"]["Properties"]
    (rule,) = properties["BucketEncryption"]["ServerSideEncryptionConfiguration"]
    key = OTHER_KEY if imported else KEY
    assert rule == {
        "BucketKeyEnabled": True,
        "ServerSideEncryptionByDefault": {"SSEAlgorithm": "aws:kms", "KMSMasterKeyID": key},
    }
    assert properties["LoggingConfiguration"] == {
        "DestinationBucketName": "imported-logs" if imported else "my-org-access-logs-dev",
        "LogFilePrefix": "my-org-data-dev/",
    }
    statements = launched("s3_secure_bucket", exports=exports, **given)["BucketPolicy"]["Properties"]["PolicyDocument"]
    (other,) = (each for each in statements["Statement"] if each["Sid"] == "OnlyThisKey")
    assert list(other["Condition"]["ArnNotEquals"].values()) == [key]


def test_options_are_off_in_dev_and_on_in_prod() -> None:
    exports = {"SC-123456789012-pp-abcdefghijklm-KeyArn": KEY, "SC-123456789012-pp-nopqrstuvwxyz-BucketName": "logs"}
    dev = launched("s3_secure_bucket")["Bucket"]["Properties"]
    prod = launched("s3_secure_bucket", "prod", exports)["Bucket"]["Properties"]
    optional = {"ObjectLockEnabled", "ObjectLockConfiguration", "ReplicationConfiguration"}
    assert prod.keys() - dev.keys() == optional
    assert [rule["Id"] for rule in dev["LifecycleConfiguration"]["Rules"]] == ["CleanUp"]
    assert [rule["Id"] for rule in prod["LifecycleConfiguration"]["Rules"]] == ["CleanUp", "Move", "Expire"]
    assert prod["ReplicationConfiguration"]["Role"] == f"arn:aws:iam::{ACCOUNT}:role/s3-replication-data"


@pytest.mark.parametrize("key", ["s3_secure_bucket", "s3_log_bucket"])
def test_no_parameter_opens_a_bucket(key: str) -> None:
    bucket = product(key)[1].template["Resources"]["Bucket"]
    assert (bucket["DeletionPolicy"], bucket["UpdateReplacePolicy"]) == ("RetainExceptOnCreate", "Retain")
    properties = bucket["Properties"]
    assert set(properties["PublicAccessBlockConfiguration"].values()) == {True}
    assert properties["OwnershipControls"] == {"Rules": [{"ObjectOwnership": "BucketOwnerEnforced"}]}
    assert properties["VersioningConfiguration"] == {"Status": "Enabled"}


@pytest.mark.parametrize(
    ("account", "source", "allowed"),
    [(ACCOUNT, "arn:aws:s3:::my-org-data-dev", True), ("210987654321", "arn:aws:s3:::theirs", False)],
)
def test_s3_delivers_the_logs_of_this_account(account: str, source: str, allowed: bool) -> None:
    context = {
        "aws__PrincipalIsAWSService": ("true",),
        "aws__SourceAccount": (account,),
        "aws__SourceArn": (source,),
        "aws__PrincipalArn": (),
        "s3__TlsVersion": ("1.3",),
    }
    target = "arn:aws:s3:::my-org-access-logs-dev/my-org-data-dev/2026"
    given = answer(policy("s3_log_bucket"), POLICY, SERVICE, "s3:PutObject", target, **context)
    assert given is (Answer.ALLOWED if allowed else Answer.DENIED)


@pytest.mark.parametrize("action", ["s3:PutObject", "s3:DeleteObject", "s3:DeleteObjectVersion", "s3:GetObject"])
def test_nobody_changes_logs_and_only_readers_read_them(action: str) -> None:
    for name in ("security-admin-role", "dev-app-role"):
        target = "arn:aws:s3:::my-org-access-logs-dev/log"
        given = answer(policy("s3_log_bucket"), POLICY, role(name), action, target, s3__TlsVersion=("1.3",))
        reads = action == "s3:GetObject" and name == "security-admin-role"
        assert given is (Answer.ALLOWED if reads else Answer.DENIED)
