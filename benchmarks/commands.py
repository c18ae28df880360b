"""How long commands take, compared with their lower bounds: medians and ratios of one run.

    .venv/bin/python benchmarks/commands.py [RUNS]

Every round runs each command once, so that a change in the machine's speed affects all of them. The seconds depend on
the machine; compare the ratios.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from statistics import median

ROOT = Path(__file__).resolve().parent.parent
BIN = Path(sys.executable).parent
CLIENTS = "import boto3; [boto3.client(name, region_name='us-east-1') for name in ('sts', 'servicecatalog')]"


def main(runs: int) -> None:
    """Publish to its own sandbox, then measure."""
    with tempfile.TemporaryDirectory() as folder:
        environment = os.environ | {"CATALOG_SANDBOX_DIR": str(Path(folder) / "sandbox"), "AWS_ACCESS_KEY_ID": "x"}
        environment["AWS_SECRET_ACCESS_KEY"] = "x"  # noqa: S105  # not a secret: the baseline creates clients and makes no call
        template = Path(folder) / "kms_key.yaml"

        def catalog(*arguments: str) -> list[str]:
            return [str(BIN / "catalog"), *arguments]

        def run(command: list[str]) -> float:
            start = time.perf_counter()
            subprocess.run(command, cwd=ROOT, env=environment, check=True, capture_output=True)  # noqa: S603  # ours
            return time.perf_counter() - start

        run(catalog("publish", "--local", "--yes", "--allow", "widen"))
        run(catalog("export", "kms_key", "-o", str(template)))
        regions = ["us-east-1", "eu-west-1", "us-gov-west-1", "cn-north-1"]
        commands = {
            "python -c pass": [sys.executable, "-c", "pass"],
            "python, two boto3 clients": [sys.executable, "-c", CLIENTS],
            "cfn-lint, the same template": [str(BIN / "cfn-lint"), "-c", "I", "-r", *regions, "-t", str(template)],
            "catalog --help": catalog("--help"),
            "catalog export kms_key": catalog("export", "kms_key"),
            "catalog validate": catalog("validate"),
            "catalog plan --local": catalog("plan", "--local"),
        }
        try:
            times: dict[str, list[float]] = {name: [] for name in commands}
            for round_number in range(runs + 1):
                for name, command in commands.items():
                    seconds = run(command)
                    if round_number:  # the first round fills the caches
                        times[name].append(seconds)
        finally:
            run(catalog("sandbox", "stop"))
    report({name: median(values) for name, values in times.items()})


def report(medians: dict[str, float]) -> None:
    """Print one line for each command, then the ratios to compare."""
    for name, seconds in medians.items():
        print(f"{name:30} {seconds:6.2f} s")
    for left, right in (
        ("catalog validate", "cfn-lint, the same template"),
        ("catalog plan --local", "python, two boto3 clients"),
        ("catalog --help", "python -c pass"),
    ):
        print(f"{left} / {right}: {medians[left] / medians[right]:.2f}")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 7)
