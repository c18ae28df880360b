"""`catalog bootstrap` over HTTP: its stacks, and what publish does without them."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from catalog.aws.session import AwsSession, open_local_session
from catalog.content.load import load_catalog
from catalog.content.render import render
from catalog.publishing.desired import publication
from catalog.publishing.planner import plan as make_plan
from catalog.sandbox.control import Sandbox
from tests.functional.conftest import ROOT, Run


def test_bootstrap_shows_and_deploys_its_stacks_once(catalog: Run) -> None:
    planned = catalog("bootstrap", "--local", "--dry-run", "--json")
    assert [change["operation"] for change in json.loads(planned.stdout)["changes"]] == ["CreateStack", "CreateStack"]
    done = catalog("bootstrap", "--local", "--yes", "--allow", "widen")
    assert done.exit_code == 0, done.output
    again = catalog("bootstrap", "--local", "--yes")
    assert "No changes." in again.stdout


class Remote(AwsSession):
    """The sandbox, treated as AWS: publish creates nothing there that `catalog bootstrap` should have created."""

    is_sandbox = False  # type: ignore[assignment]


def test_an_account_without_bucket_and_role_is_blocked_until_bootstrap(catalog: Run, sandbox: Sandbox) -> None:
    content = load_catalog(ROOT)
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
