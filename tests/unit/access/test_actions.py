"""The actions that a policy decides, compared with botocore's documentation of each operation."""

from __future__ import annotations

import re

import pytest
from botocore.loaders import Loader

from catalog.access.actions import FAMILIES, matrix_actions
from catalog.access.report import short
from catalog.iam import POLICY_KINDS

ALIASES = {"CreateAlias", "UpdateAlias", "DeleteAlias"}


@pytest.fixture(scope="module")
def kms_operations() -> dict[str, str]:
    """The documentation of each operation of KMS, without markup."""
    operations = Loader().load_service_model("kms", "service-2")["operations"]
    return {name: re.sub("<[^>]+>", "", operation["documentation"]) for name, operation in operations.items()}


def test_a_key_policy_decides_the_actions_that_the_documentation_lists(kms_operations: dict[str, str]) -> None:
    """`Required permissions: kms:Encrypt (key policy)`, or (IAM policy) alone."""
    actions = matrix_actions("kms")
    decided = {action.name for action in actions.decided}
    for name, text in kms_operations.items():
        required = text.partition("Required permissions")[2].partition("Related operations")[0]
        by_key_policy = "key policy" in required
        names = {"ReEncryptFrom", "ReEncryptTo"} if name == "ReEncrypt" else {name}
        assert (names <= decided) is by_key_policy, name
        assert names <= set(actions.names)


def test_cross_account_actions_of_kms_agree_with_the_documentation(kms_operations: dict[str, str]) -> None:
    own = {action.name for action in matrix_actions("kms").decided if action.own_account}
    assert {"PutKeyPolicy", "ScheduleKeyDeletion", "ReplicateKey", "CreateAlias"} <= own
    assert not own & {"Encrypt", "Decrypt", "ReEncryptFrom", "CreateGrant", "DescribeKey", "GetKeyRotationStatus"}
    assert {name for name, text in kms_operations.items() if "Cross-account use: Yes" in text} & own == set()


def test_kms_families() -> None:
    families = {action.name: action.family for action in matrix_actions("kms").decided}
    assert {name for name, family in families.items() if family == "use"} == {
        "Decrypt",
        "Encrypt",
        "GenerateDataKey",
        "GenerateDataKeyPair",
        "GenerateDataKeyPairWithoutPlaintext",
        "GenerateDataKeyWithoutPlaintext",
        "ReEncryptFrom",
        "ReEncryptTo",
    }
    assert families["Sign"] == families["Decapsulate"] == "sign"
    assert families["CreateGrant"] == "grant"
    assert families["PutKeyPolicy"] == families["RotateKeyOnDemand"] == "administer"
    assert families["DescribeKey"] == families["ListGrants"] == "read"
    assert {action.name for action in matrix_actions("kms").decided if action.on_alias} == ALIASES


@pytest.mark.parametrize("service", sorted({kind.service for kind in POLICY_KINDS.values()}))
def test_every_service_has_actions(service: str) -> None:
    actions = matrix_actions(service)
    assert actions.decided
    assert len(actions.names) == len(set(actions.names))
    assert all(action.family in FAMILIES for action in actions.decided)


def test_s3_actions_are_on_objects_or_on_buckets() -> None:
    """Service authorization reference, "Actions, resources, and condition keys for Amazon S3"."""
    parts = {action.name: action.part for action in matrix_actions("s3").decided}
    for name in ("GetObject", "PutObjectAcl", "AbortMultipartUpload", "ReplicateObject", "DeleteObjectVersion"):
        assert parts[name] == "object"
    for name in ("ListBucket", "DeleteBucket", "PutBucketPolicy", "GetBucketObjectLockConfiguration"):
        assert parts[name] == ""
    assert {"ListAllMyBuckets", "CreateAccessPoint", "CreateJob", "CreateBucket"} <= set(matrix_actions("s3").undecided)


def test_new_operations_are_actions_where_both_have_the_same_names() -> None:
    assert {"Encapsulate", "Decapsulate"} <= set(matrix_actions("kms").names)  # awacs does not have them
    assert "ListObjectsV2" not in matrix_actions("s3").names  # it needs s3:ListBucket
    assert "PublishBatch" not in matrix_actions("sns").names


def test_a_star_represents_all_actions_with_the_same_prefix() -> None:
    every = ["CreateAlias", "CreateGrant", "CreateKey", "GetKeyPolicy", "GetPublicKey", "Sign"]
    assert list(short(["CreateAlias", "CreateGrant", "Sign"], every)) == ["CreateAlias", "CreateGrant", "Sign"]
    assert list(short(["CreateAlias", "CreateGrant", "CreateKey"], every)) == ["Create*"]
    assert list(short(["GetKeyPolicy", "GetPublicKey"], every)) == ["Get*"]
