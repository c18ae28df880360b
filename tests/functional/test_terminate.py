"""`catalog terminate` in an empty folder: what it deletes, what stays, and what protects it."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from catalog.provisioning.ending import denied_deletion
from tests.functional.adopting import Call
from tests.functional.conftest import Run
from tests.functional.shelves import ROLE, make_shelves

DENY = {"Sid": "Locked", "Effect": "Deny", "Principal": "*", "Action": "s3:DeleteBucket*", "Resource": "*"}
READ = {"Effect": "Allow", "Principal": {"AWS": {"Ref": "AWS::AccountId"}}, "Action": "s3:GetObject", "Resource": "*"}
LOCKABLE = {
    "Parameters": {"Locked": {"Type": "String", "AllowedValues": ["yes", "no"]}},
    "Conditions": {"IsLocked": {"Fn::Equals": [{"Ref": "Locked"}, "yes"]}},
    "Resources": {
        "Books": {"Type": "AWS::S3::Bucket"},
        "Diary": {"Type": "AWS::S3::Bucket", "DeletionPolicy": "Retain"},
        "Policy": {
            "Type": "AWS::S3::BucketPolicy",
            "Properties": {
                "Bucket": {"Ref": "Books"},
                "PolicyDocument": {
                    "Version": "2012-10-17",
                    "Statement": [READ, {"Fn::If": ["IsLocked", DENY, {"Ref": "AWS::NoValue"}]}],
                },
            },
        },
    },
    "Outputs": {"Books": {"Value": {"Ref": "Books"}, "Export": {"Name": "the-books"}}},
}


@pytest.fixture
def locked(catalog: Run, sc: Call, client: Callable[..., Any], tmp_path: Path) -> Run:
    """Runs commands in an empty folder as `ROLE`, which has launched `mine` with Locked=yes."""
    make_shelves(sc, client, {"1.0.0": LOCKABLE})

    def run(command: str, *arguments: str, **options: Any) -> Any:
        return catalog(command, *arguments, "--local", "--as", ROLE, at=tmp_path, **options)

    assert run("launch", "Shelf", "--name", "mine", "--param", "Locked=yes").exit_code == 0
    return run


def test_what_is_deleted_and_how_a_protected_bucket_ends(locked: Run, client: Callable[..., Any], sc: Call) -> None:
    asked = locked("terminate", "mine")
    assert (asked.exit_code, "cannot ask" in asked.stderr) == (2, True)
    lines = asked.stdout.splitlines()
    assert lines[0] == "mine: AWS deletes its stack"
    assert any(line.startswith("  - Books   AWS::S3::Bucket: deleted  It holds data or keys.") for line in lines)
    assert any(line.startswith("    Diary   AWS::S3::Bucket: retained") for line in lines)
    assert "  ! Policy is protected: statement Locked of its policy denies s3:DeleteBucket to everybody" in lines
    assert "    First: catalog update mine --param Locked=no" in lines

    (stack,) = [item["PhysicalId"] for item in sc("search-provisioned-products")["ProvisionedProducts"]]
    formation = client("cloudformation")
    formation.update_termination_protection(StackName=stack, EnableTerminationProtection=True)
    protected = locked("terminate", "mine").stdout
    assert "  ! the stack has termination protection; an administrator turns it off" in protected
    formation.update_termination_protection(StackName=stack, EnableTerminationProtection=False)

    topic = {"Type": "AWS::SNS::Topic", "Properties": {"DisplayName": {"Fn::ImportValue": "the-books"}}}
    name = f"{stack.split('/')[1]}x"
    formation.create_stack(StackName=name, TemplateBody=json.dumps({"Resources": {"Topic": topic}}))
    used = " ".join(locked("terminate", "mine").stdout.split())
    assert f"! AWS refuses it while stack {name} imports the-books: end that first" in used
    formation.delete_stack(StackName=name)

    kept = locked("terminate", "mine", "--retain").stdout.splitlines()
    assert kept[0] == "mine: Service Catalog forgets it, and keeps its stack"
    assert all(": retained" in line for line in kept[1:])

    assert locked("update", "mine", "--param", "Locked=no", "--yes").exit_code == 0
    ended = locked("terminate", "mine", "--yes", "--json")
    assert ended.exit_code == 0, ended.output
    endings = {item["resource"]: item["ending"] for item in json.loads(ended.stdout)["resources"]}
    assert endings == {"Policy": "deleted", "Books": "deleted", "Diary": "retained"}
    assert "  Books (AWS::S3::Bucket): DELETE_COMPLETE" in ended.stderr
    assert len(client("s3").list_buckets()["Buckets"]) == 2  # the diary, and the templates


@pytest.mark.parametrize(
    ("changes", "action"),
    [
        ({}, "s3:DeleteBucket"),
        ({"Action": "*"}, "backup:DeleteBackupVault"),
        ({"Action": ["kms:Decrypt", "kms:Schedule*"], "Principal": {"AWS": "*"}}, "kms:ScheduleKeyDeletion"),
        ({"Action": "s3:GetObject"}, ""),
        ({"Effect": "Allow"}, ""),
        ({"Principal": {"AWS": ["arn:aws:iam::123456789012:root"]}}, ""),
        ({"Condition": {"Bool": {"aws:SecureTransport": "false"}}}, ""),
        ({"NotAction": ["s3:GetObject", "backup:*"]}, "dynamodb:DeleteTable"),
    ],
)
def test_a_deny_that_protects(changes: dict[str, Any], action: str) -> None:
    assert denied_deletion(DENY | changes) == action
