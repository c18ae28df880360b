"""`catalog bootstrap` over HTTP: its stacks, and what publish does without them."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from catalog.aws.session import AwsSession, open_local_session
from catalog.content.load import load_catalog
from catalog.content.render import render
from catalog.publishing.desired import publication
from catalog.publishing.planner import plan as make_plan
from catalog.sandbox.control import Sandbox
from tests.conftest import CONTENT
from tests.functional.conftest import ROOT, Run

BUCKET = "catalog-templates-123456789012-us-east-1"


def test_bootstrap_shows_and_deploys_its_stacks_once(catalog: Run) -> None:
    planned = catalog("bootstrap", "--local", "--dry-run", "--json")
    assert [change["operation"] for change in json.loads(planned.stdout)["changes"]] == ["CreateStack", "CreateStack"]
    done = catalog("bootstrap", "--local", "--yes", "--allow", "widen")
    assert done.exit_code == 0, done.output
    again = catalog("bootstrap", "--local", "--yes")
    assert "No changes." in again.stdout


PRODUCT = """
from pathlib import Path

from catalog import ProductDefinition, template_file

PRODUCT = ProductDefinition(name="NAME", owner="Me", description="A product.", version="1.0.0",
                            template=template_file(Path(__file__).with_name("NAME.template.yaml")))
"""
PORTFOLIO = """
display_name: Everything
provider: Fixtures
stage: dev
principals:
  - {arn: 'arn:aws:iam::123456789012:role/dev-terraform-role'}
tag_options:
  Environment: [dev, test]
products:
"""


@pytest.fixture
def everything(repository: Path) -> Path:
    """The repository with a product for each template of tests/fixtures/products, all launched with one role."""
    entries = []
    for file in sorted((ROOT / "tests" / "fixtures" / "products").glob("*.yaml")):
        (repository / "products" / f"{file.stem}.template.yaml").write_bytes(file.read_bytes())
        (repository / "products" / f"{file.stem}.py").write_text(PRODUCT.replace("NAME", file.stem))
        entries.append(f"  - {{product: {file.stem}, launch: {{local_role_name: everything}}}}\n")
    (repository / "portfolios" / "everything.yaml").write_text(PORTFOLIO + "".join(entries))
    return repository


def test_a_large_role_is_deployed_from_the_bucket_with_managed_policies(
    catalog: Run, client: Callable[..., Any], everything: Path
) -> None:
    arguments = ("bootstrap", "--local", "--yes", "--allow", "widen", "--json")
    done = catalog(*arguments, at=everything)
    assert done.exit_code == 0, done.output
    stack = json.loads(done.stdout)["changes"][1]
    assert stack["address"] == "stack/catalog-launch-roles"
    assert any(line.startswith("role everything is new: ") for line in stack["details"])
    assert any(line.startswith("role everything gains ec2:") for line in stack["details"])
    assert any("role everything is administrator-equivalent" in line for line in stack["details"])
    attached = client("iam").list_attached_role_policies(RoleName="everything")["AttachedPolicies"]
    assert 1 <= len(attached) <= 10
    (template,) = client("s3").list_objects_v2(Bucket=BUCKET, Prefix="stacks/")["Contents"]
    assert template["Size"] > 51_200
    checked = catalog("role", "check", "arn:aws:iam::123456789012:role/everything", "--local", at=everything)
    assert checked.stdout.endswith("everything: matches the derived role\n"), checked.stdout

    settings = everything / "pyproject.toml"
    settings.write_text(f"{settings.read_text()}\n[tool.catalog.launch_roles]\ngenerated_names = false\n")
    gained = "role everything gains sqs:CreateQueue,"
    for form in (("-v",), ("--markdown",), ("--json",)):
        planned = catalog("bootstrap", "--local", "--dry-run", *form, at=everything)
        assert gained in planned.stdout, planned.output
        assert "role everything loses" not in planned.stdout
    planned = catalog("bootstrap", "--local", "--dry-run", at=everything)
    assert re.search(r"  ! gains +everything\n( {12}.*\n)+ {12}sqs \(8 actions\) on ", planned.stdout), planned.stdout
    assert "use it with --dry-run" in catalog("bootstrap", "--local", "--markdown", at=everything).stderr
    assert catalog(*arguments, at=everything).exit_code == 0
    settings.write_text(settings.read_text().replace("generated_names = false", "generated_names = true"))
    narrowed = json.loads(catalog("bootstrap", "--local", "--dry-run", "--json", at=everything).stdout)
    assert narrowed["changes"][0]["impact"] == "restricts"
    assert not any(" gains " in line for line in narrowed["changes"][0]["details"])


class Remote(AwsSession):
    """The sandbox, treated as AWS: publish creates nothing there that `catalog bootstrap` should have created."""

    is_sandbox = False  # type: ignore[assignment]  # in place of a property


def test_an_account_without_bucket_and_role_is_blocked_until_bootstrap(catalog: Run, sandbox: Sandbox) -> None:
    content = load_catalog(CONTENT)
    rendered = [render(key, definition) for key, definition in content.products.items()]
    local = open_local_session(sandbox.environment(), None)
    remote = Remote(local.boto, local.region, local.endpoint)
    plan = make_plan(publication(content, rendered), remote)
    assert "CreateStack" not in {change.operation for change in plan.changes}
    assert [blocker.split(" has no ")[1] for blocker in plan.blockers] == [
        "role catalog-launch-kms-key: run `catalog bootstrap` once.",
        "bucket catalog-templates-123456789012-us-east-1: run `catalog bootstrap` once.",
    ]
    assert catalog("bootstrap", "--local", "--yes", "--allow", "widen").exit_code == 0
    assert make_plan(publication(content, rendered), remote).blockers == ()


def test_the_plan_tells_of_roles_that_can_become_administrator(sandbox: Sandbox, everything: Path) -> None:
    file = everything / "portfolios" / "everything.yaml"
    entry = "  - {product: lambda_function, launch: {local_role_name: everything}}\n"
    file.write_text(PORTFOLIO + entry)
    content = load_catalog(everything)
    chosen = ("kms_key", "lambda_function")
    content = replace(content, products={key: content.products[key] for key in chosen})
    rendered = [render(key, content.products[key]) for key in chosen]
    local = open_local_session(sandbox.environment(), None)
    plan = make_plan(publication(content, rendered, dev=True), Remote(local.boto, local.region, local.endpoint))
    (notice,) = [each for each in plan.notices if "administrator-equivalent" in each]
    assert notice.startswith("role everything is administrator-equivalent: it has iam:CreateRole, iam:PutRolePolicy")


def test_a_stack_of_another_owner_is_never_changed(catalog: Run, client: Callable[..., Any]) -> None:
    body = json.dumps(
        {"Resources": {"Precious": {"Type": "AWS::S3::Bucket", "Properties": {"BucketName": "precious"}}}}
    )
    client("cloudformation").create_stack(StackName="catalog-templates", TemplateBody=body)
    refused = catalog("publish", "--local", "--yes", "--allow", "widen")
    assert refused.exit_code == 1
    assert "stack catalog-templates exists and is not ours" in refused.stderr
    assert [bucket["Name"] for bucket in client("s3").list_buckets()["Buckets"]] == ["precious"]


def test_a_failed_bootstrap_is_repeated(catalog: Run, client: Callable[..., Any]) -> None:
    client("s3").create_bucket(Bucket="catalog-templates-123456789012-us-east-1")
    first = catalog("bootstrap", "--local", "--yes", "--allow", "widen")
    assert first.exit_code == 1
    assert "ended as ROLLBACK_COMPLETE" in first.stderr
    again = catalog("bootstrap", "--local", "--yes", "--allow", "widen")
    assert again.exit_code == 1
    assert "is in state ROLLBACK_COMPLETE" in again.stderr
    assert "delete it" in again.stderr


OPTIONS = """
[tool.catalog.template_bucket]
access_logs = "logs-{account}-{region}"
incomplete_upload_days = 7
noncurrent_days = 90
"""
LOGS = "logs-123456789012-us-east-1"


def test_access_logs_and_lifecycle_of_the_bucket_are_options(
    catalog: Run, client: Callable[..., Any], repository: Path
) -> None:
    settings = repository / "pyproject.toml"
    plain = settings.read_text()
    settings.write_text(plain + OPTIONS)
    arguments = ("bootstrap", "--local", "--yes", "--allow", "widen")
    s3 = client("s3")
    refused = catalog(*arguments, at=repository)
    assert refused.exit_code == 1
    assert "The target bucket for logging does not exist" in refused.stderr
    client("cloudformation").update_termination_protection(
        StackName="catalog-templates", EnableTerminationProtection=False
    )
    client("cloudformation").delete_stack(StackName="catalog-templates")

    s3.create_bucket(Bucket=LOGS)
    delivery = {
        "Effect": "Allow",
        "Principal": {"Service": "logging.s3.amazonaws.com"},
        "Action": "s3:PutObject",
        "Resource": f"arn:aws:s3:::{LOGS}/{BUCKET}/*",
    }
    s3.put_bucket_policy(Bucket=LOGS, Policy=json.dumps({"Version": "2012-10-17", "Statement": [delivery]}))
    done = catalog(*arguments, at=repository)
    assert done.exit_code == 0, done.output
    assert s3.get_bucket_logging(Bucket=BUCKET)["LoggingEnabled"] == {
        "TargetBucket": LOGS,
        "TargetPrefix": f"{BUCKET}/",
    }
    rules = s3.get_bucket_lifecycle_configuration(Bucket=BUCKET)["Rules"]
    assert [
        (rule["ID"], rule.get("AbortIncompleteMultipartUpload"), rule.get("NoncurrentVersionExpiration"))
        for rule in rules
    ] == [
        ("IncompleteUploads", {"DaysAfterInitiation": 7}, None),
        ("NoncurrentVersions", None, {"NoncurrentDays": 90}),
    ]
    assert [rule for rule in rules if "Expiration" in rule] == [], "templates in use never expire"
    assert "No changes." in catalog(*arguments, at=repository).stdout
    assert catalog("publish", "--local", "--yes", "--allow", "widen", at=repository).exit_code == 0

    settings.write_text(plain)
    assert catalog(*arguments, at=repository).exit_code == 0
    assert "LoggingEnabled" not in s3.get_bucket_logging(Bucket=BUCKET)
    with pytest.raises(s3.exceptions.ClientError, match="NoSuchLifecycleConfiguration"):
        s3.get_bucket_lifecycle_configuration(Bucket=BUCKET)
