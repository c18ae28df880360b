"""The pytest plugin: the example of docs/testing-products.md in a folder of its own, and what goes wrong in words."""

from __future__ import annotations

import os
import re
import sys
from pathlib import Path
from subprocess import CompletedProcess
from typing import Any

import pytest

from tests.functional.conftest import ROOT
from tests.programs import run

FILE = re.compile(r"^```\w+\n# (\S+)\n(.*?)^```$", re.DOTALL | re.MULTILINE)
"""A block of the page that is a file: its first line is a comment with the path."""


@pytest.fixture
def team(tmp_path: Path) -> Path:
    """The repository of docs/testing-products.md."""
    for path, text in FILE.findall((ROOT / "docs" / "testing-products.md").read_text(encoding="utf-8")):
        file = tmp_path / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
    return tmp_path


def pytest_in(folder: Path, *options: str, **variables: str) -> CompletedProcess[Any]:
    """Run pytest in a folder. The plugin is named: an entry point is known only after an installation."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("AWS_", "PYTEST_"))}
    environment |= {"PYTHONPATH": str(ROOT), "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1", **variables}
    command = [sys.executable, "-m", "pytest", "-p", "catalog.pytest_plugin", "-q", *options]
    return run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False, timeout=120)


FAILING = """
from dataclasses import replace

import pytest

from catalog.testing import CatalogSandbox, LaunchFailedError


def test_a_failure_shows_the_events(catalog_sandbox: CatalogSandbox) -> None:
    catalog_sandbox.publish()
    catalog_sandbox.launch("twice")


def test_it_is_empty_and_a_failure_can_be_expected(catalog_sandbox: CatalogSandbox) -> None:
    assert catalog_sandbox.client("servicecatalog").list_portfolios()["PortfolioDetails"] == []
    catalog_sandbox.publish()
    with pytest.raises(LaunchFailedError, match="'taken-name' already exists") as failure:
        catalog_sandbox.launch("twice", as_="dev-team", name="mine", tags={"Team": "a"})
    assert {event.logical_id for event in failure.value.events} >= {"First", "Second"}
    assert failure.value.launched.name == "mine"
    assert failure.value.reasons
    assert catalog_sandbox.client("s3", as_="role/dev-team").list_buckets()["Buckets"] != []


def test_before_publish(catalog_sandbox: CatalogSandbox) -> None:
    catalog_sandbox.launch("twice")


def test_a_role_that_is_none(catalog_sandbox: CatalogSandbox) -> None:
    catalog_sandbox.client("kms", as_="not a role")
"""
PROVEN = """
import json
import threading

from catalog.testing import CatalogSandbox, assert_denied


def test_what_a_launch_proves(catalog_sandbox: CatalogSandbox) -> None:
    def answer(event):
        return {"PhysicalResourceId": "quota", "Data": {"Limit": event["ResourceProperties"]["Size"]}}

    quota = catalog_sandbox.stub("Custom::Quota", answer)
    catalog_sandbox.publish()
    made = catalog_sandbox.launch("proven", {"Size": "5"})
    assert made.outputs["Limit"] == "5"
    assert {name: each.proof for name, each in made.resources.items()} == {
        "Queue": "real",
        "Quota": "stub",
        "Places": "modelled",
        "Other": "modelled",
    }
    assert made.modelled == {"Places": "AWS::Location::PlaceIndex", "Other": "Custom::Other"}
    record = catalog_sandbox.client("servicecatalog").describe_record(Id=made.record.id)["RecordDetail"]
    tags = {tag["Key"]: tag["Value"] for tag in record["RecordTags"]}
    assert tags["sandbox:stub:Quota"] == "Custom::Quota"
    assert tags["sandbox:modelled:Places"] == "AWS::Location::PlaceIndex"
    made.terminate()
    assert [event["RequestType"] for event in quota.requests] == ["Create", "Delete"]


def test_a_permission_is_missing(catalog_sandbox: CatalogSandbox) -> None:
    catalog_sandbox.publish()
    iam = catalog_sandbox.client("iam")
    deny = '{"Version": "2012-10-17", "Statement": [{"Effect": "Deny", "Action": "sqs:CreateQueue", "Resource": "*"}]}'
    iam.put_role_policy(RoleName="catalog-launch-proven", PolicyName="deny", PolicyDocument=deny)
    with catalog_sandbox.assert_denied("sqs:CreateQueue"):
        catalog_sandbox.launch("proven", {"Size": "5"})


def test_a_signal_that_never_comes(catalog_sandbox: CatalogSandbox) -> None:
    catalog_sandbox.wait_for_signals()
    formation = catalog_sandbox.client("cloudformation")
    condition = {
        "Type": "AWS::CloudFormation::WaitCondition", "Properties": {"Handle": {"Ref": "Handle"}, "Timeout": "600"}
    }
    resources = {"Handle": {"Type": "AWS::CloudFormation::WaitConditionHandle"}, "Wait": condition}
    options = {"StackName": "waiting", "TemplateBody": json.dumps({"Resources": resources})}
    thread = threading.Thread(target=lambda: formation.create_stack(**options))
    thread.start()
    begun = set()
    while ("Wait", "CREATE_IN_PROGRESS") not in begun:
        if formation.list_stacks()["StackSummaries"]:
            events = formation.describe_stack_events(StackName="waiting")["StackEvents"]
            begun = {(event["LogicalResourceId"], event["ResourceStatus"]) for event in events}
    catalog_sandbox.advance(601)
    thread.join(10)
    assert formation.describe_stacks(StackName="waiting")["Stacks"][0]["StackStatus"] == "ROLLBACK_COMPLETE"


def test_denials_that_are_none(catalog_sandbox: CatalogSandbox) -> None:
    with assert_denied("s3:ListAllMyBuckets"):
        catalog_sandbox.client("s3").list_buckets()


def test_time_passes(catalog_sandbox: CatalogSandbox) -> None:
    catalog_sandbox.publish()
    catalog = catalog_sandbox.client("servicecatalog", as_="dev-team")
    product = catalog_sandbox.launch("proven", {"Size": "5"}, as_="dev-team")
    started = catalog.terminate_provisioned_product(ProvisionedProductId=product.id)["RecordDetail"]
    assert started["Status"] == "CREATED"
    catalog_sandbox.advance(3600)
    assert catalog.describe_record(Id=started["RecordId"])["RecordDetail"]["Status"] == "SUCCEEDED"
"""
PROVEN_PRODUCT = """
Description: A queue, and what no service of the sandbox has.
Parameters:
  Size: {Type: String, Description: The size of the quota.}
Resources:
  Queue: {Type: AWS::SQS::Queue}
  Quota:
    Type: Custom::Quota
    Properties:
      ServiceToken: !Sub "arn:${AWS::Partition}:lambda:${AWS::Region}:${AWS::AccountId}:function:quota"
      Size: !Ref Size
  Other:
    Type: Custom::Other
    Properties:
      ServiceToken: !Sub "arn:${AWS::Partition}:lambda:${AWS::Region}:${AWS::AccountId}:function:other"
  Places: {Type: AWS::Location::PlaceIndex, Properties: {IndexName: places, DataSource: Esri}}
Outputs:
  Limit: {Description: The limit., Value: !GetAtt Quota.Limit}
"""
TWICE = """
from troposphere import Template
from troposphere.s3 import Bucket

from catalog import ProductDefinition


def template() -> Template:
    built = Template(Description="Two buckets of one name.")
    built.add_resource(Bucket("First", BucketName="taken-name"))
    built.add_resource(Bucket("Second", BucketName="taken-name", DependsOn="First"))
    return built


PRODUCT = ProductDefinition(name="Twice", owner="A", description="Fails.", version="1.0.0", template=template)
"""


def test_the_example_of_the_page_passes_and_failures_are_told_in_words(team: Path) -> None:
    """A failed launch shows its events, and no report shows a frame of ours."""
    (team / "products" / "twice.py").write_text(TWICE)
    portfolio = team / "portfolios" / "data-dev.yaml"
    offer = "  - {product: twice, launch: {local_role_name: catalog-launch-twice}}\n"
    portfolio.write_text(portfolio.read_text() + offer)
    (team / "tests" / "test_twice.py").write_text(FAILING)
    (team / "products" / "proven.yaml").write_text(PROVEN_PRODUCT)
    described = "name: Proven\nowner: Data platform\ndescription: A queue with a quota.\nversion: 1.0.0\n"
    (team / "products" / "proven.product.yaml").write_text(described)
    offer = "  - {product: proven, launch: {local_role_name: catalog-launch-proven}}\n"
    portfolio.write_text(portfolio.read_text() + offer)
    (team / "tests" / "test_proven.py").write_text(PROVEN)
    done = pytest_in(team, "-W", "error", "tests")
    assert "4 failed, 8 passed" in done.stdout, done.stdout + done.stderr
    assert "FAILED tests/test_bucket.py" not in done.stdout
    assert "LaunchFailedError: the launch of twice 1.0.0-dev." in done.stdout
    assert "Second (AWS::S3::Bucket): CREATE_FAILED: " in done.stdout
    assert "nothing is published yet\n" in done.stdout
    assert "Call catalog_sandbox.publish() first." in done.stdout
    assert "as_ must be the name or the ARN of a role, got 'not a role'" in done.stdout
    assert "s3:ListAllMyBuckets was not denied" in done.stdout
    assert "catalog/testing" not in done.stdout, done.stdout


def test_what_is_missing_is_told_in_words(team: Path) -> None:
    """Without the extra, and outside of a repository."""
    (team / "conftest.py").write_text('import sys\n\nsys.modules["moto"] = None\n')
    outside = team.parent / f"{team.name}-outside" / "test_outside.py"
    outside.parent.mkdir()
    outside.write_text("def test_it(catalog_sandbox) -> None:\n    pass\n")
    done = pytest_in(team, "tests", str(outside))
    assert "4 errors" in done.stdout
    assert done.stdout.count("\ncatalog_sandbox: the sandbox needs moto, which is not installed\n") == 3
    assert "catalog_sandbox: no pyproject.toml with a [tool.catalog] table at or above" in done.stdout
    assert "override the fixture catalog_repository" in done.stdout
    assert "catalog/testing" not in done.stdout


def test_the_start_of_pytest_imports_nothing_heavy() -> None:
    """The plugin is imported in every project of the environment."""
    code = "import catalog.pytest_plugin, sys; print(*sys.modules)"
    loaded = run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    modules = set(loaded.split())
    assert {name for name in modules if name.startswith("catalog.")} == {"catalog.pytest_plugin"}
    assert modules.isdisjoint({"boto3", "botocore", "moto", "click", "yaml", "troposphere"})
