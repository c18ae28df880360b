"""A template in products/ from `list` to `launch`, and through its releases."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.functional.conftest import Run

TEMPLATE = """\
# Each bucket of the platform.
Description: A private bucket.
Metadata: {Comment: "published too"}
Resources:
  Bucket:
    Type: AWS::S3::Bucket
    DeletionPolicy: Retain
    UpdateReplacePolicy: Retain
    Properties:
      BucketEncryption:
        ServerSideEncryptionConfiguration:
          - ServerSideEncryptionByDefault: {SSEAlgorithm: AES256}
Outputs:
  Name: {Description: Its name., Value: !Ref Bucket}
"""
METADATA = """\
# yaml-language-server: $schema=../.catalog/schemas/product.json
name: Bucket  # what people see
owner: Platform team
description: A private bucket.
version: "1.0.0"  # edited by release
version_description: First version.
service_actions:
  - key: look
    name: LookAtBucket
    description: Lists the tags of the bucket.
    target_type: AWS::S3::Bucket
    parameters: {Bucket: TARGET}
    document: {file: bucket.look.yaml}
"""
DOCUMENT = """\
schemaVersion: "0.3"
description: Lists the tags of a bucket.
parameters:
  Bucket: {type: String}
mainSteps:
  - name: Look
    action: aws:executeAwsApi
    inputs: {Service: s3, Api: GetBucketLocation, Bucket: "{{ Bucket }}"}
"""
PORTFOLIO = """\
display_name: Team
provider: Platform team
description: Buckets.
stage: dev
principals:
  - arn: arn:aws:iam::${AWS::AccountId}:role/developer
products:
  - product: bucket
    launch: {local_role_name: launch-bucket}
"""


@pytest.fixture
def buckets(tmp_path: Path) -> Path:
    """A repository whose only product is a template."""
    for folder in ("products", "portfolios"):
        (tmp_path / folder).mkdir()
    (tmp_path / "pyproject.toml").write_text('[tool.catalog]\nowner = "buckets"\nregions = ["us-east-1"]\n')
    (tmp_path / "products" / "bucket.yaml").write_text(TEMPLATE)
    (tmp_path / "products" / "bucket.product.yaml").write_text(METADATA)
    (tmp_path / "products" / "bucket.look.yaml").write_text(DOCUMENT)
    (tmp_path / "portfolios" / "team.yaml").write_text(PORTFOLIO)
    return tmp_path


def test_a_template_goes_through_every_command(catalog: Run, buckets: Path, client: Callable[..., Any]) -> None:
    products = buckets / "products"

    def run(*arguments: str, code: int = 0) -> str:
        result = catalog(*arguments, at=buckets)
        assert result.exit_code == code, f"{arguments}: {result.output}"
        return result.stdout

    assert "bucket   not released  Bucket  team" in run("list")
    findings = json.loads(run("validate", "--json", code=0))
    assert {finding["file"] for finding in findings} <= {"products/bucket.yaml", "portfolios/team.yaml"}
    (tags,) = (finding for finding in findings if finding["id"] == "W9005")
    assert (tags["file"], tags["line"]) == ("products/bucket.yaml", 9)
    run("release", "bucket")
    frozen = products / "releases" / "bucket"
    assert (frozen / "1.0.0.yaml").read_text() == TEMPLATE == run("export", "bucket")
    (products / "bucket.yaml").write_text(f"{TEMPLATE}  Arn: {{Description: Its ARN., Value: !GetAtt Bucket.Arn}}\n")
    assert "output added Outputs/Arn" in run("diff", "bucket")
    assert "products/bucket.product.yaml: version 1.0.0 → 1.1.0" in run(
        "release", "bucket", "--bump", "auto", "--notes", "An ARN."
    )
    assert (products / "bucket.product.yaml").read_text() == METADATA.replace("1.0.0", "1.1.0")
    sources = [each["file"] for each in json.loads(run("evidence", "bucket", "1.1.0"))["sources"]]
    assert sources[:3] == [
        "products/releases/bucket/1.1.0.yaml",
        "products/bucket.product.yaml",
        "products/bucket.yaml",
    ]
    assert "s3:GetBucketLocation" in run("role", "derive", "bucket")
    assert "AWS::S3::Bucket" in run("simulate", "bucket")
    run("access", "bucket")
    run("publish", "--local", "--yes", "--allow", "widen")
    assert "No changes." in run("plan", "--local")
    view = client("servicecatalog")
    product = view.describe_product_as_admin(Name="Bucket")
    assert [each["Name"] for each in product["ProvisioningArtifactSummaries"]] == ["1.0.0", "1.1.0"]
    developer = "arn:aws:iam::123456789012:role/developer"
    assert "\nName = " in run("launch", "bucket", "--local", "--name", "logs", "--as", developer)
    (products / "bucket.yaml").write_text(TEMPLATE.replace("private", "very private"))
    run("publish", "--local", "--yes", "--dev", "--allow", "widen")
    assert "1.1.1-dev." in str(view.describe_product_as_admin(Name="Bucket")["ProvisioningArtifactSummaries"])
