"""The AWS CLI, an independent client, uses what `catalog publish` published."""

from __future__ import annotations

import json
import os
import subprocess
import time
from pathlib import Path
from typing import Any

import pytest
import yaml

from catalog.sandbox.control import Sandbox
from tests import programs
from tests.functional.conftest import Run

ROOT = Path(__file__).resolve().parent.parent.parent


class Aws:
    """`aws` in a separate environment."""

    def __init__(self, sandbox: Sandbox) -> None:
        self.program = str(ROOT / ".venv-awscli" / "bin" / "aws")
        assert Path(self.program).exists(), "`make test` installs the AWS CLI for the tests"
        self.environment = {"PATH": os.environ["PATH"], "HOME": os.environ.get("HOME", "/"), **sandbox.environment()}

    def __call__(self, *arguments: str) -> Any:
        done = self.run(*arguments)
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout) if done.stdout.strip() else None

    def run(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        command = [self.program, *arguments, "--output", "json"]
        return programs.run(command, env=self.environment, capture_output=True, text=True, timeout=60, check=False)


@pytest.fixture
def aws(catalog: Run, sandbox: Sandbox) -> Aws:
    result = catalog("publish", "--local", "--yes", "--allow", "widen")
    assert result.exit_code == 0, result.output
    return Aws(sandbox)


def test_the_aws_cli_lists_describes_and_provisions_what_publish_made(aws: Aws) -> None:
    portfolios = aws("servicecatalog", "list-portfolios")["PortfolioDetails"]
    assert len(portfolios) == 2
    (product,) = aws("servicecatalog", "search-products-as-admin")["ProductViewDetails"]
    product_id = product["ProductViewSummary"]["ProductId"]
    described = aws("servicecatalog", "describe-product-as-admin", "--id", product_id)
    versions = described["ProvisioningArtifactSummaries"]
    assert [version["Name"] for version in versions] == ["1.0.0", "2.0.0"]
    version = versions[-1]
    for portfolio in portfolios:
        constraints = aws("servicecatalog", "list-constraints-for-portfolio", "--portfolio-id", portfolio["Id"])
        assert {item["Type"] for item in constraints["ConstraintDetails"]} == {"LAUNCH", "TEMPLATE", "RESOURCE_UPDATE"}

    role = "arn:aws:iam::123456789012:role/dev-terraform-role"
    keys = aws("sts", "assume-role", "--role-arn", role, "--role-session-name", "cli")["Credentials"]
    aws.environment |= {
        "AWS_ACCESS_KEY_ID": keys["AccessKeyId"],
        "AWS_SECRET_ACCESS_KEY": keys["SecretAccessKey"],
        "AWS_SESSION_TOKEN": keys["SessionToken"],
    }
    (path,) = aws("servicecatalog", "list-launch-paths", "--product-id", product_id)["LaunchPathSummaries"]
    names = ["--product-id", product_id, "--provisioning-artifact-id", version["Id"], "--path-id", path["Id"]]
    asked = aws("servicecatalog", "describe-provisioning-parameters", *names)
    parameters = {item["ParameterKey"]: item for item in asked["ProvisioningArtifactParameters"]}
    assert parameters["Environment"]["ParameterConstraints"]["AllowedValues"] == ["dev", "test", "staging", "prod"]
    values = yaml.safe_load((ROOT / "examples" / "launch-dev.yaml").read_text())
    given = [
        {"Key": name, "Value": ",".join(value) if isinstance(value, list) else value} for name, value in values.items()
    ]
    tags = [{"Key": name, "Value": values[name]} for name in ("Environment", "Service", "DataCategory")]
    launched = aws(
        "servicecatalog",
        "provision-product",
        *names,
        "--provisioned-product-name",
        "from-the-cli",
        "--provisioning-parameters",
        json.dumps(given),
        "--tags",
        json.dumps(tags),
    )
    record_id = launched["RecordDetail"]["RecordId"]
    end = time.monotonic() + 30
    while (record := aws("servicecatalog", "describe-record", "--id", record_id))["RecordDetail"]["Status"] not in (
        "SUCCEEDED",
        "FAILED",
    ):
        assert time.monotonic() < end, record
    assert record["RecordDetail"]["Status"] == "SUCCEEDED", record
    outputs = {item["OutputKey"]: item["OutputValue"] for item in record["RecordOutputs"]}
    key = aws("kms", "describe-key", "--key-id", outputs["KeyId"])["KeyMetadata"]
    assert key["KeyState"] == "Enabled"


def test_the_aws_cli_gets_the_error_codes_of_aws(aws: Aws) -> None:
    missing = aws.run("servicecatalog", "describe-portfolio", "--id", "port-doesnotexist")
    assert missing.returncode != 0
    assert "(ResourceNotFoundException) when calling the DescribePortfolio operation" in missing.stderr
    wrong = aws.run(
        "servicecatalog",
        "create-constraint",
        "--portfolio-id",
        "p",
        "--product-id",
        "p",
        "--type",
        "LAUNCH",
        "--parameters",
        "not json",
    )
    assert "(ResourceNotFoundException)" in wrong.stderr or "(InvalidParametersException)" in wrong.stderr
