"""Rows about code that calls nothing: differences of states, evaluation of access, comparison of versions."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import yaml

from benchmarks.rows import Row
from catalog.access.matrix import matrix
from catalog.cfn import Pseudo
from catalog.content.template_files import read_template
from catalog.model.constraint import LaunchConstraint
from catalog.model.portfolio import Portfolio, PortfolioProduct, Principal, PrincipalType
from catalog.model.product import Product, ProvisioningArtifact
from catalog.model.state import CatalogState
from catalog.plan.diff import diff
from catalog.versions.gains import cached_matrix, compare_access

ROOT = Path(__file__).resolve().parent.parent
PSEUDO = Pseudo("123456789012", "us-east-1")


def fastest(work: Callable[[], object], times: int) -> float:
    """The seconds of the fastest of several runs: the others were disturbed."""
    taken = []
    for _ in range(times):
        start = time.perf_counter()
        work()
        taken.append(time.perf_counter() - start)
    return min(taken)


def state(portfolios: int, products: int, versions: int) -> CatalogState:
    """A catalogue in which every portfolio offers every product with a launch role."""
    digest = "sha256:" + "a" * 64
    artifacts = tuple(ProvisioningArtifact(f"1.0.{patch}", "", digest) for patch in range(versions))
    keys = [f"product-{number}" for number in range(products)]
    role = Principal(PrincipalType.IAM_PATTERN, "arn:aws:iam:::role/dev-*")
    offers = {key: PortfolioProduct(key, {"LAUNCH": LaunchConstraint(local_role_name="launch")}) for key in keys}
    return CatalogState(
        {key: Product(key, key, "Scale", artifacts=artifacts) for key in keys},
        {
            f"portfolio-{number}": Portfolio(
                f"portfolio-{number}", "Scale", "Scale", principals=frozenset({role}), products=dict(offers)
            )
            for number in range(portfolios)
        },
    )


def objects(catalog: CatalogState) -> int:
    """Products, versions, portfolios, principals, associations and constraints."""
    offers = [offer for portfolio in catalog.portfolios.values() for offer in portfolio.products.values()]
    principals = sum(len(portfolio.principals) for portfolio in catalog.portfolios.values())
    versions = sum(len(product.artifacts) for product in catalog.products.values())
    constraints = sum(len(offer.constraints) for offer in offers)
    return len(catalog.products) + versions + len(catalog.portfolios) + principals + len(offers) + constraints


def conditional_policy(conditions: int, service: str) -> dict[str, Any]:
    """A key with a policy of which each statement depends on a condition of its own; the last one names `service`."""
    names = [f"Use{number}" for number in range(conditions)]
    services = [*names[:-1], service]
    statements: list[Any] = [
        {"Fn::If": [f"Has{name}", allow(f"{via}.test"), {"Ref": "AWS::NoValue"}]}
        for name, via in zip(names, services, strict=True)
    ]
    policy = {"Version": "2012-10-17", "Statement": [*statements, allow("always.test")]}
    return {
        "Parameters": {name: {"Type": "String", "Default": "no", "AllowedValues": ["yes", "no"]} for name in names},
        "Conditions": {f"Has{name}": {"Fn::Equals": [{"Ref": name}, "yes"]} for name in names},
        "Resources": {"Key": {"Type": "AWS::KMS::Key", "Properties": {"KeyPolicy": policy}}},
    }


def allow(service: str) -> dict[str, Any]:
    """A statement that allows use of the key through a service."""
    via = {"StringEquals": {"kms:ViaService": service}}
    return {"Effect": "Allow", "Principal": {"AWS": "*"}, "Action": "kms:Decrypt", "Resource": "*", "Condition": via}


def rows(*, quick: bool) -> list[Row]:
    """Target 4 of issue 11, without the sandbox."""
    times = 1 if quick else 5
    small = state(2, 3, 2) if quick else state(43, 1_100, 5)
    observed = replace(small, products={**small.products, "product-0": replace(small.products["product-0"], owner="X")})
    seconds = fastest(lambda: diff(small, observed), times)
    result = [Row("4", f"diff of two states of {objects(small):,} objects", seconds, "s", 1, note="fastest of 5")]

    newest = max((ROOT / "products/releases/kms_key").glob("[0-9]*.yaml"))
    template = read_template("kms_key", newest.read_bytes())
    example = yaml.safe_load((ROOT / "examples/launch-dev.yaml").read_text(encoding="utf-8"))
    given = {name: ",".join(value) if isinstance(value, list) else str(value) for name, value in example.items()}
    cells = len([row for policy in matrix(template, given, PSEUDO).policies for row in policy.rows])
    seconds = fastest(lambda: matrix(template, given, PSEUDO), times)
    result.append(Row("4", "access evaluations a second (the matrix of kms_key)", cells / seconds, "/s"))

    size = 10 if quick else 120
    old, new = conditional_policy(size, "s3"), conditional_policy(size, "sqs")

    def compare() -> None:
        cached_matrix.cache_clear()
        list(compare_access(old, new, {}, PSEUDO.region))

    seconds = fastest(compare, times)
    note = "each condition is solved alone, and a template is checked once; 3.8 s before"
    result.append(Row("4", f"comparison of a key policy of {size} conditions", seconds, "s", 1, note=note))
    return result
