"""Rows about publishing against the sandbox, with the latency of a proxy: against a bound and a plain boto3 loop."""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path
from typing import Any

import boto3

from benchmarks.latency import delayed
from benchmarks.rows import Row
from benchmarks.scale import build_repository, calls
from catalog.publishing.parallelism import PARALLELISM
from catalog.sandbox import control
from catalog.sandbox.control import Sandbox

ROOT = Path(__file__).resolve().parent.parent
SHAPE = (6, 6, 2)
"""Portfolios, products and versions of the table in issue 11."""
LATENCIES = (0.0, 0.05, 0.15)
CRITICAL_PATH = 16
"""Calls that follow each other: identity, lease, lists (4), then bucket, upload, product, its description, association,
TagOption, constraint, its description, principal, release of the lease. Counted by hand, not measured."""


class Repository:
    """A catalogue, and commands on it against the sandbox through a proxy."""

    def __init__(self, root: Path, sandbox: Sandbox) -> None:
        self.root = root
        self.sandbox = sandbox

    def run(self, latency: float, *words: str) -> tuple[float, Counter[str]]:
        """(seconds, calls by operation) of a command."""
        with delayed(self.sandbox.url, latency) as url:
            environment = os.environ | self.sandbox.environment() | {"AWS_ENDPOINT_URL": url, "PYTHONPATH": str(ROOT)}
            command = [sys.executable, "-m", "catalog", "-vv", "-C", str(self.root), *words]
            start = time.perf_counter()
            done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)  # noqa: S603
            seconds = time.perf_counter() - start
        if done.returncode:
            raise SystemExit(f"{' '.join(words)}: exit {done.returncode}\n{done.stderr[-3000:]}")
        return seconds, calls(done.stderr)


def rows(*, quick: bool) -> list[Row]:
    """Target 3 of issue 11, and its table."""
    result: list[Row] = []
    with tempfile.TemporaryDirectory() as folder:
        sandbox = control.start(Path(folder) / "sandbox")
        try:
            shape = (1, 1, 1) if quick else SHAPE
            repository = Repository(build_repository(Path(folder) / "table", *shape), sandbox)
            for latency in (0.0, 0.01) if quick else LATENCIES:
                result += measured(repository, latency, shape)
            for products in () if quick else (1, 10, 100):
                root = build_repository(Path(folder) / f"of-{products}", min(products, 4), products, 5)
                result += measured(Repository(root, sandbox), 0.05, (min(products, 4), products, 5), only_first=True)
            peak = (
                resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
            )  # before stop, which waits for the sandbox
        finally:
            control.stop(sandbox.directory)
    note = "the largest process of this group, the sandbox not counted; at 100 products, not 1,000"
    result.append(Row("3", "peak memory of a command", peak, "MiB", 250, note=note))
    return result


def measured(
    repository: Repository, latency: float, shape: tuple[int, int, int], *, only_first: bool = False
) -> list[Row]:
    """First publish, plan and publish without changes, and the same objects by a loop."""
    control.reset(repository.sandbox.directory)
    where = f"{' x '.join(map(str, shape))}, {latency * 1000:.0f} ms"
    first, counted = repository.run(latency, "publish", "--yes", "--allow", "widen")
    target = 8.0 if (shape, latency) == (SHAPE, 0.15) else None
    result = [Row("3", f"first publish, {where}", first, "s", target, note=f"{counted.total()} calls")]
    if latency:
        bound = max(CRITICAL_PATH, counted.total() / PARALLELISM) * latency
        ways = f"{counted.total()} calls ÷ {PARALLELISM} or {CRITICAL_PATH} in a row"
        note = f"bound {bound:.2f} s: {ways}; the sandbox computes on the same cores"
        result.append(Row("3", f"first publish ÷ bound, {where}", first / bound, "x", 1.3, note=note))
    if only_first:
        return result
    for words, what in ((("plan",), "plan"), (("publish", "--yes"), "publish")):
        seconds, counted = repository.run(latency, *words)
        result.append(Row("3", f"{what}, nothing to do, {where}", seconds, "s", note=f"{counted.total()} calls"))
    control.reset(repository.sandbox.directory)
    looped = loop(repository.sandbox, latency, shape)
    note = f"loop {looped:.2f} s; it reads nothing, waits for nothing and takes no lease"
    result.append(Row("3", f"first publish ÷ a boto3 loop, {where}", first / looped, "x", 1, note=note))
    return result


def loop(sandbox: Sandbox, latency: float, shape: tuple[int, int, int]) -> float:
    """The seconds of a script that creates the same objects one after the other, without reading or waiting."""
    keys = sandbox.environment()
    template = json.dumps({"Resources": {"Handle": {"Type": "AWS::CloudFormation::WaitConditionHandle"}}})
    with delayed(sandbox.url, latency) as url:
        start = time.perf_counter()
        access = (keys["AWS_ACCESS_KEY_ID"], keys["AWS_SECRET_ACCESS_KEY"])
        session = boto3.Session(*access, region_name=keys["AWS_REGION"])
        s3, service, iam = (session.client(name, endpoint_url=url) for name in ("s3", "servicecatalog", "iam"))
        trust = json.dumps({"Version": "2012-10-17", "Statement": []})
        iam.create_role(RoleName="launch", AssumeRolePolicyDocument=trust)
        s3.create_bucket(Bucket="loop-templates")
        products = [product(s3, service, number, shape[2], template) for number in range(shape[1])]
        for number in range(shape[0]):
            portfolio(service, number, products)
        return time.perf_counter() - start


def product(s3: Any, service: Any, number: int, versions: int, template: str) -> str:
    """A product with its versions; returns its id."""
    identity = ""
    for patch in range(versions):
        key = f"{number}-{patch}"
        s3.put_object(Bucket="loop-templates", Key=key, Body=template)
        artifact = {
            "Name": f"1.0.{patch}",
            "Type": "CLOUD_FORMATION_TEMPLATE",
            "Info": {"LoadTemplateFromURL": f"https://loop-templates.s3.us-east-1.amazonaws.com/{key}"},
        }
        if identity:
            service.create_provisioning_artifact(ProductId=identity, Parameters=artifact, IdempotencyToken=key)
        else:
            created = service.create_product(
                Name=f"loop {number}",
                Owner="loop",
                ProductType="CLOUD_FORMATION_TEMPLATE",
                ProvisioningArtifactParameters=artifact,
                IdempotencyToken=key,
            )
            identity = created["ProductViewDetail"]["ProductViewSummary"]["ProductId"]
    return identity


def portfolio(service: Any, number: int, products: list[str]) -> None:
    """A portfolio with a principal and all products, each with a launch role and a rule."""
    created = service.create_portfolio(DisplayName=f"loop {number}", ProviderName="loop", IdempotencyToken=f"p{number}")
    identity = created["PortfolioDetail"]["Id"]
    role = "arn:aws:iam:::role/dev-*"
    service.associate_principal_with_portfolio(PortfolioId=identity, PrincipalARN=role, PrincipalType="IAM_PATTERN")
    rule = {"Rules": {"Any": {"Assertions": [{"Assert": {"Fn::Equals": ["a", "a"]}, "AssertDescription": "Any."}]}}}
    kinds = {"LAUNCH": {"LocalRoleName": "launch"}, "TEMPLATE": rule}
    for key in products:
        service.associate_product_with_portfolio(ProductId=key, PortfolioId=identity)
        for kind, parameters in kinds.items():
            service.create_constraint(
                PortfolioId=identity,
                ProductId=key,
                Type=kind,
                Parameters=json.dumps(parameters),
                IdempotencyToken=f"{number}{key}{kind}",
            )
