"""`catalog simulate` gives the verdict of a real launch over HTTP, made with boto3 instead of `catalog launch`."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml
from botocore.exceptions import ClientError

from tests.functional.conftest import ROOT, Run

ROLES = {
    "dev": "arn:aws:iam::123456789012:role/dev-terraform-role",
    "prod": "arn:aws:iam::123456789012:role/prod-terraform-deploy-role",
}
ADMIN = "arn:aws:iam::123456789012:role/security-admin-role"
CASES: dict[str, tuple[str, dict[str, str]]] = {
    "dev as it is": ("dev", {}),
    "dev with all that is optional": (
        "dev",
        {
            "AllowCloudWatchLogs": "true",
            "GrantsForAwsServices": "true",
            "MultiRegion": "true",
            "ReplicaRegions": "eu-west-1,eu-central-1",
            "DeletionWindowDays": "7",
            "Compliance": "soc2",
        },
    ),
    "prod as it is": ("prod", {}),
    "a parameter out of range": ("dev", {"DeletionWindowDays": "31"}),
    "an unknown parameter": ("dev", {"KeyUser": "x"}),
    "a rule of the template": ("dev", {"ReplicaRegions": "eu-west-1"}),
    "the same people on both sides": ("dev", {"KeyUsers": ADMIN}),
    "a rule of the portfolio": ("prod", {"KeyAdministrators": "arn:aws:iam::123456789012:role/other"}),
    "a tag that is not on offer": ("dev", {"Service": "mainframe"}),
}


def example(stage: str) -> dict[str, str]:
    data = yaml.safe_load((ROOT / "examples" / f"launch-{stage}.yaml").read_text())
    return {key: ",".join(value) if isinstance(value, list) else value for key, value in data.items()}


def launched(client: Any, parameters: Mapping[str, str], tags: Mapping[str, str], name: str) -> dict[str, str] | None:
    """The outputs of a launch; None when it is refused."""
    product = client.search_products()["ProductViewSummaries"][0]["ProductId"]
    try:
        record = client.provision_product(
            ProductId=product,
            ProvisioningArtifactName="1.0.0",
            ProvisionedProductName=name,
            ProvisioningParameters=[{"Key": key, "Value": value} for key, value in parameters.items()],
            Tags=[{"Key": key, "Value": value} for key, value in tags.items()],
        )["RecordDetail"]
    except ClientError:
        return None
    deadline = time.monotonic() + 20
    while record["Status"] not in ("SUCCEEDED", "FAILED"):
        assert time.monotonic() < deadline, record
        time.sleep(0.02)
        record = client.describe_record(Id=record["RecordId"])["RecordDetail"]
    if record["Status"] == "FAILED":
        return None
    outputs = client.describe_record(Id=record["RecordId"])["RecordOutputs"]
    return {item["OutputKey"]: item["OutputValue"] for item in outputs}


def test_simulate_and_a_launch_give_the_same_verdict(
    catalog: Run, client: Callable[..., Any], tmp_path: Path, subtests: pytest.Subtests
) -> None:
    assert catalog("publish", "--local", "--yes", "--allow", "widen").exit_code == 0
    callers = {stage: client("servicecatalog", role) for stage, role in ROLES.items()}
    for number, (case, (stage, more)) in enumerate(CASES.items()):
        with subtests.test(case):
            parameters = {**example(stage), "Alias": f"case-{number}", **more}
            file = tmp_path / "parameters.yaml"
            file.write_text(json.dumps(parameters))
            options = ("--portfolio", f"security-{stage}", "--version", "1.0.0", "--params-file", str(file))
            simulated = catalog("simulate", "kms_key", *options, "--json")
            (path,) = json.loads(simulated.stdout)["paths"]
            outputs = launched(callers[stage], parameters, path["tags"], f"case-{number}")
            assert (simulated.exit_code == 0) == (outputs is not None), path["refusals"]
            if outputs is not None:
                policy(client, outputs["KeyId"], json.loads(simulated.stdout))


def policy(client: Callable[..., Any], key: str, simulation: dict[str, Any]) -> None:
    """The policy of the key is the simulated policy."""
    real = client("kms").get_key_policy(KeyId=key, PolicyName="default")["Policy"]
    assert json.loads(real) == simulation["policies"][0]["document"]
