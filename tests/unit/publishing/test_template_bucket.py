"""The template bucket: its protection always stays, and nothing that is in use expires."""

from __future__ import annotations

import json
from itertools import product
from typing import Any

import pytest

from catalog.check.cfn_lint import lint
from catalog.content.bucket_settings import BucketSettings
from catalog.content.render import as_yaml
from catalog.publishing.template_bucket import bucket_template

BUCKET = "o-templates-123456789012-us-east-1"
CHOICES = [
    (BucketSettings("", uploads, days, refuse), logs)
    for logs, uploads, days, refuse in product(("", "logs-of-us"), (0, 7), (0, 90), (True, False))
]


def resources(settings: BucketSettings, logs: str) -> tuple[dict[str, Any], dict[str, Any]]:
    made = bucket_template(BUCKET, settings, logs)["Resources"]
    return made["Bucket"]["Properties"], made["BucketPolicy"]["Properties"]["PolicyDocument"]


@pytest.mark.parametrize(("settings", "logs"), CHOICES)
def test_whatever_is_chosen_the_protection_stays(settings: BucketSettings, logs: str) -> None:
    plain, _ = resources(BucketSettings(), "")
    properties, policy = resources(settings, logs)
    assert {name: value for name, value in properties.items() if name in plain} == plain
    assert plain["VersioningConfiguration"] == {"Status": "Enabled"}
    assert set(plain["PublicAccessBlockConfiguration"].values()) == {True}
    assert [statement["Effect"] for statement in policy["Statement"]] == ["Deny"] * len(policy["Statement"])
    assert [statement["Sid"] for statement in policy["Statement"]] == [
        "TlsOnly",
        *(["NothingIsReplaced"] if settings.refuse_overwrites else []),
    ]


@pytest.mark.parametrize(("settings", "logs"), CHOICES)
def test_no_rule_deletes_what_is_in_use(settings: BucketSettings, logs: str) -> None:
    properties, _ = resources(settings, logs)
    rules = properties.get("LifecycleConfiguration", {}).get("Rules", [])
    assert len(rules) == bool(settings.incomplete_upload_days) + bool(settings.noncurrent_days)
    allowed = {"Id", "Status", "AbortIncompleteMultipartUpload", "NoncurrentVersionExpiration"}
    assert all(set(rule) <= allowed for rule in rules)
    assert "Expiration" not in {name for rule in rules for name in rule}


def test_only_the_lease_can_be_written_again() -> None:
    _, policy = resources(BucketSettings(), "")
    _, statement = policy["Statement"]
    assert (statement["Action"], statement["Condition"]) == ("s3:PutObject", {"Null": {"s3:if-none-match": "true"}})
    assert [arn["Fn::Sub"] for arn in statement["Resource"]] == ["${Bucket.Arn}/templates/*", "${Bucket.Arn}/stacks/*"]


@pytest.mark.parametrize(("settings", "logs"), [CHOICES[0], CHOICES[-2]])
def test_the_template_passes_cfn_lint_and_our_controls(settings: BucketSettings, logs: str) -> None:
    body = as_yaml(json.loads(json.dumps(bucket_template(BUCKET, settings, logs))))
    findings = lint("bucket", "bucket", body, ("us-east-1", "us-gov-west-1", "cn-north-1"))
    others = [finding for finding in findings if finding.id != "W9005"]  # tags of what people launch
    assert [f"{finding.id} {finding.where} {finding.message}" for finding in others] == []


def test_an_organization_may_read_templates_and_nothing_else() -> None:
    _, policy = resources(BucketSettings(organization="o-abcdefghij"), "")
    (statement,) = (each for each in policy["Statement"] if each["Effect"] == "Allow")
    assert (statement["Action"], statement["Resource"]) == ("s3:GetObject", {"Fn::Sub": "${Bucket.Arn}/templates/*"})
    assert statement["Condition"] == {"StringEquals": {"aws:PrincipalOrgID": "o-abcdefghij"}}
    assert len(policy["Statement"]) == 3
